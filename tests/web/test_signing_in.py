"""Signing in to the pages, and what each role may do there: every route, for everybody."""

import re
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from outreach import drafts, users
from outreach.lifecycle import Role
from policies.library import text
from tests.web.addresses import every_address
from tests.web.forms import send, token_of
from tests.web.seed import Company
from web import roles
from web.app import create_app
from web.doors import FROM_ANYWHERE, SIGNING_IN

PASSWORD = "correct horse battery"
ELSEWHERE = {"REMOTE_ADDR": "192.0.2.7"}


def somebody(company: Company, name: str = "anna", role: Role = Role.ADMIN) -> int:
    return users.choose_password(company.runtime, users.add(company.runtime, name, role, "operator"), PASSWORD).id


def sign_in(client: FlaskClient, name: str = "anna", password: str = PASSWORD, **more: str) -> TestResponse:
    return send(client, "/sign-in", "/sign-in", name=name, password=password, **more)


def signed_in(app: Flask, name: str) -> FlaskClient:
    client = app.test_client()
    assert sign_in(client, name).status_code == 303
    return client


def test_with_the_first_password_the_pages_want_to_know_who_is_there(client: FlaskClient, company: Company) -> None:
    assert client.get("/").status_code == 200
    somebody(company)
    answer = client.get("/customers?q=Lotte")
    assert answer.status_code == 303
    assert answer.location == "/sign-in?next=/customers?q%3DLotte"
    answer = sign_in(client, next="/customers?q=Lotte")
    assert (answer.status_code, answer.location) == (303, "/customers?q=Lotte")
    assert "anna" in client.get("/").text


@pytest.mark.parametrize(
    "onward", ["https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil", "javascript:x", "/a\nb", "x"]
)
def test_signing_in_leads_nowhere_else(client: FlaskClient, company: Company, onward: str) -> None:
    somebody(company)
    assert sign_in(client, next=onward).location == "/"


def test_a_link_lets_somebody_choose_a_password_once(client: FlaskClient, company: Company) -> None:
    page = f"/welcome/{users.add(company.runtime, 'anna', Role.ADMIN, 'operator')}"
    assert send(client, page, page, password=PASSWORD, again="another").status_code == 422
    assert send(client, page, page, password="password1", again="password1").status_code == 422
    assert send(client, page, page, password=PASSWORD, again=PASSWORD).status_code == 303
    assert client.get(page).status_code == 404
    assert sign_in(client).status_code == 303


def test_a_wrong_password_says_no_more_than_that_and_guessing_is_held_up(client: FlaskClient, company: Company) -> None:
    somebody(company)
    said = {re.sub(r'value="[^"]*"', "", sign_in(client, name, "wrong").text) for name in ("anna", "nobody")}
    assert len(said) == 1
    answers = [sign_in(client, password="wrong").status_code for _ in range(users.TRIES)]
    assert answers[-1] == 429
    assert sign_in(client).status_code == 429


@pytest.mark.parametrize("fields", [{}, {"name": "anna"}, {"name": "x" * 5000, "password": "x" * 5000}])
def test_nonsense_signs_nobody_in(client: FlaskClient, company: Company, fields: dict[str, str]) -> None:
    somebody(company)
    assert send(client, "/sign-in", "/sign-in", **fields).status_code == 422


def test_another_password_ends_the_sign_ins_of_every_browser(app: Flask, company: Company) -> None:
    somebody(company)
    one, other = signed_in(app, "anna"), signed_in(app, "anna")
    page = "/settings/me"
    new = {"password": "twelve small trees", "again": "twelve small trees"}
    assert send(one, page, page, old="wrong", **new).status_code == 422
    assert send(one, page, page, old=PASSWORD, **new).status_code == 303
    assert [client.get("/").status_code for client in (one, other)] == [303, 303]


def test_signing_out_ends_it_on_the_server_too(app: Flask, company: Company) -> None:
    somebody(company)
    client = signed_in(app, "anna")
    kept = client.get_cookie("outreach")
    assert kept is not None
    assert send(client, "/", "/sign-out").status_code == 303
    client.set_cookie("outreach", kept.value)
    assert client.get("/").status_code == 303


def test_the_secret_of_a_sign_in_is_new_each_time(app: Flask, company: Company) -> None:
    somebody(company)
    client = app.test_client()
    before = client.get("/sign-in").headers.get("Set-Cookie", "")
    cookies = {sign_in(client).headers["Set-Cookie"] for _ in range(2)}
    assert before not in cookies
    assert len(cookies) == 2


def test_from_elsewhere_the_pages_are_there_for_whoever_signs_in_over_https(company: Company) -> None:
    settings = company.runtime.settings.model_copy(update={"public_base_url": "https://ask.example.com"})
    app = create_app(replace(company.runtime, settings=settings))
    client, there = app.test_client(), {"base_url": "https://ask.example.com", "environ_base": ELSEWHERE}
    assert client.get("/sign-in", **there).status_code == 403  # nobody is known yet
    somebody(company)
    assert client.get("/", **there).status_code == 303
    token = token_of(client.get("/sign-in", **there))
    form = {"csrf_token": token, "name": "anna", "password": PASSWORD}
    answer = client.post("/sign-in", data=form, headers={"Origin": "https://ask.example.com"}, **there)
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-outreach=")
    for flag in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert flag in cookie
    assert "Domain" not in cookie
    assert client.get("/", **there).status_code == 200


def test_behind_a_proxy_a_stranger_holds_up_nobody_else(company: Company) -> None:
    behind = {"public_base_url": "https://ask.example.com", "trusted_proxies": 1}
    app = create_app(replace(company.runtime, settings=company.runtime.settings.model_copy(update=behind)))
    somebody(company)

    def tried(place: str, password: str) -> int:
        client, there = app.test_client(), {"base_url": "https://ask.example.com"}
        headers = {"X-Forwarded-For": f"203.0.113.1, {place}", "Origin": "https://ask.example.com"}
        token = token_of(client.get("/sign-in", headers=headers, **there))
        form = {"csrf_token": token, "name": "anna", "password": password}
        return client.post("/sign-in", data=form, headers=headers, **there).status_code

    assert [tried("198.51.100.66", "wrong") for _ in range(users.TRIES + 1)][-1] == 429
    assert tried("198.51.100.67", PASSWORD) == 303


@pytest.mark.parametrize("header", ["127.0.0.1", "::1"])
def test_no_header_makes_somebody_from_elsewhere_be_at_this_computer(company: Company, header: str) -> None:
    trusting = company.runtime.settings.model_copy(update={"trusted_proxies": 1})
    client = create_app(replace(company.runtime, settings=trusting)).test_client()
    assert client.get("/", headers={"X-Forwarded-For": header}, environ_base=ELSEWHERE).status_code == 403
    assert client.get("/", environ_base=ELSEWHERE).status_code == 403


def test_what_is_refused_is_said_in_the_language_of_the_page(app: Flask, company: Company) -> None:
    somebody(company)
    client, page = signed_in(app, "anna"), "/settings/users?lang=nl"
    assert "Er heet al iemand zo" in send(client, page, page, name="anna", role="viewer").text


def inside(app: Flask, company: Company, method: str) -> list[tuple[str, str]]:
    outside = {*FROM_ANYWHERE, SIGNING_IN, "static"}
    return [
        (rule.endpoint, address)
        for rule, address in every_address(app, company, method)
        if rule.endpoint.split(".")[0] not in outside
    ]


def test_every_page_says_which_role_it_is_for(app: Flask) -> None:
    found = {rule.endpoint for rule in app.url_map.iter_rules()}
    listed = {name for name in found if name.split(".")[0] not in {*FROM_ANYWHERE, SIGNING_IN, "static"}}
    assert {name.split(".")[0] for name in listed} == set(roles.PAGES)
    assert set(roles.APART) <= listed
    assert roles.needed("something.new", changes=False) is None


@pytest.mark.parametrize("role", list(Role))
def test_each_role_may_do_what_it_may_and_nothing_else(app: Flask, company: Company, role: Role) -> None:
    somebody(company, "boss")
    somebody(company, "anna", role)
    client = signed_in(app, "anna")
    token = token_of(client.get("/"))
    for method, changes in (("GET", False), ("POST", True)):
        for endpoint, address in inside(app, company, method):
            needed = roles.needed(endpoint, changes)
            assert needed is not None
            answer = client.open(address, method=method, data={"csrf_token": token} if changes else None)
            refused = answer.status_code == 403 and "Your role does not allow this" in answer.text
            assert refused is not role.may(needed), f"{role}: {method} {address}"


def test_whoever_is_not_signed_in_gets_nowhere(app: Flask, company: Company, client: FlaskClient) -> None:
    somebody(company)
    token = token_of(client.get("/sign-in"))
    for _, address in inside(app, company, "GET"):
        assert client.get(address).status_code == 303, address
    for _, address in inside(app, company, "POST"):
        assert client.post(address, data={"csrf_token": token}).status_code == 403, address


def test_an_admin_adds_somebody_and_keeps_them_out(app: Flask, company: Company) -> None:
    somebody(company, "boss")
    boss, page = signed_in(app, "boss"), "/settings/users"
    told = send(boss, page, page, name="Anna", role="marketer").text
    link = re.findall(r"http://[^<]+(/welcome/[\w-]+)", told)[0]
    assert link not in boss.get(page).text
    anna = app.test_client()
    assert send(anna, link, link, password=PASSWORD, again=PASSWORD).status_code == 303
    assert sign_in(anna).status_code == 303
    assert send(boss, page, f"{page}/2/role", role="viewer").status_code == 303
    assert anna.get("/").status_code == 303  # the role changed, so they sign in again
    assert send(boss, page, f"{page}/2/keep-out").status_code == 303
    assert sign_in(anna).status_code == 422
    for wrong in ({"name": "anna", "role": "viewer"}, {"name": "", "role": "viewer"}, {"name": "bram", "role": "king"}):
        assert send(boss, page, page, **wrong).status_code == 422
    assert send(boss, page, f"{page}/1/keep-out").status_code == 422  # the only admin
    assert send(boss, page, f"{page}/99/role", role="viewer").status_code == 422


def test_a_draft_is_published_by_another_pair_of_eyes(app: Flask, company: Company) -> None:
    for name, role in (("anna", Role.APPROVER), ("bram", Role.APPROVER)):
        somebody(company, name, role)
    drafts.save(company.runtime, text("relationship").replace('title = "', 'title = "Our '), 0, "anna")
    drafts.propose(company.runtime, "relationship", 1, "anna")
    edit, publish = "/policies/relationship/edit", "/policies/relationship/publish"
    assert send(signed_in(app, "anna"), edit, publish, revision="1").status_code == 403
    assert send(signed_in(app, "bram"), edit, publish, revision="1").status_code == 303
