"""Late and missing show without anybody asking, and each step is told once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from town import NORTH, PASS, SISTER, SOUTH, UNDER, Town, found_below

from antin import packs
from antin.acts import directive, escalate, inspection, papers, programme
from antin.acts.escalate import Told
from antin.acts.programme import ProgressForm, TaskReport
from antin.cli.inspection import escalate as command
from antin.errors import AntinError, Conflict, Malformed, Refused
from antin.kernel.formats.paper import head, words
from antin.packs.rules import Escalation
from antin.registers.escalations import rules
from antin.registers.escalations.records import Escalated
from antin.registers.escalations.rules import HOUR, Item
from antin.station.days import day_of
from antin.views import duties
from steering.hands import codes_of, rounds
from steering.test_directives import PLAN as DIRECTIVE
from steering.test_inspections import FINDING
from steering.test_inspections import PLAN as INSPECTION
from steering.test_programmes import KEY, PROGRAMME

DAY = 24 * HOUR


def issue(town: Town, *, study: bool = False, to: tuple[str, ...] = (SOUTH, SISTER), level: int = 1) -> None:
    """To be acknowledged at the end of the day that is three days ahead."""
    with town.at(NORTH, "ld01") as station:
        day = day_of(station.now() + 3 * DAY)
        plan = replace(DIRECTIVE, signed=date(2026, 1, 1), to=to, acknowledge_by=day, study_by=day if study else None)
        directive.issue(station, "ld01", plan, level, 0)


def run(town: Town, code: str = NORTH, officer: str = "cb01") -> list[tuple[str, str, str]]:
    with town.at(code, officer) as station:
        return steps(escalate.escalate(station, officer, duties.items(station))[0])


def steps(told: Sequence[Told]) -> list[tuple[str, str, str]]:
    return [(each.step.step, each.step.item.what, each.step.item.unit) for each in told]


def test_each_step_is_told_once(town: Town) -> None:
    issue(town)
    rounds(town)
    with town.at(SOUTH, "cb01") as station:
        directive.acknowledge(station, "cb01", "cd-1")
    rounds(town)
    assert run(town) == []  # 48 hours before its end at the earliest
    town.clock.ahead = 2 * DAY
    town.state()
    with town.at(NORTH) as station:
        assert steps(escalate.reached(station, duties.items(station))) == [("reminder", "acknowledge", SISTER)]
    assert run(town) == [("reminder", "acknowledge", SISTER)]
    assert run(town) == []  # the second run of the day
    assert codes_of(rounds(town)[SISTER]) == ["escalated"]
    town.clock.ahead = 5 * DAY
    town.state()
    with town.at(NORTH, "cb01") as station:
        (row,) = duties.duties(station, "cb01", late=True)
        assert (row.state, row.unit, row.steps) == ("missing", SISTER, ["reminder"])
        assert row.title == "12/KH-VB Kế hoạch sơ kết sáu tháng"
    assert run(town) == [("duty", "acknowledge", SISTER)]
    town.clock.ahead = 9 * DAY
    town.state()
    with town.at(NORTH, "cb01") as station:
        ((told,), hidden) = escalate.escalate(station, "cb01", duties.items(station))
        assert (told.to, told.unreachable, hidden) == ((), ("A03",), [])  # a directory's keeper has no register
    assert codes_of(rounds(town)[SISTER]) == ["escalated"]
    with town.at(SISTER, "cb01") as station:
        assert [row.step for row in duties.escalations(station, "cb01")] == ["reminder", "duty"]
        assert duties.escalations(station, "cb01")[0].title == "12/KH-VB Kế hoạch sơ kết sáu tháng"
        # What we owe ourselves is in our list too, and we do not urge ourselves.
        assert [(row.unit, row.station) for row in duties.duties(station)] == [(SISTER, NORTH)]
        assert escalate.reached(station, duties.items(station)) == []
        directive.acknowledge(station, "cb01", "cd-1")
    rounds(town)
    with town.at(NORTH) as station:
        assert duties.duties(station) == []
    assert run(town) == []
    assert town.audit() > 0


def test_the_superior_hears_of_it(town: Town) -> None:
    found_below(town)
    issue(town, to=(UNDER,))
    rounds(town, NORTH, UNDER)
    town.clock.ahead = 9 * DAY
    town.state()
    town.sync(UNDER)
    with town.at(NORTH, "cb01") as station:
        told, _ = escalate.escalate(station, "cb01", duties.items(station))
        assert [(each.step.step, each.to, each.unreachable) for each in told] == [
            ("duty", (UNDER,), ()), ("superior", (SISTER,), ("A03",))]  # fmt: skip
    taken = rounds(town, NORTH, SISTER, UNDER)
    assert (codes_of(taken[SISTER]), codes_of(taken[UNDER])) == (["escalated"], ["escalated"])
    with town.at(SISTER, "cb01") as station:  # which never had the directive
        (row,) = duties.escalations(station, "cb01")
        assert (row.unit, row.step, row.title) == (UNDER, "superior", "12/KH-VB Kế hoạch sơ kết sáu tháng")
    town.audit()


def test_all_that_can_be_late(town: Town) -> None:
    issue(town, study=True)
    with town.at(NORTH, "ld01", "cb01") as station:
        programme.adopt(station, "ld01", "cd-1", PROGRAMME, 1, 0)
        inspection.plan(station, "ld01", "cd-1", INSPECTION, 1, 0)
        inspection.make_finding(station, "cb01", "kt-1", replace(FINDING, deadline=station.now() + DAY))
        found = {(each.what, each.unit, each.key) for each in duties.items(station)}
    assert found == {
        ("acknowledge", SOUTH, ""), ("acknowledge", SISTER, ""), ("study", SOUTH, ""), ("study", SISTER, ""),
        ("finding", SOUTH, ""), ("task", SOUTH, "a"), ("task", SISTER, "a"), ("task", SOUTH, "b"),
    }  # fmt: skip
    rounds(town)
    with town.at(SOUTH, "cb01") as station:
        assert {each.unit for each in duties.items(station)} == {SOUTH}
        report = ProgressForm(period=KEY, task=(TaskReport(key="a", done="100"),))
        programme.report(station, "cb01", "ct-1", report)
        inspection.answer(station, "cb01", "tt-1", "Đã ghi")
    rounds(town)
    with town.at(NORTH, "ld01") as station:
        what = {(each.what, each.unit, each.key) for each in duties.items(station)}
        assert not what & {("finding", SOUTH, ""), ("task", SOUTH, "a")}
        directive.move_unit(station, "ld01", "cd-1", SISTER, SOUTH)
        assert {each.unit for each in duties.items(station)} == {SOUTH}
        programme.withdraw_task(station, "ld01", "ct-1", "b", "thôi")
        assert {each.what for each in duties.items(station)} == {"acknowledge", "study"}
        directive.withdraw(station, "ld01", "cd-1", "thôi")
        assert duties.items(station) == []
    town.audit()


def test_a_new_deadline_is_a_new_duty(town: Town) -> None:
    issue(town)
    with town.at(NORTH, "ld01", "cb01") as station:
        inspection.plan(station, "ld01", "cd-1", INSPECTION, 1, 0)
        inspection.make_finding(station, "cb01", "kt-1", replace(FINDING, deadline=station.now() + HOUR))
    rounds(town)
    assert run(town) == [("reminder", "finding", SOUTH)]
    with town.at(SOUTH, "cb01") as station:
        inspection.answer(station, "cb01", "tt-1", "Đã ghi")
    rounds(town)
    assert run(town) == []
    with town.at(NORTH, "cb01") as station:
        inspection.reopen(station, "cb01", "tt-1", station.now() + 2 * HOUR)
    assert run(town) == [("reminder", "finding", SOUTH)]
    town.audit()


def test_what_is_above_the_officers_clearance_is_left_to_another(town: Town) -> None:
    issue(town, level=2)
    rounds(town)
    town.clock.ahead = 2 * DAY
    town.state()
    with town.at(NORTH, "cb02") as station:
        told, hidden = escalate.escalate(station, "cb02", duties.items(station))
        assert (told, len(hidden)) == ([], 2)
    assert len(run(town)) == 2
    town.audit()


def record(town: Town, **what: object) -> None:
    given = {"head": head((SOUTH,), 1, 0), "what": "task", "key": "a", "unit": SOUTH, "step": "duty",
             "due": 1_000_000_000}  # fmt: skip
    with town.at(NORTH, "cb01") as station:
        given["about"] = station.db.value("SELECT id FROM programmes_programmes")
        public = Escalated(**{**given, **what})  # type: ignore[arg-type]
        papers.record_act(station, "cb01", "escalated", public, 1, words({"title": "x"}))


def test_what_the_register_refuses(town: Town) -> None:
    with town.at(NORTH, "ld01") as station:
        directive.issue(station, "ld01", DIRECTIVE, 1, 0)
        programme.adopt(station, "ld01", "cd-1", PROGRAMME, 1, 0)
    record(town)
    for change, kind, code in (
        ({}, Conflict, "escalated-already"), ({"unit": NORTH}, Refused, "escalates-itself"),
        ({"due": 4_000_000_000}, Malformed, "escalated-early"), ({"step": "king"}, Malformed, "bytes-malformed"),
        ({"what": "lunch"}, Malformed, "bytes-malformed"),
    ):  # fmt: skip
        with pytest.raises(AntinError) as caught:
            record(town, **change)
        assert isinstance(caught.value, kind) and caught.value.code == code
    record(town, step="reminder", due=4_000_000_000)
    town.audit()


PACK = packs.load("vn-2026")


def test_one_unit_out_of_the_directory_does_not_silence_the_others(town: Town) -> None:
    issue(town)
    with town.at(NORTH, "cb01") as station:
        gone, other = (
            Item("study", bytes(32), "", unit, 1_000_000_000, NORTH, 1, 0, "cd-1", 0) for unit in ("A09.99", SOUTH)
        )
        told = escalate.reached(station, [gone, other])
    assert [(each.step.step, each.to, each.unreachable) for each in told] == [
        ("duty", (SOUTH,), ()), ("superior", (), ("A04",)),
        ("duty", (), ("A09.99",)), ("superior", (), ("A09.99",)),
    ]  # fmt: skip
    town.audit()


RULE = Escalation(remind_hours_before=4, duty_hours_after=1, superior_hours_after=4, source="t", checked="mac-dinh")


@pytest.mark.parametrize(("hours", "expected"), [
    (-5, []), (-4, ["reminder"]), (0, ["reminder"]), (0.9, ["reminder"]), (1, ["duty"]), (3.9, ["duty"]),
    (4, ["duty", "superior"]), (999, ["duty", "superior"]),
])  # fmt: skip
def test_steps_by_hours(hours: float, expected: list[str]) -> None:
    item = Item("study", bytes(32), "", SOUTH, 1_000_000, NORTH, 0, 3, "cd-1", 0)
    assert [each.step for each in rules.due([item], 1_000_000 + int(hours * HOUR), lambda _: RULE)] == expected


@given(st.integers(0, 4), st.integers(-200, 200), st.integers(0, 100))
def test_nothing_is_unsaid_later(precedence: int, hours: int, later: int) -> None:
    """Time only adds steps, but for the reminder; at the very deadline nobody is accused."""
    hour = PACK.escalation
    item = Item("study", bytes(32), "", SOUTH, 10_000_000, NORTH, 0, precedence, "cd-1", 0)

    def at(now: int) -> set[str]:
        return {each.step for each in rules.due([item], now, hour)}

    now = 10_000_000 + hours * HOUR
    assert at(now) - {"reminder"} <= at(now + later * HOUR)
    assert at(10_000_000) <= {"reminder"}


def test_at_the_command_line(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    issue(town)
    monkeypatch.setenv("ANTIN_HOME", str(town.home(NORTH)))
    runner = CliRunner()
    found = runner.invoke(command, ["--dry-run", "--json"])
    assert found.exit_code == 0 and json.loads(found.output)["recorded"] is False
    for line in (["--dry-run"], ["--list"], ["--list", "--json"]):
        assert runner.invoke(command, line).exit_code == 0
    with town.at(NORTH, "ld01", "cb01") as station:
        inspection.plan(station, "ld01", "cd-1", INSPECTION, 1, 0)
        inspection.make_finding(station, "cb01", "kt-1", replace(FINDING, deadline=station.now() + HOUR))
    secret = town.folder / "mat-khau"
    secret.write_bytes(PASS)
    line = ["--as", "cb01", "--passphrase-file", str(secret), "--json"]
    first, second = (json.loads(runner.invoke(command, line).output) for _ in range(2))
    assert [(row["step"], row["id"], row["to"]) for row in first["steps"]] == [("reminder", "tt-1", [SOUTH])]
    assert (first["recorded"], second["steps"]) == (True, [])
    town.audit()
