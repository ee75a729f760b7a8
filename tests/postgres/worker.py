"""One of several processes of a station: so many acts, each told on a line when it is acknowledged."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

from town import PASS, Clock

from antin.acts.status import status_record
from antin.errors import Unavailable
from antin.kernel.crypto.locker import CHEAPEST
from antin.station.station import AUTHORITY_KEY, opened


def main(home: str, acts: str, patience: str) -> None:
    """Each act until it is acknowledged; what cannot be now is tried again."""
    with opened(Path(home), write=False, clock_=Clock(), cost=CHEAPEST) as station:
        station.sign_in(AUTHORITY_KEY, PASS)
        print("ready", flush=True)
        sys.stdin.readline()
        for _ in range(int(acts)):
            index = _patiently(lambda: station.commit([status_record(station)])[-1].index, float(patience))
            print(f"done {time.time()} {index}", flush=True)


def _patiently(act: Callable[[], int], patience: float) -> int:
    until = time.monotonic() + patience
    while True:
        try:
            return act()
        except Unavailable as error:
            if error.code == "recorded-not-signed":  # it stands, and the next turn signs its checkpoint
                return int(str(error.fields["index"]))
            print(f"failed {time.time()} {error.code}", flush=True)
            if time.monotonic() > until:
                raise
            time.sleep(0.05)
