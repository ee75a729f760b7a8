"""Record: one signed fact in a station's journal (spec/record.md).

Public part in clear; of the secret part only hash(salt ‖ secret), so that destroying the secret later leaves
the proof standing. ``encloses`` lists the other signatures made in the same act, so that the audit can count
every use of every key.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from antin.kernel.formats.fields import Code, Digest, Id, MaybeDigest, Time, Uint, Word
from antin.kernel.formats.shape import Within, shape

HYBRID, QUICK = "antin/record/1", "antin/quick-record/1"
RECORD_LIMIT = 60 * 1024


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A signature made beside the record's own: whose, which use, over what."""

    credential: Digest
    use: Uint
    digest: Digest


@shape("antin/record-body/1", limit=RECORD_LIMIT)
@dataclass(frozen=True, slots=True)
class Record:
    """``public`` is the shaped value that the kind's register defines."""

    id: Id
    station: Code
    epoch: Uint
    kind: Word
    time: Time
    encloses: Annotated[tuple[Enclosed, ...], Within(0, 600)]
    public: Annotated[bytes, Within(1, RECORD_LIMIT)]
    secret: MaybeDigest
