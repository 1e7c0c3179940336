"""The documents: their defaults, what they refuse, and that writing and reading them keeps what they mean."""

from importlib.resources import files
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import ValidationError

from policies import library
from policies.policy import Guard, Policy, PolicyRefused
from tests.policies import worlds
from tests.policies.make import DAY, HOUR, a_giving_policy, a_guard, a_policy, a_rhythm

ASKS = 'name = "x"\ntitle = "X"\nsurvey = "visit"\n'
AFTER_CONTACT = ASKS + "[contact]\n"
GIVES = 'name = "x"\ntitle = "X"\ndoes = "give"\n'


def refused(text: str, document: type[Guard] | type[Policy] = Policy) -> list[tuple[str, str]]:
    with pytest.raises(PolicyRefused) as refusal:
        document.from_toml(text)
    return refusal.value.problems


def test_the_default_guard_has_the_promised_amounts() -> None:
    guard = Guard()
    assert (guard.rest_between_asks, guard.jitter, guard.new_customer) == (30 * DAY, 0.2, 30 * DAY)
    assert (guard.case_rest, guard.never_asked) == (14 * DAY, 0.05)
    assert [(cap.at_most, cap.window, cap.of, cap.channel) for cap in guard.caps] == [
        (4, 30 * DAY, "any", "any"),
        (1, 30 * DAY, "ask", "sms"),
    ]
    assert (guard.account.people, guard.account.window, guard.fatigue) == (2, 30 * DAY, None)
    assert {(hours.quiet_from, hours.quiet_until) for hours in (guard.hours.email, guard.hours.sms)} == {
        (20 * HOUR, 9 * HOUR)
    }
    assert (guard.hours.email.weekdays[-1], guard.hours.email.holidays) == ("sun", True)
    assert (guard.hours.sms.weekdays[-1], guard.hours.sms.holidays) == ("sat", False)


def test_the_default_terms_of_a_contact_are_the_promised_ones() -> None:
    contact = a_policy().contact
    assert contact is not None
    assert (contact.kinds, contact.minimum_value, contact.settle, contact.expires) == ((), 40, DAY, 14 * DAY)


def test_the_default_rests_are_the_promised_ones() -> None:
    rests = a_policy().rests
    assert (rests.after_ask, rests.after_answer, rests.after_not_now) == (14 * DAY, 90 * DAY, 180 * DAY)
    assert (rests.after_silence, rests.give_up_after) == (90 * DAY, 3)


def test_by_default_value_first_is_two_pieces_one_used_settled_for_three_days() -> None:
    first = a_policy(value_first={}).value_first
    assert first is not None
    assert (first.pieces, first.used, first.settle) == (2, 1, 3 * DAY)


def test_a_policy_reminds_nobody_unless_it_says_so_and_then_after_4_days_until_7() -> None:
    assert a_policy().reminder is None
    reminder = a_policy(reminder={}).reminder
    assert reminder is not None
    assert (reminder.after, reminder.until) == (4 * DAY, 7 * DAY)


def test_every_ready_made_policy_that_asks_reminds_once() -> None:
    asking = [policy for policy in map(library.policy, library.NAMES) if policy.does == "ask"]
    assert {(policy.reminder.after, policy.reminder.until) for policy in asking if policy.reminder} == {
        (4 * DAY, 7 * DAY)
    }
    assert all(policy.reminder for policy in asking)


def test_the_guard_of_the_library_is_the_default_one() -> None:
    assert library.guard() == Guard()


def test_the_relationship_policy_asks_twice_a_year_and_rests_90_days() -> None:
    policy = library.policy("relationship")
    assert policy.rhythm is not None
    assert policy.rhythm.every == 182 * DAY
    assert (policy.rests.after_ask, policy.rests.after_answer, policy.rests.after_silence) == (90 * DAY,) * 3


def test_the_support_call_policy_is_transactional() -> None:
    policy = library.policy("after-support-call")
    assert policy.contact is not None
    assert (policy.contact.expires, policy.rests.after_ask) == (72 * HOUR, 14 * DAY)
    assert [(cap.at_most, cap.window, cap.of) for cap in policy.caps] == [(2, 90 * DAY, "ask")]


def test_something_useful_is_given_every_30_days_at_most() -> None:
    policy = library.policy("something-useful")
    assert policy.rhythm is not None
    assert (policy.does, policy.rhythm.every) == ("give", 30 * DAY)


def test_the_library_holds_the_named_policies_and_the_guard_and_nothing_else() -> None:
    there = {file.name for file in files(library).iterdir() if file.name.endswith(".toml")}
    assert there == {f"{name}.toml" for name in (*library.NAMES, "guard")}


@pytest.mark.parametrize("name", library.NAMES)
def test_every_ready_made_policy_says_who_it_is_for(name: str) -> None:
    assert library.text(name).startswith("# For ")
    assert library.policy(name).name == name
    assert library.policy(name).for_whom


# A document, the field that is refused, and what is said about it.
REFUSED = [
    (AFTER_CONTACT + "expire = '9d'", "contact.expire", "check its spelling"),
    ("rests = 3\n" + AFTER_CONTACT, "rests", "has to be a table"),
    ('title = "X"', "name", "is missing; add it"),
    ('name = "After visit"', "name", "small letters, digits and dashes"),
    (AFTER_CONTACT + "expires = '1.5d'", "contact.expires", 'such as "90d"'),
    (AFTER_CONTACT + "expires = '11y'", "contact.expires", 'such as "90d"'),
    (AFTER_CONTACT + "expires = '9999d'", "contact.expires", "between 0 and 10 years"),
    (AFTER_CONTACT + "expires = '0d'", "contact.expires", "has to last"),
    (AFTER_CONTACT + "minimum_value = 101", "contact.minimum_value", "at most 100"),
    (AFTER_CONTACT + "minimum_value = nan", "contact.minimum_value", "a number that ends"),
    (AFTER_CONTACT + "settle = '2d'\nexpires = '2d'", "contact.settle", "shorter than expires (2d)"),
    ("caps = [{at_most = 0, window = '9d'}]\n" + AFTER_CONTACT, "caps.0.at_most", "at least 1"),
    ("caps = [{at_most = 1, window = '0d'}]\n" + AFTER_CONTACT, "caps.0.window", "leave the whole rule out"),
    ("caps = [{at_most = 1, window = '1d', of = 'asks'}]\n" + AFTER_CONTACT, "caps.0.of", "'ask'"),
    ("sampling = 0\n" + AFTER_CONTACT, "sampling", "more than 0"),
    ("sampling = 1.5\n" + AFTER_CONTACT, "sampling", "at most 1"),
    ("channels = []\n" + AFTER_CONTACT, "channels", "at least one channel"),
    ("channels = ['sms', 'sms']\n" + AFTER_CONTACT, "channels", "once"),
    ("channels = ['post']\n" + AFTER_CONTACT, "channels.0", "'email' or 'sms'"),
    (AFTER_CONTACT + "[rests]\ngive_up_after = 0", "rests.give_up_after", "at least 1"),
    (AFTER_CONTACT + "[value_first]\npieces = 1\nused = 2", "value_first.used", "lower it, or raise pieces"),
    (AFTER_CONTACT + "[value_first]\npieces = 1\nrest = '15d'", "value_first.rest", "longer than the contact's life"),
    (AFTER_CONTACT + "expires = '5d'\n[value_first]", "value_first", "at least 6d"),
    (
        AFTER_CONTACT + "expires = '2d'\n[value_first]\npieces = 1\nsettle = '0d'\nrest = '1d'",
        "value_first",
        "at least 1d",
    ),
    (AFTER_CONTACT + "[reminder]\nafter = '23h'", "reminder.after", "at least 86400"),
    (AFTER_CONTACT + "[reminder]\nafter = '7d'", "reminder.after", "shorter than until (7d)"),
    (GIVES + "[rhythm]\n[reminder]", "reminder", "remove it"),
    (ASKS, "contact", "a [contact] or a [rhythm] table"),
    (AFTER_CONTACT + "[rhythm]", "contact", "not both"),
    (AFTER_CONTACT.replace("survey", "for_whom"), "survey", "needs the name of its survey"),
    (ASKS + "[rhythm]\nevery = '23h'", "rhythm.every", 'at least "1d"'),
    (GIVES, "rhythm", "add a [rhythm] table"),
    (GIVES + "[rhythm]\n[contact]", "contact", "remove the [contact] table"),
    (GIVES + "[rhythm]\n[value_first]", "value_first", "remove it"),
    (GIVES + "survey = 'visit'\n[rhythm]", "survey", "remove it"),
    (GIVES + "sampling = 0.5\n[rhythm]", "sampling", "remove it"),
    (AFTER_CONTACT + "[audience]\nfield = 'plan'\nis = 1", "audience.field", '"customer." or "contact."'),
    (AFTER_CONTACT + "[audience]\nall = [{any = []}]", "audience.all.0.any", "at least one condition"),
    (
        AFTER_CONTACT + "[audience]\nfield = 'customer.x'\nis = 2020-01-01",
        "audience.is",
        "a text, a number, true or false",
    ),
    (AFTER_CONTACT + "[audience]\nfield = 'customer.x'\nis = ''", "audience.is", "never matches"),
    (AFTER_CONTACT + "[audience]\nfield = 'customer.x'\none_of = ['a', '']", "audience.one_of.1", "never matches"),
    (AFTER_CONTACT + "[audience]\nfield = 'customer.x'\nequals = 'a'", "audience.equals", "no such amount"),
    (AFTER_CONTACT + "[audience]\nfield = 'customer.x'\nat_least = '1'", "audience.at_least", "has to be a number"),
    (ASKS + "[rhythm]\n[audience]\nfield = 'contact.value'\nat_least = 1", "audience", "fields of the customer only"),
    (
        GIVES + "[rhythm]\n[audience]\nall = [{not = {any = [{field = 'contact.kind', is = 'call'}]}}]",
        "audience",
        "fields of the customer only",
    ),
    (AFTER_CONTACT.replace('"X"', '" \\t"'), "title", "has to say something"),
    (AFTER_CONTACT + "kinds = [' ']", "contact.kinds.0", "has to say something"),
    ("priority = true\n" + AFTER_CONTACT, "priority", "has to be a whole number"),
    ("priority = '5'\n" + AFTER_CONTACT, "priority", "has to be a whole number"),
    ("sampling = true\n" + AFTER_CONTACT, "sampling", "has to be a number"),
    ("caps = [{at_most = true, window = '9d'}]\n" + AFTER_CONTACT, "caps.0.at_most", "has to be a whole number"),
    (ASKS + "[rhythm]\nevery = '30d'\nspread = '3660d'", "rhythm.spread", "longer than every (30d)"),
    (GIVES + "[rhythm]\n[rests]\nafter_ask = '1d'", "rests", "remove the [rests] table"),
    ("caps = [{at_most = 1, window = '9d', of = 'ask'}]\n" + GIVES + "[rhythm]", "caps", "remove the cap of asks"),
    (
        "channels = ['email']\ncaps = [{at_most = 1, window = '9d', channel = 'sms'}]\n" + AFTER_CONTACT,
        "caps",
        "or add the channel",
    ),
    (
        "caps = [{at_most = 1, window = '30d'}]\n" + AFTER_CONTACT + "[value_first]\npieces = 1",
        "value_first",
        "takes at least 30d",  # its own piece takes the only slot
    ),
    (
        "caps = [{at_most = 1, window = '365d', of = 'content'}]\n" + AFTER_CONTACT + "[value_first]\npieces = 3",
        "value_first",
        "takes at least 733d",
    ),
]


@pytest.mark.parametrize(("text", "field", "why"), REFUSED)
def test_a_wrong_policy_is_refused_with_the_field_and_what_to_do(text: str, field: str, why: str) -> None:
    problems = refused(text)
    assert any(name == field and why in message for name, message in problems), problems


GUARDS_REFUSED = [
    ("rest = '30d'", "rest", "check its spelling"),
    ("jitter = 1.01", "jitter", "at most 1"),
    ("never_asked = 1.0", "never_asked", "less than 1"),
    ("account = {people = 0}", "account.people", "at least 1"),
    ("fatigue = {threshold = 1}", "fatigue.half_life", "is missing"),
    ("fatigue = {half_life = '0d', threshold = 1}", "fatigue.half_life", "has to last"),
    ("fatigue = {half_life = '9d', threshold = 0}", "fatigue.threshold", "at least 0.01"),
    ("hours.sms = {weekdays = []}", "hours.sms.weekdays", "at least one day"),
    ("hours.sms = {quiet_from = '09:00', quiet_until = '08:30'}", "hours.sms.quiet_until", "less than an hour a day"),
    ("hours.sms = {quiet_from = 20}", "hours.sms.quiet_from", 'write it as "20:00"'),
    ("jitter = true", "jitter", "has to be a number"),
    ("jitter = '0.2'", "jitter", "has to be a number"),
    ("hours.sms = {holidays = 'no'}", "hours.sms.holidays", "has to be true or false"),
    ("fatigue = {half_life = '9d', threshold = 1, email = 0, sms = 0}", "fatigue.email", "nothing ever tires"),
    ("hours.fax = {}", "hours.fax", "check its spelling"),
]


@pytest.mark.parametrize(("text", "field", "why"), GUARDS_REFUSED)
def test_a_wrong_guard_is_refused_with_the_field_and_what_to_do(text: str, field: str, why: str) -> None:
    problems = refused(text, Guard)
    assert any(name == field and why in message for name, message in problems), problems


def test_everything_that_is_wrong_is_told_at_once() -> None:
    problems = refused("sampling = 2\n" + AFTER_CONTACT + "minimum_value = -1\ncolour = 'red'")
    assert {field for field, _ in problems} == {"sampling", "contact.minimum_value", "contact.colour"}


def test_all_contradictions_are_told_at_once() -> None:
    problems = refused(GIVES + "survey = 'visit'\nsampling = 0.5\n[contact]")
    assert [field for field, _ in problems] == ["survey", "rhythm", "contact", "sampling"]


NOT_TOML = ["=", "[contact", "a = 1\na = 2", "a = " + "[" * 9999, "a = " + "9" * 5000, "\0", 'a = "\\ud800"']


@pytest.mark.parametrize("text", NOT_TOML, ids=range(len(NOT_TOML)))
def test_what_is_not_toml_is_refused(text: str) -> None:
    ((field, why),) = refused(text)
    assert field == ""
    assert why.startswith("this is not TOML")


@pytest.mark.parametrize(("levels", "is_fine"), [(8, True), (9, False), (2_000, False)])
def test_an_audience_has_at_most_eight_levels(levels: int, is_fine: bool) -> None:
    tree: dict[str, Any] = {"field": "customer.x", "is": 1}
    for _ in range(levels - 1):
        tree = {"not": tree}
    if is_fine:
        assert a_policy(audience=tree).audience is not None
    else:
        with pytest.raises(ValidationError):
            a_policy(audience=tree)


def test_a_document_never_changes() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        a_guard().jitter = 0.5  # type: ignore[misc]
    with pytest.raises(ValidationError, match="frozen"):
        a_policy().rests.after_ask = 1  # type: ignore[misc]


def titled(world: worlds.World, title: str) -> Policy:
    return world.policy.model_copy(update={"title": title})


@given(worlds.worlds().map(lambda world: world.guard))
@example(a_guard(caps=[], fatigue={"half_life": "1000001s", "threshold": 1e3, "sms": 1e-7}))
def test_a_guard_written_and_read_again_means_the_same(guard: Guard) -> None:
    assert Guard.from_toml(guard.to_toml()) == guard


@given(st.builds(titled, worlds.worlds(), st.text(min_size=1, max_size=120).filter(str.strip)))
@example(a_policy(title='"\\ \x7f\t\n\u2028 é 💶', for_whom="[x]\n'''\"\"\"#"))
@example(a_policy(audience={"field": 'customer.a "b" = [c]', "one_of": [True, 1, 1.0, 1e300, "1", " ", 10**30]}))
@example(a_rhythm(rhythm={"every": "1d", "spread": "0d"}))
@example(a_giving_policy())
def test_a_policy_written_and_read_again_means_the_same(policy: Policy) -> None:
    again = Policy.from_toml(policy.to_toml())
    assert again == policy
    assert again.model_dump_json() == policy.model_dump_json()  # 1, 1.0 and true are equal in Python, yet not the same


BARE = [
    ("rest_between_asks", "rest_between_asks = 30", "is not a duration; write a number and a unit"),
    ("caps.0.window", "caps = [{ at_most = 1, window = 30 }]", "is not a duration; write a number and a unit"),
    ("case_rest", "case_rest = 0", "is not a duration; write a number and a unit"),
    ("hours.email.quiet_from", "[hours.email]\nquiet_from = 1200", 'is not a time of day; write it as "20:00"'),
]


@pytest.mark.parametrize(("field", "text", "message"), BARE)
def test_a_number_without_a_unit_is_no_duration_and_no_time_of_day(field: str, text: str, message: str) -> None:
    ((refused_field, said),) = refused(text, Guard)
    assert refused_field == field
    assert message in said


def test_amounts_are_written_as_people_write_them() -> None:
    written = a_guard(rest_between_asks=90 * DAY).to_toml()
    assert 'rest_between_asks = "90d"' in written
    assert 'quiet_from = "20:00"' in written
    assert '{at_most = 4, window = "30d", of = "any", channel = "any"}' in written


def test_an_audience_is_written_with_its_short_words() -> None:
    policy = a_policy(audience={"not": {"field": "customer.plan", "is": "gold"}})
    assert '[audience.not]\nfield = "customer.plan"\nis = "gold"' in policy.to_toml()
