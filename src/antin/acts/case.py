"""Case: all steering records about one directive, with the checkpoints we kept, in one file for an inspector."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from antin.acts import directive as directives
from antin.acts.prove import credentials_of
from antin.kernel.formats import note, proof, signed
from antin.kernel.formats.epoch import CLOCK_SET_BACK
from antin.kernel.formats.receipt import Receipt
from antin.kernel.formats.record import HYBRID, QUICK, Record
from antin.kernel.formats.shape import encode, parse
from antin.registers.papers import rows as papers
from antin.registers.papers.records import PaperTaken
from antin.registers.programmes import rows as programmes
from antin.station import packets, rows, turned, witness_rows
from antin.station.books import DEEDS, PAPERS
from antin.station.station import Station

Frame = tuple[str, str, bytes]


def case(station: Station, name: str) -> bytes:
    """The case of ``cd-1``: every record under it as its maker made it, our own records of taking them, checkpoints
    kept of each journal, and back-dated records with what convicts them. Holds structure, no words: no secret part."""
    row = directives.find(station, name)
    served = {each.id for each in programmes.list_of_directive.all(station.db, row.id)}
    about = {row.id, *served}
    frames = list(_papers(station, about))
    convicted, points = _convicted(station, about)
    frames += convicted
    backs: dict[str, list[Frame]] = {}
    for _, _, raw in frames:
        # Of all checkpoints kept, the one that says most about this record's age.
        shown = proof.claim(parse(Receipt, raw).proof)
        origin = shown.checkpoint.origin
        backs[origin] = [("record", CLOCK_SET_BACK, each) for each in turned.known(station, origin)]
        places = [place for place, _ in turned.backs(station, origin) if place < shown.index]
        for above in (-1, *places):
            before = station.checkpoints.kept_before(origin, shown.index, above)
            points += [before[0]] if before else []
    frames = [*(each for found in backs.values() for each in found), *frames]
    kept = [("checkpoint", note.claim(raw).origin, raw) for raw in dict.fromkeys(points)]
    return packets.write(packets.CASE, [*credentials_of(station, frames), *kept, *frames])


def _papers(station: Station, about: set[bytes]) -> Iterator[Frame]:
    """``about`` grows: a judgement names a report, an answer a proposal, and those name the directive."""
    for row in papers.list_papers.all(station.db):
        if row.named not in about and about.isdisjoint(PAPERS[row.kind].about(_public(station, row))):
            continue
        about.add(row.named)
        ours = encode(Receipt(station.journal.raw(row.idx), station.journal.proof(row.idx)))
        if row.own:
            yield "record", row.kind, ours
            continue
        shown = rows.read_object.one(station.db, row.digest)
        if shown is not None:  # lost with what lay beside the journal; our own record of it stands
            yield "record", row.kind, shown
        yield "record", "paper-taken", ours


def _public(station: Station, row: papers.PaperRow) -> Any:
    record = parse(Record, signed.claim(station.journal.raw(row.idx), HYBRID, QUICK).unverified_body)
    raw = record.public if row.own else parse(PaperTaken, record.public).public
    return parse(PAPERS[row.kind].public, raw)


def _convicted(station: Station, about: set[bytes]) -> tuple[list[Frame], list[bytes]]:
    """Back-dated records that we refused: each with its proof, and the checkpoint that it contradicts."""
    frames: list[Frame] = []
    points: list[bytes] = []
    for raw in witness_rows.list_conflicts_of.all(station.db, "record-back-dated"):
        pair = {
            name: data for kind, name, data in packets.read_all(BytesIO(raw), packets.CONFLICT) if kind == "conflict"
        }
        record = parse(Record, signed.claim(pair["record"], HYBRID, QUICK).unverified_body)
        deed = DEEDS[record.kind]
        if not about.isdisjoint(deed.about(parse(deed.public, record.public))):
            frames.append(("record", record.kind, encode(Receipt(pair["record"], pair["proof"]))))
            points.append(pair["kept"])
    return frames, points
