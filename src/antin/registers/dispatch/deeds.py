"""The deeds of the register of dispatches, and what each refuses."""

from __future__ import annotations

from pathlib import Path

from antin.errors import Conflict, Malformed, Missing, Refused
from antin.journal.deed import Book, Deed, Source
from antin.journal.states import step
from antin.kernel.formats.receipt import Result
from antin.kernel.formats.sequences import Sequences
from antin.registers.dispatch import REVISION, fill
from antin.registers.dispatch import records as r
from antin.registers.dispatch.rows import (
    Incoming,
    find_in,
    find_out,
    had_result,
    list_helping,
    list_ranges,
    list_to,
    read_sent,
)
from antin.registers.dispatch.states import INCOMING, OUTGOING
from antin.storage.database import Reader

# Who keeps the book of what came in, and so may settle what another was given.
BOOKKEEPERS = frozenset({"leader", "registrar", "cipher"})


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


def here(view: Reader, source: Source, p: r.Opening) -> None:
    """Refuses a dispatch that did not come."""
    _came(view, p.slip)


def assign(view: Reader, source: Source, p: r.AssignedTo) -> None:
    """Refuses one person twice, a day that is over, and a dispatch that was sent back."""
    _open(_came(view, p.slip), "assigned")
    if len({p.lead, *p.partners}) != 1 + len(p.partners):
        raise Malformed("assigned-twice")
    if p.due and p.due <= source.time:
        raise Malformed("date-past", option="--due", text="")


def answer_dispatch(view: Reader, source: Source, p: r.DispatchAnswered) -> None:
    """By whoever has it, or keeps the book. Refuses a second answer, and a sending that did not go to the sender."""
    row = _in_hand(view, source, p.slip, "answered")
    to = list_to.all(view, p.statement)
    if not to:
        raise Missing("dispatch-unknown", id=p.statement.hex()[:16])
    if row.sender not in {each.addressee for each in to}:
        raise Refused("answer-elsewhere", id=row.name, answer=to[0].name, sender=row.sender)


def file(view: Reader, source: Source, p: r.DispatchFiled) -> None:
    """By whoever has it, or keeps the book, once."""
    _in_hand(view, source, p.slip, "filed")


def _came(view: Reader, slip: bytes) -> Incoming:
    row = find_in.one(view, slip)
    if row is None:
        raise Missing("dispatch-unknown", id=slip.hex())
    return row


def _open(row: Incoming, event: str) -> None:
    if row.state in ("refused", "expired"):
        raise Conflict("state-forbids", state=row.state, event=event)


def _in_hand(view: Reader, source: Source, slip: bytes, event: str) -> Incoming:
    row = _came(view, slip)
    _open(row, event)
    roles = {role for signer in source.signers for role in signer.subject.roles}
    if source.officer not in {row.assignee, *list_helping.all(view, slip)} and not roles & BOOKKEEPERS:
        raise Refused("not-assigned-to", id=row.name, officer=source.officer)
    if row.filed is not None or (event == "answered" and row.answered is not None):
        raise Conflict("dispatch-settled", id=row.name)
    return row


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
    "dispatch", REVISION, Path(__file__).with_name("tables.sql"),
    (
        Deed("sent", r.Sent, fill.sent),
        Deed("addressed", r.Addressed, fill.addressed, address),
        *(Deed(each, Result, fill.result, answer) for each in ("arrived", "accepted", "opened", "refused", "expired")),
        Deed("opening", r.Opening, fill.opening, here),
        Deed("receipt-received", r.ReceiptReceived, fill.receipt_received, receive_receipt),
        Deed("assigned", r.AssignedTo, fill.assigned_to, assign, before=(Deed("assigned", r.Assigned, fill.assigned),)),
        Deed("dispatch-answered", r.DispatchAnswered, fill.answered, answer_dispatch),
        Deed("dispatch-filed", r.DispatchFiled, fill.filed, file),
        Deed("right-refused", r.RightRefused, fill.right_refused),
        Deed("sequences", Sequences),
        Deed("conflict-noticed", r.ConflictNoticed, fill.conflict_noticed),
    ),
)  # fmt: skip
