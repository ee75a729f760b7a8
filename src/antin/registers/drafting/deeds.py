"""The deeds of the register of drafting, and what each refuses."""

from __future__ import annotations

from pathlib import Path

from antin.errors import Conflict, Malformed, Missing, Refused
from antin.journal.deed import Book, Deed, Source
from antin.journal.states import step
from antin.registers.drafting import REVISION, fill, rules
from antin.registers.drafting import records as r
from antin.registers.drafting.rows import (
    Draft,
    Version,
    find_draft,
    list_answers,
    list_clauses,
    list_comments,
    list_units,
    list_versions,
)
from antin.storage.database import Reader


def circulate(view: Reader, source: Source, p: r.DraftCirculated) -> None:
    """Refuses a version out of turn, or before the last one's comments are resolved, a date that is over, a clause
    that stands twice."""
    if not p.head.to:
        raise Malformed("draft-without-units")
    if p.closes <= source.time:
        raise Malformed("dates-out-of-order", earlier="circulated", later="closes")
    if len(set(p.clauses)) != len(p.clauses):
        raise Malformed("draft-clause-twice", clause=next(c for c in p.clauses if p.clauses.count(c) > 1))
    if p.draft:
        _check_next(view, source, p)
    elif p.version != 1:
        raise Conflict("draft-version-order", version=p.version, expected=1)


def _check_next(view: Reader, source: Source, p: r.DraftCirculated) -> None:
    draft, newest = _by_issuer(view, source, p.draft), list_versions.all(view, p.draft)[-1]
    if p.version != newest.version + 1:
        raise Conflict("draft-version-order", version=p.version, expected=newest.version + 1)
    if newest.state != "resolved":
        raise Refused("draft-unresolved", id=draft.name, version=newest.version)


def comment(view: Reader, source: Source, p: r.DraftCommented) -> None:
    """By a unit that it was sent to, once on each clause of the newest version, until its comments are resolved."""
    draft = _open(view, p.draft)
    version = _newest(view, draft, p.version)
    if source.station not in list_units.all(view, p.draft, p.version):
        raise Refused("unit-not-addressed", code=source.station, id=draft.name)
    if version.state != "circulated":
        raise Conflict("draft-resolved", version=p.version)
    known = [each.place for each in list_comments.all(view, p.draft, p.version)]
    given = [(source.station, each.clause) for each in p.comments]
    rules.check_comments(list_clauses.all(view, p.draft, p.version), given, known)


def resolve(view: Reader, source: Source, p: r.CommentsResolved) -> None:
    """By the issuer: each comment exactly once, over one record or several. A unit, which has but its own comments,
    checks that those are among them; what is here and cited stands there with its record and stance."""
    draft = _by_issuer(view, source, p.draft)
    version = _newest(view, draft, p.version)
    known = {each.place: (each.record, each.stance) for each in list_comments.all(view, p.draft, p.version)}
    for each in p.answers:
        said = known.get((each.station, each.clause))
        if said is not None and said != (each.comment, each.stance):
            raise Conflict("cited-otherwise", who=source.station, what=f"{each.station} {each.clause}")
    answered = [each.place for each in list_answers.all(view, p.draft, p.version)]
    given = [(each.station, each.clause) for each in p.answers]
    here = list(known)
    rules.check_answers(here if source.own else [*here, *given], answered, given, last=p.last)
    step(rules.VERSION, version.state, "resolved")


def close(view: Reader, source: Source, p: r.DraftClosed) -> None:
    """By the issuer, once; as a document only when every comment has its answer."""
    draft, version = _by_issuer(view, source, p.draft), list_versions.all(view, p.draft)[-1]
    if p.outcome == "issued" and version.state != "resolved":
        raise Refused("draft-unresolved", id=draft.name, version=version.version)
    step(rules.DRAFT, draft.state, p.outcome)


def _open(view: Reader, id_: bytes) -> Draft:
    row = find_draft.one(view, id_)
    if row is None:
        raise Missing("draft-unknown", id=id_.hex()[:16], needs=id_.hex())
    if row.state != "open":
        raise Conflict("draft-closed", id=row.name)
    return row


def _by_issuer(view: Reader, source: Source, id_: bytes) -> Draft:
    row = _open(view, id_)
    if row.station != source.station:
        raise Refused("draft-of-other", station=row.station)
    return row


def _newest(view: Reader, draft: Draft, number: int) -> Version:
    """The newest version; an older one takes nothing more."""
    newest = list_versions.all(view, draft.id)[-1]
    if newest.version != number:
        raise Conflict("draft-version-order", version=number, expected=newest.version)
    return newest


BOOK = Book(
    "drafting", REVISION, Path(__file__).with_name("tables.sql"),
    (
        Deed("draft-circulated", r.DraftCirculated, fill.circulated, circulate),
        Deed("draft-commented", r.DraftCommented, fill.commented, comment),
        Deed("comments-resolved", r.CommentsResolved, fill.resolved, resolve),
        Deed("draft-closed", r.DraftClosed, fill.closed, close),
    ),
)  # fmt: skip
