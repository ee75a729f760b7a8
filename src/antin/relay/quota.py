"""What waits at a relay, counted for each sender, urgent apart from ordinary (spec/link.md, Quotas).

A flood of ordinary mail therefore never stands in the way of hỏa tốc, nor one sender in another's.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from antin.errors import Refused
from antin.relay.settings import RelaySettings

URGENT = 2
_MIB = 1024 * 1024


@dataclass(slots=True)
class Waiting:
    """Of one sender in one class."""

    envelopes: int = 0
    bytes: int = 0


class Ledger:
    """Counts in memory; the folder is the truth, and the ledger is made from it."""

    def __init__(self, settings: RelaySettings) -> None:
        self._limits = {
            False: Waiting(settings.ordinary_envelopes, settings.ordinary_mib * _MIB),
            True: Waiting(settings.urgent_envelopes, settings.urgent_mib * _MIB),
        }
        self.waiting: dict[tuple[str, bool], Waiting] = defaultdict(Waiting)

    def check(self, tag: str, precedence: int, size: int, envelopes: int = 0) -> None:
        """Raises ``Refused`` when this much more would be too much for its sender and class."""
        urgent = precedence >= URGENT
        here, limit = self.waiting[tag, urgent], self._limits[urgent]
        if here.envelopes + envelopes > limit.envelopes or here.bytes + size > limit.bytes:
            raise Refused("quota-exceeded", envelopes=here.envelopes, mib=here.bytes // _MIB)

    def count(self, tag: str, precedence: int, size: int, envelopes: int = 0) -> None:
        """Add, or with negative numbers take away."""
        here = self.waiting[tag, precedence >= URGENT]
        here.envelopes, here.bytes = here.envelopes + envelopes, here.bytes + size
