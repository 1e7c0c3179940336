"""Who may be touched, and over which channel."""

import math

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
    return Finding("pause", "paused", s.paused_until, {"until": s.paused_until})


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
    numbers: Numbers = {"share": guard.never_asked}
    if s.never_asked_draw >= guard.never_asked:
        return Finding("never_asked", "may_be_asked", ANYTIME, numbers)
    return Finding("never_asked", "never_asked", NEVER, numbers, "guard.never_asked", guard.never_asked, s.never_asked_draw)


def sampling(guard: Guard, policy: Policy, s: Situation) -> Finding:
    numbers: Numbers = {"share": policy.sampling}
    if s.sampling_draw < policy.sampling:
        return Finding("sampling", "sampled", ANYTIME, numbers)
    needs = math.nextafter(s.sampling_draw, 1.0)
    return Finding("sampling", "not_sampled", NEVER, numbers, "sampling", policy.sampling, needs)
