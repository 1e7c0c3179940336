"""Something to begin with: useful content and two surveys, in English and Dutch, for e-mail and SMS.

Such files can be written for one's own content as well: a table a piece and language (`[name.language]`), in it the
texts by channel (`email.subject`, `email.body`, `sms.body`), for content where it leads (`link`). A survey has `thanks`
besides, and if wanted `reminder`, what is asked back after a low, a middling or a high score (`follow_low`,
`follow_mid`, `follow_high`), and how many of these one conversation may hold (`follow_ups`). In a survey `{{ link }}`
leads to its own page; an e-mail that does not name it shows the scores below the question.
"""

import tomllib
from importlib.resources import files
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator
from sqlmodel import Session, col

from channels.message import Channel
from outreach import texts
from outreach.bulk import insert_into
from outreach.tables import Content, Survey
from outreach.texts import check, check_message

Row = dict[str, Any]
AS_NEW: Row = {"active": True, "use_rate": 0.5, "given": 0, "used": 0}
"""What a piece of content begins with besides its words."""

_A_TABLE = "has to be a table, as [name.language] above the texts makes one"
_SAID = {
    "dict_type": _A_TABLE,
    "model_type": _A_TABLE,
    "string_type": "has to be a text in quotes",
    "missing": "is missing; write it",
    "extra_forbidden": "is not known here; remove it, or correct how it is spelled",
}


class TextsRefused(Exception):
    """The file of texts cannot be used; `problems` says where, and what to do, one sentence each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class _Text(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    subject: str = ""
    body: str


class _Piece(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    link: str
    email: _Text | None = None
    sms: _Text | None = None

    @model_validator(mode="after")
    def _can_be_sent(self) -> "_Piece":
        _refuse_problems(self.email, self.sms, self.link)
        return self


class _Question(_Text):
    reminder: str = ""
    follow_low: str = ""
    follow_mid: str = ""
    follow_high: str = ""
    follow_ups: int = Field(default=1, ge=0, le=3)
    thanks: str

    @property
    def said_back(self) -> tuple[str, ...]:
        return self.reminder, self.follow_low, self.follow_mid, self.follow_high, self.thanks


class _Survey(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    email: _Question | None = None
    sms: _Question | None = None

    @model_validator(mode="after")
    def _can_be_sent(self) -> "_Survey":
        _refuse_problems(self.email, self.sms, "", survey=True)
        for question in filter(None, (self.email, self.sms)):
            if problems := [problem for text in question.said_back for problem in check(text)]:
                raise ValueError("; ".join(problems))
        return self


def _refuse_problems(email: _Text | None, sms: _Text | None, link: str, survey: bool = False) -> None:
    by_channel = {Channel.EMAIL: email, Channel.SMS: sms}
    found = [
        f"{channel}: {problem}"
        for channel, text in by_channel.items()
        if text
        for problem in check_message(channel, text.subject, text.body, link, survey=survey)
    ]
    if found:
        raise ValueError("; ".join(found))


_CONTENTS = TypeAdapter(dict[str, dict[str, _Piece]])
_SURVEYS = TypeAdapter(dict[str, dict[str, _Survey]])


def read_contents(document: str) -> list[Row]:
    """The rows of `contents` in a TOML document. Raises TextsRefused."""
    return [
        {"name": name, "language": language, "channel": channel, **text.model_dump(), "link": piece.link}
        for name, languages in _read(_CONTENTS, document).items()
        for language, piece in languages.items()
        for channel, text in ((Channel.EMAIL, piece.email), (Channel.SMS, piece.sms))
        if text
    ]


def read_surveys(document: str) -> list[Row]:
    """The rows of `surveys` in a TOML document. Raises TextsRefused."""
    return [
        {"name": name, "language": language, "channel": channel, **question.model_dump()}
        for name, languages in _read(_SURVEYS, document).items()
        for language, survey in languages.items()
        for channel, question in ((Channel.EMAIL, survey.email), (Channel.SMS, survey.sms))
        if question
    ]


def _read(shape: TypeAdapter[Any], document: str) -> Any:
    try:
        return shape.validate_python(tomllib.loads(document))
    except tomllib.TOMLDecodeError as broken:
        raise TextsRefused([f"not TOML: {broken}"]) from broken
    except ValidationError as refused:
        problems = [
            (".".join(map(str, each["loc"])), _SAID.get(each["type"], each["msg"].removeprefix("Value error, ")))
            for each in refused.errors()
        ]
        raise TextsRefused([f"{where}: {problem}" for where, problem in problems]) from refused


def advice(rows: list[Row]) -> list[str]:
    """What could be better about texts that can be used, in sentences: of a long SMS for one."""
    return [
        f"{row['name']}.{row['language']}.{row['channel']}: {said}"
        for row in rows
        for said in texts.advice(row["channel"], row["body"])
    ]


def contents() -> list[Row]:
    """The content that comes with the product."""
    return read_contents(_document("contents"))


def surveys() -> list[Row]:
    """The surveys that come with the product; the ready-made policies name them."""
    return read_surveys(_document("surveys"))


def load(session: Session) -> int:
    """Add what is not there yet, and leave what is; returns how many texts came in."""
    return add_contents(session, contents()) + add_surveys(session, surveys())


def _document(name: str) -> str:
    return files(__name__).joinpath(f"{name}.toml").read_text(encoding="utf-8")


def add_contents(session: Session, rows: list[Row]) -> int:
    """Add contents that are not there yet by name, language and channel; returns how many came in."""
    return _add_missing(session, Content, [{**AS_NEW, **row} for row in rows])


def add_surveys(session: Session, rows: list[Row]) -> int:
    """Add surveys that are not there yet by name, language and channel; returns how many came in."""
    return _add_missing(session, Survey, rows)


def _add_missing(session: Session, table: type[Content | Survey], rows: list[Row]) -> int:
    insert = insert_into(session, table).on_conflict_do_nothing().returning(col(table.id))
    return len(session.execute(insert, rows).all()) if rows else 0
