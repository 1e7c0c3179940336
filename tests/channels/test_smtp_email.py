"""E-mail by SMTP, against a mail server with scripted faults."""

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from channels.message import Channel, Message, Objection, Outcome, Receipt, SendRefused, SendUnknown
from channels.smtp_email import SmtpEmail, SmtpServer
from tests.mailserver import DROP, SILENCE, MailServer, self_signed
from tests.make import NOON

PATIENCE = 0.4  # seconds, where something is silent
FROM = "hello@linden.example"


def mail(number: int = 1, **more: str) -> Message:
    words = {"sender": "Linden & Zn.", "recipient": f"ann{number}@example.com", "subject": "Eén vraag", "text": "Hoe?"}
    return Message(number, Channel.EMAIL, **{**words, **more})  # type: ignore[arg-type]


def send(server: MailServer, *messages: Message, patience: float = 10) -> list[Outcome]:
    account = SmtpServer("127.0.0.1", server.port, FROM, security="none", timeout=patience)
    return SmtpEmail(account, lambda: NOON).send_many(messages or [mail()])


def test_a_mail_arrives_as_plain_text_and_html_with_its_envelope_and_headers(mail_server: MailServer) -> None:
    unsubscribe = {"List-Unsubscribe": f"<https://feedback.example/u/{'t' * 90}>", "Auto-Submitted": "auto-generated"}
    message = Message(
        *(7, Channel.EMAIL, "Linden & Zn., Delft", "ann@example.com", "Eén vraag", "Hoe was het?\n", "<p>Hoe?</p>"),
        reply_to=f"reply+{'k' * 32}@in.linden.example",
        headers=unsubscribe,
    )
    (receipt,) = send(mail_server, message)
    (arrived,), (envelope,) = mail_server.arrived, mail_server.envelopes
    assert receipt == Receipt(str(arrived["Message-ID"]))
    assert (envelope.mail_from, envelope.rcpt_tos) == (FROM, ["ann@example.com"])
    assert {name: str(arrived[name]) for name in ("From", "To", "Subject", "Reply-To", "Date", *unsubscribe)} == {
        "From": '"Linden & Zn., Delft" <hello@linden.example>',
        "To": "ann@example.com",
        "Subject": "Eén vraag",
        "Reply-To": message.reply_to,
        "Date": "Sun, 15 Jun 2025 15:06:40 +0000",
        **unsubscribe,
    }
    parts = [(part.get_content_type(), part.get_content().strip()) for part in arrived.iter_parts()]
    assert parts == [("text/plain", "Hoe was het?"), ("text/html", "<p>Hoe?</p>")]


def test_what_is_written_needs_no_server_that_knows_more_than_ascii(mail_server: MailServer) -> None:
    send(mail_server, mail(1, sender="Café Zoë", subject="Één vraag", text="Hoe wás het? 日本", html="<p>wás</p>"))
    content = mail_server.envelopes[0].content
    assert isinstance(content, bytes)
    assert content.isascii()


def test_a_long_address_in_a_header_stays_readable_for_those_who_do_not_decode_words(mail_server: MailServer) -> None:
    address = f"<https://feedback.example/u/{'t' * 120}>"
    send(mail_server, Message(1, Channel.EMAIL, "L", "a@b.example", "S", "T", headers={"List-Unsubscribe": address}))
    content = mail_server.envelopes[0].content
    assert isinstance(content, bytes)
    assert f"\r\nList-Unsubscribe: {address}\r\n".encode() in content


@pytest.mark.parametrize("text", [".", "a\r\n.\r\nMAIL FROM:<x@y.z>\r\n", "..\n.b", "ü\r.\r", "x" * 2000])
def test_no_text_ends_the_mail_it_stands_in(mail_server: MailServer, text: str) -> None:
    assert [type(one) for one in send(mail_server, mail(1, text=text), mail(2))] == [Receipt, Receipt]
    first, second = mail_server.arrived
    assert first.get_content().splitlines() == text.splitlines()
    assert second.get_content().strip() == "Hoe?"


def test_many_mails_go_over_one_connection(mail_server: MailServer) -> None:
    outcomes = send(mail_server, *map(mail, range(1, 21)))
    assert [type(outcome) for outcome in outcomes] == [Receipt] * 20
    assert mail_server.connections == 1
    assert [str(one["To"]) for one in mail_server.arrived] == [f"ann{n}@example.com" for n in range(1, 21)]


REFUSALS = {
    "MAIL 4xx": ({"MAIL": "451 4.3.0 later"}, False),
    "MAIL 5xx": ({"MAIL": "550 5.1.8 bad sender"}, False),
    "MAIL odd": ({"MAIL": "550 5.1.1 you do not exist"}, False),
    "RCPT other": ({"RCPT": "554 5.1.1 no transaction"}, False),
    "RCPT full": ({"RCPT": "452 4.2.2 mailbox full"}, False),
    "RCPT grey": ({"RCPT": "450 4.7.1 come back"}, False),
    "RCPT unknown": ({"RCPT": "550 5.1.1 <ann1@example.com>: no such user"}, True),
    "RCPT no mail": ({"RCPT": "556 5.1.10 null MX"}, True),
    "RCPT bad syntax": ({"RCPT": "553 5.1.3 bad address"}, True),
    "RCPT policy": ({"RCPT": "550 5.7.1 not from you"}, False),
    "RCPT plain 550": ({"RCPT": "550 no"}, False),
    "RCPT sender": ({"RCPT": "550 5.1.7 bad sender"}, False),
    "DATA before": ({"DATA": "554 5.5.0 no"}, False),
    "DATA after, 4xx": ({"CONTENT": "451 4.3.0 later"}, False),
    "DATA after, 5xx": ({"CONTENT": "554 5.7.1 spam"}, False),
    "DATA after, unknown": ({"CONTENT": "550 5.1.1 no such user"}, True),
    "DATA dropped": ({"DATA": DROP}, False),
    "MAIL dropped": ({"MAIL": DROP}, False),
    "RCPT silent": ({"RCPT": SILENCE}, False),
    "closing": ({"MAIL": "421 4.3.2 closing"}, False),
}


@pytest.mark.parametrize(("script", "permanent"), REFUSALS.values(), ids=REFUSALS)
def test_whatever_is_said_before_the_content_or_about_it_is_a_refusal(
    mail_server: MailServer, script: dict[str, str], permanent: bool
) -> None:
    mail_server.script(**script)
    (outcome,) = send(mail_server, patience=PATIENCE if SILENCE in script.values() else 10)
    assert isinstance(outcome, SendRefused)
    assert (outcome.permanent, outcome.objection) == (permanent, Objection.BOUNCED if permanent else None)
    assert "ann1" not in str(outcome)
    assert mail_server.arrived == []


@pytest.mark.parametrize("fault", [DROP, SILENCE, "what?", "299 hm", "354 more"])
def test_content_without_a_clear_answer_leaves_it_unknown(mail_server: MailServer, fault: str) -> None:
    mail_server.script(CONTENT=fault)
    outcomes = send(mail_server, patience=PATIENCE if fault == SILENCE else 10)
    assert [type(outcome) for outcome in outcomes] == [SendUnknown]


@pytest.mark.parametrize("script", [{"RCPT": "550 no"}, {"CONTENT": DROP}, {"DATA": DROP}, {"MAIL": "421 closing"}])
def test_one_mail_that_fails_does_not_keep_the_next_from_going_out_once(
    mail_server: MailServer, script: dict[str, str]
) -> None:
    mail_server.script(**script)
    assert [type(outcome) for outcome in send(mail_server, mail(1), mail(2), mail(3))][1:] == [Receipt, Receipt]
    assert [str(one["To"]) for one in mail_server.arrived][-2:] == ["ann2@example.com", "ann3@example.com"]


def test_a_server_that_falls_silent_is_left_alone_with_the_rest(mail_server: MailServer) -> None:
    mail_server.script(CONTENT=SILENCE)
    began = time.monotonic()
    outcomes = send(mail_server, *map(mail, range(1, 51)), patience=PATIENCE)
    assert [type(outcome) for outcome in outcomes] == [SendUnknown] + [SendRefused] * 49
    assert time.monotonic() - began < 10 * PATIENCE


@pytest.fixture
def silent_port() -> Iterator[int]:
    """Takes connections, and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


@pytest.mark.parametrize("security", ["none", "tls", "starttls"])
def test_a_server_that_never_greets_refuses_all_in_the_time_of_one(silent_port: int, security: str) -> None:
    server = SmtpServer("127.0.0.1", silent_port, FROM, security=security, timeout=PATIENCE)  # type: ignore[arg-type]
    began = time.monotonic()
    outcomes = SmtpEmail(server, lambda: NOON).send_many([*map(mail, range(1, 11))])
    assert [type(outcome) for outcome in outcomes] == [SendRefused] * 10
    assert time.monotonic() - began < 10 * PATIENCE


@pytest.mark.parametrize(("host", "port"), [("127.0.0.1", 9), ("nobody.invalid", 25)])
def test_who_cannot_be_reached_refuses(host: str, port: int) -> None:
    (outcome,) = SmtpEmail(SmtpServer(host, port, FROM, timeout=PATIENCE), lambda: NOON).send_many([mail()])
    assert isinstance(outcome, SendRefused)
    assert not outcome.permanent


@pytest.mark.parametrize("at_once", [True, False], ids=["tls", "starttls"])
@pytest.mark.parametrize("trusts", [True, False])
def test_the_certificate_of_the_server_is_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: bool, trusts: bool
) -> None:
    context, trusted = self_signed(tmp_path)
    if trusts:
        monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    with MailServer(context, at_once) as server:
        security = "tls" if at_once else "starttls"
        sender = SmtpEmail(SmtpServer("127.0.0.1", server.port, FROM, security=security), lambda: NOON)  # type: ignore[arg-type]
        assert [type(outcome) for outcome in sender.send_many([mail()])] == [Receipt if trusts else SendRefused]
        assert len(server.arrived) == trusts


def test_no_mail_goes_out_in_the_clear_where_tls_is_asked_for(mail_server: MailServer) -> None:
    sender = SmtpEmail(SmtpServer("127.0.0.1", mail_server.port, FROM, security="starttls"), lambda: NOON)
    assert [type(outcome) for outcome in sender.send_many([mail()])] == [SendRefused]


@pytest.mark.parametrize(("password", "outcome"), [("right", Receipt), ("wrong", SendRefused)])
def test_a_wrong_password_refuses_everything(password: str, outcome: type) -> None:
    with MailServer(login=("linden", "right")) as server:
        account = SmtpServer("127.0.0.1", server.port, FROM, "linden", password, "none")
        assert password not in repr(account)
        outcomes = SmtpEmail(account, lambda: NOON).send_many([mail(1), mail(2)])
        assert [type(one) for one in outcomes] == [outcome, outcome]


def test_an_address_beyond_ascii_is_sent_as_it_is(mail_server: MailServer) -> None:
    assert [type(one) for one in send(mail_server, mail(recipient="zoë@example.com"))] == [Receipt]
    assert mail_server.envelopes[0].rcpt_tos == ["zoë@example.com"]
    assert "SMTPUTF8" in mail_server.envelopes[0].mail_options


def test_what_cannot_be_a_mail_is_refused(mail_server: MailServer) -> None:
    twice = Message(1, Channel.EMAIL, "L", "a@b.example", "S", "T", headers={"Subject": "another"})
    assert [type(one) for one in send(mail_server, twice)] == [SendRefused]
    assert mail_server.arrived == []
