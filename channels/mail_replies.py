"""What a person wrote in their mail, cut from what they quoted and from what their mail program put around it."""

import re
from collections.abc import Iterable, Sequence
from itertools import islice

from channels import mail_words as words

WROTE_LINES, WROTE_LENGTH = 3, 300  # into so many lines "On ... wrote:" may be broken
HEADER_LINES, HEADER_FIELDS = 8, 3  # so many different fields in so many lines are a quoted header
MOST_LINES, LONGEST_LOOK = 1_000, 400  # so many lines are read, and so many characters of each looked at


def own_words(text: str) -> str:
    """The lines the sender wrote, those between quoted ones included; empty where there are none.

    They end at our own line "reply above this line"; if nothing stands above it, they may stand below the quote. Takes
    time in proportion to the text, whatever it is.
    """
    lines = [line.rstrip() for line in text.split("\n", MOST_LINES)[:MOST_LINES]]
    ours = next((at for at, line in enumerate(lines) if _OURS.search(line)), len(lines))
    above = _own(lines[:ours])
    return above or (_own(lines) if ours < len(lines) and _quoted(lines[ours]) else "")


def _own(lines: Sequence[str]) -> str:
    pieces: list[list[str]] = [[]]  # one between each two quotes
    said = False
    at = _end_of_banner(lines)
    while at < len(lines):
        look = lines[at][:LONGEST_LOOK]
        if quoted := 1 if _quoted(look) else _attribution(lines, at):
            at += quoted
            pieces.append([])
            if not _quoted(look) and not _quoted(_next_words(lines, at)):
                break  # all that follows is the quote, without a mark
        elif _DIVIDER.match(look) or _quoted_header(lines, at) or (said and _signature(lines, at)):
            break
        else:
            if not _SENT_FROM.match(look):
                said = said or bool(look)
                pieces[-1].append(lines[at])
            at += 1
    return "\n".join(filter(None, map(_trimmed, pieces)))


def _quoted(line: str) -> bool:
    return line.lstrip().startswith(">")


def _next_words(lines: Sequence[str], at: int) -> str:
    return next(filter(None, islice(lines, at, None)), "")


def _attribution(lines: Sequence[str], at: int) -> int:
    """How many lines from here say who wrote what is quoted below them; 0 for none."""
    opening = _OPENING.match(lines[at][:WROTE_LENGTH])
    if not opening and not lines[at].endswith(":"):
        return 0
    said = ""
    for length, line in enumerate(lines[at : at + (WROTE_LINES if opening else 1)], start=1):
        said = f"{said} {line.strip(' *_')}".strip()
        if not line or len(said) > WROTE_LENGTH:
            return 0
        if _WROTE.search(said) and _DATED.search(said) and (opening or _AT.search(said)):
            return length
    return int(said.endswith(":") and bool(_DATED.search(said)) and _quoted(_next_words(lines, at + 1)))


def _quoted_header(lines: Sequence[str], at: int) -> bool:
    if not _FIELD.match(lines[at][:LONGEST_LOOK]):
        return False
    block = islice(filter(None, islice(lines, at, at + 3 * HEADER_LINES)), HEADER_LINES)
    fields = {found[1].lower() for line in block if (found := _FIELD.match(line[:LONGEST_LOOK]))}
    return len(fields) >= HEADER_FIELDS and not _SENDERS.isdisjoint(fields)


def _signature(lines: Sequence[str], at: int) -> bool:
    look = lines[at][:LONGEST_LOOK]
    if _SIGN_OFF.match(look):
        return True
    below = _next_words(lines, at + 1)
    return bool(_SIGNED.match(look)) and (not below or _quoted(below) or not lines[at + 1])


def _end_of_banner(lines: Sequence[str]) -> int:
    """Where the words begin below "this mail came from outside", which a mail server may have put on top."""
    first = next((at for at, line in enumerate(lines) if line), len(lines))
    end = next((at for at in range(first, len(lines)) if not lines[at]), len(lines))
    if not _BANNER.match(" ".join(lines[first:end])[:LONGEST_LOOK]):
        return 0
    warned = max((at for at in range(first, end) if _WARNS.search(lines[at][:LONGEST_LOOK])), default=first)
    return warned + 1 if _next_words(lines, warned + 1) else 0


def _trimmed(lines: list[str]) -> str:
    while lines and _EMPTY.fullmatch(lines[-1]):
        lines.pop()
    first = next((at for at, line in enumerate(lines) if line), len(lines))
    return "\n".join(lines[first:])


def _either(alternatives: Iterable[str]) -> str:
    return "|".join(alternatives)


_OURS = re.compile(_either(map(re.escape, words.REPLY_ABOVE.values())), re.IGNORECASE)

_WROTE = re.compile(rf"(?<!\w)(?:{_either(verb for _, verb in words.WROTE.values())})\s*:(?:$|\s{{2,}})", re.IGNORECASE)
_OPENING = re.compile(rf"\W*(?:{_either(opening for opening, _ in words.WROTE.values())})\b.*\d", re.IGNORECASE)
_DATED = re.compile(r"\d\D+\d|@")
_AT = re.compile(r"\d[:.]\d\d|@")

_SENDERS = frozenset(row.split()[0].lower() for row in words.QUOTED_HEADER.values())
_FIELD = re.compile(
    rf"[\s*_]*({_either(sorted({name for row in words.QUOTED_HEADER.values() for name in row.split()}))})[\s*_]*:",
    re.IGNORECASE,
)

_DIVIDER = re.compile(
    rf"--\s*$|—-?\s*$|_{{2,}}\s*$|-{{5,}} ?(?!BEGIN PGP SIGNED)[^\W\d_][^\n-]{{2,60}}-{{5,}}|"
    rf"(?:{_either(words.FORWARDED)})\b",
    re.IGNORECASE,
)
_NAME = r"(?:[A-ZÀ-ÖØ-Þ][\w.'’-]*|van|de|der|den|von|zu|la|le|du|ter|ten|het|and|en|und|et|&)"
_SIGN_OFF = re.compile(rf"[\s*_]*(?i:{_either(words.SIGN_OFFS)})[\s*_,.!-]*(?:{_NAME}(?:[ ,]+{_NAME}){{0,5}})?\W*$")
_SIGNED = re.compile(rf"(?:-[A-ZÀ-ÖØ-Þ]\w+(?: {_NAME}){{1,4}}|/[A-ZÀ-ÖØ-Þ]\w+)\W*$")
_SENT_FROM = re.compile(
    rf"[\s*_]*(?:-----BEGIN PGP SIGNED|Hash: SHA|{_either(words.SENT_FROM)})[\w.<>:/ ()'’-]*$", re.IGNORECASE
)

_BANNER = re.compile(
    r"\W*(?:caution|external|warning|attention|let op|waarschuwing|extern|achtung|vorsicht|warnung)\b"
    r"(?=.*\b(?:e-?mail|mail|message|bericht|nachricht|courriel))"
    r"(?=.*\b(?:outside|external|sender|buiten|externe?|außerhalb|absender|extérieur|expéditeur))",
    re.IGNORECASE,
)
_WARNS = re.compile(
    r"outside|external|sender|link|attach|click|content|buiten|extern|afzender|bijlage|klik|außerhalb|absender|anh[aä]ng|"
    r"extérieur|expéditeur|pièce|lien",
    re.IGNORECASE,
)
_EMPTY = re.compile(r"[-_=*~\s]*")
