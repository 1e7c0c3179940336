"""Reading what a form or an address carries. What is not as expected is refused, never guessed."""

from typing import overload

from flask import abort, request
from flask_babel import gettext

LONGEST_NUMBER = 3  # digits that are surely not of a phone number


@overload
def whole_number(name: str, *, least: int, most: int, default: int) -> int: ...
@overload
def whole_number(name: str, *, least: int, most: int, default: None = None) -> int | None: ...
def whole_number(name: str, *, least: int, most: int, default: int | None = None) -> int | None:
    """A whole number from the address or the form, between `least` and `most`; 400 when it is anything else."""
    written = request.values.get(name)
    if written is None or written == "":
        return default
    if not (written.isascii() and written.isdigit() and len(written) < 20 and least <= int(written) <= most):
        abort(400, gettext("“%(name)s” has to be a whole number.", name=name))
    return int(written)


def tells_an_address(text: str) -> bool:
    """Whether this may be of an e-mail address or a phone number. Those stand in no address of a page, which others
    write down: browsers, proxies, whoever passes it on."""
    return "@" in text or (sum(map(str.isdigit, text)) > LONGEST_NUMBER and not any(map(str.isalpha, text)))


def field(name: str, longest: int) -> str:
    """One field of a form, without the spaces around it; 400 when it is missing, empty, repeated or too long."""
    values = request.form.getlist(name)
    text = values[0].strip() if len(values) == 1 else ""
    if not text or len(text) > longest:
        abort(400, gettext("Write something first, and at most %(longest)s characters.", longest=longest))
    return text
