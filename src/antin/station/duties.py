"""What no single book can see: whether a paper still comes from one who owes it. Values carried between registers."""

from __future__ import annotations

from typing import Any

from antin.errors import Conflict, Refused
from antin.registers.directives import rows as directives
from antin.registers.directives.records import DirectiveWithdrawn, UnitMoved
from antin.registers.programmes import rows as programmes
from antin.registers.reviews.records import ReviewMade
from antin.station.view import View

Withdrawal = DirectiveWithdrawn | UnitMoved


def check(view: View, who: str, public: Any) -> None:
    """Refuses a report or review under a directive that was withdrawn, by a unit that has another superior now, or for
    a period that is closed.

    Acknowledgements are refused by the directives' own register; here are those papers that another book takes.
    """
    if isinstance(public, Withdrawal):
        return
    programme, directive = getattr(public, "programme", b""), getattr(public, "directive", b"")
    found = programmes.find_programme.one(view.db, programme) if programme else None
    row = directives.find_directive.one(view.db, found.directive if found else directive)
    if not row:
        return  # the paper's own register refuses an unknown one; a directive may have stayed with the superior
    if row.state == "withdrawn":
        raise Conflict("directive-withdrawn", id=row.name)
    unit = directives.read_unit.one(view.db, row.id, who)
    if unit and unit.state == "moved":
        raise Refused("unit-moved", code=who, parent=unit.parent)
    if isinstance(public, ReviewMade):
        _check_open(view, public, row.station)


def _check_open(view: View, public: ReviewMade, issuer: str) -> None:
    """The issuer's closing of a period counts for the reviews sent to it."""
    if issuer not in public.head.to:
        return
    for each in programmes.list_of_directive.all(view.db, public.directive):
        if each.station == issuer and programmes.find_period.one(view.db, each.id, public.period) is not None:
            raise Conflict("period-is-closed", id=each.name, period=public.period)
