"""``antin organisation``: what is declared; posts with who holds them, and both trees."""

from __future__ import annotations

from collections.abc import Sequence

import click

from antin.cli.bind import group
from antin.cli.door import echo, emit, say, shown
from antin.cli.seat import Seat, seated
from antin.commands.organisation import COMMANDS
from antin.views import organisation as views
from antin.views.local_time import local

DAY = "%d/%m/%Y"
organisation = group("organisation", COMMANDS)


@organisation.command("list", help=say("help-organisation-list"))
@seated
def list_(seat: Seat) -> None:
    """All posts and who holds them."""
    with seat.reading() as station:
        rows = views.posts(station, seat.officer)
    lines = [[row.key, row.office, _holder(row), local(row.since, DAY), shown(row.title)] for row in rows]
    columns = ("post", "office", "officer", "since", "title")
    seat.list(rows, lines, columns)


def _holder(post: views.Post) -> str:
    if not post.officer:
        return say("post-state-vacant")
    return post.officer + ("" if post.serving else f" ({say('post-holder-left')})")


@organisation.command("show", help=say("help-organisation-show"))
@click.argument("key", required=False)
@seated
def show(seat: Seat, key: str | None) -> None:
    """The tree of offices, or one office whole."""
    with seat.reading() as station:
        rows: Sequence[views.Office] = (
            [views.office(station, key, seat.officer)] if key else views.offices(station, seat.officer)
        )
    if seat.as_json:
        emit(rows[0] if key else rows)
        return
    for row in rows:
        _show(row, "   " * (0 if key else row.depth))
    if not rows:
        echo(say("nothing-here"))


def _show(row: views.Office, indent: str) -> None:
    echo(f"{indent}{click.style(row.key, bold=True)}  {row.name or say('hidden')}")
    for each in row.posts:
        echo(f"{indent}   – {each.key}  {each.title or say('hidden')}: {_holder(each)}")
        for held in each.holders if isinstance(each, views.HeldPost) else ():
            echo(f"{indent}       {local(held.since, DAY)}  {held.officer or say('post-state-vacant')}")
    for place in row.places if isinstance(row, views.WholeOffice) else ():
        echo(f"{indent}   {local(place.since, DAY)}  ← {place.parent or '–'}")


@organisation.command("chart", help=say("help-organisation-chart"))
@click.option("--professional", is_flag=True, help=say("opt-chart-professional"))
@seated
def chart(seat: Seat, professional: bool) -> None:
    """The tree of units."""
    with seat.reading() as station:
        rows = views.units(station, seat.officer, professional=professional)
    if seat.as_json:
        emit(rows)
        return
    for row in rows:
        other = row.parent if professional else row.professional
        mark = "" if row.agrees else f"  [{say('unit-differs')}]"
        line = f"{'   ' * row.depth}{click.style(row.code, bold=True)}  {row.name}"
        echo(f"{line}  (↗ {other or '–'}, {local(row.since, DAY)}){mark}")
    if not rows:
        echo(say("nothing-here"))
