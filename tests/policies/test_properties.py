"""What holds for every guard, every policy and every situation."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from policies import reasons
from policies.arithmetic import ANYTIME, NEVER
from policies.decision import Action, Decision, Finding, Flip
from policies.engine import EVERY_RULE, Rules, decide
from policies.policy import Guard, Policy, PolicyRefused
from policies.reasons import sentence
from policies.rules import ABOUT_THE_CUSTOMER, ASK_RULES, GIVE_RULES, REMIND_RULES
from policies.situation import Situation
from tests.policies.make import DAY
from tests.policies.worlds import World, worlds

ACTS = (Action.ASK, Action.GIVE)
EVERY = settings(max_examples=1000)


def moment(decision: Decision) -> float:
    return NEVER if decision.moment is None else decision.moment


def at(s: Situation, now: int) -> Situation:
    """The same facts, looked at later."""
    return replace(s, now=now)


@EVERY
@given(worlds())
def test_a_decision_can_always_be_made_kept_and_told(world: World) -> None:
    decision = decide(*world)
    assert 0.0 <= decision.probability <= 1.0
    assert (decision.moment is None) is (decision.action is Action.SKIP)
    assert decision.moment is None or (decision.moment == world.situation.now) is (decision.action in ACTS)
    for found in decision.findings + decision.giving:
        json.dumps(dict(found.numbers), allow_nan=False)
        assert found.opens in (ANYTIME, NEVER) or found.opens == int(found.opens)
        assert sentence(found, "en")
        assert sentence(found, "nl")


@EVERY
@given(worlds())
def test_every_rule_has_its_say(world: World) -> None:
    decision = decide(*world)
    asks = ASK_RULES if world.situation.reminds is None else REMIND_RULES
    rules = asks if world.policy.does == "ask" else GIVE_RULES
    assert [f.rule for f in decision.findings] == [rule.__name__ for rule in rules] + ["quiet_hours"]


@EVERY
@given(worlds(), st.sampled_from(["email", "sms"]), st.sampled_from(["ask", "content", "reminder"]))
def test_what_is_about_the_customer_is_the_same_for_every_touch(world: World, channel: str, kind: str) -> None:
    guard, policy, s = world
    for rule in ABOUT_THE_CUSTOMER:
        assert rule(guard, policy, replace(s, channel=channel, kind=kind)) == rule(guard, policy, s)


@EVERY
@given(worlds())
def test_only_what_holds_back_names_an_amount(world: World) -> None:
    decision = decide(*world)
    assert all(f.amount is None for f in decision.findings + decision.giving if f.opens <= decision.now)


@EVERY
@given(worlds())
def test_a_decision_always_has_a_reason(world: World) -> None:
    decision = decide(*world)
    holders = [f for f in decision.findings + decision.giving if f.rule == decision.held_by]
    if decision.action in ACTS:
        assert decision.held_by is None
        assert all(f.opens <= decision.now for f in decision.findings if not f.lead)
        assert all(f.opens <= decision.now for f in decision.giving)
    else:
        assert max(f.opens for f in holders) > decision.now


@EVERY
@given(worlds(), st.randoms())
def test_the_order_of_rules_is_irrelevant(world: World, random: Any) -> None:
    shuffled = Rules(*[random.sample(rules, len(rules)) for rules in (ASK_RULES, GIVE_RULES, REMIND_RULES)])
    one, other = decide(*world), decide(*world, shuffled)
    assert (one.action, one.moment, one.channel, one.probability) == (
        other.action,
        other.moment,
        other.channel,
        other.probability,
    )


@EVERY
@given(worlds(), st.tuples(*(st.sets(st.sampled_from(rules)) for rules in EVERY_RULE)), st.data())
def test_one_more_rule_never_makes_us_bolder(world: World, some: tuple[set[Any], ...], data: st.DataObject) -> None:
    extra = data.draw(st.sampled_from(sorted({rule for rules in EVERY_RULE for rule in rules}, key=str)))
    fewer = decide(*world, Rules(*[[*chosen] for chosen in some]))
    pairs = zip(some, EVERY_RULE, strict=True)
    more = decide(*world, Rules(*[[*chosen, extra] if extra in rules else [*chosen] for chosen, rules in pairs]))
    assert moment(more) >= moment(fewer)
    assert more.action is not Action.ASK or fewer.action is Action.ASK


@EVERY
@given(worlds(), st.integers(-2 * DAY, 30 * DAY) | st.sampled_from([NEVER, ANYTIME]))
def test_a_rule_nobody_wrote_yet_cannot_make_us_bolder_either(world: World, ahead: float) -> None:
    def extra(guard: Guard, policy: Policy, s: Situation) -> Finding:
        return Finding("extra", "paused", s.now + ahead)

    fewer, more = decide(*world), decide(*world, Rules(*[[*rules, extra] for rules in EVERY_RULE]))
    assert moment(more) >= moment(fewer)
    assert more.action in (fewer.action, Action.WAIT, Action.SKIP)


@EVERY
@given(worlds(), st.floats(0, 1))
def test_waiting_ends_at_the_first_second_that_allows_it(world: World, part: float) -> None:
    guard, policy, s = world
    decision = decide(*world)
    assume(decision.action is Action.WAIT)
    opens = int(moment(decision))
    assert decide(guard, policy, at(s, opens)).action in ACTS
    for earlier in (opens - 1, s.now + int((opens - 1 - s.now) * part)):
        found = decide(guard, policy, at(s, earlier))
        assert (found.action, found.moment, found.channel) == (Action.WAIT, opens, decision.channel)


@EVERY
@given(worlds(), st.floats(0, 1))
def test_what_is_skipped_is_not_allowed_later_either(world: World, part: float) -> None:
    guard, policy, s = world
    decision = decide(*world)
    assume(decision.action is Action.SKIP)
    moments = {f.opens for f in decision.findings + decision.giving if s.now < f.opens < NEVER}
    for later in {*moments, *(m + DAY * part for m in moments), s.now + 30 * DAY * part}:
        assert decide(guard, policy, at(s, int(later))).action not in ACTS


# Amounts, and whether raising them (1) or lowering them (-1) holds back more.
STRICTER = {
    "guard.rest_between_asks": 1,
    "guard.jitter": 1,
    "guard.new_customer": 1,
    "guard.case_rest": 1,
    "guard.never_asked": 1,
    "guard.caps.0.at_most": -1,
    "guard.caps.0.window": 1,
    "guard.caps.1.at_most": -1,
    "guard.caps.1.window": 1,
    "guard.caps.2.at_most": -1,
    "guard.caps.2.window": 1,
    "guard.account.people": -1,
    "guard.account.window": 1,
    "guard.fatigue.threshold": -1,
    "guard.fatigue.half_life": 1,
    "guard.fatigue.email": 1,
    "guard.fatigue.sms": 1,
    "sampling": -1,
    "caps.0.at_most": -1,
    "caps.0.window": 1,
    "caps.1.at_most": -1,
    "caps.1.window": 1,
    "contact.minimum_value": 1,
    "contact.settle": 1,
    "contact.expires": -1,
    "rhythm.every": 1,
    "rhythm.spread": 1,
    "rests.after_ask": 1,
    "rests.after_answer": 1,
    "rests.after_not_now": 1,
    "rests.after_silence": 1,
    "rests.give_up_after": -1,
    "reminder.after": 1,
    "reminder.until": -1,
    "value_first.settle": 1,
    "value_first.rest": 1,
    "value_first.rest_unused": 1,
}


def changed(table: Any, path: list[str], change: Callable[[Any], Any]) -> Any:
    """A table of amounts with the one at `path` changed."""
    name, *deeper = path
    if isinstance(table, tuple):
        assume(int(name) < len(table))
        return tuple(changed(cap, deeper, change) if str(i) == name else cap for i, cap in enumerate(table))
    assume(table is not None)
    value = getattr(table, name)
    return table.model_copy(update={name: changed(value, deeper, change) if deeper else change(value)})


def with_amount(world: World, name: str, change: Callable[[Any], Any]) -> World:
    """The world with one amount changed, if it has that amount and the documents remain valid."""
    document = "guard" if name.startswith("guard.") else "policy"
    model = changed(getattr(world, document), name.removeprefix("guard.").split("."), change)
    try:
        return world._replace(**{document: type(model).from_toml(model.to_toml())})
    except PolicyRefused:
        assume(False)
        raise


@EVERY
@given(worlds(), st.data(), st.integers(1, 30 * DAY), st.floats(0, 1))
def test_a_longer_rest_or_a_lower_cap_never_makes_anything_earlier(
    world: World, data: st.DataObject, by: int, share: float
) -> None:
    name = data.draw(st.sampled_from(sorted(STRICTER)))

    def stricter(amount: Any) -> Any:
        assume(amount is not None)
        if isinstance(amount, float):
            return amount + share * STRICTER[name]
        return amount + (by if amount > 20 or STRICTER[name] > 0 else 1) * STRICTER[name]

    strict, lax = decide(*with_amount(world, name, stricter)), decide(*world)
    assert moment(strict) >= moment(lax)
    assert strict.action is not Action.ASK or lax.action is Action.ASK


@EVERY
@given(worlds(), st.sampled_from(["pieces", "used"]))
def test_more_to_give_first_never_makes_the_ask_earlier(world: World, name: str) -> None:
    """Giving one more piece may well be sooner than asking would have been."""
    assume(all(max(touch.at, touch.used_at or 0) <= world.situation.now for touch in world.situation.touches))
    strict, lax = decide(*with_amount(world, f"value_first.{name}", lambda amount: amount + 1)), decide(*world)
    assert max(f.opens for f in strict.findings[:-1]) >= max(f.opens for f in lax.findings[:-1])
    assert strict.action is not Action.ASK or lax.action is Action.ASK


def flipped(world: World, flips: Sequence[Flip], told: bool = False) -> World:
    """Published with what these amounts need, or with what people are told they need. The document takes it, and the
    turns of a rhythm come as much sooner as the rhythm became shorter."""
    guard, policy, s = world
    for flip in flips:
        value = reasons.enough(flip.amount, flip.would_need) if told else flip.would_need
        if flip.amount.startswith("guard."):
            guard = with_value(guard, flip.amount.removeprefix("guard.").split("."), value)
        else:
            policy = with_value(policy, flip.amount.split("."), value)
    if s.turn_at is not None and policy.rhythm and world.policy.rhythm:
        s = replace(s, turn_at=s.turn_at - world.policy.rhythm.every + policy.rhythm.every)
    return World(Guard.from_toml(guard.to_toml()), Policy.from_toml(policy.to_toml()), s)


def with_value(document: Any, path: list[str], value: float) -> Any:
    if "weekdays" in path:
        return changed(document, path[:-1], lambda days: (*days, path[-1]))
    return changed(document, path, lambda _: value)


def held(decision: Decision) -> Iterator[Finding]:
    return (f for f in decision.findings + decision.giving if f.opens > decision.now)


def over_one_channel(world: World) -> World:
    channel, *others = world.policy.channels
    caps = tuple(cap for cap in world.policy.caps if cap.channel not in others)
    policy = world.policy.model_copy(update={"channels": (channel,), "caps": caps})
    try:
        return world._replace(policy=Policy.from_toml(policy.to_toml()))
    except PolicyRefused:
        assume(False)  # a cap of the only channel may leave no room to give first
        raise


@EVERY
@given(worlds(), st.booleans())
def test_with_the_values_it_would_need_a_rule_does_not_hold_back(world: World, told: bool) -> None:
    world = over_one_channel(world)
    decision = decide(*world)
    assume(decision.flips)
    assert all(flip.now_is != flip.would_need for flip in decision.flips)
    for part in ("findings", "giving"):
        for finding in getattr(decision, part):
            if finding.opens > decision.now and finding.flips and finding.rule not in ("value_first", "quiet_hours"):
                then = getattr(decide(*flipped(world, finding.flips, told)), part)
                assert finding.rule not in [f.rule for f in then if f.opens > decision.now]


@EVERY
@given(worlds(), st.booleans())
def test_with_all_values_that_would_be_needed_it_acts_if_the_hours_permit(world: World, told: bool) -> None:
    world = over_one_channel(world)
    decision = decide(*world)
    asleep = decision.findings[-1].opens > decision.now and not decision.findings[-1].flips
    in_vain = min(f.closes for f in decision.findings) - max(f.lead for f in decision.findings) <= decision.now
    assume(all(f.flips or (f.lead and not in_vain) or f.rule == "quiet_hours" for f in held(decision)))
    then = decide(*flipped(world, decision.flips, told))
    assert then.acts or then.held_by == "quiet_hours" or asleep


@EVERY
@given(worlds())
def test_flip_after_flip_sets_free_whatever_amounts_can(world: World) -> None:
    world = over_one_channel(world)
    for _ in range(20):
        flips = decide(*world).flips
        if not flips:
            break
        world = flipped(world, flips)
    else:
        raise AssertionError(f"still held by {flips}")
