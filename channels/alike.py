"""Messages that are alike but for what is each customer's own, so that one request can carry them all.

The texts are final: what is a customer's own is found back in them and replaced by a tag. Put in again, in any order,
it gives exactly the message that there was: no text with anything like a tag in it is taken apart, and no two tags can
overlap, because only the first character of a tag is a hyphen and only its last one an underscore.
"""

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from channels.message import Message

MARK = "-ovr"
"""How every tag begins. All its characters may stand in the local part of an address: a reply-to is taken apart too."""


@dataclass(frozen=True, slots=True)
class Common:
    """What messages share: every text of theirs, with tags in it."""

    sender: str
    language: str
    reply_to: str
    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class Own:
    """A message, and what takes the place of each tag in it."""

    message: Message
    words: Mapping[str, str]

    @property
    def size(self) -> int:
        """In bytes of UTF-8, tags included."""
        return sum(len(f"{tag}{word}".encode()) for tag, word in self.words.items())


@dataclass(frozen=True, slots=True)
class Batch:
    common: Common
    everyone: Sequence[Own]


def gathered(messages: Iterable[Message], most: int, most_bytes: int) -> list[Batch]:
    """The messages in batches of at most so many that are alike.

    One with more than so many bytes of its own goes alone, and one that goes alone is not taken apart.
    """
    alike: dict[Common, list[Own]] = {}
    batches: list[Batch] = []
    for message in messages:
        common, own = _taken_apart(message)
        if own.size > most_bytes:
            batches.append(_whole(message))
        else:
            alike.setdefault(common, []).append(own)
    for common, everyone in alike.items():
        for start in range(0, len(everyone), most):
            some = everyone[start : start + most]
            batches.append(Batch(common, some) if len(some) > 1 else _whole(some[0].message))
    return batches


def put_together(text: str, words: Mapping[str, str]) -> str:
    """The text with words in place of their tags."""
    for tag, word in words.items():
        text = text.replace(tag, word)
    return text


def _whole(message: Message) -> Batch:
    return Batch(_common(message), [Own(message, {})])


def _common(message: Message) -> Common:
    return Common(message.sender, message.language, message.reply_to, message.subject, message.text, message.html)


def _taken_apart(message: Message) -> tuple[Common, Own]:
    whole = _common(message)
    texts = (whole.reply_to, whole.subject, whole.text, whole.html)
    if any(MARK in text for text in texts):
        return whole, Own(message, {})
    tags = {word: f"{MARK}{n}_" for n, word in enumerate(message.personal) if word}
    in_html = {html.escape(word): f"{tag[:-1]}h_" for word, tag in tags.items()}
    reply_to, subject, text = (_tagged(text, tags) for text in texts[:3])
    common = Common(whole.sender, whole.language, reply_to, subject, text, _tagged(whole.html, in_html))
    tagged = (reply_to, subject, text, common.html)
    words = {tag: word for word, tag in [*tags.items(), *in_html.items()] if any(tag in text for text in tagged)}
    if tuple(put_together(text, words) for text in tagged) != texts:
        return whole, Own(message, {})
    return common, Own(message, words)


def _tagged(text: str, tags: Mapping[str, str]) -> str:
    """The text with tags in place of the words, where those stand on their own: Ann is not looked for in Anna."""
    if not tags:
        return text
    longest_first = sorted(map(re.escape, tags), key=len, reverse=True)
    return re.sub(rf"(?<!\w)(?:{'|'.join(longest_first)})(?!\w)", lambda found: tags[found[0]], text)
