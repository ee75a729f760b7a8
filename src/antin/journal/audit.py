"""Audit: the journal read from its first byte by the same code that wrote it (spec/record.md).

Every signature, every key's count, every hash and checkpoint; then all records applied to an empty database, and
its tables compared with the station's, row by row.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from antin.errors import AntinError, Conflict, Missing, Unverified
from antin.journal.journal import SQL, Journal, New
from antin.kernel import check
from antin.kernel.check import Trusted
from antin.kernel.crypto import merkle, tree
from antin.storage.database import Database

Tell = Callable[[int, int], None]
_EVERY = 500


@dataclass
class AuditReport:
    """``findings`` is empty when everything holds; each is (where, what is wrong)."""

    size: int = 0
    checkpoints: int = 0
    tables: int = 0
    secrets: int = 0
    findings: list[tuple[str, AntinError]] = field(default_factory=list)

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
    leaves = _replay(journal, tables, report, size, tell)
    hashes = tree.memory_hashes(leaves)
    if len(leaves) != size or tree.root(hashes, len(leaves)) != root:
        report.findings.append(("head", Unverified("journal-hash-wrong")))
    if known > size:
        found = Conflict("journal-behind-signer", origin=journal.origin, size=size, known=known)
        report.findings.append(("head", found))
    _check_hashes(journal, leaves, report)
    _check_checkpoints(journal, station, hashes, len(leaves), report)
    return report


def _replay(journal: Journal, tables: Sequence[Path], report: AuditReport, size: int, tell: Tell) -> list[bytes]:
    fresh = Database(":memory:")
    for file in tables:
        fresh.script(file.read_text("utf-8"))
    replayed = Journal(fresh, journal.code, journal.deeds, journal.trust)
    beside = {row[0] for row in journal.db.rows(SQL["list_secrets"])}
    leaves: list[bytes] = []
    for index, raw in journal.db.rows(SQL["read_entries"], 0):
        leaves.append(merkle.leaf_hash(raw))
        try:
            if index != len(leaves) - 1:
                raise Unverified("journal-gap", index=index)
            (entry,) = replayed.append([New(raw)])
            # What promises a secret part has one beside it (a lawful destruction will leave a tombstone record).
            report.secrets += bool(entry.record.secret)
            if bool(entry.record.secret) != (index in beside):
                raise Missing("secret-missing", index=index)
        except AntinError as error:
            report.findings.append((f"record {index}", error))
        if index % _EVERY == 0:
            tell(index, size)
    report.size = len(leaves)
    _compare(journal.db, fresh, report)
    fresh.close()
    return leaves


def _compare(station: Database, fresh: Database, report: AuditReport) -> None:
    listing = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
    ours = ("entries", "hashes", "head", "checkpoints", "secrets")  # checked above, and by the replay itself
    for (name,) in fresh.rows(listing):
        if name in ours:
            continue
        report.tables += 1
        order = f"SELECT * FROM {name} ORDER BY 1, 2"
        if station.rows(order) != fresh.rows(order):
            report.findings.append((f"table {name}", Unverified("register-differs")))


def _check_hashes(journal: Journal, leaves: list[bytes], report: AuditReport) -> None:
    stored: dict[int, bytes] = dict(journal.db.rows(SQL["read_leaves"]))
    for index, leaf in enumerate(leaves):
        if stored.get(index) != leaf:
            report.findings.append((f"record {index}", Unverified("journal-hash-wrong")))


def _check_checkpoints(journal: Journal, station: Trusted, hashes: tree.Hashes, size: int, report: AuditReport) -> None:
    for signed_size, raw in journal.db.rows(SQL["read_checkpoints"]):
        report.checkpoints += 1
        try:
            point = check.checkpoint(raw, station)
            if (point.origin, point.size) != (journal.origin_at(signed_size), signed_size):
                raise Unverified("checkpoint-invalid", origin=point.origin)
            if point.size > size or tree.root(hashes, point.size) != point.root:
                raise Unverified("journal-rewritten", origin=point.origin)
        except AntinError as error:
            report.findings.append((f"checkpoint {signed_size}", error))
