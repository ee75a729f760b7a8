"""The main job over a relay, and what the relay sees of it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from town import NORTH, PASS, PDF, SISTER, SOUTH, Town, bind

from antin.acts import links
from antin.acts.approve import revoke
from antin.acts.create_station import NewStation, create_root, request_authority
from antin.errors import AntinError, Missing, Refused, Unavailable, Unverified
from antin.kernel.crypto.locker import CHEAPEST
from antin.kernel.crypto.tree import PIECE
from antin.relay.https import HttpsLink
from antin.station.station import AUTHORITY_KEY
from relay.relays import NetTown, set_relay

NOWHERE = "https://127.0.0.1:1/#" + "00" * 32
BIG = PDF + os.urandom(3 * PIECE)


def states(town: Town, code: str = NORTH) -> list[str]:
    with town.at(code) as station:
        return [state for (state,) in station.db.rows("SELECT state FROM dispatch_out ORDER BY n")]


@pytest.mark.parametrize("data", [PDF, BIG], ids=["small", "in-pieces"])
def test_send_receive_open_answer_witness(net: NetTown, data: bytes) -> None:
    net.dispatch(data=data, precedence=1)
    report = net.sync(SOUTH)
    assert [each.state for each in report.outcomes if each.kind == "slip"] == ["entered"] and not report.owed
    with net.at(SOUTH) as station:
        (n,) = station.db.row("SELECT n FROM dispatch_in")
    net.accept(SOUTH, "ld01", f"den-{n}")
    target = net.folder / "mo.pdf"
    net.open(SOUTH, "ld01", f"den-{n}", target)
    assert target.read_bytes() == data
    net.sync(SOUTH, "A04", SOUTH, NORTH, "A03", NORTH)
    with net.at(NORTH) as station:
        assert station.db.value("SELECT count(*) FROM dispatch_out WHERE state = 'opened'") == 1
        assert station.db.value("SELECT count(*) FROM dispatch_receipts") == 3
    assert not list((net.relay / "blobs").glob("[0-9a-f]*")) and not list(net.relay.glob("partial/*/*"))
    assert not [path for path in net.relay.rglob("*") if path.is_file() and b"%PDF" in path.read_bytes()]
    net.audit()


def test_the_link_key_is_vouched_for_once_and_accounted_for(net: NetTown) -> None:
    net.sync(NORTH, NORTH, SOUTH, NORTH)
    with net.at(NORTH) as station:
        kinds = [kind for (kind,) in station.db.rows("SELECT kind FROM entries")]
    assert kinds.count("link-key") == 1 and "uses-lost" not in kinds
    assert (net.home(NORTH) / "signer/link.key").stat().st_mode & 0o777 == 0o600
    net.audit()


def test_a_lost_link_key_is_made_again(net: NetTown) -> None:
    net.sync(NORTH)
    (net.home(NORTH) / "signer/link.key").unlink()
    net.sync(NORTH)
    net.audit()


def test_an_authority_says_what_to_run_before_it_has_vouched(town: Town) -> None:
    set_relay(town, NOWHERE, NORTH)
    with town.at("A03") as station, pytest.raises(Unavailable, match="link-key-missing"):
        links.link_of(station, NOWHERE)


def founding(town: Town, relay: str) -> bytes:
    """A third branch authority, A05, that asks to be bound."""
    root = bytes.fromhex((town.folder / "root").read_text())
    plan = NewStation("A05", "Cơ yếu mới", "quoc-phong", relay=relay)
    return request_authority(town.home("A05"), plan, PASS, root[:25], {"cost": CHEAPEST})


@pytest.mark.parametrize("relay", [NOWHERE, ""], ids=["relay", "no-link"])
def test_an_authority_vouches_for_its_link_key_when_it_joins(town: Town, relay: str) -> None:
    """Its key is unlocked then; its first exchange comes without a passphrase."""
    bind(town, "A00", "A05", founding(town, relay), AUTHORITY_KEY)
    with town.at("A05") as station:
        kinds = [kind for (kind,) in station.db.rows("SELECT kind FROM entries")]
        assert kinds.count("link-key") == bool(relay)
        if relay:
            assert isinstance(links.link_of(station), HttpsLink)
    town.audit()


def test_who_has_not_joined_is_told_so_and_not_to_unlock_a_key(town: Town) -> None:
    founding(town, NOWHERE)
    with town.at("A05", AUTHORITY_KEY) as station:
        with pytest.raises(Missing, match="station-not-joined"):
            links.link_of(station)
        assert not (town.home("A05") / "signer/link.key").exists()


def test_another_certificate_than_the_typed_one(net: NetTown) -> None:
    place, _, typed = net.server.address.partition("#")
    set_relay(net, f"{place}#{'0' + typed[1:] if typed[0] != '0' else '1' + typed[1:]}", NORTH)
    with pytest.raises(Unverified, match="relay-not-pinned"):
        net.sync(NORTH)


def test_a_revoked_station_is_refused_once_the_directory_says_so(net: NetTown) -> None:
    net.sync(NORTH)
    with net.at("A03") as station:
        station.sign_in(AUTHORITY_KEY, PASS)
        revoke(station, station.directory.find(NORTH), station.now(), "other")
    net.sync(SISTER)  # the relay does not know yet
    net.sync("A03")
    with pytest.raises(Refused, match="credential-revoked"):
        net.sync(NORTH)
    net.sync(SISTER)
    net.server.kill()
    net.server.start()  # what a directory revoked is read again from it
    with pytest.raises(Refused, match="credential-revoked"):
        net.sync(NORTH)
    net.audit()


def test_a_station_of_another_root_is_refused(net: NetTown, tmp_path: Path) -> None:
    other = Town(tmp_path / "other")
    other.folder.mkdir()
    create_root(other.home("A00"), NewStation("A00", "Gốc khác"), PASS, {"cost": CHEAPEST})
    set_relay(other, net.server.address)
    with other.at("A00") as station:
        link = links.link_of(station)
    with pytest.raises(AntinError, match="root-not-expected"):
        link.waiting("A00")


def test_whoever_publishes_brings_what_proves_itself(net: NetTown) -> None:
    raw = net.link(NORTH).directory("A03-1")
    for who, name in (("A03", "A04-1"), ("A03", "A03-2"), ("A03", f"{NORTH}-1")):
        with pytest.raises(Refused, match="directory-not-yours"):
            net.link(who).put_directory(name, raw)
    net.link(NORTH).put_directory("A03-1", raw)  # the same journal, whoever brings it
    link = net.link("A03")
    link.put_directory("A03-1", raw)
    turned = bytearray(raw)
    turned[len(turned) // 2] ^= 1
    for wrong in (bytes(turned), raw[:-1], b""):
        with pytest.raises(AntinError):
            link.put_directory("A03-1", wrong)
    assert net.link(NORTH).directory("A03-1") == raw


def test_a_directory_that_shrank_is_refused(net: NetTown) -> None:
    old = net.link(NORTH).directory("A03-1")
    net.state()
    assert net.link(NORTH).directory("A03-1") != old
    with pytest.raises(AntinError, match="journal-forked"):
        net.link("A03").put_directory("A03-1", old)
