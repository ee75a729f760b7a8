"""The terminal's side of a declared command: its fields become arguments and options, its answer a sentence or JSON."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from antin.cli import form, read
from antin.cli.choices import Named
from antin.cli.door import echo, emit, say, shown
from antin.cli.seat import Seat, seated
from antin.commands.command import Command, Facts, Listing
from antin.looks import Field, Word
from antin.station.station import Station
from antin.views.local_time import local

READERS: dict[str, Callable[[str], Any]] = {
    "agency": read.agency_code, "seat": read.seat, "member": read.member, "moment": read.moment, "day": read.moment,
    "task": read.task, "award": read.award, "mark": read.mark,
}  # fmt: skip


def group(name: str, commands: Sequence[Command | Listing]) -> click.Group:
    """``antin NAME`` with those of ``commands`` that begin with it."""
    found = click.Group(name, help=say(f"help-{name}"))
    for each in commands:
        first, _, rest = each.name.partition(" ")
        if first == name:
            found.add_command(bound(each) if isinstance(each, Command) else listed(each), rest)
    return found


def bound(command: Command) -> click.Command:
    """The command as it is typed."""

    def run(seat: Seat, **given: Any) -> None:
        asked = command.of(**{field.name: _value(field, given[field.name]) for field in command.fields})
        with seat.acting() as desk:
            facts = asked.do(desk)
        done(seat.as_json, command.says, facts)

    return _typed(command.name, command.fields, run)


def listed(listing: Listing) -> click.Command:
    """A listing as it is typed."""

    def run(seat: Seat, **given: Any) -> None:
        asked = listing.of(**{field.name: _value(field, given[field.name]) for field in listing.fields})
        columns = listing.columns
        with seat.reading() as station:
            rows = asked.rows(station, seat.officer)
            lines = [[cell(station, field, row) for field in columns] for row in rows]
        seat.list(rows, lines, [field.given.name or field.name for field in columns], listing.heads)

    return _typed(listing.name, listing.fields, run)


def cell(station: Station, field: Field, row: Any) -> str:
    """A field of a row, as a person reads it in a table."""
    value = getattr(row, field.name)
    match field.look.kind:
        case "choice":
            return say(f"{field.look.family}-{value}")
        case "hidden":
            return shown(value)
        case "day":
            return local(value, "%d/%m/%Y")
        case "moment":
            return local(value)
        case "part":
            return f"{value}/{getattr(row, field.look.of)}"
        case "share":
            return percent(value)
        case "level":
            return station.pack.level(value).name
        case "precedence":
            return station.pack.precedence(value).name
        case "document-kind":
            return station.pack.kind_name(value)
    return str(value)


def percent(share: int) -> str:
    """Thousandths as a person reads them."""
    return f"{share / 10:.1f}%".replace(".", ",") if say.lang == "vi" else f"{share / 10:.1f}%"


def _typed(name: str, fields: Sequence[Field], run: Callable[..., None]) -> click.Command:
    typed: Any = seated(run)
    for field in reversed(fields):
        typed = _param(field)(typed)
    return click.command(name.split(" ")[-1], help=say(f"help-{name.replace(' ', '-')}"))(typed)


def done(as_json: bool, code: str, facts: Facts) -> None:
    """What an act answers: facts for a program, a sentence for a person."""
    emit(facts) if as_json else echo(say(code, **{name: _said(value) for name, value in facts.items()}))


def _said(value: Any) -> Any:
    if isinstance(value, Word):
        return say(f"{value.family}-{value}")
    if isinstance(value, list | tuple):
        return ", ".join(str(_said(each)) for each in value) or "–"
    return value


def _param(field: Field) -> Callable[[Any], Any]:
    look, given = field.look, field.given
    type_ = _type(field)
    if given.argument or (field.required and not given.named):
        return click.argument(field.name, type=type_, nargs=-1 if field.many else 1, required=field.required,
                              metavar=given.metavar or None)  # fmt: skip
    name = given.name or f"--{field.name.rstrip('_').replace('_', '-')}"
    words = say(given.help or f"opt-{field.name.rstrip('_').replace('_', '-')}")
    if look.kind == "flag":
        return click.option(name, field.name, is_flag=True, help=words)
    default = field.default if look.kind in ("choice", "number") and not field.many else None
    return click.option(name, field.name, type=type_, multiple=field.many, required=field.required, default=default,
                        show_default=bool(default), help=words)  # fmt: skip


def _type(field: Field) -> Any:
    look = field.look
    if look.kind in ("file", "form", "path"):
        return click.Path(path_type=Path)
    if look.kind == "choice":
        return Named(look.family, look.codes)
    return click.IntRange(look.low, look.high) if look.kind == "number" else str


def _value(field: Field, given: Any) -> Any:
    """What was typed, as the command has it; what was not typed is the field's default."""
    if given in (None, (), ""):
        return field.default if not field.required else given
    if field.look.kind == "file":
        return form.files(given) if field.many else form.files((given,))[0]
    if field.look.kind == "form":
        return form.read(field.type, given)
    reader = READERS.get(field.look.kind)
    if reader is None:
        return given
    return tuple(map(reader, given)) if field.many else reader(given)
