"""What a text is taken for: what is certain first, and what is left over last."""

import re

from outreach.answers import Intent, Reading, scores, wishes
from outreach.answers.later import later_in
from outreach.answers.lexicon import LANGUAGES
from outreach.answers.said import Said
from outreach.answers.stops import Stop, may_say_stop, stop_in

LONGEST = 20_000  # characters that are read


def understood(text: str, language: str | None, channel: str | None) -> Reading:
    said, spoken = Said(text[:LONGEST].strip()), (language or "")[:2].lower()
    if scored := scores.leading(said, spoken, channel) if said.numbered else None:
        return _answered(scored, stop_in(Said(scored.remark)) if may_say_stop(said) else Stop.NO)
    stop = stop_in(said)
    return (
        _automatic(said, stop)
        or _stopped(said, stop)
        or _wished(said, stop)
        or _answered_later(said, stop, spoken)
        or _left(said, stop, spoken)
    )


def _answered(scored: scores.Score, stop: Stop) -> Reading:
    if stop is Stop.YES:
        return Reading(Intent.STOP, scored.value, scored.remark)
    maybe_stop = stop is Stop.MAYBE
    return Reading(Intent.ANSWER, scored.value, scored.remark, not maybe_stop, maybe_stop)


def _automatic(said: Said, stop: Stop) -> Reading | None:
    if not wishes.is_automatic(said):
        return None
    if stop is Stop.YES:  # "Please do not mail me until then", or a person who is tired of us
        return Reading(Intent.UNCLEAR, None, said.text, sure=False, maybe_stop=True)
    return Reading(Intent.AUTOMATIC, None, said.text)


def _stopped(said: Said, stop: Stop) -> Reading | None:
    return Reading(Intent.STOP, None, said.text) if stop is Stop.YES else None


def _wished(said: Said, stop: Stop) -> Reading | None:
    maybe_stop = stop is Stop.MAYBE
    for intent, is_wished in _WISHES.items():
        if is_wished(said):
            return Reading(intent, None, said.text, not maybe_stop, maybe_stop)
    later = later_in(said)
    return Reading(Intent.LATER, None, said.text, not maybe_stop, maybe_stop, later.days) if later else None


def _answered_later(said: Said, stop: Stop, spoken: str) -> Reading | None:
    scored = scores.later(said, spoken) if said.numbered else None
    return _answered(scored, stop) if scored else None


def _left(said: Said, stop: Stop, spoken: str) -> Reading:
    """What is no wish we know: a comment, unless it may be something else that we cannot read."""
    maybe_stop = stop is Stop.MAYBE
    unread = spoken not in _READ or not _LETTER.search(said.text)
    scored = said.numbered and scores.may_hold_one(said.text)
    if maybe_stop or unread or scored or wishes.is_acknowledgement(said) or wishes.may_be_another(said):
        return Reading(Intent.UNCLEAR, None, said.text, sure=False, maybe_stop=maybe_stop)
    return Reading(Intent.COMMENT, None, said.text)


_WISHES = {
    Intent.START: wishes.is_start,
    Intent.HELP: wishes.is_help,
    Intent.WRONG_PERSON: wishes.is_wrong_person,
}
_READ = frozenset({"", *(language.language for language in LANGUAGES)})
_LETTER = re.compile("[a-zA-Z\u00c0-\u024f]")  # of the alphabet in which we read
