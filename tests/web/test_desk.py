"""Working off what waits for a person, on the pages."""

import re
from html import unescape
from urllib.parse import unquote

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlmodel import col, select
from werkzeug.test import TestResponse

from channels.message import Channel, InboundMessage
from channels.sandbox import write_reply
from outreach import channel_states, replies, reviewing, sandbox
from outreach.reports.replies import replies as listed
from outreach.reports.thread import Thread, thread
from outreach.reviewing import Verdict
from outreach.tables import Attempt, AuditEntry, InboxMessage, LedgerEntry, Outreach, Quarantined, Reply
from tests.web.forms import links_in, look_for, send
from tests.web.seed import Company

DOUBTFUL = "8, but I thought I had asked you\n   to stop <b>calling</b> me & mine"


def says(company: Company, text: str, customer: str = "C-1005") -> int:
    company.now += 60
    sandbox.answer(company.runtime, customer, Channel.EMAIL, text)
    return newest(company)


def stranger(company: Company, text: str) -> int:
    """Something comes from an address that nobody has."""
    body = write_reply(InboundMessage(Channel.EMAIL, "ada.elsewhere@a.eu", text, "x"))
    row = {"provider": "sandbox", "kind": "reply", "dedupe_key": text, "raw_body": body, "headers": {}, "tries": 0}
    with company.runtime.writing() as session:
        session.execute(sa.insert(InboxMessage).values(**row, received_at=company.now, state="new"))
    replies.receive_new(company.runtime)
    return newest(company)


def newest(company: Company) -> int:
    return listed(company.runtime).rows[0].id


def look_at(company: Company, reply_id: int) -> Thread:
    found = thread(company.runtime, reply_id)
    assert found is not None
    return found


def only(company: Company, *ids: int) -> None:
    """Nothing else waits for a person."""
    with company.runtime.writing() as session:
        session.execute(sa.update(Reply).where(col(Reply.id).not_in(ids)).values(looked_at=company.now, looked_by="bo"))


def decides(client: FlaskClient, reply_id: int, **fields: str) -> TestResponse:
    page = f"/replies/{reply_id}"
    (seen,) = re.findall(r'name="seen" value="(\d+)"', client.get(page).text)
    return send(client, page, f"{page}/decide", **{"seen": seen, **fields})


def assigns(client: FlaskClient, reply_id: int, **fields: str) -> TestResponse:
    return send(client, f"/replies/{reply_id}", f"/replies/{reply_id}/assign", **fields)


def words(page: TestResponse) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


# The list


def test_each_view_says_how_many_it_holds(company: Company, client: FlaskClient) -> None:
    only(company, says(company, DOUBTFUL), stranger(company, "3"))
    said = words(client.get("/replies"))
    assert "2 replies wait for a person." in said
    assert "Waiting for a person 2 Unknown sender 1" in said


def test_the_first_one_to_work_off_is_what_may_be_a_stop(company: Company, client: FlaskClient) -> None:
    unclear, stop = says(company, "2 dagen wachten", "C-1003"), says(company, DOUBTFUL)
    only(company, unclear, stop)
    page = client.get("/replies?show=waiting").text
    assert re.findall(r'role="button" accesskey="j" href="/replies/(\d+)"', page) == [str(stop)]
    assert page.index(f'"/replies/{stop}"') < page.index(f'"/replies/{unclear}"')


def test_what_waits_comes_a_page_at_a_time(company: Company, client: FlaskClient) -> None:
    ids = [stranger(company, f"{n} or so") for n in range(30)]
    only(company, *ids)
    first = client.get("/replies?show=waiting").text
    (further,) = re.findall(r'rel="next" href="([^"]+)"', first)
    second = client.get(unescape(further)).text
    shown = [re.findall(r'"/replies/(\d+)" aria', page) for page in (first, second)]
    assert [len(page) for page in shown] == [25, 5]
    assert [int(one) for page in shown for one in page] == ids


# One reply


def test_a_reply_stands_as_it_was_written(company: Company, client: FlaskClient) -> None:
    page = client.get(f"/replies/{says(company, DOUBTFUL)}").text
    (written,) = re.findall(r'<blockquote class="written"[^>]*>(.*?)</blockquote>', page, re.DOTALL)
    assert written == "8, but I thought I had asked you\n   to stop &lt;b&gt;calling&lt;/b&gt; me &amp; mine"
    said = words(client.get(f"/replies/{newest(company)}"))
    assert "This may be a stop. Eva Smit is left in peace until somebody has said what it says" in said
    assert "How sure not sure" in said


def test_after_a_decision_the_next_that_waits_is_shown(company: Company, client: FlaskClient) -> None:
    first, last = says(company, "2 dagen wachten", "C-1003"), says(company, "3 dagen wachten", "C-1003")
    only(company, first, last)
    answer = decides(client, first, verdict="4")
    assert (answer.status_code, answer.location) == (303, f"/replies/{last}")
    assert "It is noted." in client.get(answer.location).text
    answer = decides(client, last, verdict="nothing")
    assert answer.location == "/replies?show=waiting"
    said = words(client.get(answer.location))
    assert "It is noted, and nothing else waits." in said
    assert "Nothing waits for a person." in said


@pytest.fixture
def marit(monkeypatch: pytest.MonkeyPatch) -> str:
    """Who runs the pages."""
    monkeypatch.setenv("LOGNAME", "marit")
    return "marit"


@pytest.mark.parametrize(("verdict", "said"), [("0", ("answer", 0)), ("10", ("answer", 10)), ("stop", ("stop", 8))])
def test_what_a_person_says_holds_and_is_in_the_log(
    company: Company, client: FlaskClient, marit: str, verdict: str, said: tuple[str, int]
) -> None:
    reply_id = says(company, DOUBTFUL)
    decides(client, reply_id, verdict=verdict)
    found = look_at(company, reply_id)
    assert ((found.reply.intent, found.reply.score), found.looked_by) == (said, marit)
    with company.runtime.reading() as session:
        assert session.exec(select(AuditEntry).where(AuditEntry.actor == marit)).all()[-1].what["reply"] == reply_id
    assert "marit looked at it, today" in words(client.get(f"/replies/{reply_id}"))


@pytest.mark.parametrize("verdict", ["", "11", "-1", "perhaps", "７"])
def test_without_a_choice_nothing_is_done_and_it_is_said_beside_the_choices(
    company: Company, client: FlaskClient, verdict: str
) -> None:
    reply_id = says(company, DOUBTFUL)
    answer = decides(client, reply_id, verdict=verdict)
    assert answer.status_code == 422
    assert 'aria-describedby="verdict-problem"' in answer.text
    assert "Choose what it says first" in answer.text
    assert look_at(company, reply_id).looked_by is None


def test_who_comes_second_is_told_and_keeps_the_choice(company: Company, client: FlaskClient) -> None:
    reply_id = says(company, DOUBTFUL)
    reviewing.decide(company.runtime, reply_id, Verdict.NOTHING, "bo")
    answer = decides(client, reply_id, seen="0", verdict="7")
    assert answer.status_code == 409
    assert "While you were reading, bo decided otherwise" in words(answer)
    assert re.search(r'value="7" checked', answer.text)
    assert look_at(company, reply_id).reply.score is None
    assert decides(client, reply_id, verdict="7").status_code == 303
    assert look_at(company, reply_id).reply.score == 7


def test_the_same_decision_twice_is_one(company: Company, client: FlaskClient) -> None:
    reply_id = says(company, DOUBTFUL)
    reviewing.decide(company.runtime, reply_id, 7, "bo")
    answer = decides(client, reply_id, seen="0", verdict="7")
    assert "Somebody had said so already; nothing was changed." in words(client.get(answer.location or ""))
    assert look_at(company, reply_id).looked_by == "bo"


# Whose it is


@pytest.mark.parametrize("text", ["vries", "anna.0@", "C-1001"])
def test_customers_that_match_are_offered(company: Company, client: FlaskClient, text: str) -> None:
    reply_id = stranger(company, "3 nobody called me back")
    page = look_for(client, text, f"/replies/{reply_id}")
    assert re.findall(r'name="customer" value="([^"]+)"', page.text) == ["C-1001"]
    assert "ada.elsewhere@a.eu" in page.text
    assert "Nobody is known by the address this came from." in words(page)


@pytest.mark.parametrize("page", ["/customers", "/replies/{}"])
@pytest.mark.parametrize("text", ["anna.0@", "+31612007919", "06-1200 7919"])
def test_an_address_that_is_looked_for_stands_in_no_address_of_a_page(
    company: Company, client: FlaskClient, page: str, text: str
) -> None:
    page = page.format(stranger(company, "3 nobody called me back"))
    found = send(client, page, page, q=text)
    assert found.status_code == 200
    assert ("Anna" in found.text) == ("anna" in text)
    assert all(text not in unquote(link) for link in links_in(found))
    assert client.get(page, query_string={"q": text}).location == page
    assert send(client, page, page, q="Anna").location == f"{page}?q=Anna"


def test_a_search_that_finds_nobody_says_so(company: Company, client: FlaskClient) -> None:
    page = client.get(f"/replies/{stranger(company, '3')}?q=zzz")
    assert "Nobody matches “zzz”." in words(page)


def test_a_reply_is_given_to_a_customer_and_one_goes_on(company: Company, client: FlaskClient) -> None:
    next_one, reply_id = says(company, "2 dagen wachten", "C-1003"), stranger(company, "3 nobody called me back")
    only(company, next_one, reply_id)
    answer = assigns(client, reply_id, customer="C-1001")
    assert answer.location == f"/replies/{next_one}"
    assert "It is Anna de Vries’s now." in words(client.get(answer.location))
    found = look_at(company, reply_id)
    assert found.person is not None
    assert (found.person.external_id, found.reply.score) == ("C-1001", 3)
    assert "Whose is it?" not in client.get(f"/replies/{reply_id}").text


def test_what_is_still_unclear_once_it_has_a_customer_stays_in_front_of_one(
    company: Company, client: FlaskClient
) -> None:
    reply_id = stranger(company, "2 dagen wachten")
    assert assigns(client, reply_id, customer="C-1001").location == f"/replies/{reply_id}"


@pytest.mark.parametrize(
    ("written", "says"), [("C-9", "Nobody has the id “C-9”, so nothing was changed."), (" ", "Write the id first.")]
)
def test_an_unknown_customer_is_said_beside_the_field_and_nothing_is_lost(
    company: Company, client: FlaskClient, written: str, says: str
) -> None:
    reply_id = stranger(company, "3 nobody called me back")
    answer = assigns(client, reply_id, customer=written, q="vries")
    assert answer.status_code == 422
    assert says in words(answer)
    assert f'value="{written.strip()}" maxlength="200"' in answer.text
    assert 'aria-invalid="true" aria-describedby="customer-problem"' in answer.text
    assert "Anna de Vries" in answer.text, "what was found stays"


def test_a_reply_that_found_its_customer_meanwhile_stays_theirs(company: Company, client: FlaskClient) -> None:
    reply_id = stranger(company, "3 nobody called me back")
    token_page = f"/replies/{reply_id}"
    reviewing.assign(company.runtime, reply_id, "C-1003", "bo")
    answer = send(client, token_page, f"{token_page}/assign", customer="C-1001")
    assert answer.status_code == 409
    assert "Meanwhile it was found to be Chen Wei’s" in words(answer)
    again = send(client, token_page, f"{token_page}/assign", customer="C-1003")
    assert "It was Chen Wei’s already; nothing was changed." in words(client.get(again.location or ""))


@pytest.mark.parametrize("action", ["decide", "assign"])
def test_a_form_without_its_token_or_about_no_reply_does_nothing(
    company: Company, client: FlaskClient, action: str
) -> None:
    reply_id = stranger(company, "3 nobody called me back")
    answer = client.post(f"/replies/{reply_id}/{action}", data={"verdict": "3", "seen": "0", "customer": "C-1001"})
    assert answer.status_code == 400
    assert look_at(company, reply_id).person is None
    assert send(client, f"/replies/{reply_id}", f"/replies/99999/{action}", verdict="3").status_code == 404


# What the first page says of it


def test_the_overview_tells_what_waits_and_who_is_left_in_peace_because_of_it(
    company: Company, client: FlaskClient
) -> None:
    only(company, says(company, DOUBTFUL))
    page = client.get("/")
    assert "1 reply waits for a person." in words(page)
    assert "1 customer may have asked us to stop left in peace until somebody has looked" in words(page)
    assert page.text.count('href="/replies?show=waiting"') == 3


def test_the_overview_tells_which_channel_is_stopped_and_which_goes_on_by_itself(
    company: Company, client: FlaskClient
) -> None:
    channel_states.stop(company.runtime, ("email",), "bo", "a mistake in a text")
    with company.runtime.writing() as session:
        channel_states.back_off(session, "sms", company.now + 1800, "busy")
    said = words(client.get("/"))
    assert "Nothing leaves by e-mail: it was stopped. Because: a mistake in a text." in said
    assert "outreach sending resume email" in said
    assert "Nothing leaves by SMS for now; it goes on by itself today 12:30 . Because: busy." in said


def test_the_overview_tells_of_calls_that_fail_their_signature(company: Company, client: FlaskClient) -> None:
    row = {"provider": "twilio", "kind": "inbound", "reason": "x", "headers": {}, "raw_body": b""}
    with company.runtime.writing() as session:
        session.execute(sa.insert(Quarantined), [{**row, "received_at": company.now}] * 7)
    said = words(client.get("/"))
    assert "7 calls of the last hour did not show that they come from Twilio (what customers write)." in said
    assert "outreach hooks list" in said


def test_the_overview_tells_of_a_silent_provider_and_of_a_long_queue(company: Company, client: FlaskClient) -> None:
    real = {"real_channels": "email,sms", "sendgrid_api_key": "k", "sendgrid_events_key": "k"}
    settings = company.runtime.settings.model_copy(update={**real, "sms_segments_a_second": 0.001})
    object.__setattr__(company.runtime, "settings", settings)
    with company.runtime.writing() as session:
        last = session.exec(
            select(LedgerEntry).where(LedgerEntry.channel == "email").order_by(col(LedgerEntry.asked_at).desc())
        ).first()
        assert last is not None
        ask = col(Outreach.id) == last.outreach_id
        session.execute(sa.update(Attempt).where(col(Attempt.outreach_id) == last.outreach_id).values(provider_id="x"))
        session.execute(sa.update(Outreach).where(ask).values(state="planned", channel="sms"))
        company.now = last.asked_at + 7200
    said = words(client.get("/"))
    assert "SendGrid is silent: messages went out, and no word of them ever came." in said
    assert "Many SMS wait their turn. The last will have left about" in said
    with company.runtime.writing() as session:
        row = {"provider": "sendgrid", "kind": "event", "dedupe_key": "1", "raw_body": b"", "headers": {}, "tries": 0}
        session.execute(sa.insert(InboxMessage).values(**row, received_at=company.now - 12_000, state="done"))
    assert "SendGrid has fallen silent" in words(client.get("/"))
    assert "SendGrid is stilgevallen" in words(client.get("/?lang=nl"))


def test_the_overview_is_quiet_where_all_is_well(client: FlaskClient) -> None:
    said = words(client.get("/"))
    assert "Nothing leaves" not in said
    assert "outreach hooks list" not in said
