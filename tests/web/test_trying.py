"""A draft is tried on one's own history, on a page: without a script, with nothing lost, and nothing published."""

import re

import pytest
from flask.testing import FlaskClient

from outreach import policy_book
from outreach.lifecycle import RunState
from outreach.replaying import runs, sample, whole
from policies.library import text
from tests.web.conftest import Contents
from tests.web.forms import send
from tests.web.seed import Company

PAGE = "/policies/try"
DRAFT = text("after-valuable-contact").replace("minimum_value = 40", "minimum_value = 90")


@pytest.fixture(autouse=True)
def fresh() -> None:
    sample.forget()


def try_it(client: FlaskClient, document: str = DRAFT) -> str:
    answer = send(client, PAGE, PAGE, document=document)
    assert answer.status_code == 200
    return answer.text


def test_the_page_begins_with_what_is_in_force(client: FlaskClient) -> None:
    assert "minimum_value = 40" in client.get(f"{PAGE}?of=after-valuable-contact").text
    assert "never_asked" in client.get(f"{PAGE}?of=guard").text
    assert client.get(f"{PAGE}?of=nobody").status_code == 404


def test_a_draft_is_told_beside_what_is_in_force(client: FlaskClient, company: Company) -> None:
    before = Contents.of(company)
    page = try_it(client)
    assert "fewer than what is in force" in page
    assert "minimum_value = 90" in page
    assert "Week by week" in page
    assert "Replayed for all" in page
    assert Contents.of(company) == before  # nothing is published or stored


def test_what_is_wrong_stands_beside_the_document_and_nothing_typed_is_lost(client: FlaskClient) -> None:
    typed = DRAFT.replace('settle = "1d"', 'settle = "20d"').replace('survey = "after-contact"', 'survei = "<b>x"')
    answer = send(client, PAGE, PAGE, document=typed)
    assert answer.status_code == 422
    assert "survei" in answer.text
    assert "<b>x" not in answer.text
    assert "&lt;b&gt;x" in answer.text
    assert 'aria-describedby="problems"' in answer.text


@pytest.mark.parametrize("nonsense", ["", "not toml", "name = 3", "x" * 60_001, "\x00", "guard = {}"])
@pytest.mark.parametrize("action", [PAGE, f"{PAGE}/person", f"{PAGE}/everybody"])
def test_nonsense_is_refused_with_a_reason(client: FlaskClient, action: str, nonsense: str) -> None:
    answer = send(client, PAGE, action, document=nonsense)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


def test_who_differs_is_explained_on_both_sides(client: FlaskClient) -> None:
    found = re.findall(r'name="person" value="([^"]+)"', try_it(client))
    assert found
    answer = send(client, PAGE, f"{PAGE}/person", document=DRAFT, person=found[0])
    assert answer.status_code == 200
    assert "Under the draft" in answer.text
    assert "rules hold nothing back" in answer.text


@pytest.mark.parametrize(
    ("person", "status"),
    [
        ("", 400),
        ("a\x1fb\x1fc", 400),
        ("a\x1fb\x1fc\x1fsoon", 400),
        ("nobody\x1frelationship\x1f\x1f1750000000", 404),
        ("C-1001\x1frelationship\x1f\x1f999999999999", 404),
        ("C-1001\x1frelationship\x1f\x1f0", 404),
    ],
)
def test_a_person_who_was_made_up_is_refused(client: FlaskClient, person: str, status: int) -> None:
    assert send(client, PAGE, f"{PAGE}/person", document=DRAFT, person=person).status_code == status


def test_everybody_is_replayed_by_a_worker_and_the_page_says_how_far_it_is(
    client: FlaskClient, company: Company
) -> None:
    answer = send(client, PAGE, f"{PAGE}/everybody", document=DRAFT)
    assert answer.status_code == 303
    page = client.get(answer.location)
    assert "It waits for a worker." in page.text
    assert 'hx-trigger="every 2s"' in page.text
    assert "Look again" in page.text  # without a script
    run_id = int(answer.location.rsplit("/", 1)[1])
    whole.carry_out(company.runtime, [run_id])
    found = runs.run(company.runtime, run_id)
    assert found
    assert found.state == RunState.DONE
    done = client.get(answer.location)
    assert "fewer than what is in force" in done.text
    assert "What every amount costs" in done.text
    assert "every 2s" not in done.text
    assert client.get(f"{PAGE}/999999").status_code == 404


def test_an_installation_without_a_history_says_so(empty: Company) -> None:
    from tests.web.test_pages import reader

    client = reader(empty)
    policy_book.publish(empty.runtime, text("guard"), "me")
    assert "import contacts first" in try_it(client)
