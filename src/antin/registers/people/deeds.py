"""The deeds of the register of people, and what each refuses."""

from __future__ import annotations

from pathlib import Path

from antin.errors import Conflict
from antin.journal.deed import Book, Deed, Source
from antin.registers.people import REVISION, fill
from antin.registers.people.records import OfficerEnrolled, StationCreated, StationRenewed
from antin.registers.people.rows import read_station
from antin.storage.database import Reader


def renew(view: Reader, source: Source, p: StationRenewed) -> None:
    """Refuses another code's credential, and a station that was never created."""
    if read_station.one(view) is None or p.code != source.station:
        raise Conflict("station-other", code=p.code)


BOOK = Book(
    "people", REVISION, Path(__file__).with_name("tables.sql"),
    (
        Deed("station-created", StationCreated, fill.created),
        Deed("station-renewed", StationRenewed, fill.renewed, renew),
        Deed("officer-enrolled", OfficerEnrolled, fill.enrolled),
    ),
)  # fmt: skip
