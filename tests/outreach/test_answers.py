"""What customers write, and how it is read. Each table is open for more rows."""

import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.answers import Intent, Reading, read
from outreach.answers.numbers import plain

SCORES = [  # text, score, comment
    ("8", 8, ""),
    ("0", 0, ""),
    (" 10! ", 10, ""),
    ("8 want jullie bellen altijd terug", 8, "want jullie bellen altijd terug"),
    ("een 9 want de monteur was op tijd", 9, "want de monteur was op tijd"),
    ("9 - great service", 9, "great service"),
    ("9 great service", 9, "great service"),
    ("9, great service", 9, "great service"),
    ("7 (de levering kwam laat)", 7, "(de levering kwam laat)"),
    ("8\nBetter than last year", 8, "Better than last year"),
    ("8/10", 8, ""),
    ("8 / 10, friendly people", 8, "friendly people"),
    ("8 out of 10 because it took a while", 8, "because it took a while"),
    ("7 op 10", 7, ""),
    ("10/10 would come again", 10, "would come again"),
    ("cijfer: 7", 7, ""),
    ("Score 6. Moest twee keer bellen", 6, "Moest twee keer bellen"),
    ("I'd give it a nine", 9, ""),
    ("I’d say 7", 7, ""),
    ("Ik geef jullie een dikke 9", 9, ""),
    ("een dikke 9", 9, ""),
    ("jullie krijgen een 8 van mij", 8, "van mij"),
    ("For me 9", 9, ""),
    ("9 for me", 9, "for me"),
    ("10 met een griffel", 10, "met een griffel"),
    ("acht", 8, ""),
    ("Zeven, omdat het lang duurde", 7, "omdat het lang duurde"),
    ("Ten!!", 10, ""),
    ("één", 1, ""),
    ("Hi, 9", 9, ""),
    ("Hallo,\n\n8\n\nGroet, Jan", 8, "Groet, Jan"),
    ("“8”", 8, ""),
    ("8️⃣", 8, ""),  # keycap
    ("🔟", 10, ""),
    ("８", 8, ""),  # full width
    ("8 👍", 8, "👍"),
    ("9 :)", 9, ""),
    ("Great! 9/10", 9, "Great!"),
    ("Don't miss it, love it! 10", 10, "Don't miss it, love it!"),
    ("Monteur was top. Ik geef een 9. Tot ziens", 9, "Monteur was top. Ik geef een 9. Tot ziens"),
    ("Très bien, je mets un 8", 8, "Très bien"),
    ("８／１０ ｇｏｏｄ", 8, "ｇｏｏｄ"),
    ("1️⃣0️⃣", 10, ""),
]

NO_SCORES = [  # a number, but another one than a score; or one of two
    "2 dagen wachten duurt te lang",
    "10 minutes late",
    "5 sterren",
    "5 stars",
    "8,5",
    "8.5 because it was late",
    "7½",
    "0..0",
    "8. .5",
    "8-9",
    "8 - 9",
    "7 of 8",
    "8 of 10",
    "7 or 8",
    "8, no wait 9",
    "9, nee toch een 8",
    "3-0",
    "10 10",
    "8+",
    "een zes min",
    "8?",
    "-8",
    "11",
    "100",
    "08",
    "85%",
    "€8",
    "10:30",
    "10u",
    "8 uur",
    "8am",
    "8/10 om 14:00",
    "9 out of 10 times you are late",
    "4/5",
    "06 12345678",
    "12a",
    "2e keer",
    "1. slow\n2. rude",
    "it is 10",
    "just 5",
    "u 2",
    "4 me it was fine",
    "2 the point: nobody called",
    "een",
    "one more thing",
    "ten slotte",
    "zero complaints",
    "8" * 30,
]

STOPS = [
    "STOP",
    " stop. ",
    "Stop please",
    "please opt me out",
    "AFMELDEN",
    "arret",
    "arrêt",
    "Unsubscribe",
    "opt-out",
    "STOP ALL",
    "Stop bothering me",
    "stop aub",
    "Stop met sms'en",
    "ik wil graag stoppen",
    "please stop texting me",
    "please stop sending me these text messages",
    "geen sms meer sturen aub",
    "Geen e-mails meer graag",
    "Laat me met rust",
    "Take me off your list please",
    "No more surveys",
    "end",
    "Quit",
    "cancel please",
    "Revoke",
    "STOP\n\nJan de Vries\nInkoper, Bakkerij De Vries",
    "stop\r\n\r\nSent from my phone while walking the dog",
]

NOT_CERTAINLY_STOPS = [  # text, is a person to look before the next ask?
    ("The end was great, don't stop", True),
    ("Don't stop, love it!", True),
    ("Bus stop", True),
    ("niet stoppen hoor", True),
    ("stop by any time", True),
    ("I would like you to stop asking the same thing over and over again", True),
    ("Ik heb zo'n hekel aan dit lastigvallen onder het eten", True),
    ("the end was great", False),
    ("in the end all went well", False),
    ("Cancel my order of yesterday", False),
    ("de monteur kwam op het einde van de dag", False),
]

LATERS = [
    "not now",
    "Later",
    "maybe later please",
    "Sorry, not now",
    "No thanks",
    "nu even niet nu",
    "Volgende maand",
    "ik heb nu geen tijd",
    "Nee bedankt",
    "vraag het me volgende week nog eens",
]

COMMENTS = [
    "Nobody ever calls back",
    "De monteur was vriendelijk en snel klaar",
    "see you later",
    "I was called 3 times about the same thing",
    "Called at 10:30, was told to wait",
]

UNCLEAR = ["", "   ", "👍", "???", "yes", "Ja", "ok", "no", "Great guys, 9", "I think it was a nine"]


@pytest.mark.parametrize(("text", "score", "comment"), SCORES)
def test_a_score_is_read_and_the_rest_is_the_comment(text: str, score: int, comment: str) -> None:
    reading = read(text)
    assert (reading.intent, reading.score, reading.comment, reading.sure) == (Intent.ANSWER, score, comment, True)


@pytest.mark.parametrize("text", NO_SCORES)
def test_a_number_that_may_be_something_else_is_no_score(text: str) -> None:
    reading = read(text)
    assert reading.score is None
    assert reading.intent in {Intent.COMMENT, Intent.UNCLEAR}
    assert reading.comment == text


@pytest.mark.parametrize("text", STOPS)
def test_a_stop_is_understood_in_plain_words(text: str) -> None:
    assert read(text).intent is Intent.STOP


@pytest.mark.parametrize(("text", "doubtful"), NOT_CERTAINLY_STOPS)
def test_a_stop_word_inside_a_sentence_opts_nobody_out(text: str, doubtful: bool) -> None:
    reading = read(text)
    assert reading.intent is not Intent.STOP
    assert reading.maybe_stop is doubtful
    assert reading.sure is not doubtful


@pytest.mark.parametrize("text", LATERS)
def test_not_now_is_understood(text: str) -> None:
    assert read(text).intent is Intent.LATER


@pytest.mark.parametrize("text", COMMENTS)
def test_words_without_a_score_are_a_comment(text: str) -> None:
    reading = read(text)
    assert (reading.intent, reading.score, reading.comment, reading.sure) == (Intent.COMMENT, None, text, True)


@pytest.mark.parametrize("text", UNCLEAR)
def test_what_a_person_must_read_stays_unclear(text: str) -> None:
    reading = read(text)
    assert (reading.intent, reading.score, reading.sure) == (Intent.UNCLEAR, None, False)


@pytest.mark.parametrize(
    ("text", "intent"), [("START", Intent.START), ("unstop", Intent.START), ("Help!", Intent.HELP)]
)
def test_the_words_that_providers_agree_on_are_understood(text: str, intent: Intent) -> None:
    assert read(text).intent is intent


def test_yes_opts_nobody_in() -> None:
    assert read("YES").intent is Intent.UNCLEAR


def test_a_score_before_a_stop_is_kept() -> None:
    reading = read("8. Stop please")
    assert (reading.intent, reading.score) == (Intent.STOP, 8)


def test_a_doubtful_stop_beside_a_score_leaves_the_score_and_calls_a_person() -> None:
    reading = read("10, don't ever stop")
    assert (reading.intent, reading.score, reading.maybe_stop, reading.sure) == (Intent.ANSWER, 10, True, False)


@pytest.mark.parametrize(("language", "score"), [("en", 8), ("en-GB", 8), ("nl", None), (None, None)])
def test_eight_of_ten_is_a_score_in_english_and_a_choice_in_dutch(language: str | None, score: int | None) -> None:
    assert read("8 of 10", language).score == score


@pytest.mark.parametrize(("language", "score"), [("nl", 0), (None, 0), ("fr", None), ("en", None)])
def test_nul_is_nothing_in_dutch_and_rubbish_in_french(language: str | None, score: int | None) -> None:
    assert read("Nul!", language).score == score


@pytest.mark.parametrize(("language", "score"), [("fr", 2), ("nl", 2), ("de", None), (None, None)])
def test_a_low_mark_that_may_be_one_of_a_german_school_is_left_to_a_person(
    language: str | None, score: int | None
) -> None:
    assert read("Note: 2", language).score == score


@pytest.mark.parametrize(("language", "score"), [("en", 3), ("nl", 3), ("de", None), (None, None)])
def test_a_number_with_a_full_stop_may_be_an_ordinal_in_german(language: str | None, score: int | None) -> None:
    assert read("3. Versuch", language).score == score


@pytest.mark.parametrize(("channel", "score"), [("email", 4), ("sms", None), (None, None)])
def test_four_me_is_textspeak_unless_it_came_by_mail(channel: str | None, score: int | None) -> None:
    assert read("4 the service was slow", "en", channel).score == score


def test_a_doubtful_stop_is_shown_to_a_person() -> None:
    reading = read("I could not stop laughing")
    assert (reading.intent, reading.sure, reading.maybe_stop) == (Intent.UNCLEAR, False, True)


def test_a_machine_that_mentions_stopping_stops_nothing() -> None:
    assert read("Automatic reply: I am out of office until Monday. Unsubscribe below.").intent is Intent.AUTOMATIC
    reading = read("I am currently out of the office. Please do not email me.")
    assert (reading.intent, reading.maybe_stop) == (Intent.UNCLEAR, True)


def test_a_stop_beside_another_wish_is_a_stop() -> None:
    assert read("Wrong number. STOP").intent is Intent.STOP
    assert read("Not now. And stop texting me.").intent is Intent.STOP


@pytest.mark.parametrize(("text", "language"), [("别再发短信了", None), ("Хватит", "ru"), ("Ya no quiero nada", "es")])
def test_what_is_said_in_a_language_we_do_not_read_is_left_to_a_person(text: str, language: str | None) -> None:
    assert read(text, language) == Reading(Intent.UNCLEAR, None, text, sure=False)


def test_two_times_to_ask_again_are_no_time() -> None:
    assert read("ask me next week or next month") == Reading(Intent.LATER, None, "ask me next week or next month")


@given(st.text())
def test_signs_are_made_plain_in_their_place(text: str) -> None:
    assert len(plain(text)) == len(text)


def test_every_sign_there_is_is_made_plain_in_its_place() -> None:
    every = "".join(map(chr, [*range(0xD800), *range(0xE000, sys.maxunicode + 1)]))
    assert len(plain(every)) == len(every)


@given(st.text())
def test_any_text_can_be_read_and_is_kept_or_answered(text: str) -> None:
    reading = read(text)
    assert (reading.score is not None) == (reading.intent is Intent.ANSWER) or reading.intent is Intent.STOP
    assert reading.score is None or 0 <= reading.score <= 10
    assert reading.comment in text


@given(st.sampled_from(["", "een ", "I'd give it "]), st.integers(11, 10**9))
def test_a_number_above_ten_is_never_a_score(lead: str, number: int) -> None:
    assert read(f"{lead}{number}").score is None


PIECES = [
    *("a ", "8 ", "8!", "- ", "stop ", "don't stop ", "een ", "no more ", "\n", " ", "8️⃣", "e\u0301", "\u0301"),
    *("10/10 ", "İ", "ﷺ", "½", "１", "👍", "\u200b", '"', "*", "(0-10) ", "on a scale of 1 to 10 ", "I'd give it "),
    *("love it! 10 ", "8, 3 days ", "8. ", "very nice ", "Dear all, ", "in 2 weeks ", "ask me ", "wrong number. "),
    *("ich bin ", "thank you for your email ", "ne m'envoyez plus de ", "keine SMS ", "points of ", "Note ", "(", "="),
]


@pytest.mark.parametrize("start", ["", "8 ", "8, ", "stop ", "stop\n", "love it ", "8/10 "])
@pytest.mark.parametrize("piece", PIECES)
def test_no_text_of_20_kb_takes_50_milliseconds(start: str, piece: str) -> None:
    text = (start + piece * 20_000).encode()[:19_998].decode(errors="ignore") + "?8"
    assert min(_seconds(text) for _ in range(3)) < 0.05


def _seconds(text: str) -> float:
    began = time.process_time()
    read(text)
    return time.process_time() - began
