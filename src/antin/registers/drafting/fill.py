"""Fills the register of drafting, at whoever circulates a draft and at every unit that comments on it."""

from __future__ import annotations

from antin.journal.deed import Source
from antin.registers.drafting import records as r
from antin.registers.drafting import rules
from antin.registers.drafting.rows import SQL, list_versions, next_number
from antin.storage.database import Database


def circulated(db: Database, source: Source, p: r.DraftCirculated) -> None:
    """Gives a new draft its number here."""
    id_ = p.draft or source.name
    if not p.draft:
        db.run(SQL["insert_draft"], next_number.sure(db), id_, source.station, p.head.level, p.head.precedence,
               source.time, source.index)  # fmt: skip
    db.run(SQL["insert_version"], id_, p.version, p.closes, p.document, source.time, source.index)
    for n, clause in enumerate(p.clauses):
        db.run(SQL["insert_clause"], id_, p.version, n, clause)
    for code in p.head.to:
        db.run(SQL["insert_unit"], id_, p.version, code)


def commented(db: Database, source: Source, p: r.DraftCommented) -> None:
    """What is signed after the date is marked late."""
    closes = {each.version: each.closes for each in list_versions.all(db, p.draft)}
    late = int(source.time > closes.get(p.version, source.time))
    for each in p.comments:
        db.run(SQL["insert_comment"], p.draft, p.version, source.station, each.clause, each.stance, late, source.time,
               source.index, source.digest)  # fmt: skip


def resolved(db: Database, source: Source, p: r.CommentsResolved) -> None:
    """The answers of this record; the last one resolves the version."""
    for n, each in enumerate(p.answers):
        db.run(SQL["insert_answer"], p.draft, p.version, each.station, each.clause, each.stance, int(each.accepted), n,
               source.index)  # fmt: skip
    if p.last:
        db.run(SQL["set_version"], rules.VERSION["circulated", "resolved"], p.draft, p.version)


def closed(db: Database, source: Source, p: r.DraftClosed) -> None:
    """A document, or given up."""
    db.run(SQL["set_draft"], rules.DRAFT["open", p.outcome], p.draft)
