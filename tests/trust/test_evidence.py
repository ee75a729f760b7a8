"""Evidence in which one true thing stands where another belongs; and a key that was revoked signs on."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from town import NORTH, PDF, SOUTH, Town, copy

from antin.acts.approve import revoke
from antin.acts.prove import prove
from antin.acts.status import status_record
from antin.errors import Malformed, Refused
from antin.station import packets
from antin.station.station import AUTHORITY_KEY
from antin.verify import INVALID, NOT_PROVEN, VALID, verify
from antin.verify.verify import ORDER, place_of

Frames = list[tuple[str, str, bytes]]


@pytest.fixture(scope="module")
def two(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, Frames, Frames]:
    """Two sendings, each opened and answered, of different level and size; root, and the evidence of both."""
    folder = tmp_path_factory.mktemp("evidence")
    town = copy(founded, folder / "town")
    town.dispatch(name="mot.pdf", level=2)
    town.dispatch(name="hai.pdf", level=1, data=PDF * 3)
    town.sync(SOUTH)
    for n in (1, 2):
        town.open(SOUTH, "cb01", f"den-{n}", folder / f"{n}.pdf")
    town.sync(SOUTH, NORTH)
    town.clock.ahead = 2
    town.state()
    town.sync(SOUTH, NORTH)
    with town.at(NORTH, "vt01") as station:
        both = [packets.read_all(BytesIO(prove(station, f"di-{n}", "vt01")), packets.EVIDENCE) for n in (1, 2)]
    return bytes.fromhex((town.folder / "root").read_text())[:25], both[0], both[1]


def judged(root: bytes, frames: Frames) -> str:
    ordered = sorted(frames, key=lambda frame: ORDER.index(place_of(*frame[:2])))
    return verify(BytesIO(packets.write(packets.EVIDENCE, ordered)), root).verdict


def swapped(kind: str) -> Callable[[Frames, Frames], Frames]:
    def change(one: Frames, two: Frames) -> Frames:
        others = [frame for frame in two if frame[0] == kind]
        return [frame for frame in one if frame[0] != kind] + others

    return change


def test_both_are_valid_as_they_are(two: tuple[bytes, Frames, Frames]) -> None:
    root, one, other = two
    assert judged(root, one) == judged(root, other) == VALID


def test_frames_in_another_order_are_no_evidence(two: tuple[bytes, Frames, Frames]) -> None:
    root, one, _ = two
    with pytest.raises(Malformed, match="order"):
        verify(BytesIO(packets.write(packets.EVIDENCE, one[::-1])), root)


@pytest.mark.parametrize("beside", ["twice", "standing of others"])
def test_what_lies_beside_changes_nothing(two: tuple[bytes, Frames, Frames], beside: str) -> None:
    """Unrelated frames say nothing here: neither for it nor against it."""
    root, one, other = two
    more = [
        frame for frame in (one if beside == "twice" else other) if place_of(*frame[:2]) in ("credential", "directory")
    ]
    assert judged(root, [*one, *more]) == VALID


@pytest.mark.parametrize("kind", ["slip", "statement", "attached", "record"])
def test_a_true_thing_of_another_sending_is_not_taken_for_this_ones(
    two: tuple[bytes, Frames, Frames], kind: str
) -> None:
    root, one, other = two
    assert judged(root, swapped(kind)(one, other)) != VALID


@pytest.mark.parametrize("kind", ["credential", "status", "slip", "record"])
def test_what_is_left_out_is_never_valid(two: tuple[bytes, Frames, Frames], kind: str) -> None:
    root, one, _ = two
    assert judged(root, [frame for frame in one if frame[0] != kind]) in (NOT_PROVEN, INVALID)


def test_a_receipt_of_another_sending_says_nothing_of_this_one(two: tuple[bytes, Frames, Frames]) -> None:
    root, one, other = two
    assert _results(root, one) == {"arrived", "accepted", "opened"}
    assert _results(root, swapped("receipt")(one, other)) == set()


def _results(root: bytes, frames: Frames) -> set[str]:
    report = verify(BytesIO(packets.write(packets.EVIDENCE, frames)), root)
    return {each.what for each in report.findings if each.verdict == VALID} & {"arrived", "accepted", "opened"}


def test_a_revoked_key_that_signs_with_an_old_time_is_refused_by_whoever_first_sees_it(town: Town) -> None:
    """NORTH's keys were stolen and revoked; the thief dates a sending to before that."""
    path = town.pdf()
    town.signed(NORTH, path, 1)
    town.send(NORTH, path, SOUTH)
    town.clock.ahead += 3600
    with town.at("A03", AUTHORITY_KEY) as station:
        revoke(station, station.directory.find(NORTH), station.now() - 60, "stolen")
        station.commit([status_record(station)])
    town.sync("A03", SOUTH)
    town.clock.ahead -= 3600
    with town.at(NORTH) as station:
        station.directory.check_valid(station.own, station.now())  # it has not heard
    town.sync(NORTH)
    town.clock.ahead += 7200
    report = town.sync(SOUTH)
    assert [each.state for each in report.outcomes] == []
    with town.at(SOUTH) as station:
        assert station.db.value("SELECT count(*) FROM dispatch_in") == 0
    town.audit()


def test_a_revoked_agency_revokes_its_officers(town: Town) -> None:
    with town.at(SOUTH) as station:
        officer = station.directory.find(NORTH).subject
        assert officer.code == NORTH
    with town.at("A03", AUTHORITY_KEY) as station:
        revoke(station, station.directory.find(NORTH), station.now(), "stolen")
    town.sync("A03", NORTH)
    town.clock.ahead += 60
    with town.at(NORTH, "cb01") as station, pytest.raises(Refused, match=rf"credential-revoked.*{NORTH}/cb01"):
        station.acting("cb01")
    town.audit()


def test_an_older_state_beside_a_newer_one_changes_nothing(two: tuple[bytes, Frames, Frames]) -> None:
    root, one, _ = two
    states = [frame for frame in one if frame[0] == "status"]
    assert judged(root, [*one, *states[::-1]]) == VALID


def test_a_journal_whose_station_is_entered_nowhere_proves_nothing(two: tuple[bytes, Frames, Frames]) -> None:
    """Else whoever leaves out the entry of a revoked agency is asked for no state of it."""
    root, one, _ = two
    for out in [frame for frame in one if frame[:2] == ("record", "credential-issued")]:
        assert judged(root, [frame for frame in one if frame != out]) != VALID
