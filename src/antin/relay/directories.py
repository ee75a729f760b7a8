"""The directories that a relay holds: checked before they are kept, and read for what they revoke.

A part proves itself, so any station may bring one: an authority that lost its tail gets it back from whoever holds
it. It
must be of a journal that an authority's own keys sign, and extend what is held of it (spec/link.md, Verification,
step 7).
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from io import BytesIO

from antin.errors import AntinError, Conflict, Missing, Refused, Unverified
from antin.frozen import dataclass
from antin.kernel import check
from antin.kernel.check import Trusted
from antin.kernel.crypto import merkle, tree
from antin.kernel.crypto import suite as suites
from antin.kernel.crypto.consistency import check_consistency
from antin.kernel.formats import bundle, note, signed
from antin.kernel.formats import credential as cred
from antin.kernel.formats.consistency import Consistency
from antin.kernel.formats.purposes import PURPOSES
from antin.kernel.formats.revoked import CredentialRevoked
from antin.kernel.formats.shape import parse
from antin.relay.folder import FolderLink
from antin.relay.link import PART_RECORDS


@dataclass(frozen=True, slots=True)
class _Part:
    origin: str
    credentials: Sequence[bytes]
    records: Sequence[bytes]
    checkpoint: bytes
    path: Consistency | None

    @property
    def start(self) -> int:
        end = self.path.old if self.path else note.claim(self.checkpoint).size
        return end - len(self.records)


class Directories:
    """In the relay's folder; what they revoke in memory."""

    def __init__(self, link: FolderLink, root: bytes) -> None:
        self._link, self._root, self._lock = link, root, threading.Lock()
        self._leaves: dict[str, list[bytes]] = {}
        self._revoked: dict[tuple[str, bytes], int] = {}
        self.damaged: list[tuple[str, AntinError]] = []
        for name in sorted(link.directories(), key=lambda name: (name.count("-") != 2, name)):
            try:
                self._take(_part(link.directory(name)))
            except AntinError as error:  # somebody else wrote into the folder: nothing of it is believed
                self.damaged.append((name, error))

    def publish(self, name: str, raw: bytes) -> None:
        """Keep a part, whoever brings it. Raises for a journal not whole, shorter than what is held, or of another
        name, or of another place in it."""
        part = _part(raw)
        _, code, epoch = part.origin.split("/")
        if name not in (f"{code}-{epoch}", f"{code}-{epoch}-{part.start // PART_RECORDS:06d}"):
            raise Refused("directory-not-yours", code=name)
        with self._lock:
            self._take(part)
            self._link.put_directory(name, raw)

    def revoked_since(self, trusted: Trusted, issuer: Trusted | None) -> int | None:
        """Since when a credential counts no more, as its issuer's directory here says."""
        return self._revoked.get((issuer.subject.code, trusted.credential.id)) if issuer else None

    def _take(self, part: _Part) -> None:
        code = part.origin.split("/")[1]
        authorities = [each for each in self._authorities(part) if each.subject.code == code]
        point = _checkpoint(part, authorities)
        leaves, held = [merkle.leaf_hash(each) for each in part.records], self._leaves.get(part.origin, [])
        if not 0 <= part.start <= len(held):
            raise Missing("mirror-gap", origin=part.origin, index=len(held))
        known = held[part.start : part.start + len(leaves)]
        if leaves[: len(known)] != known:
            raise Conflict("journal-forked", origin=part.origin)
        whole = held + leaves[len(known) :]
        if part.path is None and point.size < len(held):
            raise Conflict("journal-forked", origin=part.origin)  # the part that grows has shrunk
        self._check_root(part, whole, point)
        trust = {each.digest: each for each in (*authorities, *_persons(part, authorities))}
        for data in part.records[len(known) :]:
            verified = check.record(data, trust)
            if verified.record.kind == "credential-revoked":
                check.entitled(verified, trust)
                gone = parse(CredentialRevoked, verified.record.public)
                self._revoked.setdefault((code, gone.id), gone.since)
        self._leaves[part.origin] = whole

    def _check_root(self, part: _Part, whole: list[bytes], point: note.Checkpoint) -> None:
        hashes, size = tree.memory_hashes(whole), len(whole)
        if size < point.size:
            if part.path is None:
                raise Missing("mirror-gap", origin=part.origin, index=size)
            check_consistency(size, tree.root(hashes, size), point.size, point.root, part.path.path)
        elif tree.root(hashes, point.size) != point.root:
            raise Conflict("journal-forked", origin=part.origin)

    def _authorities(self, part: _Part) -> list[Trusted]:
        raws = part.credentials
        root = next((raw for raw in raws if suites.object_digest(raw)[: len(self._root)] == self._root), None)
        if root is None:
            raise Unverified("root-not-expected")
        top = check.root(root, self._root)
        issued = [raw for raw in raws if signed.claim(raw, "antin/credential/1").signers[0].credential == top.digest]
        below = [check.credential(raw, top) for raw in issued]
        return [top, *(each for each in below if each.subject.kind == cred.AUTHORITY)]


def _persons(part: _Part, authorities: Sequence[Trusted]) -> list[Trusted]:
    """Officers of the authority itself, who sign beside its key."""
    by, found = {each.digest: each for each in authorities}, []
    for raw in part.credentials:
        issuer = by.get(signed.claim(raw, "antin/credential/1").signers[0].credential)
        trusted = check.credential(raw, issuer) if issuer is not None else None
        if trusted is not None and issuer is not None and trusted.subject.code == issuer.subject.code:
            found.append(trusted)
    return found


def _part(raw: bytes) -> _Part:
    found: dict[str, list[bytes]] = {}
    origin = ""
    for item in bundle.Reader(BytesIO(raw), PURPOSES["directory"]):
        found.setdefault(item.kind, []).append(item.data())
        if item.kind in ("record", "checkpoint"):
            if origin not in ("", item.name):
                raise Unverified("checkpoint-invalid", origin=item.name)
            origin = item.name
    points, paths = found.get("checkpoint", []), found.get("consistency", [])
    if len(points) != 1 or len(paths) > 1 or not note.ORIGIN.fullmatch(origin):
        raise Unverified("checkpoint-invalid", origin=origin)
    path = parse(Consistency, paths[0]) if paths else None
    return _Part(origin, found.get("credential", []), found.get("record", []), points[0], path)


def _checkpoint(part: _Part, authorities: Sequence[Trusted]) -> note.Checkpoint:
    claimed = note.claim(part.checkpoint)
    for each in authorities:
        key_id = note.key_id(claimed.origin, note.ED25519, each.subject.journal[:32])
        if claimed.lines[0].key_id == key_id and claimed.origin == part.origin:
            return check.checkpoint(part.checkpoint, each)
    raise Unverified("checkpoint-invalid", origin=part.origin)
