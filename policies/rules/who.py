"""Who may be touched, and over which channel."""

import math
from collections.abc import Mapping

from policies import arithmetic
from policies.arithmetic import ANYTIME, NEVER
from policies.audience import value_of
from policies.decision import Amount, Finding
from policies.policy import Guard, Policy
from policies.rules.found import Numbers, plain, wait
from policies.situation import Contact, Situation


def address(guard: Guard, policy: Policy, s: Situation) -> Finding:
    reach = s.addresses.get(s.channel)
    if reach is None or not reach.usable:
        return Finding("address", "no_address", NEVER, {"channel": s.channel})
    return Finding("address", "has_address", ANYTIME, {"channel": s.channel})


def consent(guard: Guard, policy: Policy, s: Situation) -> Finding:
    reach = s.addresses.get(s.channel)
    given = reach.consent if reach else None
    if given:
        return Finding("consent", "consent_given", ANYTIME, {"channel": s.channel})
    return Finding("consent", "consent_unknown" if given is None else "consent_refused", NEVER, {"channel": s.channel})


def suppression(guard: Guard, policy: Policy, s: Situation) -> Finding:
    reach = s.addresses.get(s.channel)
    if reach and reach.suppressed:
        return plain("suppression", "suppressed", NEVER)
    return plain("suppression", "not_suppressed")


def opt_out(guard: Guard, policy: Policy, s: Situation) -> Finding:
    return plain("opt_out", "no_surveys", NEVER) if s.no_surveys else plain("opt_out", "surveys_welcome")


def pause(guard: Guard, policy: Policy, s: Situation) -> Finding:
    if s.paused_until is None:
        return plain("pause", "not_paused")
    code = "pause_over" if s.paused_until <= s.now else "paused"
    return Finding("pause", code, s.paused_until, {"until": s.paused_until})


def audience(guard: Guard, policy: Policy, s: Situation) -> Finding:
    if policy.audience is None:
        return plain("audience", "audience_all")
    facts = {"customer": s.attributes, "contact": _of_contact(s.contact)}
    verdict = policy.audience.matches(facts)
    if verdict:
        return plain("audience", "audience_match")
    field = policy.audience.decided_by(facts)
    if verdict is None:
        return Finding("audience", "audience_unknown", NEVER, {"field": field})
    return Finding("audience", "audience_other", NEVER, {"field": field, "value": value_of(field, facts)})


def _of_contact(contact: Contact | None) -> Mapping[str, object]:
    if contact is None:
        return {}
    return {**contact.attributes, "kind": contact.kind, "touchpoint": contact.touchpoint, "value": contact.value}


def new_customer(guard: Guard, policy: Policy, s: Situation) -> Finding:
    return wait("new_customer", s.customer_since, guard.new_customer, "guard.new_customer", s.now)


def never_asked(guard: Guard, policy: Policy, s: Situation) -> Finding:
    share, draw = guard.never_asked, s.never_asked_draw
    numbers: Numbers = {"share": share}
    if arithmetic.drawn(draw, share):
        amounts = (Amount("guard.never_asked", share, draw),)
        return Finding("never_asked", "never_asked", NEVER, numbers, amounts, lot=1.0 - share)
    return Finding("never_asked", "may_be_asked", ANYTIME, numbers, lot=1.0 - share)


def sampling(guard: Guard, policy: Policy, s: Situation) -> Finding:
    share, draw = policy.sampling, s.sampling_draw
    numbers: Numbers = {"share": share}
    if arithmetic.drawn(draw, share):
        return Finding("sampling", "sampled", ANYTIME, numbers, lot=share)
    amounts = (Amount("sampling", share, math.nextafter(draw, 1.0)),)
    return Finding("sampling", "not_sampled", NEVER, numbers, amounts, lot=share)
