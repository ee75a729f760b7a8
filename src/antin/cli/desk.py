"""The desk: sign-document, stamp, send, inbox, outbox, drafts, show, accept, refuse, assign, open, receipts."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from antin.acts import accept as accepting
from antin.acts.open_document import open_document
from antin.acts.send import Wish
from antin.acts.send import send as sending
from antin.acts.sign_document import sign_document as signing
from antin.acts.stamp import stamp as stamping
from antin.cli import read
from antin.cli.door import (
    emit,
    guarded,
    home_option,
    json_option,
    need_home,
    officer_options,
    passphrase,
    progress,
    say,
    table,
)
from antin.cli.setup import only_officer
from antin.errors import Malformed
from antin.kernel.formats.fields import Facts, Label
from antin.packs import names
from antin.station.station import Station, opened
from antin.storage.durable import Output
from antin.views import dispatches
from antin.views.local_time import local


@contextmanager
def at_desk(home: Path | None, officer: str, passphrase_file: Path | None) -> Iterator[tuple[Station, str]]:
    """An open station with the acting officer signed in."""
    with opened(need_home(home)) as station:
        who = officer or only_officer(station)
        station.sign_in(who, passphrase(passphrase_file, who))
        yield station, who


@contextmanager
def reading(home: Path | None, officer: str, passphrase_file: Path | None) -> Iterator[Station]:
    """An open station; signed in only when an officer was named, so that lists need no passphrase."""
    with opened(need_home(home), write=bool(officer)) as station:
        if officer:
            station.sign_in(officer, passphrase(passphrase_file, officer))
        yield station


def describing(command: Any) -> Any:
    """The options that describe a document."""
    for option in (
        click.option("--any-type", is_flag=True, help=say("opt-any-type")),
        click.option("--copies", type=click.IntRange(0, 9999), default=0, help=say("opt-copies")),
        click.option("--until", help=say("opt-until")),
        click.option("--caveat", "caveats", multiple=True, help=say("opt-caveat")),
        click.option("--date", "date", help=say("opt-date")),
        click.option("--subject", default="", help=say("opt-subject")),
        click.option("--number", default="", help=say("opt-number")),
        click.option("--kind", help=say("opt-kind")),
        click.option("--level", help=say("opt-level")),
    ):
        command = option(command)
    return command


def described(station: Station, path: Path, what: dict[str, Any]) -> tuple[Facts, Label] | None:
    """Facts and label from the options, or None when neither kind nor level was given."""
    if what["kind"] is None and what["level"] is None:
        return None
    if what["kind"] is None or what["level"] is None:
        raise Malformed("kind-and-level-needed")
    until = read.moment(what["until"]) if what["until"] else 0
    issued = read.moment(what["date"]) if what["date"] else station.now()
    media = "application/octet-stream" if what["any_type"] else "application/pdf"
    name = "".join(c for c in read.composed(path.name) if c.isprintable())[:60] or "-"
    number, subject = read.composed(what["number"]), read.composed(what["subject"])
    facts = Facts(station.pack.kind_code(read.composed(what["kind"])), number, issued, subject, name, media)
    level = names.level(station.pack, what["level"])
    return facts, Label(level, until, tuple(sorted(what["caveats"])), (), what["copies"])


@click.command("sign-document", help=say("help-sign-document"))
@click.argument("file", type=click.Path(path_type=Path))
@describing
@officer_options
@home_option
@json_option
@guarded
def sign_document(file: Path, officer: str, passphrase_file: Path | None, home: Path | None, as_json: bool,
                  **what: Any) -> None:  # fmt: skip
    """A leader signs."""
    with at_desk(home, officer, passphrase_file) as (station, who):
        found = described(station, file, what)
        if found is None:
            raise Malformed("kind-and-level-needed")
        id_ = signing(station, who, file, *found, pdf_only=not what["any_type"])
    _done(as_json, "sign-document-done", id=id_, officer=who)


@click.command(help=say("help-stamp"))
@click.argument("document")
@officer_options
@home_option
@json_option
@guarded
def stamp(document: str, officer: str, passphrase_file: Path | None, home: Path | None, as_json: bool) -> None:
    """The registrar sets the seal."""
    with at_desk(home, officer, passphrase_file) as (station, who):
        id_ = stamping(station, who, document)
    _done(as_json, "stamp-done", id=id_, officer=who)


@click.command(help=say("help-send"))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--to", "to", multiple=True, required=True, help=say("opt-to"))
@click.option("--precedence", default="0", help=say("opt-precedence"))
@click.option("--deadline", help=say("opt-deadline"))
@describing
@officer_options
@home_option
@json_option
@guarded
def send(file: Path, to: tuple[str, ...], precedence: str, deadline: str | None, officer: str,
         passphrase_file: Path | None, home: Path | None, as_json: bool, **what: Any) -> None:  # fmt: skip
    """Seal and spool."""
    with at_desk(home, officer, passphrase_file) as (station, who):
        addresses = [read.address(each) for each in to]
        until = read.moment(deadline) if deadline else 0
        label_only = what["kind"] is None and what["level"] is not None
        found = None if label_only else described(station, file, what)
        label = Label(names.level(station.pack, what["level"]), 0, (), (), 0) if label_only else found and found[1]
        wish = Wish(addresses, names.precedence(station.pack, precedence), until, label, found and found[0],
                    pdf_only=not what["any_type"])  # fmt: skip
        size = file.stat().st_size if file.is_file() else None
        with progress(size, say("sealing")) as tell:
            ids = sending(station, who, file, wish, tell)
    if as_json:
        emit({"sent": ids})
    else:
        click.echo(say("send-done", ids=", ".join(ids)))
        click.echo("  " + say("next-sync-send"))


def _state(row: dict[str, Any]) -> str:
    return say(f"state-{row['state']}")


def _title(station: Station, row: dict[str, Any]) -> str:
    if "opened" in row and not row["opened"]:
        return say("unopened")
    return " ".join(filter(None, (row["number"], row["subject"]))) or say("hidden")


@click.command(help=say("help-inbox"))
@officer_options
@home_option
@json_option
@guarded
def inbox(officer: str, passphrase_file: Path | None, home: Path | None, as_json: bool) -> None:
    """What came in."""
    with reading(home, officer, passphrase_file) as station:
        rows = dispatches.inbox(station, officer)
        lines = [
            [row["id"], str(row["arrival_number"]), row["sender"], station.pack.precedence(row["precedence"]).name,
             _state(row), local(row["arrived"]), row["assignee"], _title(station, row)]
            for row in rows
        ]  # fmt: skip
    names = ("id", "arrival", "sender", "precedence", "state", "arrived", "assignee", "document")
    emit(rows) if as_json else table(lines, [say(f"col-{name}") for name in names])


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
@home_option
@json_option
@guarded
def drafts(home: Path | None, as_json: bool) -> None:
    """What was signed here."""
    with reading(home, "", None) as station:
        rows = dispatches.drafts(station)
        lines = [
            [row["id"], station.pack.kind(row["kind"]).name, station.pack.level(row["level"]).name, str(row["size"]),
             local(row["signed"]), local(row["stamped"]) or "–"]
            for row in rows
        ]  # fmt: skip
    emit(rows) if as_json else table(
        lines, [say(f"col-{n}") for n in ("id", "kind", "level", "size", "signed", "stamped")]
    )


@click.command(help=say("help-show"))
@click.argument("dispatch")
@officer_options
@home_option
@json_option
@guarded
def show(dispatch: str, officer: str, passphrase_file: Path | None, home: Path | None, as_json: bool) -> None:
    """One dispatch whole."""
    with reading(home, officer, passphrase_file) as station:
        row = dispatches.show(station, dispatch, officer)
        names = {"precedence": station.pack.precedence(row["precedence"]).name, "state": _state(row)}
        if row["kind"]:
            names["kind"] = station.pack.kind_name(row["kind"])
            names["caveats"] = "; ".join(caveat.text for caveat in station.pack.caveats(tuple(row["caveats"])))
        if row["level"] is not None:
            names["level"] = station.pack.level(row["level"]).name
    if as_json:
        emit(row)
        return
    for key, value in row.items():
        if key == "history" or value in ("", None, []):
            continue
        shown = names.get(key) or (local(value) if key in _TIMES and isinstance(value, int) else str(value))
        click.echo(f"{say(f'col-{key}'):<22} {shown}")
    for event in row["history"]:
        extra = " ".join(str(event[k]) for k in ("reason", "officer", "remark") if event.get(k))
        click.echo(f"  {local(event['time'])}  {say('state-' + event['result'])}  {extra}".rstrip())


_TIMES = ("sent", "arrived", "accepted", "opened", "deadline", "issued")


@click.command(help=say("help-accept"))
@click.argument("dispatch")
@officer_options
@home_option
@json_option
@guarded
def accept(dispatch: str, officer: str, passphrase_file: Path | None, home: Path | None, as_json: bool) -> None:
    """Enter in the book."""
    with at_desk(home, officer, passphrase_file) as (station, who):
        accepting.accept(station, who, dispatch)
    _done(as_json, "accept-done", id=dispatch, officer=who)


@click.command(help=say("help-refuse"))
@click.argument("dispatch")
@click.option("--reason", required=True, type=click.Choice(accepting.REASONS), help=say("opt-refuse-reason"))
@officer_options
@home_option
@json_option
@guarded
def refuse(dispatch: str, reason: str, officer: str, passphrase_file: Path | None, home: Path | None,
           as_json: bool) -> None:  # fmt: skip
    """Send it back."""
    with at_desk(home, officer, passphrase_file) as (station, who):
        accepting.refuse(station, who, dispatch, reason)
    _done(as_json, "refuse-done", id=dispatch, officer=who)


@click.command(help=say("help-assign"))
@click.argument("dispatch")
@click.argument("to")
@click.option("--remark", default="", help=say("opt-remark"))
@officer_options
@home_option
@json_option
@guarded
def assign(dispatch: str, to: str, remark: str, officer: str, passphrase_file: Path | None, home: Path | None,
           as_json: bool) -> None:  # fmt: skip
    """Hand it to an officer."""
    with at_desk(home, officer, passphrase_file) as (station, who):
        accepting.assign(station, who, dispatch, to, remark)
    _done(as_json, "assign-done", id=dispatch, officer=to)


@click.command("open", help=say("help-open"))
@click.argument("dispatch")
@click.option("-o", "--output", required=True, help=say("opt-open-out"))
@click.option("--replace", is_flag=True, help=say("opt-replace"))
@officer_options
@home_option
@json_option
@guarded
def open_(dispatch: str, output: str, replace: bool, officer: str, passphrase_file: Path | None, home: Path | None,
          as_json: bool) -> None:  # fmt: skip
    """Open, verify, release."""
    piped = output == "-"
    with at_desk(home, officer, passphrase_file) as (station, who):
        target = Output(Path(station.home / "opened.tmp") if piped else Path(output), replace=replace)
        try:
            with progress(None, say("opening")) as tell:
                opened_ = open_document(station, who, dispatch, target, tell)
            target.copy_to(sys.stdout.buffer) if piped else target.publish()
        finally:
            target.close()
        statement = opened_.statement
        level = station.pack.level(statement.label.level).name
        signers = ", ".join(f"{say('act-' + value.act)}: {by[0].name}" for value, by in opened_.attached)
    if as_json and not piped:
        emit({"id": dispatch, "output": output, "author": opened_.author.name, "level": statement.label.level,
              "number": statement.facts.number, "subject": statement.facts.subject, "size": statement.size,
              "attached": [{"act": v.act, "by": [b.name for b in by]} for v, by in opened_.attached]})  # fmt: skip
    else:
        click.echo(
            say("open-done", output=output, author=opened_.author.name, level=level, signers=signers or "–"), err=piped
        )


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


def _done(as_json: bool, code: str, **fields: str) -> None:
    if as_json:
        emit(fields)
    else:
        click.echo(say(code, **fields))
