"""Papers: a steering act is recorded, published as a sealed dispatch, and taken by its addressees (spec/paper.md)."""

from __future__ import annotations

import os
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from antin.acts import cited, twice
from antin.acts.open_document import open_document
from antin.acts.send import Address, Wish, send
from antin.errors import AntinError, Conflict, Malformed, Missing, Refused, Unavailable, Unverified
from antin.frozen import dataclass
from antin.journal import rows as journal_rows
from antin.kernel import check
from antin.kernel.crypto import suite as suites
from antin.kernel.crypto import wrap
from antin.kernel.formats import note, paper, signed
from antin.kernel.formats.epoch import compared_above
from antin.kernel.formats.fields import Facts, Label
from antin.kernel.formats.paper import MEDIA_TYPE, SALT, Paper, PaperHead
from antin.kernel.formats.receipt import Receipt
from antin.kernel.formats.record import HYBRID, QUICK, Record
from antin.kernel.formats.shape import encode, parse
from antin.kernel.formats.statement import Statement
from antin.kernel.formats.vouched import Vouched
from antin.kernel.kinds import rule_of
from antin.registers.dispatch import rows as dispatch
from antin.registers.papers import rows as register
from antin.registers.papers.deeds import PUBLISHERS, TAKERS
from antin.registers.papers.records import PaperPublished, PaperRefused, PaperTaken
from antin.registers.reviews.records import FIGURES, ReviewMade
from antin.station import news, turned
from antin.station.blobs import Progress
from antin.station.books import PAPERS
from antin.station.drafts import number_of
from antin.station.effects import KeepObject
from antin.station.opening import Opened
from antin.station.sequencer import Draft
from antin.station.station import Station
from antin.storage.durable import Output, by_number

PAPER_KIND = "PB"  # phiếu báo: its signatures are in the record and on the slip


@dataclass(frozen=True, slots=True)
class Taken:
    """A paper that now stands in our registers."""

    id: str
    kind: str
    station: str
    words: paper.PaperWords


def record_act(station: Station, officer: str, kind: str, public: Any, level: int, words: bytes = b"",
               beside: tuple[str, object, bytes] | None = None) -> bytes:  # fmt: skip
    """Record a steering act of one officer; returns the record's name. Whatever travels then waits to be published.

    ``beside``: kind, public part and words of a record that stays here and becomes durable in the same step.
    Refuses a role that the kind does not take, an officer not cleared for the level, and what the register refuses.
    """
    with station.refusals_noted(kind, officer):
        with station.still():
            actor, hand = station.acting(officer, rule_of(kind).roles)
            if actor.subject.clearance.level < level:
                raise Refused("clearance-too-low", who=actor.name, has=actor.subject.clearance.level, level=level)
            new = [station.record(beside[0], beside[1], [hand], secret=(level, beside[2]))] if beside else []
            new.append(station.record(kind, public, [hand], secret=(level, words) if words else None))
        return station.commit(new)[-1].source.name


def own_id(station: Station, name: bytes) -> bytes:
    """The id of the record of ours that is called so: shown to others, it proves whose the name is. Else empty."""
    row = register.find_name.one(station.db, name)
    if row is None or not row.own:
        return b""
    return parse(Record, signed.claim(station.journal.raw(row.idx), HYBRID, QUICK).unverified_body).id


def published_bytes(station: Station, officer: str, number: int) -> tuple[bytes, PaperHead, paper.PaperWords]:
    """The paper ``ph-NUMBER`` as it leaves, made anew from journal and secret part."""
    row = register.read_paper.one(station.db, number)
    if row is None or not row.own:
        raise Missing("paper-unknown", id=f"ph-{number}")
    raw = station.journal.raw(row.idx)
    public: Any = parse(PAPERS[row.kind].public, parse(Record, signed.claim(raw, HYBRID, QUICK).unverified_body).public)
    opened = station.secrets.opened(row.idx, officer)
    signers = [each.credential for each in signed.claim(raw, HYBRID, QUICK).signers]
    credentials = tuple(station.directory.raw(each) for each in sorted(set(signers)))
    value = Paper(raw, opened, station.journal.proof(row.idx), credentials)
    return encode(value), public.head, paper.read_words(opened[SALT:])


def publish(station: Station, officer: str, number: int, to: Sequence[str] = (), progress: Progress = lambda _: None,
            ) -> list[str]:  # fmt: skip
    """Send ``ph-NUMBER`` to those that its head names (or to some of them, once more). Returns the dispatch numbers.

    That it was published is recorded with the sending, in one step: a repeat after a crash sends nothing twice.
    """
    data, head, words = published_bytes(station, officer, number)
    if not set(to) <= set(head.to):
        raise Refused("paper-for-other", code=", ".join(sorted(set(to) - set(head.to))))
    codes = [code for code in (to or head.to) if code != station.code]
    if not codes:
        raise Malformed("addressees-malformed", limit=paper.MOST_ADDRESSEES)
    texts = {each.key: each.text for each in words.texts}
    keep = station.pack.subject_recorded(head.level)
    subject = _clipped(texts.get("title", ""), 480) if keep else ""
    shown = _clipped(texts.get("number", ""), 60)
    facts = Facts(PAPER_KIND, shown, station.now(), subject, f"ph-{number}.phieu", MEDIA_TYPE)
    label = Label(head.level, 0, (), (), 0)
    deadline = station.now() + _HOUR if station.pack.precedence(head.precedence).needs_deadline else 0
    wish = Wish([Address(code) for code in codes], head.precedence, deadline, label, facts, pdf_only=False)
    digest = register.read_paper.sure(station.db, number).digest

    def published(statement: bytes) -> list[Draft]:
        _, hand = station.acting(officer, PUBLISHERS)
        return [station.record("paper-published", PaperPublished(digest, statement), [hand])]

    # A file in memory: the words of a secret paper never touch a disk in clear.
    handle = os.memfd_create("antin-paper")
    try:
        _write_all(handle, data)
        return send(station, officer, Path(by_number(handle)), wish, progress, published)
    finally:
        os.close(handle)


_HOUR = 3600


def _clipped(text: str, size: int) -> str:
    """As much of a text as the statement's facts hold, in bytes; the paper has the whole."""
    return text.encode()[:size].decode(errors="ignore")


def waiting(station: Station) -> list[int]:
    """Numbers of our papers that have addressees and have not left, the most urgent first."""
    return [row.n for row in register.list_waiting.all(station.db)]


def _write_all(handle: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(handle, view) :]


def take(station: Station, officer: str, dispatch_id: str, output: Output) -> Taken | Opened:
    """Open a dispatch; if it is a paper, check it and enter it in the books. ``output`` holds the document's bytes: the
    caller publishes it where the dispatch is an ordinary document.

    Raises what opening raises; for a paper also ``Unverified``, ``Conflict`` (back-dated, already taken) and whatever
    the register's rules refuse, which is recorded.
    """
    with station.refusals_noted("take", officer):
        station.acting(officer, TAKERS)
    opened = open_document(station, officer, dispatch_id, output)
    if opened.statement.facts.media_type != MEDIA_TYPE:
        return opened
    output.handle.seek(0)
    data = output.handle.read(Paper.LIMIT + 1)  # type: ignore[attr-defined]  # whatever its statement says
    row = dispatch.read_in.sure(station.db, number_of(dispatch_id, "den"))
    try:
        value = parse(Paper, data)
        public = _checked(station, value, row.sender, opened.statement.label.level, row.slip, row.arrived)
    except Unavailable:
        raise
    except AntinError as error:
        if isinstance(error, Conflict):
            _keep_signers(station, value)
            news.keep_conflict(station, error)
        _refuse(station, officer, PaperRefused(row.slip, suites.object_digest(data), "paper-taken", error.code, b""))
        raise
    _keep_signers(station, value)
    return _enter(station, officer, value, public)


def pending(station: Station, officer: str) -> list[str]:
    """Dispatches that ``take`` still has to look at: those not opened, and papers that were opened and never settled,
    because the program was stopped in between, or that were refused for want of what is in the books by now."""
    found, again = [], set(ready(station))
    for row in dispatch.list_in.all(station.db):
        if row.state in ("arrived", "accepted") or row.name in again or (
            row.opened is not None and row.state == "opened"
            and register.is_settled.one(station.db, row.slip, row.slip) is None
            and _is_paper(station, row.opened, officer)
        ):  # fmt: skip
            found.append(row.name)
    return found


def ready(station: Station) -> list[str]:
    """Dispatches whose papers were refused for want of one that is in the books by now."""
    slips = register.list_ready.all(station.db)
    rows = (dispatch.find_in.one(station.db, slip) for slip in slips)
    return [row.name for row in rows if row is not None]


def _is_paper(station: Station, opened: int, officer: str) -> bool:
    """What the statement kept with the record ``opened`` says; false for one that this officer may not read."""
    try:
        vouched = parse(Vouched, station.secrets.read(opened, officer))
    except (Refused, Unavailable):
        return False
    except (Unverified, Malformed):  # nobody can say what it was; the lists show that it is damaged
        return False
    statement = parse(Statement, signed.claim(vouched.statement, "antin/statement/1").unverified_body)
    return statement.facts.media_type == MEDIA_TYPE


def _refuse(station: Station, officer: str, refused: PaperRefused) -> None:
    _, hand = station.acting(officer, TAKERS)
    station.commit([station.record("paper-refused", refused, [hand])])


def _checked(station: Station, value: Paper, sender: str, level: int, slip: bytes, arrived: int) -> PaperTaken:
    """The checks 2–6 of spec/paper.md."""
    trust = station.directory.beside(value.credentials)
    verified = check.record(value.record, trust)
    record = verified.record
    if record.station != sender:
        raise Unverified("signer-not-of-station", station=sender)
    if record.kind not in PAPERS:
        raise Malformed("paper-kind-unknown", kind=record.kind)
    kind = PAPERS[record.kind]
    seen = journal_rows.read_time.sure(station.db, arrived)
    actor = trust[verified.signers[0].credential]
    station.check_counts(actor, record.time, seen)
    check.entitled(verified, trust)
    if wrap.secret_digest(value.opened[:SALT], value.opened[SALT:]) != record.secret:
        raise Unverified("secret-tampered", index=0)
    words = paper.read_words(value.opened[SALT:])
    trusted = station.directory.journal_of(note.origin(sender, record.epoch))
    index, point, _ = check.included(value.record, value.proof, trusted)
    if point.origin != note.origin(sender, record.epoch):
        raise Unverified("checkpoint-invalid", origin=point.origin)
    station.checkpoints.exclude(point)
    if record.time > station.now() + station.pack.policy.clock_tolerance_seconds:
        raise Refused("record-ahead-of-time", claims=record.time, now=station.now())
    public: Any = parse(kind.public, record.public)
    if isinstance(public, ReviewMade):
        _check_figures(public, words)
    head: PaperHead = public.head
    if station.code not in head.to:
        raise Refused("paper-for-other", code=station.code)
    if head.level != level:
        raise Unverified("paper-level-differs", paper=head.level, label=level)
    _not_back_dated(station, value, record, point.origin, index)
    digest = suites.object_digest(value.record)
    return PaperTaken(record.kind, sender, actor.subject.officer, record.id, digest, record.time, slip, point.origin,
                      index, point.size, point.root, level, head.precedence, record.public)  # fmt: skip


def _keep_signers(station: Station, value: Paper) -> None:
    """Who signed a genuine record is shown with it to whoever asks later, an inspector or the other members."""
    trust = station.directory.beside(value.credentials)
    signers = [trust[each.credential].digest for each in signed.claim(value.record, HYBRID, QUICK).signers]
    with station.db.transaction():
        for raw in trust.proven(signers):
            station.directory.keep(raw)


def _check_figures(public: ReviewMade, words: paper.PaperWords) -> None:
    """The annex's data are those that the public part names: who reads the review reads what was signed."""
    if public.figures not in [sha256(each.data).digest() for each in words.files if each.name == FIGURES]:
        raise Unverified("review-figures-other", file=FIGURES, period=public.period)


def _not_back_dated(station: Station, value: Paper, record: Record, origin: str, index: int) -> None:
    tolerance = station.pack.policy.clock_tolerance_seconds
    kept = station.checkpoints.kept_before(origin, index)
    if kept is not None and record.time + tolerance < kept[1]:  # unless its clock was set back in between
        above = compared_above(turned.backs(station, origin), index, record.time, tolerance)
        kept = station.checkpoints.kept_before(origin, index, above)
    if kept is not None and record.time + tolerance < kept[1]:
        evidence = {"record": value.record, "proof": value.proof, "kept": kept[0]}
        raise Conflict("record-back-dated", origin=origin, index=index, claims=record.time, kept=kept[1],
                       evidence=evidence)  # fmt: skip


def _enter(station: Station, officer: str, value: Paper, public: PaperTaken) -> Taken:
    _, hand = station.acting(officer, TAKERS)
    words = value.opened[SALT:]
    deed: Any = parse(PAPERS[public.kind].public, public.public)
    # As its maker gave it: what an inspector is shown (acts/case.py).
    shown = encode(Receipt(value.record, value.proof))
    try:
        cited.check(station, officer, public.station, deed, paper.read_words(words))
        beside = [KeepObject(public.paper, "paper", shown)]
        station.commit([station.record("paper-taken", public, [hand], secret=(public.level, words), then=beside)])
    except Unavailable:
        raise
    except AntinError as error:
        _convict(station, value, public, deed, error)
        _note(station, officer, public, error)
        raise
    found = register.find_paper.sure(station.db, public.paper)
    return Taken(found.name, public.kind, public.station, paper.read_words(words))


def _convict(station: Station, value: Paper, public: PaperTaken, deed: Any, refused: AntinError) -> None:
    """Keep as a conflict what a refused paper proves, by itself or beside one that is here."""
    proven = twice.found(station, public, deed, encode(Receipt(value.record, value.proof)))
    if refused.code == "cited-otherwise":
        evidence = {"record": value.record, "proof": value.proof}
        proven = Conflict(refused.code, evidence=evidence, **{"origin": public.origin, **refused.fields})
    elif refused.code == twice.CODE and isinstance(refused, Conflict):
        proven = refused
    if proven is not None:
        news.keep_conflict(station, proven)


def _note(station: Station, officer: str, public: PaperTaken, error: AntinError) -> None:
    """Record a refusal, once: the same dispatch refused for the same reason says nothing new."""
    needs = bytes.fromhex(str(error.fields.get("needs", "")))
    if register.is_taken.one(station.db, public.slip) is not None:
        return
    if register.newest_refusal.one(station.db, public.slip) != register.Reason(error.code, needs):
        _refuse(station, officer, PaperRefused(public.slip, public.paper, public.kind, error.code, needs))
