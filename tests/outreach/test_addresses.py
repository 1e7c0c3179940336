"""Addresses come in one spelling or not at all."""

import csv
import json
from pathlib import Path

import pytest

from outreach.addresses import AddressRefused, email, fingerprint, phone

KEY = b"k" * 32
NOBODYS_OWN = {"TOLL_FREE", "PREMIUM_RATE", "SHARED_COST", "UAN", "PAGER", "VOICEMAIL"}


def _rows(shared_data: Path, name: str) -> list[dict[str, str]]:
    with (shared_data / "07_bad_input" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _email_or_none(text: str) -> str | None:
    try:
        return email(text)
    except AddressRefused:
        return None


def test_emails_are_judged_as_the_validator_s_own_tests_say(shared_data: Path) -> None:
    for row in _rows(shared_data, "email_email_validator_tests.csv"):
        address = json.loads(row["address_json"])
        expected = row["normalised"] if row["default_verdict"] == "valid" else None
        if address == address.strip():  # space around an address is no part of it
            assert _email_or_none(address) == expected, row


def test_no_malformed_email_comes_in(shared_data: Path) -> None:
    wrong = [row for row in _rows(shared_data, "email_isemail_tests.csv") if row["category"] == "ISEMAIL_ERR"]
    assert len(wrong) > 50
    for row in wrong:
        address = json.loads(row["address_json"])
        if address == address.strip():
            assert _email_or_none(address) is None, row


def test_example_numbers_of_every_country_are_told_apart(shared_data: Path) -> None:
    for row in _rows(shared_data, "phone_example_numbers.csv"):
        if row["is_valid"] == "False" or row["number_type"] in NOBODYS_OWN:
            with pytest.raises(AddressRefused):
                phone(row["national"], row["region"])
        else:
            expected = (row["e164"], row["number_type"] != "FIXED_LINE")
            assert phone(row["national"], row["region"]) == expected == phone(row["e164"], "NL"), row


def test_numbers_in_every_spelling_come_out_as_one(shared_data: Path) -> None:
    for row in _rows(shared_data, "phone_parse_cases.csv"):
        text, usable = (
            json.loads(row["input_json"]),
            row["is_valid"] == "True" and row["number_type"] not in NOBODYS_OWN,
        )
        try:
            found = phone(text, row["default_region"]).number
        except AddressRefused:
            assert not usable, row
        else:
            assert usable, row
            assert found == row["e164"], row


def test_a_refusal_never_repeats_the_address() -> None:
    for wrong in ("anna.geheim@@example.com", "anna geheim@example.com", "@geheim.example", "anna@geheim"):
        with pytest.raises(AddressRefused) as refusal:
            email(wrong)
        assert "geheim" not in str(refusal.value), wrong
    with pytest.raises(AddressRefused) as refusal:
        phone("06 1234 567", "NL")
    assert "1234" not in str(refusal.value)


@pytest.mark.parametrize(
    "same", ["anna@example.com", "ANNA@example.com", "anna+shop@example.com", "anna+a+b@Example.com"]
)
def test_one_mailbox_has_one_fingerprint(same: str) -> None:
    assert fingerprint(KEY, "email", same) == fingerprint(KEY, "email", "Anna@example.com")


def test_different_mailboxes_keys_and_channels_have_different_fingerprints() -> None:
    assert len({
        fingerprint(KEY, "email", "anna@example.com"),
        fingerprint(KEY, "email", "anne@example.com"),
        fingerprint(KEY, "email", "+anna@example.com"),
        fingerprint(KEY, "sms", "anna@example.com"),
        fingerprint(b"other", "email", "anna@example.com"),
    }) == 5  # fmt: skip
