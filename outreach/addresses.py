"""Ways to reach a person, in one spelling; and a keyed hash that recognises an address without holding it."""

import hashlib
import hmac
from typing import NamedTuple

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from phonenumbers import PhoneNumberType

from policies.said import worded

_TYPES_WITHOUT_SMS = {PhoneNumberType.FIXED_LINE}
_NOBODYS_OWN = {
    PhoneNumberType.TOLL_FREE: worded("a toll-free number"),
    PhoneNumberType.PREMIUM_RATE: worded("a premium-rate number"),
    PhoneNumberType.SHARED_COST: worded("a shared-cost number"),
    PhoneNumberType.UAN: worded("a company-wide number"),
    PhoneNumberType.PAGER: worded("a pager"),
    PhoneNumberType.VOICEMAIL: worded("a voicemail number"),
}


class AddressRefused(ValueError):
    """Nobody can be reached there; the message says why, and never repeats the address."""


class Phone(NamedTuple):
    """A number in E.164, and whether it can receive an SMS."""

    number: str
    has_sms: bool


def email(text: str) -> str:
    """The e-mail address as it is to be written to. Raises AddressRefused."""
    try:
        return validate_email(text.strip(), check_deliverability=False).normalized
    except EmailNotValidError as problem:
        raise AddressRefused(worded("is not an e-mail address: %(why)s", why=str(problem))) from None


def phone(text: str, country: str) -> Phone:
    """The number, read as one dialled within `country` (two letters) unless it starts with +. Raises AddressRefused."""
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        raise AddressRefused(worded("is not a phone number; write it like +31612345678")) from None
    if not phonenumbers.is_valid_number(number):
        raise AddressRefused(
            worded("is not a phone number that exists in %(country)s or after its country code", country=country)
        )
    kind = phonenumbers.number_type(number)
    if kind in _NOBODYS_OWN:
        raise AddressRefused(worded("is %(kind)s, not somebody's own phone", kind=_NOBODYS_OWN[kind]))
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return Phone(written, kind not in _TYPES_WITHOUT_SMS)


def fingerprint(key: bytes, channel: str, address: str) -> str:
    """The keyed hash by which an address is recognised, also after it was erased. `address` in its one spelling.

    Spellings that reach one mailbox count as one: capitals, and a tag after a plus.
    """
    if channel == "email":
        local, _, domain = address.casefold().rpartition("@")
        address = f"{local.partition('+')[0] or local}@{domain}"
    return hmac.digest(key, f"{channel}:{address}".encode(), hashlib.sha256).hex()
