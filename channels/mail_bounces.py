"""Who did not get a mail, and whether for good, as the server that gave up tells it."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from email.message import Message
from itertools import islice

from flufl.bounce import all_failures

from channels.mail_parts import Mail, addresses_in, in_words
from channels.message import Objection

NOTICE_LINES, LONGEST_LINE = 100, 600  # so much of what the server says is looked at
LONGEST_KNOWN = 200  # characters of a line that flufl.bounce gets: some of its patterns take the square of them
LINES_ABOUT_ONE = 12


@dataclass(frozen=True, slots=True)
class FailedRecipient:
    """An address that a mail did not reach, or from which somebody complained about it."""

    address: str
    objection: Objection

    @property
    def permanent(self) -> bool:
        """Whether nothing more should be sent there."""
        return self.objection is not Objection.BOUNCED_SOFTLY


def failures(mail: Mail) -> tuple[FailedRecipient, ...]:
    """The addresses to which this mail, if a server wrote it, says it could not deliver; empty where it names none."""
    notice = _notice(mail.text)
    reported = [*_reported(mail.status, notice)] or [*_reported("\n".join(notice), notice)]
    if not reported:
        named = _named(mail, notice)
        reported = [(one, _objection("", _about(one, named, notice), notice)) for one in named]
    first = {address.lower(): (address, objection) for address, objection in reversed(reported)}
    return tuple(FailedRecipient(address, objection) for address, objection in first.values() if objection)[::-1]


def _notice(text: str) -> list[str]:
    """The lines in which the server speaks, above the mail that it sends back."""
    lines: list[str] = []
    for line in islice(text.split("\n"), NOTICE_LINES):
        if lines and _RETURNED.match(line):
            break
        lines.append(line[:LONGEST_LINE])
    return lines


def _reported(fields: str, notice: Sequence[str]) -> Iterator[tuple[str, Objection | None]]:
    """By the fields of RFC 3464; without an objection where it did arrive."""
    for block in _BETWEEN_BLOCKS.split(fields):
        told = {name.lower(): value for name, value in _FIELD.findall(block)}
        action, status = told.get("action", "").lower(), told.get("status", "")
        recipient = told.get("original-recipient") or told.get("final-recipient") or ""
        address = next(iter(addresses_in(recipient.partition(";")[2] or recipient)), "")
        if address and action.startswith(_ARRIVED):
            yield address, None
        elif address and (action or status):
            why = told.get("diagnostic-code") or _about(address, [], notice)
            yield address, _objection("4.0.0" if action.startswith("delay") else status, why, notice)


def _named(mail: Mail, notice: Sequence[str]) -> list[str]:
    """By whatever else tells it; where nothing tells of a failure, nobody."""
    if failed := addresses_in(" ".join(mail.header.get("x-failed-recipients", ()))):
        return failed
    if not any(map(_FAILED.search, (in_words(mail.line("subject")), *notice))):
        return []
    return _by_known_forms(mail, notice) or _by_place(mail, notice) or _by_returned_mail(mail)


def _by_known_forms(mail: Mail, notice: Sequence[str]) -> list[str]:
    """By the forms that flufl.bounce knows."""
    message = Message()
    message["From"], message["X-Mailer"] = _ascii(mail.sender or "nobody@invalid"), _ascii(mail.line("x-mailer"))
    message.set_payload(_ascii("\n".join(line[:LONGEST_KNOWN] for line in notice)))
    try:
        later, never = all_failures(message)
    except (LookupError, ValueError, TypeError, AttributeError):  # it trusts that mails are well made
        return []
    return [address for octets in sorted(later | never) for address in addresses_in(octets.decode("ascii", "replace"))]


def _ascii(text: str) -> str:
    return text.encode("ascii", "replace").decode()


def _by_place(mail: Mail, notice: Sequence[str]) -> list[str]:
    """What stands in angle brackets, begins a line, or ends one that tells of a failure; unless it is told to be the
    sender, or somebody to ask."""
    ours = {address.lower() for address in addresses_in(" ".join(mail.header.get("to", ())))}
    found: list[str] = []
    for line in notice:
        if not _ABOUT_OTHERS.search(line):
            at_an_edge = _FIRST.match(line) or (_LAST.search(line) if _FAILED.search(line) else None)
            found += addresses_in(" ".join(_ANGLED.findall(line))) or addresses_in(at_an_edge[0] if at_an_edge else "")
    return [address for address in found if address.lower() not in ours]


def _by_returned_mail(mail: Mail) -> list[str]:
    to = _TO.search(mail.returned)
    return addresses_in(to[1])[:1] if to else []


def _about(address: str, named: Iterable[str], notice: Sequence[str]) -> str:
    """What the notice says from this address on, until it comes to another of those named."""
    others = [one for one in named if one != address]
    at = next((at for at, line in enumerate(notice) if address in line), len(notice))
    said = list(notice[at : at + 1])
    for line in notice[at + 1 : at + LINES_ABOUT_ONE]:
        if any(other in line for other in others):
            break
        said.append(line)
    return " ".join(said)


def _objection(status: str, why: str, notice: Sequence[str]) -> Objection:
    """For good only where nobody is there: anything else may pass, or is about us and not about them."""
    for said in (why, " ".join(notice)):
        if status.startswith("4") or _ABOUT_US.search(said):
            return Objection.BOUNCED_SOFTLY
        if _NOBODY.search(said):
            return Objection.BOUNCED
        codes = _CODE.findall(f"{status} {said}")
        if not _NOT_NOW.search(said) and any(map(_NOBODY_CODE.fullmatch, codes)):
            return Objection.BOUNCED
        if _NOT_NOW.search(said) or any(map(_TELLING_CODE.fullmatch, codes)):
            return Objection.BOUNCED_SOFTLY
    return Objection.BOUNCED_SOFTLY


_BETWEEN_BLOCKS = re.compile(r"\n[ \t]*\n")
_FIELD = re.compile(r"^([A-Za-z-]{4,40}):[ \t]*(.*)", re.MULTILINE)
_ARRIVED = ("deliver", "relay", "expand", "success")
_TO = re.compile(r"^To:(.*)", re.MULTILINE | re.IGNORECASE)

_RETURNED = re.compile(
    r"(?i:received|return-path|message-id|delivered-to|dkim-signature|mime-version|x-[\w-]+):|From \S+@"
    r"|(?i:-+ ?(?:original|returned|forwarded|unsent|below|this is a copy|the header of the original))"
    r"|(?i:(?:original|returned) message|message headers follow)"
)
_FAILED = re.compile(
    r"\b[45]\d\d[ -]|\b[45]\.\d{1,3}\.\d|undeliver|not (?:be )?deliver|deliver(?:y|ing)|fail|error|unknown|returned",
    re.IGNORECASE,
)
_ABOUT_OTHERS = re.compile(
    r"(?<!rcpt )\b(?:from|sender|contact|mailto|please|help|questions?)\b|^\W*cc:", re.IGNORECASE
)
_ANGLED = re.compile(r"<[^<>\s]{3,254}>")
_FIRST = re.compile(r"\W{0,20}[^\s<>()\[\],;:\"'@]{1,64}@[\w.-]{1,253}\w(?=[\s:,;.\])(<\[]|$)")
_LAST = re.compile(r"[:\s]\s?[^\s<>()\[\],;:\"'@]{1,64}@[\w.-]{1,253}\w\.?$")

_CODE = re.compile(r"\b[45]\.\d{1,3}\.\d{1,3}\b")
_NOBODY_CODE = re.compile(r"5\.1\.(?:1|2|3|6|10|351)|5\.4\.4|5\.7\.27")
_TELLING_CODE = re.compile(r"[45]\.[1-4679]\.[1-9]\d*")
_ABOUT_US = re.compile(
    r"\b(?:spam|virus|dnsbl|dmarc|spf|dkim|ptr)\b|black ?list|block(?:ed| ?list)|polic(?:y|ies)|reputation|authenticat|"
    r"relay(?:ing)? (?:access )?(?:denied|not|prohibited)|"
    r"of sender|send(?:er|ing) (?:\S+ )?(?:rejected|denied|not|blocked)",
    re.IGNORECASE,
)
_NOBODY = re.compile(
    r"(?:user|recipient|mailbox|address|host|domain(?: name)?)s?\W{1,3}(?:is |was )?"
    r"(?:unknown|not (?:found|exist|known|listed)|could ?n[o']t be found|unavailable)|"
    r"(?:unknown|invalid|no such|non-?existent|illegal) (?:\w+[ /])?"
    r"(?:user|recipient|mailbox|address|host|domain|person)|"
    r"(?:does|do|did)(?: not|n't) (?:exist|have an?)|no (?:mailbox|account|user)\b|not (?:a known|a valid|listed in)|"
    r"no longer (?:on|with|at|here|valid|active|exists?|available|employed|works?|in use)|"
    r"unrouteable|address rejected(?!:)|no mx record|not accept mail",
    re.IGNORECASE,
)
_NOT_NOW = re.compile(
    r"quota|\bfull\b|storage|too (?:many|large|big)|exceed|\bsize\b|try (?:again|later)|temporar|time[d ]*out|deferred|"
    r"greylist|rate limit|connection|not accepting|protocol|suspend|frozen|disabled|content",
    re.IGNORECASE,
)
