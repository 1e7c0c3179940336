"""A call is Twilio's, whole and about our account, or it is nothing."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.message import BadSignature, Channel, DeliveryStatus, DeliveryUpdate, InboundMessage, Objection, OptOut
from channels.twilio_hooks import inbound_key, read_inbound, read_status, status_key, verify
from channels.twilio_words import OBJECTIONS
from tests.calls import ACCOUNT, BASE, INBOUND, TOKEN, sid, sms, sms_fields, status, twilio_signature

URL = BASE + INBOUND


def _verify(body: bytes, signature: str, url: str = URL, tokens: tuple[str, ...] = (TOKEN,)) -> dict[str, str]:
    return verify(tokens, url, body, signature)


def _encoded(fields: dict[str, str]) -> bytes:
    return urlencode(fields).encode()


def test_every_vector_of_the_official_packages_comes_out_as_marked(shared_data: Path) -> None:
    vectors = json.loads((shared_data / "06_api/twilio/signature_vectors.json").read_text())
    found = {}
    for one in vectors:
        body = one["body"].encode() if one["body"] else urlencode([tuple(pair) for pair in one["form"]]).encode()
        try:
            verify([one["auth_token"]], one["url"], body, one["signature"])
            found[one["name"]] = True
        except BadSignature:
            found[one["name"]] = False
    assert found == {one["name"]: one["valid"] for one in vectors}


@given(st.dictionaries(st.text(min_size=1), st.text(), max_size=8))
def test_what_was_signed_is_read_as_it_was_sent(fields: dict[str, str]) -> None:
    assert _verify(_encoded(fields), twilio_signature(fields, URL)) == fields


@given(st.binary(max_size=200), st.text(max_size=60), st.text(max_size=60) | st.just("https://[/?a=%"))
def test_anything_odd_is_a_bad_signature_and_never_another_error(body: bytes, signature: str, url: str) -> None:
    with pytest.raises(BadSignature):
        verify([TOKEN], url, body, signature)


@pytest.mark.parametrize("signature", ["", "=", "RSOYDt4T1cUTdK1PDd93/VVr8B8=", "é"])
def test_no_empty_or_wrong_signature_is_taken(signature: str) -> None:
    with pytest.raises(BadSignature):
        _verify(sms("8").body, signature)


def test_no_token_recognises_nothing() -> None:
    with pytest.raises(BadSignature):
        _verify(sms("8").body, sms("8").headers["X-Twilio-Signature"], tokens=())


def test_an_older_token_is_recognised_while_it_is_being_changed() -> None:
    body, signature = sms("8").body, sms("8").headers["X-Twilio-Signature"]
    assert _verify(body, signature, tokens=("token-of-tomorrow", TOKEN))
    with pytest.raises(BadSignature):
        _verify(body, signature, tokens=("token-of-tomorrow",))


@pytest.mark.parametrize("place", range(0, len(sms("8 fine").body), 7))
def test_one_changed_byte_is_a_bad_signature(place: int) -> None:
    call = sms("8 fine")
    body = call.body[:place] + bytes([call.body[place] ^ 1]) + call.body[place + 1 :]
    with pytest.raises(BadSignature):
        _verify(body, call.headers["X-Twilio-Signature"])


@pytest.mark.parametrize(
    "signed",
    [
        "http://ask.example.com/hooks/twilio/inbound",
        "https://ASK.example.com/hooks/twilio/inbound",
        "https://ask.example.com/hooks/twilio/inbound?",
        "https://ask.example.com/hooks/twilio/inbound#rc=5",
        "https://user:pass@ask.example.com/hooks/twilio/inbound",
        "https://[2001:db8::7]/hooks/twilio/inbound",
        "https://ask.example.com/hooks/twilio%2Finbound",
        "https://ask.example.com:8443/hooks/twilio/inbound",
        "https://ask.example.com:80/hooks/twilio/inbound",
    ],
)
def test_only_the_configured_address_verifies(signed: str) -> None:
    with pytest.raises(BadSignature):
        _verify(sms("8").body, twilio_signature(sms_fields("8"), signed))


@pytest.mark.parametrize(
    ("ours", "signed"),
    [
        ("https://ask.example.com/h", "https://ask.example.com:443/h"),
        ("http://ask.example.com/h", "http://ask.example.com:80/h"),
        ("https://ask.example.com:8443/h", "https://ask.example.com/h"),
        ("https://[2001:db8::7]/h", "https://[2001:db8::7]:443/h"),
        ("https://[2001:db8::7]:8443/h", "https://[2001:db8::7]/h"),
        ("https://ask.example.com/h?a=1%2B2", "https://ask.example.com:443/h?a=1%2B2"),
    ],
)
def test_the_configured_address_verifies_with_and_without_its_port(ours: str, signed: str) -> None:
    fields = sms_fields("8")
    assert _verify(_encoded(fields), twilio_signature(fields, ours), ours) == fields
    assert _verify(_encoded(fields), twilio_signature(fields, signed), ours) == fields


def test_an_encoded_plus_in_the_address_is_not_a_plus() -> None:
    fields = sms_fields("8")
    with pytest.raises(BadSignature):
        _verify(_encoded(fields), twilio_signature(fields, f"{URL}?a=1+2"), f"{URL}?a=1%2B2")


def test_a_changed_json_body_is_not_covered_by_the_signature_of_its_address() -> None:
    url = f"{URL}?bodySHA256=44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"  # of {}
    assert _verify(b"{}", twilio_signature({}, url), url) == {}
    for body in (b"{ }", b"", _encoded(sms_fields("8"))):
        with pytest.raises(BadSignature):
            _verify(body, twilio_signature({}, url), url)


def test_a_repeated_field_is_refused_though_it_is_signed_like_one() -> None:
    fields = sms_fields("8")
    for body in (_encoded(fields) + b"&Body=8", b"Body=8&" + _encoded(fields)):
        with pytest.raises(BadSignature):
            _verify(body, twilio_signature(fields, URL))


# Text that moved to a neighbour is signed alike


@pytest.mark.parametrize(
    ("true", "moved", "key_of"),
    [
        ({"MessageSid": sid(1), "NumMedia": "0"}, {"MessageSid": f"{sid(1)}NumMedia0"}, inbound_key),
        ({"Body": "x", "From": "+316"}, {"Body": "xFrom+316"}, inbound_key),
        ({"Body": "xFrom+316", "From": "+317"}, {"Body": "x", "From": "+316From+317"}, inbound_key),
        ({"MessageStatus": "sent", "SmsSid": sid(1)}, {"MessageStatus": f"sentSmsSid{sid(1)}"}, status_key),
    ],
)
def test_a_field_that_swallowed_its_neighbour_is_refused(
    true: dict[str, str], moved: dict[str, str], key_of: Callable[[dict[str, str], str], str]
) -> None:
    rest = {"AccountSid": ACCOUNT, "MessageSid": sid(1)}
    signature = twilio_signature({**rest, **true}, URL)
    fields = _verify(_encoded({**rest, **moved}), signature)  # the signature alone does not tell
    with pytest.raises(BadSignature):
        key_of(fields, ACCOUNT)


def test_a_call_about_another_account_is_refused() -> None:
    for key_of in (inbound_key, status_key):
        with pytest.raises(BadSignature):
            key_of({**sms_fields("8"), "MessageStatus": "sent", "AccountSid": "AC" + "2" * 32}, ACCOUNT)


def test_each_status_of_a_message_is_another_report_and_each_message_one() -> None:
    fields = {"AccountSid": ACCOUNT, "MessageSid": sid(1), "MessageStatus": "sent"}
    keys = {status_key({**fields, "MessageStatus": word}, ACCOUNT) for word in ("queued", "sent", "delivered", "sent")}
    assert len(keys) == 3
    assert inbound_key(sms_fields("8"), ACCOUNT) == inbound_key(sms_fields("other"), ACCOUNT) == sid(1)


# What a call says


def _update(word: str, **fields: Any) -> DeliveryUpdate:
    return read_status(status(word, **fields).body, {"outreach_id": "7"})


@pytest.mark.parametrize(
    ("word", "known"),
    [
        ("queued", DeliveryStatus.QUEUED),
        ("sending", DeliveryStatus.SENDING),
        ("sent", DeliveryStatus.SENT),
        ("delivered", DeliveryStatus.DELIVERED),
        ("undelivered", DeliveryStatus.UNDELIVERED),
        ("failed", DeliveryStatus.FAILED),
        ("teleported", DeliveryStatus.UNKNOWN),
    ],
)
def test_a_status_is_translated_and_its_word_kept(word: str, known: DeliveryStatus) -> None:
    assert _update(word) == DeliveryUpdate(7, known, word, sid(1), "+31612345678")


@pytest.mark.parametrize(
    ("code", "objection"),
    [
        ("21610", Objection.KEYWORD),
        ("30003", Objection.BOUNCED_SOFTLY),
        ("30005", Objection.BOUNCED),
        ("30006", Objection.BOUNCED),
        ("30007", None),
        ("30008", None),
        ("", None),
        ("nonsense", None),
    ],
)
def test_an_error_code_says_why_an_address_should_get_nothing_more(code: str, objection: Objection | None) -> None:
    assert _update("failed", ErrorCode=code).objection is objection


def test_every_code_we_know_is_one_of_twilios(shared_data: Path) -> None:
    known = json.loads(gzip.decompress((shared_data / "06_api/twilio/twilio_error_codes.json.gz").read_bytes()))
    assert {str(code) for code in OBJECTIONS} <= {str(one["code"]) for one in known}


def _inbound(text: str, **fields: Any) -> InboundMessage:
    return read_inbound(sms(text, **fields).body, {})


def test_a_message_is_read_as_it_was_written() -> None:
    text = " 8 want jullie bellen altijd terug \U0001f600 & =\n"
    assert _inbound(text) == InboundMessage(Channel.SMS, "+31612345678", text, sid(1), ("+3197010200000",))


def test_a_picture_without_words_is_a_message_and_holds_no_number() -> None:
    assert _inbound("", NumMedia="2").text == "[attachment] [attachment]"
    assert _inbound("look", NumMedia="1").text == "look"
    assert _inbound("").text == ""


@pytest.mark.parametrize(("word", "opt_out"), [("STOP", OptOut.STOP), ("START", OptOut.START), ("HELP", OptOut.HELP)])
def test_what_twilio_made_of_a_keyword_is_kept(word: str, opt_out: OptOut) -> None:
    assert _inbound("stop ermee", OptOutType=word).opt_out is opt_out


def test_a_word_of_twilios_that_we_do_not_know_says_nothing() -> None:
    assert _inbound("8", OptOutType="MAYBE").opt_out is None


@pytest.mark.parametrize("body", [b"", b"\xff", b"Body=8", b"a=1&a=2", b"Body"])
@pytest.mark.parametrize("read", [read_status, read_inbound])
def test_something_else_is_not_taken_for_a_call(body: bytes, read: Callable[[bytes, Any], object]) -> None:
    with pytest.raises((ValueError, KeyError)):
        read(body, {"outreach_id": "1"})
