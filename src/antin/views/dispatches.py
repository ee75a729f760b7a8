"""Inbox, outbox, one dispatch, receipts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from antin.errors import Malformed, Missing
from antin.frozen import dataclass
from antin.journal import rows as journal_rows
from antin.kernel.crypto import suite as suites
from antin.kernel.formats import signed as signatures
from antin.kernel.formats.shape import parse
from antin.kernel.formats.slip import Slip
from antin.looks import KNOWN, Agency, Day, Hidden, Moment, Officer, Reference
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

_ALL = 2**31  # rows of a page that has no end


@dataclass(frozen=True, slots=True)
class Incoming:
    """A dispatch that came. ``accepted`` … ``filed``: when, or None. ``level``: None for one to a single officer who
    has not opened it. ``deadline``: what the sender asks; ``due``: the day that was set here; ``with_``: who helps."""

    id: Reference
    arrival_number: int
    year: int
    sender: Agency
    sender_name: str
    precedence: int
    sequence: int
    state: str
    arrived: Moment
    accepted: Moment | None
    opened: Moment | None
    refused: Moment | None
    assignee: Officer
    with_: list[str]
    due: Day | None
    answered: Moment | None
    answer: Reference
    filed: Moment | None
    slip: str
    deadline: Moment | None
    kind: str
    number: Hidden
    subject: Hidden
    name: Hidden
    issued: Day
    level: int | None
    caveats: Annotated[list[str] | None, KNOWN]
    copies: Annotated[int | None, KNOWN]
    document_size: Annotated[int | None, KNOWN]
    signer: str


@dataclass(frozen=True, slots=True)
class Unanswered(Incoming):
    """A dispatch that waits for an answer. ``late``: days past its day, or None."""

    late: int | None


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A dispatch that went out, to an agency or to one of its officers."""

    id: Reference
    addressee: Agency
    addressee_name: str
    officer: Officer
    precedence: int
    sequence: int
    deadline: Moment | None
    state: str
    sent: Moment
    author: str
    slip: str
    sealed_size: int
    kind: str
    number: Hidden
    subject: Hidden
    name: Hidden
    issued: Day
    level: int
    caveats: Annotated[list[str] | None, KNOWN]
    copies: Annotated[int | None, KNOWN]
    document_size: Annotated[int | None, KNOWN]
    signer: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A document signed here. ``stamped``, ``cancelled``: when, or None; ``reason``: why it was cancelled."""

    id: Reference
    level: int
    size: int
    kind: str
    signed: Moment | None
    stamped: Moment | None
    cancelled: Moment | None
    reason: str
    number: str
    subject: str
    name: str
    signer: str


@dataclass(frozen=True, slots=True)
class Event:
    """What became of a dispatch, and where our journal has it."""

    result: str
    time: Moment | None
    record: int


@dataclass(frozen=True, slots=True)
class Assigned(Event):
    """It was handed to ``officer`` and those who help him, ``by`` somebody."""

    officer: Officer
    by: Officer
    with_: list[str]
    due: Day | None
    remark: str


@dataclass(frozen=True, slots=True)
class Settled(Event):
    """It was answered by a sending of ours, or filed."""

    answer: Reference
    remark: str


@dataclass(frozen=True, slots=True)
class Receipt(Event):
    """What the receiver answered, with its place (``index``) in his journal (``origin``)."""

    reason: str
    origin: str
    index: int


@dataclass(frozen=True, slots=True)
class Whole:
    """A dispatch, or a document signed here, with what became of it."""

    row: Incoming | Outgoing | Draft
    history: Sequence[Event]


def agency_name(station: Station, code: str) -> str:
    """The name in the directory, or "" for an unknown code."""
    return rows.read_agency_name.one(station.db, code) or ""


def time_of(station: Station, index: int | None) -> int | None:
    """When a record of the journal was made."""
    return journal_rows.read_time.one(station.db, index) if index is not None else None


def inbox(station: Station, officer: str = "") -> list[Incoming]:
    """Incoming dispatches, newest last; facts only for an officer who is signed in and cleared."""
    return [Incoming(**_incoming(station, row, officer)) for row in dispatch.list_in.all(station.db)]


@dataclass(frozen=True, slots=True)
class Chosen:
    """What of the box is wanted: of senders whose code begins so, in one state, of at least a precedence, of one
    officer, what nobody has opened."""

    sender: str = ""
    state: str = ""
    precedence: int = 0
    assignee: str = ""
    waiting: bool = False

    def values(self) -> tuple[object, ...]:
        """As the statements ask for it; a code is of digits, capitals and dots, all before ``~``."""
        return (self.sender, self.sender + "~", self.state, self.state, self.precedence, self.assignee, self.assignee,
                int(self.waiting))  # fmt: skip


def box(station: Station, officer: str, chosen: Chosen, rows_: int, page: int = 1) -> tuple[list[Incoming], int]:
    """One page of the box, and how many there are in all: what nobody has opened first, the most urgent before the
    others; then the newest. ``rows_`` 0: all."""
    limit = rows_ or _ALL
    found = dispatch.list_box.all(station.db, *chosen.values(), limit, (page - 1) * limit)
    count = dispatch.count_box.sure(station.db, *chosen.values())
    return [Incoming(**_incoming(station, row, officer)) for row in found], count


def sent(station: Station, officer: str, rows_: int, page: int = 1) -> tuple[list[Outgoing], int]:
    """One page of what went out, newest last, and how many there are in all; page 1 is the newest. ``rows_`` 0: all."""
    limit = rows_ or _ALL
    found = dispatch.list_out_page.all(station.db, station.code, limit, (page - 1) * limit)
    return [_outgoing(station, row, officer) for row in reversed(found)], dispatch.count_out.sure(
        station.db, station.code
    )


def unanswered(station: Station, officer: str = "") -> list[Unanswered]:
    """What came in and is neither answered nor filed, the first due first; ``late``: days past its day, or None."""
    now = station.moment()
    return [
        Unanswered(**_incoming(station, row, officer),
                   late=-((row.due - now) // 86_400) if row.due and now > row.due else None)
        for row in dispatch.list_unanswered.all(station.db)
        if papers.is_settled.one(station.db, row.slip, row.slip) is None  # a paper is answered by its own acts
    ]  # fmt: skip


def outbox(station: Station, officer: str = "") -> list[Outgoing]:
    """Outgoing dispatches, newest last."""
    sent = dispatch.list_out.all(station.db)
    return [_outgoing(station, row, officer) for row in sent if row.addressee != station.code]


def show(station: Station, dispatch_id: str, officer: str = "") -> Whole:
    """One dispatch with its history. Raises ``Missing``."""
    if dispatch_id.startswith("di-"):
        out = dispatch.read_out.one(station.db, number_of(dispatch_id, "di"))
        if out is None:
            raise Missing("dispatch-unknown", id=dispatch_id)
        return Whole(_outgoing(station, out, officer), receipts(station, dispatch_id))
    if dispatch_id.startswith("vb-"):
        draft = documents.read_draft.one(station.db, number_of(dispatch_id, "vb"))
        if draft is None:
            raise Missing("document-unknown", id=dispatch_id)
        return Whole(_draft(station, draft, officer), ())
    if not dispatch_id.startswith("den-"):
        raise Malformed("id-malformed", id=dispatch_id, prefix="di|den|vb")
    row = dispatch.read_in.one(station.db, number_of(dispatch_id, "den"))
    if row is None:
        raise Missing("dispatch-unknown", id=dispatch_id)
    return Whole(Incoming(**_incoming(station, row, officer)), _history(station, row, officer))


def _history(station: Station, row: dispatch.Incoming, officer: str) -> list[Event]:
    marks = (("arrived", row.arrived), ("accepted", row.accepted), ("opened", row.opened), (row.state, row.refused))
    found = [Event(result, time_of(station, index), index) for result, index in marks if index is not None]
    found += [
        Assigned("assigned", each.time, each.idx, each.officer, each.by_officer,
                 dispatch.list_partners.all(station.db, each.idx), each.due or None,
                 secrets.text(station, each.idx, officer))
        for each in dispatch.list_assignments.all(station.db, row.slip)
    ]  # fmt: skip
    found += [
        Settled(result, time_of(station, index), index, row.answer, secrets.text(station, index, officer))
        for result, index in (("answered", row.answered), ("filed", row.filed)) if index is not None
    ]  # fmt: skip
    return sorted(found, key=lambda each: each.record)


def receipts(station: Station, dispatch_id: str) -> list[Receipt]:
    """Receipts received for an outgoing dispatch, with their place in the receiver's journal."""
    row = dispatch.read_out.one(station.db, number_of(dispatch_id, "di"))
    if row is None:
        raise Missing("dispatch-unknown", id=dispatch_id)
    return [
        Receipt(each.result, each.time, each.idx, each.reason, each.origin, each.their_idx)
        for each in dispatch.list_receipts.all(station.db, row.slip)
    ]


def drafts(station: Station, officer: str = "") -> list[Draft]:
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


def _draft(station: Station, row: documents.Draft, officer: str) -> Draft:
    return Draft(
        id=row.name, level=row.level, size=row.size, kind=row.kind, signed=time_of(station, row.signed),
        stamped=time_of(station, row.stamped), cancelled=time_of(station, row.cancelled),
        reason="" if row.cancelled is None else secrets.text(station, row.cancelled, officer),
        **secrets.attached(station, row.signed, officer),
    )  # fmt: skip


def _incoming(station: Station, row: dispatch.Incoming, officer: str) -> dict[str, Any]:
    level, deadline = _outside(station, row.slip)
    return {
        "id": row.name, "arrival_number": row.number, "year": row.year, "sender": row.sender,
        "sender_name": agency_name(station, row.sender), "precedence": row.precedence, "sequence": row.sequence,
        "state": row.state, "arrived": time_of(station, row.arrived), "accepted": time_of(station, row.accepted),
        "opened": time_of(station, row.opened), "refused": time_of(station, row.refused),
        "assignee": row.assignee, "with_": dispatch.list_helping.all(station.db, row.slip), "due": row.due or None,
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


def _outgoing(station: Station, row: dispatch.Outgoing, officer: str) -> Outgoing:
    sent = dispatch.read_sent.sure(station.db, row.statement)
    facts = {**secrets.facts(station, sent.idx, officer), "level": sent.level}
    return Outgoing(
        id=row.name, addressee=row.addressee, addressee_name=agency_name(station, row.addressee), officer=row.officer,
        precedence=row.precedence, sequence=row.sequence, deadline=row.deadline or None, state=row.state,
        sent=sent.time, author=sent.author, slip=row.slip.hex(), sealed_size=sent.sealed_size, **facts,
    )  # fmt: skip
