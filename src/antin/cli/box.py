"""The box: what came in and what went out, what was signed here, one of them whole, what the receiver answered."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from antin.cli.choices import Named
from antin.cli.door import echo, emit, guarded, home_option, json_option, officer_options, say, shown, table
from antin.cli.seat import reading
from antin.packs import names
from antin.station.station import Station
from antin.views import dispatches
from antin.views.local_time import local

INBOX_STATES = ("arrived", "accepted", "opened", "refused", "expired")
WAITING = INBOX_STATES[:2]


def _state(row: dict[str, Any]) -> str:
    return say(f"state-{row['state']}")


def _title(station: Station, row: dict[str, Any]) -> str:
    if "opened" in row and not row["opened"]:
        return say("unopened")
    return shown(" ".join(filter(None, (row["number"], row["subject"]))))


@click.command(help=say("help-inbox"))
@click.option("--from", "sender", default="", help=say("opt-inbox-from"))
@click.option("--state", type=Named("state", INBOX_STATES), help=say("opt-inbox-state"))
@click.option("--precedence", help=say("opt-inbox-precedence"))
@click.option("--to", "assignee", default="", help=say("opt-inbox-to"))
@click.option("--waiting", is_flag=True, help=say("opt-inbox-waiting"))
@officer_options
@home_option
@json_option
@guarded
def inbox(sender: str, state: str | None, precedence: str | None, assignee: str, waiting: bool, officer: str,
          passphrase_file: Path | None, home: Path | None, as_json: bool) -> None:  # fmt: skip
    """What came in: the most urgent that nobody has opened first."""
    with reading(home, officer, passphrase_file) as station:
        least = names.precedence(station.pack, precedence) if precedence else 0
        rows = [
            row for row in dispatches.inbox(station, officer)
            if row["sender"].startswith(sender) and state in (None, row["state"]) and row["precedence"] >= least
            and assignee in ("", row["assignee"]) and (not waiting or row["state"] in WAITING)
        ]  # fmt: skip
        rows.sort(key=lambda row: (row["state"] not in WAITING, -row["precedence"], row["arrival_number"]))
        lines = [
            [row["id"], str(row["arrival_number"]), station.pack.precedence(row["precedence"]).name,
             "" if row["level"] is None else station.pack.level(row["level"]).name, row["sender"], _state(row),
             local(row["arrived"], "%d/%m %H:%M"), _until(row), _in_hand(row),
             _title(station, row)]
            for row in rows
        ]  # fmt: skip
    names_ = ("id", "arrival", "precedence", "level", "sender", "state", "arrived", "deadline", "assignee", "document")
    emit(rows) if as_json else table(lines, [say(f"col-{name}") for name in names_])


def _until(row: dict[str, Any]) -> str:
    """The day that was set here; before that, what the sender asks."""
    return local(row["due"], "%d/%m") if row["due"] else local(row["deadline"], "%d/%m %H:%M")


def _in_hand(row: dict[str, Any]) -> str:
    """Who leads, and how many help; that it is answered or filed."""
    if row["filed"] or row["answered"]:
        return str(row["answer"]) if row["answered"] and not row["filed"] else say("state-filed")
    return str(row["assignee"]) + (f" +{len(row['with'])}" if row["with"] else "")


@click.command(help=say("help-unanswered"))
@click.option("--to", "assignee", default="", help=say("opt-inbox-to"))
@click.option("--late", is_flag=True, help=say("opt-unanswered-late"))
@officer_options
@home_option
@json_option
@guarded
def unanswered(assignee: str, late: bool, officer: str, passphrase_file: Path | None, home: Path | None,
               as_json: bool) -> None:  # fmt: skip
    """What is neither answered nor filed: whose it is, and how late."""
    with reading(home, officer, passphrase_file) as station:
        rows = [
            row for row in dispatches.unanswered(station, officer)
            if assignee in ("", row["assignee"], *row["with"]) and (row["late"] or not late)
        ]  # fmt: skip
        lines = [
            [row["id"], row["sender"], ", ".join([row["assignee"] or "–", *row["with"]]),
             local(row["due"], "%d/%m/%Y"), say("days-late", days=row["late"]) if row["late"] else "",
             _title(station, row)]
            for row in rows
        ]  # fmt: skip
    names_ = ("id", "sender", "assignee", "due", "late", "document")
    emit(rows) if as_json else table(lines, [say(f"col-{name}") for name in names_])


@click.command(help=say("help-outbox"))
@officer_options
@home_option
@json_option
@guarded
def outbox(officer: str, passphrase_file: Path | None, home: Path | None, as_json: bool) -> None:
    """What went out."""
    with reading(home, officer, passphrase_file) as station:
        rows = dispatches.outbox(station, officer)
        lines = [
            [row["id"], "/".join(filter(None, (row["addressee"], row["officer"]))),
             station.pack.level(row["level"]).name, station.pack.precedence(row["precedence"]).name, _state(row),
             local(row["sent"]), _title(station, row)]
            for row in rows
        ]  # fmt: skip
    names = ("id", "addressee", "level", "precedence", "state", "sent", "document")
    emit(rows) if as_json else table(lines, [say(f"col-{name}") for name in names])


@click.command(help=say("help-drafts"))
@officer_options
@home_option
@json_option
@guarded
def drafts(officer: str, passphrase_file: Path | None, home: Path | None, as_json: bool) -> None:
    """What was signed here."""
    with reading(home, officer, passphrase_file) as station:
        rows = dispatches.drafts(station, officer)
        lines = [
            [row["id"], station.pack.kind(row["kind"]).name, station.pack.level(row["level"]).name,
             local(row["signed"], "%d/%m %H:%M"), local(row["stamped"], "%d/%m %H:%M") or "–",
             local(row["cancelled"], "%d/%m %H:%M"), row["signer"],
             " ".join(filter(None, (row["number"], row["subject"])))]
            for row in rows
        ]  # fmt: skip
    columns = ("id", "kind", "level", "signed", "stamped", "cancelled", "signer", "document")
    emit(rows) if as_json else table(lines, [say(f"col-{name}") for name in columns])


@click.command(help=say("help-show"))
@click.argument("dispatch")
@officer_options
@home_option
@json_option
@guarded
def show(dispatch: str, officer: str, passphrase_file: Path | None, home: Path | None, as_json: bool) -> None:
    """One dispatch, or one document signed here, whole."""
    with reading(home, officer, passphrase_file) as station:
        row = dispatches.show(station, dispatch, officer)
        names = {}
        if "state" in row:
            names = {"precedence": station.pack.precedence(row["precedence"]).name, "state": _state(row)}
        if row["kind"]:
            names["kind"] = station.pack.kind_name(row["kind"])
        if row.get("caveats"):
            names["caveats"] = "; ".join(caveat.text for caveat in station.pack.caveats(tuple(row["caveats"])))
        if row["level"] is not None:
            names["level"] = station.pack.level(row["level"]).name
    if as_json:
        emit(row)
        return
    for key, value in row.items():
        if key == "history" or value in ("", None, []):
            continue
        value = ", ".join(value) if key == "with" else value
        shown = names.get(key) or (local(value) if key in _TIMES and isinstance(value, int) else str(value))
        if shown:
            echo(f"{say(f'col-{key}'):<22} {shown}")
    for event in row["history"]:
        extra = " ".join(str(event[k]) for k in ("reason", "officer", "answer", "remark") if event.get(k))
        echo(f"  {local(event['time'])}  {say('state-' + event['result'])}  {extra}".rstrip())


_TIMES = ("sent", "arrived", "accepted", "opened", "deadline", "due", "answered", "filed", "issued", "signed",
          "stamped", "cancelled")  # fmt: skip


@click.command(help=say("help-receipts"))
@click.argument("dispatch")
@home_option
@json_option
@guarded
def receipts(dispatch: str, home: Path | None, as_json: bool) -> None:
    """What the receiver answered."""
    with reading(home, "", None) as station:
        rows = dispatches.receipts(station, dispatch)
    lines = [[say("state-" + r["result"]), local(r["time"]), r["origin"], str(r["index"]), r["reason"]] for r in rows]
    emit(rows) if as_json else table(lines, [say(f"col-{n}") for n in ("state", "time", "origin", "index", "reason")])
