"""Fills the tables of dispatches from their records."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from antin.errors import Conflict, Missing
from antin.journal.kinds import Entry, Kind
from antin.journal.states import step
from antin.kernel.formats.receipt import Result
from antin.kernel.formats.sequences import Sequences
from antin.registers.dispatch import records as r
from antin.registers.dispatch.states import INCOMING, OUTGOING
from antin.storage.database import Database, statements

SQL = statements(Path(__file__).with_name("queries.sql"))
TABLES = Path(__file__).with_name("tables.sql")
_VIETNAM = timedelta(hours=7)


def sent(db: Database, entry: Entry) -> None:
    """Refuses a statement sent twice and a level-3 document that keeps a subject (the tables do)."""
    p: r.Sent = entry.public
    author = next(actor.subject.officer for actor in entry.actors)
    db.run(
        SQL["insert_sent"], p.statement, p.id, p.level, p.precedence, p.seal, p.sealed, p.sealed_size, p.count,
        author, entry.record.time, entry.index, int(p.has_subject),
    )  # fmt: skip
    _slips(db, entry, p.statement, p.slips)


def addressed(db: Database, entry: Entry) -> None:
    """Further slips of a known statement."""
    p: r.Addressed = entry.public
    if db.row(SQL["read_sent"], p.statement) is None:
        raise Missing("document-unknown", id=p.statement.hex())
    _slips(db, entry, p.statement, p.slips)


def _slips(db: Database, entry: Entry, statement: bytes, slips: tuple[r.SlipRef, ...]) -> None:
    for ref in slips:
        last = db.value(SQL["last_sequence"], ref.addressee, entry.record.epoch, ref.precedence)
        if ref.sequence != last + 1:
            raise Conflict("sequence-out-of-order", addressee=ref.addressee, sequence=ref.sequence, expected=last + 1)
        # The slip that the sender keeps to itself takes no number in the book: it counts downwards.
        number = db.value(SQL["next_own" if ref.addressee == entry.record.station else "next_out"])
        db.run(
            SQL["insert_out"], number, statement, ref.addressee, ref.officer, ref.precedence,
            ref.sequence, ref.deadline, ref.slip, "spooled", entry.index, entry.record.epoch,
        )  # fmt: skip


def result(db: Database, entry: Entry) -> None:
    """Moves an incoming dispatch along its states; ``arrived`` enters it in the book."""
    p: Result = entry.public
    if entry.record.kind != p.result:
        raise Conflict("state-forbids", state=entry.record.kind, event=p.result)
    found = db.row(SQL["find_in"], p.slip)
    state = step(INCOMING, found[6] if found else "", p.result)
    if p.result == "arrived":
        _arrived(db, entry, p)
    elif p.result == "accepted":
        db.run(SQL["set_accepted"], state, entry.index, p.slip)
    elif p.result == "opened":
        db.run(SQL["set_opened"], state, entry.index, p.statement, p.slip)
    else:
        db.run(SQL["set_refused"], state, entry.index, p.slip)


def _arrived(db: Database, entry: Entry, p: Result) -> None:
    # Numbers restart on 1 January, Vietnam time (NĐ 30/2020).
    year = (datetime.fromtimestamp(entry.record.time, UTC) + _VIETNAM).year
    number = db.value(SQL["next_number"], year)
    db.run(
        SQL["insert_in"], db.value(SQL["next_in"]), p.sender, p.epoch, p.precedence, p.sequence, p.slip, "arrived",
        number, year, entry.index,
    )  # fmt: skip
    _add_to_ranges(db, p)


def _add_to_ranges(db: Database, p: Result) -> None:
    """Received sequences as ranges, not rows (protocol rule 21)."""
    key = (p.sender, p.epoch, p.precedence)
    first = last = p.sequence
    for low, high in db.rows(SQL["list_ranges"], *key):
        if low <= p.sequence <= high:
            raise Conflict("sequence-received", sender=p.sender, sequence=p.sequence)
        if high == p.sequence - 1 or low == p.sequence + 1:
            first, last = min(first, low), max(last, high)
            db.run(SQL["delete_range"], *key, low)
    db.run(SQL["insert_range"], *key, first, last)


def opening(db: Database, entry: Entry) -> None:
    """Notes who is about to open."""
    p: r.Opening = entry.public
    if db.row(SQL["find_in"], p.slip) is None:
        raise Missing("dispatch-unknown", id=p.slip.hex())
    db.run(SQL["insert_opening"], p.slip, p.officer, entry.index)


def receipt_received(db: Database, entry: Entry) -> None:
    """Moves an outgoing dispatch along; the same result twice from one epoch is refused by the table."""
    p: r.ReceiptReceived = entry.public
    found = db.row(SQL["find_out"], p.slip)
    if found is None or found[2] != p.sender:
        raise Missing("dispatch-unknown", id=p.slip.hex())
    had = db.row(SQL["had_result"], p.slip, p.result) is not None
    db.run(SQL["insert_receipt"], p.slip, p.result, p.receipt, p.time, p.reason, p.origin, p.index, entry.index)
    if not had:  # else given once more, in the epoch after a loss
        db.run(SQL["set_out_state"], step(OUTGOING, found[8], p.result), p.slip)


def assigned(db: Database, entry: Entry) -> None:
    """The newest assignment holds; all are kept."""
    p: r.Assigned = entry.public
    if db.row(SQL["find_in"], p.slip) is None:
        raise Missing("dispatch-unknown", id=p.slip.hex())
    by = entry.actors[0].subject.officer
    db.run(SQL["insert_assignment"], entry.index, p.slip, p.officer, by, entry.record.time)
    db.run(SQL["set_assignee"], p.officer, p.slip)


def right_refused(db: Database, entry: Entry) -> None:
    """Keeps who tried what."""
    p: r.RightRefused = entry.public
    db.run(SQL["insert_refusal"], entry.index, p.act, p.who, p.code, p.about, entry.record.time)


def conflict_noticed(db: Database, entry: Entry) -> None:
    """Keeps where the evidence lies."""
    p: r.ConflictNoticed = entry.public
    db.run(SQL["insert_conflict"], entry.index, p.about, p.code, p.evidence, entry.record.time)


KINDS = {
    "sent": Kind(r.Sent, sent),
    "addressed": Kind(r.Addressed, addressed),
    "arrived": Kind(Result, result),
    "accepted": Kind(Result, result),
    "opened": Kind(Result, result),
    "refused": Kind(Result, result),
    "expired": Kind(Result, result),
    "opening": Kind(r.Opening, opening),
    "receipt-received": Kind(r.ReceiptReceived, receipt_received),
    "assigned": Kind(r.Assigned, assigned),
    "right-refused": Kind(r.RightRefused, right_refused),
    "sequences": Kind(Sequences),
    "conflict-noticed": Kind(r.ConflictNoticed, conflict_noticed),
}
