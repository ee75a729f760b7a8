"""Inbox, outbox, one dispatch, receipts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from antin.errors import Malformed, Missing
from antin.journal.journal import SQL as JOURNAL
from antin.kernel.crypto import suite as suites
from antin.kernel.formats import signed as signatures
from antin.kernel.formats.shape import parse
from antin.kernel.formats.slip import Slip
from antin.registers.dispatch import apply as dispatch
from antin.registers.documents import apply as documents
from antin.registers.keys import apply as keys
from antin.station.documents import Examined, pieces
from antin.station.drafts import number_of
from antin.station.mirror import SQL as MIRROR
from antin.station.sealing import estimated_size
from antin.station.station import Station
from antin.views import secrets

Row = dict[str, Any]


def agency_name(station: Station, code: str) -> str:
    """The name in the directory, or "" for an unknown code."""
    found = station.db.value(MIRROR["read_agency_name"], code)
    return str(found or "")


def time_of(station: Station, index: int | None) -> int | None:
    """When a record of the journal was made."""
    return station.db.value(JOURNAL["read_time"], index) if index is not None else None


def inbox(station: Station, officer: str = "") -> list[Row]:
    """Incoming dispatches, newest last; facts only for an officer who is signed in and cleared."""
    return [_incoming(station, row, officer) for row in station.db.rows(dispatch.SQL["list_in"])]


def outbox(station: Station, officer: str = "") -> list[Row]:
    """Outgoing dispatches, newest last."""
    rows = station.db.rows(dispatch.SQL["list_out"])
    return [_outgoing(station, row, officer) for row in rows if row[2] != station.code]


def show(station: Station, dispatch_id: str, officer: str = "") -> Row:
    """One dispatch with its history. Raises ``Missing``."""
    if dispatch_id.startswith("di-"):
        row = station.db.row(dispatch.SQL["read_out"], number_of(dispatch_id, "di"))
        if row is None:
            raise Missing("dispatch-unknown", id=dispatch_id)
        return {**_outgoing(station, row, officer), "history": receipts(station, dispatch_id)}
    if dispatch_id.startswith("vb-"):
        row = station.db.row(documents.SQL["read_draft"], number_of(dispatch_id, "vb"))
        if row is None:
            raise Missing("document-unknown", id=dispatch_id)
        return {**_draft(station, row, officer), "history": []}
    if not dispatch_id.startswith("den-"):
        raise Malformed("id-malformed", id=dispatch_id, prefix="di|den|vb")
    row = station.db.row(dispatch.SQL["read_in"], number_of(dispatch_id, "den"))
    if row is None:
        raise Missing("dispatch-unknown", id=dispatch_id)
    history = [
        {"result": name, "time": time_of(station, index), "record": index}
        for name, index in (("arrived", row[9]), ("accepted", row[10]), ("opened", row[11]), (row[6], row[12]))
        if index is not None
    ]
    assigned = [
        {"result": "assigned", "time": time, "record": index, "officer": to, "by": by,
         "remark": secrets.text(station, index, officer)}
        for index, to, by, time in station.db.rows(dispatch.SQL["list_assignments"], row[5])
    ]  # fmt: skip
    return {**_incoming(station, row, officer), "history": sorted(history + assigned, key=lambda each: each["record"])}


def receipts(station: Station, dispatch_id: str) -> list[Row]:
    """Receipts received for an outgoing dispatch, with their place in the receiver's journal."""
    row = station.db.row(dispatch.SQL["read_out"], number_of(dispatch_id, "di"))
    if row is None:
        raise Missing("dispatch-unknown", id=dispatch_id)
    return [
        {"result": result, "time": time, "reason": reason, "origin": origin, "index": their, "record": index}
        for result, _digest, time, reason, origin, their, index in station.db.rows(
            dispatch.SQL["list_receipts"], row[7]
        )
    ]


def drafts(station: Station, officer: str = "") -> list[Row]:
    """Documents signed here; facts only for an officer who is signed in and cleared."""
    return [_draft(station, row, officer) for row in station.db.rows(documents.SQL["list_drafts"])]


def sent_before(station: Station, officer: str, document: Examined, to: Sequence[tuple[str, str]]) -> list[str]:
    """Dispatches that brought these very bytes to one of the addressees, as far as the officer may see."""
    found, root = [], None
    for code, to_officer in to:
        size = document.size, estimated_size(document)
        for n, index in station.db.rows(dispatch.SQL["find_alike"], code, to_officer, *size):
            sent = secrets.statement(station, index, officer)
            if sent is None or sent.size != document.size:
                continue
            root = root or suites.document_root(station.suite, pieces(document))
            if station.suite.document_digest(sent.salt, *root) == sent.document:
                found.append(f"di-{n}")
    return found


def _draft(station: Station, row: tuple[Any, ...], officer: str) -> Row:
    n, _id, level, size, _digest, kind, signed, stamped, cancelled = row
    return {
        "id": f"vb-{n}", "level": level, "size": size, "kind": kind, "signed": time_of(station, signed),
        "stamped": time_of(station, stamped), "cancelled": time_of(station, cancelled),
        "reason": "" if cancelled is None else secrets.text(station, cancelled, officer),
        **secrets.attached(station, signed, officer),
    }  # fmt: skip


def _incoming(station: Station, row: tuple[Any, ...], officer: str) -> Row:
    n, sender, _epoch, precedence, sequence, slip, state, number, year, *when, assignee, _statement = row
    arrived, accepted, opened, refused = when
    level, deadline = _outside(station, slip)
    return {
        "id": f"den-{n}", "arrival_number": number, "year": year, "sender": sender,
        "sender_name": agency_name(station, sender), "precedence": precedence, "sequence": sequence, "state": state,
        "arrived": time_of(station, arrived), "accepted": time_of(station, accepted),
        "opened": time_of(station, opened), "refused": time_of(station, refused),
        "assignee": assignee, "slip": slip.hex(), "deadline": deadline or None,
        **secrets.facts(station, opened, officer), "level": level,
    }  # fmt: skip


def _outside(station: Station, slip: bytes) -> tuple[int | None, int]:
    """What a slip says before the dispatch is opened: the level, by which of our keys it is sealed to, and the
    deadline. A slip to one officer is sealed to his own key, which is of no level."""
    value = parse(Slip, signatures.claim(station.db.value(MIRROR["read_object"], slip), "antin/slip/1").unverified_body)
    levels = {kid: level for level, _, kid, _ in station.db.rows(keys.SQL["list_levels"])}
    return levels.get(value.kid), value.leaf.deadline


def _outgoing(station: Station, row: tuple[Any, ...], officer: str) -> Row:
    n, statement, addressee, to_officer, precedence, sequence, deadline, slip, state, _idx = row
    sent = station.db.row(dispatch.SQL["read_sent"], statement)
    assert sent is not None  # a slip's row refers to its statement's
    return {
        "id": f"di-{n}", "addressee": addressee, "addressee_name": agency_name(station, addressee),
        "officer": to_officer, "precedence": precedence, "sequence": sequence, "deadline": deadline or None,
        "state": state, "sent": sent[9], "author": sent[8], "slip": slip.hex(), "sealed_size": sent[6],
        **secrets.facts(station, sent[10], officer), "level": sent[2],
    }  # fmt: skip
