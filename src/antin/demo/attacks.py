"""Wrong on purpose: each attack is made for real against the demo's stations, and must be refused."""

from __future__ import annotations

import shutil
from io import BytesIO
from pathlib import Path

from antin.acts import send as sending
from antin.acts.open_document import open_document
from antin.acts.receive import receive
from antin.acts.send import Address, Wish, send
from antin.acts.sign_document import sign_document
from antin.acts.stamp import stamp
from antin.acts.sync import Report
from antin.demo import looks
from antin.demo.cast import RECEIVER, SENDER, Stage
from antin.demo.story import LEVEL, PRECEDENCE, Plot
from antin.demo.teller import Teller
from antin.errors import AntinError, Conflict
from antin.kernel.formats.fields import Facts, Label
from antin.station import documents, rows
from antin.station.news import news
from antin.station.sealing import Order, addressee
from antin.station.station import Station
from antin.storage.durable import Output
from antin.verify import verify


def attack(teller: Teller, plot: Plot) -> None:
    """All of them, in an order in which each finds its stage as it needs it."""
    teller.attack("clearance", lambda: _open(plot, "cb02", "den-1"))
    teller.attack("replay", lambda: _replay(plot))
    teller.attack("flipped-byte", lambda: _flip(plot))
    teller.attack("stripped-signature", lambda: _strip(plot))
    teller.attack("rewritten-past", lambda: _rewrite(plot))
    teller.attack("other-root", lambda: _other_root(plot))


def _open(plot: Plot, officer: str, dispatch: str) -> AntinError | None:
    with plot.stage.at(RECEIVER, officer) as station:
        output = Output(plot.stage.folder / "khong-duoc-co.pdf")
        try:
            open_document(station, officer, dispatch, output)
        finally:
            output.close()
    return None


def _replay(plot: Plot) -> AntinError | None:
    """The same envelope again: believed, and entered only once."""
    with plot.stage.at(SENDER) as station:
        raw = rows.read_object.sure(station.db, looks.first_slip.sure(station.db, RECEIVER))
        frames = [*news(station, RECEIVER), ("slip", "", raw)]
    with plot.stage.at(RECEIVER) as station:
        before = looks.count_received.sure(station.db)
        outcomes = receive(station, frames, lambda _: None)
        if outcomes[-1].state == "already" and looks.count_received.sure(station.db) == before:
            return Conflict("already-received", name=outcomes[-1].name)
    return None


def _another(station: Station, plot: Plot, name: str) -> Path:
    """One more document, signed and stamped."""
    path, id_ = _signed(station, plot, name)
    stamp(station, "vt01", id_)
    return path


def _signed(station: Station, plot: Plot, name: str) -> tuple[Path, str]:
    path = plot.stage.folder / f"{name}.pdf"
    path.write_bytes(plot.pdf.read_bytes() + b"\n% " + name.encode() + b"\n")
    facts = Facts("KH", "06/KH-VTD", station.now(), "", path.name, "application/pdf")
    return path, sign_document(station, "ld01", path, facts, Label(LEVEL, 0, (), (), 1))


def _dispatch(stage: Stage, plot: Plot, name: str, code: str = SENDER) -> None:
    with stage.at(code, "ld01", "vt01") as station:
        send(station, "vt01", _another(station, plot, name), Wish([Address(RECEIVER)], PRECEDENCE))
    stage.sync(code)


def _first_error(report: Report) -> AntinError | None:
    return report.aside[0][1] if report.aside else None


def _flip(plot: Plot) -> AntinError | None:
    """One bit of the sealed blob turned on the relay; afterwards the sender puts it once more and it arrives."""
    _dispatch(plot.stage, plot, "lat-bit")
    blob = max((plot.stage.relay / "blobs").iterdir(), key=lambda path: path.stat().st_mtime_ns)
    data = bytearray(blob.read_bytes())
    data[len(data) // 2] ^= 1
    blob.write_bytes(data)
    error = _first_error(plot.stage.sync(RECEIVER))
    plot.stage.sync(SENDER, again=True)
    arrived = [each.state for each in plot.stage.sync(RECEIVER).outcomes]
    return error if arrived == ["entered"] else None


def _strip(plot: Plot) -> AntinError | None:
    """A sender whose program leaves out the leader's signature: sealed and sent correctly, but unsigned."""
    path = plot.stage.folder / "khong-ky.pdf"
    path.write_bytes(plot.pdf.read_bytes() + b"\n% khong ky\n")
    with plot.stage.at(SENDER, "vt01") as station:
        author, hand = station.acting("vt01")
        facts = Facts("KH", "07/KH-VTD", station.now(), "", path.name, "application/pdf")
        label, document = Label(LEVEL, 0, (), (), 1), documents.examine(path)
        to = [
            addressee(station, each, label, PRECEDENCE, 0) for each in (station.directory.find(RECEIVER), station.own)
        ]
        sending.seal_and_record(station, Order(document, None, facts, label, author, hand, to))
    plot.stage.sync(SENDER)
    plot.stage.sync(RECEIVER)
    with plot.stage.at(RECEIVER) as station:
        newest = looks.newest_received.sure(station.db)
    return _open(plot, "cb01", f"den-{newest}")


def _rewrite(plot: Plot) -> AntinError | None:
    """A station, keys and all, goes back to an older copy of itself and writes another past."""
    twin = Stage(plot.stage.folder / "viet-lai", plot.stage.cost)
    plot.stage.leave(SENDER)  # what is open cannot be copied
    shutil.copytree(plot.stage.home(SENDER), twin.home(SENDER))
    _dispatch(plot.stage, plot, "qua-khu-that")
    plot.stage.sync(RECEIVER)
    with plot.stage.at(RECEIVER) as station:
        held = looks.greatest_held.sure(station.db)
    with twin, twin.at(SENDER, "ld01", "vt01") as station:
        send(station, "vt01", _another(station, plot, "qua-khu-khac"), Wish([Address(RECEIVER)], PRECEDENCE))
        while station.journal.head()[0] < held:  # as long as what the correspondent holds: two pasts of one length
            _signed(station, plot, f"qua-khu-khac-{station.journal.head()[0]}")
        raw = rows.read_object.sure(station.db, looks.newest_slip.sure(station.db, RECEIVER))
        frames = [*news(station, RECEIVER), ("slip", "", raw)]
    with plot.stage.at(RECEIVER) as station:
        receive(station, frames, lambda _: None)
    return None


def _other_root(plot: Plot) -> AntinError | None:
    """The same evidence under another root's fingerprint."""
    report = verify(BytesIO(plot.evidence), bytes(25))
    found = next((each for each in report.findings if each.code == "root-not-expected"), None)
    return Conflict(found.code) if found else None
