"""The JSON the API answers with. Moments are ISO 8601 in UTC."""

from datetime import UTC, datetime
from typing import Literal, Self

from pydantic import BaseModel

from outreach.explain import Explanation
from outreach.receipts import Receipt, Receipts
from outreach.reports.replies import Replies, ReplyRow
from policies import reasons
from policies.arithmetic import NEVER
from policies.decision import Finding, Flip

MOST_ITEMS = 1000
"""Items in one bulk request."""

Opens = Literal["anytime", "never"] | str


class Problem(BaseModel):
    """What was wrong; `field` names the part of the request, where one is to blame."""

    error: str
    field: str | None = None


class ReceiptItem(BaseModel):
    """What became of one item: created, updated, unchanged or refused (then with `field` and `reason`)."""

    external_id: str
    result: str
    field: str | None
    reason: str | None
    notes: list[str]

    @classmethod
    def of(cls, receipt: Receipt) -> Self:
        return cls(
            external_id=receipt.external_id,
            result=receipt.result,
            field=receipt.field or None,
            reason=receipt.reason or None,
            notes=list(receipt.notes),
        )


class ReceiptPage(BaseModel):
    """One receipt an item, in the order in which they came."""

    counts: dict[str, int]
    items: list[ReceiptItem]

    @classmethod
    def of(cls, receipts: Receipts) -> Self:
        return cls(
            counts={str(result): count for result, count in receipts.counts.items()},
            items=[ReceiptItem.of(receipt) for receipt in receipts.items],
        )


class FindingItem(BaseModel):
    """What one rule says: from when it would allow it, why, and what the amount that holds back would need."""

    rule: str
    opens: Opens
    because: str
    amount: str | None
    now_is: bool | float | None
    would_need: bool | float | None

    @classmethod
    def of(cls, finding: Finding, language: str, zone: str) -> Self:
        return cls(
            rule=finding.rule,
            opens=opens(finding.opens),
            because=reasons.sentence(finding, language, zone),
            amount=finding.amount,
            now_is=finding.now_is,
            would_need=finding.would_need,
        )


class FlipItem(BaseModel):
    """An amount that holds it back, and the value it would need. Durations are in seconds."""

    rule: str
    amount: str
    now_is: bool | float
    would_need: bool | float

    @classmethod
    def of(cls, flip: Flip) -> Self:
        return cls(rule=flip.rule, amount=flip.amount, now_is=flip.now_is, would_need=flip.would_need)


class PolicyExplanation(BaseModel):
    """What one policy would do: ask, give, wait until `moment`, or skip; and everything it follows from.

    `intent` is open, done, cancelled or expired, or null where the contact opened none: nothing comes of a contact
    unless it is open.
    """

    policy: str
    version: int
    guard_version: int
    contact: str | None
    intent: str | None
    action: str
    moment: str | None
    channel: str
    probability: float
    held_by: str | None
    findings: list[FindingItem]
    giving: list[FindingItem]
    flips: list[FlipItem]

    @classmethod
    def of(cls, explanation: Explanation, language: str) -> Self:
        decision, zone = explanation.decision, (*explanation.zones, "UTC")[0]
        return cls(
            policy=explanation.policy,
            version=explanation.version,
            guard_version=explanation.guard_version,
            contact=explanation.contact_id,
            intent=explanation.intent,
            action=decision.action,
            moment=None if decision.moment is None else written(decision.moment),
            channel=decision.channel,
            probability=decision.probability,
            held_by=decision.held_by,
            findings=[FindingItem.of(finding, language, zone) for finding in decision.findings],
            giving=[FindingItem.of(finding, language, zone) for finding in decision.giving],
            flips=[FlipItem.of(flip) for flip in decision.flips],
        )


class ExplanationPage(BaseModel):
    """Why one customer is, or is not, asked at a moment."""

    customer: str
    at: str
    policies: list[PolicyExplanation]


class ReplyItem(BaseModel):
    """One reply as it was written, and what was understood of it; `customer` is null where nobody was found."""

    id: int
    received_at: str
    channel: str
    customer: str | None
    policy: str | None
    intent: str
    score: int | None
    comment: str
    text: str

    @classmethod
    def of(cls, row: ReplyRow) -> Self:
        return cls(
            id=row.id,
            received_at=written(row.received_at),
            channel=row.channel,
            customer=row.customer,
            policy=row.policy,
            intent=row.intent,
            score=row.score,
            comment=row.comment,
            text=row.text,
        )


class ReplyPage(BaseModel):
    """Newest first; `next_before` leads to the next page, null on the last."""

    replies: list[ReplyItem]
    next_before: int | None

    @classmethod
    def of(cls, found: Replies) -> Self:
        return cls(replies=[ReplyItem.of(row) for row in found.rows], next_before=found.next_before)


def opens(moment: float) -> str:
    """A rule's moment as the API writes it."""
    if moment == NEVER:
        return "never"
    return "anytime" if moment == -NEVER else written(int(moment))


def written(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat().replace("+00:00", "Z")
