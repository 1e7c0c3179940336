"""Compiling with Numba, where it is there. Functions stay as they are written; nothing is written a second time."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import fields
from hashlib import blake2b
from itertools import accumulate
from types import CodeType, FunctionType, ModuleType
from typing import Annotated, Any, TypeVar, cast

try:
    import numba
    import numpy

    if numba.config.DISABLE_JIT:  # Numba's own switch, NUMBA_DISABLE_JIT=1
        numba = None
except ImportError:  # the extra `fast` is not installed
    numba = None

Half = Annotated[int, "i4"]
Tiny = Annotated[int, "i1"]

F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T")

_code: list[CodeType] = []
# None of these functions makes an array: without the counting of references to those they are given, they take a
# fortieth of the time. It is one of Numba's own switches, without a name for everybody.
_UNCOUNTED = {"_nrt": False}
# Python never calls a part.
_PART = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True, "error_model": "numpy", **_UNCOUNTED}


def is_fast() -> bool:
    """Whether what is replayed is compiled."""
    return numba is not None


def compiled(function: F) -> F:
    """The function, compiled into whatever calls it."""
    if numba is None:
        return function
    _code.append(function.__code__)
    return cast(F, numba.njit(function, forceinline=True, **_PART))


def apart(function: F) -> F:
    """The function, compiled once and called, where it is too long to be part of each caller."""
    if numba is None:
        return function
    _code.append(function.__code__)
    return cast(F, numba.njit(function, **_PART))


def entry(function: F) -> F:
    """A function that Python calls, compiled and kept on disk. It has to have `digest()` in its closure, so that what
    was kept is known to be out of date when anything it calls was changed."""
    return function if numba is None else cast(F, numba.njit(function, cache=True, **_UNCOUNTED))


def compiled_copy(module: ModuleType) -> ModuleType:
    """A module of plain functions, compiled from its very code; they call each other's compiled selves."""
    copy = ModuleType(f"{module.__name__}, compiled")
    scope = vars(copy)
    scope.update(vars(module))
    for name, function in vars(module).items():
        if isinstance(function, FunctionType) and function.__module__ == module.__name__:
            scope[name] = compiled(FunctionType(function.__code__, scope, name, function.__defaults__))
    return copy


def digest() -> int:
    """A number that changes when any compiled function does, or how they are compiled, and with nothing else."""
    read = blake2b(repr(sorted(_PART.items())).encode(), digest_size=6)
    for code in sorted(_code, key=lambda code: (code.co_name, code.co_firstlineno, code.co_code)):
        constants = [constant for constant in code.co_consts if not isinstance(constant, CodeType)]
        read.update(repr((code.co_code, code.co_names, constants)).encode())
    return int.from_bytes(read.digest(), "big")


def table(kind: type[Any], rows: Sequence[Any]) -> Any:
    """A table of rows of a dataclass of numbers."""
    if not is_fast():
        return list(rows)
    return numpy.array([tuple([getattr(row, f.name) for f in fields(kind)]) for row in rows], _shape(kind))


def blank_table(kind: type[Any], count: int) -> Any:
    """A table of so many rows of zeros."""
    return numpy.zeros(count, _shape(kind)) if is_fast() else [kind() for _ in range(count)]


def _shape(kind: type[Any]) -> Any:
    """Fields of eight bytes, but where their type is annotated with another size, as `Half` and `Tiny` are."""
    sizes: dict[Any, str] = {int: "i8", float: "f8", Half: "i4", Tiny: "i1"}
    return numpy.dtype([(f.name, sizes[f.type]) for f in fields(kind)])


def longer(rows: Any, kind: type[Any], count: int) -> Any:
    """The table with zeros behind it, `count` rows in all."""
    more = blank_table(kind, count - len(rows))
    return numpy.concatenate([rows, more]) if is_fast() else rows + more


def readable(kind: type[T], rows: Any) -> list[T]:
    """The rows of a table as they are told in Python."""
    return [kind(*row) for row in rows.tolist()] if is_fast() else rows


def column(rows: Any, name: str) -> list[Any]:
    """One column of a table, as numbers of Python's own."""
    return rows[name].tolist() if is_fast() else [getattr(row, name) for row in rows]


def joined(texts: Sequence[str]) -> tuple[bytes, Any]:
    """Texts one behind the other, and where each begins, and the last one ends."""
    encoded = [text.encode("utf-8", "surrogatepass") for text in texts]
    starts = [0, *accumulate(map(len, encoded))]
    return b"".join(encoded), integers(starts)


def texts_of(octets: bytes, starts: Any, order: Any) -> tuple[bytes, Any]:
    """The same of these texts, in this order."""
    if not is_fast():
        some = [octets[starts[i] : starts[i + 1]] for i in order]
        return b"".join(some), [0, *accumulate(map(len, some))]
    lengths = (starts[1:] - starts[:-1])[order]
    begins = numpy.concatenate([[0], numpy.cumsum(lengths)])
    shifts = numpy.repeat(starts[:-1][order] - begins[:-1], lengths)
    return numpy.frombuffer(octets, numpy.uint8)[numpy.arange(begins[-1]) + shifts].tobytes(), begins


def taken(values: Any, order: Any) -> Any:
    """A column in another order."""
    return values[order] if is_fast() else [values[i] for i in order]


def places(rows: Any, moments: Any) -> Any:
    """The order by row, then by moment, then as they are."""
    if is_fast():
        return numpy.lexsort((moments, rows))
    return sorted(range(len(rows)), key=lambda n: (rows[n], moments[n]))


def begins(owners: Any, people: int) -> Any:
    """Where each owner's part begins, and the last one's ends; owners are in order."""
    if is_fast():
        return numpy.searchsorted(owners, numpy.arange(people + 1))
    counts = Counter(owners)
    return [0, *accumulate(counts[who] for who in range(people))]


def side_by_side(kind: type[Any], columns: Sequence[Any]) -> Any:
    """A table of rows of a dataclass of numbers, from its columns."""
    if not is_fast():
        return [kind(*row) for row in zip(*columns, strict=True)]
    rows = numpy.empty(len(columns[0]), _shape(kind))
    for field, values in zip(fields(kind), columns, strict=True):
        rows[field.name] = values
    return rows


def later(some: Any, others: Any) -> Any:
    """The later of two moments, one by one."""
    return numpy.maximum(some, others) if is_fast() else list(map(max, some, others))


def shifted(values: Any, by: int) -> Any:
    """A column with something added everywhere."""
    return values + by if is_fast() else [value + by for value in values]


def behind(one: Any, other: Any) -> Any:
    """A column behind another."""
    return numpy.concatenate([one, other]) if is_fast() else [*one, *other]


def integers(values: Sequence[int]) -> Any:
    """A column of whole numbers."""
    return numpy.asarray(values, numpy.int64) if is_fast() else list(values)


def small(values: Sequence[int]) -> Any:
    """A column of whole numbers from -128 to 127."""
    return numpy.array(values, numpy.int8) if is_fast() else list(values)


def halves(values: Sequence[int]) -> Any:
    """A column of whole numbers below two billion."""
    return numpy.array(values, numpy.int32) if is_fast() else list(values)


def numbers(values: Sequence[float]) -> Any:
    """A column of numbers."""
    return numpy.array(values, numpy.float64) if is_fast() else [float(value) for value in values]


def octets(values: bytes) -> Any:
    """A column of bytes."""
    return numpy.frombuffer(values, numpy.uint8) if is_fast() else values


def blank(count: int, like: Callable[[Sequence[Any]], Any], value: Any = 0) -> Any:
    """A column with the same value everywhere."""
    if not is_fast():
        return like([value]) * count
    return numpy.full(count, value, like([value]).dtype)


def words(octets: Any) -> Any:
    """The same memory, eight octets a word."""
    return octets.view("<u8") if is_fast() else ()


def scratch(count: int) -> Any:
    """Room for so many bytes."""
    return numpy.zeros(count, numpy.uint8) if is_fast() else bytearray(count)
