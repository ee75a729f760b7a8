"""An authority's daily word on the state of its credentials (spec/status.md, protocol rule 18)."""

from __future__ import annotations

from antin.kernel.formats.status import Status
from antin.registers.keys import rows as keys
from antin.registers.keys.state import status_root
from antin.station.sequencer import Draft
from antin.station.station import AUTHORITY_KEY, Station

DUE_AFTER = 20 * 3600  # so that a daily timer never comes too early and misses a day


def status_record(station: Station) -> Draft:
    """The status over all credentials, as of now. Raises ``Unavailable`` while the authority's key is locked."""
    size, root = status_root(station.db)
    return station.record("status", Status(station.now(), size, root), [station.station_hand()])


def hours_since(station: Station) -> int | None:
    """At an authority whose newest status is too old: its age in hours; None when nothing is due."""
    if not station.is_authority or not station.joined:
        return None
    newest = keys.newest_status.one(station.db)
    age = station.now() - (newest.as_of if newest else 0)
    return age // 3600 if age >= DUE_AFTER and status_root(station.db)[0] else None


def keep_current(station: Station, passphrase: bytes) -> bool:
    """Sign a status where one is due, with the authority's passphrase at hand; whether one was signed."""
    if station.recovering or hours_since(station) is None:
        return False
    station.sign_in(AUTHORITY_KEY, passphrase)
    station.commit([status_record(station)])
    return True
