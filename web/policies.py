"""The published guard and policies, their amounts told in sentences. Read only."""

from flask import Blueprint, abort, render_template
from flask_babel import gettext

from outreach.reports.policies import editions
from web import here
from web.prose import Told

blueprint = Blueprint("policies", __name__, url_prefix="/policies")


@blueprint.get("")
def show() -> str:
    told = [Told.of(edition) for edition in editions(here.runtime())]
    return render_template("policies.html", live=[t for t in told if t.live], retired=[t for t in told if not t.live])


@blueprint.get("/<name>/<int:version>")
def one(name: str, version: int) -> str:
    found = [e for e in editions(here.runtime(), name) if e.version == version]
    if not found:
        abort(404, gettext("There is no such version of this policy."))
    return render_template("policy.html", told=Told.of(found[0]))
