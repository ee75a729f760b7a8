"""Search without diacritics. Words are sealed at rest, so they are opened for the one who asks, and never indexed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from antin.journal.journal import SQL as JOURNAL
from antin.registers.papers import apply as papers
from antin.spelling import plain
from antin.station.books import LOCAL
from antin.station.station import Station
from antin.views import dispatches
from antin.views.papers import words

Row = dict[str, Any]
_SHOWN = 160
PAPER_SUFFIX = ".phieu"  # a dispatch that carried a paper: the paper itself is found


def search(station: Station, officer: str, text: str) -> list[Row]:
    """Papers and dispatches that hold every word of ``text`` somewhere, newest first, if the officer may read it."""
    wanted = [word for word in plain(text).split("-") if word]
    if not wanted:
        return []
    rows = [row for row, held in _all(station, officer) if all(word in held for word in wanted)]
    return sorted(rows, key=lambda row: -row["time"])


def _all(station: Station, officer: str) -> Iterator[tuple[Row, str]]:
    for n, _digest, _id, kind, maker, _who, time, index, *_ in station.db.rows(papers.SQL["list_papers"]):
        texts = words(station, index, officer)
        if texts:
            yield _row(f"ph-{n}", kind, maker, time, [texts.get("number", ""), texts.get("title", ""), *texts.values()])
    for index, kind, time in station.db.rows(JOURNAL["list_worded"]):
        texts = words(station, index, officer) if kind in LOCAL else {}
        if texts:
            yield _row(f"#{index}", kind, station.code, time, [*texts.values()])
    for row in dispatches.inbox(station, officer):
        if row["kind"] and not row["name"].endswith(PAPER_SUFFIX):
            yield _row(row["id"], "opened", row["sender"], row["arrived"], [row["number"], row["subject"], row["name"]])
    for row in dispatches.outbox(station, officer):
        if row["kind"] and not row["name"].endswith(PAPER_SUFFIX):
            yield _row(row["id"], "sent", station.code, row["sent"], [row["number"], row["subject"], row["name"]])


def _row(id_: str, kind: str, maker: str, time: int, texts: list[str]) -> tuple[Row, str]:
    found = [text for text in texts if text]
    shown = " ".join(dict.fromkeys(found))[:_SHOWN]
    row = {"id": id_, "kind": kind, "station": maker, "time": time, "text": shown}
    return row, plain(" ".join(found))
