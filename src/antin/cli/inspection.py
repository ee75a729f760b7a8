"""``antin inspection`` and ``antin escalate``: findings followed until closed; what is late told, step by step."""

from __future__ import annotations

import click

from antin.acts import escalate as escalating
from antin.cli.bind import group
from antin.cli.door import echo, emit, say, shown, table
from antin.cli.seat import Seat, seated
from antin.commands.inspection import COMMANDS
from antin.frozen import dataclass
from antin.station.station import Station
from antin.views import duties
from antin.views import inspections as views
from antin.views.local_time import local

DAY = "%d/%m/%Y"
inspection = group("inspection", COMMANDS)


@inspection.command("show", help=say("help-inspection-show"))
@click.argument("id_")
@seated
def show(seat: Seat, id_: str) -> None:
    """One whole."""
    with seat.reading() as station:
        row = views.inspection(station, id_, seat.officer)
    if seat.as_json:
        emit(row)
        return
    echo(click.style(f"{row.id} {row.title or say('hidden')}", bold=True))
    echo(f"  {', '.join(row.units)}  {local(row.starts, DAY)} – {local(row.ends, DAY)}")
    echo(f"  {say('col-inspectors')}: {', '.join(row.inspectors)}")
    for point in row.checklist:
        echo(f"  – {point.key}: {point.text or say('hidden')}")
    lines = [
        [each.id, each.unit, each.item, say(f"severity-{each.severity}"), local(each.deadline, DAY),
         say("finding-late") if each.late else say(f"finding-{each.state}"), shown(each.title)]
        for each in row.list_
    ]  # fmt: skip
    columns = ("id", "unit", "item", "severity", "due", "state", "title")
    table(lines, [say(f"col-{name}") for name in columns])


@dataclass(frozen=True, slots=True)
class Step:
    """A step towards whoever is late, as it is shown: whose, what, by when, to whom; ``unreachable``: superiors whom no
    paper can reach."""

    step: str
    what: str
    id: str
    key: str
    unit: str
    due: int
    precedence: int
    to: tuple[str, ...]
    unreachable: tuple[str, ...]
    title: str


@click.command(help=say("help-escalate"))
@click.option("--dry-run", is_flag=True, help=say("opt-escalate-dry-run"))
@click.option("--list", "listing", is_flag=True, help=say("opt-escalate-list"))
@seated
def escalate(seat: Seat, dry_run: bool, listing: bool) -> None:
    """For a timer: each step once."""
    if listing:
        _list(seat)
        return
    hidden: list[escalating.Told] = []
    if dry_run:
        with seat.reading() as station:
            told = escalating.reached(station, duties.items(station))
            rows = _rows(station, told, seat.officer)
    else:
        with seat.acting() as desk:
            told, hidden = escalating.escalate(desk.station, desk.officer, duties.items(desk.station))
            rows = _rows(desk.station, told, desk.officer)
    if seat.as_json:
        emit({"recorded": not dry_run, "steps": rows, "above_clearance": len(hidden)})
        return
    lines = [
        [say(f"step-{row.step}"), row.unit, say(f"due-{row.what}"), f"{row.id} {row.key}".rstrip(), local(row.due),
         ", ".join(row.to) or "–", ", ".join(row.unreachable) or "–"]
        for row in rows
    ]  # fmt: skip
    columns = ("step", "unit", "duty", "id", "due", "receiver", "unreachable")
    table(lines, [say(f"col-{name}") for name in columns])
    if hidden:
        echo(say("escalate-hidden", count=len(hidden)), err=True)
    if rows and not dry_run:
        echo("  " + say("next-publish-paper"))


def _rows(station: Station, told: list[escalating.Told], who: str) -> list[Step]:
    return [
        Step(each.step.step, item.what, item.name, item.key, item.unit, item.due, item.precedence, each.to,
             each.unreachable, duties.item_title(station, item, who))
        for each in told
        for item in (each.step.item,)
    ]  # fmt: skip


def _list(seat: Seat) -> None:
    with seat.reading() as station:
        rows = duties.escalations(station, seat.officer)
    lines = [
        [local(row.time), row.station, say(f"step-{row.step}"), row.unit, say(f"due-{row.what}"), local(row.due),
         shown(row.title)]
        for row in rows
    ]  # fmt: skip
    columns = ("time", "station", "step", "unit", "duty", "due", "title")
    seat.list(rows, lines, columns)
