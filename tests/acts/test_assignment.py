"""Assignment (phân công): who leads, who helps, by when; answered, filed; what is unanswered, whose, how late."""

from __future__ import annotations

import json
from typing import Any

import pytest
from doors.program import Program
from town import NORTH, SOUTH, Town

from antin.acts import accept as acts
from antin.errors import AntinError
from antin.registers.dispatch.records import Assigned
from antin.station.audit import audit
from antin.station.books import DEEDS
from antin.views import dispatches

DAY = 86_400


@pytest.fixture
def came(town: Town) -> Town:
    """One dispatch at SOUTH, Tối mật: cb02 is cleared for Mật alone."""
    town.dispatch()
    town.sync(SOUTH)
    return town


def code_of(do: Any) -> str:
    try:
        do()
    except AntinError as error:
        return error.code
    return ""


def reply(town: Town, *to: str) -> str:
    path = town.pdf("tra-loi.pdf", b"%PDF-1.7\ntra loi\n")
    town.signed(SOUTH, path, 1, "Trả lời")
    return town.send(SOUTH, path, *to)[0]


def test_who_leads_helps_and_by_when(came: Town) -> None:
    with came.at(SOUTH, "ld01", "vt01", "cb01") as station:
        due = station.now() + 2 * DAY
        acts.assign(station, "ld01", "den-1", "cb01", "Trả lời sớm", partners=("vt01",), due=due)
        (row,) = dispatches.unanswered(station, "cb01")
        assert (row.assignee, row.with_, row.due, row.late) == ("cb01", ["vt01"], due, None)
        history = dispatches.show(station, "den-1", "cb01").history
        assert [(each.result, getattr(each, "remark", None), getattr(each, "with_", None)) for each in history[1:]] == [
            ("accepted", None, None), ("assigned", "Trả lời sớm", ["vt01"]),
        ]  # fmt: skip
        came.clock.ahead = 4 * DAY
        assert [each.late for each in dispatches.unanswered(station)] == [2]
    came.audit()


@pytest.mark.parametrize(("lead", "partners", "code"), [
    ("cb02", (), "clearance-too-low"), ("cb01", ("cb02",), "clearance-too-low"), ("ai01", (), "officer-unknown"),
    ("cb01", ("cb01",), "assigned-twice"), ("cb01", ("vt01", "vt01"), "assigned-twice"),
    ("cb01", ("ai01",), "officer-unknown"),
])  # fmt: skip
def test_whoever_could_not_open_it_is_not_assigned(came: Town, lead: str, partners: tuple[str, ...], code: str) -> None:
    with came.at(SOUTH, "vt01") as station:
        before = station.db.value("SELECT count(*) FROM dispatch_assignments")
        assert code_of(lambda: acts.assign(station, "vt01", "den-1", lead, partners=partners)) == code
        assert station.db.value("SELECT count(*) FROM dispatch_assignments") == before
        assert code_of(lambda: acts.assign(station, "vt01", "den-1", "cb01", due=station.now() - 1)) == "date-past"
    came.audit()


def test_answered_by_what_went_to_its_sender(came: Town) -> None:
    with came.at(SOUTH, "vt01") as station:
        acts.assign(station, "vt01", "den-1", "cb01")
    elsewhere, answer = reply(came, "A03.16"), ""
    with came.at(SOUTH, "cb01", "vt01", "cb02") as station:
        assert code_of(lambda: acts.answer_with(station, "cb01", "den-1", elsewhere)) == "answer-elsewhere"
        assert code_of(lambda: acts.answer_with(station, "cb01", "den-1", "di-99")) == "dispatch-unknown"
    answer = reply(came, NORTH)
    with came.at(SOUTH, "cb01", "vt01", "cb02") as station:
        assert code_of(lambda: acts.answer_with(station, "cb02", "den-1", answer)) == "not-assigned-to"
        assert code_of(lambda: acts.file_away(station, "cb02", "den-1")) == "not-assigned-to"
        acts.answer_with(station, "cb01", "den-1", answer)
        assert dispatches.unanswered(station) == []
        assert code_of(lambda: acts.answer_with(station, "vt01", "den-1", answer)) == "dispatch-settled"
        (row,) = dispatches.inbox(station)
        assert row.answer == answer and row.answered and not row.filed
        acts.file_away(station, "vt01", "den-1", "Hồ sơ 12/2026")  # what is answered is filed in the end
        assert code_of(lambda: acts.file_away(station, "vt01", "den-1")) == "dispatch-settled"
        acts.assign(station, "vt01", "den-1", "vt01")  # it comes up again
        assert [each.assignee for each in dispatches.unanswered(station)] == ["vt01"]
        assert not audit(station).refused
    came.audit()


def test_what_was_sent_back_is_nobodys_work(came: Town) -> None:
    with came.at(SOUTH, "vt01") as station:
        acts.refuse(station, "vt01", "den-1", "other")
        assert dispatches.unanswered(station) == []
        for act in (acts.assign, acts.file_away):
            assert code_of(lambda act=act: act(station, "vt01", "den-1", "cb01")) == "state-forbids"  # type: ignore[misc]
    came.audit()


def test_an_assignment_of_before_stands(came: Town) -> None:
    """Version 1 of the kind names one officer: an old journal is filled and audited as it was."""
    deed = DEEDS["assigned"]
    (old,) = deed.before
    with came.at(SOUTH, "vt01") as station:
        slip = station.db.value("SELECT slip FROM dispatch_in")
        station.journal.deeds = {**station.journal.deeds, "assigned": old}
        station.commit([station.record("assigned", Assigned(slip, "cb01"), [station.acting("vt01")[1]])])
    with came.at(SOUTH) as station:
        assert [each.assignee for each in dispatches.unanswered(station)] == ["cb01"]
        assert audit(station).ok and not audit(station).refused
    came.audit()


def test_by_command(program: Program) -> None:
    """The old word order still holds; several under one passphrase; the list fits a terminal of 80 columns."""
    program.town.dispatch()
    program.town.dispatch(name="hai.pdf", data=b"%PDF-1.7\nhai\n", level=1)
    program.town.sync(SOUTH)
    done = program.run("assign", "den-1", "den-2", "--lead", "cb01", "--with", "vt01", "--due", "31/12/2099",
                       "--remark", "Gấp", "--as", "ld01", home=SOUTH)  # fmt: skip
    assert done.code == 0 and done.out.count("cb01") == 2
    assert program.run("assign", "den-2", "cb02", "--as", "vt01", home=SOUTH).code == 0
    assert program.run("assign", "den-2", "--as", "vt01", home=SOUTH).code != 0
    listed = program.run("unanswered", "--to", "vt01", home=SOUTH)
    assert listed.out.count("den-") == 1 and max(map(len, listed.out.splitlines())) <= 80
    assert program.run("unanswered", "--late", home=SOUTH).out.count("den-") == 0
    rows = json.loads(program.run("unanswered", "--json", home=SOUTH).out)
    assert [(row["id"], row["assignee"], row["with"], row["late"]) for row in rows] == [
        ("den-1", "cb01", ["vt01"], None), ("den-2", "cb02", [], None),
    ]  # fmt: skip
    assert program.run("file", "den-1", "den-2", "--remark", "Hồ sơ 1", "--as", "vt01", home=SOUTH).code == 0
    assert json.loads(program.run("unanswered", "--json", home=SOUTH).out) == []
    program.town.audit()
