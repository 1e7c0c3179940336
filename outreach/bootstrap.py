"""The composition root: the only place that names the real database, clock, senders and bell."""

import time
from collections.abc import Callable
from urllib.parse import unquote, urlsplit

from channels.message import Channel, Sender
from channels.sandbox import Sandbox
from outreach import database, policy_book
from outreach.doorbell import Doorbell
from outreach.runtime import Runtime
from outreach.sandbox import DatabaseDrawer
from outreach.settings import SMTP, Settings
from policies import library


def today() -> int:
    """Epoch seconds, for what has no database to ask."""
    return int(time.time())


def runtime(settings: Settings | None = None) -> Runtime:
    """What a process of this installation works with. Nothing connects before it is used. Raises ValidationError."""
    settings = settings or Settings()
    engine = database.connect(settings.database_url)
    now = database.clock(engine)
    sandbox = Sandbox(DatabaseDrawer(engine, now))
    senders = senders_for_real(settings, now) or dict.fromkeys(map(str, Channel), sandbox)
    return Runtime(settings, engine, now, senders, Doorbell(settings.doorbell_url))


def senders_for_real(settings: Settings, now: Callable[[], int]) -> dict[str, Sender]:
    """The senders of the channels that really send; none as long as no channel does."""
    made = {str(Channel.EMAIL): _email, str(Channel.SMS): _sms}
    return {name: made[name](settings, now) for name in settings.channels} if settings.real_channels else {}


def _email(settings: Settings, now: Callable[[], int]) -> Sender:
    key = settings.sendgrid_api_key.get_secret_value()
    if key:
        from channels.sendgrid_email import SendGridAccount, SendGridEmail  # large, and only who sends by it needs it

        return SendGridEmail(SendGridAccount(key, settings.email_address), settings.calls_at_once)
    from channels.smtp_email import SmtpEmail, SmtpServer

    url = urlsplit(settings.smtp_url.get_secret_value())
    security = SMTP[url.scheme]
    server = SmtpServer(
        host=url.hostname or "",
        port=url.port or (465 if security == "tls" else 587),
        sender_address=settings.email_address,
        username=unquote(url.username or ""),
        password=unquote(url.password or ""),
        security=security,
    )
    return SmtpEmail(server, now)


def _sms(settings: Settings, now: Callable[[], int]) -> Sender:
    from channels.twilio_sms import TwilioAccount, TwilioSms

    account = TwilioAccount(
        account_sid=settings.twilio_account_sid,
        auth_token=settings.twilio_tokens[0],
        sender=settings.twilio_sender,
        status_url=f"{settings.public_base_url}/hooks/twilio/status/{{outreach_id}}",
    )
    return TwilioSms(account, settings.calls_at_once)


def prepare(runtime: Runtime) -> bool:
    """Bring the tables up to date, and publish the default guard where none is; True where it was published now."""
    database.migrate(runtime.engine)
    with runtime.reading() as session:
        published = policy_book.editions(session, policy_book.GUARD)
    if not published:
        policy_book.publish(runtime, library.text("guard"), "outreach migrate")
    return not published
