"""Fills the tables of people from their records."""

from __future__ import annotations

from antin.errors import Conflict
from antin.journal.deed import Source
from antin.registers.people.records import OfficerEnrolled, StationCreated, StationRenewed
from antin.registers.people.rows import SQL
from antin.storage.database import Database


def created(db: Database, source: Source, p: StationCreated) -> None:
    """Raises ``Conflict`` anywhere but at the first place of a journal."""
    if source.index != 0:
        raise Conflict("station-exists", code=p.code)
    db.run(SQL["insert_station"], p.code, p.credential, p.root, source.index)


def renewed(db: Database, source: Source, p: StationRenewed) -> None:
    """The station goes on under another credential."""
    db.run(SQL["set_station"], p.credential)


def enrolled(db: Database, source: Source, p: OfficerEnrolled) -> None:
    """A new credential of the same officer replaces the old one."""
    db.run(SQL["upsert_officer"], p.officer, p.credential, ",".join(p.roles), p.level, source.time, source.index)
