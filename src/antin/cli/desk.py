"""The desk: sign-document, stamp, send, accept, refuse, assign, open; and how every act gets its station."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from antin.acts import accept as accepting
from antin.acts.cancel import cancel as cancelling
from antin.acts.open_document import open_document
from antin.acts.send import Wish
from antin.acts.send import send as sending
from antin.acts.sign_document import sign_document as signing
from antin.acts.stamp import stamp as stamping
from antin.cli import read
from antin.cli.choices import Named
from antin.cli.door import (
    agreed,
    echo,
    emit,
    guarded,
    home_option,
    json_option,
    leave,
    need_home,
    officer_options,
    progress,
    say,
)
from antin.cli.outputs import replace_option, streamed
from antin.cli.seat import at_desk
from antin.errors import AntinError, Conflict, Malformed
from antin.kernel.formats.fields import Facts, Label
from antin.packs import names
from antin.station.documents import examine
from antin.station.drafts import find as find_draft
from antin.station.drafts import number_of
from antin.station.station import Station
from antin.storage.durable import Output
from antin.views import dispatches
from antin.views.local_time import local


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
@officer_options
@home_option
@json_option
@guarded
def sign_document(file: Path, again: bool, officer: str, passphrase_file: Path | None, home: Path | None, as_json: bool,
                  **what: Any) -> None:  # fmt: skip
    """A leader signs."""
    with at_desk(home, officer, passphrase_file) as (station, who):
        found = described(station, file, what)
        if found is None:
            raise Malformed("kind-and-level-needed")
        before = None if again else find_draft(station, examine(file, pdf_only=not what["any_type"]), who)
        if before is not None and before.attached.facts.number == found[0].number:
            same = f"vb-{before.number}"
            if not agreed(say("ask-sign-again", id=same)):
                raise Conflict("document-signed-before", id=same)
        id_ = signing(station, who, file, *found, pdf_only=not what["any_type"])
    _done(as_json, "sign-document-done", id=id_, officer=who)


@click.command(help=say("help-stamp"))
@click.argument("documents", nargs=-1, required=True, metavar="vb-…")
@officer_options
@home_option
@json_option
@guarded
def stamp(documents: tuple[str, ...], officer: str, passphrase_file: Path | None, home: Path | None,
          as_json: bool) -> None:  # fmt: skip
    """The registrar sets the seal."""
    with at_desk(home, officer, passphrase_file) as (station, who):
        each_of(documents, lambda one: stamping(station, who, one), as_json, "stamp-done", who)


@click.command(help=say("help-cancel"))
@click.argument("document", metavar="vb-…")
@click.option("--reason", required=True, help=say("opt-cancel-reason"))
@officer_options
@home_option
@json_option
@guarded
def cancel(document: str, reason: str, officer: str, passphrase_file: Path | None, home: Path | None,
           as_json: bool) -> None:  # fmt: skip
    """What was signed is not to be sent."""
    with at_desk(home, officer, passphrase_file) as (station, who):
        cancelling(station, who, document, reason)
    _done(as_json, "cancel-done", id=document, officer=who)


@click.command(help=say("help-send"))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--to", "to", multiple=True, required=True, help=say("opt-to"))
@click.option("--precedence", default="0", help=say("opt-precedence"))
@click.option("--deadline", help=say("opt-deadline"))
@click.option("--draft", default="", help=say("opt-send-draft"))
@click.option("--again", is_flag=True, help=say("opt-send-again"))
@describing
@officer_options
@home_option
@json_option
@guarded
def send(file: Path, to: tuple[str, ...], precedence: str, deadline: str | None, draft: str, again: bool, officer: str,
         passphrase_file: Path | None, home: Path | None, as_json: bool, **what: Any) -> None:  # fmt: skip
    """Seal and spool."""
    with at_desk(home, officer, passphrase_file) as (station, who):
        addresses = [read.address(each) for each in to]
        until = read.to_come(deadline, station.now(), "--deadline") if deadline else 0
        label_only = what["kind"] is None and what["level"] is not None
        found = None if label_only else described(station, file, what)
        label = Label(names.level(station.pack, what["level"]), 0, (), (), 0) if label_only else found and found[1]
        wish = Wish(addresses, names.precedence(station.pack, precedence), until, label, found and found[0],
                    pdf_only=not what["any_type"], draft=number_of(draft, "vb") if draft else 0)  # fmt: skip
        if not again:
            check_not_sent(station, who, file, wish)
        size = file.stat().st_size if file.is_file() else None
        with progress(size, say("sealing")) as tell:
            ids = sending(station, who, file, wish, tell)
    if as_json:
        emit({"sent": ids})
    else:
        echo(say("send-done", ids=", ".join(ids)))
        echo("  " + say("next-sync-send"))


def check_not_sent(station: Station, officer: str, file: Path, wish: Wish) -> None:
    """The same document to the same addressee once more is asked about; unattended it is refused."""
    found = dispatches.sent_before(station, officer, examine(file, pdf_only=wish.pdf_only),
                                   [(each.code, each.officer) for each in wish.to])  # fmt: skip
    if found and not agreed(say("ask-send-again", ids=", ".join(found))):
        raise Conflict("document-sent-before", ids=", ".join(found))


@click.command(help=say("help-accept"))
@click.argument("dispatches", nargs=-1, required=True, metavar="den-…")
@officer_options
@home_option
@json_option
@guarded
def accept(dispatches: tuple[str, ...], officer: str, passphrase_file: Path | None, home: Path | None,
           as_json: bool) -> None:  # fmt: skip
    """Enter in the book."""
    with at_desk(home, officer, passphrase_file) as (station, who):
        each_of(dispatches, lambda one: accepting.accept(station, who, one), as_json, "accept-done", who)


def each_of(ids: tuple[str, ...], act: Callable[[str], object], as_json: bool, done: str, who: str) -> None:
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
            if not as_json:
                echo(say(done, id=one, officer=who))
    if as_json:
        refused = [{"id": one, "code": error.code} for one, error in failed]
        emit({"id": ids[0], "officer": who} if len(ids) == 1 else {"ids": went, "officer": who, "refused": refused})
    leave(failed, as_json)


@click.command(help=say("help-refuse"))
@click.argument("dispatch")
@click.option("--reason", required=True, type=Named("refuse-reason", accepting.REASONS), help=say("opt-refuse-reason"))
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
@click.argument("dispatches", nargs=-1, required=True, metavar="den-…")
@click.option("--lead", default="", help=say("opt-assign-lead"))
@click.option("--with", "partners", multiple=True, help=say("opt-assign-with"))
@click.option("--due", help=say("opt-assign-due"))
@click.option("--remark", default="", help=say("opt-remark"))
@officer_options
@home_option
@json_option
@guarded
def assign(dispatches: tuple[str, ...], lead: str, partners: tuple[str, ...], due: str | None, remark: str,
           officer: str, passphrase_file: Path | None, home: Path | None, as_json: bool) -> None:  # fmt: skip
    """Hand it to who leads and who helps; the last word is who leads, where no option says so."""
    *ids, to = (*dispatches, lead) if lead else dispatches
    if not ids:
        raise Malformed("assign-to-whom", id=to)
    with at_desk(home, officer, passphrase_file) as (station, who):
        until = read.to_come(due, station.now(), "--due") if due else 0
        each_of(tuple(ids), lambda one: accepting.assign(station, who, one, to, remark, partners=partners, due=until),
                as_json, "assign-done", to)  # fmt: skip


@click.command(help=say("help-answer"))
@click.argument("dispatch", metavar="den-…")
@click.argument("sending", metavar="di-…")
@officer_options
@home_option
@json_option
@guarded
def answer(dispatch: str, sending: str, officer: str, passphrase_file: Path | None, home: Path | None,
           as_json: bool) -> None:  # fmt: skip
    """What we sent answers what came."""
    with at_desk(home, officer, passphrase_file) as (station, who):
        accepting.answer_with(station, who, dispatch, sending)
    _done(as_json, "answer-done", id=dispatch, answer=sending)


@click.command(help=say("help-file"))
@click.argument("dispatches", nargs=-1, required=True, metavar="den-…")
@click.option("--remark", default="", help=say("opt-file-remark"))
@officer_options
@home_option
@json_option
@guarded
def file(dispatches: tuple[str, ...], remark: str, officer: str, passphrase_file: Path | None, home: Path | None,
         as_json: bool) -> None:  # fmt: skip
    """Nothing more is to be done about it."""
    with at_desk(home, officer, passphrase_file) as (station, who):
        each_of(dispatches, lambda one: accepting.file_away(station, who, one, remark), as_json, "file-done", who)


@click.command("open", help=say("help-open"))
@click.argument("ids", nargs=-1, required=True, metavar="den-…")
@click.option("-o", "--output", type=click.Path(allow_dash=True), required=True, help=say("opt-open-out"))
@replace_option
@officer_options
@home_option
@json_option
@guarded
def open_(ids: tuple[str, ...], output: str, replace: bool, officer: str, passphrase_file: Path | None,
          home: Path | None, as_json: bool) -> None:  # fmt: skip
    """Open, verify, release: one to a file or to standard output, several into a folder."""
    if len(ids) == 1 and not os.path.isdir(output):  # noqa: PTH112 a name too long is no folder
        with streamed(output, need_home(home), replace=replace) as (target, deliver), \
                at_desk(home, officer, passphrase_file) as (station, who):  # fmt: skip
            facts = _opened(station, who, ids[0], output, target, deliver)
        _say_opened(facts, as_json and output != "-", err=output == "-")
        return
    if not os.path.isdir(output):  # noqa: PTH112 a name too long is no folder
        raise Malformed("open-into-folder", path=output)
    done: list[dict[str, Any]] = []
    failed: list[tuple[str, AntinError]] = []
    with at_desk(home, officer, passphrase_file) as (station, who):
        for one in dict.fromkeys(ids):
            name = str(Path(output) / f"{one}.pdf")
            try:
                with streamed(name, need_home(home), replace=replace) as (target, deliver):
                    done.append(_opened(station, who, one, name, target, deliver))
            except AntinError as error:
                failed.append((one, error))
                continue
            if not as_json:
                _say_opened(done[-1], False)
    if as_json:
        emit({"opened": done, "refused": [{"id": one, "code": error.code} for one, error in failed]})
    leave(failed, as_json)


def _opened(station: Station, who: str, dispatch: str, output: str, target: Output,
            deliver: Callable[[], None]) -> dict[str, Any]:  # fmt: skip
    with progress(None, say("opening")) as tell:
        found = open_document(station, who, dispatch, target, tell, deliver)
    statement = found.statement
    return {"id": dispatch, "output": output, "author": found.author.name, "level": statement.label.level,
            "number": statement.facts.number, "subject": statement.facts.subject, "size": statement.size,
            "attached": [{"act": v.act, "by": [b.name for b in by]} for v, by in found.attached],
            "level_name": station.pack.level(statement.label.level).name}  # fmt: skip


def _say_opened(facts: dict[str, Any], as_json: bool, *, err: bool = False) -> None:
    if as_json:
        emit(facts)
        return
    signers = ", ".join(f"{say('act-' + each['act'])}: {each['by'][0]}" for each in facts["attached"])
    echo(say("open-done", output=facts["output"], author=facts["author"], level=facts["level_name"],
             signers=signers or "–"), err=err)  # fmt: skip


def _done(as_json: bool, code: str, **fields: str) -> None:
    if as_json:
        emit(fields)
    else:
        echo(say(code, **fields))
