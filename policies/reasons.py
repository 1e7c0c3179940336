"""What a finding says, in a sentence with its numbers, in English and Dutch. The sentences are data, in `sentences`."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, Context
from string import Formatter
from zoneinfo import ZoneInfo

from policies.arithmetic import DAY
from policies.decision import Finding
from policies.durations import HOUR, MINUTE
from policies.hours import DAYS
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
_WEEKDAYS = {
    "en": ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays"),
    "nl": ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"),
}
_FEASTS = {"en": "public holidays", "nl": "feestdagen"}
_NOT_ON = {"en": "not on", "nl": "niet op"}
_MESSAGES = {
    "en": {"any": "messages", "ask": "asks", "content": "useful things"},
    "nl": {"any": "berichten", "ask": "vragen", "content": "nuttige dingen"},
}
_SHARES = ("guard.never_asked", "sampling")
_COUNTS = ("at_most", "people", "used", "pieces", "give_up_after")
_NUMBERS = ("threshold", "minimum_value")
_TIMES = ("quiet_from", "quiet_until")
_RAISED = ("expires", "until", "sampling", "threshold")  # more of these lets go; of all others, less
_DIGITS = 3
_YES_OR_NO = {"en": ("no", "yes"), "nl": ("nee", "ja")}
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
    """The value of an amount by its dotted name: yes or no, a time of day, a share, a number, or a duration."""
    kind, telling = name.rpartition(".")[2], _Telling(language)
    if isinstance(value, bool):
        return _YES_OR_NO[language][value]
    if kind in _TIMES:
        return telling._clock(value)
    if name in _SHARES:
        return telling._percent(value)
    return telling._number(value) if kind in (*_COUNTS, *_NUMBERS) else duration(value, language)


def enough(name: str, value: float) -> float:
    """A value that an amount would need, in round numbers: a little more or less of it, on the side that lets go."""
    kind = name.rpartition(".")[2]
    if isinstance(value, bool) or kind in (*_TIMES, *_COUNTS):
        return value
    if name in _SHARES or kind in _NUMBERS:
        rounded = Context(prec=_DIGITS, rounding=ROUND_CEILING if kind in _RAISED else ROUND_FLOOR)
        return float(rounded.create_decimal(repr(value)))
    unit = next((unit for unit in (DAY, HOUR, MINUTE) if value >= 2 * unit), 1)
    return -(-value // unit) * unit if kind in _RAISED else value // unit * unit


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

    def _clock(self, second: float) -> str:
        return f"{int(second) // HOUR:02}:{int(second) % HOUR // MINUTE:02}"

    def _list(self, names: Sequence[str]) -> str:
        return ", ".join(names)

    def _closed(self, weekdays: Sequence[str]) -> str:
        closed = [name for day, name in zip(DAYS, _WEEKDAYS[self.language], strict=True) if day not in weekdays]
        return "".join(f", {_NOT_ON[self.language]} {name}" for name in closed)

    def _feasts(self, holidays: bool) -> str:
        return "" if holidays else f", {_NOT_ON[self.language]} {_FEASTS[self.language]}"

    def _channel(self, channel: str) -> str:
        return _CHANNELS[channel]

    def _messages(self, of: str) -> str:
        return _MESSAGES[self.language][of]

    def _by(self, channel: str) -> str:
        return "" if channel == "any" else _BY[self.language] + _CHANNELS[channel]
