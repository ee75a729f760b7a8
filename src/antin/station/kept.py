"""Where a station's database is kept: a file in its folder, or on a server that ``station.toml`` names; and that it is
this station's."""

from __future__ import annotations

from pathlib import Path

from antin.errors import Refused
from antin.journal import rows as journal_rows
from antin.station import rows
from antin.station.books import definitions
from antin.station.settings import Settings
from antin.storage.database import READY, UNFINISHED, WAITING, Database
from antin.storage.engines import open_database

FILE = "station.db"
_KNOWN = 50  # so many digits of a root were typed before it came whole


def place(home: Path, url: str) -> Path | str:
    """Where it lies."""
    return url or home / FILE


def open_kept(home: Path, settings: Settings) -> Database:
    """The database of a station. Raises ``Refused`` for another station's, and for one that was not finished."""
    db = open_database(place(home, settings.database))
    try:
        check_own(db, settings)
    except BaseException:
        db.close()
        raise
    return db


def check_own(db: Database, settings: Settings) -> None:
    """Raises ``Refused`` ``database-unfinished`` or ``database-of-another``."""
    said = db.belonging()
    if said is None:
        return
    named, state = said
    if state == UNFINISHED:
        raise Refused("database-unfinished", path=db.place)
    code, _, root = named.partition(" ")
    known = {each[:_KNOWN] for each in (root, settings.root) if each.strip("0")}
    if code != settings.code or len(known) > 1:
        raise Refused("database-of-another", path=db.place, code=code or "–")
    if state == WAITING:  # the settings name it now
        db.belong(owner(settings), READY)


def owner(settings: Settings) -> str:
    """What a database on a server notes of its station."""
    return f"{settings.code} {settings.root}"


def scripts() -> tuple[str, ...]:
    """The definitions of all tables of a station."""
    return journal_rows.SQL["tables"], rows.SQL["tables"], definitions()
