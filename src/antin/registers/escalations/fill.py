"""Fills the register of escalations, at whoever waits and at whoever is told."""

from __future__ import annotations

from antin.journal.deed import Source
from antin.registers.escalations import records as r
from antin.registers.escalations.rows import SQL, next_number
from antin.storage.database import Database


def escalated(db: Database, source: Source, p: r.Escalated) -> None:
    """A step is taken once."""
    db.run(
        SQL["insert_escalation"], next_number.sure(db), source.station, p.what, p.about, p.key, p.unit, p.step,
        p.due, source.time, source.index,
    )  # fmt: skip
