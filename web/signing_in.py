"""Signing in, and choosing a password with a one-time link: the only pages of the house that are open to strangers."""

from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, flash, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from outreach import users
from outreach.passwords import WeakPassword
from outreach.users import AccountTaken, LinkOver, Stranger, TooManyTries, WrongPassword
from web import elsewhere, here

blueprint = Blueprint("signing_in", __name__)

LONGEST = 200  # characters
JOINING, ONWARD = "joining", "onward"
"""Where the cookie keeps, while somebody is at the provider, the link they came with and where they were going."""


@blueprint.get("/sign-in")
def show() -> str:
    return render_template("sign_in.html", name="", onward=_onward(request.args.get("next", "")), problem=None)


@blueprint.post("/sign-in")
def sign_in() -> ResponseReturnValue:
    name, password = _field("name"), _field("password")
    onward = _onward(request.form.get("next", ""))
    try:
        secret = users.sign_in(here.runtime(), name, password, request.remote_addr or "")
    except (WrongPassword, TooManyTries) as refusal:
        too_many = isinstance(refusal, TooManyTries)
        problem = (
            gettext("Too many tries from here. Wait a quarter of an hour, then try again.")
            if too_many
            else gettext("This name and this password do not go together. Try again, or ask an admin for a new link.")
        )
        page = render_template("sign_in.html", name=name, onward=onward, problem=problem)
        return make_response(page, 429 if too_many else 422)
    session.clear()  # nothing of before the sign-in goes on after it
    session[here.SIGNED_IN] = secret
    return redirect(onward or url_for("overview.show"), 303)


@blueprint.get("/sign-in/elsewhere")
def go_elsewhere() -> ResponseReturnValue:
    """To the identity provider; with a one-time link, to join the account there."""
    link = request.args.get("link", "")[:LONGEST]
    if link and request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        abort(403, gettext("Open the one-time link itself first, and go on from there."))
    session[JOINING], session[ONWARD] = link, _onward(request.args.get("next", ""))
    try:
        return elsewhere.onward(here.runtime().settings.public_base_url + url_for("signing_in.back"))
    except elsewhere.NotReached:
        return _refused(gettext("Your provider cannot be reached right now. Try again in a minute."), 503)


@blueprint.get("/sign-in/back")
def back() -> ResponseReturnValue:
    """Back from the identity provider, with what it says of who that is."""
    link, onward = session.pop(JOINING, ""), session.pop(ONWARD, "")
    try:
        account = elsewhere.account()
        secret = users.join(here.runtime(), link, account) if link else users.sign_in_outside(here.runtime(), account)
    except LinkOver:
        return _welcome("")
    except elsewhere.NotTold:
        return _refused(gettext("Your provider did not say who you are, so nothing was done. Try again."))
    except Stranger:
        return _refused(gettext("Nobody here has joined this account. Ask an admin for a one-time link, and join it."))
    except AccountTaken:
        return _refused(gettext("Somebody else here has joined this account already."))
    session.clear()
    session[here.SIGNED_IN] = secret
    return redirect(onward or url_for("overview.show"), 303)


def _refused(problem: str, status: int = 403) -> Response:
    return make_response(render_template("sign_in.html", name="", onward="", problem=problem), status)


@blueprint.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    users.sign_out(here.runtime(), session.get(here.SIGNED_IN))
    session.clear()
    return redirect(url_for("signing_in.show"), 303)


@blueprint.get("/welcome/<secret>")
def welcome(secret: str) -> ResponseReturnValue:
    return _welcome(secret)


@blueprint.post("/welcome/<secret>")
def choose(secret: str) -> ResponseReturnValue:
    password, again = _field("password"), _field("again")
    if password != again:
        return _welcome(secret, gettext("The two are not the same."), 422)
    try:
        users.choose_password(here.runtime(), secret, password)
    except WeakPassword as weak:
        return _welcome(secret, weakness(weak), 422)
    except LinkOver:
        return _welcome(secret)
    session.clear()
    flash(gettext("Your password is set. Sign in with it."))
    return redirect(url_for("signing_in.show"), 303)


def weakness(weak: WeakPassword) -> str:
    said = {
        "short": gettext("At least 8 characters; a few words in a row are easiest to remember, and 15 are better."),
        "long": gettext("At most 200 characters."),
        "common": gettext("This is one of the first that anybody tries. A few words in a row are better."),
    }
    return str(said[str(weak)])


def _welcome(secret: str, problem: str | None = None, status: int = 200) -> Response:
    try:
        somebody = users.of_link(here.runtime(), secret)
    except LinkOver:
        return make_response(render_template("welcome.html", somebody=None, problem=None), 404)
    return make_response(render_template("welcome.html", somebody=somebody, secret=secret, problem=problem), status)


def _field(name: str) -> str:
    """As it was typed; what is repeated or far too long is nothing."""
    values = request.form.getlist(name)
    return values[0] if len(values) == 1 and len(values[0]) <= LONGEST + 1 else ""


def _onward(path: str) -> str:
    """Where somebody was going: a path of ours, or nothing."""
    if not path.isprintable() or "\\" in path or not path.startswith("/") or path.startswith("//"):
        return ""
    parts = urlsplit(path)
    return "" if parts.netloc or parts.scheme else path
