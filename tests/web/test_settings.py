"""The pages about how an installation is set up."""

from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from pydantic import SecretStr

from channels.message import Receipt, SendRefused
from outreach import channel_states, drafts, tokens
from policies.library import text
from tests.outreach.test_trial import Post
from tests.web.conftest import Reader
from tests.web.forms import send
from tests.web.seed import Company
from tests.web.test_pages import plain, reader

SENDGRID = {
    "email_address": "hello@example.com",
    "sendgrid_api_key": SecretStr("SG.a-secret-key"),
    "sendgrid_inbound_secret": SecretStr("a-secret-of-at-least-24-letters"),
    "real_channels": "email",
    "public_base_url": "http://127.0.0.1:8017",
}


@pytest.fixture
def post() -> Post:
    return Post(Receipt("p-1"))


@pytest.fixture
def real(company: Company, post: Post) -> FlaskClient:
    """The pages of an installation whose e-mail really goes out."""
    settings = company.runtime.settings.model_copy(update=SENDGRID)
    company.runtime = replace(company.runtime, settings=settings, senders={"email": post})
    return reader(company)


def test_a_sandbox_says_what_is_missing_before_anything_really_goes_out(client: FlaskClient) -> None:
    said = plain(client.get("/settings/channels").text)
    assert "E-mail goes to the sandbox: nothing leaves this installation." in said
    assert "OUTREACH_EMAIL_ADDRESS" in said
    assert "OUTREACH_SENDGRID_API_KEY or OUTREACH_SMTP_URL" in said
    assert "OUTREACH_TWILIO_SENDER" in said


def test_a_channel_that_really_sends_says_so_with_the_addresses_to_set_and_tells_no_secret(real: FlaskClient) -> None:
    page = real.get("/settings/channels").text
    said = plain(page)
    assert "E-mail really goes out." in said
    assert "SMS is not used." in said
    assert "http://127.0.0.1:8017/hooks/sendgrid/events" in said
    assert "http://127.0.0.1:8017/hooks/sendgrid/inbound/SECRET" in said
    assert "http://127.0.0.1:8017/hooks/twilio/inbound" in said
    for secret in ("SG.a-secret-key", "a-secret-of-at-least"):
        assert secret not in page


def test_a_test_goes_to_the_address_that_was_typed(real: FlaskClient, post: Post) -> None:
    page = send(real, "/settings/channels", "/settings/channels/email/test", address="me@example.com")
    assert "The provider took the test." in page.text
    (message,) = post.got
    assert message.recipient == "me@example.com"
    assert "This is a test" in message.text


def test_what_keeps_a_test_from_going_out_is_said_and_what_was_typed_stays(real: FlaskClient, post: Post) -> None:
    post.outcome = SendRefused("the key is not valid", permanent=False)
    page = send(real, "/settings/channels", "/settings/channels/email/test", address="me@example.com")
    assert page.status_code == 422
    assert "the provider refused it: the key is not valid" in page.text
    assert 'value="me@example.com"' in page.text


def test_a_stopped_channel_is_told(company: Company, client: FlaskClient) -> None:
    channel_states.stop(company.runtime, ("sms",), "anna", "a rehearsal")
    assert "stopped" in plain(client.get("/settings/channels").text)


def test_a_token_is_shown_once_works_and_is_revoked(company: Company, client: FlaskClient) -> None:
    made = send(client, "/settings/tokens", "/settings/tokens", name="the shop").text
    plain_token = made.split(tokens.PREFIX)[1].split("<")[0]
    assert tokens.verify(company.runtime, tokens.PREFIX + plain_token) is not None
    page = client.get("/settings/tokens").text
    assert "the shop" in page
    assert plain_token not in page
    (token,) = tokens.every(company.runtime)
    send(client, "/settings/tokens", f"/settings/tokens/{token.id}/revoke")
    assert tokens.verify(company.runtime, tokens.PREFIX + plain_token) is None
    assert "revoked" in client.get("/settings/tokens").text
    assert send(client, "/settings/tokens", f"/settings/tokens/{token.id}/revoke").status_code == 404


def test_a_change_stands_in_the_audit_log_with_before_and_after(company: Company, client: FlaskClient) -> None:
    drafts.save(company.runtime, text("relationship"), 0, "anna")
    drafts.save(company.runtime, text("relationship").replace('title = "', 'title = "New: ', 1), 1, "anna")
    page = plain(client.get("/settings/audit").text)
    assert "anna saved the draft: relationship" in page
    assert "New: " in page
    assert "Marit" in page
    only = plain(client.get("/settings/audit?who=anna").text)
    assert "Marit" not in only
    assert "Nothing in the log was done by “nobody”." in plain(client.get("/settings/audit?who=nobody").text)


def test_the_log_is_read_page_by_page_to_its_first_entry(company: Company, client: FlaskClient) -> None:
    for number in range(120):
        channel_states.stop(company.runtime, ("sms",), f"anna {number}", "a rehearsal")
    seen, address = 0, "/settings/audit"
    while address:
        page = client.get(address).text
        seen += page.count('class="reply-head"')
        address = page.split('href="/settings/audit?before=')[1].split('"')[0] if "before=" in page else ""
        address = f"/settings/audit?before={address}" if address else ""
    with company.runtime.reading() as session:
        assert seen == session.execute(sa.text("SELECT count(*) FROM audit")).scalar_one()


def test_a_log_that_was_tampered_with_is_told_from_a_whole_one(company: Company, client: FlaskClient) -> None:
    assert "It is whole" in client.get("/settings/audit?check=1").text
    with company.runtime.writing() as session:
        session.execute(sa.text("DROP TRIGGER audit_update"))
        session.execute(sa.text("UPDATE audit SET actor = 'nobody' WHERE seq = 2"))
    assert "changed at or before entry 2" in client.get("/settings/audit?check=1").text


def test_nonsense_in_an_address_is_refused(client: Reader) -> None:
    for page in ("/settings/audit?before=x", "/settings/audit?before=-1"):
        assert client.get(page).status_code == 400
    assert send(client, "/settings/tokens", "/settings/tokens", name=" ").status_code == 400
