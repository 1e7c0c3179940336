"""Why a history cannot carry an estimate, in a plain sentence: a refusal stands where the estimate would have stood."""

from collections.abc import Mapping
from dataclasses import dataclass

SENTENCES: Mapping[str, Mapping[str, str]] = {
    "not_installed": {
        "en": "estimates need the extra `fast`, which is not installed",
        "nl": "schattingen hebben de extra `fast` nodig, en die is niet geïnstalleerd",
    },
    "nothing": {
        "en": "there is nothing to judge by",
        "nl": "er is niets om op af te gaan",
    },
    "not_logged": {
        "en": "{rows:,} of the {of:,} past decisions have no usable probability with them",
        "nl": "bij {rows:,} van de {of:,} vroegere beslissingen staat geen bruikbare kans",
    },
    "wrong_log": {
        "en": "the probabilities that were stored do not fit what was done: “{action}” counts for {mean:.2f} times "
        "the decisions there were, and at most {limit:.2f} could be chance",
        "nl": "de bewaarde kansen passen niet bij wat er gedaan is: “{action}” telt voor {mean:.2f} keer zoveel "
        "beslissingen als er waren, en hoogstens {limit:.2f} kan toeval zijn",
    },
    "uncovered": {
        "en": "{share:.1%} of what would be done was never tried before, so nothing is known of it",
        "nl": "{share:.1%} van wat er gedaan zou worden is nooit eerder geprobeerd; daarover is niets bekend",
    },
    "too_few_effective": {
        "en": "so little of the past is like it that {rows:,} rows are worth only {effective:,.0f}; "
        "{least:,.0f} are needed",
        "nl": "zo weinig van het verleden lijkt erop dat {rows:,} regels maar {effective:,.0f} waard zijn; "
        "{least:,.0f} zijn er nodig",
    },
    "one_row_rules": {
        "en": "a single row of the past has {share:.0%} of the weight; {most:.0%} is the most that can be relied on",
        "nl": "één regel uit het verleden heeft {share:.0%} van het gewicht; meer dan {most:.0%} is niet betrouwbaar",
    },
    "weights_off": {
        "en": "the weights of the past are {mean:.3f} on average, and should be 1 within {margin:.3f}",
        "nl": "de gewichten van het verleden zijn gemiddeld {mean:.3f}, en horen 1 te zijn op {margin:.3f} na",
    },
    "none_happened": {
        "en": "in {rows:,} asks it never happened, so it cannot be learnt what it depends on",
        "nl": "in {rows:,} vragen kwam het nooit voor; waarvan het afhangt is niet te leren",
    },
    "too_few_happened": {
        "en": "it came out one way in only {rows:,} of {of:,} asks; {least:,} are needed to learn what it depends on",
        "nl": "het liep maar bij {rows:,} van de {of:,} vragen anders af; om te leren waarvan dat afhangt zijn er "
        "{least:,} nodig",
    },
    "changed": {
        "en": "times have changed: the earlier part of the past expects {expected:,.0f} in its last part, and there "
        "were {seen:,.0f}",
        "nl": "de tijden zijn veranderd: het eerste deel van het verleden doet er {expected:,.0f} verwachten in het "
        "laatste deel, en het waren er {seen:,.0f}",
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Refusal:
    """A reason (a key of SENTENCES), and the numbers in its sentence."""

    code: str
    numbers: Mapping[str, float | str]

    def says(self, language: str = "en") -> str:
        return SENTENCES[self.code][language].format(**self.numbers)
