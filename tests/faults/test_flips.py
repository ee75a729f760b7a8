"""Every byte of a small sealed blob, sealed file, envelope and evidence turned once: all refused, no traceback."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from town import NORTH, PDF, SOUTH, Town

from antin.acts import files
from antin.acts.prove import prove
from antin.acts.receive import receive
from antin.errors import AntinError, Conflict, Missing, Unverified
from antin.journal.audit import audit
from antin.kernel import seal
from antin.kernel.check import slip as check_slip
from antin.kernel.crypto.suite import DEFAULT
from antin.kernel.formats import note
from antin.registers.dispatch.records import RightRefused
from antin.signer import keyfile
from antin.station import opening, packets, rows
from antin.station.books import TABLES
from antin.storage.durable import Output
from antin.verify import INVALID, verify
from antin.views.incidents import incidents

SMALL = b"%PDF-1.4\nnho\n"


def _unlinked(folder: Path) -> Output:
    return Output(folder / "never-published")


def test_every_byte_of_a_sealed_blob(town: Town, tmp_path: Path) -> None:
    """Below the relay's digest check: an attacker who can write the receiver's own disk."""
    town.dispatch(data=SMALL)
    town.sync(SOUTH)
    with town.at(SOUTH, "cb01") as station:
        digest = station.db.value("SELECT slip FROM dispatch_in")
        slip, _ = check_slip(rows.read_object.sure(station.db, digest), station.directory)
        reader = station.officer("cb01")
        key = station.signer.release(
            "cb01", slip.kid, slip.wrapped, seal.wrap_info(slip, station.suite), reader.subject.clearance, station.now()
        )
        good = station.blobs.small(slip.sealed)
        assert good is not None

        def put(data: bytes) -> None:
            station.db.run("UPDATE small_blobs SET raw = ? WHERE digest = ?", data, slip.sealed)

        with station.turn(), station.db.rehearsal():  # each change is undone in the end, and none waits for the disk
            for at in range(len(good)):
                put(good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :])
                output = _unlinked(tmp_path)
                with pytest.raises(AntinError):
                    seal_, total = opening.decrypt(station, slip, key, output, lambda _: None)
                    opening.judge(station, slip, key, output, seal_, total, station.now())
                output.close()
            for cut in (0, 33, 34, 89, 90, len(good) - 1):
                put(good[:cut])
                output = _unlinked(tmp_path)
                with pytest.raises(AntinError):
                    seal_, total = opening.decrypt(station, slip, key, output, lambda _: None)
                    opening.judge(station, slip, key, output, seal_, total, station.now())
                output.close()
    assert list(tmp_path.glob("never*")) == []
    town.open(SOUTH, "cb01", "den-1", tmp_path / "out.pdf")
    town.audit()


def _spoil(town: Town) -> Path | None:
    """One byte of SOUTH's only blob; its file, where it is one."""
    with town.at(SOUTH) as station:
        digest = station.db.value("SELECT digest FROM blobs")
        with station.blobs.open(digest) as blob:
            data = bytearray(blob.read())
        data[-1] ^= 1
        path = station.blobs.path(digest)
        if path.exists():
            path.write_bytes(data)
            return path
        station.db.run("UPDATE small_blobs SET raw = ? WHERE digest = ?", bytes(data), digest)
    return None


@pytest.mark.parametrize("data", [SMALL, PDF], ids=["in-the-database", "file"])
def test_a_blob_that_our_own_disk_damaged_comes_again(town: Town, tmp_path: Path, data: bytes) -> None:
    """It had come whole: that is no refusal, and the sender hears of none."""
    town.dispatch(data=data)
    town.sync(SOUTH, NORTH)
    file = _spoil(town)
    spoilt = file.read_bytes() if file else b""
    for _ in range(2):
        with pytest.raises(Missing, match=r"blob-(damaged|missing)"):
            town.open(SOUTH, "cb01", "den-1", tmp_path / "out.pdf")
    assert not (tmp_path / "out.pdf").exists()
    assert file is None or (town.home(SOUTH) / "blobs/damaged" / file.name).read_bytes() == spoilt
    with town.at(SOUTH) as station:
        assert station.db.value("SELECT state FROM dispatch_in") == "accepted"
        assert [row["what"] for row in incidents(station)] == ["blob-lost"]
    town.sync(SOUTH)
    town.sync(NORTH, again=True)
    town.sync(SOUTH)
    assert town.open(SOUTH, "cb01", "den-1", tmp_path / "out.pdf")
    assert (tmp_path / "out.pdf").read_bytes() == data
    town.sync(SOUTH, NORTH)
    with town.at(NORTH) as station:
        assert not station.db.rows("SELECT reason FROM dispatch_receipts WHERE result = 'refused'")
    town.audit()


@pytest.mark.parametrize("data", [SMALL, PDF], ids=["in-the-database", "file"])
def test_one_opened_before_and_damaged_since_comes_again_too(town: Town, tmp_path: Path, data: bytes) -> None:
    town.dispatch(data=data)
    town.sync(SOUTH)
    town.open(SOUTH, "cb01", "den-1", tmp_path / "out.pdf")
    _spoil(town)
    with pytest.raises(Missing, match="blob-damaged"):
        town.open(SOUTH, "cb01", "den-1", tmp_path / "again.pdf")


def test_what_came_as_it_was_sealed_and_does_not_hold_is_refused(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Here the sender is at fault: that is final, and he learns it."""
    town.dispatch(data=SMALL)
    town.sync(SOUTH)

    def judge(*_: object) -> None:
        raise Unverified("content-tampered", why="padding")

    with monkeypatch.context() as patch:
        patch.setattr(opening, "judge", judge)
        with pytest.raises(Unverified, match="content-tampered"):
            town.open(SOUTH, "cb01", "den-1", tmp_path / "out.pdf")
    town.sync(SOUTH, NORTH)
    with town.at(NORTH) as station:
        assert station.db.rows("SELECT reason FROM dispatch_receipts WHERE result = 'refused'") == [("integrity",)]
    town.audit()


@pytest.mark.parametrize("signed", [True, False])
def test_every_byte_of_a_sealed_file(tmp_path: Path, signed: bool) -> None:
    keyfile.create(tmp_path / "a", DEFAULT, "now")
    hands = keyfile.load(tmp_path / "a")
    public = keyfile.public_of(hands)
    made = _unlinked(tmp_path)
    files.seal_file([SMALL], [public], hands if signed else None, made, "nho", 1, lambda _: None)
    made.handle.seek(0)
    good = made.handle.read()
    cuts = [good[:n] for n in (0, 5, 11, 12, 60, len(good) - 1)]
    turned = [good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :] for at in range(len(good))]
    for bad in [*turned, *cuts, good + b"x"]:
        output = _unlinked(tmp_path)
        with pytest.raises(AntinError):
            files.unseal_file(BytesIO(bad), hands, public if signed else None, output, lambda _: None)
        output.close()
    output = _unlinked(tmp_path)
    files.unseal_file(BytesIO(good), hands, public if signed else None, output, lambda _: None)
    output.handle.seek(0)
    assert output.handle.read() == SMALL


def test_every_byte_of_an_envelope(town: Town) -> None:
    """The slip's envelope, its checkpoint and consistency proofs; nothing of it may have an effect."""
    town.dispatch(data=SMALL)
    (envelope,) = (town.relay / "to" / SOUTH).iterdir()
    good = envelope.read_bytes()
    with town.at(SOUTH) as station:
        for at in range(len(good)):
            bad = good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :]
            with pytest.raises(AntinError):
                packets.read_all(BytesIO(bad), packets.ENVELOPE)
        assert station.db.value("SELECT count(*) FROM dispatch_in") == 0
    town.audit()


def _evidence(town: Town, tmp_path: Path) -> tuple[bytes, bytes]:
    town.dispatch(data=SMALL)
    town.sync(SOUTH)
    town.open(SOUTH, "cb01", "den-1", tmp_path / "out.pdf")
    town.sync(SOUTH, NORTH)
    with town.at(NORTH, "vt01") as station:
        return prove(station, "di-1", "vt01"), bytes.fromhex(station.settings.root)[:25]


def _refused(evidence: bytes, root: bytes) -> bool:
    try:
        return verify(BytesIO(evidence), root).verdict == INVALID
    except AntinError:
        return True


def test_evidence_turned_in_many_places(town: Town, tmp_path: Path) -> None:
    evidence, root = _evidence(town, tmp_path)
    for at in range(0, len(evidence), 97):
        assert _refused(evidence[:at] + bytes([evidence[at] ^ 4]) + evidence[at + 1 :], root), at


@pytest.mark.soak
def test_evidence_turned_in_every_place(town: Town, tmp_path: Path) -> None:
    evidence, root = _evidence(town, tmp_path)
    for at in range(len(evidence)):
        assert _refused(evidence[:at] + bytes([evidence[at] ^ 1]) + evidence[at + 1 :], root), at


def test_evidence_made_again_around_a_turned_item(town: Town, tmp_path: Path) -> None:
    """An attacker who recomputes the bundle's own digest: now every item must defend itself."""
    evidence, root = _evidence(town, tmp_path)
    frames = packets.read_all(BytesIO(evidence), packets.EVIDENCE)
    for n, (kind, name, data) in enumerate(frames):
        for at in {0, 1, len(data) // 3, len(data) // 2, len(data) - 70, len(data) - 1}:
            turned = [*frames]
            turned[n] = (kind, name, data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
            again = packets.write(packets.EVIDENCE, turned)
            assert _refused(again, root), (kind, name, at)


def test_a_forked_checkpoint_is_kept_as_evidence(town: Town) -> None:
    town.dispatch()
    town.sync(SOUTH)
    with town.at(SOUTH) as station:
        raw = station.db.value("SELECT raw FROM held")
        origin = station.db.value("SELECT origin FROM held")
    with town.at(NORTH) as station:
        other = bytes(32)
        station.signer.memory._db.run("DELETE FROM heads")  # an attacker who also owns the signer's folder
        station.signer.in_turn = lambda: True
        forged = station.signer.checkpoint(origin, note.claim(raw).size, other, station.now(), ())
    with town.at(SOUTH) as station:
        with pytest.raises(Conflict, match="journal-forked") as caught:
            receive(station, [("checkpoint", origin, forged)], lambda _: None)
        assert set(caught.value.evidence) == {"held", "shown"}
        assert station.db.value("SELECT count(*) FROM dispatch_conflicts") == 1
        assert len(list((station.home / "evidence").iterdir())) == 1
        assert station.db.value("SELECT raw FROM held") == raw
        assert audit(station.journal, station.own, TABLES).ok
    with town.at(NORTH) as station:  # its own signer remembers the forged head, and will not sign the true journal
        station.db.run("DELETE FROM checkpoints WHERE size = ?", note.claim(raw).size)
        with pytest.raises(Unverified, match="not-consistent"):
            station.commit([station.record("right-refused", RightRefused("open", "x", "x", b""))])
