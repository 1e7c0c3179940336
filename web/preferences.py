"""The page on which customers choose what they get, see why they were asked, and take their data or erase them."""

import json
from typing import Any

from flask import Blueprint, Response, abort, make_response, request

from outreach import preferences, privacy
from outreach.links import Purpose
from outreach.preferences import HOW, PAUSES, Preferences, Wishes
from outreach.reports.why import why_asked
from web import here, public, speech

blueprint = Blueprint("preferences", __name__)

AS_IT_IS = "as it is"


@blueprint.get("/p/<token>")
def show(token: str) -> Response:
    held = _held(token)
    if held.erased:
        return public.page("erased.html")
    why = why_asked(here.runtime(), held.customer_id)
    return public.page(
        "preferences.html", held=held, token=token, why=why, pauses=PAUSES, as_it_is=AS_IT_IS,
        saved="saved" in request.args, zone=speech.zone(),
    )  # fmt: skip


@blueprint.post("/p/<token>")
def save(token: str) -> Response:
    held = _held(token)
    public.hold_back("token", token)
    preferences.change(here.runtime(), token, _wishes(held))
    return public.back("preferences.show", token=token, saved=1)


@blueprint.post("/p/<token>/stop")
def stop(token: str) -> Response:
    _held(token)
    public.hold_back("token", token)
    preferences.stop(here.runtime(), Purpose.PREFERENCES, token, HOW)
    return public.back("preferences.show", token=token, saved=1)


@blueprint.get("/p/<token>/data.json")
def as_json(token: str) -> Response:
    found = _exported(token)
    return _file(json.dumps(found, indent=2, ensure_ascii=False), "application/json", "data.json")


@blueprint.get("/p/<token>/data.csv")
def as_csv(token: str) -> Response:
    return _file(privacy.as_csv(_exported(token)), "text/csv; charset=utf-8", "data.csv")


@blueprint.get("/p/<token>/erase")
def consider(token: str) -> Response:
    return public.page("erased.html" if _held(token).erased else "erase.html", token=token)


@blueprint.post("/p/<token>/erase")
def erase(token: str) -> Response:
    held = _held(token)
    public.hold_back("token", token)
    if not held.erased:
        privacy.erase(here.runtime(), held.external_id, preferences.CUSTOMER)
    return public.back("preferences.show", token=token)


def _held(token: str) -> Preferences:
    found = preferences.preferences(here.runtime(), token)
    if found is None:
        public.lost()
    public.speak(found.language)
    return found


def _exported(token: str) -> dict[str, Any]:
    held = _held(token)
    public.hold_back("token", token)
    return privacy.exported(here.runtime(), held.external_id)


def _wishes(held: Preferences) -> Wishes:
    """What the form says; only what it offered."""
    pauses = {str(months): months for months in (0, *PAUSES)} | {AS_IT_IS: None}
    pause, language = request.form.get("pause", AS_IT_IS), request.form.get("language", held.language)
    if pause not in pauses or language not in held.languages:
        abort(400)
    channels = frozenset(request.form.getlist("channels")) & {way.channel for way in held.ways}
    return Wishes(channels, "surveys" in request.form, pauses[pause], language)


def _file(text: str, mimetype: str, name: str) -> Response:
    response = make_response(text)
    response.headers["Content-Type"] = mimetype
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
