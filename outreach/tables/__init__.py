"""Every table: columns and what the database itself promises. Times are epoch seconds (`..._at`); no behaviour."""

from outreach.tables.columns import Table
from outreach.tables.incoming import (
    ApiToken,
    AuditEntry,
    Case,
    Heartbeat,
    InboxMessage,
    KeptFigures,
    Poll,
    Quarantined,
    Reply,
)
from outreach.tables.people import Account, ConsentEvent, ContactEvent, ContactPoint, Customer, Suppression
from outreach.tables.plans import Content, Intent, PolicyDraft, PolicyVersion, ReplayRun, StoredDecision, Survey
from outreach.tables.sending import Attempt, ChannelState, LedgerEntry, Outreach, SandboxMessage
from outreach.tables.users import SignIn, SignInTry, User

__all__ = [
    "Account",
    "ApiToken",
    "Attempt",
    "AuditEntry",
    "Case",
    "ChannelState",
    "ConsentEvent",
    "ContactEvent",
    "ContactPoint",
    "Content",
    "Customer",
    "Heartbeat",
    "InboxMessage",
    "Intent",
    "KeptFigures",
    "LedgerEntry",
    "Outreach",
    "PolicyDraft",
    "PolicyVersion",
    "Poll",
    "Quarantined",
    "ReplayRun",
    "Reply",
    "SandboxMessage",
    "SignIn",
    "SignInTry",
    "StoredDecision",
    "Suppression",
    "Survey",
    "Table",
    "User",
]
