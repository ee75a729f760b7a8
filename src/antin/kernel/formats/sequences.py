"""The last sequences that a station gave, signed once for all its addressees (spec/dispatch.md, Last sequences)."""

from __future__ import annotations

from typing import Annotated

from antin.frozen import dataclass
from antin.kernel.formats.fields import Code, Digest, Id, Path, Precedence, Uint
from antin.kernel.formats.shape import Within, shape


@shape("antin/sequences/1", limit=256)
@dataclass(frozen=True, slots=True)
class Sequences:
    """Public part of a ``sequences`` record: a tree with one leaf for each addressee, sorted by code."""

    count: Annotated[int, Within(1, 2**20)]
    root: Digest


@dataclass(frozen=True, slots=True)
class Last:
    """The greatest sequence given at a precedence."""

    precedence: Precedence
    sequence: Annotated[int, Within(1, 2**53 - 1)]


@shape("antin/sequences-leaf/1", limit=256)
@dataclass(frozen=True, slots=True)
class Leaf:
    """What one addressee is to have been sent. The salt hides the leaves of others from him."""

    salt: Id
    addressee: Code
    lasts: Annotated[tuple[Last, ...], Within(1, 5)]


@shape("antin/sequences-proof/1", limit=8 * 1024)
@dataclass(frozen=True, slots=True)
class SequencesProof:
    """In an envelope: the record, and the addressee's leaf with its path."""

    record: Annotated[bytes, Within(1, 4 * 1024)]
    leaf: Leaf
    index: Uint
    path: Path
