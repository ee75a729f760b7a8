"""Formats frozen now whose behaviour comes later: address (spec/later.md)."""

from __future__ import annotations

from antin.frozen import dataclass
from antin.kernel.formats.fields import Digest
from antin.kernel.formats.shape import shape


@shape("antin/address/1", limit=512)
@dataclass(frozen=True, slots=True)
class Address:
    """Public part of an ``address`` record: a leaf added to a sealed statement afterwards (protocol rule 6)."""

    statement: Digest
    leaf: Digest
