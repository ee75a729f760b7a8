"""(c) Dispatches from end to end between two stations over a folder, everything durable, the receipt back and proven.

One process plays both stations in turn, so one core does the work of two machines.
"""

from __future__ import annotations

import statistics
import time
from pathlib import Path
from typing import Any

from ground import main, percentile, town
from measure import Row, aim, rates

from antin.acts.send import Address, Wish, send
from antin.acts.sign_document import sign_document
from antin.acts.stamp import stamp
from antin.acts.sync import sync
from antin.kernel.formats.fields import Facts, Label
from antin.relay.folder import FolderLink

CASE = "dispatch 1 KiB"
NORTH, SOUTH = "A03.15", "A04.27"


def measure(options: dict[str, Any]) -> list[Row]:
    """One at a time for latency; in batches for throughput. Ends with both journals audited."""
    with town(options["folder"]) as place:
        link = FolderLink(place.relay)
        with place.at(NORTH, "ld01", "vt01") as north, place.at(SOUTH) as south:
            papers = [_paper(place, n) for n in range(options["single"] + options["batch"] * options["rounds"])]
            signing = [_signed(north, path) for path in papers]
            single = [_whole(north, south, link, [path]) for path in papers[: options["single"]]]
            rest = papers[options["single"] :]
            parts = [rest[n : n + options["batch"]] for n in range(0, len(rest), options["batch"])]
            batches = [_whole(north, south, link, part) for part in parts]
            arrived = north.db.value("SELECT count(*) FROM dispatch_receipts WHERE result = 'arrived'")
        if arrived != len(papers):
            raise RuntimeError(f"{arrived} of {len(papers)} receipts came back")
        place.audit()
    return _rows(single, [options["batch"] / each for each in batches], signing, options)


def _paper(place: Any, number: int) -> Path:
    """No two of one size, as in an office: drafts are looked for by their size."""
    return Path(place.pdf(f"vb-{number}.pdf", b"%PDF-1.7\n" + bytes(number + 1000) + b"\n%%EOF\n"))


def _signed(north: Any, path: Path) -> float:
    begun = time.perf_counter()
    facts = Facts("KH", "01/KH-VB", north.now(), "", path.name, "application/pdf")
    stamp(north, "vt01", sign_document(north, "ld01", path, facts, Label(1, 0, (), (), 1)))
    return time.perf_counter() - begun


def _whole(north: Any, south: Any, link: FolderLink, papers: list[Path]) -> float:
    """send → spool → relay → receive → receipt → relay → receipt entered."""
    begun = time.perf_counter()
    for path in papers:
        send(north, "vt01", path, Wish([Address(SOUTH)], 0))
    sync(north, link)
    entered = sync(south, link).outcomes
    back = sync(north, link).outcomes
    if not len(entered) == len(back) == len(papers):
        raise RuntimeError("an envelope or a receipt did not come through")
    return time.perf_counter() - begun


def _rows(single: list[float], batches: list[float], signing: list[float], options: dict[str, Any]) -> list[Row]:
    alone = rates(CASE, "one at a time, send to receipt", [1000 * each for each in single], "ms")
    alone.p99 = 1000 * percentile(single, 0.99)
    many = rates(CASE, f"batches of {options['batch']}, send to receipt", batches, "/s")
    before = rates(CASE, "sign + stamp before it, two officers", [1000 * each for each in signing], "ms")
    before.p99 = 1000 * percentile(signing, 0.99)
    aim(many, "≥ 500 dispatches/s on 2 cores", statistics.median(batches), 500)
    aim(alone, "p99 < 150 ms", alone.p99, 150, at_most=True)
    return [alone, many, before]


if __name__ == "__main__":
    main(measure)
