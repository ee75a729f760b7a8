"""Send: label, check clearance, sign, seal, spool. Nothing leaves before the records are durable."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from antin.errors import Malformed, Refused
from antin.frozen import dataclass
from antin.kernel.check import Trusted
from antin.kernel.crypto import suite as suites
from antin.kernel.formats.fields import Facts, Label
from antin.kernel.formats.shape import encode
from antin.kernel.formats.vouched import Vouched
from antin.kernel.kinds import SENDERS
from antin.registers.dispatch import rows as dispatch
from antin.registers.dispatch.records import SLIPS_PER_RECORD, Addressed, Sent, SlipRef
from antin.registers.keys import rows as keys
from antin.registers.keys.records import NameAgreed
from antin.station import documents, drafts
from antin.station.blobs import Progress
from antin.station.effects import KeepBlob, KeepSlips, SpoolSlips
from antin.station.sealing import (
    Addressee,
    Order,
    SealedDocument,
    address,
    addressee,
    estimated_size,
    seal_content,
)
from antin.station.sequencer import Draft, Effect
from antin.station.station import Station

AGREEING = frozenset({"cipher", "leader", "registrar"})
MOST_ADDRESSEES = 20_000


@dataclass(frozen=True, slots=True)
class Address:
    """``CODE`` or ``CODE/OFFICER`` (inside the own branch only)."""

    code: str
    officer: str = ""


@dataclass(frozen=True, slots=True)
class Wish:
    """How a document is to travel. ``label`` and ``facts`` None: as it was signed."""

    to: Sequence[Address]
    precedence: int
    deadline: int = 0
    label: Label | None = None
    facts: Facts | None = None
    pdf_only: bool = True
    draft: int = 0  # of several that were signed over the same bytes; 0: the newest stamped one


def send(station: Station, officer: str, path: Path, wish: Wish, progress: Progress = lambda _: None,
         also: Callable[[bytes], Sequence[Draft]] = lambda _: ()) -> list[str]:  # fmt: skip
    """Returns the dispatch numbers (``di-3``), one for each addressee, in order.

    ``also``: records about this sending, made from its statement's digest, which become durable in the same step.

    Refuses: no right or clearance, an addressee unknown or not cleared, a stale directory, a missing signature or
    seal, a subject at Tuyệt mật, hỏa tốc hẹn giờ without a deadline. Then nothing is written but the refusal.
    """
    with station.refusals_noted("send", officer):
        author, hand = station.acting(officer, SENDERS)
        document = documents.examine(path, pdf_only=wish.pdf_only)
        with station.still():
            draft = drafts.find(station, document, officer, wish.draft)
            facts, label = _what(wish, draft)
            drafts.check_facts(station, facts, label)
            drafts.check_required(station, facts.kind, draft)
            to = _whom(station, author, label, wish)
    order = Order(document, draft, facts, label, author, hand, to)
    done = seal_and_record(station, order, progress, also)
    return [dispatch.find_out.sure(station.db, mark.digest).name for mark in done.marks[:-1]]


def _what(wish: Wish, draft: drafts.Draft | None) -> tuple[Facts, Label]:
    facts = draft.attached.facts if draft else wish.facts
    label = draft.attached.label if draft else wish.label
    if facts is None or label is None:
        raise Refused("document-not-described")
    if draft and wish.label is not None and wish.label.level != label.level:
        raise Refused("label-differs", signed=label.level, wanted=wish.label.level)
    return facts, label


def _whom(station: Station, author: Trusted, label: Label, wish: Wish) -> list[Addressee]:
    now, hours = station.now(), station.pack.policy.directory_max_age_hours[label.level]
    if station.pack.precedence(wish.precedence).needs_deadline and wish.deadline <= now:
        raise Malformed("deadline-needed", precedence=station.pack.precedence(wish.precedence).name)
    if not author.subject.clearance.dominates(label):
        raise Refused("clearance-too-low", who=author.name, has=author.subject.clearance.level, level=label.level)
    if not 0 < len(set(wish.to)) == len(wish.to) <= MOST_ADDRESSEES:
        raise Malformed("addressees-malformed", limit=MOST_ADDRESSEES)
    found = []
    for each in wish.to:
        trusted = station.directory.find(each.code, each.officer)
        if each.officer and trusted.subject.branch != author.subject.branch:
            raise Refused("officer-in-other-branch", who=trusted.name)
        if not each.officer and any(c.named_only for c in station.pack.caveats(label.caveats)):
            raise Refused("named-needed", code=each.code)
        if each.code == station.code:
            raise Malformed("addressee-self", code=each.code)
        station.directory.check_valid(trusted, now)
        station.directory.check_fresh(trusted, now, hours * 3600)
        check_name(station, trusted)
        found.append(addressee(station, trusted, label, wish.precedence, wish.deadline))
    # The sender keeps a slip to itself, never a bare content key (protocol rule 10).
    return [*found, addressee(station, station.own, label, wish.precedence, wish.deadline)]


def check_name(station: Station, trusted: Trusted) -> None:
    """A name that came to stand for somebody else gets nothing more until a person here agrees (protocol rule 28).

    Whoever handed over himself, with a key that counted, goes on under the name; so does the first whom we knew. Where
    two stand under it that count, and neither goes on from the other, it was bound twice: nobody is the first.
    """
    code, officer = trusted.subject.code, trusted.subject.officer
    if officer:
        trusted = station.directory.find(code)
    agreed = keys.read_agreed.one(station.db, code)
    known = agreed or station.directory.first_known(code)
    if known and not station.directory.continues(trusted, known):
        raise Refused("name-changed", code=code)
    if not agreed and station.directory.contested(trusted, station.now()):
        raise Refused("name-contested", code=code)


def agree(station: Station, officer: str, code: str) -> None:
    """An officer agrees that a name stands for another credential from now on."""
    with station.refusals_noted("agree", officer):
        _, hand = station.acting(officer, AGREEING)
    trusted = station.directory.find(code)
    station.commit([station.record("name-agreed", NameAgreed(code, trusted.digest), [hand])])


def sequences(station: Station, to: Sequence[Addressee]) -> list[int]:
    """The next sequence for each addressee, in order (spec/dispatch.md)."""
    given: dict[str, int] = {}
    numbers = []
    for each in to:
        code = each.trusted.subject.code
        last = given.get(code)
        if last is None:
            last = dispatch.last_sequence.sure(station.db, code, station.journal.epoch, each.leaf.precedence)
        given[code] = last + 1
        numbers.append(last + 1)
    return numbers


def seal_and_record(station: Station, order: Order, progress: Progress = lambda _: None,
                    also: Callable[[bytes], Sequence[Draft]] = lambda _: ()) -> SealedDocument:  # fmt: skip
    """Seal while others work; sign, number and record in one turn."""
    station.blobs.check_room(estimated_size(order.document))
    with station.blobs.writing() as blob:
        sealed = seal_content(station, order, blob, progress)
        with station.turn():
            done = address(station, order, sealed, sequences(station, order.addressees), blob)
            station.commit([*records(station, order, done), *also(suites.object_digest(done.statement_raw))])
    return done


def records(station: Station, order: Order, done: SealedDocument) -> list[Draft]:
    """The ``sent`` record and, where one cannot hold all slips, ``addressed`` records."""
    statement = suites.object_digest(done.statement_raw)
    refs = [
        SlipRef(v.leaf.addressee, v.leaf.officer, v.leaf.precedence, v.sequence, v.leaf.deadline, mark.digest)
        for v, mark in zip(done.values, done.marks, strict=True)
    ]
    parts = [slice(n, n + SLIPS_PER_RECORD) for n in range(0, len(refs), SLIPS_PER_RECORD)]
    sent = Sent(
        done.statement.id, statement, done.statement.seal, done.sealed, done.sealed_size, order.label.level,
        order.addressees[0].leaf.precedence, bool(order.facts.subject), len(refs), tuple(refs[parts[0]]),
    )  # fmt: skip
    secret = (order.label.level, encode(Vouched(done.statement_raw, done.attached_raw)))
    first = station.record(
        "sent", sent, [order.hand], encloses=[done.statement_raw, *done.marks[parts[0]]], secret=secret,
        then=[KeepBlob(done.sealed, done.sealed_size, done.small), *_spooled(station, done, parts[0])],
    )  # fmt: skip
    rest = [
        station.record("addressed", Addressed(statement, tuple(refs[part])), [order.hand], encloses=done.marks[part],
                       then=_spooled(station, done, part))
        for part in parts[1:]
    ]  # fmt: skip
    return [first, *rest]


def _spooled(station: Station, done: SealedDocument, part: slice) -> list[Effect]:
    """Slips are kept, and those for others are due."""
    slips = [(mark.digest, raw) for mark, raw in zip(done.marks[part], done.slips[part], strict=True)]
    leaves = [value.leaf for value in done.values[part]]
    due = [
        (leaf.addressee, digest, leaf.precedence)
        for leaf, (digest, _) in zip(leaves, slips, strict=True)
        if leaf.addressee != station.code
    ]
    return [KeepSlips(slips), SpoolSlips(due, done.sealed, apart=not done.small)]
