"""The board of a directive: who received, acknowledged, studied, reported, who is late; goals against time."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

from antin.errors import AntinError
from antin.looks import as_facts
from antin.packs.periods import Period
from antin.registers.directives import rows as directives
from antin.registers.directives.rules import LATE, MISSING, standing
from antin.registers.papers import rows as papers
from antin.registers.programmes import rows as programmes
from antin.registers.programmes.figures import whole
from antin.registers.reviews import rows as reviews
from antin.station import rows
from antin.station.days import day_of, end_of, start_of
from antin.station.station import Station
from antin.views import directives as directive_views
from antin.views import programmes as programme_views
from antin.views.papers import delivered, words

Row = dict[str, Any]
RECEIVED = frozenset({"arrived", "accepted", "opened"})
DUTIES = ("acknowledged", "studied", "reported")
_NOTHING = programmes.UnitSum("", 0, 0, 0, 0, 0, 0, 0)


def board(station: Station, name: str, officer: str = "", period: str = "") -> Row:
    """Everything about ``cd-1`` as it stands now, for one report period (the present one). Raises ``Missing``."""
    row, now = directive_views.row_of(station, name), station.now()
    asked = period_of(station, row, period)
    programme = next((p for p in programmes.list_of_directive.all(station.db, row.id)
                      if p.station == row.station), None)  # fmt: skip
    units = _units(station, row, programme, asked, now)
    texts = words(station, programme.idx, officer) if programme else {}
    return {
        "directive": as_facts(directive_views.directive(station, name, officer)), "now": now,
        "period": asked and {"key": asked.key, "start": start_of(asked.start), "end": end_of(asked.end),
                             "due": end_of(asked.due)},
        "units": units, "totals": totals(units),
        "late": [unit["code"] for unit in units if any(unit[duty] in (LATE, MISSING) for duty in DUTIES)],
        "programme": programme and programme.name,
        "done": whole(station.db, programme.id) if programme else None,
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


def _units(station: Station, row: directives.Directive, programme: programmes.Programme | None, asked: Period | None,
           now: int) -> list[Row]:  # fmt: skip
    paper = papers.find_name.one(station.db, row.id)
    sent = delivered(station, paper.digest) if paper and paper.own else {}
    names = {each.code: each.name for each in rows.list_agencies.all(station.db)}
    sums, reported = _progress(station, row, programme, asked, now)
    open_, overdue = _expected(station, programme, now)
    found = []
    for unit in directives.list_units.all(station.db, row.id):
        code = unit.code
        sum_ = sums.get(code, _NOTHING)
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
            "done": sum_.share, "tasks": sum_.told, "tasks_done": sum_.done, "tasks_blocked": sum_.blocked,
            "tasks_on_time": sum_.on_time, "tasks_late": overdue[code] - sum_.caught_up,
            "tasks_silent": open_[code] - sum_.told, "last": sum_.last or None,
            "acknowledged_record": unit.acknowledged_idx, "studied_record": unit.studied_idx,
        })  # fmt: skip
    return found


def _expected(station: Station, programme: programmes.Programme | None, now: int) -> tuple[Counter[str], Counter[str]]:
    """How many tasks each unit has, and how many of them are past their day: of whoever says nothing as well."""
    tasks, overdue = Counter[str](), Counter[str]()
    if programme is None:
        return tasks, overdue
    units = programmes.list_units.all(station.db, programme.id)
    for task in programmes.list_tasks.all(station.db, programme.id):
        whose = [] if task.state != "open" else [task.unit] if task.unit else units
        tasks.update(whose)
        overdue.update(whose if task.due < now else ())
    return tasks, overdue


def _progress(station: Station, row: directives.Directive, programme: programmes.Programme | None, asked: Period | None,
              now: int) -> tuple[dict[str, programmes.UnitSum], dict[str, int]]:  # fmt: skip
    """Sums over each unit's tasks; when each unit reported the period: its review, or else its report on the tasks."""
    reported: dict[str, int] = {}
    if asked is not None:
        for review in reviews.list_of_period.all(station.db, row.id, asked.key):
            reported[review.station] = review.time
    if programme is None:
        return {}, reported
    if asked is not None:
        for each in programmes.list_reporters.all(station.db, programme.id, asked.key):
            reported.setdefault(each.unit, each.time)
    tasks = [task for task in programmes.list_tasks.all(station.db, programme.id) if task.state == "open"]
    shared = sum(task.weight for task in tasks if not task.unit)
    own = Counter[str]()
    for task in tasks:
        own[task.unit] += task.weight
    sums = programmes.sum_units.all(station.db, now, programme.id)
    return {each.unit: replace(each, share=each.share // max(1, shared + own[each.unit])) for each in sums}, reported


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
    found = [row for row in reviews.list_proposals.all(station.db) if row.directive == directive]
    return {"all": len(found), "open": [row.name for row in found if row.answered is None]}
