"""Kinds of a station's keys. Of credentials only digests stand in an authority's journal, so that a mirror followed
whole and gap-free shows other branches no officer (ADR 0006)."""

from __future__ import annotations

from typing import Annotated

from antin.frozen import dataclass
from antin.kernel.formats.allotted import CodesAllotted
from antin.kernel.formats.epoch import ClockSetBack
from antin.kernel.formats.fields import Code, Digest, Id, Level, Time
from antin.kernel.formats.revoked import CredentialRevoked
from antin.kernel.formats.shape import Within, shape
from antin.kernel.formats.status import CredentialIssued, Status

__all__ = ["ClockSetBack", "CodesAllotted", "CredentialIssued", "CredentialRevoked", "LevelKeys", "LinkKey",
           "NameAgreed", "Status"]  # fmt: skip


@dataclass(frozen=True, slots=True)
class LevelKeyMade:
    """One key: ``object`` is the digest of the signed object, ``kid`` that of the wrapping key in it."""

    level: Level
    generation: Annotated[int, Within(1, 2**31)]
    object: Digest
    kid: Digest
    until: Time


@shape("antin/level-keys/1", limit=2048)
@dataclass(frozen=True, slots=True)
class LevelKeys:
    """The station made these keys for its levels; the record encloses the signed objects."""

    keys: Annotated[tuple[LevelKeyMade, ...], Within(1, 8)]


@shape("antin/name-agreed/1", limit=256)
@dataclass(frozen=True, slots=True)
class NameAgreed:
    """A person here agrees that a name now stands for another credential than before."""

    code: Code
    credential: Digest


@shape("antin/link-key/1", limit=256)
@dataclass(frozen=True, slots=True)
class LinkKey:
    """The station vouched for a key of its link to relays (spec/link.md); ``vouching`` is the signed object."""

    id: Id
    vouching: Digest
    key: Digest
    not_after: Time
