"""Credentials end and are renewed, by the same holder, without a fork and without a question to anybody."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from town import NORTH, SOUTH, Town

from antin.acts.approve import approve, revoke
from antin.acts.join import join
from antin.acts.prove import prove
from antin.acts.renew import renew
from antin.errors import Refused
from antin.kernel.formats import bundle
from antin.kernel.formats.shape import encode
from antin.station import packets
from antin.station.standing import entry_of, status_of
from antin.station.station import AUTHORITY_KEY
from antin.verify import NOT_PROVEN, VALID, verify
from antin.views.incidents import incidents
from antin.views.terms import ending

YEAR = 365 * 86400


def renewed(town: Town, code: str = NORTH, authority: str = "A03", *others: str) -> list[str]:
    with town.at(code, "cb01", *others) as station:
        file = renew(station, ["cb01", *others], name="Vụ Bắc và Trung")
    with town.at(authority, AUTHORITY_KEY) as station:
        file = approve(station, file, 730).file
    with town.at(code) as station:
        return join(station, file)


def authorities_renewed(town: Town) -> None:
    for code in ("A03", "A04"):
        with town.at(code, AUTHORITY_KEY) as station:
            file = renew(station, [AUTHORITY_KEY])
        with town.at("A00", AUTHORITY_KEY) as station:
            file = approve(station, file, 1000).file
        with town.at(code, AUTHORITY_KEY) as station:
            assert join(station, file) == [code]
    town.sync("A00", "A03", "A04", "A00", NORTH, SOUTH)


def told(town: Town) -> None:
    town.state()
    town.sync(NORTH, SOUTH, "A03", NORTH, SOUTH)


def test_a_renewal_goes_on_with_the_same_journal(town: Town) -> None:
    town.dispatch()
    town.sync(SOUTH, NORTH)
    town.clock.ahead += 300 * 86400
    authorities_renewed(town)
    told(town)
    assert renewed(town, NORTH, "A03", "vt01", "ld01") == [NORTH, f"{NORTH}/cb01", f"{NORTH}/vt01", f"{NORTH}/ld01"]
    told(town)
    town.clock.ahead += 100 * 86400  # the old credentials have ended by now, and those of SOUTH
    assert renewed(town, SOUTH, "A04", "vt01") == [SOUTH, f"{SOUTH}/cb01", f"{SOUTH}/vt01"]
    told(town)
    with town.at(NORTH) as station:
        assert station.origin == f"antin/{NORTH}/1" and station.own.subject.name == "Vụ Bắc và Trung"
    town.dispatch(name="hai.pdf", data=b"%PDF-1.7\nhai\n")
    assert [each.state for each in town.sync(SOUTH).outcomes] == ["entered"]
    town.sync(NORTH, SOUTH)
    for code in (NORTH, SOUTH):
        with town.at(code) as station:
            rows = incidents(station)
        assert {row["what"] for row in rows} <= {"ended"}  # those officers who were not renewed
    town.audit()


def test_after_the_end_nothing_is_signed_but_a_renewal_is_asked(town: Town) -> None:
    town.clock.ahead += YEAR + 86400
    authorities_renewed(town)
    with town.at(NORTH, "cb01") as station, pytest.raises(Refused, match="credential-expired"):
        station.acting("cb01")
    assert renewed(town)[0] == NORTH
    with town.at(NORTH, "cb01") as station:
        station.acting("cb01")
    town.audit()


def test_an_authority_that_ended_binds_nobody_on(town: Town) -> None:
    """Its stations stand until it is renewed itself; then they go on without a new credential."""
    with town.at(NORTH, "cb01") as station:
        file = renew(station, ["cb01"])
    with town.at("A03", AUTHORITY_KEY) as station:
        file = approve(station, file, 1000).file
    with town.at(NORTH) as station:
        join(station, file)
    town.clock.ahead += YEAR + 86400
    town.sync("A03", NORTH)
    with town.at(NORTH, "cb01") as station, pytest.raises(Refused, match=r"credential-expired.*A03"):
        station.acting("cb01")
    authorities_renewed(town)
    with town.at(NORTH, "cb01") as station:
        station.acting("cb01")
    town.audit()


@pytest.mark.parametrize("asker", ["revoked", "another"])
def test_who_may_not_renew(town: Town, asker: str) -> None:
    with town.at(NORTH, "cb01", "vt01") as station:
        file = renew(station, ["cb01"])
        with pytest.raises(Refused, match="role-missing"):
            renew(station, ["vt01"])
    with town.at("A03", AUTHORITY_KEY) as station:
        if asker == "revoked":
            revoke(station, station.directory.find(NORTH), station.now(), "keys-lost")
            with pytest.raises(Refused, match="credential-revoked"):
                approve(station, file, 365)
            return
    with town.at("A04", AUTHORITY_KEY) as station, pytest.raises(Refused):
        approve(station, file, 365)
    town.audit()


def test_a_renewal_killed_before_it_is_joined_can_be_asked_again(town: Town, tmp_path: Path) -> None:
    with town.at(NORTH, "cb01") as station:
        renew(station, ["cb01"])  # the file is lost
    assert renewed(town)[0] == NORTH
    town.sync("A03", NORTH, SOUTH)
    path = town.dispatch()
    assert path.exists() and [each.state for each in town.sync(SOUTH).outcomes] == ["entered"]
    town.audit()


def test_what_ends_is_said_sixty_days_ahead(town: Town) -> None:
    def said() -> list[tuple[str, str]]:
        with town.at(NORTH) as station:
            return [(row["what"], row["who"]) for row in incidents(station) if row["what"] in ("ends", "ended")]

    town.clock.ahead = YEAR - 62 * 86400
    assert said() == []
    town.clock.ahead = YEAR - 60 * 86400 + 60
    assert ("ends", NORTH) in said() and ("ends", f"{NORTH}/vt01") in said()
    with town.at(NORTH) as station:
        assert {each.days for each in ending(station)} <= {59, 60}
    town.clock.ahead = YEAR - 6 * 86400 - 3600  # an hour on the safe side: a slow machine founds for minutes
    with town.at(NORTH) as station:
        assert {each.days for each in ending(station)} >= {6}
    town.clock.ahead = YEAR + 60
    assert ("ended", NORTH) in said()
    authorities_renewed(town)
    renewed(town, NORTH, "A03", "vt01", "ld01")
    assert not {NORTH, f"{NORTH}/vt01"} & {who for _, who in said()}
    town.audit()


def test_evidence_of_before_a_renewal_stays_valid(town: Town, tmp_path: Path) -> None:
    """And of after it: old and new credentials of both sides stand beside one another."""
    root = bytes.fromhex((town.folder / "root").read_text())[:25]

    def verdict(dispatch: str) -> str:
        with town.at(NORTH, "vt01") as station:
            return verify(BytesIO(prove(station, dispatch, "vt01")), root).verdict

    def answered(number: int) -> None:
        town.dispatch(name=f"{number}.pdf", data=b"%PDF-1.7\n" + bytes([number]))
        town.sync(SOUTH)
        town.open(SOUTH, "cb01", f"den-{number}", tmp_path / f"{number}.pdf")
        town.sync(SOUTH, NORTH)
        town.clock.ahead += 2
        town.state()
        town.sync(SOUTH, NORTH)

    answered(1)
    assert verdict("di-1") == VALID
    renewed(town, NORTH, "A03", "vt01", "ld01")
    renewed(town, SOUTH, "A04", "vt01")
    town.sync("A03", "A04", "A00", NORTH, SOUTH)
    assert verdict("di-1") == VALID
    answered(2)
    assert verdict("di-1") == verdict("di-2") == VALID
    with town.at(NORTH, "vt01") as station:
        raw = prove(station, "di-2", "vt01")
        old, *_ = station.directory.named(NORTH)
        beside = ("credential", "", station.directory.raw(old.digest))
        issued = ("record", "credential-issued", entry_of(station, old))
    frames = [(each.kind, each.name, each.data()) for each in bundle.Reader(BytesIO(raw), bundle.EVIDENCE)]
    people, slip = [[at for at, each in enumerate(frames) if each[0] == kind] for kind in ("credential", "slip")]
    start, end = people[-1] + 1, slip[0]
    more = [*frames[:start], beside, *frames[start:end], issued, *frames[end:]]
    assert verify(BytesIO(packets.write(packets.EVIDENCE, more)), root).verdict == VALID
    town.audit()


def test_an_officer_counts_under_his_agency_of_then(town: Town, tmp_path: Path) -> None:
    """Who leaves out the agency under which an officer was bound, and shows a later one alone, proves nothing."""
    root = bytes.fromhex((town.folder / "root").read_text())[:25]
    renewed(town, NORTH, "A03")  # the agency alone: its officers still stand under the old credential
    town.sync("A03", "A04", "A00", NORTH, SOUTH)
    town.dispatch()
    town.sync(SOUTH, NORTH)
    town.clock.ahead += 2
    town.state()
    town.sync(SOUTH, NORTH)
    with town.at(NORTH, "vt01") as station:
        raw = prove(station, "di-1", "vt01")
        old, *_ = station.directory.named(NORTH)
        issued = entry_of(station, old)
        left_out = {station.directory.raw(old.digest), issued, encode(status_of(station, old))}
    frames = [(each.kind, each.name, each.data()) for each in bundle.Reader(BytesIO(raw), bundle.EVIDENCE)]
    without = [each for each in frames if each[2] not in left_out]
    assert len(without) == len(frames) - 3
    assert verify(BytesIO(raw), root).verdict == VALID
    assert verify(BytesIO(packets.write(packets.EVIDENCE, without)), root).verdict == NOT_PROVEN
    town.audit()


def test_level_keys_end_and_are_made_anew(town: Town) -> None:
    """After 400 days nothing is sealed under the old key of a level; what was sealed is still opened."""
    town.dispatch()
    town.clock.ahead += 300 * 86400
    told(town)
    for code, authority in ((NORTH, "A03"), (SOUTH, "A04")):
        renewed(town, code, authority, "vt01", "ld01")
    told(town)
    with town.at(NORTH) as station:
        before = station.directory.level_key(station.directory.find(SOUTH), 2, station.now())
    town.clock.ahead += 399 * 86400
    told(town)
    with town.at(NORTH) as station:
        assert station.directory.level_key(station.directory.find(SOUTH), 2, station.now()) == before
    town.clock.ahead += 3 * 86400
    with town.at(NORTH) as station, pytest.raises(Refused, match="level-key-expired"):
        station.directory.level_key(station.directory.find(SOUTH), 2, station.now())
    town.audit()
