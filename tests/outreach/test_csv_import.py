"""Files of customers and contacts: the good rows go in, the others come back with the line and the reason."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import select

from outreach import csv_import
from outreach.csv_cells import plain, safe
from outreach.csv_import import ImportOptions, ImportReport, UnusableFile, import_contacts, import_customers
from outreach.runtime import Runtime
from outreach.tables import ConsentEvent, ContactEvent, ContactPoint, Customer, Table
from tests.make import NOON, a_runtime, moment

CUSTOMERS = """external_id,name,email,phone,language,timezone,account,consent_email,consent_sms,created_at,segment
K1,Anna,anna@example.com,+31612345678,nl,Europe/Amsterdam,Bakery,yes,no,2025-01-01T10:00:00+01:00,A
K2,"Berg, B.",,,,,,,,,
"""
CONTACTS = f"""external_id,customer,kind,touchpoint,value,occurred_at,amount
B1,K1,delivery,courier,80,{moment(NOON)},12.50
B2,K2,call,desk,20.5,2025-06-15T10:00:00Z,
"""


@pytest.fixture
def runtime(sqlite_url: str) -> Iterator[Runtime]:
    with a_runtime(sqlite_url) as made:
        yield made


@pytest.fixture
def runtime_on_both(database_url: str) -> Iterator[Runtime]:
    with a_runtime(database_url) as made:
        yield made


def _write(folder: Path, content: str | bytes, name: str = "file.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def _customers(runtime: Runtime, folder: Path, content: str | bytes, **options: Any) -> ImportReport:
    return import_customers(runtime, _write(folder, content), ImportOptions(**options))


def _rejected(report: ImportReport) -> list[dict[str, str]]:
    assert report.rejected_file is not None
    with report.rejected_file.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _all(runtime: Runtime, table: type[Any]) -> list[Any]:
    with runtime.reading() as session:
        return list(session.exec(select(table).order_by(table.id)).all())


def _contents(runtime: Runtime) -> dict[str, list[Any]]:
    with runtime.reading() as session:
        return {table.name: list(session.execute(table.select()).all()) for table in Table.metadata.sorted_tables}


# What goes in


def test_customers_and_contacts_go_in(runtime_on_both: Runtime, tmp_path: Path) -> None:
    report = _customers(runtime_on_both, tmp_path, CUSTOMERS)
    assert report == ImportReport(created=2, updated=0, unchanged=0, rejected=0, notes={}, rejected_file=None)
    anna, berg = _all(runtime_on_both, Customer)
    assert (anna.name, anna.attributes, berg.name, berg.attributes) == ("Anna", {"segment": "A"}, "Berg, B.", {})
    assert {point.consent for point in _all(runtime_on_both, ContactPoint)} == {"given", "refused"}
    assert {event.how for event in _all(runtime_on_both, ConsentEvent)} == {"import"}
    report = import_contacts(runtime_on_both, _write(tmp_path, CONTACTS))
    assert (report.created, report.rejected) == (2, 0)
    first, second = _all(runtime_on_both, ContactEvent)
    assert (first.value, first.occurred_at, first.attributes, first.source) == (80, NOON, {"amount": "12.50"}, "import")
    assert (second.value, second.attributes) == (20.5, {})


def test_a_second_time_changes_nothing(runtime_on_both: Runtime, tmp_path: Path) -> None:
    customers, contacts = _write(tmp_path, CUSTOMERS, "k.csv"), _write(tmp_path, CONTACTS, "b.csv")
    import_customers(runtime_on_both, customers)
    import_contacts(runtime_on_both, contacts)
    before = _contents(runtime_on_both)
    assert import_customers(runtime_on_both, customers).unchanged == 2
    assert import_contacts(runtime_on_both, contacts).unchanged == 2
    assert _contents(runtime_on_both) == before


def test_a_dry_run_reports_the_same_and_stores_nothing(runtime_on_both: Runtime, tmp_path: Path) -> None:
    file = CUSTOMERS + "K3,,anna@example.com\n" + "K4,,anna@example.com,,,,,,,,\n" + "K1,Anne,,,,,,,,,\n"
    before = _contents(runtime_on_both)
    dry = _customers(runtime_on_both, tmp_path, file, dry_run=True)
    assert _contents(runtime_on_both) == before
    assert dry == _customers(runtime_on_both, tmp_path, file)
    assert (dry.created, dry.rejected) == (2, 3)


def test_a_dry_run_reports_the_same_over_many_transactions(
    runtime: Runtime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_import, "ROWS_PER_TRANSACTION", 2)
    file = "external_id,email\n" + "".join(f"K{n % 7},p{n % 5}@example.com\n" for n in range(20))
    dry = _customers(runtime, tmp_path, file, dry_run=True)
    assert dry == _customers(runtime, tmp_path, file)
    assert dry.created == 5
    assert dry.rejected == 15


@pytest.mark.parametrize("at_once", [1, 5_000])
def test_an_address_that_moves_on_is_taken_over_at_once_and_a_dry_run_says_so(
    runtime_on_both: Runtime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(csv_import, "ROWS_PER_TRANSACTION", at_once)
    before = "external_id,email,phone\nC2,two@a.eu,\nC1,one@a.eu,+31612345678\nC3,three@a.eu,\n"
    moves = "external_id,email,phone\nC1,new@a.eu,+31612345679\nC2,one@a.eu,+31612345678\nC4,two@a.eu,\n"
    _customers(runtime_on_both, tmp_path, before)
    for dry_run in (True, False):
        report = _customers(runtime_on_both, tmp_path, moves, dry_run=dry_run)
        assert (report.created, report.updated, report.rejected) == (1, 2, 0)
    again = _customers(runtime_on_both, tmp_path, moves)
    assert (again.unchanged, again.rejected) == (3, 0)
    emails = {point.address for point in _all(runtime_on_both, ContactPoint) if point.channel == "email"}
    assert emails == {"new@a.eu", "one@a.eu", "two@a.eu", "three@a.eu"}


def test_progress_is_heard_up_to_the_last_row(
    runtime: Runtime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_import, "ROWS_PER_TRANSACTION", 2)
    heard: list[tuple[int, int]] = []
    file = "external_id\n" + "".join(f"K{n}\n" for n in range(5))
    _customers(runtime, tmp_path, file, progress=lambda done, rows: heard.append((done, rows)))
    assert heard == [(2, 5), (4, 5), (5, 5)]


def test_times_without_a_zone_need_one(runtime: Runtime, tmp_path: Path) -> None:
    file = "external_id,created_at\nK1,2025-06-15T17:06:40\n"
    assert _rejected(_customers(runtime, tmp_path, file))[0]["rejected_reason"].startswith(
        "created_at names no time zone"
    )
    assert _customers(runtime, tmp_path, file, zone=ZoneInfo("Europe/Amsterdam")).created == 1
    assert _all(runtime, Customer)[0].since_at == NOON


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_the_encodings_that_spreadsheets_write_are_recognised(runtime: Runtime, tmp_path: Path, encoding: str) -> None:
    mark = "\N{BYTE ORDER MARK}" if encoding.endswith("e") else ""
    text = mark + "external_id,name\nK1,Zoë \N{SNOWMAN}\n"
    assert _customers(runtime, tmp_path, text.encode(encoding)).created == 1
    assert _all(runtime, Customer)[0].name == "Zoë \N{SNOWMAN}"


@pytest.mark.parametrize(
    "file", ["external_id;name\r\nK1;A,B\r\n", "external_id\tname\nK1\tA,B\n", 'external_id,name\rK1,"A,B"\r']
)
def test_the_separators_that_spreadsheets_write_are_recognised(runtime: Runtime, tmp_path: Path, file: str) -> None:
    assert _customers(runtime, tmp_path, file).created == 1
    assert _all(runtime, Customer)[0].name == "A,B"


def test_blank_rows_are_nothing(runtime: Runtime, tmp_path: Path) -> None:
    report = _customers(runtime, tmp_path, "external_id,name\n\nK1,Anna\n,\n\n")
    assert (report.created, report.rejected) == (1, 0)


def test_a_header_alone_is_an_empty_file(runtime: Runtime, tmp_path: Path) -> None:
    assert _customers(runtime, tmp_path, "external_id\n").created == 0


# What comes back


def test_bad_rows_come_back_with_their_line_and_the_reason(runtime: Runtime, tmp_path: Path) -> None:
    file = (
        'external_id,name,email\nK1,"two\nlines",\nK2,Berg,b@@x\nK3,Anna,a@example.com\nK4,A\nK5,A,,,\nK3,B,\n\0K6,,\n'
    )
    report = _customers(runtime, tmp_path, file)
    assert (report.created, report.rejected) == (1, 6)
    assert report.rejected_file == tmp_path / "file.rejected.csv"
    rejected = [(row["rejected_line"], row["external_id"], row["rejected_reason"]) for row in _rejected(report)]
    assert rejected == [
        ("2", "K1", "name holds control characters or line breaks"),
        ("4", "K2", "email is not an e-mail address: The part after the @-sign contains invalid characters: '@'."),
        ("6", "K4", "the row has 2 cells where the header has 3"),
        ("7", "K5", "the row has 5 cells where the header has 3"),
        ("8", "K3", "external_id came earlier in the same file or request, with other content"),
        ("9", "'\0K6", "external_id holds control characters or line breaks"),
    ]


def test_the_file_of_rejected_rows_can_be_corrected_and_imported(runtime: Runtime, tmp_path: Path) -> None:
    file = "external_id;phone;note\nK1;+31612345678;=1+1\nK2;+31699999999999;'=x\nK3;+31612345679;a\nK3;x;\n"
    report = _customers(runtime, tmp_path, file)
    assert report.rejected == 2
    assert report.rejected_file is not None
    text = report.rejected_file.read_text(encoding="utf-8-sig")
    assert "'+31699999999999" in text
    corrected = _write(tmp_path, text.replace("99999999999", "12345670").replace("K3;x", "K4;"), "again.csv")
    assert import_customers(runtime, corrected) == ImportReport(2, 0, 0, 0, {}, None)
    points = {point.address for point in _all(runtime, ContactPoint)}
    assert points == {"+31612345678", "+31612345679", "+31612345670"}
    assert [customer.attributes for customer in _all(runtime, Customer)] == [
        {"note": "=1+1"},
        {"note": "a"},
        {"note": "=x"},
        {},
    ]


def test_nothing_rejected_leaves_no_file(runtime: Runtime, tmp_path: Path) -> None:
    _customers(runtime, tmp_path, CUSTOMERS)
    assert [path.name for path in tmp_path.glob("*.csv")] == ["file.csv"]


def test_what_was_not_done_as_asked_is_counted(runtime: Runtime, tmp_path: Path) -> None:
    _customers(runtime, tmp_path, "external_id,consent_sms\nK1,withdrawn\nK2,withdrawn\n")
    report = _customers(runtime, tmp_path, "external_id,consent_sms\nK1,yes\nK2,yes\n")
    assert report.unchanged == 2
    assert report.notes == {"consent_sms stays withdrawn: the customer withdrew it": 2}


def test_no_spreadsheet_runs_what_comes_back(shared_data: Path) -> None:
    payloads = json.loads((shared_data / "07_bad_input" / "csv_injection.json").read_text())
    cells = [row["payload"] for row in payloads] + [
        "=1",
        "+31612345678",
        "-1",
        "@x",
        "\tx",
        "\0",
        "'=x",
        "''+x",
        "'",
        "x",
    ]
    for cell in cells:
        assert not safe(cell).startswith(("=", "+", "-", "@", "\t", "\r", "\n", "\0"))
        assert plain(safe(cell)) == cell


def test_a_row_of_another_width_is_rejected_again_until_it_is_mended(runtime: Runtime, tmp_path: Path) -> None:
    path = _write(tmp_path, "external_id,name,email\nK1\nK2,a,,b\nK3,a,b,c,d,e\n")
    for _ in range(3):
        report = import_customers(runtime, path)
        assert (report.created, report.rejected) == (0, 3)
        assert report.rejected_file is not None
        path = report.rejected_file.rename(tmp_path / "again.csv")


def test_a_file_for_rejected_rows_that_cannot_be_written_is_known_before_anything_goes_in(
    runtime: Runtime, tmp_path: Path
) -> None:
    (tmp_path / "file.rejected.csv").mkdir()
    with pytest.raises(UnusableFile, match=r"file\.rejected\.csv"):
        _customers(runtime, tmp_path, "external_id,email\nK1,a@example.com\nK2,bad\n")
    assert _all(runtime, Customer) == []


def test_rejected_rows_of_another_time_stay_until_a_run_that_counts(runtime: Runtime, tmp_path: Path) -> None:
    kept = _write(tmp_path, "what was rejected before", "file.rejected.csv")
    good = "external_id,email\nK1,a@example.com\n"
    _customers(runtime, tmp_path, good, dry_run=True)
    assert kept.read_text() == "what was rejected before"
    _customers(runtime, tmp_path, good)
    assert not kept.exists()


# What cannot be read


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "must name the columns external_id"),
        (b"name,email\nAnna,a@example.com\n", "missing: external_id"),
        (b"external_id,name,name\nK1,a,b\n", "twice: name"),
        (b"external_id,,name\nK1,a,b\n", "column 2 has no name"),
        (b"external_id,name\nK1,Zo\xeb\n", "line 2 is not utf-8"),
        (b"\xff\xfe" + "external_id,name\nK1,a\nK2,b\n".encode("utf-16-le") + b"\x00\xd8\n\0", "line 4 is not utf-16"),
        ("external_id,name\nK1,Zoë\n".encode("utf-16-le"), "UTF-16"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 4000, "not a CSV file"),
        (b'external_id,name\nK1,"Anna\nK2,Berg\n', "line 2 cannot be read"),
        (b'external_id,name\nK1,"An"na\n', "line 2 cannot be read"),
        (b'external_id,name\nK0,\nK1,"' + b"x" * 200_000 + b'"\n', "line 3 cannot be read"),
        (b"external_id" + b"," * 999_000 + b"\n", "999,001 columns"),
        (b"external_id\n" + b"," * 1_000_001 + b"\n", "line 2 is longer"),
    ],
)
def test_a_file_that_cannot_be_trusted_stays_outside_altogether(
    runtime: Runtime, tmp_path: Path, content: bytes, reason: str
) -> None:
    with pytest.raises(UnusableFile, match=reason):
        _customers(runtime, tmp_path, content)
    assert _all(runtime, Customer) == []


def test_a_row_of_a_million_columns_is_rejected(runtime: Runtime, tmp_path: Path) -> None:
    report = _customers(runtime, tmp_path, b"external_id,name\nK1" + b"," * 999_000 + b"\nK2,Berg\n")
    assert (report.created, report.rejected) == (1, 1)
    assert report.rejected_file is not None
    assert report.rejected_file.stat().st_size < 1_000


def test_a_file_that_is_not_there_is_named(runtime: Runtime, tmp_path: Path) -> None:
    for path in (tmp_path / "nothing.csv", tmp_path):
        with pytest.raises(UnusableFile, match=str(path)):
            import_customers(runtime, path)


def test_contacts_need_all_their_columns(runtime: Runtime, tmp_path: Path) -> None:
    with pytest.raises(UnusableFile, match="missing: touchpoint, value"):
        import_contacts(runtime, _write(tmp_path, "external_id,customer,kind,occurred_at\n"))
