"""The directories that a relay holds: checked before they are kept, and read for what they revoke.

Only an authority publishes, under its own code. Its journal in the bundle must be whole and extend the one held
(spec/link.md, Verification, step 7).
"""

from __future__ import annotations

import threading
from io import BytesIO

from antin.errors import AntinError, Conflict, Refused, Unverified
from antin.kernel import check
from antin.kernel.check import Trusted
from antin.kernel.crypto import merkle, tree
from antin.kernel.crypto import suite as suites
from antin.kernel.formats import bundle, note, signed
from antin.kernel.formats import credential as cred
from antin.kernel.formats.revoked import CredentialRevoked
from antin.kernel.formats.shape import parse
from antin.relay.folder import FolderLink

_Frames = list[tuple[str, str, bytes]]


class Directories:
    """In the relay's folder; what they revoke in memory."""

    def __init__(self, link: FolderLink, root: bytes) -> None:
        self._link, self._root, self._lock = link, root, threading.Lock()
        self._leaves: dict[str, list[bytes]] = {}
        self._revoked: dict[tuple[str, bytes], int] = {}
        self.damaged: list[tuple[str, AntinError]] = []
        for code in link.directories():
            self._read_again(code)

    def publish(self, publisher: Trusted, code: str, raw: bytes) -> None:
        """Keep a directory. Raises for a caller who is no authority or another one, and for a journal not whole."""
        if publisher.subject.kind != cred.AUTHORITY or publisher.subject.code != code:
            raise Refused("directory-not-yours", code=code)
        with self._lock:
            self._take(code, [publisher], _frames(raw))
            self._link.put_directory(code, raw)

    def revoked_since(self, trusted: Trusted, issuer: Trusted | None) -> int | None:
        """Since when a credential counts no more, as its issuer's directory here says."""
        return self._revoked.get((issuer.subject.code, trusted.credential.id)) if issuer else None

    def _read_again(self, code: str) -> None:
        try:
            frames = _frames(self._link.directory(code))
            self._take(code, [each for each in self._authorities(frames) if each.subject.code == code], frames)
        except AntinError as error:  # somebody else wrote into the folder: nothing of it is believed
            self.damaged.append((code, error))

    def _authorities(self, frames: _Frames) -> list[Trusted]:
        raws = [raw for kind, _, raw in frames if kind == "credential"]
        root = next((raw for raw in raws if suites.object_digest(raw)[: len(self._root)] == self._root), None)
        if root is None:
            raise Unverified("root-not-expected")
        top = check.root(root, self._root)
        issued = [raw for raw in raws if signed.claim(raw, "antin/credential/1").signers[0].credential == top.digest]
        below = [check.credential(raw, top) for raw in issued]
        return [top, *(each for each in below if each.subject.kind == cred.AUTHORITY)]

    def _take(self, code: str, authorities: list[Trusted], frames: _Frames) -> None:
        raw, owner = _checkpoint(code, authorities, frames)
        point = check.checkpoint(raw, owner)
        records = [data for kind, name, data in frames if kind == "record" and name == point.origin]
        leaves, held = [merkle.leaf_hash(each) for each in records], self._leaves.get(code, [])
        if len(leaves) != point.size or tree.root(tree.memory_hashes(leaves), len(leaves)) != point.root:
            raise Unverified("mirror-gap", origin=point.origin, index=len(leaves))
        if leaves[: len(held)] != held:
            raise Conflict("journal-forked", origin=point.origin)
        trust, new = {each.digest: each for each in authorities}, dict[tuple[str, bytes], int]()
        for data in records[len(held) :]:
            record = check.record(data, trust).record
            if record.kind == "credential-revoked":
                gone = parse(CredentialRevoked, record.public)
                new[code, gone.id] = gone.since
        self._leaves[code] = leaves
        self._revoked.update(new)


def _frames(raw: bytes) -> _Frames:
    return [(item.kind, item.name, item.data()) for item in bundle.Reader(BytesIO(raw), "directory")]


def _checkpoint(code: str, authorities: list[Trusted], frames: _Frames) -> tuple[bytes, Trusted]:
    own = [data for kind, name, data in frames if kind == "checkpoint" and name.split("/")[1:2] == [code]]
    for data in own:
        for each in authorities:
            if note.claim(data).lines[0].key_id == note.key_id(
                note.claim(data).origin, note.ED25519, each.subject.journal[:32]
            ):
                return data, each
    raise Unverified("checkpoint-invalid", origin=code)
