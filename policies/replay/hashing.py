"""BLAKE2b with eight bytes of digest (RFC 7693), for compiled code, which cannot call hashlib. A test holds the draws
made with it to those of `policies.chance`."""

from typing import Any

import numpy
from numpy import uint64

from policies.replay.compiling import apart, compiled

BLOCK = 128
_ORDER = numpy.array(
    [
        *(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3),
        *(11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4, 7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8),
        *(9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13, 2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9),
        *(12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11, 13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10),
        *(6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5, 10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0),
        *(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3),
    ],
    numpy.int64,
)
_START = numpy.array(
    [
        *(0x6A09E667F3BCC908, 0xBB67AE8584CAA73B, 0x3C6EF372FE94F82B, 0xA54FF53A5F1D36F1),
        *(0x510E527FADE682D1, 0x9B05688C2B3E6C1F, 0x1F83D9ABFB41BD6B, 0x5BE0CD19137E2179),
    ],
    uint64,
)
_EIGHT_BYTES = uint64(0x01010008)  # no key, fanout and depth 1, a digest of eight bytes
_ALL = uint64(0xFFFFFFFFFFFFFFFF)
_NONE, _BYTE = uint64(0), uint64(0xFF)
_1, _8, _16, _24, _32, _40, _48, _63 = (uint64(bits) for bits in (1, 8, 16, 24, 32, 40, 48, 63))

Four = tuple[Any, Any, Any, Any]


@compiled
def _mix(four: Four, x: Any, y: Any) -> Four:
    a, b, c, d = four
    a = a + b + x
    d = ((d ^ a) >> _32) | ((d ^ a) << _32)
    c = c + d
    b = ((b ^ c) >> _24) | ((b ^ c) << _40)
    a = a + b + y
    d = ((d ^ a) >> _16) | ((d ^ a) << _48)
    c = c + d
    b = ((b ^ c) >> _63) | ((b ^ c) << _1)
    return a, b, c, d


@compiled
def _turn(v: Any, m: Any, at: int, o: int) -> Any:
    """One of twelve turns, in the order that begins at `o`, over the block of words that begins at `at`."""
    a0, b0, c0, d0 = _mix((v[0], v[4], v[8], v[12]), m[at + _ORDER[o]], m[at + _ORDER[o + 1]])
    a1, b1, c1, d1 = _mix((v[1], v[5], v[9], v[13]), m[at + _ORDER[o + 2]], m[at + _ORDER[o + 3]])
    a2, b2, c2, d2 = _mix((v[2], v[6], v[10], v[14]), m[at + _ORDER[o + 4]], m[at + _ORDER[o + 5]])
    a3, b3, c3, d3 = _mix((v[3], v[7], v[11], v[15]), m[at + _ORDER[o + 6]], m[at + _ORDER[o + 7]])
    a0, b1, c2, d3 = _mix((a0, b1, c2, d3), m[at + _ORDER[o + 8]], m[at + _ORDER[o + 9]])
    a1, b2, c3, d0 = _mix((a1, b2, c3, d0), m[at + _ORDER[o + 10]], m[at + _ORDER[o + 11]])
    a2, b3, c0, d1 = _mix((a2, b3, c0, d1), m[at + _ORDER[o + 12]], m[at + _ORDER[o + 13]])
    a3, b0, c1, d2 = _mix((a3, b0, c1, d2), m[at + _ORDER[o + 14]], m[at + _ORDER[o + 15]])
    return a0, a1, a2, a3, b0, b1, b2, b3, c0, c1, c2, c3, d0, d1, d2, d3


@compiled
def _compress(h: Any, m: Any, at: int, ends: tuple[Any, Any]) -> Any:
    """The state after one block; `ends` are how many octets there were by then, and all bits where it is the last."""
    i = _START
    v = (
        h[0], h[1], h[2], h[3], h[4], h[5], h[6], h[7],
        i[0], i[1], i[2], i[3], i[4] ^ ends[0], i[5], i[6] ^ ends[1], i[7],
    )  # fmt: skip
    for o in range(0, 192, 16):
        v = _turn(v, m, at, o)
    return (
        h[0] ^ v[0] ^ v[8], h[1] ^ v[1] ^ v[9], h[2] ^ v[2] ^ v[10], h[3] ^ v[3] ^ v[11],
        h[4] ^ v[4] ^ v[12], h[5] ^ v[5] ^ v[13], h[6] ^ v[6] ^ v[14], h[7] ^ v[7] ^ v[15],
    )  # fmt: skip


@apart
def hashed(octets: Any, words: Any, count: int) -> Any:
    """The digest of the first `count` octets, read big-endian as `policies.chance` reads it. `words` is the same
    memory, eight octets a word, the first the lowest; what is left of the last block is overwritten."""
    blocks = max(1, (count + BLOCK - 1) // BLOCK)
    for i in range(count, blocks * BLOCK):
        octets[i] = 0
    start = _START
    h = (start[0] ^ _EIGHT_BYTES, start[1], start[2], start[3], start[4], start[5], start[6], start[7])
    for block in range(blocks - 1):
        h = _compress(h, words, block * 16, (uint64((block + 1) * BLOCK), _NONE))
    h = _compress(h, words, (blocks - 1) * 16, (uint64(count), _ALL))
    digest = _NONE
    for byte in range(8):
        digest = (digest << _8) | ((h[0] >> uint64(8 * byte)) & _BYTE)
    return digest
