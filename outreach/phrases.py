"""Our own words around every message, by language: who it is from, how to stop, and where to answer."""

from collections.abc import Mapping

from channels.incoming_mail import REPLY_ABOVE
from channels.message import Channel

__all__ = ["ANSWER_HERE", "CHOOSE", "HINTS", "NO_MORE", "OPEN_IT", "REPLY_ABOVE", "said", "spoken"]

HINTS = {
    Channel.SMS: {
        "en": "No more? Reply STOP",
        "nl": "Liever niet? Antwoord STOP",
        "de": "Lieber nicht? Antwort: STOP",
        "fr": "Stop ? Répondez STOP",
    },
    Channel.EMAIL: {
        "en": "You get this because you are a customer of {organisation}. Rather not? Reply with the word STOP.",
        "nl": "Je krijgt dit omdat je klant bent van {organisation}. Liever niet? Antwoord met het woord STOP.",
        "de": "Sie bekommen dies, weil Sie Kunde von {organisation} sind. Lieber nicht? Antwort: STOP.",
        "fr": "Vous recevez ceci parce que vous êtes client de {organisation}. Plus envie ? Répondez par le mot STOP.",
    },
}

NO_MORE = {
    "en": "No more messages",
    "nl": "Geen berichten meer",
    "de": "Keine Nachrichten mehr",
    "fr": "Plus aucun message",
}
CHOOSE = {
    "en": "Choose what you get from us",
    "nl": "Kies wat je van ons krijgt",
    "de": "Wählen, was Sie von uns bekommen",
    "fr": "Choisir ce que vous recevez de nous",
}
ANSWER_HERE = {
    "en": "Choose your number here:",
    "nl": "Kies hier je cijfer:",
    "de": "Hier Ihre Zahl wählen:",
    "fr": "Choisissez votre chiffre ici :",
}
OPEN_IT = {"en": "Open it", "nl": "Bekijk het", "de": "Ansehen", "fr": "Ouvrir"}


def said(words: Mapping[str, str], language: str) -> str:
    """The words in this language (BCP 47), or in English."""
    return words[spoken(language)]


def spoken(language: str) -> str:
    """The language (BCP 47) in which our own words are said: itself where we have them, else English."""
    base = language.partition("-")[0].lower()
    return base if base in REPLY_ABOVE else "en"
