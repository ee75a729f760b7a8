"""The liar: whoever holds the shared folder between two stations, and lies in named ways.

Each lie changes what lies on the link after NORTH has put a dispatch for SOUTH there, and says what must follow.
docs/liar.md is generated from this table (scripts/liar_docs.py).
"""

from __future__ import annotations

import shutil

import pytest
from lie import Lie, blobs, frames, rewrite, second, turned, unbelieved, waiting, write
from lies_on_names import NAMES
from lies_on_news import NEWS
from town import NORTH, SISTER, SOUTH, Town

from antin.errors import Refused
from antin.kernel.formats.receipt import Receipt
from antin.kernel.formats.shape import encode, parse


def _drop(town: Town) -> None:
    for path in waiting(town):
        path.unlink()


def _duplicate(town: Town) -> None:
    (path,) = waiting(town)
    shutil.copy(path, path.with_name("9-ffff"))


def _reorder(town: Town) -> None:
    second(town)
    one, two = waiting(town)
    one.rename(two.with_name("9-ffff"))


def _corrupt_envelope(town: Town) -> None:
    (path,) = waiting(town)
    path.write_bytes(turned(path.read_bytes(), len(path.read_bytes()) // 2))


def _corrupt_slip(town: Town) -> None:
    (path,) = waiting(town)
    rewrite(path, lambda kind, raw: turned(raw, 200) if kind == "slip" else raw)


def _strip_slip(town: Town) -> None:
    (path,) = waiting(town)
    # The signature is the last 64 bytes of a slip: zeros in its place.
    rewrite(path, lambda kind, raw: raw[:-64] + bytes(64) if kind == "slip" else raw)


def _corrupt_blob(town: Town) -> None:
    (blob,) = blobs(town)
    blob.write_bytes(turned(blob.read_bytes(), 40))


def _truncate_envelope(town: Town) -> None:
    (path,) = waiting(town)
    path.write_bytes(path.read_bytes()[:-40])


def _truncate_blob(town: Town) -> None:
    (blob,) = blobs(town)
    blob.write_bytes(blob.read_bytes()[:-1])


def _grow_blob(town: Town) -> None:
    (blob,) = blobs(town)
    blob.write_bytes(blob.read_bytes() + bytes(1000))


def _hide_blob(town: Town) -> None:
    (blob,) = blobs(town)
    blob.unlink()


def _swap_blobs(town: Town) -> None:
    second(town)
    one, two = blobs(town)
    kept = one.read_bytes()
    one.write_bytes(two.read_bytes())
    two.write_bytes(kept)


def _steal_blob_name(town: Town) -> None:
    """Bytes of the liar's own, of the right size, under the name of the true ones."""
    (blob,) = blobs(town)
    blob.write_bytes(bytes(len(blob.read_bytes())))


def _replay(town: Town) -> None:
    (path,) = waiting(town)
    kept = path.read_bytes()
    town.sync(SOUTH)
    path.write_bytes(kept)


def _preempt(town: Town) -> None:
    """A slip of the liar's own making under the true identity, put before the true one."""
    (path,) = waiting(town)
    forged = path.with_name("0-" + path.name[2:])
    shutil.copy(path, forged)
    rewrite(forged, lambda kind, raw: turned(raw, len(raw) - 10) if kind == "slip" else raw)


def _redirect(town: Town) -> None:
    (path,) = waiting(town)
    (town.relay / "to" / SISTER).mkdir(exist_ok=True)
    shutil.copy(path, town.relay / "to" / SISTER / path.name)
    assert [error.code for _, error in town.sync(SISTER).aside] == ["slip-for-other"]


def _strange_frames(town: Town) -> None:
    (path,) = waiting(town)
    write(path, [*frames(path), ("request", "", b"x")])


def _garbage(town: Town) -> None:
    (town.relay / "to" / SOUTH / "0-0001").write_bytes(b"\xff" * 5000)
    (town.relay / "directory" / "A03-1").write_bytes(b"not a bundle")


def _forge_receipts(town: Town) -> None:
    """Receipts on their way back: another result in the record, another place in the journal."""
    town.sync(SOUTH)
    (path,) = [each for each in waiting(town, NORTH) if any(kind == "receipt" for kind, _, _ in frames(each))]

    def change(kind: str, raw: bytes) -> bytes:
        if kind != "receipt":
            return raw
        value = parse(Receipt, raw)
        return encode(Receipt(value.record.replace(b"arrived", b"refused"), value.proof))

    rewrite(path, change)
    unbelieved(town, "signature-invalid")


def _hide_receipts(town: Town) -> None:
    """The sender asks by itself when a day has passed, and the receiver answers by itself."""
    town.sync(SOUTH)
    for path in waiting(town, NORTH):
        path.unlink()
    town.clock.ahead += 86400 + 3600
    for code in ("A00", "A03", "A04", NORTH, SOUTH, NORTH):
        town.sync(code)
    with town.at(NORTH) as station:
        assert station.db.value("SELECT state FROM dispatch_out WHERE addressee = ?", SOUTH) == "arrived"


def _freeze_directory(town: Town) -> None:
    """Nothing new is ever published: who sends notices by the age."""
    kept = {path: path.read_bytes() for path in (town.relay / "directory").iterdir()}
    town.clock.ahead = 30 * 3600
    town.sync("A00", "A03", "A04")
    for path, data in kept.items():
        path.write_bytes(data)
    town.sync(NORTH)
    with pytest.raises(Refused, match="directory-too-old"):
        town.send(NORTH, town.folder / "van-ban.pdf", SOUTH)


LIES = {
    "drop": Lie("removes an envelope", _drop, "sender: no receipt; puts again"),
    "duplicate": Lie("copies an envelope", _duplicate, "receiver: known identity", (), ("entered", "already")),
    "reorder": Lie("delivers the second before the first", _reorder, "nobody need", (), ("entered", "entered")),
    "corrupt-envelope": Lie(
        "turns a bit of an envelope", _corrupt_envelope, "receiver: sets it aside", ("bundle-damaged",)
    ),
    "corrupt-slip": Lie(
        "turns a bit of a slip and mends the envelope's digest",
        _corrupt_slip,
        "receiver: signature",
        ("signature-invalid",),
    ),
    "strip-slip": Lie(
        "replaces a slip's signature by zeros", _strip_slip, "receiver: signature", ("signature-invalid",)
    ),
    "truncate-envelope": Lie(
        "cuts an envelope short", _truncate_envelope, "receiver: sets it aside", ("bytes-malformed",)
    ),
    "corrupt-blob": Lie("turns a bit of the sealed blob", _corrupt_blob, "receiver: digest", ("blob-not-expected",)),
    "truncate-blob": Lie("cuts the sealed blob short", _truncate_blob, "receiver: size", ("blob-not-expected",)),
    "grow-blob": Lie("adds to the sealed blob", _grow_blob, "receiver: size", ("blob-not-expected",)),
    "hide-blob": Lie("delivers the slip and keeps the blob", _hide_blob, "receiver: waits for it", (), ("waiting",)),
    "swap-blobs": Lie(
        "exchanges the blobs of two dispatches",
        _swap_blobs,
        "receiver: digests",
        ("blob-not-expected", "blob-not-expected"),
    ),
    "steal-blob-name": Lie(
        "puts other bytes under the blob's name", _steal_blob_name, "receiver: digest", ("blob-not-expected",)
    ),
    "replay": Lie("brings an entered envelope again", _replay, "receiver: known identity", (), ("already",)),
    "preempt": Lie(
        "puts a slip of its own under the true identity first",
        _preempt,
        "receiver: signature",
        ("signature-invalid",),
        ("entered",),
    ),
    "redirect": Lie(
        "delivers the envelope to another station too", _redirect, "the other station: not for it", (), ("entered",)
    ),
    "strange-frames": Lie("adds a frame that no envelope has", _strange_frames, "receiver: form", ("bytes-malformed",)),
    "garbage": Lie(
        "leaves garbage as envelope and as directory",
        _garbage,
        "receiver: form",
        ("bytes-malformed", "bytes-malformed"),
        ("entered",),
    ),
    "forge-receipts": Lie("changes the result in a receipt", _forge_receipts, "sender: signature", ()),
    "hide-receipts": Lie("removes receipts", _hide_receipts, "sender: puts again, receiver answers again", ()),
    "freeze-directory": Lie(
        "serves old directories for ever",
        _freeze_directory,
        "sender: directory-too-old by the authorities' signed time",
        (),
        ("entered",),
    ),
    **NEWS,
    **NAMES,
}
