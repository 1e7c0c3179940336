"""Finding a customer, and one customer's life with every decision unfolded."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from outreach.policy_book import NoGuard
from outreach.reports.customers import Person, search
from outreach.reports.explanations import explanations
from outreach.reports.timeline import timeline
from outreach.reports.week import ThisWeek
from web import here, speech
from web.asking import Asking
from web.care import PAUSES
from web.forms import whole_number

blueprint = Blueprint("customers", __name__, url_prefix="/customers")

LAST_PAGE = 10_000


@blueprint.get("")
def find() -> str:
    text = request.args.get("q", "")
    page = whole_number("page", least=1, most=LAST_PAGE, default=1)
    this = next((what for what in ThisWeek if what == request.args.get("this")), None)
    found = search(here.runtime(), text, page, this)
    return render_template("customers.html", found=found, text=text, page=page, this=this)


@blueprint.get("/<path:external_id>")
def show(external_id: str) -> ResponseReturnValue:
    before = whole_number("before", least=0, most=2**40)
    life = timeline(here.runtime(), external_id, before)
    if life is None:
        abort(404, gettext("There is no customer with this id. It may have been mistyped, or never imported."))
    if life.person.external_id != external_id:  # merged into another customer
        return redirect(url_for("customers.show", external_id=life.person.external_id))
    try:
        asking = Asking.of(explanations(here.runtime(), external_id), life.person)
    except NoGuard:
        asking = None
    who = life.person
    told = {"is_paused": who.paused_until is not None and who.paused_until > here.now(), "pauses": PAUSES}
    return render_template("customer.html", life=life, who=who, asking=asking, zone=_zone(who), before=before, **told)


def _zone(person: Person) -> str:
    """Moments on a customer's page are told in the customer's own zone."""
    return person.timezone or speech.zone()
