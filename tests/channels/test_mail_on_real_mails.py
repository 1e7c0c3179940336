"""Mails that real programs and servers wrote: floors on how many are read right. A failure prints the figure."""

import csv
import gzip
import json
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from channels.incoming_mail import IncomingMail, MailKind, read
from channels.mail_replies import own_words

Row = dict[str, str]
READ_HERE = {"en", "nl", "de", "david"}  # the last is a mail program


def replies(folder: Path, name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """A corpus of mails as text, each with what is expected of it."""
    corpus = folder / "04_email_replies" / name
    (file,) = corpus.glob("expected*.json")
    for row in json.loads(file.read_text(encoding="utf-8")):
        path = corpus / "emails" / row["email"]
        octets = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        yield octets.decode("utf-8").replace("\r\n", "\n"), row


def trimmed(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.split("\n")).strip("\n")


def words_by_line(text: str) -> list[str]:
    """The reference gives no indentation, and keeps lines of dashes that divide."""
    return [line.strip() for line in text.split("\n") if any(map(str.isalnum, line))]


def fulfils(reply: str, row: dict[str, Any]) -> bool:
    """The exact words where the project's own test gives them, else what it asserts, else its reference."""
    asserted = row["asserted_upstream"]
    exact = asserted.get("reply", asserted.get("reply_stripped"))
    if exact is not None:
        return trimmed(reply) == trimmed(exact)
    reference = row.get("reference_reply_zapier_0_5_12")
    return (
        all(part in reply for part in asserted.get("reply_contains", ()))
        and not any(part in reply for part in asserted.get("reply_not_contains", ()))
        and (reference is None or trimmed(reply) == trimmed(reference))
    )


def share(found: list[bool]) -> float:
    assert found, "no mail was found"
    return sum(found) / len(found)


def test_the_own_words_of_githubs_and_zapiers_mails_are_found(shared_data: Path) -> None:
    """26 of 26."""
    names = ("github_email_reply_parser", "zapier_email_reply_parser")
    rows = [pair for name in names for pair in replies(shared_data, name)]
    wrong = [row["email"] for text, row in rows if not fulfils(own_words(text), row)]
    assert share([row["email"] not in wrong for _, row in rows]) >= 0.95, wrong


def test_the_own_words_of_mails_in_english_dutch_and_german_are_found(shared_data: Path) -> None:
    """31 of 34; the reference cuts two lists off as signatures, and takes one quote for the sender's words."""
    rows = [
        (text, row)
        for text, row in replies(shared_data, "alfonsrv_mail_parser_reply")
        if READ_HERE.issuperset(row["languages"])
    ]
    wrong = [row["email"] for text, row in rows if words_by_line(own_words(text)) != words_by_line(row["latest_body"])]
    assert share([row["email"] not in wrong for _, row in rows]) >= 0.9, wrong


def test_no_real_mail_takes_long(shared_data: Path) -> None:
    names = ("github_email_reply_parser", "zapier_email_reply_parser", "alfonsrv_mail_parser_reply")
    for text, row in (pair for name in names for pair in replies(shared_data, name)):
        began = time.process_time()
        read(b"From: jan@example.nl\n\n" + text.encode())
        assert time.process_time() - began < 0.25, row["email"]


@pytest.fixture(scope="module")
def returned(shared_data: Path) -> list[tuple[str, IncomingMail, list[Row]]]:
    """Bounces, complaints and automatic answers: file, as it is read, and the rows of the reference."""
    folder = shared_data / "05_bounces_autoreplies"
    rows: dict[str, list[Row]] = defaultdict(list)
    with (folder / "sisimai_reference.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            rows[row["file"]].append(row)
    assert rows
    return [(name, read((folder / "sisimai_set_of_emails" / name).read_bytes()), rows[name]) for name in rows]


def expected_kind(name: str, rows: list[Row]) -> str:
    if "/not/" in name:
        return "not"
    if rows[0]["reason"] == "vacation" or "rfc3834" in name:
        return MailKind.AUTOMATIC
    return MailKind.COMPLAINT if "/arf-" in name else MailKind.BOUNCE


Returned = list[tuple[str, IncomingMail, list[Row]]]


def test_bounces_are_recognised(returned: Returned) -> None:
    """388 of 396: among the others is one that a person forwards, and two that hold no text at all."""
    bounces = [(name, mail) for name, mail, rows in returned if expected_kind(name, rows) == MailKind.BOUNCE]
    missed = [name for name, mail in bounces if mail.kind is not MailKind.BOUNCE]
    assert share([name not in missed for name, _ in bounces]) >= 0.975, missed


@pytest.mark.parametrize("kind", [MailKind.AUTOMATIC, MailKind.COMPLAINT])
def test_every_automatic_answer_and_every_complaint_is_recognised(returned: Returned, kind: MailKind) -> None:
    mails = [(name, mail.kind) for name, mail, rows in returned if expected_kind(name, rows) == kind]
    assert mails
    assert [pair for pair in mails if pair[1] is not kind] == []


def test_nothing_else_is_taken_for_a_bounce(returned: Returned) -> None:
    others = [(name, mail) for name, mail, rows in returned if expected_kind(name, rows) == "not"]
    assert others
    assert [name for name, mail in others if mail.kind in {MailKind.BOUNCE, MailKind.COMPLAINT}] == []


def test_what_a_machine_wrote_is_never_a_reply(returned: Returned) -> None:
    """The one reply is a person who forwards a bounce, without a word of their own."""
    machines = [(name, mail) for name, mail, rows in returned if expected_kind(name, rows) != "not"]
    assert [(name, mail.reply) for name, mail in machines if mail.kind is MailKind.REPLY] == [
        ("maildir/err/make-test-36.eml", "")
    ]


def test_whom_a_bounce_is_about_is_found(returned: Returned) -> None:
    """340 of 351 addresses."""
    found = [
        (name, row["recipient"].lower() in {failed.address.lower() for failed in mail.failed})
        for name, mail, rows in returned
        if mail.kind is MailKind.BOUNCE
        for row in rows
        if row["softbounce"] in {"0", "1"}
    ]
    assert share([right for _, right in found]) >= 0.95, [name for name, right in found if not right]


def agreements(returned: Returned, *, but_for: str = "") -> list[tuple[str, bool]]:
    return [
        (f"{name} {row['reason']} {failed.objection}", failed.permanent is (row["softbounce"] == "0"))
        for name, mail, rows in returned
        for row in rows
        for failed in mail.failed
        if row["softbounce"] in {"0", "1"} and row["recipient"].lower() == failed.address.lower()
        if row["reason"] != but_for
    ]


def test_for_good_or_not_is_judged_as_the_reference_does(returned: Returned) -> None:
    """89 %, and 97 % without the kind it calls soft where the server says so late that it does not know the user."""
    for but_for, floor in (("", 0.87), ("filtered", 0.96)):
        judged = agreements(returned, but_for=but_for)
        assert share([right for _, right in judged]) >= floor, [what for what, right in judged if not right]


FLANKER = {
    "bounce": MailKind.BOUNCE,
    "complaints": MailKind.COMPLAINT,
}


@pytest.mark.parametrize(("folder", "kind"), FLANKER.items())
def test_bounces_and_complaints_of_another_collection_are_recognised(
    shared_data: Path, folder: str, kind: MailKind
) -> None:
    files = sorted((shared_data / "05_bounces_autoreplies" / "flanker" / folder).glob("*.eml"))
    found = {file.name: read(file.read_bytes()) for file in files}
    assert found
    assert [name for name, mail in found.items() if mail.kind is not kind or not mail.failed] == []


def test_broken_mails_give_their_text_and_never_fail(shared_data: Path) -> None:
    files = sorted((shared_data / "05_bounces_autoreplies" / "flanker" / "mime_oddities").glob("*.eml"))
    found = {file.name: read(file.read_bytes()) for file in files}
    assert found
    assert {mail.kind for mail in found.values()} <= {MailKind.REPLY, MailKind.AUTOMATIC}
    without = {name for name, mail in found.items() if not mail.text}
    assert without <= {"mailformed-headers.eml", "outlook-express.eml"}  # no part of these is text
