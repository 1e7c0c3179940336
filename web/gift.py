"""The page a customer is led to by a link in a message. Looking changes nothing; the button does.

Mail filters fetch every link they see, so only a POST counts as use. It needs no session: the address is the secret.
"""

from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, g, make_response, redirect, render_template, request
from flask_babel import gettext, refresh

from outreach import uses
from outreach.reports.gifts import Gift, gift
from web import doors, here, speech

blueprint = Blueprint("gift", __name__)

MAY_LEAD_AWAY = doors.CONTENT_SECURITY_POLICY.replace("form-action 'self'", "form-action 'self' http: https:")
"""Browsers hold `form-action` against every redirect that follows, and this button exists to lead elsewhere."""


@blueprint.get("/c/<token>")
def show(token: str) -> Response:
    given = _given(token)
    return _page("gift.html", given)


@blueprint.post("/c/<token>")
def use(token: str) -> Response:
    given = _given(token)
    uses.record(here.runtime(), given.outreach_id)
    if urlsplit(given.leads_to).scheme in ("http", "https"):
        return make_response(redirect(given.leads_to, 303))
    return _page("thanks.html", given)


def _given(token: str) -> Gift:
    found = gift(here.runtime(), token)
    if found is None:
        abort(404, gettext("This link does not lead anywhere. It may have been cut off on its way to you."))
    if found.language in speech.LANGUAGES and "lang" not in request.args:
        g.language = found.language
        refresh()
    return found


def _page(template: str, given: Gift) -> Response:
    sender = here.runtime().settings.sender_name
    response = make_response(
        render_template(template, given=given, sender=sender, place=urlsplit(given.leads_to).hostname)
    )
    response.headers["Content-Security-Policy"] = MAY_LEAD_AWAY
    return response
