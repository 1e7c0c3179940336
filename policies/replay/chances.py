"""The draws of `policies.chance`, made while a history is walked: the same keys, the same numbers."""

from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from policies.replay.columns import (
    OF_CAUSES,
    OF_CLASSES,
    OF_CONTACTS,
    OF_PEOPLE,
    OF_POLICIES,
    OF_PURPOSES,
    State,
    World,
)
from policies.replay.compiling import apart, compiled, is_fast

if TYPE_CHECKING or not is_fast():

    def _bits(s: State, count: int) -> int:
        octets = s.octets
        return int.from_bytes(blake2b(bytes(octets[:count]), digest_size=8).digest(), "big") >> 11

else:
    from numpy import int64, uint64

    from policies.replay.hashing import hashed

    _ELEVEN = uint64(11)

    @compiled
    def _bits(s: State, count: int) -> int:
        return int64(hashed(s.octets, s.words, count) >> _ELEVEN)


# What begins the text that is hashed: the salt and the purpose, and behind each purpose a separator.
JITTER, SAMPLING, SPREAD, ENGAGEMENT, DEED, DELAY, MOOD, MOMENT, WORDS = range(9)
PURPOSES = ("jitter", "sampling", "spread", "engagement", "deed", "delay", "mood", "moment", "words")
OURS = 3  # so many of them are drawn with the organisation's salt, the others with that of made-up customers
CLASSES = ("content", "ask", "reminder", "follow_up")
_SEPARATOR, _ZERO = 0x1F, 0x30


@compiled
def _put(w: World, s: State, count: int, text: tuple[int, int]) -> int:
    """Write a text, of one kind and its how many-eth, behind the first `count` octets; how many there are then."""
    place = w.base[text[0]] + text[1]
    for i in range(w.starts[place], w.starts[place + 1]):
        s.octets[count] = w.octets[i]
        count += 1
    return count


@compiled
def _put_number(octets: Any, count: int, number: int) -> int:
    """Write a whole number, none below zero, as people do."""
    digits, rest = 1, number // 10
    while rest > 0:
        digits += 1
        rest //= 10
    for i in range(digits):
        octets[count + digits - 1 - i] = _ZERO + number % 10
        number //= 10
    return count + digits


@compiled
def _next(octets: Any, count: int) -> int:
    octets[count] = _SEPARATOR
    return count + 1


@compiled
def _begun(w: World, s: State, purpose: int, who: int) -> int:
    return _put(w, s, _put(w, s, 0, (OF_PURPOSES, purpose)), (OF_PEOPLE, who))


@compiled
def _drawn(s: State, count: int) -> float:
    return _bits(s, count) / 9007199254740992.0


@compiled
def _of_wish(w: World, s: State, purpose: int, i: int) -> int:
    """What a draw for one intent is keyed on, but for what only one purpose knows."""
    contact = s.wishes[i].contact
    count = _next(s.octets, _begun(w, s, purpose, s.first[0] + s.wishes[i].who))
    if contact >= 0:
        count = _put(w, s, _put(w, s, count, (OF_CAUSES, 0)), (OF_CONTACTS, contact))
    else:
        count = _put_number(s.octets, _put(w, s, count, (OF_CAUSES, 1)), s.wishes[i].opened_at)
    return _put(w, s, _next(s.octets, count), (OF_POLICIES, s.wishes[i].policy))


@compiled
def rest_draw(w: World, s: State, i: int) -> float:
    """The draw that lengthens every rest which a touch for this intent begins."""
    return _drawn(s, _put_number(s.octets, _next(s.octets, _of_wish(w, s, JITTER, i)), s.wishes[i].steps))


@compiled
def sampling_draw(w: World, s: State, i: int) -> float:
    return _drawn(s, _of_wish(w, s, SAMPLING, i))


@compiled
def spread_draw(w: World, s: State, who: int, policy: int) -> float:
    return _drawn(s, _put(w, s, _next(s.octets, _begun(w, s, SPREAD, who)), (OF_POLICIES, policy)))


@apart
def trait(w: World, s: State, purpose: int, who: int) -> float:
    """What a made-up customer is like: ENGAGEMENT or MOOD."""
    return _drawn(s, _begun(w, s, purpose, who))


@apart
def about_message(w: World, s: State, purpose: int, who: int, nth: tuple[int, int]) -> float:
    """What a made-up customer draws for a message: of which of CLASSES, and their how many-eth of that."""
    count = _put(w, s, _next(s.octets, _begun(w, s, purpose, who)), (OF_CLASSES, nth[0]))
    return _drawn(s, _put_number(s.octets, _next(s.octets, count), nth[1]))
