"""Who may use the pages, for admins: adding somebody, their role, a new link, and keeping them out."""

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from outreach import users
from outreach.lifecycle import Role
from outreach.users import UserRefused
from web import here, speech

blueprint = Blueprint("people", __name__, url_prefix="/settings/users")


@blueprint.get("")
def show() -> Response:
    return _page()


@blueprint.post("")
def add() -> ResponseReturnValue:
    name = request.form.get("name", "").strip()
    try:
        secret = users.add(here.runtime(), name, _role(), here.somebody())
    except UserRefused as refused:
        return _page(422, name=name, problem=_why(refused))
    return _page(link=_link(secret), whose=name)


@blueprint.post("/<int:user_id>/role")
def role(user_id: int) -> ResponseReturnValue:
    try:
        users.set_role(here.runtime(), user_id, _role(), here.somebody())
    except UserRefused as refused:
        return _page(422, problem=_why(refused))
    flash(gettext("The role is changed; they sign in again."))
    return redirect(url_for("people.show"), 303)


@blueprint.post("/<int:user_id>/link")
def link(user_id: int) -> ResponseReturnValue:
    try:
        secret = users.new_link(here.runtime(), user_id, here.somebody())
    except UserRefused as refused:
        return _page(422, problem=_why(refused))
    return _page(link=_link(secret))


@blueprint.post("/<int:user_id>/keep-out")
def keep_out(user_id: int) -> ResponseReturnValue:
    return _kept_out(user_id, True, gettext("They are out, at once."))


@blueprint.post("/<int:user_id>/let-in")
def let_in(user_id: int) -> ResponseReturnValue:
    return _kept_out(user_id, False, gettext("They may sign in again."))


def _kept_out(user_id: int, out: bool, said: str) -> ResponseReturnValue:
    try:
        users.set_disabled(here.runtime(), user_id, out, here.somebody())
    except UserRefused as refused:
        return _page(422, problem=_why(refused))
    flash(said)
    return redirect(url_for("people.show"), 303)


def _role() -> Role:
    written = request.form.get("role", "")
    if written not in list(Role):
        raise UserRefused("role")
    return Role(written)


def _why(refused: UserRefused) -> str:
    return f"{speech.capital(speech.said(refused.why))}."


def _link(secret: str) -> str:
    return here.runtime().settings.public_base_url.rstrip("/") + url_for("signing_in.welcome", secret=secret)


def _page(status: int = 200, **found: object) -> Response:
    told = {"people": users.users(here.runtime()), "roles": list(Role), "name": "", **found}
    return make_response(render_template("people.html", **told), status)
