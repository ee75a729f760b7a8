"""Kinds of an authority's journal. Only digests of credentials stand in it, so that a mirror followed whole and
gap-free shows other branches no officer (ADR 0006)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from antin.kernel.formats.fields import Digest, Id, Time, Word
from antin.kernel.formats.shape import Within, shape


@shape("antin/credential-issued/1", limit=256)
@dataclass(frozen=True, slots=True)
class CredentialIssued:
    """``kind`` as in the subject: 1 authority, 2 agency, 3 officer."""

    id: Id
    credential: Digest
    kind: Annotated[int, Within(1, 3)]
    not_after: Time


@shape("antin/credential-revoked/1", limit=256)
@dataclass(frozen=True, slots=True)
class CredentialRevoked:
    """``since``: signatures after this instant do not count unless a witnessed checkpoint covers them."""

    id: Id
    since: Time
    reason: Word
