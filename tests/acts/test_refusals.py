"""Bad input at the acts: one clear code each, nothing half-written, refused rights recorded."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from town import NORTH, PASS, PDF, SISTER, SOUTH, Town, bind

from antin.acts.approve import approve, revoke
from antin.acts.create_station import FirstOfficer, NewStation, request_agency, request_officer
from antin.acts.join import join
from antin.acts.send import Address, Wish, send
from antin.acts.sign_document import sign_document
from antin.acts.stamp import stamp
from antin.errors import AntinError, Conflict, Malformed, Missing, Refused, Unavailable, Unverified
from antin.kernel.crypto.locker import CHEAPEST
from antin.kernel.formats.fields import Facts, Label
from antin.relay.folder import FolderLink
from antin.station import documents, settings
from antin.station.station import AUTHORITY_KEY, opened
from antin.storage.durable import Output

DAY = 86400


def refusals(town: Town, code: str) -> list[str]:
    with town.at(code) as station:
        return [row[0] for row in station.db.rows("SELECT code FROM dispatch_refusals ORDER BY idx")]


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda p: p.write_bytes(b"hello"), "file-not-pdf"),
        (lambda p: p.write_bytes(b""), "file-empty"),
        (lambda p: os.truncate(_touch(p), 10 * 1024**3), "file-too-large"),
        (lambda p: p.mkdir(), "file-not-regular"),
        (lambda p: p.symlink_to("/dev/null"), "file-not-regular"),
        (os.mkfifo, "file-not-regular"),
        (lambda p: None, "file-missing"),
    ],
)
def test_what_is_no_document(tmp_path: Path, make: Callable[[Path], object], code: str) -> None:
    path = tmp_path / "tep.pdf"
    make(path)
    with pytest.raises(AntinError) as caught:
        documents.examine(path)
    assert caught.value.code == code


def _touch(path: Path) -> Path:
    path.touch()
    return path


@pytest.mark.parametrize("name", ["xuống\ndòng.pdf", "\u202efdp.exe", "a\u200bb.pdf", "\x1b[31m.pdf"])
def test_hostile_names(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(PDF)
    with pytest.raises(Malformed, match="file-name-bad"):
        documents.examine(path)


def test_a_name_too_long_and_one_with_nul(tmp_path: Path) -> None:
    for name in ("a" * 300 + ".pdf", "a\0b.pdf"):
        with pytest.raises(Malformed, match="file-name-bad"):
            documents.examine(tmp_path / name)


def test_a_file_that_changes_while_it_is_sent(town: Town) -> None:
    path = town.pdf()
    examined = documents.examine(path)
    pieces = documents.pieces(examined)
    next(pieces)
    path.write_bytes(PDF + b"more")
    with pytest.raises(Conflict, match="file-changed"):
        list(pieces)


def test_sending_without_what_the_kind_requires(town: Town) -> None:
    path = town.pdf()
    with town.at(NORTH, "vt01") as station:
        facts = Facts("KH", "", station.now(), "", path.name, "application/pdf")
        wish = Wish([Address(SOUTH)], 0, label=Label(1, 0, (), (), 0), facts=facts)
        with pytest.raises(Refused, match="signature-required"):
            send(station, "vt01", path, wish)
        with pytest.raises(Refused, match="document-not-described"):
            send(station, "vt01", path, replace(wish, facts=None, label=None))
    assert refusals(town, NORTH) == ["signature-required", "document-not-described"]
    town.audit()


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        (Wish([Address("A04.28")], 0), "addressee-unknown"),
        (Wish([Address(NORTH)], 0), "addressee-self"),
        (Wish([Address(SOUTH), Address(SOUTH)], 0), "addressees-malformed"),
        (Wish([], 0), "addressees-malformed"),
        (Wish([Address(SOUTH)], 4), "deadline-needed"),
        (Wish([Address(SOUTH)], 4, deadline=1), "deadline-needed"),
        (Wish([Address(SOUTH)], 0, label=Label(1, 0, (), (), 0)), "label-differs"),
    ],
)
def test_wishes_that_cannot_be(town: Town, wish: Wish, code: str) -> None:
    path = town.pdf()
    town.signed(NORTH, path)
    with town.at(NORTH, "vt01") as station:
        before = station.db.value("SELECT count(*) FROM dispatch_out")
        with pytest.raises(AntinError) as caught:
            send(station, "vt01", path, wish)
        assert caught.value.code == code
        assert station.db.value("SELECT count(*) FROM dispatch_out") == before
        assert not list((station.home / "blobs").glob("*/*"))
    town.audit()


def test_a_named_only_document_needs_a_name(town: Town) -> None:
    path = town.pdf()
    with town.at(NORTH, "ld01", "vt01") as station:
        facts = Facts("KH", "", station.now(), "", path.name, "application/pdf")
        stamp(station, "vt01", sign_document(station, "ld01", path, facts, Label(1, 0, ("chi-nguoi-co-ten",), (), 0)))
    with pytest.raises(Refused, match="named-needed"):
        town.send(NORTH, path, SISTER)


def test_nearest_names_are_offered(town: Town) -> None:
    path = town.pdf()
    town.signed(NORTH, path)
    with pytest.raises(Missing) as caught:
        town.send(NORTH, path, "A04.28")
    assert SOUTH in str(caught.value.fields["nearest"])


def test_clearance_at_sender_and_reader(town: Town, tmp_path: Path) -> None:
    path = town.dispatch()
    town.sync(SOUTH)
    with town.at(NORTH, "cb02") as station, pytest.raises(Refused, match="document-not-described"):
        send(station, "cb02", path, Wish([Address(SOUTH)], 0))
    with pytest.raises(Refused, match="clearance-too-low"):
        town.open(SOUTH, "cb02", "den-1", tmp_path / "no.pdf")
    assert not (tmp_path / "no.pdf").exists()
    assert refusals(town, SOUTH) == ["clearance-too-low"]
    town.audit()


def test_clearance_at_addressee(town: Town) -> None:
    root = bytes.fromhex((town.folder / "root").read_text())
    first = FirstOfficer("cb01", "x", ("cipher",), PASS)
    low = NewStation("A04.99", "Xã", "dang-chinh-quyen", level=1)
    bind(town, "A04", "A04.99", request_agency(town.home("A04.99"), low, first, root[:25], {"cost": CHEAPEST}))
    town.sync("A04", NORTH)
    path = town.pdf()
    town.signed(NORTH, path)
    with pytest.raises(Refused, match="addressee-not-cleared"):
        town.send(NORTH, path, "A04.99")
    town.audit()


def test_roles(town: Town) -> None:
    with pytest.raises(Refused, match="role-missing"), town.at(NORTH, "ld01") as station:
        send(station, "ld01", town.pdf(), Wish([Address(SOUTH)], 0))
    assert refusals(town, NORTH) == ["role-missing"]


def test_no_credential_and_locked_key(town: Town) -> None:
    with town.at(NORTH) as station:
        with pytest.raises(Missing, match="officer-unknown"):
            send(station, "nobody", town.pdf(), Wish([Address(SOUTH)], 0))
        with pytest.raises(Unavailable, match="key-locked"):
            send(station, "vt01", town.pdf(), Wish([Address(SOUTH)], 0))


def test_wrong_passphrase_is_recorded_and_slows_down(town: Town) -> None:
    with town.at(NORTH) as station:
        for _ in range(3):
            with pytest.raises(Unverified, match="passphrase-wrong"):
                station.sign_in("vt01", b"sai")
        with pytest.raises(Unavailable, match="passphrase-wait"):
            station.sign_in("vt01", PASS)
    assert refusals(town, NORTH) == ["passphrase-wrong"] * 3
    town.clock.ahead = 10
    with town.at(NORTH, "vt01"):
        pass
    town.audit()


def test_an_unlocked_key_locks_itself(town: Town) -> None:
    with town.at(NORTH, "vt01") as station:
        town.clock.ahead = 16 * 60
        with pytest.raises(Unavailable, match="key-locked"):
            station.acting("vt01")


def test_expired_and_not_yet_valid(town: Town) -> None:
    town.clock.ahead = 366 * DAY
    with pytest.raises(Refused, match="credential-expired"):
        town.signed(NORTH, town.pdf())
    with town.at(NORTH) as station:
        officer = station.officer("vt01")
        with pytest.raises(Refused, match="credential-not-yet-valid"):
            station.directory.check_valid(officer, officer.credential.not_before - 1)


def test_a_revoked_officer_stops(town: Town) -> None:
    with town.at(NORTH) as station:
        trusted = station.officer("vt01")
    with town.at("A03", AUTHORITY_KEY) as station:
        revoke(station, trusted, station.now() - 1, "left")
    town.sync("A03", NORTH, SOUTH)
    path = town.pdf()
    with pytest.raises(Refused, match="credential-revoked"):
        town.signed(NORTH, path)
    assert refusals(town, NORTH) == ["credential-revoked"]
    with town.at("A03", AUTHORITY_KEY) as station, pytest.raises(Conflict, match="credential-already-revoked"):
        revoke(station, trusted, station.now(), "left")
    town.audit()


def test_a_revoked_agency_is_no_addressee(town: Town) -> None:
    with town.at("A04", AUTHORITY_KEY) as station:
        revoke(station, station.directory.find(SOUTH), station.now() - 1, "closed")
    town.sync("A04", NORTH)
    path = town.pdf()
    town.signed(NORTH, path)
    with pytest.raises(Refused, match="credential-revoked"):
        town.send(NORTH, path, SOUTH)


def test_a_stale_directory_is_too_old_for_the_level(town: Town) -> None:
    path = town.pdf()
    town.signed(NORTH, path)
    town.clock.ahead = 30 * 3600
    with pytest.raises(Refused, match="directory-too-old") as caught:  # Tối mật: 24 hours
        town.send(NORTH, path, SOUTH)
    assert caught.value.fields["hours"] == 30
    town.sync("A04", NORTH)
    with pytest.raises(Refused, match="directory-too-old"):  # the root above it is as old
        town.send(NORTH, path, SOUTH)
    town.sync("A00", NORTH)
    town.send(NORTH, path, SOUTH)


def test_a_clock_turned_back(town: Town) -> None:
    town.clock.ahead = -3600
    with pytest.raises(Refused, match="clock-turned-back"):
        town.signed(NORTH, town.pdf())


def test_an_approval_from_an_unknown_root(town: Town, tmp_path: Path) -> None:
    first = FirstOfficer("cb01", "x", ("cipher",), PASS)
    plan = NewStation("A03.77", "Vụ lạ", "ngoai-giao")
    request = request_agency(town.home("A03.77"), plan, first, bytes(25), {"cost": CHEAPEST})
    with town.at("A03", AUTHORITY_KEY) as station, pytest.raises(Refused, match="request-for-other-root"):
        approve(station, request, 365)
    root = bytes.fromhex((town.folder / "root").read_text())
    good = request_agency(tmp_path / "other", replace(plan, code="A03.78"), first, root[:25], {"cost": CHEAPEST})
    with town.at("A03", AUTHORITY_KEY) as station:
        file = approve(station, good, 365).file
    with opened(town.home("A03.77"), cost=CHEAPEST) as station, pytest.raises(Unverified, match="root-not-expected"):
        join(station, file)
    with town.at(NORTH) as station, pytest.raises(Unverified, match="approval-for-other"):
        join(station, file)


def test_an_authority_binds_only_its_branch(town: Town) -> None:
    root = bytes.fromhex((town.folder / "root").read_text())
    first = FirstOfficer("cb01", "x", ("cipher",), PASS)
    request = request_agency(
        town.home("A03.79"), NewStation("A03.79", "Vụ", "ngoai-giao"), first, root[:25], {"cost": CHEAPEST}
    )
    with town.at("A04", AUTHORITY_KEY) as station, pytest.raises(Refused, match="issuer-out-of-scope"):
        approve(station, request, 365)
    with town.at(NORTH, "cb01") as station, pytest.raises(Refused, match="not-an-authority"):
        approve(station, request, 365)


def test_two_processes_and_a_station_of_the_future(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("antin.station.lock._LOCK_SECONDS", 0.2)
    with town.at(NORTH) as one, one.turn(), pytest.raises(Unavailable, match="station-busy"), town.at(NORTH):
        pass
    with town.at(NORTH) as one, town.at(NORTH) as other:  # whoever is not in his turn keeps nobody out
        for each in (one, other, one):
            each.note_refusal("send", "vt01", Refused("role-missing"))
    town.audit()
    path = town.home(NORTH) / settings.FILE
    text = path.read_text()
    path.write_text(text.replace("format = 2", "format = 3"))
    with pytest.raises(Refused, match="station-newer"), town.at(NORTH):
        pass
    path.write_text(text + 'colour = "red"\n')
    with pytest.raises(Malformed, match="settings-malformed"), town.at(NORTH):
        pass


def test_no_link_no_station(town: Town, tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="link-absent"):
        FolderLink(tmp_path / "nowhere")
    with pytest.raises(Missing, match="station-missing"), opened(tmp_path):
        pass


def test_output_is_never_overwritten_unasked(tmp_path: Path) -> None:
    target = tmp_path / "out"
    target.write_bytes(b"mine")
    with pytest.raises(Conflict, match="file-exists"):
        Output(target)
    late = Output(tmp_path / "late")
    (tmp_path / "late").write_bytes(b"mine")
    with pytest.raises(Conflict, match="file-exists"):
        late.publish()
    assert (tmp_path / "late").read_bytes() == b"mine"


def test_officer_levels_above_the_agency(town: Town) -> None:
    with town.at(SISTER, "cb01") as station:
        assert station.own.subject.clearance.level == 3
    with pytest.raises(Refused, match="level-key-not-held"), town.at(NORTH, "cb02") as station:
        station.signer.give_level("cb02", _kid(station, 3), "vt01", b"", station.now())


def _kid(station: object, level: int) -> bytes:
    from antin.kernel.crypto import wrap
    from antin.station.station import Station

    assert isinstance(station, Station)
    return wrap.kid(station.suite, station.directory.level_key(station.own, level, station.now()))


def test_nothing_is_half_made_at_set_up(town: Town, tmp_path: Path) -> None:
    first = FirstOfficer("cb01", "x", ("cipher",), PASS)
    good = NewStation("A03.90", "Vụ", "ngoai-giao")
    for bad in (replace(good, pack="khong-co"), replace(good, name="xuống\ndòng"), replace(good, parent="a b")):
        with pytest.raises(AntinError):
            request_agency(tmp_path / "new", bad, first, bytes(25), {"cost": CHEAPEST})
        assert not (tmp_path / "new").exists()
    bind(town, "A03", NORTH, _request(town, "cb03", 1, "cb01", ("cipher",)))
    with pytest.raises(Refused, match="level-key-not-held"):
        _request(town, "cb04", 3, "cb03", ("officer",))
    assert not (town.home(NORTH) / "signer/officers/cb04.key").exists()
    _request(town, "cb04", 3, "cb01", ("officer",))
    town.audit()


def _request(town: Town, officer: str, level: int, giver: str, roles: tuple[str, ...]) -> bytes:
    with town.at(NORTH, giver) as station:
        return request_officer(station, giver, FirstOfficer(officer, "x", roles, PASS), level)
