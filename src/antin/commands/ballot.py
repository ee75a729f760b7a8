"""A secret ballot of a campaign, step by step."""

from __future__ import annotations

from typing import Annotated

from antin.acts import ballot as acts
from antin.commands.command import Command, Facts
from antin.errors import Conflict
from antin.frozen import dataclass
from antin.looks import Given, Look, Reference, Text
from antin.station.desk import Desk

Number = Annotated[int, Look("number", high=999), Given("--round", "opt-ballot-round")]  # 0: the newest round


@dataclass(frozen=True, slots=True)
class Key:
    """A member gives a fresh opening key."""

    id_: Reference
    number: Number = 0

    def do(self, desk: Desk) -> Facts:
        """The campaign and the round."""
        return {"id": self.id_, "number": acts.give_key(desk.station, desk.officer, self.id_, self.number)}


@dataclass(frozen=True, slots=True)
class Round:
    """The block head opens a round on a criterion. ``most`` for one candidate, ``total`` on one ballot."""

    id_: Reference
    criterion: Text
    number: Number = 0
    most: Annotated[int, Look("number", low=1), Given(help="opt-ballot-most")] = 1
    total: Annotated[int, Look("number", high=16_000_000), Given(help="opt-ballot-total")] = 0

    def do(self, desk: Desk) -> Facts:
        """The campaign and the round."""
        number = acts.open_round(desk.station, desk.officer, self.id_, self.criterion, self.most, self.total,
                                 self.number)  # fmt: skip
        return {"id": self.id_, "number": number}


@dataclass(frozen=True, slots=True)
class Cast:
    """A member votes: each unit and its mark, none twice."""

    id_: Reference
    marks: Annotated[tuple[tuple[str, int], ...], Look("mark"), Given("--mark", "opt-ballot-mark")] = ()
    number: Number = 0

    def do(self, desk: Desk) -> Facts:
        """The campaign and the round."""
        marks = dict[str, int]()
        for unit, mark in self.marks:
            if unit in marks:
                raise Conflict("ballot-marked-twice", unit=unit)
            marks[unit] = mark
        return {"id": self.id_, "number": acts.cast(desk.station, desk.officer, self.id_, marks, self.number)}


@dataclass(frozen=True, slots=True)
class Mix:
    """A member strips its layer off the ballots, when it is its turn."""

    id_: Reference
    number: Number = 0

    def do(self, desk: Desk) -> Facts:
        """The campaign, and at which positions the member stands in the line."""
        return {"id": self.id_, "positions": acts.mix(desk.station, desk.officer, self.id_, self.number)}


@dataclass(frozen=True, slots=True)
class Open:
    """A member gives away the seed of its ballot."""

    id_: Reference
    number: Number = 0

    def do(self, desk: Desk) -> Facts:
        """The number of the campaign."""
        acts.give_seed(desk.station, desk.officer, self.id_, self.number)
        return {"id": self.id_}


COMMANDS = (
    Command("ballot key", Key, "ballot-key-done"),
    Command("ballot round", Round, "ballot-round-done"),
    Command("ballot cast", Cast, "ballot-cast-done"),
    Command("ballot mix", Mix, "ballot-mix-done"),
    Command("ballot open", Open, "ballot-open-done"),
)
