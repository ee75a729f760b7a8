"""What no single book can see: whether a paper still comes from one who owes it. Values carried between registers."""

from __future__ import annotations

from typing import Any

from antin.errors import Conflict, Refused
from antin.registers.committees.records import CommitteeFounded
from antin.registers.directives import apply as directives
from antin.registers.inspections.records import InspectionPlanned
from antin.registers.programmes import apply as programmes
from antin.station.station import Station

# What begins under a directive, in another book than the directive's own.
_BEGINNINGS = (CommitteeFounded, InspectionPlanned)


def check(station: Station, who: str, public: Any) -> None:
    """Refuses a report under a directive that was withdrawn, or by a unit that has another superior now.

    Papers that name a directive itself are refused by its own register; here are those that name a programme.
    """
    if isinstance(public, _BEGINNINGS):
        begun = station.db.row(directives.SQL["find_directive"], public.directive)
        if begun and begun[11] == "withdrawn":
            raise Conflict("directive-withdrawn", id=f"cd-{begun[0]}")
        return
    programme = getattr(public, "programme", None)
    if not programme:
        return
    found = station.db.row(programmes.SQL["find_programme"], programme)
    row = found and station.db.row(directives.SQL["find_directive"], found[3])
    if not row:
        return  # the programme's own register refuses an unknown one; a directive may have stayed with the superior
    if row[11] == "withdrawn":
        raise Conflict("directive-withdrawn", id=f"cd-{row[0]}")
    unit = station.db.row(directives.SQL["read_unit"], row[1], who)
    if unit and unit[0] == "moved":
        raise Refused("unit-moved", code=who, parent=unit[1])
