"""The JSON API."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from outreach import database, tokens
from tests.web.conftest import Contents
from tests.web.seed import Company
from web import openapi
from web.api_shapes import MOST_ITEMS

Call = Callable[..., Any]

ADA = {"external_id": "X-1", "name": "Ada", "email": "ada@example.com", "consent_email": "yes"}
VISIT = {
    "external_id": "V-1", "customer": "C-1001", "kind": "visit", "touchpoint": "shop", "value": 70,
    "occurred_at": "2026-05-12T08:00:00Z",
}  # fmt: skip


@pytest.fixture
def call(company: Company, client: FlaskClient) -> Call:
    """Calls the API with a token."""
    token = tokens.create(company.runtime, "shop")

    def send(method: str, path: str, **options: Any) -> Any:
        return client.open(f"/api/v1{path}", method=method, headers={"Authorization": f"Bearer {token}"}, **options)

    return send


@pytest.mark.parametrize(
    "header", [None, "Bearer", "Bearer ", "Bearer nonsense", "Bearer outreach_nonsense", "Basic dTpw", "outreach_x"]
)
def test_without_a_valid_token_nothing_is_told_or_taken_in(
    company: Company, client: FlaskClient, header: str | None
) -> None:
    before = Contents.of(company)
    headers = {"Authorization": header} if header else {}
    for method, path in (
        ("GET", "replies"),
        ("POST", "customers"),
        ("POST", "contacts"),
        ("GET", "customers/C-1001/explanation"),
    ):
        answer = client.open(
            f"/api/v1/{path}", method=method, headers=headers, json=[ADA] if method == "POST" else None
        )
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert Contents.of(company) == before


def test_a_token_taken_out_of_use_opens_nothing(company: Company, client: FlaskClient) -> None:
    plain = tokens.create(company.runtime, "shop")
    token = tokens.verify(company.runtime, plain)
    assert token is not None
    assert tokens.revoke(company.runtime, token.id)
    assert client.get("/api/v1/replies", headers={"Authorization": f"Bearer {plain}"}).status_code == 401


def test_customers_come_in_once_each_with_a_receipt(call: Call) -> None:
    first = call("POST", "/customers", json=[ADA, {"external_id": "X-2"}])
    assert first.status_code == 200
    assert first.json["counts"] == {"created": 2}
    again = call("POST", "/customers", json=[ADA])
    assert again.json["items"] == [
        {"external_id": "X-1", "result": "unchanged", "field": None, "reason": None, "notes": []}
    ]


def test_contacts_come_in_once_each_with_a_receipt(call: Call) -> None:
    assert call("POST", "/contacts", json=[VISIT]).json["counts"] == {"created": 1}
    assert call("POST", "/contacts", json=[VISIT]).json["counts"] == {"unchanged": 1}


def test_some_refused_is_207_and_names_the_field(call: Call) -> None:
    answer = call("POST", "/contacts", json=[VISIT, {**VISIT, "external_id": "V-2", "value": 101}])
    assert answer.status_code == 207
    assert [item["result"] for item in answer.json["items"]] == ["created", "refused"]
    assert (answer.json["items"][1]["field"], answer.json["items"][1]["reason"]) == ("value", "is above 100")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"value": "much"}, "value"),
        ({"value": True}, "value"),
        ({"occurred_at": "2026-05-12T08:00:00"}, "occurred_at"),
        ({"occurred_at": "2026-02-30T08:00:00Z"}, "occurred_at"),
        ({"customer": "nobody"}, "customer"),
        ({"kind": ""}, "kind"),
        ({"kind": ["visit"]}, "kind"),
        ({"colour": "red"}, "colour"),
        ({"attributes": []}, "attributes"),
    ],
)
def test_all_refused_is_422_with_the_field(call: Call, change: dict[str, object], field: str) -> None:
    answer = call("POST", "/contacts", json=[{**VISIT, **change}])
    assert answer.status_code == 422
    assert answer.json["items"][0]["field"] == field


@pytest.mark.parametrize(
    ("body", "field"),
    [({}, "body"), ({"customers": []}, "body"), ([], "body"), (None, "body"), ("text", "body"), (7, "body"),
     ([1], "body.0"), ([ADA, None], "body.1"), ([ADA, [ADA]], "body.1"), ([ADA] * (MOST_ITEMS + 1), "body")],
)  # fmt: skip
def test_json_of_the_wrong_shape_is_422_and_takes_nothing_in(
    company: Company, call: Call, body: object, field: str
) -> None:
    before = Contents.of(company)
    for path in ("/customers", "/contacts"):
        answer = call("POST", path, data=json.dumps(body), content_type="application/json")
        assert answer.status_code == 422
        assert answer.json["field"] == field
    assert Contents.of(company) == before


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b"", "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b"[]", "text/plain", 415),
    ],
)
def test_what_is_not_json_is_refused(call: Call, body: bytes, kind: str, status: int) -> None:
    answer = call("POST", "/customers", data=body, content_type=kind)
    assert answer.status_code == status
    assert answer.json["error"]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b'[{"external_id": "X-1"},\n {"external_id" "X-2"}]', "at line 2, column 17"),
        (b"", "at line 1, column 1"),
        (b'["\xff"]', "not utf-8 text at byte 3"),
        (b'[{"external_id": "X-1", "attributes": {"a": NaN}}]', "NaN is not a number"),
        (b'[{"external_id": "X-1", "attributes": {"a": -Infinity}}]', "-Infinity is not a number"),
    ],
)
def test_what_is_not_json_is_told_with_its_place(company: Company, call: Call, body: bytes, told: str) -> None:
    before = Contents.of(company)
    answer = call("POST", "/customers", data=body, content_type="application/json")
    assert answer.status_code == 400
    assert told in answer.json["error"]
    assert Contents.of(company) == before


def test_a_number_too_large_to_be_one_is_refused_with_its_field(call: Call) -> None:
    body = json.dumps([VISIT]).replace("70", "1e999")
    answer = call("POST", "/contacts", data=body, content_type="application/json")
    assert answer.status_code == 422
    assert answer.json["items"][0]["field"] == "value"


@pytest.mark.parametrize("kind", [None, "text/plain", "application/x-www-form-urlencoded"])
def test_a_body_that_does_not_say_it_is_json_is_told_how(call: Call, kind: str | None) -> None:
    answer = call("POST", "/customers", data=b"[]", content_type=kind)
    assert answer.status_code == 415
    assert "Content-Type: application/json" in answer.json["error"]


@pytest.mark.parametrize("moment", ["1970-01-01T00:00:00Z", "2100-12-31T23:59:59Z"])
def test_the_first_and_the_last_moment_can_be_asked_about(call: Call, moment: str) -> None:
    told = call("GET", f"/customers/C-1001/explanation?at={moment}")
    assert told.status_code == 200
    assert told.json["at"] == moment


def test_an_explanation_tells_every_policy_and_every_finding(call: Call) -> None:
    told = call("GET", "/customers/C-1001/explanation").json
    assert told["customer"] == "C-1001"
    assert {policy["policy"] for policy in told["policies"]} >= {
        "after-valuable-contact",
        "relationship",
        "something-useful",
    }
    for policy in told["policies"]:
        assert policy["action"] in ("ask", "give", "wait", "skip")
        assert all(finding["because"] for finding in policy["findings"])
        assert (policy["moment"] is None) == (policy["action"] == "skip")


@pytest.mark.parametrize("external_id", ["/lead", "a//b", "a/b"])
def test_a_customer_whose_id_holds_slashes_is_that_customer_and_no_other(call: Call, external_id: str) -> None:
    call("POST", "/customers", json=[{"external_id": one} for one in (external_id, "lead", "a-b")])
    for written in (external_id, external_id.replace("/", "%2F")):
        answer = call("GET", f"/customers/{written}/explanation")
        assert (answer.status_code, answer.json["customer"]) == (200, external_id)


def test_an_explanation_can_be_had_for_another_moment_and_in_dutch(call: Call) -> None:
    told = call("GET", "/customers/C-1001/explanation?at=2026-05-01T12:00:00Z&lang=nl").json
    assert told["at"] == "2026-05-01T12:00:00Z"
    said = " ".join(finding["because"] for policy in told["policies"] for finding in policy["findings"])
    assert "toestemming" in said


@pytest.mark.parametrize(
    ("path", "status", "field"),
    [
        ("/customers/nobody/explanation", 404, "external_id"),
        ("/customers/C-1001/explanation?contact=nothing", 404, "contact"),
        ("/customers/C-1001/explanation?at=yesterday", 422, "at"),
        ("/customers/C-1001/explanation?at=2026-05-01T12:00:00", 422, "at"),
        ("/customers/C-1001/explanation?at=0001-01-01T00:00:00Z", 422, "at"),
        ("/customers/C-1001/explanation?at=0001-01-01T00:00:00%2B14:00", 422, "at"),
        ("/customers/C-1001/explanation?at=1969-12-31T23:59:59.5Z", 422, "at"),
        ("/customers/C-1001/explanation?at=2101-01-01T00:00:00Z", 422, "at"),
        ("/customers/C-1001/explanation?at=9999-12-31T23:59:59-14:00", 422, "at"),
        ("/replies?limit=0", 422, "limit"),
        ("/replies?limit=201", 422, "limit"),
        ("/replies?before=x", 422, "before"),
    ],
)
def test_what_cannot_be_answered_names_the_field(call: Call, path: str, status: int, field: str) -> None:
    answer = call("GET", path)
    assert answer.status_code == status
    assert answer.json["field"] == field


def test_without_a_guard_there_is_nothing_to_explain(empty: Company) -> None:
    from web.app import create_app

    token = tokens.create(empty.runtime, "shop")
    client = create_app(empty.runtime).test_client()
    headers = {"Authorization": f"Bearer {token}"}
    client.post("/api/v1/customers", json=[ADA], headers=headers)
    assert client.get("/api/v1/customers/X-1/explanation", headers=headers).status_code == 409


def test_replies_come_a_page_at_a_time_each_once(call: Call) -> None:
    everything = call("GET", "/replies?limit=200").json["replies"]
    seen, before = [], ""
    while True:
        page = call("GET", f"/replies?limit=3{before}").json
        seen += page["replies"]
        if page["next_before"] is None:
            break
        before = f"&before={page['next_before']}"
    assert seen == everything
    assert len(everything) > 3


def test_the_database_away_is_503_with_nothing_half_done(company: Company, call: Call) -> None:
    before, engine = Contents.of(company), company.runtime.engine
    object.__setattr__(company.runtime, "engine", database.connect("sqlite:////nowhere/at/all/outreach.db"))
    for method, path in (("GET", "/replies"), ("POST", "/customers"), ("POST", "/contacts")):
        answer = call(method, path, json=[ADA] if method == "POST" else None)
        assert answer.status_code == 503
        assert "Nothing was lost or half done" in answer.json["error"]
    object.__setattr__(company.runtime, "engine", engine)
    assert Contents.of(company) == before


def test_the_description_is_openapi_and_every_reference_in_it_leads_somewhere(client: FlaskClient) -> None:
    told: Any = client.get("/api/v1/openapi.json").json
    assert told["openapi"].startswith("3.1")
    references = set(_values(told, "$ref"))
    known = {f"#/components/schemas/{name}" for name in told["components"]["schemas"]}
    assert references <= known


def test_the_description_names_every_route_of_the_api(client: FlaskClient) -> None:
    routes = {
        (rule.rule.replace("/api/v1", "").replace("<path:", "{").replace(">", "}"), method.lower())
        for rule in client.application.url_map.iter_rules()
        if rule.endpoint.startswith("api.") and rule.endpoint != "api.description"
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert routes == {(path, method) for path, methods in openapi.document()["paths"].items() for method in methods}


def test_answers_are_as_described(call: Call) -> None:
    described = openapi.document()["components"]["schemas"]
    page = call("GET", "/replies").json
    assert set(page) == set(described["ReplyPage"]["properties"])
    assert set(page["replies"][0]) == set(described["ReplyItem"]["properties"])
    told = call("GET", "/customers/C-1001/explanation").json
    assert set(told["policies"][0]) == set(described["PolicyExplanation"]["properties"])


def _values(node: object, key: str) -> list[str]:
    if isinstance(node, dict):
        return [v for k, v in node.items() if k == key] + [f for v in node.values() for f in _values(v, key)]
    return [f for v in node for f in _values(v, key)] if isinstance(node, list) else []


def test_the_description_tells_the_bounds_that_are_held(client: FlaskClient) -> None:
    contact = openapi.document()["components"]["schemas"]["ContactForm"]["properties"]
    assert (contact["value"]["minimum"], contact["value"]["maximum"]) == (0, 100)
