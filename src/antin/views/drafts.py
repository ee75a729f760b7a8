"""Drafts as they stand: versions, who has commented, and the table of comments and answers."""

from __future__ import annotations

import base64
from dataclasses import replace
from typing import Annotated, Any

from antin.errors import Missing
from antin.frozen import dataclass
from antin.looks import UNSEEN, Agency, Day, Hidden, Look, Moment, Reference
from antin.registers.drafting import rows as register
from antin.registers.drafting.rules import word_key
from antin.station.drafts import number_of
from antin.station.station import Station
from antin.views.local_time import local
from antin.views.papers import title, words


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft in a list, with its newest ``version``. ``record``: where the journal has it."""

    id: Reference
    station: Agency
    version: int
    closes: Day
    state: Annotated[str, Look("choice", "draft-state")]
    title: Hidden
    level: Annotated[int, UNSEEN]
    precedence: Annotated[int, UNSEEN]
    time: Annotated[int, UNSEEN]
    record: Annotated[int, UNSEEN]
    act: Annotated[str, UNSEEN]
    version_state: Annotated[str, UNSEEN]


@dataclass(frozen=True, slots=True)
class Unit:
    """Who was asked; ``late``: commented, but after the day."""

    code: Agency
    commented: bool
    late: bool


@dataclass(frozen=True, slots=True)
class Version:
    """A version that went round, and how many comments and answers to it are here."""

    version: int
    closes: Day
    document: str
    state: str
    time: Moment
    record: int
    clauses: list[str]
    comments: int
    answers: int
    units: list[Unit]


@dataclass(frozen=True, slots=True)
class Whole(Draft):
    """A draft with all its versions."""

    versions: list[Version]


@dataclass(frozen=True, slots=True)
class Line:
    """A unit's comment on a clause, and what became of it: a ``verdict``, "" before there is one, and an answer."""

    clause: str
    unit: Agency
    kind: str
    comment: Hidden
    late: bool
    verdict: str
    answer: Hidden
    record: int


def _found(station: Station, name: str) -> register.Draft:
    row = register.read_draft.one(station.db, number_of(name, "dt"))
    if row is None:
        raise Missing("draft-unknown", id=name)
    return row


def drafts(station: Station, officer: str = "") -> list[Draft]:
    """All drafts here; titles only for an officer who is signed in and cleared."""
    return [Draft(**_facts(station, row, officer)) for row in register.list_drafts.all(station.db)]


def _facts(station: Station, row: register.Draft, officer: str) -> dict[str, Any]:
    newest = register.list_versions.all(station.db, row.id)[-1]
    return {
        "id": row.name, "station": row.station, "level": row.level, "precedence": row.precedence, "state": row.state,
        "time": row.time, "record": row.idx, "act": row.id.hex(), "version": newest.version,
        "closes": newest.closes, "version_state": newest.state, "title": title(words(station, newest.idx, officer)),
    }  # fmt: skip


def draft(station: Station, name: str, officer: str = "") -> Whole:
    """One draft with its versions: who was asked, who has commented, who late, who not."""
    row = _found(station, name)
    versions = [_version(station, row.id, each) for each in register.list_versions.all(station.db, row.id)]
    return Whole(**_facts(station, row, officer), versions=versions)


def _version(station: Station, draft_: bytes, row: register.Version) -> Version:
    key = draft_, row.version
    comments = register.list_comments.all(station.db, *key)
    there, late = {said.station for said in comments}, {said.station for said in comments if said.late}
    return Version(
        version=row.version, closes=row.closes, document=row.document.hex(), state=row.state, time=row.time,
        record=row.idx, clauses=register.list_clauses.all(station.db, *key), comments=len(comments),
        answers=len(register.list_answers.all(station.db, *key)),
        units=[Unit(code, code in there, code in late) for code in register.list_units.all(station.db, *key)],
    )  # fmt: skip


def table(station: Station, name: str, officer: str = "", version: int = 0) -> list[Line]:
    """Comments and what became of them, by clause and unit; before they are resolved, the comments that are here."""
    row = _found(station, name)
    version = version or register.list_versions.all(station.db, row.id)[-1].version
    order = register.list_clauses.all(station.db, row.id, version)
    if not order:
        raise Missing("draft-version-unknown", id=name, version=version)
    rows = {}
    for said in register.list_comments.all(station.db, row.id, version):
        text = words(station, said.idx, officer).get(word_key(said.clause), "")
        rows[said.place] = _line(said, text, late=bool(said.late))
    for answer in register.list_answers.all(station.db, row.id, version):
        texts = words(station, answer.idx, officer)
        line = rows.get(answer.place) or _line(answer, "", late=False)
        rows[answer.place] = replace(
            line, comment=line.comment or texts.get(f"comment.{answer.position:03d}", ""),
            verdict="accepted" if answer.accepted else "explained",
            answer=texts.get(f"answer.{answer.position:03d}", ""),
        )  # fmt: skip
    return sorted(rows.values(), key=lambda each: (order.index(each.clause), each.unit))


def _line(of: register.Comment | register.Answer, text: str, *, late: bool) -> Line:
    return Line(of.clause, of.station, of.stance, text, late, "", "", of.idx)


def printed(station: Station, name: str, officer: str, version: int, heads: dict[str, str], names: dict[str, str],
            ) -> dict[str, Any]:  # fmt: skip
    """The table ready for ``interop.printing.book``; ``heads`` and ``names``: words for columns and for codes."""
    row = draft(station, name, officer)
    size, root = station.journal.head()
    widths = {"clause": 8, "unit": 14, "kind": 12, "comment": 40, "verdict": 14, "answer": 40}
    return {
        "agency": station.settings.name, "title": heads["title"], "period": row.title,
        "columns": [{"key": key, "title": heads[key], "width": width} for key, width in widths.items()],
        "rows": [{key: names.get(text := getattr(line, key), text) for key in widths}
                 for line in table(station, name, officer, version)],
        "level_mark": station.pack.level(row.level).mark_text, "date": local(station.now(), "%Y-%m-%d"),
        "journal": {"origin": station.origin, "size": str(size), "root": base64.b64encode(root).decode()},
    }  # fmt: skip
