"""Fills the register of credentials and link keys; a status must be the true root over the credentials."""

from __future__ import annotations

from pathlib import Path

from antin.errors import Conflict, Missing, Refused
from antin.journal.kinds import Entry, Kind
from antin.kernel.allot import allot, scopes_of
from antin.kernel.crypto import tree
from antin.kernel.crypto.merkle import leaf_hash
from antin.kernel.formats.credential import AGENCY, AUTHORITY
from antin.kernel.formats.epoch import EpochAccepted
from antin.kernel.formats.shape import encode
from antin.kernel.formats.status import CodesAllotted, Status, StatusLeaf
from antin.registers.keys.records import (
    ClockSetBack,
    CredentialIssued,
    CredentialRevoked,
    LevelKeys,
    LinkKey,
    NameAgreed,
)
from antin.storage.database import Database, statements

SQL = statements(Path(__file__).with_name("queries.sql"))
TABLES = Path(__file__).with_name("tables.sql")


def credential_issued(db: Database, entry: Entry) -> None:
    """Refuses an id twice (the table does), and a code that this authority has bound and neither revoked nor
    continues."""
    public: CredentialIssued = entry.public
    if public.code:
        _check_name(db, public)
    db.run(SQL["insert_issued"], public.id, public.credential, public.kind, public.code, public.epoch, public.previous,
           public.not_after, entry.index)  # fmt: skip


def _check_name(db: Database, public: CredentialIssued) -> None:
    for credential, epoch, state in db.rows(SQL["list_bound"], public.code):
        if public.epoch < epoch or (state == "good" and public.previous != credential):
            raise Conflict("code-bound-already", code=public.code)


def codes_allotted(db: Database, entry: Entry) -> None:
    """Refuses a code that another authority has, unless it moves from there, and an authority that was never bound."""
    public: CodesAllotted = entry.public
    if not db.row(SQL["is_authority"], public.authority):
        raise Missing("authority-unknown", origin=public.authority)
    for scope, owner in allot(owners(db), public).items():
        db.run(SQL["write_allotment"], scope, owner, entry.index)


def owners(db: Database) -> dict[str, str]:
    """Which authority may bind which codes, as this root's journal says."""
    return dict(db.rows(SQL["list_allotments"]))


def level_keys(db: Database, entry: Entry) -> None:
    """Refuses a generation twice (the table does)."""
    public: LevelKeys = entry.public
    for each in public.keys:
        db.run(SQL["insert_level"], each.level, each.generation, each.object, each.kid, each.until, entry.index)


def name_agreed(db: Database, entry: Entry) -> None:
    """The newest word on a name holds."""
    public: NameAgreed = entry.public
    db.run(SQL["write_agreed"], public.code, public.credential, entry.index)


def clock_set_back(db: Database, entry: Entry) -> None:
    """Refuses the unattended key of an agency as one of the two hands."""
    if any(actor.subject.kind == AGENCY for actor in entry.actors):
        raise Refused("hands-missing", kind=entry.record.kind, hands=2)
    public: ClockSetBack = entry.public
    db.run(SQL["insert_clock"], entry.index, public.before, public.after)


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
    known = owners(db)
    return [
        encode(StatusLeaf(id_, state, since, scopes_of(known, code) if kind == AUTHORITY else ()))
        for id_, state, since, kind, code in db.rows(SQL["list_states"])
    ]


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
    "epoch-accepted": Kind(EpochAccepted, epoch_accepted),
    "credential-issued": Kind(CredentialIssued, credential_issued),
    "credential-revoked": Kind(CredentialRevoked, credential_revoked),
    "codes-allotted": Kind(CodesAllotted, codes_allotted),
    "level-keys": Kind(LevelKeys, level_keys),
    "link-key": Kind(LinkKey, link_key),
    "name-agreed": Kind(NameAgreed, name_agreed),
    "clock-set-back": Kind(ClockSetBack, clock_set_back),
    "status": Kind(Status, status),
}
