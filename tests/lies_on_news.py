"""Lies about what an envelope says of journals: checkpoints, proofs, echoes, cosignatures, conflicts, directories.

Part of the table in tests/liar.py, which has the folder between the stations in hand.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from lie import Lie, first, frames, rewrite, second, turned, unbelieved, waiting, write
from town import NORTH, SISTER, SOUTH, Town

from antin.acts.epoch import asked
from antin.acts.tail import take_request
from antin.errors import Malformed, Refused
from antin.kernel.formats import note
from antin.kernel.formats.receipt import Receipt
from antin.kernel.formats.shape import encode, parse
from antin.station import packets
from antin.views.incidents import incidents

Frame = tuple[str, str, bytes]


def _known(town: Town) -> Path:
    """SOUTH has received once, and so holds a checkpoint; the envelope of a second sending waits."""
    town.sync(SOUTH, NORTH)
    second(town)
    return first(town)


def _without(path: Path, *kinds: str) -> None:
    write(path, [frame for frame in frames(path) if frame[0] not in kinds])


def _add(path: Path, *more: Frame) -> None:
    write(path, [*frames(path), *more])


def _checkpoint(town: Town, code: str) -> bytes:
    with town.at(code, write=False) as station:
        return station.journal.newest_checkpoint()


def _resized(raw: bytes, size: int) -> bytes:
    """Another size over the same signatures."""
    head, _, rest = raw.split(b"\n", 2)
    return head + b"\n%d\n" % size + rest


def _rerooted(raw: bytes) -> bytes:
    """Another root of the same size over the same signatures."""
    lines = raw.split(b"\n")
    lines[2] = (b"A" if lines[2][:1] != b"A" else b"B") + lines[2][1:]
    return b"\n".join(lines)


def _strip_proofs(town: Town) -> None:
    _without(_known(town), "consistency")


def _spoil_proofs(town: Town) -> None:
    rewrite(_known(town), lambda kind, raw: turned(raw, len(raw) - 1) if kind == "consistency" else raw)


def _strip_checkpoint(town: Town) -> None:
    _without(first(town), "checkpoint", "consistency")


def _swap_checkpoint(town: Town) -> None:
    """SISTER's true checkpoint stands where NORTH's should."""
    path = first(town)
    rest = [frame for frame in frames(path) if frame[0] not in ("checkpoint", "consistency")]
    write(path, [("checkpoint", f"antin/{SISTER}/1", _checkpoint(town, SISTER)), *rest])


def _false_epoch(town: Town) -> None:
    old, new = (f"antin/{NORTH}/{n}".encode() for n in (1, 2))
    rewrite(first(town), lambda kind, raw: raw.replace(old, new) if kind == "checkpoint" else raw)


def _forge_echo(town: Town) -> None:
    own = _checkpoint(town, SOUTH)
    size = note.claim(own).size
    with town.at(SOUTH, write=False) as station:
        oldest = station.db.value("SELECT raw FROM checkpoints ORDER BY size")
    _add(first(town), *(("checkpoint", f"antin/{SOUTH}/1", raw) for raw in (_resized(own, size + 50), oldest)))


def _undisturbed(town: Town) -> None:
    for code in (NORTH, SOUTH):
        with town.at(code) as station:
            assert not station.recovering and incidents(station) == [], code


def _forge_conflict(town: Town) -> None:
    true = _checkpoint(town, NORTH)
    for shown in (_resized(true, 1), true, b"x", _rerooted(true)):
        pair = packets.write(packets.CONFLICT, [("conflict", "held", true), ("conflict", "shown", shown)])
        _add(first(town), ("conflict", "journal-forked", pair))


def _gossip_flood(town: Town) -> None:
    raw = _checkpoint(town, SISTER)
    forged = [raw.replace(f"antin/{SISTER}/1".encode(), b"antin/Z%03d/1" % n) for n in range(1000)]
    _add(first(town), *(("checkpoint", "", each) for each in forged))


def _gossip_of_strangers(town: Town) -> None:
    """As many as may stand in an envelope, of stations that do not exist."""
    raw, kept = _checkpoint(town, SISTER), len([frame for frame in frames(first(town)) if frame[0] == "checkpoint"])
    forged = [raw.replace(f"antin/{SISTER}/1".encode(), b"antin/Z%02d/1" % n) for n in range(64 - kept)]
    _add(first(town), *(("checkpoint", "", each) for each in forged))


def _nothing_kept(town: Town) -> None:
    with town.at(SOUTH) as station:
        for table in ("held", "heard"):
            assert station.db.value(f"SELECT count(*) FROM {table} WHERE origin LIKE 'antin/Z%'") == 0
    _undisturbed(town)


def _letters(town: Town, change: Callable[[Path], None]) -> None:
    """SOUTH answered and asked its authority to cosign; the authority's answer passes through the liar's hands."""
    town.sync(SOUTH, "A04")
    for path in waiting(town, SOUTH):
        change(path)


def _hide_witness(town: Town) -> None:
    _letters(town, Path.unlink)


def _forge_witness(town: Town) -> None:
    """Another authority's true line, which says nothing of SOUTH's journal, in place of the right one."""
    own = note.claim(_checkpoint(town, SOUTH))
    with town.at("A03") as station:
        line = station.signer.cosign(station.origin, own.origin, own.size, own.root, station.now())

    def change(kind: str, raw: bytes) -> bytes:
        ours = kind == "checkpoint" and note.claim(raw).origin == own.origin
        return b"".join(raw.splitlines(keepends=True)[:6]) + line if ours else raw

    _letters(town, lambda path: rewrite(path, change))


def _misplace_witness(town: Town) -> None:
    """The authority's true line on one checkpoint put under another: false, so the letter is set aside."""
    with town.at("A04") as station:
        line = station.signer.cosign(station.origin, f"antin/{SOUTH}/1", 1, bytes(32), station.now())
    own = f"antin/{SOUTH}/1"

    def change(kind: str, raw: bytes) -> bytes:
        ours = kind == "checkpoint" and note.claim(raw).origin == own
        return b"".join(raw.splitlines(keepends=True)[:6]) + line if ours else raw

    _letters(town, lambda path: rewrite(path, change))


def _pad_witness(town: Town) -> None:
    """Lines of nobody under the cosigned checkpoint, which would travel with every receipt."""
    padding = b"".join(b"\xe2\x80\x94 antin/Z01/%d %s\n" % (n, b"AAAA" * 600) for n in range(1, 20))

    def change(kind: str, raw: bytes) -> bytes:
        return raw + padding if kind == "checkpoint" and note.claim(raw).origin == f"antin/{SOUTH}/1" else raw

    _letters(town, lambda path: rewrite(path, change))


def _not_padded(town: Town) -> None:
    with town.at(SOUTH) as station:
        rows = station.db.rows("SELECT raw FROM checkpoints WHERE cosigned = 1")
        assert rows and all(len(note.claim(raw).lines) == 3 for (raw,) in rows)


def _witnessed_later(town: Town) -> None:
    """The liar has stopped: with the next hour's exchange the receipts are proven."""
    town.clock.ahead += 3700
    town.sync(SOUTH, "A04", SOUTH, NORTH)
    with town.at(SOUTH) as station:
        newest = station.db.value("SELECT max(size) FROM checkpoints WHERE cosigned = 1")
        arrived = station.db.value("SELECT max(idx) FROM entries WHERE kind = 'arrived'")
        assert newest is not None and arrived is not None and newest > arrived
    _undisturbed(town)


def _swap_proofs(town: Town) -> None:
    """The places of two receipts exchanged: each record with the other's proof."""
    second(town)
    town.sync(SOUTH)
    swapped = 0
    for path in waiting(town, NORTH):
        found = [parse(Receipt, raw) for kind, _, raw in frames(path) if kind == "receipt"]
        if len(found) == 2:
            values = iter(
                [encode(Receipt(found[0].record, found[1].proof)), encode(Receipt(found[1].record, found[0].proof))]
            )
            rewrite(path, lambda kind, raw, values=values: next(values) if kind == "receipt" else raw)  # type: ignore[misc]
            swapped += 1
    assert swapped == 1
    unbelieved(town, "proof-invalid")


def _request_by_another(town: Town) -> None:
    """A record of NORTH's put before its authority as the beginning of a new epoch."""
    with town.at(NORTH) as station:
        raw, proof = station.journal.raw(0), station.journal.proof(0)
    (town.relay / "to" / "A03").mkdir(exist_ok=True)
    path = town.relay / "to" / "A03" / "5-ffff"
    own = ("checkpoint", f"antin/{NORTH}/1", _checkpoint(town, NORTH))
    request = encode(Receipt(raw, proof))
    write(path, [own, ("record", "epoch-begun", request)])
    assert town.sync("A03").aside == []
    with town.at("A03") as station:
        assert asked(station) == []
        with pytest.raises(Malformed, match="record-kind-unknown"):
            take_request(station, request, {}, station.directory.beside([]))


def _replay_directory(town: Town) -> None:
    kept = {path: path.read_bytes() for path in (town.relay / "directory").iterdir()}
    town.sync("A00", "A03", "A04")
    town.clock.ahead += 60
    town.state()
    for path, data in kept.items():
        path.write_bytes(data)


def _newest_stays(town: Town) -> None:
    with town.at(SOUTH) as station:
        ours = station.directory.mirror.head("antin/A03/1")
    with town.at("A03") as station:
        assert ours is not None and ours.size == station.journal.head()[0]


def _clock_back(town: Town) -> None:
    """The machine's clock, not the link: SOUTH will not sign before the time that it has seen."""
    now = town.clock.ahead
    town.clock.ahead = now - 7 * 86400
    try:
        town.sync(SOUTH)
    except Refused as error:
        assert error.code == "clock-turned-back"
    else:
        raise AssertionError("SOUTH signed in the past")
    finally:
        town.clock.ahead = now


NEWS = {
    "strip-proofs": Lie("cuts the consistency proofs out", _strip_proofs,
                        "receiver: checkpoint-unlinked; waits, and asks for the proof", then=_undisturbed, waits=1),
    "spoil-proofs": Lie("turns a bit of the consistency proofs", _spoil_proofs,
                        "receiver: checkpoint-unlinked; waits, and asks for the proof", waits=1, then=_undisturbed),
    "strip-checkpoint": Lie("cuts the sender's checkpoint out", _strip_checkpoint,
                            "receiver: checkpoint-unlinked; waits", waits=1, then=_undisturbed),
    "swap-checkpoint": Lie("puts another station's true checkpoint in its place", _swap_checkpoint,
                           "receiver: checkpoint-unlinked; waits", waits=1, then=_undisturbed),
    "false-epoch": Lie("renames the sender's checkpoint into a new epoch", _false_epoch, "receiver: signature",
                       ("checkpoint-invalid",), then=_undisturbed),
    "false-request": Lie("asks the authority for a new epoch with another record", _request_by_another,
                         "authority: nothing waits for its word", (), ("entered",), then=_undisturbed),
    "forge-echo": Lie("adds a longer, falsely signed checkpoint of the receiver's, and an old true one", _forge_echo,
                      "receiver: signature; passed over", (), ("entered",), then=_undisturbed),
    "forge-conflict": Lie("adds conflicts that do not prove themselves", _forge_conflict, "receiver: passed over",
                          (), ("entered",), then=_undisturbed),
    "gossip-flood": Lie("adds 1,000 checkpoints of unknown stations", _gossip_flood, "receiver: too many",
                        ("bytes-malformed",), then=_nothing_kept),
    "gossip-of-strangers": Lie("adds as many as may be", _gossip_of_strangers, "receiver: unknown; nothing is kept",
                               (), ("entered",), then=_nothing_kept),
    "hide-witness": Lie("removes the authority's answers", _hide_witness,
                        "receiver: its receipts stay claimed; asks again", then=_witnessed_later),
    "forge-witness": Lie("puts another authority's line under the checkpoint", _forge_witness,
                         "receiver: not its authority; receipts stay claimed", then=_witnessed_later),
    "misplace-witness": Lie("puts the authority's line for another checkpoint there", _misplace_witness,
                            "receiver: signature", ("checkpoint-invalid",), then=_witnessed_later),
    "pad-witness": Lie("adds lines of nobody to the cosigned checkpoint", _pad_witness,
                       "receiver: keeps its authority's line alone", then=_not_padded),
    "swap-proofs": Lie("exchanges the proofs of two receipts", _swap_proofs, "sender: place in the journal",
                       then=_undisturbed),
    "replay-directory": Lie("brings older directory files", _replay_directory, "receiver: keeps the newer",
                            then=_newest_stays),
    "clock-back": Lie("turns the receiver's clock back by a week", _clock_back, "receiver: clock-turned-back",
                      (), ("entered",), then=_undisturbed),
}  # fmt: skip
