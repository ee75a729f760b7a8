"""Documents signed and stamped here: made, found again by their bytes, and attached to a sealing."""

from __future__ import annotations

from antin.errors import Conflict, Malformed, Missing, Refused
from antin.frozen import dataclass
from antin.kernel import check
from antin.kernel.crypto import suite as suites
from antin.kernel.formats.fields import Facts, Label
from antin.kernel.formats.shape import encode, parse
from antin.kernel.formats.signed import claim
from antin.kernel.formats.statement import SIGN, STAMP, Attached, AttachedList
from antin.registers.documents import rows as documents
from antin.signer.signer import Hand
from antin.station.documents import Examined, pieces
from antin.station.station import Station


@dataclass(frozen=True, slots=True)
class Draft:
    """A document of this station with its signatures: ``signed`` and, once stamped, ``stamped`` (raw objects)."""

    number: int
    id: bytes
    attached: Attached
    signed: bytes
    stamped: bytes
    cancelled: bool = False
    officers: frozenset[bytes] = frozenset()  # credentials of those who signed and stamped it


def check_facts(station: Station, facts: Facts, label: Label) -> None:
    """Refuses what the pack does not know or forbids: kind, level, caveats, a subject at Tuyệt mật."""
    station.pack.kind(facts.kind)
    station.pack.level(label.level)
    station.pack.caveats(label.caveats)
    if facts.subject and not station.pack.subject_recorded(label.level):
        raise Refused("subject-at-top-secret")


def digest(station: Station, document: Examined, salt: bytes) -> bytes:
    """The document's digest under ``salt``; raises ``Conflict`` when the file changes meanwhile."""
    return station.suite.document_digest(salt, *suites.document_root(station.suite, pieces(document)))


def signed_object(station: Station, document: Examined, facts: Facts, label: Label, hand: Hand, salt: bytes,
                  hashed: bytes) -> bytes:  # fmt: skip
    """A leader's signature on a document whose ``digest`` under ``salt`` is ``hashed``."""
    now = station.now()
    value = Attached(SIGN, station.code, salt, hashed, document.size, facts, label, b"", now)
    return station.signer.sign("antin/attached/1", encode(value), [hand], now)


def stamped_object(station: Station, draft: Draft, hands: list[Hand]) -> bytes:
    """The agency's seal over the leader's signature: registrar and station sign together."""
    over = suites.object_digest(draft.signed)
    a = draft.attached
    value = Attached(STAMP, a.station, a.salt, a.document, a.size, a.facts, a.label, over, station.now())
    return station.signer.sign("antin/attached/1", encode(value), hands, station.now())


def load(station: Station, number: int, officer: str) -> Draft:
    """A draft by its number, its secret part opened for ``officer``."""
    row = documents.read_draft.one(station.db, number)
    if row is None:
        raise Missing("document-unknown", id=f"vb-{number}")
    draft = _opened(station, row, officer)
    check.attached(draft.signed, station.directory)
    return draft


def _opened(station: Station, row: documents.Draft, officer: str) -> Draft:
    signed = station.secrets.read(row.signed, officer)
    stamped = station.secrets.read(row.stamped, officer) if row.stamped is not None else b""
    # Signed here: the digest in its record, which opening compares, holds every byte of it.
    attached = parse(Attached, claim(signed, "antin/attached/1").unverified_body)
    marks = [mark for raw in (signed, stamped) if raw for mark in claim(raw, "antin/attached/1").signers]
    officers = {each.credential for each in marks if station.directory[each.credential].subject.officer}
    return Draft(row.n, row.id, attached, signed, stamped, row.cancelled is not None, frozenset(officers))


def find(station: Station, document: Examined, officer: str, wanted: int = 0) -> Draft | None:
    """The draft whose document is this file's bytes: number ``wanted``, else the newest stamped one, else the newest.

    Raises ``Refused`` when ``wanted`` is of another document, ``Conflict`` when it was withdrawn.
    """
    found, chosen = None, documents.read_draft.one(station.db, wanted)
    if chosen is not None and chosen.cancelled is not None:
        raise Conflict("document-cancelled", id=f"vb-{wanted}")
    for row in documents.find_size.all(station.db, document.size):
        if wanted and row.n != wanted:
            continue
        try:
            draft = _opened(station, row, officer)
        except Refused:  # not for these eyes: another's draft of the same size is nobody's business
            if wanted:
                raise
            continue
        if digest(station, document, draft.attached.salt) != draft.attached.document:
            continue
        if draft.stamped or wanted:
            return draft
        found = found or draft
    if wanted:
        raise Refused("draft-of-other-document", id=f"vb-{wanted}", path=document.path)
    return found


def check_required(station: Station, kind: str, draft: Draft | None) -> None:
    """Refuses to send before the signatures that the pack requires of the kind are there."""
    for act in station.pack.required_signatures(kind):
        if draft is None or (act == STAMP and not draft.stamped):
            code = "signature-required" if act == SIGN else "stamp-required"
            raise Refused(code, kind=station.pack.kind(kind).name, id=f"vb-{draft.number}" if draft else "")


def attachments(station: Station, draft: Draft | None, author: bytes) -> bytes:
    """The attached list: signatures, and the officers' credentials that another branch cannot know."""
    raws = [raw for raw in (draft.signed, draft.stamped) if raw] if draft else []
    holders = {author, *(draft.officers if draft else ())}
    return encode(AttachedList(tuple(raws), tuple(station.directory.raw(each) for each in sorted(holders))))


def number_of(text: str, prefix: str) -> int:
    """The number in ``vb-7``. Raises ``Malformed``."""
    head, _, tail = text.partition("-")
    if head != prefix or not tail.isascii() or not tail.isdigit() or len(tail) > 9:
        raise Malformed("id-malformed", id=text, prefix=prefix)
    return int(tail)
