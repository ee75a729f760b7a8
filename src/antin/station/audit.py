"""Audit of a station: its journal and registers, and beside them everything that decides whom it trusts.

What stands beside the journal is derived again, or verified again: directory and allotments from the mirrored records
(``audit_others.py``), rows by the signed bytes that they index, the form of the database by the shipped one. What is
left are hints (``HINTS``), and rows whose loss nobody can see (``GONE``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from antin.errors import AntinError, Missing, Refused, Unavailable, Unverified
from antin.journal import audit as journal_audit
from antin.journal import rows as journal_rows
from antin.journal.audit import AuditReport, Tell
from antin.kernel import check
from antin.kernel.crypto import suite as suites
from antin.kernel.formats import proof, signed
from antin.kernel.formats.epoch import CLOCK_SET_BACK
from antin.kernel.formats.receipt import RESULTS, Receipt, Result
from antin.kernel.formats.record import HYBRID, QUICK, Record
from antin.kernel.formats.shape import parse
from antin.kernel.formats.slip import Slip
from antin.registers.dispatch.states import FINAL
from antin.station import audit_others, news, rows, sequences, turned
from antin.station.audit_others import Found, cosigned, differs, judged, witnesses
from antin.station.beside import FORM
from antin.station.books import TABLES, form
from antin.station.kept import scripts
from antin.station.station import Station
from antin.storage.query import every, has

# What an audit takes as it stands. A false value costs time; it changes nobody's standing, and no document's.
HINTS = {
    "told": "which of our heads a peer may hold: a proof too few is asked for, one too many is harmless",
    "passed": "which heads a peer has heard of from us: gossip goes once more, or comes from others",
    "asked_of": "since when a proof is asked for: the question comes sooner or later",
    "owed_news": "who gets an envelope without a dispatch: the next dispatch brings the same",
    "tails": "who is shown what we hold of his journal: he asks again",
    "conflicts_passed": "who told us of a conflict: he is told once more, or hears of it from others",
    "conflict_counts.count": "beyond the proofs that are kept, a number to look at",
    "links": "a path that links nothing counts as none: a late envelope waits for a new proof",
    "lasts": "what others say that we were sent: every envelope of theirs says it again",
    "recovering": "a false row stops the station; a missing one is set again by the signer's memory, or by an echo",
    "recovered": "judged when the tail is completed: as a whole it must give the root that the signer remembers",
    "seen.digest": "a part taken for read waits for the next, which is there within the hour; one whose records are "
    "not here is read all the same (acts/publishing.py), and nothing is sealed by a directory that is too old",
    "seen.size": "below what is here: our copy goes to the link once more",
    "looked.time": "an authority may sign for 15 minutes without a look at its link; each exchange looks",
    "clock.greatest": "within the tolerance of clocks: the times of our own records bound it below, our clock above",
    "secrets.sealed": "only who holds the level's key can open it; to him a false one shows",
    "outbox.n": "the order of sending",
    "outbox.put": "when it went last: again sooner or later, and the addressee takes it once",
    "outbox.done": "a receipt that did not go is asked for by its slip; an answered slip goes once more",
    "outbox.proven": "whether a receipt went under a cosigned checkpoint: the journal proves it all the same",
    "outbox.told": "the head that went with it: a proof too few is asked for",
    "blobs.on_link": "whether the link is to be tidied",
    "held.since": "since when nobody vouches for a head: what is shown to a person",
    "heard.via": "who is asked for a proof",
    "heard.time": "since when a proof is waited for",
    "conflicts.time": "a week from it the conflict is told to others; the record has its own time",
    "epochs_asked.time": "the order in which requests are shown",
    "epochs_accepted.sent_again": "dispatches of a lost range go once more or not; the sequences show what is missing",
    "level_keys.published": "our own go to our authority once more, or wait for the next ones",
    "directory.seen": "when we saw an entry, between its signing and now",
    "directory.bound": "when it was bound, between its signing and now",
    "witnessed.time": "when the newest line of a witness came, no sooner than the line that is kept",
}  # fmt: skip
# A row that is taken away, and that no record names: what it said is heard again, or only this station knew it.
GONE = {
    "checkpoints": "one between others, without a witness: the newest says as much",
    "kept": "one that is not the newest of its journal: evidence against back-dating that only we had",
    "vouched": "comes with the next cosigned head", "heard": "is heard again by gossip",
    "level_keys": "another's: comes with its directory", "epochs_asked": "is asked again", "seen": "is read again",
    "looked": "an authority looks before it signs",
}  # fmt: skip


_DEEPEST = 64  # of a tree


def audit(station: Station, tell: Tell = lambda *_: None, officer: str = "") -> AuditReport:
    """Read everything again. Never raises for what it finds: it reports, so that one fault hides no other.

    With an ``officer`` who is signed in also every secret part that he can open: to nobody else a changed one shows.

    Raises ``Missing`` before the station joined.
    """
    station.directory.forget()
    if not station.joined and not station.journal.head()[0]:
        raise Missing("station-not-joined", code=station.code)
    known = station.signer.memory.head(station.origin)
    try:
        report = journal_audit.audit(station.journal, station.own, TABLES, tell, known.size if known else 0)
    except AntinError as error:  # its own credential does not hold
        report = AuditReport(findings=[("station", error)])
    for where, look in {**_LOOKS, **audit_others.LOOKS}.items():
        try:
            report.findings += [(f"{where} {name}".rstrip(), error) for name, error in look(station)]
        except AntinError as error:
            report.findings.append((where, error))
    for index in journal_rows.list_secrets.all(station.db) if officer else ():
        try:
            station.secrets.read(index, officer)
        except (Refused, Unavailable):  # not for him
            continue
        except AntinError as error:
            report.findings.append((f"record {index}", error))
    return report


def _form(station: Station) -> Found:
    """A trigger or a view of somebody else's would change what our own statements mean."""
    for name in sorted(station.db.unlike_form(scripts())):
        yield name, Unverified("form-differs", name=name)
    if [(row.one, row.form) for row in every(station.db, "registers")] != [(1, form())]:
        yield "registers", differs()
    if [(row.one, row.form) for row in every(station.db, "beside")] != [(1, FORM)]:
        yield "beside", differs()


# -- the journal -------------------------------------------------------------------------------------------------------


def _record(raw: bytes) -> Record:
    return parse(Record, signed.claim(raw, HYBRID, QUICK).unverified_body)  # its signatures: the journal's own audit


def _secrets(station: Station) -> Found:
    kids = {row.kid for row in every(station.db, "keys_levels")}
    yield from judged(every(station.db, "secrets"), lambda row: row.kid in kids, "idx")


def _hashes(station: Station) -> Found:
    """None that is not of the tree: those of the tree were compared when its records were read."""
    size, _root = station.journal.head()
    for row in every(station.db, "hashes"):
        if not (0 <= row.level < _DEEPEST and row.n >= 0 and (row.n + 1) << row.level <= size):
            yield f"{row.level}/{row.n}", Unverified("journal-hash-wrong")


def _checkpoints(station: Station) -> Found:
    by = witnesses(station, station.code)
    lines: dict[int, int] = {}

    def checkpoint(row: Any) -> bool:
        time = cosigned(row.raw, by)
        if time is not None:
            lines[row.size] = time
        return bool(row.cosigned == int(time is not None))

    yield from judged(every(station.db, "checkpoints"), checkpoint, "size")
    # Several witnesses' times may have come for one size: the first line is kept, the newest time is noted.
    times: dict[int, int] = {row.size: row.time for row in every(station.db, "witnessed")}
    for size in sorted({*times, *lines}):
        if not lines.get(size, times.get(size, 0) + 1) <= times.get(size, -1) <= station.moment():
            yield f"witnessed {size}", differs()
    known = station.signer.memory.head(station.origin)
    if known is not None and not has(station.db, "checkpoints", size=known.size) and not station.recovering:
        yield str(known.size), Missing("checkpoint-missing", origin=station.origin)


def _clock(station: Station) -> Found:
    back = max((row.idx for row in every(station.db, "keys_clock")), default=0)
    newest = journal_rows.newest_time.one(station.db, back) or 0
    greatest = rows.read_clock.one(station.db) or 0
    if greatest > station.here() + station.tolerance():
        yield "", Refused("clock-turned-back", behind=greatest - station.here())
    if greatest < newest:
        yield "", differs()
    yield from judged(every(station.db, "looked"), lambda row: row.time <= station.moment(), "one")


# -- what was made and received ----------------------------------------------------------------------------------------


def _objects(station: Station) -> Found:
    directory = station.directory

    def receipt(raw: bytes) -> bytes:
        value = parse(Receipt, raw)
        giver = directory.journal_of(proof.claim(value.proof).checkpoint.origin)
        return suites.object_digest(check.receipt(raw, directory, giver).record.raw)

    def paper(raw: bytes) -> bytes:
        value = parse(Receipt, raw)  # its signatures were judged when our own record named its digest
        check.included(value.record, value.proof, directory.journal_of(proof.claim(value.proof).checkpoint.origin))
        return suites.object_digest(value.record)

    def named(row: Any) -> bool:
        digest, kind, raw = row.digest, row.kind, row.raw
        if kind in ("receipt", "paper"):  # under the record that they bring, with its proof
            return bool((receipt if kind == "receipt" else paper)(raw) == digest)
        if kind == CLOCK_SET_BACK:
            return bool(turned.checked(station, raw, directory) == digest)
        signed.claim(raw, f"antin/{kind}/1")
        return kind in ("credential", "slip", "link-key") and suites.object_digest(raw) == digest

    yield from judged(every(station.db, "objects"), named, "digest")
    gone = (each for each in _needed(station) if not has(station.db, "objects", digest=each[0], kind=each[1]))
    yield from ((f"{kind} {digest.hex()[:16]}", differs()) for digest, kind in dict.fromkeys(gone))


def _needed(station: Station) -> Iterator[tuple[bytes, str]]:
    """What the registers name as being here."""
    yield from ((row.slip, "slip") for row in every(station.db, "dispatch_out"))
    # A refused one may have come before a loss: nobody sends it again.
    incoming = (row for row in every(station.db, "dispatch_in") if row.state not in ("refused", "expired"))
    yield from ((row.slip, "slip") for row in incoming)
    yield from ((row.receipt, "receipt") for row in every(station.db, "dispatch_receipts"))
    yield from ((row.digest, "paper") for row in every(station.db, "papers_papers") if not row.own)
    yield from ((row.vouching, "link-key") for row in every(station.db, "keys_link"))


def _outbox(station: Station) -> Found:
    def answered(slip: bytes) -> bool:
        return any(row.result in FINAL for row in every(station.db, "dispatch_receipts", slip=slip))

    def due(row: Any) -> bool:
        if row.kind == "slip":
            sent = next(every(station.db, "dispatch_out", slip=row.digest), None)
            what = next(every(station.db, "dispatch_sent", statement=sent.statement), None) if sent else None
            known = (sent.addressee, 0, sent.precedence, what.sealed) if sent and what else None
            return known == (row.peer, row.idx, row.precedence, row.sealed) and (not row.done or answered(row.digest))
        raw = station.journal.raw(row.idx)
        result = parse(Result, _record(raw).public)
        said = (result.sender, result.precedence, suites.object_digest(raw))
        asked = (row.peer, row.precedence, row.digest)
        return row.kind == "receipt" and said == asked and not (row.done and row.put is None)

    yield from judged(every(station.db, "outbox"), due, "n")
    gone = (each for each in _owed(station) if not has(station.db, "outbox", peer=each[0], digest=each[1]))
    yield from ((f"{peer} {digest.hex()[:16]}", differs()) for peer, digest in dict.fromkeys(gone))


def _owed(station: Station) -> Iterator[tuple[str, bytes]]:
    """What must have been put out: each slip to another, each answer to what came."""
    for row in every(station.db, "dispatch_out"):
        if row.addressee != station.code:
            yield row.addressee, row.slip
    for kind in sorted(RESULTS):
        for row in every(station.db, "entries", kind=kind):
            yield parse(Result, _record(row.raw).public).sender, suites.object_digest(row.raw)


def _blobs(station: Station) -> Found:
    def blob(row: Any) -> bool:
        return bool(station.blobs.size(row.digest) == row.size)

    yield from judged(every(station.db, "blobs"), blob, "digest")
    for row in every(station.db, "objects", kind="slip"):
        slip = parse(Slip, signed.claim(row.raw, "antin/slip/1").unverified_body)
        if not has(station.db, "blobs", digest=slip.sealed, size=slip.sealed_size):
            yield row.digest.hex()[:16], differs()


def _sequences(station: Station) -> Found:
    if not sequences.agrees(station):
        yield "", differs()


def _conflicts(station: Station) -> Found:
    def kind(row: Any) -> tuple[str, str]:
        return row.about, row.code

    def conflict(row: Any) -> bool:
        path = station.home / "evidence" / f"{row.code}-{row.digest.hex()[:16]}"
        noted = [kind(each) for each in recorded if each.evidence == row.digest]
        kept = suites.object_digest(row.raw) == row.digest and path.is_file() and path.read_bytes() == row.raw
        told = kind(row) in (noted or [kind(row)])
        return kept and told and row.self_proving == news.proving(station, row.code, row.raw)

    ours, recorded = list(every(station.db, "conflicts")), list(every(station.db, "dispatch_conflicts"))
    yield from judged(ours, conflict, "digest")
    lost = {row.evidence for row in recorded} - {row.digest for row in ours}
    yield from ((digest.hex()[:16], differs()) for digest in sorted(lost))
    counts = {kind(row): row.count for row in every(station.db, "conflict_counts")}
    for key in sorted({*counts, *(kind(row) for row in ours)}):
        if sum(kind(row) == key for row in ours) != min(counts.get(key, 0), news.MOST_KEPT):
            yield " ".join(key), differs()


_LOOKS: dict[str, Callable[[Station], Found]] = {
    "form": _form, "secret": _secrets, "hash": _hashes, "checkpoint": _checkpoints, "clock": _clock,
    "object": _objects, "outbox": _outbox, "blob": _blobs, "sequences": _sequences, "conflict": _conflicts,
}  # fmt: skip
