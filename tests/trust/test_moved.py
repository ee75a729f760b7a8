"""A code that lawfully moves to another authority: what was bound and signed before stays, what is bound after does
not count, and nobody honest is accused (spec/credential.md, Names)."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from town import NORTH, PASS, SISTER, SOUTH, Town

from antin.acts import approve as approving
from antin.acts.approve import approve
from antin.acts.create_station import FirstOfficer, NewStation, request_agency, request_officer
from antin.acts.join import join
from antin.acts.prove import prove
from antin.errors import AntinError, Missing, Refused
from antin.kernel.crypto.locker import CHEAPEST
from antin.kernel.crypto.suite import object_digest
from antin.registers.keys import deeds
from antin.station.station import AUTHORITY_KEY, Station
from antin.verify import INVALID, NOT_PROVEN, VALID, verify
from antin.verify.verify import Report
from antin.views.incidents import incidents

DAY = 86_400


def move(town: Town, code: str = NORTH) -> None:
    """From A03 to A04, as the root says."""
    with town.at("A00", AUTHORITY_KEY) as station:
        approving.allot(station, "A04", (code,), "A03")


def accused(town: Town, at: str) -> set[str]:
    with town.at(at) as station:
        return {row["who"] for row in incidents(station) if row["code"] == "code-bound-twice"}


def root_of(town: Town) -> bytes:
    return bytes.fromhex((town.folder / "root").read_text())[:25]


def judged(town: Town, at: str, dispatch: str) -> Report:
    with town.at(at, "cb01") as station:
        return verify(BytesIO(prove(station, dispatch, "cb01")), root_of(town))


def twin(town: Town, folder: Path, authority: str, branch: str, monkeypatch: pytest.MonkeyPatch, *,
         ago: int = 0) -> bytes:  # fmt: skip
    """The authority's key binds the code of NORTH to other keys, which its own program would refuse; the digest."""
    plan = NewStation(NORTH, "Giả", branch, professional=authority, relay=str(town.relay))
    first = FirstOfficer("cb01", "Kẻ giả", ("cipher", "officer"), PASS)
    with monkeypatch.context() as patch:
        patch.setattr(approving.check, "check_code", lambda *_: None)
        patch.setattr(approving.check, "check_scope", lambda *_: None)
        patch.setattr(deeds, "list_bound", SimpleNamespace(all=lambda *_: []))
        request = request_agency(folder / "gia", plan, first, root_of(town), {"cost": CHEAPEST, "clock_": town.clock})
        with town.at(authority, AUTHORITY_KEY) as station:
            if ago:
                station.db.run("DELETE FROM clock")
                station._clock = lambda: town.clock() - ago
            known = set(station.directory)
            approve(station, request, 365)
            (made,) = [each for each in set(station.directory) - known if not station.directory[each].subject.officer]
            return made


def uses(station: Station, digest: bytes) -> bool:
    try:
        return digest in {each.digest for each in station.directory.named(NORTH)} and bool(station.directory[digest])
    except AntinError:
        return False


def test_a_letter_of_before_is_opened_and_proven_after(town: Town, tmp_path: Path) -> None:
    """SOUTH holds a letter of NORTH when NORTH's code moves to another authority, and opens it then."""
    town.dispatch()
    town.sync(SOUTH, NORTH)
    town.sync("A03", "A04", NORTH, SOUTH)
    move(town)
    town.clock.ahead = 3_600
    town.state()
    town.sync("A03", "A04", "A00", SOUTH, NORTH, SISTER)
    with town.at(SOUTH) as station, pytest.raises(Missing):
        station.directory.find(NORTH)  # nobody binds it yet
    town.accept(SOUTH, "vt01", "den-1")
    assert town.open(SOUTH, "cb01", "den-1", tmp_path / "x").statement.facts.number == "01/KH-VB"
    town.state()
    town.state()
    for at, dispatch in ((SOUTH, "den-1"), (NORTH, "di-1")):
        report = judged(town, at, dispatch)
        assert report.verdict == VALID, [each for each in report.findings if each.verdict != VALID]
    assert [accused(town, at) for at in (SOUTH, NORTH, SISTER)] == [set()] * 3
    town.audit()


def test_who_was_away_takes_the_binding_and_the_move_at_once(town: Town) -> None:
    """A03 binds an officer of NORTH; then the code moves. SOUTH hears of both in one exchange."""
    with town.at(NORTH, "cb01") as station:
        request = request_officer(station, "cb01", FirstOfficer("cb07", "Bảy", ("officer",), PASS), 2)
    with town.at("A03", AUTHORITY_KEY) as station:
        file = approve(station, request, 365).file
    town.clock.ahead = 3_600
    move(town)
    town.sync("A00", "A03")
    town.sync("A00", SOUTH)
    with town.at(NORTH) as station:
        join(station, file)
    town.sync(NORTH)
    raw = _credential(town, NORTH, "cb07")
    with town.at(SOUTH) as station:
        assert station.directory.beside([raw])[object_digest(raw)].subject.officer == "cb07"
    assert accused(town, SOUTH) == accused(town, NORTH) == set()
    town.audit()


def _credential(town: Town, at: str, officer: str) -> bytes:
    with town.at(at) as station:
        return station.directory.raw(station.officer(officer).digest)


def test_an_allotment_reaches_no_binding_of_before_it(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A04 binds a code of A03, which moves to A04 a day later: the binding stays false, and convicts."""
    made = twin(town, tmp_path, "A04", "dang-chinh-quyen", monkeypatch)
    town.clock.ahead = DAY
    move(town)
    town.sync("A00", "A04", "A03", SOUTH, SISTER)
    town.sync("A04", SOUTH, SISTER)
    with town.at(SOUTH) as station:
        assert not uses(station, made)
    assert accused(town, SOUTH) == accused(town, SISTER) == {"antin/A04/1"}
    town.audit("A04")


@pytest.mark.parametrize(("later", "convicts"), [(3_600, False), (2 * DAY, True)])
def test_what_the_old_authority_binds_afterwards_counts_nowhere(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, later: int, convicts: bool
) -> None:
    """Within a day it may not have heard of the move; later its entry convicts it."""
    move(town)
    town.sync("A00")
    town.clock.ahead = later
    made = twin(town, tmp_path, "A03", "ngoai-giao", monkeypatch)
    town.sync("A03", SOUTH, SISTER)
    for at in (SOUTH, SISTER):
        with town.at(at) as station:
            assert not uses(station, made)
        assert accused(town, at) == ({"antin/A03/1"} if convicts else set())
    town.audit("A03")


def test_a_binding_dated_to_before_the_move_is_placed_by_what_was_signed_without_it(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SOUTH holds a head of A03 that is younger than the move; the entry that comes after it claims to be older."""
    move(town)
    town.clock.ahead = 2 * DAY
    for code in ("A00", "A03", "A04"):
        with town.at(code, AUTHORITY_KEY) as station:
            station.renew()
    town.sync("A00", "A03", "A04", SOUTH)
    made = twin(town, tmp_path, "A03", "ngoai-giao", monkeypatch, ago=2 * DAY + 4_000)
    with town.at("A03", AUTHORITY_KEY) as station:
        station.renew()
    town.sync("A03", SOUTH)
    with town.at(SOUTH) as station:
        assert station.db.value("SELECT count(*) FROM directory WHERE digest = ?", made) == 1
        assert not uses(station, made)


def test_what_is_signed_after_the_move_under_the_old_binding_is_not_proven(town: Town) -> None:
    """Its authority of before does not vouch for it any more, and that of now has not bound it."""
    move(town)
    town.sync("A00", "A03", "A04", NORTH)
    town.clock.ahead = 3_600
    town.dispatch()
    town.sync(SOUTH, NORTH)
    town.state()
    town.state()
    report = judged(town, NORTH, "di-1")
    assert report.verdict == NOT_PROVEN != INVALID
    assert accused(town, SOUTH) == set()


def test_the_old_authority_of_a_code_renews_it_no_more(town: Town) -> None:
    with town.at(NORTH, "cb01") as station:
        request = request_officer(station, "cb01", FirstOfficer("cb07", "Bảy", ("officer",), PASS), 2)
    move(town)
    town.sync("A00", "A03")
    with town.at("A03", AUTHORITY_KEY) as station, pytest.raises(Refused, match="code-not-allotted"):
        approve(station, request, 365)
