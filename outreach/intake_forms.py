"""The door for customers and contact events: what is refused here never comes in; inside, nobody checks again."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Annotated, Any, TypeVar, cast

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    ValidationInfo,
    WithJsonSchema,
)

from outreach import addresses
from outreach.addresses import Phone
from outreach.lifecycle import Consent
from outreach.whereabouts import known_zones
from policies.said import sentence_of, worded

DAY = 24 * 60 * 60
_ONE_LINE = r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]*$"
_CONSENTS = {
    Consent.GIVEN: "yes y ja j true 1 given granted opt-in opted-in",
    Consent.REFUSED: "no n nee false 0 refused denied opt-out opted-out",
    Consent.WITHDRAWN: "withdrawn revoked ingetrokken",
}
_CONSENT_OF = {word: consent for consent, words in _CONSENTS.items() for word in words.split()}
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8}){0,3}")


@dataclass(frozen=True, slots=True)
class Door:
    """What the checks need to know. `zone` is meant where a time names none; without it such a time is refused."""

    now: int
    country: str
    zone: tzinfo | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    field: str
    reason: str


def _door(info: ValidationInfo) -> Door:
    return cast(Door, info.context)


def _moment(value: object, info: ValidationInfo) -> int:
    """Epoch seconds of an ISO 8601 text (or an aware datetime) between 1970 and a day from now."""
    if not isinstance(value, datetime):
        if not isinstance(value, str):
            raise ValueError(worded("must be a text like 2025-03-01T09:30:00+01:00"))
        try:
            value = datetime.fromisoformat(value.strip())
        except ValueError:
            raise ValueError(worded("is not a date and time like 2025-03-01T09:30:00+01:00")) from None
    door = _door(info)
    if value.tzinfo is None:
        if door.zone is None:
            raise ValueError(worded("names no time zone; end it with Z or +01:00, or say which zone is meant"))
        value = value.replace(tzinfo=door.zone)
    moment = int(value.timestamp())
    if not 0 <= moment <= door.now + DAY:
        raise ValueError(worded("lies before 1970") if moment < 0 else worded("lies in the future"))
    return moment


def _or_nothing(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


def _maybe_moment(value: object, info: ValidationInfo) -> int | None:
    value = _or_nothing(value)
    return None if value is None else _moment(value, info)


def _text(value: object) -> str | None:
    value = _or_nothing(value)
    if value is not None and not isinstance(value, str):
        raise ValueError(worded("must be a text"))
    return value.strip() if value else None


def _email(value: object) -> str | None:
    text = _text(value)
    return addresses.email(text) if text else None


def _phone(value: object, info: ValidationInfo) -> Phone | None:
    text = _text(value)
    return addresses.phone(text, _door(info).country) if text else None


def _language(value: object) -> str | None:
    text = _text(value)
    if text is None:
        return None
    if not _LANGUAGE.fullmatch(text):
        raise ValueError(worded("is not a language code like nl or pt-BR; leave it empty when it is unknown"))
    first, *rest = re.split("[-_]", text)
    return "-".join([first.lower(), *(part.upper() if len(part) == 2 else part for part in rest)])


def _timezone(value: object) -> str | None:
    text = _text(value)
    if text is not None and text not in known_zones():
        raise ValueError(worded("is not a time zone like Europe/Amsterdam; leave it empty when it is unknown"))
    return text


def _consent(value: object) -> Consent | None:
    if isinstance(value, bool):
        return Consent.GIVEN if value else Consent.REFUSED
    text = _text(value)
    if text is None:
        return None
    consent = _CONSENT_OF.get(text.lower())
    if consent is None:
        raise ValueError(worded("must be yes, no or withdrawn; leave it empty when it is unknown"))
    return consent


def _not_a_truth(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError(worded("must be a number"))
    return value


def _numbered(value: object) -> object:
    return str(value) if type(value) is int else value


Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200, pattern=_ONE_LINE)]
Key = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=_ONE_LINE)]
ExternalId = Annotated[Key, BeforeValidator(_numbered)]
Words = Annotated[str, StringConstraints(max_length=2000, pattern=r"^[^\x00]*$")]
Whole = Annotated[int, Field(ge=-(2**63), lt=2**63)]
Attributes = Annotated[dict[Key, Words | bool | Whole | float | None], Field(max_length=100)]
Value = Annotated[float, Field(ge=0, le=100), BeforeValidator(_not_a_truth)]
Moment = Annotated[int, BeforeValidator(_moment), WithJsonSchema({"type": "string", "format": "date-time"})]
MaybeMoment = Annotated[
    int | None, BeforeValidator(_maybe_moment), WithJsonSchema({"type": ["string", "null"], "format": "date-time"})
]
MaybeConsent = Annotated[
    Consent | None,
    BeforeValidator(_consent),
    WithJsonSchema({"enum": ["", "yes", "no", "withdrawn", True, False, None]}),
]


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class ContactForm(_Form):
    """Something that happened between us and a customer. `value` 0-100: how much it matters to the customer."""

    external_id: ExternalId
    customer: ExternalId
    kind: Key
    touchpoint: Key
    value: Value
    occurred_at: Moment
    attributes: Attributes = Field(default_factory=dict)


class CustomerForm(_Form):
    """Who somebody is and how to reach them. What is left out or empty changes nothing that is known already."""

    external_id: ExternalId
    name: Line = ""
    email: Annotated[str | None, BeforeValidator(_email)] = None
    phone: Annotated[Phone | None, BeforeValidator(_phone), WithJsonSchema({"type": ["string", "null"]})] = None
    language: Annotated[str | None, BeforeValidator(_language)] = None
    timezone: Annotated[str | None, BeforeValidator(_timezone)] = None
    account: Annotated[Line | None, BeforeValidator(_or_nothing)] = None
    consent_email: MaybeConsent = None
    consent_sms: MaybeConsent = None
    created_at: MaybeMoment = None
    attributes: Attributes = Field(default_factory=dict)


FormT = TypeVar("FormT", ContactForm, CustomerForm)


def check(form: type[FormT], row: object, door: Door) -> FormT | Refusal:
    """The row as a form, or the first thing that is wrong with it."""
    try:
        return form.model_validate(row, context=door)
    except ValidationError as error:
        return _refusal(error.errors(include_url=False, include_input=False)[0])


def _refusal(error: Mapping[str, Any]) -> Refusal:
    field = ".".join(str(part) for part in error["loc"][:2])
    if field.startswith("attributes."):
        return Refusal(field, worded("must be a text of at most 2000 characters, a number, or true or false"))
    if error["type"] in _REASONS:
        return Refusal(field, _REASONS[error["type"]].filled(error.get("ctx", {})))
    return Refusal(field, sentence_of(error.get("ctx", {}).get("error"), error["msg"]))


_REASONS = {
    "missing": worded("is missing"),
    "extra_forbidden": worded("is not a known field; put it under attributes"),
    "model_type": worded("must be an object with the fields of one item"),
    "string_type": worded("must be a text"),
    "string_unicode": worded("holds characters that are not valid Unicode"),
    "string_too_short": worded("is empty"),
    "string_too_long": worded("is longer than %(max_length)s characters"),
    "string_pattern_mismatch": worded("holds control characters or line breaks"),
    "float_type": worded("must be a number"),
    "float_parsing": worded("is not a number"),
    "finite_number": worded("is not a number"),
    "greater_than_equal": worded("is below %(ge)s"),
    "less_than_equal": worded("is above %(le)s"),
    "dict_type": worded("must be an object of names and values"),
    "too_long": worded("has more than %(max_length)s entries"),
}
