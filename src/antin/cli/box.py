"""The box: what came in and what went out, what was signed here, one of them whole, what the receiver answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import click

from antin.cli.choices import Named
from antin.cli.door import echo, emit, say, shown
from antin.cli.seat import Place, Seat, placed, seated
from antin.looks import as_facts
from antin.packs import names
from antin.station.station import Station
from antin.views import dispatches
from antin.views.local_time import local

INBOX_STATES = ("arrived", "accepted", "opened", "refused", "expired")
SHORT = "%d/%m %H:%M"


ROWS = 200

C = TypeVar("C", bound=Callable[..., object])


def paged(command: C) -> C:
    """``--rows``, ``--page``: a person reads 200 lines at once, a program all."""
    rows_ = click.option("--rows", "size", type=click.IntRange(0), help=say("opt-rows"))
    page = click.option("--page", type=click.IntRange(1), default=1, show_default=True, help=say("opt-page"))
    return rows_(page(command))


def _size(asked: int | None, seat: Seat) -> int:
    return asked if asked is not None else 0 if seat.as_json else ROWS


def _more(seat: Seat, count: int, size: int, page: int) -> None:
    pages = -(-count // size) if size else 1
    if pages > 1 and not seat.as_json:
        echo(say("page-of", page=page, pages=pages, count=count))


def _state(row: dispatches.Incoming | dispatches.Outgoing) -> str:
    return say(f"state-{row.state}")


def _title(row: dispatches.Incoming | dispatches.Outgoing) -> str:
    if isinstance(row, dispatches.Incoming) and not row.opened:
        return say("unopened")
    return shown(" ".join(filter(None, (row.number, row.subject))))


@click.command(help=say("help-inbox"))
@click.option("--from", "sender", default="", help=say("opt-inbox-from"))
@click.option("--state", type=Named("state", INBOX_STATES), help=say("opt-inbox-state"))
@click.option("--precedence", help=say("opt-inbox-precedence"))
@click.option("--to", "assignee", default="", help=say("opt-inbox-to"))
@click.option("--waiting", is_flag=True, help=say("opt-inbox-waiting"))
@paged
@seated
def inbox(seat: Seat, sender: str, state: str | None, precedence: str | None, assignee: str, waiting: bool,
          size: int | None, page: int) -> None:  # fmt: skip
    """What came in: the most urgent that nobody has opened first, then the newest."""
    size = _size(size, seat)
    with seat.reading() as station:
        least = names.precedence(station.pack, precedence) if precedence else 0
        chosen = dispatches.Chosen(sender, state or "", least, assignee, waiting)
        rows, count = dispatches.box(station, seat.officer, chosen, size, page)
        lines = [
            [row.id, str(row.arrival_number), station.pack.precedence(row.precedence).name,
             "" if row.level is None else station.pack.level(row.level).name, row.sender, _state(row),
             local(row.arrived, SHORT), _until(row), _in_hand(row), _title(row)]
            for row in rows
        ]  # fmt: skip
    columns = ("id", "arrival", "precedence", "level", "sender", "state", "arrived", "deadline", "assignee", "document")
    seat.list(rows, lines, columns)
    _more(seat, count, size, page)


def _until(row: dispatches.Incoming) -> str:
    """The day that was set here; before that, what the sender asks."""
    return local(row.due, "%d/%m") if row.due else local(row.deadline, SHORT)


def _in_hand(row: dispatches.Incoming) -> str:
    """Who leads, and how many help; that it is answered or filed."""
    if row.filed or row.answered:
        return row.answer if row.answered and not row.filed else say("state-filed")
    return row.assignee + (f" +{len(row.with_)}" if row.with_ else "")


@click.command(help=say("help-unanswered"))
@click.option("--to", "assignee", default="", help=say("opt-inbox-to"))
@click.option("--late", is_flag=True, help=say("opt-unanswered-late"))
@seated
def unanswered(seat: Seat, assignee: str, late: bool) -> None:
    """What is neither answered nor filed: whose it is, and how late."""
    with seat.reading() as station:
        rows = [
            row for row in dispatches.unanswered(station, seat.officer)
            if assignee in ("", row.assignee, *row.with_) and (row.late or not late)
        ]  # fmt: skip
    lines = [
        [row.id, row.sender, ", ".join([row.assignee or "–", *row.with_]), local(row.due, "%d/%m/%Y"),
         say("days-late", days=row.late) if row.late else "", _title(row)]
        for row in rows
    ]  # fmt: skip
    columns = ("id", "sender", "assignee", "due", "late", "document")
    seat.list(rows, lines, columns)


@click.command(help=say("help-outbox"))
@paged
@seated
def outbox(seat: Seat, size: int | None, page: int) -> None:
    """What went out, the newest last."""
    size = _size(size, seat)
    with seat.reading() as station:
        rows, count = dispatches.sent(station, seat.officer, size, page)
        lines = [
            [row.id, "/".join(filter(None, (row.addressee, row.officer))), station.pack.level(row.level).name,
             station.pack.precedence(row.precedence).name, _state(row), local(row.sent), _title(row)]
            for row in rows
        ]  # fmt: skip
    columns = ("id", "addressee", "level", "precedence", "state", "sent", "document")
    seat.list(rows, lines, columns)
    _more(seat, count, size, page)


@click.command(help=say("help-drafts"))
@seated
def drafts(seat: Seat) -> None:
    """What was signed here."""
    with seat.reading() as station:
        rows = dispatches.drafts(station, seat.officer)
        lines = [
            [row.id, station.pack.kind(row.kind).name, station.pack.level(row.level).name, local(row.signed, SHORT),
             local(row.stamped, SHORT) or "–", local(row.cancelled, SHORT), row.signer,
             " ".join(filter(None, (row.number, row.subject)))]
            for row in rows
        ]  # fmt: skip
    columns = ("id", "kind", "level", "signed", "stamped", "cancelled", "signer", "document")
    seat.list(rows, lines, columns)


@click.command(help=say("help-show"))
@click.argument("dispatch")
@seated
def show(seat: Seat, dispatch: str) -> None:
    """One dispatch, or one document signed here, whole."""
    with seat.reading() as station:
        whole = dispatches.show(station, dispatch, seat.officer)
        named = _named(station, whole.row)
    facts = as_facts(whole.row)
    if seat.as_json:
        emit({**facts, "history": whole.history})
        return
    for key, value in facts.items():
        if value in ("", None, []):
            continue
        told = ", ".join(value) if key == "with" else str(value)
        told = named.get(key) or (local(value) if key in _TIMES and isinstance(value, int) else told)
        if told:
            echo(f"{say(f'col-{key}'):<22} {told}")
    for event in whole.history:
        extra = " ".join(filter(None, (getattr(event, key, "") for key in ("reason", "officer", "answer", "remark"))))
        echo(f"  {local(event.time)}  {say('state-' + event.result)}  {extra}".rstrip())


def _named(station: Station, row: dispatches.Incoming | dispatches.Outgoing | dispatches.Draft) -> dict[str, str]:
    """What a person reads in place of codes."""
    found = {}
    if row.kind:
        found["kind"] = station.pack.kind_name(row.kind)
    if row.level is not None:
        found["level"] = station.pack.level(row.level).name
    if not isinstance(row, dispatches.Draft):
        found |= {"precedence": station.pack.precedence(row.precedence).name, "state": _state(row)}
        if row.caveats:
            found["caveats"] = "; ".join(caveat.text for caveat in station.pack.caveats(tuple(row.caveats)))
    return found


_TIMES = ("sent", "arrived", "accepted", "opened", "deadline", "due", "answered", "filed", "issued", "signed",
          "stamped", "cancelled")  # fmt: skip


@click.command(help=say("help-receipts"))
@click.argument("dispatch")
@placed
def receipts(place: Place, dispatch: str) -> None:
    """What the receiver answered."""
    with place.open(write=False) as station:
        rows = dispatches.receipts(station, dispatch)
    lines = [[say(f"state-{row.result}"), local(row.time), row.origin, str(row.index), row.reason] for row in rows]
    columns = ("state", "time", "origin", "index", "reason")
    place.list(rows, lines, columns)
