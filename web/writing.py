"""Content and surveys: writing them, seeing them as they will be read, sending one to oneself."""

from dataclasses import replace
from itertools import groupby
from typing import Any, cast

from flask import Blueprint, Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from channels.message import Channel
from outreach import saved_texts, trial
from outreach.reports import previews
from outreach.reports.previews import Sample
from outreach.reports.texts import lacking
from outreach.saved_texts import NoText, Problem, Text, TextKind, TextMoved, TextRefused
from outreach.trial import NotSent
from web import doors, here, speech

blueprint = Blueprint("writing", __name__, url_prefix="/<any(content, surveys):shelf>")

KINDS = {"content": TextKind.CONTENT, "surveys": TextKind.SURVEY}
A_TEXT = f"/<int(max={2**53}):text_id>"
FRAME = "preview"  # the name of the frame a preview is shown in


@blueprint.get("")
def show(shelf: str) -> str:
    kind = KINDS[shelf]
    by_name = groupby(saved_texts.every(here.runtime(), kind), lambda text: text.name)
    lacks = [lack for lack in lacking(here.runtime()) if (lack.survey is not None) == (kind is TextKind.SURVEY)]
    pieces = [(name, list(texts)) for name, texts in by_name]
    return render_template("texts.html", shelf=shelf, pieces=pieces, lacks=lacks, channels=list(Channel))


@blueprint.get("/new")
def new(shelf: str) -> Response:
    asked = {name: request.args.get(name, "")[:64] for name in ("name", "language", "channel")}
    channel = asked["channel"] if asked["channel"] in list(Channel) else Channel.EMAIL
    language = asked["language"] or speech.language()
    return _page(Text(KINDS[shelf], asked["name"], language, channel), shelf)


@blueprint.post("/new")
def create(shelf: str) -> ResponseReturnValue:
    return _saved(_typed(Text(KINDS[shelf])), shelf)


@blueprint.get(A_TEXT)
def edit(shelf: str, text_id: int) -> Response:
    return _page(_one(shelf, text_id), shelf)


@blueprint.post(A_TEXT)
def change(shelf: str, text_id: int) -> ResponseReturnValue:
    return _saved(_typed(_one(shelf, text_id)), shelf)


@blueprint.post(f"{A_TEXT}/shelf")
def put(shelf: str, text_id: int) -> ResponseReturnValue:
    """Give a piece of content no more, or again."""
    if shelf != "content":
        abort(404)
    active = request.form.get("active") == "1"
    try:
        saved_texts.set_active(here.runtime(), text_id, active, here.somebody())
    except NoText:
        abort(404, _gone())
    flash(gettext("It is given again from now on.") if active else gettext("It is given no more from now on."))
    return redirect(url_for("writing.edit", shelf=shelf, text_id=text_id), 303)


@blueprint.post("/starter")
def begin(shelf: str) -> ResponseReturnValue:
    """Put the texts that come with the product beside what is there."""
    added = saved_texts.add_starter(here.runtime(), here.somebody())
    flash(ngettext("%(num)s text was added.", "%(num)s texts were added.", added))
    return redirect(url_for("writing.show", shelf=shelf), 303)


@blueprint.get(f"{A_TEXT}/preview")
def preview_saved(shelf: str, text_id: int) -> Response:
    return _preview(_one(shelf, text_id))


@blueprint.post("/preview")
def preview(shelf: str) -> Response:
    """What is typed, as it would be read; nothing is saved."""
    return _preview(_typed(Text(KINDS[shelf])))


@blueprint.post("/trial")
def try_out(shelf: str) -> Response:
    """Send what is typed to oneself; nothing is saved."""
    text_id = request.form.get("id", "")
    base = _one(shelf, int(text_id)) if text_id.isdecimal() and 0 < len(text_id) < 16 else Text(KINDS[shelf])
    text = _typed(base)
    if found := saved_texts.problems(text):
        return _page(text, shelf, 422, problems=found)
    address = request.form.get("address", "").strip()[:320]
    try:
        sure = trial.send(here.runtime(), text, _sample(text), address, here.somebody())
    except NotSent as problem:
        return _page(text, shelf, 422, not_sent=problem.why, address=address)
    return _page(text, shelf, sent=True, sure=sure)


def _saved(text: Text, shelf: str) -> ResponseReturnValue:
    try:
        saved = saved_texts.save(here.runtime(), text, request.form.get("edition", ""), here.somebody())
    except TextRefused as refused:
        return _page(text, shelf, 422, problems=refused.problems)
    except TextMoved:
        return _page(text, shelf, 409, moved=True)
    except NoText:
        abort(404, _gone())
    flash(gettext("Saved. What goes out from now on says this."))
    return redirect(url_for("writing.edit", shelf=shelf, text_id=saved.id), 303)


def _typed(base: Text) -> Text:
    """The text as the form says it; what it does not say stays as it is."""
    if doors.repeated(request.form):
        abort(400, gettext("This form was sent with a field twice, so nothing was done."))
    typed: dict[str, Any] = {
        name: request.form[name].replace("\r\n", "\n").strip() for name in base.written if name in request.form
    }
    if "follow_ups" in typed:
        typed["follow_ups"] = int(typed["follow_ups"]) if typed["follow_ups"] in ("0", "1", "2", "3") else -1
    if base.id:
        typed = {name: value for name, value in typed.items() if name not in ("name", "language", "channel")}
    return replace(base, **typed)


def _one(shelf: str, text_id: int) -> Text:
    try:
        return saved_texts.one(here.runtime(), KINDS[shelf], text_id)
    except NoText:
        abort(404, _gone())


def _gone() -> str:
    return str(gettext("There is no such text. It may have been mistyped."))


def _sample(text: Text) -> Sample:
    """Whom the reader chose to see it as; the first there is where they chose nobody."""
    people = previews.samples(here.runtime(), text.language, text.channel)
    return next((one for one in people if one.customer == request.form.get("sample")), people[0])


def _preview(text: Text) -> Response:
    if text.channel not in list(Channel):
        abort(400)
    wrong = [problem for problem in saved_texts.problems(text) if problem[0] not in ("name", "language")]
    parts = [] if wrong else previews.written(here.runtime().settings, text, _sample(text))
    told = {"text": text, "parts": parts, "problems": wrong, "advice": saved_texts.advice(text)}
    response = make_response(render_template("preview.html", **told))
    response.headers["Content-Security-Policy"] = doors.PREVIEW
    return response


def _page(text: Text, shelf: str, status: int = 200, **found: Any) -> Response:
    by_field: dict[str, list[str]] = {}
    for field, problem in cast("list[Problem]", found.pop("problems", [])):
        by_field.setdefault(field, []).append(speech.said(problem))
    told = {
        "text": text,
        "shelf": shelf,
        "frame": FRAME,
        "edition": request.form.get("edition") or text.edition,
        "problems": by_field,
        "samples": previews.samples(here.runtime(), text.language, text.channel),
        "sample": request.form.get("sample"),
        **found,
    }
    response = make_response(render_template("text.html", **told), status)
    response.headers["Content-Security-Policy"] = doors.WITH_A_FRAME
    return response
