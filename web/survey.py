"""The page of one question. Looking at it, with a score chosen or not, stores nothing; the button does."""

from flask import Blueprint, Response, request

from outreach import page_replies
from outreach.page_forms import PageAnswer
from outreach.reports.questions import Question, question
from web import here, public

blueprint = Blueprint("survey", __name__)

SCORES = range(11)
ANSWERED, ADDED = "answered", "added"
"""How far the customer is, as the address of the page says it after a form was sent."""


@blueprint.get("/r/<token>")
def show(token: str) -> Response:
    asked = _asked(token)
    score, done = _score(request.args.get("s")), request.args.get("done")
    if not asked.open:
        return public.page("closed.html", 410)
    if done in (ANSWERED, ADDED):
        return public.page("answered.html", asked=asked, token=token, ask_back=done == ANSWERED)
    return public.page("survey.html", asked=asked, scores=SCORES, score=asked.score if score is None else score)


@blueprint.post("/r/<token>")
def answer(token: str) -> Response:
    asked = _asked(token)
    public.hold_back("token", token)
    if not asked.open:
        return public.page("closed.html", 410)
    score, comment, key = _score(public.written("score")), public.written("comment"), public.written("key")
    if key is None or comment is None or (score is None and not comment):
        return public.page("survey.html", 400, asked=asked, scores=SCORES, score=score, comment=comment, problem=True)
    page_replies.keep(here.runtime(), PageAnswer(asked.outreach_id, score, comment), key)
    return public.back("survey.show", token=token, done=ANSWERED)


@blueprint.post("/r/<token>/more")
def add(token: str) -> Response:
    asked = _asked(token)
    public.hold_back("token", token)
    if not asked.open:
        return public.page("closed.html", 410)
    comment, key = public.written("comment"), public.written("key")
    if key is None or comment is None:
        return public.page("answered.html", 400, asked=asked, token=token, ask_back=True, problem=True)
    if comment:
        said = PageAnswer(asked.outreach_id, None, comment, follow_up=True)
        page_replies.keep(here.runtime(), said, key)
    return public.back("survey.show", token=token, done=ADDED)


def _asked(token: str) -> Question:
    found = question(here.runtime(), token)
    if found is None:
        public.lost()
    public.speak(found.language)
    return found


def _score(text: str | None) -> int | None:
    """The score that was chosen; None for anything else."""
    return next((score for score in SCORES if str(score) == text), None)
