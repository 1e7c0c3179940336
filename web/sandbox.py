"""A phone and a mailbox: what was sent to a customer in the sandbox, and answering as that customer."""

from hashlib import sha256
from secrets import token_hex
from typing import NoReturn

from flask import Blueprint, Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext

from channels.message import Channel
from outreach import sandbox, uses
from outreach.reports.gifts import gift
from outreach.sandbox import NoAddress, ReallySends
from web import doors, here
from web.devices import Devices
from web.forms import field

blueprint = Blueprint("sandbox", __name__, url_prefix="/sandbox")

LONGEST_REPLY = 2000
LONGEST_TOKEN = 64


@blueprint.get("")
def choose() -> str:
    with here.runtime().reading() as session:
        found = sandbox.conversations(session)
    real = [channel for channel in here.runtime().senders if not sandbox.keeps(here.runtime(), channel)]
    return render_template("sandbox.html", conversations=found, newest=sandbox.NEWEST, real=real)


@blueprint.get("/<path:external_id>")
def show(external_id: str) -> Response:
    devices = Devices.of(here.runtime(), external_id)
    if devices is None:
        abort(404, gettext("There is no customer with this id. It may have been mistyped, or never imported."))
    response = make_response(render_template("devices.html", devices=devices, who=devices.person, key=token_hex(16)))
    response.headers["Content-Security-Policy"] = doors.WITH_A_FRAME
    return response


@blueprint.get("/<path:external_id>/mail/<int:outreach_id>")
def mail(external_id: str, outreach_id: int) -> Response:
    """An e-mail as a mail program shows it, for the frame on the page of the devices."""
    page = sandbox.mail(here.runtime(), external_id, outreach_id)
    if page is None:
        abort(404)
    response = make_response(page)
    response.headers["Content-Security-Policy"] = doors.IN_A_FRAME
    return response


@blueprint.post("/<path:external_id>/answer")
def answer(external_id: str) -> Response:
    channel = next((c for c in Channel if c == request.form.get("channel")), None)
    if channel is None:
        abort(400)
    text, key = field("text", LONGEST_REPLY), field("key", LONGEST_TOKEN)
    try:
        sandbox.answer(here.runtime(), external_id, channel, text, sha256(f"{key}:{text}".encode()).hexdigest())
    except NoAddress:
        abort(404, gettext("This customer has no address to answer from."))
    except ReallySends:
        _refuse_real()
    flash(gettext("The answer is on its way the same road as a real one; it is on the replies page now."))
    return _back(external_id)


@blueprint.post("/<path:external_id>/use")
def use(external_id: str) -> Response:
    given = gift(here.runtime(), field("token", LONGEST_TOKEN))
    if given is None:
        abort(404)
    if here.runtime().settings.real_channels:
        _refuse_real()
    uses.record(here.runtime(), given.outreach_id)
    flash(gettext("It was opened, as the customer would. That counts as used."))
    return _back(external_id)


def _refuse_real() -> NoReturn:
    abort(409, gettext("Messages really leave here, so only customers answer. To try something, rehearse it."))


def _back(external_id: str) -> Response:
    return make_response(redirect(url_for("sandbox.show", external_id=external_id), 303))
