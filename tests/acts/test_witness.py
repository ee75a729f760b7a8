"""Cosignatures: a receipt is claimed until an authority, neither party, has seen the journal it stands in."""

from __future__ import annotations

from contextlib import suppress
from io import BytesIO
from pathlib import Path

import engine
import pytest
from lie import frames, waiting
from town import NORTH, PDF, SISTER, SOUTH, Town, into

from antin.acts.approve import revoke
from antin.acts.carry import read_bundle, write_bundle
from antin.acts.prove import prove
from antin.acts.receive import receive
from antin.acts.sign_document import sign_document
from antin.errors import Conflict, Malformed, Unverified
from antin.kernel import check
from antin.kernel.formats import note
from antin.kernel.formats.fields import Facts, Label
from antin.kernel.formats.receipt import Receipt
from antin.kernel.formats.shape import encode, parse
from antin.station import packets
from antin.station.news import news
from antin.station.station import AUTHORITY_KEY, Station
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


@pytest.mark.parametrize(("when", "verdict", "code"), [
    ("after", VALID, "signed-before-revocation"), ("before", NOT_PROVEN, "credential-revoked"),
])  # fmt: skip
def test_a_signature_counts_if_a_witness_saw_it_before_the_revocation(
    town: Town, tmp_path: Path, when: str, verdict: str, code: str
) -> None:
    """The same revocation, dated after and before the authority saw the sender's journal."""
    root = answered(town, tmp_path)
    town.state()
    town.sync(SOUTH, NORTH)
    with town.at(NORTH) as station:
        author = station.officer("vt01")
    town.clock.ahead = 3600
    with town.at("A03", AUTHORITY_KEY) as station:
        revoke(station, author, station.now() - (10 if when == "after" else 7200), "left")
    town.state()
    with town.at(NORTH, "ld01") as station:
        for evidence in (prove(station, "di-1"), prove(station, "di-1", "ld01")):
            assert verify(BytesIO(evidence), root).verdict == verdict
            assert (code, "None") in codes(evidence, root, verdict)
    with town.at(SOUTH) as station:
        assert verify(BytesIO(prove(station, "den-1")), root).verdict == VALID  # he signed nothing that is shown there
    (tmp_path / "evidence").write_bytes(evidence)
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


def twin_of(town: Town, code: str, folder: Path) -> Town:
    """A second town with a copy of one station, all its keys in it."""
    twin = Town(folder / "twin")
    engine.twin(town.home(code), twin.home(code))
    twin.relay.mkdir()
    return twin


def fill(station: Station, twin: Town, size: int) -> None:
    """Documents signed, one record each, until the journal is as long."""
    while (n := station.journal.head()[0]) < size:
        facts = Facts("KH", "", station.now(), "x", f"{n}.pdf", "application/pdf")
        sign_document(station, "ld01", twin.pdf(f"{n}.pdf", PDF + bytes([n])), facts, Label(1, 0, (), (), 1))


def shown(town: Town, code: str, peer: str) -> list[tuple[str, str, bytes]]:
    with town.at(code) as station:
        return [*news(station, peer)]


def test_an_authority_cosigns_one_past_only(town: Town, tmp_path: Path) -> None:
    """Two copies of one station, each with all its keys: the authority saw the first and cosigns nothing else."""
    twin = twin_of(town, NORTH, tmp_path)
    town.dispatch()
    town.sync("A03", NORTH)
    with town.at(NORTH) as station:
        newest = station.journal.newest_checkpoint()
        assert check.cosigned(newest, station.directory[station.own.issuer]) is not None
    size = note.claim(newest).size
    with twin.at(NORTH, "ld01") as station:
        fill(station, twin, size)
        same_size = [*news(station, "A03")]
        fill(station, twin, size + 1)
        longer = [*news(station, "A03")]
    with town.at("A03") as station:
        receive(station, longer, lambda _: None)
        held = station.checkpoints.newest_of(NORTH)
        assert held is not None and held.raw == note.claim(newest[: len(held.raw)]).raw  # heard, not held
        assert len(station.checkpoints.heard(NORTH)) == 1
        with pytest.raises(Conflict, match="journal-forked"):
            receive(station, same_size, lambda _: None)
        assert len(list((station.home / "evidence").iterdir())) == 1
        # Its key is locked, so the record is not made; the list shows what is kept all the same.
        assert [(row["record"], row["code"]) for row in incidents(station)] == [(None, "journal-forked")]
    town.sync("A03", NORTH)
    with town.at(NORTH) as station:
        assert station.recovering  # the authority showed what it heard: somebody else has our keys
    town.audit()


def test_conflicts_reach_those_who_saw_nothing(town: Town, tmp_path: Path) -> None:
    """SOUTH holds both pasts of NORTH; its authority learns of it, and everybody with whom that one has dealings."""
    twin = twin_of(town, NORTH, tmp_path)
    town.dispatch()
    town.sync(SOUTH, "A04", SOUTH)
    with town.at(SOUTH) as station:
        held = station.checkpoints.newest_of(NORTH)
        assert held is not None
    with twin.at(NORTH, "ld01") as station:
        fill(station, twin, held.size)
    other = shown(twin, NORTH, SOUTH)
    with town.at(SOUTH) as station, pytest.raises(Conflict, match="journal-forked"):
        receive(station, other, lambda _: None)
    town.clock.ahead = 7200  # its news to the authority is due again
    town.sync(SOUTH, "A04")
    with town.at("A04") as station:
        assert [row["code"] for row in incidents(station)] == ["journal-forked"]
        again = packets.write(packets.EVIDENCE, [("conflict", "held", other[0][2]), ("conflict", "shown", b"x")])
        receive(station, [("checkpoint", "", shown(town, SOUTH, "A04")[0][2]), ("conflict", "journal-forked", again)],
                lambda _: None)  # fmt: skip
        assert len(incidents(station)) == 1  # what does not prove itself is passed over
    town.sync(SOUTH)
    town.audit()


def test_a_proof_cut_out_accuses_nobody_and_is_asked_for(town: Town) -> None:
    """The liar strips consistency proofs: the checkpoint is heard, and the next exchange settles it."""
    town.dispatch(name="a.pdf")
    town.sync(SOUTH, NORTH)
    town.dispatch(name="b.pdf", data=PDF + b"b")
    news_ = shown(town, NORTH, SOUTH)
    stripped = [frame for frame in news_ if frame[0] != "consistency"]
    spoilt = [(k, n, raw[:-1] + bytes([raw[-1] ^ 1])) if k == "consistency" else (k, n, raw) for k, n, raw in news_]
    for each in (stripped, spoilt):
        with town.at(SOUTH) as station:
            receive(station, each, lambda _: None)
            assert len(station.checkpoints.heard(NORTH)) == 1 and incidents(station) == []
    town.clock.ahead = 2 * 86400
    with town.at(SOUTH) as station:
        assert [row["what"] for row in incidents(station)] == ["unproven", "not-cosigned"]
    town.sync(SOUTH, NORTH, "A03", NORTH, SOUTH)
    with town.at(SOUTH) as station:
        assert station.checkpoints.heard(NORTH) == [] and incidents(station) == []
    town.audit()


def test_what_is_not_linked_waits_and_then_arrives_once(town: Town) -> None:
    """The liar strips the proofs from envelopes with slips: they wait, and the proof that comes back lets them in."""
    town.dispatch(name="a.pdf")
    town.sync(SOUTH, NORTH)
    town.dispatch(name="b.pdf", data=PDF + b"b")
    for path in waiting(town):
        kept = [frame for frame in frames(path) if frame[0] != "consistency"]
        path.write_bytes(packets.write(packets.ENVELOPE, kept))
    report = town.sync(SOUTH)
    assert (report.waiting, report.aside) == (1, [])
    town.sync(NORTH, SOUTH)
    with town.at(SOUTH) as station:
        assert station.db.value("SELECT count(*) FROM dispatch_in") == 2
    town.sync(SOUTH, NORTH)
    assert waiting(town) == []
    town.audit()


def test_a_late_envelope_is_linked_by_the_proofs_of_the_newer_one(town: Town) -> None:
    town.dispatch(name="a.pdf")
    town.sync(SOUTH, NORTH)
    town.dispatch(name="b.pdf", data=PDF + b"b")
    town.dispatch(name="c.pdf", data=PDF + b"c", precedence=3)
    report = town.sync(SOUTH)  # the urgent one first: its checkpoint is the newer
    assert [each.state for each in report.outcomes] == ["entered", "entered"] and report.waiting == 0
    town.sync(NORTH)
    town.audit()


def test_gossip_brings_checkpoints_of_third_stations(town: Town) -> None:
    """SISTER never had dealings with SOUTH, and holds its checkpoint all the same: its authority has cosigned it."""
    town.dispatch()
    town.sync(SOUTH, "A04", SOUTH, NORTH)
    town.signed(NORTH, town.pdf("c.pdf", PDF + b"c"))
    town.send(NORTH, town.folder / "c.pdf", SISTER)
    town.sync(NORTH, SISTER)
    with town.at(SISTER) as station:
        held = station.checkpoints.newest_of(SOUTH)
        assert held is not None
    with town.at(SOUTH) as station:
        assert station.journal.contains(held)
        station.signer.in_turn = lambda: True
        forged = station.signer.checkpoint(f"antin/{SOUTH}/9", held.size, bytes(32), station.now(), ())
    with town.at(SISTER) as station:
        both = [("checkpoint", "", shown(town, NORTH, SISTER)[0][2]), ("checkpoint", "", forged)]
        receive(station, both, lambda _: None)  # an epoch that nobody accepted
        assert station.checkpoints.newest_of(SOUTH) == held and incidents(station) == []
    town.audit()


def test_a_frozen_directory_shows_in_gossip(town: Town) -> None:
    """SOUTH is served an old directory for ever; what NORTH passes on names a newer one."""
    kept = {path: path.read_bytes() for path in (town.relay / "directory").iterdir()}
    town.state()
    for path, data in kept.items():
        path.write_bytes(data)
    with town.at(SOUTH) as station:
        for table in ("mirror_heads", "mirror", "mirror_hashes"):
            station.db.run(f"DELETE FROM {table} WHERE origin = 'antin/A03/1'")
        station.db.run("DELETE FROM directory WHERE origin = 'antin/A03/1'")
    town.sync(SOUTH)
    news_ = shown(town, NORTH, SOUTH)
    with town.at(SOUTH) as station:
        receive(station, news_, lambda _: None)
        assert [row[0] for row in station.db.rows("SELECT origin FROM heard")] == ["antin/A03/1"]
    town.sync("A03", SOUTH)
    with town.at(SOUTH) as station:
        assert station.db.rows("SELECT origin FROM heard") == []
    town.audit()


def test_an_hour_later_the_cosignature_is_renewed(town: Town) -> None:
    town.sync(NORTH, "A03", NORTH)
    with town.at(NORTH) as station:
        (first,) = station.db.rows("SELECT size, time FROM witnessed")
    town.sync(NORTH, "A03", NORTH)
    with town.at(NORTH) as station:
        assert station.db.rows("SELECT size, time FROM witnessed") == [first]
    town.clock.ahead = 3700
    town.sync(NORTH, "A03", NORTH)
    with town.at(NORTH) as station:
        ((size, time),) = station.db.rows("SELECT size, time FROM witnessed")
        assert size == first[0] and time >= first[1] + 3600
        assert station.db.value("SELECT greatest FROM clock") >= time
    town.audit()


def test_witnessing_works_over_media(town: Town, tmp_path: Path) -> None:
    town.dispatch()
    there, back = tmp_path / "there", tmp_path / "back"
    with town.at(NORTH) as station:
        into(there, lambda output: write_bundle(station, "A03", output))
    with town.at("A03") as station:
        read_bundle(station, there)
        into(back, lambda output: write_bundle(station, NORTH, output))
    with town.at(NORTH) as station:
        read_bundle(station, back)
        newest = station.db.value("SELECT raw FROM checkpoints WHERE cosigned = 1 ORDER BY size DESC")
        assert note.claim(newest).size == station.journal.head()[0]
    town.audit()


def test_what_comes_back_must_be_ours_and_cosigned(town: Town, tmp_path: Path) -> None:
    """An echo with no line, with our own, or with one over another root, makes nothing proven."""
    town.dispatch()
    with town.at(NORTH) as station:
        before = station.db.value("SELECT count(*) FROM checkpoints WHERE cosigned = 1")
        own = station.journal.newest_checkpoint()
        claimed = note.claim(own)
        ours = station.signer.cosign(station.origin, station.origin, claimed.size, claimed.root, station.now())
    with town.at("A03") as station:
        first = station.directory.mirror.head(station.origin)
        other = station.signer.cosign(station.origin, claimed.origin, claimed.size, bytes(32), station.now())
    assert first is not None
    with town.at(NORTH) as station:
        for line in (b"", ours):
            receive(station, [("checkpoint", "", first.checkpoint), ("checkpoint", "", own + line)], lambda _: None)
        with pytest.raises(Unverified, match="checkpoint-invalid"):
            receive(station, [("checkpoint", "", first.checkpoint), ("checkpoint", "", own + other)], lambda _: None)
        assert station.db.value("SELECT count(*) FROM checkpoints WHERE cosigned = 1") == before
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
        with suppress(Malformed):  # in another order, or too many of a kind: no evidence to judge
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
    town.sync(NORTH, SOUTH)  # a few of the middle ones are linked by what SOUTH asks for
    with town.at(SOUTH) as station:
        assert station.db.value("SELECT count(*) FROM dispatch_in") == 41
        assert incidents(station) == []
    town.sync(NORTH)
    with town.at(NORTH) as station:
        newest = station.db.value("SELECT raw FROM checkpoints WHERE cosigned = 1 ORDER BY size DESC")
        assert check.cosigned(newest, station.directory[station.own.issuer]) is not None
        assert station.db.value("SELECT count(*) FROM told WHERE peer = ?", SOUTH) < 5  # answered: no proof needed
    town.audit()
