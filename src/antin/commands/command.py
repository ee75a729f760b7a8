"""A command is a frozen dataclass: its fields are what a person says, ``do`` is what the station does. A listing is one
that only reads.

Every door binds to the same declaration: a terminal makes options of the fields, a program sends them as JSON.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Protocol

from antin.frozen import dataclass
from antin.looks import Field, fields_of
from antin.station.desk import Desk
from antin.station.station import Station

Facts = Mapping[str, Any]


class Doing(Protocol):
    """What a command's class offers."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    def do(self, desk: Desk) -> Facts:
        """The act; what it answers. Raises what the act raises."""


class Reading(Protocol):
    """What a listing's class offers."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    def rows(self, station: Station, officer: str) -> Sequence[Any]:
        """Dataclasses; words only for an officer who is signed in and cleared."""


@dataclass(frozen=True, slots=True)
class Command:
    """``name``: as it is typed, ``directive ack``. ``says``: the code of the sentence when it is done."""

    name: str
    of: Callable[..., Doing]
    says: str

    @property
    def fields(self) -> tuple[Field, ...]:
        """What is to be said."""
        return fields_of(self.of)


@dataclass(frozen=True, slots=True)
class Listing:
    """``row``: the dataclass of a row; its fields are the columns, but for those that are for programs alone.
    ``heads``: the family of the words above them."""

    name: str
    of: Callable[..., Reading]
    row: type
    heads: str = "col"

    @property
    def columns(self) -> tuple[Field, ...]:
        """What a person sees of a row."""
        return tuple(field for field in fields_of(self.row) if field.look.kind not in ("unseen", "known"))

    @property
    def fields(self) -> tuple[Field, ...]:
        """What may be said."""
        return fields_of(self.of)
