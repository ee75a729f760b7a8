"""A TOML table becomes a rule: every key known, every field there, every type exact, every text printable."""

from __future__ import annotations

import dataclasses
import unicodedata
from collections.abc import Mapping
from datetime import date
from functools import cache
from types import UnionType
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from antin.errors import Malformed

T = TypeVar("T")
TEXT_LIMIT = 400
LIST_LIMIT = 64
UNSEEN = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")  # Unicode categories that hide or turn what a person reads
NUMBER_LIMIT = 1_000_000


@dataclasses.dataclass(frozen=True)
class Limits:
    """How long a text and a list may be; forms (``cli/forms.py``) hold more than packs."""

    text: int = TEXT_LIMIT
    list: int = LIST_LIMIT


PACK = Limits()


def table(cls: type[T], value: object, file: str, where: str, limits: Limits = PACK) -> T:
    """The table at ``where`` in ``file`` as a ``cls``."""
    if not isinstance(value, Mapping):
        raise Malformed("pack-wrong-type", file=file, key=where, wanted="bảng / table")
    fields = {f.name: f for f in dataclasses.fields(cls)}  # type: ignore[arg-type]
    for key in value:
        if key not in fields:
            raise Malformed("pack-key-unknown", file=file, key=f"{where}.{key}".lstrip("."), known=", ".join(fields))
    for key, field in fields.items():
        if key not in value and field.default is dataclasses.MISSING:
            raise Malformed("pack-key-missing", file=file, key=f"{where}.{key}".lstrip("."))
    hints = _hints(cls)  # type: ignore[arg-type]
    return cls(
        **{key: _value(hints[key], item, file, f"{where}.{key}".lstrip("."), limits) for key, item in value.items()}
    )


def shown(value: object) -> str:
    """As much of a wrong value as a person needs. A number of thousands of digits cannot even be written."""
    try:
        return str(value)[:40]
    except ValueError:
        return "…"


def text(value: object, file: str, where: str, limit: int = TEXT_LIMIT) -> str:
    """NFC text on one line, without characters that hide or turn what a person reads."""
    if type(value) is not str:
        raise Malformed("pack-wrong-type", file=file, key=where, wanted="chữ / text")
    if len(value) > limit or any(unicodedata.category(c) in UNSEEN for c in value):
        raise Malformed("pack-text-unfit", file=file, key=where, limit=limit)
    return unicodedata.normalize("NFC", value)


@cache
def _hints(cls: type) -> dict[str, Any]:
    return get_type_hints(cls)


def _value(hint: Any, value: object, file: str, where: str, limits: Limits) -> object:
    if isinstance(hint, UnionType):  # ``date | None``: what may be left out is left out, never null
        hint = get_args(hint)[0]
    if hint is date:
        if type(value) is not date:
            raise Malformed("pack-wrong-type", file=file, key=where, wanted="2026-12-31")
        return value
    if hint is str:
        return text(value, file, where, limits.text)
    if get_origin(hint) is Literal:
        return _choice(hint, value, file, where)
    if get_origin(hint) is tuple:
        return _list(get_args(hint)[0], value, file, where, limits)
    if hint is int:
        return _number(value, file, where)
    if hint is bool:
        if type(value) is not bool:
            raise Malformed("pack-wrong-type", file=file, key=where, wanted="true | false")
        return value
    return table(hint, value, file, where, limits)


def _number(value: object, file: str, where: str) -> int:
    if type(value) is not int:
        raise Malformed("pack-wrong-type", file=file, key=where, wanted="số nguyên / whole number")
    if not 0 <= value <= NUMBER_LIMIT:
        raise Malformed("pack-number-range", file=file, key=where, value=shown(value), low=0, high=NUMBER_LIMIT)
    return value


def _choice(hint: Any, value: object, file: str, where: str) -> object:
    choices = get_args(hint)
    if value not in choices:
        known = ", ".join(filter(None, choices))
        raise Malformed("pack-choice", file=file, key=where, value=shown(value), known=known)
    return value


def _list(item: Any, value: object, file: str, where: str, limits: Limits) -> tuple[object, ...]:
    if not isinstance(value, list) or len(value) > limits.list:
        raise Malformed("pack-wrong-type", file=file, key=where, wanted=f"danh sách / list (≤ {limits.list})")
    return tuple(_value(item, entry, file, f"{where}[{n}]", limits) for n, entry in enumerate(value, 1))
