"""``antin board``, ``antin calendar``, ``antin search``: the whole at a glance."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from antin.cli.door import echo, emit, say, shown, table
from antin.cli.papers import acting
from antin.cli.programme import bar, percent
from antin.cli.seat import at_desk, reading
from antin.registers.directives.rules import LATE, MISSING
from antin.views import board as views
from antin.views import calendar as dates
from antin.views import search as finding
from antin.views.local_time import local

MARKS = {"on-time": "✓", "late": "!", "waiting": "…", "missing": "✗", "none": "–"}
COLOURS = {"on-time": "green", "late": "yellow", "missing": "red"}


@click.command(help=say("help-board"))
@click.argument("directive")
@click.option("--period", default="", help=say("opt-period"))
@click.option("--late", "only_late", is_flag=True, help=say("opt-board-late"))
@acting
def board(directive: str, period: str, only_late: bool, officer: str, passphrase_file: Path | None, home: Path | None,
          as_json: bool) -> None:  # fmt: skip
    """Where a directive stands."""
    with reading(home, officer, passphrase_file) as station:
        found = views.board(station, directive, officer, period)
    if as_json:
        emit(found)
        return
    head = found["directive"]
    echo(click.style(f"{head['id']} {head['title'] or say('hidden')}", bold=True))
    if found["period"]:
        due = local(found["period"]["due"], "%d/%m/%Y")
        echo(say("board-period", period=found["period"]["key"], due=due))
    _totals(found["totals"])
    if found["done"] is not None:
        echo(f"{say('board-done'):<22} {bar(found['done'])} {percent(found['done'])}")
        for goal in found["goals"]:
            indent = "  " if goal["parent"] else ""
            pace, title = say(f"pace-{goal['pace']}"), goal["title"] or goal["key"]
            echo(f"  {bar(goal['done'])} {percent(goal['done']):>6}  {pace:<14} {indent}{title}")
    echo("")
    units = [unit for unit in found["units"] if not only_late or unit["code"] in found["late"]]
    columns = ("unit", "received", "acknowledged", "studied", "read", "reported", "done", "late", "name")
    table([_unit(unit) for unit in units], [say(f"col-{name}") for name in columns])
    echo(say("board-marks"))
    if found["proposals"]["open"]:
        echo(say("board-proposals", ids=", ".join(found["proposals"]["open"])))


def _totals(totals: dict[str, Any]) -> None:
    echo(say("board-received", received=totals["received"], units=totals["units"]))
    for duty in views.DUTIES:
        counts = {key: totals[duty].get(key, 0) for key in MARKS}
        parts = "  ".join(f"{MARKS[key]} {count}" for key, count in counts.items() if count)
        echo(f"{say('col-' + duty):<22} {parts}")


def _unit(unit: dict[str, Any]) -> list[str]:
    marks = [_mark(unit[duty]) for duty in views.DUTIES]
    received = "✓" if unit["received"] else "…" if unit["dispatch"] else "–"
    return [
        unit["code"], received, marks[0], marks[1], f"{unit['read']}/{unit['officers']}", marks[2],
        percent(unit["done"]), str(unit["tasks_late"] or "–"), unit["name"],
    ]  # fmt: skip


def _mark(standing: str) -> str:
    return f"{MARKS[standing]} {say('standing-' + standing)}" if standing in (LATE, MISSING) else MARKS[standing]


@click.command(help=say("help-calendar"))
@click.option("--days", type=click.IntRange(1, 4000), default=45, show_default=True, help=say("opt-calendar-days"))
@acting
def calendar(days: int, officer: str, passphrase_file: Path | None, home: Path | None, as_json: bool) -> None:
    """What is due, and what is overdue."""
    with reading(home, officer, passphrase_file) as station:
        rows = dates.calendar(station, officer, days)
    lines = [
        [local(row["time"], "%d/%m/%Y"), say(f"standing-{row['standing']}"), say(f"due-{row['what']}"), row["id"],
         shown(row["title"])]
        for row in rows
    ]  # fmt: skip
    emit(rows) if as_json else table(lines, [say(f"col-{n}") for n in ("date", "standing", "what", "id", "title")])


@click.command(help=say("help-search"))
@click.argument("text", nargs=-1, required=True)
@acting
def search(text: tuple[str, ...], officer: str, passphrase_file: Path | None, home: Path | None, as_json: bool) -> None:
    """Words without diacritics."""
    with at_desk(home, officer, passphrase_file) as (station, who):
        rows = finding.search(station, who, " ".join(text))
    lines = [
        [row["id"], say(f"kind-{row['kind']}"), row["station"], local(row["time"], "%d/%m/%Y"), row["text"]]
        for row in rows
    ]
    emit(rows) if as_json else table(lines, [say(f"col-{n}") for n in ("id", "kind", "station", "date", "text")])
