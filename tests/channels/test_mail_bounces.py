"""Whom a mail did not reach, in the words of many mail servers. The tables are open for more rows."""

import pytest

from channels.incoming_mail import FailedRecipient, IncomingMail, MailKind, read
from channels.mail_bounces import failures
from channels.mail_parts import parsed
from channels.message import Objection

JAN, ANNA = "jan@example.nl", "anna@example.nl"
OURS = (
    "Return-Path: <ask@acme.example>\nMessage-ID: <ask-1@acme.example>\nTo: jan@example.nl\nSubject: How was it?\n\nHi"
)
NOTICES = {  # by the server that writes so; each tells that JAN was not reached, as nobody is there
    "exim": f"This message was created automatically by mail delivery software.\n\nA message that you sent could not "
    f"be delivered to one or more of its recipients. This is a permanent error. The following address(es) failed:\n\n"
    f"  {JAN}\n    SMTP error from remote mail server after RCPT TO:<{JAN}>:\n    550 5.1.1 User unknown\n\n"
    f"------ This is a copy of the message, including all the headers. ------\n\n{OURS}",
    "qmail": f"Hi. This is the qmail-send program at mx.acme.example.\nI'm afraid I wasn't able to deliver your "
    f"message to the following addresses.\nThis is a permanent error; I've given up.\n\n<{JAN}>:\n"
    f"192.0.2.1 does not like recipient.\nRemote host said: 550 No such user here\n\n"
    f"--- Below this line is a copy of the message.\n\n{OURS}",
    "postfix": f"This is the mail system at host mx.acme.example.\n\nI'm sorry to have to inform you that your message "
    f"could not\nbe delivered to one or more recipients.\n\n<{JAN}>: host mx.example.nl[192.0.2.1] said: 550 5.1.1 "
    f"<{JAN}>:\n    Recipient address rejected: User unknown in virtual mailbox table\n\n{OURS}",
    "exchange": f"Your message did not reach some or all of the intended recipients.\n\n      Subject: How was it?\n\n"
    f"The following recipient(s) could not be reached:\n\n      {JAN} on 3-3-2026 10:12\n            The e-mail "
    f"account does not exist at the organization this message was sent to.\n            <mx.example.nl #5.1.1>\n",
    "sendmail": f"   ----- The following addresses had permanent fatal errors -----\n<{JAN}>\n    (reason: 550 5.1.1 "
    f"<{JAN}>... User unknown)\n\n   ----- Transcript of session follows -----\n550 5.1.1 <{JAN}>... User unknown\n",
    "one that tells it in a sentence": f"There was an error delivering your mail to <{JAN}>.\n\nmx.example.nl did not "
    f"like our RCPT TO:\n550 5.1.1 <{JAN}>: User unknown\n\nMessage headers follow.\n\n{OURS}",
    "one that tells it in a line": f"Unknown user: {JAN}\n\nOriginal message follows.\n\n{OURS}",
}
SAID = [  # status, what the server said, whether for good
    ("5.1.1", "550 5.1.1 User unknown", True),
    ("5.0.0", "550 No such recipient", True),
    ("5.0.0", "550 Mailbox does not exist", True),
    ("5.1.2", "550 Host unknown", True),
    ("5.4.4", "Host or domain name not found", True),
    ("5.1.10", "550 5.1.10 RESOLVER.ADR.RecipientNotFound", True),
    ("5.2.2", "552 5.2.2 Mailbox full", False),
    ("5.1.1", "552 5.2.2 Over quota", False),
    ("4.4.1", "connect to mx.example.nl: Connection timed out", False),
    ("4.2.0", "450 4.2.0 User unknown, try again later", False),
    ("5.7.1", "554 5.7.1 blocked using spam list", False),
    ("5.1.1", "550 5.7.1 IP address blacklisted by recipient", False),
    ("5.1.8", "553 5.1.8 Domain of sender address does not exist", False),
    ("5.3.4", "552 Message size exceeds fixed limit", False),
    ("5.7.1", "550 5.7.1 rejected per DMARC policy", False),
    ("5.0.0", "554 Transaction failed", False),
]


def bounce(notice: str, **header: str) -> IncomingMail:
    lines = {"From": "Mail Delivery System <MAILER-DAEMON@mx.acme.example>", "To": "ask@acme.example"} | header
    return read("\n".join([*(f"{name}: {line}" for name, line in lines.items()), "", notice]).encode())


def report(
    fields: str, notice: str = "It failed.", returned: str = OURS, kind: str = "delivery-status"
) -> IncomingMail:
    return bounce(
        f"--a\n\n{notice}\n--a\nContent-Type: message/{kind}\n\n{fields}\n--a\nContent-Type: message/rfc822\n\n"
        f"{returned}\n--a--\n",
        **{"Content-Type": f"multipart/report; report-type={kind}; boundary=a"},
    )


def about(address: str, status: str = "5.1.1", action: str = "failed", why: str = "") -> str:
    return f"Final-Recipient: rfc822; {address}\nAction: {action}\nStatus: {status}\nDiagnostic-Code: smtp; {why}\n"


@pytest.mark.parametrize("notice", NOTICES.values(), ids=NOTICES)
def test_a_notice_without_a_report_names_who_was_not_reached(notice: str) -> None:
    found = bounce(notice, Subject="Undelivered Mail Returned to Sender")
    assert found.kind is MailKind.BOUNCE
    assert found.failed == (FailedRecipient(JAN, Objection.BOUNCED),)
    assert found.reply == ""


@pytest.mark.parametrize(("status", "said", "for_good"), SAID)
def test_only_where_nobody_is_there_it_is_for_good(status: str, said: str, for_good: bool) -> None:
    (failed,) = report(about(JAN, status, why=said)).failed
    assert failed.permanent is for_good
    assert failed.objection is (Objection.BOUNCED if for_good else Objection.BOUNCED_SOFTLY)


def test_each_address_of_a_report_is_judged_on_its_own() -> None:
    found = report(f"Reporting-MTA: dns; mx\n\n{about(JAN, '5.1.1')}\n{about(ANNA, '5.2.2')}")
    assert [(failed.address, failed.permanent) for failed in found.failed] == [(JAN, True), (ANNA, False)]


def test_each_address_of_a_notice_is_judged_by_what_stands_below_it() -> None:
    found = bounce(f"Could not be delivered:\n\n<{JAN}>:\n550 User unknown\n\n<{ANNA}>:\n552 Mailbox full\n")
    assert {failed.address: failed.permanent for failed in found.failed} == {JAN: True, ANNA: False}


def test_the_address_we_wrote_to_counts_not_the_one_it_was_passed_on_to() -> None:
    (failed,) = report(f"Original-Recipient: rfc822;{JAN}\n{about('elsewhere@example.nl')}").failed
    assert failed.address == JAN


def test_a_delay_is_never_for_good() -> None:
    (failed,) = report(about(JAN, "5.1.1", action="delayed")).failed
    assert not failed.permanent


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded"])
def test_a_report_that_it_arrived_is_no_bounce(action: str) -> None:
    assert report(about(JAN, "2.0.0", action)).kind is MailKind.AUTOMATIC


def test_a_report_without_a_reason_is_judged_by_the_notice() -> None:
    (failed,) = report(about(JAN, "5.0.0"), notice=f"{JAN}: user unknown").failed
    assert failed.permanent


def test_a_report_that_names_nobody_is_about_whom_the_returned_mail_was_for() -> None:
    found = report("Reporting-MTA: dns; mx.acme.example\n", notice="It could not be delivered.")
    assert [failed.address for failed in found.failed] == [JAN]


def test_the_mail_that_is_returned_is_told_by_its_id() -> None:
    assert report(about(JAN)).references == ("<ask-1@acme.example>",)
    assert bounce(NOTICES["qmail"]).in_reply_to == "<ask-1@acme.example>"


def test_the_header_of_failed_addresses_is_heard() -> None:
    found = bounce("Delivery failed: 550 5.1.1 user unknown", **{"X-Failed-Recipients": f"{JAN}, {ANNA}"})
    assert [failed.address for failed in found.failed] == [JAN, ANNA]


def test_who_to_ask_and_the_sender_are_not_who_failed() -> None:
    notice = f"Mail from <ask@acme.example> could not be delivered.\nPlease contact <help@mx.example>\n\n<{JAN}>: 550\n"
    assert [failed.address for failed in failures(parsed(f"From: MAILER-DAEMON\n\n{notice}".encode()))] == [JAN]


def test_who_is_away_names_nobody_who_failed() -> None:
    found = bounce(
        f"I have returned by May 5; in an error ask <{ANNA}>", From="jan@example.nl", **{"Return-Path": "<>"}
    )
    assert (found.kind, found.failed) == (MailKind.AUTOMATIC, ())


class TestComplaints:
    FIELDS = "Feedback-Type: {}\nUser-Agent: a\nVersion: 1\n"

    def complaint(self, kind: str, more: str = "") -> IncomingMail:
        return report(self.FIELDS.format(kind) + more, kind="feedback-report")

    def test_it_is_about_whom_the_report_names(self) -> None:
        found = self.complaint("abuse", f"Original-Rcpt-To: <{ANNA}>\n")
        assert found.kind is MailKind.COMPLAINT
        assert found.failed == (FailedRecipient(ANNA, Objection.COMPLAINED),)
        assert found.failed[0].permanent

    def test_else_it_is_about_whom_the_returned_mail_was_for(self) -> None:
        assert self.complaint("fraud").failed == (FailedRecipient(JAN, Objection.COMPLAINED),)

    def test_who_unsubscribes_so_does_not_complain(self) -> None:
        assert self.complaint("opt-out").failed == (FailedRecipient(JAN, Objection.UNSUBSCRIBED),)

    @pytest.mark.parametrize("kind", ["not-spam", "auth-failure", "virus"])
    def test_reports_of_another_kind_are_no_complaint(self, kind: str) -> None:
        found = self.complaint(kind)
        assert (found.kind, found.failed) == (MailKind.AUTOMATIC, ())
