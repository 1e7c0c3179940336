"""How this installation is set up: its channels, the tokens of other systems, and who did what."""

from flask import Blueprint, Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from channels.message import Channel
from outreach import tokens, trial, users
from outreach.reports import audited, setup
from outreach.reports.previews import Sample
from outreach.saved_texts import Text, TextKind
from outreach.trial import NotSent
from web import here, speech
from web.forms import field, whole_number

blueprint = Blueprint("settings", __name__, url_prefix="/settings")

LONGEST_NAME = 64


@blueprint.get("")
def show() -> str:
    runtime = here.runtime()
    in_use = [token for token in tokens.every(runtime) if token.revoked_at is None]
    found = {"ways": setup.ways(runtime), "people": users.users(runtime), "tokens": in_use}
    return render_template("settings.html", settings=runtime.settings, **found)


@blueprint.get("/channels")
def channels() -> Response:
    return _channels()


@blueprint.post("/channels/<any(email, sms):channel>/test")
def test(channel: str) -> Response:
    """Send one message by a channel, to see that it goes out."""
    address = request.form.get("address", "").strip()[:320]
    try:
        sure = trial.send(here.runtime(), _a_test(channel), Sample(), address, here.somebody())
    except NotSent as problem:
        return _channels(422, tested=channel, not_sent=problem.why, address=address)
    return _channels(tested=channel, sure=sure)


@blueprint.get("/tokens")
def api_tokens() -> Response:
    return _tokens()


@blueprint.post("/tokens")
def make_token() -> Response:
    name = field("name", LONGEST_NAME)
    return _tokens(made=tokens.create(here.runtime(), name, here.somebody()), whose=name)


@blueprint.post(f"/tokens/<int(max={2**53}):token_id>/revoke")
def revoke_token(token_id: int) -> ResponseReturnValue:
    if not tokens.revoke(here.runtime(), token_id, here.somebody()):
        abort(404, gettext("There is no such token in use. It may have been revoked already."))
    flash(gettext("The token is revoked. Whoever uses it is refused from now on."))
    return redirect(url_for("settings.api_tokens"), 303)


@blueprint.get("/audit")
def audit_log() -> str:
    actor = request.args.get("who", "").strip()[:LONGEST_NAME]
    before = whole_number("before", least=1, most=2**53)
    found = audited.entries(here.runtime(), before, actor)
    checked = "check" in request.args
    return render_template(
        "audit.html",
        entries=found[: audited.MOST],
        older=found[audited.MOST - 1].seq if len(found) > audited.MOST else None,
        who=actor,
        checked=checked,
        broken=audited.first_broken(here.runtime()) if checked else None,
    )


def _a_test(channel: str) -> Text:
    says = gettext("This is a test, sent from the settings of Outreach. No customer got it.")
    subject = gettext("A test of this channel") if channel == Channel.EMAIL else ""
    return Text(TextKind.CONTENT, "test", speech.language(), channel, subject, says)


def _channels(status: int = 200, **found: object) -> Response:
    told = {"ways": setup.ways(here.runtime()), "settings": here.runtime().settings, **found}
    return make_response(render_template("channels.html", **told), status)


def _tokens(**found: object) -> Response:
    return make_response(render_template("tokens.html", tokens=tokens.every(here.runtime())[::-1], **found))
