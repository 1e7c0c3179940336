"""Mail that comes as a form, whole or taken apart, is read alike."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from channels.message import Channel, DeliveryStatus, DeliveryUpdate, InboundMessage, Objection
from channels.sendgrid_inbound import SAME_MAIL, key, read
from tests.calls import MAIL, mail_body, multipart

REPORT = """This is the mail system.

--R
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.a.eu

Final-Recipient: rfc822; K1@a.eu
Action: failed
Status: 5.1.1

--R--
"""
REPORT_HEADERS = (
    "From: MAILER-DAEMON@a.eu\nTo: reply@ask.example.com\nSubject: Undelivered\nMessage-ID: <2@a.eu>\n"
    'Content-Type: multipart/report; report-type=delivery-status; boundary="R"\n'
)


def _read(body: bytes, content_type: str = MAIL) -> InboundMessage:
    return read(body, {"content-type": content_type})


def _apart(**parts: str) -> InboundMessage:
    headers = (
        "From: Anna <K1@a.eu>\nTo: reply@ask.example.com\nMessage-ID: <1@a.eu>\n"
        "Content-Type: multipart/alternative; boundary=B\n"
    )
    return _read(multipart({"headers": headers, "envelope": '{"to": ["reply+x@ask.example.com"]}', **parts}))


@pytest.mark.parametrize("newline", [b"\n", b"\r\n"])
@pytest.mark.parametrize(
    ("file", "to"), [("default_data", "inbound@inbound.example.com"), ("raw_data", "inbound@inbound.inbound.com")]
)
def test_the_samples_of_the_official_package_are_read(shared_data: Path, newline: bytes, file: str, to: str) -> None:
    body = (shared_data / f"06_api/sendgrid/inbound_parse/{file}.txt").read_bytes().replace(b"\n", newline)
    assert _read(body) == InboundMessage(Channel.EMAIL, "test@example.com", "Hello Twilio SendGrid!", "", (to,))


def test_a_mail_is_what_its_writer_added_and_goes_where_the_envelope_says() -> None:
    said = _read(mail_body("8 want jullie bellen altijd terug\r\n> 0 to 10?"))
    assert said == InboundMessage(
        Channel.EMAIL, "K1@a.eu", "8 want jullie bellen altijd terug", "<1@a.eu>",
        ("reply+x@ask.example.com", "reply@ask.example.com"),
    )  # fmt: skip


def test_a_mail_that_was_taken_apart_is_the_same_mail() -> None:
    assert _apart(text="8 want jullie bellen altijd terug") == _read(mail_body("8 want jullie bellen altijd terug"))


def test_a_mail_without_plain_text_is_read_from_its_html() -> None:
    said = _apart(html="<p>een <b>9</b></p>")
    assert said.text.split() == ["een", "9"]


def test_a_field_is_read_in_the_charset_that_stands_beside_it() -> None:
    for charset, text in (("utf-8", "caf\u00e9"), ("x-nonsense", "caf\u00e9"), ("iso-8859-1", "caf\u00c3\u00a9")):
        said = _apart(text="caf\u00e9", charsets=json.dumps({"text": charset}))
        assert said.text == text


@pytest.mark.parametrize(
    "parts",
    [
        {"email": REPORT_HEADERS + "\n--R\n\n" + REPORT},
        {"headers": REPORT_HEADERS, "text": "This is the mail system."},
    ],
    ids=["whole", "apart"],
)
def test_a_bounce_is_a_report_about_an_address(parts: Mapping[str, str]) -> None:
    body = multipart(parts)
    if "headers" in parts:  # SendGrid passes the report on as an attachment
        status = REPORT.partition("\n\n--R\n")[2].partition("\n--R--")[0]
        attachment = f'--xYzZY\r\nContent-Disposition: form-data; name="attachment1"\r\n{status}\r\n--xYzZY--\r\n'
        body = body.replace(b"--xYzZY--\r\n", attachment.encode())
    said = _read(body)
    assert said.automatic
    assert said.report == DeliveryUpdate(
        None, DeliveryStatus.UNDELIVERED, "bounce", recipient="K1@a.eu", objection=Objection.BOUNCED
    )


@pytest.mark.parametrize("sender", ["", "MAILER-DAEMON"])
def test_what_a_machine_wrote_is_no_answer(sender: str) -> None:
    more = "" if sender == "" else "Auto-Submitted: auto-replied\r\n"
    body = mail_body("9", more=more).replace(b'"from": "K1@a.eu"', f'"from": "{sender}"'.encode())
    said = _read(body)
    assert said.automatic


def test_an_envelope_cannot_write_headers() -> None:
    body = mail_body("9").replace(b'"from": "K1@a.eu"', b'"from": "x>\\r\\nAuto-Submitted: auto-replied\\r\\nX: <"')
    said = _read(body)
    assert (said.automatic, said.text) == (False, "9")


def test_the_same_call_has_one_key_and_the_same_mail_by_another_call_begins_alike() -> None:
    first, other = mail_body("8"), mail_body("9")
    assert key(first) == key(first) != key(other)
    assert key(first)[:SAME_MAIL] == key(other)[:SAME_MAIL] != key(mail_body("8", message_id="<2@a.eu>"))[:SAME_MAIL]
    assert key(b"")[:SAME_MAIL] == "0" * SAME_MAIL


@pytest.mark.parametrize("content_type", ["", "text/plain", "multipart/form-data", "multipart/form-data; boundary=é"])
def test_something_else_is_not_taken_for_mail(content_type: str) -> None:
    with pytest.raises((ValueError, KeyError)):
        _read(mail_body("8"), content_type)
