"""How a value is read from a person and shown to one: a mark on the field, by which every door goes.

due: Day                  a terminal reads 10/12/2026 and shows it so, a program passes seconds
remark: Text = ""         has a default: an option; without one it is an argument
reason: Annotated[Text, Given(named=True)]        an option that must be given
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from antin.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Look:
    """``kind`` says which reader and writer a door takes. ``family`` and ``codes``: a closed list, whose names stand in
    the catalogues as ``FAMILY-CODE``. ``low`` and ``high``: bounds of a number. ``of``: the field of which it is a
    part, told with it."""

    kind: str
    family: str = ""
    codes: tuple[str, ...] = ()
    low: int = 0
    high: int = 1_000_000
    of: str = ""


Reference = Annotated[str, Look("reference")]  # cd-1, den-3: a number of one of our books
Agency = Annotated[str, Look("agency")]  # its code
Officer = Annotated[str, Look("officer")]  # his number
AgencyOfficer = Annotated[tuple[str, str], Look("seat")]  # agency and officer; "" for the agency itself
Text = Annotated[str, Look("text")]
Hidden = Annotated[str, Look("hidden")]  # words of a record; empty for whoever may not read them
Day = Annotated[int, Look("day")]  # POSIX seconds
Moment = Annotated[int, Look("moment")]  # POSIX seconds
Share = Annotated[int, Look("share")]  # thousandths
Level = Annotated[int, Look("level")]
Precedence = Annotated[int, Look("precedence")]
AnyFile = Annotated[Path, Look("path")]
UNSEEN = Look("unseen")  # for programs alone
DAMAGED = "\N{REPLACEMENT CHARACTER}"  # stands for words that were changed where they lie: never for hidden ones
KNOWN = Look("known")  # for programs alone, and no key for them as long as it is None


@dataclass(frozen=True, slots=True)
class Given:
    """What differs from the rule at a command line: ``name`` of the option or argument (``--document``), ``help`` (a
    code of the catalogues), ``named``: an option though it must be said; ``argument``: none though it need not;
    ``metavar``: what stands for the value (``vb-…``)."""

    name: str = ""
    help: str = ""
    metavar: str = ""
    named: bool = False
    argument: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a dataclass, as a door needs it. ``many``: a tuple of them; ``type``: of one."""

    name: str
    type: Any
    look: Look
    given: Given
    many: bool
    required: bool
    default: Any


@cache
def fields_of(cls: type) -> tuple[Field, ...]:
    """In the order in which they are declared. A field without a mark looks by its type: text, number, flag."""
    hints = get_type_hints(cls, include_extras=True)
    return tuple(_field(each, hints[each.name]) for each in fields(cls))


def _field(field: Any, hint: Any) -> Field:
    type_, marks = _parted(hint)
    if get_origin(type_) in (Union, UnionType):  # Moment | None
        type_, inner = _parted(next(each for each in get_args(type_) if each is not NoneType))
        marks = [*inner, *marks]
    many = get_origin(type_) is tuple and get_args(type_)[-1] is Ellipsis
    if many:
        type_, inner = _parted(get_args(type_)[0])
        marks = [*inner, *marks]
    look = next((each for each in marks if isinstance(each, Look)), Look(_PLAIN.get(type_, "unseen")))
    given = next((each for each in marks if isinstance(each, Given)), Given())
    required = field.default is MISSING
    return Field(field.name, type_, look, given, many, required, None if required else field.default)


_PLAIN = {str: "text", int: "number", bool: "flag"}


def _parted(hint: Any) -> tuple[Any, list[Any]]:
    if get_origin(hint) is not Annotated:
        return hint, []
    type_, *marks = get_args(hint)
    return type_, marks


def as_facts(value: Any) -> Any:
    """A row, and all that it holds, as a program reads it: dataclasses become objects; ``with_`` is ``with``."""
    if isinstance(value, list | tuple):
        return [as_facts(each) for each in value]
    if isinstance(value, Mapping):
        return {name: as_facts(each) for name, each in value.items()}
    if not is_dataclass(value) or isinstance(value, type):
        return value
    given = ((field, getattr(value, field.name)) for field in fields_of(type(value)))
    return {
        field.name.rstrip("_"): as_facts(each)
        for field, each in given
        if each is not None or field.look.kind != "known"
    }


class Word(str):
    """A code that a program reads as it is, and a person as the catalogues name it: ``FAMILY-CODE``."""

    family: str

    def __new__(cls, family: str, code: str) -> Word:
        """``Word("report", "accepted")``."""
        made = super().__new__(cls, code)
        made.family = family
        return made
