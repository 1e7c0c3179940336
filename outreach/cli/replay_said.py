"""What `outreach replay` says: for programs, and on the screen."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from outreach.cli.common import a_runtime
from outreach.rehearsal.ledger import iso
from outreach.replaying import responses
from outreach.replaying.answer import Answer
from outreach.replaying.replay import Replay
from policies.policy import Guard
from policies.replay.refusal import Refusal
from policies.replay.summing import Sum

_SHOWN = 8  # lines of a list on the screen
Foreseen = dict[str, Any]


def said(answer: Answer, guard: Guard, seed: int, foreseen: Sequence[Foreseen]) -> dict[str, Any]:
    """For programs; `foreseen` of the replay, and of the one it is compared with, or nothing."""
    found: dict[str, Any] = {
        "seed": seed,
        "begins": iso(answer.begins),
        "ends": iso(answer.ends),
        "customers": answer.customers,
        "contacts": answer.contacts,
        "refused_rows": len(answer.refused),
        "refused": list(answer.refused),
        **_counts(answer.sum, guard),
        "prices": [asdict(price) for price in answer.prices],
    }
    for part in foreseen[:1]:
        found |= part
    if answer.against is None:
        return found
    against = _counts(answer.against, guard)
    for part in foreseen[1:]:
        against |= part
    return {**found, "against": against}


def _counts(counted: Sum, guard: Guard) -> dict[str, Any]:
    counts = asdict(counted)
    del counts["seconds_to_ask"]
    counts["days_to_ask"] = counted.days_to_ask._asdict()
    counts["weeks"] = [{**week, "begins": iso(week["begins"])} for week in counts["weeks"]]
    counts["rates"] = rates(counted.looks)
    counts["attention"] = _attention(counted, guard)
    return counts


def rates(looks: Mapping[str, int]) -> dict[str, float]:
    """The share of each action."""
    total = sum(looks.values())
    return {name: round(count / total, 4) if total else 0.0 for name, count in looks.items()}


def _attention(counted: Sum, guard: Guard) -> dict[str, float]:
    """What was spent of customers' attention, by policy: every touch, as much as the guard's fatigue says one over
    its channel loads; 1 each where fatigue is off."""
    loads = {"email": guard.fatigue.email, "sms": guard.fatigue.sms} if guard.fatigue else {"email": 1.0, "sms": 1.0}
    return {
        policy: round(sum(sum(done.by_channel[channel].values()) * load for channel, load in loads.items()), 2)
        for policy, done in counted.done.items()
    }


def foreseen(replayed: Replay) -> Foreseen:
    """What the organisation's own history lets expect of the asks, or why it cannot tell."""
    found = responses.expected(a_runtime(), replayed)
    if isinstance(found, Refusal):
        return {"expected": {"refused": found.says("en")}}
    parts = {"answers": found.answers, "opt_outs": found.opt_outs, "precision": found.precision}
    return {
        "expected": {
            name: {"refused": part.says("en")} if isinstance(part, Refusal) else asdict(part)
            for name, part in parts.items()
        }
    }


def depends_on() -> Foreseen:
    """What an answer depends on, by the organisation's own history: the odds with one more of each, or why it cannot
    tell. Of touches, silences and days it is the logarithm (of one more) that is meant."""
    found = responses.effects(a_runtime())
    if isinstance(found, Refusal):
        return {"answer_depends_on": {"refused": found.says("en")}}
    return {"answer_depends_on": [asdict(effect) for effect in found]}


def told(said: dict[str, Any]) -> str:
    """On the screen."""
    refused = f" ({said['refused_rows']:,} rows refused)" if said["refused"] else ""
    span = f"{said['begins']} to {said['ends']}"
    lines = [f"{said['contacts']:,} contacts of {said['customers']:,} customers{refused}, {span}."]
    lines += [f"  refused: {row}" for row in said["refused"][:_SHOWN]]
    lines += _lines(said)
    if "against" in said:
        lines += ["", "Compared with:", *_lines(said["against"])]
    if said["prices"]:
        lines += ["", "Without one amount there would be more (or fewer):"]
        lines += [_price(price) for price in said["prices"][:_SHOWN]]
    return "\n".join(lines)


def _price(price: dict[str, Any]) -> str:
    whose = f" of {price['policy']}" if price["policy"] else ""
    said = f"  {price['amount']}{whose}: {price['asks']:+,} asks, {price['answers']:+,} answers of made-up customers"
    return said if price["expected"] is None else f"{said}, {price['expected']:+,.1f} to expect by your own history"


def _depends(found: Any) -> Iterator[str]:
    """Features that make a difference beyond chance."""
    for effect in found if isinstance(found, list) else ():
        if effect["low"] > 1.0 or effect["high"] < 1.0:
            odds = f"{effect['odds']:.2f} ({effect['low']:.2f} to {effect['high']:.2f})"
            yield f"An answer depends on {effect['feature']}: its odds are multiplied by {odds}"


def _lines(counts: dict[str, Any]) -> list[str]:
    lines = [
        f"{name}: asked {done['asks']:,} (reminded {done['reminders']:,}, answered {done['answers']:,}), "
        f"given {done['contents']:,} (used {done['uses']:,})"
        for name, done in counts["done"].items()
    ]
    for name, held in counts["held"].items():
        rules = ", ".join(f"{rule} {how['longest']:,}" for rule, how in held.items() if how["longest"]) or "nothing"
        lines.append(f"{name}: of its contacts held back by {rules}")
        several = [f"{rules} {n:,}" for rules, n in counts["combinations"][name].items() if " + " in rules][:_SHOWN]
        lines += [f"{name}: together {'; '.join(several)}"] if several else []
    lines += dict.fromkeys(_expectation(name, part) for name, part in counts.get("expected", {}).items())
    lines += _depends(counts.get("answer_depends_on"))
    days, often = counts["days_to_ask"], counts["asks_a_customer"]
    if days["median"] is not None:
        lines.append(f"From contact to ask: {days['median']} days in the middle, {days['most']} at most")
    if len(counts["segments"]) > 1:
        lines += [
            f"  {name}: {part['customers']:,} customers, asked {part['asks']:,}, given {part['contents']:,}, "
            f"answered {part['answers']:,}, never asked {part['never_asked']:,}"
            for name, part in list(counts["segments"].items())[:_SHOWN]
        ]
    decided = ", ".join(f"{name} {counts['looks'][name]:,} ({rate:.1%})" for name, rate in counts["rates"].items())
    lines.append(f"Looks: {decided}")
    spent = ", ".join(f"{name} {load:,.0f}" for name, load in counts["attention"].items())
    lines.append(f"Attention spent: {spent}")
    lines.append(f"Never asked: {counts['never_asked']:,} customers; most asked: {max(often, default=0)} times")
    return lines


def _expectation(name: str, part: Any) -> str:
    refused = part if isinstance(part, str) else part.get("refused")
    if refused:
        return f"What to expect of it is not known: {refused}"
    return f"{_EXPECTED[name]}: {part['expected']:,.1f} ({part['low']:,.1f} to {part['high']:,.1f})"


_EXPECTED = {
    "answers": "Answers to expect, by your own history",
    "opt_outs": "Opt-outs to expect",
    "precision": "Margin of the score, in points",
}
