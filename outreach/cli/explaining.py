"""The command that says why a customer is, or is not, asked."""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from outreach.cli.common import Moment, a_runtime

if TYPE_CHECKING:
    from outreach.explain import Explanation
    from policies.decision import Decision, Finding

# (English, Dutch)
WORDS = {
    "ask": ("ask now, by {channel}", "nu vragen, per {channel}"),
    "give": ("give something useful now, by {channel}", "nu iets nuttigs geven, per {channel}"),
    "wait": ("wait until {moment}, then by {channel}", "wachten tot {moment}, dan per {channel}"),
    "skip": ("leave in peace", "met rust laten"),
    "nothing": (
        "no policy is in force, or nothing happened yet that one would ask about; see `outreach policy list`",
        "er geldt geen beleid, of er gebeurde nog niets waar een beleid naar zou vragen; zie `outreach policy list`",
    ),
    "version": ("version {version}, guard {guard}", "versie {version}, guard {guard}"),
    "contact": ("about contact {id} ({kind}, {value:g}) of {at}", "over contact {id} ({kind}, {value:g}) van {at}"),
    "none": (
        "nothing comes of it: when it came in, this policy was not in force, or meant other contacts",
        "er komt niets van: toen het binnenkwam gold dit beleid nog niet, of ging het over andere contacten",
    ),
    "done": ("nothing more comes of it: it was asked about", "er komt niets meer van: er is al naar gevraagd"),
    "cancelled": ("nothing more comes of it: it was called off", "er komt niets meer van: het is afgezegd"),
    "expired": ("nothing more comes of it: it was too old", "er komt niets meer van: het was te oud"),
    "holds": ("holds back:", "houdt tegen:"),
    "giving": ("giving something useful first is held back:", "eerst iets nuttigs geven wordt tegengehouden:"),
    "allows": ("allows it:", "staat het toe:"),
    "flips": ("what would let go:", "wat het zou laten gaan:"),
    "flip": ("{amount}: {now_is} now, {would_need} would do", "{amount}: nu {now_is}, met {would_need} wel"),
}
CHANNELS = {"email": "e-mail", "sms": "SMS"}


@click.command()
@click.argument("customer")
@click.option("--contact", metavar="ID", help="About this contact.  [default: the one that is acted on first]")
@click.option("--at", type=Moment(), help="As it would be at this time, such as 2026-03-01T09:30Z.  [default: now]")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.option("--language", type=click.Choice(["en", "nl"]), default="en", show_default=True)
def explain(customer: str, contact: str | None, at: int | None, as_json: bool, language: str) -> None:
    """Say why a customer is, or is not, asked.

    For CUSTOMER, an external id: what every policy would do and when, each reason with its numbers, and what would
    change it. Nothing is changed or sent.
    """
    from outreach.reports.explanations import explanations

    runtime = a_runtime()
    at = runtime.now() if at is None else at
    found = explanations(runtime, customer, contact, at)
    if as_json:
        policies = [_record(one, language) for one in found]
        click.echo(
            json.dumps({"customer": customer, "at": _iso(at), "policies": policies}, indent=2, ensure_ascii=False)
        )
    else:
        click.echo("\n".join(_Teller(language).told(found, at)))


class _Teller:
    """Tells explanations in one language, moments in the customer's own zone."""

    def __init__(self, language: str) -> None:
        self._language, self._column, self._zone = language, ("en", "nl").index(language), "UTC"

    def told(self, explanations: Sequence["Explanation"], at: int) -> Iterator[str]:
        if not explanations:
            yield self._say("nothing")
            return
        self._zone = (*explanations[0].zones, "UTC")[0]
        yield f"{explanations[0].customer}, {self._moment(at)} ({self._zone})"
        for one in explanations:
            yield ""
            yield from self._policy(one)

    def _policy(self, one: "Explanation") -> Iterator[str]:
        decision = one.decision
        version = self._say("version", version=one.version, guard=one.guard_version)
        yield f"{one.policy}: {self._action(decision)}  ({version})"
        if contact := one.contact:
            at = self._moment(contact.occurred_at)
            yield "  " + self._say("contact", id=one.contact_id, kind=contact.kind, value=contact.value, at=at)
        if one.is_idle:
            yield "  " + self._say(one.intent or "none")
        yield from self._list("holds", [f for f in decision.findings if f.opens > one.at])
        yield from self._list("giving", [f for f in decision.giving if f.opens > one.at])
        if decision.flips:
            yield "  " + self._say("flips")
        yield from (f"    {self._flip(*flip)}" for flip in decision.flips)
        yield from self._list("allows", [f for f in decision.findings if f.opens <= one.at])

    def _action(self, decision: "Decision") -> str:
        moment = "" if decision.moment is None else self._moment(decision.moment)
        return self._say(decision.action, channel=CHANNELS.get(decision.channel, decision.channel), moment=moment)

    def _list(self, heading: str, findings: Sequence["Finding"]) -> Iterator[str]:
        from policies.reasons import sentence

        if findings:
            yield "  " + self._say(heading)
        yield from (f"    {f.rule}: {sentence(f, self._language, self._zone)}" for f in findings)

    def _flip(self, rule: str, amount: str, now_is: float, would_need: float) -> str:
        from policies import reasons

        values = (now_is, reasons.enough(amount, would_need))
        told = [reasons.amount(amount, value, self._language) for value in values]
        return self._say("flip", amount=amount, now_is=told[0], would_need=told[1])

    def _moment(self, at: float) -> str:
        from policies.reasons import moment

        return moment(at, self._language, self._zone)

    def _say(self, word: str, **values: object) -> str:
        return WORDS[word][self._column].format(**values)


def _record(one: "Explanation", language: str) -> dict[str, Any]:
    decision, zone = one.decision, (*one.zones, "UTC")[0]
    return {
        "policy": one.policy,
        "version": one.version,
        "guard_version": one.guard_version,
        "contact": one.contact_id,
        "intent": one.intent,
        "action": str(decision.action),
        "moment": None if decision.moment is None else _iso(decision.moment),
        "channel": decision.channel,
        "probability": decision.probability,
        "held_by": decision.held_by,
        "findings": [_finding(finding, language, zone) for finding in decision.findings],
        "giving": [_finding(finding, language, zone) for finding in decision.giving],
        "flips": [flip._asdict() for flip in decision.flips],
    }


def _finding(finding: "Finding", language: str, zone: str) -> dict[str, Any]:
    from policies.reasons import sentence

    return {
        "rule": finding.rule,
        "opens": _opens(finding.opens),
        "because": sentence(finding, language, zone),
        "amount": finding.amount,
        "now_is": finding.now_is,
        "would_need": finding.would_need,
    }


def _opens(at: float) -> str:
    from policies.arithmetic import ANYTIME, NEVER

    return {ANYTIME: "anytime", NEVER: "never"}.get(at) or _iso(at)


def _iso(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat().replace("+00:00", "Z")
