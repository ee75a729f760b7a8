"""Drafting of legal documents: circulate a version, comment clause by clause, answer every comment, close."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal

from antin.acts.papers import record_act
from antin.errors import Conflict, Malformed, Missing, Unverified
from antin.frozen import dataclass
from antin.kernel.crypto.suite import object_digest
from antin.kernel.formats import paper
from antin.kernel.formats.paper import File, head
from antin.registers.drafting import clauses as texts
from antin.registers.drafting import records as r
from antin.registers.drafting import rows as register
from antin.registers.drafting.rules import check_answers, word_key
from antin.station.days import end_of
from antin.station.drafts import number_of
from antin.station.station import Station


@dataclass(frozen=True, kw_only=True)
class DraftForm:
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


def circulate(station: Station, officer: str, plan: DraftForm, document: File, level: int, precedence: int) -> str:
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
        draft, version = row.id, _newest(station, row).version + 1
    public = r.DraftCirculated(
        head(plan.to, level, precedence), draft, version, end_of(plan.closes), object_digest(document.data), numbers
    )
    words = paper.words({"number": plan.number, "title": plan.title}, (document,))
    id_ = record_act(station, officer, "draft-circulated", public, level, words)
    return register.find_draft.sure(station.db, draft or id_).name


def comment(station: Station, officer: str, name: str, comments: Sequence[Comment]) -> int:
    """Comment on clauses of the newest version; returns its number. Refuses a second comment on one clause."""
    row = find(station, name)
    version = _newest(station, row).version
    for each in comments:
        if each.kind != r.AGREE and not each.text.strip():
            raise Malformed("draft-words-missing", clause=each.clause)
    given = tuple(r.Comment(each.clause, each.kind) for each in comments)
    public = r.DraftCommented(head((row.station,), row.level, row.precedence), row.id, version, given)
    words = paper.words({word_key(each.clause): each.text for each in comments})
    record_act(station, officer, "draft-commented", public, row.level, words)
    return version


def resolve(station: Station, officer: str, name: str, answers: Sequence[Answer]) -> dict[str, int]:
    """Answer every comment on the newest version; the units get the whole table. Mere agreement counts as accepted.

    Refuses a comment without answer, an answer to none, one given twice, an explanation without words. Nothing is
    recorded before all of it holds; it is answered in as many papers as it needs.
    """
    row = find(station, name)
    version = _newest(station, row).version
    given: dict[tuple[str, str], Answer] = {}
    for each in answers:
        if (each.unit, each.clause) in given:
            raise Conflict("draft-answered-twice", unit=each.unit, clause=each.clause)
        if each.verdict == "explained" and not each.text.strip():
            raise Malformed("draft-words-missing", clause=each.clause)
        given[each.unit, each.clause] = each
    comments = register.list_comments.all(station.db, row.id, version)
    for said in comments:
        if said.stance == r.AGREE:
            given.setdefault(said.place, Answer(unit=said.station, clause=said.clause, verdict="accepted"))
    check_answers([said.place for said in comments], [], given, last=True)
    to = tuple(register.list_units.all(station.db, row.id, version))
    for start in range(0, max(len(comments), 1), r.MOST_ANSWERS):
        part = comments[start : start + r.MOST_ANSWERS]
        lines = tuple(
            r.Answer(said.station, said.record, said.clause, said.stance, given[said.place].verdict == "accepted")
            for said in part
        )
        last = start + r.MOST_ANSWERS >= len(comments)
        public = r.CommentsResolved(head(to, row.level, row.precedence), row.id, version, last, lines)
        words: dict[str, str] = {}
        for n, said in enumerate(part):
            words[f"comment.{n:03d}"] = _said(station, officer, said.idx).get(word_key(said.clause), "")
            words[f"answer.{n:03d}"] = given[said.place].text
        record_act(station, officer, "comments-resolved", public, row.level, paper.words(words))
    verdicts = [given[said.place].verdict for said in comments]
    return {way: verdicts.count(way) for way in ("accepted", "explained")}


def close(station: Station, officer: str, name: str, outcome: str) -> None:
    """The draft became a document (``issued``) or was given up (``dropped``); nothing more is taken."""
    row = find(station, name)
    version = _newest(station, row).version
    to = tuple(register.list_units.all(station.db, row.id, version))
    public = r.DraftClosed(head(to, row.level, row.precedence), row.id, outcome)
    record_act(station, officer, "draft-closed", public, row.level, paper.words({}))


def text_of(station: Station, officer: str, name: str, version: int = 0) -> tuple[File, tuple[texts.Clause, ...]]:
    """A version's file and clauses (without a number: the newest), compared with the digest that was signed."""
    row = find(station, name)
    for found in reversed(register.list_versions.all(station.db, row.id)):
        if version in (0, found.version):
            for each in paper.read_words(station.secrets.read(found.idx, officer)).files:
                if object_digest(each.data) == found.document:
                    return each, texts.read(each.data)
            raise Unverified("draft-tampered", id=name, version=found.version)
    raise Missing("draft-version-unknown", id=name, version=version)


def compare(station: Station, officer: str, name: str, before: int, after: int) -> tuple[texts.Change, ...]:
    """Two versions clause by clause, word by word."""
    old, new = (text_of(station, officer, name, version)[1] for version in (before, after))
    return texts.compare(old, new)


def find(station: Station, name: str) -> register.Draft:
    """The register's row of ``dt-1``. Raises ``Missing``."""
    row = register.read_draft.one(station.db, number_of(name, "dt"))
    if row is None:
        raise Missing("draft-unknown", id=name)
    return row


def _newest(station: Station, row: register.Draft) -> register.Version:
    return register.list_versions.all(station.db, row.id)[-1]


def _said(station: Station, officer: str, index: int) -> dict[str, str]:
    return {each.key: each.text for each in paper.read_words(station.secrets.read(index, officer)).texts}
