"""A history from the two files of `outreach import`: the rows that the door lets in, as a rehearsal would take them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from outreach.history import zones_of
from outreach.intake_forms import ContactForm, CustomerForm, Door, FormT, Refusal, check
from outreach.lifecycle import Consent
from outreach.rehearsal.history import Arrival
from outreach.rehearsal.history import History as Arrivals
from outreach.rehearsal.play import SOURCE, full_hour
from outreach.settings import Settings
from policies.replay.history import Happened, Person
from policies.situation import Address, Contact

_CONSENT = {Consent.GIVEN: True, Consent.REFUSED: False, Consent.WITHDRAWN: False}


@dataclass
class Admitted:
    """Who and what came in, and which rows were refused: what each is, and why."""

    people: list[Person] = field(default_factory=list)
    happened: list[Happened] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def admit(arrivals: Arrivals, settings: Settings) -> Admitted:
    """Let rows in one after the other: each id and each address once."""
    admitted = Admitted()
    owners: dict[tuple[str, str], str] = {}
    for at, form in _forms(CustomerForm, arrivals.customers, settings, admitted):
        if any(owners.setdefault(way, form.external_id) != form.external_id for way in _ways(form)):
            admitted.refused.append(f"customer {form.external_id}: somebody else has this address")
        else:
            admitted.people.append(_person(form, at, settings))
    known = {person.id for person in admitted.people}
    for _, contact in _forms(ContactForm, arrivals.contacts, settings, admitted):
        if contact.customer in known:
            admitted.happened.append(_happened(contact))
        else:
            admitted.refused.append(f"contact {contact.external_id}: there is no customer {contact.customer}")
    return admitted


def _forms(
    form: type[FormT], arrivals: Iterable[Arrival], settings: Settings, admitted: Admitted
) -> Iterable[tuple[int, FormT]]:
    """What passes the door, the first time that it comes."""
    content: dict[str, str] = {}
    what = "customer" if form is CustomerForm else "contact"
    for at, row in arrivals:
        checked = check(form, row, Door(full_hour(at), settings.default_country))
        if isinstance(checked, Refusal):
            admitted.refused.append(
                f"{what} {row.get('external_id', 'without an id')}: {checked.field} {checked.reason}"
            )
            continue
        said = checked.model_dump_json()
        if checked.external_id not in content:
            content[checked.external_id] = said
            yield at, checked
        elif content[checked.external_id] != said:
            admitted.refused.append(f"{what} {checked.external_id}: it came before with other content")


def _ways(form: CustomerForm) -> Iterable[tuple[str, str]]:
    if form.email:
        yield "email", form.email
    if form.phone:
        yield "sms", form.phone[0]


def _person(form: CustomerForm, at: int, settings: Settings) -> Person:
    number = form.phone[0] if form.phone else None
    known: Mapping[str, object] = {
        **form.attributes, "language": form.language, "timezone": form.timezone, "account": form.account,
        "has_account": form.account is not None,
    }  # fmt: skip
    return Person(
        id=form.external_id,
        comes_in=at,
        since=form.created_at,
        account=form.account,
        language=(form.language or settings.default_language).split("-")[0].lower(),
        zones=zones_of(form.timezone, number, settings),
        attributes=known,
        addresses={channel: _address(form, channel, settings) for channel, _ in _ways(form)},
    )


def _address(form: CustomerForm, channel: str, settings: Settings) -> Address:
    consent = form.consent_email if channel == "email" else form.consent_sms
    has_it = channel == "email" or (form.phone is not None and form.phone[1])
    return Address(has_it and channel in settings.channels, _CONSENT.get(consent) if consent else None)


def _happened(form: ContactForm) -> Happened:
    contact = Contact(
        f"{SOURCE}/{form.external_id}", form.kind, form.touchpoint, form.value, form.occurred_at, form.attributes
    )
    return Happened(form.customer, contact)
