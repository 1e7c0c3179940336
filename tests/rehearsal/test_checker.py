"""The checker has teeth: a life without a fault passes, and each fault put into it is named."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from tests.rehearsal.checker import Played, Rules, check
from tests.rehearsal.stages import DOCUMENTS

RULES = Rules(DOCUMENTS[0], DOCUMENTS[1:])
GIVES, ASKS = "something-useful", "after-valuable-contact"


def a_customer(name: str, **said: str) -> dict[str, str]:
    ordinary = {"email": f"{name}@example.org", "phone": "+447400112345", "timezone": "Europe/London", "account": ""}
    consents = {"consent_email": "yes", "consent_sms": "yes", "created_at": "2010-01-01T00:00:00Z"}
    return {"external_id": name, **ordinary, **consents, **said}


def a_contact(name: str, at: str, **said: str) -> dict[str, str]:
    return {"external_id": name, "customer": "K", "kind": "order", "value": "80", "occurred_at": at, **said}


def given(at: str, **said: str) -> dict[str, str]:
    row = {"customer": "K", "contact": "", "class": "content", "channel": "email", "at": at, "policy": GIVES}
    return {**row, "version": "1", "probability": "1.0", **said}


def asked(at: str, contact: str, **said: str) -> dict[str, str]:
    return given(at, **{"class": "ask", "policy": ASKS, "contact": contact, **said})


def reminded(at: str, contact: str, **said: str) -> dict[str, str]:
    return asked(at, contact, **{"class": "reminder", **said})


def did(sent_at: str, at: str, what: str) -> dict[str, str]:
    kind = "content" if what == "used" else "ask"
    return {"customer": "K", "class": kind, "sent_at": sent_at, "at": at, "response": what}


LIFE = Played(
    customers=[a_customer("K", account="A"), a_customer("L", account="A"), a_customer("M", account="A")],
    contacts=[
        a_contact("C1", "2011-03-01T10:00:00Z"),
        a_contact("C2", "2011-07-20T10:00:00Z"),
        a_contact("C3", "2011-10-20T10:00:00Z"),
    ],
    ledger=[
        given("2011-01-10T10:00:00Z"),
        given("2011-02-10T12:00:00Z"),
        asked("2011-03-02T10:00:00Z", "C1"),
        given("2011-03-15T10:00:00Z"),
        given("2011-04-18T10:00:00Z"),
        asked("2011-07-21T10:00:00Z", "C2"),
        given("2011-08-22T10:00:00Z"),
        given("2011-09-22T10:00:00Z"),
        asked("2011-10-21T10:00:00Z", "C3"),
        reminded("2011-10-25T10:00:00Z", "C3"),
    ],
    responses=[
        did("2011-02-10T12:00:00Z", "2011-02-11T08:12:00Z", "used"),
        did("2011-03-02T10:00:00Z", "2011-03-02T15:20:00Z", "answered"),
        did("2011-04-18T10:00:00Z", "2011-04-18T21:00:00Z", "used"),
        did("2011-09-22T10:00:00Z", "2011-09-23T07:00:00Z", "used"),
    ],
)


def moved(n: int, to: str, channel: str = "email") -> Callable[[Played], Played]:
    """Row n of the ledger at another moment, and perhaps over another channel."""
    at = LIFE.ledger[n]["at"]

    def change(played: Played) -> Played:
        ledger = sorted(
            [*played.ledger[:n], {**played.ledger[n], "at": to, "channel": channel}, *played.ledger[n + 1 :]], key=_at
        )
        responses = [{**row, "sent_at": to if row["sent_at"] == at else row["sent_at"]} for row in played.responses]
        return replace(played, ledger=ledger, responses=responses)

    return change


def with_rows(*rows: dict[str, str]) -> Callable[[Played], Played]:
    return lambda played: replace(played, ledger=sorted([*played.ledger, *rows], key=_at))


def row_with(n: int, **said: str) -> Callable[[Played], Played]:
    return lambda played: replace(
        played, ledger=[{**row, **said} if i == n else row for i, row in enumerate(played.ledger)]
    )


def without(n: int) -> Callable[[Played], Played]:
    return lambda played: replace(played, ledger=[*played.ledger[:n], *played.ledger[n + 1 :]])


def with_contact(contact: dict[str, str]) -> Callable[[Played], Played]:
    return lambda played: replace(played, contacts=[*played.contacts, contact])


def contact_with(n: int, **said: str) -> Callable[[Played], Played]:
    return lambda played: replace(
        played, contacts=[{**row, **said} if i == n else row for i, row in enumerate(played.contacts)]
    )


def two_sms(played: Played) -> Played:
    return with_rows(asked("2011-11-15T10:00:00Z", "C3", channel="sms"))(row_with(8, channel="sms")(played))


def reminder_by_sms(played: Played) -> Played:
    return row_with(9, channel="sms")(row_with(8, channel="sms")(played))


def answered(sent_at: str, at: str) -> Callable[[Played], Played]:
    return lambda played: replace(played, responses=[*played.responses, did(sent_at, at, "answered")])


def customer_with(**said: str) -> Callable[[Played], Played]:
    return lambda played: replace(played, customers=[{**played.customers[0], **said}, *played.customers[1:]])


def response(n: int, **said: str) -> Callable[[Played], Played]:
    return lambda played: replace(
        played, responses=[{**row, **said} if i == n else row for i, row in enumerate(played.responses)]
    )


def colleagues_asked(played: Played) -> Played:
    """Two colleagues asked in the days before K's second ask; nothing else about them is as it should be."""
    asks = [asked("2011-07-01T10:00:00Z", "C2", customer="L"), asked("2011-07-05T10:00:00Z", "C2", customer="M")]
    return replace(played, ledger=sorted([*played.ledger, *asks], key=_at))


def _at(row: Mapping[str, str]) -> str:
    return row["at"]


def test_a_life_without_a_fault_passes() -> None:
    assert check(RULES, LIFE, stock=16) == []


FAULTS: dict[str, tuple[Callable[[Played], Played], str]] = {
    "a day has not passed": (moved(3, "2011-03-03T09:00:00Z"), "floor"),
    "asked within 30 days": (with_rows(asked("2011-03-31T10:00:00Z", "C1")), "rest_between_asks"),
    "asked within 14 days": (with_rows(asked("2011-03-14T10:00:00Z", "C1")), "rest_after_ask"),
    "asked within 90 days of an answer": (moved(5, "2011-05-30T10:00:00Z"), "rest_after_answer"),
    "asked within 180 days of not now": (response(1, response="not_now"), "rest_after_not_now"),
    "asked within 90 days of a silence": (moved(5, "2011-08-01T10:00:00Z"), "rest_after_silence"),
    "silence doubles": (response(1, response="", at="2012-01-01T00:00:00Z"), "rest_after_silence"),
    "never in the middle of the night": (moved(1, "2011-02-10T03:00:00Z"), "quiet_hours"),
    "never after eight": (moved(1, "2011-02-10T20:00:00Z"), "quiet_hours"),
    "summer time counts": (moved(5, "2011-07-21T19:00:00Z"), "quiet_hours"),
    "no SMS on a Sunday": (moved(5, "2011-07-24T10:00:00Z", "sms"), "weekday"),
    "no SMS on a holiday": (moved(5, "2011-08-29T10:00:00Z", "sms"), "holiday"),
    "one SMS ask in 30 days": (two_sms, "cap"),
    "four touches in 30 days": (
        with_rows(given("2011-10-01T10:00:00Z"), given("2011-10-08T10:00:00Z"), given("2011-10-15T10:00:00Z")),
        "cap",
    ),
    "two pieces first": (without(0), "value_first"),
    "one of them used": (response(0, response="ignored"), "value_first"),
    "used long enough ago": (response(0, at="2011-02-28T08:12:00Z"), "value_first"),
    "given long enough ago": (moved(7, "2011-10-19T10:00:00Z"), "value_first"),
    "content once in 30 days": (moved(1, "2011-02-08T12:00:00Z"), "rhythm"),
    "a contact settles for a day": (moved(2, "2011-03-02T09:00:00Z"), "settles"),
    "a contact expires after 14 days": (moved(2, "2011-03-15T10:00:00Z"), "expires"),
    "a contact worth 40": (contact_with(0, value="39.9"), "contact_value"),
    "a newer contact of the kind": (with_contact(a_contact("C4", "2011-03-02T08:00:00Z")), "superseded"),
    "one's own contact": (row_with(2, contact="C9"), "contact"),
    "a rhythm has no contact": (row_with(0, contact="C1"), "contact"),
    "an ask has a contact": (row_with(2, contact=""), "contact"),
    "only with consent": (customer_with(consent_email="no"), "consent"),
    "only with known consent": (customer_with(consent_email=""), "consent"),
    "only where there is an address": (customer_with(email=""), "address"),
    "only where the hour is known": (customer_with(timezone="", phone=""), "zone"),
    "not a new customer": (customer_with(created_at="2011-02-10T00:00:00Z"), "new_customer"),
    "reminded too soon": (moved(9, "2011-10-24T10:00:00Z"), "reminder"),
    "reminded too late": (moved(9, "2011-10-28T10:00:00Z"), "reminder"),
    "reminded twice": (with_rows(reminded("2011-10-27T10:00:00Z", "C3")), "reminder"),
    "reminded of an answer": (answered("2011-10-21T10:00:00Z", "2011-10-22T09:00:00Z"), "reminder"),
    "reminded of nothing": (without(8), "reminder"),
    "reminded of something else": (row_with(9, contact="C2"), "reminder"),
    "a reminder is an ask to a cap": (reminder_by_sms, "cap"),
    "a reminder begins the rest": (with_rows(asked("2011-11-22T10:00:00Z", "C3")), "rest_between_asks"),
    "not after STOP": (response(1, response="stopped"), "opt_out"),
    "a policy that gives does not ask": (row_with(2, policy=GIVES, contact=""), "policy"),
    "a policy there is": (row_with(2, policy="another"), "policy"),
    "a probability": (row_with(2, probability="0.0"), "probability"),
    "two people of an account": (colleagues_asked, "account_cap"),
    "in order of time": (lambda life: replace(life, ledger=life.ledger[::-1]), "order"),
}


@pytest.mark.parametrize(("fault", "rule"), FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_is_named(fault: Callable[[Played], Played], rule: str) -> None:
    complaints = {complaint.rule for complaint in check(RULES, fault(LIFE), stock=16) if complaint.customer == "K"}
    assert rule in complaints


def test_more_pieces_than_there_are_is_a_fault() -> None:
    assert [complaint.rule for complaint in check(RULES, LIFE, stock=5)] == ["stock"]


def test_asking_goes_on_only_until_three_silences() -> None:
    years = [2011, 2013, 2015, 2017]
    contacts = [a_contact(f"C{year}", f"{year}-03-01T10:00:00Z") for year in years]
    ledger, responses = [], []
    for year in years:
        ledger += [given(f"{year}-01-10T10:00:00Z"), given(f"{year}-02-12T12:00:00Z")]
        ledger += [asked(f"{year}-03-02T10:00:00Z", f"C{year}")]
        responses += [did(f"{year}-02-12T12:00:00Z", f"{year}-02-12T13:00:00Z", "used")]
    life = replace(LIFE, contacts=contacts, ledger=ledger, responses=responses)
    assert [(c.rule, c.at[:4]) for c in check(RULES, life, stock=16)] == [("given_up", "2017")]
