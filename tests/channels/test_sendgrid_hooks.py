"""A call is SendGrid's and of today, or it is nothing; each of its events stands on its own."""

import json
from base64 import b64decode, b64encode
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from hypothesis import given
from hypothesis import strategies as st

from channels.message import BadSignature, DeliveryStatus, DeliveryUpdate, Objection
from channels.sendgrid_hooks import read_event, split
from channels.sendgrid_signature import FRESH_SECONDS, verify
from tests.calls import EVENTS, LIST, Post, event, events, public, signed

NOW = 1_750_000_000
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of the curve P-256
BATCH = events(event("delivered"), event("bounce"), at=NOW)


def _verify(call: Post, now: int = NOW, keys: tuple[str, ...] | None = None, **changed: Any) -> None:
    given_ = {
        "signature": call.headers["X-Twilio-Email-Event-Webhook-Signature"],
        "timestamp": call.headers["X-Twilio-Email-Event-Webhook-Timestamp"],
        "body": call.body,
        **changed,
    }
    verify((public(),) if keys is None else keys, now=now, **given_)


def _refused(call: Post, now: int = NOW, keys: tuple[str, ...] | None = None, **changed: Any) -> None:
    with pytest.raises(BadSignature):
        _verify(call, now, keys, **changed)


def test_every_vector_of_the_official_packages_comes_out_as_marked(shared_data: Path) -> None:
    vectors = json.loads((shared_data / "06_api/sendgrid/signature_vectors.json").read_text())
    found = {}
    for one in vectors:
        try:
            verify(
                [one["public_key_base64_der"]], one["signature"], one["timestamp"], one["payload"].encode(), 1600112502
            )
            found[one["name"]] = True
        except BadSignature:
            found[one["name"]] = False
    assert found == {one["name"]: one["valid"] for one in vectors}


def test_a_batch_is_recognised_by_any_of_our_keys() -> None:
    _verify(BATCH)
    _verify(BATCH, keys=(public("tomorrow"), public()))
    _refused(BATCH, keys=(public("tomorrow"),))
    _refused(BATCH, keys=())


def test_a_body_that_was_read_and_written_anew_has_lost_its_signature() -> None:
    _refused(BATCH, body=BATCH.body.strip())  # the closing CRLF
    _refused(BATCH, body=json.dumps(json.loads(BATCH.body)).encode())


@pytest.mark.parametrize("place", range(0, len(BATCH.body), 29))
def test_one_changed_byte_is_a_bad_signature(place: int) -> None:
    _refused(BATCH, body=BATCH.body[:place] + bytes([BATCH.body[place] ^ 1]) + BATCH.body[place + 1 :])


@pytest.mark.parametrize(
    "signature",
    ["", "=", "é", "AAAA", "MEUC IGHQ", BATCH.headers["X-Twilio-Email-Event-Webhook-Signature"] + "*"],
    ids=["none", "padding", "not ASCII", "too short", "a space", "a character too many"],
)
def test_no_garbled_or_missing_signature_is_taken(signature: str) -> None:
    _refused(BATCH, signature=signature)


@pytest.mark.parametrize(
    "timestamp", ["", "timestamp", f" {NOW}", f"{NOW}\n", str(NOW)[:9], f"{NOW}0", "１７５０００００００"]
)
def test_a_timestamp_is_ten_digits(timestamp: str) -> None:
    _refused(BATCH, timestamp=timestamp)


def test_a_digit_cannot_move_between_the_timestamp_and_the_body() -> None:
    _refused(BATCH, timestamp=str(NOW)[:9], body=b"0" + BATCH.body)
    longer = signed(EVENTS, BATCH.body, LIST, f"{NOW}0")
    _verify(longer, timestamp=str(NOW), body=b"0" + BATCH.body)  # the signature alone does not tell
    with pytest.raises(BadSignature):
        split(b"0" + BATCH.body)


def test_a_report_may_be_a_day_old_and_no_older() -> None:
    for age in (0, 24 * 3_600, FRESH_SECONDS, -600):
        _verify(BATCH, NOW + age)
    _refused(BATCH, NOW + FRESH_SECONDS + 1)


def test_the_mirrored_signature_says_the_same_so_it_identifies_nothing() -> None:
    r, s = decode_dss_signature(b64decode(BATCH.headers["X-Twilio-Email-Event-Webhook-Signature"]))
    mirrored = b64encode(encode_dss_signature(r, ORDER - s)).decode()
    assert mirrored != BATCH.headers["X-Twilio-Email-Event-Webhook-Signature"]
    _verify(BATCH, signature=mirrored)


@pytest.mark.parametrize("key", ["", "nonsense", public()[:-4] + "AAA=", "MCowBQYDK2VwAyEA" + "A" * 43 + "="])
def test_a_key_that_is_none_recognises_nothing(key: str) -> None:
    _refused(BATCH, keys=(key,))


@given(st.binary(max_size=100), st.text(max_size=40), st.text(max_size=12))
def test_anything_odd_is_a_bad_signature_and_never_another_error(body: bytes, signature: str, timestamp: str) -> None:
    with pytest.raises(BadSignature):
        verify([public()], signature, timestamp, body, NOW)


# One call, many events


def _raw(*said: object) -> list[bytes]:
    return [raw for _, raw in split(events(*said, at=NOW).body)]


@given(st.lists(st.dictionaries(st.text(), st.none() | st.integers() | st.text() | st.lists(st.text())), max_size=6))
def test_every_event_comes_apart_as_it_was_written(said: list[dict[str, Any]]) -> None:
    assert [json.loads(raw) for raw in _raw(*said)] == said


def test_a_malformed_event_is_kept_as_it_came_and_those_around_it_are_whole() -> None:
    before, after = json.dumps(event("sent")).encode(), json.dumps(event("bounce")).encode()
    broken = b'{"event": "delivered", "email": }'
    assert [raw for _, raw in split(b"[" + before + b",\r\n" + broken + b",\r\n" + after + b"]\r\n")] == [
        before, broken, after
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("body", "pieces"),
    [
        (b"[]", []),
        (b" [ ] ", []),
        (b"[null, 7]", [b"null", b"7"]),
        (b'[{"event": "open"', [b'{"event": "open"']),
        (b'[{"a": 1}] trailing', [b'{"a": 1}', b"] trailing"]),
        (b"[\xff]", [b"\xff"]),
        (b"[" * 5_000, [b"[" * 4_999]),
        (b'[{"a": ' + b"9" * 5_000 + b"}]", [b'{"a": ' + b"9" * 5_000 + b"}"]),
    ],
)
def test_nothing_of_a_batch_is_lost_however_odd(body: bytes, pieces: list[bytes]) -> None:
    assert [raw for _, raw in split(body)] == pieces


@pytest.mark.parametrize("body", [b"", b"{}", b"0[]", b"null", b"\xff"])
def test_a_body_that_is_no_list_of_events_is_refused(body: bytes) -> None:
    with pytest.raises(BadSignature):
        split(body)


def _keys(*said: object) -> int:
    return len({key for key, _ in split(events(*said, at=NOW).body)})


def test_an_event_that_comes_again_under_another_id_has_the_same_key() -> None:
    anew = event("delivered", sg_event_id="b" * 22)
    without = {name: value for name, value in anew.items() if name != "sg_event_id"}
    assert _keys(event("delivered"), anew, without) == 1


def test_every_fact_of_an_event_makes_another_one() -> None:
    click = event("click", url="https://example.com/1")
    others: list[dict[str, Any]] = [
        {**click, name: value}
        for name, value in {
            "email": "K2@a.eu", "event": "open", "timestamp": NOW + 1, "sg_message_id": "x", "url": "", "reason": "r",
        }.items()
    ]  # fmt: skip
    assert _keys(click, *others) == 7
    assert _keys({**click, "sg_message_id": None, "smtp-id": "<1>"}, {**click, "sg_message_id": None}) == 2


# What an event says


def _read(word: str, **fields: Any) -> DeliveryUpdate:
    found = read_event(json.dumps(event(word, **fields)).encode(), {})
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("word", "fields", "status", "objection"),
    [
        ("processed", {}, DeliveryStatus.QUEUED, None),
        ("deferred", {"attempt": "3"}, DeliveryStatus.SENDING, None),
        ("delivered", {}, DeliveryStatus.DELIVERED, None),
        ("bounce", {}, DeliveryStatus.UNDELIVERED, Objection.BOUNCED),
        ("bounce", {"type": "bounce"}, DeliveryStatus.UNDELIVERED, Objection.BOUNCED),
        ("bounce", {"type": "blocked"}, DeliveryStatus.UNDELIVERED, Objection.BOUNCED_SOFTLY),
        ("dropped", {"reason": "Bounced Address"}, DeliveryStatus.FAILED, Objection.BOUNCED),
        ("dropped", {"reason": "Invalid"}, DeliveryStatus.FAILED, Objection.BOUNCED),
        ("dropped", {"reason": "Unsubscribed Address"}, DeliveryStatus.FAILED, Objection.UNSUBSCRIBED),
        ("dropped", {"reason": "Spam Reporting Address"}, DeliveryStatus.FAILED, Objection.COMPLAINED),
        ("dropped", {"reason": "Invalid SMTPAPI header"}, DeliveryStatus.FAILED, None),
        ("dropped", {"reason": "Recipient List over Package Quota"}, DeliveryStatus.FAILED, None),
        ("spamreport", {}, DeliveryStatus.DELIVERED, Objection.COMPLAINED),
        ("unsubscribe", {}, DeliveryStatus.DELIVERED, Objection.UNSUBSCRIBED),
        ("group_unsubscribe", {"asm_group_id": 1}, DeliveryStatus.DELIVERED, Objection.UNSUBSCRIBED),
        ("teleported", {}, DeliveryStatus.UNKNOWN, None),
    ],
)
def test_an_event_is_translated_and_its_word_kept(
    word: str, fields: dict[str, Any], status: DeliveryStatus, objection: Objection | None
) -> None:
    assert _read(word, **fields) == DeliveryUpdate(1, status, word, "14c5d75ce93", "K1@a.eu", objection)


@pytest.mark.parametrize("word", ["open", "click", "group_resubscribe"])
def test_looking_is_no_report(word: str) -> None:
    assert read_event(json.dumps(event(word)).encode(), {}) is None


@pytest.mark.parametrize(
    ("arg", "ours"), [("17", 17), (17, 17), (None, None), ("x", None), ("-1", None), ("9" * 30, None)]
)
def test_a_message_that_another_system_sent_is_not_taken_for_ours(arg: object, ours: int | None) -> None:
    assert _read("delivered", outreach_id=arg).outreach_id == ours


def test_events_of_the_wild_are_what_others_make_of_them(shared_data: Path) -> None:
    ours = {
        "queued": (DeliveryStatus.QUEUED, None), "deferred": (DeliveryStatus.SENDING, None), "clicked": None,
        "invalid": (DeliveryStatus.FAILED, Objection.BOUNCED),
        "unsubscribed": (DeliveryStatus.FAILED, Objection.UNSUBSCRIBED),
    }  # fmt: skip
    samples = json.loads((shared_data / "06_api/sendgrid/event_webhook_samples_anymail.json").read_text())
    for sample in samples:
        expected = sample["expected_normalised"]
        ((_, raw),) = split(json.dumps(sample["payload"]).encode())
        update = read_event(raw, {})
        assert (update and (update.status, update.objection)) == ours[
            expected.get("reject_reason") or expected["event_type"]
        ]
        assert update is None or update.recipient == expected["recipient"]


@pytest.mark.parametrize("raw", [b"", b"null", b"7", b"[]", b"{}", b'{"event": 7}', b'{"event": null}', b"\xff"])
def test_something_else_is_not_taken_for_an_event(raw: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # each says in its own words what is wrong
        read_event(raw, {})
