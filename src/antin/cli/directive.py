"""``antin directive``: what is declared, and one directive whole."""

from __future__ import annotations

from pathlib import Path

import click

from antin.cli.bind import group
from antin.cli.door import echo, emit, say
from antin.cli.seat import Seat, seated
from antin.commands.directive import COMMANDS
from antin.looks import as_facts
from antin.views import directives as views
from antin.views import papers as paper_views
from antin.views.local_time import local

directive = group("directive", COMMANDS)


@directive.command("show", help=say("help-directive-show"))
@click.argument("id_")
@click.option("-o", "--output", type=click.Path(path_type=Path, file_okay=False), help=say("opt-directive-files"))
@seated
def show(seat: Seat, id_: str, output: Path | None) -> None:
    """One whole, with the line of its legal basis."""
    with seat.reading() as station:
        row = views.directive(station, id_, seat.officer)
        kinds = {kind: station.pack.kind_name(kind) for kind in (row.kind, *(each.kind for each in row.basis))}
        saved = paper_views.save(station, row.record, seat.officer, output) if output else []
    if seat.as_json:
        emit({**as_facts(row), "saved": [str(path) for path in saved]})
        return
    echo(click.style(f"{kinds[row.kind]} {row.title or say('hidden')}", bold=True))
    for line in row.summary:
        echo(f"  – {line}")
    for key in ("signed", "acknowledge_by", "study_by", "ends"):
        if day := getattr(row, key):
            echo(f"{say('col-' + key):<22} {local(day, '%d/%m/%Y')}")
    if row.basis:
        echo(say("directive-basis"))
    for each in row.basis:
        words = " ".join(filter(None, (each.number, each.issuer, each.title)))
        echo(f"  {local(each.issued, '%d/%m/%Y')}  {kinds[each.kind]} {words}".rstrip())
    for path in saved:
        echo(say("saved", path=path))
