"""The catalogues of the pages: `python -m web.catalogues` brings them up to date with what the pages say.

What is `worded` below the pages is said by them as well.

It finds every sentence in the code and the templates, adds what is new to each language's `messages.po` (to be written
by a person), drops what is gone, and compiles the `messages.mo` that is read at run time.
"""

from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from policies import library

WEB = Path(__file__).parent
BELOW = (WEB.parent / "policies", WEB.parent / "outreach")
WRITTEN = sorted((WEB / "translations").glob("*/LC_MESSAGES/messages.po"))
_HEADER = """\
msgid ""
msgstr ""
"Language: {language}\\n"
"Plural-Forms: {plurals}\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""
_NO_DATE = datetime(2000, 1, 1, tzinfo=UTC)
_METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]


def spoken() -> Catalog:
    """Every sentence the pages can say, in English."""
    catalog = Catalog()
    for _, _, message, _, context in extract_from_dir(str(WEB), method_map=_METHODS, options_map={}):
        catalog.add(message, context=context)
    for folder in (*BELOW, WEB):
        for _, _, message, _, _ in extract_from_dir(str(folder), method_map=_METHODS[:1], keywords={"worded": None}):
            catalog.add(message)
    for policy in map(library.policy, library.NAMES):  # what each ready-made one is called, and whom it is for
        catalog.add(policy.title)
        catalog.add(policy.for_whom)
    return catalog


def read(file: Path) -> Catalog:
    """One language's catalogue, as a person wrote it."""
    with file.open("rb") as written:
        catalog = read_po(written, locale=file.parts[-3])
    catalog.creation_date = _NO_DATE  # else compiling the same words twice would give two files
    return catalog


def update() -> None:
    """Bring every catalogue up to date, and compile it."""
    for file in WRITTEN:
        catalog = read(file)
        catalog.update(spoken(), no_fuzzy_matching=True, update_creation_date=False)
        catalog.obsolete.clear()
        with file.open("wb") as written:
            written.write(_HEADER.format(language=catalog.locale, plurals=catalog.plural_forms).encode())
            write_po(written, catalog, width=110, no_location=True, omit_header=True)
        with file.with_suffix(".mo").open("wb") as compiled:
            write_mo(compiled, catalog)


if __name__ == "__main__":
    update()
