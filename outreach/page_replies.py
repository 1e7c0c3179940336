"""Storing what customers write on our own pages: as it is, committed, and only then taken in."""

from hashlib import sha256
from typing import Any

from sqlmodel import select

from outreach import page_forms, replies
from outreach.bulk import insert_into
from outreach.page_forms import PROVIDER, Compliment, PageAnswer
from outreach.runtime import Runtime
from outreach.tables import InboxMessage


def keep(runtime: Runtime, said: PageAnswer | Compliment, key: str) -> int:
    """Store what was said, and take it in; returns the id of the inbox row. `key` is that of the form it was written
    on: the same words from the same form are one reply, however often they arrive."""
    body = page_forms.write(said)
    about = f"{said.outreach_id}/" if isinstance(said, PageAnswer) else ""
    row: dict[str, Any] = {
        "provider": PROVIDER,
        "kind": "answer" if isinstance(said, PageAnswer) else "compliment",
        "dedupe_key": f"{about}{sha256(key.encode() + body).hexdigest()}",
    }
    arrived = InboxMessage(**row, raw_body=body, received_at=runtime.now()).model_dump(exclude={"id"})
    with runtime.writing() as session:
        insert = insert_into(session, InboxMessage).values(arrived)
        session.execute(insert.on_conflict_do_nothing(index_elements=[*row]))
        inbox_id: int = session.exec(select(InboxMessage.id).filter_by(**row)).one()
    replies.receive(runtime, inbox_id)
    return inbox_id
