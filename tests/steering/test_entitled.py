"""Who may: of every kind that travels, the paper of whoever is not entitled is refused by whoever takes it."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from town import NORTH, SISTER, SOUTH, UNDER, Town, copy, found_below

from antin.acts import committee, directive, inspection, papers, programme
from antin.errors import AntinError, Refused
from antin.kernel.formats.paper import words
from antin.registers.papers.records import PaperTaken
from antin.station import entitled
from antin.station.books import PAPERS
from antin.station.station import Station
from steering import year
from steering.hands import codes_of, rounds, take
from steering.test_committees import PLAN as COMMITTEE
from steering.test_directives import PLAN as DIRECTIVE
from steering.test_hostile import forge
from steering.test_inspections import PLAN as INSPECTION
from steering.test_programmes import PROGRAMME, TASKS
from steering.year import STRANGER

EVERYBODY = {NORTH, SISTER, SOUTH, STRANGER}
MEMBERS = {NORTH, SISTER, SOUTH}
# Who in the year could have signed each kind rightly, beside whoever did.
RIGHT: Mapping[str, set[str]] = {
    "directive-issued": EVERYBODY, "draft-circulated": EVERYBODY,
    "programme-adopted": {NORTH, SISTER}, "committee-founded": {NORTH, SISTER},  # the issuer, and an addressee
    "review-made": {NORTH, SISTER}, "contribution-given": {NORTH, SISTER}, "proposal-made": {NORTH, SISTER},
    "committee-assigned": {NORTH, SISTER}, "meeting-held": {NORTH, SISTER}, "assignment-done": {NORTH, SISTER},
    "draft-commented": {SISTER, SOUTH},
    **dict.fromkeys(("pledge-signed", "own-scored", "cross-scored", "sheet-contested", "emulation-activity",
                     "ballot-key", "ballot-cast", "ballot-confirmed"), MEMBERS),
}  # fmt: skip
ANYBODY = {kind for kind, codes in RIGHT.items() if codes == EVERYBODY}
Verdicts = Mapping[tuple[str, str], set[str]]


@pytest.fixture(scope="module")
def verdicts(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> Verdicts:
    """Each genuine paper of the year, signed by each of those who may not: what the receiver says ("" = taken)."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)

    def try_others(station: Station, genuine: PaperTaken) -> None:
        _, hand = station.acting("vt01")
        wrong = EVERYBODY - RIGHT.get(genuine.kind, set()) - {genuine.station, station.code}
        for code in wrong:
            forged = replace(genuine, station=code, id=os.urandom(16), paper=os.urandom(32), slip=os.urandom(32))
            try:
                station.sequencer.rehearse([station.record("paper-taken", forged, [hand])])
                found[genuine.kind, code].add("")
            except AntinError as error:
                found[genuine.kind, code].add(error.code)

    year.live(copy(founded, tmp_path_factory.mktemp("entitled") / "town"), try_others)
    return found


def test_every_kind_that_travels_has_its_rule() -> None:
    assert set(entitled.WHO) == set(PAPERS)


@pytest.mark.parametrize("kind", sorted(set(PAPERS) - ANYBODY))
def test_who_is_not_entitled_is_refused(verdicts: Verdicts, kind: str) -> None:
    tried = {code: codes for (each, code), codes in verdicts.items() if each == kind}
    assert tried, "nobody tried: the test tests nothing"
    for code, codes in tried.items():
        assert "" not in codes and "table-refuses" not in codes, (code, codes)


@pytest.mark.parametrize("kind", ["programme-adopted", "committee-founded", "inspection-planned", "commended"])
def test_a_sister_who_was_not_addressed_binds_nobody(verdicts: Verdicts, kind: str) -> None:
    for code in (SOUTH, STRANGER):  # the subordinate programme is refused for the one that it would serve
        assert "not-entitled" in verdicts[kind, code] <= {"not-entitled", "unit-not-addressed"}


def under(station: Station) -> Any:
    return station.db.value("SELECT id FROM directives_directives")


def test_a_stranger_gives_no_tasks_under_a_directive(town: Town) -> None:
    """SISTER has NORTH's directive from nowhere; SOUTH, who was addressed, is given tasks by it."""
    with town.at(NORTH, "ld01") as station:
        directive.issue(station, "ld01", replace(DIRECTIVE, to=(SOUTH,)), 1, 0)
        name = under(station)
    rounds(town)
    plan = replace(PROGRAMME, to=(SOUTH, NORTH))
    public = programme.r.ProgrammeAdopted(
        programme.head(plan.to, 1, 0), name, b"", b"", (), tuple(map(programme._goal, plan.goal)),
        tuple(map(programme._task, TASKS)),
    )  # fmt: skip
    with town.at(SISTER, "ld01") as station:
        with pytest.raises(AntinError, match="directive-not-held"):
            papers.record_act(station, "ld01", "programme-adopted", public, 1, words({}))
        forge(station, "programme-adopted", public)
        forge(station, "programme-adopted", replace(public, issued=os.urandom(16)))
    taken = rounds(town)
    assert codes_of(taken[SOUTH]) == codes_of(taken[NORTH]) == ["not-entitled"] * 2
    for code in (SOUTH, NORTH):
        with town.at(code) as station:
            assert station.db.rows("SELECT * FROM programmes_programmes") == []


def test_a_deed_waits_for_the_directive_and_is_taken_when_that_is_there(town: Town) -> None:
    """SOUTH, an addressee, gives SISTER a task before SISTER has the directive: nobody can tell yet."""
    with town.at(NORTH, "ld01") as station:
        directive.issue(station, "ld01", DIRECTIVE, 1, 0)
        (number,) = papers.waiting(station)
    with town.at(NORTH, "vt01") as station:
        papers.publish(station, "vt01", number, (SOUTH,))
    town.sync(NORTH, SOUTH)
    take(town, SOUTH)
    with town.at(SOUTH, "ld01") as station:
        tasks = tuple(replace(each, unit="") for each in TASKS)
        programme.adopt(station, "ld01", "cd-1", replace(PROGRAMME, to=(SISTER,), task=tasks), 1, 0)
    assert codes_of(rounds(town, SOUTH, SISTER)[SISTER]) == ["directive-not-held"]
    assert take(town, SISTER) == []  # it waits: nothing is tried again before there is a reason
    with town.at(NORTH, "vt01") as station:
        papers.publish(station, "vt01", number, (SISTER,))
    town.sync(NORTH, SISTER, NORTH, SISTER)
    assert codes_of(take(town, SISTER)) == ["directive-issued"]
    assert codes_of(take(town, SISTER)) == ["programme-adopted"]
    assert take(town, SISTER) == []
    town.audit()


def test_the_issuer_shows_that_the_directive_is_his_to_whoever_has_not_got_it(town: Town) -> None:
    with town.at(NORTH, "ld01") as station:
        directive.issue(station, "ld01", replace(DIRECTIVE, to=(SOUTH,)), 1, 0)
        committee.found(station, "ld01", "cd-1", replace(COMMITTEE, member=(
            COMMITTEE.member[0], committee.MemberForm(agency=SISTER, role="member", name="Bà"))), 1, 0)  # fmt: skip
        inspection.plan(station, "ld01", "cd-1", replace(INSPECTION, units=(SISTER,)), 1, 0)
    assert codes_of(rounds(town)[SISTER]) == ["committee-founded", "inspection-planned"]
    town.audit()


def test_a_superior_binds_its_own_units_alone(town: Town) -> None:
    """SISTER holds a directive that it is neither issuer nor addressee of; UNDER stands below it, SOUTH does not."""
    found_below(town)
    with town.at(NORTH, "ld01") as station:
        directive.issue(station, "ld01", replace(DIRECTIVE, to=(SOUTH,)), 1, 0)
        name = under(station)
    rounds(town)
    with town.at(SISTER) as station:
        assert entitled.above(station, UNDER) == {SISTER, "A03", "A00"} - {"A00"} | entitled.above(station, SISTER)
        for units, code in (((UNDER,), ""), ((UNDER, SOUTH), "directive-not-held")):
            public = inspection.r.InspectionPlanned(
                inspection.head(units, 1, 0), name, b"", units, 1, 2_000_000_000, ("cb01",), ("a",)
            )
            try:
                entitled.check(station, "inspection-planned", SISTER, public)
                assert not code
            except AntinError as error:
                assert error.code == code
    with town.at(SOUTH) as station, pytest.raises(Refused, match="not-entitled"):
        entitled.check(station, "inspection-planned", SISTER, public)
