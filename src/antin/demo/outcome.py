"""What the demo leaves: its pages, with their data gathered from the stations themselves."""

from __future__ import annotations

from typing import Any

from antin.demo import looks
from antin.demo.cast import OFFICE, OFFICERS, RECEIVER, SENDER
from antin.demo.page import render, tables
from antin.demo.story import DIRECTIVE, LEVEL, PRECEDENCE, Plot
from antin.demo.teller import Teller
from antin.interop import printing
from antin.kernel import check
from antin.kernel.crypto import merkle
from antin.packs import load
from antin.registers.directives.rules import LATE, MISSING
from antin.views import board as boards
from antin.views import books, dispatches
from antin.views import calendar as dates
from antin.views.local_time import local
from antin.views.review import share

_LEADER = "ld01"
STATES = ("sent", "received", *boards.DUTIES)


def gather(teller: Teller, plot: Plot) -> dict[str, Any]:
    """What the stations show when the story is told and nothing has been broken yet."""
    with plot.stage.at(OFFICE, _LEADER) as station:
        board, now = boards.board(station, DIRECTIVE, _LEADER, plot.period), station.now()
        arrived = {
            row.addressee: next(
                (each.time for each in dispatches.receipts(station, row.id) if each.result == "arrived"), None
            )
            for row in reversed(dispatches.outbox(station))
        }
        due = dates.calendar(station, _LEADER, 4_000)
    return {
        "made_at": local(now, "%Y-%m-%dT%H:%M:%S+07:00"), "provider_notice": teller.words("demo-provider"),
        "document": {"images": printing.page_images("report", plot.review), "facts": _facts(teller, plot)},
        "board": _board(teller, board, arrived), "goals": _goals(teller, board), "due": _due(teller, due),
        "books": [_book(teller, plot, SENDER, "di"), _book(teller, plot, RECEIVER, "den")],
        "proof": _proof(teller, plot), "next": _next(teller),
    }  # fmt: skip


def page(teller: Teller, gathered: dict[str, Any], fingerprint: str) -> str:
    """The page in the story's language."""
    story = {
        **gathered, "ok": teller.ok, "seconds": round(teller.seconds, 1), "steps": teller.steps,
        "attacks": teller.attacks, "root_fingerprint": fingerprint, "verify_line": verify_line(fingerprint),
    }  # fmt: skip
    return render(story, teller.words.lang)


def sheets(teller: Teller, gathered: dict[str, Any]) -> dict[str, str]:
    """Board and calendar as pages of their own, by file name: what a leader prints or puts on a screen."""
    words, board = teller.words, gathered["board"]
    head = [words("col-unit"), *(state for _, state in board["states"])]
    rows = [
        [f"{row['addressee']} {row['name']}", *(row["marks"].get(key) or row["times"].get(key, "–") for key in STATES)]
        for row in board["rows"]
    ]
    goals = [[each["title"], each["done"], each["pace"], each["milestone"]] for each in gathered["goals"]]
    titles = [words(f"col-{name}") for name in ("goal", "done", "pace", "milestone")]
    lang, made = words.lang, gathered["made_at"]
    return {
        "bang-theo-doi.html": tables(words("demo-sheet-board"), [(words("demo-sheet-units"), head, rows),
                                     (words("demo-sheet-goals"), titles, goals)], made, lang),
        "lich.html": tables(words("demo-sheet-calendar"), [(words("demo-sheet-due"), *gathered["due"])], made, lang),
    }  # fmt: skip


def verify_line(fingerprint: str) -> str:
    """The one line that verifies the evidence, in the demo's folder."""
    return f"antin verify evidence.bundle --root {fingerprint}"


def _facts(teller: Teller, plot: Plot) -> list[list[str]]:
    pack, words = load("vn-2026"), teller.words
    english = words.lang == "en"
    level, precedence = pack.level(LEVEL), pack.precedence(PRECEDENCE)
    return [
        [words("col-number"), plot.review["number"]],
        [words("col-level"), level.english if english else level.name],
        [words("col-precedence"), precedence.english if english else precedence.name],
        [words("col-period"), plot.review["period"]],
        [words("demo-signer"), f"{OFFICERS[OFFICE][_LEADER][0]} ({OFFICE}/{_LEADER})"],
        [words("demo-figures"), words("demo-figures-from", size=plot.review["journal"]["size"])],
        [words("demo-files"), "so-ket.pdf, so-ket.docx"],
    ]


def _board(teller: Teller, board: boards.Board, arrived: dict[str, int | None]) -> dict[str, Any]:
    rows = []
    for unit in board.units:
        times = {"sent": unit.sent, "received": arrived.get(unit.code)}
        times |= {duty: getattr(unit, f"{duty}_time") for duty in boards.DUTIES}
        standings = {duty: getattr(unit, duty) for duty in boards.DUTIES}
        marks = {duty: teller.words(f"standing-{each}") for duty, each in standings.items() if each in (LATE, MISSING)}
        rows.append({
            "addressee": unit.code, "name": unit.name, "precedence": share(unit.done), "marks": marks,
            "times": {key: local(time, "%d/%m %H:%M") for key, time in times.items() if time},
        })  # fmt: skip
    return {"states": [[state, teller.words(f"demo-state-{state}")] for state in STATES], "rows": rows}


def _goals(teller: Teller, board: boards.Board) -> list[dict[str, Any]]:
    return [
        {"title": goal.title, "share": goal.done, "done": share(goal.done), "part": bool(goal.parent),
         "pace": teller.words(f"pace-{goal.pace}"), "milestone": local(goal.milestone, "%d/%m/%Y")}
        for goal in board.goals
    ]  # fmt: skip


def _due(teller: Teller, rows: list[dates.Due]) -> tuple[list[str], list[list[str]]]:
    words = teller.words
    return [words(f"col-{name}") for name in ("date", "standing", "what", "id", "title")], [
        [local(row.time, "%d/%m/%Y"), words(f"standing-{row.standing}"), words(f"due-{row.what}"), row.id, row.title]
        for row in rows
    ]  # fmt: skip


def _book(teller: Teller, plot: Plot, code: str, name: str) -> dict[str, Any]:
    with plot.stage.at(code, "vt01") as station:
        data = books.book(station, name, "vt01")
    for row in data["rows"]:
        if "receipt" in row:
            row["receipt"] = teller.words(f"state-{row['receipt']}")
    keys = [column["key"] for column in data["columns"]]
    journal = data["journal"]
    return {
        "title": f"{data['title']} – {data['agency']}", "columns": [column["title"] for column in data["columns"]],
        "rows": [[row.get(key, "") for key in keys] for row in data["rows"]],
        "note": f"{journal['origin']} · {journal['size']} · {journal['root']}",
    }  # fmt: skip


def _proof(teller: Teller, plot: Plot) -> dict[str, Any]:
    """The receiver's ``arrived`` record and its way up the receiver's tree, under its newest checkpoint."""
    with plot.stage.at(RECEIVER) as station:
        arrived = looks.first_arrived.sure(station.db)
        raw = station.journal.raw(arrived)
        index, point, path = check.included(raw, station.journal.proof(arrived), station.own)
    return {
        "origin": point.origin, "index": index, "size": point.size, "leaf": merkle.leaf_hash(raw).hex(),
        "path": _sided(index, point.size, path), "root": point.root.hex(), "checkpoint": point.raw.decode(),
        "record": teller.words("kind-arrived"),
    }  # fmt: skip


def _sided(index: int, size: int, path: tuple[bytes, ...]) -> list[list[str]]:
    """On which side each sibling stands (RFC 9162 §2.1.3.2)."""
    sides, at, last = [], index, size - 1
    for sibling in path:
        left = bool(at & 1 or at == last)
        sides.append(["left" if left else "right", sibling.hex()])
        if left:
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        at, last = at >> 1, last >> 1
    return sides


def _next(teller: Teller) -> list[dict[str, str]]:
    told = f"--as {_LEADER} --passphrase-file passphrase.txt"
    commands = {
        "board": f"antin board {DIRECTIVE} --home tram/{OFFICE} {told}",
        "directive": f"antin directive show {DIRECTIVE} --home tram/{OFFICE} {told} -o tep-kem",
        "case": "antin verify ho-so.bundle --root …",
        "search": f"antin search so ket --home tram/{OFFICE} {told}",
        "book": f"antin books di --home tram/{SENDER} --as vt01 --passphrase-file passphrase.txt -o so-di.pdf",
        "audit": f"antin audit --home tram/{RECEIVER}",
    }
    return [{"title": teller.words(f"demo-next-{name}"), "command": command} for name, command in commands.items()]
