"""``antin board``, ``antin calendar``, ``antin search``: the whole at a glance."""

from __future__ import annotations

import click

from antin.cli.bind import listed, percent
from antin.cli.door import echo, emit, say, table
from antin.cli.programme import bar
from antin.cli.seat import Seat, seated
from antin.commands.board import CALENDAR, DUTIES
from antin.registers.directives.rules import LATE, MISSING
from antin.views import board as views
from antin.views import search as finding
from antin.views.local_time import local

DAY = "%d/%m/%Y"
MARKS = {"on-time": "✓", "late": "!", "waiting": "…", "missing": "✗", "none": "–"}
calendar = listed(CALENDAR)
duties = listed(DUTIES)


@click.command(help=say("help-board"))
@click.argument("directive")
@click.option("--period", default="", help=say("opt-period"))
@click.option("--late", "only_late", is_flag=True, help=say("opt-board-late"))
@seated
def board(seat: Seat, directive: str, period: str, only_late: bool) -> None:
    """Where a directive stands."""
    with seat.reading() as station:
        found = views.board(station, directive, seat.officer, period)
    if seat.as_json:
        emit(found)
        return
    head = found.directive
    echo(click.style(f"{head.id} {head.title or say('hidden')}", bold=True))
    if found.period:
        echo(say("board-period", period=found.period.key, due=local(found.period.due, DAY)))
    _totals(found.totals)
    if found.done is not None:
        echo(f"{say('board-done'):<22} {bar(found.done)} {percent(found.done)}")
        for goal in found.goals:
            indent = "  " if goal.parent else ""
            pace, title = say(f"pace-{goal.pace}"), goal.title or goal.key
            echo(f"  {bar(goal.done)} {percent(goal.done):>6}  {pace:<14} {indent}{title}")
    echo("")
    units = [unit for unit in found.units if not only_late or unit.code in found.late]
    columns = ("unit", "received", "acknowledged", "studied", "read", "reported", "done", "late", "name")
    table([_unit(unit) for unit in units], [say(f"col-{name}") for name in columns])
    echo(say("board-marks"))
    if found.proposals.open:
        echo(say("board-proposals", ids=", ".join(found.proposals.open)))


def _totals(totals: views.Totals) -> None:
    echo(say("board-received", received=totals.received, units=totals.units))
    for duty in views.DUTIES:
        counts = getattr(totals, duty)
        parts = "  ".join(f"{mark} {counts[key]}" for key, mark in MARKS.items() if counts.get(key))
        echo(f"{say('col-' + duty):<22} {parts}")


def _unit(unit: views.Unit) -> list[str]:
    received = "✓" if unit.received else "…" if unit.dispatch else "–"
    return [
        unit.code, received, _mark(unit.acknowledged), _mark(unit.studied), f"{unit.read}/{unit.officers}",
        _mark(unit.reported), percent(unit.done), str(unit.tasks_late or "–"), unit.name,
    ]  # fmt: skip


def _mark(standing: str) -> str:
    return f"{MARKS[standing]} {say('standing-' + standing)}" if standing in (LATE, MISSING) else MARKS[standing]


@click.command(help=say("help-search"))
@click.argument("text", nargs=-1, required=True)
@seated
def search(seat: Seat, text: tuple[str, ...]) -> None:
    """Words without diacritics."""
    with seat.acting() as desk:
        rows = finding.search(desk.station, desk.officer, " ".join(text))
    lines = [[row.id, say(f"kind-{row.kind}"), row.station, local(row.time, DAY), row.text] for row in rows]
    columns = ("id", "kind", "station", "date", "text")
    seat.list(rows, lines, columns)
