"""Clerks who work without pause until someone pulls the plug: run by test_kill.py, killed at a random instant.

Each line on standard input starts one, as a child that has everything imported: "clerk PID", and "dead" when it is.

After each act that returned, a line is appended to ``acknowledged`` and fsynced: that much must survive.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from town import NORTH, PDF, SOUTH, Town

from antin.acts.open_document import open_document
from antin.acts.receive import Outcome
from antin.errors import AntinError
from antin.storage.durable import Output


def acknowledge(folder: Path, line: str) -> None:
    with (folder / "acknowledged").open("a") as log:
        log.write(line + "\n")
        log.flush()
        os.fsync(log.fileno())


def one_round(town: Town) -> None:
    """Send, exchange, open what came, answer."""
    path = town.pdf("crash.pdf", PDF)
    town.signed(NORTH, path, 1)
    for id_ in town.send(NORTH, path, SOUTH):
        acknowledge(town.folder, f"sent {id_}")
    town.sync(NORTH)
    report = town.sync(SOUTH)
    for outcome in report.outcomes:
        assert isinstance(outcome, Outcome)
        if outcome.kind == "slip" and outcome.state == "entered":
            acknowledge(town.folder, f"entered {outcome.name}")
    with town.at(SOUTH, "cb01") as station:
        for (n,) in station.db.rows("SELECT n FROM dispatch_in WHERE state IN ('arrived', 'accepted')"):
            output = Output(town.folder / f"opened-{n}.pdf", replace=True)
            try:
                open_document(station, "cb01", f"den-{n}", output)
                output.publish()
            finally:
                output.close()
            acknowledge(town.folder, f"opened den-{n}")
    town.sync(SOUTH, NORTH)


def work(town: Town) -> None:
    while True:
        try:
            one_round(town)
            print("round", flush=True)
        except AntinError as error:  # a crash must leave nothing that refuses
            print(f"error {error}", flush=True)
            raise


def main() -> None:
    town = Town(Path(sys.argv[1]))
    print("ready", flush=True)
    for _ in sys.stdin:
        clerk = os.fork()
        if not clerk:
            print(f"clerk {os.getpid()}", flush=True)
            work(town)
        os.waitpid(clerk, 0)
        print("dead", flush=True)


if __name__ == "__main__":
    main()
