"""What an authority's journal says of credentials and of the codes that it may bind (spec/status.md)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from antin.kernel.formats.fields import CODE, Digest, Id, MaybeCode, MaybeDigest, Path, Time, Uint, Word
from antin.kernel.formats.shape import Pattern, Within, shape

GOOD, REVOKED = "good", "revoked"
MOST_SCOPES = 256

# A code, or with a dot at its end all codes below it; a dash before it takes it out of a wider one.
Scope = Annotated[str, Pattern(rf"-?{CODE}\.?"), Within(3, 37)]
Scopes = Annotated[tuple[Scope, ...], Within(0, MOST_SCOPES)]


@shape("antin/credential-issued/1", limit=320)
@dataclass(frozen=True, slots=True)
class CredentialIssued:
    """``kind`` as in the subject: 1 authority, 2 agency, 3 officer. ``code`` is empty for an officer, who stays hidden
    (ADR 0006); ``epoch`` and ``previous`` as in the credential."""

    id: Id
    credential: Digest
    kind: Annotated[int, Within(1, 3)]
    code: MaybeCode
    epoch: Uint
    previous: MaybeDigest
    not_after: Time


@shape("antin/status/1", limit=256)
@dataclass(frozen=True, slots=True)
class Status:
    """Public part of an authority's ``status`` record: the root over all its credentials at ``as_of``."""

    as_of: Time
    size: Uint
    root: Digest


@shape("antin/status-leaf/1", limit=12 * 1024)
@dataclass(frozen=True, slots=True)
class StatusLeaf:
    """One credential's state; leaves are sorted by credential id. ``since`` 0 = always. ``scopes`` are the codes that
    an authority may bind, in ascending order; empty for all others."""

    credential: Id
    state: Word
    since: Time
    scopes: Scopes


def covers(scopes: tuple[str, ...], code: str) -> bool:
    """Whether the narrowest of ``scopes`` that speaks of ``code`` gives it rather than takes it out."""
    found = [each for each in scopes if _speaks_of(each.lstrip("-"), code)]
    return bool(found) and not max(found, key=lambda each: len(each.lstrip("-"))).startswith("-")


def _speaks_of(scope: str, code: str) -> bool:
    return code.startswith(scope) if scope.endswith(".") else code == scope


@shape("antin/status-proof/1", limit=48 * 1024)
@dataclass(frozen=True, slots=True)
class StatusProof:
    """In evidence: a ``status`` record with its place in the authority's journal, and one leaf's path under it."""

    record: Annotated[bytes, Within(1, 16 * 1024)]
    proof: Annotated[bytes, Within(1, 16 * 1024)]
    leaf: StatusLeaf
    index: Uint
    path: Path
