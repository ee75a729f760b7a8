"""What is due and not done, across the books: acknowledgement, study, findings, tasks. Late shows without asking."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from antin.registers.directives import rows as directives
from antin.registers.escalations import apply as register
from antin.registers.escalations.records import ACKNOWLEDGE, FINDING, STUDY, TASK
from antin.registers.escalations.rules import Item
from antin.registers.inspections import apply as inspections
from antin.registers.programmes import apply as programmes
from antin.station.station import Station
from antin.views.papers import title, words

Row = dict[str, Any]


def items(station: Station) -> list[Item]:
    """Everything with a day that is not done: what others owe this station, and what it owes them."""
    found: list[Item] = []
    for row in directives.list_directives.all(station.db):
        if row.state == "issued":
            found += _of_directive(station, row)
    for programme in station.db.rows(programmes.SQL["list_programmes"]):
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


def _of_programme(station: Station, row: tuple[Any, ...]) -> Iterator[Item]:
    """Open tasks; none under a withdrawn directive, none of a unit that has another superior now."""
    n, id_, owner, directive, _, level, precedence, _, index = row
    under = directives.find_directive.one(station.db, directive)
    if under and under.state != "issued":
        return
    moved = {unit.code for unit in directives.list_units.all(station.db, directive) if unit.state == "moved"}
    standing = station.db.rows(programmes.SQL["list_standing"], id_)
    done = {(unit, task) for unit, task, _, state, *_ in standing if state == "done"}
    everybody = [code for (code,) in station.db.rows(programmes.SQL["list_units"], id_)]
    for key, _, unit, _, _, _, by, state in station.db.rows(programmes.SQL["list_tasks"], id_):
        for code in [unit] if unit else everybody:
            if state == "open" and (code, key) not in done and code not in moved:
                yield Item(TASK, id_, key, code, by, owner, level, precedence, f"ct-{n}", index)


def _findings(station: Station) -> Iterator[Item]:
    for id_, n, unit, _, deadline, index, inspector, level, precedence in station.db.rows(inspections.SQL["list_open"]):
        yield Item(FINDING, id_, "", unit, deadline, inspector, level, precedence, f"tt-{n}", index)


def duties(station: Station, officer: str = "", *, late: bool = False) -> list[Row]:
    """Rows of what is due, by day; ``late``: only what is past it. ``steps``: which escalations were recorded."""
    now = station.now()
    told: dict[tuple[Any, ...], list[str]] = {}
    for _, by, what, about, key, unit, step, due, *_ in station.db.rows(register.SQL["list_escalations"]):
        told.setdefault((by, what, about, key, unit, due), []).append(step)
    return [
        {
            "what": each.what, "id": each.name, "key": each.key, "unit": each.unit, "station": each.station,
            "due": each.due, "precedence": each.precedence, "level": each.level, "record": each.index,
            "state": "missing" if now > each.due else "waiting",
            "steps": told.get((each.station, each.what, each.about, each.key, each.unit, each.due), []),
            "title": item_title(station, each, officer),
        }
        for each in sorted(items(station), key=lambda i: (i.due, -i.precedence, i.unit, i.name, i.key))
        if not late or now > each.due
    ]  # fmt: skip


def item_title(station: Station, item: Item, officer: str) -> str:
    """What is due, in words, for an officer who is signed in and cleared."""
    texts = words(station, item.index, officer)
    return texts.get(f"task.{item.key}", "") if item.key else title(texts)


def escalations(station: Station, officer: str = "") -> list[Row]:
    """All steps recorded here, our own and those that others took towards us or our units."""
    return [
        {"n": n, "station": by, "what": what, "about": about.hex(), "key": key, "unit": unit, "step": step, "due": due,
         "time": time, "record": index, "title": title(words(station, index, officer))}
        for n, by, what, about, key, unit, step, due, time, index in station.db.rows(register.SQL["list_escalations"])
    ]  # fmt: skip
