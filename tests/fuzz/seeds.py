"""First inputs for each target: the vectors, and what a town really wrote."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from town import NORTH, PASS, SOUTH, Town
from vector_checks import VECTORS, read

from antin.acts import directive, papers
from antin.acts.case import case
from antin.acts.create_station import FirstOfficer, request_officer
from antin.acts.prove import prove
from antin.cli import form
from antin.kernel.formats import cbor
from antin.kernel.formats.frame import frame_head
from antin.packs.read import HERE as PACKS
from antin.station import packets
from antin.storage.durable import Output

BY_GROUP = {
    "cbor": ("encoding", "slip", "later"), "signed": ("credential", "record", "slip", "statement"),
    "note": ("checkpoint",), "proof": ("proof",), "bundle": ("bundle",), "sealed": ("sealed",),
    "officer-key": ("keystore",), "objects-trusting": ("record", "slip", "statement", "receipt", "credential"),
}  # fmt: skip


def vectors(*groups: str) -> Iterator[bytes]:
    for group in groups:
        for path in sorted((VECTORS / group).glob("*.txt")):
            raw = read(path).get("bytes")
            if isinstance(raw, bytes):
                yield raw


def town_papers(town: Town, folder: Path) -> dict[str, list[bytes]]:
    """Evidence, envelopes and directories of a sending that was opened."""
    town.dispatch(data=b"%PDF-1.4\nnho\n")
    envelopes = [path.read_bytes() for path in (town.relay / "to" / SOUTH).iterdir()]
    town.sync(SOUTH)
    town.open(SOUTH, "cb01", "den-1", folder / "ra.pdf")
    town.sync(SOUTH)
    envelopes += [path.read_bytes() for path in (town.relay / "to" / NORTH).iterdir()]
    town.sync(NORTH)
    with town.at(NORTH, "vt01") as station:
        evidence = [prove(station, "di-1", "vt01"), prove(station, "di-1", "")]
        directory = packets.write(packets.DIRECTORY, packets.directory_frames(station))
        card = packets.card(station, "cb01")
    return {"evidence": evidence, "envelopes": envelopes, "directory": [directory, card]}


def cases(town: Town) -> list[bytes]:
    """The case of a directive that is still at home, and of one that a unit has and acknowledges."""
    plan = directive.DirectiveForm(kind="KH", number="1", title="Thử", signed=date(2026, 1, 2), to=(SOUTH,))
    with town.at(NORTH, "ld01", "vt01") as station:
        directive.issue(station, "ld01", plan, 1, 0)
        found = [case(station, "cd-1")]
        papers.publish(station, "vt01", 1)
    town.sync(NORTH, SOUTH)
    with town.at(SOUTH, "vt01") as station:
        output = Output(town.folder / "taken.tmp")
        papers.take(station, "vt01", papers.pending(station, "vt01")[0], output)
        output.close()
        directive.acknowledge(station, "vt01", "cd-1")
        return [*found, case(station, "cd-1")]


def requests(town: Town) -> list[bytes]:
    with town.at("A03.15", "cb01") as station:
        return [request_officer(station, "cb01", FirstOfficer("moi", "Mới", ("officer",), PASS), 1)]


def shape_seeds(shapes: tuple[type, ...]) -> Iterator[bytes]:
    """Arrays of the vectors that stand somewhere inside others, before the number of their format."""
    names = {each.FORMAT: n for n, each in enumerate(shapes)}  # type: ignore[attr-defined]
    waiting: list[object] = [raw for path in sorted(VECTORS.glob("*/*.txt")) for raw in read(path).values()]
    seen: set[bytes] = set()
    while waiting:
        value = waiting.pop()
        if isinstance(value, tuple):
            waiting += value
        elif isinstance(value, bytes) and value[:1] and value[0] >> 5 == 4 and value not in seen:
            seen.add(value)
            try:
                found = cbor.decode(value, limit=1 << 20)
            except Exception:
                continue
            waiting.append(found)
            if isinstance(found, tuple) and found and found[0] in names:
                yield bytes([names[found[0]]]) + value


def plain(target: str) -> list[bytes]:
    """Seeds of targets that read text."""
    file_cases = [read(path) for path in sorted((VECTORS / "file").glob("*.txt"))]
    lines = [str(each["line"]).encode() for each in file_cases if "line" in each]
    sealed = [each["bytes"] for each in file_cases if "bytes" in each]
    return {
        "file-mode": sealed, "detached": [lines[0] + b"\n" + raw for raw in vectors("statement")], "public-line": lines,
        "key-file": [b"# created: now\nANTIN-SECRET-KEY-1:AAAA\n"],
        "key-file-inside": [cbor.encode(("antin/seeds/1", 1, bytes(64), bytes(96)))],
        "station-keys": [cbor.encode(("antin/seeds/1", 1, bytes(64), b"")), bytes(64)],
        "settings": [SETTINGS], "relay-settings": [RELAY],
        "backup": [packets.write(packets.BACKUP, [("settings", "", SETTINGS), ("database", "", b"SQLite format 3"),
                                                  ("blob", "00" * 32, b"x"), ("conflict", "journal-forked-00", b"x")])],
        "backup-keys": [packets.write(packets.KEYS, [("key", "", b"officers/an.key\n" + each) for each in
                                                     vectors("keystore")])],
        "typed": [b"A03.15/cb01", b"2026-12-01T08:00", b"ABCD-" * 10],
        "pack": [bytes([n]) + (PACKS / f"vn-2020/{name}.toml").read_bytes() for n, name in enumerate(
            ("levels", "kinds", "caveats", "precedence", "policy", "books", "pack", "calendars", "escalation",
             "outlines", "scales"))],
        "form": [bytes([n]) + (form.FORMS / f"{name}.toml").read_bytes() for n, name in enumerate(
            ("directive", "programme", "progress", "review", "committee", "emulation", "emulation-score",
             "emulation-facts", "inspection"))],
        "tile-path": [b"tile/0/x001/000.p/7", b"tile/entries/000"],
    }.get(target, [])  # fmt: skip


def big_numbers() -> list[bytes]:
    """What a reader of TOML stumbles over: long numbers, deep nesting."""
    return [b"suite = " + b"9" * 5000, b"suite = 0x" + b"f" * 5000, b"a = " + b"[" * 5000]


SETTINGS = b"""format = 2
kind = "agency"
code = "A03.15"
name = "Vu"
branch = "ngoai-giao"
suite = 1
root = "00ff"
pack = "vn-2026"
relay = ""
"""
RELAY = b"""format = 1
root = "00112233445566778899aabbccddeeff001122334455667788"
host = "127.0.0.1"
port = 8443
keep_days = 30
"""
EMPTY = frame_head("begin", 0, "evidence")
