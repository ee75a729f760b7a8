"""(s) Steering at size: a directive to many units with many tasks each, several reports of each unit; then ``board``,
closing a period, and a review, beside the bare SQL over the same rows as the limit."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from ground import main, town
from measure import Row, aim, rates

from antin.acts import programme as acts
from antin.kernel.formats import paper
from antin.kernel.formats.shape import encode
from antin.registers.directives import records as d
from antin.registers.papers.records import PaperTaken
from antin.registers.programmes import records as p
from antin.station.days import end_of
from antin.station.station import Station
from antin.views.board import board

CASE = "steering"
OFFICER, LEADER, HOME = "cb01", "ld01", "A03.15"
PERIODS = ("2026-nua-nam-2", "2027-nua-nam-1", "2027-nua-nam-2", "2028-nua-nam-1", "2028-nua-nam-2", "2029-nua-nam-1")
END = end_of(date(2031, 12, 31))
BATCH = 250


def measure(options: dict[str, Any]) -> list[Row]:
    """Fill the books by records of the journal, then ask."""
    units, tasks, reports, rounds = options["units"], options["tasks"], options["reports"], options["rounds"]
    codes = tuple(f"A04.{n:04d}" for n in range(units))
    with town(options["folder"]) as place, place.at(HOME, OFFICER, LEADER) as station:
        begun = time.perf_counter()
        directive, programme = _issue(station, codes, tasks)
        count = _fill(station, codes, directive, programme, tasks, reports)
        filled = time.perf_counter() - begun
        boards = [_seconds(lambda: board(station, "cd-1", "", PERIODS[0])) for _ in range(rounds)]
        limit = [_seconds(lambda: _bare(station)) for _ in range(rounds)]
        closes = [
            _seconds(lambda period=period: acts.close_period(station, LEADER, "ct-1", period))  # type: ignore[misc]
            for period in PERIODS[: min(rounds, reports)]
        ]
    name = f"{units:,} units × {tasks} tasks × {reports} reports"
    rows = [
        rates(CASE, "papers taken, entered in the books", [count / filled], "/s", f"{name}; {count:,} records"),
        rates(CASE, "limit: sums over the tasks in bare SQL", limit, "s", name),
        rates(CASE, "board", boards, "s", name),
        rates(CASE, "close a period", closes, "s", name),
    ]
    aim(rows[2], "board < 1 s", rows[2].median or 9.0, 1.0, at_most=True)
    aim(rows[3], "close < 30 s", rows[3].median or 99.0, 30.0, at_most=True)
    return rows


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _bare(station: Station) -> None:
    sql = "SELECT unit, sum(done), count(*), max(time) FROM programmes_standing GROUP BY unit"
    station.db.rows(sql)


def _issue(station: Station, codes: tuple[str, ...], tasks: int) -> tuple[bytes, bytes]:
    """A directive and its programme, by the leader, past the directory: the units are not founded here."""
    _, hand = station.acting(LEADER)
    now = station.now()
    public = d.DirectiveIssued(paper.head(codes, 1, 0), "KH", now, now + 86_400, now + 864_000, END, "nua-nam", ())
    words = paper.words({"title": "Kế hoạch"})
    (issued,) = station.commit([station.record("directive-issued", public, [hand], secret=(1, words))])
    weights = [1000 // tasks] * (tasks - 1)
    weights.append(1000 - sum(weights))
    goal = p.Goal("g", "", "", "", END, 0, 0, 1000)
    made = tuple(p.Task(f"t{n:03d}", "g", "", "", weight, now, END, ()) for n, weight in enumerate(weights))
    directive = paper.name(station.code, issued.record.id)
    adopted = p.ProgrammeAdopted(paper.head(codes, 1, 0), directive, issued.record.id, b"", (), (goal,), made)
    (entry,) = station.commit([station.record("programme-adopted", adopted, [hand], secret=(1, words))])
    return directive, paper.name(station.code, entry.record.id)


def _fill(station: Station, codes: tuple[str, ...], directive: bytes, programme: bytes, tasks: int,
          reports: int) -> int:  # fmt: skip
    """Each unit acknowledges, reports its study, and reports every task in every period, as papers taken."""
    _, hand = station.acting(OFFICER)
    waiting, count = [], 0
    with station.many():
        for kind, code, public in _papers(station, codes, directive, programme, tasks, reports):
            taken = PaperTaken(kind, code, "cb01", os.urandom(16), os.urandom(32), station.now(), bytes(32),
                               f"antin/{code}/1", 1, 2, bytes(32), 1, 0, encode(public))  # fmt: skip
            waiting.append(station.record("paper-taken", taken, [hand]))
            if len(waiting) == BATCH:
                station.commit(waiting)
                count, waiting = count + len(waiting), []
        station.commit(waiting) if waiting else None
    return count + len(waiting)


def _papers(station: Station, codes: tuple[str, ...], directive: bytes, programme: bytes, tasks: int, reports: int,
            ) -> Iterator[tuple[str, str, object]]:  # fmt: skip
    up = paper.head((HOME,), 1, 0)
    for code in codes:
        yield "directive-acknowledged", code, d.DirectiveAcknowledged(up, directive)
        yield "study-reported", code, d.StudyReported(up, directive, 1, 20, 10, 5, 12, 11)
    for n, period in enumerate(PERIODS[:reports], 1):
        for code in codes:
            share = 1000 * n // reports
            state = p.DONE if share == 1000 else p.ON_TRACK
            items = tuple(p.Item(f"t{each:03d}", share, state, ()) for each in range(tasks))
            yield "progress-reported", code, p.ProgressReported(up, programme, period, items, ())


if __name__ == "__main__":
    main(measure)
