"""Programmes: goals and tasks, progress that rolls up, reports, judgements, closed periods; what is refused."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lived import lived
from town import NORTH, SISTER, SOUTH, UNDER, Town, found_below

from antin.acts import directive
from antin.acts import programme as acts
from antin.acts.programme import GoalForm, MeasureReport, ProgrammeForm, ProgressForm, TaskForm, TaskReport
from antin.errors import AntinError, Conflict, Malformed, Refused
from antin.packs import load
from antin.registers.programmes import records as r
from antin.registers.programmes import rules
from antin.station.days import day_of
from antin.views import programmes as views
from steering.hands import codes_of, rounds
from steering.test_directives import PLAN as DIRECTIVE

# Tests pass on any day: what is due, is due after today, and periods are those that follow one another now.
TODAY = day_of(int(time.time()))
_NOW = load("vn-2026").period("nua-nam", TODAY)
KEY, NEXT = _NOW.key, load("vn-2026").period("nua-nam", _NOW.end + timedelta(days=1)).key
A_DUE, B_DUE = TODAY + timedelta(days=70), TODAY + timedelta(days=220)
END, MID = date(2045, 12, 31), date(2040, 12, 31)
GOALS = (
    GoalForm(key="tong", title="Chung", milestone=END),
    GoalForm(key="do", title="Đo được", milestone=MID, parent="tong", unit="%", baseline="40", target="100",
             weight=400),
    GoalForm(key="viec", title="Bằng việc", milestone=MID, parent="tong", weight=600),
)  # fmt: skip
TASKS = (
    TaskForm(key="a", title="Quy chế", goal="viec", start=date(2026, 11, 1), due=A_DUE, weight=400),
    TaskForm(key="b", title="Đào tạo", goal="viec", start=date(2026, 11, 1), due=B_DUE, weight=600,
             unit=SOUTH, after=("a",)),
)  # fmt: skip
PROGRAMME = ProgrammeForm(title="Chương trình hành động", to=(SOUTH, SISTER), goal=GOALS, task=TASKS)


@pytest.fixture
def adopted(town: Town) -> Town:
    """NORTH's directive and programme, taken by SOUTH and SISTER."""
    lived(town, "adopted", partial(_adopted, town))
    return town


def _adopted(town: Town) -> None:
    with town.at(NORTH, "ld01") as station:
        directive.issue(station, "ld01", replace(DIRECTIVE, calendar="nua-nam"), 1, 0)
        assert acts.adopt(station, "ld01", "cd-1", PROGRAMME, 1, 0) == "ct-1"
    assert codes_of(rounds(town)[SOUTH]) == ["directive-issued", "programme-adopted"]


def report(town: Town, code: str, *tasks: TaskReport, period: str = KEY, officer: str = "cb01", **more: Any) -> str:
    with town.at(code, officer) as station:
        return acts.report(station, officer, "ct-1", ProgressForm(period=period, task=tasks, **more))


def shares(town: Town, code: str = NORTH, name: str = "ct-1") -> dict[str, int]:
    with town.at(code) as station:
        return {each.key: each.done for each in views.programme(station, name).goals}


def test_progress_rolls_up(adopted: Town, tmp_path: Path) -> None:
    evidence = tmp_path / "quyet-dinh.pdf"
    evidence.write_bytes(b"%PDF-1.7 quyet dinh")
    report(adopted, SOUTH, TaskReport(key="a", done="100", evidence=(str(evidence),)), TaskReport(key="b", done="50"),
           measure=(MeasureReport(goal="do", value="55"),))  # fmt: skip
    report(adopted, SISTER, TaskReport(key="a", done="25"))
    rounds(adopted)
    # a: (1000 + 250) / 2 = 625, b: 500 → viec = (400·625 + 600·500) / 1000 = 550
    # do: 15/60 = 250 → tong = 0.4·250 + 0.6·550 = 430
    assert shares(adopted) == {"viec": 550, "do": 250, "tong": 430}
    with adopted.at(NORTH) as station:
        (digest,) = [row[2] for row in station.db.rows("SELECT * FROM programmes_evidence")]
        assert digest == acts.digest_of(evidence)
    assert adopted.audit() > 0


def test_a_subordinate_programme_serves_the_superiors_goal(adopted: Town) -> None:
    below = ProgrammeForm(title="Kế hoạch của Sở", to=(SISTER,), informed=(NORTH,), goal=(
        GoalForm(key="g1", title="Phục vụ", milestone=MID, above="viec"),),
        task=(TaskForm(key="x", title="Việc", goal="g1", start=date(2026, 11, 1), due=MID),))  # fmt: skip
    with adopted.at(SOUTH, "ld01") as station:
        assert acts.adopt(station, "ld01", "cd-1", below, 1, 0, above="ct-1") == "ct-2"
    rounds(adopted)
    with adopted.at(SISTER, "cb01") as station:
        acts.report(station, "cb01", "ct-2", ProgressForm(period=KEY, task=(TaskReport(key="x", done="80"),)))
    rounds(adopted)
    with adopted.at(SOUTH, "cb01") as station:
        assert acts.report_goals(station, "cb01", "ct-2", KEY) == {"g1": 800}
    rounds(adopted)
    assert shares(adopted)["viec"] == 400  # own tasks 0 and the subordinate goal 800, in equal parts
    with adopted.at(NORTH, "cb01") as station, pytest.raises(Malformed, match="programme-serves-none"):
        acts.report_goals(station, "cb01", "ct-1", KEY)
    adopted.audit()


def test_the_reporter_does_not_judge(adopted: Town) -> None:
    assert report(adopted, SOUTH, TaskReport(key="a", done="10")) == "bc-1"
    with adopted.at(SOUTH, "cb01") as station, pytest.raises(Refused, match="own-report"):
        acts.review(station, "cb01", "bc-1", r.ACCEPTED)
    with adopted.at(SOUTH, "ld01") as station, pytest.raises(Refused, match="programme-of-other"):
        acts.review(station, "ld01", "bc-1", r.ACCEPTED)  # a colleague's word would take the superior's away
    rounds(adopted)
    with adopted.at(NORTH, "cb01") as station:
        acts.review(station, "cb01", "bc-1", r.RETURNED, "thiếu minh chứng")
        with pytest.raises(Conflict, match="state-forbids"):
            acts.review(station, "cb01", "bc-1", r.ACCEPTED)
    rounds(adopted)
    assert report(adopted, SOUTH, TaskReport(key="a", done="20")) == "bc-2"  # a returned one may be made again
    rounds(adopted)
    with adopted.at(NORTH, "ld01") as station:
        acts.review(station, "ld01", "bc-2", r.ACCEPTED)
        assert [(row.id, row.state) for row in views.reports(station, "ct-1")] == [
            ("bc-1", "returned"), ("bc-2", "accepted")]  # fmt: skip
    adopted.audit()


def test_a_closed_period_takes_nothing_more(adopted: Town) -> None:
    report(adopted, SOUTH, TaskReport(key="a", done="100"), TaskReport(key="b", done="50"))
    rounds(adopted)
    late = report(adopted, SISTER, TaskReport(key="a", done="25"))  # made before, arriving after the closing
    with adopted.at(NORTH, "ld01") as station:
        assert acts.close_period(station, "ld01", "ct-1", KEY) == {"units": 2, "reported": 1, "done": 300}
        with pytest.raises(Conflict, match="period-is-closed"):
            acts.close_period(station, "ld01", "ct-1", KEY)
    assert late == "bc-1"
    assert codes_of(rounds(adopted)[NORTH]) == ["period-is-closed"]
    with adopted.at(SOUTH, "cb01") as station, pytest.raises(Conflict, match="period-is-closed"):
        acts.report(station, "cb01", "ct-1", ProgressForm(period=KEY, task=(TaskReport(key="a", done="30"),)))
    report(adopted, SOUTH, TaskReport(key="a", done="100"), period=NEXT)  # the next one is open
    adopted.audit()


def test_a_withdrawn_task_and_a_unit_that_moved(adopted: Town) -> None:
    with adopted.at(NORTH, "ld01") as station:
        acts.withdraw_task(station, "ld01", "ct-1", "b", "không còn cần")
        with pytest.raises(Conflict, match="task-withdrawn"):
            acts.withdraw_task(station, "ld01", "ct-1", "b", "hai lần")
        directive.move_unit(station, "ld01", "cd-1", SISTER, SOUTH)
        with pytest.raises(Malformed, match="unit-moved-nowhere"):
            directive.move_unit(station, "ld01", "cd-1", SOUTH, NORTH)
    moved_report = report(adopted, SISTER, TaskReport(key="a", done="10"))  # SISTER does not know yet
    assert moved_report == "bc-1"
    assert codes_of(rounds(adopted)[NORTH]) == ["unit-moved"]
    with adopted.at(SOUTH, "cb01") as station, pytest.raises(Conflict, match="task-withdrawn"):
        acts.report(station, "cb01", "ct-1", ProgressForm(period=KEY, task=(TaskReport(key="b", done="10"),)))
    with adopted.at(SISTER, "cb01") as station, pytest.raises(Refused, match="unit-moved"):
        later = ProgressForm(period=NEXT, task=(TaskReport(key="a", done="10"),))
        acts.report(station, "cb01", "ct-1", later)
    adopted.audit()


REPORTS: dict[str, tuple[tuple[TaskReport, ...], str]] = {
    "nothing": ((), "report-items"),
    "twice": ((TaskReport(key="a", done="1"), TaskReport(key="a", done="2")), "report-items"),
    "unknown": ((TaskReport(key="z", done="1"),), "programme-key-unknown"),
    "too-much": ((TaskReport(key="a", done="101"),), "task-figures"),
    "no-number": ((TaskReport(key="a", done="nhiều"),), "number-malformed"),
    "negative": ((TaskReport(key="a", done="-1"),), "number-malformed"),
    "too-early": ((TaskReport(key="b", done="100"), TaskReport(key="a", done="50")), "task-too-early"),
    "no-evidence": ((TaskReport(key="a", done="1", evidence=("/khong/co",)),), "file-missing"),
}


@pytest.mark.parametrize("name", REPORTS)
def test_a_bad_report_is_refused(adopted: Town, name: str) -> None:
    tasks, code = REPORTS[name]
    with pytest.raises(AntinError) as caught:
        report(adopted, SOUTH, *tasks)
    assert caught.value.code == code
    adopted.audit()


def test_reports_out_of_place_are_refused(adopted: Town) -> None:
    with pytest.raises(Refused, match="task-of-other"):
        report(adopted, SISTER, TaskReport(key="b", done="1"))
    with pytest.raises(AntinError, match="period"):
        report(adopted, SOUTH, TaskReport(key="a", done="1"), period="2026-hang-thang")
    report(adopted, SOUTH, TaskReport(key="a", done="1"))
    with pytest.raises(Conflict, match="period-reported"):
        report(adopted, SOUTH, TaskReport(key="a", done="2"))
    with adopted.at(NORTH, "cb01") as station, pytest.raises(Refused, match="unit-not-addressed"):
        acts.report(station, "cb01", "ct-1", ProgressForm(period=KEY, task=(TaskReport(key="a", done="1"),)))
    adopted.audit()


def goal(n: int, **change: Any) -> tuple[GoalForm, ...]:
    return (*GOALS[:n], replace(GOALS[n], **change), *GOALS[n + 1 :])


def task(n: int, **change: Any) -> tuple[TaskForm, ...]:
    return (*TASKS[:n], replace(TASKS[n], **change), *TASKS[n + 1 :])


PLANS: dict[str, tuple[dict[str, Any], str]] = {
    "goals-circular": ({"goal": goal(0, parent="viec", milestone=MID, weight=600)}, "goals-circular"),
    "tasks-circular": ({"task": task(0, after=("b",), due=B_DUE)}, "tasks-circular"),
    "weights-of-goals": ({"goal": goal(1, weight=300)}, "weights-do-not-sum"),
    "weights-of-tasks": ({"task": task(0, weight=500)}, "weights-do-not-sum"),
    "same-key": ({"task": task(1, key="a")}, "programme-keys"),
    "unknown-goal": ({"task": task(0, goal="khac")}, "programme-key-unknown"),
    "unknown-unit": ({"task": task(1, unit="A09.99")}, "programme-key-unknown"),
    "unknown-before": ({"task": task(1, after=("zz",))}, "programme-key-unknown"),
    "due-before-start": ({"task": task(0, due=date(2026, 10, 1))}, "dates-out-of-order"),
    "after-milestone": ({"task": task(0, due=date(2031, 1, 1))}, "dates-out-of-order"),
    "part-later-than-whole": ({"goal": goal(1, milestone=date(2046, 1, 1))}, "dates-out-of-order"),
    "first-is-later": ({"task": task(0, due=B_DUE + timedelta(days=1))}, "dates-out-of-order"),
    "under-a-general-goal": ({"task": task(0, goal="tong")}, "task-under-general-goal"),
    "no-way": ({"goal": goal(1, baseline="100")}, "goal-without-way"),
    "serves-nothing": ({"goal": goal(1, above="g1")}, "programme-key-unknown"),
}


@pytest.mark.parametrize("name", PLANS)
def test_a_bad_programme_is_refused(town: Town, name: str) -> None:
    change, code = PLANS[name]
    with town.at(NORTH, "ld01") as station:
        directive.issue(station, "ld01", DIRECTIVE, 1, 0)
        before = station.journal.head()
        with pytest.raises(AntinError) as caught:
            acts.adopt(station, "ld01", "cd-1", replace(PROGRAMME, **change), 1, 0)
        assert (caught.value.code, station.journal.head()) == (code, before)
    town.audit()


# -- rules -------------------------------------------------------------------------------------------------------------

NOTHING = rules.Figures({}, frozenset(), {}, {})


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=6), st.data())
def test_progress_stays_within_its_parts(done: list[int], data: st.DataObject) -> None:
    weights = [1] * (len(done) - 1) + [1000 - (len(done) - 1)]
    goals = [r.Goal("g", "", "", "", 9, 0, 0, 1000)]
    tasks = [r.Task(f"t{n}", "g", "", "", weight, 0, 9, ()) for n, weight in enumerate(weights)]
    figures = replace(NOTHING, tasks={f"t{n}": share for n, share in enumerate(done)})
    share = rules.progress(goals, tasks, figures)["g"]
    assert min(done) - 1 <= share <= max(done)
    more = data.draw(st.integers(0, len(done) - 1))
    better = {**figures.tasks, f"t{more}": 1000}
    assert rules.progress(goals, tasks, replace(figures, tasks=better))["g"] >= share
    gone = replace(figures, withdrawn=frozenset({f"t{more}"}))
    assert 0 <= rules.progress(goals, tasks, gone)["g"] <= 1000


@pytest.mark.parametrize(("value", "baseline", "target", "share"), [
    (40, 40, 100, 0), (55, 40, 100, 250), (100, 40, 100, 1000), (120, 40, 100, 1000), (10, 40, 100, 0),
    (80, 80, 20, 0), (50, 80, 20, 500), (10, 80, 20, 1000), (90, 80, 20, 0),
])  # fmt: skip
def test_a_measure_goes_up_or_down(value: int, baseline: int, target: int, share: int) -> None:
    assert rules.measured_share(r.Goal("g", "", "", "", 9, baseline, target, 1000), value) == share


@pytest.mark.parametrize(("done", "now", "pace"), [
    (0, 0, "on-track"), (0, 40, "on-track"), (0, 60, "behind"), (500, 500, "on-track"), (560, 500, "ahead"),
    (440, 500, "behind"), (999, 2000, "on-track"), (900, 2000, "behind"), (1000, 2000, "ahead"),
])  # fmt: skip
def test_pace(done: int, now: int, pace: str) -> None:
    assert rules.pace(done, 0, 1000, now) == pace


@pytest.mark.parametrize(("text", "value"), [("72,5", 72_500), ("0.001", 1), ("", 0), ("100", 100_000)])
def test_decimals(text: str, value: int) -> None:
    assert acts.thousandths(text) == value


@pytest.mark.parametrize("text", ["0.0001", "-1", "NaN", "Infinity", "1e400", "mười", "1 000"])
def test_no_decimals(text: str) -> None:
    with pytest.raises(Malformed, match="number-malformed"):
        acts.thousandths(text)


def test_every_bad_plan_is_bad_for_one_reason(town: Callable[..., Town]) -> None:
    """The good programme passes: what the cases above refuse, they refuse for their change."""
    rules.check(r.ProgrammeAdopted(
        acts.head((SOUTH, SISTER), 1, 0), bytes(32), b"", b"", (), tuple(map(acts._goal, GOALS)),
        tuple(map(acts._task, TASKS)),
    ))  # fmt: skip


# -- what units that are not alone need --------------------------------------------------------------------------------

BELOW = ProgrammeForm(title="Kế hoạch của Sở", to=(SISTER,), goal=(
    GoalForm(key="g1", title="Phục vụ", milestone=MID, above="viec"),),
    task=(TaskForm(key="x", title="Việc", goal="g1", start=date(2026, 11, 1), due=MID),))  # fmt: skip


def test_who_carries_out_a_subordinate_programme_need_not_have_the_superiors(town: Town) -> None:
    """Nor the directive: their own superior gives it to them."""
    found_below(town)
    everybody = (NORTH, SISTER, UNDER)
    with town.at(NORTH, "ld01") as station:
        directive.issue(station, "ld01", replace(DIRECTIVE, to=(SISTER,)), 1, 0)
        tasks = tuple(replace(each, unit="") for each in TASKS)
        acts.adopt(station, "ld01", "cd-1", replace(PROGRAMME, to=(SISTER,), task=tasks), 1, 0)
    rounds(town, *everybody)
    with town.at(SISTER, "ld01") as station:
        acts.adopt(station, "ld01", "cd-1", replace(BELOW, to=(UNDER,)), 1, 0, above="ct-1")
    taken = rounds(town, *everybody)
    assert codes_of(taken[UNDER]) == ["programme-adopted"] == codes_of(taken[NORTH])
    report(town, UNDER, TaskReport(key="x", done="80"))
    rounds(town, *everybody)
    assert shares(town, SISTER, "ct-2") == {"g1": 800}
    town.audit()


def test_a_stranger_does_not_serve_the_superiors_goals(town: Town) -> None:
    """SISTER reads NORTH's programme for information; goals that it reports would move NORTH's figures."""
    with town.at(NORTH, "ld01") as station:
        directive.issue(station, "ld01", DIRECTIVE, 1, 0)
        acts.adopt(station, "ld01", "cd-1", replace(PROGRAMME, to=(SOUTH,), informed=(SISTER,)), 1, 0)
    rounds(town)
    with town.at(SISTER, "ld01") as station, pytest.raises(Refused, match="unit-not-addressed"):
        acts.adopt(station, "ld01", "cd-1", replace(BELOW, to=(SOUTH,)), 1, 0, above="ct-1")
    town.audit()


def test_a_task_waits_for_what_its_unit_has_to_do_and_no_longer_for_what_was_withdrawn(town: Town) -> None:
    tasks = (
        TaskForm(key="a", title="A", goal="viec", start=date(2026, 11, 1), due=MID, weight=300, unit=SISTER),
        TaskForm(key="b", title="B", goal="viec", start=date(2026, 11, 1), due=MID, weight=300, unit=SOUTH),
        TaskForm(key="c", title="C", goal="viec", start=date(2026, 11, 1), due=MID, weight=400, unit=SOUTH,
                 after=("a", "b")),
    )  # fmt: skip
    with town.at(NORTH, "ld01") as station:
        directive.issue(station, "ld01", DIRECTIVE, 1, 0)
        acts.adopt(station, "ld01", "cd-1", replace(PROGRAMME, task=tasks), 1, 0)
    rounds(town)
    with pytest.raises(Conflict, match="task-too-early"):
        report(town, SOUTH, TaskReport(key="c", done="100"))
    with town.at(NORTH, "ld01") as station:
        acts.withdraw_task(station, "ld01", "ct-1", "b", "gộp")
    rounds(town)
    report(town, SOUTH, TaskReport(key="c", done="100"))  # SISTER's task it cannot see; b is withdrawn
    assert codes_of(rounds(town)[NORTH]) == ["progress-reported"]
    town.audit()


def test_a_measure_may_go_down_to_zero(town: Town) -> None:
    goals = goal(1, baseline="40", target="0")
    with town.at(NORTH, "ld01") as station:
        directive.issue(station, "ld01", DIRECTIVE, 1, 0)
        with pytest.raises(Malformed, match="goal-without-way"):
            acts.adopt(station, "ld01", "cd-1", replace(PROGRAMME, goal=goal(1, target="")), 1, 0)
        acts.adopt(station, "ld01", "cd-1", replace(PROGRAMME, goal=goals), 1, 0)
    rounds(town)
    with town.at(SOUTH, "cb01") as station:
        form = ProgressForm(period=KEY, measure=(MeasureReport(goal="do", value="10"),))
        acts.report(station, "cb01", "ct-1", form)
    rounds(town)
    assert shares(town)["do"] == 750
    town.audit()
