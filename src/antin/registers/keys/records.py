"""Kinds of a station's keys. Of credentials only digests stand in an authority's journal, so that a mirror followed
whole and gap-free shows other branches no officer (ADR 0006)."""

from __future__ import annotations

from dataclasses import dataclass

from antin.kernel.formats.fields import Digest, Id, Time
from antin.kernel.formats.revoked import CredentialRevoked
from antin.kernel.formats.shape import shape
from antin.kernel.formats.status import CredentialIssued, Status

__all__ = ["CredentialIssued", "CredentialRevoked", "LinkKey", "Status"]


@shape("antin/link-key/1", limit=256)
@dataclass(frozen=True, slots=True)
class LinkKey:
    """The station vouched for a key of its link to relays (spec/link.md); ``vouching`` is the signed object."""

    id: Id
    vouching: Digest
    key: Digest
    not_after: Time
