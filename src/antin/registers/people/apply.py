"""Fills the tables of people from their records."""

from __future__ import annotations

from pathlib import Path

from antin.errors import Conflict
from antin.journal.kinds import STATION, Entry, Kind
from antin.registers.people.records import OfficerEnrolled, StationCreated
from antin.storage.database import Database, statements

SQL = statements(Path(__file__).with_name("queries.sql"))
TABLES = Path(__file__).with_name("tables.sql")


def station_created(db: Database, entry: Entry) -> None:
    """Refuses a second one and any place but the first."""
    if entry.index != 0:
        raise Conflict("station-exists", code=entry.public.code)
    public: StationCreated = entry.public
    db.run(SQL["insert_station"], public.code, public.credential, public.root, entry.index)


def officer_enrolled(db: Database, entry: Entry) -> None:
    """A new credential of the same officer replaces the old one."""
    public: OfficerEnrolled = entry.public
    roles = ",".join(public.roles)
    db.run(
        SQL["upsert_officer"], public.officer, public.credential, roles, public.level, entry.record.time, entry.index
    )


KINDS = {
    "station-created": Kind(StationCreated, True, (STATION,), apply=station_created),
    "officer-enrolled": Kind(OfficerEnrolled, True, (STATION,), apply=officer_enrolled),
}
