"""Signs of life: each long-running process leaves the moment it was last seen."""

from outreach.bulk import insert_into
from outreach.runtime import Runtime
from outreach.tables import Heartbeat

ALIVE_SECONDS = (
    120  # a process not seen for longer is taken to be away; an idle worker shows itself every 75 s at least
)


def beat(runtime: Runtime, process: str) -> None:
    """Several processes may share a name."""
    with runtime.writing() as session:
        seen = insert_into(session, Heartbeat).values(process=process, at=runtime.now())
        session.execute(seen.on_conflict_do_update(index_elements=["process"], set_={"at": seen.excluded.at}))
