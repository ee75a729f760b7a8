"""Two papers of one station for what is given once convict that station (spec/steering.md, Given twice)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Any

from antin.errors import AntinError, Conflict, Missing
from antin.kernel import check
from antin.kernel.crypto.suite import object_digest
from antin.kernel.formats import note, signed
from antin.kernel.formats.receipt import Receipt
from antin.kernel.formats.record import HYBRID, QUICK, Record
from antin.kernel.formats.shape import encode, parse
from antin.registers.emulation.records import CrossScored, OwnScored
from antin.registers.papers import rows as papers
from antin.registers.papers.records import PaperTaken
from antin.station import packets, rows, witness_rows
from antin.station.books import PAPERS
from antin.station.station import Station

Row = tuple[Any, ...]
CODE = "sheet-given-twice"
# What of each kind a station gives once only.
SLOTS: Mapping[str, Callable[[Any], object]] = {
    "pledge-signed": lambda p: p.campaign,
    "own-scored": lambda p: p.campaign,
    "cross-scored": lambda p: p.campaign,
    "ballot-key": lambda p: (p.campaign, p.number),
    "ballot-round-opened": lambda p: (p.round.campaign, p.round.number),
    "ballot-cast": lambda p: p.cast.round,
    "ballot-mixed": lambda p: (p.mixed.round, p.mixed.position),
    "ballot-confirmed": lambda p: p.confirmed.round,
    "ballot-opened": lambda p: p.opened.round,
}


def conflict(who: str, kind: str, *receipts: bytes) -> Conflict:
    """The two records of a station, each with its proof, in the order of their digests."""
    first, second = sorted(receipts, key=lambda raw: object_digest(parse(Receipt, raw).record))
    return Conflict(CODE, who=who, kind=kind, name=who, evidence={"first": first, "second": second})


def found(station: Station, public: PaperTaken, deed: Any, shown: bytes) -> Conflict | None:
    """What a refused paper proves beside one that stands in the books: None where that is nothing."""
    if public.kind not in SLOTS:
        return None
    slot = SLOTS[public.kind](deed)
    for row in papers.list_papers.all(station.db):
        if (row.kind, row.station) == (public.kind, public.station) and row.digest != public.paper and not row.own:
            other = _taken(station, row)
            if SLOTS[public.kind](parse(PAPERS[public.kind].public, other.public)) == slot:
                held = receipt_of(station, other.paper)
                return conflict(public.station, public.kind, held, shown) if held else None
    return None


def _taken(station: Station, row: papers.PaperRow) -> PaperTaken:
    record = parse(Record, signed.claim(station.journal.raw(row.idx), HYBRID, QUICK).unverified_body)
    return parse(PaperTaken, record.public)


def receipt_of(station: Station, digest: bytes) -> bytes | None:
    """A paper's record with its proof, made here or taken; None where what lay beside the journal was lost."""
    row = papers.find_paper.one(station.db, digest)
    if row is None:
        return None
    if row.own:
        return encode(Receipt(station.journal.raw(row.idx), station.journal.proof(row.idx)))
    return rows.read_object.one(station.db, digest)


def is_sheet(station: Station, raw: bytes, kind: str, who: str, campaign: bytes) -> bool:
    """Whether this is a sheet of that station for that campaign: signed, and in its journal."""
    try:
        value = parse(Receipt, raw)
        verified = check.record(value.record, station.directory)
        check.entitled(verified, station.directory)
        record = verified.record
        keys = station.directory.journal_of(note.origin(record.station, record.epoch))
        _, point, _ = check.included(value.record, value.proof, keys)
        if (record.station, record.kind, point.origin) != (who, kind, note.origin(who, record.epoch)):
            return False
        sheet: Any = parse(OwnScored if kind == "own-scored" else CrossScored, record.public)
    except AntinError:  # whatever is wrong with it, it is no such sheet
        return False
    return bool(sheet.campaign == campaign)


def kept(station: Station, kind: str, who: str, campaign: bytes) -> tuple[bytes, bytes]:
    """The two sheets of a station that are kept as a conflict here. Raises ``Missing``."""
    for raw in witness_rows.list_conflicts_of.all(station.db, CODE):
        frames = packets.read_all(BytesIO(raw), packets.CONFLICT)
        pair = {name: data for frame, name, data in frames if frame == "conflict"}
        if all(is_sheet(station, each, kind, who, campaign) for each in pair.values()):
            return pair["first"], pair["second"]
    raise Missing("sheet-not-contested", who=who, kind=kind)
