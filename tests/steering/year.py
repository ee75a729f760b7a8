"""A year of steering in which every kind that travels is taken once at least, for rules that hold for all of them.

NORTH directs, SISTER is addressed; SOUTH, of another branch, is only asked about a draft and in the block of emulation.
``at_taking`` is called before each genuine paper enters the books of its receiver.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from unittest import mock

from town import NORTH, SISTER, SOUTH, Town

from antin.acts import committee, directive, draft, emulation, escalate, inspection, papers, programme, review
from antin.acts.committee import MemberForm
from antin.acts.programme import GoalForm, ProgressForm, TaskReport
from antin.kernel.formats.paper import File, head
from antin.registers.emulation.records import OwnMark, OwnScored
from antin.registers.papers.records import PaperTaken
from antin.station.days import day_of
from antin.station.station import Station
from antin.views import duties
from steering import emulate
from steering.hands import codes_of, rounds, take
from steering.test_committees import PLAN as COMMITTEE
from steering.test_directives import PLAN as DIRECTIVE
from steering.test_directives import session
from steering.test_drafts import AMEND, ANSWER, circulate
from steering.test_inspections import FINDING
from steering.test_inspections import PLAN as INSPECTION
from steering.test_programmes import KEY, MID, PROGRAMME, TASKS

AtTaking = Callable[[Station, PaperTaken], None]
LATER = 4_000_000_000
STRANGER = "A09.99"  # whom no directory knows
PDF = File("bao-cao.pdf", "application/pdf", b"%PDF-1.7 bao cao")


def live(town: Town, at_taking: AtTaking) -> set[str]:
    """The whole year; the kinds that were taken."""
    enter, taken = papers._enter, set()

    def entering(station: Station, officer: str, value: Any, public: PaperTaken) -> Any:
        at_taking(station, public)
        done = enter(station, officer, value, public)
        taken.add(public.kind)
        return done

    with mock.patch.object(papers, "_enter", entering):
        for part in (_directives, _programmes, _reviews, _committees, _inspections, _drafts, _ends, _emulation):
            part(town)
    return taken


def _ok(town: Town) -> None:
    for code, results in rounds(town).items():
        assert all(isinstance(each, papers.Taken) for each in results), (code, results)


def issue(town: Town, **change: Any) -> None:
    with town.at(NORTH, "ld01") as station:
        given = {"to": (SISTER,), "calendar": "nua-nam", "acknowledge_by": None, "study_by": None, **change}
        directive.issue(station, "ld01", replace(DIRECTIVE, **given), 1, 0)


def _directives(town: Town) -> None:
    issue(town)
    _ok(town)
    with town.at(SISTER, "cb01") as station:
        directive.acknowledge(station, "cb01", "cd-1")
        directive.hold_study(station, "cb01", "cd-1", session(station))
        directive.report_study(station, "cb01", "cd-1")
    _ok(town)


def _programmes(town: Town) -> None:
    with town.at(NORTH, "ld01") as station:
        tasks = tuple(replace(each, unit="") for each in TASKS)
        programme.adopt(station, "ld01", "cd-1", replace(PROGRAMME, to=(SISTER,), task=tasks), 1, 0)
    _ok(town)
    with town.at(SISTER, "ld01", "cb01") as station:
        goal = GoalForm(key="g1", title="Phục vụ", milestone=MID, above="viec")
        below = programme.ProgrammeForm(title="Kế hoạch", informed=(NORTH,), goal=(goal,))
        programme.adopt(station, "ld01", "cd-1", below, 1, 0, above="ct-1")
        programme.report(station, "cb01", "ct-1", ProgressForm(period=KEY, task=(TaskReport(key="a", done="20"),)))
        programme.report_goals(station, "cb01", "ct-2", KEY)
    _ok(town)
    with town.at(NORTH, "ld01", "vt01") as station:
        programme.review(station, "vt01", "bc-1", "accepted")
        programme.withdraw_task(station, "ld01", "ct-1", "b", "Không còn cần")
    _ok(town)


def _reviews(town: Town) -> None:
    with town.at(SISTER, "ld01", "cb01") as station:
        review.sign(station, "ld01", "cd-1", KEY, (), {"title": "Sơ kết"}, (PDF,), {"done": 1})
        review.contribute(station, "cb01", "cd-1", "Tham luận", (PDF,))
        review.propose(station, "ld01", "cd-1", NORTH, "Bổ sung thiết bị")
    _ok(town)
    with town.at(NORTH, "ld01") as station:
        review.answer(station, "ld01", "kn-1", "accepted", "Quý I")
        review.commend(station, "ld01", "cd-1", (SISTER,), "Làm tốt")
        programme.close_period(station, "ld01", "ct-1", KEY)
    _ok(town)


def _committees(town: Town) -> None:
    members = (COMMITTEE.member[0], MemberForm(agency=SISTER, officer="cb01", role="secretary", name="Bà Thư ký"))
    with town.at(NORTH, "ld01", "cb01") as station:
        committee.found(station, "ld01", "cd-1", replace(COMMITTEE, member=members), 1, 0)
    _ok(town)
    with town.at(NORTH, "ld01", "cb01") as station:
        committee.change(station, "ld01", "bd-1", add=(MemberForm(agency=SISTER, role="member", name="Ông Mới"),))
        committee.assign(station, "ld01", "bd-1", "bao-cao", (SISTER, "cb01"), LATER, "Báo cáo")
        meeting = committee.Meeting(held=station.now(), form="both", present=((SISTER, "cb01"),))
        committee.meet(station, "cb01", "bd-1", meeting)
    _ok(town)
    with town.at(SISTER, "cb01") as station:
        committee.finish(station, "cb01", "bd-1", "bao-cao")
    _ok(town)


def _inspections(town: Town) -> None:
    with town.at(NORTH, "ld01") as station:
        inspection.plan(station, "ld01", "cd-1", replace(INSPECTION, units=(SISTER,)), 1, 0)
    _ok(town)
    with town.at(NORTH, "cb01") as station:
        inspection.make_finding(station, "cb01", "kt-1", replace(FINDING, unit=SISTER))
    _ok(town)
    for again in (True, False):
        with town.at(SISTER, "cb01") as station:
            inspection.answer(station, "cb01", "tt-1", "Đã ghi")
        _ok(town)
        with town.at(NORTH, "cb01") as station:
            if again:
                inspection.reopen(station, "cb01", "tt-1", LATER + 1)
            else:
                inspection.close(station, "cb01", "tt-1")
        _ok(town)
    with town.at(NORTH, "ld01") as station:
        inspection.finish(station, "ld01", "kt-1")
    _ok(town)


def _drafts(town: Town) -> None:
    circulate(town)
    _ok(town)
    for code in (SISTER, SOUTH):
        with town.at(code, "cb01") as station:
            draft.comment(station, "cb01", "dt-1", (AMEND,))
    _ok(town)
    with town.at(NORTH, "ld01") as station:
        draft.resolve(station, "ld01", "dt-1", (ANSWER, replace(ANSWER, unit=SISTER)))
        draft.close(station, "ld01", "dt-1", "issued")
    _ok(town)


def _ends(town: Town) -> None:
    """What is due is urged, a unit moves, a directive is withdrawn."""
    with town.at(NORTH) as station:
        soon = day_of(station.now() + 86_400)
    issue(town, acknowledge_by=soon, number="14/KH-VB")
    issue(town, number="15/KH-VB")
    issue(town, number="16/KH-VB")
    _ok(town)
    with town.at(NORTH, "ld01", "cb01") as station:
        escalate.escalate(station, "cb01", duties.items(station))
        directive.move_unit(station, "ld01", "cd-3", SISTER, SOUTH)
        directive.withdraw(station, "ld01", "cd-4", "Thay bằng văn bản khác")
    _ok(town)


def _emulation(town: Town) -> None:
    emulate.complete(town)
    with town.at(SOUTH, "cb01") as station:
        day = day_of(station.now()) - timedelta(2)
        emulation.hold_activity(station, "cb01", "pt-1", day, (), "Hội thao")
    _given_twice(town)
    with town.at(NORTH, "ld01") as station:
        emulation.close(station, "ld01", "pt-1", emulate.FACTS, (SOUTH,))
    _ok(town)
    with town.at(NORTH, "ld01") as station:
        emulation.award(station, "ld01", "pt-1", [(SISTER, "Cờ")])
    _ok(town)


def _given_twice(town: Town) -> None:
    """SOUTH's changed program gives NORTH a second sheet; NORTH shows both to all."""
    with town.at(SOUTH) as station:
        campaign = emulation.find(station, "pt-1").id
    marks = (OwnMark("tu-cham", 1), OwnMark("cheo", 2))
    emulate.forge(town, SOUTH, "own-scored", OwnScored(head(emulate.MEMBERS, 1, 0), campaign, marks), NORTH)
    assert codes_of(take(town, NORTH)) == ["emulation-late"]  # and kept beside the first
    with town.at(NORTH, "ld01") as station:
        emulation.contest(station, "ld01", "pt-1", SOUTH, "own")
    _ok(town)
