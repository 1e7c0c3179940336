"""The decision: ask every rule, take the latest moment, move it into open hours, and read the action off it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import NamedTuple

from policies.arithmetic import ANYTIME, NEVER
from policies.decision import Action, Amount, Decision, Finding
from policies.hours import Hours, amounts_to_open, next_open
from policies.policy import Guard, Policy
from policies.probability import Odds, odds
from policies.rules import ABOUT_THE_CUSTOMER, ASK_RULES, GIVE_RULES, REMIND_RULES, Rule
from policies.situation import ASK, CONTENT, REMINDER, Situation


class Rules(NamedTuple):
    ask: Sequence[Rule] = ASK_RULES
    give: Sequence[Rule] = GIVE_RULES
    remind: Sequence[Rule] = REMIND_RULES

    def about(self, kind: str) -> Sequence[Rule]:
        return {ASK: self.ask, REMINDER: self.remind}.get(kind, self.give)


EVERY_RULE = Rules()


def decide(guard: Guard, policy: Policy, situation: Situation, rules: Rules = EVERY_RULE) -> Decision:
    """What this policy may do for this customer, over the first channel that may; on a tie, in the policy's order."""
    now, said, prospects = situation.now, _Said(guard, policy), []
    for channel in policy.channels:
        prospects.append(_prospect(said, _about(situation, policy, channel), rules))
        if prospects[-1].moment == now:
            break  # no other channel can be sooner
    best = min(prospects, key=_soonest)
    moment = None if best.moment == NEVER else int(best.moment)
    action = Action.SKIP if moment is None else Action.WAIT if moment > now else best.action
    # The same draws rule over every channel, so whenever one may act, any channel with better odds may too.
    probability = Odds(max([p.odds.now for p in prospects]), max([p.odds.in_time for p in prospects])).of(action)
    held_by = None if action is best.action else best.held_by
    only_rests = moment != now and any(p.odds.now > 0.0 and p.opens < NEVER for p in prospects)
    return Decision(action, moment, best.channel, probability, best.findings, best.giving, held_by, now, only_rests)


class _Said:
    """What the rules say in one decision; what is about the customer is asked once."""

    def __init__(self, guard: Guard, policy: Policy) -> None:
        self.guard, self.policy = guard, policy
        self._first: tuple[Sequence[Rule], Sequence[Finding]] = ((), ())

    def by(self, rules: Sequence[Rule], s: Situation) -> tuple[Finding, ...]:
        known = {rule: found for rule, found in zip(*self._first, strict=True) if rule in ABOUT_THE_CUSTOMER}
        findings = tuple([known.get(rule) or rule(self.guard, self.policy, s) for rule in rules])
        self._first = self._first if known else (rules, findings)
        return findings


class _Prospect(NamedTuple):
    """What one channel has in prospect: the action, and the first moment for it, NEVER where that is not in time.

    `opens` is when the rules would allow it, whatever the hours and however late.
    """

    action: Action
    moment: float
    opens: float
    channel: str
    odds: Odds
    findings: tuple[Finding, ...]
    giving: tuple[Finding, ...]
    held_by: str | None


def _soonest(prospect: _Prospect) -> tuple[float, float]:
    """Of channels that cannot be in time, the one that comes nearest tells most."""
    return prospect.moment, prospect.opens if prospect.moment == NEVER else ANYTIME


def _about(s: Situation, policy: Policy, channel: str) -> Situation:
    kind = CONTENT if policy.does == "give" else ASK if s.reminds is None else REMINDER
    return s if s.channel == channel and s.kind == kind else replace(s, channel=channel, kind=kind)


def _prospect(said: _Said, s: Situation, rules: Rules) -> _Prospect:
    guard = said.guard
    findings = said.by(rules.about(s.kind), s)
    missing = next((f for f in findings if f.lead), None)
    giving = said.by(rules.give, replace(s, kind=CONTENT)) if missing else ()
    holding = [f for f in findings + giving if f is not missing]
    # Giving is in vain where the ask could only follow when it is too late.
    closes = min([f.closes for f in findings], default=NEVER) - (missing.lead if missing else 0.0)
    latest = max(holding, key=_opens, default=None)
    opens = max(latest.opens, s.now) if latest else s.now
    hours = guard.hours.sms if s.channel == "sms" else guard.hours.email
    in_hours = partial(next_open, hours, s.zones, s.holidays)
    quiet = _quiet_hours(s, opens, hours, in_hours)
    moment = max(opens, quiet.opens)
    in_vain = s.now >= closes  # whatever the hours
    holder = latest if opens > s.now else quiet if moment > s.now and not (missing and in_vain) else None
    if holder is None and moment >= closes:
        holder = missing
    return _Prospect(
        action=Action.GIVE if s.kind == CONTENT or missing else Action.ASK,
        moment=moment if moment < closes else NEVER,
        opens=opens,
        channel=s.channel,
        odds=odds(holding, guard.jitter, s, closes, in_hours),
        findings=(*findings, quiet),
        giving=giving,
        held_by=holder.rule if holder else None,
    )


def _opens(finding: Finding) -> float:
    return finding.opens


def _quiet_hours(s: Situation, opens: float, hours: Hours, in_hours: Callable[[float], float]) -> Finding:
    """The hours at the moment the rules allow, or now where they never do; only hours of now have amounts that would
    open them now."""
    wanted = s.now if opens == NEVER else int(opens)
    numbers: dict[str, object] = {"channel": s.channel, "wanted": wanted}
    moment = in_hours(wanted)
    if moment == wanted:
        return Finding("quiet_hours", "open_hours", ANYTIME, numbers)
    numbers |= {
        "quiet_from": hours.quiet_from, "quiet_until": hours.quiet_until, "weekdays": hours.weekdays,
        "holidays": hours.holidays, "zones": s.zones,
    }  # fmt: skip
    amounts: tuple[Amount, ...] = ()
    if wanted == s.now:
        closed = amounts_to_open(hours, s.zones, s.holidays, wanted)
        amounts = tuple([amount._replace(name=f"guard.hours.{s.channel}.{amount.name}") for amount in closed])
    if moment == NEVER:
        return Finding("quiet_hours", "no_open_hours" if s.zones else "zone_unknown", NEVER, numbers, amounts)
    return Finding("quiet_hours", "quiet_hours", moment, {**numbers, "until": moment}, amounts)
