"""Fills the tables of dispatches from their records."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count

from antin.errors import Conflict
from antin.journal.deed import Source
from antin.kernel.formats.receipt import Result
from antin.registers.dispatch import records as r
from antin.registers.dispatch.rows import (
    SQL,
    find_in,
    find_out,
    had_result,
    last_sequence,
    list_ranges,
    list_to,
    next_in,
    next_number,
    next_out,
    next_own,
)
from antin.registers.dispatch.states import INCOMING, OUTGOING
from antin.storage.database import Database

_VIETNAM = timedelta(hours=7)


def sent(db: Database, source: Source, p: r.Sent) -> None:
    """The tables refuse a statement sent twice and a level-3 document that keeps a subject."""
    db.run(
        SQL["insert_sent"], p.statement, p.id, p.level, p.precedence, p.seal, p.sealed, p.sealed_size, p.count,
        source.officer, source.time, source.index, int(p.has_subject),
    )  # fmt: skip
    _slips(db, source, p.statement, p.slips)


def addressed(db: Database, source: Source, p: r.Addressed) -> None:
    """Further slips of a known statement."""
    _slips(db, source, p.statement, p.slips)


def _slips(db: Database, source: Source, statement: bytes, slips: tuple[r.SlipRef, ...]) -> None:
    lasts, filled = dict[tuple[str, int], int](), list[tuple[object, ...]]()
    out, own = count(next_out.sure(db)), count(next_own.sure(db), -1)
    for ref in slips:
        # An addressee that finds a gap asks for what is missing: sequences have none (protocol rule 21).
        to = ref.addressee, ref.precedence
        last = lasts[to] if to in lasts else last_sequence.sure(db, ref.addressee, source.epoch, ref.precedence)
        if ref.sequence != last + 1:
            raise Conflict("sequence-out-of-order", addressee=ref.addressee, sequence=ref.sequence, expected=last + 1)
        lasts[to] = ref.sequence
        # The sender's own copy gets a negative number, so that it uses up none of the outgoing register.
        number = next(own if ref.addressee == source.station else out)
        filled.append((number, statement, ref.addressee, ref.officer, ref.precedence, ref.sequence, ref.deadline,
                       ref.slip, "spooled", source.index, source.epoch))  # fmt: skip
    db.many(SQL["insert_out"], filled)


def result(db: Database, source: Source, p: Result) -> None:
    """Moves an incoming dispatch along its states; ``arrived`` enters it in the book."""
    found = find_in.one(db, p.slip)
    state = INCOMING.get((found.state if found else "", p.result), p.result)
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
    db.run(
        SQL["insert_in"], next_in.sure(db), p.sender, p.epoch, p.precedence, p.sequence, p.slip, "arrived",
        next_number.sure(db, year), year, source.index,
    )  # fmt: skip
    _add_to_ranges(db, p)


def _add_to_ranges(db: Database, p: Result) -> None:
    """Received sequences as ranges, not rows (protocol rule 21)."""
    key = (p.sender, p.epoch, p.precedence)
    first = last = p.sequence
    for each in list_ranges.all(db, *key):
        if each.last == p.sequence - 1 or each.first == p.sequence + 1:
            first, last = min(first, each.first), max(last, each.last)
            db.run(SQL["delete_range"], *key, each.first)
    db.run(SQL["insert_range"], *key, first, last)


def opening(db: Database, source: Source, p: r.Opening) -> None:
    """Who is about to open."""
    db.run(SQL["insert_opening"], p.slip, p.officer, source.index)


def receipt_received(db: Database, source: Source, p: r.ReceiptReceived) -> None:
    """Moves an outgoing dispatch along; the same result from a later epoch moves nothing."""
    found, had = find_out.one(db, p.slip), had_result.one(db, p.slip, p.result) is not None
    db.run(SQL["insert_receipt"], p.slip, p.result, p.receipt, p.time, p.reason, p.origin, p.index, source.index)
    if found is not None and not had:
        db.run(SQL["set_out_state"], OUTGOING.get((found.state, p.result), found.state), p.slip)


def assigned(db: Database, source: Source, p: r.Assigned) -> None:
    """As it was said before there were partners and a day."""
    assigned_to(db, source, r.AssignedTo(p.slip, p.officer, (), 0))


def assigned_to(db: Database, source: Source, p: r.AssignedTo) -> None:
    """The newest assignment holds, all are kept; what was answered or filed is open again."""
    db.run(SQL["insert_assignment"], source.index, p.slip, p.lead, source.officer, source.time, p.due)
    for each in p.partners:
        db.run(SQL["insert_partner"], source.index, each)
    db.run(SQL["set_assignee"], p.lead, p.due, p.slip)


def answered(db: Database, source: Source, p: r.DispatchAnswered) -> None:
    """Which of our sendings answers it: the one to its sender."""
    row, to = find_in.sure(db, p.slip), list_to.all(db, p.statement)
    answer = next((each.name for each in to if each.addressee == row.sender), "")
    db.run(SQL["set_answered"], source.index, answer, p.slip)


def filed(db: Database, source: Source, p: r.DispatchFiled) -> None:
    """Nothing more is to be done about it."""
    db.run(SQL["set_filed"], source.index, p.slip)


def right_refused(db: Database, source: Source, p: r.RightRefused) -> None:
    """Who tried what."""
    db.run(SQL["insert_refusal"], source.index, p.act, p.who, p.code, p.about, source.time)


def conflict_noticed(db: Database, source: Source, p: r.ConflictNoticed) -> None:
    """Where the evidence lies."""
    db.run(SQL["insert_conflict"], source.index, p.about, p.code, p.evidence, source.time)
