"""What documents share: they are written in TOML, never change, and are refused with each field that is wrong."""

import tomllib
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Strict, ValidationError, ValidationInfo

from policies import toml
from policies.said import sentence_of, worded

# What pydantic calls an error, and what we say; the numbers come with the error.
_SAID = {
    "extra_forbidden": worded("there is no such amount; remove it or check its spelling"),
    "missing": worded("is missing; add it"),
    "greater_than_equal": worded("has to be at least %(ge)s"),
    "greater_than": worded("has to be more than %(gt)s"),
    "less_than_equal": worded("can be at most %(le)s"),
    "less_than": worded("has to be less than %(lt)s"),
    "literal_error": worded("has to be %(expected)s"),
    "model_type": worded("has to be a table of amounts"),
    "finite_number": worded("has to be a number that ends"),
    "int_type": worded("has to be a whole number"),
    "float_type": worded("has to be a number"),
    "bool_type": worded("has to be true or false"),
    "string_type": worded("has to be a text"),
    "string_too_long": worded("can be at most %(max_length)s characters"),
    "tuple_type": worded("has to be a list"),
}


# Numbers as they are written: no text that looks like one, and true is not 1.
Whole = Annotated[int, Strict()]
Number = Annotated[float, Strict()]
Truth = Annotated[bool, Strict()]


class PolicyRefused(Exception):
    """The document cannot be used. `problems` holds (field, what is wrong and what to do) pairs."""

    def __init__(self, problems: list[tuple[str, str]]) -> None:
        self.problems = problems
        super().__init__("; ".join(f"{field}: {message}" if field else message for field, message in problems))


class Contradiction(ValueError):
    """Amounts that cannot hold together, as (field, what to do) pairs; a field is named within its table."""

    def __init__(self, *problems: tuple[str, str]) -> None:
        self.problems = problems
        super().__init__("; ".join(f"{field}: {message}" for field, message in problems))


class Amounts(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


_WRITTEN = "written"


def is_written(info: ValidationInfo) -> bool:
    """Whether a person wrote this in a document. Only code may give durations and times in bare seconds."""
    return info.context == _WRITTEN


class Document(Amounts):
    @classmethod
    def from_toml(cls, text: str) -> Self:
        """The document written in `text`; raises PolicyRefused."""
        try:
            return cls.model_validate(tomllib.loads(text), context=_WRITTEN)
        except ValidationError as error:
            raise PolicyRefused(_problems(error)) from error
        except (ValueError, RecursionError) as error:
            raise PolicyRefused([("", worded("this is not TOML: %(why)s", why=str(error)))]) from error

    def to_toml(self) -> str:
        return toml.write(self.model_dump(mode="json", by_alias=True, exclude_none=True))


def _problems(error: ValidationError) -> list[tuple[str, str]]:
    """What pydantic found, as fields and messages."""
    problems = []
    for found in error.errors(include_url=False):
        # The marks of an audience's branches are not fields.
        path = [str(part) for part in found["loc"] if not str(part).startswith("<")]
        numbers = found.get("ctx", {})
        cause = numbers.get("error")
        if isinstance(cause, Contradiction):
            problems += [(".".join([*path, field]), message) for field, message in cause.problems]
        else:
            said = _SAID.get(found["type"])
            problems.append((".".join(path), said.filled(numbers) if said else sentence_of(cause, found["msg"])))
    return problems
