"""Who may be touched, and over which channel."""

import pytest

from policies.arithmetic import ANYTIME, NEVER
from policies.rules import who
from policies.situation import Address
from tests.policies.make import DAY, NOON, a_contact, a_guard, a_policy, found, opens


@pytest.mark.parametrize(
    ("addresses", "until"),
    [
        ({"email": Address()}, ANYTIME),
        ({"email": Address(usable=False)}, NEVER),
        ({"sms": Address()}, NEVER),
        ({}, NEVER),
    ],
)
def test_a_touch_needs_a_usable_address_for_its_channel(addresses: dict[str, Address], until: float) -> None:
    assert opens(who.address, addresses=addresses, channel="email") == until


@pytest.mark.parametrize(
    ("consent", "until", "code"),
    [
        (True, ANYTIME, "consent_given"),
        (False, NEVER, "consent_refused"),
        (None, NEVER, "consent_unknown"),  # not knowing means no
    ],
)
def test_a_touch_needs_consent_for_its_channel(consent: bool | None, until: float, code: str) -> None:
    said = found(who.consent, addresses={"email": Address(consent=consent), "sms": Address()}, channel="email")
    assert (said.opens, said.code) == (until, code)


def test_no_address_means_no_consent() -> None:
    assert opens(who.consent, addresses={}) == NEVER


@pytest.mark.parametrize(("suppressed", "until"), [(True, NEVER), (False, ANYTIME)])
def test_a_suppressed_address_is_never_used(suppressed: bool, until: float) -> None:
    assert opens(who.suppression, addresses={"email": Address(suppressed=suppressed)}) == until


@pytest.mark.parametrize(("no_surveys", "until"), [(True, NEVER), (False, ANYTIME)])
def test_no_surveys_means_never(no_surveys: bool, until: float) -> None:
    assert opens(who.opt_out, no_surveys=no_surveys) == until


@pytest.mark.parametrize(("paused_until", "code"), [(NOON + 1, "paused"), (NOON, "pause_over")])
def test_a_pause_lasts_until_just_before_its_end(paused_until: int, code: str) -> None:
    said = found(who.pause, paused_until=paused_until)
    assert (said.opens, said.code) == (paused_until, code)


def test_without_a_pause_nothing_waits() -> None:
    assert opens(who.pause, paused_until=None) == ANYTIME


def test_a_new_customer_is_left_alone_for_30_days() -> None:
    assert opens(who.new_customer, customer_since=NOON - 29 * DAY) == DAY
    assert opens(who.new_customer, customer_since=NOON - 30 * DAY) == 0


def test_without_an_audience_a_policy_is_for_everybody() -> None:
    assert opens(who.audience) == ANYTIME


@pytest.mark.parametrize(
    ("attributes", "until", "code"),
    [
        ({"plan": "gold"}, ANYTIME, "audience_match"),
        ({"plan": "basic"}, NEVER, "audience_other"),
        ({}, NEVER, "audience_unknown"),
    ],
)
def test_only_a_definite_match_belongs_to_the_audience(attributes: dict[str, str], until: float, code: str) -> None:
    policy = a_policy(audience={"field": "customer.plan", "is": "gold"})
    said = found(who.audience, policy=policy, attributes=attributes)
    assert (said.opens, said.code) == (until, code)


@pytest.mark.parametrize("field", ["kind", "touchpoint", "shop"])
def test_an_audience_may_look_at_the_contact(field: str) -> None:
    policy = a_policy(audience={"field": f"contact.{field}", "is": "here"})
    contact = a_contact(kind="here", touchpoint="here", attributes={"shop": "here"})
    assert opens(who.audience, policy=policy, contact=contact) == ANYTIME
    assert opens(who.audience, policy=policy, contact=None) == NEVER


@pytest.mark.parametrize(("draw", "until"), [(0.0499, NEVER), (0.05, ANYTIME)])
def test_five_percent_are_never_asked(draw: float, until: float) -> None:
    assert opens(who.never_asked, never_asked_draw=draw) == until


@pytest.mark.parametrize(("draw", "until"), [(0.2499, ANYTIME), (0.25, NEVER)])
def test_only_the_sampled_share_is_asked(draw: float, until: float) -> None:
    assert opens(who.sampling, policy=a_policy(sampling=0.25), sampling_draw=draw) == until


def test_lots_tell_the_probability_of_being_drawn_in() -> None:
    assert found(who.never_asked, a_guard(never_asked=0.05)).lot == 0.95
    assert found(who.sampling, policy=a_policy(sampling=0.25)).lot == 0.25
