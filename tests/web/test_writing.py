"""Writing content and surveys in the pages."""

import re
from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlmodel import col

from channels.message import Channel
from outreach import intake, saved_texts, starter, uses
from outreach.saved_texts import Text, TextKind, TextMoved, TextRefused
from outreach.tables import AuditEntry
from tests.web.conftest import Contents, Reader
from tests.web.forms import send as answer_of
from tests.web.forms import token_of
from tests.web.seed import Company
from tests.web.test_pages import plain, reader

GUIDE = {
    "name": "first-ride",
    "language": "en",
    "channel": "email",
    "subject": "Before the first ride",
    "body": 'Hi {{ first_name | default: "there" }}, three things to check: {{ link }}',
    "link": "https://example.com/first-ride",
}


def send(client: FlaskClient, page: str, to: str, **fields: str) -> str:
    """Send a form of this page; the page that comes of it in the end."""
    answer = answer_of(client, page, to, **fields)
    return client.get(answer.location).text if answer.status_code == 303 else answer.text


def texts_of(company: Company, name: str, kind: TextKind = TextKind.CONTENT) -> list[Text]:
    return [text for text in saved_texts.every(company.runtime, kind) if text.name == name]


def last_audited(company: Company) -> dict[str, object]:
    with company.runtime.reading() as session:
        (what,) = session.execute(sa.select(col(AuditEntry.what)).order_by(sa.desc("seq")).limit(1)).one()
    return dict(what)


def test_a_new_piece_of_content_is_written_and_given_from_then_on(company: Company, client: FlaskClient) -> None:
    page = send(client, "/content/new", "/content/new", **GUIDE)
    assert "Saved. What goes out from now on says this." in page
    (saved,) = texts_of(company, "first-ride")
    assert saved.written == GUIDE
    assert saved.active
    assert "first-ride" in client.get("/content").text


def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(company: Company, client: FlaskClient) -> None:
    wrong = {**GUIDE, "name": "First Ride", "link": "example", "body": "No way there {{ lnk }}", "subject": ""}
    page = send(client, "/content/new", "/content/new", **wrong)
    for field, says in (
        ("name", "Write small letters, digits and dashes"),
        ("link", "Write the whole address"),
        ("body", "cannot be filled in"),
        ("subject", "An e-mail needs a subject"),
    ):
        assert re.search(rf'id="wrong-{field}">[^<]*{says}', page), field
    assert "No way there {{ lnk }}" in page
    assert 'value="First Ride"' in page
    assert texts_of(company, "First Ride") == []


def test_a_text_is_changed_in_place_and_both_are_in_the_audit_log(company: Company, client: FlaskClient) -> None:
    before = saved_texts.every(company.runtime, TextKind.SURVEY)[0]
    page = f"/surveys/{before.id}"
    send(client, page, page, edition=before.edition, channel=before.channel, thanks="Thank you.", name="another-name")
    after = saved_texts.one(company.runtime, TextKind.SURVEY, before.id)
    assert after == replace(before, thanks="Thank you.")
    logged = last_audited(company)
    assert logged["before"] == before.written
    assert logged["after"] == after.written


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(company: Company, client: FlaskClient) -> None:
    before = saved_texts.every(company.runtime, TextKind.CONTENT)[0]
    other = replace(before, body=f"{before.body} Theirs.")
    saved_texts.save(company.runtime, other, before.edition, "bram")
    page = f"/content/{before.id}"
    answer = send(client, page, page, edition=before.edition, channel=before.channel, body=f"{before.body} Mine.")
    assert "Somebody else changed this text meanwhile" in answer
    assert "Mine." in answer
    assert saved_texts.one(company.runtime, TextKind.CONTENT, before.id).body == other.body
    with pytest.raises(TextMoved):
        saved_texts.save(company.runtime, replace(before, body=f"{before.body} Mine."), before.edition, "anna")


def test_the_same_text_twice_is_refused(company: Company) -> None:
    text = replace(saved_texts.every(company.runtime, TextKind.SURVEY)[0], id=0)
    with pytest.raises(TextRefused, match="there is this text already"):
        saved_texts.save(company.runtime, text, "", "anna")


def test_a_piece_taken_off_is_given_no_more_until_it_is_put_back(company: Company, client: FlaskClient) -> None:
    text = saved_texts.every(company.runtime, TextKind.CONTENT)[0]
    page = f"/content/{text.id}"
    assert "It is given no more" in send(client, page, f"{page}/shelf", active="0")
    assert not saved_texts.one(company.runtime, TextKind.CONTENT, text.id).active
    assert "It is given again" in send(client, page, f"{page}/shelf", active="1")
    assert saved_texts.one(company.runtime, TextKind.CONTENT, text.id).active


def test_how_often_a_piece_was_used_is_told_with_how_often_it_was_given(company: Company, client: FlaskClient) -> None:
    with company.runtime.reading() as session:
        name, given, used = session.execute(
            sa.text(
                "SELECT content_name, count(*), count(used_at) FROM ledger WHERE content_name IS NOT NULL AND voided_at"
                " IS NULL GROUP BY content_name HAVING count(used_at) > 0 ORDER BY content_name"
            )
        ).first() or ("", 0, 0)
    with company.runtime.writing() as session:
        uses.count_anew(session)
    (text, *_) = texts_of(company, name)
    assert (text.given, text.used) == (given, used)
    assert f"was given {given} times and used {used} times" in client.get(f"/content/{text.id}").text


def test_a_policy_without_words_for_a_language_is_named(company: Company, client: FlaskClient) -> None:
    intake.receive_customers(company.runtime, [{"external_id": "FR", "email": "f@example.com", "language": "fr"}])
    said = plain(client.get("/content").text)
    assert "has nothing to give by e-mail in French." in said
    assert "which has no words for e-mail in French." in plain(client.get("/surveys").text)
    for text in starter.contents():
        if text["language"] == "en":
            french = Text(TextKind.CONTENT, **{**text, "language": "fr"})
            saved_texts.save(company.runtime, french, "", "anna")
    assert "in French." not in plain(client.get("/content").text)


def test_an_empty_installation_begins_with_what_comes_with_the_product(empty: Company) -> None:
    empty.begin()
    with empty.runtime.writing() as session:
        for table in ("contents", "surveys"):
            session.execute(sa.text(f"DELETE FROM {table}"))
    client = reader(empty)
    assert "There is nothing to give yet" in client.get("/content").text
    assert "There is no question yet" in client.get("/surveys").text
    assert "texts were added" in send(client, "/content", "/content/starter")
    assert len(saved_texts.every(empty.runtime, TextKind.CONTENT)) == len(starter.contents())
    assert "0 texts were added" in send(client, "/surveys", "/surveys/starter")


def test_what_is_typed_is_shown_as_a_real_customer_would_read_it_and_nothing_is_saved(
    company: Company, client: FlaskClient
) -> None:
    before = Contents.of(company)
    page = client.get("/content/new").text
    (someone, name) = re.findall(r'<option value="(C-\d+)"[^>]*>([^<]+)<', page)[0]
    shown = send(client, "/content/new", "/content/preview", **GUIDE, sample=someone)
    assert f"Hi {name.split()[0]}, three things" in shown
    assert "Hi there, three things" in send(client, "/content/new", "/content/preview", **GUIDE, sample="")
    assert Contents.of(company) == before


def test_an_sms_tells_its_segments_and_what_they_cost(company: Company) -> None:
    priced = company.runtime.settings.model_copy(update={"sms_price": 0.08})
    company.runtime = replace(company.runtime, settings=priced)
    text = {"name": "n", "language": "en", "channel": "sms", "body": "a" * 200, "link": ""}
    shown = plain(send(reader(company), "/content/new", "/content/preview", **text))
    assert "2 SMS" in shown
    assert "GSM-7" in shown
    assert "€0.16" in shown


def test_every_part_of_a_survey_is_shown(company: Company, client: FlaskClient) -> None:
    text = next(one for one in saved_texts.every(company.runtime, TextKind.SURVEY) if one.channel == Channel.SMS)
    shown = plain(client.get(f"/surveys/{text.id}/preview").text)
    for when in ("First", "The reminder", "Asked back after 0 to 6", "Asked back after 9 or 10", "Thanks"):
        assert when in shown


@pytest.mark.parametrize(
    ("subject", "body", "says"),
    [
        ("Our survey", "How was it?", "sounds like work"),
        ("Hello", "Give us a 10, please", "begs for a score"),
        ("Hallo", "Je mening is belangrijk", "flatters"),
        ("Hello", "This is your last chance", "in a hurry"),
        ("Hello", "Thanks!", "exclamation mark"),
    ],
)
def test_a_text_that_puts_people_under_pressure_is_told_so_and_can_still_be_saved(
    company: Company, client: FlaskClient, subject: str, body: str, says: str
) -> None:
    text = {**GUIDE, "subject": subject, "body": f"{body} {{{{ link }}}}"}
    assert says in plain(send(client, "/content/new", "/content/preview", **text))
    assert "Saved." in send(client, "/content/new", "/content/new", **text)


def test_none_of_the_texts_that_come_with_the_product_puts_people_under_pressure() -> None:
    for kind, rows in ((TextKind.CONTENT, starter.contents()), (TextKind.SURVEY, starter.surveys())):
        for row in rows:
            text = Text(kind, **row)
            assert saved_texts.problems(text) == []
            assert [said for said in saved_texts.advice(text) if "SMS" not in said] == []


def test_sentences_that_were_worded_elsewhere_are_said_in_the_language_of_the_reader(client: FlaskClient) -> None:
    answer = client.get("/content/new?lang=nl")
    sent = {**GUIDE, "csrf_token": token_of(answer), "name": "Fout", "subject": "", "link": "x"}
    page = client.post("/content/new?lang=nl", data=sent).text
    assert "Schrijf kleine letters, cijfers en streepjes" in page
    assert "Een e-mail heeft een onderwerp nodig" in page


def test_a_text_of_the_other_kind_or_of_nobody_is_not_found(client: Reader) -> None:
    for page in ("/content/999", "/surveys/0", "/content/9007199254740993", "/surveys/999/preview"):
        assert client.get(page).status_code == 404
