"""Our frozen dataclasses do what those of ``dataclasses`` do: the same classes by both, asked the same."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from collections.abc import Callable
from dataclasses import field, fields, replace
from typing import Any

import pytest

from antin import frozen
from antin.journal.rows import Stored
from antin.views.dispatches import Incoming


def classes(dataclass: Any) -> dict[str, Any]:
    @dataclass(frozen=True, slots=True)
    class Plain:
        """Two."""

        a: int
        b: str = "x"

    @dataclass(frozen=True, slots=True)
    class Below(Plain):
        """Three."""

        c: tuple[int, ...] = ()

    @dataclass(frozen=True)
    class Made:
        """A default that is made, one that is not given, a check."""

        a: int
        b: list[int] = field(default_factory=list, compare=False)
        c: dict[str, int] = field(default_factory=dict, init=False, compare=False)

        def __post_init__(self) -> None:
            if self.a < 0:
                raise ValueError("negative")

    @dataclass(frozen=True, kw_only=True)
    class Named:
        """By name alone; and its own words."""

        a: int = 1
        b: int

        def __repr__(self) -> str:
            return f"<{self.a}>"

    @dataclass(frozen=True, slots=True)
    class Empty:
        """Nothing."""

    return {"Plain": Plain, "Below": Below, "Made": Made, "Named": Named, "Empty": Empty}


ASKED: dict[str, Callable[[dict[str, Any]], Any]] = {
    "repr": lambda c: [repr(each) for each in (c["Plain"](1), c["Below"](1, "y", (2,)), c["Made"](3), c["Named"](b=2))],
    "alike": lambda c: [c["Plain"](1) == c["Plain"](1, "x"), c["Plain"](1) == c["Plain"](2), c["Plain"](1) == 1,
                        c["Plain"](1) == c["Below"](1), c["Empty"]() == c["Empty"]()],
    "hash": lambda c: [len({c["Plain"](1), c["Plain"](1), c["Plain"](2)}), len({c["Named"](b=1), c["Named"](b=1)}),
                       len({c["Empty"](), c["Empty"]()})],
    "compared": lambda c: c["Made"](1, [1]) == c["Made"](1, [2]),
    "set": lambda c: setattr(c["Plain"](1), "a", 2),
    "set below": lambda c: setattr(c["Below"](1), "a", 2),
    "set another": lambda c: setattr(c["Made"](1), "z", 2),
    "delete": lambda c: delattr(c["Plain"](1), "b"),
    "too few": lambda c: c["Plain"](),
    "too many": lambda c: c["Plain"](1, "x", 2),
    "unknown": lambda c: c["Below"](1, d=2),
    "by place": lambda c: c["Named"](1, 2),
    "checked": lambda c: c["Made"](-1),
    "made": lambda c: [c["Made"](1).b, c["Made"](1).c, c["Made"](1, [2]).b, c["Made"](1).b is c["Made"](1).b],
    "replaced": lambda c: [repr(replace(c["Below"](1), b="z")), repr(replace(c["Named"](b=2), a=5))],
    "copied": lambda c: [repr(copy.deepcopy(c["Below"](1, c=(1,)))), copy.copy(c["Made"](1, [2])).b],
    "fields": lambda c: [[(each.name, each.init, each.kw_only) for each in fields(each)] for each in c.values()],
    "matched": lambda c: [each.__match_args__ for each in c.values()],
    "slots": lambda c: [getattr(each, "__slots__", None) for each in c.values()],
    "dict": lambda c: [dataclasses.asdict(c["Below"](1)), dataclasses.asdict(c["Made"](1))],
    "said": lambda c: [each.__doc__ for each in c.values()],
}  # fmt: skip


def answer(ask: Callable[[dict[str, Any]], Any], dataclass: Any) -> str:
    try:
        return str(ask(classes(dataclass)))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


@pytest.mark.parametrize("asked", ASKED)
def test_as_the_others_do(asked: str) -> None:
    assert answer(ASKED[asked], frozen.dataclass) == answer(ASKED[asked], dataclasses.dataclass)


def test_they_travel_between_processes() -> None:
    row = Stored(*range(len(fields(Stored))))
    assert pickle.loads(pickle.dumps(row)) == row


def test_nothing_is_compiled_before_the_first_value() -> None:
    made = classes(frozen.dataclass)["Plain"]
    first = made.__init__
    assert first is not made(1) and made.__init__ is not first
    assert made.__init__.__code__.co_varnames == ("self", "a", "b")
    assert Incoming.__eq__.__code__.co_filename == frozen.__file__
