"""What the pages tell."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from markupsafe import escape

from channels.message import Channel
from outreach import database, intake, policy_book, sandbox, saved_texts, starter, tokens
from outreach.merging import merge
from outreach.reports.customers import search
from outreach.reports.timeline import Decided, Entry, timeline
from outreach.saved_texts import Text, TextKind
from policies import reasons
from policies.decision import Finding
from policies.library import text as ready_made
from tests.web.conftest import NOW, Reader
from tests.web.forms import links_in, look_for, send
from tests.web.seed import Company, a_company
from web.app import create_app

EVERY_PAGE = (
    "/", "/customers", "/customers?q=Anna", "/customers/C-1001", "/replies", "/replies?show=waiting", "/replies/1",
    "/sandbox", "/sandbox/C-1001", "/rehearse", "/policies", "/policies/guard/1", "/policies/try",
    "/policies/guard/edit", "/policies/relationship/edit", "/policies/guard/versions",
    "/content", "/content/1", "/content/new", "/content/1/preview", "/surveys", "/surveys/2", "/surveys/2/preview",
    "/begin", "/bring/customers", "/bring/contacts",
    "/settings", "/settings/channels", "/settings/tokens", "/settings/audit", "/settings/audit?check=1&who=Marit",
)  # fmt: skip


def reader(company: Company) -> FlaskClient:
    app = create_app(company.runtime)
    app.test_client_class = Reader
    return app.test_client()


def because(finding: Finding) -> str:
    said = reasons.sentence(finding, "en", "Europe/Amsterdam")
    return said[:1].upper() + said[1:]


def plain(page: str) -> str:
    """The words of a page, as they are read."""
    return " ".join(re.sub(r"<[^>]+>", "", page).split())


@pytest.mark.parametrize("language", ["en", "nl"])
@pytest.mark.parametrize("page", EVERY_PAGE)
def test_every_page_answers_in_both_languages(client: FlaskClient, page: str, language: str) -> None:
    answer = client.get(page, headers={"Accept-Language": language})
    assert answer.status_code == 200
    assert f'<html lang="{language}">' in answer.text


def test_every_page_answers_on_both_databases(database_url: str, tmp_path: Path) -> None:
    company = a_company(database_url, tmp_path, NOW, people=4, days=6)
    sandbox.answer(company.runtime, "C-1001", Channel.EMAIL, "2 dagen wachten")
    client = reader(company)
    try:
        for page in (*EVERY_PAGE, "/healthz", "/readyz", "/metrics"):
            assert client.get(page).status_code == 200, page
    finally:
        company.runtime.engine.dispose()


def test_every_link_of_every_page_leads_somewhere(client: FlaskClient) -> None:
    for page in EVERY_PAGE:
        for link in links_in(client.get(page)):
            assert client.get(link.replace("&amp;", "&")).status_code == 200, f"{link} on {page}"


def test_the_overview_opens_with_a_sentence_about_the_week(client: FlaskClient) -> None:
    said = plain(client.get("/").text)
    assert re.search(
        r"This week \d+ customers? (was|were) asked, \d+ got something useful, and \d+ (was|were) left", said
    )


def test_every_number_of_that_sentence_leads_to_the_people_it_counts(client: FlaskClient) -> None:
    page = client.get("/").text
    for this in ("asked", "given", "held"):
        (said,) = re.findall(rf'<a href="/customers\?this={this}">(\d+)</a>', page)
        listed, number = 0, 1
        while rows := client.get(f"/customers?this={this}&page={number}").text.count('data-label="Last reached"'):
            listed, number = listed + rows, number + 1
        assert listed == int(said), this


def test_answers_are_counted_alike_in_the_sentence_and_in_the_table(client: FlaskClient) -> None:
    page = client.get("/").text
    said = re.search(r">(\d+)</a> answered", page)
    newest = re.search(r"<tbody>\s*<tr>.*?(\d+)</td></tr>", page, re.DOTALL)
    assert said is not None
    assert newest is not None
    assert said[1] == newest[1]


def test_a_moment_in_no_zone_that_anybody_told_says_that_it_is_utc(empty: Company) -> None:
    empty.runtime = replace(empty.runtime, settings=empty.runtime.settings.model_copy(update={"home_zones": ""}))
    intake.receive_customers(empty.runtime, [{"external_id": "A", "email": "a@example.com"}])
    sandbox.answer(empty.runtime, "A", Channel.EMAIL, "8")
    assert " UTC</time>" in reader(empty).get("/replies").text


def test_the_weeks_stand_in_a_table_behind_the_picture(client: FlaskClient) -> None:
    page = client.get("/").text
    assert page.count('<rect class="give"') == 12
    assert page.count("<tr><td><time") == 12


def test_an_empty_installation_says_what_will_be_here_and_the_first_step(empty: Company) -> None:
    client = reader(empty)
    assert 'href="/begin"' in client.get("/").text
    for page, says in (
        ("/customers", "The first step"),
        ("/policies", "The first step"),
        ("/replies", "will be read here"),
    ):
        assert says in client.get(page).text


def test_a_customer_without_any_policy_is_not_asked_and_the_page_says_so(empty: Company) -> None:
    intake.receive_customers(empty.runtime, [{"external_id": "A", "name": "Ada"}])
    client = reader(empty)
    assert "No guard is published yet" in client.get("/customers/A").text
    assert "No policy is published" in client.get("/").text


def test_asks_held_back_for_want_of_content_are_said_loudly(empty: Company) -> None:
    empty.begin(content=False)
    empty.welcome(6)
    empty.live(6, 6)
    page = reader(empty).get("/")
    assert "There is nothing useful to give." in page.text
    assert re.search(r"\d+ customers? waits? because there is no content left", plain(page.text))
    assert page.text.count('role="alert"') >= 2


def test_the_overview_says_when_redis_is_away(client: FlaskClient) -> None:
    assert "Degraded: Redis cannot be reached." in client.get("/").text


def test_the_overview_says_which_process_is_silent(company: Company, client: FlaskClient) -> None:
    assert "are running" in client.get("/").text
    company.now += 3600
    said = plain(client.get("/").text)
    assert "clock, worker email, worker sms, worker work gave no sign of life since today" in said


def test_a_score_stands_with_its_interval_and_its_number_of_answers(client: FlaskClient) -> None:
    said = plain(client.get("/").text)
    assert re.search(r"[+−]?\d+, somewhere between [+−]?\d+ and [+−]?\d+", said)
    assert re.search(r"\d+ answers: \d+ gave 9 or 10", said)


def test_fewer_than_five_answers_give_no_score(empty: Company) -> None:
    empty.begin()
    intake.receive_customers(empty.runtime, [{"external_id": "A", "name": "Ada"}])
    assert "A score is shown from five answers on" in reader(empty).get("/").text


@pytest.mark.parametrize("text", ["Anna", "anna", "vries", "anna.0@", "C-1001", "c-1001", " Anna  "])
def test_a_customer_is_found_by_name_address_or_id(client: FlaskClient, text: str) -> None:
    page = look_for(client, text).text
    assert "Anna de Vries" in page
    assert "Eva Smit" not in page


@pytest.mark.parametrize("text", ["Müller", "üll", "ü"])
def test_a_name_is_found_by_letters_that_no_address_has(client: FlaskClient, text: str) -> None:
    found = "Hanna Müller" in look_for(client, text).text
    assert found == (text != "ü")  # one letter finds what begins with it


@pytest.mark.parametrize("number", ["+31612007919", "06 1200 7919", "12007919"])
def test_a_customer_is_found_by_phone_number_however_it_is_written(client: FlaskClient, number: str) -> None:
    assert "Bram Jansen" in look_for(client, number).text


@pytest.mark.parametrize("text", ["%", "_", "\\", "' OR 1=1 --"])
def test_a_search_takes_every_character_as_it_is(client: FlaskClient, text: str) -> None:
    assert "Nobody matches" in look_for(client, text).text


def test_what_an_address_finds_comes_a_page_at_a_time_as_well(company: Company) -> None:
    company.welcome(60, known=14)
    client = reader(company)
    first, second = (send(client, "/customers", "/customers", q="@example", page=page) for page in ("1", "2"))
    names = [re.findall(r'<a href="/customers/(C-[0-9]+)"', page.text) for page in (first, second)]
    assert [len(some) for some in names] == [25, 25]
    assert not set(names[0]) & set(names[1])
    assert 'name="page" value="3"' in second.text


def test_who_was_merged_into_another_is_shown_as_that_one(company: Company) -> None:
    merge(company.runtime, "C-1001", "C-1002", "Marit")
    client = reader(company)
    gone = client.get("/customers/C-1002")
    assert (gone.status_code, gone.headers["Location"]) == (302, "/customers/C-1001")
    for page in ("/customers/C-1001", "/sandbox/C-1002", "/customers?q=C-1002"):
        assert 'href="/customers/C-1001"' in client.get(page).text or page.endswith("C-1001"), page


def test_customers_come_a_page_at_a_time(company: Company) -> None:
    first, second = (search(company.runtime, page=page, most=8) for page in (1, 2))
    ids = [found.person.external_id for found in (*first.rows, *second.rows)]
    assert (first.more, second.more) == (True, False)
    assert len(ids) == len(set(ids)) == 14


@pytest.mark.parametrize("page", ["0", "-1", "x", "1e3", "٣", "99999999999999999999999"])
def test_a_page_that_is_no_number_is_refused(client: FlaskClient, page: str) -> None:
    assert client.get("/customers", query_string={"page": page}).status_code == 400


@pytest.mark.parametrize(
    "address",
    ["/customers/nobody", "/sandbox/nobody", "/policies/guard/99", "/nowhere", "/replies?show=x", "/replies/999"],
)
def test_what_is_not_there_is_said_calmly(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 404
    assert "<h1>Nothing here</h1>" in answer.text


@pytest.mark.parametrize("address", ["/customers?page=99", "/customers?page=99&this=held"])
def test_a_list_without_anybody_does_not_say_that_there_are_no_customers(client: FlaskClient, address: str) -> None:
    page = client.get(address).text
    assert "There is nobody on this page." in page
    assert "The first step" not in page


def test_a_contact_from_before_the_policy_is_not_said_to_lead_to_anything(empty: Company) -> None:
    kim = {"external_id": "K1", "name": "Kim", "email": "kim@example.org", "consent_email": "yes"}
    intake.receive_customers(empty.runtime, [{**kim, "created_at": "2024-01-01T00:00:00Z"}])
    contact = {"external_id": "B1", "customer": "K1", "kind": "call", "touchpoint": "phone", "value": 90}
    intake.receive_contacts(empty.runtime, [{**contact, "occurred_at": "2026-05-10T09:00:00Z"}])
    with empty.runtime.writing() as session:
        starter.load(session)
    policy_book.publish(empty.runtime, ready_made("after-valuable-contact"), "test")
    policy_book.publish(empty.runtime, "never_asked = 0.0", "test")
    page = plain(reader(empty).get("/customers/K1").text)
    assert "As things stand, Kim is not asked. Nothing comes of the last contact: when it came in, this policy" in page


def test_a_policy_that_gives_is_never_said_to_ask(empty: Company) -> None:
    intake.receive_customers(empty.runtime, [{"external_id": "K1", "name": "Kim"}])
    for name in ("guard", "something-useful"):
        policy_book.publish(empty.runtime, ready_made(name), "test")
    page = plain(reader(empty).get("/customers/K1").text)
    assert "As things stand, Kim gets nothing useful." in page
    assert "is not asked" not in page


def test_a_customers_page_draws_the_brakes_and_names_what_decides(client: FlaskClient) -> None:
    page = client.get("/customers/C-1001").text
    assert "When could we ask next?" in page
    assert "rules hold nothing back" in page
    assert '<rect class="bar"' in page
    assert re.search(r"version \d+, guard version \d+", plain(page))


def test_every_decision_of_a_customer_is_on_the_page_with_every_finding(company: Company, client: FlaskClient) -> None:
    life = timeline(company.runtime, "C-1001")
    assert life is not None
    page = client.get("/customers/C-1001").text
    decisions = [entry for entry in life.entries if isinstance(entry, Decided)]
    assert decisions
    assert page.count('<div class="unfolded">') >= len(decisions)
    for finding in decisions[0].findings:
        assert str(escape(because(finding))) in page


def test_a_life_is_told_a_page_at_a_time_without_losing_anything(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("outreach.reports.timeline.ENTRIES", 5)
    seen: list[Entry] = []
    before = None
    while True:
        life = timeline(company.runtime, "C-1001", before)
        assert life is not None
        seen += life.entries
        if life.earlier is None:
            break
        before = life.earlier
    assert len(seen) > 10, "three pages"
    assert len({repr(entry) for entry in seen}) == len(seen)
    assert [entry.at for entry in seen] == sorted((entry.at for entry in seen), reverse=True)


def test_moments_are_told_in_the_customers_own_zone(empty: Company) -> None:
    empty.begin()
    person = {"external_id": "T", "name": "Taro", "timezone": "Asia/Tokyo", "email": "t@example.com"}
    intake.receive_customers(empty.runtime, [person])
    contact = {
        "external_id": "E", "customer": "T", "kind": "visit", "touchpoint": "shop", "value": 90,
        "occurred_at": "2026-05-12T08:30:00Z",
    }  # fmt: skip
    intake.receive_contacts(empty.runtime, [contact])
    assert "today 17:30" in plain(reader(empty).get("/customers/T").text)


def test_replies_stand_as_written_newest_first_and_unclear_ones_are_marked(
    company: Company, client: FlaskClient
) -> None:
    for text in ("8 want jullie bellen altijd terug", "2 dagen wachten"):
        sandbox.answer(company.runtime, "C-1001", Channel.EMAIL, text)
    page = client.get("/replies").text
    times = re.findall(r'<time datetime="([^"]+)"', page)
    assert times == sorted(times, reverse=True)
    assert "8 want jullie bellen altijd terug" in page
    waiting = client.get("/replies?show=waiting").text
    assert "2 dagen wachten" in waiting
    assert waiting.count('<div class="reply-head">') == waiting.count("unclear</span>") == waiting.count(">Decide<") > 0


def test_a_policy_is_told_in_sentences_with_its_amounts(client: FlaskClient) -> None:
    said = plain(client.get("/policies").text)
    assert "Between any two asks, over all channels: 30 days of rest." in said
    assert "After any contact that mattered at least 40 of 100." in said
    assert "Before the question: 2 useful things given, 1 of them used, then 3 days to settle." in said


def test_an_earlier_version_stays_readable(company: Company, client: FlaskClient) -> None:
    policy_book.publish(
        company.runtime, ready_made("guard").replace('rest_between_asks = "30d"', 'rest_between_asks = "45d"'), "Bo"
    )
    assert "45 days" in plain(client.get("/policies").text)
    earlier = plain(client.get("/policies/guard/1").text)
    assert "30 days" in earlier
    assert "no longer in force" in earlier


def test_the_language_one_chose_is_kept(client: FlaskClient) -> None:
    assert '<html lang="nl">' in client.get("/?lang=nl").text
    assert '<html lang="nl">' in client.get("/customers").text
    assert '<html lang="en">' in client.get("/customers?lang=en").text
    assert '<html lang="en">' in client.get("/customers?lang=xx").text


def test_the_database_away_is_said_calmly_with_503(company: Company, client: FlaskClient) -> None:
    company.runtime.engine.dispose()
    object.__setattr__(company.runtime, "engine", database.connect("sqlite:////nowhere/at/all/outreach.db"))
    for page in EVERY_PAGE:
        answer = client.get(page)
        assert answer.status_code == 503
        assert "The database cannot be reached right now" in answer.text
        assert answer.headers["Retry-After"]


def test_no_address_or_name_of_a_customer_is_in_the_log(
    company: Company, client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    for page in EVERY_PAGE:
        client.get(page)
    assert "anna" not in caplog.text.lower()


ASKS_WHO_IS_THERE = 2  # statements, on every page


def test_a_page_asks_the_database_as_often_for_many_customers_as_for_few(company: Company, client: FlaskClient) -> None:
    asked: list[str] = []
    sa.event.listen(company.runtime.engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
    counts = {}
    for page in ("/", "/customers", "/customers/C-1001", "/replies", "/replies/1", "/sandbox"):
        asked.clear()
        client.get(page)
        counts[page] = len(asked)
    assert max(counts.values()) <= 40, counts
    assert counts["/customers"] <= 6
    assert max(counts["/replies"], counts["/replies/1"]) <= 8 + ASKS_WHO_IS_THERE


def test_no_page_asks_the_database_once_a_row(company: Company, client: FlaskClient) -> None:
    asked: list[str] = []
    sa.event.listen(company.runtime.engine, "before_cursor_execute", lambda *call: asked.append(call[2]))

    def how_often() -> dict[str, int]:
        found = {}
        for page in EVERY_PAGE:
            asked.clear()
            assert client.get(page).status_code == 200
            found[page] = len(asked)
        return found

    few = how_often()
    company.welcome(44, known=14)
    company.live(14, 44)
    for number in range(30):
        tokens.create(company.runtime, f"shop {number}")
        text = Text(TextKind.CONTENT, f"piece-{number}", "en", "email", "A piece", "Something useful")
        saved_texts.save(company.runtime, text, "", f"anna {number}")
    many = how_often()
    assert {page: count for page, count in many.items() if count > few[page]} == {}


def test_somebody_is_found_by_a_whole_address_and_by_part_of_one(company: Company) -> None:
    for text in ("lotte.11@example.com", "Lotte.11@EXAMPLE.com", " lotte.11@example.com ", "lotte.11@exam", "tte.11"):
        assert [row.person.name for row in search(company.runtime, text).rows] == ["Lotte de Boer"], text
    assert search(company.runtime, "nobody.11@example.com").rows == ()


def test_two_letters_find_names_that_begin_so_and_an_id_that_is_no_longer(company: Company) -> None:
    intake.receive_customers(company.runtime, [{"external_id": "E", "email": "somebody@example.com"}])
    for text in ("lo", "Lo", "LO"):
        assert [row.person.name for row in search(company.runtime, text).rows] == ["Lotte de Boer"], text
    assert {row.person.called for row in search(company.runtime, "E").rows} == {"Eva Smit", "E"}
    assert search(company.runtime, "%").rows == ()
