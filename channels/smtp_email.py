"""E-mail by any server that speaks SMTP."""

import re
import secrets
import smtplib
import ssl
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from typing import Any, Literal

from channels.message import Message, Objection, Outcome, Receipt, SendRefused, SendUnknown, refusal_of

DONE, WILL_FORWARD, GO_AHEAD = 250, 251, 354
GONE = frozenset({550, 551, 553, 556})
_ENHANCED = re.compile(rb"[245]\.\d{1,3}\.\d{1,3}\b")
_NO_SUCH_RECIPIENT = re.compile(r"5\.1\.(?:[0-46]|10)")  # 5.1.7 and 5.1.8 are about the sender
LONG_WORD = 60  # characters, in a header


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """What to send with. Without a `username` nobody signs in. `timeout` in seconds, for each answer of the server."""

    host: str
    port: int
    sender_address: str
    username: str = ""
    password: str = field(default="", repr=False)
    security: Literal["starttls", "tls", "none"] = "starttls"
    timeout: float = 15

    @property
    def domain(self) -> str:
        return self.sender_address.rpartition("@")[2]


class SmtpEmail:
    """Hands each message over once, one after the other on one connection. `now` gives epoch seconds."""

    def __init__(self, server: SmtpServer, now: Callable[[], float]) -> None:
        self._server, self._now = server, now

    def send_many(self, messages: Sequence[Message]) -> list[Outcome]:
        with closing(_Line(self._server)) as line:
            return [refusal_of(message) or self._hand_over(line, message) for message in messages]

    def find(self, message: Message, at: int) -> Receipt | None:
        """Always None: a mail server keeps no list of what it took. What comes back brings the evidence."""
        return None

    def _hand_over(self, line: "_Line", message: Message) -> Outcome:
        try:
            mail = self._mail(message)
            content = mail.as_bytes()
        except Exception as error:
            return SendRefused(f"it cannot be written as a mail: {type(error).__name__}", permanent=False)
        return line.hand_over(message.recipient, content) or Receipt(mail["Message-ID"])

    def _mail(self, message: Message) -> EmailMessage:
        mail = EmailMessage(_AsWritten(utf8=not message.recipient.isascii()))
        mail["Message-ID"] = f"<outreach-{message.outreach_id}.{secrets.token_hex(8)}@{self._server.domain}>"
        mail["Date"] = format_datetime(datetime.fromtimestamp(self._now(), UTC))
        mail["From"] = Address(message.sender, addr_spec=self._server.sender_address)
        mail["To"] = message.recipient
        mail["Subject"] = message.subject
        for name, text in {"Reply-To": message.reply_to, **message.headers}.items():
            if text:
                mail[name] = text
        mail.set_content(message.text)
        if message.html:
            mail.add_alternative(message.html, subtype="html")
        return mail


class _Line:
    """A connection that is made for the first message, and again where the server has closed it in between.

    A server that cannot be reached, or falls silent, is not tried again: the rest would wait as long, one by one.
    """

    def __init__(self, server: SmtpServer) -> None:
        self._server = server
        self._smtp: smtplib.SMTP | None = None
        self._given_up = ""

    def hand_over(self, recipient: str, content: bytes) -> SendRefused | SendUnknown | None:
        """Why the server did not take it, or None: it has. Only what came after the content leaves it unknown."""
        if self._given_up:
            return SendRefused(self._given_up, permanent=False)
        written = False
        try:
            smtp = self._ready()
            if refusal := _announced(smtp, self._server.sender_address, recipient):
                return refusal
            written = True
            smtp.send(re.sub(rb"(?m)^\.", b"..", content) + b".\r\n")
            return _judged(*smtp.getreply())
        except Exception as error:
            self._drop()
            if isinstance(error.__context__, TimeoutError):
                self._given_up = "the mail server does not answer"
            what = f"{type(error).__name__} {'after' if written else 'before'} the message was written"
            return SendUnknown(what) if written else SendRefused(what, permanent=False)

    def close(self) -> None:
        if self._smtp is not None:
            with suppress(OSError):
                self._smtp.quit()
        self._drop()

    def _ready(self) -> smtplib.SMTP:
        if self._smtp is not None:
            with suppress(OSError):
                if self._smtp.rset()[0] == DONE:
                    return self._smtp
            self._drop()
        try:
            self._smtp = _connected(self._server)
        except Exception as error:
            self._given_up = f"no connection to the mail server: {type(error).__name__}"
            raise
        return self._smtp

    def _drop(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
        self._smtp = None


def _connected(server: SmtpServer) -> smtplib.SMTP:
    context = ssl.create_default_context()
    how: dict[str, Any] = {"local_hostname": server.domain, "timeout": server.timeout}
    if server.security == "tls":
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, context=context, **how)
    else:
        smtp = smtplib.SMTP(server.host, server.port, **how)
    try:
        if server.security == "starttls":
            smtp.starttls(context=context)
        smtp.ehlo_or_helo_if_needed()
        if server.username:
            smtp.login(server.username, server.password)
    except BaseException:
        smtp.close()
        raise
    return smtp


def _announced(smtp: smtplib.SMTP, sender: str, recipient: str) -> SendRefused | None:
    """Say who writes to whom, up to the content; why the server does not want it, or None: it waits for the content."""
    code, reply = smtp.mail(sender, () if recipient.isascii() else ("SMTPUTF8", "BODY=8BITMIME"))
    if code != DONE:
        return _refusal(code, reply)
    code, reply = smtp.rcpt(recipient)
    if code not in (DONE, WILL_FORWARD):
        return _refusal(code, reply, about_recipient=True)
    code, reply = smtp.docmd("DATA")
    return None if code == GO_AHEAD else _refusal(code, reply)


def _judged(code: int, reply: bytes) -> SendRefused | SendUnknown | None:
    if code == DONE:
        return None
    return _refusal(code, reply, about_recipient=True) if 400 <= code < 600 else SendUnknown(f"SMTP {code}")


def _refusal(code: int, reply: bytes, about_recipient: bool = False) -> SendRefused:
    enhanced = found[0].decode() if (found := _ENHANCED.match(reply)) else ""
    gone = about_recipient and code in GONE and _NO_SUCH_RECIPIENT.fullmatch(enhanced) is not None
    return SendRefused(f"SMTP {code} {enhanced}".strip(), permanent=gone, objection=Objection.BOUNCED if gone else None)


class _AsWritten(EmailPolicy):
    """Mail as RFC 5322 has it, except that a header with a long word in it stays on one line.

    The library would write the address in a List-Unsubscribe as an encoded word, which nobody reads as an address.
    """

    linesep = "\r\n"
    cte_type = "7bit"

    def fold_binary(self, name: str, value: str) -> bytes:
        if value.isascii() and max(map(len, value.split()), default=0) > LONG_WORD:
            return f"{name}: {value}{self.linesep}".encode()
        return super().fold_binary(name, value)
