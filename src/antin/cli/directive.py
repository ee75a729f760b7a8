"""``antin directive``: issue, withdraw; acknowledge, study, read, report the study."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from antin.acts import directive as acts
from antin.cli import form, read
from antin.cli.choices import Named
from antin.cli.desk import at_desk, reading
from antin.cli.door import agreed, echo, emit, say, shown, table
from antin.cli.papers import acting, done, files
from antin.errors import Conflict
from antin.packs import names
from antin.registers.directives.records import BOTH, IN_PERSON, ONLINE
from antin.views import directives as views
from antin.views import papers as paper_views
from antin.views.local_time import local


@click.group(help=say("help-directive"))
def directive() -> None:
    """Directives."""


@directive.command("issue", help=say("help-directive-issue"))
@click.argument("filled", type=click.Path(path_type=Path))
@click.option("--document", "documents", multiple=True, type=click.Path(path_type=Path),
              help=say("opt-directive-document"))  # fmt: skip
@click.option("--again", is_flag=True, help=say("opt-issue-again"))
@acting
def issue(filled: Path, documents: tuple[Path, ...], again: bool, officer: str, passphrase_file: Path | None,
          home: Path | None, as_json: bool) -> None:  # fmt: skip
    """A leader issues; the same number and title once more only when that is meant."""
    plan = form.read(acts.Plan, filled)
    with at_desk(home, officer, passphrase_file) as (station, who):
        title = paper_views.title({"number": plan.number, "title": plan.title})
        same = [row["id"] for row in views.directives(station, who)
                if row["state"] != "withdrawn" and (row["station"], row["title"]) == (station.code, title)]  # fmt: skip
        if same and not again and not agreed(say("ask-issue-again", id=same[0])):
            raise Conflict("directive-issued-before", id=same[0])
        level, urgency = names.level(station.pack, plan.level), names.precedence(station.pack, plan.precedence)
        id_ = acts.issue(station, who, plan, level, urgency, files(documents))
    done(as_json, "directive-issued-done", id=id_)


@directive.command("withdraw", help=say("help-directive-withdraw"))
@click.argument("id_")
@click.option("--reason", required=True, help=say("opt-withdraw-reason"))
@acting
def withdraw(id_: str, reason: str, officer: str, passphrase_file: Path | None, home: Path | None,
             as_json: bool) -> None:  # fmt: skip
    """Taken back."""
    with at_desk(home, officer, passphrase_file) as (station, who):
        acts.withdraw(station, who, id_, reason)
    done(as_json, "directive-withdrawn-done", id=id_)


@directive.command("move", help=say("help-directive-move"))
@click.argument("id_")
@click.argument("unit")
@click.argument("parent")
@acting
def move(id_: str, unit: str, parent: str, officer: str, passphrase_file: Path | None, home: Path | None,
         as_json: bool) -> None:  # fmt: skip
    """A unit has another superior."""
    with at_desk(home, officer, passphrase_file) as (station, who):
        acts.move_unit(station, who, id_, read.agency_code(unit), read.agency_code(parent))
    done(as_json, "directive-move-done", id=id_, unit=unit, parent=parent)


@directive.command("ack", help=say("help-directive-ack"))
@click.argument("id_")
@click.option("--remark", default="", help=say("opt-remark"))
@acting
def ack(id_: str, remark: str, officer: str, passphrase_file: Path | None, home: Path | None, as_json: bool) -> None:
    """The unit takes it up."""
    with at_desk(home, officer, passphrase_file) as (station, who):
        acts.acknowledge(station, who, id_, remark)
    done(as_json, "directive-ack-done", id=id_)


@directive.command("study", help=say("help-directive-study"))
@click.argument("id_")
@click.option("--form", "how", type=Named("meeting-form", (IN_PERSON, ONLINE, BOTH)), default=IN_PERSON,
              help=say("opt-study-form"))  # fmt: skip
@click.option("--held", help=say("opt-study-held"))
@click.option("--invited", type=click.IntRange(0, 1_000_000), default=0, help=say("opt-study-invited"))
@click.option("--present", multiple=True, help=say("opt-study-present"))
@click.option("--online", multiple=True, help=say("opt-study-online"))
@click.option("--others", type=click.IntRange(0, 1_000_000), default=0, help=say("opt-study-others"))
@click.option("--others-online", type=click.IntRange(0, 1_000_000), default=0, help=say("opt-study-others-online"))
@click.option("--place", default="", help=say("opt-study-place"))
@acting
def study(id_: str, how: str, held: str | None, officer: str, passphrase_file: Path | None, home: Path | None,
          as_json: bool, **there: Any) -> None:  # fmt: skip
    """A session is entered."""
    with at_desk(home, officer, passphrase_file) as (station, who):
        session = acts.Session(
            held=read.moment(held) if held else station.now(), form=how, invited=there["invited"],
            in_person=there["present"], online=there["online"], others_in_person=there["others"],
            others_online=there["others_online"], place=there["place"],
        )  # fmt: skip
        acts.hold_study(station, who, id_, session)
    done(as_json, "directive-study-done", id=id_)


@directive.command("read", help=say("help-directive-read"))
@click.argument("id_")
@acting
def read_(id_: str, officer: str, passphrase_file: Path | None, home: Path | None, as_json: bool) -> None:
    """A person signs that he has read it."""
    with at_desk(home, officer, passphrase_file) as (station, who):
        acts.read(station, who, id_)
    done(as_json, "directive-read-done", id=id_, officer=who)


@directive.command("report", help=say("help-directive-report"))
@click.argument("id_")
@acting
def report(id_: str, officer: str, passphrase_file: Path | None, home: Path | None, as_json: bool) -> None:
    """How far the study is."""
    with at_desk(home, officer, passphrase_file) as (station, who):
        figures = acts.report_study(station, who, id_)
    done(as_json, "directive-report-done", id=id_, **figures)


@directive.command("list", help=say("help-directive-list"))
@acting
def list_(officer: str, passphrase_file: Path | None, home: Path | None, as_json: bool) -> None:
    """All of them."""
    with reading(home, officer, passphrase_file) as station:
        rows = views.directives(station, officer)
        lines = [
            [row["id"], station.pack.kind_name(row["kind"]), row["station"], local(row["signed"], "%d/%m/%Y"),
             station.pack.precedence(row["precedence"]).name, say(f"directive-state-{row['state']}"),
             shown(row["title"])]
            for row in rows
        ]  # fmt: skip
    columns = ("id", "kind", "issuer", "issued", "precedence", "state", "title")
    emit(rows) if as_json else table(lines, [say(f"col-{name}") for name in columns])


@directive.command("show", help=say("help-directive-show"))
@click.argument("id_")
@click.option("-o", "--output", type=click.Path(path_type=Path, file_okay=False), help=say("opt-directive-files"))
@acting
def show(id_: str, output: Path | None, officer: str, passphrase_file: Path | None, home: Path | None,
         as_json: bool) -> None:  # fmt: skip
    """One whole, with the line of its legal basis."""
    with reading(home, officer, passphrase_file) as station:
        row = views.directive(station, id_, officer)
        kinds = {each["kind"]: station.pack.kind_name(each["kind"]) for each in [row, *row["basis"]]}
        saved = paper_views.save(station, row["record"], officer, output) if output else []
    if as_json:
        emit({**row, "saved": [str(path) for path in saved]})
        return
    echo(click.style(f"{kinds[row['kind']]} {row['title'] or say('hidden')}", bold=True))
    for line in row["summary"]:
        echo(f"  – {line}")
    for key in ("signed", "acknowledge_by", "study_by", "ends"):
        if row[key]:
            echo(f"{say('col-' + key):<22} {local(row[key], '%d/%m/%Y')}")
    if row["basis"]:
        echo(say("directive-basis"))
    for each in row["basis"]:
        words = " ".join(filter(None, (each["number"], each["issuer"], each["title"])))
        echo(f"  {local(each['issued'], '%d/%m/%Y')}  {kinds[each['kind']]} {words}".rstrip())
    for path in saved:
        echo(say("saved", path=path))
