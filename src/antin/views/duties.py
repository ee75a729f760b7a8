"""What is due and not done, across the books: acknowledgement, study, findings, tasks. Late shows without asking."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from antin.frozen import dataclass
from antin.looks import UNSEEN, Agency, Day, Given, Hidden, Look, Moment, Precedence, Reference
from antin.registers.directives import rows as directives
from antin.registers.escalations import rows as register
from antin.registers.escalations.records import ACKNOWLEDGE, FINDING, STUDY, TASK
from antin.registers.escalations.rules import Item
from antin.registers.inspections import rows as inspections
from antin.registers.programmes import rows as programmes
from antin.station.station import Station
from antin.views.papers import title, words


@dataclass(frozen=True, slots=True)
class Duty:
    """What a unit owes a station. ``key``: of a task; ``steps``: which escalations were recorded."""

    due: Day
    state: Annotated[str, Look("choice", "standing")]
    what: Annotated[str, Look("choice", "due")]
    id: Reference
    key: str
    unit: Agency
    station: Agency
    precedence: Precedence
    title: Hidden
    level: Annotated[int, UNSEEN]
    record: Annotated[int, UNSEEN]
    steps: Annotated[list[str], UNSEEN]


@dataclass(frozen=True, slots=True)
class Escalation:
    """A step that was recorded. ``about``: the digest of what the duty is under."""

    time: Moment
    station: Agency
    step: Annotated[str, Look("choice", "step")]
    unit: Agency
    what: Annotated[str, Look("choice", "due"), Given(name="duty")]
    due: Moment
    title: Hidden
    n: Annotated[int, UNSEEN]
    about: Annotated[str, UNSEEN]
    key: Annotated[str, UNSEEN]
    record: Annotated[int, UNSEEN]


def items(station: Station) -> list[Item]:
    """Everything with a day that is not done: what others owe this station, and what it owes them."""
    found: list[Item] = []
    for row in directives.list_directives.all(station.db):
        if row.state == "issued":
            found += _of_directive(station, row)
    for programme in programmes.list_programmes.all(station.db):
        found += _of_programme(station, programme)
    found += _findings(station)
    # Of others' papers we know what concerns ourselves, no more.
    return [each for each in found if station.code in (each.station, each.unit)]


def _of_directive(station: Station, row: directives.Directive) -> Iterator[Item]:
    for unit in directives.list_units.all(station.db, row.id):
        for what, by, owed in ((ACKNOWLEDGE, row.acknowledge_by, ("addressed",)),
                               (STUDY, row.study_by, ("addressed", "acknowledged"))):  # fmt: skip
            if by and unit.state in owed:
                yield Item(what, row.id, "", unit.code, by, row.station, row.level, row.precedence, row.name, row.idx)


def _of_programme(station: Station, row: programmes.Programme) -> Iterator[Item]:
    """Open tasks; none under a withdrawn directive, none of a unit that has another superior now."""
    under = directives.find_directive.one(station.db, row.directive)
    if under and under.state != "issued":
        return
    moved = {unit.code for unit in directives.list_units.all(station.db, row.directive) if unit.state == "moved"}
    standing = programmes.list_standing.all(station.db, row.id)
    done = {(each.unit, each.task) for each in standing if each.state == "done"}
    everybody = programmes.list_units.all(station.db, row.id)
    for task in programmes.list_tasks.all(station.db, row.id):
        for code in [task.unit] if task.unit else everybody:
            if task.state == "open" and (code, task.key) not in done and code not in moved:
                yield Item(TASK, row.id, task.key, code, task.due, row.station, row.level, row.precedence, row.name,
                           row.idx)  # fmt: skip


def _findings(station: Station) -> Iterator[Item]:
    for each in inspections.list_open.all(station.db):
        yield Item(FINDING, each.id, "", each.unit, each.deadline, each.station, each.level, each.precedence,
                   each.name, each.idx)  # fmt: skip


def duties(station: Station, officer: str = "", *, late: bool = False) -> list[Duty]:
    """Rows of what is due, by day; ``late``: only what is past it."""
    now = station.now()
    told: dict[tuple[Any, ...], list[str]] = {}
    for each in register.list_escalations.all(station.db):
        key = (each.station, each.what, each.about, each.key, each.unit, each.due)
        told.setdefault(key, []).append(each.step)
    return [
        Duty(
            due=item.due, state="missing" if now > item.due else "waiting", what=item.what, id=item.name, key=item.key,
            unit=item.unit, station=item.station, precedence=item.precedence, title=item_title(station, item, officer),
            level=item.level, record=item.index,
            steps=told.get((item.station, item.what, item.about, item.key, item.unit, item.due), []),
        )
        for item in sorted(items(station), key=lambda i: (i.due, -i.precedence, i.unit, i.name, i.key))
        if not late or now > item.due
    ]  # fmt: skip


def item_title(station: Station, item: Item, officer: str) -> str:
    """What is due, in words, for an officer who is signed in and cleared."""
    texts = words(station, item.index, officer)
    return texts.get(f"task.{item.key}", "") if item.key else title(texts)


def escalations(station: Station, officer: str = "") -> list[Escalation]:
    """All steps recorded here, our own and those that others took towards us or our units."""
    return [
        Escalation(each.time, each.station, each.step, each.unit, each.what, each.due,
                   title(words(station, each.idx, officer)), each.n, each.about.hex(), each.key, each.idx)
        for each in register.list_escalations.all(station.db)
    ]  # fmt: skip
