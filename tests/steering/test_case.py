"""The case of a directive: one file that an inspector judges offline, whoever lied."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import pytest

from antin.acts import directive
from antin.acts.case import case
from antin.errors import AntinError, Malformed, Missing
from antin.inspector import judge
from antin.station import packets
from antin.verify import INVALID, NOT_PROVEN, VALID
from tests.steering.hands import codes_of, publish, rounds, take
from tests.steering.test_directives import PLAN, issue, session
from tests.town import NORTH, SISTER, SOUTH, Town


def done(town: Town) -> bytes:
    """A directive issued and acknowledged by both units, the states of all credentials published; its case."""
    issue(town)
    rounds(town)
    for code in (SOUTH, SISTER):
        with town.at(code, "cb01") as station:
            directive.acknowledge(station, "cb01", "cd-1")
            directive.hold_study(station, "cb01", "cd-1", session(station))
            directive.report_study(station, "cb01", "cd-1")
    rounds(town)
    town.state()
    with town.at(NORTH) as station:
        return case(station, "cd-1")


def root(town: Town) -> bytes:
    return bytes.fromhex((town.folder / "root").read_text())[:25]


def test_a_case_of_honest_stations_is_valid(town: Town) -> None:
    data = done(town)
    report = judge(BytesIO(data), root(town))
    assert report.verdict == VALID, [each for each in report.findings if each.verdict != VALID]
    stands = [(each.who, each.facts["kind"]) for each in report.findings if each.what == "paper"]
    assert (f"{SOUTH}/cb01", "directive-acknowledged") in stands and (f"{NORTH}/ld01", "directive-issued") in stands
    assert stands.count((f"{NORTH}/vt01", "paper-taken")) == 4
    assert "Kế hoạch".encode() not in data  # structure, no words
    assert judge(BytesIO(data), bytes(25)).verdict == INVALID
    town.audit()


@pytest.mark.parametrize("at", [200, 5_000, 40_000, -5_000, -100])
def test_a_flipped_byte_is_noticed(town: Town, at: int) -> None:
    data = bytearray(done(town))
    data[at] ^= 1
    with pytest.raises(AntinError):
        judge(BytesIO(bytes(data)), root(town))
    with pytest.raises(Malformed):
        judge(BytesIO(bytes(data[:-50])), root(town))


def test_who_back_dates_is_convicted_by_his_own_checkpoint(town: Town) -> None:
    issue(town)
    rounds(town)
    town.clock.ahead = 86_400
    issue(town, replace(PLAN, number="13/KH-VB"))  # SOUTH's journal goes on, and signs checkpoints that NORTH keeps
    rounds(town)
    with town.at(SOUTH, "cb01") as station:
        station.db.run("DELETE FROM clock")
        station._clock = lambda: town.clock() - 80_000
        directive.acknowledge(station, "cb01", "cd-1")
    publish(town, SOUTH)
    town.sync(SOUTH, NORTH)
    assert codes_of(take(town, NORTH)) == ["record-back-dated"]
    with town.at(SISTER, "cb01") as station:
        directive.acknowledge(station, "cb01", "cd-1")
    rounds(town, SISTER, NORTH)
    town.state()
    with town.at(NORTH) as station:
        report = judge(BytesIO(case(station, "cd-1")), root(town))
    (lie,) = [each for each in report.findings if each.code == "record-back-dated"]
    assert report.verdict == INVALID and lie.who == f"{SOUTH}/cb01"
    assert lie.facts["kept"] - lie.facts["time"] > 70_000  # type: ignore[operator]
    assert f"{SISTER}/cb01" in {each.who for each in report.findings if each.what == "paper" and each.verdict == VALID}
    town.audit()


def test_late_mail_is_not_back_dating(town: Town) -> None:
    """A checkpoint arrives two days after it was signed; what was recorded in between is honest."""
    issue(town)
    rounds(town)
    publish(town, SOUTH)
    town.sync(SOUTH)  # on the relay, with its checkpoint; NORTH is away
    town.clock.ahead = 3_600
    with town.at(SOUTH, "cb01") as station:
        directive.acknowledge(station, "cb01", "cd-1")
    publish(town, SOUTH)
    town.clock.ahead = 2 * 86_400
    town.sync(NORTH, SOUTH, NORTH)
    assert codes_of(take(town, NORTH)) == ["directive-acknowledged"]
    town.audit()


def test_without_states_a_case_is_not_proven(town: Town) -> None:
    issue(town)
    rounds(town)
    with town.at(NORTH) as station:
        assert judge(BytesIO(case(station, "cd-1")), root(town)).verdict == NOT_PROVEN
        with pytest.raises(Missing, match="directive-unknown"):
            case(station, "cd-7")


def test_another_frame_has_no_place(town: Town) -> None:
    with town.at(NORTH) as station:
        issued = packets.write(packets.CASE, [("slip", "", b"x")])
        assert station.joined
    with pytest.raises(Malformed, match="unknown-kind"):
        judge(BytesIO(issued), root(town))
    with pytest.raises(Malformed, match="other-purpose"):
        judge(BytesIO(packets.write(packets.EVIDENCE, [])), root(town))
