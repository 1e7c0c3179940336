"""E-mail by SendGrid: what is asked of it, who shares a request, and what its lists say."""

import html
import json
from dataclasses import replace
from typing import Any

import pytest

from channels import sendgrid_lists
from channels.message import (
    Channel,
    DeliveryStatus,
    DeliveryUpdate,
    Message,
    NotListed,
    Objection,
    Receipt,
    SendRefused,
    SendUnknown,
)
from channels.sendgrid_email import SendGridAccount, SendGridEmail
from channels.sendgrid_lists import LISTS
from tests.make import NOON
from tests.provider import API_KEY, BREAKS, HTML, LOSES, RESETS, Fault, Provider, objects_to

NAMES = ["Ann", "O'Brien & Co <b>", "Zoë", "-ovr0_", "Jan 'J' de V.", "%name%", "Ann"]


def mail(number: int = 1, name: str = "Ann", recipient: str = "") -> Message:
    link = f"https://l.example/r/tok{number:05}?a=1&b=2"
    return Message(
        outreach_id=number,
        channel=Channel.EMAIL,
        sender="Linden & Zn.",
        recipient=recipient or f"c{number}@example.com",
        subject=f"{name}, één vraag",
        text=f"Dag {name}, hoe was het? {link}",
        html=f'<p>Dag {html.escape(name)}, hoe was het? <a href="{html.escape(link)}">Hier</a></p>',
        language="nl",
        reply_to=f"reply+k{number:05}@in.linden.example",
        headers={"List-Unsubscribe": f"<https://l.example/u/tok{number:05}>", "Auto-Submitted": "auto-generated"},
        personal=(name, link, f"k{number:05}"),
    )


def asked(provider: Provider) -> dict[str, Any]:
    path, _, body = provider.requests[-1]
    assert path == "/v3/mail/send"
    said: dict[str, Any] = json.loads(body)
    return said


def test_one_mail_is_asked_for_as_it_is(provider: Provider, sendgrid: SendGridEmail) -> None:
    (receipt,) = sendgrid.send_many([mail(7)])
    assert receipt == Receipt(provider.taken[0].provider_id, DeliveryStatus.QUEUED)
    off = {"enable": False}
    assert asked(provider) == {
        "personalizations": [
            {"to": [{"email": "c7@example.com"}], "custom_args": {"outreach_id": "7"}, "headers": dict(mail(7).headers)}
        ],
        "from": {"email": "hello@linden.example", "name": "Linden & Zn."},
        "reply_to": {"email": "reply+k00007@in.linden.example"},
        "subject": "Ann, één vraag",
        "content": [{"type": "text/plain", "value": mail(7).text}, {"type": "text/html", "value": mail(7).html}],
        "tracking_settings": {
            "click_tracking": {"enable": False, "enable_text": False},
            "open_tracking": off,
            "subscription_tracking": off,
        },
    }


def test_what_is_not_there_is_not_asked_for(provider: Provider, sendgrid: SendGridEmail) -> None:
    sendgrid.send_many([Message(1, Channel.EMAIL, "Linden", "a@b.example", "S", "T")])
    assert asked(provider).keys() == {"personalizations", "from", "subject", "content", "tracking_settings"}
    assert asked(provider)["content"] == [{"type": "text/plain", "value": "T"}]
    assert asked(provider)["personalizations"][0].keys() == {"to", "custom_args"}


def test_a_thousand_alike_go_in_one_request_and_everyone_gets_exactly_their_own(
    provider: Provider, sendgrid: SendGridEmail
) -> None:
    messages = [mail(n, NAMES[n % len(NAMES)]) for n in range(1, 1_201)]
    outcomes = sendgrid.send_many(messages)
    received = {
        one.outreach_id: (one.recipient, one.subject, one.text, one.html, one.reply_to, dict(one.headers))
        for one in provider.taken
    }
    assert received == {
        m.outreach_id: (m.recipient, m.subject, m.text, m.html, m.reply_to, dict(m.headers)) for m in messages
    }
    assert len(provider.taken) == len({o.provider_id for o in outcomes if isinstance(o, Receipt)}) == 1_200
    shared = [1 for message in messages if "-ovr" not in message.text]
    assert len(provider.requests) == 2 + len(messages) - len(shared)


def test_nothing_but_the_number_of_the_outreach_goes_along_as_an_argument(
    provider: Provider, sendgrid: SendGridEmail
) -> None:
    sendgrid.send_many([mail(1), mail(2, "Bob")])
    assert [one["custom_args"] for one in asked(provider)["personalizations"]] == [
        {"outreach_id": "1"},
        {"outreach_id": "2"},
    ]
    assert "custom_args" not in asked(provider)


@pytest.mark.parametrize(("fault", "outcome"), [(LOSES, SendUnknown), (Fault(status=413), SendRefused)])
def test_one_answer_is_the_outcome_of_everyone_in_the_request(
    provider: Provider, sendgrid: SendGridEmail, fault: Fault, outcome: type
) -> None:
    provider.script(fault)
    outcomes = sendgrid.send_many([mail(n) for n in (1, 2, 3)])
    assert [isinstance(one, outcome) for one in outcomes] == [True] * 3
    assert provider.asked == {1: 1, 2: 1, 3: 1}
    assert len(provider.requests) == 1


@pytest.mark.parametrize("status", [200, 201])
def test_only_the_one_status_by_which_sendgrid_takes_mail_is_trusted(
    provider: Provider, sendgrid: SendGridEmail, status: int
) -> None:
    provider.script(Fault(status=status, headers={"X-Message-Id": "an-id"}))
    assert [type(one) for one in sendgrid.send_many([mail()])] == [SendUnknown]


def test_a_bad_address_takes_the_blame_and_the_others_may_be_tried_another_time(
    provider: Provider, sendgrid: SendGridEmail
) -> None:
    refusals = sendgrid.send_many([mail(1), mail(2, recipient="nobody"), mail(3)])
    assert [(r.permanent, r.objection) for r in refusals if isinstance(r, SendRefused)] == [
        (False, None),
        (True, Objection.BOUNCED),
        (False, None),
    ]
    assert provider.taken == []


@pytest.mark.parametrize(
    ("field", "message"),
    [
        ("personalizations.0.subject", "Does not contain a valid address."),
        ("personalizations.0.to", "Invalid type. Expected: object, given: string."),
        ("from.email", "Does not contain a valid address."),
        ("personalizations.9.to.0.email", "Does not contain a valid address."),
    ],
)
def test_what_is_not_about_the_address_blames_nobody(
    provider: Provider, sendgrid: SendGridEmail, field: str, message: str
) -> None:
    provider.script(objects_to(field, message))
    assert [one.permanent for one in sendgrid.send_many([mail(1)]) if isinstance(one, SendRefused)] == [False]


def test_a_used_up_allowance_holds_back_the_rest_until_it_is_renewed(provider: Provider) -> None:
    provider.success = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(NOON + 30)}
    sender = SendGridEmail(SendGridAccount(API_KEY, "hello@linden.example", provider.url), concurrency=1)
    taken, *others = sender.send_many([replace(mail(n), text=f"{n}") for n in (1, 2, 3)])
    assert isinstance(taken, Receipt)
    assert [(one.retry_after, one.permanent) for one in others if isinstance(one, SendRefused)] == [(30, False)] * 2
    assert provider.asked == {1: 1}


def test_an_allowance_that_is_renewed_in_between_holds_back_nothing(provider: Provider) -> None:
    provider.success = {"X-RateLimit-Remaining": "5", "X-RateLimit-Reset": str(NOON + 30)}
    sender = SendGridEmail(SendGridAccount(API_KEY, "hello@linden.example", provider.url), concurrency=1)
    outcomes = sender.send_many([replace(mail(n), text=f"{n}") for n in (1, 2, 3)])
    assert [type(one) for one in outcomes] == [Receipt] * 3


# Who gets nothing more


@pytest.mark.parametrize("name", LISTS)
def test_everyone_on_a_list_since_that_moment_is_told_with_the_reason(
    provider: Provider, sendgrid: SendGridEmail, name: str
) -> None:
    provider.suppressed[name] = [{"created": NOON + n, "email": f"{n}@example.com"} for n in (-1, 0, 1)]
    assert [sendgrid_lists.read(raw, {"list": name}) for raw in sendgrid.suppressed_since(name, NOON)] == [
        DeliveryUpdate(None, DeliveryStatus.UNKNOWN, name, recipient=f"{n}@example.com", objection=LISTS[name])
        for n in (0, 1)
    ]


def test_an_entry_has_one_key_and_another_on_another_list_or_at_another_time(
    provider: Provider, sendgrid: SendGridEmail
) -> None:
    for name in LISTS:
        provider.suppressed[name] = [{"created": NOON + n, "email": "a@example.com"} for n in (0, 1)]
    keys = [
        [sendgrid_lists.key(name, raw) for name in LISTS for raw in sendgrid.suppressed_since(name, NOON)]
        for _ in range(2)
    ]
    assert keys[0] == keys[1]
    assert len(set(keys[0])) == 2 * len(LISTS)
    assert not any("example" in one for one in keys[0])


def test_a_list_is_read_page_by_page(provider: Provider, sendgrid: SendGridEmail) -> None:
    provider.suppressed["bounces"] = [{"created": NOON, "email": f"{n}@example.com"} for n in range(1_200)]
    assert len({*sendgrid.suppressed_since("bounces", NOON)}) == 1_200
    assert len(provider.requests) == 3


def test_a_list_that_knows_no_pages_is_read_once(provider: Provider, sendgrid: SendGridEmail) -> None:
    everyone = [{"created": NOON, "email": f"{n}@example.com"} for n in range(1_200)]
    provider.lists_script.append(Fault(status=200, body=json.dumps(everyone).encode()))
    assert len([*sendgrid.suppressed_since("bounces", NOON)]) == 1_200
    assert len(provider.requests) == 1


def test_a_list_longer_than_we_read_says_so_after_what_was_read(provider: Provider, sendgrid: SendGridEmail) -> None:
    provider.suppressed["bounces"] = [{"created": NOON, "email": f"{n}@example.com"} for n in range(1_200)]
    found = sendgrid.suppressed_since("bounces", NOON, most=1_000)
    assert len([next(found) for _ in range(1_000)]) == 1_000
    with pytest.raises(NotListed, match="more than 1000"):
        next(found)


@pytest.mark.parametrize("fault", [RESETS, BREAKS, HTML, Fault(status=200, body=b'{"errors": []}'), Fault(status=403)])
def test_a_list_that_cannot_be_read_says_so(provider: Provider, sendgrid: SendGridEmail, fault: Fault) -> None:
    provider.lists_script.append(fault)
    with pytest.raises(NotListed) as problem:
        next(sendgrid.suppressed_since("bounces", NOON))
    assert problem.value.retry_after == 0


def test_a_list_that_is_asked_too_often_says_for_how_long_to_leave_it_alone(
    provider: Provider, sendgrid: SendGridEmail
) -> None:
    provider.lists_script.append(Fault(status=429, headers={"X-RateLimit-Reset": str(NOON + 30)}))
    with pytest.raises(NotListed) as problem:
        next(sendgrid.suppressed_since("bounces", NOON))
    assert problem.value.retry_after == 30
