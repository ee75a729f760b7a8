"""An insider who holds his station's keys makes evidence that no honest one makes: judged, no traceback."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from town import NORTH, SOUTH, Town

from antin.acts.prove import prove
from antin.kernel.crypto import merkle, tree
from antin.kernel.formats.receipt import Receipt
from antin.kernel.formats.record import HYBRID, Record
from antin.kernel.formats.shape import encode
from antin.registers.keys.records import CredentialIssued
from antin.signer import keystore
from antin.station import packets
from antin.verify import INVALID, verify


def test_a_station_that_issues_the_root(town: Town, tmp_path: Path) -> None:
    town.dispatch()
    town.sync(SOUTH)
    town.open(SOUTH, "cb01", "den-1", tmp_path / "ra.pdf")
    town.sync(SOUTH, NORTH)
    with town.at(NORTH, "vt01") as station:
        frames = packets.read_all(BytesIO(prove(station, "di-1", "vt01")), packets.EVIDENCE)
        fingerprint = bytes.fromhex(station.settings.root)
        root = station.directory[fingerprint]
        public = CredentialIssued(root.credential.id, root.digest, 1, "A00", 1, b"", root.credential.not_after)
        body = Record(bytes(16), NORTH, 1, "credential-issued", station.now(), (), encode(public), b"")
        with station.turn():
            record = station.signer.sign(HYBRID, encode(body), [station.station_hand()], station.now())
        journal = keystore.journal_key(station.home / "signer")
        point = journal.checkpoint(station.origin, 1, merkle.leaf_hash(record), station.now())
    forged = ("record", "credential-issued", encode(Receipt(record, tree.proof_text(0, (), point))))
    at = next(n for n, (kind, _, _) in enumerate(frames) if kind == "slip")
    report = verify(BytesIO(packets.write(packets.EVIDENCE, [*frames[:at], forged, *frames[at:]])), fingerprint)
    (bad,) = (each for each in report.findings if each.verdict == INVALID)
    assert report.verdict == INVALID and bad.code == "credential-not-in-directory"
