"""Officers and exchanges in random order until the power goes: run by test_power.py, killed by the disk.

After each act that returned, a line is appended to ``acknowledged``, which lies on another disk: that must survive.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

from crasher import acknowledge
from town import NORTH, PDF, SOUTH, Town

from antin.acts.accept import accept
from antin.acts.open_document import open_document
from antin.acts.receive import Outcome
from antin.storage.durable import Output

OTHER = {NORTH: SOUTH, SOUTH: NORTH}
EXCHANGERS = (NORTH, SOUTH, "A03", "A04")


def send(town: Town, code: str) -> None:
    for id_ in town.send(code, town.folder / "kh.pdf", OTHER[code], precedence=3 if code == SOUTH else 0):
        acknowledge(town.folder, f"sent {code} {id_}")


def exchange(town: Town, code: str) -> None:
    for outcome in town.sync(code).outcomes:
        assert isinstance(outcome, Outcome)
        if outcome.state == "entered":
            acknowledge(town.folder, f"{outcome.kind} {code} {outcome.name}")


def read(town: Town, code: str, *, opening: bool) -> None:
    with town.at(code, "cb01") as station:
        unread = "SELECT n FROM dispatch_in WHERE state = 'arrived' OR state = ?"
        for (n,) in station.db.rows(unread, "accepted" if opening else "arrived")[:3]:
            if not opening:
                accept(station, "cb01", f"den-{n}")
            else:
                output = Output(town.folder / f"opened-{code}-{n}.pdf", replace=True)
                try:
                    open_document(station, "cb01", f"den-{n}", output)
                    output.publish()
                finally:
                    output.close()
                assert (town.folder / f"opened-{code}-{n}.pdf").read_bytes() == PDF
            acknowledge(town.folder, f"{'opened' if opening else 'accepted'} {code} den-{n}")


def main() -> None:
    town, chance = Town(Path(sys.argv[1])), random.Random(sys.argv[2])
    print("ready", flush=True)
    sys.stdin.readline()
    while True:
        code = chance.choice((NORTH, SOUTH))
        act = chance.randrange(8)
        if act < 2:
            send(town, code)
        elif act < 6:
            exchange(town, chance.choice(EXCHANGERS))
        else:
            read(town, code, opening=act == 7)


if __name__ == "__main__":
    main()
