"""Frozen dataclasses as arrays: a format page and its dataclass say the same thing, field by field.

``@shape("antin/slip/1", limit=4096)`` gives a dataclass its name and byte limit; ``encode`` and ``parse``
then read the annotations. The array starts with the name, so no two formats share bytes.
Nested dataclasses without a name are plain arrays.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass
from functools import cache, lru_cache, partial, wraps
from typing import Annotated, Any, TypeVar, get_args, get_origin, get_type_hints

from antin.errors import Malformed
from antin.kernel.formats import cbor

T = TypeVar("T")
C = TypeVar("C", bound=Callable[..., Any])
# Signed types that hold words of a document.
_SECRET = {"antin/statement/1", "antin/attached/1", "antin/file-statement/1"}
_Way = Callable[[Any], Any]


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
        return _from_array(cls, value[1:])  # type: ignore[no-any-return]
    except Malformed as error:
        raise Malformed("bytes-malformed", what=spec.FORMAT, why=error.fields["why"]) from None


def remembered(reading: C) -> C:
    """For a pure reading of what is public: what it gave for at most 16 KiB is kept, for such is read often."""
    kept = lru_cache(512)(reading)

    @wraps(kept)
    def read(*values: Any, **how: Any) -> Any:
        return (
            kept
            if _SECRET.isdisjoint(values) and sum(len(each) for each in values if isinstance(each, bytes)) <= 16384
            else reading
        )(*values, **how)

    return read  # type: ignore[return-value]


known = remembered(parse)  # for what is public and comes by several ways


def _bad(why: str) -> Malformed:
    return Malformed("bytes-malformed", why=why)


@cache
def _forms(cls: Any) -> tuple[tuple[str, _Way, _Way], ...]:
    """Name, reader and writer of each field: worked out once for each dataclass."""
    hints = get_type_hints(cls, include_extras=True)
    return tuple((f.name, *_form(hints[f.name])) for f in fields(cls))


def _to_array(value: Any) -> tuple[cbor.Value, ...]:
    return tuple([write(getattr(value, name)) for name, _, write in _forms(value.__class__)])


def _from_array(cls: Any, items: cbor.Value) -> Any:
    forms = _forms(cls)
    if not isinstance(items, tuple):
        raise _bad("wrong-type")
    if len(items) != len(forms):
        raise _bad("wrong-field-count")
    return cls(*[read(item) for (_, read, _), item in zip(forms, items, strict=True)])


@cache
def _form(hint: Any) -> tuple[_Way, _Way]:
    base, *rules = get_args(hint) if get_origin(hint) is Annotated else (hint,)
    if is_dataclass(base):
        return partial(_from_array, base), _to_array
    of = get_args(base)[0] if get_origin(base) is tuple else None
    checks = [_check(rule) for rule in rules]
    kind = tuple if of else base

    def form(value: Any, each: _Way | None) -> Any:
        # ``type() is`` and not isinstance: True must not pass for 1.
        if type(value) is not kind:
            raise _bad("wrong-type")
        for check in checks:
            check(value)
        return value if each is None else tuple([each(item) for item in value])

    return tuple(partial(form, each=each) for each in (_form(of) if of else (None, None)))  # type: ignore[return-value]


def _check(rule: Any) -> Callable[[Any], None]:
    pattern = re.compile(rule.expression) if isinstance(rule, Pattern) else None
    sizes = rule.sizes if isinstance(rule, OneOf) else range(0) if pattern else range(rule.low, rule.high + 1)

    def check(value: Any) -> None:
        if pattern:
            if not pattern.fullmatch(value):
                raise _bad("pattern")
            return
        # A file name may hold surrogates; they are counted here and refused by the encoder.
        sized = value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value
        if (sized if isinstance(sized, int) else len(sized)) not in sizes:
            raise _bad("out-of-range")

    return check
