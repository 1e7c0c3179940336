"""Trying a policy before it is published: what it would bring, at once on some customers, then on all of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from outreach.lifecycle import RunState
from outreach.policy_book import GUARD, NoGuard, parse
from outreach.rehearsal.history import NothingToPlay
from outreach.replaying import runs
from outreach.reports.policies import editions
from policies.policy import PolicyRefused
from web import here, speech
from web.brakes import Picture
from web.brought import Brought

blueprint = Blueprint("trying", __name__, url_prefix="/policies/try")

LONGEST = 60_000  # characters


@dataclass(frozen=True, slots=True)
class Draft:
    """A document as it was typed, and what is wrong with it: the field (or none) and the reason, each."""

    text: str
    problems: tuple[tuple[str, str], ...] = ()


@blueprint.get("")
def show() -> str:
    live = [edition for edition in editions(here.runtime()) if edition.state == "live"]
    name = request.args.get("of") or next((edition.name for edition in live if edition.name != GUARD), GUARD)
    found = next((edition for edition in live if edition.name == name), None)
    if found is None and request.args.get("of"):
        abort(404, gettext("There is no policy of this name in force."))
    return render_template("try.html", draft=Draft(found.document if found else ""), live=live, name=name)


@blueprint.post("")
def look() -> Response:
    draft = _draft()
    if draft.problems:
        return _page(draft, 422)
    from outreach.replaying.glance import glance  # with Numba, which no other page has a use for

    try:
        found = glance(here.runtime(), parse(draft.text))
    except (NothingToPlay, NoGuard) as problem:
        return _page(draft, nothing=speech.why(problem))
    return _page(draft, brought=Brought.of(found))


@blueprint.post("/person")
def person() -> Response:
    """One customer who would be treated differently: what the rules say under the draft, and now."""
    draft = _draft()
    if draft.problems:
        return _page(draft, 422)
    asked = _asked()
    from outreach.replaying.glance import both_explanations

    try:
        drafted, live = both_explanations(here.runtime(), parse(draft.text), asked)
    except (LookupError, NothingToPlay, NoGuard):
        abort(404, gettext("This customer is no longer among those who were looked at. Look again."))
    both = [decision and (decision, Picture.of(decision, asked[3])) for decision in (drafted, live)]
    return make_response(render_template("try_person.html", draft=draft, asked=asked, both=both))


@blueprint.post("/everybody")
def everybody() -> ResponseReturnValue:
    """Have the whole history replayed; its page shows how far it is."""
    draft = _draft()
    if draft.problems:
        return _page(draft, 422)
    try:
        run = runs.ask_for(here.runtime(), draft.text, here.somebody())
    except NoGuard as problem:
        return _page(draft, nothing=speech.why(problem))
    return redirect(url_for("trying.whole", run_id=run.id), 303)


@blueprint.get(f"/<int(max={2**53}):run_id>")
def whole(run_id: int) -> Response:
    found = runs.run(here.runtime(), run_id)
    if found is None:
        abort(404, gettext("This replay is not kept any more. Begin it again."))
    brought = Brought.told(found.result) if found.result is not None else None
    is_going = found.state in (RunState.PLANNED, RunState.RUNNING)
    return make_response(render_template("try_whole.html", run=found, brought=brought, is_going=is_going))


def _draft() -> Draft:
    """What was typed; nothing of it is lost when it is wrong."""
    texts = request.form.getlist("document")
    text = texts[0].replace("\r\n", "\n") if len(texts) == 1 else ""
    if len(text) > LONGEST:
        return Draft(text, (("", gettext("This is longer than any policy can be.")),))
    try:
        parse(text)
    except PolicyRefused as refused:
        return Draft(text, tuple((field, problem) for field, problem in refused.problems))
    return Draft(text)


def _asked() -> tuple[str, str, str | None, int]:
    """Customer, policy, contact (empty: its rhythm) and moment, as the button says them."""
    parts = request.form.get("person", "").split("\x1f")
    if len(parts) != 4 or not parts[3].isascii() or not parts[3].isdigit() or len(parts[3]) > 12:
        abort(400, gettext("Choose somebody from the list first."))
    return parts[0], parts[1], parts[2] or None, int(parts[3])


def _page(draft: Draft, status: int = 200, **found: Any) -> Response:
    live = [edition for edition in editions(here.runtime()) if edition.state == "live"]
    told: Mapping[str, Any] = {"draft": draft, "live": live, "name": None, **found}
    return make_response(render_template("try.html", **told), status)
