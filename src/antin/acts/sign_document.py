"""A leader signs a document: his signature becomes a record, and the document gets a number at this station."""

from __future__ import annotations

import os
from pathlib import Path

from antin.errors import Refused
from antin.kernel.crypto import suite as suites
from antin.kernel.formats.fields import Facts, Label
from antin.registers.documents import rows as register
from antin.registers.documents.records import DocumentSigned
from antin.station import documents, drafts
from antin.station.sequencer import Draft
from antin.station.station import Station

LEADER = frozenset({"leader"})


def sign_document(
    station: Station, officer: str, path: Path, facts: Facts, label: Label, *, pdf_only: bool = True
) -> str:
    """Returns the document's number (``vb-7``). Refuses one who is not a leader or not cleared for the label."""
    with station.refusals_noted("sign-document", officer):
        leader, hand = station.acting(officer, LEADER)
        drafts.check_facts(station, facts, label)
        if not leader.subject.clearance.dominates(label):
            raise Refused("clearance-too-low", who=leader.name, has=leader.subject.clearance.level, level=label.level)
    document = documents.examine(path, pdf_only=pdf_only)
    salt, id_ = os.urandom(32), os.urandom(16)
    digest = drafts.digest(station, document, salt)

    def signed() -> Draft:
        raw = drafts.signed_object(station, document, facts, label, hand, salt, digest)
        public = DocumentSigned(
            id_, label.level, document.size, digest, facts.kind, bool(facts.subject), suites.object_digest(raw)
        )
        return station.record("document-signed", public, [hand], encloses=[raw], secret=(label.level, raw))

    station.commit([signed])
    return register.find_draft.sure(station.db, id_).name
