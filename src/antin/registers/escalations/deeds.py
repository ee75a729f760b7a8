"""The deed of the register of escalations, and what it refuses."""

from __future__ import annotations

from pathlib import Path

from antin.errors import Conflict, Malformed, Refused
from antin.journal.deed import Book, Deed, Source, named
from antin.registers.escalations import REVISION, fill
from antin.registers.escalations import records as r
from antin.registers.escalations.rows import find_escalation
from antin.storage.database import Reader

ACTORS = frozenset({"officer", "cipher", "registrar", "leader"})


def escalate(view: Reader, source: Source, p: r.Escalated) -> None:
    """Refuses to urge oneself, to complain before it is late, and the same step twice."""
    if p.unit == source.station:
        raise Refused("escalates-itself", code=p.unit)
    if p.step != r.REMINDER and source.time <= p.due:
        raise Malformed("escalated-early", unit=p.unit)
    if find_escalation.one(view, source.station, p.about, p.what, p.key, p.unit, p.step, p.due) is not None:
        raise Conflict("escalated-already", unit=p.unit, step=p.step)


BOOK = Book(
    "escalations", REVISION, Path(__file__).with_name("tables.sql"),
    (Deed("escalated", r.Escalated, fill.escalated, escalate, named("about")),),
)  # fmt: skip
