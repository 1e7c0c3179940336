"""What customers wrote, newest first."""

from typing import get_args

from flask import Blueprint, abort, render_template, request

from outreach.reports.replies import Which, replies
from web import here
from web.forms import whole_number

blueprint = Blueprint("replies", __name__, url_prefix="/replies")

VIEWS: tuple[Which, ...] = get_args(Which)


@blueprint.get("")
def show() -> str:
    which = next((view for view in VIEWS if view == request.args.get("show", "all")), None)
    if which is None:
        abort(404)
    found = replies(here.runtime(), which, whole_number("before", least=1, most=2**62))
    return render_template("replies.html", found=found, which=which, views=VIEWS)
