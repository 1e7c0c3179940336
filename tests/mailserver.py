"""A mail server in the test's own process, on aiosmtpd.

    with MailServer() as server:
        server.script(RCPT="550 5.1.1 no such user")  # the next message; the one after that is taken
        SmtpEmail(SmtpServer("127.0.0.1", server.port, "hello@linden.example", security="none"), now)
        server.arrived, server.envelopes, server.connections

A stage (`MAIL`, `RCPT`, `DATA`, `CONTENT`) is answered with that line, or with DROP or SILENCE.
"""

import asyncio
import ssl
from collections import deque
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from ipaddress import ip_address
from pathlib import Path
from threading import Thread
from typing import Any, Self

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

DROP, SILENCE = "drop", "silence"
STAGES = ("MAIL", "RCPT", "DATA", "CONTENT")


class MailServer:
    """With a `context` it wants STARTTLS, or speaks TLS `at_once`; with a `login` (name, password) it knows one."""

    def __init__(
        self, context: ssl.SSLContext | None = None, at_once: bool = False, login: tuple[str, str] = ("", "")
    ) -> None:
        self.arrived: list[EmailMessage] = []
        self.envelopes: list[Envelope] = []
        self.connections = 0
        self._at_once = context if at_once else None
        self._offered = None if at_once else context
        self._login = LoginPassword(*(text.encode() for text in login))
        self._script: dict[str, deque[str]] = {stage: deque() for stage in STAGES}
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, daemon=True)

    def script(self, **answers: str) -> None:
        """What the next message hears at each of these stages."""
        for stage, answer in answers.items():
            self._script[stage].append(answer)

    def __enter__(self) -> Self:
        self._thread.start()
        listening = self._loop.create_server(self._connected, "127.0.0.1", 0, ssl=self._at_once)
        self._server = asyncio.run_coroutine_threadsafe(listening, self._loop).result(10)
        self.port = int(self._server.sockets[0].getsockname()[1])
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _stop(self) -> None:
        self._server.close()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def _connected(self) -> SMTP:
        self.connections += 1
        offers: dict[str, Any] = {"tls_context": self._offered, "require_starttls": self._offered is not None}
        known: dict[str, Any] = {"authenticator": self._check, "auth_require_tls": False, "enable_SMTPUTF8": True}
        return _Talk(self, hostname="mail.example", loop=self._loop, **offers, **known)

    def _check(self, _: object, __: object, ___: object, ____: str, given: object) -> AuthResult:
        return AuthResult(success=given == self._login, handled=False)

    async def answer(self, talk: SMTP, stage: str) -> str | None:
        """The scripted answer, if there is one; after DROP and SILENCE nobody hears what is said."""
        said = self._script[stage].popleft() if self._script[stage] else None
        if said == DROP:
            assert talk.transport is not None
            talk.transport.close()
        elif said == SILENCE:
            await asyncio.sleep(60)
        return said

    async def handle_MAIL(self, talk: SMTP, _: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return await self.answer(talk, "MAIL") or "250 ok"

    async def handle_RCPT(self, talk: SMTP, _: Session, envelope: Envelope, address: str, __: list[str]) -> str:
        said = await self.answer(talk, "RCPT")
        if said is None:
            envelope.rcpt_tos.append(address)
        return said or "250 ok"

    async def handle_DATA(self, talk: SMTP, _: Session, envelope: Envelope) -> str:
        if not self._script["CONTENT"] or self._script["CONTENT"][0] in (DROP, SILENCE):
            self.envelopes.append(envelope)
            assert isinstance(envelope.content, bytes)
            self.arrived.append(message_from_bytes(envelope.content, policy=default))
        return await self.answer(talk, "CONTENT") or "250 ok"


class _Talk(SMTP):
    event_handler: MailServer

    async def smtp_DATA(self, arg: str | None) -> None:
        said = await self.event_handler.answer(self, "DATA")
        if said:
            await self.push(said)
        else:
            await super().smtp_DATA(arg)


def self_signed(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """A server's side of TLS for 127.0.0.1, and the certificate that a client would have to trust."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=True)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    trusted, both = folder / "trusted.pem", folder / "both.pem"
    trusted.write_bytes(certificate.public_bytes(pem))
    both.write_bytes(private + certificate.public_bytes(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(both)
    return context, trusted
