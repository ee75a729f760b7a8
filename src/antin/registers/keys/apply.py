"""Fills the register of credentials and link keys; a status must be the true root over the credentials."""

from __future__ import annotations

from pathlib import Path

from antin.errors import Conflict, Missing
from antin.journal.kinds import STATION, Entry, Kind
from antin.kernel.crypto import tree
from antin.kernel.crypto.merkle import leaf_hash
from antin.kernel.formats.epoch import EpochAccepted
from antin.kernel.formats.shape import encode
from antin.kernel.formats.status import Status, StatusLeaf
from antin.registers.keys.records import CredentialIssued, CredentialRevoked, LinkKey
from antin.storage.database import Database, statements

SQL = statements(Path(__file__).with_name("queries.sql"))
TABLES = Path(__file__).with_name("tables.sql")


def credential_issued(db: Database, entry: Entry) -> None:
    """Refuses an id twice (the table does)."""
    public: CredentialIssued = entry.public
    db.run(SQL["insert_issued"], public.id, public.credential, public.kind, public.not_after, entry.index)


def credential_revoked(db: Database, entry: Entry) -> None:
    """Refuses an unknown credential and a second revocation."""
    public: CredentialRevoked = entry.public
    found = db.row(SQL["read_issued"], public.id)
    if found is None:
        raise Missing("credential-unknown", digest=public.id.hex())
    if found[1] == "revoked":
        raise Conflict("credential-already-revoked", id=public.id.hex())
    db.run(SQL["set_revoked"], public.since, public.id)


def status(db: Database, entry: Entry) -> None:
    """Refuses a status whose root is not that of the register."""
    public: Status = entry.public
    size, root = status_root(db)
    if (size, root) != (public.size, public.root):
        raise Conflict("status-not-true", size=public.size)
    db.run(SQL["insert_status"], entry.index, public.as_of, public.size, public.root)


def link_key(db: Database, entry: Entry) -> None:
    """Refuses an id twice (the table does)."""
    public: LinkKey = entry.public
    db.run(SQL["insert_link"], public.id, public.vouching, public.key, public.not_after, entry.index)


def status_leaves(db: Database) -> list[bytes]:
    """The leaves of the status tree, sorted by credential id."""
    return [encode(StatusLeaf(id_, state, since)) for id_, state, since in db.rows(SQL["list_states"])]


def status_root(db: Database) -> tuple[int, bytes]:
    """Size and root of the status tree as the register stands."""
    hashes = [leaf_hash(leaf) for leaf in status_leaves(db)]
    return len(hashes), tree.root(tree.memory_hashes(hashes), len(hashes))


def epoch_accepted(db: Database, entry: Entry) -> None:
    """Epochs of a station follow one another; the same one twice is refused by the table."""
    public: EpochAccepted = entry.public
    last = db.value(SQL["last_epoch"], public.code)
    if public.epoch <= last:
        raise Conflict("epoch-other", epoch=public.epoch, expected=last + 1)
    db.run(SQL["insert_epoch"], public.code, public.epoch, public.record, entry.index)


KINDS = {
    "epoch-accepted": Kind(EpochAccepted, True, (STATION,), apply=epoch_accepted),
    "credential-issued": Kind(CredentialIssued, True, (STATION,), apply=credential_issued),
    "credential-revoked": Kind(CredentialRevoked, True, (STATION,), apply=credential_revoked),
    "link-key": Kind(LinkKey, False, (STATION,), apply=link_key),
    "status": Kind(Status, True, (STATION,), apply=status),
}
