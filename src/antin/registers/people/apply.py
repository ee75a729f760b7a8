"""Fills the tables of people from their records."""

from __future__ import annotations

from pathlib import Path

from antin.errors import Conflict
from antin.journal.kinds import Entry, Kind
from antin.registers.people.records import OfficerEnrolled, StationCreated, StationRenewed
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


def station_renewed(db: Database, entry: Entry) -> None:
    """The station goes on under another credential. Refuses another code's, and a station that was never created."""
    public: StationRenewed = entry.public
    found = db.row(SQL["read_station"])
    if found is None or public.code != entry.record.station:
        raise Conflict("station-other", code=public.code)
    db.run(SQL["set_station"], public.credential)


KINDS = {
    "station-created": Kind(StationCreated, station_created),
    "station-renewed": Kind(StationRenewed, station_renewed),
    "officer-enrolled": Kind(OfficerEnrolled, officer_enrolled),
}
