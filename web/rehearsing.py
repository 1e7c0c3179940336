"""Rehearsing: what one made-up customer would get after a contact, and what would come of what they do with it.

Nothing is kept between two looks: each plays everything anew from what the form says. So it can be tried wherever
messages really leave, by anybody, at once.
"""

import re
from dataclasses import dataclass, replace
from typing import Any, Self

from flask import Blueprint, Response, abort, make_response, render_template, request
from flask_babel import gettext

from outreach import drafts
from outreach.drafts import Draft
from outreach.policy_book import NoGuard, parse
from outreach.rehearsal import somebody
from outreach.rehearsal.somebody import Part, Refused
from outreach.rehearsal.stage import NoSurvey
from outreach.reports.policies import kinds_in_force
from outreach.reports.texts import written_in
from policies.policy import PolicyRefused
from web import doors, here, speech

blueprint = Blueprint("rehearsing", __name__, url_prefix="/rehearse")

FIELDS = ("language", "by", "kind", "touchpoint", "value", "known", "days", "draft")
AHEAD = (30, 60, 200)  # days
LONGEST_WORDS = 2000
DEEDS = re.compile(r"(content|ask|reminder|follow_up)\.([1-9][0-9]?)")
OPENS = "opens"


@dataclass(frozen=True, slots=True)
class Typed:
    """The form as it was filled in; `problems` by field."""

    language: str
    by: str
    kind: str
    touchpoint: str
    value: str
    known: str
    days: str
    draft: str
    does: dict[str, str]
    problems: dict[str, str]

    @classmethod
    def of(cls, form: Any) -> Self:
        """What was typed; nothing of it is lost when it is wrong."""
        if doors.repeated(form):
            abort(400, gettext("This form was sent with a field twice, so nothing was done."))
        does = {name: text.strip()[:LONGEST_WORDS] for name, text in form.items() if DEEDS.fullmatch(name)}
        pressed, _, words = form.get("press", "").partition("=")
        if DEEDS.fullmatch(pressed):
            does[pressed] = words[:LONGEST_WORDS]
        said = {name: form.get(name, "").strip()[:200] for name in FIELDS}
        typed = cls(**said, does=does, problems={})
        return replace(typed, problems=typed._problems())

    def _problems(self) -> dict[str, str]:
        wrong = {
            "kind": (not self.kind, gettext("Write what happened, such as delivery.")),
            "touchpoint": (not self.touchpoint, gettext("Write where it happened, such as our shop.")),
            "value": (not _is_whole(self.value, 100), gettext("Write a whole number from 0 to 100.")),
            "known": (self.knowledge is None, gettext("Write it like this: segment=gold, city=Utrecht.")),
            "language": (self.language not in languages(), gettext("Choose one of these languages.")),
            "days": (self.days not in map(str, AHEAD), gettext("Choose how far to look ahead.")),
            "by": (not self.channels, gettext("Choose how they may be reached.")),
        }
        return {field: said for field, (is_wrong, said) in wrong.items() if is_wrong}

    @property
    def channels(self) -> tuple[str, ...]:
        known = here.runtime().settings.channels
        return known if self.by == "any" else tuple(channel for channel in known if channel == self.by)

    @property
    def knowledge(self) -> dict[str, str] | None:
        """What is known besides, by name; None where it cannot be read."""
        pairs = [piece.partition("=") for piece in self.known.split(",") if piece.strip()]
        known = {name.strip(): value.strip() for name, _, value in pairs}
        return known if all(known) and all(known.values()) else None

    @property
    def part(self) -> Part:
        """What is played; only of what has no problems."""
        does = {(name.partition(".")[0], int(name.partition(".")[2])): words for name, words in self.does.items()}
        return Part(
            language=self.language,
            channels=self.channels,
            kind=self.kind,
            touchpoint=self.touchpoint,
            value=float(self.value),
            days=int(self.days),
            does=does,
            known=self.knowledge or {},
        )


@blueprint.get("")
def show() -> Response:
    draft = request.args.get("draft", "")
    if draft:
        _draft(draft)
    known = languages()
    language = speech.language() if speech.language() in known else known[0]
    kind = next(iter(kinds_in_force(here.runtime())), gettext("delivery"))
    return _page(Typed(language, "any", kind, gettext("our shop"), "80", "", "60", draft, {}, {}))


@blueprint.post("")
def play() -> Response:
    typed = Typed.of(request.form)
    if typed.problems:
        return _page(typed, 422)
    try:
        document = parse(_draft(typed.draft).document) if typed.draft else None
        return _page(typed, came=somebody.rehearse(here.runtime(), typed.part, document))
    except (NoGuard, NoSurvey) as problem:
        return _page(typed, nothing=speech.why(problem))
    except PolicyRefused as refused:
        return _page(
            typed, nothing=gettext("What is in force does not go together with it: %(why)s", why=speech.why(refused))
        )
    except Refused:
        typed.problems["kind"] = gettext("This contact would not come in. Leave out what cannot be read.")
        return _page(typed, 422)


def languages() -> list[str]:
    """Those that anything is written in."""
    return written_in(here.runtime()) or [speech.language()]


def _draft(name: str) -> Draft:
    found = drafts.draft(here.runtime(), name)
    if found is None:
        abort(404, gettext("There is no draft of this name. It may have been published, or thrown away."))
    return found


def _is_whole(written: str, most: int) -> bool:
    return written.isascii() and written.isdigit() and len(written) < 5 and int(written) <= most


def _page(typed: Typed, status: int = 200, **found: Any) -> Response:
    told = {"typed": typed, "spoken": languages(), "ahead": AHEAD, "channels": here.runtime().settings.channels}
    told |= {"opens": OPENS, "zone": found["came"].zone if "came" in found else None, "called": somebody.NAME}
    return make_response(render_template("rehearse.html", **told, **found), status)
