"""What a finding says, in a sentence with its numbers, in English and Dutch. The sentences are data: add a language here."""

from collections.abc import Mapping
from datetime import UTC, datetime
from string import Formatter
from zoneinfo import ZoneInfo

from policies.arithmetic import NEVER
from policies.decision import Finding
from policies.durations import DAY, HOUR, MINUTE

LANGUAGES = ("en", "nl")

# code: (English, Dutch)
SENTENCES: Mapping[str, tuple[str, str]] = {
    "no_address": ("there is no usable address for {channel}", "er is geen bruikbaar adres voor {channel}"),
    "has_address": ("reachable by {channel}", "bereikbaar via {channel}"),
    "consent_given": ("consent for {channel} was given", "toestemming voor {channel} is gegeven"),
    "consent_unknown": (
        "we do not know of consent for {channel}, so we do not ask",
        "toestemming voor {channel} is niet bekend, dus vragen we niet",
    ),
    "consent_refused": (
        "consent for {channel} was refused or withdrawn",
        "toestemming voor {channel} is geweigerd of ingetrokken",
    ),
    "suppressed": ("this address asked us to stop, or bounced", "dit adres vroeg ons te stoppen, of weigert mail"),
    "not_suppressed": ("this address is not suppressed", "dit adres is niet geblokkeerd"),
    "no_surveys": ("wants no surveys", "wil geen vragen krijgen"),
    "surveys_welcome": ("has not opted out of surveys", "heeft zich niet afgemeld voor vragen"),
    "not_paused": ("not paused", "niet gepauzeerd"),
    "paused": ("paused until {until:moment}", "gepauzeerd tot {until:moment}"),
    "audience_all": ("this policy is for everybody", "dit beleid is voor iedereen"),
    "audience_match": ("belongs to the audience", "hoort bij de doelgroep"),
    "audience_other": ("does not belong to the audience", "hoort niet bij de doelgroep"),
    "audience_unknown": (
        "we do not know enough to tell whether this is somebody of the audience",
        "er is te weinig bekend om te zeggen of de doelgroep klopt",
    ),
    "new_customer": (
        "customer since {since:day}; new customers are left alone for {rest:for}, until {until:moment}",
        "klant sinds {since:day}; nieuwe klanten krijgen {rest:for} rust, tot {until:moment}",
    ),
    "new_customer_over": ("customer since {since:day}, not new any more", "klant sinds {since:day}, niet nieuw meer"),
    "may_be_asked": (
        "not in the never-asked group of {share:percent}",
        "niet in de groep van {share:percent} die nooit iets gevraagd wordt",
    ),
    "never_asked": (
        "in the group of {share:percent} that is never asked, so that we can see what asking does",
        "in de groep van {share:percent} die nooit iets gevraagd wordt, om te zien wat vragen doet",
    ),
    "sampled": ("drawn in: {share:percent} are asked", "ingeloot: {share:percent} krijgt een vraag"),
    "not_sampled": ("not drawn: only {share:percent} are asked", "niet ingeloot: {share:percent} krijgt een vraag"),
    "by_rhythm": ("by rhythm, not because of one contact", "volgens ritme, niet vanwege één contact"),
    "after_contact": ("because of a contact, not by rhythm", "vanwege een contact, niet volgens ritme"),
    "right_kind": ("a contact of the kind {kind}", "een contact van het soort {kind}"),
    "other_kind": ("a contact of the kind {kind} is not asked about", "over het soort contact {kind} wordt niets gevraagd"),
    "worth_it": (
        "the contact was worth {value:number}, at least {least:number} is needed",
        "het contact was {value:number} waard, minstens {least:number} is nodig",
    ),
    "not_worth_it": (
        "the contact was worth {value:number}, less than the {least:number} that is needed",
        "het contact was {value:number} waard, minder dan de {least:number} die nodig is",
    ),
    "contact_settles": (
        "the contact of {since:moment} settles for {rest:for}, until {until:moment}",
        "het contact van {since:moment} bezinkt {rest:for}, tot {until:moment}",
    ),
    "contact_settles_over": (
        "the contact of {since:moment} has settled for {rest:for}",
        "het contact van {since:moment} is {rest:for} bezonken",
    ),
    "still_fresh": ("the contact is fresh until {until:moment}", "het contact is vers tot {until:moment}"),
    "expired": (
        "the contact of {since:day} was worth asking about for {rest:for}, until {until:moment}",
        "over het contact van {since:day} kon {rest:for} iets gevraagd worden, tot {until:moment}",
    ),
    "rhythm": (
        "last on {since:day}; once in {rest:for}, so again from {until:moment}",
        "laatst op {since:day}; eens per {rest:for}, dus weer vanaf {until:moment}",
    ),
    "rhythm_over": ("last on {since:day}, {rest:for} ago or more", "laatst op {since:day}, minstens {rest:for} geleden"),
    "rhythm_none": ("the first time", "de eerste keer"),
    "never_touched": ("nothing was sent before", "er is nog niet eerder iets gestuurd"),
    "floor": (
        "24 hours between any two messages; the last was at {since:moment}",
        "24 uur tussen twee berichten; het laatste was op {since:moment}",
    ),
    "rest_between_asks": (
        "asked on {since:day}; {rest:for} of rest between any two asks, until {until:moment}",
        "gevraagd op {since:day}; {rest:for} rust tussen twee vragen, tot {until:moment}",
    ),
    "rest_between_asks_over": ("last asked on {since:day}, rested since", "laatst gevraagd op {since:day}, sindsdien rust"),
    "rest_between_asks_none": ("not asked before", "nog niet eerder gevraagd"),
    "rest_after_ask": (
        "this was asked on {since:day}; {rest:for} of rest, until {until:moment}",
        "dit is gevraagd op {since:day}; {rest:for} rust, tot {until:moment}",
    ),
    "rest_after_ask_over": ("this was last asked on {since:day}", "dit is laatst gevraagd op {since:day}"),
    "rest_after_ask_none": ("this was not asked before", "dit is nog niet eerder gevraagd"),
    "rest_after_answer": (
        "answered on {since:day}; {rest:for} of rest, until {until:moment}",
        "antwoord gegeven op {since:day}; {rest:for} rust, tot {until:moment}",
    ),
    "rest_after_answer_over": ("last answered on {since:day}", "laatst antwoord gegeven op {since:day}"),
    "rest_after_answer_none": ("has not answered this yet", "heeft hier nog niet op geantwoord"),
    "rest_after_not_now": (
        'said "not now" on {since:day}; {rest:for} of rest, until {until:moment}',
        "zei op {since:day} “nu niet”; {rest:for} rust, tot {until:moment}",
    ),
    "rest_after_not_now_over": ('last said "not now" on {since:day}', "zei op {since:day} “nu niet”"),
    "rest_after_not_now_none": ('never said "not now"', "zei nooit “nu niet”"),
    "rest_after_silence": (
        "no answer to the ask of {since:day}; {rest:for} of rest, until {until:moment}",
        "geen antwoord op de vraag van {since:day}; {rest:for} rust, tot {until:moment}",
    ),
    "rest_after_silence_over": (
        "no answer to the ask of {since:day}, rested since",
        "geen antwoord op de vraag van {since:day}, sindsdien rust",
    ),
    "rest_after_silence_none": ("no ask stayed unanswered", "geen vraag bleef onbeantwoord"),
    "given_up": ("{silences} asks in a row stayed unanswered: we stop", "{silences} vragen op rij zonder antwoord: we stoppen"),
    "no_cap": ("no cap on this kind of message", "geen maximum voor dit soort bericht"),
    "cap_free": (
        "{count} of at most {at_most} ({of}, {channel}) in {window:for}",
        "{count} van hoogstens {at_most} ({of}, {channel}) in {window:for}",
    ),
    "cap_full": (
        "{count} of at most {at_most} ({of}, {channel}) in {window:for}; room again from {until:moment}",
        "{count} van hoogstens {at_most} ({of}, {channel}) in {window:for}; weer ruimte vanaf {until:moment}",
    ),
    "not_tired": ("no fatigue counted", "geen vermoeidheid geteld"),
    "not_tired_yet": (
        "fatigue {stock:number}, at most {threshold:number}",
        "vermoeidheid {stock:number}, hoogstens {threshold:number}",
    ),
    "tired": (
        "fatigue {stock:number} is above {threshold:number}; low enough from {until:moment}",
        "vermoeidheid {stock:number} is boven {threshold:number}; laag genoeg vanaf {until:moment}",
    ),
    "case_open": ("a case is open: first the follow-up", "er loopt nog een opvolging: die gaat voor"),
    "no_case": ("no case is open", "er loopt geen opvolging"),
    "open_case": (
        "a case was closed on {since:day}; {rest:for} of rest, until {until:moment}",
        "een opvolging sloot op {since:day}; {rest:for} rust, tot {until:moment}",
    ),
    "open_case_over": ("the last case was closed on {since:day}", "de laatste opvolging sloot op {since:day}"),
    "no_colleague": ("no colleague of the account was asked", "geen collega van de organisatie is iets gevraagd"),
    "account_free": (
        "{count} of at most {at_most} people of the account asked in {window:for}",
        "{count} van hoogstens {at_most} mensen van de organisatie gevraagd in {window:for}",
    ),
    "account_full": (
        "{count} of at most {at_most} people of the account asked in {window:for}; room again from {until:moment}",
        "{count} van hoogstens {at_most} mensen van de organisatie gevraagd in {window:for}; ruimte vanaf {until:moment}",
    ),
    "no_value_needed": ("this policy does not give first", "dit beleid geeft niet eerst iets"),
    "value_missing": (
        "something useful first: {given} of {pieces} given since the last ask, {used} of {needed} used",
        "eerst iets nuttigs: {given} van {pieces} gegeven sinds de laatste vraag, {used} van {needed} gebruikt",
    ),
    "value_settles": (
        "{given} useful things given, {used} used; settles for {settle:for}, until {until:moment}",
        "{given} nuttige dingen gegeven, {used} gebruikt; bezinkt {settle:for}, tot {until:moment}",
    ),
    "value_settled": (
        "{given} useful things given, {used} used, and settled",
        "{given} nuttige dingen gegeven, {used} gebruikt, en bezonken",
    ),
    "content_rest": (
        "something useful was given on {since:day}; {rest:for} of rest, until {until:moment}",
        "iets nuttigs gegeven op {since:day}; {rest:for} rust, tot {until:moment}",
    ),
    "content_rest_over": ("something useful was last given on {since:day}", "laatst iets nuttigs gegeven op {since:day}"),
    "content_rest_none": ("nothing useful was given yet", "nog niets nuttigs gegeven"),
    "no_content": (
        "there is no content left for {channel} in this language that was not given yet",
        "er is geen iets-nuttigs meer voor {channel} in deze taal dat nog niet gegeven is",
    ),
    "content_left": ("{left} useful things left to give", "nog {left} nuttige dingen te geven"),
    "open_hours": ("within the hours for {channel}", "binnen de uren voor {channel}"),
    "quiet_hours": (
        "{wanted:moment} is outside the hours for {channel}; the next open moment is {until:moment}",
        "{wanted:moment} valt buiten de uren voor {channel}; het eerste moment is {until:moment}",
    ),
    "no_open_hours": (
        "no hour in the next 60 days is fine in every possible time zone",
        "geen uur in de komende 60 dagen past in elke tijdzone die mogelijk is",
    ),
}

_UNITS = {
    "en": (("day", "days"), ("hour", "hours"), ("minute", "minutes"), ("second", "seconds")),
    "nl": (("dag", "dagen"), ("uur", "uur"), ("minuut", "minuten"), ("seconde", "seconden")),
}
_MONTHS = {
    "en": "January February March April May June July August September October November December".split(),
    "nl": "januari februari maart april mei juni juli augustus september oktober november december".split(),
}
_NEVER = {"en": "never", "nl": "nooit"}


def sentence(finding: Finding, language: str = "en", zone: str = "UTC") -> str:
    """The reason of a finding, with its numbers; moments are told in `zone`."""
    language = language if language in LANGUAGES else "en"
    template = SENTENCES[finding.code][LANGUAGES.index(language)]
    return _Telling(language, zone).vformat(template, (), finding.numbers)


def duration(seconds: float, language: str = "en") -> str:
    """Seconds in words, in the largest unit that fits: `90 days`, `36 hours`."""
    for size, (one, more) in zip((DAY, HOUR, MINUTE, 1), _UNITS[language], strict=True):
        if seconds >= size and seconds % size == 0 or size == 1:
            count = round(seconds / size)
            return f"{count} {one if count == 1 else more}"
    raise AssertionError("seconds fit every duration")


class _Telling(Formatter):
    """Formats numbers as people say them: day, moment, for (a duration), percent, number."""

    def __init__(self, language: str, zone: str) -> None:
        self.language, self.zone = language, zone

    def format_field(self, value: object, format_spec: str) -> str:
        if not format_spec or not isinstance(value, int | float):
            return str(value)
        if value == NEVER:
            return _NEVER[self.language]
        return str(getattr(self, f"_{format_spec}")(value))

    def _day(self, at: float) -> str:
        local = self._local(at)
        return f"{local.day} {_MONTHS[self.language][local.month - 1]} {local.year}"

    def _moment(self, at: float) -> str:
        return f"{self._day(at)} {self._local(at):%H:%M}"

    def _local(self, at: float) -> datetime:
        return datetime.fromtimestamp(at, UTC).astimezone(ZoneInfo(self.zone))

    def _for(self, seconds: float) -> str:
        return duration(seconds, self.language)

    def _percent(self, share: float) -> str:
        return f"{self._number(share * 100)} %"

    def _number(self, value: float) -> str:
        text = f"{value:.4g}"
        return text.replace(".", ",") if self.language == "nl" else text
