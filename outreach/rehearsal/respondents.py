"""The made-up customers of a rehearsal. What they do is a pure function, so that everybody can compute it again.

A customer has a mood and an engagement, drawn once from the seed and the external id, evenly between 0 and 1. What they
do with their n-th message of a class (counted from 1, over all policies and channels) follows from the seed, their
external id, the class and n alone:

- content is used with probability 0.25 + 0.5 * engagement, 10 minutes to 3 days later;
- an ask or a reminder is answered with STOP (2 %), with "not now" (3 %), with a score (15 % + 40 % * engagement, times
  0.9 for each message of the class before it) or not at all; what is answered comes 2 minutes to 2 days later;
- a question that comes back after a score gets a few words with probability 0.2 + 0.5 * engagement, as soon as an ask
  would; a thank you gets nothing;
- the score follows 0.7 * mood + 0.3 * a draw of its own through `SCORES`: mostly 8 to 10, a thin tail down to 0.

Delays are even on a logarithmic scale and cut to whole seconds.
"""

from bisect import bisect
from dataclasses import dataclass
from enum import StrEnum

from outreach.lifecycle import TALK, Kind
from policies.chance import draw

SCORES = (0.02, 0.03, 0.05, 0.07, 0.09, 0.13, 0.19, 0.31, 0.55, 0.76)
"""Score s is given from the bound of s - 1 up to, not including, the bound of s; 10 from the last bound on."""
STOPS, DECLINES = 0.02, 0.03
CONTENT_DELAY = (600, 3 * 86_400)  # seconds, shortest and longest
ANSWER_DELAY = (120, 2 * 86_400)


class Deed(StrEnum):
    USED = "used"
    ANSWERED = "answered"
    NOT_NOW = "not_now"
    STOPPED = "stopped"
    SAID = "said"  # more, and no score


@dataclass(frozen=True, slots=True)
class Reaction:
    """What a customer does with a message, and how many seconds after it reached them; `score` 0-10 of an answer."""

    deed: Deed
    after: int
    score: int | None = None


class Respondents:
    """All customers of one seed."""

    def __init__(self, seed: int) -> None:
        self._salt = f"respondents {seed}"

    def react(self, customer: str, kind: str, number: int) -> Reaction | None:
        """What this customer (external id) does with their message `number` of this class; None: nothing."""
        engagement = draw(self._salt, "engagement", customer)
        chance, delay = (draw(self._salt, purpose, customer, kind, number) for purpose in ("deed", "delay"))
        if kind == Kind.CONTENT:
            uses = chance < 0.25 + 0.5 * engagement
            return Reaction(Deed.USED, _between(CONTENT_DELAY, delay)) if uses else None
        if kind in TALK:
            says = kind == Kind.FOLLOW_UP and chance < 0.2 + 0.5 * engagement
            return Reaction(Deed.SAID, _between(ANSWER_DELAY, delay)) if says else None
        answers = (0.15 + 0.4 * engagement) * 0.9 ** (number - 1)
        after = _between(ANSWER_DELAY, delay)
        if chance < STOPS:
            return Reaction(Deed.STOPPED, after)
        if chance < STOPS + DECLINES:
            return Reaction(Deed.NOT_NOW, after)
        if chance < STOPS + DECLINES + answers:
            return Reaction(Deed.ANSWERED, after, self._score(customer, kind, number))
        return None

    def pick(self, customer: str, kind: str, number: int) -> float:
        """A number in [0, 1) that chooses the words they say it in."""
        return draw(self._salt, "words", customer, kind, number)

    def _score(self, customer: str, kind: str, number: int) -> int:
        mood, moment = draw(self._salt, "mood", customer), draw(self._salt, "moment", customer, kind, number)
        return bisect(SCORES, 0.7 * mood + 0.3 * moment)


def _between(bounds: tuple[int, int], chance: float) -> int:
    shortest, longest = bounds
    return int(shortest * (longest / shortest) ** chance)
