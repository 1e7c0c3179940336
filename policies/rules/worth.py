"""Is the contact worth asking about, and is it time: fresh but settled, due by rhythm, or to be reminded of."""

from policies import arithmetic
from policies.arithmetic import ANYTIME, FLOOR, LONGEST, NEVER
from policies.decision import Amount, Finding
from policies.policy import Guard, Policy, Rhythm
from policies.rules.found import Numbers, last_ask, last_content, plain, rest, wait, within
from policies.situation import CONTENT, Situation


def _no_contact(rule: str, policy: Policy) -> Finding:
    return plain(rule, "by_rhythm") if policy.contact is None else plain(rule, "no_contact", NEVER)


def contact_kind(guard: Guard, policy: Policy, s: Situation) -> Finding:
    if policy.contact is None or s.contact is None:
        return _no_contact("contact_kind", policy)
    if policy.contact.kinds and s.contact.kind not in policy.contact.kinds:
        return Finding("contact_kind", "other_kind", NEVER, {"kind": s.contact.kind, "kinds": policy.contact.kinds})
    return Finding("contact_kind", "right_kind", ANYTIME, {"kind": s.contact.kind})


def contact_value(guard: Guard, policy: Policy, s: Situation) -> Finding:
    if policy.contact is None or s.contact is None:
        return _no_contact("contact_value", policy)
    value, least = s.contact.value, policy.contact.minimum_value
    numbers: Numbers = {"value": value, "least": least}
    opens = arithmetic.worth_opens(value, least)
    if opens == ANYTIME:
        return Finding("contact_value", "worth_it", opens, numbers)
    return Finding("contact_value", "not_worth_it", opens, numbers, (Amount("contact.minimum_value", least, value),))


def contact_settles(guard: Guard, policy: Policy, s: Situation) -> Finding:
    if policy.contact is None or s.contact is None:
        return _no_contact("contact_settles", policy)
    return wait("contact_settles", s.contact.occurred_at, policy.contact.settle, "contact.settle", s.now)


def contact_expires(guard: Guard, policy: Policy, s: Situation) -> Finding:
    if policy.contact is None or s.contact is None:
        return _no_contact("contact_expires", policy)
    life, since = policy.contact.expires, s.contact.occurred_at
    closes = since + life
    numbers: Numbers = {"since": since, "rest": life, "until": closes}
    opens = arithmetic.fresh_opens(s.now, closes)
    if opens == ANYTIME:
        return Finding("contact_expires", "still_fresh", opens, numbers, closes=closes)
    amounts = (within(LONGEST, Amount("contact.expires", life, s.now - since + 1)),)
    return Finding("contact_expires", "expired", opens, numbers, amounts, closes=closes)


def rhythm(guard: Guard, policy: Policy, s: Situation) -> Finding:
    """Once in so long, from its turn on: this policy's ask, or for a giving policy content of whichever policy."""
    if policy.rhythm is None:
        return plain("rhythm", "after_contact")
    last = last_content(s.touches) if policy.does == "give" else last_ask(s.touches, policy.name)
    found = rest("rhythm", last, policy.rhythm.every, "rhythm.every", (guard, s))
    late = s.turn_at - s.now if s.turn_at is not None else 0
    if max(late, found.opens - s.now) <= 0:
        return found
    amounts = _sooner(policy.rhythm, found, late, any(touch.policy == policy.name for touch in s.touches))
    if s.turn_at is not None and s.turn_at > found.opens:
        return Finding("rhythm", "rhythm_turn", s.turn_at, {"until": s.turn_at}, amounts)
    return found._replace(amounts=amounts)


def _sooner(terms: Rhythm, rested: Finding, late: int, had_a_turn: bool) -> tuple[Amount, ...]:
    """The rhythm with which the rest would be over by now, and the turn, which is `late` seconds away, would have come:
    each comes so long after the one before. First turns are dealt once, and no spread changes that."""
    if late > 0 and not had_a_turn:
        return (Amount("rhythm.spread", terms.every if terms.spread is None else terms.spread, None),)
    needs = min([amount.would_need or 0 for amount in rested.amounts], default=terms.every)
    every = min(needs, terms.every - max(late, 0))
    if every < FLOOR:
        return (Amount("rhythm.every", terms.every, None),)  # no rhythm is that short
    amount = Amount("rhythm.every", terms.every, every)
    if terms.spread is None or terms.spread <= every:
        return (amount,)
    return (amount, Amount("rhythm.spread", terms.spread, every))  # no spread is longer than the rhythm


def reminder(guard: Guard, policy: Policy, s: Situation) -> Finding:
    """Once, for a while after the ask; never where that was heard from, or something was asked since."""
    terms, since = policy.reminder, s.reminds
    asks = [touch for touch in s.touches if touch.kind != CONTENT and since is not None and touch.at >= since]
    if terms is None or since is None or not asks or asks[0].at != since:
        return plain("reminder", "no_reminder", NEVER)
    if any(touch.outcome is not None for touch in asks):
        return Finding("reminder", "heard_from", NEVER, {"since": since})
    if len(asks) > 1:
        return Finding("reminder", "asked_since", NEVER, {"since": since})
    closes = since + terms.until
    if arithmetic.fresh_opens(s.now, closes) == NEVER:
        numbers: Numbers = {"since": since, "rest": terms.until, "until": closes}
        late = (within(LONGEST, Amount("reminder.until", terms.until, s.now - since + 1)),)
        return Finding("reminder", "reminder_late", NEVER, numbers, late, closes=closes)
    found = wait("reminder", since, terms.after, "reminder.after", s.now)
    soon = tuple(a._replace(would_need=None) if (a.would_need or 0) < FLOOR else a for a in found.amounts)
    return found._replace(amounts=soon, closes=closes)  # no reminder comes within a day
