"""What customers wrote, and working off what waits for a person: what it says, and whose it is."""

from typing import Any, get_args

from flask import Blueprint, Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext

from outreach import reviewing
from outreach.explain import UnknownCustomer
from outreach.reports.customers import search
from outreach.reports.replies import Which, counts, replies
from outreach.reports.thread import Thread, thread
from outreach.reviewing import AlreadyAssigned, AlreadyDecided, Verdict
from web import here
from web.forms import tells_an_address, whole_number

blueprint = Blueprint("replies", __name__, url_prefix="/replies")

VIEWS: tuple[Which, ...] = get_args(Which)
VERDICTS: dict[str, int | Verdict] = {**{str(score): score for score in range(11)}, **{v.value: v for v in Verdict}}
MATCHES = 8
LONGEST_ID = 200
ONE = f"/<int(max={2**53}):reply_id>"


@blueprint.get("")
def show() -> str:
    which = next((view for view in VIEWS if view == request.args.get("show", "all")), None)
    if which is None:
        abort(404)
    found = replies(here.runtime(), which, whole_number("before", least=1, most=2**62))
    return render_template("replies.html", found=found, which=which, counts=counts(here.runtime()))


@blueprint.get(ONE)
def one(reply_id: int) -> Response:
    if tells_an_address(request.args.get("q", "")):
        return _to(reply_id)
    return _page(_thread(reply_id))


@blueprint.post(ONE)
def look_for(reply_id: int) -> Response:
    """Whose it may be, sent by form; where that is no address the page has one that can be kept."""
    text = request.form.get("q", "").strip()
    if not tells_an_address(text):
        return make_response(redirect(url_for("replies.one", reply_id=reply_id, q=text or None), 303))
    return _page(_thread(reply_id))


@blueprint.post(f"{ONE}/decide")
def decide(reply_id: int) -> Response:
    found = _thread(reply_id)
    chosen, seen = request.form.get("verdict", ""), request.form.get("seen", type=int)
    if chosen not in VERDICTS or seen is None:
        return _page(found, 422, unchosen=True)
    try:
        is_new = reviewing.decide(here.runtime(), reply_id, VERDICTS[chosen], here.somebody(), seen)
    except AlreadyDecided:
        return _page(_thread(reply_id), 409, chosen=chosen, overruled=True)
    if not is_new:
        flash(gettext("Somebody had said so already; nothing was changed."))
    elif found.queue.next is None:
        flash(gettext("It is noted, and nothing else waits."))
    else:
        flash(gettext("It is noted. This is the next one that waits."))
    return _onward(found)


@blueprint.post(f"{ONE}/assign")
def assign(reply_id: int) -> Response:
    found = _thread(reply_id)
    written = request.form.get("customer", "").strip()[:LONGEST_ID]
    try:
        is_new = reviewing.assign(here.runtime(), reply_id, written, here.somebody())
    except UnknownCustomer:
        return _page(found, 422, unknown=written, written=written)
    except AlreadyAssigned:
        return _page(_thread(reply_id), 409, belongs=True)
    now = _thread(reply_id)
    name = now.person.called if now.person else written
    said = gettext("It is %(name)s’s now.", name=name)
    flash(said if is_new else gettext("It was %(name)s’s already; nothing was changed.", name=name))
    return _to(reply_id) if now.reply.unclear else _onward(found)


def _thread(reply_id: int) -> Thread:
    found = thread(here.runtime(), reply_id)
    if found is None:
        abort(404, gettext("There is no reply with this number."))
    return found


def _page(found: Thread, status: int = 200, **said: Any) -> Response:
    """The page of one reply; `said` is what was filled in, and what was wrong with it."""
    text = request.values.get("q", "").strip()
    matches = search(here.runtime(), text, most=MATCHES) if text and found.person is None else None
    return make_response(
        render_template("reply.html", found=found, text=text, matches=matches, verdicts=VERDICTS, **said), status
    )


def _onward(found: Thread) -> Response:
    """To the next one that waits; where none does, to the list that says so."""
    if found.queue.next is None:
        return make_response(redirect(url_for("replies.show", show="waiting"), 303))
    return _to(found.queue.next)


def _to(reply_id: int) -> Response:
    return make_response(redirect(url_for("replies.one", reply_id=reply_id), 303))
