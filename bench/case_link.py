"""(h) The link over HTTPS: hỏa tốc behind a large transfer on a slow line, and MiB/s through a relay on loopback.

Relay and stations are processes of their own, each in a network namespace, on lines that ``tc tbf`` makes slow.
"""

from __future__ import annotations

import importlib
import os
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ground import main, town
from measure import Row, aim, missing, rates

NORTH, SOUTH = "A03.15", "A04.27"
MIB = 1024 * 1024


def measure(options: dict[str, Any]) -> list[Row]:
    """Each round in a fresh copy of the town. Every journal is audited at its end."""
    with town(options["folder"]) as founded:
        rows = []
        for down, where in ((False, "on its way up"), (True, "on its way down")):
            rows.append(_urgent(founded, options, down, where))
        return [*rows, *_throughput(founded, options)]


@contextmanager
def _net(founded: Any, name: str) -> Iterator[Any]:
    relays = importlib.import_module("relay.relays")
    place = importlib.import_module("town").copy(founded.folder, Path(founded.folder).parent / name)
    with relays.net_town(place) as net:
        yield net
        net.audit()


def _urgent(founded: Any, options: dict[str, Any], down: bool, where: str) -> Row:
    mbit, large = options["mbit"], options["mib"] * MIB
    case = f"hỏa tốc behind {options['mib']} MiB at {mbit:g} Mbit/s"
    if os.geteuid() != 0:
        return missing(case, f"the large one {where}", "s", "needs root for network namespaces")
    lines = importlib.import_module("relay.lines")
    took, wires = [], []
    for n in range(options["rounds"]):
        with _net(founded, f"urgent-{down}-{n}") as net:
            if down:
                lines.spool_large(net, large)
            with lines.lines(net, mbit) as line:
                seconds, wire = lines.overtaken(net, line, down=down, mbit=mbit, large=large)
                took.append(seconds)
                wires.append(wire)
    note = f"own wire time over both lines {statistics.median(wires):.2f} s"
    row = rates(case, f"the large one {where}", took, "s", note)
    aim(row, "≤ 2 × own wire time + 1 s", row.median or 0.0, 2 * statistics.median(wires) + 1, at_most=True)
    return row


def _throughput(founded: Any, options: dict[str, Any]) -> list[Row]:
    lines, size = importlib.import_module("relay.lines"), 4 * options["mib"]
    rates_: dict[str, list[float]] = {NORTH: [], SOUTH: []}
    for n in range(options["rounds"]):
        with _net(founded, f"whole-{n}") as net:
            lines.hand_in(net, lines.PDF + os.urandom(size * MIB), 0, "lon.bin")
            for code in (NORTH, SOUTH):
                begun = time.perf_counter()
                net.sync(code)
                rates_[code].append(size / (time.perf_counter() - begun))
    case, note = f"{size} MiB through a relay on loopback", "every piece checked, TLS, durable; peer: none"
    return [rates(case, name, rates_[code], "MiB/s", note) for code, name in ((NORTH, "up"), (SOUTH, "down"))]


if __name__ == "__main__":
    main(measure)
