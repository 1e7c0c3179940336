"""Messages handed over a second, on the official packages, to a provider in another process that takes its time.

    python benchmarks/sending.py [--messages N] [--latency SECONDS] [--concurrency N] [--json]

The yardsticks, in the same run: what concurrency and latency allow (concurrency / latency requests a second), and the
same form posted over kept connections with nothing but `http.client`, by as many threads. Mails are measured one a
request, where no two are alike, and together, where they differ in what is each customer's own.
"""

import argparse
import json
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlencode, urlsplit

sys.path.insert(0, str(Path(__file__).parent.parent))

from channels.message import Channel, Message, Receipt, Sender
from channels.sendgrid_email import SendGridAccount, SendGridEmail
from channels.twilio_sms import TwilioAccount, TwilioSms
from tests.provider import ACCOUNT_SID, API_KEY, TOKEN

ROOT = Path(__file__).parent.parent
ROUNDS = 5
ALIKE = 10_000  # mails in one round of those that share requests
FROM, REPORT_TO = "+3197010200300", "https://feedback.example/status/{outreach_id}"


@contextmanager
def a_provider(latency: float) -> Iterator[str]:
    command = [sys.executable, "-m", "tests.provider", "0", "--latency", str(latency)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def texts(most: int) -> list[Message]:
    return [
        Message(n, Channel.SMS, "Linden", f"+316{n:08}", "", f"Linden: hoe was het? {n}") for n in range(1, most + 1)
    ]


def mails(most: int, alike: bool) -> list[Message]:
    def mail(number: int) -> Message:
        name, link = f"Naam{number}", f"https://feedback.example/r/{number:032}"
        page = f'<p>Dag {name}, hoe was het?</p><p><a href="{link}?s=9">9</a> <a href="{link}?s=10">10</a></p>' * 5
        personal = (name, link) if alike else ()
        return Message(
            *(
                number,
                Channel.EMAIL,
                "Linden",
                f"c{number}@example.com",
                f"{name}, een vraag",
                f"Dag {name}! {link}",
                page,
            ),
            personal=personal,
        )

    return [mail(number) for number in range(1, most + 1)]


def a_second(send: Callable[[], int], most: int) -> float:
    """Messages a second: the middle of several rounds."""
    rates = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        if send() != most:
            raise SystemExit("the provider did not take everything")
        rates.append(most / (time.perf_counter() - began))
    return median(rates)


def taken_by(sender: Sender, messages: Sequence[Message]) -> Callable[[], int]:
    return lambda: sum(isinstance(outcome, Receipt) for outcome in sender.send_many(messages))


def posted_bare(url: str, most: int, threads: int) -> Callable[[], int]:
    """The same form with nothing around it: each thread posts its share over one connection."""
    host = urlsplit(url).netloc
    path = f"/2010-04-01/Accounts/{ACCOUNT_SID}/Messages.json"
    login = b64encode(f"{ACCOUNT_SID}:{TOKEN}".encode()).decode()
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Authorization": f"Basic {login}"}

    def share(start: int) -> int:
        line, taken = HTTPConnection(host), 0
        for n in range(start, most, threads):
            form = {"To": f"+316{n:08}", "From": FROM, "Body": f"Linden: hoe was het? {n}", "StatusCallback": REPORT_TO}
            line.request("POST", path, urlencode(form), headers)
            answer = line.getresponse()
            taken += answer.status == 201 and bool(json.loads(answer.read())["sid"])
        line.close()
        return taken

    def post() -> int:
        with ThreadPoolExecutor(threads) as pool:
            return sum(pool.map(share, range(threads)))

    return post


def measure(messages: int, latency: float, concurrency: int) -> dict[str, Any]:
    allowed = concurrency / latency
    with a_provider(latency) as url:
        account = TwilioAccount(ACCOUNT_SID, TOKEN, FROM, REPORT_TO, url)
        mail_account = SendGridAccount(API_KEY, "hello@linden.example", url)
        by_twilio, by_sendgrid = TwilioSms(account, concurrency), SendGridEmail(mail_account, concurrency)
        bare = a_second(posted_bare(url, messages, concurrency), messages)
        sms = a_second(taken_by(by_twilio, texts(messages)), messages)
        apart = a_second(taken_by(by_sendgrid, mails(messages, alike=False)), messages)
        together = a_second(taken_by(by_sendgrid, mails(ALIKE, alike=True)), ALIKE)
    return {
        "ratios": {
            "sms, of what concurrency and latency allow": round(sms / allowed, 2),
            "sms, of http.client alone": round(sms / bare, 2),
            "mails one a request, of what concurrency and latency allow": round(apart / allowed, 2),
            "mails together, of mails one a request": round(together / apart, 1),
        },
        "a_second": {
            "allowed": round(allowed),
            "http.client alone": round(bare),
            "sms": round(sms),
            "mails one a request": round(apart),
            "mails together": round(together),
        },
    }


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Messages handed over a second.")
    parser.add_argument("--messages", type=int, default=400)
    parser.add_argument("--latency", type=float, default=0.05)
    parser.add_argument("--concurrency", type=int, default=10)
    parser.add_argument("--json", action="store_true", help="the last line is one JSON object")
    chosen = parser.parse_args(arguments)
    found = measure(chosen.messages, chosen.latency, chosen.concurrency)
    for what, figures in found.items():
        for name, figure in figures.items():
            print(f"{what.replace('_', ' ')}: {name}: {figure}")
    if chosen.json:
        print(json.dumps(found))


if __name__ == "__main__":
    main()
