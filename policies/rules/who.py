"""Who may be touched, and over which channel."""

import math

from policies import arithmetic
from policies.arithmetic import ANYTIME, NEVER
from policies.audience import matches
from policies.decision import Finding
from policies.policy import Guard, Policy
from policies.rules.found import Numbers, wait
from policies.situation import Situation


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
        return Finding("suppression", "suppressed", NEVER)
    return Finding("suppression", "not_suppressed")


def opt_out(guard: Guard, policy: Policy, s: Situation) -> Finding:
    return Finding("opt_out", "no_surveys", NEVER) if s.no_surveys else Finding("opt_out", "surveys_welcome")


def pause(guard: Guard, policy: Policy, s: Situation) -> Finding:
    if s.paused_until is None:
        return Finding("pause", "not_paused")
    code = "pause_over" if s.paused_until <= s.now else "paused"
    return Finding("pause", code, s.paused_until, {"until": s.paused_until})


def audience(guard: Guard, policy: Policy, s: Situation) -> Finding:
    if policy.audience is None:
        return Finding("audience", "audience_all")
    verdict = matches(policy.audience, _facts(s))
    if verdict:
        return Finding("audience", "audience_match")
    return Finding("audience", "audience_unknown" if verdict is None else "audience_other", NEVER)


def _facts(s: Situation) -> Numbers:
    facts: Numbers = {f"customer.{name}": value for name, value in s.attributes.items()}
    if s.contact:
        facts |= {f"contact.{name}": value for name, value in s.contact.attributes.items()}
        facts |= {f"contact.{name}": getattr(s.contact, name) for name in ("kind", "touchpoint", "value")}
    return facts


def new_customer(guard: Guard, policy: Policy, s: Situation) -> Finding:
    return wait("new_customer", s.customer_since, guard.new_customer, "guard.new_customer", s.now)


def never_asked(guard: Guard, policy: Policy, s: Situation) -> Finding:
    share, draw = guard.never_asked, s.never_asked_draw
    numbers: Numbers = {"share": share}
    if arithmetic.drawn(draw, share):
        return Finding("never_asked", "never_asked", NEVER, numbers, "guard.never_asked", share, draw, lot=1.0 - share)
    return Finding("never_asked", "may_be_asked", ANYTIME, numbers, lot=1.0 - share)


def sampling(guard: Guard, policy: Policy, s: Situation) -> Finding:
    share, draw = policy.sampling, s.sampling_draw
    numbers: Numbers = {"share": share}
    if arithmetic.drawn(draw, share):
        return Finding("sampling", "sampled", ANYTIME, numbers, lot=share)
    needs = math.nextafter(draw, 1.0)
    return Finding("sampling", "not_sampled", NEVER, numbers, "sampling", share, needs, lot=share)
