"""What a person wrote in a mail, whatever their mail program put around it. Each table is open for more rows."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.mail_replies import own_words
from channels.mail_words import REPLY_ABOVE

SAID = "8, jullie bellen altijd terug"
QUOTE = "Hoe was het bezoek?\n\n0 1 2 3 4 5 6 7 8 9 10"
MARKED = "> Hoe was het bezoek?\n>\n> 0 1 2 3 4 5 6 7 8 9 10"

ABOVE_A_QUOTE = [  # what mail programs write above what they quote
    "On Tue, Mar 3, 2026 at 10:12 AM Acme <ask@acme.example> wrote:",
    "On Tue, Mar 3, 2026 at 10:12 AM Acme <\nask@acme.example> wrote:",
    "On 3 Mar 2026, at 10:12, Acme <ask@acme.example> wrote:",
    "On 03/03/2026 10:12, Acme wrote:",
    "On Tuesday, 3 March 2026 at 10:12, Acme\n<ask@acme.example>\nwrote:",
    "Op di 3 mrt 2026 om 10:12 schreef Acme <ask@acme.example>:",
    "Op di 3 mrt 2026 om 10:12 schreef Acme\n<ask@acme.example>:",
    "Op 3 mrt 2026 om 10:12 heeft Acme <ask@acme.example> het volgende geschreven:",
    "Op dinsdag 3 maart 2026 om 10:12:45 CET schreef Acme <ask@acme.example>: ",
    "Op 03-03-2026 om 10:12 schreef Acme:",
    "Acme <ask@acme.example> schreef op di 3 mrt 2026 10:12:",
    "Am Di., 3. März 2026 um 10:12 Uhr schrieb Acme <ask@acme.example>:",
    "Am Di., 3. März 2026 um 10:12 Uhr schrieb Acme <\nask@acme.example>:",
    "Am 03.03.2026 um 10:12 schrieb Acme:",
    "Acme <ask@acme.example> schrieb am Di., 3. März 2026, 10:12:",
    "Le mar. 3 mars 2026 à 10:12, Acme <ask@acme.example> a écrit :",
    "  On Tue, Mar 3, 2026 at 10:12, Acme<ask@acme.example> wrote:   Dear Jan,",
    "Le 03/03/2026 à 10:12, Acme a écrit\xa0:",
    "El mar, 3 mar 2026 a las 10:12, Acme (<ask@acme.example>) escribió:",
    "Il giorno mar 3 mar 2026 alle ore 10:12 Acme <ask@acme.example> ha scritto:",
    "Den tis 3 mars 2026 kl 10:12 skrev Acme <ask@acme.example>:",
    "From: Acme <ask@acme.example>\nSent: Tuesday, March 3, 2026 10:12\nTo: Jan\nSubject: Your visit\n",
    "*From:* Acme [mailto:ask@acme.example]\n*Sent:* Tuesday\n*To:* Jan\n*Subject:* Your visit\n",
    "________________________________\nFrom: Acme <ask@acme.example>\nSent: Tuesday\nTo: Jan\nSubject: Your visit\n",
    "Van: Acme <ask@acme.example>\nVerzonden: dinsdag 3 maart 2026 10:12\nAan: Jan\nOnderwerp: Uw bezoek\n",
    "Van: Acme\n\nDatum: dinsdag 3 maart 2026\n\nAan: Jan\n\nOnderwerp: Uw bezoek\n",
    "Von: Acme\nGesendet: Dienstag, 3. März 2026 10:12\nAn: Jan\nBetreff: Ihr Besuch\n",
    "Gesendet: Dienstag, 3. März 2026 um 10:12 Uhr\nVon: Acme\nAn: Jan\nBetreff: Ihr Besuch\n",
    "De : Acme\nEnvoyé : mardi 3 mars 2026 10:12\nÀ : Jan\nObjet : Votre visite\n",
    "-----Original Message-----",
    "-------- Oorspronkelijk bericht --------\nVan: Acme",
    "-----Ursprüngliche Nachricht-----",
    "-------- Message d'origine --------",
]

BELOW_THE_WORDS = [  # signatures, and what programs add
    "-- \nJan de Vries\n06 12345678",
    "--\nJan",
    "Met vriendelijke groet,\n\nJan de Vries",
    "Met vriendelijke groeten",
    "Groetjes Jan",
    "Groeten, Jan en Marie",
    "Mvg,\nJan",
    "Kind regards,\nJane Doe\nAcme Ltd",
    "Best regards",
    "Cheers, Jane",
    "Mit freundlichen Grüßen\nJan Müller",
    "Viele Grüße\nJan",
    "LG Anna",
    "Cordialement,\nJean Dupont",
    "Bien à vous",
    "Verstuurd vanaf mijn iPhone",
    "Sent from my Galaxy",
    "Get Outlook for iOS<https://aka.ms/o0ukef>",
    "Verzonden vanuit Outlook voor Android",
    "Von meinem iPhone gesendet",
    "Envoyé de mon iPhone",
    "_______________________________________________\nlist mailing list",
]

KEPT = [  # words that only look like what programs write
    "On your remote host I waited:\n8 days",
    "On 3 May your technician said:\nnothing at all",
    "As I wrote on 3/5/2026 the\ndelivery failed for these reasons:\nlate, wet",
    "9\nThanks, the delivery was great!",
    "9\nBedankt, prima geholpen",
    "- duur\n- traag",
    "6\n-Duur",
    "Groot compliment",
    "Grüße an den Monteur, er war super!",
    "Van mij een 9",
    "To be honest: 7",
    "Sent from my desk, is much easier than my mobile phone.",
    "8 -- goed geholpen",
    "Warning: your mails are too many. 3",
    "Attention: no mail from external companies please",
    "10 :)\n👍",
    "vacation was great",
    "Regards from Spain",
]


@pytest.mark.parametrize("above", ABOVE_A_QUOTE)
@pytest.mark.parametrize("quote", [QUOTE, MARKED])
def test_what_is_quoted_is_cut(above: str, quote: str) -> None:
    assert own_words(f"{SAID}\n\n{above}\n\n{quote}\n".replace("\xa0", " ")) == SAID


@pytest.mark.parametrize("above", ABOVE_A_QUOTE)
def test_a_mail_that_only_quotes_says_nothing(above: str) -> None:
    assert own_words(f"\n{above}\n\n{QUOTE}".replace("\xa0", " ")) == ""


@pytest.mark.parametrize("below", BELOW_THE_WORDS)
def test_signatures_are_cut(below: str) -> None:
    assert own_words(f"{SAID}\n\n{below}\n\nOp 03-03-2026 om 10:12 schreef Acme:\n{MARKED}") == SAID


def test_what_is_signed_with_a_key_is_not_lost() -> None:
    signed = "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n{}\n-----BEGIN PGP SIGNATURE-----\n\niQIz\n"
    assert own_words(signed.format(SAID)) == SAID


@pytest.mark.parametrize("words", KEPT)
def test_a_persons_own_words_are_kept(words: str) -> None:
    assert own_words(words) == words


def test_an_answer_below_the_quote_is_found() -> None:
    assert own_words(f"Op 03-03-2026 om 10:12 schreef Acme:\n{MARKED}\n\n{SAID}\n\nGroet,\nJan") == SAID


def test_answers_between_quoted_lines_are_put_together() -> None:
    mail = "Op 03-03-2026 om 10:12 schreef Acme:\n> Welk cijfer?\n\n8\n\n> Waarom?\n\nSnel geholpen\n"
    assert own_words(mail) == "8\nSnel geholpen"


def test_indented_lines_and_blank_lines_between_stay_as_written() -> None:
    assert own_words("7\n\n   - duur\n   - traag\n\n") == "7\n\n   - duur\n   - traag"


def test_a_line_that_says_the_mail_came_from_outside_is_cut() -> None:
    banner = "CAUTION: This email originated from outside of the organization.\nDo not click links."
    assert own_words(f"{banner}\n\n{SAID}") == SAID
    assert own_words(f"{banner}\n{SAID}") == SAID


@pytest.mark.parametrize("line", REPLY_ABOVE.values())
class TestOurOwnLine:
    def test_what_stands_below_it_is_ours(self, line: str) -> None:
        assert own_words(f"{SAID}\n\n--- {line} ---\n{QUOTE}") == SAID

    def test_what_stands_around_it_is_cut_as_well(self, line: str) -> None:
        mail = (
            f"{SAID}\nGroet, Jan\n\nOp 03-03-2026 om 10:12 schreef Acme:\n\n> --- {line} ---\n{MARKED}\n\nVirus-free."
        )
        assert own_words(mail) == SAID

    def test_below_the_quote_an_answer_is_found_where_there_is_none_above(self, line: str) -> None:
        assert own_words(f"Op 03-03-2026 om 10:12 schreef Acme:\n> {line}\n{MARKED}\n\n{SAID}") == SAID

    def test_without_marks_of_a_quote_nothing_below_it_is_an_answer(self, line: str) -> None:
        assert own_words(f"{line}\n{QUOTE}") == ""


@given(st.text(alphabet="On 1:\n> -_FromTo:@wrteschfGgs,.ö", max_size=400))
def test_any_text_gives_lines_of_itself(text: str) -> None:
    assert {line for line in own_words(text).split("\n") if line} <= {line.rstrip() for line in text.split("\n")}


NASTY = (
    *("On ", "On 1:\n", "On 1/1 a@b ", "Op 1 schreef ", "Am 1 schrieb\n", "Le 1 a écrit :", "wrote:", "1 1 1 :\n"),
    *("From:\n", "From: a\nTo: b\n", "* ", "_", "-", "----- a", "-Jan ", "Regards, Jan & ", "Best, ", "Sent from my a"),
    *("> ", ">\n", "\n", " \n", "a@", "<a@b> ", "caution external mail ", "Please reply above this line\n", "é", "\t"),
)


@pytest.mark.parametrize("unit", NASTY)
def test_no_text_takes_long(unit: str) -> None:
    text = (unit * 60_000)[:20_000]
    began = time.process_time()
    own_words(text)
    assert time.process_time() - began < 0.25  # five times what the slowest takes; a pattern gone wrong takes minutes
