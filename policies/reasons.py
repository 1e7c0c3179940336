"""What a finding says, in a sentence with its numbers, in English and Dutch. The sentences are data, in `sentences`."""

from datetime import UTC, datetime
from string import Formatter
from zoneinfo import ZoneInfo

from policies.arithmetic import DAY
from policies.decision import Finding
from policies.durations import HOUR, MINUTE
from policies.sentences import LANGUAGES, SENTENCES

_UNITS = {
    "en": (("day", "days"), ("hour", "hours"), ("minute", "minutes"), ("second", "seconds")),
    "nl": (("dag", "dagen"), ("uur", "uur"), ("minuut", "minuten"), ("seconde", "seconden")),
}
_MONTHS = {
    "en": ("January", "February", "March", "April", "May", "June",
           "July", "August", "September", "October", "November", "December"),
    "nl": ("januari", "februari", "maart", "april", "mei", "juni",
           "juli", "augustus", "september", "oktober", "november", "december"),
}  # fmt: skip
_MESSAGES = {
    "en": {"any": "messages", "ask": "asks", "content": "useful things"},
    "nl": {"any": "berichten", "ask": "vragen", "content": "nuttige dingen"},
}
_SHARES = ("guard.never_asked", "sampling")
_NUMBERS = ("at_most", "people", "threshold", "used", "pieces", "minimum_value", "give_up_after")
_CHANNELS = {"email": "e-mail", "sms": "SMS"}
_BY = {"en": " by ", "nl": " per "}
_AT = {"en": "at", "nl": "om"}


def sentence(finding: Finding, language: str = "en", zone: str = "UTC") -> str:
    """The reason of a finding, with its numbers; moments are told in `zone`. An unknown language becomes English."""
    language = language if language in LANGUAGES else "en"
    template = SENTENCES[finding.code][LANGUAGES.index(language)]
    return _Telling(language, zone).vformat(template, (), finding.numbers)


def duration(seconds: float, language: str = "en") -> str:
    """Seconds in words, in the largest unit, up to days, that leaves no rest: `90 days`, `36 hours`."""
    whole = round(seconds)
    size, unit = next((size, i) for i, size in enumerate((DAY, HOUR, MINUTE, 1)) if whole % size == 0)
    count, (one, more) = whole // size, _UNITS[language][unit]
    return f"{count} {one if count == 1 else more}"


def amount(name: str, value: float, language: str = "en") -> str:
    """The value of an amount by its dotted name: a share, a number, or a duration, rounded down as people say it."""
    if name in _SHARES:
        return _Telling(language)._percent(value)
    if name.rpartition(".")[2] in _NUMBERS:
        return _Telling(language)._number(value)
    unit = next((unit for unit in (DAY, HOUR, MINUTE) if value >= 2 * unit), 1)
    return duration(value // unit * unit, language)


def moment(at: float, language: str = "en", zone: str = "UTC") -> str:
    """A moment (epoch seconds) as the sentences tell it."""
    return _Telling(language, zone)._moment(at)


class _Telling(Formatter):
    """Tells a number as people say it: one method for each word after the colon in a sentence."""

    def __init__(self, language: str, zone: str = "UTC") -> None:
        self.language, self.zone = language, zone

    def format_field(self, value: object, format_spec: str) -> str:
        return str(getattr(self, f"_{format_spec}")(value)) if format_spec else str(value)

    def _day(self, at: float) -> str:
        local = self._local(at)
        return f"{local.day} {_MONTHS[self.language][local.month - 1]} {local.year}"

    def _moment(self, at: float) -> str:
        return f"{self._day(at)} {_AT[self.language]} {self._local(at):%H:%M}"

    def _local(self, at: float) -> datetime:
        return datetime.fromtimestamp(at, UTC).astimezone(ZoneInfo(self.zone))

    def _for(self, seconds: float) -> str:
        return duration(seconds, self.language)

    def _percent(self, share: float) -> str:
        return f"{self._number(share * 100)} %"

    def _number(self, value: float) -> str:
        text = f"{value:.4g}"
        return text.replace(".", ",") if self.language == "nl" else text

    def _channel(self, channel: str) -> str:
        return _CHANNELS[channel]

    def _messages(self, of: str) -> str:
        return _MESSAGES[self.language][of]

    def _by(self, channel: str) -> str:
        return "" if channel == "any" else _BY[self.language] + _CHANNELS[channel]
