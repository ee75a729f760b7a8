"""Reviews assembled from facts, proposals to their answer, and the views over everything: board, calendar, search."""

from __future__ import annotations

import json
import time
from dataclasses import asdict, replace
from datetime import timedelta
from functools import partial
from hashlib import sha256
from typing import Any

import pytest
from lived import lived
from town import NORTH, SISTER, SOUTH, Town

from antin.acts import committee, directive, inspection, review
from antin.acts import programme as programmes
from antin.acts.programme import ProgressForm, TaskReport
from antin.errors import AntinError, Conflict, Malformed, Missing, Refused
from antin.interop import editable, printing
from antin.kernel.formats.paper import File
from antin.packs import load
from antin.registers.reviews.records import FIGURES
from antin.station.days import day_of, end_of
from antin.views import board, calendar, search
from antin.views import papers as paper_views
from antin.views import review as views
from antin.words import Words
from steering.hands import codes_of, rounds
from steering.test_committees import PLAN as COMMITTEE
from steering.test_directives import PLAN as DIRECTIVE
from steering.test_directives import session
from steering.test_inspections import FINDING
from steering.test_inspections import PLAN as INSPECTION
from steering.test_programmes import PROGRAMME

SAY = Words("vi")
TODAY = day_of(int(time.time()))
PERIOD = load("vn-2026").period("nua-nam", TODAY)
KEY = PERIOD.key
SIGNER = {"place": "Hà Nội", "title": "VỤ TRƯỞNG", "name": "Nguyễn Văn Thí Dụ", "number": "07/BC-VB"}
PDF = File("bao-cao.pdf", "application/pdf", b"%PDF-1.7 bao cao")


@pytest.fixture
def working(town: Town) -> Town:
    """A directive with a programme; SOUTH has done its share, SISTER nothing."""
    lived(town, "working", partial(_working, town))
    return town


def _working(town: Town) -> None:
    with town.at(NORTH, "ld01") as station:
        plan = replace(DIRECTIVE, signed=TODAY, calendar="nua-nam", acknowledge_by=TODAY + timedelta(days=1))
        directive.issue(station, "ld01", plan, 1, 0)
        programmes.adopt(station, "ld01", "cd-1", PROGRAMME, 1, 0)
    rounds(town)
    with town.at(SOUTH, "cb01") as station:
        directive.acknowledge(station, "cb01", "cd-1")
        directive.hold_study(station, "cb01", "cd-1", session(station))
        directive.read(station, "cb01", "cd-1")
        directive.report_study(station, "cb01", "cd-1")
        form = ProgressForm(
            period=KEY, task=(TaskReport(key="a", done="100"), TaskReport(key="b", done="50", blocked=True))
        )
        programmes.report(station, "cb01", "ct-1", form)
    rounds(town)


def sign(town: Town, code: str, period: str = KEY) -> str:
    with town.at(code, "ld01") as station:
        found = views.facts(station, "cd-1", "ld01", period)
        return review.sign(station, "ld01", "cd-1", period, (), {"title": "Báo cáo"}, (PDF,), asdict(found))


def test_the_board_shows_who_is_late_without_being_asked(working: Town) -> None:
    working.clock.ahead = end_of(PERIOD.due + timedelta(2)) - time.time()
    with working.at(NORTH, "ld01") as station:
        found = board.board(station, "cd-1", "ld01", KEY)
    south, sister = (next(unit for unit in found.units if unit.code == code) for code in (SOUTH, SISTER))
    assert (south.acknowledged, south.studied, south.reported) == ("on-time", "on-time", "on-time")
    assert (sister.acknowledged, sister.reported) == ("missing", "missing")
    assert (south.read, south.officers, south.done, south.tasks_blocked) == (1, 4, 700, 1)
    assert found.late == [SISTER] and found.totals.acknowledged == {"on-time": 1, "missing": 1}
    assert south.received and sister.received and sister.dispatch == "opened"
    # a: (1000 + 0) / 2, b: 500 → viec 500 of weight 600; do: nothing measured
    assert {goal.key: goal.done for goal in found.goals} == {"tong": 300, "do": 0, "viec": 500}
    working.audit()


def test_a_review_assembles_itself_and_every_figure_names_its_record(working: Town) -> None:
    assert sign(working, SOUTH) == "sk-1"
    rounds(working)
    with working.at(NORTH, "ld01") as station:
        found = views.facts(station, "cd-1", "ld01", KEY)
        data = views.paper(station, SAY, found, {"giai-phap": ("Tăng cường đôn đốc.",)}, SIGNER)
        pdf, text = printing.report(data), editable.report(data)
        row = next(unit for unit in found.units if unit.code == SOUTH)
        entry = station.db.row("SELECT kind FROM entries WHERE idx = ?", row.studied_record)
        assert entry == ("paper-taken",)  # the figure's record in our journal: SOUTH's own, taken
        assert [each.station for each in found.reviews] == [SOUTH]
        review.sign(station, "ld01", "cd-1", KEY, (SISTER,), {"title": "Sơ kết"}, (PDF,), asdict(found))
        (own,) = [each for each in views.reviews(station, "ld01") if each.station == NORTH]
        assert own.consolidates == ["sk-1"]
        saved = paper_views.save(station, own.record, "ld01", working.folder / "tep")
    figures = next(path for path in saved if path.name == FIGURES).read_bytes()
    assert sha256(figures).hexdigest() == own.figures and json.loads(figures)["size"] == own.size
    assert pdf.startswith(b"%PDF-") and text.startswith(b"PK")
    assert [part["title"] for part in data["sections"]][0] == "Tình hình" and len(data["sections"]) == 6
    assert "Tăng cường đôn đốc." in data["sections"][3]["body"]
    assert any("A03.16" in line for line in data["sections"][2]["body"]) is False  # not due yet: nobody is late
    assert codes_of(rounds(working)[SISTER]) == ["review-made"]
    working.audit()


def test_one_review_for_a_period_and_none_after_closing(working: Town) -> None:
    sign(working, SOUTH)
    with pytest.raises(Conflict, match="review-made-already"):
        sign(working, SOUTH)
    sign(working, SISTER)  # made before the closing reached it
    with working.at(NORTH, "ld01") as station:
        programmes.close_period(station, "ld01", "ct-1", KEY)
    assert codes_of(rounds(working)[NORTH]) == ["period-is-closed", "period-is-closed"]
    with working.at(NORTH) as station:
        assert [row.code for row in paper_views.refused(station)] == ["period-is-closed"] * 2
    working.audit()


def test_proposals_are_never_lost(working: Town) -> None:
    with working.at(SOUTH, "ld01") as station:
        assert review.propose(station, "ld01", "cd-1", NORTH, "Bổ sung thiết bị") == "kn-1"
        with pytest.raises(Refused, match="proposal-of-other"):
            review.answer(station, "ld01", "kn-1", "accepted", "tự trả lời")
        with pytest.raises(Malformed, match="proposal-owner"):
            review.propose(station, "ld01", "cd-1", SOUTH, "cho chính mình")
    rounds(working)
    with working.at(NORTH, "ld01", "vt01") as station:
        review.assign(station, "vt01", "kn-1", "cb01")
        with pytest.raises(Malformed, match="forward-unclear"):
            review.answer(station, "ld01", "kn-1", "forwarded", "chuyển")
        review.answer(station, "ld01", "kn-1", "forwarded", "chuyển lên", SISTER)
        assert board.board(station, "cd-1").proposals == board.Proposals(1, ["kn-1"])  # still owed
        assert review.propose(station, "ld01", "cd-1", SISTER, "Bổ sung thiết bị (chuyển)", "kn-1") == "kn-2"
        review.answer(station, "ld01", "kn-1", "accepted", "Cấp trong quý I")
        with pytest.raises(Conflict, match="state-forbids"):
            review.answer(station, "ld01", "kn-1", "declined", "đổi ý")
        with pytest.raises(Conflict, match="state-forbids"):
            review.propose(station, "ld01", "cd-1", SISTER, "lần nữa", "kn-1")
    rounds(working)
    with working.at(SOUTH, "ld01") as station:
        (row,) = views.proposals(station, "ld01")
        assert (row.state, row.answer, row.title) == ("accepted", "Cấp trong quý I", "Bổ sung thiết bị")
        assert views.proposals(station)[0].title == ""
        with pytest.raises(Missing, match="proposal-unknown"):
            review.assign(station, "ld01", "kn-9", "cb01")
    working.audit()


def test_contributions_and_commendations(working: Town) -> None:
    with working.at(SOUTH, "cb01") as station:
        review.contribute(station, "cb01", "cd-1", "Kinh nghiệm", (PDF,))
        with pytest.raises(Malformed, match="contribution-empty"):
            review.contribute(station, "cb01", "cd-1", "Không tệp", ())
    with working.at(NORTH, "ld01") as station:
        review.commend(station, "ld01", "cd-1", (SOUTH,), "Hoàn thành sớm")
        with pytest.raises(Refused, match="commends-itself"):
            review.commend(station, "ld01", "cd-1", (NORTH,), "tự khen")
    taken = rounds(working)
    assert codes_of(taken[SOUTH]) == ["commended"] and codes_of(taken[NORTH]) == ["contribution-given"]
    with working.at(SOUTH, "ld01") as station:
        assert views.commendations(station, "ld01")[0].title == "Hoàn thành sớm"
    working.audit()


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "no-such-period": ({"period": "2026-hang-tuan"}, "pack-period-unknown"),
    "unknown-superior": ({"to": ("A09.99",)}, "addressee-unknown"),
    "unknown-directive": ({"name": "cd-9"}, "directive-unknown"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_review_is_refused(working: Town, name: str) -> None:
    change, code = BAD[name]
    asked = {"name": "cd-1", "period": KEY, "to": (), **change}
    with working.at(SOUTH, "ld01") as station:
        before = station.journal.head()
        with pytest.raises(AntinError) as caught:
            review.sign(station, "ld01", asked["name"], asked["period"], asked["to"], {}, (PDF,), {})
        assert (caught.value.code, station.journal.head()) == (code, before)
    working.audit()


def test_an_unknown_part_of_the_outline_is_refused(working: Town) -> None:
    with working.at(NORTH, "ld01") as station, pytest.raises(Malformed, match="outline-part-unknown"):
        views.paper(station, SAY, views.facts(station, "cd-1", "ld01", KEY), {"ket-luan": ("x",)}, SIGNER)


def test_the_calendar_keeps_what_is_overdue(working: Town) -> None:
    with working.at(SISTER, "cb01") as station:
        rows = calendar.calendar(station, "cb01", 400)
    assert {("acknowledge", "cd-1"), ("review", f"cd-1 {KEY}")} <= {(row.what, row.id) for row in rows}
    assert any(row.what == "task" and row.title == "Quy chế" for row in rows)
    working.clock.ahead = 200 * 86_400
    with working.at(SISTER, "cb01") as station:
        assert {row.standing for row in calendar.calendar(station, "", 1)} == {"missing"}
    with working.at(SOUTH, "cb01") as station:
        assert all(row.what != "acknowledge" for row in calendar.calendar(station, "", 1))  # done is off the list
    working.audit()


def test_the_calendar_gathers_from_every_book(working: Town) -> None:
    later = working.clock() + 5 * 86_400
    with working.at(NORTH, "ld01", "cb01") as station:
        committee.found(station, "ld01", "cd-1", COMMITTEE, 1, 0)
        committee.assign(station, "ld01", "bd-1", "bao-cao", (SOUTH, "cb01"), int(later), "Chuẩn bị báo cáo")
        inspection.plan(station, "ld01", "cd-1", INSPECTION, 1, 0)
        inspection.make_finding(station, "cb01", "kt-1", replace(FINDING, deadline=int(later) + 60))
    rounds(working)
    with working.at(SOUTH, "cb01") as station:
        rows = calendar.calendar(station, "cb01", 6)
        found = {(row.what, row.id, row.title) for row in rows}
        hits = {row.kind for row in search.search(station, "cb01", "chuan bi bao cao")}
    assert ("assignment", "bd-1 bao-cao", "Chuẩn bị báo cáo") in found
    assert ("finding", "tt-1", "Sổ ghi thiếu") in found and "committee-assigned" in hits
    with working.at(SISTER, "cb01") as station:
        assert not {row.what for row in calendar.calendar(station, "cb01", 6)} & {"assignment", "finding"}
    working.audit()


def test_search_reads_what_stays_at_home(working: Town) -> None:
    """The place of a session is in no paper: only our own record holds it."""
    with working.at(SOUTH, "cb01") as station:
        directive.hold_study(station, "cb01", "cd-1", session(station, place="Hội trường Sông Hồng"))
        (row,) = search.search(station, "cb01", "hoi truong song hong")
    assert row.kind == "study-held" and row.id.startswith("#")
    working.audit()


@pytest.mark.parametrize(("text", "hits"), [
    ("ke hoach so ket", 1), ("Kế hoạch SƠ KẾT", 1), ("hanh dong", 1), ("khong co gi", 0), ("---", 0), ("12/KH-VB", 1),
])  # fmt: skip
def test_search_without_diacritics(working: Town, text: str, hits: int) -> None:
    with working.at(SOUTH, "cb01", "cb02") as station:
        assert len(search.search(station, "cb01", text)) >= hits
        assert bool(search.search(station, "cb01", text)) == bool(hits)


def test_search_finds_only_what_one_may_read(town: Town) -> None:
    with town.at(NORTH, "ld01") as station:
        directive.issue(station, "ld01", DIRECTIVE, 2, 0)
    rounds(town)
    with town.at(SOUTH, "cb01", "cb02") as station:
        assert search.search(station, "cb01", "so ket") and not search.search(station, "cb02", "so ket")
    town.audit()
