"""Inspections: findings followed until they are closed; nobody judges his own."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from lived import lived
from town import NORTH, PASS, SISTER, SOUTH, Town

from antin.acts import directive
from antin.acts import inspection as acts
from antin.acts.inspection import Finding, InspectionForm, Point
from antin.cli import form
from antin.cli.inspection import inspection
from antin.errors import AntinError, Conflict, Malformed, Missing, Refused
from antin.views import inspections as views
from steering.hands import codes_of, rounds
from steering.test_directives import PLAN as DIRECTIVE

LATER = 4_000_000_000
PLAN = InspectionForm(
    title="Kiểm tra việc quán triệt", number="21/KH-VB", units=(SOUTH, SISTER), starts=date(2026, 11, 20),
    ends=date(2026, 12, 20), inspectors=("cb01", "vt01"),
    point=(Point(key="quan-triet", text="Việc quán triệt"), Point(key="so-sach", text="Sổ sách")),
)  # fmt: skip
FINDING = Finding(unit=SOUTH, item="so-sach", severity="major", deadline=LATER, title="Sổ ghi thiếu",
                  cause="Thiếu người", demand="Ghi bổ sung")  # fmt: skip


@pytest.fixture
def planned(town: Town) -> Town:
    """NORTH inspects SOUTH and SISTER."""
    lived(town, "planned", partial(_planned, town))
    return town


def _planned(town: Town) -> None:
    with town.at(NORTH, "ld01") as station:
        directive.issue(station, "ld01", DIRECTIVE, 1, 0)
        assert acts.plan(station, "ld01", "cd-1", PLAN, 1, 0) == "kt-1"
    assert codes_of(rounds(town)[SOUTH]) == ["directive-issued", "inspection-planned"]


def find(town: Town, **what: Any) -> str:
    with town.at(NORTH, "cb01") as station:
        return acts.make_finding(station, "cb01", "kt-1", replace(FINDING, **what))


def test_a_finding_is_followed_to_its_end(planned: Town, tmp_path: Path) -> None:
    assert find(planned) == "tt-1"
    taken = rounds(planned)
    assert (codes_of(taken[SOUTH]), taken[SISTER]) == (["finding-made"], [])  # others do not hear of it
    photo = tmp_path / "so.jpg"
    photo.write_bytes(b"anh")
    with planned.at(SOUTH, "cb01") as station:
        (shown,) = views.inspection(station, "kt-1", "cb01").list_
        assert (shown.title, shown.cause, shown.demand) == ("Sổ ghi thiếu", "Thiếu người", "Ghi bổ sung")
        assert not views.inspection(station, "kt-1").list_[0].title
        acts.answer(station, "cb01", "tt-1", "Đã ghi", [photo])
        with pytest.raises(Conflict, match="state-forbids"):
            acts.answer(station, "cb01", "tt-1", "Đã ghi nữa")
        with pytest.raises(Refused, match="own-finding"):
            acts.close(station, "cb01", "tt-1")
    assert codes_of(rounds(planned)[NORTH]) == ["finding-answered"]
    with planned.at(NORTH, "cb01", "ld01") as station:
        (shown,) = views.inspection(station, "kt-1", "cb01").list_
        assert (shown.answer, shown.answerer) == ("Đã ghi", f"{SOUTH}/cb01")
        assert shown.evidence == [acts.digest_of(photo).hex()]
        with pytest.raises(Conflict, match="findings-open"):
            acts.finish(station, "ld01", "kt-1")
        acts.reopen(station, "cb01", "tt-1", LATER + 1, "còn thiếu")
        with pytest.raises(Conflict, match="state-forbids"):  # not answered again yet
            acts.close(station, "cb01", "tt-1")
    assert codes_of(rounds(planned)[SOUTH]) == ["finding-reopened"]
    with planned.at(SOUTH, "vt01") as station:
        assert views.inspection(station, "kt-1").list_[0].deadline == LATER + 1
        acts.answer(station, "vt01", "tt-1", "Đã ghi đủ")
    rounds(planned)
    with planned.at(NORTH, "cb01", "ld01") as station:
        acts.close(station, "cb01", "tt-1")
        acts.finish(station, "ld01", "kt-1")
        with pytest.raises(Conflict, match="inspection-is-finished"):
            acts.reopen(station, "cb01", "tt-1", LATER)
        with pytest.raises(Conflict, match="inspection-is-finished"):
            acts.make_finding(station, "cb01", "kt-1", FINDING)
    taken = rounds(planned)
    assert codes_of(taken[SOUTH]) == ["finding-closed", "inspection-finished"]
    assert codes_of(taken[SISTER]) == ["inspection-finished"]
    with planned.at(SOUTH) as station:
        assert [(row.state, row.open) for row in views.inspections(station)] == [("finished", 0)]
    assert planned.audit() > 0


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "itself": ({"units": (NORTH, SOUTH)}, "inspects-itself"),
    "unit-twice": ({"units": (SOUTH, SOUTH)}, "inspection-twice"),
    "point-twice": ({"point": (PLAN.point[0], PLAN.point[0])}, "inspection-twice"),
    "inspector-twice": ({"inspectors": ("cb01", "cb01")}, "inspection-twice"),
    "dates": ({"ends": date(2026, 1, 1)}, "dates-out-of-order"),
    "unknown-unit": ({"units": ("A09.99",)}, "addressee-unknown"),
    "unknown-inspector": ({"inspectors": ("zz99",)}, "officer-unknown"),
    "no-point": ({"point": ()}, "bytes-malformed"),
    "no-unit": ({"units": ()}, "bytes-malformed"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_plan_is_refused_and_nothing_is_written(town: Town, name: str) -> None:
    change, code = BAD[name]
    with town.at(NORTH, "ld01") as station:
        directive.issue(station, "ld01", DIRECTIVE, 1, 0)
        before = station.journal.head()
        with pytest.raises(AntinError) as caught:
            acts.plan(station, "ld01", "cd-1", replace(PLAN, **change), 1, 0)
        noted = isinstance(caught.value, Refused)  # what somebody may not do is noted, and nothing else
        assert (caught.value.code, station.journal.head()[0]) == (code, before[0] + noted)
        assert views.inspections(station) == []
        directive.withdraw(station, "ld01", "cd-1", "thôi")
        with pytest.raises(Conflict, match="directive-withdrawn"):
            acts.plan(station, "ld01", "cd-1", PLAN, 1, 0)
    town.audit()


FINDINGS: dict[str, tuple[dict[str, Any], str]] = {
    "unit": ({"unit": NORTH}, "unit-not-inspected"),
    "point": ({"item": "khac"}, "checklist-unknown"),
    "deadline": ({"deadline": 1_000_000_000}, "finding-dates"),
    "severity": ({"severity": "terrible"}, "bytes-malformed"),
}


def test_bad_findings_and_answers(planned: Town) -> None:
    for change, code in FINDINGS.values():
        with pytest.raises(AntinError) as caught:
            find(planned, **change)
        assert caught.value.code == code
    with planned.at(NORTH, "cb02", "ld01") as station:
        with pytest.raises(Refused, match="inspector-not-named"):
            acts.make_finding(station, "cb02", "kt-1", FINDING)
        with pytest.raises(Missing, match="inspection-unknown"):
            acts.finish(station, "ld01", "kt-9")
    with planned.at(SOUTH, "cb01", "ld01") as station:
        with pytest.raises(Refused, match="inspection-of-other"):
            acts.make_finding(station, "cb01", "kt-1", FINDING)
        with pytest.raises(Refused, match="inspection-of-other"):
            acts.finish(station, "ld01", "kt-1")
        with pytest.raises(Missing, match="finding-unknown"):
            acts.answer(station, "cb01", "tt-1", "x")
    find(planned)
    with planned.at(NORTH, "cb01") as station:
        with pytest.raises(Refused, match="finding-of-other"):  # the inspector does not answer for the unit
            acts.answer(station, "cb01", "tt-1", "x")
        with pytest.raises(Malformed, match="answer-empty"):
            acts.answer(station, "cb01", "tt-1", "  ")
        with pytest.raises(Conflict, match="state-forbids"):
            acts.close(station, "cb01", "tt-1")
        with pytest.raises(Malformed, match="dates-out-of-order"):
            acts.reopen(station, "cb01", "tt-1", 1)
    planned.audit()


def test_before_the_inspection_begins_nothing_is_found(town: Town) -> None:
    with town.at(NORTH, "ld01", "cb01") as station:
        directive.issue(station, "ld01", DIRECTIVE, 1, 0)
        acts.plan(station, "ld01", "cd-1", replace(PLAN, starts=date(2090, 1, 1), ends=date(2090, 1, 2)), 1, 0)
        with pytest.raises(Malformed, match="finding-dates"):
            acts.make_finding(station, "cb01", "kt-1", FINDING)
    town.audit()


def test_the_form_and_the_command_line(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    with town.at(NORTH, "ld01") as station:
        directive.issue(station, "ld01", DIRECTIVE, 1, 0)
    secret = town.folder / "mat-khau"
    secret.write_bytes(PASS)
    monkeypatch.setenv("ANTIN_PASSPHRASE_FILE", str(secret))
    runner = CliRunner()

    def run(at: str, officer: str, *words: str, code: int = 0) -> str:
        found = runner.invoke(inspection, [*words, "--as", officer, "--home", str(town.home(at))])
        assert found.exit_code == code, found.output
        return found.output

    filled = town.folder / "kiem-tra.toml"
    filled.write_text((form.FORMS / "inspection.toml").read_text("utf-8").replace("2026-12-01", "2026-01-05"), "utf-8")
    assert "kt-1" in run(NORTH, "ld01", "plan", "cd-1", str(filled))
    what = ("--severity", "major", "--deadline", "2090-01-01", "--what", "Sổ ghi thiếu")
    assert "tt-1" in run(NORTH, "cb01", "find", "kt-1", SOUTH, "so-sach", *what)
    rounds(town)
    run(SOUTH, "cb01", "answer", "tt-1", "--done", "Đã ghi", "--evidence", str(filled))
    rounds(town)
    run(NORTH, "cb01", "reopen", "tt-1", "--deadline", "2090-02-01", "--remark", "còn thiếu")
    rounds(town)
    run(SOUTH, "cb01", "answer", "tt-1", "--done", "Đã ghi đủ")
    rounds(town)
    run(NORTH, "ld01", "finish", "kt-1", code=7)
    run(NORTH, "cb01", "close", "tt-1")
    run(NORTH, "ld01", "finish", "kt-1")
    assert "Sổ ghi thiếu" in run(NORTH, "ld01", "show", "kt-1") and "21/KH-VTD" in run(NORTH, "ld01", "list")
    (finding,) = json.loads(run(NORTH, "ld01", "show", "kt-1", "--json"))["list"]
    assert (finding["state"], finding["answer"], len(finding["evidence"])) == ("closed", "Đã ghi đủ", 1)
    run(NORTH, "ld01", "show", "kt-9", code=6)
    town.audit()
