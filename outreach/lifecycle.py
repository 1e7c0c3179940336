"""The words for states, and the life of an outreach as a table. What is not in the table changes nothing."""

from collections.abc import Mapping
from enum import StrEnum


class Kind(StrEnum):
    """What reached the customer; `class` in the ledger of a rehearsal."""

    CONTENT = "content"
    ASK = "ask"
    REMINDER = "reminder"
    FOLLOW_UP = "follow_up"
    THANKS = "thanks"


TOUCHES = (Kind.CONTENT, Kind.ASK, Kind.REMINDER)
"""What counts as a touch, and stands in the ledger."""
TALK = (Kind.FOLLOW_UP, Kind.THANKS)
"""What belongs to a conversation that the customer opened."""


class Role(StrEnum):
    """What somebody may do in the pages; each may do all that those before may."""

    VIEWER = "viewer"
    MARKETER = "marketer"
    APPROVER = "approver"
    ADMIN = "admin"

    def may(self, needed: "Role") -> bool:
        ranks = list(Role)
        return ranks.index(self) >= ranks.index(needed)


class Consent(StrEnum):
    GIVEN = "given"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    UNKNOWN = "unknown"


class IntentState(StrEnum):
    OPEN = "open"
    DONE = "done"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class PolicyKind(StrEnum):
    GUARD = "guard"
    POLICY = "policy"


class PolicyState(StrEnum):
    LIVE = "live"
    RETIRED = "retired"


class Stage(StrEnum):
    """When a decision was made: at a look, or again just before the message is handed over."""

    LOOK = "look"
    HANDOVER = "handover"


class RunState(StrEnum):
    """Of a replay that was asked for."""

    PLANNED = "planned"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class InboxState(StrEnum):
    NEW = "new"
    DONE = "done"
    PARKED = "parked"


class OutreachState(StrEnum):
    PLANNED = "planned"
    HANDING_OVER = "handing_over"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    ABANDONED = "abandoned"
    CANCELLED = "cancelled"


class Happening(StrEnum):
    """What can happen to an outreach."""

    ALLOWED = "allowed"
    """Judged again just before the call, and still allowed."""
    NOT_YET = "not_yet"
    """Judged again, and to be tried later."""
    CALLED_OFF = "called_off"
    """Judged again and no longer wanted, opted out, or too late."""
    TAKEN = "taken"
    """The provider took it, or evidence came that it had."""
    TURNED_DOWN = "turned_down"
    """A definite refusal: nothing was accepted. The only way to a voided ledger entry."""
    UNCLEAR = "unclear"
    """Anything else, or the lease ran out. Counts as sent and is never sent again."""
    NO_EVIDENCE = "no_evidence"
    """A day went by without a sign that it was accepted."""


NEXT: Mapping[tuple[OutreachState, Happening], OutreachState] = {
    (OutreachState.PLANNED, Happening.ALLOWED): OutreachState.HANDING_OVER,
    (OutreachState.PLANNED, Happening.NOT_YET): OutreachState.PLANNED,
    (OutreachState.PLANNED, Happening.CALLED_OFF): OutreachState.CANCELLED,
    (OutreachState.HANDING_OVER, Happening.TAKEN): OutreachState.ACCEPTED,
    (OutreachState.HANDING_OVER, Happening.TURNED_DOWN): OutreachState.REFUSED,
    (OutreachState.HANDING_OVER, Happening.UNCLEAR): OutreachState.UNKNOWN,
    (OutreachState.UNKNOWN, Happening.TAKEN): OutreachState.ACCEPTED,
    (OutreachState.UNKNOWN, Happening.NO_EVIDENCE): OutreachState.ABANDONED,
}

IN_FLIGHT = (OutreachState.PLANNED, OutreachState.HANDING_OVER)
"""At most one outreach of a customer is in one of these."""
