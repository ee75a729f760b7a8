"""``antin inspection`` and ``antin escalate``: findings followed until closed; what is late told, step by step."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from antin.acts import escalate as escalating
from antin.acts import inspection as acts
from antin.cli import form, read
from antin.cli.choices import Named
from antin.cli.door import agreed, echo, emit, say, shown, table
from antin.cli.papers import acting, done
from antin.cli.seat import at_desk, reading
from antin.errors import Conflict
from antin.packs import names
from antin.registers.inspections.records import SEVERITIES
from antin.station.station import Station
from antin.views import duties
from antin.views import inspections as views
from antin.views.local_time import local

DAY = "%d/%m/%Y"


@click.group(help=say("help-inspection"))
def inspection() -> None:
    """Inspections."""


@inspection.command("plan", help=say("help-inspection-plan"))
@click.argument("directive")
@click.argument("filled", type=click.Path(path_type=Path))
@acting
def plan(directive: str, filled: Path, officer: str, passphrase_file: Path | None, home: Path | None,
         as_json: bool) -> None:  # fmt: skip
    """A leader plans one."""
    given = form.read(acts.Plan, filled)
    with at_desk(home, officer, passphrase_file) as (station, who):
        level, urgency = names.level(station.pack, given.level), names.precedence(station.pack, given.precedence)
        id_ = acts.plan(station, who, directive, given, level, urgency)
    done(as_json, "inspection-plan-done", id=id_)


@inspection.command("find", help=say("help-inspection-find"))
@click.argument("id_")
@click.argument("unit")
@click.argument("item")
@click.option("--severity", type=Named("severity", SEVERITIES), required=True, help=say("opt-finding-severity"))
@click.option("--deadline", required=True, help=say("opt-finding-deadline"))
@click.option("--what", required=True, help=say("opt-finding-what"))
@click.option("--cause", default="", help=say("opt-finding-cause"))
@click.option("--demand", default="", help=say("opt-finding-demand"))
@acting
def find(id_: str, unit: str, item: str, severity: str, deadline: str, officer: str, passphrase_file: Path | None,
         home: Path | None, as_json: bool, **said: str) -> None:  # fmt: skip
    """An inspector finds something."""
    finding = acts.Finding(unit=read.agency_code(unit), item=item, severity=severity, deadline=read.moment(deadline),
                           title=said["what"], cause=said["cause"], demand=said["demand"])  # fmt: skip
    with at_desk(home, officer, passphrase_file) as (station, who):
        finding_id = acts.make_finding(station, who, id_, finding)
    done(as_json, "inspection-find-done", id=finding_id, inspection=id_)


@inspection.command("answer", help=say("help-inspection-answer"))
@click.argument("finding")
@click.option("--done", "did", required=True, help=say("opt-finding-done"))
@click.option("--evidence", multiple=True, type=click.Path(path_type=Path), help=say("opt-finding-evidence"))
@acting
def answer(finding: str, did: str, evidence: tuple[Path, ...], officer: str, passphrase_file: Path | None,
           home: Path | None, as_json: bool) -> None:  # fmt: skip
    """The unit says what it did."""
    with at_desk(home, officer, passphrase_file) as (station, who):
        acts.answer(station, who, finding, did, evidence)
    done(as_json, "inspection-answer-done", id=finding)


@inspection.command("close", help=say("help-inspection-close"))
@click.argument("finding")
@click.option("--remark", default="", help=say("opt-remark"))
@acting
def close(finding: str, remark: str, officer: str, passphrase_file: Path | None, home: Path | None,
          as_json: bool) -> None:  # fmt: skip
    """It is remedied."""
    with at_desk(home, officer, passphrase_file) as (station, who):
        acts.close(station, who, finding, remark)
    done(as_json, "inspection-close-done", id=finding)


@inspection.command("reopen", help=say("help-inspection-reopen"))
@click.argument("finding")
@click.option("--deadline", required=True, help=say("opt-finding-deadline"))
@click.option("--remark", default="", help=say("opt-remark"))
@acting
def reopen(finding: str, deadline: str, remark: str, officer: str, passphrase_file: Path | None, home: Path | None,
           as_json: bool) -> None:  # fmt: skip
    """It is not."""
    with at_desk(home, officer, passphrase_file) as (station, who):
        acts.reopen(station, who, finding, read.moment(deadline), remark)
    done(as_json, "inspection-reopen-done", id=finding)


@inspection.command("finish", help=say("help-inspection-finish"))
@click.argument("id_")
@click.option("--remark", default="", help=say("opt-remark"))
@click.option("--early", is_flag=True, help=say("opt-finish-early"))
@acting
def finish(id_: str, remark: str, early: bool, officer: str, passphrase_file: Path | None, home: Path | None,
           as_json: bool) -> None:  # fmt: skip
    """All findings are closed; before it began only when that is meant."""
    with at_desk(home, officer, passphrase_file) as (station, who):
        starts = acts.find_inspection(station, id_).starts
        meant = early or starts <= station.now() or agreed(say("ask-finish-early", id=id_, starts=local(starts)))
        if not meant:
            raise Conflict("inspection-not-begun", id=id_, time=starts)
        acts.finish(station, who, id_, remark)
    done(as_json, "inspection-finish-done", id=id_)


@inspection.command("list", help=say("help-inspection-list"))
@acting
def list_(officer: str, passphrase_file: Path | None, home: Path | None, as_json: bool) -> None:
    """All of them."""
    with reading(home, officer, passphrase_file) as station:
        rows = views.inspections(station, officer)
    lines = [
        [row["id"], row["station"], row["directive"], local(row["starts"], DAY), local(row["ends"], DAY),
         say(f"inspection-{row['state']}"), f"{row['open']}/{row['findings']}", shown(row["title"])]
        for row in rows
    ]  # fmt: skip
    columns = ("id", "station", "directive", "starts", "ends", "state", "open-findings", "title")
    emit(rows) if as_json else table(lines, [say(f"col-{name}") for name in columns])


@inspection.command("show", help=say("help-inspection-show"))
@click.argument("id_")
@acting
def show(id_: str, officer: str, passphrase_file: Path | None, home: Path | None, as_json: bool) -> None:
    """One whole."""
    with reading(home, officer, passphrase_file) as station:
        row = views.inspection(station, id_, officer)
    if as_json:
        emit(row)
        return
    echo(click.style(f"{row['id']} {row['title'] or say('hidden')}", bold=True))
    echo(f"  {', '.join(row['units'])}  {local(row['starts'], DAY)} – {local(row['ends'], DAY)}")
    echo(f"  {say('col-inspectors')}: {', '.join(row['inspectors'])}")
    for each in row["checklist"]:
        echo(f"  – {each['key']}: {each['text'] or say('hidden')}")
    lines = [
        [each["id"], each["unit"], each["item"], say(f"severity-{each['severity']}"), local(each["deadline"], DAY),
         say("finding-late") if each["late"] else say(f"finding-{each['state']}"), shown(each["title"])]
        for each in row["list"]
    ]  # fmt: skip
    columns = ("id", "unit", "item", "severity", "due", "state", "title")
    table(lines, [say(f"col-{name}") for name in columns])


@click.command(help=say("help-escalate"))
@click.option("--dry-run", is_flag=True, help=say("opt-escalate-dry-run"))
@click.option("--list", "listing", is_flag=True, help=say("opt-escalate-list"))
@acting
def escalate(dry_run: bool, listing: bool, officer: str, passphrase_file: Path | None, home: Path | None,
             as_json: bool) -> None:  # fmt: skip
    """For a timer: each step once."""
    if listing:
        _list(home, officer, passphrase_file, as_json)
        return
    hidden: list[escalating.Told] = []
    if dry_run:
        with reading(home, officer, passphrase_file) as station:
            told = escalating.reached(station, duties.items(station))
            rows = _rows(station, told, officer)
    else:
        with at_desk(home, officer, passphrase_file) as (station, who):
            told, hidden = escalating.escalate(station, who, duties.items(station))
            rows = _rows(station, told, who)
    if as_json:
        emit({"recorded": not dry_run, "steps": rows, "above_clearance": len(hidden)})
        return
    lines = [
        [say(f"step-{row['step']}"), row["unit"], say(f"due-{row['what']}"), f"{row['id']} {row['key']}".rstrip(),
         local(row["due"]), ", ".join(row["to"]) or "–", ", ".join(row["unreachable"]) or "–"]
        for row in rows
    ]  # fmt: skip
    columns = ("step", "unit", "duty", "id", "due", "receiver", "unreachable")
    table(lines, [say(f"col-{name}") for name in columns])
    if hidden:
        echo(say("escalate-hidden", count=len(hidden)), err=True)
    if rows and not dry_run:
        echo("  " + say("next-publish-paper"))


def _rows(station: Station, told: list[escalating.Told], who: str) -> list[dict[str, Any]]:
    return [
        {"step": each.step.step, "what": each.step.item.what, "id": each.step.item.name, "key": each.step.item.key,
         "unit": each.step.item.unit, "due": each.step.item.due, "precedence": each.step.item.precedence,
         "to": list(each.to), "unreachable": list(each.unreachable),
         "title": duties.item_title(station, each.step.item, who)}
        for each in told
    ]  # fmt: skip


def _list(home: Path | None, officer: str, passphrase_file: Path | None, as_json: bool) -> None:
    with reading(home, officer, passphrase_file) as station:
        rows = duties.escalations(station, officer)
    lines = [
        [local(row.time), row.station, say(f"step-{row.step}"), row.unit, say(f"due-{row.what}"), local(row.due),
         shown(row.title)]
        for row in rows
    ]  # fmt: skip
    columns = ("time", "station", "step", "unit", "duty", "due", "title")
    emit([asdict(row) for row in rows]) if as_json else table(lines, [say(f"col-{name}") for name in columns])
