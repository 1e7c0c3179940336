"""The command that says how a reply is read, and what a mail that came back is."""

import json
import re
from collections.abc import Iterator
from typing import IO, TYPE_CHECKING, Any

import click

from channels.message import Channel, is_control
from outreach.cli.common import Unusable

if TYPE_CHECKING:
    from channels.incoming_mail import IncomingMail
    from outreach.answers import Reading

INTENTS = {
    "answer": "An answer: {score}.",
    "comment": "A comment, without a score.",
    "stop": "They want no more messages.",
    "start": "They take an earlier STOP back.",
    "help": "They ask who we are.",
    "later": "Not now.",
    "wrong_person": "It went to the wrong person.",
    "automatic": "A machine wrote this.",
    "unclear": "This is not clear.",
}
KINDS = {
    "reply": "A person wrote this mail.",
    "automatic": "A machine wrote this mail: it is no answer, and is never answered.",
    "bounce": "A mail did not arrive.",
    "complaint": "A mail was called spam.",
    "other": "This went to many at once, or is no mail: it is no answer.",
}


class Language(click.ParamType[str]):
    """A BCP 47 code."""

    name = "code"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if not _LANGUAGE.fullmatch(str(value)):
            self.fail(f"{value!r} is not a language code like nl or pt-BR", param, ctx)
        return str(value)


@click.command()
@click.argument("text", required=False)
@click.option("--file", type=click.File("rb"), help='Read many, one {"text": ..., "lang": ...} a line (JSON Lines).')
@click.option("--mail", type=click.File("rb"), help="Read a raw mail, as it came.")
@click.option("--language", type=Language(), help="The customer's, such as nl.  [default: any]")
@click.option(
    "--channel",
    type=click.Choice([channel.value for channel in Channel]),
    help="How it came.  [default: any; of a mail, email]",
)
@click.option("--json", "as_json", is_flag=True, help="For programs; with --file it is always so.")
def read(text: str | None, file: IO[bytes] | None, mail: IO[bytes] | None, as_json: bool, **how: Any) -> None:
    """Say how a reply is read, and what a mail that came back is.

    Nothing is stored or answered. With --file each line is told as soon as it is read. Exit status 2: something cannot
    be read; of a file, the lines above it are told.
    """
    from channels import incoming_mail
    from outreach import answers

    if sum(given is not None for given in (text, file, mail)) != 1:
        raise click.UsageError("Give one of these: a text, --file, or --mail.")
    if text is not None:
        reading = answers.read(text, **how)
        click.echo(json.dumps(_record(reading)) if as_json else _told(reading))
    elif file is not None:
        for line, language in _lines(file):
            click.echo(json.dumps(_record(answers.read(line, language or how["language"], how["channel"]))))
    elif mail is not None:
        found = incoming_mail.read(mail.read())
        is_reply = found.kind is incoming_mail.MailKind.REPLY
        answer = answers.read(found.reply, how["language"], how["channel"] or Channel.EMAIL) if is_reply else None
        click.echo(json.dumps(_mail_record(found, answer)) if as_json else _mail_told(found, answer))


def _lines(file: IO[bytes]) -> Iterator[tuple[str, str | None]]:
    """The text and the language of each line that holds anything; the first that has no text is refused."""
    for number, octets in enumerate(file, start=1):
        if not octets.strip():
            continue
        try:
            line = json.loads(octets.decode("utf-8-sig"))
        except (ValueError, RecursionError):
            line = None
        text, language = (line.get("text"), line.get("lang")) if isinstance(line, dict) else (None, None)
        if not isinstance(text, str) or not isinstance(language, str | None):
            raise Unusable(f'Line {number} is not like {{"text": "8", "lang": "nl"}}: nothing is read from there on.')
        yield text, language


def _record(reading: "Reading") -> dict[str, Any]:
    return {
        "intent": str(reading.intent),
        "score": reading.score,
        "comment": reading.comment,
        "sure": reading.sure,
    }


def _mail_record(mail: "IncomingMail", answer: "Reading | None") -> dict[str, Any]:
    return {
        "kind": str(mail.kind),
        "reply": mail.reply,
        "subject": mail.subject,
        "recipients_failed": [{"address": one.address, "permanent": one.permanent} for one in mail.failed],
        **({"reading": _record(answer)} if answer else {}),
    }


def _told(reading: "Reading") -> str:
    sentences = [INTENTS[reading.intent].format(score=reading.score)]
    if reading.maybe_stop:
        sentences.append("They may want no more messages.")
    if not reading.sure:
        sentences.append("A person should look at it.")
    return "\n".join(filter(None, (" ".join(sentences), _shown(reading.comment))))


def _mail_told(mail: "IncomingMail", answer: "Reading | None") -> str:
    failed = [f"  {one.address}: {'for good' if one.permanent else 'for now'}" for one in mail.failed]
    told = _told(answer) if answer and mail.reply else "It says nothing." if answer else ""
    return "\n".join(filter(None, (KINDS[mail.kind], *map(_shown, failed), told)))


def _shown(text: str) -> str:
    """On a screen, where control characters would act."""
    kept = "".join(letter for letter in text if letter == "\n" or not is_control(letter))
    return kept.encode("utf-8", "replace").decode()


_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}")
