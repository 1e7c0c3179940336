"""Is the contact worth asking about, and is it time: fresh but settled, or due by rhythm."""

from policies.arithmetic import ANYTIME, NEVER
from policies.decision import Finding
from policies.policy import Guard, Policy
from policies.rules.found import Numbers, last_touch, rest, wait
from policies.situation import ASK, CONTENT, Situation


def contact_kind(guard: Guard, policy: Policy, s: Situation) -> Finding:
    if policy.contact is None or s.contact is None:
        return Finding("contact_kind", "by_rhythm")
    if policy.contact.kinds and s.contact.kind not in policy.contact.kinds:
        return Finding("contact_kind", "other_kind", NEVER, {"kind": s.contact.kind})
    return Finding("contact_kind", "right_kind", ANYTIME, {"kind": s.contact.kind})


def contact_value(guard: Guard, policy: Policy, s: Situation) -> Finding:
    if policy.contact is None or s.contact is None:
        return Finding("contact_value", "by_rhythm")
    value, least = s.contact.value, policy.contact.minimum_value
    numbers: Numbers = {"value": value, "least": least}
    if value >= least:
        return Finding("contact_value", "worth_it", ANYTIME, numbers)
    return Finding("contact_value", "not_worth_it", NEVER, numbers, "contact.minimum_value", least, value)


def contact_settles(guard: Guard, policy: Policy, s: Situation) -> Finding:
    if policy.contact is None or s.contact is None:
        return Finding("contact_settles", "by_rhythm")
    return wait("contact_settles", s.contact.occurred_at, policy.contact.settle, "contact.settle", s.now)


def contact_expires(guard: Guard, policy: Policy, s: Situation) -> Finding:
    if policy.contact is None or s.contact is None:
        return Finding("contact_expires", "by_rhythm")
    life, since = policy.contact.expires, s.contact.occurred_at
    numbers: Numbers = {"since": since, "rest": life, "until": since + life}
    if s.now < since + life:
        return Finding("contact_expires", "still_fresh", ANYTIME, numbers)
    return Finding("contact_expires", "expired", NEVER, numbers, "contact.expires", life, s.now - since + 1)


def rhythm(guard: Guard, policy: Policy, s: Situation) -> Finding:
    if policy.rhythm is None:
        return Finding("rhythm", "after_contact")
    last = last_touch(s.touches, (CONTENT,)) if policy.does == "give" else last_touch(s.touches, (ASK,), policy.name)
    return rest("rhythm", last, policy.rhythm.every, "rhythm.every", (guard, s))
