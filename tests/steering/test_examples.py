"""The two real chains of packs/examples, from the first document to the review; and every form that is printed."""

from __future__ import annotations

import time
import tomllib
from dataclasses import asdict, replace

import pytest
from town import NORTH, SISTER, SOUTH, Town

from antin.acts import directive, review
from antin.acts import programme as programmes
from antin.acts.programme import ProgressForm, TaskReport
from antin.cli import form
from antin.commands.report import Narrative
from antin.packs import load, names
from antin.station.days import day_of
from antin.views import board
from antin.views import directives as views
from antin.views import review as reviews
from steering.hands import rounds
from steering.test_reviews import PDF, SAY, SIGNER

CHAIN = ("chi-thi-41", "ket-luan-13", "quyet-dinh-1071", "ke-hoach-so-ket")
UNITS = (SOUTH, SISTER)
SHAPES = {
    "directive": directive.DirectiveForm, "programme": programmes.ProgrammeForm, "progress": ProgressForm,
    "review": Narrative, "chuong-trinh-56": programmes.ProgrammeForm, "nghi-quyet-56": directive.DirectiveForm,
    **dict.fromkeys(CHAIN, directive.DirectiveForm),
}  # fmt: skip


def current(calendar: str) -> str:
    """The period that the day of the test falls into."""
    return load("vn-2026").period(calendar, day_of(int(time.time()))).key


def issue(town: Town, name: str) -> str:
    plan = replace(form.read(directive.DirectiveForm, form.EXAMPLES / f"{name}.toml"), to=UNITS)
    with town.at(NORTH, "ld01") as station:
        level, urgency = names.level(station.pack, plan.level), names.precedence(station.pack, plan.precedence)
        return directive.issue(station, "ld01", plan, level, urgency)


@pytest.mark.parametrize("name", form.names())
def test_every_form_can_be_read(name: str) -> None:
    """A printed form, as it stands, is a valid one: whoever changes only the words succeeds."""
    if name in SHAPES:
        assert form.read(SHAPES[name], form.path_of(name))
    else:
        assert tomllib.loads(form.path_of(name).read_text("utf-8"))


def test_from_directive_41_to_the_six_months_review(town: Town) -> None:
    for name in CHAIN:
        issue(town, name)
    rounds(town)
    with town.at(SOUTH, "ld01") as station:
        # The plan is hỏa tốc and overtook the rest, so it is number 1 here; numbers are each station's own.
        line = [each.number for each in views.directive(station, "cd-1", "ld01").basis]
        assert line == ["1071/QĐ-TTg", "13-KL/TW", "41-CT/TW"]
        assert [each.number for each in views.directive(station, "cd-3", "ld01").basis] == ["41-CT/TW"]
        directive.acknowledge(station, "ld01", "cd-1")
        found = reviews.facts(station, "cd-1", "ld01")
        assert found.period == current("nua-nam") and [unit.code for unit in found.units] == [SOUTH]
        review.sign(station, "ld01", "cd-1", found.period, (), {"title": "Sơ kết"}, (PDF,), asdict(found))
    rounds(town)
    with town.at(NORTH, "ld01") as station:
        data = reviews.paper(station, SAY, reviews.facts(station, "cd-4", "ld01"), {}, SIGNER)
        assert data["kind"] == "Báo cáo sơ kết" and data["tables"][-1]["rows"][0]["station"] == SOUTH
    town.audit()


def test_resolution_56_and_its_staged_goals(town: Town) -> None:
    issue(town, "nghi-quyet-56")
    plan = replace(form.read(programmes.ProgrammeForm, form.EXAMPLES / "chuong-trinh-56.toml"), to=UNITS)
    with town.at(NORTH, "ld01") as station:
        programmes.adopt(station, "ld01", "cd-1", plan, 1, 0)
    rounds(town)
    with town.at(SOUTH, "cb01") as station:
        tasks = (TaskReport(key="nen-2025", done="100"), TaskReport(key="quy-che", done="100"),
                 TaskReport(key="boi-duong", done="20"))  # fmt: skip
        programmes.report(station, "cb01", "ct-1", ProgressForm(task=tasks))
    rounds(town)
    with town.at(NORTH, "ld01") as station:
        found = board.board(station, "cd-1", "ld01")
    done = {goal.key: (goal.done, goal.pace) for goal in found.goals}
    # den-2025: half of the units; to-chuc: (400·500 + 600·100) / 1000; den-2030: half of that; tam-nhin: 0.6 and 0.4
    assert {key: share for key, (share, _) in done.items()} == {
        "den-2025": 500, "to-chuc": 260, "lien-lac": 0, "den-2030": 130, "tam-nhin": 278}  # fmt: skip
    assert done["den-2025"][1] == "behind" and found.period.key == current("nam")
    town.audit()
