"""A new epoch: two officers say what was lost, and the authority's person accepts it (spec/restore.md, Epoch)."""

from __future__ import annotations

from typing import NamedTuple

from antin.errors import Conflict, Missing, Refused
from antin.journal.deed import Entry
from antin.kernel.crypto import tree
from antin.kernel.formats.epoch import EpochAccepted, EpochBegun, LostUse
from antin.kernel.formats.record import HYBRID, Record
from antin.kernel.formats.shape import parse
from antin.kernel.formats.signed import claim
from antin.signer.signer import Hand
from antin.station import rows, witness_rows
from antin.station.news import owe
from antin.station.sequencer import in_turn
from antin.station.station import Station
from antin.storage.database import Database

BEGINNERS = frozenset({"cipher", "leader"})
USES_LEFT_OUT = 2**20  # more than a station signs between two backups


class Asked(NamedTuple):
    """A new epoch that waits for the authority's word."""

    code: str
    epoch: int
    begun: EpochBegun
    record: bytes
    time: int


@in_turn
def begin_epoch(station: Station, one: str, two: str) -> EpochBegun:
    """End the recovery with a new epoch. Both officers are signed in, two persons, each cipher or leader.

    Refuses while nothing was lost (``not-recovering``), one person twice, and at an authority: every follower holds
    its journal whole, so it is fetched and never begun anew.
    """
    lost = station.recovering.lost
    if lost is None:
        raise Refused("not-recovering")
    if station.is_authority:
        raise Refused("authority-has-no-epochs", code=station.code)
    if one == two:
        raise Refused("hands-missing", kind="epoch-begun", hands=2)
    hands: list[Hand] = [station.acting(each, BEGINNERS, recovering=True)[1] for each in (one, two)]
    left = _left(station)
    skipped = leave_out(station, 0 if lost.why == "signer" else USES_LEFT_OUT)
    begun = EpochBegun(left, tree.root(station.journal.hash_at, left), lost.size, lost.root, skipped)

    def ended(db: Database, _entry: Entry) -> None:
        station.recovering.end()
        db.run(rows.SQL["forget_told_above"], left)

    station.commit([station.record("epoch-begun", begun, hands, opens_epoch=_next(station), then=[ended])])
    return begun


def _next(station: Station) -> int:
    """Never a number that was used: the journal, the mirrored acceptances and the signer's memory may each be old."""
    newest = station.signer.memory.newest(station.code)
    return 1 + max(station.journal.epoch, station.checkpoints.newest_epoch(station.code), newest[0] if newest else 1)


def _left(station: Station) -> int:
    """How much of the newest accepted epoch is here: of one that was lost whole, only what it began with."""
    accepted = station.checkpoints.accepted(station.code)
    left = station.journal.size_of(accepted.epoch if accepted else 1)
    return min(left, accepted.restored_size) if accepted and accepted.epoch > station.journal.epoch else left


def leave_out(station: Station, more: int) -> tuple[LostUse, ...]:
    """Numbers that were perhaps given: those the signer remembers, or, where it forgot, many more than can be."""
    lost = []
    for credential in station.held_keys():
        counted = station.journal.last_use(credential)
        last = max(station.signer.memory.last_use(credential), counted + more)
        if last > counted:
            station.signer.memory.raise_uses(credential, last)
            lost.append(LostUse(credential, counted + 1, last))
    return tuple(lost)


def _check_officers(station: Station, found: Asked) -> None:
    """Its two officers may have been revoked since it came."""
    waiting = witness_rows.list_epochs_asked.all(station.db, station.origin)
    raw = next(each.raw for each in waiting if (each.code, each.digest) == (found.code, found.record))
    time = parse(Record, claim(raw, HYBRID).unverified_body).time
    for signer in claim(raw, HYBRID).signers:
        station.check_counts(station.directory[signer.credential], time, station.now())


def asked(station: Station) -> list[Asked]:
    """At an authority: the newest epoch of each of its stations that waits for a decision."""
    found = []
    for each in witness_rows.list_epochs_asked.all(station.db, station.origin):
        record = parse(Record, claim(each.raw, HYBRID).unverified_body)  # checked when it came (acts/tail.py)
        found.append(Asked(each.code, each.epoch, parse(EpochBegun, record.public), each.digest, each.time))
    return found


@in_turn
def accept_epoch(station: Station, code: str) -> EpochAccepted:
    """At an authority, its key unlocked: a station's new epoch counts from now on. Raises ``Missing`` if none waits,
    ``Conflict`` when more was heard of the station since than its new epoch admits."""
    if not station.is_authority:
        raise Refused("not-an-authority", code=station.code)
    waiting = [each for each in asked(station) if each.code == code]
    if not waiting:
        raise Missing("epoch-not-asked", code=code)
    (found,) = waiting
    station.check_looked(station.now())
    _check_officers(station, found)
    begun, held = found.begun, station.checkpoints.forgotten(code, found.begun)
    if held is not None:  # it came after the request
        owe(station, code)
        raise Conflict("epoch-forgets", origin=held.origin, size=held.size)
    accepted = EpochAccepted(code, found.epoch, begun.restored_size, begun.restored_root, begun.known_size,
                             begun.known_root, found.record)  # fmt: skip
    station.commit([station.record("epoch-accepted", accepted, [station.station_hand()])])
    return accepted
