"""A name stands for the keys of its one holder: codes are allotted by the root, and a credential continues another."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from town import NORTH, PASS, SISTER, SOUTH, Town, bind

from antin.acts import approve as approving
from antin.acts import renew as renewing
from antin.acts.approve import approve, revoke
from antin.acts.create_station import FirstOfficer, NewStation, request_agency, request_authority
from antin.acts.join import join
from antin.acts.send import agree
from antin.acts.status import status_record
from antin.errors import AntinError, Conflict, Missing, Refused
from antin.kernel.allot import allot, owner_of, scopes_of
from antin.kernel.crypto import suite as suites
from antin.kernel.crypto.locker import CHEAPEST
from antin.kernel.formats import note
from antin.kernel.formats.allotted import CodesAllotted
from antin.kernel.formats.credential import Credential
from antin.kernel.formats.shape import encode
from antin.registers.keys import deeds as keys_deeds
from antin.registers.keys.records import CredentialIssued
from antin.station.station import AUTHORITY_KEY
from antin.views.incidents import incidents

ARGS = {"cost": CHEAPEST}


def root_of(town: Town) -> bytes:
    return bytes.fromhex((town.folder / "root").read_text())[:25]


def twin_request(town: Town, folder: Path, code: str = NORTH) -> bytes:
    """Somebody founds a station under a name that is another's, with keys of his own."""
    plan = NewStation(code, "Giả", "dang-chinh-quyen", professional="A04", relay=str(town.relay))
    first = FirstOfficer("cb01", "Kẻ giả", ("cipher", "officer"), PASS)
    return request_agency(folder / "gia", plan, first, root_of(town), ARGS)


def second_request(town: Town, folder: Path) -> bytes:
    """NORTH is founded once more, in ``folder / "moi"``, and asks its own authority."""
    plan = NewStation(NORTH, "Vụ Bắc mới", "ngoai-giao", professional="A03", relay=str(town.relay))
    first = FirstOfficer("cb01", "Mới", ("cipher", "officer"), PASS)
    return request_agency(folder / "moi", plan, first, root_of(town), ARGS)


def bind_unchecked(town: Town, authority: str, request: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """The authority's key binds what its own program would refuse."""
    with monkeypatch.context() as patch, town.at(authority, AUTHORITY_KEY) as station:
        patch.setattr(approving.check, "check_code", lambda *_: None)
        patch.setattr(approving.check, "check_scope", lambda *_: None)
        approve(station, request, 365)


def signing_kid(town: Town, at: str, code: str) -> bytes:
    with town.at(at) as station:
        return station.directory.find(code).keys.kid


def test_an_authority_cannot_take_over_the_name_of_another_branch(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its own program refuses; made otherwise, nobody follows, and everybody can name the authority that did it."""
    request, before = twin_request(town, tmp_path), signing_kid(town, SOUTH, NORTH)
    with town.at("A04", AUTHORITY_KEY) as station, pytest.raises(AntinError) as refused:
        approve(station, request, 365)
    assert refused.value.code in ("code-not-allotted", "issuer-out-of-scope")
    bind_unchecked(town, "A04", request, monkeypatch)
    town.sync("A04", "A00", SOUTH, NORTH)
    for at in (SOUTH, NORTH):
        assert signing_kid(town, at, NORTH) == before, at
    with town.at(SOUTH) as station:
        named = [(row["code"], row["who"]) for row in incidents(station) if row["what"] == "conflict"]
    assert ("code-bound-twice", "antin/A04/1") in named
    path = town.dispatch()
    assert path.exists() and [each.state for each in town.sync(SOUTH).outcomes] == ["entered"]
    town.audit("A04")


def test_the_owner_of_a_name_is_told_apart_from_a_second_holder_in_the_same_branch(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The branch's own authority binds one name to other keys: correspondents keep the first until an officer agrees,
    and the second holder's journal is another epoch, no fork."""
    town.dispatch()
    town.sync(SOUTH, NORTH)
    request = second_request(town, tmp_path)
    with town.at("A03", AUTHORITY_KEY) as station:
        revoke(station, station.directory.find(NORTH), station.now(), "keys-lost")
        file = approve(station, request, 365).file
    moved = town.home(NORTH).rename(tmp_path / "cu")
    assert moved.exists()
    (tmp_path / "moi").rename(town.home(NORTH))
    with town.at(NORTH) as station:
        join(station, file)
        assert station.origin == note.origin(NORTH, 2)
    town.sync("A03", SOUTH)
    path = town.pdf("thu.pdf")
    town.signed(SOUTH, path)
    with pytest.raises(Refused, match="name-changed"):
        town.send(SOUTH, path, NORTH)
    with town.at(SOUTH, "vt01") as station:
        agree(station, "vt01", NORTH)
    town.send(SOUTH, path, NORTH)
    town.sync(SOUTH, NORTH, "A03", SOUTH, NORTH)
    with town.at(SOUTH) as station:
        assert not [row for row in incidents(station) if row["code"] == "journal-forked"]
        assert station.db.value("SELECT state FROM dispatch_out WHERE addressee = ?", NORTH) == "arrived"
    town.audit()


def test_a_name_that_its_own_authority_binds_twice_stops_also_who_never_wrote_there(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SOUTH's books begin after both: to it neither is the first. An officer who asked elsewhere may go on."""
    request = second_request(town, tmp_path)
    with town.at("A03", AUTHORITY_KEY) as station:
        monkeypatch.setattr(keys_deeds, "list_bound", SimpleNamespace(all=lambda *_: []))
        approve(station, request, 365)
        monkeypatch.undo()
    town.sync("A03", SOUTH)
    with town.at(SOUTH) as station:
        assert len(station.directory.named(NORTH)) == 2  # and both came with its first directory
        station.db.run("UPDATE directory SET seen = (SELECT max(seen) FROM directory) WHERE code = ?", NORTH)
    path = town.pdf("thu.pdf")
    town.signed(SOUTH, path)
    with pytest.raises(Refused, match="name-contested"):
        town.send(SOUTH, path, NORTH)
    with town.at(SOUTH, "vt01") as station:
        agree(station, "vt01", NORTH)
    town.send(SOUTH, path, NORTH)
    town.audit("A03")


def test_a_new_authority_binds_its_own_codes_alone(town: Town, tmp_path: Path) -> None:
    request = request_authority(
        town.home("A05"), NewStation("A05", "Cơ yếu mới", "quan-doi"), PASS, root_of(town), ARGS
    )
    bind(town, "A00", "A05", request, AUTHORITY_KEY)
    with town.at("A00", AUTHORITY_KEY) as station:
        assert station.directory.scopes("A05") == ("A05", "A05.")
        for codes in (("A03.15",), ("A03.",), ("A04",)):
            with pytest.raises(Conflict, match="code-of-another"):
                approving.allot(station, "A05", codes)
        assert station.directory.scopes("A05") == ("A05", "A05.")
        approving.allot(station, "A05", ("B01.",))
        assert station.directory.scopes("A05") == ("A05", "A05.", "B01.")
    town.audit()


OWNERS = {"A03": "A03", "A03.": "A03", "A03.1": "A03", "A03.16": "A03", "A03.2.": "A03", "A03.2.7": "A04",
          "A03.2.9": "A03", "A04": "A04", "A04.": "A04", "B01.5": "A04"}  # fmt: skip


@pytest.mark.parametrize(("authority", "scope", "moved_from", "changed"), [
    ("A05", "A05.", "", ("A05.",)), ("A05", "B01", "", ("B01",)), ("A05", "B01.", "", None),
    ("A04", "B01.", "", ("B01.",)),
    ("A05", "A03.15", "", None), ("A05", "A03.", "", None), ("A05", "A04", "", None),
    ("A04", "A03.15", "A03", ("A03.15",)), ("A04", "A03.15", "A05", None), ("A04", "A03.15", "", None),
    ("A04", "B02.", "A03", None), ("A04", "A04.1", "A03", None), ("A04", "A03", "A03", None),
    ("A05", "A03.2.", "A03", None),
    ("A04", "A03.1", "A03", ("A03.1",)), ("A04", "A03.2.", "A03", ("A03.2.", "A03.2.9")),
    ("A03", "A03.7.", "", ("A03.7.",)),
])  # fmt: skip
def test_what_one_record_gives(authority: str, scope: str, moved_from: str, changed: tuple[str, ...] | None) -> None:
    """Nothing else changes hands; None: it is another's, or not whose it is said to be."""
    public = CodesAllotted(authority, (scope,), moved_from)
    if changed is None:
        with pytest.raises(Conflict, match="code-of-another"):
            allot(OWNERS, public)
    else:
        assert allot(OWNERS, public) == {**OWNERS, **dict.fromkeys(changed, authority)}


def test_a_code_belongs_to_the_narrowest_that_speaks_of_it() -> None:
    found = {code: owner_of(OWNERS, code) for code in ("A03", "A03.9", "A03.2.7", "A03.2.8", "B01", "B01.5", "B01.51")}
    assert found == {"A03": "A03", "A03.9": "A03", "A03.2.7": "A04", "A03.2.8": "A03", "B01": "", "B01.5": "A04",
                     "B01.51": ""}  # fmt: skip
    assert scopes_of(OWNERS, "A03") == ("-A03.2.7", "A03", "A03.", "A03.1", "A03.16", "A03.2.", "A03.2.9")
    assert scopes_of(OWNERS, "A04") == ("A03.2.7", "A04", "A04.", "B01.5")


def test_a_moved_code_is_bound_by_its_new_authority_only(town: Town, tmp_path: Path) -> None:
    """SISTER moves from A03 to A04: what A03 bound before stays, what it binds afterwards counts nowhere."""
    with town.at("A00", AUTHORITY_KEY) as station:
        approving.allot(station, "A04", (SISTER,), "A03")
        assert SISTER in station.directory.scopes("A04") and f"-{SISTER}" in station.directory.scopes("A03")
    town.sync("A00", "A03", "A04", SOUTH)
    with town.at(SISTER, "cb01") as station:
        file = renewing.renew(station, ["cb01"])
    with town.at("A03", AUTHORITY_KEY) as station, pytest.raises(Refused):
        approve(station, file, 365)
    with town.at(SOUTH) as station, pytest.raises(Missing):
        station.directory.find(SISTER)
    town.audit()


def test_an_unproven_credential_is_neither_kept_nor_named(town: Town, tmp_path: Path) -> None:
    """A credential that its issuer's journal does not have: it travels along with an envelope and leaves nothing."""
    with town.at("A03", AUTHORITY_KEY) as station:
        known = station.directory.find(NORTH)
        now = station.now()
        forged = replace(known.credential, id=os.urandom(16), not_before=now, not_after=now + 86400)
        station.signer.in_turn = lambda: True
        raw = station.signer.sign("antin/credential/1", encode(forged), [station.station_hand()], now)
    with town.at(SOUTH) as station:
        objects = station.db.value("SELECT count(*) FROM objects")
        beside = station.directory.beside([raw])
        with pytest.raises(Missing, match="credential-not-in-directory"):
            beside[suites.object_digest(raw)]
        with pytest.raises(Missing, match="credential-not-in-directory"):
            station.directory.keep(raw)
        assert station.db.value("SELECT count(*) FROM objects") == objects
        assert station.directory.find(NORTH).digest == known.digest
    town.audit()


def test_an_entry_of_one_authority_founds_nothing_of_another(town: Town) -> None:
    """A04 writes the entry of a credential that A03 signed: the entry must stand in its issuer's own journal."""
    with town.at("A03", AUTHORITY_KEY) as station:
        known, now = station.directory.find(NORTH), station.now()
        body = Credential(os.urandom(16), known.credential.subject, now, now + 86400, known.credential.request,
                          known.digest, b"", 2)  # fmt: skip
        station.signer.in_turn = lambda: True
        raw = station.signer.sign("antin/credential/1", encode(body), [station.station_hand()], now)
    with town.at("A04", AUTHORITY_KEY) as station:
        hand = station.station_hand()
        issued = CredentialIssued(body.id, suites.object_digest(raw), 1, NORTH, 2, known.digest, body.not_after)
        station.commit([station.record("credential-issued", issued, [hand])])
        station.commit([status_record(station)])
    town.sync("A04", SOUTH)
    with town.at(SOUTH) as station, pytest.raises(Missing, match="credential-not-in-directory"):
        station.directory.keep(raw)
    town.audit()
