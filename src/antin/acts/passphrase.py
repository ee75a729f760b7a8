"""An officer's passphrase is changed: his keys stay, and so does everything that was wrapped to them."""

from __future__ import annotations

from antin.errors import Unverified
from antin.station.sequencer import in_turn
from antin.station.station import Station


@in_turn
def change_passphrase(station: Station, officer: str, old: bytes, new: bytes) -> None:
    """Refuses a wrong ``old`` one, which is recorded as a sign-in refused. A copy of the key file made before still
    opens under ``old``: where that is known to somebody, new keys are what helps (``renew``)."""
    try:
        station.signer.relock(officer, old, new, station.moment())
    except Unverified as error:
        station.note_refusal("sign-in", officer, error)
        raise
