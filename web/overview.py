"""The first page: this week in a sentence, what waits, the weeks, why people were left in peace, and the switch."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from channels.message import Channel
from outreach import channel_states
from outreach.reports.overview import overview
from web import here
from web.weeks import WeeksPicture

blueprint = Blueprint("overview", __name__)


@blueprint.get("/")
def show() -> str:
    found = overview(here.runtime())
    return render_template("overview.html", found=found, weeks=WeeksPicture.of(found.figures.weeks))


@blueprint.post("/sending")
def switch() -> ResponseReturnValue:
    """Stop all sending at once, or let it go on."""
    wanted, channels, by = request.form.get("sending"), tuple(Channel), here.somebody()
    if wanted == "stop":
        channel_states.stop(here.runtime(), channels, by, gettext("stopped by %(who)s", who=by))
        flash(gettext("Nothing leaves any more. What is planned stays planned."))
    elif wanted == "go on":
        channel_states.resume(here.runtime(), channels, by)
        flash(gettext("Messages leave again; each is judged anew first."))
    else:
        abort(400, gettext("Say whether to stop or to go on."))
    return redirect(url_for("overview.show"), 303)
