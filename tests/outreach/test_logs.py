"""The log: one line a message, and nobody's address or key in it."""

import io
import logging

import pytest

from outreach import logs
from outreach.logs import OneLine, masked

SAID = [
    ("mail to jane.doe+x@example.co.uk bounced", "mail to [address] bounced"),
    ("call +31 6 1234-5678.", "call [phone]."),
    ("call 0031612345678 or 06-12345678", "call [phone] or [phone]"),
    ("call 0612345678, 020 123 4567", "call [phone], [phone]"),
    ("redis://user:pass@host:6379/0 is away", "redis://[login]@host:6379/0 is away"),
    ("Bearer outreach_AbCdEfGhIjKlMnOpQrSt", "Bearer [token]"),
    ("200 GET 3ms /c/AbCdEfGhIjKlMnOpQrSt_-12345678", "200 GET 3ms /c/[token]"),
    ("204 POST 3ms /hooks/sendgrid/inbound/a-secret_of-24-letters", "204 POST 3ms /hooks/sendgrid/inbound/[token]"),
    ("200 POST 3ms /u/AbCdEfGhIjKlMnOpQrSt_-12345678", "200 POST 3ms /u/[token]"),
    ("200 GET 3ms /p/AbCdEfGhIjKlMnOpQrSt_-12345678/erase", "200 GET 3ms /p/[token]/erase"),
    ("POST /r/AbCdEfGhIjKlMnOpQrSt_-12345678 200", "POST /r/[token] 200"),
]
LEFT_ALONE = [
    "outreach 1234567890 accepted",
    "2026-03-01T09:30:00+01:00",
    "/customers/K-0045 200 580",
    "/customers/0045 200 580",
    "0.123456789 s",
]


@pytest.mark.parametrize(("text", "shown"), SAID)
def test_what_identifies_a_person_or_opens_a_door_is_masked(text: str, shown: str) -> None:
    assert masked(text) == shown


@pytest.mark.parametrize("text", LEFT_ALONE)
def test_ids_and_times_are_left_alone(text: str) -> None:
    assert masked(text) == text


@pytest.fixture
def written() -> tuple[logging.Logger, io.StringIO]:
    """A logger, and what it wrote."""
    stream, logger = io.StringIO(), logging.Logger("outreach.somewhere")
    handler = logging.StreamHandler(stream)
    handler.setFormatter(OneLine())
    logger.addHandler(handler)
    return logger, stream


def test_a_message_is_one_line_of_pairs(written: tuple[logging.Logger, io.StringIO]) -> None:
    logger, stream = written
    logger.warning("%s replied\nfrom another line", "anna@example.com")
    at, rest = stream.getvalue().split(" ", 1)
    assert at.startswith("at=2")
    assert at.endswith("Z")
    assert rest == 'level=warning by=outreach.somewhere said="[address] replied\\nfrom another line"\n'


def test_an_exception_stays_on_the_line_and_is_masked_too(written: tuple[logging.Logger, io.StringIO]) -> None:
    logger, stream = written
    try:
        raise ValueError("no such address: anna@example.com")
    except ValueError:
        logger.exception("cannot send")
    assert stream.getvalue().count("\n") == 1
    assert "no such address: [address]" in stream.getvalue()
    assert "anna" not in stream.getvalue()


def test_gunicorn_writes_its_lines_like_everybody_else() -> None:
    loggers = logs.configuration("INFO")["loggers"]
    assert loggers["gunicorn.access"] == loggers["gunicorn.error"] == {"handlers": [], "propagate": True}


def test_the_access_log_says_nothing_about_the_caller() -> None:
    from web import serve

    personal = ("%(h)s", "%(u)s", "%(r)s", "%(q)s", "%(f)s", "%(a)s")
    assert [atom for atom in personal if atom in serve.access_log_format] == []
