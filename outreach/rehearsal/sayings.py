"""The words made-up customers answer in, in their own language: data that a colleague can extend.

`{score}` is the score; a saying without it is not an answer. Each must be read back as what it means (a test does).
"""

from outreach.rehearsal.respondents import Deed, Reaction

STOP = {"en": ("STOP", "stop please", "unsubscribe"), "nl": ("STOP", "afmelden", "stop aub")}
NOT_NOW = {"en": ("not now", "later please", "no time right now"), "nl": ("nu niet", "geen tijd", "volgende week")}

BARE = ("{score}", "{score}", "{score}", "{score}!", "{score}/10")
PROMOTER = {
    "en": (
        "{score} friendly, on time, and the kitchen was cleaner than before",
        "{score} because you always call back the same day",
        "{score} - the engineer explained what was wrong and how to prevent it",
        "{score}, they took their shoes off without being asked",
        "{score} very happy with the planning, no waiting at home",
        "A {score}, thanks to Samira at the desk",
    ),
    "nl": (
        "{score} want jullie bellen altijd terug",
        "{score} vriendelijke monteur en precies op tijd",
        "Een dikke {score}, alles netjes achtergelaten",
        "{score} - goed uitgelegd wat er aan de hand was",
        "{score}, de planning klopte en dat is wel eens anders",
        "{score} omdat Samira aan de balie meedenkt",
    ),
}
PASSIVE = {
    "en": (
        "{score} good work, but I had to call twice for a date",
        "{score} fine, only the invoice was unclear",
        "{score} - came a bit late but fixed it at once",
        "{score}, nothing special, nothing wrong",
    ),
    "nl": (
        "{score} prima werk, maar ik moest twee keer bellen voor een afspraak",
        "{score} goed, alleen was de factuur onduidelijk",
        "{score} - wel wat later dan beloofd",
        "{score}, niets bijzonders, niets mis",
    ),
}
DETRACTOR = {
    "en": (
        "{score}, waited all day at home and nobody came",
        "{score} because the leak was back within a week",
        "{score} - everybody I spoke to told another story",
        "{score}, the price was higher than agreed",
        "{score}, I was on hold for half an hour",
    ),
    "nl": (
        "{score}, hele dag thuis gezeten en niemand gezien",
        "{score} want de lekkage was na een week terug",
        "{score} - iedereen vertelde weer een ander verhaal",
        "{score}, duurder dan afgesproken",
        "{score} ik heb een half uur in de wacht gestaan",
    ),
}


MORE = {
    "en": (
        "mainly how I was spoken to on the phone",
        "the planning, mostly",
        "how it was explained to me afterwards",
        "the time between my call and your visit",
    ),
    "nl": (
        "vooral hoe ik aan de telefoon te woord werd gestaan",
        "de planning vooral",
        "hoe het me achteraf is uitgelegd",
        "de tijd tussen mijn telefoontje en jullie bezoek",
    ),
}

FOR_A_PERSON = {
    "en": ("7 or 8, hard to say", "2 days of waiting", "rather no mail about this"),
    "nl": ("een 7 of een 8, lastig", "2 dagen wachten", "liever geen mail hierover"),
}
"""What is not clear, and so waits for somebody; the last may be a stop."""


def spoken(language: str | None) -> str:
    """The language they write in: where we have no words for theirs, English."""
    return "nl" if (language or "").startswith("nl") else "en"


def say(reaction: Reaction, language: str | None, chance: float) -> str:
    """What a customer writes; `chance` in [0, 1) chooses among the sayings."""
    sayings = _sayings(reaction, spoken(language))
    return sayings[int(chance * len(sayings))].format(score=reaction.score)


def _sayings(reaction: Reaction, language: str) -> tuple[str, ...]:
    if reaction.deed is Deed.STOPPED:
        return STOP[language]
    if reaction.deed is Deed.NOT_NOW:
        return NOT_NOW[language]
    if reaction.deed is Deed.SAID:
        return MORE[language]
    score = reaction.score or 0
    return BARE + (PROMOTER if score >= 9 else PASSIVE if score >= 7 else DETRACTOR)[language]
