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
    blobs: int = 0


class Ledger:
    """Counts in memory; the folder is the truth, and the ledger is made from it."""

    def __init__(self, settings: RelaySettings) -> None:
        most = {
            False: (settings.ordinary_envelopes, settings.ordinary_mib),
            True: (settings.urgent_envelopes, settings.urgent_mib),
        }
        # As many blobs as envelopes: a claim on an empty blob costs the relay something too.
        self._limits = {urgent: Waiting(count, mib * _MIB, count) for urgent, (count, mib) in most.items()}
        self.waiting: dict[tuple[str, bool], Waiting] = defaultdict(Waiting)

    def check(self, tag: str, precedence: int, size: int, *, envelopes: int = 0, blobs: int = 0) -> None:
        """Raises ``Refused`` when this much more would be too much for its sender and class."""
        urgent = precedence >= URGENT
        here, limit = self.waiting[tag, urgent], self._limits[urgent]
        if (here.envelopes + envelopes > limit.envelopes or here.bytes + size > limit.bytes
                or here.blobs + blobs > limit.blobs):  # fmt: skip
            raise Refused("quota-exceeded", envelopes=here.envelopes, mib=here.bytes // _MIB)

    def count(self, tag: str, precedence: int, size: int, *, envelopes: int = 0, blobs: int = 0) -> None:
        """Add, or with negative numbers take away."""
        here = self.waiting[tag, precedence >= URGENT]
        here.envelopes, here.bytes = here.envelopes + envelopes, here.bytes + size
        here.blobs += blobs
