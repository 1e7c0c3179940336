from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.links import BadLink, Links, Purpose, link, read_reply_tag, read_token, seal, unseal
from outreach.settings import Settings

SETTINGS = Settings.model_validate(
    {
        "secret": "for this test", "public_base_url": "https://feedback.example.com/",
        "reply_address": "reply@mail.example.com",
    }
)  # fmt: skip
KEY, OLD_KEY, FOREIGN_KEY = b"k" * 32, b"o" * 32, b"f" * 32
outreach_ids = st.integers(0, 2**63 - 1)


def test_a_link_leads_back_to_its_outreach() -> None:
    page, token = link(SETTINGS, Purpose.CONTENT, 42).rsplit("/", 1)
    assert page == "https://feedback.example.com/c"
    assert read_token(SETTINGS, Purpose.CONTENT, token) == 42


def test_a_token_for_one_purpose_is_worth_nothing_for_another() -> None:
    token = link(SETTINGS, Purpose.CONTENT, 42).rsplit("/", 1)[1]
    with pytest.raises(BadLink):
        read_token(SETTINGS, Purpose.SURVEY, token)


@given(outreach_ids)
def test_a_token_fits_an_sms_and_a_url(outreach_id: int) -> None:
    token = seal(KEY, outreach_id)
    assert len(token) == 32
    assert token.replace("-", "").replace("_", "").isalnum()


def test_a_token_does_not_show_the_number_it_stands_for() -> None:
    """Tokens of neighbours have no more in common than chance gives."""
    tokens = [seal(KEY, number) for number in range(500)]
    alike = [sum(a == b for a, b in zip(one, other, strict=True)) for one, other in pairwise(tokens)]
    assert max(alike) < 8


@given(outreach_ids)
def test_a_token_made_with_an_earlier_key_still_works(outreach_id: int) -> None:
    assert unseal([KEY, OLD_KEY], seal(OLD_KEY, outreach_id)) == outreach_id


@given(outreach_ids)
def test_a_token_made_with_another_key_is_refused(outreach_id: int) -> None:
    with pytest.raises(BadLink):
        unseal([KEY, OLD_KEY], seal(FOREIGN_KEY, outreach_id))


@given(outreach_ids, st.integers(0, 31), st.sampled_from("AZaz09-_=/é"))
def test_a_token_with_one_other_character_is_refused(outreach_id: int, place: int, character: str) -> None:
    token = seal(KEY, outreach_id)
    changed = token[:place] + character + token[place + 1 :]
    if changed != token:
        with pytest.raises(BadLink):
            unseal([KEY], changed)


@given(st.text())
def test_no_text_breaks_the_reading_of_a_token(text: str) -> None:
    with pytest.raises(BadLink):
        unseal([KEY], text)


@pytest.mark.parametrize("around", ["{}=", "{}AAAA", "AAAA{}", " {}", "{}\n"])
def test_a_token_has_one_spelling(around: str) -> None:
    with pytest.raises(BadLink):
        unseal([KEY], around.format(seal(KEY, 7)))


@given(outreach_ids)
def test_the_address_of_an_answer_leads_back_to_its_outreach_whatever_mail_servers_do_to_it(outreach_id: int) -> None:
    address = Links(SETTINGS).reply_to(outreach_id)
    local, _, domain = address.partition("@")
    assert (local.partition("+")[0], domain) == ("reply", "mail.example.com")
    assert len(local) <= 64
    for spelled in (address, address.upper(), address.replace("reply+", "answers+"), address.replace("mail.", "")):
        assert read_reply_tag(SETTINGS, spelled) == outreach_id


def test_without_an_address_for_answers_there_is_none() -> None:
    assert Links(SETTINGS.model_copy(update={"reply_address": ""})).reply_to(7) == ""


def test_a_tag_is_worth_nothing_elsewhere_and_a_token_is_no_tag() -> None:
    token = link(SETTINGS, Purpose.SURVEY, 7).rpartition("/")[2]
    tag = Links(SETTINGS).reply_to(7).partition("@")[0].partition("+")[2]
    with pytest.raises(BadLink):
        read_reply_tag(SETTINGS, f"reply+{token}@mail.example.com")
    for purpose in Purpose:
        with pytest.raises(BadLink):
            read_token(SETTINGS, purpose, tag)


@given(st.text())
def test_no_address_breaks_the_reading_of_a_tag(address: str) -> None:
    with pytest.raises(BadLink):
        read_reply_tag(SETTINGS, address)


def test_a_tag_with_one_other_character_is_refused() -> None:
    address = Links(SETTINGS).reply_to(7)
    start = address.index("+") + 1
    for place in range(start, address.index("@")):
        changed = address[:place] + ("2" if address[place] != "2" else "3") + address[place + 1 :]
        with pytest.raises(BadLink):
            read_reply_tag(SETTINGS, changed)
