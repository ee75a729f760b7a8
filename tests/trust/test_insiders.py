"""An insider with one authority's or one station's keys, or whoever holds the link, against everybody else."""

from __future__ import annotations

import base64
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from town import NORTH, PASS, SISTER, SOUTH, Town, bind

from antin.acts import renew as renewing
from antin.acts.approve import revoke
from antin.acts.create_station import FirstOfficer, Plan, request_agency
from antin.acts.publishing import look
from antin.acts.receive import receive
from antin.errors import Refused
from antin.kernel.crypto.locker import CHEAPEST
from antin.kernel.formats.epoch import EpochAccepted
from antin.relay.folder import FolderLink
from antin.signer.signer import Hand
from antin.station import packets
from antin.station.mirror import SQL
from antin.station.station import AUTHORITY_KEY


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
    plan = Plan(code, "Vụ", "ngoai-giao", professional="A03", relay=str(town.relay))
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
        station.commit([station.record("epoch-accepted", public, [Hand(AUTHORITY_KEY, station.own.digest)])])
    town.sync(authority, SOUTH, NORTH)
    town.dispatch()
    report = town.sync(SOUTH)
    if authority != "A03":  # its own authority may say that its journal went on under another name
        assert [each.state for each in report.outcomes] == ["entered"]


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
        look(station, FolderLink(town.relay))
        revoke(station, station.directory.find(SISTER), station.now(), "stolen")


def test_a_station_with_ever_new_level_keys_does_not_fill_the_directory(town: Town) -> None:
    with town.at("A03") as station:
        known = station.directory.find(NORTH)
        raw = station.db.rows(SQL["list_level_keys"], NORTH, known.keys.kid)[0][0]
        for generation in range(2, 40):
            station.db.run(SQL["insert_level_key"], NORTH, known.keys.kid, 1, generation, 0, 2**40, raw, 1)
        assert len(station.db.rows(SQL["list_newest_level_keys"], NORTH, known.keys.kid)) <= 12


def test_a_station_founded_anew_is_witnessed_in_its_new_epoch(town: Town, tmp_path: Path) -> None:
    from antin.acts.approve import approve
    from antin.acts.join import join

    town.dispatch()
    town.sync(SOUTH, NORTH, "A03", NORTH)
    root = bytes.fromhex((town.folder / "root").read_text())[:25]
    plan = Plan(NORTH, "Vụ Bắc mới", "ngoai-giao", professional="A03", relay=str(town.relay))
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
