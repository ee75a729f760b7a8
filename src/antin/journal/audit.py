"""Audit: the journal read from its first byte by the same code that wrote it (spec/record.md).

    each record: verify → account for epoch and uses → would it be decided today? → fill an empty database
    at the end:  the database's tables are the station's, row by row

One record after another, so that memory does not grow with the journal; verifying needs no database and no order.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path

from antin.errors import AntinError, Conflict, Missing, Unverified
from antin.journal import rows
from antin.journal.journal import Journal
from antin.kernel import check
from antin.kernel.check import Trusted
from antin.kernel.crypto import merkle, tree
from antin.storage.database import Database
from antin.storage.query import tables

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
    journal: Journal, station: Trusted, tables: Sequence[Path], tell: Tell = lambda *_: None, known: int = 0
) -> AuditReport:
    """Read everything again. Never raises for what it finds: it reports, so that one fault hides no other.

    ``known`` is the size that the signer remembers: a shorter journal was restored from an old copy.
    """
    report = AuditReport()
    size, root = journal.head()
    if _replay(journal, station, tables, report, size, tell) != root or report.size != size:
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


def _replay(journal: Journal, station: Trusted, tables: Sequence[Path], report: AuditReport, size: int,
            tell: Tell) -> bytes:  # fmt: skip
    fresh = Database("")  # a private file that is gone with it: a large book need not fit into memory
    for file in tables:
        fresh.script(file.read_text("utf-8"))
    replayed = Journal(fresh, journal.code, journal.deeds, journal.trust)
    replayed.hash_at = journal.hash_at  # type: ignore[method-assign]  # compared below before anything rests on it
    beside, points = rows.list_secrets.each(journal.db), rows.read_checkpoints.each(journal.db)
    secret, point, grown = next(beside, None), next(points, None), _Grown()
    for each in rows.read_entries.each(journal.db, 0):
        index = each.idx
        _check_hashes(journal, grown.add(each.raw), report)
        try:
            if index != grown.size - 1:
                raise Unverified("journal-gap", index=index)
            # What promises a secret part has one beside it (a lawful destruction will leave a tombstone record).
            if _take(replayed, index, each.raw, report) != (secret == index):
                raise Missing("secret-missing", index=index)
        except AntinError as error:
            report.findings.append((f"record {index}", error))
        while secret is not None and secret <= index:
            secret = next(beside, None)
        while point is not None and point.size <= grown.size:
            _check_checkpoint(journal, station, point, grown, report)
            point = next(points, None)
        if index % _EVERY == 0:
            tell(index, size)
    while point is not None:
        _check_checkpoint(journal, station, point, grown, report)
        point = next(points, None)
    report.size = grown.size
    _compare(journal.db, fresh, report)
    fresh.close()
    return grown.root()


def _take(replayed: Journal, index: int, raw: bytes, report: AuditReport) -> bool:
    """Whether the record has a secret part. Raises what the journal, or a book's invariant, refuses."""
    verified = check.record(raw, replayed.trust)
    with replayed.db.transaction():
        entry = replayed.account(index, verified)
        source = entry.source
        try:
            entry.deed.decide(replayed.db, source, entry.public)
        except AntinError as error:
            report.refused.append((f"record {index}", error))
        entry.deed.fill(replayed.db, source, entry.public)
    report.secrets += bool(entry.record.secret)
    return bool(entry.record.secret)


def _compare(station: Database, fresh: Database, report: AuditReport) -> None:
    for name in sorted(tables(fresh)):
        if name in _OURS:
            continue
        report.tables += 1
        order = f"SELECT * FROM {name} ORDER BY 1, 2"
        if any(ours != again for ours, again in zip_longest(station.each(order), fresh.each(order))):
            report.findings.append((f"table {name}", Unverified("register-differs")))


def _check_hashes(journal: Journal, made: list[tuple[int, int, bytes]], report: AuditReport) -> None:
    """What the station keeps of the tree: its proofs are read from it."""
    stored = {(level, n): rows.read_hash.one(journal.db, level, n) for level, n, _ in made}
    if any(stored[level, n] != value for level, n, value in made):
        report.findings.append((f"record {made[0][1]}", Unverified("journal-hash-wrong")))


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
