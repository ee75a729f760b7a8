"""A station's time and rules: its own clock, what others have signed, and the tolerance between the two (rule 31)."""

from __future__ import annotations

from collections.abc import Callable

from antin.errors import Refused
from antin.kernel.check import Trusted
from antin.kernel.formats import note
from antin.packs import Pack
from antin.packs import load as load_pack
from antin.station import rows
from antin.station.checkpoints import check_plausible
from antin.station.directory import Directory
from antin.station.settings import Settings
from antin.storage.database import Database


class Timed:
    """What of a station needs its clock and its pack alone."""

    def __init__(self, db: Database, directory: Directory, settings: Settings, clock_: Callable[[], float]) -> None:
        self.db, self.directory, self.settings, self._clock = db, directory, settings, clock_
        self._pack: Pack | None = None

    @property
    def pack(self) -> Pack:
        """The rules of paper in force here."""
        if self._pack is None:
            self._pack = load_pack(self.settings.pack)
        return self._pack

    def tolerance(self) -> int:
        """Seconds that two honest clocks may differ."""
        return self.pack.policy.clock_tolerance_seconds

    def here(self) -> int:
        """Our own clock, whatever others say."""
        return int(self._clock())

    def moment(self) -> int:
        """The time for reading, which never depends on the clock being right: max(clock, greatest verified time)."""
        return max(self.here(), rows.read_clock.one(self.db) or 0)

    def now(self) -> int:
        """The time for sealing, opening and signing. Raises ``Refused`` when the clock went back beyond the
        tolerance."""
        here, moment = self.here(), self.moment()
        if here + self.tolerance() < moment:
            raise Refused("clock-turned-back", behind=moment - here)
        return moment

    def raise_clock(self, time: int) -> None:
        """``now`` is never below a time that somebody we rely on has signed; it never runs ahead of our own clock by
        it."""
        self.db.run(rows.SQL["write_clock"], min(time, self.here() + self.tolerance()))

    def check_plausible(self, point: note.Checkpoint) -> None:
        """Raises ``Conflict`` for a checkpoint whose time is ahead of our clock."""
        check_plausible(point, self.here(), self.tolerance())

    def check_counts(self, signer: Trusted, claimed: int, seen: int) -> None:
        """Whether a signature counts (``Directory.check_counts``), by the tolerance of our pack."""
        self.directory.check_counts(signer, claimed, seen, self.tolerance())
