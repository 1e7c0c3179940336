"""The published guard and policies, their amounts told in sentences; the drafts, and what is ready-made."""

from flask import Blueprint, abort, render_template
from flask_babel import gettext

from outreach import drafts
from outreach.reports.figures import affected
from outreach.reports.policies import editions, meeting
from policies import library
from web import here
from web.prose import Told

blueprint = Blueprint("policies", __name__, url_prefix="/policies")


@blueprint.get("")
def show() -> str:
    told = [Told.of(edition) for edition in editions(here.runtime())]
    live, waiting = [t for t in told if t.live], drafts.drafts(here.runtime())
    known = {t.edition.name for t in told} | set(waiting)
    return render_template(
        "policies.html",
        live=live,
        retired=[t for t in told if not t.live],
        drafts=list(waiting.values()),
        affected={one.policy: one for one in affected(here.runtime())},
        meeting=meeting([t.edition for t in live]),
        ready=[library.policy(name) for name in library.NAMES if name not in known],
    )


@blueprint.get("/<name>/<int:version>")
def one(name: str, version: int) -> str:
    found = [e for e in editions(here.runtime(), name) if e.version == version]
    if not found:
        abort(404, gettext("There is no such version of this policy."))
    return render_template("policy.html", told=Told.of(found[0]))
