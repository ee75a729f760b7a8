"""Inbox, outbox, one dispatch, receipts."""

from __future__ import annotations

from typing import Any

from antin.errors import Malformed, Missing
from antin.journal.journal import SQL as JOURNAL
from antin.registers.dispatch import apply as dispatch
from antin.registers.documents import apply as documents
from antin.station.drafts import number_of
from antin.station.mirror import SQL as MIRROR
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
    if not dispatch_id.startswith("den-"):
        raise Malformed("id-malformed", id=dispatch_id, prefix="di|den")
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
    """Documents signed here and not (all) sent."""
    return [
        {"id": f"vb-{n}", "level": level, "size": size, "kind": kind, "signed": time_of(station, signed),
         "stamped": time_of(station, stamped)}
        for n, _id, level, size, _digest, kind, signed, stamped in station.db.rows(documents.SQL["list_drafts"])
    ]  # fmt: skip


def _incoming(station: Station, row: tuple[Any, ...], officer: str) -> Row:
    n, sender, _epoch, precedence, sequence, slip, state, number, year, *when, assignee, _statement = row
    arrived, accepted, opened, refused = when
    return {
        "id": f"den-{n}", "arrival_number": number, "year": year, "sender": sender,
        "sender_name": agency_name(station, sender), "precedence": precedence, "sequence": sequence, "state": state,
        "arrived": time_of(station, arrived), "accepted": time_of(station, accepted),
        "opened": time_of(station, opened), "refused": time_of(station, refused),
        "assignee": assignee, "slip": slip.hex(),
        **secrets.facts(station, opened, officer),
    }  # fmt: skip


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
