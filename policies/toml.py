"""Writing a document as TOML (the standard library only reads it)."""

import json
from collections.abc import Mapping


def write(document: Mapping[str, object]) -> str:
    """TOML of a mapping of scalars, lists and mappings; tables come after scalars, lists of tables as inline tables."""
    return "\n".join(_table(document, "")).strip() + "\n"


def _table(table: Mapping[str, object], path: str) -> list[str]:
    lines = [f"{_key(key)} = {_value(value)}" for key, value in table.items() if not isinstance(value, Mapping)]
    for key, value in table.items():
        if isinstance(value, Mapping):
            inner = f"{path}.{_key(key)}" if path else _key(key)
            lines += ["", f"[{inner}]", *_table(value, inner)]
    return lines


def _value(value: object) -> str:
    match value:
        case Mapping():
            return "{" + ", ".join(f"{_key(key)} = {_value(inner)}" for key, inner in value.items()) + "}"
        case list() | tuple():
            return "[" + ", ".join(map(_value, value)) + "]"
        case float():
            return repr(value)
        case _:
            # JSON's strings, integers and booleans are TOML's, but for the one control character JSON leaves alone.
            return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(key: str) -> str:
    return key if key.replace("-", "").replace("_", "").isalnum() and key.isascii() else _value(key)
