"""Frozen dataclasses that are soon defined: the same as those of ``dataclasses``, which it takes its fields from.

There six functions are written and compiled for each class while its module is imported, of which most are never
called: a list of one page defines two hundred classes and makes values of thirty. Here five are shared, and the
constructor is compiled when the first value is made. For modules that many commands import: rows, rules, views.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from operator import attrgetter
from typing import TYPE_CHECKING, Any

_MISSING = dataclasses.MISSING


def _define(cls: type, slots: bool, kw_only: bool) -> type:
    own = set(vars(cls))
    made: Any = dataclasses.dataclass(cls, init=False, repr=False, eq=False, slots=slots, kw_only=kw_only)
    fields = dataclasses.fields(made)
    names = [each.name for each in fields]
    values = _values([each.name for each in fields if each.compare])
    hashed = _values([each.name for each in fields if (each.compare if each.hash is None else each.hash)])
    shown = [each.name for each in fields if each.repr]

    def __init__(self: Any, *args: Any, **given: Any) -> None:
        made.__init__ = _constructor(made)
        made.__init__(self, *args, **given)

    def __repr__(self: Any) -> str:
        return f"{type(self).__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in shown)})"

    def __eq__(self: Any, other: object) -> bool:
        return values(self) == values(other) if other.__class__ is self.__class__ else NotImplemented

    def __hash__(self: Any) -> int:
        return hash(hashed(self))

    def __setattr__(self: Any, name: str, value: object) -> None:
        if type(self) is made or name in names:
            raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")
        super(made, self).__setattr__(name, value)

    def __delattr__(self: Any, name: str) -> None:
        if type(self) is made or name in names:
            raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")
        super(made, self).__delattr__(name)

    shared = [__init__, __repr__, __eq__, __hash__, __setattr__, __delattr__]
    for each in [*shared, *((_state, _restore) if slots else ())]:
        name = {"_state": "__getstate__", "_restore": "__setstate__"}.get(each.__name__, each.__name__)
        if name not in own:
            setattr(made, name, each)
    return made  # type: ignore[no-any-return]


def _values(names: list[str]) -> Callable[[Any], Any]:
    return attrgetter(*names) if names else lambda _: ()


def _state(self: Any) -> list[Any]:
    """For ``copy`` and ``pickle``."""
    return [getattr(self, each.name) for each in dataclasses.fields(self)]


def _restore(self: Any, state: list[Any]) -> None:
    for each, value in zip(dataclasses.fields(self), state, strict=True):
        object.__setattr__(self, each.name, value)


def _constructor(cls: Any) -> Callable[..., None]:
    known: dict[str, Any] = {"_set": object.__setattr__, "_missing": _MISSING}
    plain, named, body = list[str](), list[str](), list[str]()
    for each in dataclasses.fields(cls):
        name, value = each.name, each.name
        factory = each.default_factory is not _MISSING
        known[f"_of_{name}"] = each.default_factory if factory else each.default
        if factory:
            value = f"_of_{name}() if {name} is _missing else {name}" if each.init else f"_of_{name}()"
        elif not each.init:
            value = f"_of_{name}"
        if each.init:
            usual = "=_missing" if factory else "" if each.default is _MISSING else f"=_of_{name}"
            (named if each.kw_only else plain).append(name + usual)
        if each.init or factory or each.default is not _MISSING:
            body.append(f"_set(self, {name!r}, {value})")
    if hasattr(cls, "__post_init__"):
        body.append("self.__post_init__()")
    words = ", ".join(["self", *plain, *(["*", *named] if named else [])])
    exec(f"def __init__({words}):\n " + "\n ".join(body or ["pass"]), known)  # noqa: S102 (names of fields alone)
    made: Callable[..., None] = known["__init__"]
    made.__qualname__ = f"{cls.__qualname__}.__init__"
    return made


if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
else:

    def dataclass(*, frozen: bool, slots: bool = False, kw_only: bool = False) -> Callable[[type], type]:
        """As the one of ``dataclasses``; ``frozen`` says what stands there, for there is no other."""
        assert frozen
        return lambda cls: _define(cls, slots, kw_only)
