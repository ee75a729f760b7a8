"""Fills the register of drafting, at whoever circulates a draft and at every unit that comments on it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from antin.errors import Conflict, Malformed, Missing, Refused
from antin.journal.deed import Book, Deed, Source
from antin.journal.states import step
from antin.registers.drafting import records as r
from antin.registers.drafting import rules
from antin.storage.database import Database, statements

SQL = statements(Path(__file__).with_name("queries.sql"))
TABLES = Path(__file__).with_name("tables.sql")


def word_key(clause: str) -> str:
    """Under which key the words to a clause stand. Keys are ASCII: Điều 5đ is kept under ``5dd``."""
    return f"comment.{clause.replace('đ', 'dd')}"


def circulated(db: Database, source: Source, p: r.DraftCirculated) -> None:
    """Gives a new draft its number here. Refuses a version out of turn, or before the last one's comments are resolved,
    a date that is over, a clause that stands twice."""
    if not p.head.to:
        raise Malformed("draft-without-units")
    if p.closes <= source.time:
        raise Malformed("dates-out-of-order", earlier="circulated", later="closes")
    if len(set(p.clauses)) != len(p.clauses):
        raise Malformed("draft-clause-twice", clause=next(c for c in p.clauses if p.clauses.count(c) > 1))
    if p.draft:
        _next_version(db, source, p)
    elif p.version != 1:
        raise Conflict("draft-version-order", version=p.version, expected=1)
    id_ = p.draft or source.name
    if not p.draft:
        db.run(SQL["insert_draft"], db.value(SQL["next_number"]), id_, source.station, p.head.level,
               p.head.precedence, source.time, source.index)  # fmt: skip
    db.run(SQL["insert_version"], id_, p.version, p.closes, p.document, source.time, source.index)
    for n, clause in enumerate(p.clauses):
        db.run(SQL["insert_clause"], id_, p.version, n, clause)
    for code in p.head.to:
        db.run(SQL["insert_unit"], id_, p.version, code)


def _next_version(db: Database, source: Source, p: r.DraftCirculated) -> None:
    draft = _by_issuer(db, source, p.draft)
    versions = db.rows(SQL["list_versions"], p.draft)
    if p.version != versions[-1][0] + 1:
        raise Conflict("draft-version-order", version=p.version, expected=versions[-1][0] + 1)
    if versions[-1][3] != "resolved":
        raise Refused("draft-unresolved", id=f"dt-{draft[0]}", version=versions[-1][0])


def commented(db: Database, source: Source, p: r.DraftCommented) -> None:
    """By a unit that it was sent to, once on each clause of the newest version, until its comments are resolved. What
    is signed after the date is taken and marked late."""
    version = _version(db, _open(db, p.draft), p.version)
    if source.station not in {code for (code,) in db.rows(SQL["list_units"], p.draft, p.version)}:
        raise Refused("unit-not-addressed", code=source.station, id=f"dt-{_open(db, p.draft)[0]}")
    if version[3] != "circulated":
        raise Conflict("draft-resolved", version=p.version)
    clauses = [clause for (clause,) in db.rows(SQL["list_clauses"], p.draft, p.version)]
    known = [(row[0], row[1]) for row in db.rows(SQL["list_comments"], p.draft, p.version)]
    rules.check_comments(clauses, [(source.station, each.clause) for each in p.comments], known)
    for each in p.comments:
        db.run(SQL["insert_comment"], p.draft, p.version, source.station, each.clause, each.stance,
               int(source.time > version[1]), source.time, source.index, source.digest)  # fmt: skip


def resolved(db: Database, source: Source, p: r.CommentsResolved) -> None:
    """By the issuer: each comment exactly once, over one record or several. A unit, which has but its own comments,
    checks that those are among them; what is here and cited stands there with its record and stance."""
    draft = _by_issuer(db, source, p.draft)
    version = _version(db, draft, p.version)
    answered = [(row[0], row[1]) for row in db.rows(SQL["list_answers"], p.draft, p.version)]
    known = {(row[0], row[1]): (row[6], row[2]) for row in db.rows(SQL["list_comments"], p.draft, p.version)}
    here = list(known)
    for each in p.answers:
        said = known.get((each.station, each.clause))
        if said is not None and said != (each.comment, each.stance):
            raise Conflict("cited-otherwise", who=source.station, what=f"{each.station} {each.clause}")
    given = [(each.station, each.clause) for each in p.answers]
    rules.check_answers(here if source.own else [*here, *given], answered, given, last=p.last)
    state = step(rules.VERSION, version[3], "resolved")
    for n, each in enumerate(p.answers):
        db.run(SQL["insert_answer"], p.draft, p.version, each.station, each.clause, each.stance, int(each.accepted), n,
               source.index)  # fmt: skip
    if p.last:
        db.run(SQL["set_version"], state, p.draft, p.version)


def closed(db: Database, source: Source, p: r.DraftClosed) -> None:
    """By the issuer, once; as a document only when every comment has its answer."""
    draft = _by_issuer(db, source, p.draft)
    version = db.rows(SQL["list_versions"], p.draft)[-1]
    if p.outcome == "issued" and version[3] != "resolved":
        raise Refused("draft-unresolved", id=f"dt-{draft[0]}", version=version[0])
    db.run(SQL["set_draft"], step(rules.DRAFT, draft[5], p.outcome), p.draft)


def _open(db: Database, id_: bytes) -> tuple[Any, ...]:
    row = db.row(SQL["find_draft"], id_)
    if row is None:
        raise Missing("draft-unknown", id=id_.hex()[:16], needs=id_.hex())
    if row[5] != "open":
        raise Conflict("draft-closed", id=f"dt-{row[0]}")
    return row


def _by_issuer(db: Database, source: Source, id_: bytes) -> tuple[Any, ...]:
    row = _open(db, id_)
    if row[2] != source.station:
        raise Refused("draft-of-other", station=row[2])
    return row


def _version(db: Database, draft: tuple[Any, ...], number: int) -> tuple[Any, ...]:
    """The newest version; an older one takes nothing more."""
    newest = db.rows(SQL["list_versions"], draft[1])[-1]
    if newest[0] != number:
        raise Conflict("draft-version-order", version=number, expected=newest[0])
    return newest


BOOK = Book(
    "drafting", 1, TABLES,
    (
        Deed("draft-circulated", r.DraftCirculated, circulated),
        Deed("draft-commented", r.DraftCommented, commented),
        Deed("comments-resolved", r.CommentsResolved, resolved),
        Deed("draft-closed", r.DraftClosed, closed),
    ),
)  # fmt: skip
