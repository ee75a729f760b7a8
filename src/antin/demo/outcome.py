"""What the demo leaves: ``index.html`` with the page's data gathered from the stations themselves."""

from __future__ import annotations

from typing import Any

from antin.demo.cast import RECEIVER, SENDER
from antin.demo.page import render
from antin.demo.story import LEVEL, NUMBER, PRECEDENCE, Plot
from antin.demo.teller import Teller
from antin.interop import printing
from antin.kernel import check
from antin.kernel.crypto import merkle
from antin.packs import load
from antin.views import books, dispatches
from antin.views.local_time import local


def gather(teller: Teller, plot: Plot) -> dict[str, Any]:
    """What the stations show when the story is told and nothing has been broken yet."""
    return {
        "made_at": local(_now(plot), "%Y-%m-%dT%H:%M:%S+07:00"), "provider_notice": teller.words("demo-provider"),
        "document": {"images": printing.page_images("letter", plot.letter or {}), "facts": _facts(teller)},
        "board": _board(teller, plot),
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


def verify_line(fingerprint: str) -> str:
    """The one line that verifies the evidence, in the demo's folder."""
    return f"antin verify evidence.bundle --root {fingerprint}"


def _now(plot: Plot) -> int:
    with plot.stage.at(SENDER) as station:
        return station.now()


def _facts(teller: Teller) -> list[list[str]]:
    pack, words = load("vn-2026"), teller.words
    english = words.lang == "en"
    level, precedence = pack.level(LEVEL), pack.precedence(PRECEDENCE)
    return [
        [words("col-number"), NUMBER],
        [words("col-level"), level.english if english else level.name],
        [words("col-precedence"), precedence.english if english else precedence.name],
        [words("demo-signer"), f"{SENDER}/ld01"],
        [words("demo-seal"), f"{SENDER}/vt01 + {SENDER}"],
    ]


def _board(teller: Teller, plot: Plot) -> dict[str, Any]:
    states = ["sent", "arrived", "accepted", "opened"]
    with plot.stage.at(SENDER) as station:
        rows = []
        for row in dispatches.outbox(station):
            times = {
                each["result"]: local(each["time"], "%H:%M:%S") for each in dispatches.receipts(station, row["id"])
            }
            rows.append({
                "addressee": row["addressee"], "name": row["addressee_name"],
                "precedence": station.pack.precedence(row["precedence"]).name,
                "times": {"sent": local(row["sent"], "%H:%M:%S"), **{k: v for k, v in times.items() if k in states}},
            })  # fmt: skip
    return {"states": [[state, teller.words(f"demo-state-{state}")] for state in states], "rows": rows}


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
        arrived = station.db.value("SELECT arrived FROM dispatch_in WHERE n = 1")
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
    told = "--passphrase-file passphrase.txt"
    return [
        {"title": teller.words("demo-next-inbox"), "command": f"antin inbox --home tram/{RECEIVER} --as cb01 {told}"},
        {"title": teller.words("demo-next-open"),
         "command": f"antin open den-1 --home tram/{RECEIVER} --as cb01 {told} -o ke-hoach-mo-lai.pdf"},
        {"title": teller.words("demo-next-book"),
         "command": f"antin books di --home tram/{SENDER} --as vt01 {told} -o so-di.pdf"},
        {"title": teller.words("demo-next-audit"), "command": f"antin audit --home tram/{RECEIVER}"},
    ]  # fmt: skip
