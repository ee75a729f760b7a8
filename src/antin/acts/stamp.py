"""The registrar sets the agency's seal on a document that the leader has signed (NĐ 30/2020: only after him)."""

from __future__ import annotations

from antin.errors import Conflict, Refused
from antin.kernel import check
from antin.kernel.crypto import suite as suites
from antin.registers.documents.records import DocumentStamped
from antin.station import drafts
from antin.station.sequencer import in_turn
from antin.station.station import Station

REGISTRAR = frozenset({"registrar"})


@in_turn
def stamp(station: Station, officer: str, document: str) -> str:
    """``document`` is ``vb-7``. Refuses a second seal and one who is no registrar. Returns the number."""
    with station.refusals_noted("stamp", officer):
        _, hand = station.acting(officer, REGISTRAR)
    draft = drafts.load(station, drafts.number_of(document, "vb"), officer)
    if check.attached(draft.signed, station.directory)[1][0].subject.officer == officer:
        with station.refusals_noted("stamp", officer):
            raise Refused("same-hand-twice", officer=officer)
    if draft.cancelled:
        raise Conflict("document-cancelled", id=document)
    if draft.stamped:
        raise Conflict("document-already-stamped", id=document)
    raw = drafts.stamped_object(station, draft, [hand, station.station_hand()])
    public = DocumentStamped(draft.id, suites.object_digest(raw))
    secret = (draft.attached.label.level, raw)
    station.commit([station.record("document-stamped", public, [hand], encloses=[raw], secret=secret)])
    return document
