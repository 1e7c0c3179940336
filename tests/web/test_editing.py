"""A policy is worked on in a page: amounts in sentences, a draft, a second pair of eyes, published, and back again."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from outreach import drafts, policy_book
from outreach.drafts import DraftMoved, NeedsOtherEyes, NotProposed
from outreach.policy_book import parse
from outreach.replaying import sample
from policies.library import NAMES, text
from policies.policy import Policy
from tests.web.forms import send, token_of
from tests.web.seed import Company
from tests.web.test_pages import plain

NAME = "after-valuable-contact"
EDIT = f"/policies/{NAME}/edit"


@pytest.fixture(autouse=True)
def fresh() -> None:
    sample.forget()


def fields(page: TestResponse) -> dict[str, str]:
    """What a browser would send, were the form sent as it stands."""
    form = page.text.partition('class="editor"')[2].partition("</form>")[0]
    found = dict(re.findall(r'<input(?![^>]*type="checkbox")[^>]*name="([^"]+)" value="([^"]*)"', form))
    found |= dict.fromkeys(re.findall(r'<input type="checkbox" name="([^"]+)" value="1" checked', form), "1")
    for name, options in re.findall(r'<select name="([^"]+)".*?>(.*?)</select>', form, re.S):
        found[name] = re.findall(r'value="(\w)" selected', options)[0]
    found["document"] = unescape(re.findall(r"<textarea[^>]*>\n?(.*?)</textarea>", form, re.S)[0])
    return {name: unescape(value) for name, value in found.items()}


def sent(
    client: FlaskClient, action: str, page: str = EDIT, without: tuple[str, ...] = (), **typed: str
) -> TestResponse:
    found = fields(client.get(page)) | {name.replace("__", "."): value for name, value in typed.items()}
    return client.post(action, data={name: value for name, value in found.items() if name not in without})


def saved(client: FlaskClient, **typed: str) -> None:
    assert sent(client, f"/policies/{NAME}/draft", EDIT, (), **typed).status_code == 303


def the_draft(company: Company, name: str = NAME) -> Policy:
    draft = drafts.draft(company.runtime, name)
    assert draft is not None
    document = parse(draft.document)
    assert isinstance(document, Policy)
    return document


def in_force(company: Company) -> Policy:
    with company.runtime.reading() as session:
        return policy_book.in_force(session).policies[NAME].policy


@pytest.mark.parametrize("name", ["guard", *NAMES])
def test_a_form_that_is_sent_as_it_stands_changes_no_amount(client: FlaskClient, company: Company, name: str) -> None:
    page = f"/policies/{name}/edit"
    before = parse(fields(client.get(page))["document"])
    assert sent(client, f"/policies/{name}/draft", page=page).status_code == 303
    draft = drafts.draft(company.runtime, name)
    assert draft is not None
    assert parse(draft.document) == before


def test_an_amount_that_is_turned_is_replayed_and_nothing_is_saved(client: FlaskClient, company: Company) -> None:
    answer = sent(client, EDIT, contact__minimum_value="90")
    assert answer.status_code == 200
    assert "fewer than what is in force" in answer.text
    assert 'class="changed"' in answer.text
    assert drafts.draft(company.runtime, NAME) is None
    assert in_force(company).contact.minimum_value == 40  # type: ignore[union-attr]


def test_every_amount_has_a_price_and_a_way_back_to_its_default(client: FlaskClient, company: Company) -> None:
    priced = sent(client, EDIT, price="1")
    assert re.search(r"costs (about|no)", priced.text)
    saved(client, rests__after_answer="45", rests__after_answer__unit="d")
    assert the_draft(company).rests.after_answer == 45 * 86_400
    assert "back to 90 days" in client.get(EDIT).text
    again = sent(client, EDIT, default="rests.after_answer")
    assert 'name="rests.after_answer" value="90"' in again.text


def test_what_is_wrong_stands_beside_its_amount_and_nothing_typed_is_lost(
    client: FlaskClient, company: Company
) -> None:
    for action in (EDIT, f"/policies/{NAME}/draft"):
        answer = sent(client, action, contact__settle="<b>soon", contact__minimum_value="900")
        assert answer.status_code == 422
        assert 'value="&lt;b&gt;soon"' in answer.text
        assert 'value="900"' in answer.text
        assert 'id="wrong-contact.settle"' in answer.text
        assert "Write a whole number, and choose days" in answer.text
        assert "<b>soon" not in answer.text
    assert drafts.draft(company.runtime, NAME) is None


@pytest.mark.parametrize(
    ("amount", "typed", "says"),
    [
        ("contact.minimum_value", "900", "can be at most 100"),
        ("contact.minimum_value", "many", "has to be a number"),
        ("rests.give_up_after", "2.5", "has to be a whole number"),
        ("value_first.used", "9", "cannot be more than pieces"),
        ("contact.settle", "99999", "out of reach"),
        ("contact.settle", "1.5", "Write a whole number"),
    ],
)
def test_an_amount_that_cannot_be_is_refused_beside_it(client: FlaskClient, amount: str, typed: str, says: str) -> None:
    answer = client.post(EDIT, data=fields(client.get(EDIT)) | {amount: typed})
    assert answer.status_code == 422
    assert says in answer.text
    assert f'id="wrong-{amount}"' in answer.text
    assert f'value="{typed}"' in answer.text


def test_why_something_is_refused_is_said_in_the_language_of_the_reader(client: FlaskClient) -> None:
    dutch = {"Accept-Language": "nl"}
    form = fields(client.get(EDIT))
    for amount, typed, says in (
        ("contact.minimum_value", "900", "kan hoogstens 100 zijn"),
        ("value_first.used", "9", "kan niet meer zijn dan pieces (2)"),
        ("contact.settle", "20", "moet korter zijn dan expires (14d)"),
    ):
        assert says in client.post(EDIT, data=form | {amount: typed}, headers=dutch).text
    whole = form | {"document": f'name = "{NAME}"', "use": "document"}
    assert "ontbreekt; voeg het toe" in client.post(EDIT, data=whole, headers=dutch).text


def test_what_the_guard_holds_besides_stands_beside_the_amounts_of_a_policy(client: FlaskClient) -> None:
    page = plain(client.get(EDIT).text)
    for said in ("Between any two asks, over all channels: 30 days of rest.", "E-mail between 09:00 and 20:00."):
        assert said in page
    assert 'class="guarded"' not in client.get("/policies/guard/edit").text


def test_an_hour_is_told_and_typed_as_on_a_clock_of_24(client: FlaskClient, company: Company) -> None:
    page = "/policies/guard/edit"
    assert 'name="hours.email.quiet_from" value="20:00"' in client.get(page).text
    form = fields(client.get(page)) | {"hours.email.quiet_from": "19:30"}
    assert client.post("/policies/guard/draft", data=form).status_code == 303
    assert 'quiet_from = "19:30"' in drafts.drafts(company.runtime)["guard"].document
    wrong = client.post(page, data=form | {"hours.email.quiet_from": "8 PM"})
    assert (wrong.status_code, 'value="8 PM"' in wrong.text) == (422, True)


def test_amounts_that_cannot_hold_together_are_refused_in_words(client: FlaskClient) -> None:
    answer = sent(client, f"/policies/{NAME}/draft", contact__settle="20")
    assert answer.status_code == 422
    assert "has to be shorter than expires" in answer.text


def test_parts_may_be_left_out_and_put_in_again(client: FlaskClient, company: Company) -> None:
    assert sent(client, f"/policies/{NAME}/draft", without=("has.value_first", "has.reminder")).status_code == 303
    assert the_draft(company).value_first is None
    assert the_draft(company).reminder is None
    assert sent(client, f"/policies/{NAME}/draft", has__value_first="1").status_code == 303
    assert the_draft(company).value_first is not None


def test_a_document_may_be_written_as_a_whole(client: FlaskClient, company: Company) -> None:
    written = text(NAME).replace("minimum_value = 40", "minimum_value = 77")
    assert sent(client, f"/policies/{NAME}/draft", document=written, use="document").status_code == 303
    assert the_draft(company).contact.minimum_value == 77  # type: ignore[union-attr]
    for wrong in ("not toml", text("relationship"), "x" * 60_001, ""):
        answer = sent(client, f"/policies/{NAME}/draft", document=wrong, use="document")
        assert answer.status_code == 422
        assert 'role="alert"' in answer.text


def test_a_draft_keeps_its_name_however_it_is_sent(client: FlaskClient, company: Company) -> None:
    for use in ("", "document"):
        answer = sent(client, f"/policies/{NAME}/draft", document=text("relationship"), use=use)
        assert answer.status_code == 422
        assert "the name stays" in answer.text
    assert drafts.drafts(company.runtime) == {}


def test_a_document_that_cannot_be_read_loses_nothing_that_was_typed(client: FlaskClient) -> None:
    answer = sent(client, EDIT, document="not toml", contact__minimum_value="61")
    assert answer.status_code == 422
    assert "not toml" in answer.text
    assert 'value="61"' in answer.text


def test_a_draft_is_published_after_it_was_put_forward(client: FlaskClient, company: Company) -> None:
    saved(client, contact__minimum_value="55")
    draft = {"revision": "1"}
    too_soon = send(client, EDIT, f"/policies/{NAME}/publish", **draft)
    assert too_soon.status_code == 409
    assert "Put it forward first." in too_soon.text
    assert send(client, EDIT, f"/policies/{NAME}/propose", **draft).status_code == 303
    assert "waits for a second pair of eyes" in client.get("/policies").text
    assert send(client, EDIT, f"/policies/{NAME}/publish", **draft).status_code == 303
    assert in_force(company).contact.minimum_value == 55  # type: ignore[union-attr]
    assert drafts.draft(company.runtime, NAME) is None
    told = client.get(f"/policies/{NAME}/versions").text
    assert re.search(r"<del>.*40.*</del>", told)
    assert "minimum_value = 55" in client.get(f"/policies/{NAME}/2/toml").text


def test_an_earlier_version_is_restored_as_a_draft(client: FlaskClient, company: Company) -> None:
    test_a_draft_is_published_after_it_was_put_forward(client, company)
    versions = f"/policies/{NAME}/versions"
    assert send(client, versions, f"/policies/{NAME}/restore/1").status_code == 303
    assert the_draft(company).contact.minimum_value == 40  # type: ignore[union-attr]
    assert send(client, versions, f"/policies/{NAME}/restore/99").status_code == 404


def test_a_draft_that_is_thrown_away_leaves_what_is_in_force(client: FlaskClient, company: Company) -> None:
    saved(client, contact__minimum_value="55")
    assert send(client, EDIT, f"/policies/{NAME}/discard", revision="1").status_code == 303
    assert drafts.draft(company.runtime, NAME) is None
    assert in_force(company).contact.minimum_value == 40  # type: ignore[union-attr]


def test_a_ready_made_policy_is_a_draft_in_one_click(client: FlaskClient, company: Company) -> None:
    page = client.get("/policies")
    ready = re.findall(r'action="/policies/([^"/]+)/take"', page.text)
    assert ready
    answer = client.post(f"/policies/{ready[0]}/take", data={"csrf_token": token_of(page)})
    assert answer.status_code == 303
    assert the_draft(company, ready[0]).name == ready[0]
    assert send(client, EDIT, "/policies/nothing/take").status_code == 404


def test_what_somebody_else_saved_meanwhile_is_not_overwritten(client: FlaskClient, company: Company) -> None:
    form = fields(client.get(EDIT)) | {"contact.minimum_value": "61"}
    drafts.save(company.runtime, text(NAME), 0, "a colleague")
    answer = client.post(f"/policies/{NAME}/draft", data=form)
    assert answer.status_code == 409
    assert 'value="61"' in answer.text
    assert the_draft(company).contact.minimum_value == 40  # type: ignore[union-attr]


@pytest.mark.parametrize("step", ["propose", "publish", "discard"])
@pytest.mark.parametrize("revision", ["", "0", "7", "one", "9" * 30])
def test_a_step_about_another_revision_does_nothing(
    client: FlaskClient, company: Company, step: str, revision: str
) -> None:
    saved(client)
    answer = send(client, EDIT, f"/policies/{NAME}/{step}", revision=revision)
    assert answer.status_code == 409
    assert "Somebody else changed this draft meanwhile" in answer.text
    assert drafts.draft(company.runtime, NAME) is not None


def test_nobody_publishes_what_they_saved_where_somebody_else_can(company: Company) -> None:
    runtime, by = company.runtime, "anna"
    draft = drafts.save(runtime, text(NAME).replace("= 40", "= 41"), 0, by)
    refusals: list[tuple[type[Exception], Callable[[], object]]] = [
        (NotProposed, lambda: drafts.publish(runtime, NAME, 1, "bram", alone=False)),
        (DraftMoved, lambda: drafts.propose(runtime, NAME, 2, by)),
    ]
    for refusal, step in refusals:
        with pytest.raises(refusal):
            step()
    drafts.propose(runtime, NAME, draft.revision, by)
    with pytest.raises(NeedsOtherEyes):
        drafts.publish(runtime, NAME, 1, by, alone=False)
    assert drafts.publish(runtime, NAME, 1, "bram", alone=False).version == 2


def test_who_would_be_treated_differently_is_explained_under_the_amounts_that_are_typed(client: FlaskClient) -> None:
    page = sent(client, EDIT, contact__minimum_value="90")
    form = dict(re.findall(r'form="why" name="([^"]+)" value="([^"]*)"', page.text))
    person = re.findall(r'form="why" name="person" value="([^"]+)"', page.text)[0]
    data = {name: unescape(value) for name, value in (form | {"person": person}).items()}
    assert "minimum_value = 90" in data["document"]
    answer = client.post("/policies/try/person", data=data)
    assert answer.status_code == 200
    assert "Under the draft" in answer.text


def test_policies_that_meet_the_same_contacts_say_so(client: FlaskClient) -> None:
    assert "May want to ask about the same contacts as" in client.get("/policies").text
