"""``antin draft``: what is declared; the table of comments, two versions compared, one draft whole."""

from __future__ import annotations

import importlib
from pathlib import Path

import click

from antin.acts import draft as acts
from antin.cli import door
from antin.cli.bind import group
from antin.cli.door import echo, emit, say
from antin.cli.outputs import replace_option
from antin.cli.seat import Seat, seated
from antin.commands.draft import COMMANDS
from antin.registers.drafting.clauses import ADDED, REMOVED
from antin.storage.outputs import outputs
from antin.views import drafts as views
from antin.views.local_time import local

draft = group("draft", COMMANDS)


@draft.command("table", help=say("help-draft-table"))
@click.argument("id_")
@click.option("--version", type=click.IntRange(0, 999), default=0, help=say("opt-draft-version"))
@click.option("-o", "--output", type=click.Path(path_type=Path), help=say("opt-draft-output"))
@replace_option
@seated
def table(seat: Seat, id_: str, version: int, output: Path | None, replace: bool) -> None:
    """Comments and answers."""
    keys = ("clause", "unit", "kind", "comment", "verdict", "answer")
    heads = {name: say(f"draft-head-{name}") for name in keys}
    codes = {name: say(f"draft-{name}") for name in ("agree", "amend", "object", "accepted", "explained")}
    with seat.reading() as station:
        rows = views.table(station, id_, seat.officer, version)
        data = views.printed(station, id_, seat.officer, version, {**heads, "title": say("draft-table-title")}, codes)
    if output is not None:
        printing = importlib.import_module("antin.interop.printing")  # Typst is 20 MB
        with outputs(output, replace=replace) as [target]:
            target.write(printing.book(data))
    if seat.as_json:
        emit({"id": id_, "rows": rows, "saved": str(output or "")})
    elif output is None:
        door.table([[str(line[key]) for key in keys] for line in data["rows"]], list(heads.values()))
    else:
        echo(say("saved", path=output))


@draft.command("compare", help=say("help-draft-compare"))
@click.argument("id_")
@click.argument("before", type=click.IntRange(1, 999))
@click.argument("after", type=click.IntRange(1, 999))
@seated
def compare(seat: Seat, id_: str, before: int, after: int) -> None:
    """Two versions, word by word."""
    with seat.acting() as desk:
        changes = acts.compare(desk.station, desk.officer, id_, before, after)
    if seat.as_json:
        rows = [{"clause": c.number, "state": c.state, "parts": [list(part) for part in c.parts]} for c in changes]
        emit({"id": id_, "clauses": rows})
        return
    marks = {REMOVED: "[-{}-]", ADDED: "{{+{}+}}"}
    for each in changes:
        head = say("draft-clause", clause=each.number, state=say(f"clause-{each.state}"))
        echo(click.style(head, bold=True))
        if each.state != "same":
            echo("  " + " ".join(marks.get(way, "{}").format(text) for way, text in each.parts))


@draft.command("show", help=say("help-draft-show"))
@click.argument("id_")
@seated
def show(seat: Seat, id_: str) -> None:
    """Who has commented, who not, who late."""
    with seat.reading() as station:
        row = views.draft(station, id_, seat.officer)
    if seat.as_json:
        emit(row)
        return
    echo(click.style(f"{row.id} {row.title or say('hidden')}", bold=True))
    for each in row.versions:
        ways = [f"{unit.code} {say('unit-late' if unit.late else 'unit-done' if unit.commented else 'unit-silent')}"
                for unit in each.units]  # fmt: skip
        state = say(f"version-{each.state}")
        echo(say("draft-version", version=each.version, state=state, closes=local(each.closes, "%d/%m/%Y")))
        echo("  " + ", ".join(ways))
