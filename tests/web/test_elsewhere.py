"""Signing in with an account at an identity provider, which really signs, over HTTP."""

import time
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
import requests
from flask.testing import FlaskClient
from joserfc.jwk import RSAKey
from pydantic import SecretStr, ValidationError
from werkzeug.test import TestResponse

from outreach import users
from outreach.lifecycle import Role
from outreach.settings import Settings
from outreach.users import AccountTaken
from tests.web.conftest import Reader, served
from tests.web.identity import CLIENT, SECRET, Provider
from tests.web.seed import Company
from web.app import create_app

ADMIN = "a long enough sentence of ours"


@pytest.fixture
def provider() -> Provider:
    return Provider(int(time.time()))


@pytest.fixture
def client(company: Company, provider: Provider) -> Iterator[FlaskClient]:
    """The pages of an installation that knows the provider, where Ada signs in with a password."""
    with served(provider.app()) as issuer:
        told = {"oidc_issuer": issuer, "oidc_client_id": CLIENT, "oidc_client_secret": SecretStr(SECRET)}
        runtime = replace(company.runtime, settings=company.runtime.settings.model_copy(update=told))
        users.choose_password(runtime, users.add(runtime, "ada", Role.ADMIN, "outreach user"), ADMIN)
        company.runtime = runtime
        app = create_app(runtime)
        app.test_client_class = Reader
        yield app.test_client()


def through(client: FlaskClient, start: str) -> TestResponse:
    """From our page to the provider, and back, as a browser goes."""
    to_provider = client.get(start)
    assert to_provider.status_code == 302, to_provider.text
    back = requests.get(to_provider.location, allow_redirects=False, timeout=10)
    parts = urlsplit(back.headers["Location"])
    return client.get(f"{parts.path}?{parts.query}")


def invited(company: Company, name: str, role: Role = Role.MARKETER) -> str:
    return users.add(company.runtime, name, role, "ada")


def test_an_account_is_joined_once_with_the_link_and_signs_in_from_then_on(
    company: Company, client: FlaskClient
) -> None:
    link = invited(company, "bram")
    assert "Or sign in with 127.0.0.1 from now on" in client.get(f"/welcome/{link}").text
    assert through(client, f"/sign-in/elsewhere?link={link}").location == "/"
    assert "bram" in client.get("/").text
    client.delete_cookie("outreach")
    assert client.get("/").status_code == 303
    assert "Sign in with 127.0.0.1" in client.get("/sign-in").text
    assert through(client, "/sign-in/elsewhere?next=/replies").location == "/replies"
    assert "bram" in client.get("/").text


def test_who_joined_no_account_does_not_come_in(company: Company, client: FlaskClient) -> None:
    refused = through(client, "/sign-in/elsewhere")
    assert refused.status_code == 403
    assert "Ask an admin for a one-time link" in refused.text
    assert client.get("/").status_code == 303


def test_who_is_kept_out_does_not_come_in_by_another_door(company: Company, client: FlaskClient) -> None:
    through(client, f"/sign-in/elsewhere?link={invited(company, 'bram')}")
    bram = next(one for one in users.users(company.runtime) if one.name == "bram")
    users.set_disabled(company.runtime, bram.id, True, "ada")
    assert client.get("/").status_code == 303
    assert through(client, "/sign-in/elsewhere").status_code == 403


def test_one_account_is_one_user(company: Company, client: FlaskClient, provider: Provider) -> None:
    through(client, f"/sign-in/elsewhere?link={invited(company, 'bram')}")
    taken = through(client, f"/sign-in/elsewhere?link={invited(company, 'cleo')}")
    assert taken.status_code == 403
    assert "Somebody else here has joined this account already." in taken.text
    provider.subject = "user-4712"
    assert through(client, f"/sign-in/elsewhere?link={invited(company, 'daan')}").location == "/"
    with pytest.raises(AccountTaken):
        users.join(company.runtime, invited(company, "eva"), account_of(provider, client))


def account_of(provider: Provider, client: FlaskClient) -> str:
    issuer = client.get("/sign-in/elsewhere").location.partition("/authorize")[0]
    return f"{issuer}\n{provider.subject}"


def test_a_link_is_worth_nothing_a_second_time(company: Company, client: FlaskClient, provider: Provider) -> None:
    link = invited(company, "bram")
    through(client, f"/sign-in/elsewhere?link={link}")
    provider.subject = "somebody-else"
    assert through(client, f"/sign-in/elsewhere?link={link}").status_code == 404


@pytest.mark.parametrize(
    "lies", [{"aud": "another"}, {"iss": "https://evil.example"}, {"nonce": "guessed"}, {"exp": 1}, {"sub": ""}]
)
def test_what_the_token_does_not_show_is_not_believed(
    company: Company, client: FlaskClient, provider: Provider, lies: dict[str, object]
) -> None:
    through(client, f"/sign-in/elsewhere?link={invited(company, 'bram')}")
    client.delete_cookie("outreach")
    provider.lies = lies
    refused = through(client, "/sign-in/elsewhere")
    assert refused.status_code == 403
    assert "did not say who you are" in refused.text
    assert client.get("/").status_code == 303


def test_a_token_signed_with_another_key_is_not_believed(
    company: Company, client: FlaskClient, provider: Provider
) -> None:
    through(client, f"/sign-in/elsewhere?link={invited(company, 'bram')}")
    client.delete_cookie("outreach")
    provider.signs_with = RSAKey.generate_key(2048, {"kid": "1"})
    assert through(client, "/sign-in/elsewhere").status_code == 403


def test_an_answer_nobody_asked_for_is_not_believed(client: FlaskClient) -> None:
    for address in ("/sign-in/back", "/sign-in/back?code=x&state=y", "/sign-in/back?error=access_denied"):
        refused = client.get(address)
        assert refused.status_code == 403
        assert "did not say who you are" in refused.text


def test_another_site_cannot_have_somebody_join_an_account_unawares(company: Company, client: FlaskClient) -> None:
    link = invited(company, "bram")
    for site in ("cross-site", "same-site", "none"):
        assert client.get(f"/sign-in/elsewhere?link={link}", headers={"Sec-Fetch-Site": site}).status_code == 403


def test_a_provider_that_does_not_answer_is_told(company: Company) -> None:
    told = {"oidc_issuer": "http://127.0.0.1:9", "oidc_client_id": CLIENT, "oidc_client_secret": SecretStr(SECRET)}
    app = create_app(replace(company.runtime, settings=company.runtime.settings.model_copy(update=told)))
    app.test_client_class = Reader
    answer = app.test_client().get("/sign-in/elsewhere")
    assert answer.status_code == 503
    assert "cannot be reached right now" in answer.text


def test_where_no_provider_is_set_there_is_no_such_door(company: Company) -> None:
    app = create_app(company.runtime)
    app.test_client_class = Reader
    plain = app.test_client()
    assert plain.get("/sign-in/elsewhere").status_code == 404
    assert plain.get("/sign-in/back").status_code == 404
    assert "elsewhere" not in plain.get("/sign-in").text


def test_a_provider_is_set_whole_and_over_https() -> None:
    whole = {"oidc_client_id": "a", "oidc_client_secret": "b", "oidc_issuer": "https://id.example.com"}
    assert Settings.model_validate(whole).oidc_issuer == whole["oidc_issuer"]
    for wrong in ({"oidc_client_id": ""}, {"oidc_client_secret": ""}, {"oidc_issuer": "http://id.example.com"}):
        with pytest.raises(ValidationError):
            Settings.model_validate({**whole, **wrong})
