"""Audit: the journal read from its first byte by the same code that wrote it (spec/record.md).

    each record: verify → account for epoch and uses → would it be decided today? → fill an empty database
    at the end:  the database's tables are the station's, row by row

One record after another, so that memory does not grow with the journal; verifying needs no database and no order, and
is done on every core (``reading.py``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path

from antin.errors import AntinError, Conflict, Missing, Unverified
from antin.journal import reading, rows
from antin.journal.deed import Entry, nothing
from antin.journal.journal import Journal
from antin.journal.rows import Stored
from antin.kernel import check
from antin.kernel.check import Trusted, VerifiedRecord
from antin.kernel.crypto import merkle, tree
from antin.storage.database import Database
from antin.storage.engines import scratch

Tell = Callable[[int, int], None]
Finding = tuple[str, AntinError]
_EVERY = 500
_OURS = ("entries", "hashes", "head", "checkpoints", "secrets")  # looked at record by record


@dataclass
class AuditReport:
    """``findings`` is empty when everything holds; each is (where, what is wrong). ``refused``: records that stand, and
    that today's rules would refuse."""

    size: int = 0
    checkpoints: int = 0
    tables: int = 0
    secrets: int = 0
    findings: list[Finding] = field(default_factory=list)
    refused: list[Finding] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether nothing was found."""
        return not self.findings


def audit(
    journal: Journal, station: Trusted, tables: Sequence[Path], tell: Tell = lambda *_: None, known: int = 0,
    workers: int | None = None,
) -> AuditReport:  # fmt: skip
    """Read everything again. Never raises for what it finds: it reports, so that one fault hides no other.

    ``known`` is the size that the signer remembers: a shorter journal was restored from an old copy. ``workers``:
    processes that verify beside this one; as many as there are cores for a long journal, where nothing is said.
    """
    report = AuditReport()
    size, root = journal.head()
    workers = reading.cores(size) if workers is None else workers
    if _replay(journal, station, tables, report, size, tell, workers) != root or report.size != size:
        report.findings.append(("head", Unverified("journal-hash-wrong")))
    if known > size:
        found = Conflict("journal-behind-signer", origin=journal.origin, size=size, known=known)
        report.findings.append(("head", found))
    return report


class _Grown:
    """The tree over the records read so far: of each level only the newest subtree that waits for its neighbour."""

    def __init__(self) -> None:
        self.size, self._newest = 0, dict[int, bytes]()

    def add(self, raw: bytes) -> list[tuple[int, int, bytes]]:
        """The subtrees that this record completes: level, index, hash."""
        found = tree.complete(self.size, merkle.leaf_hash(raw), lambda level, _: self._newest[level])
        self._newest.update((level, value) for level, _, value in found)
        self.size += 1
        return found

    def root(self) -> bytes:
        """The root over all of them."""
        return tree.root(lambda level, _: self._newest[level], self.size)


class _Replayed(Journal):
    """The journal once more, over empty tables: its uses and epochs are counted in memory, and written at the end."""

    def __init__(self, fresh: Database, original: Journal) -> None:
        super().__init__(fresh, original.code, original.deeds, original.trust)
        self.hash_at = original.hash_at  # type: ignore[method-assign]  # compared before anything rests on it
        self._uses, self._epochs = dict[bytes, int](), dict[int, int]()
        self._tried_uses, self._tried_epochs = dict[bytes, int](), dict[int, int]()

    @property
    def epoch(self) -> int:
        """The epoch of the next record."""
        return max([*self._epochs, *self._tried_epochs], default=1)

    def last_use(self, credential: bytes) -> int:
        """The highest use number that was counted."""
        return self._tried_uses.get(credential) or self._uses.get(credential, 0)

    def account(self, index: int, verified: VerifiedRecord) -> Entry:
        """All that a record counts, or nothing of it."""
        self._tried_uses.clear()
        self._tried_epochs.clear()
        try:
            entry = super().account(index, verified)
            self._uses.update(self._tried_uses)
            self._epochs.update(self._tried_epochs)
        finally:
            self._tried_uses.clear()
            self._tried_epochs.clear()
        return entry

    def settle(self) -> None:
        """Write what was counted."""
        self.db.many(rows.SQL["write_use"], self._uses.items())
        self.db.many(rows.SQL["insert_epoch"], self._epochs.items())

    def _write_uses(self, counted: Mapping[bytes, int]) -> None:
        self._tried_uses.update(counted)

    def _open_epoch(self, epoch: int, start: int) -> None:
        self._tried_epochs[epoch] = start


def _replay(journal: Journal, station: Trusted, tables: Sequence[Path], report: AuditReport, size: int, tell: Tell,
            workers: int) -> bytes:  # fmt: skip
    fresh = scratch()  # a private file that is gone with it: a large book need not fit into memory
    for file in tables:
        fresh.script(file.read_text("utf-8"))
    replayed, made = _Replayed(fresh, journal), _Made(journal, report)
    beside, points = rows.list_secrets.each(journal.db), rows.read_checkpoints.each(journal.db)
    secret, point, grown = next(beside, None), next(points, None), _Grown()
    signers = rows.list_signers.each(journal.db) if workers else ()
    with fresh.transaction():
        for each, verified in reading.verified(rows.read_stored.each(journal.db), journal.trust, signers, workers):
            index = each.idx
            made.add(grown.add(each.raw))
            try:
                if index != grown.size - 1:
                    raise Unverified("journal-gap", index=index)
                # What promises a secret part has one beside it (a lawful destruction will leave a tombstone record).
                if _take(replayed, each, verified, report) != (secret == index):
                    raise Missing("secret-missing", index=index)
            except AntinError as error:
                report.findings.append((f"record {index}", error))
            while secret is not None and secret <= index:
                secret = next(beside, None)
            while point is not None and point.size <= grown.size:
                _check_checkpoint(journal, station, point, grown, report)
                point = next(points, None)
            if index % _EVERY == 0:
                made.compare()
                tell(index, size)
        replayed.settle()
    made.compare()
    while point is not None:
        _check_checkpoint(journal, station, point, grown, report)
        point = next(points, None)
    report.size = grown.size
    _compare(journal.db, fresh, report)
    fresh.close()
    return grown.root()


def _take(replayed: _Replayed, stored: Stored, verified: VerifiedRecord | None, report: AuditReport) -> bool:
    """Whether the record has a secret part. Raises what the journal, or a book's invariant, refuses."""
    entry = replayed.account(stored.idx, verified or check.record(stored.raw, replayed.trust))
    record, source, deed = entry.record, entry.source, entry.deed
    if (record.id, record.kind, record.time) != (stored.id, stored.kind, stored.time):
        report.findings.append((f"record {stored.idx}", Unverified("register-differs")))
    try:
        deed.decide(replayed.db, source, entry.public)
    except AntinError as error:
        report.refused.append((f"record {stored.idx}", error))
    if deed.fill is not nothing:
        with replayed.db.part():
            deed.fill(replayed.db, source, entry.public)
    report.secrets += bool(record.secret)
    return bool(record.secret)


def _compare(station: Database, fresh: Database, report: AuditReport) -> None:
    for name in sorted(fresh.tables()):
        if name in _OURS:
            continue
        report.tables += 1
        order = ", ".join(f"{each} NULLS FIRST" for each in fresh.columns(name))  # wholly, so that it is one everywhere
        asked = f"SELECT * FROM {name} ORDER BY {order}"
        if any(ours != again for ours, again in zip_longest(station.each(asked), fresh.each(asked))):
            report.findings.append((f"table {name}", Unverified("register-differs")))


class _Made:
    """The subtrees of some records, compared with what the station keeps of its tree: its proofs are read from that."""

    def __init__(self, journal: Journal, report: AuditReport) -> None:
        self._journal, self._report, self._made = journal, report, dict[int, dict[int, bytes]]()

    def add(self, made: list[tuple[int, int, bytes]]) -> None:
        for level, n, value in made:
            self._made.setdefault(level, {})[n] = value

    def compare(self) -> None:
        for level, made in self._made.items():
            found = rows.read_subtrees.all(self._journal.db, level, min(made), max(made))
            stored = {each.n: each.hash for each in found}
            wrong = [n for n in sorted(made) if stored.get(n) != made[n]]
            self._report.findings += [(f"hash {level}/{n}", Unverified("journal-hash-wrong")) for n in wrong]
        self._made.clear()


def _check_checkpoint(journal: Journal, station: Trusted, signed: rows.Checkpoint, grown: _Grown,
                      report: AuditReport) -> None:  # fmt: skip
    report.checkpoints += 1
    try:
        point = check.checkpoint(signed.raw, station)
        if (point.origin, point.size) != (journal.origin_at(signed.size), signed.size):
            raise Unverified("checkpoint-invalid", origin=point.origin)
        if point.size != grown.size or grown.root() != point.root:
            raise Unverified("journal-rewritten", origin=point.origin)
    except AntinError as error:
        report.findings.append((f"checkpoint {signed.size}", error))
