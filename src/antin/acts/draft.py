"""Drafting of legal documents: circulate a version, comment clause by clause, answer every comment, close."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from antin.acts.papers import record_act
from antin.errors import Conflict, Malformed, Missing, Unverified
from antin.kernel.crypto.suite import object_digest
from antin.kernel.formats import paper
from antin.kernel.formats.paper import File, head
from antin.registers.drafting import apply as register
from antin.registers.drafting import clauses as texts
from antin.registers.drafting import records as r
from antin.station.days import end_of
from antin.station.drafts import number_of
from antin.station.station import Station

Row = tuple[Any, ...]
SQL = register.SQL


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a leader circulates. ``draft``: ``dt-1`` for a further version of it."""

    number: str = ""
    title: str
    to: tuple[str, ...]
    closes: date
    level: str = "0"
    precedence: str = "0"
    draft: str = ""


@dataclass(frozen=True, kw_only=True)
class Comment:
    """What a unit says to one clause; to agree needs no words."""

    clause: str
    kind: Literal["agree", "amend", "object"]
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What becomes of a unit's comment on a clause; an explanation needs words."""

    unit: str
    clause: str
    verdict: Literal["accepted", "explained"]
    text: str = ""


def circulate(station: Station, officer: str, plan: Plan, document: File, level: int, precedence: int) -> str:
    """Send a version round for comment; returns the draft's number here (``dt-1``).

    Refuses a text without clauses, a version while comments on the last one have no answer, a date that is over.
    """
    station.pack.level(level)
    for code in plan.to:
        station.directory.find(code)
    numbers = tuple(each.number for each in texts.read(document.data))
    draft, version = b"", 1
    if plan.draft:
        row = find(station, plan.draft)
        draft, version = row[1], _newest(station, row)[0] + 1
    public = r.DraftCirculated(
        head(plan.to, level, precedence), draft, version, end_of(plan.closes), object_digest(document.data), numbers
    )
    words = paper.words({"number": plan.number, "title": plan.title}, (document,))
    id_ = record_act(station, officer, "draft-circulated", public, level, words)
    return f"dt-{station.db.row(SQL['find_draft'], draft or id_)[0]}"  # type: ignore[index]


def comment(station: Station, officer: str, name: str, comments: Sequence[Comment]) -> int:
    """Comment on clauses of the newest version; returns its number. Refuses a second comment on one clause."""
    row = find(station, name)
    version = _newest(station, row)[0]
    for each in comments:
        if each.kind != r.AGREE and not each.text.strip():
            raise Malformed("draft-words-missing", clause=each.clause)
    given = tuple(r.Comment(each.clause, each.kind) for each in comments)
    public = r.DraftCommented(head((row[2],), row[3], row[4]), row[1], version, given)
    words = paper.words({register.word_key(each.clause): each.text for each in comments})
    record_act(station, officer, "draft-commented", public, row[3], words)
    return int(version)


def resolve(station: Station, officer: str, name: str, answers: Sequence[Answer]) -> dict[str, int]:
    """Answer every comment on the newest version; the units get the whole table. Mere agreement counts as accepted.

    Refuses a comment without answer, an answer to none, one given twice, an explanation without words. Nothing is
    recorded before all of it holds; it is answered in as many papers as it needs.
    """
    row = find(station, name)
    version = _newest(station, row)[0]
    given: dict[tuple[str, str], Answer] = {}
    for each in answers:
        if (each.unit, each.clause) in given:
            raise Conflict("draft-answered-twice", unit=each.unit, clause=each.clause)
        if each.verdict == "explained" and not each.text.strip():
            raise Malformed("draft-words-missing", clause=each.clause)
        given[each.unit, each.clause] = each
    comments = station.db.rows(SQL["list_comments"], row[1], version)
    for unit, clause, stance, *_ in comments:
        if stance == r.AGREE:
            given.setdefault((unit, clause), Answer(unit=unit, clause=clause, verdict="accepted"))
    register.rules.check_answers([(c[0], c[1]) for c in comments], [], given, last=True)
    to = tuple(code for (code,) in station.db.rows(SQL["list_units"], row[1], version))
    for start in range(0, max(len(comments), 1), r.MOST_ANSWERS):
        part = comments[start : start + r.MOST_ANSWERS]
        lines = tuple(r.Answer(u, record, c, s, given[u, c].verdict == "accepted") for u, c, s, _, _, _, record in part)
        last = start + r.MOST_ANSWERS >= len(comments)
        public = r.CommentsResolved(head(to, row[3], row[4]), row[1], version, last, lines)
        words: dict[str, str] = {}
        for n, (unit, clause, _, _, _, index, _) in enumerate(part):
            words[f"comment.{n:03d}"] = _said(station, officer, index).get(register.word_key(clause), "")
            words[f"answer.{n:03d}"] = given[unit, clause].text
        record_act(station, officer, "comments-resolved", public, row[3], paper.words(words))
    verdicts = [given[c[0], c[1]].verdict for c in comments]
    return {way: verdicts.count(way) for way in ("accepted", "explained")}


def close(station: Station, officer: str, name: str, outcome: str) -> None:
    """The draft became a document (``issued``) or was given up (``dropped``); nothing more is taken."""
    row = find(station, name)
    version = _newest(station, row)[0]
    to = tuple(code for (code,) in station.db.rows(SQL["list_units"], row[1], version))
    public = r.DraftClosed(head(to, row[3], row[4]), row[1], outcome)
    record_act(station, officer, "draft-closed", public, row[3], paper.words({}))


def text_of(station: Station, officer: str, name: str, version: int = 0) -> tuple[File, tuple[texts.Clause, ...]]:
    """A version's file and clauses (without a number: the newest), compared with the digest that was signed."""
    row = find(station, name)
    for number, _, document, _, _, index in reversed(station.db.rows(SQL["list_versions"], row[1])):
        if version in (0, number):
            for each in paper.read_words(station.secret(index, officer)).files:
                if object_digest(each.data) == document:
                    return each, texts.read(each.data)
            raise Unverified("draft-tampered", id=name, version=number)
    raise Missing("draft-version-unknown", id=name, version=version)


def compare(station: Station, officer: str, name: str, before: int, after: int) -> tuple[texts.Change, ...]:
    """Two versions clause by clause, word by word."""
    old, new = (text_of(station, officer, name, version)[1] for version in (before, after))
    return texts.compare(old, new)


def find(station: Station, name: str) -> Row:
    """The register's row of ``dt-1``. Raises ``Missing``."""
    row = station.db.row(SQL["read_draft"], number_of(name, "dt"))
    if row is None:
        raise Missing("draft-unknown", id=name)
    return row


def _newest(station: Station, row: Row) -> Row:
    return station.db.rows(SQL["list_versions"], row[1])[-1]


def _said(station: Station, officer: str, index: int) -> dict[str, str]:
    return {each.key: each.text for each in paper.read_words(station.secret(index, officer)).texts}
