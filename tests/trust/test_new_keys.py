"""Keys are changed while the old ones count: the old hand over to the new, and nobody has to be asked."""

from __future__ import annotations

import shutil
from io import BytesIO
from pathlib import Path

import pytest
from town import NORTH, PASS, SISTER, SOUTH, Town

from antin.acts import renew as renewing
from antin.acts.approve import approve, revoke
from antin.acts.create_station import FirstOfficer, request_officer
from antin.acts.join import join
from antin.acts.passphrase import change_passphrase
from antin.acts.prove import prove
from antin.acts.renew import renew
from antin.errors import Conflict, Missing, Refused, Unavailable, Unverified
from antin.journal import rows as journal_rows
from antin.kernel.crypto import suite as suites
from antin.kernel.crypto.locker import CHEAPEST
from antin.registers.keys import rows as keys_rows
from antin.signer import keystore
from antin.station import packets
from antin.station.station import AUTHORITY_KEY
from antin.verify import VALID, verify
from antin.views.incidents import incidents

NORTHERNERS = ("cb01", "vt01", "ld01")


def asked(town: Town, code: str, *officers: str, own: bool = True) -> bytes:
    with town.at(code, *officers) as station:
        return renew(station, officers, own=own, new_keys=dict.fromkeys(officers, PASS))


def bound(town: Town, code: str, authority: str, file: bytes) -> list[str]:
    with town.at(authority, AUTHORITY_KEY) as station:
        file = approve(station, file, 730).file
    with town.at(code, *([AUTHORITY_KEY] if len(code) == 3 else ())) as station:
        return join(station, file)


def keys(town: Town, code: str, *officers: str) -> list[bytes]:
    """What signs: of the station, and of these officers."""
    with town.at(code) as station:
        return [each.keys.kid for each in (station.own, *(station.officer(one) for one in officers))]


def told(town: Town) -> None:
    town.state()
    town.sync(NORTH, SISTER, SOUTH, "A03", "A04", "A00", NORTH, SISTER, SOUTH)


def answered(town: Town, tmp_path: Path, number: int) -> None:
    """A letter from NORTH, opened in SOUTH, and proven."""
    town.dispatch(name=f"{number}.pdf", data=b"%PDF-1.7\n" + bytes([number]))
    assert [each.state for each in town.sync(SOUTH).outcomes][0] == "entered"
    town.open(SOUTH, "cb01", f"den-{number}", tmp_path / f"{number}.pdf")
    town.sync(SOUTH, NORTH)
    town.clock.ahead += 2
    told(town)


def verdict(town: Town, dispatch: str) -> str:
    with town.at(NORTH, "vt01") as station:
        root = bytes.fromhex((town.folder / "root").read_text())[:25]
        return verify(BytesIO(prove(station, dispatch, "vt01")), root).verdict


def test_an_authority_an_agency_and_its_officers_change_their_keys(town: Town, tmp_path: Path) -> None:
    answered(town, tmp_path, 1)
    before = keys(town, NORTH, *NORTHERNERS), keys(town, "A03")
    assert bound(town, "A03", "A00", asked(town, "A03", AUTHORITY_KEY)) == ["A03"]
    told(town)
    file = asked(town, NORTH, *NORTHERNERS)
    assert keys(town, NORTH, *NORTHERNERS) == before[0]  # they count until they are bound
    answered(town, tmp_path, 2)
    assert bound(town, NORTH, "A03", file) == [NORTH, *(f"{NORTH}/{each}" for each in NORTHERNERS)]
    after = keys(town, NORTH, *NORTHERNERS), keys(town, "A03")
    assert not set(before[0]) & set(after[0]) and before[1] != after[1]
    town.dispatch(name="ba.pdf", data=b"%PDF-1.7\nba")  # before anybody was told: the envelope brings it along
    assert [each.state for each in town.sync(SOUTH).outcomes][0] == "entered"
    town.open(SOUTH, "cb01", "den-3", tmp_path / "ba.pdf")
    town.sync(SOUTH, NORTH)
    town.clock.ahead += 2
    told(town)
    answered(town, tmp_path, 4)
    assert [verdict(town, f"di-{each}") for each in range(1, 5)] == [VALID] * 4
    with town.at(NORTH) as station:
        assert station.origin == f"antin/{NORTH}/1" and not incidents(station)
    with town.at(SOUTH) as station:
        assert not incidents(station)  # no question about the name
    town.audit()


def test_what_was_sealed_for_the_old_keys_is_read_with_the_new_ones(town: Town, tmp_path: Path) -> None:
    """Both what came before, and what senders seal who have not heard yet; officers keep every level that they had."""
    town.dispatch()
    town.sync(SOUTH)
    file = asked(town, SOUTH, "cb01", "vt01", "ld01", "cb02")
    bound(town, SOUTH, "A04", file)
    town.dispatch(name="hai.pdf", data=b"%PDF-1.7\nhai")
    assert [each.state for each in town.sync(SOUTH).outcomes] == ["entered"]
    town.open(SOUTH, "cb01", "den-1", tmp_path / "mot.pdf")
    town.open(SOUTH, "ld01", "den-2", tmp_path / "hai.pdf")
    with town.at(SOUTH, "cb02") as station, pytest.raises(Refused):
        station.signer.give_level("cb02", b"\0" * 32, "cb02", b"", station.now())
    told(town)
    town.dispatch(name="ba.pdf", data=b"%PDF-1.7\nba")
    town.sync(SOUTH)
    town.open(SOUTH, "vt01", "den-3", tmp_path / "ba.pdf")
    for _ in range(2):  # the ring holds two; what was wrapped to the first is wrapped to the last
        bound(town, SOUTH, "A04", asked(town, SOUTH, "cb01", "vt01", "ld01", "cb02"))
        told(town)
    for dispatch in ("den-1", "den-2", "den-3"):
        town.open(SOUTH, "vt01", dispatch, tmp_path / f"{dispatch}-again.pdf")
    with town.at(SOUTH, "cb01") as station:  # and a head gives them on to whoever comes
        file = request_officer(station, "cb01", FirstOfficer("cb09", "Cán bộ", ("officer",), PASS), 3)
    bound(town, SOUTH, "A04", file)
    town.open(SOUTH, "cb09", "den-1", tmp_path / "den-1-moi.pdf")
    town.audit()


def test_a_level_that_came_while_keys_waited_is_read_after_another_change(town: Town, tmp_path: Path) -> None:
    """It was wrapped to the keys that counted then, which have no place to sign with any more."""
    first = asked(town, SOUTH, "vt01", own=False)
    with town.at(SOUTH, "cb01") as station:  # the station alone: new level keys, to those whom everybody knows
        file = renew(station, ["cb01"])
    bound(town, SOUTH, "A04", file)
    bound(town, SOUTH, "A04", first)
    told(town)
    town.dispatch()
    town.sync(SOUTH)
    for _ in range(3):
        bound(town, SOUTH, "A04", asked(town, SOUTH, "vt01", own=False))
    town.open(SOUTH, "vt01", "den-1", tmp_path / "mot.pdf")
    with town.at(SOUTH, "vt01") as station:
        assert station.secrets.read(next(iter(journal_rows.list_secrets.all(station.db))), "vt01")
    town.audit()


def test_a_letter_to_a_person_waits_longer_than_his_keys(town: Town, tmp_path: Path) -> None:
    path = town.pdf()
    town.signed(NORTH, path)
    with town.at(SISTER, "cb01") as station:
        card = packets.card(station, "ld01")
    with town.at(NORTH) as station:
        packets.take_directory(station, packets.read_directory(card))
    town.send(NORTH, path, f"{SISTER}/ld01")
    town.sync(NORTH, SISTER)
    for _ in range(3):
        bound(town, SISTER, "A03", asked(town, SISTER, "ld01", own=False))
    town.open(SISTER, "ld01", "den-1", tmp_path / "mot.pdf")
    town.audit()


def test_keys_that_changed_elsewhere_are_unlocked_anew(town: Town) -> None:
    with town.at(SOUTH, "cb01") as station:
        station.acting("cb01")
        bound(town, SOUTH, "A04", asked(town, SOUTH, "cb01"))
        with pytest.raises(Unavailable, match="key-locked"):
            station.acting("cb01")
        station.sign_in("cb01", PASS)
        station.acting("cb01")
    town.audit()


def test_whose_passphrase_is_missing_is_said_before_a_key_is_made(town: Town) -> None:
    files = sorted((town.home(SOUTH) / "signer" / "officers").iterdir())
    before = [each.read_bytes() for each in files]
    with town.at(SOUTH, "cb01", "vt01") as station, pytest.raises(Unavailable, match=r"passphrase-needed.*vt01"):
        renew(station, ["cb01", "vt01"], new_keys={"cb01": PASS})
    assert [each.read_bytes() for each in files] == before


def test_asked_again_it_goes_on_with_the_keys_that_were_made(town: Town) -> None:
    first = asked(town, NORTH, "cb01")
    held = (town.home(NORTH) / "signer" / "officers" / "cb01.key").read_bytes()
    again = asked(town, NORTH, "cb01")
    assert (town.home(NORTH) / "signer" / "officers" / "cb01.key").read_bytes() == held
    assert bound(town, NORTH, "A03", again) == [NORTH, f"{NORTH}/cb01"]
    now = keys(town, NORTH, "cb01")
    with pytest.raises(Conflict, match="code-bound-already"):  # the first was overtaken
        bound(town, NORTH, "A03", first)
    assert keys(town, NORTH, "cb01") == now
    told(town)
    town.audit()


def test_stopped_after_signing_with_keys_that_wait(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Their uses were counted and never recorded: the next try says so first."""

    def stopped(*_: object, **__: object) -> bytes:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(renewing, "RenewalAsked", stopped)
        with pytest.raises(KeyboardInterrupt):
            asked(town, NORTH, "cb01", "vt01")
    assert bound(town, NORTH, "A03", asked(town, NORTH, "cb01", "vt01"))[0] == NORTH
    told(town)
    town.audit()


def test_a_renewal_without_new_keys_leaves_those_that_wait_alone(town: Town) -> None:
    before = keys(town, NORTH, "cb01")
    asked(town, NORTH, "cb01")
    with town.at(NORTH, "cb01") as station:
        file = renew(station, ["cb01"])
    bound(town, NORTH, "A03", file)
    assert keys(town, NORTH, "cb01") == before
    told(town)
    town.audit()


def test_the_old_keys_are_revoked_and_the_new_ones_stand(town: Town) -> None:
    """Whoever copied the old ones signs nothing that counts; what they handed over to before goes on."""
    with town.at("A03") as station:
        old = [station.directory.find(NORTH), station.directory.find(NORTH, "cb01")]
    bound(town, NORTH, "A03", asked(town, NORTH, "cb01"))
    town.clock.ahead += 5
    with town.at("A03", AUTHORITY_KEY) as station:
        with pytest.raises(Missing, match="keys-not-changed"):
            revoke(station, station.directory.find(SISTER), station.now(), "keys-lost", before=True)
        for new in (station.directory.find(NORTH), station.directory.find(NORTH, "cb01")):
            revoke(station, new, station.now(), "keys-lost", before=True)
        assert [station.directory.revoked_since(each) is None for each in old] == [False, False]
    told(town)
    with town.at(NORTH, "cb01") as station:
        station.acting("cb01")
    with town.at(NORTH, "vt01") as station, pytest.raises(Refused, match="credential-revoked"):
        station.acting("vt01")  # he was not renewed, and stood under the agency's old one
    town.audit()


@pytest.mark.parametrize("suite", suites.SUITES.values(), ids=lambda each: each.name)
def test_a_ring_that_is_full_still_turns(tmp_path: Path, suite: suites.Suite) -> None:
    """More renewals than it has room for: the oldest go, the file stays a file."""
    keys = keystore.create_officer(tmp_path, "an", suite, PASS, CHEAPEST)
    for _ in range(keystore.MOST_KEPT + 2):
        held = keystore.renew_officer(tmp_path, "an", suite, PASS, keys.signing.public.kid, CHEAPEST)
        keys = held.newest
    assert len(keystore.open_officer(tmp_path, "an", PASS).wrapping) == keystore.MOST_KEPT


def test_a_damaged_level_costs_that_level_alone(town: Town, tmp_path: Path) -> None:
    town.dispatch()
    town.sync(SOUTH)
    levels = town.home(SOUTH) / "signer" / "levels"
    (levels / "ghi-chu.vt01").write_text("not a key of ours")
    with town.at(SOUTH) as station:
        top = next(row.kid for row in keys_rows.list_levels.all(station.db) if row.level == 3)
    damaged = levels / f"{top.hex()}.vt01"
    damaged.write_bytes(damaged.read_bytes()[:-1])
    bound(town, SOUTH, "A04", asked(town, SOUTH, "cb01", "vt01"))
    town.open(SOUTH, "vt01", "den-1", tmp_path / "mot.pdf")
    assert (levels / "ghi-chu.vt01").read_text() == "not a key of ours"
    town.audit()


def test_keys_from_a_copy_of_before_are_named(town: Town, tmp_path: Path) -> None:
    copy = tmp_path / "signer"
    shutil.copytree(town.home(NORTH) / "signer", copy)
    bound(town, NORTH, "A03", asked(town, NORTH, "cb01"))
    for name in ("station.key", "officers/cb01.key"):
        shutil.copy(copy / name, town.home(NORTH) / "signer" / name)
    with town.at(NORTH, "cb01") as station, pytest.raises(Missing, match="key-not-here"):
        station.acting("cb01")
    with town.at(NORTH) as station, pytest.raises(Missing, match="key-not-here"):
        station.signer.check_unlocked(station.station_hand(), station.now())


def test_a_wrong_passphrase_makes_no_key(town: Town) -> None:
    path = town.home(NORTH) / "signer" / "officers" / "cb01.key"
    before = path.read_bytes()
    with town.at(NORTH, "cb01") as station:
        with pytest.raises(Unverified, match="passphrase-wrong"):
            renew(station, ["cb01"], new_keys={"cb01": b"sai"})
        with pytest.raises(Unverified, match="passphrase-wrong"):
            change_passphrase(station, "cb01", b"sai", b"mat-khau-moi")
        for _ in range(3):  # and whoever guesses so is slowed down like at a sign-in
            with pytest.raises((Unverified, Unavailable)) as refused:
                change_passphrase(station, "cb01", b"sai", b"mat-khau-moi")
        assert refused.value.code == "passphrase-wait"
    assert path.read_bytes() == before
    town.audit()


def test_a_passphrase_is_changed_and_the_keys_stay(town: Town, tmp_path: Path) -> None:
    town.dispatch()
    town.sync(SOUTH)
    with town.at(SOUTH) as station:
        change_passphrase(station, "cb01", PASS, b"mat-khau-moi")
    with town.at(SOUTH) as station:
        with pytest.raises(Unverified, match="passphrase-wrong"):
            station.sign_in("cb01", PASS)
        station.sign_in("cb01", b"mat-khau-moi")
        station.acting("cb01")
        change_passphrase(station, "cb01", b"mat-khau-moi", PASS)
    town.open(SOUTH, "cb01", "den-1", tmp_path / "mot.pdf")
    town.audit()
