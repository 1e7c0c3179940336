"""The log: one line a message, as name=value pairs, with what identifies a person or opens a door masked."""

import json
import logging
import re
from collections.abc import Mapping
from logging.config import dictConfig
from time import gmtime
from typing import Any

# (pattern, what stands in its place); the first ones first
MASKS = tuple(
    (re.compile(pattern), mask)
    for pattern, mask in (
        (r"(?<=://)[^\s/@\"]+@", "[login]@"),
        (r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w-]+(?:\.[\w-]+)+", "[address]"),
        (r"(?<![\w/-])(?:\+|00)\d(?:[\s().-]{0,2}\d){6,14}(?!\d)", "[phone]"),
        (r"(?<![\w/-])0\d(?:[\s().-]?\d){7,9}(?!\d)", "[phone]"),
        (r"outreach_[\w-]{16,}", "[token]"),
        (r"(?<=/[crup]/)[\w-]{16,}", "[token]"),
        (r"(?<=/sendgrid/inbound/)[^\s\"]+", "[token]"),
    )
)


def masked(text: str) -> str:
    """The text without e-mail addresses, phone numbers, tokens, and logins in addresses."""
    for pattern, mask in MASKS:
        text = pattern.sub(mask, text)
    return text


class OneLine(logging.Formatter):
    """`at=2026-03-01T09:30:00Z level=warning by=outreach.clock said="..."`, and `trouble="..."` after an exception."""

    converter = staticmethod(gmtime)

    def format(self, record: logging.LogRecord) -> str:
        at = self.formatTime(record, "%Y-%m-%dT%H:%M:%SZ")
        line = f"at={at} level={record.levelname.lower()} by={record.name} said={_quoted(record.getMessage())}"
        if record.exc_info:
            line += f" trouble={_quoted(self.formatException(record.exc_info))}"
        return line


def _quoted(text: str) -> str:
    return json.dumps(masked(text), ensure_ascii=False)


def configuration(level: str) -> Mapping[str, Any]:
    """What every process of the product logs with, from `level` (DEBUG ... ERROR) up, on its standard error."""
    one_place: dict[str, Any] = {"handlers": [], "propagate": True}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": OneLine}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"level": level, "handlers": ["stderr"]},
        "loggers": {
            "gunicorn.error": one_place,
            "gunicorn.access": one_place,
            "rq.worker": {"level": "WARNING"},
            "alembic": {"level": "WARNING"},
        },
    }


def begin(level: str) -> None:
    """Log like this in this process."""
    dictConfig(dict(configuration(level)))
