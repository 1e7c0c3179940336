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
_ONES = uint64(0xFFFFFFFFFFFFFFFF)
_16, _24, _32, _63, _1 = uint64(16), uint64(24), uint64(32), uint64(63), uint64(1)
_40, _48, _8 = uint64(40), uint64(48), uint64(8)


@compiled
def _mix(v: Any, at: tuple[int, int, int, int], x: Any, y: Any) -> None:
    a, b, c, d = at
    v[a] = v[a] + v[b] + x
    v[d] = ((v[d] ^ v[a]) >> _32) | ((v[d] ^ v[a]) << _32)
    v[c] = v[c] + v[d]
    v[b] = ((v[b] ^ v[c]) >> _24) | ((v[b] ^ v[c]) << _40)
    v[a] = v[a] + v[b] + y
    v[d] = ((v[d] ^ v[a]) >> _16) | ((v[d] ^ v[a]) << _48)
    v[c] = v[c] + v[d]
    v[b] = ((v[b] ^ v[c]) >> _63) | ((v[b] ^ v[c]) << _1)


@compiled
def _compress(h: Any, v: Any, m: Any, counted: int, last: bool) -> None:
    for i in range(8):
        v[i], v[i + 8] = h[i], _START[i]
    v[12] ^= uint64(counted)
    if last:
        v[14] ^= _ONES
    for turn in range(12):
        o = turn * 16
        _mix(v, (0, 4, 8, 12), m[_ORDER[o]], m[_ORDER[o + 1]])
        _mix(v, (1, 5, 9, 13), m[_ORDER[o + 2]], m[_ORDER[o + 3]])
        _mix(v, (2, 6, 10, 14), m[_ORDER[o + 4]], m[_ORDER[o + 5]])
        _mix(v, (3, 7, 11, 15), m[_ORDER[o + 6]], m[_ORDER[o + 7]])
        _mix(v, (0, 5, 10, 15), m[_ORDER[o + 8]], m[_ORDER[o + 9]])
        _mix(v, (1, 6, 11, 12), m[_ORDER[o + 10]], m[_ORDER[o + 11]])
        _mix(v, (2, 7, 8, 13), m[_ORDER[o + 12]], m[_ORDER[o + 13]])
        _mix(v, (3, 4, 9, 14), m[_ORDER[o + 14]], m[_ORDER[o + 15]])
    for i in range(8):
        h[i] ^= v[i] ^ v[i + 8]


@apart
def hashed(octets: Any, count: int, h: Any, v: Any, m: Any) -> Any:
    """The digest of the first `count` octets, read big-endian as `policies.chance` reads it; `h`, `v` and `m` are room
    for 8, 16 and 16 words."""
    for i in range(8):
        h[i] = _START[i]
    h[0] ^= _EIGHT_BYTES
    blocks = max(1, (count + BLOCK - 1) // BLOCK)
    for block in range(blocks):
        for i in range(16):
            word = uint64(0)
            for j in range(8):
                place = block * BLOCK + i * 8 + j
                if place < count:
                    word |= uint64(octets[place]) << uint64(8 * j)
            m[i] = word
        _compress(h, v, m, min(count, (block + 1) * BLOCK), block == blocks - 1)
    digest = uint64(0)
    for j in range(8):
        digest |= ((h[0] >> uint64(8 * j)) & uint64(255)) << uint64(56 - 8 * j)
    return digest
