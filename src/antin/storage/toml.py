"""TOML that a person may have written: what is wrong is said by line and column, in the reader's own language. And
settings: a flat table of one frozen dataclass."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, asdict, fields
from pathlib import Path
from typing import Any, TypeVar

import tomli_w

from antin.errors import Malformed
from antin.storage import durable

T = TypeVar("T")

_PLACE = re.compile(r"\(at line (\d+), column (\d+)\)")


def parse(text: str, file: str) -> dict[str, Any]:
    """The tables of ``text``. Raises ``Malformed`` for anything but TOML, a number too long, brackets too deep."""
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        place = _PLACE.search(str(error))
        line, column = place.groups() if place else (text.count("\n") + 1, 1)
        raise Malformed("toml-malformed", file=file, line=line, column=column) from None


def settings(cls: type[T], values: Mapping[str, Any], path: Path) -> T:
    """The table as a ``cls``. Raises ``Malformed`` for an unknown key, a missing one without default, another type, a
    number below zero."""
    known = {field.name: field.type for field in fields(cls)}  # type: ignore[arg-type]
    needed = {field.name for field in fields(cls) if field.default is MISSING}  # type: ignore[arg-type]
    for key in sorted((set(values) - set(known)) | (needed - set(values))):
        raise Malformed("settings-malformed", path=path, detail=key)
    for key, value in values.items():
        if type(value).__name__ != known[key] or (type(value) is int and value < 0):
            raise Malformed("settings-malformed", path=path, detail=key)
    return cls(**values)


def save(path: Path, value: Any) -> None:
    """Durably, every key with its value: the file shows what may be changed."""
    durable.write(path, tomli_w.dumps(asdict(value)).encode())
