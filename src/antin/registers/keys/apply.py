"""Fills the register of credentials and link keys; a status must be the true root over the credentials."""

from __future__ import annotations

from pathlib import Path

from antin.errors import Conflict, Missing, Refused
from antin.journal.deed import Book, Deed, Source
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


def credential_issued(db: Database, source: Source, public: CredentialIssued) -> None:
    """Refuses an id twice (the table does), and a code that this authority has bound and neither revoked nor
    continues."""
    if public.code:
        _check_name(db, public)
    db.run(SQL["insert_issued"], public.id, public.credential, public.kind, public.code, public.epoch, public.previous,
           public.not_after, source.index)  # fmt: skip


def _check_name(db: Database, public: CredentialIssued) -> None:
    for credential, epoch, state in db.rows(SQL["list_bound"], public.code):
        if public.epoch < epoch or (state == "good" and public.previous != credential):
            raise Conflict("code-bound-already", code=public.code)


def codes_allotted(db: Database, source: Source, public: CodesAllotted) -> None:
    """Refuses a code that another authority has, unless it moves from there, and an authority that was never bound."""
    if not db.row(SQL["is_authority"], public.authority):
        raise Missing("authority-unknown", origin=public.authority)
    for scope, owner in allot(owners(db), public).items():
        db.run(SQL["write_allotment"], scope, owner, source.index)


def owners(db: Database) -> dict[str, str]:
    """Which authority may bind which codes, as this root's journal says."""
    return dict(db.rows(SQL["list_allotments"]))


def level_keys(db: Database, source: Source, public: LevelKeys) -> None:
    """Refuses a generation twice (the table does)."""
    for each in public.keys:
        db.run(SQL["insert_level"], each.level, each.generation, each.object, each.kid, each.until, source.index)


def name_agreed(db: Database, source: Source, public: NameAgreed) -> None:
    """The newest word on a name holds."""
    db.run(SQL["write_agreed"], public.code, public.credential, source.index)


def clock_set_back(db: Database, source: Source, public: ClockSetBack) -> None:
    """Refuses the unattended key of an agency as one of the two hands."""
    if any(actor.subject.kind == AGENCY for actor in source.signers):
        raise Refused("hands-missing", kind=source.kind, hands=2)
    db.run(SQL["insert_clock"], source.index, public.before, public.after)


def credential_revoked(db: Database, source: Source, public: CredentialRevoked) -> None:
    """Refuses an unknown credential and a second revocation."""
    found = db.row(SQL["read_issued"], public.id)
    if found is None:
        raise Missing("credential-unknown", digest=public.id.hex())
    if found[1] == "revoked":
        raise Conflict("credential-already-revoked", id=public.id.hex())
    db.run(SQL["set_revoked"], public.since, public.id)


def status(db: Database, source: Source, public: Status) -> None:
    """Refuses a status whose root is not that of the register."""
    size, root = status_root(db)
    if (size, root) != (public.size, public.root):
        raise Conflict("status-not-true", size=public.size)
    db.run(SQL["insert_status"], source.index, public.as_of, public.size, public.root)


def link_key(db: Database, source: Source, public: LinkKey) -> None:
    """Refuses an id twice (the table does)."""
    db.run(SQL["insert_link"], public.id, public.vouching, public.key, public.not_after, source.index)


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


def epoch_accepted(db: Database, source: Source, public: EpochAccepted) -> None:
    """Epochs of a station follow one another; the same one twice is refused by the table."""
    last = db.value(SQL["last_epoch"], public.code)
    if public.epoch <= last:
        raise Conflict("epoch-other", epoch=public.epoch, expected=last + 1)
    db.run(SQL["insert_epoch"], public.code, public.epoch, public.record, source.index)


BOOK = Book(
    "keys", 1, TABLES,
    (
        Deed("epoch-accepted", EpochAccepted, epoch_accepted),
        Deed("credential-issued", CredentialIssued, credential_issued),
        Deed("credential-revoked", CredentialRevoked, credential_revoked),
        Deed("codes-allotted", CodesAllotted, codes_allotted),
        Deed("level-keys", LevelKeys, level_keys),
        Deed("link-key", LinkKey, link_key),
        Deed("name-agreed", NameAgreed, name_agreed),
        Deed("clock-set-back", ClockSetBack, clock_set_back),
        Deed("status", Status, status),
    ),
)  # fmt: skip
