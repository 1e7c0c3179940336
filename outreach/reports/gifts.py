"""What a customer was given, for the page its link leads to."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import col

from outreach import letters, links
from outreach.links import BadLink, Purpose
from outreach.runtime import Runtime
from outreach.tables import Content, LedgerEntry, Outreach


@dataclass(frozen=True, slots=True)
class Gift:
    """A piece of content as one customer got it. `text` is what was written above the link; `leads_to` may be empty."""

    outreach_id: int
    title: str
    text: str
    language: str
    leads_to: str


def gift(runtime: Runtime, token: str) -> Gift | None:
    """The content behind the link in a message; None when the link is not ours. Changes nothing."""
    try:
        outreach_id = links.read_token(runtime.settings, Purpose.CONTENT, token)
    except BadLink:
        return None
    with runtime.reading() as session:
        row = session.execute(
            sa.select(col(Outreach.subject), col(Outreach.body), col(Content.language), col(Content.link))
            .join(Content, col(Content.id) == col(Outreach.content_id))
            .join(LedgerEntry, col(LedgerEntry.outreach_id) == col(Outreach.id))
            .where(col(Outreach.id) == outreach_id)
        ).first()
    if row is None:
        return None
    return Gift(
        outreach_id, row.subject, _above(links.link(runtime.settings, Purpose.CONTENT, outreach_id), row.body), *row[2:]
    )


def _above(link: str, body: str) -> str:
    """The lines of a message before the one with the link."""
    lines = letters.words_of(body).splitlines()
    first = next((i for i, line in enumerate(lines) if link in line), len(lines))
    return "\n".join(lines[:first]).strip()
