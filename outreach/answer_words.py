"""The words `answers` goes by, per language: data that a colleague can extend.

Lower case. Lists of words are parted by spaces, lists of phrases by commas; an apostrophe parts words ("i'd" is "i d").
"""

import re
from collections.abc import Iterable

# Scores in words, from nothing to ten. "een" is an article as often as a one, so it is not here; "één" is.
SCORES = {
    "en": "zero one two three four five six seven eight nine ten",
    "nl": "nul één twee drie vier vijf zes zeven acht negen tien",
}
NUMBERS = {word: number for line in SCORES.values() for number, word in enumerate(line.split())} | {"🔟": 10}

GREETINGS = "hi hello hey hallo hoi dag beste goedemorgen goedemiddag goedenavond yes sure ja nou ok oké"

# A number after words is given as a score when one of them is a scoring word, or the last one stands before scores:
# "ik geef jullie een dikke 9", "I'd give it a nine", "cijfer: 7", "definitely 10". Not: "it is 10", "just 5".
SCORING = {
    "en": "give gave say score rate rated rating grade deserve deserves",
    "nl": "geef gaf geven zeg zeggen cijfer score beoordeling rapportcijfer verdient verdienen krijgt krijgen krijg",
}
BEFORE_SCORES = {
    "en": "a an solid strong good full perfect straight definitely overall",
    "nl": "een n dikke vette ruime mooie nette goede goeie stevige solide welverdiende magere zwakke zeker",
}
INTRODUCTIONS = "for me, voor mij, wat mij betreft"
LEADING = {
    "en": "i d ll we my our would will be it s is was you them the this that get for me just only so well deserved",
    "nl": "ik wij we mijn ons onze zou het is was wordt dit dat jullie u je voor mij dan gewoon wel maar doe hele wat "
    "betreft",
}

# What may follow a score with only a space between them. Any other word makes it a number of something:
# "2 dagen wachten", "10 minutes late", "5 sterren".
FOLLOWING = {
    "en": "because cause cos but though although however i we you your they he she it the this my always very "
    "really so such great good fine nice excellent perfect amazing awesome brilliant lovely fantastic wonderful super "
    "friendly helpful fast quick slow bad poor terrible awful disappointing thanks thank thx points well keep overall "
    "everything nothing",
    "nl": "want omdat aangezien maar ik wij we jullie je u het de dit dat alles niets altijd heel erg echt zeer goed "
    "goede prima fijn fijne top uitstekend geweldig snel snelle traag trage slecht slechte matig vriendelijk "
    "vriendelijke bedankt dank dankjewel punten ga zo zou hoor dus graag wat mij als van voor tevreden ontevreden "
    "keurig netjes klasse",
}
FOLLOWING_PHRASES = {
    "en": "for me, for you, for your, for service, for the service, for the friendly, for being, and i, and you",
    "nl": "en ik, en jullie, met een griffel",
}
# "2" and "4" are also written for "to" and "for": "4 me", "2 the shop".
AFTER_TEXTSPEAK = "the this my you your it i"

# Words between a score and the ten it is out of. In Dutch "8 of 10" is eight or ten.
OUT_OF = "/, out of, op, op de, van de, uit"
OUT_OF_IN_ENGLISH = "of"
# What makes ten a number of something after all, or a time: "9 out of 10 times", "8/10 om 14:00".
NOT_OUT_OF_TEN = "times time keer people mensen customers klanten gevallen cases calls days dagen at om rond pm am"

# Opting out. A message that begins with one of these says stop; inside a longer one they call for a person's look.
STOP = {
    "en": "stop, stopp, stopall, unsubscribe, unsub, optout, opt out, opt me out, remove me, take me off, do not "
    "contact, don t contact, do not text, don t text, do not email, don t email, leave me alone, lose my number, "
    "no surveys, no more texts, no more messages, no more emails, no more mails, no more sms, no more surveys, no more "
    "questions",
    "nl": "stop, stoppen, afmelden, uitschrijven, meld me af, meld mij af, schrijf me uit, schrijf mij uit, geen sms "
    "meer, geen sms jes meer, geen berichten meer, geen mail meer, geen mails meer, geen e mails meer, geen "
    "vragen meer, geen enquêtes, geen enquetes, laat me met rust, laat mij met rust, verwijder mij, verwijder "
    "me, haal me eraf, hou op, houd op, niet meer mailen, niet meer sms en, niet meer appen",
    "other": "arret, arrete, arrett, arrêt, désabonner, desabonner, abmelden, abbestellen",
}
# These say stop only when the message says nothing else: "the end was great" is no opt-out.
STOP_ALONE = "end, quit, cancel, revoke, remove, td, einde, opzeggen, annuleren"
# These never say stop for certain, but a person should look before the next ask.
STOP_PERHAPS = "cancel my subscription, quit texting, spam, harassing, lastigvallen, lastig vallen"

POLITE = "please pls plz now thanks thank you aub alstublieft alsjeblieft svp graag nu bedankt dank"
# Words that change nothing about a stop: "please stop sending me these text messages".
STOP_FILLERS = {
    "en": "the this these those all any it me us sending texting messaging emailing mailing contacting asking text "
    "texts message messages sms email emails mail mails survey surveys question questions from with of list number "
    "your i d want to would like kindly just ok okay no yes hi hello hey sorry but and",
    "nl": "met het deze dit die dat alle sturen sms en smsen mailen mail mails bericht berichten enquête enquêtes "
    "vraag vragen mij me mijn ik wil wilt u jullie je hiermee ermee nee ja hallo hoi van voor de lijst nummer gelieve "
    "direct maar",
}
# After a stop word these make it another verb: "stop by", "stop at the shop".
NOT_AFTER_STOP = "by over at in off"

START = "start unstop"
HELP = "help info"

# "Not this time": counts when the message says little else.
LATER = {
    "en": "not now, later, maybe later, not today, another time, some other time, no time, too busy, next week, next "
    "month, no thanks, no thank you, not interested",
    "nl": "nu niet, niet nu, straks, andere keer, ander keertje, geen tijd, te druk, volgende week, volgende maand, "
    "vandaag niet, nee bedankt, nee dank, nee dank je, liever niet, geen interesse, geen zin",
}
LATER_FILLERS = {
    "en": "sorry i m am maybe perhaps ask me again at the moment in a right just currently have is it",
    "nl": "ik heb ben even misschien vraag het me mij nog eens een in op dit moment daar er maar om helaas het spijt",
}

# Replies that answer no question from 0 to 10, and say nothing else either ("een" may be meant as a one).
ACKNOWLEDGEMENTS = "een yes no ok okay oke oké k ja nee jup yep nope thanks bedankt hi hello hallo hoi"


def words_of(*lists: str) -> frozenset[str]:
    """The words of lists parted by spaces."""
    return frozenset(word for line in lists for word in line.split())


def phrases_of(*lists: str) -> frozenset[str]:
    """The phrases of lists parted by commas."""
    return frozenset(phrase.strip() for line in lists for phrase in line.split(","))


def either(options: Iterable[str]) -> str:
    """A pattern for any of the options, the longest first."""
    return "|".join(re.escape(option) for option in sorted(options, key=lambda option: (-len(option), option)))
