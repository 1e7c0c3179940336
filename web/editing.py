"""Working on a policy, or on the guard: amounts turned in sentences, what they would bring beside them, a second pair
of eyes, and then it is published."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import Blueprint, Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from outreach import drafts
from outreach.drafts import DraftMoved, NeedsOtherEyes, NotProposed
from outreach.policy_book import GUARD, Edition, NoGuard, parse
from outreach.rehearsal.history import NothingToPlay
from outreach.reports.policies import editions
from policies import library
from policies.policy import PolicyRefused
from web import here, speech
from web.brought import Brought
from web.doors import repeated
from web.editor import Editor, Priced, differences
from web.prose import Told, beside

blueprint = Blueprint("editing", __name__, url_prefix="/policies/<name>")

LONGEST = 60_000  # characters


@blueprint.get("/edit")
def edit(name: str) -> Response:
    return _page(Editor.of(name, _document(name), _live(name)))


@blueprint.post("/edit")
def look(name: str) -> Response:
    """What the amounts as they are typed would bring; nothing is saved."""
    editor = _typed(name)
    if editor.problems:
        return _page(editor, 422)
    from outreach.replaying.glance import costs, glance  # with Numba, which no other page has a use for

    try:
        brought = Brought.of(glance(here.runtime(), parse(editor.text)))
        if request.form.get("price"):
            editor = editor.priced(Priced.of(*costs(here.runtime(), parse(editor.text))))
    except (NothingToPlay, NoGuard) as problem:
        return _page(editor, nothing=speech.why(problem))
    return _page(editor, brought=brought)


@blueprint.post("/draft")
def save(name: str) -> ResponseReturnValue:
    editor = _typed(name)
    if editor.problems:
        return _page(editor, 422)
    try:
        drafts.save(here.runtime(), editor.text, _revision(), here.somebody())
    except PolicyRefused as refused:
        return _page(editor.refused(refused), 422)
    except DraftMoved:
        return _page(editor, 409, moved=True)
    flash(gettext("The draft is saved. What is in force stays as it is."))
    return redirect(url_for("editing.edit", name=name), 303)


@blueprint.post("/take")
def take(name: str) -> ResponseReturnValue:
    """Begin a draft with a ready-made document."""
    if name not in library.NAMES:
        abort(404, gettext("There is no ready-made policy of this name."))
    return _begun(name, library.text(name))


@blueprint.post("/restore/<int:version>")
def restore(name: str, version: int) -> ResponseReturnValue:
    """Begin a draft with the amounts of an earlier version."""
    return _begun(name, _version(name, version).document)


@blueprint.post("/propose")
def propose(name: str) -> ResponseReturnValue:
    said = gettext("The draft waits for a second pair of eyes.")
    return _step(name, lambda: drafts.propose(here.runtime(), name, _revision(), here.somebody()), said)


@blueprint.post("/publish")
def publish(name: str) -> ResponseReturnValue:
    said = gettext("Published: from now on this holds.")
    return _step(
        name, lambda: drafts.publish(here.runtime(), name, _revision(), here.somebody(), here.is_alone()), said
    )


@blueprint.post("/discard")
def discard(name: str) -> ResponseReturnValue:
    said = gettext("The draft is thrown away. What is in force stays as it is.")
    return _step(name, lambda: drafts.discard(here.runtime(), name, _revision(), here.somebody()), said)


@blueprint.get("/versions")
def versions(name: str) -> str:
    """Every version, each with what was different from the one before."""
    found = sorted(editions(here.runtime(), name), key=lambda edition: -edition.version)
    if not found:
        abort(404, gettext("There is no policy of this name."))
    told = [Told.of(edition) for edition in found]
    before: Sequence[Told | None] = [*told[1:], None]
    changes = [(one, differences(one, other)) for one, other in zip(told, before, strict=True)]
    return render_template("versions.html", name=name, title=told[0].title, changes=changes)


@blueprint.get("/<int:version>/toml")
def toml(name: str, version: int) -> Response:
    """A version as the document it is, to keep or to take elsewhere."""
    answer = make_response(_version(name, version).document)
    answer.headers["Content-Type"] = "application/toml; charset=utf-8"
    answer.headers["Content-Disposition"] = f"attachment; filename={name}-{version}.toml"
    return answer


def _version(name: str, version: int) -> Edition:
    found = next((edition for edition in editions(here.runtime(), name) if edition.version == version), None)
    if found is None:
        abort(404, gettext("There is no such version of this policy."))
    return found


def _live(name: str) -> Edition | None:
    return next((edition for edition in editions(here.runtime(), name) if edition.state == "live"), None)


def _document(name: str) -> str:
    """What there is to work on: the draft, or what is in force, or was last, or a ready-made document."""
    draft = drafts.draft(here.runtime(), name)
    if draft is not None:
        return draft.document
    published = editions(here.runtime(), name)
    if published:
        return published[0].document
    if name in library.NAMES:
        return library.text(name)
    abort(404, gettext("There is no policy of this name."))


def _typed(name: str) -> Editor:
    """What the form holds; nothing of it is lost when it is wrong."""
    if repeated(request.form):
        abort(400, gettext("This form was sent with a field twice, so nothing was done."))
    form = {field: value.replace("\r\n", "\n") for field, value in request.form.items()}
    text, base = form.get("document", ""), _document(name)
    if len(text) > LONGEST:
        return Editor.of(name, base, _live(name)).said("", gettext("This is longer than any policy can be."))
    if form.get("use") == "document":
        return Editor.written(name, text, base, _live(name))
    return Editor.typed(name, base, form, _live(name))


def _revision() -> int:
    """Of the draft the form was made from; whatever is no number is none that was ever given out."""
    written = request.form.get("revision", "")
    return int(written) if written.isascii() and written.isdigit() and len(written) < 10 else -1


def _begun(name: str, document: str) -> ResponseReturnValue:
    there = drafts.draft(here.runtime(), name)
    if there is None:
        try:
            drafts.save(here.runtime(), document, 0, here.somebody())
        except DraftMoved:
            there = drafts.draft(here.runtime(), name)
        except PolicyRefused as refused:
            abort(409, gettext("What is in force does not go together with it: %(why)s", why=speech.why(refused)))
    if there is not None:
        flash(gettext("There is a draft already; this is it. Throw it away first to begin with another."))
    return redirect(url_for("editing.edit", name=name), 303)


def _step(name: str, step: Callable[[], Any], said: str) -> ResponseReturnValue:
    try:
        step()
    except DraftMoved:
        abort(409, gettext("Somebody else changed this draft meanwhile, so nothing was done. Look at it again."))
    except NotProposed:
        abort(409, gettext("This draft was not put forward yet. Put it forward first."))
    except NeedsOtherEyes:
        abort(403, gettext("You saved this draft yourself: somebody else who may publish has to look at it first."))
    except PolicyRefused as refused:
        abort(409, gettext("What is in force does not go together with it: %(why)s", why=speech.why(refused)))
    flash(said)
    return redirect(url_for("policies.show"), 303)


def _page(editor: Editor, status: int = 200, **found: Any) -> Response:
    draft = drafts.draft(here.runtime(), editor.name)
    guard = _live(GUARD) if editor.name != GUARD else None
    told = {"editor": editor, "draft": draft, "besides": beside(guard), "guard": guard, **found}
    return make_response(render_template("edit.html", **told), status)
