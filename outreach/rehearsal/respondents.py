"""The made-up customers of a rehearsal. What they do is a pure function, so that everybody can compute it again.

A customer has a mood and an engagement, drawn once from the seed and the external id, evenly between 0 and 1. What they
do with their n-th message of a class (counted from 1, over all policies and channels) follows from the seed, their
external id, the class and n alone:

- content is used with probability 0.25 + 0.5 * engagement, 10 minutes to 3 days later;
- an ask or a reminder is answered with STOP (2 %), with "not now" (3 %), with a score (15 % + 40 % * engagement, times
  0.9 for each message of the class before it) or not at all; what is answered comes 2 minutes to 2 days later;
- a question that comes back after a score gets a few words with probability 0.2 + 0.5 * engagement, as soon as an ask
  would; a thank you gets nothing;
- the score follows 0.7 * mood + 0.3 * a draw of its own through `reacting.SCORES`: mostly 8 to 10, a thin tail down to
  0.

Delays are even on a logarithmic scale and cut to whole seconds.
"""

from dataclasses import dataclass
from enum import StrEnum

from outreach.lifecycle import TALK, Kind
from policies.chance import draw
from policies.replay import reacting
from policies.replay.reacting import ANSWER_DELAY, CONTENT_DELAY


class Deed(StrEnum):
    USED = "used"
    ANSWERED = "answered"
    NOT_NOW = "not_now"
    STOPPED = "stopped"
    SAID = "said"  # more, and no score


@dataclass(frozen=True, slots=True)
class Reaction:
    """What a customer does with a message, and how many seconds after it reached them; `score` 0-10 of an answer.

    `words` are what they write; where there are none, chance chooses them.
    """

    deed: Deed
    after: int
    score: int | None = None
    words: str = ""


class Respondents:
    """All customers of one seed."""

    def __init__(self, seed: int) -> None:
        self._salt = f"respondents {seed}"

    def react(self, customer: str, kind: str, number: int) -> Reaction | None:
        """What this customer (external id) does with their message `number` of this class; None: nothing."""
        engagement = draw(self._salt, "engagement", customer)
        chance, delay = (draw(self._salt, purpose, customer, kind, number) for purpose in ("deed", "delay"))
        if kind == Kind.CONTENT:
            does = reacting.uses(engagement, chance)
        elif kind in TALK:
            does = reacting.says_more(engagement, chance) if kind == Kind.FOLLOW_UP else reacting.NOTHING
        else:
            does = reacting.replies(number, engagement, chance)
        if does == reacting.NOTHING:
            return None
        after = reacting.between(*(CONTENT_DELAY if kind == Kind.CONTENT else ANSWER_DELAY), delay)
        score = self._score(customer, kind, number) if does == reacting.ANSWERED else None
        return Reaction(_DEEDS[does], after, score)

    def pick(self, customer: str, kind: str, number: int) -> float:
        """A number in [0, 1) that chooses the words they say it in."""
        return draw(self._salt, "words", customer, kind, number)

    def _score(self, customer: str, kind: str, number: int) -> int:
        mood, moment = draw(self._salt, "mood", customer), draw(self._salt, "moment", customer, kind, number)
        return reacting.score(mood, moment)


_DEEDS = {
    reacting.USED: Deed.USED,
    reacting.ANSWERED: Deed.ANSWERED,
    reacting.NOT_NOW: Deed.NOT_NOW,
    reacting.STOPPED: Deed.STOPPED,
    reacting.SAID: Deed.SAID,
}
