"""What an authority's journal says of credentials (spec/status.md)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from antin.kernel.formats.fields import Digest, Id, Path, Time, Uint, Word
from antin.kernel.formats.shape import Within, shape

GOOD, REVOKED = "good", "revoked"


@shape("antin/credential-issued/1", limit=256)
@dataclass(frozen=True, slots=True)
class CredentialIssued:
    """``kind`` as in the subject: 1 authority, 2 agency, 3 officer."""

    id: Id
    credential: Digest
    kind: Annotated[int, Within(1, 3)]
    not_after: Time


@shape("antin/status/1", limit=256)
@dataclass(frozen=True, slots=True)
class Status:
    """Public part of an authority's ``status`` record: the root over all its credentials at ``as_of``."""

    as_of: Time
    size: Uint
    root: Digest


@shape("antin/status-leaf/1", limit=128)
@dataclass(frozen=True, slots=True)
class StatusLeaf:
    """One credential's state; leaves are sorted by credential id. ``since`` 0 = always."""

    credential: Id
    state: Word
    since: Time


@shape("antin/status-proof/1", limit=96 * 1024)
@dataclass(frozen=True, slots=True)
class StatusProof:
    """In evidence: a ``status`` record with its place in the authority's journal, and one leaf's path under it."""

    record: Annotated[bytes, Within(1, 80 * 1024)]
    proof: Annotated[bytes, Within(1, 16 * 1024)]
    leaf: StatusLeaf
    index: Uint
    path: Path
