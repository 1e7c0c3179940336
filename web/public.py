"""What the pages for customers share: their words and language, and that nobody hurries them.

They need no sign-in: the address is the secret. Looking changes nothing, for mail filters fetch every link they see.
"""

from collections.abc import Mapping
from secrets import token_hex
from typing import NoReturn
from urllib.parse import urlencode

from flask import Flask, Response, abort, current_app, g, make_response, render_template, request, url_for
from flask_babel import gettext, refresh
from werkzeug.exceptions import TooManyRequests

from web import doors, here, speech
from web.preference_words import PREFERENCES
from web.public_words import COMPLIMENTS, LANGUAGES, STOPPING, SURVEY
from web.throttle import Throttle

WORDS: Mapping[str, tuple[str, ...]] = {**SURVEY, **STOPPING, **COMPLIMENTS, **PREFERENCES}
_ORDER = tuple(LANGUAGES)
LONGEST_TEXT = 5_000
"""Characters a customer may write into a page at once."""
_THROTTLES = "throttles"
RATES = {"token": (20, 6.0), "address": (10, 20.0), "everybody": (60, 30.0)}
"""How many at once, and after how many seconds one more: by one link; compliments from one address, behind a proxy
that of the proxy, and all of them together."""


def install(app: Flask) -> None:
    """Teach the templates of these pages to speak."""
    app.jinja_env.globals.update(say=say, public_languages=LANGUAGES, in_language=in_language)
    app.jinja_env.filters.update(plain_day=speech.plain_day, language_name=speech.language_name)
    app.extensions[_THROTTLES] = {name: Throttle(*rate) for name, rate in RATES.items()}


def say(key: str, **values: object) -> str:
    """The words for it in the language of the page."""
    organisation = here.runtime().settings.sender_name
    return WORDS[key][_ORDER.index(speech.language())].format(organisation=organisation, **values)


def speak(message: str = "") -> None:
    """Speak the language the address asks for, else that of the message it came with, else what the browser likes."""
    wanted = (request.args.get("lang", ""), message, *request.accept_languages.values(), "en")
    spoken = (language.partition("-")[0].lower() for language in wanted)
    g.language = next(language for language in spoken if language in LANGUAGES)
    refresh()


def in_language(language: str) -> str:
    """The address of this page in another language."""
    return f"?{urlencode({**request.args.to_dict(), 'lang': language})}"


def page(template: str, status: int = 200, **shown: object) -> Response:
    """A page of ours; `key` tells a form that is sent twice from two forms."""
    sender = here.runtime().settings.sender_name
    return make_response(
        render_template(template, key=token_hex(16), longest=LONGEST_TEXT, sender=sender, **shown), status
    )


def back(endpoint: str, **values: object) -> Response:
    """Lead to a page, in the language this one was asked for."""
    response = make_response("", 303)
    response.headers["Location"] = url_for(endpoint, lang=request.args.get("lang"), **values)  # type: ignore[arg-type]
    return response


def lost() -> NoReturn:
    """Refuse a link that is not ours."""
    abort(404, gettext("This link does not lead anywhere. It may have been cut off on its way to you."))


def written(name: str) -> str | None:
    """What was written into a field of the form, without the spaces around it; None where it is too long."""
    if doors.repeated([name]):
        abort(400)
    text = request.form.get(name, "").strip()
    return text if len(text) <= LONGEST_TEXT else None


def hold_back(kind: str, who: str) -> None:
    """Refuse whoever does this too often; nothing was done."""
    throttle: Throttle = current_app.extensions[_THROTTLES][kind]
    if not throttle.allows(who, here.now()):
        raise TooManyRequests(retry_after=60)
