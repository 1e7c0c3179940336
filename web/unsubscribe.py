"""Stopping by a link. A look shows a button; the button, or the mail program's own (RFC 8058), acts.

The answer is the same for every token, known or not, the first time or again: it tells nobody who is a customer.
"""

import re

from flask import Blueprint, Response, request

from outreach import preferences
from outreach.links import Purpose
from web import here, public

blueprint = Blueprint("unsubscribe", __name__)

BY_LINK, BY_PROGRAM = "the unsubscribe link", "one-click in the mail program"
_TOKEN = re.compile(r"[\w-]{32}", re.ASCII)


@blueprint.get("/u/<token>")
def show(token: str) -> Response:
    public.speak()
    return _page("unsubscribe.html")


@blueprint.post("/u/<token>")
def stop(token: str) -> Response:
    public.speak()
    public.hold_back("token", token)
    one_click = request.form.get("List-Unsubscribe") == "One-Click"
    preferences.stop(here.runtime(), Purpose.UNSUBSCRIBE, token, BY_PROGRAM if one_click else BY_LINK)
    return _page("unsubscribed.html")


def _page(template: str) -> Response:
    """With the way to the page for choosing, where the link brought it: this token opens no other page."""
    found = _TOKEN.fullmatch(request.args.get("p", ""))
    return public.page(template, choose=found[0] if found else None)
