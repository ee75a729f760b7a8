"""Fills the tables of dispatches from their records."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from antin.errors import Conflict, Missing
from antin.journal.deed import Book, Deed, Source
from antin.journal.states import step
from antin.kernel.formats.receipt import Result
from antin.kernel.formats.sequences import Sequences
from antin.registers.dispatch import records as r
from antin.registers.dispatch.states import INCOMING, OUTGOING
from antin.storage.database import Database, statements

SQL = statements(Path(__file__).with_name("queries.sql"))
TABLES = Path(__file__).with_name("tables.sql")
_VIETNAM = timedelta(hours=7)


def sent(db: Database, source: Source, p: r.Sent) -> None:
    """Refuses a statement sent twice and a level-3 document that keeps a subject (the tables do)."""
    author = source.officer
    db.run(
        SQL["insert_sent"], p.statement, p.id, p.level, p.precedence, p.seal, p.sealed, p.sealed_size, p.count,
        author, source.time, source.index, int(p.has_subject),
    )  # fmt: skip
    _slips(db, source, p.statement, p.slips)


def addressed(db: Database, source: Source, p: r.Addressed) -> None:
    """Further slips of a known statement."""
    if db.row(SQL["read_sent"], p.statement) is None:
        raise Missing("document-unknown", id=p.statement.hex())
    _slips(db, source, p.statement, p.slips)


def _slips(db: Database, source: Source, statement: bytes, slips: tuple[r.SlipRef, ...]) -> None:
    for ref in slips:
        last = db.value(SQL["last_sequence"], ref.addressee, source.epoch, ref.precedence)
        if ref.sequence != last + 1:
            raise Conflict("sequence-out-of-order", addressee=ref.addressee, sequence=ref.sequence, expected=last + 1)
        # The slip that the sender keeps to itself takes no number in the book: it counts downwards.
        number = db.value(SQL["next_own" if ref.addressee == source.station else "next_out"])
        db.run(
            SQL["insert_out"], number, statement, ref.addressee, ref.officer, ref.precedence,
            ref.sequence, ref.deadline, ref.slip, "spooled", source.index, source.epoch,
        )  # fmt: skip


def result(db: Database, source: Source, p: Result) -> None:
    """Moves an incoming dispatch along its states; ``arrived`` enters it in the book."""
    if source.kind != p.result:
        raise Conflict("state-forbids", state=source.kind, event=p.result)
    found = db.row(SQL["find_in"], p.slip)
    state = step(INCOMING, found[6] if found else "", p.result)
    if p.result == "arrived":
        _arrived(db, source, p)
    elif p.result == "accepted":
        db.run(SQL["set_accepted"], state, source.index, p.slip)
    elif p.result == "opened":
        db.run(SQL["set_opened"], state, source.index, p.statement, p.slip)
    else:
        db.run(SQL["set_refused"], state, source.index, p.slip)


def _arrived(db: Database, source: Source, p: Result) -> None:
    # Numbers restart on 1 January, Vietnam time (NĐ 30/2020).
    year = (datetime.fromtimestamp(source.time, UTC) + _VIETNAM).year
    number = db.value(SQL["next_number"], year)
    db.run(
        SQL["insert_in"], db.value(SQL["next_in"]), p.sender, p.epoch, p.precedence, p.sequence, p.slip, "arrived",
        number, year, source.index,
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


def opening(db: Database, source: Source, p: r.Opening) -> None:
    """Notes who is about to open."""
    if db.row(SQL["find_in"], p.slip) is None:
        raise Missing("dispatch-unknown", id=p.slip.hex())
    db.run(SQL["insert_opening"], p.slip, p.officer, source.index)


def receipt_received(db: Database, source: Source, p: r.ReceiptReceived) -> None:
    """Moves an outgoing dispatch along; the same result twice from one epoch is refused by the table."""
    found = db.row(SQL["find_out"], p.slip)
    if found is None or found[2] != p.sender:
        raise Missing("dispatch-unknown", id=p.slip.hex())
    had = db.row(SQL["had_result"], p.slip, p.result) is not None
    db.run(SQL["insert_receipt"], p.slip, p.result, p.receipt, p.time, p.reason, p.origin, p.index, source.index)
    if not had:  # else given once more, in the epoch after a loss
        db.run(SQL["set_out_state"], step(OUTGOING, found[8], p.result), p.slip)


def assigned(db: Database, source: Source, p: r.Assigned) -> None:
    """The newest assignment holds; all are kept."""
    if db.row(SQL["find_in"], p.slip) is None:
        raise Missing("dispatch-unknown", id=p.slip.hex())
    by = source.officer
    db.run(SQL["insert_assignment"], source.index, p.slip, p.officer, by, source.time)
    db.run(SQL["set_assignee"], p.officer, p.slip)


def right_refused(db: Database, source: Source, p: r.RightRefused) -> None:
    """Keeps who tried what."""
    db.run(SQL["insert_refusal"], source.index, p.act, p.who, p.code, p.about, source.time)


def conflict_noticed(db: Database, source: Source, p: r.ConflictNoticed) -> None:
    """Keeps where the evidence lies."""
    db.run(SQL["insert_conflict"], source.index, p.about, p.code, p.evidence, source.time)


BOOK = Book(
    "dispatch", 1, TABLES,
    (
        Deed("sent", r.Sent, sent),
        Deed("addressed", r.Addressed, addressed),
        Deed("arrived", Result, result),
        Deed("accepted", Result, result),
        Deed("opened", Result, result),
        Deed("refused", Result, result),
        Deed("expired", Result, result),
        Deed("opening", r.Opening, opening),
        Deed("receipt-received", r.ReceiptReceived, receipt_received),
        Deed("assigned", r.Assigned, assigned),
        Deed("right-refused", r.RightRefused, right_refused),
        Deed("sequences", Sequences),
        Deed("conflict-noticed", r.ConflictNoticed, conflict_noticed),
    ),
)  # fmt: skip
