"""Inbox, outbox, one dispatch, receipts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from antin.errors import Malformed, Missing
from antin.journal import rows as journal_rows
from antin.kernel.crypto import suite as suites
from antin.kernel.formats import signed as signatures
from antin.kernel.formats.shape import parse
from antin.kernel.formats.slip import Slip
from antin.registers.dispatch import rows as dispatch
from antin.registers.documents import rows as documents
from antin.registers.keys import rows as keys
from antin.registers.papers import rows as papers
from antin.station import rows
from antin.station.documents import Examined, pieces
from antin.station.drafts import number_of
from antin.station.sealing import estimated_size
from antin.station.station import Station
from antin.views import secrets

Row = dict[str, Any]


def agency_name(station: Station, code: str) -> str:
    """The name in the directory, or "" for an unknown code."""
    return rows.read_agency_name.one(station.db, code) or ""


def time_of(station: Station, index: int | None) -> int | None:
    """When a record of the journal was made."""
    return journal_rows.read_time.one(station.db, index) if index is not None else None


def inbox(station: Station, officer: str = "") -> list[Row]:
    """Incoming dispatches, newest last; facts only for an officer who is signed in and cleared."""
    return [_incoming(station, row, officer) for row in dispatch.list_in.all(station.db)]


def unanswered(station: Station, officer: str = "") -> list[Row]:
    """What came in and is neither answered nor filed, the first due first; ``late``: days past its day, or None."""
    now = station.moment()
    waiting = [
        _incoming(station, row, officer) for row in dispatch.list_unanswered.all(station.db)
        if papers.is_settled.one(station.db, row.slip, row.slip) is None  # a paper is answered by its own acts
    ]  # fmt: skip
    return [
        {**row, "late": -((row["due"] - now) // 86_400) if row["due"] and now > row["due"] else None} for row in waiting
    ]  # fmt: skip


def outbox(station: Station, officer: str = "") -> list[Row]:
    """Outgoing dispatches, newest last."""
    sent = dispatch.list_out.all(station.db)
    return [_outgoing(station, row, officer) for row in sent if row.addressee != station.code]


def show(station: Station, dispatch_id: str, officer: str = "") -> Row:
    """One dispatch with its history. Raises ``Missing``."""
    if dispatch_id.startswith("di-"):
        out = dispatch.read_out.one(station.db, number_of(dispatch_id, "di"))
        if out is None:
            raise Missing("dispatch-unknown", id=dispatch_id)
        return {**_outgoing(station, out, officer), "history": receipts(station, dispatch_id)}
    if dispatch_id.startswith("vb-"):
        draft = documents.read_draft.one(station.db, number_of(dispatch_id, "vb"))
        if draft is None:
            raise Missing("document-unknown", id=dispatch_id)
        return {**_draft(station, draft, officer), "history": []}
    if not dispatch_id.startswith("den-"):
        raise Malformed("id-malformed", id=dispatch_id, prefix="di|den|vb")
    row = dispatch.read_in.one(station.db, number_of(dispatch_id, "den"))
    if row is None:
        raise Missing("dispatch-unknown", id=dispatch_id)
    history = [
        {"result": name, "time": time_of(station, index), "record": index}
        for name, index in (
            ("arrived", row.arrived),
            ("accepted", row.accepted),
            ("opened", row.opened),
            (row.state, row.refused),
        )
        if index is not None
    ]
    assigned = [
        {
            "result": "assigned",
            "time": each.time,
            "record": each.idx,
            "officer": each.officer,
            "by": each.by_officer,
            "with": dispatch.list_partners.all(station.db, each.idx),
            "due": each.due or None,
            "remark": secrets.text(station, each.idx, officer),
        }
        for each in dispatch.list_assignments.all(station.db, row.slip)
    ]
    assigned += [
        {"result": result, "time": time_of(station, index), "record": index, "answer": row.answer,
         "remark": secrets.text(station, index, officer)}
        for result, index in (("answered", row.answered), ("filed", row.filed)) if index is not None
    ]  # fmt: skip
    return {**_incoming(station, row, officer), "history": sorted(history + assigned, key=lambda each: each["record"])}


def receipts(station: Station, dispatch_id: str) -> list[Row]:
    """Receipts received for an outgoing dispatch, with their place in the receiver's journal."""
    row = dispatch.read_out.one(station.db, number_of(dispatch_id, "di"))
    if row is None:
        raise Missing("dispatch-unknown", id=dispatch_id)
    return [
        {"result": each.result, "time": each.time, "reason": each.reason, "origin": each.origin,
         "index": each.their_idx, "record": each.idx}
        for each in dispatch.list_receipts.all(station.db, row.slip)
    ]  # fmt: skip


def drafts(station: Station, officer: str = "") -> list[Row]:
    """Documents signed here; facts only for an officer who is signed in and cleared."""
    return [_draft(station, row, officer) for row in documents.list_drafts.all(station.db)]


def sent_before(station: Station, officer: str, document: Examined, to: Sequence[tuple[str, str]]) -> list[str]:
    """Dispatches that brought these very bytes to one of the addressees, as far as the officer may see."""
    found, root = [], None
    for code, to_officer in to:
        size = document.size, estimated_size(document)
        for each in dispatch.find_alike.all(station.db, code, to_officer, *size):
            sent = secrets.statement(station, each.idx, officer)
            if sent is None or sent.size != document.size:
                continue
            root = root or suites.document_root(station.suite, pieces(document))
            if station.suite.document_digest(sent.salt, *root) == sent.document:
                found.append(f"di-{each.n}")
    return found


def _draft(station: Station, row: documents.Draft, officer: str) -> Row:
    return {
        "id": row.name, "level": row.level, "size": row.size, "kind": row.kind, "signed": time_of(station, row.signed),
        "stamped": time_of(station, row.stamped), "cancelled": time_of(station, row.cancelled),
        "reason": "" if row.cancelled is None else secrets.text(station, row.cancelled, officer),
        **secrets.attached(station, row.signed, officer),
    }  # fmt: skip


def _incoming(station: Station, row: dispatch.Incoming, officer: str) -> Row:
    level, deadline = _outside(station, row.slip)
    return {
        "id": row.name, "arrival_number": row.number, "year": row.year, "sender": row.sender,
        "sender_name": agency_name(station, row.sender), "precedence": row.precedence, "sequence": row.sequence,
        "state": row.state, "arrived": time_of(station, row.arrived), "accepted": time_of(station, row.accepted),
        "opened": time_of(station, row.opened), "refused": time_of(station, row.refused),
        "assignee": row.assignee, "with": dispatch.list_helping.all(station.db, row.slip), "due": row.due or None,
        "answered": time_of(station, row.answered), "answer": row.answer, "filed": time_of(station, row.filed),
        "slip": row.slip.hex(), "deadline": deadline or None,
        **secrets.facts(station, row.opened, officer), "level": level,
    }  # fmt: skip


def _outside(station: Station, slip: bytes) -> tuple[int | None, int]:
    """What a slip says before the dispatch is opened: the level, by which of our keys it is sealed to, and the
    deadline. A slip to one officer is sealed to his own key, which is of no level; of one that was lost nothing is
    known (an audit names it), and the list shows the others."""
    raw = rows.read_object.one(station.db, slip)
    if raw is None:
        return None, 0
    value = parse(Slip, signatures.claim(raw, "antin/slip/1").unverified_body)
    levels = {each.kid: each.level for each in keys.list_levels.all(station.db)}
    return levels.get(value.kid), value.leaf.deadline


def _outgoing(station: Station, row: dispatch.Outgoing, officer: str) -> Row:
    sent = dispatch.read_sent.sure(station.db, row.statement)
    return {
        "id": row.name, "addressee": row.addressee, "addressee_name": agency_name(station, row.addressee),
        "officer": row.officer, "precedence": row.precedence, "sequence": row.sequence,
        "deadline": row.deadline or None, "state": row.state, "sent": sent.time, "author": sent.author,
        "slip": row.slip.hex(), "sealed_size": sent.sealed_size, **secrets.facts(station, sent.idx, officer),
        "level": sent.level,
    }  # fmt: skip
