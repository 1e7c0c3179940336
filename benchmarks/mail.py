"""Mails that come back, read a second, against the standard library's parser alone; and what hostile ones take.

    python benchmarks/mail.py [--mails 300] [--json]

The mails are what people's programs make of an answer (plain, plain and HTML, HTML alone, base64), and bounces; both
get the same ones, in the same run. Before the clock starts, each is checked to be read right. Hostile ones have 60 kB.
"""

import argparse
import email
import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from email.message import EmailMessage
from functools import partial
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parent.parent))

from channels.incoming_mail import MailKind, read

ROUNDS = 9
HOSTILE = 60_000  # bytes
SAYINGS = ("8", "9, prima geholpen", "3. The technician came two days late, and nobody called.", "7 - gut, aber teuer")
ABOVE = (
    "Op di 3 mrt 2026 om 10:12 schreef Acme <ask@acme.example>:",
    "On Tue, Mar 3, 2026 at 10:12 AM Acme <ask@acme.example> wrote:",
    "Am Di., 3. März 2026 um 10:12 Uhr schrieb Acme <ask@acme.example>:",
)
QUESTION = ("How did we do?", "0 1 2 3 4 5 6 7 8 9 10", "You get this mail because we visited you.") * 6
UNITS = (
    *(
        "On ",
        "On 1:\n",
        "Op 1 schreef ",
        "From: a\nTo: b\n",
        "Regards, Jan & ",
        "> ",
        ">\n",
        "\n",
        "_",
        "-",
        "--a\n",
        "a@",
    ),
    *(
        "<",
        "<!--",
        "<a b='",
        "<blockquote>x",
        "&",
        "=?utf-8?q?a?= ",
        "(",
        '"',
        ";",
        "; a*1*=x",
        "QUFB",
        "=\n",
        "5.1.1 ",
    ),
)
HEADS = (
    "Content-Type: text/plain\n\n",
    "Content-Type: text/html\n\n",
    "Content-Type: multipart/mixed; boundary=a\n\n--a\n",
    "Content-Type: multipart/report; boundary=a\n\n--a\nContent-Type: message/delivery-status\n\n",
    "From: MAILER-DAEMON@mx.example\nSubject: failed\n\nfailed addresses follow:\nYour message to:\n",
    "From: ",
    "Subject: ",
    "Content-Type: text/plain; ",
)


def answer(random: Random) -> tuple[bytes, str]:
    """A mail, and what its sender wrote."""
    said, above = random.choice(SAYINGS), random.choice(ABOVE)
    message = EmailMessage()
    message["From"], message["To"] = "Jan de Vries <jan@example.nl>", "Acme <reply+token@acme.example>"
    message["Subject"], message["Message-ID"] = "Re: How did we do?", f"<{random.random()}@example.nl>"
    for hop in range(6):
        message["Received"] = f"from mx{hop}.example.nl by mx{hop + 1}.example.nl with ESMTPS id {random.random()}"
    plain = "\n".join([said, "", "Groet,", "Jan", "", above, "", *(f"> {line}" for line in QUESTION), ""])
    quoted = "<br>".join(QUESTION)
    html = (
        f"<html><head><style>{'p {margin: 0} ' * 40}</style></head><body><div>{said}</div><div><br></div><div>{above}"
    )
    html = html.replace("<ask@acme.example>", "&lt;ask@acme.example&gt;") + f"</div><blockquote>{quoted}</blockquote>"
    shape = random.choice(("plain", "both", "html", "base64"))
    if shape == "html":
        message.set_content(html, subtype="html")
    else:
        message.set_content(plain, cte="base64" if shape == "base64" else None)
    if shape == "both":
        message.add_alternative(html, subtype="html")
    return message.as_bytes(), said


def bounce(random: Random) -> bytes:
    return (
        "From: Mail Delivery System <MAILER-DAEMON@mx.example>\nTo: ask@acme.example\nSubject: Undelivered Mail\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=a\n\n--a\n\nIt was not delivered.\n\n"
        "--a\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; "
        f"jan{random.randrange(1000)}@example.nl\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 unknown\n"
        "\n--a\nContent-Type: message/rfc822\n\nMessage-ID: <1@acme.example>\nSubject: How did we do?\n\nHow?\n--a--\n"
    ).encode()


def ordinary(count: int) -> list[bytes]:
    """Nine answers to a bounce; each is read right."""
    random, mails = Random(11), []
    for number in range(count):
        if number % 10:
            raw, said = answer(random)
            assert read(raw).reply == said, raw.decode()
        else:
            raw = bounce(random)
            assert read(raw).kind is MailKind.BOUNCE
        mails.append(raw)
    return mails


def hostile() -> Iterator[tuple[str, bytes]]:
    for head in HEADS:
        for unit in UNITS:
            body = (unit * HOSTILE)[:HOSTILE]
            one_line = body.replace("\n", "\n ") if "\n\n" not in head else body  # a header line goes on when indented
            yield f"{head[:40]!r} and {unit!r}", f"{head}{one_line}".encode()
    nested = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(1_200))
    yield "parts in parts", nested.encode()
    yield "mails in mails", b"Content-Type: message/rfc822\n\n" * (HOSTILE // 30)


def milliseconds(work: Callable[[], object]) -> float:
    """Of the processor, so that what else the machine does counts for nothing."""
    start = time.process_time()
    work()
    return (time.process_time() - start) * 1e3


def measure(count: int) -> dict[str, dict[str, object]]:
    mails = ordinary(count)
    works: dict[str, Callable[[], object]] = {
        "ours": lambda: [read(raw) for raw in mails],
        "the parser alone": lambda: [email.message_from_bytes(raw) for raw in mails],
    }
    times: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(ROUNDS):
        for name, work in works.items():
            times[name].append(milliseconds(work))
    typical = {name: statistics.median(took) for name, took in times.items()}
    worst = max((min(milliseconds(partial(read, raw)) for _ in range(2)), what) for what, raw in hostile())
    return {
        "ratios": {"the parser alone": round(typical["the parser alone"] / typical["ours"], 2)},
        "figures": {
            **{f"{name}, mails a second": round(count / took * 1e3) for name, took in typical.items()},
            "the worst hostile mail, milliseconds": round(worst[0], 1),
            "it is": worst[1],
        },
    }


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Reading mails that come back.")
    parser.add_argument("--mails", type=int, default=300)
    parser.add_argument("--json", action="store_true", help="the last line is one JSON object")
    chosen = parser.parse_args(arguments)
    found = measure(chosen.mails)
    for name, ratio in found["ratios"].items():
        print(f"{name}: {ratio} times the time of ours")
    for name, figure in found["figures"].items():
        print(f"{name}: {figure}")
    if chosen.json:
        print(json.dumps(found))


if __name__ == "__main__":
    main()
