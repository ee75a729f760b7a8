"""The board of a directive: who received, acknowledged, studied, reported, who is late; goals against time."""

from __future__ import annotations

from collections import Counter
from typing import Any

from antin.errors import AntinError
from antin.packs.periods import Period
from antin.registers.directives import rows as directives
from antin.registers.directives.rules import LATE, MISSING, standing
from antin.registers.papers import rows as papers
from antin.registers.programmes import apply as programmes
from antin.registers.reviews import apply as reviews
from antin.station.days import day_of, end_of, start_of
from antin.station.mirror import SQL as MIRROR
from antin.station.station import Station
from antin.views import directives as directive_views
from antin.views import programmes as programme_views
from antin.views.papers import delivered, words

Row = dict[str, Any]
RECEIVED = frozenset({"arrived", "accepted", "opened"})
DUTIES = ("acknowledged", "studied", "reported")


def board(station: Station, name: str, officer: str = "", period: str = "") -> Row:
    """Everything about ``cd-1`` as it stands now, for one report period (the present one). Raises ``Missing``."""
    row, now = directive_views.row_of(station, name), station.now()
    asked = period_of(station, row, period)
    programme = next((p for p in station.db.rows(programmes.SQL["list_of_directive"], row.id)
                      if p[2] == row.station), None)  # fmt: skip
    units = _units(station, row, programme, asked, now)
    texts = words(station, programme[8], officer) if programme else {}
    return {
        "directive": directive_views.directive(station, name, officer), "now": now,
        "period": asked and {"key": asked.key, "start": start_of(asked.start), "end": end_of(asked.end),
                             "due": end_of(asked.due)},
        "units": units, "totals": totals(units),
        "late": [unit["code"] for unit in units if any(unit[duty] in (LATE, MISSING) for duty in DUTIES)],
        "programme": programme and f"ct-{programme[0]}",
        "done": programme_views.whole(station, programme) if programme else None,
        "goals": programme_views.goals(station, programme, texts, now) if programme else [],
        "tasks": programme_views.tasks(station, programme, texts, now) if programme else [],
        "proposals": _proposals(station, row.id),
    }  # fmt: skip


def period_of(station: Station, row: directives.Directive, period: str = "") -> Period | None:
    """The report period asked for, or the one that today falls into; None without a calendar."""
    if period:
        return station.pack.period_named(period)[1]
    try:
        return station.pack.period(row.calendar, day_of(station.now())) if row.calendar else None
    except AntinError:  # another station's pack may know calendars that ours does not
        return None


def _units(station: Station, row: directives.Directive, programme: tuple[Any, ...] | None, asked: Period | None,
           now: int) -> list[Row]:  # fmt: skip
    paper = papers.find_name.one(station.db, row.id)
    sent = delivered(station, paper.digest) if paper and paper.own else {}
    names = {code: name for code, name, _ in station.db.rows(MIRROR["list_agencies"])}
    sums, reported = _progress(station, row, programme, asked, now)
    open_, overdue = _expected(station, programme, now)
    found = []
    for unit in directives.list_units.all(station.db, row.id):
        code = unit.code
        total, done, blocked, on_time, caught_up, told, last = sums.get(code, (0,) * 7)
        dispatch, when = sent.get(code, ("", None))
        gone = unit.state == "moved"
        found.append({
            "code": code, "name": names.get(code, ""), "state": unit.state, "parent": unit.parent, "dispatch": dispatch,
            "sent": when, "received": dispatch in RECEIVED or unit.acknowledged is not None,
            "acknowledged": "none" if gone else standing(unit.acknowledged, row.acknowledge_by, now),
            "studied": "none" if gone else standing(unit.studied, row.study_by, now),
            "reported": "none" if gone or asked is None else standing(reported.get(code), end_of(asked.due), now),
            "acknowledged_time": unit.acknowledged, "studied_time": unit.studied, "reported_time": reported.get(code),
            "sessions": unit.sessions, "invited": unit.invited, "in_person": unit.in_person, "online": unit.online,
            "officers": unit.officers, "read": unit.read,
            "done": total, "tasks": told, "tasks_done": done, "tasks_blocked": blocked,
            "tasks_on_time": on_time, "tasks_late": overdue[code] - caught_up, "tasks_silent": open_[code] - told,
            "last": last or None, "acknowledged_record": unit.acknowledged_idx, "studied_record": unit.studied_idx,
        })  # fmt: skip
    return found


def _expected(station: Station, programme: tuple[Any, ...] | None, now: int) -> tuple[Counter[str], Counter[str]]:
    """How many tasks each unit has, and how many of them are past their day: of whoever says nothing as well."""
    tasks, overdue = Counter[str](), Counter[str]()
    if programme is None:
        return tasks, overdue
    units = [code for (code,) in station.db.rows(programmes.SQL["list_units"], programme[1])]
    for _key, _goal, unit, _officer, _weight, _start, due, state in station.db.rows(
        programmes.SQL["list_tasks"], programme[1]
    ):
        whose = [] if state != "open" else [unit] if unit else units
        tasks.update(whose)
        overdue.update(whose if due < now else ())
    return tasks, overdue


def _progress(station: Station, row: directives.Directive, programme: tuple[Any, ...] | None, asked: Period | None,
              now: int) -> tuple[dict[str, tuple[int, ...]], dict[str, int]]:  # fmt: skip
    """Sums over each unit's tasks; when each unit reported the period: its review, or else its report on the tasks."""
    reported: dict[str, int] = {}
    if asked is not None:
        for review in station.db.rows(reviews.SQL["list_of_period"], row.id, asked.key):
            reported[review[2]] = review[10]
    if programme is None:
        return {}, reported
    sums = {unit: tuple(rest) for unit, *rest in station.db.rows(programmes.SQL["sum_units"], now, programme[1])}
    if asked is not None:
        for unit, time in station.db.rows(programmes.SQL["list_reporters"], programme[1], asked.key):
            reported.setdefault(unit, time)
    tasks = [task for task in station.db.rows(programmes.SQL["list_tasks"], programme[1]) if task[7] == "open"]
    shared = sum(task[4] for task in tasks if not task[2])
    own = Counter[str]()
    for task in tasks:
        own[task[2]] += task[4]
    return {unit: (each[0] // max(1, shared + own[unit]), *each[1:]) for unit, each in sums.items()}, reported


def totals(units: list[Row]) -> Row:
    """Sums over the units that have no other superior by now."""
    live = [unit for unit in units if unit["state"] != "moved"]
    return {
        "units": len(live), "received": sum(unit["received"] for unit in live),
        **{duty: dict(Counter(unit[duty] for unit in live)) for duty in DUTIES},
        **{key: sum(unit[key] for unit in live) for key in ("officers", "read", "sessions", "invited", "in_person",
                                                            "online", "tasks_late", "tasks_blocked")},
    }  # fmt: skip


def _proposals(station: Station, directive: bytes) -> Row:
    rows = [row for row in station.db.rows(reviews.SQL["list_proposals"]) if row[4] == directive]
    return {"all": len(rows), "open": [f"kn-{row[0]}" for row in rows if row[12] is None]}
