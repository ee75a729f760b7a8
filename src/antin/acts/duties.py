"""What no single book can see: whether a paper still comes from one who owes it. Values carried between registers."""

from __future__ import annotations

from typing import Any

from antin.errors import Conflict, Refused
from antin.registers.directives import apply as directives
from antin.registers.directives.records import DirectiveWithdrawn, UnitMoved
from antin.registers.programmes import apply as programmes
from antin.registers.reviews.records import ReviewMade
from antin.station.station import Station

Withdrawal = DirectiveWithdrawn | UnitMoved


def check(station: Station, who: str, public: Any) -> None:
    """Refuses a report or review under a directive that was withdrawn, by a unit that has another superior now, or for
    a period that is closed.

    Acknowledgements are refused by the directives' own register; here are those papers that another book takes.
    """
    if isinstance(public, Withdrawal):
        return
    programme, directive = getattr(public, "programme", b""), getattr(public, "directive", b"")
    found = station.db.row(programmes.SQL["find_programme"], programme) if programme else None
    row = station.db.row(directives.SQL["find_directive"], found[3] if found else directive)
    if not row:
        return  # the paper's own register refuses an unknown one; a directive may have stayed with the superior
    if row[11] == "withdrawn":
        raise Conflict("directive-withdrawn", id=f"cd-{row[0]}")
    unit = station.db.row(directives.SQL["read_unit"], row[1], who)
    if unit and unit[0] == "moved":
        raise Refused("unit-moved", code=who, parent=unit[1])
    if isinstance(public, ReviewMade):
        _check_open(station, public, row[2])


def _check_open(station: Station, public: ReviewMade, issuer: str) -> None:
    """The issuer's closing of a period counts for the reviews sent to it."""
    if issuer not in public.head.to:
        return
    for each in station.db.rows(programmes.SQL["list_of_directive"], public.directive):
        if each[2] == issuer and station.db.row(programmes.SQL["find_period"], each[1], public.period) is not None:
            raise Conflict("period-is-closed", id=f"ct-{each[0]}", period=public.period)
