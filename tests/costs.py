"""The main works of a station, each with what it costs (``tally.py``): for a test that holds a ceiling, and for the
page of benchmarks."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from itertools import count
from pathlib import Path
from unittest import mock

from tally import Tally, tallied
from town import NORTH, SISTER, SOUTH, Town, into

from antin.acts import directive, papers
from antin.acts.accept import accept
from antin.acts.open_document import open_document
from antin.acts.send import Address, Wish, records, send
from antin.acts.sync import sync
from antin.kernel import check
from antin.kernel.crypto import checkpoint, public_key
from antin.kernel.crypto.wrap import WrappingKey
from antin.kernel.formats import shape, signed
from antin.kernel.formats.slip import Leaf
from antin.relay.folder import FolderLink
from antin.station import documents, drafts
from antin.station.audit import audit
from antin.station.sealing import Addressee, Order, address, seal_content
from antin.station.station import Station

FEW, MANY = 2, 22
_LENGTHS = count()  # no two documents are of one size: one that may be another is opened and compared


def costs(town: Town) -> dict[str, Tally]:
    """Every work, by its name. The time stands still, so that no statement more is asked for a second that began."""
    with mock.patch.object(time, "time", partial(float, int(time.time()))):
        town.sync(SOUTH)
        found = dict(_one(town))
        few, many = (_batch(town, each) for each in (FEW, MANY))
        more = {name: many[name].less(few[name]).each(MANY - FEW) for name in few}
        found |= {f"{name}, one more among many": cost for name, cost in more.items()}
        whole = Tally()
        for cost in more.values():
            whole.update(cost)
        found["a whole dispatch with its receipt, among many"] = whole
        return found | dict(_steering(town)) | {"send to 100": _to_many(town)}


def _one(town: Town) -> Iterator[tuple[str, Tally]]:
    path = _signed(town, "mot.pdf")
    wish = Wish([Address(SOUTH)], 0)
    yield "send to one", _at(town, NORTH, ("vt01",), lambda s: send(s, "vt01", path, wish))
    yield from ((name, _exchange(town, code)) for name, code in (("put", NORTH), ("receive", SOUTH)))
    yield "accept", _at(town, SOUTH, ("vt01",), lambda s: accept(s, "vt01", "den-1"))
    target = town.folder / "mo.pdf"
    yield "open", _at(town, SOUTH, ("cb01",), lambda s: into(target, lambda o: open_document(s, "cb01", "den-1", o)))
    yield "take the receipt", _exchange(town, NORTH)
    yield "audit", _at(town, NORTH, (), audit)


def _steering(town: Town) -> Iterator[tuple[str, Tally]]:
    """A directive to two agencies, as far as one of them has acknowledged it."""
    day = date(2026, 11, 20)
    plan = directive.DirectiveForm(kind="KH", number="12/KH-VB", title="Kế hoạch", signed=day, to=(SOUTH, SISTER),
                                   acknowledge_by=date(2036, 11, 28), summary=("Quán triệt.",))  # fmt: skip
    with town.at(NORTH, "ld01") as station:
        directive.issue(station, "ld01", plan, 1, 3, ())
    yield "publish to two", _at(town, NORTH, ("vt01",), lambda s: papers.publish(s, "vt01", papers.waiting(s)[0]))
    town.sync(NORTH, SOUTH)
    with town.at(SOUTH, "vt01") as station:
        name = papers.pending(station, "vt01")[-1]
    target = town.folder / "giay.tmp"
    yield "take", _at(town, SOUTH, ("vt01",), lambda s: into(target, lambda o: papers.take(s, "vt01", name, o)))
    yield "acknowledge", _at(town, SOUTH, ("cb01",), lambda s: directive.acknowledge(s, "cb01", "cd-1"))


def _to_many(town: Town, count: int = 100) -> Tally:
    """Sealing once and addressing: only the codes of the addressees are invented."""
    path = _signed(town, "tram.pdf")

    def work(station: Station) -> None:
        author, hand = station.acting("vt01")
        document = documents.examine(path)
        draft = drafts.find(station, document, "vt01")
        assert draft is not None
        public, label, own = WrappingKey(station.suite, bytes(96)).public, draft.attached.label, station.own
        to = [Addressee(own, Leaf(os.urandom(32), f"A04.9.{n:03}", "", 0, 0, 0), public) for n in range(count)]
        order = Order(document, draft, draft.attached.facts, label, author, hand, to)
        with station.blobs.writing() as blob:
            content = seal_content(station, order, blob, lambda _: None)
            with station.turn():
                done = address(station, order, content, [1] * count, blob)
                station.commit(records(station, order, done))

    return _at(town, NORTH, ("vt01",), work)


def _batch(town: Town, many: int) -> dict[str, Tally]:
    paths = [_signed(town, f"{many}-{n}.pdf") for n in range(many)]

    def send_all(station: Station) -> None:
        with station.many():
            for path in paths:
                send(station, "vt01", path, Wish([Address(SOUTH)], 0))

    sent = {"send": _at(town, NORTH, ("vt01",), send_all)}
    return sent | {
        name: _exchange(town, code) for name, code in (("put", NORTH), ("receive", SOUTH), ("receipt", NORTH))
    }


def _signed(town: Town, name: str) -> Path:
    path = town.pdf(name, b"%PDF-1.7\n" + name.encode() * (40 + next(_LENGTHS)))
    town.signed(NORTH, path, 1, "")
    return path


def _exchange(town: Town, code: str) -> Tally:
    return _at(town, code, (), lambda station: sync(station, FolderLink(town.relay)))


def _at(town: Town, code: str, officers: tuple[str, ...], work: Callable[[Station], object]) -> Tally:
    """What the work alone costs, in a program that has just been opened; not the opening and the signing in."""
    for each in (signed.claim, public_key.verify, checkpoint.open_checkpoint, shape.known, check._subject_of):
        each.__wrapped__.cache_clear()  # type: ignore[attr-defined]  # what the other station has read here would be read for nothing
    with town.at(code, *officers) as station, tallied() as tally:
        work(station)
    return tally
