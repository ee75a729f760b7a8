"""Drafts as they stand: versions, who has commented, and the table of comments and answers."""

from __future__ import annotations

import base64
from typing import Any

from antin.errors import Missing
from antin.registers.drafting import apply as register
from antin.station.drafts import number_of
from antin.station.station import Station
from antin.views.local_time import local
from antin.views.papers import title, words

Row = dict[str, Any]
SQL = register.SQL


def _found(station: Station, name: str) -> tuple[Any, ...]:
    row = station.db.row(SQL["read_draft"], number_of(name, "dt"))
    if row is None:
        raise Missing("draft-unknown", id=name)
    return row


def drafts(station: Station, officer: str = "") -> list[Row]:
    """All drafts here; titles only for an officer who is signed in and cleared."""
    return [_row(station, row, officer) for row in station.db.rows(SQL["list_drafts"])]


def _row(station: Station, row: tuple[Any, ...], officer: str) -> Row:
    n, id_, maker, level, precedence, state, time, index = row
    newest = station.db.rows(SQL["list_versions"], id_)[-1]
    return {
        "id": f"dt-{n}", "station": maker, "level": level, "precedence": precedence, "state": state, "time": time,
        "record": index, "act": id_.hex(), "version": newest[0], "closes": newest[1], "version_state": newest[3],
        "title": title(words(station, newest[5], officer)),
    }  # fmt: skip


def draft(station: Station, name: str, officer: str = "") -> Row:
    """One draft with its versions: who was asked, who has commented, who late, who not."""
    row = _found(station, name)
    versions = []
    for version, closes, document, state, time, index in station.db.rows(SQL["list_versions"], row[1]):
        comments = station.db.rows(SQL["list_comments"], row[1], version)
        units = [code for (code,) in station.db.rows(SQL["list_units"], row[1], version)]
        there = {each[0] for each in comments}
        versions.append({
            "version": version, "closes": closes, "document": document.hex(), "state": state, "time": time,
            "record": index, "clauses": [c for (c,) in station.db.rows(SQL["list_clauses"], row[1], version)],
            "comments": len(comments), "answers": len(station.db.rows(SQL["list_answers"], row[1], version)),
            "units": [{"code": code, "commented": code in there,
                       "late": any(each[3] for each in comments if each[0] == code)} for code in units],
        })  # fmt: skip
    return {**_row(station, row, officer), "versions": versions}


def table(station: Station, name: str, officer: str = "", version: int = 0) -> list[Row]:
    """Comments and what became of them, by clause and unit; before they are resolved, the comments that are here."""
    row = _found(station, name)
    version = version or station.db.rows(SQL["list_versions"], row[1])[-1][0]
    order = [clause for (clause,) in station.db.rows(SQL["list_clauses"], row[1], version)]
    if not order:
        raise Missing("draft-version-unknown", id=name, version=version)
    rows = {}
    for unit, clause, stance, late, _, index, _ in station.db.rows(SQL["list_comments"], row[1], version):
        said = words(station, index, officer).get(register.word_key(clause), "")
        rows[clause, unit] = _line(clause, unit, stance, said, late=bool(late), record=index)
    for unit, clause, stance, accepted, position, index in station.db.rows(SQL["list_answers"], row[1], version):
        texts = words(station, index, officer)
        line = rows.setdefault((clause, unit), _line(clause, unit, stance, "", late=False, record=index))
        line["comment"] = line["comment"] or texts.get(f"comment.{position:03d}", "")
        line |= {"verdict": "accepted" if accepted else "explained", "answer": texts.get(f"answer.{position:03d}", "")}
    return sorted(rows.values(), key=lambda each: (order.index(each["clause"]), each["unit"]))


def _line(clause: str, unit: str, stance: str, said: str, *, late: bool, record: int) -> Row:
    return {"clause": clause, "unit": unit, "kind": stance, "comment": said, "late": late, "verdict": "", "answer": "",
            "record": record}  # fmt: skip


def printed(station: Station, name: str, officer: str, version: int, heads: dict[str, str], names: dict[str, str],
            ) -> dict[str, Any]:  # fmt: skip
    """The table ready for ``interop.printing.book``; ``heads`` and ``names``: words for columns and for codes."""
    row = draft(station, name, officer)
    size, root = station.journal.head()
    widths = {"clause": 8, "unit": 14, "kind": 12, "comment": 40, "verdict": 14, "answer": 40}
    return {
        "agency": station.settings.name, "title": heads["title"], "period": row["title"],
        "columns": [{"key": key, "title": heads[key], "width": width} for key, width in widths.items()],
        "rows": [{key: names.get(line[key], line[key]) for key in widths}
                 for line in table(station, name, officer, version)],
        "level_mark": station.pack.level(row["level"]).mark_text, "date": local(station.now(), "%Y-%m-%d"),
        "journal": {"origin": station.origin, "size": str(size), "root": base64.b64encode(root).decode()},
    }  # fmt: skip
