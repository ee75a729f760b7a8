"""Frozen dataclasses as arrays: a format page and its dataclass say the same thing, field by field.

``@shape("antin/slip/1", limit=4096)`` gives a dataclass its name and byte limit; ``encode`` and ``parse``
then read the annotations. The array starts with the name, so no two formats share bytes.
Nested dataclasses without a name are plain arrays.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from typing import Annotated, Any, TypeVar, get_args, get_origin, get_type_hints

from antin.errors import Malformed
from antin.kernel.formats import cbor

T = TypeVar("T")


@dataclass(frozen=True)
class Within:
    """Bounds of a number, or of the length of bytes, text (UTF-8 bytes) or an array."""

    low: int
    high: int


@dataclass(frozen=True)
class Pattern:
    """Text that must match whole."""

    expression: str


@dataclass(frozen=True)
class OneOf:
    """A closed list of lengths, for digests of 32 or 48 bytes."""

    sizes: tuple[int, ...]


def shape(name: str, *, limit: int) -> Callable[[type[T]], type[T]]:
    """Class decorator: the format's name, first in its array, and its largest size in bytes."""

    def mark(cls: type[T]) -> type[T]:
        cls.FORMAT, cls.LIMIT = name, limit  # type: ignore[attr-defined]
        return cls

    return mark


def encode(value: object) -> bytes:
    """Bytes of a shaped value. Raises ``Malformed`` when a field is out of its bounds or the whole too large."""
    cls: Any = type(value)
    data = cbor.encode((cls.FORMAT, *_to_array(value)))
    if len(data) > cls.LIMIT:
        raise Malformed("bytes-malformed", what=cls.FORMAT, why="too-large")
    return data


def parse(cls: type[T], data: bytes) -> T:
    """The value of these bytes, types and bounds checked exactly. Raises ``Malformed``."""
    spec: Any = cls
    try:
        value = cbor.decode(bytes(data), limit=spec.LIMIT)
        if not isinstance(value, tuple) or not value or value[0] != spec.FORMAT:
            raise _bad("other-format")
        return _from_array(cls, value[1:])
    except Malformed as error:
        raise Malformed("bytes-malformed", what=spec.FORMAT, why=error.fields["why"]) from None


def _bad(why: str) -> Malformed:
    return Malformed("bytes-malformed", why=why)


@cache
def _hints(cls: Any) -> tuple[tuple[str, Any], ...]:
    hints = get_type_hints(cls, include_extras=True)
    return tuple((f.name, hints[f.name]) for f in fields(cls))


def _to_array(value: Any) -> tuple[cbor.Value, ...]:
    return tuple(_write(hint, getattr(value, name)) for name, hint in _hints(value.__class__))


def _from_array(cls: type[T], items: tuple[cbor.Value, ...]) -> T:
    spec: Any = cls
    hints = _hints(spec)
    if len(items) != len(hints):
        raise _bad("wrong-field-count")
    return cls(*(_read(hint, item) for (_, hint), item in zip(hints, items, strict=True)))


@cache
def _split(hint: Any) -> tuple[Any, tuple[Any, ...]]:
    if get_origin(hint) is Annotated:
        base, *rules = get_args(hint)
        return base, tuple(rules)
    return hint, ()


def _write(hint: Any, value: Any) -> cbor.Value:
    base, rules = _split(hint)
    if is_dataclass(base):
        return _to_array(value)
    if get_origin(base) is tuple:
        _check_rules(rules, value)
        return tuple(_write(get_args(base)[0], item) for item in value)
    if type(value) is not base:
        raise _bad("wrong-type")
    _check_rules(rules, value)
    return value  # type: ignore[no-any-return]


def _read(hint: Any, value: cbor.Value) -> Any:
    base, rules = _split(hint)
    if is_dataclass(base) or get_origin(base) is tuple:
        if not isinstance(value, tuple):
            raise _bad("wrong-type")
        if is_dataclass(base):
            return _from_array(base, value)  # type: ignore[arg-type]
        _check_rules(rules, value)
        return tuple(_read(get_args(base)[0], item) for item in value)
    # ``type() is`` and not isinstance: True must not pass for 1.
    if type(value) is not base:
        raise _bad("wrong-type")
    _check_rules(rules, value)
    return value


def _check_rules(rules: tuple[Any, ...], value: Any) -> None:
    for rule in rules:
        if isinstance(rule, Pattern):
            if not re.fullmatch(rule.expression, value):
                raise _bad("pattern")
            continue
        # A file name may hold surrogates; they are counted here and refused by the encoder.
        sized = value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value
        size = sized if isinstance(sized, int) else len(sized)
        ok = size in rule.sizes if isinstance(rule, OneOf) else rule.low <= size <= rule.high
        if not ok:
            raise _bad("out-of-range")
