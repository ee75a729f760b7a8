"""Fills the register of escalations, at whoever waits and at whoever is told."""

from __future__ import annotations

from pathlib import Path

from antin.errors import Conflict, Malformed, Refused
from antin.journal.deed import Book, Deed, Source
from antin.registers.escalations import records as r
from antin.storage.database import Database, statements

SQL = statements(Path(__file__).with_name("queries.sql"))
TABLES = Path(__file__).with_name("tables.sql")
ACTORS = frozenset({"officer", "cipher", "registrar", "leader"})


def escalated(db: Database, source: Source, p: r.Escalated) -> None:
    """Refuses to urge oneself, to complain before it is late, and the same step twice."""
    if p.unit == source.station:
        raise Refused("escalates-itself", code=p.unit)
    if p.step != r.REMINDER and source.time <= p.due:
        raise Malformed("escalated-early", unit=p.unit)
    if db.row(SQL["find_escalation"], source.station, p.about, p.what, p.key, p.unit, p.step, p.due) is not None:
        raise Conflict("escalated-already", unit=p.unit, step=p.step)
    db.run(
        SQL["insert_escalation"], db.value(SQL["next_number"]), source.station, p.what, p.about, p.key, p.unit, p.step,
        p.due, source.time, source.index,
    )  # fmt: skip


BOOK = Book(
    "escalations", 1, TABLES,
    (
        Deed("escalated", r.Escalated, escalated),
    ),
)  # fmt: skip
