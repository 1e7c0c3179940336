"""What somebody of the house does for one customer: leave them in peace, give them what is held, or forget them."""

import json
from typing import NoReturn

from flask import Blueprint, Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from outreach import pausing, privacy
from outreach.explain import UnknownCustomer
from outreach.reports.timeline import timeline
from web import here

blueprint = Blueprint("care", __name__, url_prefix="/customer")

DAY = 86_400
PAUSES = (30, 90, 365)  # days


@blueprint.post("/pause")
def pause() -> ResponseReturnValue:
    external_id, days = _of_form(), request.form.get("days", "")
    if days not in map(str, (*PAUSES, 0)):
        abort(400, gettext("Choose for how long first."))
    try:
        pausing.pause(here.runtime(), external_id, int(days) * DAY, here.somebody())
    except UnknownCustomer:
        _nobody()
    flash(
        gettext("They are left in peace.") if int(days) else gettext("The pause is over; what waits is judged again.")
    )
    return redirect(url_for("customers.show", external_id=external_id), 303)


@blueprint.get("/export")
def export() -> Response:
    """Everything that is held, as a file."""
    try:
        found = privacy.exported(here.runtime(), request.args.get("id", ""))
    except UnknownCustomer:
        _nobody()
    answer = make_response(json.dumps(found, indent=2, ensure_ascii=False))
    answer.headers["Content-Type"] = "application/json; charset=utf-8"
    answer.headers["Content-Disposition"] = "attachment; filename=customer.json"
    return answer


@blueprint.get("/erase")
def sure() -> Response:
    return _page(request.args.get("id", ""))


@blueprint.post("/erase")
def erase() -> ResponseReturnValue:
    """Their id has to be typed once more: this cannot be undone."""
    external_id = _of_form()
    if request.form.get("again", "").strip() != external_id:
        return _page(external_id, 422, wrong=True)
    try:
        privacy.erase(here.runtime(), external_id, here.somebody())
    except UnknownCustomer:
        _nobody()
    flash(gettext("This customer is forgotten. Nothing more goes to their addresses."))
    return redirect(url_for("customers.find"), 303)


def _of_form() -> str:
    values = request.form.getlist("id")
    return values[0] if len(values) == 1 else _nobody()


def _page(external_id: str, status: int = 200, wrong: bool = False) -> Response:
    life = timeline(here.runtime(), external_id, None)
    if life is None:
        _nobody()
    return make_response(render_template("forget.html", who=life.person, wrong=wrong), status)


def _nobody() -> NoReturn:
    abort(404, gettext("There is no customer with this id. It may have been mistyped, or never imported."))
