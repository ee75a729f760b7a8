"""The deeds of the register of dispatches, and what each refuses."""

from __future__ import annotations

from pathlib import Path

from antin.errors import Conflict, Missing
from antin.journal.deed import Book, Deed, Source
from antin.journal.states import step
from antin.kernel.formats.receipt import Result
from antin.kernel.formats.sequences import Sequences
from antin.registers.dispatch import fill
from antin.registers.dispatch import records as r
from antin.registers.dispatch.rows import find_in, find_out, had_result, list_ranges, read_sent
from antin.registers.dispatch.states import INCOMING, OUTGOING
from antin.storage.database import Reader


def address(view: Reader, source: Source, p: r.Addressed) -> None:
    """Refuses slips of a statement that was not sent."""
    if read_sent.one(view, p.statement) is None:
        raise Missing("document-unknown", id=p.statement.hex())


def answer(view: Reader, source: Source, p: Result) -> None:
    """Refuses what the dispatch's state does not allow, and a sequence that came before."""
    if source.kind != p.result:
        raise Conflict("state-forbids", state=source.kind, event=p.result)
    found = find_in.one(view, p.slip)
    step(INCOMING, found.state if found else "", p.result)
    if p.result != "arrived":
        return
    for each in list_ranges.all(view, p.sender, p.epoch, p.precedence):
        if each.first <= p.sequence <= each.last:
            raise Conflict("sequence-received", sender=p.sender, sequence=p.sequence)


def here(view: Reader, source: Source, p: r.Opening | r.Assigned) -> None:
    """Refuses a dispatch that did not come."""
    if find_in.one(view, p.slip) is None:
        raise Missing("dispatch-unknown", id=p.slip.hex())


def receive_receipt(view: Reader, source: Source, p: r.ReceiptReceived) -> None:
    """Refuses an answer by another than the addressee, and one that the state does not allow.

    The same result may come once more, in the epoch after a loss.
    """
    found = find_out.one(view, p.slip)
    if found is None or found.addressee != p.sender:
        raise Missing("dispatch-unknown", id=p.slip.hex())
    if had_result.one(view, p.slip, p.result) is None:
        step(OUTGOING, found.state, p.result)


BOOK = Book(
    "dispatch", 1, Path(__file__).with_name("tables.sql"),
    (
        Deed("sent", r.Sent, fill.sent),
        Deed("addressed", r.Addressed, fill.addressed, address),
        *(Deed(each, Result, fill.result, answer) for each in ("arrived", "accepted", "opened", "refused", "expired")),
        Deed("opening", r.Opening, fill.opening, here),
        Deed("receipt-received", r.ReceiptReceived, fill.receipt_received, receive_receipt),
        Deed("assigned", r.Assigned, fill.assigned, here),
        Deed("right-refused", r.RightRefused, fill.right_refused),
        Deed("sequences", Sequences),
        Deed("conflict-noticed", r.ConflictNoticed, fill.conflict_noticed),
    ),
)  # fmt: skip
