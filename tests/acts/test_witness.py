"""Cosignatures: a receipt is claimed until an authority, neither party, has seen the journal it stands in."""

from __future__ import annotations

import shutil
from io import BytesIO
from pathlib import Path

import pytest
from town import NORTH, PDF, SOUTH, Town

from antin.acts.prove import prove
from antin.acts.receive import receive
from antin.errors import Conflict, Unverified
from antin.kernel import check
from antin.kernel.formats import note
from antin.kernel.formats.receipt import Receipt
from antin.kernel.formats.shape import encode, parse
from antin.station import packets
from antin.verify import INVALID, NOT_PROVEN, VALID, verify
from antin.views.incidents import incidents


def codes(evidence: bytes, root: bytes, verdict: str) -> list[tuple[str, str]]:
    report = verify(BytesIO(evidence), root)
    return [(each.code, str(each.facts.get("about"))) for each in report.findings if each.verdict == verdict]


def answered(town: Town, tmp_path: Path) -> bytes:
    """A dispatch opened and answered, states signed afterwards; returns the root's fingerprint."""
    town.dispatch()
    town.sync(SOUTH)
    town.open(SOUTH, "cb01", "den-1", tmp_path / "out.pdf")
    town.sync(SOUTH, NORTH)
    town.clock.ahead = 2
    return bytes.fromhex((town.folder / "root").read_text())[:25]


def test_a_receipt_is_claimed_and_then_proven(town: Town, tmp_path: Path) -> None:
    root = answered(town, tmp_path)
    with town.at(NORTH) as station:
        claimed = prove(station, "di-1")
    assert ("receipt-claimed", "opened") in codes(claimed, root, NOT_PROVEN)
    town.state()  # the authorities' sync cosigns what both stations left there
    town.sync(SOUTH, NORTH)
    with town.at(NORTH) as station:
        proven = prove(station, "di-1")
        assert station.db.value("SELECT count(*) FROM dispatch_receipts") == 3
    assert verify(BytesIO(proven), root).verdict == VALID
    assert codes(proven, root, NOT_PROVEN) == []
    about = {about for code, about in codes(proven, root, VALID) if code == "witnessed"}
    assert about == {"sent", "arrived", "accepted", "opened"}
    town.audit()


def test_a_false_witness_line_is_invalid(town: Town, tmp_path: Path) -> None:
    """The receiver writes the witness's name under its own checkpoint."""
    root = answered(town, tmp_path)
    town.state()
    town.sync(SOUTH, NORTH)
    with town.at(NORTH) as station:
        frames = packets.read_all(BytesIO(prove(station, "di-1")), packets.EVIDENCE)
    turned = []
    for kind, name, raw in frames:
        if kind == "receipt":
            value = parse(Receipt, raw)
            head, _, last = value.proof.rstrip(b"\n").rpartition(b"\n")
            last = last[:-8] + (b"AAAA" if last[-8:-4] != b"AAAA" else b"BBBB") + last[-4:]
            raw = encode(Receipt(value.record, head + b"\n" + last + b"\n"))
        turned.append((kind, name, raw))
    assert verify(BytesIO(packets.write(packets.EVIDENCE, turned)), root).verdict == INVALID
    town.audit()


def test_an_authority_cosigns_one_past_only(town: Town, tmp_path: Path) -> None:
    """Two copies of one station, each with all its keys: the authority saw the first, and keeps both as evidence."""
    twin = Town(tmp_path / "twin")
    shutil.copytree(town.home(NORTH), twin.home(NORTH))
    twin.relay.mkdir()
    path = town.dispatch()
    town.sync("A03", NORTH)
    with town.at(NORTH) as station:
        newest = station.journal.newest_checkpoint()
        assert check.cosigned(newest, station.directory[station.own.issuer]) is not None
    shutil.copy(path, twin.folder / "van-ban.pdf")
    for n in range(3):
        twin.signed(NORTH, twin.pdf(f"{n}.pdf", PDF + bytes([n])))
    with twin.at(NORTH) as station:
        forged = [*packets.own_news(station, "A03")]
    with town.at("A03") as station:
        with pytest.raises(Conflict, match="journal-forked"):
            receive(station, forged, lambda _: None)
        assert len(list((station.home / "evidence").iterdir())) == 1
        assert incidents(station) == []  # its key is locked: the file is kept, the record is not made
    town.audit()


def test_what_comes_back_must_be_ours_and_cosigned(town: Town, tmp_path: Path) -> None:
    town.dispatch()
    with town.at(NORTH) as station:
        own = station.journal.newest_checkpoint()
        with pytest.raises(Unverified, match="checkpoint-invalid"):
            receive(station, [("checkpoint", station.origin, own)], lambda _: None)
        claimed = note.claim(own)
        line = station.signer.cosign(station.origin, station.origin, claimed.size, claimed.root, station.now())
        with pytest.raises(Unverified, match="checkpoint-invalid"):  # our own line twice is no witness
            receive(station, [("checkpoint", station.origin, own + line)], lambda _: None)
    town.sync("A03")
    with town.at("A03") as station:
        line = station.signer.cosign(station.origin, claimed.origin, claimed.size, bytes(32), station.now())
    with town.at(NORTH) as station, pytest.raises(Unverified, match="checkpoint-invalid"):
        receive(station, [("checkpoint", station.origin, own + line)], lambda _: None)
    town.sync(NORTH)
    town.audit()


def test_evidence_frames_go_by_their_names_and_once(town: Town, tmp_path: Path) -> None:
    root = answered(town, tmp_path)
    town.state()
    town.sync(SOUTH, NORTH)
    with town.at(NORTH, "vt01") as station:
        frames = packets.read_all(BytesIO(prove(station, "di-1", "vt01")), packets.EVIDENCE)
    sent, statement, attached, receipt = (
        next(n for n, frame in enumerate(frames) if frame[:2] == wanted)
        for wanted in (("record", "sent"), ("statement", ""), ("attached", ""), ("receipt", ""))
    )
    spoiled = [
        [*frames[:sent], ("record", "x", frames[sent][2]), *frames[sent + 1 :]],
        [*frames, ("record", "opened", frames[receipt][2])],
        [*frames, frames[statement]],
        [*frames, frames[attached]],
        [*frames, ("blob", "00", b"x")],
    ]
    assert verify(BytesIO(packets.write(packets.EVIDENCE, frames)), root).verdict == VALID
    for n, each in enumerate(spoiled):
        assert verify(BytesIO(packets.write(packets.EVIDENCE, each)), root).verdict == INVALID, n


def test_a_peer_that_was_away_for_long_accuses_nobody(town: Town) -> None:
    """Its checkpoint is older than many that it never saw; the urgent envelope comes first and must still link."""
    town.dispatch()
    town.sync(SOUTH, NORTH, "A03", NORTH)
    for n in range(40):
        town.dispatch(name=f"{n}.pdf", data=PDF + bytes([n]), precedence=3 if n == 39 else 0)
    for code in (SOUTH, "A03"):  # both come back only now
        report = town.sync(code)
        assert report.aside == []
    with town.at(SOUTH) as station:
        assert station.db.value("SELECT count(*) FROM dispatch_in") == 41
        assert incidents(station) == []
    town.sync(NORTH)
    with town.at(NORTH) as station:
        newest = station.db.value("SELECT raw FROM checkpoints WHERE cosigned = 1 ORDER BY size DESC")
        assert check.cosigned(newest, station.directory[station.own.issuer]) is not None
        assert station.db.value("SELECT count(*) FROM told WHERE peer = ?", SOUTH) < 5  # answered: no proof needed
    town.audit()
