"""Search without diacritics. Words are sealed at rest, so they are opened for the one who asks, and never indexed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from antin.frozen import dataclass
from antin.journal import rows as journal_rows
from antin.looks import Agency, Day, Given, Look, Reference, Text
from antin.registers.papers import rows as papers
from antin.spelling import plain
from antin.station.books import steers, travels
from antin.station.station import Station
from antin.views import dispatches
from antin.views.papers import words

_SHOWN = 160
PAPER_SUFFIX = ".phieu"  # a dispatch that carried a paper: the paper itself is found


@dataclass(frozen=True, slots=True)
class Hit:
    """What was found; ``id``: of the paper or dispatch, or the record's number in the journal. ``text``: its words."""

    id: Reference
    kind: Annotated[str, Look("choice", "kind")]
    station: Agency
    time: Annotated[Day, Given(name="date")]
    text: Text


def search(station: Station, officer: str, text: str) -> list[Hit]:
    """Papers and dispatches that hold every word of ``text`` somewhere, newest first, if the officer may read it."""
    wanted = [word for word in plain(text).split("-") if word]
    if not wanted:
        return []
    rows = [row for row, held in _all(station, officer) if all(word in held for word in wanted)]
    return sorted(rows, key=lambda row: -row.time)


def _all(station: Station, officer: str) -> Iterator[tuple[Hit, str]]:
    for row in papers.list_papers.all(station.db):
        texts = words(station, row.idx, officer)
        if texts:
            found = [texts.get("number", ""), texts.get("title", ""), *texts.values()]
            yield _row(row.name, row.kind, row.station, row.time, found)
    for at_home in journal_rows.list_worded.all(station.db):
        texts = words(station, at_home.idx, officer) if steers(at_home.kind) and not travels(at_home.kind) else {}
        if texts:
            yield _row(f"#{at_home.idx}", at_home.kind, station.code, at_home.time, [*texts.values()])
    for each in dispatches.inbox(station, officer):
        if each.kind and not each.name.endswith(PAPER_SUFFIX):
            found = [each.number, each.subject, each.name]
            yield _row(each.id, "opened", each.sender, each.arrived, found)
    for sent in dispatches.outbox(station, officer):
        if sent.kind and not sent.name.endswith(PAPER_SUFFIX):
            found = [sent.number, sent.subject, sent.name]
            yield _row(sent.id, "sent", station.code, sent.sent, found)


def _row(id_: str, kind: str, maker: str, time: int, texts: list[str]) -> tuple[Hit, str]:
    found = [text for text in texts if text]
    shown = " ".join(dict.fromkeys(found))[:_SHOWN]
    return Hit(id_, kind, maker, time, shown), plain(" ".join(found))
