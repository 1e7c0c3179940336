"""Writing a document as TOML (the standard library only reads it)."""

import json
from collections.abc import Mapping


def write(document: Mapping[str, object]) -> str:
    """TOML of a mapping of scalars, lists and mappings; tables come after scalars, tables within lists stay inline."""
    return "\n".join(_table(document, "")).strip() + "\n"


def _table(table: Mapping[str, object], path: str) -> list[str]:
    tables = {key: value for key, value in table.items() if isinstance(value, Mapping)}
    lines = [f"{_key(key)} = {_value(value)}" for key, value in table.items() if key not in tables]
    if path and (lines or not tables):
        lines = ["", f"[{path}]", *lines]
    for key, value in tables.items():
        lines += _table(value, f"{path}.{_key(key)}" if path else _key(key))
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
