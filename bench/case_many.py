"""(b) One document for 10,000 addressees: wrapped, addressed, recorded; beside pysequoia (see ``sequoia.py``)."""

from __future__ import annotations

import os
import time
from typing import Any

from ground import main, town
from measure import Row, aim, rates

from antin.acts import send as sending
from antin.kernel.crypto import wrap
from antin.kernel.crypto.wrap import WrappingKey
from antin.kernel.formats.fields import Facts, Label
from antin.kernel.formats.slip import Leaf
from antin.station import documents, drafts
from antin.station.sealing import Addressee, Order, SealedDocument, address, seal_content

CASE = "addressees"


def measure(options: dict[str, Any]) -> list[Row]:
    """Only the keys and codes of the addressees are invented; the rest is what ``antin send`` does."""
    count, rounds = options["addressees"], options["rounds"]
    seen: dict[str, list[float]] = {"wrap": [], "slips": [], "records": []}
    with town(options["folder"]) as place:
        path = place.pdf()
        place.signed("A03.15", path)
        with place.at("A03.15", "vt01") as station:
            publics = [WrappingKey(station.suite, os.urandom(96)).public for _ in range(count)]
            for number in range(rounds):
                done = _once(station, path, publics, number, seen)
    return _rows(seen, done, count)


def _once(station: Any, path: Any, publics: list[bytes], number: int, seen: dict[str, list[float]]) -> SealedDocument:
    author, hand = station.acting("vt01")
    document = documents.examine(path)
    to = [_addressee(station, number, n, public) for n, public in enumerate(publics)]
    facts, label = Facts("KH", "01/KH-VB", station.now(), "", path.name, "application/pdf"), Label(2, 0, (), (), 1)
    order = Order(document, drafts.find(station, document, "vt01"), facts, label, author, hand, to)
    begun = time.perf_counter()
    for public in publics:
        wrap.wrap(station.suite, public, bytes(120), bytes(32))
    wrapped = time.perf_counter()
    with station.blobs.writing() as blob:
        content = seal_content(station, order, blob, lambda _: None)
        with station.turn():
            done = address(station, order, content, [1] * len(to), blob)
            sealed = time.perf_counter()
            station.commit(sending.records(station, order, done))
    for name, seconds in zip(seen, (wrapped - begun, sealed - wrapped, time.perf_counter() - sealed), strict=True):
        seen[name].append(seconds)
    return done


def _addressee(station: Any, number: int, n: int, public: bytes) -> Addressee:
    leaf = Leaf(os.urandom(32), f"A04.{number:02}.{n:05}", "", 0, 0, 0)
    return Addressee(station.own, leaf, public)


def _rows(seen: dict[str, list[float]], done: SealedDocument, count: int) -> list[Row]:
    size = sum(map(len, done.slips)) / len(done.slips)
    case = f"{CASE} {count:,}"
    wrapping = rates(case, "antin: wrapping alone (X-Wing)", seen["wrap"], "s")
    slips = rates(case, "antin: sealed once, wrapped, slips signed", seen["slips"], "s", f"{size:.0f} B a slip")
    kept = rates(case, "antin: records and outbox, durable", seen["records"], "s")
    aim(wrapping, f"≤ {3 * count / 10_000:g} s", wrapping.median or 0.0, 3 * count / 10_000, at_most=True)
    aim(slips, "slip ≤ 2,048 B", size, 2048, at_most=True)
    return [wrapping, slips, kept]


if __name__ == "__main__":
    main(measure)
