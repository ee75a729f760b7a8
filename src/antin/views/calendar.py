"""What is due when, across the books: one list of days, the overdue first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated, Any

from antin.errors import AntinError
from antin.frozen import dataclass
from antin.looks import Day, Given, Hidden, Look, Reference
from antin.packs.periods import Period
from antin.registers.committees import rows as committees
from antin.registers.directives import rows as directives
from antin.registers.directives.rules import WAITING, standing
from antin.registers.emulation import rows as emulation
from antin.registers.inspections import rows as inspections
from antin.registers.programmes import rows as programmes
from antin.registers.programmes.figures import progress
from antin.registers.programmes.records import WHOLE
from antin.registers.reviews import rows as reviews
from antin.station.days import day_of, end_of
from antin.station.station import Station
from antin.views.papers import title, words

_DAY, _ONE = 86_400, timedelta(days=1)
_OPEN = ("missing", WAITING)


@dataclass(frozen=True, slots=True)
class Due:
    """A day, and what is to be done by it. ``id``: of the paper, with the key of its part or period."""

    time: Annotated[Day, Given(name="date")]
    standing: Annotated[str, Look("choice", "standing")]
    what: Annotated[str, Look("choice", "due")]
    id: Reference
    title: Hidden


def calendar(station: Station, officer: str = "", days: int = 45) -> list[Due]:
    """Open dates up to ``days`` ahead, in order; whatever is overdue stays on the list until it is done."""
    now = station.now()
    rows = [
        *_directives(station, officer, now), *_tasks(station, officer, now), *_assignments(station, officer, now),
        *_findings(station, officer, now), *_campaigns(station, officer, now),
    ]  # fmt: skip
    return sorted(
        (row for row in rows if row.standing in _OPEN and row.time <= now + days * _DAY),
        key=lambda row: (row.time, row.id),
    )


def _row(time: int, done: int | None, now: int, what: str, id_: str, text: str) -> Due:
    return Due(time, standing(done, time, now), what, id_, text)


def _directives(station: Station, officer: str, now: int) -> Iterator[Due]:
    """Our own duties under what we took; of what we issued, the day on which others owe it."""
    for row in directives.list_directives.all(station.db):
        if row.state != "issued":
            continue
        id_, text, ours = row.name, title(words(station, row.idx, officer)), row.station == station.code
        units = directives.list_units.all(station.db, row.id)
        mine = [unit for unit in units if unit.state != "moved" and (ours or unit.code == station.code)]
        if not mine:
            continue
        for what, by, owed in (("acknowledge", row.acknowledge_by, [unit.acknowledged for unit in mine]),
                               ("study", row.study_by, [unit.studied for unit in mine])):  # fmt: skip
            done_by = [each for each in owed if each is not None]
            if by:
                yield _row(by, max(done_by) if len(done_by) == len(owed) else None, now, what, id_, text)
        if row.ends:
            yield _row(row.ends, row.ends if now > row.ends else None, now, "end", id_, text)
        for period in _periods(station, row.calendar, row.signed):
            made = reviews.list_of_period.all(station.db, row.id, period.key)
            done = next((review.time for review in made if review.station == station.code), None)
            yield _row(end_of(period.due), done, now, "review", f"{id_} {period.key}", text)


def _periods(station: Station, calendar_: str, signed: int) -> list[Period]:
    """The present one, and the one before if the directive stood then: its report is due after it has ended."""
    try:
        period = station.pack.period(calendar_, day_of(station.now())) if calendar_ else None
        before = station.pack.period(calendar_, period.start - _ONE) if period else None
    except AntinError:
        return []
    return [each for each in (before, period) if each and end_of(each.end) >= signed]


def _tasks(station: Station, officer: str, now: int) -> Iterator[Due]:
    for row in programmes.list_programmes.all(station.db):
        if _is_over(station, row.directive):
            continue
        texts = words(station, row.idx, officer)
        if station.code in programmes.list_units.all(station.db, row.id):
            yield from _own_tasks(station, row, texts, now)
        elif row.station == station.code:
            figures = progress(station.db, row.id)
            for goal in programmes.list_goals.all(station.db, row.id):
                done = goal.milestone if figures[goal.key] >= WHOLE else None
                text = texts.get(f"goal.{goal.key}", "")
                yield _row(goal.milestone, done, now, "goal", f"{row.name} {goal.key}", text)


def _is_over(station: Station, directive: bytes) -> bool:
    """Whether nothing is owed under it any more: withdrawn, or we have another superior."""
    row = directives.find_directive.one(station.db, directive)
    unit = directives.read_unit.one(station.db, directive, station.code)
    return bool((row and row.state == "withdrawn") or (unit and unit.state == "moved"))


def _own_tasks(station: Station, row: programmes.Programme, texts: Any, now: int) -> Iterator[Due]:
    standing_ = programmes.list_unit_standing.all(station.db, row.id, station.code)
    finished = {each.task: each.finished or None for each in standing_}
    for task in programmes.list_tasks.all(station.db, row.id):
        if task.state == "open" and task.unit in ("", station.code):
            text = texts.get(f"task.{task.key}", "")
            yield _row(task.due, finished.get(task.key), now, "task", f"{row.name} {task.key}", text)


def _assignments(station: Station, officer: str, now: int) -> Iterator[Due]:
    """What a committee gave our people to do."""
    for committee in committees.list_committees.all(station.db):
        for each in committees.list_assignments.all(station.db, committee.id):
            if each.agency == station.code and each.due:
                finished = each.done if each.state != "open" else None
                text = title(words(station, each.idx, officer))
                yield _row(each.due, finished, now, "assignment", f"{committee.name} {each.key}", text)


def _findings(station: Station, officer: str, now: int) -> Iterator[Due]:
    """Findings to be answered by us, or followed by us."""
    for each in inspections.list_open.all(station.db):
        if station.code in (each.unit, each.station):
            yield _row(each.deadline, None, now, "finding", each.name, title(words(station, each.idx, officer)))


def _campaigns(station: Station, officer: str, now: int) -> Iterator[Due]:
    for row in emulation.list_campaigns.all(station.db):
        done = row.closes if row.state == "closed" else None
        yield _row(row.closes, done, now, "campaign", row.name, title(words(station, row.idx, officer)))
