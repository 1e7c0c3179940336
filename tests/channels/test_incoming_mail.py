"""What comes back by mail is what it is, whatever its bytes. Each table is open for more rows."""

import base64
import time
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.incoming_mail import IncomingMail, MailKind, read

ASKED = "<ask-1@acme.example>"
FROM_A_PERSON = {
    "From": "Jan de Vries <jan@example.nl>",
    "To": "Acme <reply+token@acme.example>",
    "Subject": "Re: Hoe was het bezoek?",
    "Message-ID": "<answer-1@example.nl>",
    "In-Reply-To": ASKED,
}
AUTOMATIC = [  # what a header line of an automatic mail holds
    ("Auto-Submitted", "auto-replied"),
    ("Auto-Submitted", "auto-generated (failure)"),
    ("X-Autoreply", "yes"),
    ("X-Autorespond", "Re: How was it?"),
    ("Precedence", "bulk"),
    ("Precedence", "auto_reply"),
    ("Precedence", "junk"),
    ("X-Auto-Response-Suppress", "All"),
    ("X-Auto-Response-Suppress", "DR, OOF, AutoReply"),
    ("Return-Path", "<>"),
    ("Return-Path", "<MAILER-DAEMON@example.nl>"),
    ("X-Loop", "jan@example.nl"),
    ("From", "noreply@example.nl"),
    ("From", "Do not reply <do-not-reply@example.nl>"),
    ("From", "Mail Delivery System <mailer-daemon@example.nl>"),
    ("Subject", "Automatic reply: Hoe was het bezoek?"),
    ("Subject", "Auto-Reply: How was it?"),
    ("Subject", "Out of Office: How was it?"),
    ("Subject", "Out of office until May 5"),
    ("Subject", "On vacation"),
    ("Subject", "Automatisch antwoord: Hoe was het bezoek?"),
    ("Subject", "Afwezig: Re: Hoe was het bezoek?"),
    ("Subject", "Afwezigheidsbericht"),
    ("Subject", "Afwezig t/m 5 mei"),
    ("Subject", "Automatische Antwort: Ihr Besuch"),
    ("Subject", "Abwesenheitsnotiz: Ihr Besuch"),
    ("Subject", "Abwesend bis 5. Mai"),
    ("Subject", "=?utf-8?q?R=C3=A9ponse_automatique_=3A_Votre_visite?="),
    ("Subject", "Absence du bureau"),
    ("Subject", "Absent du bureau : Votre visite"),
]
OF_A_PERSON = [  # what only looks like it
    ("Auto-Submitted", "no"),
    ("Return-Path", "<jan@example.nl>"),
    ("X-Auto-Response-Suppress", "DR, RN"),
    ("Subject", "Re: Out of office stickers"),
    ("Subject", "Vacation was great, 9"),
    ("Subject", "Afwezige monteur"),
    ("Subject", "Re: Automatic reply: you"),
    ("Subject", "Absent technician!!"),
    ("Subject", "Undelivered parcel"),
    ("Subject", "Delivery failed"),
    ("X-Mailer", "vacation planner"),
]


def mail(text: str = "9, snel geholpen", **header: str) -> IncomingMail:
    """A person's mail, with header lines of its own (`X_Loop` is X-Loop)."""
    lines = FROM_A_PERSON | {name.replace("_", "-"): line for name, line in header.items()}
    return read("\n".join([*(f"{name}: {line}" for name, line in lines.items()), "", text]).encode())


def test_a_persons_mail_is_a_reply_with_their_words() -> None:
    found = mail("9, snel geholpen\n\nGroet, Jan\n\nOp 3-3-2026 om 10:12 schreef Acme:\n> Hoe was het?")
    assert (found.kind, found.reply) == (MailKind.REPLY, "9, snel geholpen")
    assert (found.sender, found.subject) == ("jan@example.nl", "Re: Hoe was het bezoek?")
    assert (found.message_id, found.in_reply_to) == ("<answer-1@example.nl>", ASKED)


def test_every_address_it_may_have_gone_to_is_told() -> None:
    found = mail(Cc='"Boss, The" <boss@example.nl>, ask@acme.example', Delivered_To="in@acme.example")
    assert found.recipients == ("reply+token@acme.example", "boss@example.nl", "ask@acme.example", "in@acme.example")


def test_the_mails_it_answers_are_told_the_nearest_first() -> None:
    found = mail(References=f"<first@acme.example> <second@acme.example>\n {ASKED}")
    assert found.references == (ASKED, "<second@acme.example>", "<first@acme.example>")


@pytest.mark.parametrize(("name", "line"), AUTOMATIC)
def test_what_a_machine_wrote_is_automatic_and_says_nothing(name: str, line: str) -> None:
    found = mail(**{name: line})
    assert (found.kind, found.reply) == (MailKind.AUTOMATIC, "")
    assert found.text == "9, snel geholpen"


@pytest.mark.parametrize(("name", "line"), OF_A_PERSON)
def test_what_only_looks_like_it_is_a_reply(name: str, line: str) -> None:
    assert mail(**{name: line}).kind is MailKind.REPLY


@pytest.mark.parametrize(
    "quoted",
    [
        "> Your message could not be delivered: 550 5.1.1 <jan@example.nl> User unknown",
        "Final-Recipient: rfc822; jan@example.nl\nAction: failed\nStatus: 5.1.1",
        "I am out of office until May 5",
    ],
)
def test_a_person_who_quotes_a_machine_is_a_person(quoted: str) -> None:
    found = mail(f"I got this from you?\n\n{quoted}", Subject="Fwd: Undelivered Mail Returned to Sender")
    assert (found.kind, found.failed) == (MailKind.REPLY, ())
    assert found.reply.startswith("I got this from you?")


@pytest.mark.parametrize("name", ["List-Id", "List-Unsubscribe", "Mailing-List", "Precedence"])
def test_what_went_to_a_list_is_neither_automatic_nor_a_reply(name: str) -> None:
    assert mail(**{name: "list"}).kind is MailKind.OTHER


def test_a_receipt_is_automatic() -> None:
    raw = (
        b"From: jan@example.nl\nSubject: Read: How was it?\nContent-Type: multipart/report; boundary=a\n\n--a\n\n"
        b"Your message to <jan@example.nl>, delivery of which is done, was returned as read.\n\n--a\n"
        b"Content-Type: message/disposition-notification\n\nFinal-Recipient: rfc822; jan@example.nl\n--a--"
    )
    assert (read(raw).kind, read(raw).failed) == (MailKind.AUTOMATIC, ())


@pytest.mark.parametrize("raw", [b"", b"\n\n\n", b"9", b"\x00\xff\xfe", b"no header here\nand none here"])
def test_what_is_no_mail_is_no_reply(raw: bytes) -> None:
    assert read(raw).kind is MailKind.OTHER


class TestCircles:
    def test_our_own_mail_that_comes_back_is_automatic(self) -> None:
        raw = b"From: Acme <Ask@acme.example>\nTo: jan@example.nl\nSubject: How was it?\n\n10"
        for ours in ("ask@acme.example", "Ask@Acme.example", "ask+tag@acme.example"):
            assert read(raw, ours=(ours,)).kind is MailKind.AUTOMATIC
        assert read(raw).kind is MailKind.REPLY

    def test_a_mail_from_the_address_it_arrives_at_is_automatic(self) -> None:
        assert mail(From="in@acme.example", Delivered_To="in@acme.example").kind is MailKind.AUTOMATIC

    @pytest.mark.parametrize(("hops", "kind"), [(30, MailKind.REPLY), (31, MailKind.AUTOMATIC)])
    def test_too_many_servers_are_a_circle(self, hops: int, kind: MailKind) -> None:
        raw = b"Received: from a by b\n" * hops + b"From: jan@example.nl\nSubject: Re: x\n\n9"
        assert read(raw).kind is kind


class TestText:
    def test_of_two_versions_the_plain_one_is_read(self) -> None:
        message = EmailMessage()
        message["From"] = "jan@example.nl"
        message.set_content("8 plain")
        message.add_alternative("<p>8 html</p>", subtype="html")
        assert read(message.as_bytes()).reply == "8 plain"

    def test_html_alone_is_read_as_a_person_sees_it(self) -> None:
        message = EmailMessage()
        message["From"] = "jan@example.nl"
        message.set_content(
            "<html><head><title>T</title><style>p {color: red}</style></head><body><!-- 3 --><p>8 &amp; snel<br>"
            "geholpen&nbsp;door Anna <3</p><p>Groet,<br>Jan</p><div>Op di 3 mrt 2026 om 10:12 schreef Acme "
            "&lt;ask@acme.example&gt;:<br></div><blockquote><p>Hoe was het? 0 1 2</p></blockquote></body></html>",
            subtype="html",
        )
        assert read(message.as_bytes()).reply == "8 & snel\ngeholpen door Anna <3"

    def test_a_quoted_header_in_html_is_cut(self) -> None:
        raw = (
            b"From: jan@example.nl\nContent-Type: text/html\n\n<div>9</div><hr><div><b>Van:</b> Acme<br><b>Verzonden:"
            b"</b> dinsdag<br><b>Aan:</b> Jan<br><b>Onderwerp:</b> Bezoek</div><div>Kies 0 of 10</div>"
        )
        assert read(raw).reply == "9"

    def test_attachments_are_not_read(self) -> None:
        message = EmailMessage()
        message["From"] = "jan@example.nl"
        message.set_content("8 met bijlage")
        message.add_attachment("10", filename="score.txt")
        message.add_attachment(b"\xff" * 100_000, maintype="image", subtype="png", filename="a.png")
        assert read(message.as_bytes()).reply == "8 met bijlage"

    def test_a_forwarded_mail_is_not_the_sender_speaking(self) -> None:
        message = EmailMessage()
        message["From"] = "jan@example.nl"
        message.set_content("8 zie bijlage")
        inside = EmailMessage()
        inside["From"] = "piet@example.nl"
        inside.set_content("3 slecht")
        message.add_attachment(inside)
        assert read(message.as_bytes()).reply == "8 zie bijlage"

    @pytest.mark.parametrize(
        ("charset", "octets"),
        [
            ("utf-8", "één".encode()),
            ("iso-8859-1", "één".encode("latin-1")),
            ("windows-1252", "één".encode("cp1252")),
            ("utf-8", "één".encode("latin-1")),  # told wrong
            ("us-ascii", "één".encode()),
            ("no-such-charset", "één".encode()),
            ("unicode_escape", "één".encode()),
            ("", "één".encode()),
        ],
    )
    def test_letters_arrive_whatever_the_charset_says(self, charset: str, octets: bytes) -> None:
        head = f"From: jan@example.nl\nContent-Type: text/plain; charset={charset}\n".encode()
        coded = b"Content-Transfer-Encoding: base64\n\n" + base64.encodebytes(octets)
        assert read(head + b"\n" + octets).reply == "één"
        assert read(head + coded).reply == "één"

    @pytest.mark.parametrize("text", ["", "\n-- \nJan", "Sent from my iPhone\n"])
    def test_a_subject_that_is_all_there_is_is_what_they_wrote(self, text: str) -> None:
        assert mail(text, Subject="STOP", In_Reply_To="").reply == "STOP"
        assert mail(f"9\n{text}", Subject="Your visit", In_Reply_To="").reply == "9"

    def test_the_subject_of_an_answer_is_ours(self) -> None:
        assert mail("", Subject="Hoe was het bezoek?").reply == ""
        assert mail("> 8", Subject="Re: 8", In_Reply_To="").reply == ""
        assert mail("", Subject="Antw: Hoe was het?", In_Reply_To="").reply == ""

    def test_a_subject_arrives_in_letters(self) -> None:
        assert mail(Subject="=?utf-8?B?w6nDqW4=?= =?iso-8859-1?Q?=E9=E9n?=").subject == "éénéén"
        assert mail(Subject="één").subject == "één"
        assert mail(Subject="=?utf-8?B?a?=").subject == "=?utf-8?B?a?="

    @pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
    def test_lines_may_end_in_any_way(self, end: bytes) -> None:
        raw = b"From: jan@example.nl\nSubject: Re: x\n\n8\nsnel\n\n-- \nJan\n".replace(b"\n", end)
        assert read(raw).reply == "8\nsnel"


class TestHostileMail:
    @given(st.binary(max_size=2_000))
    def test_no_bytes_are_an_error(self, raw: bytes) -> None:
        assert isinstance(read(raw), IncomingMail)

    @given(
        st.lists(
            st.sampled_from(
                [
                    *(
                        b"From: a@b.nl",
                        b"Content-Type: ",
                        b"multipart/mixed; boundary=",
                        b"text/html",
                        b"message/rfc822",
                    ),
                    *(
                        b"; charset=",
                        b"; a*1*=",
                        b"=?utf-8?b?a?=",
                        b"Content-Transfer-Encoding: base64",
                        b"\n",
                        b"\n\n",
                    ),
                    *(
                        b"--x",
                        b"--x--",
                        b"x",
                        b" ",
                        b'"',
                        b"<",
                        b">",
                        b"\xff",
                        b"\x00",
                        b"Subject: ",
                        b"Auto-Submitted",
                    ),
                    *(b"message/delivery-status", b"Final-Recipient: rfc822;", b"Action: failed", b"Status: 5.1.1"),
                    *(b"Feedback-Type: abuse", b"multipart/report", b"MAILER-DAEMON", b"<!--", b"&#", b"9" * 5_000),
                ]
            ),
            max_size=40,
        )
    )
    def test_no_mixture_of_its_pieces_is_an_error(self, pieces: list[bytes]) -> None:
        assert isinstance(read(b"".join(pieces)), IncomingMail)

    def test_text_is_read_up_to_a_bound(self) -> None:
        assert len(mail("8 " + "a" * 100_000).text) == 20_000

    @pytest.mark.parametrize(
        "raw",
        [
            b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(1_200)),
            b"Content-Type: multipart/mixed; boundary=a\n\n" + b"--a\n\nx\n" * 8_000,
            b"Content-Type: message/rfc822\n\n" * 2_000,
            b"Content-Type: text/plain" + b";" * 60_000 + b"\n\n9",
            b"Content-Type: multipart/report; boundary=a\n\n--a\nContent-Type: message/delivery-status\n"
            + b"\n" * 60_000,
            b"Content-Type: text/html\n\n" + b"<!--" * 15_000,
            b"Content-Type: text/html\n\n" + b"<blockquote>x" * 5_000,
            b"Content-Type: text/html\n\n" + b"<a b='" * 10_000,
            b"From: " + b"(" * 60_000 + b"\n\n9",
            b"From: MAILER-DAEMON\n\nfailed addresses follow:\n" + b"a" * 60_000,
            b"From: MAILER-DAEMON\nX-Failed-Recipients: " + b"a@" * 30_000 + b"\n\n550",
            b"Subject: " + b"=?utf-8?q?a?= " * 4_000 + b"\n\n9",
        ],
    )
    def test_no_mail_takes_long(self, raw: bytes) -> None:
        began = time.process_time()
        read(raw)
        assert time.process_time() - began < 0.5  # ten times what they take; a pattern gone wrong takes minutes
