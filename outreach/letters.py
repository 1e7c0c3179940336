"""The two shapes of an e-mail, plain and HTML, around words that are finished. Pure.

The plain text is the one source: its HTML says the same, with the link as a button, or where it asks as the scores to
press. Turning MJML into HTML takes long and our layouts are few, so each is made once, with gaps to be filled in.
"""

import html as markup
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from mjml import mjml2html

from channels.message import Channel
from outreach import letter_layout, phrases
from outreach.phrases import said

_FOOT = "\n\n-- \n"  # where mail programs see a signature begin, which they leave out of an answer
_GAP = re.compile(r"⟦(\w+)⟧")
_BETWEEN = re.compile(r"\n{2,}")
_LONGEST_PREVIEW = 120  # characters; a list of mails shows no more


@dataclass(frozen=True, slots=True)
class Letter:
    """What surrounds the words of an e-mail. `link` is where they lead, or empty; `asks` makes scores of it.

    `stop` and `preferences` are the addresses at which the customer stops it, or chooses; both, or neither. An
    `answerable` one can be replied to.
    """

    organisation: str
    language: str
    link: str = ""
    asks: bool = False
    stop: str = ""
    preferences: str = ""
    answerable: bool = False


def plain(words: str, letter: Letter) -> str:
    """The plain text: the words, where to answer if they do not say it themselves, who it is from and how to stop."""
    above = f"{said(phrases.REPLY_ABOVE, letter.language)}\n\n" if letter.answerable else ""
    if letter.asks and letter.link and letter.link not in words:
        words = _with_link_after_question(words, letter)
    return above + words + _FOOT + "\n".join((_hint(letter), *(f"{what}: {at}" for what, at in _ways(letter))))


def words_of(text: str) -> str:
    """What the text of a message says itself, without our lines above and below it."""
    for above in phrases.REPLY_ABOVE.values():
        text = text.removeprefix(f"{above}\n\n")
    words, foot, below = text.rpartition(_FOOT)
    if foot:
        return words
    for hint in phrases.HINTS[Channel.SMS].values():
        below = below.removesuffix(f"\n{hint}")
    return below


def question_in(words: str, link: str = "") -> str:
    """The question in the words of a survey: the line with a question mark, up to that; else all of them."""
    words = words.replace(link, "") if link else words
    asking = next((line for line in words.splitlines() if "?" in line), words)
    return (asking[: asking.rfind("?") + 1] or asking).strip()


def html(text: str, letter: Letter) -> str:
    """The same as the plain `text`, to be read in a mail program. Every character of it is escaped."""
    words = words_of(text)
    blocks = _blocks(words, letter)
    layout = tuple("text" if block else "scale" if letter.asks else "button" for block in blocks)
    values = {
        "organisation": markup.escape(letter.organisation),
        "preview": markup.escape(_preview(words, letter.link)),
        "link": markup.escape(letter.link),
        "foot": _foot(letter),
    }
    for number, block in enumerate(blocks):
        values[f"text{number}"] = block
    return _filled(_gaps(layout, letter.answerable, phrases.spoken(letter.language)), values)


def _with_link_after_question(words: str, letter: Letter) -> str:
    paragraphs = words.split("\n\n")
    asked = next((n for n, paragraph in enumerate(paragraphs, start=1) if "?" in paragraph), len(paragraphs))
    answer = f"{said(phrases.ANSWER_HERE, letter.language)}\n{letter.link}"
    return "\n\n".join((*paragraphs[:asked], answer, *paragraphs[asked:]))


def _hint(letter: Letter) -> str:
    return said(phrases.HINTS[Channel.EMAIL], letter.language).format(organisation=letter.organisation)


def _ways(letter: Letter) -> list[tuple[str, str]]:
    """What can be done about such mails, and where."""
    ways = ((phrases.NO_MORE, letter.stop), (phrases.CHOOSE, letter.preferences))
    return [(said(what, letter.language), address) for what, address in ways if address]


def _blocks(words: str, letter: Letter) -> list[str]:
    """The words as pieces of HTML. An empty one is where the link stands alone, and is to be pressed."""
    parts: list[list[str]] = [[]]
    for line in words.split("\n"):
        if letter.link and line.strip() == letter.link:
            parts.append([])
        else:
            parts[-1].append(line)
    blocks: list[str] = []
    for number, lines in enumerate(parts):
        text = "\n".join(lines).strip("\n")
        blocks += [""] * bool(number) + [_paragraphs(text, letter.link)] * bool(text.strip())
    return [*blocks, ""] if letter.asks and letter.link and "" not in blocks else blocks


def _paragraphs(text: str, link: str) -> str:
    escaped = markup.escape(text)
    if link:
        address = markup.escape(link)
        escaped = escaped.replace(address, f'<a href="{address}" class="accent" style="color:#0F5E59">{address}</a>')
    paragraphs = (paragraph.replace("\n", "<br>\n") for paragraph in _BETWEEN.split(escaped))
    return "\n".join(f'<p style="margin:0 0 16px">{paragraph}</p>' for paragraph in paragraphs)


def _preview(words: str, link: str) -> str:
    """What a list of mails shows beside the subject: the words, past the greeting."""
    greeting, _, rest = words.partition("\n\n")
    first = (rest or greeting).replace(link, "") if link else rest or greeting
    return " ".join(first.split())[:_LONGEST_PREVIEW]


def _foot(letter: Letter) -> str:
    """The page for stopping is led to with the way to the other page, which it cannot tell by itself."""
    also = f"?p={letter.preferences.rpartition('/')[2]}&lang={phrases.spoken(letter.language)}"
    lines = [markup.escape(_hint(letter))]
    for what, address in _ways(letter):
        href = markup.escape(address + also if address == letter.stop else address)
        lines.append(f'<a href="{href}" class="muted" style="color:#65625C;line-height:32px">{markup.escape(what)}</a>')
    return "<br>\n".join(lines)


@lru_cache(maxsize=256)
def _gaps(layout: tuple[str, ...], answerable: bool, language: str) -> tuple[str, ...]:
    """The HTML of a layout, cut at its gaps: literal, the name of a gap, literal, ..."""
    return tuple(_GAP.split(mjml2html(letter_layout.mjml(layout, answerable, language), fonts={})))


def _filled(pieces: tuple[str, ...], values: Mapping[str, str]) -> str:
    """What is filled in is never looked at for gaps."""
    return "".join(values[piece] if number % 2 else piece for number, piece in enumerate(pieces))
