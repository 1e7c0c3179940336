"""Reading replies: how many a second, and how long the nastiest of 20 kB takes.

    python benchmarks/reading.py [--replies N] [--json]

Read are made-up replies as customers write them: scores with and without a remark, comments of a sentence or two, a
stop now and then, in four languages. The yardstick is the least that could be done with a reply: one search with one
plain pattern, for a number up to ten or one of four words that stop. The nasty texts repeat a piece until 20 kB are
full, behind a beginning that makes it the remark of a score, a stop, or neither.
"""

import argparse
import json
import re
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parent.parent))

from outreach.answers import read

ROUNDS = 9
NASTY_BYTES = 20_000
YARDSTICK = re.compile(r"\b(?:10|\d|stop|afmelden|abmelden|désabonner)\b", re.IGNORECASE)
SCORED = ("{}", "{}", "{}!", "{}/10", "een dikke {}", "I'd give it a {}", "eine {}", "je mets un {}")
REMARKS = {
    "en": (
        "because you always call back the same day",
        "but I had to ring twice before anybody knew about my appointment",
        "the engineer was on time and explained what was wrong",
        "nobody ever calls back, and the invoice was higher than agreed",
    ),
    "nl": (
        "want jullie bellen altijd terug",
        "maar ik moest twee keer bellen voor een afspraak",
        "de monteur was op tijd en heeft alles netjes achtergelaten",
        "niemand belt terug en de factuur was hoger dan afgesproken",
    ),
    "de": (
        "weil Sie immer am selben Tag zurückrufen",
        "aber ich musste zweimal anrufen, bis jemand von dem Termin wusste",
        "der Techniker war pünktlich und hat alles gut erklärt",
        "niemand ruft zurück und die Rechnung war höher als vereinbart",
    ),
    "fr": (
        "parce que vous rappelez toujours le jour même",
        "mais j'ai dû appeler deux fois pour avoir un rendez-vous",
        "le technicien était à l'heure et il a tout bien expliqué",
        "personne ne rappelle et la facture était plus élevée que prévu",
    ),
}
SHORT = (
    "STOP",
    "stop aub",
    "bitte keine SMS mehr",
    "ne m'envoyez plus de SMS",
    "volgende maand",
    "not now",
    "ok",
    "Merci",
)
BEGINNINGS = ("", "8 ", "8, ", "8/10 ", "stop ", "stop\n", "love it ")
PIECES = (
    *("a ", "8 ", "8!", "- ", "stop ", "een ", "no more ", "\n", " ", "8️⃣", "\u0301", "10/10 ", "İ", "ﷺ", "½", "👍"),
    *("(0-10) ", "on a scale of 1 to 10 ", "I'd give it ", "love it! 10 ", "8, 3 days ", "very nice ", "in 2 weeks "),
    *("ich bin ", "thank you for your email ", "ne m'envoyez plus de ", "keine SMS ", "Dear all, ", '"', "points of "),
)


def reply(random: Random) -> tuple[str, str]:
    """What a customer writes, and their language."""
    language = random.choice(tuple(REMARKS))
    if random.random() < 0.1:
        return random.choice(SHORT), language
    score = random.choice(SCORED).format(random.randrange(11))
    remark = random.choice(REMARKS[language])
    return random.choice((score, f"{score} {remark}", f"{score}, {remark}", remark, f"{remark}. {remark}")), language


def nasty() -> list[str]:
    """Texts of 20 kB that a careless pattern would take minutes for."""
    whole = [begin + piece * (NASTY_BYTES // len(piece.encode())) for begin in BEGINNINGS for piece in PIECES]
    return [text.encode()[: NASTY_BYTES - 2].decode(errors="ignore") + "?8" for text in whole]


def seconds(work: Callable[[], object]) -> float:
    """Processor time, so that whatever else the machine does counts little."""
    start = time.process_time()
    work()
    return time.process_time() - start


def measure(count: int) -> dict[str, dict[str, float]]:
    random = Random(11)
    replies = [reply(random) for _ in range(count)]

    works: dict[str, Callable[[], object]] = {
        "read": lambda: [read(text, language) for text, language in replies],
        "one search": lambda: [YARDSTICK.search(text) for text, _ in replies],
    }
    # Round by round, so that whatever else the machine does hits both.
    times: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(ROUNDS):
        for name, work in works.items():
            times[name].append(seconds(work))
    typical = {name: statistics.median(took) for name, took in times.items()}
    worst = max(min(seconds(lambda text=text: read(text)) for _ in range(3)) for text in nasty())  # type: ignore[misc]
    return {
        "ratios": {"one search": round(typical["one search"] / typical["read"], 4)},
        "figures": {
            "replies read a second": round(count / typical["read"]),
            "searches a second": round(count / typical["one search"]),
            "characters a reply": round(statistics.mean(len(text) for text, _ in replies), 1),
            "worst milliseconds for 20 kB": round(worst * 1000, 1),
        },
    }


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Replies read a second, and the worst of 20 kB.")
    parser.add_argument("--replies", type=int, default=5_000)
    parser.add_argument("--json", action="store_true", help="the last line is one JSON object")
    chosen = parser.parse_args(arguments)
    found = measure(chosen.replies)
    for name, figure in found["figures"].items():
        print(f"{name}: {figure}")
    print(f"one plain search takes {found['ratios']['one search']} times the time of reading")
    if chosen.json:
        print(json.dumps(found))


if __name__ == "__main__":
    main()
