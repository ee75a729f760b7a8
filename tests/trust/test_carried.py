"""Evidence is not worth less for what others laid beside it: lines below a checkpoint, later or impossible witnesses,
an id used twice, a state that fits nothing."""

from __future__ import annotations

import base64
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from lawless import lawless
from lie import rewrite, waiting
from town import NORTH, PASS, PDF, SISTER, SOUTH, Town, bind

from antin.acts import approve as approving
from antin.acts.create_station import FirstOfficer, request_officer
from antin.acts.prove import prove
from antin.acts.receive import _repeat_receipts
from antin.acts.status import status_record
from antin.journal.journal import Journal
from antin.kernel.crypto import tree
from antin.kernel.formats import note
from antin.kernel.formats.receipt import Receipt
from antin.kernel.formats.shape import encode, parse
from antin.kernel.formats.status import Status
from antin.registers.keys import state as keys
from antin.signer.signer import Signer
from antin.station import packets
from antin.station.station import AUTHORITY_KEY
from antin.verify import VALID, verify

YEAR_9999 = 253_402_300_799


def evidence(town: Town, code: str = NORTH, dispatch: str = "di-1", officer: str = "vt01") -> bytes:
    with town.at(code, officer) as station:
        return prove(station, dispatch, officer)


def verdict(town: Town, raw: bytes) -> str:
    return verify(BytesIO(raw), bytes.fromhex((town.folder / "root").read_text())[:25]).verdict


def seen(town: Town, raw: bytes) -> dict[str, int]:
    root = bytes.fromhex((town.folder / "root").read_text())[:25]
    found = verify(BytesIO(raw), root).findings
    return {str(each.facts["about"]): int(str(each.facts["time"])) for each in found if each.code == "witnessed"}


def answered(town: Town, sender: str, receiver: str, tmp_path: Path) -> None:
    path = town.pdf()
    town.signed(sender, path, 1)
    town.send(sender, path, receiver)
    town.sync(sender, receiver)
    town.open(receiver, "cb01", "den-1", tmp_path / "ra.pdf")
    town.sync(receiver, "A03", "A04", receiver, sender)


def stated(town: Town) -> None:
    town.clock.ahead += 2
    town.state()
    town.sync(NORTH, SOUTH)


def test_a_line_that_the_carrier_adds_to_a_receipt_is_kept_nowhere(town: Town, tmp_path: Path) -> None:
    with town.at(NORTH) as station:
        key = station.directory.journal_of("antin/A00/1").subject.journal[32:]
    named = note.key_id("antin/A00/1", note.MLDSA44, key) + bytes(2428)
    line = f"— antin/A00/1 {base64.b64encode(named).decode()}\n".encode()

    def spoil(kind: str, raw: bytes) -> bytes:
        if kind != "receipt":
            return raw
        value = parse(Receipt, raw)
        return encode(replace(value, proof=value.proof + line))

    path = town.pdf()
    town.signed(NORTH, path, 1)
    town.send(NORTH, path, SOUTH)
    town.sync(NORTH, SOUTH)
    town.open(SOUTH, "cb01", "den-1", tmp_path / "ra.pdf")
    spoilt = 0
    for _ in range(2):
        town.sync(SOUTH, "A04", SOUTH)
        for envelope in waiting(town, NORTH):
            rewrite(envelope, spoil)
            spoilt += 1
        town.sync(NORTH)
    assert spoilt, "nothing was spoilt: the test tests nothing"
    stated(town)
    assert verdict(town, evidence(town)) == VALID
    with town.at(NORTH) as station:
        assert all(b"antin/A00/1" not in raw for (raw,) in station.db.rows("SELECT raw FROM objects"))
    town.audit()


def _late(self: Journal, index: int) -> bytes:
    checkpoint = self.newest_cosigned()
    assert checkpoint is not None
    size = note.claim(checkpoint).size
    return tree.proof_text(index, tree.inclusion(self.hash_at, index, size), checkpoint)


def shown_again(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """NORTH shows its receipts once more, under its newest cosigned checkpoint instead of the earliest."""
    path = town.pdf("khac.pdf", PDF + b"z")
    town.signed(NORTH, path, 1)
    town.send(NORTH, path, SISTER)
    town.sync(NORTH, "A03", NORTH)
    with monkeypatch.context() as patch:
        patch.setattr(Journal, "proof", _late)
        with town.at(NORTH) as station:
            _repeat_receipts(station, SOUTH, station.db.value("SELECT slip FROM dispatch_in"))
        town.sync(NORTH)
    town.sync(SOUTH)


def test_the_earliest_witness_is_kept(town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answered(town, SOUTH, NORTH, tmp_path)
    stated(town)
    before = seen(town, evidence(town, SOUTH))
    town.clock.ahead += 7200
    town.sync("A00", "A03", "A04")
    shown_again(town, monkeypatch)
    assert seen(town, evidence(town, SOUTH)) == before
    assert "opened" in before
    town.audit()


@pytest.mark.parametrize("first", [True, False], ids=["at once", "afterwards"])
def test_a_witness_of_the_future_says_nothing(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first: bool
) -> None:
    honest = Signer.cosign

    def far(self: Signer, name: str, origin: str, size: int, root: bytes, time: int) -> bytes:
        return honest(self, name, origin, size, root, YEAR_9999)

    path = town.pdf()
    town.signed(SOUTH, path, 1)
    town.send(SOUTH, path, NORTH)
    town.sync(SOUTH, NORTH)
    town.open(NORTH, "cb01", "den-1", tmp_path / "ra.pdf")
    town.sync(NORTH)
    with monkeypatch.context() as patch:
        if first:
            patch.setattr(Signer, "cosign", far)
        town.sync("A03")
    town.sync(NORTH, SOUTH)
    stated(town)
    if not first:
        with monkeypatch.context() as patch:
            patch.setattr(Signer, "cosign", far)
            shown_again(town, monkeypatch)
    stated(town)
    raw = evidence(town, SOUTH)
    assert verdict(town, raw) == VALID
    assert YEAR_9999 not in seen(town, raw).values()


def test_an_id_is_its_issuers(town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A03 binds an officer under the id of another branch's agency: his deeds stay what they are."""
    with town.at(NORTH) as station:
        taken = station.directory.find(SOUTH).credential.id
    honest = approving._body
    with town.at(NORTH, "cb01") as station:
        request = request_officer(station, "cb01", FirstOfficer("cb66", "cb66", ("registrar",), PASS), 3)
    with monkeypatch.context() as patch:
        patch.setattr(approving, "_body", lambda *a, **k: replace(honest(*a, **k), id=taken))
        bind(town, "A03", NORTH, request)
    town.sync("A00", "A03", "A04", NORTH, SISTER, SOUTH)
    answered(town, NORTH, SOUTH, tmp_path)
    stated(town)
    assert verdict(town, evidence(town)) == verdict(town, evidence(town, SOUTH, "den-1", "cb01")) == VALID


def test_a_state_that_fits_nothing_is_passed_over(town: Town, tmp_path: Path) -> None:
    answered(town, NORTH, SOUTH, tmp_path)
    stated(town)
    assert verdict(town, evidence(town, SOUTH, "den-1", "cb01")) == VALID
    with town.at("A03", AUTHORITY_KEY) as station:
        size, _ = keys.status_root(station.db)
        hand = station.station_hand()
        with lawless(station, "status"):
            station.commit([station.record("status", Status(station.now(), size, bytes(32)), [hand])])
    town.sync("A03", SOUTH)
    assert verdict(town, evidence(town, SOUTH, "den-1", "cb01")) == VALID


def test_a_directory_is_kept_without_the_lines_of_nobody(town: Town, tmp_path: Path) -> None:
    answered(town, NORTH, SOUTH, tmp_path)
    town.clock.ahead += 2
    for code in ("A00", "A03", "A04"):
        with town.at(code, AUTHORITY_KEY) as station:
            station.commit([status_record(station)])
        town.sync(code)
    junk = b"".join(f"— x{n} {base64.b64encode(bytes(3000)).decode()}\n".encode() for n in range(12))
    for path in (town.relay / "directory").iterdir():
        frames = packets.read_all(BytesIO(path.read_bytes()), packets.DIRECTORY)
        padded = [(kind, name, raw + junk if kind == "checkpoint" else raw) for kind, name, raw in frames]
        path.write_bytes(packets.write(packets.DIRECTORY, padded))
    town.sync(NORTH)
    with town.at(NORTH) as station:
        heads = [raw for (raw,) in station.db.rows("SELECT checkpoint FROM mirror_heads")]
    assert heads
    assert all(raw.count("— ".encode()) == 2 for raw in heads)
    assert verdict(town, evidence(town)) in ("valid", "not-proven")
    town.audit()
