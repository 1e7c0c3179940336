"""How pages speak: the language of the reader, and numbers, moments and durations as people say them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_datetime
from babel.numbers import format_currency, format_decimal
from flask import Flask, Response, g, request
from flask_babel import Babel, get_locale, gettext, refresh
from markupsafe import Markup

from outreach.whereabouts import known_zones
from policies import reasons
from policies.decision import Finding
from policies.policy import PolicyRefused
from policies.said import Sentence, sentence_of
from web import doors, here
from web.brakes import Picture

LANGUAGES = {"en": "English", "nl": "Nederlands"}
A_YEAR = 31_536_000
DAYS_BY_NAME = 6  # farther away than this, a weekday alone would be ambiguous


def install(app: Flask) -> None:
    """Choose the language of each request, and teach the templates to speak."""
    Babel(app, locale_selector=language)
    app.after_request(_remember)
    app.jinja_env.filters.update(
        number=number,
        percent=percent,
        signed=signed,
        moment=moment,
        day=day,
        duration=duration,
        because=because,
        amount=amount,
        enough=enough,
        short_day=short_day,
        capital=capital,
        said=said,
        in_words=in_words,
        money=money,
        picture=Picture.of,
    )
    app.jinja_env.globals.update(language=language, languages=LANGUAGES)


def language() -> str:
    """What the reader chose on this page or before, else what the browser prefers, else English."""
    if "language" not in g:
        wanted = request.args.get("lang") or request.cookies.get("lang")
        g.language = wanted if wanted in LANGUAGES else request.accept_languages.best_match(LANGUAGES) or "en"
    chosen: str = g.language
    return chosen


def speak_for_all_pages() -> None:
    """Speak English where the language of the page is one that only the customers' own pages know."""
    if language() not in LANGUAGES:
        g.language = "en"
        refresh()


def _remember(response: Response) -> Response:
    wanted = request.args.get("lang")
    if wanted in LANGUAGES and request.blueprint not in doors.FROM_ANYWHERE:  # those set no cookies
        response.set_cookie("lang", wanted, max_age=A_YEAR, httponly=True, samesite="Lax")
    return response


def zone() -> str:
    """The reader's time zone, as the browser told; until then, that of the organisation."""
    told = request.cookies.get("zone", "").replace("%2F", "/")
    return told if told in known_zones() else (*here.runtime().settings.zones_at_home, "UTC")[0]


def number(value: float) -> str:
    return format_decimal(value, locale=_locale())


def percent(share: float) -> str:
    return f"{format_decimal(round(share * 100, 1 if abs(share) < 0.1 else 0), locale=_locale())}\u00a0%"


def signed(share: float) -> str:
    """A score between -1 and 1 as it is written: +41, 0, −7."""
    points = round(share * 100)
    return f"+{points}" if points > 0 else f"−{-points}" if points < 0 else "0"


def duration(seconds: float) -> str:
    return reasons.duration(seconds, language())


def because(finding: Finding, where: str) -> str:
    """The sentence of a finding, beginning as sentences do; moments are told in the time zone `where`."""
    said = reasons.sentence(finding, language(), where)
    return said[:1].upper() + said[1:]


def amount(value: float, name: str) -> str:
    """The value of an amount, by the amount's dotted name."""
    return reasons.amount(name, value, language())


def enough(value: float, name: str) -> float:
    """The value an amount would need, in round numbers that let go."""
    return reasons.enough(name, value)


def day(at: int, where: str | None = None) -> Markup:
    """The date of a moment."""
    local = _local(at, where or zone())
    same_year = local.year == _local(here.now(), where or zone()).year
    return _time(at, format_datetime(local, "d MMMM" if same_year else "d MMMM y", locale=_locale()))


def plain_day(at: int, where: str) -> str:
    """The date of a moment, where it stands in a sentence of the customers' pages."""
    return format_datetime(_local(at, where), "d MMMM y", locale=_locale())


def language_name(code: str) -> str:
    """A language as its speakers call it: Nederlands, français."""
    try:
        return Locale.parse(code).get_display_name() or code
    except (UnknownLocaleError, ValueError):
        return code


def said(sentence: str) -> str:
    """A sentence that was worded elsewhere, in the language of the reader."""
    if not isinstance(sentence, Sentence):
        return sentence
    values = {name: said(value) if isinstance(value, str) else value for name, value in sentence.values.items()}
    return str(gettext(sentence.template, **values))


def why(problem: Exception) -> str:
    """What an error says, in the language of the reader."""
    if isinstance(problem, PolicyRefused):
        return "; ".join(f"{field}: {said(wrong)}" if field else said(wrong) for field, wrong in problem.problems)
    return said(sentence_of(problem, str(problem)))


def in_words(code: str) -> str:
    """A language as the reader calls it: Dutch, nederlands."""
    try:
        return Locale.parse(code).get_language_name(_locale()) or code
    except (UnknownLocaleError, ValueError):
        return code


def money(amount_of_it: float) -> str:
    """An amount in the currency that is set."""
    return format_currency(amount_of_it, here.runtime().settings.currency, locale=_locale())


def short_day(at: int) -> str:
    """The date of a moment in a picture, where only plain text can stand."""
    return format_datetime(_local(at, zone()), "d MMM", locale=_locale())


def capital(text: str) -> str:
    """The text as a sentence begins."""
    return text[:1].upper() + text[1:]


def moment(at: int, where: str | None = None) -> Markup:
    """A moment as people say it: today 14:05, Thursday 09:00, 14 May 09:00, 14 May 2025 09:00."""
    local, today = _local(at, where or zone()), _local(here.now(), where or zone())
    clock, away = f"{local:%H:%M}", (local.date() - today.date()).days
    near = {-1: gettext("yesterday"), 0: gettext("today"), 1: gettext("tomorrow")}
    if away in near:
        said = near[away]
    elif abs(away) <= DAYS_BY_NAME:
        said = format_datetime(local, "EEEE", locale=_locale())
    else:
        said = format_datetime(local, "d MMMM" if local.year == today.year else "d MMMM y", locale=_locale())
    return _time(at, f"{said} {clock}{' UTC' if (where or zone()) == 'UTC' else ''}")


def _time(at: int, said: str) -> Markup:
    written = datetime.fromtimestamp(at, UTC).isoformat().replace("+00:00", "Z")
    return Markup('<time datetime="{}" title="{}">{}</time>').format(written, written, said)


def _local(at: int, where: str) -> datetime:
    return datetime.fromtimestamp(at, UTC).astimezone(ZoneInfo(where))


def _locale() -> Locale:
    return get_locale() or Locale("en")
