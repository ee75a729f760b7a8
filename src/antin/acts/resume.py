"""An authority goes on after a loss, and a clock that ran ahead is set back: each by two persons (spec/restore.md)."""

from __future__ import annotations

from antin.acts.epoch import USES_LEFT_OUT, leave_out
from antin.errors import Refused
from antin.kernel.formats.epoch import AuthorityResumed
from antin.kernel.kinds import KEEPERS
from antin.registers.keys.records import ClockSetBack
from antin.signer.signer import Hand
from antin.station import rows
from antin.station.sequencer import in_turn
from antin.station.station import AUTHORITY_KEY, Station


@in_turn
def resume(station: Station, second: str) -> AuthorityResumed:
    """End an authority's recovery in its own journal. Its key and one of its officers are signed in.

    Refuses while nothing was lost, at an agency (which begins an epoch), before a look at its link, and while a mirror
    holds more of the journal.
    """
    lost = station.recovering.lost
    if lost is None:
        raise Refused("not-recovering")
    if not station.is_authority:
        raise Refused("not-an-authority", code=station.code)
    station.check_look(station.now())
    size, root = station.journal.head()
    if station.directory.mirror.grown(station.origin) > size:
        raise Refused("station-recovering", known=station.directory.mirror.grown(station.origin))
    _, hand = station.acting(second, KEEPERS, recovering=True)
    hands = [station.station_hand(), hand]
    skipped = leave_out(station, 0 if lost.why == "signer" else USES_LEFT_OUT)
    known = (lost.size, lost.root) if lost.size > size else (size, root)
    resumed = AuthorityResumed(size, root, *known, skipped)
    station.signer.memory.forget_head(station.origin, size, root)
    ended = [lambda *_: station.recovering.end()]
    station.commit([station.record("authority-resumed", resumed, hands, resumes=True, then=ended)])
    return resumed


@in_turn
def set_clock_back(station: Station, one: str, two: str) -> ClockSetBack:
    """Two persons say that the clock had run ahead: signing goes on from what it says now. Both are signed in.

    At an authority one of them is its key. Refuses one person twice, and a clock that did not run ahead.
    """
    if one == two:
        raise Refused("hands-missing", kind="clock-set-back", hands=2)
    here, greatest = station.here(), rows.read_clock.one(station.db) or 0
    if here >= greatest:
        raise Refused("clock-not-ahead")
    station.recovering.check()
    hands = []
    for each in (one, two):
        if station.is_authority and each == AUTHORITY_KEY:
            hands.append(station.station_hand())
        else:
            trusted = station.officer(each)
            if not KEEPERS & set(trusted.subject.roles):
                raise Refused("role-missing", who=trusted.name, kind="clock-set-back", roles=", ".join(sorted(KEEPERS)))
            hands.append(Hand.of(each, trusted))
    public = ClockSetBack(greatest, here)
    station.db.run(rows.SQL["lower_clock"], here)
    try:
        station.commit([station.record("clock-set-back", public, hands)])
    except BaseException:
        station.db.run(rows.SQL["write_clock"], greatest)
        raise
    return public
