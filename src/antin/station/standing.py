"""What an authority's mirrored journal says of a credential: its entry, its state, the codes it may bind
(spec/status.md)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from antin.errors import Missing
from antin.kernel.allot import allot, scopes_of
from antin.kernel.check import Trusted
from antin.kernel.crypto import tree
from antin.kernel.crypto.merkle import leaf_hash
from antin.kernel.formats.allotted import CodesAllotted
from antin.kernel.formats.credential import AUTHORITY
from antin.kernel.formats.receipt import Receipt
from antin.kernel.formats.record import HYBRID, QUICK, Record
from antin.kernel.formats.revoked import CredentialRevoked
from antin.kernel.formats.shape import encode, parse
from antin.kernel.formats.signed import claim
from antin.kernel.formats.status import GOOD, REVOKED, CredentialIssued, Status, StatusLeaf, StatusProof, covers
from antin.station import rows
from antin.station.rows import Entry

_LARGEST_RECORD = 16 * 1024  # of a status proof (spec/status.md)

if TYPE_CHECKING:
    from antin.station.station import Station


def entry_of(station: Station, trusted: Trusted) -> bytes:
    """The record that entered a credential, with its place, as evidence shows it. Raises ``Missing`` before a
    checkpoint."""
    entry = station.directory.entry(trusted)
    if entry is None:
        raise Missing("credential-not-in-directory", who=trusted.name)
    return encode(Receipt(*_in_mirror(station, entry.origin, entry.idx)))


def status_of(station: Station, trusted: Trusted, codes: Collection[str] = ()) -> StatusProof:
    """Its state in the newest status of its authority; for one who bound ``codes``, in the newest that shows them as
    his, where there is one: they may have moved since. Raises ``Missing`` where its authority has given none."""
    entry = station.directory.entry(trusted)
    if entry is None:
        raise Missing("status-missing", who=trusted.name)
    newest: StatusProof | None = None
    for at, status in _statuses(station, entry.origin, entry.idx):
        leaves = _leaves_now(station, entry.origin)
        if _root(leaves) != status.root:  # something was said after that status
            leaves = _leaves_then(station, entry.origin, at)
        if _root(leaves) == status.root:  # else its authority signed what its own journal does not say
            shown = _proof_of(station, entry, leaves, at)
            if all(covers(shown.leaf.scopes, code) for code in codes):
                return shown
            newest = newest or shown
    if newest is None:
        raise Missing("status-missing", who=trusted.name)
    return newest


def _proof_of(station: Station, entry: Entry, leaves: list[StatusLeaf], at: int) -> StatusProof:
    place = next(n for n, leaf in enumerate(leaves) if leaf.credential == entry.id)
    path = tree.inclusion(_hashes(leaves), place, len(leaves))
    return StatusProof(*_in_mirror(station, entry.origin, at), leaves[place], place, path)


def _in_mirror(station: Station, origin: str, at: int) -> tuple[bytes, bytes]:
    mirror = station.directory.mirror
    head = mirror.head(origin)
    if head is None or at >= head.size:
        raise Missing("checkpoint-missing", origin=origin)
    raw = rows.read_mirror.sure(station.db, origin, at)
    return raw, tree.proof_text(at, tree.inclusion(mirror.hash_at(origin), at, head.size), head.checkpoint)


def _statuses(station: Station, origin: str, after: int) -> Iterator[tuple[int, Status]]:
    """The newest first; none that is too large to stand in evidence."""
    for each in rows.read_mirror_back.each(station.db, origin, after, station.directory.mirror.size(origin)):
        record = parse(Record, claim(each.raw, HYBRID, QUICK).unverified_body)
        if record.kind == "status" and len(each.raw) <= _LARGEST_RECORD:
            yield each.idx, parse(Status, record.public)


def _leaves_now(station: Station, origin: str) -> list[StatusLeaf]:
    owners = {each.scope: each.authority for each in rows.list_allotments.all(station.db)}
    is_root = not station.directory.authority(origin).issuer
    return [
        StatusLeaf(each.id, GOOD if each.revoked is None else REVOKED, each.revoked or 0,
                   scopes_of(owners, each.code) if is_root and each.kind == AUTHORITY else ())
        for each in rows.list_states.all(station.db, origin)
    ]  # fmt: skip


def _leaves_then(station: Station, origin: str, until: int) -> list[StatusLeaf]:
    """The status tree as the authority saw it at record ``until``, made again from the mirror alone."""
    issued: dict[bytes, CredentialIssued] = {}
    revoked: dict[bytes, int] = {}
    owners: dict[str, str] = {}
    for each in station.directory.mirror.records(origin, 0, until):
        record = parse(Record, claim(each.raw, HYBRID, QUICK).unverified_body)
        if record.kind == "credential-issued":
            one = parse(CredentialIssued, record.public)
            issued[one.id] = one
        elif record.kind == "credential-revoked":
            gone = parse(CredentialRevoked, record.public)
            revoked.setdefault(gone.id, gone.since)
        elif record.kind == "codes-allotted":
            owners = allot(owners, parse(CodesAllotted, record.public))
    return [
        StatusLeaf(id_, REVOKED if id_ in revoked else GOOD, revoked.get(id_, 0),
                   scopes_of(owners, one.code) if one.kind == AUTHORITY else ())
        for id_, one in sorted(issued.items())
    ]  # fmt: skip


def _hashes(leaves: list[StatusLeaf]) -> tree.Hashes:
    return tree.memory_hashes([leaf_hash(encode(leaf)) for leaf in leaves])


def _root(leaves: list[StatusLeaf]) -> bytes:
    return tree.root(_hashes(leaves), len(leaves))
