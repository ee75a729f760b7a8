"""Committees: founded, changed, at work; papers of a meeting stay outstanding until all copies are back."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from lived import lived
from town import NORTH, PASS, SISTER, SOUTH, Town

from antin.acts import committee as acts
from antin.acts import directive
from antin.acts.committee import CommitteeForm, MemberForm
from antin.cli import form
from antin.cli.committee import committee
from antin.errors import AntinError, Conflict, Malformed, Missing, Refused
from antin.registers.committees import records as r
from antin.registers.committees import rules
from antin.views import committees as views
from steering.hands import codes_of, rounds
from steering.test_directives import PLAN as DIRECTIVE

CHAIR, SECRETARY, GUEST = (NORTH, "ld01"), (SOUTH, "cb01"), (SISTER, "")
PLAN = CommitteeForm(
    kind="steering", number="15/QĐ-VB", title="Ban Chỉ đạo sơ kết", decided=date(2026, 11, 20), member=(
        MemberForm(agency=NORTH, officer="ld01", role="chair", name="Ông Trưởng ban"),
        MemberForm(agency=SOUTH, officer="cb01", role="secretary", name="Bà Thư ký"),
    ),
)  # fmt: skip
LATER = 4_000_000_000


@pytest.fixture
def sitting(town: Town) -> Town:
    """NORTH's committee with SOUTH in it; SISTER knows nothing."""
    lived(town, "sitting", partial(_sitting, town))
    return town


def _sitting(town: Town) -> None:
    with town.at(NORTH, "ld01") as station:
        directive.issue(station, "ld01", replace(DIRECTIVE, to=(SOUTH,)), 1, 0)
        assert acts.found(station, "ld01", "cd-1", PLAN, 1, 0) == "bd-1"
    assert codes_of(rounds(town)[SOUTH]) == ["directive-issued", "committee-founded"]


def meet(town: Town, *present: tuple[str, str], **what: Any) -> str:
    with town.at(NORTH, "cb01") as station:
        given = {"held": station.now(), "form": "both", "present": present, "agenda": ("Khai mạc",)}
        given["minutes"] = ("Xong",)
        return acts.meet(station, "cb01", "bd-1", acts.Meeting(**{**given, **what}))


def test_a_committee_at_work(sitting: Town) -> None:
    with sitting.at(SOUTH, "cb01") as station:
        shown = views.committee(station, "bd-1", "cb01")
        assert shown.title == "15/QĐ-VB Ban Chỉ đạo sơ kết" and shown.directive == "cd-1"
        assert [(each.role, each.name) for each in shown.seats] == [
            ("chair", "Ông Trưởng ban"), ("secretary", "Bà Thư ký")]  # fmt: skip
        assert views.committee(station, "bd-1").title == ""  # nobody signed in: structure, no words
    with sitting.at(SOUTH, "ld01") as station:  # the secretary's agency keeps the committee's business, too
        acts.assign(station, "ld01", "bd-1", "bao-cao", SECRETARY, LATER, "Chuẩn bị báo cáo")
    assert codes_of(rounds(sitting)[NORTH]) == ["committee-assigned"]
    assert meet(sitting, CHAIR, SECRETARY) == "hp-1"
    with sitting.at(SOUTH, "cb01") as station:
        acts.finish(station, "cb01", "bd-1", "bao-cao")
        with pytest.raises(Conflict, match="state-forbids"):
            acts.finish(station, "cb01", "bd-1", "bao-cao")
    taken = rounds(sitting)
    assert (codes_of(taken[NORTH]), codes_of(taken[SOUTH])) == (["assignment-done"], ["meeting-held"])
    with sitting.at(SOUTH, "cb01") as station:
        shown = views.committee(station, "bd-1", "cb01")
    assert [(each.key, each.state, each.title) for each in shown.assignments] == [
        ("bao-cao", "done", "Chuẩn bị báo cáo")]  # fmt: skip
    (meeting,) = shown.meetings
    assert (meeting.quorum, meeting.agenda, meeting.minutes) == (True, ["Khai mạc"], ["Xong"])
    assert sitting.audit() > 0


def test_members_come_and_go(sitting: Town) -> None:
    with sitting.at(NORTH, "ld01") as station:
        guest = MemberForm(agency=SISTER, role="member", name="Khách")
        acts.change(station, "ld01", "bd-1", add=(guest,), leave=(SECRETARY,), reason="kiện toàn")
    taken = rounds(sitting)  # who joins has the committee from the change; who leaves is told
    assert codes_of(taken[SISTER]) == codes_of(taken[SOUTH]) == ["committee-changed"]
    with sitting.at(SISTER, "cb01", "ld01") as station:
        shown = views.committee(station, "bd-1", "cb01")
        assert (shown.station, shown.title, shown.directive) == (NORTH, "15/QĐ-VB Ban Chỉ đạo sơ kết", "")
        assert [(each.agency, each.name) for each in shown.seats] == [
            (NORTH, "Ông Trưởng ban"), (SISTER, "Khách")]  # fmt: skip
        with pytest.raises(Refused, match="committee-of-other"):  # a plain member decides nothing
            acts.assign(station, "ld01", "bd-1", "x", GUEST, LATER, "việc")
        with pytest.raises(Refused, match="committee-of-other"):
            acts.change(station, "ld01", "bd-1", leave=(GUEST,))
    with sitting.at(SOUTH) as station:
        states = {each.agency: each.state for each in views.committee(station, "bd-1").seats}
        assert states == {NORTH: "sitting", SOUTH: "left"} | {SISTER: "sitting"}
    with sitting.at(NORTH, "ld01") as station:
        with pytest.raises(Malformed, match="committee-unchanged"):
            acts.change(station, "ld01", "bd-1", add=(MemberForm(agency=SISTER, role="member"),))
        with pytest.raises(Malformed, match="committee-chair"):
            acts.change(station, "ld01", "bd-1", leave=(CHAIR,))
        with pytest.raises(Malformed, match="committee-member-unknown"):
            acts.change(station, "ld01", "bd-1", leave=(SECRETARY,))
        back = MemberForm(agency=SOUTH, officer="cb01", role="deputy", name="Bà Phó ban")
        acts.change(station, "ld01", "bd-1", add=(back,))
    rounds(sitting)
    with sitting.at(SOUTH, "cb01") as station:
        seats = {each.agency: (each.role, each.state, each.name)
                 for each in views.committee(station, "bd-1", "cb01").seats}  # fmt: skip
        assert seats[SOUTH] == ("deputy", "sitting", "Bà Phó ban")
    sitting.audit()


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "no-chair": ({"member": PLAN.member[1:]}, "committee-chair"),
    "two-chairs": ({"member": (*PLAN.member, MemberForm(agency=SISTER, role="chair"))}, "committee-chair"),
    "seat-twice": ({"member": (*PLAN.member, PLAN.member[1])}, "committee-seat-twice"),
    "stranger": ({"member": (*PLAN.member, MemberForm(agency="A09.99", role="member"))}, "addressee-unknown"),
    "own-stranger": (
        {"member": (*PLAN.member, MemberForm(agency=NORTH, officer="zz99", role="member"))}, "officer-unknown"),
    "role": ({"member": (*PLAN.member, MemberForm(agency=SISTER, role="king"))}, "bytes-malformed"),
    "kind": ({"kind": "party"}, "bytes-malformed"),
    "nobody": ({"member": ()}, "bytes-malformed"),
    "to-come": ({"decided": date(2090, 1, 1)}, "dates-out-of-order"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_bad_committee_is_refused_and_nothing_is_written(town: Town, name: str) -> None:
    change, code = BAD[name]
    with town.at(NORTH, "ld01") as station:
        directive.issue(station, "ld01", replace(DIRECTIVE, to=(SOUTH,)), 1, 0)
        before = station.journal.head()
        with pytest.raises(AntinError) as caught:
            acts.found(station, "ld01", "cd-1", replace(PLAN, **change), 1, 0)
        assert (caught.value.code, station.journal.head()) == (code, before)
    town.audit()


def test_nothing_begins_under_a_withdrawn_directive(town: Town) -> None:
    with town.at(NORTH, "ld01", "cb02") as station:
        directive.issue(station, "ld01", replace(DIRECTIVE, to=(SOUTH,)), 1, 0)
        with pytest.raises(Refused, match="role-missing"):
            acts.found(station, "cb02", "cd-1", PLAN, 1, 0)
        directive.withdraw(station, "ld01", "cd-1", "thôi")
        with pytest.raises(Conflict, match="directive-withdrawn"):
            acts.found(station, "ld01", "cd-1", PLAN, 1, 0)
        with pytest.raises(Missing, match="committee-unknown"):
            acts.find(station, "bd-1")
    town.audit()


ASSIGNED: dict[str, tuple[dict[str, Any], str]] = {
    "stranger": ({"to": GUEST}, "committee-member-unknown"),
    "past": ({"due": 1_000_000_000}, "dates-out-of-order"),
    "key": ({"key": "Khóa!"}, "bytes-malformed"),
    "twice": ({"key": "mot"}, "assignment-known"),
}


def test_bad_assignments_and_meetings(sitting: Town) -> None:
    with sitting.at(NORTH, "ld01", "cb01") as station:
        acts.assign(station, "ld01", "bd-1", "mot", SECRETARY, LATER, "một")
        for change, code in ASSIGNED.values():
            given = {"key": "hai", "to": SECRETARY, "due": LATER, "what": "hai", **change}
            with pytest.raises(AntinError) as caught:
                acts.assign(station, "ld01", "bd-1", **given)
            assert caught.value.code == code
        with pytest.raises(Missing, match="assignment-unknown"):
            acts.finish(station, "cb01", "bd-1", "khong-co")
        with pytest.raises(Missing, match="meeting-unknown"):
            acts.hand_out(station, "cb01", "hp-9", sitting.pdf(), [CHAIR])
    with sitting.at(SISTER) as station, pytest.raises(Missing, match="committee-unknown"):
        views.committee(station, "bd-1")
    for present, what, code in (
        ([GUEST], {}, "committee-member-unknown"), ([CHAIR, CHAIR], {}, "meeting-attendance"),
        ([CHAIR], {"held": LATER}, "meeting-date"), ([CHAIR], {"held": 1}, "meeting-date"),
        ([], {}, "bytes-malformed"), ([CHAIR], {"form": "letter"}, "bytes-malformed"),
    ):  # fmt: skip
        with pytest.raises(AntinError) as caught:
            meet(sitting, *present, **what)
        assert caught.value.code == code
    assert meet(sitting, CHAIR) == "hp-1"  # one of two: no quorum, noted and not refused
    with sitting.at(NORTH) as station:
        assert [each.quorum for each in views.committee(station, "bd-1").meetings] == [False]
    sitting.audit()


def test_papers_are_outstanding_until_all_are_back(sitting: Town) -> None:
    meet(sitting, CHAIR, SECRETARY)
    rounds(sitting)
    document = sitting.pdf("tai-lieu.pdf")
    with sitting.at(SOUTH, "cb01") as station, pytest.raises(Refused, match="meeting-of-other"):
        acts.hand_out(station, "cb01", "hp-1", document, [SECRETARY])
    with sitting.at(NORTH, "cb01", "cb02") as station:
        with pytest.raises(Malformed, match="copy-for-absent"):
            acts.hand_out(station, "cb01", "hp-1", document, [GUEST])
        with pytest.raises(Refused, match="clearance-too-low"):
            acts.hand_out(station, "cb02", "hp-1", document, [CHAIR], level=2)
        assert acts.hand_out(station, "cb01", "hp-1", document, [CHAIR, SECRETARY], "Dự thảo", 2) == ("tl-1", [1, 2])
        assert acts.hand_out(station, "cb01", "hp-1", document, [SECRETARY]) == ("tl-2", [3])  # numbers go on
        out = [(each.id, each.number) for each in views.copies(station)]
        assert out == [("tl-1", 1), ("tl-1", 2), ("tl-2", 3)]
        assert views.copies(station, "cb01")[0].title == "Dự thảo"
        assert views.copies(station, "cb02")[0].title == ""  # the paper is Tối mật, the officer is not cleared
        assert acts.recall(station, "cb01", "tl-1", [2]) == ([2], [1])
        with pytest.raises(Conflict, match="copy-returned"):
            acts.recall(station, "cb01", "tl-1", [2])
        with pytest.raises(Missing, match="copies-unknown"):
            acts.recall(station, "cb01", "tl-1", [3])
        with pytest.raises(Missing, match="copies-unknown"):
            acts.recall(station, "cb01", "tl-9")
        assert acts.recall(station, "cb01", "tl-1") == ([1], [])
        with pytest.raises(Malformed, match="copies-all-back"):
            acts.recall(station, "cb01", "tl-1")
        assert [each.id for each in views.copies(station)] == ["tl-2"]
        assert len(views.copies(station, everything=True)) == 3
    sitting.audit()


@given(st.lists(st.tuples(st.integers(1, 5), st.booleans()), max_size=8))
def test_a_number_is_given_once(given_: list[tuple[int, bool]]) -> None:
    copies = [r.Copy(number, NORTH, "ld01" if there else "") for number, there in given_]
    numbers = [number for number, _ in given_]
    good = all(there for _, there in given_) and len(set(numbers)) == len(numbers) and 5 not in numbers
    try:
        rules.check_copies(copies, [CHAIR], [5])
    except AntinError as error:
        assert not good and error.code in ("copy-for-absent", "copy-number-used")
    else:
        assert good


def test_the_form_is_a_committee() -> None:
    plan = form.read(CommitteeForm, form.FORMS / "committee.toml")
    assert [each.role for each in plan.member] == ["chair", "member"]


def test_at_the_command_line(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    with town.at(NORTH, "ld01") as station:
        directive.issue(station, "ld01", replace(DIRECTIVE, to=(SOUTH,)), 1, 0)
    secret = town.folder / "mat-khau"
    secret.write_bytes(PASS)
    monkeypatch.setenv("ANTIN_HOME", str(town.home(NORTH)))
    monkeypatch.setenv("ANTIN_PASSPHRASE_FILE", str(secret))
    runner = CliRunner()

    def run(*words: str, code: int = 0) -> str:
        found = runner.invoke(committee, [*words, "--as", "ld01"])
        assert found.exit_code == code, found.output
        return found.output

    decision = town.pdf("quyet-dinh.pdf")
    filled = town.folder / "ban.toml"
    filled.write_text((form.FORMS / "committee.toml").read_text("utf-8").replace("2026-11-20", "2026-01-05"), "utf-8")
    assert "bd-1" in run("found", "cd-1", str(filled), "--document", str(decision))
    run("change", "bd-1", "--add", f"{SISTER}/cb01=secretary=Bà Thư ký", "--leave", f"{SOUTH}/cb01")
    run("change", "bd-1", "--add", f"{SISTER}=king", code=4)
    run("assign", "bd-1", "bao-cao", "--to", f"{SISTER}/cb01", "--due", "2090-01-01", "--what", "Báo cáo")
    run("done", "bd-1", "bao-cao")
    run("meet", "bd-1", "--present", f"{NORTH}/ld01", "--agenda", "Tình hình", "--minutes", "Thống nhất")
    run("hand-out", "hp-1", str(decision), "--to", f"{NORTH}/ld01", "--title", "Dự thảo", "--level", "mat")
    assert "Dự thảo" in run("papers")
    run("recall", "tl-1", code=4)
    run("recall", "tl-1", "1")
    assert json.loads(run("papers", "--json")) == []
    shown = json.loads(run("show", "bd-1", "--json"))
    assert [(each["agency"], each["role"], each["state"]) for each in shown["seats"]] == [
        (NORTH, "chair", "sitting"), (SISTER, "secretary", "sitting"), (SOUTH, "member", "left")]  # fmt: skip
    assert "Thống nhất" in run("show", "bd-1") and "15/QĐ-VTD" in run("list")
    run("show", "bd-9", code=6)
    town.audit()
