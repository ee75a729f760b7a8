"""The case of a directive: one file that an inspector judges offline, whoever lied."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO

import pytest
from town import NORTH, SISTER, SOUTH, Town

from antin.acts import directive
from antin.acts.case import case
from antin.acts.resume import set_clock_back
from antin.errors import AntinError, Malformed, Missing, Refused
from antin.inspector import judge
from antin.kernel import check
from antin.kernel.formats import note
from antin.station import packets
from antin.verify import INVALID, NOT_PROVEN, VALID
from antin.views.incidents import incidents
from steering.hands import codes_of, publish, rounds, take
from steering.test_directives import PLAN, issue, session


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


def ahead_and_back(town: Town, lie: int = 0) -> None:
    """SOUTH's clock runs a day ahead, and a letter goes; two persons set it back, and it reports its study."""
    town.clock.ahead = 86_400
    issue(town)
    rounds(town)
    town.clock.ahead = 2 * 86_400
    with town.at(SOUTH, "cb01") as station:
        directive.acknowledge(station, "cb01", "cd-1")
    publish(town, SOUTH)
    town.sync(SOUTH)
    town.clock.ahead = 86_400
    with town.at(SOUTH, "cb01", "ld01") as station:
        set_clock_back(station, "cb01", "ld01")
        directive.hold_study(station, "cb01", "cd-1", session(station))
        if lie:
            station.db.run("DELETE FROM clock")
            station._clock = lambda: town.clock() - lie
        directive.report_study(station, "cb01", "cd-1")
    publish(town, SOUTH)
    town.sync(SOUTH)


def test_a_clock_set_back_by_two_persons_back_dates_nothing(town: Town) -> None:
    """NORTH was away, and keeps the checkpoint that SOUTH signed while its clock was ahead."""
    ahead_and_back(town)
    town.clock.ahead = 2.5 * 86_400
    town.sync(NORTH)
    with town.at(NORTH) as station:
        kept = [note.claim(raw).size for (raw,) in station.db.rows("SELECT raw FROM kept WHERE origin LIKE '%A04.27%'")]
        assert len(set(kept)) > 1
    assert codes_of(take(town, NORTH)) == ["directive-acknowledged", "study-reported"]
    town.state()
    with town.at(NORTH) as station:
        assert not [row for row in incidents(station) if row["what"] == "conflict"]
        report = judge(BytesIO(case(station, "cd-1")), root(town))
    assert report.verdict == VALID, [each for each in report.findings if each.verdict != VALID]
    (back,) = [each for each in report.findings if each.code == "clock-was-set-back"]
    assert back.facts["kept"] - back.facts["time"] > 86_000  # type: ignore[operator]
    assert {each.code for each in report.findings if each.what == "checkpoint"} == {"checkpoint-holds"}
    town.audit()


def test_a_clock_set_back_explains_no_time_before_it(town: Town) -> None:
    """The two persons' record says from when their journal signs on: who dates a paper earlier is convicted."""
    ahead_and_back(town, 80_000)
    town.clock.ahead = 2.5 * 86_400
    town.sync(NORTH)
    assert "record-back-dated" in codes_of(take(town, NORTH))
    town.state()
    with town.at(NORTH) as station:
        report = judge(BytesIO(case(station, "cd-1")), root(town))
    (lie,) = [each for each in report.findings if each.code == "record-back-dated"]
    assert report.verdict == INVALID and lie.facts["kind"] == "study-reported"


def test_what_two_persons_never_signed_explains_nothing(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the record, and with one that is not of two hands, the paper is back-dated as before."""
    ahead_and_back(town)
    monkeypatch.setattr(check, "entitled", _refused_back(check.entitled))
    town.clock.ahead = 2.5 * 86_400
    town.sync(NORTH)
    assert codes_of(take(town, NORTH)) == ["directive-acknowledged", "record-back-dated"]


def _refused_back(entitled: Callable[..., None]) -> Callable[..., None]:
    def judged(verified: check.VerifiedRecord, trust: check.Trust) -> None:
        if verified.record.kind == "clock-set-back":
            raise Refused("hands-missing", kind="clock-set-back", hands=2)
        entitled(verified, trust)

    return judged
