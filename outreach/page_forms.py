"""What customers write on our own pages: as it is stored before anything is made of it, and read back from there."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import TypeVar

from outreach import answers
from outreach.answers import Intent, Reading

PROVIDER = "page"


@dataclass(frozen=True, slots=True)
class PageAnswer:
    """What was chosen and written on the page of one question. `score` is 0-10, or None where none was chosen; a
    `follow_up` is what was written below what the page asked back."""

    outreach_id: int
    score: int | None
    comment: str
    follow_up: bool = False

    @property
    def text(self) -> str:
        """What they told, as one text."""
        return "\n".join(filter(None, ("" if self.score is None else str(self.score), self.comment)))


@dataclass(frozen=True, slots=True)
class Compliment:
    """What somebody wrote on the page for compliments. `email` is what they typed; nobody has checked it."""

    text: str
    name: str = ""
    email: str = ""

    @property
    def signed(self) -> str:
        """The text with the names below it, for the person who is to find out whose it is."""
        return "\n\n".join(filter(None, (self.text, ", ".join(filter(None, (self.name, self.email))))))


SaidT = TypeVar("SaidT", PageAnswer, Compliment)


def reading(answer: PageAnswer, language: str | None) -> Reading:
    """What it says. A score that was chosen is certain; a wish to be left in peace is heard in the words beside it."""
    heard = answers.read(answer.comment, language)
    if answer.score is None and not answer.follow_up:
        return heard
    told = Intent.COMMENT if answer.score is None else Intent.ANSWER
    intent = Intent.STOP if heard.intent is Intent.STOP else told
    return replace(heard, intent=intent, score=answer.score, comment=answer.comment, sure=not heard.maybe_stop)


def write(said: PageAnswer | Compliment) -> bytes:
    """The body of the inbox row; `read_answer` and `read_compliment` understand it."""
    return json.dumps(asdict(said)).encode()


def read_answer(raw_body: bytes, headers: Mapping[str, str]) -> PageAnswer:
    """Raises ValueError where it is something else."""
    return _read(PageAnswer, raw_body)


def read_compliment(raw_body: bytes, headers: Mapping[str, str]) -> Compliment:
    """Raises ValueError where it is something else."""
    return _read(Compliment, raw_body)


def _read(kind: type[SaidT], raw_body: bytes) -> SaidT:
    try:
        return kind(**json.loads(raw_body))
    except TypeError as other:
        raise ValueError(f"not what the page stores: {other}") from other
