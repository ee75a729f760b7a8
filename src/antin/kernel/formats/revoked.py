"""Public part of an authority's record that a credential counts no more (spec/record.md)."""

from __future__ import annotations

from antin.frozen import dataclass
from antin.kernel.formats.fields import Id, Time, Word
from antin.kernel.formats.shape import shape


@shape("antin/credential-revoked/1", limit=256)
@dataclass(frozen=True, slots=True)
class CredentialRevoked:
    """``since``: signatures after this instant do not count unless a witnessed checkpoint covers them."""

    id: Id
    since: Time
    reason: Word
