"""Fills the tables of people from their records."""

from __future__ import annotations

from pathlib import Path

from antin.errors import Conflict
from antin.journal.deed import Book, Deed, Source
from antin.registers.people.records import OfficerEnrolled, StationCreated, StationRenewed
from antin.storage.database import Database, statements

SQL = statements(Path(__file__).with_name("queries.sql"))
TABLES = Path(__file__).with_name("tables.sql")


def station_created(db: Database, source: Source, public: StationCreated) -> None:
    """Refuses a second one and any place but the first."""
    if source.index != 0:
        raise Conflict("station-exists", code=public.code)
    db.run(SQL["insert_station"], public.code, public.credential, public.root, source.index)


def officer_enrolled(db: Database, source: Source, public: OfficerEnrolled) -> None:
    """A new credential of the same officer replaces the old one."""
    roles = ",".join(public.roles)
    db.run(SQL["upsert_officer"], public.officer, public.credential, roles, public.level, source.time, source.index)


def station_renewed(db: Database, source: Source, public: StationRenewed) -> None:
    """The station goes on under another credential. Refuses another code's, and a station that was never created."""
    found = db.row(SQL["read_station"])
    if found is None or public.code != source.station:
        raise Conflict("station-other", code=public.code)
    db.run(SQL["set_station"], public.credential)


BOOK = Book(
    "people", 1, TABLES,
    (
        Deed("station-created", StationCreated, station_created),
        Deed("station-renewed", StationRenewed, station_renewed),
        Deed("officer-enrolled", OfficerEnrolled, officer_enrolled),
    ),
)  # fmt: skip
