"""Figures of board, calendar and review where somebody is silent, gone, or has finished; and the turn of a period."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from town import NORTH, SISTER, SOUTH, Town

from antin.acts import directive, programme
from antin.acts.programme import MeasureReport, TaskReport
from antin.station.days import end_of
from antin.views import board, calendar
from antin.views import review as views
from antin.words import Words
from steering.hands import codes_of, rounds
from steering.test_directives import PLAN as DIRECTIVE
from steering.test_programmes import A_DUE, GOALS, KEY, adopted, report
from steering.test_reviews import SIGNER

__all__ = ["adopted"]  # a fixture


def set_day(town: Town, day: date) -> None:
    """The end of that day, whatever today is."""
    town.clock.ahead = 0
    town.clock.ahead = end_of(day) - town.clock()


def test_who_says_nothing_is_late_as_well(adopted: Town) -> None:
    report(adopted, SOUTH, TaskReport(key="a", done="10"), TaskReport(key="b", done="10"))
    with adopted.at(NORTH, "ld01") as station:
        programme.withdraw_task(station, "ld01", "ct-1", "b", "gộp")
    assert codes_of(rounds(adopted)[NORTH]) == ["progress-reported"]  # it crossed the withdrawal
    set_day(adopted, A_DUE + timedelta(days=1))  # task a was due the day before, of both units
    with adopted.at(NORTH, "ld01") as station:
        found = {unit.code: unit for unit in board.board(station, "cd-1", "", KEY).units}
    assert {code: unit.tasks_late for code, unit in found.items()} == {SOUTH: 1, SISTER: 1}
    assert {code: unit.tasks_silent for code, unit in found.items()} == {SOUTH: 0, SISTER: 1}


def test_a_finished_goal_is_off_the_calendar_and_so_is_what_was_withdrawn(adopted: Town) -> None:
    for code in (SOUTH, SISTER):
        report(adopted, code, TaskReport(key="a", done="100"), measure=(MeasureReport(goal="do", value="100"),))
    rounds(adopted)
    with adopted.at(NORTH) as station:
        goals = {row.id for row in calendar.calendar(station, "", 40_000) if row.what == "goal"}
    assert goals == {"ct-1 tong", "ct-1 viec"}
    with adopted.at(NORTH, "ld01") as station:
        directive.withdraw(station, "ld01", "cd-1", "xong")
    rounds(adopted)
    for code in (NORTH, SOUTH):
        with adopted.at(code) as station:
            assert calendar.calendar(station, "", 40_000) == []


def test_a_unit_that_moved_has_nothing_on_its_calendar(adopted: Town) -> None:
    with adopted.at(NORTH, "ld01") as station:
        directive.move_unit(station, "ld01", "cd-1", SISTER, SOUTH)
    rounds(adopted)
    with adopted.at(SISTER) as station:
        assert calendar.calendar(station, "", 40_000) == []


def test_the_report_of_a_period_stays_on_the_calendar_when_the_next_one_begins(town: Town) -> None:
    with town.at(NORTH, "ld01") as station:
        directive.issue(station, "ld01", replace(DIRECTIVE, signed=date(2026, 1, 5), calendar="nua-nam"), 1, 0)
        old = station.pack.period_named(KEY)[1]
    rounds(town)
    set_day(town, date.fromordinal(old.end.toordinal() + 1))
    with town.at(SOUTH) as station:
        due = {row.id: row.time for row in calendar.calendar(station, "", 400) if row.what == "review"}
    assert due.pop(f"cd-1 {KEY}") == end_of(old.due) and len(due) == 1


def test_a_review_counts_those_who_are_there(adopted: Town) -> None:
    report(adopted, SOUTH, TaskReport(key="a", done="100"), TaskReport(key="b", done="50"))
    rounds(adopted)
    with adopted.at(SOUTH, "ld01") as station:
        own = views.facts(station, "cd-1", "ld01", KEY)
        data = views.paper(station, Words("vi"), own, {}, SIGNER)
    assert own.totals.units == 1 and [unit.code for unit in own.units] == [SOUTH]
    assert "Tiến độ các nhiệm vụ của đơn vị: 70,0%." in data["sections"][1]["body"]
    assert own.done == own.units[0].done == 700 and own.goals == []  # of others' work it knows nothing
    with adopted.at(NORTH, "ld01") as station:
        directive.move_unit(station, "ld01", "cd-1", SISTER, SOUTH)
        found = views.facts(station, "cd-1", "ld01", KEY)
    assert [unit.code for unit in found.units] == [SOUTH] and found.totals.units == 1
    assert {goal.key for goal in found.goals} == {each.key for each in GOALS}
