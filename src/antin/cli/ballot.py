"""``antin emulation ballot``: what is declared; confirming, counting, and how far each round is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from antin.acts import ballot as acts
from antin.cli.bind import group
from antin.cli.door import echo, emit, say, table
from antin.cli.seat import Seat, seated
from antin.commands.ballot import COMMANDS
from antin.looks import as_facts
from antin.views import emulation as views

ballot = group("ballot", COMMANDS)


def in_round(function: Callable[..., Any]) -> Any:
    """A campaign, and which of its rounds; the newest without ``--round``."""
    chosen = click.option("--round", "number", type=click.IntRange(0, 999), default=0, help=say("opt-ballot-round"))
    return click.argument("id_")(chosen(seated(function)))


@ballot.command("confirm", help=say("help-ballot-confirm"))
@in_round
def confirm(seat: Seat, id_: str, number: int) -> None:
    """Whether one's own ballot stands."""
    with seat.acting() as desk:
        holds = acts.confirm(desk.station, desk.officer, id_, number)
    if seat.as_json:
        emit({"id": id_, "holds": holds})
    else:
        echo(say("ballot-confirm-done" if holds else "ballot-object-done", id=id_))


@ballot.command("count", help=say("help-ballot-count"))
@in_round
def count(seat: Seat, id_: str, number: int) -> None:
    """Counted again by whoever asks."""
    with seat.acting() as desk:
        tally = acts.count(desk.station, desk.officer, id_, number)
    if seat.as_json:
        emit({"id": id_, **as_facts(views.tallied(tally))})
        return
    table([[each.candidate, str(each.marks)] for each in tally.sums], [say(f"col-{n}") for n in ("member", "marks")])
    echo(say("ballot-count-done", valid=tally.valid, invalid=tally.invalid))


@ballot.command("show", help=say("help-ballot-show"))
@click.argument("id_")
@seated
def show(seat: Seat, id_: str) -> None:
    """How far each round is."""
    with seat.reading() as station:
        rows = views.rounds(station, id_)
    lines = [
        [str(row.number), row.key, say(f"round-{row.state}"), f"{row.casts}/{row.members}",
         f"{row.mixes}/{row.members + 1}", f"{row.confirmations}/{row.members}", f"{row.openings}/{row.members}"]
        for row in rows
    ]  # fmt: skip
    columns = ("number", "criterion", "state", "casts", "mixes", "confirmations", "openings")
    seat.list(rows, lines, columns)
