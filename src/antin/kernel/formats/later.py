"""Formats frozen now whose behaviour comes later: address, echo, epoch (spec/later.md)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from antin.kernel.formats.fields import Code, Digest, Uint
from antin.kernel.formats.shape import Within, shape


@shape("antin/address/1", limit=512)
@dataclass(frozen=True, slots=True)
class Address:
    """Public part of an ``address`` record: a leaf added to a sealed statement afterwards (protocol rule 6)."""

    statement: Digest
    leaf: Digest


@shape("antin/echo/1", limit=16 * 1024)
@dataclass(frozen=True, slots=True)
class Echo:
    """In an envelope: the newest checkpoint of the receiver that the sender holds."""

    checkpoint: Annotated[bytes, Within(1, 8 * 1024)]
    consistency: Annotated[tuple[Digest, ...], Within(0, 128)]


@shape("antin/epoch/1", limit=512)
@dataclass(frozen=True, slots=True)
class Epoch:
    """Public part of the first record of a new epoch, by two officers (protocol rule 23)."""

    station: Code
    restored_size: Uint
    restored_root: Digest
    known_size: Uint
    known_root: Digest
