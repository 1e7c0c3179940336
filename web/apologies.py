"""What is said when something cannot be done: what happened, what was kept, what to do. A page, or JSON for
what programs call."""

import logging

from flask import Flask, Response, jsonify, make_response, render_template, request
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from outreach.reports.health import is_away
from web import doors, speech

log = logging.getLogger(__name__)

JSON_PATHS = ("/api/", "/hooks/", "/healthz", "/readyz", "/metrics")


def install(app: Flask) -> None:
    """Answer every refusal and every failure."""
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(HTTPException, _refusal)
    app.register_error_handler(Exception, _failure)


def sorry(status: int, title: str, what: str) -> Response:
    """An answer of this status: `title` in a few words, `what` in a sentence."""
    if request.path.startswith(JSON_PATHS):
        return make_response(jsonify(error=what), status)
    speech.speak_for_all_pages()
    return make_response(
        render_template("apology.html", title=title, what=what, ours=doors.from_this_computer()), status
    )


def _refusal(error: HTTPException) -> Response:
    status = error.code or 500
    if status < 400:
        return make_response(error.get_response())
    title, what = _said(status)
    own_words = status == 403 or error.description != type(error).description
    response = sorry(
        status, title, (error.description or what) if own_words and status in (400, 403, 404, 409, 415, 422) else what
    )
    for name, value in error.get_headers():
        if name not in ("Content-Type", "Content-Length"):
            response.headers[name] = value
    return response


def _said(status: int) -> tuple[str, str]:
    titles = {
        400: (gettext("That could not be read"), gettext("The request was not understood, so nothing was done.")),
        403: (gettext("Not allowed"), gettext("You may not do this from here, so nothing was done.")),
        404: (
            gettext("Nothing here"),
            gettext("There is nothing at this address. It may have been removed, or mistyped."),
        ),
        405: (gettext("Not like this"), gettext("This address does not do that, so nothing was done.")),
        429: (
            gettext("A little slower"),
            gettext("That was a lot in a short time, so nothing more was done. Try again in a minute."),
        ),
        413: (
            gettext("Too large"),
            gettext("That is more than can be taken in at once, so nothing was kept. Send less."),
        ),
    }
    return titles.get(status, (gettext("That did not work"), gettext("The request could not be carried out.")))


def _stale_form(error: CSRFError) -> Response:
    what = gettext("The page was open for too long, so nothing was done. Go back, reload the page and try again.")
    return sorry(400, gettext("Please try again"), what)


def _database_away(error: Exception) -> Response:
    log.error("the database cannot be reached: %s", type(error).__name__)
    what = gettext("The database cannot be reached right now. Nothing was lost or half done; try again in a minute.")
    response = sorry(503, gettext("Back in a moment"), what)
    response.headers["Retry-After"] = "30"
    return response


def _failure(error: Exception) -> Response:
    if is_away(error):
        return _database_away(error)
    log.exception("failed on %s", request.endpoint)
    what = gettext("Something went wrong on our side. It was written in the log; nothing was half done.")
    return sorry(500, gettext("That did not work"), what)
