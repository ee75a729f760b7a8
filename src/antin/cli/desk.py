"""The desk: sign-document, stamp, cancel, send, accept, refuse, assign, answer, file, open."""

from __future__ import annotations

import os
from collections.abc import Callable
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
from antin.cli.bind import bound, done
from antin.cli.door import echo, emit, leave, progress, say
from antin.cli.outputs import replace_option, streamed
from antin.cli.seat import Seat, seated
from antin.commands import desk as commands
from antin.errors import AntinError, Conflict, Malformed
from antin.frozen import dataclass
from antin.kernel.formats.fields import Facts, Label
from antin.packs import names
from antin.station.desk import Desk
from antin.station.documents import examine
from antin.station.drafts import find as find_draft
from antin.station.drafts import number_of
from antin.station.station import Station
from antin.storage.durable import Output
from antin.views import dispatches
from antin.views.local_time import local

cancel, refuse, answer = bound(commands.CANCEL), bound(commands.REFUSE), bound(commands.ANSWER)


def describing(command: Any) -> Any:
    """The options that describe a document."""
    for option in (
        click.option("--any-type", is_flag=True, help=say("opt-any-type")),
        click.option("--copies", type=click.IntRange(0, 9999), default=0, help=say("opt-copies")),
        click.option("--until", help=say("opt-until")),
        click.option("--caveat", "caveats", multiple=True, help=say("opt-caveat")),
        click.option("--date", "date", help=say("opt-date")),
        click.option("--subject", help=say("opt-subject")),
        click.option("--number", help=say("opt-number")),
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
    until = read.to_come(what["until"], station.now(), "--until") if what["until"] else 0
    issued = read.moment(what["date"]) if what["date"] else station.now()
    if what["date"] and issued > read.moment(local(station.now(), "%d/%m/%Y")):
        echo(say("date-ahead", date=local(issued, "%d/%m/%Y")), err=True)
    for name in ("number", "subject"):
        if what[name] is not None and not what[name].strip():
            raise Malformed("option-blank", option=f"--{name}")
    media = "application/octet-stream" if what["any_type"] else "application/pdf"
    name = "".join(c for c in path.name if c.isprintable())[:60] or "-"
    number, subject = what["number"] or "", what["subject"] or ""
    facts = Facts(station.pack.kind_code(what["kind"]), number, issued, subject, name, media)
    level = names.level(station.pack, what["level"])
    return facts, Label(level, until, tuple(sorted(what["caveats"])), (), what["copies"])


@click.command("sign-document", help=say("help-sign-document"))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--again", is_flag=True, help=say("opt-sign-again"))
@describing
@seated
def sign_document(seat: Seat, file: Path, again: bool, **what: Any) -> None:
    """A leader signs."""
    with seat.acting() as desk:
        found = described(desk.station, file, what)
        if found is None:
            raise Malformed("kind-and-level-needed")
        pdf_only = not what["any_type"]
        before = None if again else find_draft(desk.station, examine(file, pdf_only=pdf_only), desk.officer)
        if before is not None and before.attached.facts.number == found[0].number:
            desk.agree("ask-sign-again", Conflict("document-signed-before", id=f"vb-{before.number}"))
        id_ = signing(desk.station, desk.officer, file, *found, pdf_only=pdf_only)
    done(seat.as_json, "sign-document-done", {"id": id_, "officer": desk.officer})


@click.command(help=say("help-stamp"))
@click.argument("documents", nargs=-1, required=True, metavar="vb-…")
@seated
def stamp(seat: Seat, documents: tuple[str, ...]) -> None:
    """The registrar sets the seal."""
    with seat.acting() as desk:
        each_of(seat, documents, lambda one: stamping(desk.station, desk.officer, one), "stamp-done", desk.officer)


@click.command(help=say("help-send"))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--to", "to", multiple=True, required=True, help=say("opt-to"))
@click.option("--precedence", default="0", help=say("opt-precedence"))
@click.option("--deadline", help=say("opt-deadline"))
@click.option("--draft", default="", help=say("opt-send-draft"))
@click.option("--again", is_flag=True, help=say("opt-send-again"))
@describing
@seated
def send(seat: Seat, file: Path, to: tuple[str, ...], precedence: str, deadline: str | None, draft: str, again: bool,
         **what: Any) -> None:  # fmt: skip
    """Seal and spool."""
    with seat.acting() as desk:
        station = desk.station
        addresses = [read.address(each) for each in to]
        until = read.to_come(deadline, station.now(), "--deadline") if deadline else 0
        label_only = what["kind"] is None and what["level"] is not None
        found = None if label_only else described(station, file, what)
        label = Label(names.level(station.pack, what["level"]), 0, (), (), 0) if label_only else found and found[1]
        wish = Wish(addresses, names.precedence(station.pack, precedence), until, label, found and found[0],
                    pdf_only=not what["any_type"], draft=number_of(draft, "vb") if draft else 0)  # fmt: skip
        if not again:
            _check_not_sent(desk, file, wish)
        size = file.stat().st_size if file.is_file() else None
        with progress(size, say("sealing")) as tell:
            ids = sending(station, desk.officer, file, wish, tell)
    if seat.as_json:
        emit({"sent": ids})
    else:
        echo(say("send-done", ids=", ".join(ids)))
        echo("  " + say("next-sync-send"))


def _check_not_sent(desk: Desk, file: Path, wish: Wish) -> None:
    """The same document to the same addressee once more is asked about; unattended it is refused."""
    to = [(each.code, each.officer) for each in wish.to]
    found = dispatches.sent_before(desk.station, desk.officer, examine(file, pdf_only=wish.pdf_only), to)
    if found:
        desk.agree("ask-send-again", Conflict("document-sent-before", ids=", ".join(found)))


@click.command(help=say("help-accept"))
@click.argument("dispatches", nargs=-1, required=True, metavar="den-…")
@seated
def accept(seat: Seat, dispatches: tuple[str, ...]) -> None:
    """Enter in the book."""
    with seat.acting() as desk:
        each_of(seat, dispatches, lambda one: accepting.accept(desk.station, desk.officer, one), "accept-done",
                desk.officer)  # fmt: skip


def each_of(seat: Seat, ids: tuple[str, ...], act: Callable[[str], object], says: str, who: str) -> None:
    """Several under one passphrase: one that is refused keeps no other back, and the first refusal is the result."""
    went: list[str] = []
    failed: list[tuple[str, AntinError]] = []
    for one in dict.fromkeys(ids):
        try:
            act(one)
        except AntinError as error:
            if len(ids) == 1:
                raise
            failed.append((one, error))
        else:
            went.append(one)
            if not seat.as_json:
                echo(say(says, id=one, officer=who))
    if seat.as_json:
        refused = [{"id": one, "code": error.code} for one, error in failed]
        emit({"id": ids[0], "officer": who} if len(ids) == 1 else {"ids": went, "officer": who, "refused": refused})
    leave(failed, seat.as_json)


@click.command(help=say("help-assign"))
@click.argument("dispatches", nargs=-1, required=True, metavar="den-…")
@click.option("--lead", default="", help=say("opt-assign-lead"))
@click.option("--with", "partners", multiple=True, help=say("opt-assign-with"))
@click.option("--due", help=say("opt-assign-due"))
@click.option("--remark", default="", help=say("opt-remark"))
@seated
def assign(seat: Seat, dispatches: tuple[str, ...], lead: str, partners: tuple[str, ...], due: str | None,
           remark: str) -> None:  # fmt: skip
    """Hand it to who leads and who helps; the last word is who leads, where no option says so."""
    *ids, to = (*dispatches, lead) if lead else dispatches
    if not ids:
        raise Malformed("assign-to-whom", id=to)
    with seat.acting() as desk:
        until = read.to_come(due, desk.now(), "--due") if due else 0

        def act(one: str) -> None:
            accepting.assign(desk.station, desk.officer, one, to, remark, partners=partners, due=until)

        each_of(seat, tuple(ids), act, "assign-done", to)


@click.command(help=say("help-file"))
@click.argument("dispatches", nargs=-1, required=True, metavar="den-…")
@click.option("--remark", default="", help=say("opt-file-remark"))
@seated
def file(seat: Seat, dispatches: tuple[str, ...], remark: str) -> None:
    """Nothing more is to be done about it."""
    with seat.acting() as desk:
        each_of(seat, dispatches, lambda one: accepting.file_away(desk.station, desk.officer, one, remark),
                "file-done", desk.officer)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Attached:
    """What a signature says, and who made it."""

    act: str
    by: list[str]


@dataclass(frozen=True, slots=True)
class Opened:
    """A document that was opened, where it lies now, what its statement says. ``level_name``: as the pack has it."""

    id: str
    output: str
    author: str
    level: int
    number: str
    subject: str
    size: int
    attached: list[Attached]
    level_name: str


@click.command("open", help=say("help-open"))
@click.argument("ids", nargs=-1, required=True, metavar="den-…")
@click.option("-o", "--output", type=click.Path(allow_dash=True), required=True, help=say("opt-open-out"))
@replace_option
@seated
def open_(seat: Seat, ids: tuple[str, ...], output: str, replace: bool) -> None:
    """Open, verify, release: one to a file or to standard output, several into a folder."""
    if len(ids) == 1 and not os.path.isdir(output):  # noqa: PTH112 a name too long is no folder
        with streamed(output, seat.folder, replace=replace) as (target, deliver), seat.acting() as desk:
            opened = _opened(desk, ids[0], output, target, deliver)
        _say_opened(opened, seat.as_json and output != "-", err=output == "-")
        return
    if not os.path.isdir(output):  # noqa: PTH112 a name too long is no folder
        raise Malformed("open-into-folder", path=output)
    went: list[Opened] = []
    failed: list[tuple[str, AntinError]] = []
    with seat.acting() as desk:
        for one in dict.fromkeys(ids):
            name = str(Path(output) / f"{one}.pdf")
            try:
                with streamed(name, seat.folder, replace=replace) as (target, deliver):
                    went.append(_opened(desk, one, name, target, deliver))
            except AntinError as error:
                failed.append((one, error))
                continue
            if not seat.as_json:
                _say_opened(went[-1], False)
    if seat.as_json:
        emit({"opened": went, "refused": [{"id": one, "code": error.code} for one, error in failed]})
    leave(failed, seat.as_json)


def _opened(desk: Desk, dispatch: str, output: str, target: Output, deliver: Callable[[], None]) -> Opened:
    with progress(None, say("opening")) as tell:
        found = open_document(desk.station, desk.officer, dispatch, target, tell, deliver)
    statement = found.statement
    level, facts = statement.label.level, statement.facts
    attached = [Attached(value.act, [each.name for each in by]) for value, by in found.attached]
    return Opened(dispatch, output, found.author.name, level, facts.number, facts.subject, statement.size, attached,
                  desk.station.pack.level(level).name)  # fmt: skip


def _say_opened(opened: Opened, as_json: bool, *, err: bool = False) -> None:
    if as_json:
        emit(opened)
        return
    signers = ", ".join(f"{say('act-' + each.act)}: {each.by[0]}" for each in opened.attached)
    echo(say("open-done", output=opened.output, author=opened.author, level=opened.level_name,
             signers=signers or "–"), err=err)  # fmt: skip
