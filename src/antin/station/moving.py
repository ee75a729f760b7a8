"""A station's database in another place, as a whole: copied table by table in one state, compared row by row, and its
registers filled once more by the journal."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from antin.errors import Unavailable, Unverified
from antin.journal import audit as journal_audit
from antin.journal.journal import Journal
from antin.registers.people import rows as people
from antin.station import beside
from antin.station.books import DEEDS, TABLES, filled_otherwise
from antin.station.directory import Directory
from antin.station.kept import owner, scripts
from antin.station.settings import Settings
from antin.storage.copying import copy_tables
from antin.storage.database import WAITING, Database
from antin.storage.engines import open_anew
from antin.storage.query import unlike

Tell = Callable[[str, int, int], None]


def fill(place: Path | str, source: Database, settings: Settings, tell: Tell) -> tuple[int, int]:
    """A new database at ``place`` with all that is in ``source``; whole when this returns, and waiting for
    settings that name it. Gives records and rows.

    The caller holds the turn at the source. What an earlier try left there is made anew. Raises ``Conflict`` for a
    place where something else is, ``Unverified`` where the copy is not what it should be.
    """
    if beside.form_of(source) != beside.FORM or filled_otherwise(source):
        raise Unavailable("tables-older", path=source.place)
    target = open_anew(place, owner(settings))
    try:
        for script in scripts():
            target.script(script)
        with source.still():
            with target.transaction():
                rows = copy_tables(source, target, lambda at, of: tell("copy", at, of))
            _compare(source, target, tell)
        records = _replayed(target, settings, tell)
        target.settle()
        target.belong(owner(settings), WAITING)
    finally:
        target.close()
    return records, rows


def _compare(source: Database, target: Database, tell: Tell) -> None:
    names = source.tables()
    for number, name in enumerate(names):
        tell("compare", number, len(names))
        if next(unlike(source, target, name), None) is not None:
            raise Unverified("form-differs", name=name)


def _replayed(db: Database, settings: Settings, tell: Tell) -> int:
    """The journal's size, when it and all that it fills are as they should be."""
    directory = Directory(db, bytes.fromhex(settings.root))
    journal = Journal(db, settings.code, DEEDS, directory)
    own = people.read_station.one(db)
    if own is None:  # not joined yet: it has no journal
        return journal.head()[0]
    report = journal_audit.audit(journal, directory[own.credential], TABLES, lambda at, of: tell("replay", at, of))
    for _, error in report.findings:
        raise error
    return report.size
