"""Who may come in, and what every answer carries."""

from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from outreach import tokens
from tests.web.addresses import asked, every_address, gift_token, sent, tokens_of
from tests.web.conftest import Contents, Reader
from tests.web.seed import Company
from web.app import create_app
from web.doors import FROM_ANYWHERE, HEADERS, IN_A_FRAME, PREVIEW, WITH_A_FRAME
from web.gift import MAY_LEAD_AWAY

POLICIES = {
    "gift.show": MAY_LEAD_AWAY, "sandbox.show": WITH_A_FRAME, "sandbox.mail": IN_A_FRAME,
    "writing.new": WITH_A_FRAME, "writing.edit": WITH_A_FRAME, "writing.preview_saved": PREVIEW,
}  # fmt: skip
"""The pages that may do more, or less, than the others."""

PAGES = (
    "/",
    "/customers",
    "/customers/C-1001",
    "/replies",
    "/replies/1",
    "/sandbox",
    "/sandbox/C-1001",
    "/rehearse",
    "/policies",
    "/policies/guard/1",
    "/policies/guard/edit",
    "/policies/guard/versions",
    "/content",
    "/content/1",
    "/surveys",
    "/surveys/new",
    "/begin",
    "/bring/customers",
    "/settings",
    "/settings/channels",
    "/settings/tokens",
    "/settings/audit",
)


def test_every_route_answers_with_the_headers_that_protect(app: Flask, company: Company, client: FlaskClient) -> None:
    for method in ("GET", "POST"):
        for rule, address in every_address(app, company, method):
            answer = client.open(address, method=method)
            for name, value in HEADERS.items():
                said = answer.headers[name]
                if name == "Content-Security-Policy":
                    assert said == POLICIES.get(rule.endpoint, value), f"{method} {address}"
                else:
                    assert said == value, f"{method} {address}"


def test_refusals_carry_the_headers_too(client: FlaskClient) -> None:
    for answer in (client.get("/nowhere"), client.get("/", headers={"Host": "evil.example"}), client.post("/")):
        assert answer.headers["Content-Security-Policy"] == HEADERS["Content-Security-Policy"]


def test_no_page_may_be_kept_by_a_browser_and_static_files_may(client: FlaskClient) -> None:
    for page in PAGES:
        assert client.get(page).headers["Cache-Control"] == "no-store"
    assert "max-age" in client.get("/static/outreach.css").headers["Cache-Control"]


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(client: FlaskClient) -> None:
    cookie = client.get("/sandbox/C-1001").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_the_customers_pages_set_no_cookie(app: Flask, company: Company, client: FlaskClient) -> None:
    for method in ("GET", "POST"):
        for rule, address in every_address(app, company, method):
            if rule.endpoint.split(".")[0] in FROM_ANYWHERE:
                answer = client.open(f"{address}?lang=nl", method=method, data={"score": "9", "text": "Nice"})
                assert "Set-Cookie" not in answer.headers, address


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8017", "127.0.0.1.evil.example", "xlocalhost"])
def test_a_foreign_host_is_refused_on_every_kind_of_route(client: FlaskClient, host: str) -> None:
    for address in ("/", "/api/v1/replies", "/healthz", "/c/some-token", "/static/outreach.css"):
        assert client.get(address, headers={"Host": host}).status_code == 400


@pytest.mark.parametrize("host", ["127.0.0.1:8017", "localhost", "localhost:9"])
def test_this_computer_has_several_names(client: FlaskClient, host: str) -> None:
    assert client.get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("peer", ["192.0.2.7", "10.0.0.3", "::ffff:192.0.2.7", "", "nonsense"])
def test_pages_answer_only_on_this_computer(app: Flask, company: Company, client: FlaskClient, peer: str) -> None:
    for rule, address in every_address(app, company, "GET"):
        if rule.endpoint.split(".")[0] not in {*FROM_ANYWHERE, "static"}:
            answer = client.get(address, environ_base={"REMOTE_ADDR": peer})
            assert answer.status_code == 403, address
            assert "only on the computer they run on" in answer.text


@pytest.mark.parametrize(
    "header",
    ["X-Forwarded-For", "X-Forwarded-Proto", "Forwarded", "X-Real-IP", "Via", "CF-Ray", "cf-visitor"],
)
def test_a_proxy_on_this_computer_opens_the_pages_to_nobody(client: FlaskClient, header: str) -> None:
    assert client.get("/", headers={header: "127.0.0.1"}).status_code == 403


@pytest.mark.parametrize("url", ["https://ask.example.com", "http://10.0.0.3:8000", "http://[2001:db8::7]", "http://"])
def test_where_customers_come_from_outside_a_silent_proxy_opens_nothing(company: Company, url: str) -> None:
    client = reached_at(company, url)
    for page in (*PAGES, "/metrics"):
        answer = client.get(page, headers={"Host": "127.0.0.1:8017"})
        assert answer.status_code == 403, page
    assert "its pages are closed" in client.get("/", headers={"Host": "localhost"}).text


def test_where_customers_come_from_outside_their_links_the_api_and_the_probes_answer(company: Company) -> None:
    client = reached_at(company, "https://ask.example.com")
    token = {"Authorization": f"Bearer {tokens.create(company.runtime, 'shop')}"}
    somebody = asked(company)
    pages = (f"/r/{somebody.survey}", f"/u/{somebody.stop}", f"/p/{somebody.choose}", "/compliments")
    for address in ("/api/v1/replies", "/metrics", f"/c/{gift_token(company)}", "/healthz", "/readyz", *pages):
        assert client.get(address, headers={"Host": "ask.example.com", **token}).status_code == 200, address


@pytest.mark.parametrize("url", ["http://localhost:9", "http://127.0.0.2", "http://[::1]:8000"])
def test_an_address_that_only_this_computer_has_keeps_the_pages_open(company: Company, url: str) -> None:
    assert reached_at(company, url).get("/", headers={"Host": "127.0.0.1"}).status_code == 200


def reached_at(company: Company, url: str) -> FlaskClient:
    """The application of an installation whose customers reach it at this address."""
    settings = company.runtime.settings.model_copy(update={"public_base_url": url})
    app = create_app(replace(company.runtime, settings=settings))
    app.test_client_class = Reader
    return app.test_client()


def test_an_address_of_this_computer_in_a_longer_notation_is_still_this_computer(client: FlaskClient) -> None:
    assert client.get("/", environ_base={"REMOTE_ADDR": "::ffff:127.0.0.1"}).status_code == 200


def test_the_api_and_what_customers_were_sent_answer_from_anywhere(company: Company, client: FlaskClient) -> None:
    away, somebody = {"REMOTE_ADDR": "192.0.2.7"}, asked(company)
    token = tokens.create(company.runtime, "shop")
    replies = client.get("/api/v1/replies", headers={"Authorization": f"Bearer {token}"}, environ_base=away)
    assert replies.status_code == 200
    assert client.get(f"/c/{gift_token(company)}", environ_base=away).status_code == 200
    assert client.get("/healthz", environ_base=away).status_code == 200
    for page in (f"/r/{somebody.survey}", f"/u/{somebody.stop}", f"/p/{somebody.choose}", "/compliments"):
        assert client.get(page, environ_base=away).status_code == 200


def test_a_form_without_its_token_does_nothing(app: Flask, company: Company, client: FlaskClient) -> None:
    before = Contents.of(company)
    sent = [address for rule, address in every_address(app, company, "POST") if rule.endpoint.startswith("sandbox.")]
    assert len(sent) == 2
    for address in sent:
        answer = client.post(address, data={"text": "9", "channel": "email", "key": "k", "token": gift_token(company)})
        assert answer.status_code == 400
        assert "nothing was done" in answer.text
    assert Contents.of(company) == before


def test_every_route_that_changes_something_is_a_form_with_a_token_or_has_a_secret(app: Flask) -> None:
    changing = {
        rule.endpoint.split(".")[0] for rule in app.url_map.iter_rules() if rule.methods and "POST" in rule.methods
    }
    assert changing == {
        "customers",
        "sandbox",
        "rehearsing",
        "replies",
        "trying",
        "editing",
        "writing",
        "beginning",
        "settings",
        "overview",
        "care",
        "people",
        "myself",
        "signing_in",
        "gift",
        "survey",
        "unsubscribe",
        "preferences",
        "compliments",
        "api",
        "webhooks",
    }


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"}]
)
def test_a_form_from_another_site_does_nothing(company: Company, client: FlaskClient, headers: dict[str, str]) -> None:
    before = Contents.of(company)
    somebody = asked(company)
    pages = (f"/c/{gift_token(company)}", f"/r/{somebody.survey}", f"/p/{somebody.choose}/erase", "/compliments")
    for address in (*pages, "/sandbox/C-1001/answer", "/replies/1/decide", "/replies/1/assign"):
        assert client.post(address, data={"score": "9", "text": "x"}, headers=headers).status_code == 403
    assert Contents.of(company) == before


def test_a_body_that_is_too_large_is_refused(company: Company, client: FlaskClient) -> None:
    token = tokens.create(company.runtime, "shop")
    large = b"[" + b" " * 9_000_000 + b"]"
    answer: Any = client.post(
        "/api/v1/customers", data=large, headers={"Authorization": f"Bearer {token}"}, content_type="application/json"
    )
    assert answer.status_code == 413
    assert "nothing was kept" in answer.json["error"]


@pytest.mark.parametrize(
    ("path", "kind", "start"),
    [
        ("/api/v1/customers", "application/json", b'[{"external_id": "X-1"}]'),
        ("/c/{gift}", "application/x-www-form-urlencoded", b"rest="),
    ],
)
def test_a_body_that_does_not_say_how_large_it_is_is_never_cut_off_and_taken_for_whole(
    company: Company, client: FlaskClient, path: str, kind: str, start: bytes
) -> None:
    token = tokens.create(company.runtime, "shop")
    before = Contents.of(company)
    answer = client.post(
        path.format(gift=gift_token(company)),
        input_stream=BytesIO(start + b" " * 9_000_000),
        headers={"Authorization": f"Bearer {token}", "Transfer-Encoding": "chunked"},
        content_type=kind,
        environ_overrides={"wsgi.input_terminated": True},  # as a server says that read the chunks
    )
    assert answer.status_code == 413
    assert Contents.of(company) == before


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_looking_changes_nothing(app: Flask, company: Company, client: FlaskClient, method: str) -> None:
    before = Contents.of(company)
    for _, address in every_address(app, company, "GET"):
        client.open(address, method=method)
    assert Contents.of(company) == before


def test_twenty_scanners_that_fetch_every_link_change_nothing(company: Company, client: FlaskClient) -> None:
    links = []
    for _, line in sent(company)[:8]:
        of = tokens_of(company, line)
        scores = [f"/r/{of['r']}?s={score}" for score in (0, 7, 10)]
        first = {"content": [f"/c/{of['c']}"], "ask": scores, "reminder": scores}.get(line.kind, [])
        links += [*first, f"/u/{of['u']}?p={of['p']}&lang=nl", f"/p/{of['p']}", f"/p/{of['p']}/erase"]
    before = Contents.of(company)
    for _ in range(20):
        for link in links:
            assert client.head(link).status_code == 200, link
            assert client.get(link).status_code == 200, link
    assert Contents.of(company) == before
