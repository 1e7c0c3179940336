"""One's own sign-in: another password, and leaving."""

from flask import Blueprint, Response, abort, flash, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from outreach import users
from outreach.passwords import WeakPassword
from outreach.users import TooManyTries, WrongPassword
from web import here
from web.signing_in import weakness

blueprint = Blueprint("myself", __name__, url_prefix="/settings/me")


@blueprint.get("")
def show() -> Response:
    return _page()


@blueprint.post("")
def change() -> ResponseReturnValue:
    me = here.signed_in()
    if me is None:
        abort(404, gettext("Nobody is signed in."))
    new = request.form.get("password", "")
    if new != request.form.get("again", ""):
        return _page(422, problem=gettext("The two are not the same."))
    try:
        users.change_password(here.runtime(), me.id, request.form.get("old", ""), new, request.remote_addr or "")
    except TooManyTries:
        return _page(429, problem=gettext("Too many tries from here. Wait a quarter of an hour, then try again."))
    except WrongPassword:
        return _page(422, problem=gettext("This is not your password of now."))
    except WeakPassword as weak:
        return _page(422, problem=weakness(weak))
    session.clear()
    flash(gettext("Your password is set. Sign in with it."))
    return redirect(url_for("signing_in.show"), 303)


def _page(status: int = 200, problem: str | None = None) -> Response:
    return make_response(render_template("myself.html", me=here.signed_in(), problem=problem), status)
