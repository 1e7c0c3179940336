"""The decision: ask every rule, take the latest moment, move it into open hours, and read the action off it."""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from policies.arithmetic import ANYTIME, NEVER
from policies.decision import Action, Decision, Finding
from policies.hours import next_open
from policies.policy import Guard, Policy
from policies.probability import Odds
from policies.rules import ASK_RULES, GIVE_RULES, Rule
from policies.situation import ASK, CONTENT, Situation


class Rules(NamedTuple):
    ask: Sequence[Rule] = ASK_RULES
    give: Sequence[Rule] = GIVE_RULES


EVERY_RULE = Rules()


def decide(guard: Guard, policy: Policy, situation: Situation, rules: Rules = EVERY_RULE) -> Decision:
    """What this policy may do for this customer now, over the channel that may do it first (the policy's order on a tie)."""
    judge = _judge_ask if policy.does == "ask" else _judge_give
    decisions = []
    for channel in policy.channels:
        decision = judge(guard, policy, _for(situation, policy, channel), rules)
        if decision.moment == situation.now:
            return decision  # no other channel can be sooner
        decisions.append(decision)
    return min(decisions, key=_soonest)


def _for(s: Situation, policy: Policy, channel: str) -> Situation:
    kind = ASK if policy.does == "ask" else CONTENT
    return s if (s.channel, s.kind) == (channel, kind) else replace(s, channel=channel, kind=kind)


def _soonest(decision: Decision) -> float:
    return NEVER if decision.moment is None else decision.moment


def _judge_give(guard: Guard, policy: Policy, s: Situation, rules: Rules) -> Decision:
    findings = tuple([rule(guard, policy, s) for rule in rules.give])
    return _conclude(guard, s, _Case(Action.GIVE, findings, (), findings, NEVER, Odds(guard, None, s)))


def _judge_ask(guard: Guard, policy: Policy, s: Situation, rules: Rules) -> Decision:
    findings = tuple([rule(guard, policy, s) for rule in rules.ask])
    odds, expires = Odds(guard, policy, s), _expiry(policy, s)
    missing = next((f for f in findings if f.code == "value_missing"), None)
    if missing is None:
        return _conclude(guard, s, _Case(Action.ASK, findings, (), findings, expires, odds))
    giving = tuple([rule(guard, policy, replace(s, kind=CONTENT)) for rule in rules.give])
    holding = (*(f for f in findings if f is not missing), *giving)
    # Giving is in vain where the ask could only follow after the contact has expired.
    lead = missing.opens - s.now
    return _conclude(guard, s, _Case(Action.GIVE, findings, giving, holding, expires - lead, odds))


def _expiry(policy: Policy, s: Situation) -> float:
    return s.contact.occurred_at + policy.contact.expires if policy.contact and s.contact else NEVER


class _Case(NamedTuple):
    """What would happen (`action`) once `holding` lets go, if that is before `expires`."""

    action: Action
    findings: tuple[Finding, ...]
    giving: tuple[Finding, ...]
    holding: tuple[Finding, ...]
    expires: float
    odds: Odds


def _conclude(guard: Guard, s: Situation, case: _Case) -> Decision:
    latest = max(case.holding, key=_opens, default=None)
    opens = max(latest.opens if latest else ANYTIME, s.now)
    moment = _in_hours(guard, s, opens)
    quiet = _quiet_hours(s.channel, opens, moment)
    if moment >= case.expires:
        action, at = Action.SKIP, None
    elif moment > s.now:
        action, at = Action.WAIT, int(moment)
    else:
        action, at = case.action, s.now
    held_by = None if action is case.action else quiet.rule if moment > opens else latest.rule if latest else "expiry"
    probability = case.odds.of(action, case.holding, lambda t: _in_hours(guard, s, t), case.expires)
    return Decision(action, at, s.channel, probability, (*case.findings, quiet), case.giving, held_by, s.now)


def _opens(finding: Finding) -> float:
    return finding.opens


def _in_hours(guard: Guard, s: Situation, at: float) -> float:
    hours = guard.hours.sms if s.channel == "sms" else guard.hours.email
    return next_open(hours, s.zones, s.holidays, at if at == NEVER else math.ceil(at))


def _quiet_hours(channel: str, opens: float, moment: float) -> Finding:
    if opens == NEVER or moment == math.ceil(opens):
        return Finding("quiet_hours", "open_hours", ANYTIME, {"channel": channel})
    if moment == NEVER:
        return Finding("quiet_hours", "no_open_hours", NEVER, {"channel": channel})
    return Finding("quiet_hours", "quiet_hours", moment, {"channel": channel, "wanted": opens, "until": moment})
