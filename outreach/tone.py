"""How a text speaks: what puts people under pressure is told to whoever writes it. Advice, never a refusal. Pure."""

import re

from policies.said import Sentence, worded

_BEGGING = (
    r"\b(give|rate) us (a |an )?(10|9|ten|five stars|5 stars)\b",
    r"\bgeef ons (een )?(10|9|tien|vijf sterren|5 sterren)\b",
    r"\bgeben sie uns (eine )?(10|9|zehn|fünf sterne|5 sterne)\b",
    r"\bdonnez[- ]nous (un |la note )?(10|9|dix|cinq étoiles|5 étoiles)\b",
)
_FLATTERY = (
    r"\byour (opinion|feedback|voice) (is|matters|counts)\b",
    r"\bvalued customer\b",
    r"\b(je|jouw|uw) (mening|feedback|stem) (is|telt|doet er)\b",
    r"\b(gewaardeerde|trouwe) klant\b",
    r"\b(ihre|deine) (meinung|stimme) (ist|zählt)\b",
    r"\bvotre (avis|opinion|voix) (est|compte|nous)\b",
)
_HASTE = (
    r"\b(last chance|act now|hurry up|only today|before it is too late|don.t miss)\b",
    r"\b(laatste kans|alleen vandaag|wees er snel bij|mis (het|dit) niet|haast je)\b",
    r"\b(letzte chance|nur heute|beeilen sie sich|jetzt handeln)\b",
    r"\b(dernière chance|aujourd.hui seulement|dépêchez-vous)\b",
)
_SURVEY = (r"survey|questionnaire|enqu[eê]te|vragenlijst|umfrage|befragung|sondage",)


def advice(subject: str, body: str) -> list[Sentence]:
    """What in these words begs, flatters, hurries or shouts, one sentence each, with the words that do."""
    words, found = f"{subject}\n{body}", []
    if begs := _first(_BEGGING, words):
        found.append(worded("“%(words)s” begs for a score; ask, and let them choose", words=begs))
    if flatters := _first(_FLATTERY, words):
        found.append(worded("“%(words)s” flatters; say what it is about instead", words=flatters))
    if hurries := _first(_HASTE, words):
        found.append(worded("“%(words)s” puts people in a hurry; leave them their time", words=hurries))
    if names := _first(_SURVEY, subject):
        found.append(worded("“%(words)s” in the subject sounds like work; say what it is about", words=names))
    if "!" in words:
        found.append(worded("an exclamation mark raises its voice; a full stop will do"))
    return found


def _first(patterns: tuple[str, ...], words: str) -> str:
    """The words that fit one of the patterns, or none."""
    fits = (re.search(pattern, words, re.IGNORECASE) for pattern in patterns)
    return next((found[0] for found in fits if found), "")
