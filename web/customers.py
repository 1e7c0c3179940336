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
from web.forms import tells_an_address, whole_number

blueprint = Blueprint("customers", __name__, url_prefix="/customers")

LAST_PAGE = 10_000


@blueprint.get("")
def find() -> ResponseReturnValue:
    if tells_an_address(request.args.get("q", "")):
        return redirect(url_for("customers.find"))
    return _found()


@blueprint.post("")
def look_for() -> ResponseReturnValue:
    """What is looked for, sent by form; where it is no address the page has one that can be kept."""
    text = request.form.get("q", "").strip()
    if not tells_an_address(text):
        return redirect(url_for("customers.find", q=text or None, this=request.form.get("this")), 303)
    return _found()


def _found() -> str:
    text = request.values.get("q", "")
    page = whole_number("page", least=1, most=LAST_PAGE, default=1)
    this = next((what for what in ThisWeek if what == request.values.get("this")), None)
    told = {"found": search(here.runtime(), text, page, this), "is_told": tells_an_address(text)}
    return render_template("customers.html", text=text, page=page, this=this, **told)


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
