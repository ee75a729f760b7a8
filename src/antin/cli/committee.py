"""``antin committee``: what is declared, and one committee whole."""

from __future__ import annotations

import click

from antin.cli.bind import group
from antin.cli.door import echo, emit, say, table
from antin.cli.seat import Seat, seated
from antin.commands.committee import COMMANDS
from antin.views import committees as views
from antin.views.local_time import local

DAY = "%d/%m/%Y"
committee = group("committee", COMMANDS)


@committee.command("show", help=say("help-committee-show"))
@click.argument("id_")
@seated
def show(seat: Seat, id_: str) -> None:
    """One whole."""
    with seat.reading() as station:
        row = views.committee(station, id_, seat.officer)
    if seat.as_json:
        emit(row)
        return
    echo(click.style(f"{row.id} {row.title or say('hidden')}", bold=True))
    lines = [
        [f"{each.agency}/{each.officer}".rstrip("/"), say(f"committee-role-{each.role}"),
         say(f"committee-member-{each.state}"), local(each.since, DAY), local(each.until, DAY), each.name]
        for each in row.seats
    ]  # fmt: skip
    table(lines, [say(f"col-{name}") for name in ("member", "role", "state", "since", "until", "name")])
    if row.assignments:
        echo("")
        lines = [
            [each.key, f"{each.agency}/{each.officer}".rstrip("/"), local(each.due, DAY),
             say(f"assignment-{each.state}"), each.title]
            for each in row.assignments
        ]  # fmt: skip
        table(lines, [say(f"col-{name}") for name in ("task", "member", "due", "state", "title")])
    for each in row.meetings:
        quorum = say("quorum-there") if each.quorum else say("quorum-missing")
        echo(f"\n{each.id}  {local(each.held)}  {each.place}".rstrip())
        echo(f"  {len(each.present)}/{each.members} {quorum}: {', '.join(each.present)}")
        for line in (*each.agenda, *each.minutes):
            echo(f"  – {line}")
