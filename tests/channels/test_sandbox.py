import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.message import Channel, DeliveryStatus, InboundMessage
from channels.sandbox import read_reply, write_reply

words = st.text(st.characters(exclude_categories=["Cs"]))


@given(st.sampled_from(Channel), words, words, words)
def test_a_reply_is_read_as_it_was_written(channel: Channel, sender: str, text: str, key: str) -> None:
    reply = InboundMessage(channel, sender, text, key)
    assert read_reply(write_reply(reply), {}) == reply


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b"{}", b'{"id": 1, "channel": "fax", "from": "", "text": ""}', b"\xff"]
)
def test_something_else_is_not_taken_for_a_reply(body: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # each says in its own words what is wrong
        read_reply(body, {})


def test_a_later_report_never_ranks_below_an_earlier_one() -> None:
    order = [DeliveryStatus.UNKNOWN, DeliveryStatus.QUEUED, DeliveryStatus.SENDING, DeliveryStatus.SENT]
    ends = [DeliveryStatus.DELIVERED, DeliveryStatus.UNDELIVERED, DeliveryStatus.FAILED]
    assert [status.rank for status in order] == sorted({status.rank for status in order})
    assert {status.rank for status in ends} == {order[-1].rank + 1}
