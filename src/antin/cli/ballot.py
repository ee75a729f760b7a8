"""``antin emulation ballot``: one command for each step of a secret ballot."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from antin.acts import ballot as acts
from antin.cli.door import echo, emit, say, table
from antin.cli.papers import acting, done
from antin.cli.seat import at_desk, reading
from antin.errors import Conflict, Malformed
from antin.kernel.formats.ballot import Tally
from antin.views import emulation as views

F = TypeVar("F", bound=Callable[..., Any])


@click.group(help=say("help-ballot"))
def ballot() -> None:
    """Secret ballots."""


def in_round(function: F) -> Any:
    """A campaign, and which of its rounds; the newest without ``--round``."""
    chosen = click.option("--round", "number", type=click.IntRange(0, 999), default=0, help=say("opt-ballot-round"))
    return click.argument("id_")(chosen(acting(function)))


@ballot.command("key", help=say("help-ballot-key"))
@in_round
def key(id_: str, number: int, officer: str, passphrase_file: Path | None, home: Path | None, as_json: bool) -> None:
    """A fresh opening key."""
    with at_desk(home, officer, passphrase_file) as (station, who):
        number = acts.give_key(station, who, id_, number)
    done(as_json, "ballot-key-done", id=id_, number=number)


@ballot.command("round", help=say("help-ballot-round"))
@in_round
@click.argument("criterion")
@click.option("--most", type=click.IntRange(1, 1_000_000), default=1, show_default=True, help=say("opt-ballot-most"))
@click.option("--total", type=click.IntRange(0, 16_000_000), default=0, help=say("opt-ballot-total"))
def round_(id_: str, criterion: str, number: int, most: int, total: int, officer: str, passphrase_file: Path | None,
           home: Path | None, as_json: bool) -> None:  # fmt: skip
    """The block head opens a round."""
    with at_desk(home, officer, passphrase_file) as (station, who):
        number = acts.open_round(station, who, id_, criterion, most, total, number)
    done(as_json, "ballot-round-done", id=id_, number=number)


@ballot.command("cast", help=say("help-ballot-cast"))
@click.option("--mark", "marks", multiple=True, help=say("opt-ballot-mark"))
@in_round
def cast(id_: str, number: int, marks: tuple[str, ...], officer: str, passphrase_file: Path | None, home: Path | None,
         as_json: bool) -> None:  # fmt: skip
    """Vote."""
    with at_desk(home, officer, passphrase_file) as (station, who):
        number = acts.cast(station, who, id_, read_marks(marks), number)
    done(as_json, "ballot-cast-done", id=id_, number=number)


def read_marks(texts: tuple[str, ...]) -> dict[str, int]:
    """``A03`` or ``A03=2``. Raises ``Malformed``, and ``Conflict`` for a unit named twice."""
    found: dict[str, int] = {}
    for text in texts:
        unit, equals, mark = text.partition("=")
        if equals and not (mark.isascii() and mark.isdigit() and len(mark) <= 7):
            raise Malformed("pair-malformed", text=text)
        if unit in found:
            raise Conflict("ballot-marked-twice", unit=unit)
        found[unit] = int(mark) if equals else 1
    return found


@ballot.command("mix", help=say("help-ballot-mix"))
@in_round
def mix(id_: str, number: int, officer: str, passphrase_file: Path | None, home: Path | None, as_json: bool) -> None:
    """This station's turn."""
    with at_desk(home, officer, passphrase_file) as (station, who):
        positions = acts.mix(station, who, id_, number)
    if as_json:
        emit({"id": id_, "positions": positions})
    else:
        echo(say("ballot-mix-done", id=id_, positions=", ".join(map(str, positions))))


@ballot.command("confirm", help=say("help-ballot-confirm"))
@in_round
def confirm(id_: str, number: int, officer: str, passphrase_file: Path | None, home: Path | None,
            as_json: bool) -> None:  # fmt: skip
    """Whether one's own ballot stands."""
    with at_desk(home, officer, passphrase_file) as (station, who):
        holds = acts.confirm(station, who, id_, number)
    if as_json:
        emit({"id": id_, "holds": holds})
    else:
        echo(say("ballot-confirm-done" if holds else "ballot-object-done", id=id_))


@ballot.command("open", help=say("help-ballot-open"))
@in_round
def open_(id_: str, number: int, officer: str, passphrase_file: Path | None, home: Path | None, as_json: bool) -> None:
    """The seed is given away."""
    with at_desk(home, officer, passphrase_file) as (station, who):
        acts.give_seed(station, who, id_, number)
    done(as_json, "ballot-open-done", id=id_)


@ballot.command("count", help=say("help-ballot-count"))
@in_round
def count(id_: str, number: int, officer: str, passphrase_file: Path | None, home: Path | None, as_json: bool) -> None:
    """Counted again by whoever asks."""
    with at_desk(home, officer, passphrase_file) as (station, who):
        tally = acts.count(station, who, id_, number)
    _show(tally, id_, as_json)


def _show(tally: Tally, id_: str, as_json: bool) -> None:
    if as_json:
        emit({"id": id_, **views.tallied(tally)})
        return
    table([[each.candidate, str(each.marks)] for each in tally.sums], [say(f"col-{n}") for n in ("member", "marks")])
    echo(say("ballot-count-done", valid=tally.valid, invalid=tally.invalid))


@ballot.command("show", help=say("help-ballot-show"))
@click.argument("id_")
@acting
def show(id_: str, officer: str, passphrase_file: Path | None, home: Path | None, as_json: bool) -> None:
    """How far each round is."""
    with reading(home, officer, passphrase_file) as station:
        rows = views.rounds(station, id_)
    lines = [
        [str(row["number"]), row["key"], say(f"round-{row['state']}"),
         *(f"{row[step]}/{row['members'] + (step == 'mixes')}"
           for step in ("casts", "mixes", "confirmations", "openings"))]
        for row in rows
    ]  # fmt: skip
    columns = ("number", "criterion", "state", "casts", "mixes", "confirmations", "openings")
    emit(rows) if as_json else table(lines, [say(f"col-{name}") for name in columns])
