"""The first steps of a new installation, and bringing in customers and contacts."""

import logging
from collections.abc import Iterator
from io import BytesIO
from itertools import chain
from zoneinfo import ZoneInfo

from flask import (
    Blueprint,
    Response,
    abort,
    make_response,
    redirect,
    render_template,
    request,
    session,
    stream_template,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from outreach import bringing
from outreach.bringing import Step
from outreach.csv_import import ImportOptions, UnusableFile
from outreach.reports.beginning import STEPS, beginning
from outreach.whereabouts import known_zones
from policies import library
from web import here, speech

log = logging.getLogger(__name__)

blueprint = Blueprint("beginning", __name__)

SKIPPED = "skipped"
"""Where the cookie keeps which of the first steps somebody does not want to be led through."""


@blueprint.get("/begin")
def show() -> str:
    found = beginning(here.runtime())
    skipped = [step for step in session.get(SKIPPED, []) if step not in found.done]
    told = {"steps": STEPS, "done": found.done, "skipped": skipped, "ahead": found.ahead(skipped)}
    ready = [library.policy(name) for name in library.NAMES]
    return render_template("begin.html", **told, ready=ready, settings=here.runtime().settings)


@blueprint.post("/begin/skip")
def skip() -> ResponseReturnValue:
    """Be led past a step; it can be done at any time."""
    step = request.form.get("step", "")
    if step not in STEPS:
        abort(400, gettext("There is no such step."))
    session[SKIPPED] = sorted({*session.get(SKIPPED, []), step})
    return redirect(url_for("beginning.show"), 303)


@blueprint.get("/bring/<any(customers, contacts):what>")
def bring(what: str) -> Response:
    return _page(what)


@blueprint.get("/bring/<any(customers, contacts):what>.csv")
def sample(what: str) -> Response:
    answer = make_response(bringing.SAMPLES[what])
    answer.headers["Content-Type"] = "text/csv; charset=utf-8"
    answer.headers["Content-Disposition"] = f"attachment; filename={what}.csv"
    return answer


@blueprint.post("/bring/<any(customers, contacts):what>")
def take_in(what: str) -> ResponseReturnValue:
    """Bring a file in; the page that answers grows while it goes on."""
    file, zone = request.files.get("file"), request.form.get("zone", "")
    if file is None or not file.filename:
        return _page(what, 422, problem=gettext("Choose a file first."))
    if zone and zone not in known_zones():
        return _page(what, 422, problem=gettext("There is no such time zone."))
    content = BytesIO(file.read())
    file.close()  # the request ends only with the page, which goes on for as long as the import
    options = ImportOptions(ZoneInfo(zone) if zone else None, dry_run=request.form.get("dry") == "1")
    steps = bringing.bring(here.runtime(), what, content, options, here.somebody())
    try:
        first = next(steps)
    except UnusableFile as unusable:
        return _page(what, 422, problem=gettext("Nothing went in: %(why)s.", why=speech.said(unusable.why)))
    return stream_template("brought_in.html", what=what, steps=_told(chain([first], steps)), dry=options.dry_run)


def _told(steps: Iterator[Step]) -> Iterator[Step | None]:
    """The steps; None where they broke off, for the page has begun already and has to say so itself."""
    try:
        yield from steps
    except Exception:
        log.exception("an import broke off")
        yield None


def _page(what: str, status: int = 200, **found: object) -> Response:
    zones = dict.fromkeys((*here.runtime().settings.zones_at_home, speech.zone(), "UTC"))
    chosen = request.form.get("zone", next(iter(zones)))
    told = {"what": what, "zones": zones, "chosen": chosen, **found}
    return make_response(render_template("bring.html", **told), status)
