"""An insider with one authority's or one station's keys, or whoever holds the link, against everybody else."""

from __future__ import annotations

import base64
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from town import NORTH, PASS, SISTER, SOUTH, Town, bind

from antin.acts import renew as renewing
from antin.acts import witness
from antin.acts.approve import approve, revoke
from antin.acts.create_station import FirstOfficer, NewStation, request_agency, request_officer
from antin.acts.join import join
from antin.acts.publishing import look, unread
from antin.acts.receive import receive
from antin.errors import Conflict, Malformed, Missing, Refused
from antin.kernel.crypto.locker import CHEAPEST
from antin.kernel.formats.epoch import EpochAccepted
from antin.kernel.formats.shape import encode
from antin.kernel.formats.succession import LevelKey
from antin.relay.folder import FolderLink
from antin.signer.signer import STATION, Hand
from antin.station import packets, rows
from antin.station.news import news, owe
from antin.station.station import AUTHORITY_KEY, Station


def test_a_revocation_reaches_the_credential_before_the_renewal(town: Town) -> None:
    """A renewal keeps the keys: whoever stole them must not sign on under the old credential."""
    with town.at(SOUTH) as station:
        old = station.directory.find(NORTH)
    town.clock.ahead = 10
    with town.at(NORTH, "cb01") as station:
        file = renewing.renew(station, ["cb01"])
    bind(town, "A03", NORTH, file)
    with town.at("A03", AUTHORITY_KEY) as station:
        revoke(station, station.directory.find(NORTH), station.now(), "stolen")
    town.sync("A03", SOUTH)
    town.clock.ahead = 60
    with town.at(SOUTH) as station:
        for each in (station.directory.find(NORTH), station.directory[old.digest]):
            with pytest.raises(Refused, match="credential-revoked"):
                station.directory.check_valid(each, station.now())
    town.audit()


def test_an_officer_whose_request_stood_first_falls_with_his_agency(town: Town) -> None:
    code, root = "A03.17", bytes.fromhex((town.folder / "root").read_text())[:25]
    plan = NewStation(code, "Vụ", "ngoai-giao", professional="A03", relay=str(town.relay))
    first = FirstOfficer("cb01", "Cán bộ", ("cipher", "officer"), PASS)
    frames = packets.read_all(
        BytesIO(request_agency(town.home(code), plan, first, root, {"cost": CHEAPEST})), packets.REQUEST
    )
    turned = sorted(frames, key=lambda frame: frame[0] != "request")[: sum(f[0] == "request" for f in frames)][::-1]
    rest = [frame for frame in frames if frame[0] != "request"]
    bind(town, "A03", code, packets.write(packets.REQUEST, [*turned, *rest]))
    with town.at("A03", AUTHORITY_KEY) as station:
        revoke(station, station.directory.find(code), station.now(), "stolen")
        officers = [station.directory[each] for each in station.directory]
        officer = next(each for each in officers if each.name == f"{code}/cb01")
        assert station.directory.revoked_since(officer) is not None


@pytest.mark.parametrize(("authority", "epoch"), [("A04", 2**53 - 1), ("A04", 9_999_999), ("A03", 9_999_999)])
def test_no_authority_stops_a_station_with_an_absurd_epoch(town: Town, authority: str, epoch: int) -> None:
    nothing = sha256().digest()
    with town.at(authority, AUTHORITY_KEY) as station:
        public = EpochAccepted(NORTH, epoch, 0, nothing, 0, nothing, bytes(32))
        station.commit([station.record("epoch-accepted", public, [station.station_hand()])])
    town.sync(authority, SOUTH, NORTH)
    town.dispatch()
    report = town.sync(SOUTH)
    assert [each.state for each in report.outcomes] == ["entered"]
    town.audit()


def test_what_is_not_signed_says_nothing_of_what_the_sender_knows(town: Town) -> None:
    with town.at(NORTH) as station:
        point = station.journal.newest_checkpoint()
    text = f"antin/A03/1\n{2**53 - 1}\n{base64.b64encode(bytes(32)).decode()}\n\n".encode()
    with town.at(SOUTH) as station:
        receive(station, [("checkpoint", "", point), ("checkpoint", "", text + point.partition(b"\n\n")[2])],
                lambda _: None)  # fmt: skip
        assert station.db.value("SELECT max(size) FROM passed WHERE origin = 'antin/A03/1'") in (None, 19)


def test_junk_among_its_parts_does_not_stop_an_authority(town: Town) -> None:
    (town.relay / "directory" / "A03-1-000009").write_bytes(b"x")
    with town.at("A03", AUTHORITY_KEY) as station:
        look(station, unread(station, FolderLink(town.relay)))
        revoke(station, station.directory.find(SISTER), station.now(), "stolen")


def test_a_station_with_ever_new_level_keys_fills_neither_its_authority_nor_the_directory(town: Town) -> None:
    """NORTH signs forty generations and lays them before A03, sixteen with an envelope."""
    with town.at(NORTH) as station:
        made = station.directory.level_key(station.own, 1, station.now())
        hand, now = Hand.bare(STATION, station.own.keys.kid), station.now()
        values = [LevelKey(NORTH, 1, generation, made, now, now + 86400) for generation in range(2, 42)]
        station.signer.in_turn = lambda: True
        raws = [station.signer.sign("antin/level-key/1", encode(each), [hand], now) for each in values]
        point = station.journal.newest_checkpoint()
    with town.at("A03") as station:
        for n in range(0, len(raws), 16):
            receive(station, [("checkpoint", "", point), *(("level-key", "", raw) for raw in raws[n : n + 16])],
                    lambda _: None)  # fmt: skip
        kid = station.directory.find(NORTH).keys.kid
        kept = station.db.rows("SELECT generation FROM level_keys WHERE code = ? AND level = 1", NORTH)
        assert sorted(kept) == [(39,), (40,), (41,)]
        assert len(rows.list_newest_level_keys.all(station.db, NORTH, kid)) <= 12


def test_an_authority_puts_no_line_under_a_journal_that_it_revoked(town: Town) -> None:
    """Else whoever stole the keys dates a signature back and has a third party's word for it."""
    town.dispatch()
    town.sync("A03", NORTH)
    with town.at("A03", AUTHORITY_KEY) as station:
        assert any(raw.count(b"antin/A03/1") for kind, _, raw in news(station, NORTH) if kind == "checkpoint")
        revoke(station, station.directory.find(NORTH), station.now(), "stolen")
        echoes = [raw for kind, _, raw in news(station, NORTH) if kind == "checkpoint" and NORTH.encode() in raw]
        assert echoes and not any(b"antin/A03/1" in raw for raw in echoes)
    town.audit()


def test_a_request_whose_credential_was_revoked_is_not_approved_again(town: Town) -> None:
    with town.at(NORTH, "cb01") as station:
        request = request_officer(station, "cb01", FirstOfficer("moi", "Mới", ("officer",), PASS), 1)
    bind(town, "A03", NORTH, request)
    with town.at("A03", AUTHORITY_KEY) as station:
        revoke(station, station.directory.find(NORTH, "moi"), station.now(), "stolen")
        with pytest.raises(Refused, match="request-revoked"):
            approve(station, request, 365)
    town.audit()


def test_an_approval_that_the_books_refuse_uses_no_key(town: Town, tmp_path: Path) -> None:
    """NORTH's name is bound already: refused before anything is signed, so that no use is lost."""
    root = bytes.fromhex((town.folder / "root").read_text())[:25]
    plan = NewStation(NORTH, "Vụ Bắc mới", "ngoai-giao", professional="A03", relay=str(town.relay))
    first = FirstOfficer("cb01", "Mới", ("cipher", "officer"), PASS)
    request = request_agency(tmp_path / "moi", plan, first, root, {"cost": CHEAPEST})
    with town.at("A03", AUTHORITY_KEY) as station:
        before = station.signer.memory.last_use(station.own.digest)
        with pytest.raises(Conflict, match="code-bound-already"):
            approve(station, request, 365)
        assert station.signer.memory.last_use(station.own.digest) == before
        twice = [frame for frame in packets.read_all(BytesIO(request), packets.REQUEST) if frame[0] == "request"]
        with pytest.raises(Malformed, match="twice"):
            approve(station, packets.write(packets.REQUEST, [*twice, *twice]), 365)
    town.audit()


def test_what_cannot_be_written_to_one_peer_stops_no_other(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = witness.letter

    def letter(station: Station, peer: str) -> object:
        if peer == SISTER:
            raise Missing("addressee-unknown", name=peer, nearest="–")
        return whole(station, peer)

    with town.at(NORTH) as station:
        for peer in (SISTER, SOUTH):
            owe(station, peer)
    monkeypatch.setattr(witness, "letter", letter)
    report = town.sync(NORTH)
    assert [(name, error.code) for name, error in report.aside] == [(f"to/{SISTER}", "addressee-unknown")]
    assert list((town.relay / "to" / SOUTH).iterdir())
    town.audit()


def test_a_station_founded_anew_is_witnessed_in_its_new_epoch(town: Town, tmp_path: Path) -> None:
    town.dispatch()
    town.sync(SOUTH, NORTH, "A03", NORTH)
    root = bytes.fromhex((town.folder / "root").read_text())[:25]
    plan = NewStation(NORTH, "Vụ Bắc mới", "ngoai-giao", professional="A03", relay=str(town.relay))
    first = FirstOfficer("cb01", "Mới", ("cipher", "officer"), PASS)
    request = request_agency(tmp_path / "moi", plan, first, root, {"cost": CHEAPEST})
    with town.at("A03", AUTHORITY_KEY) as station:
        revoke(station, station.directory.find(NORTH), station.now(), "keys-lost")
        file = approve(station, request, 365).file
    town.home(NORTH).rename(tmp_path / "cu")
    (tmp_path / "moi").rename(town.home(NORTH))
    with town.at(NORTH) as station:
        join(station, file)
    for _ in range(3):
        town.clock.ahead += 4000
        town.sync("A03", NORTH)
    with town.at(NORTH) as station:
        assert station.journal.newest_cosigned() is not None
