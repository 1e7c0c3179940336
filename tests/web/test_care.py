"""What somebody of the house does from a page: stop all sending, leave one customer in peace, give, forget."""

import json

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlmodel import col

from outreach import channel_states
from outreach.explain import Question, explain
from outreach.tables import AuditEntry, Customer
from tests.web.forms import send
from tests.web.seed import Company

WHO = "C-1001"
PAGE = f"/customers/{WHO}"


def paused_until(company: Company) -> int | None:
    query = sa.select(col(Customer.paused_until)).where(col(Customer.external_id) == WHO)
    with company.runtime.reading() as session:
        found: int | None = session.execute(query).scalar_one()
        return found


def closed(company: Company) -> list[str]:
    with company.runtime.reading() as session:
        return [one.channel for one in channel_states.closed(session, company.runtime.now())]


def test_one_press_stops_all_sending_and_another_lets_it_go_on(client: FlaskClient, company: Company) -> None:
    assert send(client, "/", "/sending", sending="stop").status_code == 303
    assert closed(company) == ["email", "sms"]
    assert "Let messages leave again" in client.get("/").text
    assert send(client, "/", "/sending", sending="go on").status_code == 303
    assert closed(company) == []
    assert "Let messages leave again" not in client.get("/").text
    assert send(client, "/", "/sending", sending="maybe").status_code == 400


def test_a_customer_is_left_in_peace_and_no_longer(client: FlaskClient, company: Company) -> None:
    assert send(client, PAGE, "/customer/pause", id=WHO, days="90").status_code == 303
    assert paused_until(company) == company.runtime.now() + 90 * 86_400
    assert "Left in peace until" in client.get(PAGE).text
    with company.runtime.reading() as session:
        found = explain(session, company.runtime.settings, Question(WHO, company.runtime.now()))
    assert found
    assert all(one.decision.action not in ("ask", "give") for one in found)
    assert send(client, PAGE, "/customer/pause", id=WHO, days="0").status_code == 303
    assert paused_until(company) is None
    with company.runtime.reading() as session:
        what = [row.what for row in session.execute(sa.select(AuditEntry)).scalars() if "paused" in row.what]
    assert [entry["after"] for entry in what] == [company.runtime.now() + 90 * 86_400, None]


@pytest.mark.parametrize("days", ["", "-1", "1", "forever"])
def test_a_pause_that_is_none_is_refused(client: FlaskClient, company: Company, days: str) -> None:
    assert send(client, PAGE, "/customer/pause", id=WHO, days=days).status_code == 400
    assert send(client, PAGE, "/customer/pause", id="nobody", days="30").status_code == 404
    assert paused_until(company) is None


def test_what_is_held_is_given_as_a_file(client: FlaskClient) -> None:
    answer = client.get(f"/customer/export?id={WHO}")
    assert "attachment" in answer.headers["Content-Disposition"]
    assert WHO in json.dumps(json.loads(answer.text))
    assert client.get("/customer/export?id=nobody").status_code == 404


def test_whoever_is_forgotten_has_to_be_named_twice(client: FlaskClient) -> None:
    page = f"/customer/erase?id={WHO}"
    assert send(client, page, "/customer/erase", id=WHO, again="C-1002").status_code == 422
    assert client.get(PAGE).status_code == 200
    assert send(client, page, "/customer/erase", id=WHO, again=WHO).status_code == 303
    assert client.get(PAGE).status_code == 404
    assert client.get(page).status_code == 404
