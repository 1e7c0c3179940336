"""The first steps of a new installation, and bringing in customers and contacts by a page."""

from io import BytesIO

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from outreach import bringing, csv_import, drafts, intake, policy_book, starter
from outreach.reports.beginning import STEPS, beginning
from policies.library import text
from tests.web.conftest import Contents
from tests.web.forms import send, token_of
from tests.web.seed import Company
from tests.web.test_pages import plain, reader

CUSTOMERS = b"external_id,name,email,consent_email\nA-1,Anna,anna@example.com,yes\nA-2,Bram,bram@example.com,yes\n"


def upload(client: FlaskClient, what: str, file: bytes, **fields: str) -> str:
    page = f"/bring/{what}"
    sent = FileStorage(BytesIO(file), "people.csv")
    boundary, body = encode_multipart({"csrf_token": token_of(client.get(page)), "file": sent, **fields})
    return client.post(page, data=body, content_type=f"multipart/form-data; boundary={boundary}").text


def test_a_file_of_customers_goes_in_and_again_changes_nothing(empty: Company) -> None:
    client = reader(empty)
    assert "2 new, 0 changed, 0 already there, 0 refused." in upload(client, "customers", CUSTOMERS)
    before = [line for line in Contents.of(empty).rows if "audit" not in line]
    assert "0 new, 0 changed, 2 already there" in upload(client, "customers", CUSTOMERS)
    assert [line for line in Contents.of(empty).rows if "audit" not in line] == before
    assert "Anna" in client.get("/customers").text
    assert "brought in: customers" in plain(client.get("/settings/audit").text)


def test_a_file_can_be_looked_at_and_nothing_goes_in(empty: Company) -> None:
    client = reader(empty)
    before = Contents.of(empty)
    said = plain(upload(client, "customers", CUSTOMERS + b"A-3,Chen,nonsense,yes\n", dry="1"))
    assert "Nothing went in. It would be: 2 new, 0 changed, 0 already there, 1 refused." in said
    assert Contents.of(empty) == before


def test_contacts_without_a_zone_are_of_the_one_that_was_chosen(empty: Company) -> None:
    client = reader(empty)
    upload(client, "customers", CUSTOMERS)
    contacts = b"external_id,customer,kind,touchpoint,value,occurred_at\nE-1,A-1,visit,shop,70,2026-05-01 12:00\n"
    assert "1 new" in upload(client, "contacts", contacts, zone="Asia/Tokyo")
    with empty.runtime.reading() as session:
        at = session.execute(sa.text("SELECT occurred_at FROM contact_events")).scalar_one()
    assert at == 1_777_604_400  # noon in Tokyo
    later = contacts.replace(b"E-1", b"E-2")
    assert "1 refused" in upload(client, "contacts", later, zone="")


def test_a_wrong_row_is_told_with_its_line_and_why_and_the_others_go_in(empty: Company) -> None:
    page = upload(reader(empty), "customers", CUSTOMERS + b"A-3,<b>Chen,nonsense,yes\n")
    said = plain(page)
    assert "2 new, 0 changed, 0 already there, 1 refused." in said
    assert 'data-label="Line">4</td>' in page
    assert "email is not an e-mail address" in said


def test_what_is_refused_and_what_is_ready_made_is_said_in_the_language_of_the_reader(empty: Company) -> None:
    client = reader(empty)
    client.get("/?lang=nl")
    said = plain(upload(client, "customers", CUSTOMERS + b"A-3,Chen,nonsense,yes\nA-4,Chen,c@example.com,perhaps\n"))
    assert "email is geen e-mailadres" in said
    assert "consent_email moet yes, no of withdrawn zijn" in said
    assert "Na een waardevol contact" in client.get("/begin").text


def test_a_file_of_some_size_goes_in_and_one_that_is_too_large_is_refused_in_words(empty: Company) -> None:
    client = reader(empty)
    many = b"external_id,note\n" + b"".join(b"M-%d,%s\n" % (number, b"x" * 1000) for number in range(700))
    assert "700 new" in upload(client, "customers", many)
    assert "nothing was kept" in upload(client, "customers", b"external_id\n" + b"x" * 8_400_000)


@pytest.mark.parametrize(
    ("file", "says"),
    [
        (b"", "missing: external_id"),
        (b"name\nAnna\n", "missing: external_id"),
        (b"external_id\n\xff\xfe\n", "is not utf-8 text"),
        (b'external_id\n"A\n', "cannot be read"),
        (b"PK\x03\x04" + b"\0" * 4000, "not a CSV file at all"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_in_words_and_nothing_goes_in(
    empty: Company, file: bytes, says: str
) -> None:
    before = Contents.of(empty)
    page = upload(reader(empty), "customers", file)
    assert "Nothing went in:" in page
    assert says in page
    assert "/tmp" not in page
    assert Contents.of(empty) == before


def test_no_file_and_no_such_zone_are_told(empty: Company) -> None:
    client = reader(empty)
    assert "Choose a file first." in send(client, "/bring/customers", "/bring/customers").text
    assert "There is no such time zone." in upload(client, "customers", CUSTOMERS, zone="Mars/Olympus")


def test_each_step_is_told_while_it_goes_on(empty: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_import, "ROWS_PER_TRANSACTION", 1)
    said = plain(upload(reader(empty), "customers", CUSTOMERS))
    assert "0 of 2 rows 1 of 2 rows 2 of 2 rows 2 new" in said


def test_an_import_that_is_left_half_way_keeps_what_went_in_and_the_same_file_brings_the_rest(
    empty: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_import, "ROWS_PER_TRANSACTION", 1)
    steps = bringing.bring(empty.runtime, "customers", BytesIO(CUSTOMERS), csv_import.ImportOptions(), "anna")
    assert [next(steps).done, next(steps).done] == [0, 1]
    steps.close()  # type: ignore[attr-defined]
    assert "1 new, 0 changed, 1 already there" in upload(reader(empty), "customers", CUSTOMERS)


def test_an_import_that_breaks_off_says_so(empty: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_import, "ROWS_PER_TRANSACTION", 1)
    whole = intake.receive_customers

    def breaks(runtime: object, rows: list[dict[str, str]], batch: object) -> object:
        if rows[0]["external_id"] == "A-2":
            raise RuntimeError("the disk is full")
        return whole(runtime, rows, batch)  # type: ignore[arg-type]

    monkeypatch.setattr(csv_import, "receive_customers", breaks)
    client = reader(empty)
    assert "It broke off. What went in stays" in upload(client, "customers", CUSTOMERS)
    monkeypatch.undo()
    assert "1 new, 0 changed, 1 already there" in upload(client, "customers", CUSTOMERS)


def test_the_sample_files_go_in_as_they_are(empty: Company) -> None:
    client = reader(empty)
    for what in ("customers", "contacts"):
        assert "1 new" in upload(client, what, client.get(f"/bring/{what}.csv").data)


def test_the_first_steps_follow_what_was_done(empty: Company) -> None:
    client = reader(empty)

    def done() -> list[str]:
        return [step for step in STEPS if step in beginning(empty.runtime).done]

    policy_book.publish(empty.runtime, text("guard"), "outreach migrate")
    assert done() == ["sender"]  # this company has a name
    assert beginning(empty.runtime).ahead() == "words"
    send(client, "/begin", "/content/starter")
    upload(client, "customers", CUSTOMERS)
    assert done() == ["sender", "words"]
    upload(client, "contacts", bringing.SAMPLES["contacts"].replace("C-1", "A-1").encode())
    send(client, "/begin", "/policies/after-valuable-contact/take")
    assert done() == ["sender", "words", "people", "policy"]
    drafts.propose(empty.runtime, "after-valuable-contact", 1, "anna")
    assert done() == ["sender", "words", "people", "policy", "replay"]
    drafts.publish(empty.runtime, "after-valuable-contact", 1, "anna", alone=True)
    assert beginning(empty.runtime).ahead() is None
    assert "That is all." in client.get("/begin").text


def test_a_step_can_wait_and_the_next_one_is_ahead(empty: Company) -> None:
    client = reader(empty)
    with empty.runtime.writing() as session:
        starter.load(session)
    before = client.get("/begin").text
    assert (
        before.split('aria-current="step"')[1]
        .split("</h2>")[0]
        .endswith("3. Bring in customers, and what happened between you")
    )
    send(client, "/begin", "/begin/skip", step="people")
    after = client.get("/begin").text
    assert "4. Begin a policy" in after.split('aria-current="step"')[1].split("</h2>")[0]
    assert send(client, "/begin", "/begin/skip", step="nonsense").status_code == 400


def test_an_empty_installation_is_led_there_from_the_overview(empty: Company) -> None:
    assert 'href="/begin"' in reader(empty).get("/").text
