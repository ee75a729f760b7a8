"""``antin programme`` and ``antin progress``: what is declared, goals reported upwards, and one programme whole."""

from __future__ import annotations

import click

from antin.acts import programme as acts
from antin.cli.bind import group, percent
from antin.cli.door import echo, emit, say, table
from antin.cli.seat import Seat, seated
from antin.commands.programme import COMMANDS
from antin.views import programmes as views
from antin.views.local_time import local

DAY = "%d/%m/%Y"
_BAR = 20
programme = group("programme", COMMANDS)
progress = group("progress", COMMANDS)


@programme.command("goals", help=say("help-programme-goals"))
@click.argument("id_")
@click.option("--period", default="", help=say("opt-period"))
@seated
def goals(seat: Seat, id_: str, period: str) -> None:
    """Our goals, as computed, to the superior."""
    with seat.acting() as desk:
        figures = acts.report_goals(desk.station, desk.officer, id_, period)
    if seat.as_json:
        emit({"id": id_, "goals": figures})
        return
    columns = ("goal", "done", "way")
    table([[key, percent(share), bar(share)] for key, share in figures.items()], [say(f"col-{n}") for n in columns])
    echo("  " + say("next-publish-paper"))


@programme.command("show", help=say("help-programme-show"))
@click.argument("id_")
@seated
def show(seat: Seat, id_: str) -> None:
    """One whole: goals and tasks, as progress against time."""
    with seat.reading() as station:
        row = views.programme(station, id_, seat.officer)
    if seat.as_json:
        emit(row)
        return
    echo(click.style(f"{row.id} {row.title or say('hidden')}", bold=True))
    lines = [
        [each.key, percent(each.done), bar(each.done), say(f"pace-{each.pace}"), local(each.milestone, DAY),
         each.title]
        for each in row.goals
    ]  # fmt: skip
    columns = ("goal", "done", "way", "pace", "milestone", "title")
    table(lines, [say(f"col-{name}") for name in columns])
    echo("")
    lines = [
        [each.key, each.goal, each.unit or say("every-unit"), f"{each.weight / 10:g}%", local(each.due, DAY),
         percent(each.done), say(f"taskstate-{each.state}"), each.title]
        for each in row.tasks
    ]  # fmt: skip
    table(lines, [say(f"col-{n}") for n in ("task", "goal", "unit", "weight", "due", "done", "state", "title")])


def bar(share: int) -> str:
    """Thousandths as a bar of text."""
    full = share * _BAR // 1000
    return "█" * full + "░" * (_BAR - full)
