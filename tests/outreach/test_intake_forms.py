"""The door: what is wrong is refused with the field and the reason, what is right comes in as it is meant."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from outreach.intake_forms import ContactForm, CustomerForm, Door, Refusal, check
from outreach.lifecycle import Consent
from tests.make import DAY, NOON, a_contact, a_customer, moment

DOOR = Door(now=NOON, country="NL")


def _contact(door: Door = DOOR, **said: Any) -> ContactForm:
    form = check(ContactForm, a_contact(**said), door)
    assert isinstance(form, ContactForm), form
    return form


def _customer(**said: Any) -> CustomerForm:
    form = check(CustomerForm, a_customer(**said), DOOR)
    assert isinstance(form, CustomerForm), form
    return form


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("email", "anna@@example.com", "not an e-mail address"),
        ("phone", "12", "not a phone number"),
        ("phone", "0900 1234", "premium-rate"),
        ("phone", 612345678, "must be a text"),
        ("timezone", "CEST", "leave it empty"),
        ("timezone", "localtime", "leave it empty"),
        ("timezone", "Factory", "leave it empty"),
        ("timezone", "../etc/passwd", "leave it empty"),
        ("language", "Nederlands", "code like nl"),
        ("consent_email", "perhaps", "yes, no or withdrawn"),
        ("created_at", moment(NOON + 2 * DAY), "in the future"),
        ("created_at", "2025-01-01T10:00:00", "no time zone"),
        ("created_at", "2025-02-30T10:00:00Z", "not a date"),
        ("name", "Anna\r\nBcc: everybody@example.com", "line breaks"),
        ("name", "Anna\N{LINE SEPARATOR}B", "line breaks"),
        ("name", "x" * 201, "longer than 200"),
        ("name", "\ud800", "Unicode"),
        ("external_id", " ", "is empty"),
        ("external_id", True, "must be a text"),
        ("external_id", 1.5, "must be a text"),
        ("external_id", float("inf"), "must be a text"),
        ("colour", "red", "put it under attributes"),
        ("attributes", ["a"], "names and values"),
        ("attributes", {str(n): n for n in range(101)}, "more than 100"),
    ],
)
def test_what_is_wrong_with_a_customer_is_named(field: str, value: object, reason: str) -> None:
    refusal = check(CustomerForm, a_customer(**{field: value}), DOOR)
    assert isinstance(refusal, Refusal)
    assert refusal.field == field
    assert reason in refusal.reason


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("value", 100.01, "above 100"),
        ("value", "-0.5", "below 0"),
        ("value", "NaN", "not a number"),
        ("value", float("inf"), "not a number"),
        ("value", "much", "not a number"),
        ("value", "", "not a number"),
        ("value", True, "must be a number"),
        ("value", None, "must be a number"),
        ("occurred_at", "2025-06-15T12:00:00", "no time zone"),
        ("occurred_at", "2025-06-15", "no time zone"),
        ("occurred_at", "2025-06-31T12:00:00Z", "not a date"),
        ("occurred_at", "yesterday", "not a date"),
        ("occurred_at", NOON, "must be a text"),
        ("occurred_at", moment(NOON + DAY + 1), "in the future"),
        ("occurred_at", "1969-12-31T23:59:59Z", "before 1970"),
        ("occurred_at", "0001-01-01T00:00:00+14:00", "before 1970"),
        ("occurred_at", "9999-12-31T23:59:59-12:00", "in the future"),
        ("kind", "", "is empty"),
        ("kind", "a\0b", "control characters"),
        ("customer", None, "must be a text"),
    ],
)
def test_what_is_wrong_with_a_contact_is_named(field: str, value: object, reason: str) -> None:
    refusal = check(ContactForm, a_contact(**{field: value}), DOOR)
    assert isinstance(refusal, Refusal)
    assert refusal.field == field
    assert reason in refusal.reason


@pytest.mark.parametrize("field", ["external_id", "customer", "kind", "touchpoint", "value", "occurred_at"])
def test_what_is_missing_is_named(field: str) -> None:
    contact = a_contact()
    del contact[field]
    assert check(ContactForm, contact, DOOR) == Refusal(field, "is missing")


@pytest.mark.parametrize("item", [None, 7, "B1", ["B1"], {}, {"external_id": {}}])
def test_what_is_no_contact_at_all_is_refused(item: object) -> None:
    assert isinstance(check(ContactForm, item, DOOR), Refusal)


@pytest.mark.parametrize("value", [{"deep": 1}, [1], "x" * 2001, "a\0b", float("nan"), 10**400])
def test_an_attribute_is_a_short_text_a_number_or_a_truth(value: object) -> None:
    refusal = check(ContactForm, a_contact(attributes={"size": value}), DOOR)
    assert refusal == Refusal(
        "attributes.size", "must be a text of at most 2000 characters, a number, or true or false"
    )


def test_attributes_come_in_as_they_are() -> None:
    said = {"text": " a ", "number": 7, "half": 0.5, "yes": True, "none": None, "digits": "007"}
    assert _contact(attributes=said).attributes == said


@pytest.mark.parametrize("value", [0, 100, "55.5", " 12 ", "1e1"])
def test_a_value_from_0_to_100_comes_in_as_a_number(value: object) -> None:
    assert _contact(value=value).value == float(str(value))


@pytest.mark.parametrize(
    "written",
    ["2025-06-15T17:06:40+02:00", "2025-06-15T15:06:40Z", "20250615T150640Z", "2025-06-15 15:06:40+00:00"],
)
def test_a_moment_is_the_same_however_it_is_written(written: str) -> None:
    assert _contact(occurred_at=written).occurred_at == NOON


def test_a_moment_may_be_a_datetime_that_knows_its_zone() -> None:
    east = timezone(timedelta(hours=5))
    assert _contact(occurred_at=datetime.fromtimestamp(NOON, east)).occurred_at == NOON


def test_a_zone_that_is_given_is_meant_by_times_without_one() -> None:
    amsterdam = Door(NOON, "NL", ZoneInfo("Europe/Amsterdam"))
    assert _contact(amsterdam, occurred_at="2025-06-15T17:06:40").occurred_at == NOON
    assert _contact(amsterdam, occurred_at="2025-06-15T15:06:40Z").occurred_at == NOON


def test_of_the_two_times_when_clocks_go_back_the_first_is_meant() -> None:
    amsterdam = Door(NOON, "NL", ZoneInfo("Europe/Amsterdam"))
    first = datetime(2024, 10, 27, 0, 30, tzinfo=UTC).timestamp()
    assert _contact(amsterdam, occurred_at="2024-10-27T02:30:00").occurred_at == first


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("yes", Consent.GIVEN),
        ("JA", Consent.GIVEN),
        (True, Consent.GIVEN),
        ("given", Consent.GIVEN),
        ("no", Consent.REFUSED),
        (False, Consent.REFUSED),
        ("refused", Consent.REFUSED),
        ("withdrawn", Consent.WITHDRAWN),
        ("", None),
        (None, None),
    ],
)
def test_consent_is_understood_in_the_usual_words(said: object, meant: Consent | None) -> None:
    assert _customer(consent_email=said).consent_email == meant


@pytest.mark.parametrize(
    ("said", "meant"), [("NL", "nl"), ("pt_br", "pt-BR"), ("zh-Hant-tw", "zh-Hant-TW"), ("", None)]
)
def test_a_language_has_one_spelling(said: str, meant: str | None) -> None:
    assert _customer(language=said).language == meant


def test_a_number_may_be_an_external_id() -> None:
    assert _customer(external_id=42).external_id == "42"


def test_the_api_can_describe_both_forms() -> None:
    for form in (ContactForm, CustomerForm):
        described = form.model_json_schema()
        assert described["properties"].keys() == form.model_fields.keys()
