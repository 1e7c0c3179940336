"""What one language has to tell `answers`. Each language is a file of its own: data that a colleague can extend.

Words are parted by spaces, phrases by commas. Capitals, accents and punctuation do not matter ("don't" is "don t",
"e-mail" is "e mail"), and customers may write umlauts as "ae", "oe", "ue": here they are spelled as they should be. In
phrases about messages, `{message}` stands for each of the `messages`.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The words of one language; `language` is its BCP 47 name."""

    language: str

    # Scores ----------------------------------------------------------------------------------------------------------
    numbers: str
    """From nothing to ten, eleven words; other spellings of one behind a "/". Not an article ("een", "un"): those are
    written far more often than they are meant as a one. "-" where there is no other word."""
    ordinary: str = ""
    """Numbers, and words that follow scores, of other languages that are ordinary words in this one."""
    never_bare: str = ""
    """Numbers that are other words as often ("one I like"): a score only alone or before punctuation."""
    greetings: str
    """Phrases that may stand before a score, with a name behind them: "Dear all, 8"."""
    openers: str
    """Phrases that may: "well, 8"."""
    scoring: str
    """A number after words is given as a score when one of these is among them: "I'd give it a nine", "cijfer: 7"."""
    past: str
    """Scoring words that tell of an earlier score where they stand behind something else: "last year I gave a 9"."""
    before_scores: str
    """... or when one of these stands right before it: "een dikke 9". Not: "it is 10", "just 5"."""
    introductions: str
    """... or when the words before it are just this phrase: "for me 9"."""
    leading: str
    """The other words that may stand before such a score."""
    not_leading: str
    """Phrases that look like one and are not: "give me 5"."""
    scale: str
    """What begins a phrase like "on a scale of 1 to 10"."""
    out_of: str
    """Between a score and the ten it is out of."""
    points: str
    because: str
    """Phrases that may follow any score with only a space between them: "eight because ..."."""
    saying: str
    """Phrases that may follow any score, too, and give no reason: "8 I think"."""
    following: str
    """Phrases that may follow one in digits. Any other word makes it a number of something: "2 dagen wachten"."""
    textspeak: str = ""
    """After "2" and "4" these show that they are written for "to" and "for": "4 me"."""
    not_following: str = ""
    """Phrases that begin as such a one and are not: "2 de keer"."""
    praise: str
    """Words of praise and of blame may follow as well ("9 great service"), unless what they praise is counted ("2 great
    people"). They also show that a number at the end is about what was liked: "Love it! 10"."""
    blame: str
    very: str
    """Words that strengthen one of these."""
    counted: str
    """What a number may count, more than one of: "9 out of 10 times", "2 nice people"."""
    not_plural: str
    """Words on "s" that count nothing; any other one after praise or blame may: "10 great tips"."""
    numbered: str = ""
    """What else a number with a full stop may be the number of: "3. Versuch"."""
    conditions: str
    """What comes after one of these was not given: "a 10, if you had called back"."""
    clock: str
    """A ten behind which one of these stands before a number was part of a date: "8/10 at 14:00"."""
    before_others: str
    """A number behind one of these is another one than a score: "at 9"."""
    months: str
    grades: str = ""
    """Words that show that a low number may be a mark of school, where one is the best."""

    # Wishes ----------------------------------------------------------------------------------------------------------
    polite: str
    """Phrases that change nothing about any wish, wherever they stand in it."""
    messages: str
    stop_messages: str
    """Phrases that say what has to stop: count when a message, or a clause of it, says little else."""
    stop: str
    """Phrases that say stop when a message says little else."""
    stop_words: str
    """Phrases that say stop when a message says little else, or begins with them and is four words long at most."""
    stop_alone: str
    """These say stop only when the message says nothing else: "the end was great" is no opt-out."""
    stop_perhaps: str
    """These never say stop for certain, but a person should look before the next ask."""
    no_messages: str
    """Neither do these; and they mean something else beside one of the words of `received`: "no texts received"."""
    received: str
    stop_fillers: str
    """Words that change nothing about a stop: "please stop sending me these text messages"."""
    not_after_stop: str
    """After a stop word these make it mean something else: "stop by", "stop niet"."""
    only_partly: str
    """A stop in one clause is not certain when one of these stands in another: "no texts, but mail is fine"."""
    help: str
    later: str
    """Phrases for "not this time": count when the message says little else."""
    later_fillers: str
    ask_again: str
    """Words that ask to be asked again: with one of them, a clause is enough."""
    when: str
    """Moments to come, and the days until then: "next week 7"."""
    ahead: str
    """Before or behind a time to come: "in" two weeks, two weeks "later"."""
    afterwards: str
    one: str
    """What counts as a one there: "in a week"."""
    units: str
    """Spans of time, and their days: "week 7"."""
    wrong_person: str
    """Phrases that say we have the wrong person, when a message or one of its clauses says little else."""
    wrong_fillers: str
    automatic: str
    """Phrases only an automatic answer says; "*" stands for up to eight words."""
    automatic_titles: str
    """Phrases an automatic answer begins with."""
    acknowledgements: str
    """Replies that answer no question from 0 to 10, and say nothing else either."""
