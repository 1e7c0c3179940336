"""Signs of life: each long-running process leaves the moment it was last seen."""

import sqlalchemy as sa
from sqlmodel import col

from outreach.runtime import Runtime
from outreach.tables import Heartbeat

ALIVE_SECONDS = 30  # a process not seen for longer is taken to be away


def beat(runtime: Runtime, process: str) -> None:
    with runtime.writing() as session:
        seen = session.execute(sa.update(Heartbeat).where(col(Heartbeat.process) == process).values(at=runtime.now()))
        if not seen.rowcount:  # type: ignore[attr-defined]
            session.add(Heartbeat(process=process, at=runtime.now()))
