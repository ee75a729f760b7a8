"""Withdraw a document that was signed here before it is sent: its number stays, and says why (NĐ 30/2020: nothing is
struck from a register)."""

from __future__ import annotations

from antin.errors import Conflict
from antin.registers.documents.records import DocumentCancelled
from antin.station import drafts
from antin.station.station import Station

CANCELLING = frozenset({"leader", "registrar"})


def cancel(station: Station, officer: str, document: str, reason: str) -> None:
    """``document`` is ``vb-7``. Refuses one without the right or not cleared for it, and what is cancelled already."""
    with station.refusals_noted("cancel", officer):
        _, hand = station.acting(officer, CANCELLING)
    draft = drafts.load(station, drafts.number_of(document, "vb"), officer)
    if draft.cancelled:
        raise Conflict("document-cancelled", id=document)
    secret = (draft.attached.label.level, reason.encode())
    station.commit([station.record("document-cancelled", DocumentCancelled(draft.id), [hand], secret=secret)])
