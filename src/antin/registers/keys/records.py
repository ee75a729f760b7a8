"""Kinds of an authority's journal. Only digests of credentials stand in it, so that a mirror followed whole and
gap-free shows other branches no officer (ADR 0006)."""

from __future__ import annotations

from dataclasses import dataclass

from antin.kernel.formats.fields import Id, Time, Word
from antin.kernel.formats.shape import shape
from antin.kernel.formats.status import CredentialIssued, Status

__all__ = ["CredentialIssued", "CredentialRevoked", "Status"]


@shape("antin/credential-revoked/1", limit=256)
@dataclass(frozen=True, slots=True)
class CredentialRevoked:
    """``since``: signatures after this instant do not count unless a witnessed checkpoint covers them."""

    id: Id
    since: Time
    reason: Word
