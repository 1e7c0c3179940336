"""Read what a customer wrote: is it a score, a stop, a "not now", or something for a person to read?

Pure, and never a guess: what could be read in two ways is `unclear`. It is better to leave ten replies to a person than
to get one wrong. Every search takes time in proportion to the text, whatever the text is. English, Dutch, German and
French are read; what they have to tell is data, one file a language.
"""

from dataclasses import dataclass
from enum import StrEnum


class Intent(StrEnum):
    """What a reply wants."""

    ANSWER = "answer"  # gives a score
    STOP = "stop"  # wants to hear nothing more
    START = "start"  # takes an earlier STOP back
    HELP = "help"  # asks who we are
    LATER = "later"  # not now
    WRONG_PERSON = "wrong_person"  # is somebody we do not mean
    AUTOMATIC = "automatic"  # was written by a machine
    COMMENT = "comment"  # says something, without a score
    UNCLEAR = "unclear"  # a person must read it


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reply says. `score` is 0-10; `comment` is what was written beside it, or all of it.

    Unless `sure`, a person should look at it. With `maybe_stop` the customer is left in peace until one has.
    `snooze_days` is how long to wait before asking again, where LATER names a time.
    """

    intent: Intent
    score: int | None
    comment: str
    sure: bool = True
    maybe_stop: bool = False
    snooze_days: int | None = None


def read(text: str, language: str | None = None, channel: str | None = None) -> Reading:
    """Read one reply. Every language is read; the customer's own (BCP 47) settles words that mean different things, and
    so does the channel ("email", "sms").
    """
    from outreach.answers.understanding import understood  # large, and few of our processes ever read a reply

    return understood(text, language, channel)
