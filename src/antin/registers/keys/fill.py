"""Fills the register of credentials, allotments, level keys and link keys."""

from __future__ import annotations

from antin.errors import Conflict
from antin.journal.deed import Source
from antin.kernel.allot import allot
from antin.kernel.formats.allotted import CodesAllotted
from antin.kernel.formats.epoch import EpochAccepted
from antin.kernel.formats.status import Status
from antin.registers.keys import records as r
from antin.registers.keys.rows import SQL
from antin.registers.keys.state import owners, status_root
from antin.storage.database import Database


def issued(db: Database, source: Source, p: r.CredentialIssued) -> None:
    """The tables refuse an id twice."""
    db.run(SQL["insert_issued"], p.id, p.credential, p.kind, p.code, p.epoch, p.previous, p.not_after, source.index)


def revoked(db: Database, source: Source, p: r.CredentialRevoked) -> None:
    """It counts no more, from then on."""
    db.run(SQL["set_revoked"], p.since, p.id)


def allotted(db: Database, source: Source, p: CodesAllotted) -> None:
    """Raises ``Conflict`` for a code that another authority has, unless it moves from there (protocol rule 28)."""
    for scope, owner in allot(owners(db), p).items():
        db.run(SQL["write_allotment"], scope, owner, source.index)


def status(db: Database, source: Source, p: Status) -> None:
    """Raises ``Conflict`` for a status whose root is not that of the register: evidence rests on it."""
    size, root = status_root(db)
    if (size, root) != (p.size, p.root):
        raise Conflict("status-not-true", size=p.size)
    db.run(SQL["insert_status"], source.index, p.as_of, p.size, p.root)


def level_keys(db: Database, source: Source, p: r.LevelKeys) -> None:
    """The tables refuse a generation twice."""
    for each in p.keys:
        db.run(SQL["insert_level"], each.level, each.generation, each.object, each.kid, each.until, source.index)


def link_key(db: Database, source: Source, p: r.LinkKey) -> None:
    """The tables refuse an id twice."""
    db.run(SQL["insert_link"], p.id, p.vouching, p.key, p.not_after, source.index)


def name_agreed(db: Database, source: Source, p: r.NameAgreed) -> None:
    """The newest word on a name holds."""
    db.run(SQL["write_agreed"], p.code, p.credential, source.index)


def clock_set_back(db: Database, source: Source, p: r.ClockSetBack) -> None:
    """From where to where."""
    db.run(SQL["insert_clock"], source.index, p.before, p.after)


def epoch_accepted(db: Database, source: Source, p: EpochAccepted) -> None:
    """The tables refuse the same one twice."""
    db.run(SQL["insert_epoch"], p.code, p.epoch, p.record, source.index)
