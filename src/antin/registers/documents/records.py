"""Kinds of documents signed here. Secret part of the first two: the attached signature itself, whole."""

from __future__ import annotations

from typing import Annotated

from antin.frozen import dataclass
from antin.kernel.formats.fields import Digest, Id, Level, SuiteDigest, Uint
from antin.kernel.formats.shape import Within, shape


@shape("antin/document-signed/1", limit=512)
@dataclass(frozen=True, slots=True)
class DocumentSigned:
    """``document`` is the salted digest; the salt stands in the secret part."""

    id: Id
    level: Level
    size: Uint
    document: SuiteDigest
    kind: Annotated[str, Within(1, 8)]
    has_subject: bool
    attached: Digest


@shape("antin/document-stamped/1", limit=256)
@dataclass(frozen=True, slots=True)
class DocumentStamped:
    """The agency's seal over the leader's signature on the same document."""

    id: Id
    attached: Digest


@shape("antin/document-cancelled/1", limit=256)
@dataclass(frozen=True, slots=True)
class DocumentCancelled:
    """It is not to be sent from here any more; what was sent stays sent. Secret part: the reason."""

    id: Id
