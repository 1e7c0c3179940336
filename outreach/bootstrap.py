"""The composition root: the only place that names the real database, clock, senders and bell."""

from channels.message import Channel
from channels.sandbox import Sandbox
from outreach import database, policy_book
from outreach.doorbell import Doorbell
from outreach.runtime import Runtime
from outreach.sandbox import DatabaseDrawer
from outreach.settings import Settings
from policies import library


def runtime(settings: Settings | None = None) -> Runtime:
    """What a process of this installation works with. Nothing connects before it is used. Raises ValidationError."""
    settings = settings or Settings()
    engine = database.connect(settings.database_url)
    now = database.clock(engine)
    sandbox = Sandbox(DatabaseDrawer(engine, now))
    return Runtime(settings, engine, now, dict.fromkeys(Channel, sandbox), Doorbell(settings.doorbell_url))


def prepare(runtime: Runtime) -> bool:
    """Bring the tables up to date, and publish the default guard where none is; True where it was published now."""
    database.migrate(runtime.engine)
    with runtime.reading() as session:
        published = policy_book.editions(session, policy_book.GUARD)
    if not published:
        policy_book.publish(runtime, library.text("guard"), "outreach migrate")
    return not published
