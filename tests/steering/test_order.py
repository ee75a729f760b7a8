"""Papers come in any order, by line and by medium: both ends keep the same in the end."""

from __future__ import annotations

from dataclasses import replace

from town import NORTH, SISTER, SOUTH, Town

from antin.acts import directive, papers
from antin.acts.programme import MeasureReport, TaskReport
from steering.hands import codes_of, rounds, take
from steering.test_directives import PLAN, issue, session
from steering.test_programmes import NEXT, adopted, report, shares

__all__ = ["adopted"]  # a fixture


def test_an_older_report_that_comes_late_takes_nothing_back(adopted: Town) -> None:
    """Two periods reported, the second arrives first: what stands is what the unit said last, at either end."""
    report(adopted, SOUTH, TaskReport(key="a", done="20"), measure=(MeasureReport(goal="do", value="46"),))
    adopted.clock.ahead = 60
    report(adopted, SOUTH, TaskReport(key="a", done="60"), period=NEXT,
           measure=(MeasureReport(goal="do", value="70"),))  # fmt: skip
    with adopted.at(SOUTH, "vt01") as station:
        first, second = papers.waiting(station)
        papers.publish(station, "vt01", second)
    adopted.sync(SOUTH, NORTH)
    assert codes_of(take(adopted, NORTH)) == ["progress-reported"]
    assert codes_of(rounds(adopted)[NORTH]) == ["progress-reported"] and first < second
    assert shares(adopted) == shares(adopted, SOUTH)
    assert shares(adopted)["do"] == 500
    adopted.audit()


def test_an_older_study_report_that_comes_late_takes_nothing_back(town: Town) -> None:
    issue(town)
    rounds(town)
    for ahead in (0, 60):
        town.clock.ahead = ahead
        with town.at(SOUTH, "cb01") as station:
            directive.hold_study(station, "cb01", "cd-1", session(station))
            directive.report_study(station, "cb01", "cd-1")
    with town.at(SOUTH, "vt01") as station:
        papers.publish(station, "vt01", papers.waiting(station)[1])
    town.sync(SOUTH, NORTH)
    assert codes_of(take(town, NORTH) + rounds(town)[NORTH]) == ["study-reported"] * 2
    found = []
    for code in (NORTH, SOUTH):
        with town.at(code) as station:
            found.append(station.db.row("SELECT studied, sessions FROM directives_units WHERE code = ?", SOUTH))
    assert found[0] == found[1] and found[0][1] == 2
    town.audit()


def test_the_new_superior_is_told_of_a_unit_without_having_the_directive(town: Town) -> None:
    issue(town, replace(PLAN, to=(SISTER,)))
    rounds(town)
    with town.at(NORTH, "ld01") as station:
        directive.move_unit(station, "ld01", "cd-1", SISTER, SOUTH)
    taken = rounds(town)
    assert codes_of(taken[SOUTH]) == ["unit-moved"] == codes_of(taken[SISTER])
    town.audit()
