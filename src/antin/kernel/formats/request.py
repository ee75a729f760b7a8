"""Request: a subject asks an authority to be bound (spec/credential.md)."""

from __future__ import annotations

from typing import Annotated

from antin.frozen import dataclass
from antin.kernel.formats.credential import Handover
from antin.kernel.formats.fields import Digest, Id, MaybeDigest, Time
from antin.kernel.formats.shape import Within, shape


@shape("antin/request-body/1", limit=20 * 1024)
@dataclass(frozen=True, slots=True)
class Request:
    """A proposed subject with proof that the asker holds the journal keys (two signatures over the subject).

    The signed object around it proves both halves of the signing key. ``root`` is the fingerprint that the
    asker typed, so an authority under another root refuses. ``previous`` and ``handover`` go into the credential.
    """

    id: Id
    subject: Annotated[bytes, Within(1, 16 * 1024)]
    root: Digest
    previous: MaybeDigest
    handover: Handover
    journal_proofs: Annotated[tuple[bytes, ...], Within(0, 2)]
    time: Time
