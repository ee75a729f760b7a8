"""The deeds of the register of keys, and what each refuses."""

from __future__ import annotations

from pathlib import Path

from antin.errors import Conflict, Missing, Refused
from antin.journal.deed import Book, Deed, Source
from antin.kernel.allot import allot
from antin.kernel.formats.allotted import CodesAllotted
from antin.kernel.formats.credential import AGENCY
from antin.kernel.formats.epoch import EpochAccepted
from antin.kernel.formats.status import Status
from antin.registers.keys import REVISION, fill
from antin.registers.keys import records as r
from antin.registers.keys.rows import is_authority, last_epoch, list_bound, read_issued
from antin.registers.keys.state import owners, status_root
from antin.storage.database import Reader


def issue(view: Reader, source: Source, p: r.CredentialIssued) -> None:
    """Refuses a code that this authority has bound and neither revoked nor continues."""
    for each in list_bound.all(view, p.code) if p.code else ():
        if p.epoch < each.epoch or (each.state == "good" and p.previous != each.digest):
            raise Conflict("code-bound-already", code=p.code)


def revoke(view: Reader, source: Source, p: r.CredentialRevoked) -> None:
    """Refuses an unknown credential and a second revocation."""
    found = read_issued.one(view, p.id)
    if found is None:
        raise Missing("credential-unknown", digest=p.id.hex())
    if found.state == "revoked":
        raise Conflict("credential-already-revoked", id=p.id.hex())


def allot_codes(view: Reader, source: Source, p: CodesAllotted) -> None:
    """Refuses a code that another authority has, unless it moves from there, and an authority that was never bound."""
    if not is_authority.one(view, p.authority):
        raise Missing("authority-unknown", origin=p.authority)
    allot(owners(view), p)


def state(view: Reader, source: Source, p: Status) -> None:
    """Refuses a status whose root is not that of the register."""
    if status_root(view) != (p.size, p.root):
        raise Conflict("status-not-true", size=p.size)


def set_clock_back(view: Reader, source: Source, p: r.ClockSetBack) -> None:
    """Refuses the unattended key of an agency as one of the two hands."""
    if any(signer.subject.kind == AGENCY for signer in source.signers):
        raise Refused("hands-missing", kind=source.kind, hands=2)


def accept_epoch(view: Reader, source: Source, p: EpochAccepted) -> None:
    """Epochs of a station follow one another."""
    last = last_epoch.sure(view, p.code)
    if p.epoch <= last:
        raise Conflict("epoch-other", epoch=p.epoch, expected=last + 1)


BOOK = Book(
    "keys", REVISION, Path(__file__).with_name("tables.sql"),
    (
        Deed("epoch-accepted", EpochAccepted, fill.epoch_accepted, accept_epoch),
        Deed("credential-issued", r.CredentialIssued, fill.issued, issue),
        Deed("credential-revoked", r.CredentialRevoked, fill.revoked, revoke),
        Deed("codes-allotted", CodesAllotted, fill.allotted, allot_codes),
        Deed("level-keys", r.LevelKeys, fill.level_keys),
        Deed("link-key", r.LinkKey, fill.link_key),
        Deed("name-agreed", r.NameAgreed, fill.name_agreed),
        Deed("clock-set-back", r.ClockSetBack, fill.clock_set_back, set_clock_back),
        Deed("status", Status, fill.status, state),
    ),
)  # fmt: skip
