"""``antin programme`` and ``antin progress``: goals and tasks, reports on them, judgements, closed periods."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from antin.acts import programme as acts
from antin.cli import form
from antin.cli.choices import Named
from antin.cli.door import agreed, echo, emit, say, shown, table
from antin.cli.form import files
from antin.cli.papers import acting, done
from antin.cli.seat import at_desk, reading
from antin.errors import Conflict, Malformed
from antin.packs import names
from antin.packs.periods import vietnam_day
from antin.registers.programmes.records import ACCEPTED, RETURNED
from antin.views import programmes as views
from antin.views.local_time import local

_BAR = 20


@click.group(help=say("help-programme"))
def programme() -> None:
    """Programmes of action."""


@click.group(help=say("help-progress"))
def progress() -> None:
    """Reports on tasks."""


@programme.command("adopt", help=say("help-programme-adopt"))
@click.argument("directive")
@click.argument("filled", type=click.Path(path_type=Path))
@click.option("--above", default="", help=say("opt-programme-above"))
@click.option("--document", "documents", multiple=True, type=click.Path(path_type=Path),
              help=say("opt-directive-document"))  # fmt: skip
@acting
def adopt(directive: str, filled: Path, above: str, documents: tuple[Path, ...], officer: str,
          passphrase_file: Path | None, home: Path | None, as_json: bool) -> None:  # fmt: skip
    """A leader adopts one under a directive."""
    plan = form.read(acts.Plan, filled)
    with at_desk(home, officer, passphrase_file) as (station, who):
        level, urgency = names.level(station.pack, plan.level), names.precedence(station.pack, plan.precedence)
        id_ = acts.adopt(station, who, directive, plan, level, urgency, above, files(documents))
    done(as_json, "programme-adopt-done", id=id_)


@programme.command("withdraw-task", help=say("help-programme-withdraw-task"))
@click.argument("id_")
@click.argument("task")
@click.option("--reason", required=True, help=say("opt-withdraw-reason"))
@acting
def withdraw_task(id_: str, task: str, reason: str, officer: str, passphrase_file: Path | None, home: Path | None,
                  as_json: bool) -> None:  # fmt: skip
    """A task is taken out."""
    with at_desk(home, officer, passphrase_file) as (station, who):
        acts.withdraw_task(station, who, id_, task, reason)
    done(as_json, "programme-task-done", id=id_, task=task)


@programme.command("goals", help=say("help-programme-goals"))
@click.argument("id_")
@click.option("--period", default="", help=say("opt-period"))
@acting
def goals(id_: str, period: str, officer: str, passphrase_file: Path | None, home: Path | None, as_json: bool) -> None:
    """Our goals, as computed, to the superior."""
    with at_desk(home, officer, passphrase_file) as (station, who):
        figures = acts.report_goals(station, who, id_, period)
    if as_json:
        emit({"id": id_, "goals": figures})
        return
    table([[key, percent(share), bar(share)] for key, share in figures.items()], [say(f"col-{n}") for n in _SHARES])
    echo("  " + say("next-publish-paper"))


_SHARES = ("goal", "done", "way")


@programme.command("close", help=say("help-programme-close"))
@click.argument("id_")
@click.argument("period")
@click.option("--early", is_flag=True, help=say("opt-close-early"))
@acting
def close(id_: str, period: str, early: bool, officer: str, passphrase_file: Path | None, home: Path | None,
          as_json: bool) -> None:  # fmt: skip
    """A period is frozen; before its last day only when that is meant."""
    with at_desk(home, officer, passphrase_file) as (station, who):
        end = station.pack.period_named(period)[1].end
        if not early and vietnam_day(station.now()) <= end:
            shown = f"{end:%d/%m/%Y}"
            if not agreed(say("ask-close-early", period=period, end=shown)):
                raise Conflict("period-not-over", period=period, end=shown)
        figures = acts.close_period(station, who, id_, period)
    done(as_json, "programme-close-done", id=id_, period=period, **figures)


@programme.command("list", help=say("help-programme-list"))
@acting
def list_(officer: str, passphrase_file: Path | None, home: Path | None, as_json: bool) -> None:
    """All of them."""
    with reading(home, officer, passphrase_file) as station:
        rows = views.programmes(station, officer)
    lines = [
        [row["id"], row["directive"], row["station"], row["above"], percent(row["done"]), shown(row["title"])]
        for row in rows
    ]
    columns = ("id", "directive", "station", "above", "done", "title")
    emit(rows) if as_json else table(lines, [say(f"col-{name}") for name in columns])


@programme.command("show", help=say("help-programme-show"))
@click.argument("id_")
@acting
def show(id_: str, officer: str, passphrase_file: Path | None, home: Path | None, as_json: bool) -> None:
    """One whole: goals and tasks, as progress against time."""
    with reading(home, officer, passphrase_file) as station:
        row = views.programme(station, id_, officer)
    if as_json:
        emit(row)
        return
    echo(click.style(f"{row['id']} {row['title'] or say('hidden')}", bold=True))
    lines = [
        [each["key"], percent(each["done"]), bar(each["done"]), say(f"pace-{each['pace']}"),
         local(each["milestone"], "%d/%m/%Y"), each["title"]]
        for each in row["goals"]
    ]  # fmt: skip
    columns = ("goal", "done", "way", "pace", "milestone", "title")
    table(lines, [say(f"col-{name}") for name in columns])
    echo("")
    lines = [
        [each["key"], each["goal"], each["unit"] or say("every-unit"), f"{each['weight'] / 10:g}%",
         local(each["due"], "%d/%m/%Y"), percent(each["done"]), say(f"taskstate-{each['state']}"), each["title"]]
        for each in row["tasks"]
    ]  # fmt: skip
    table(lines, [say(f"col-{n}") for n in ("task", "goal", "unit", "weight", "due", "done", "state", "title")])


@progress.command("report", help=say("help-progress-report"))
@click.argument("id_")
@click.argument("filled", required=False, type=click.Path(path_type=Path))
@click.option("--task", "tasks", multiple=True, help=say("opt-progress-task"))
@click.option("--period", default="", help=say("opt-period"))
@acting
def report(id_: str, filled: Path | None, tasks: tuple[str, ...], period: str, officer: str,
           passphrase_file: Path | None, home: Path | None, as_json: bool) -> None:  # fmt: skip
    """A unit reports its tasks."""
    given = form.read(acts.ProgressForm, filled) if filled else acts.ProgressForm()
    said = acts.ProgressForm(
        period=period or given.period, task=(*given.task, *map(_task, tasks)), measure=given.measure
    )
    with at_desk(home, officer, passphrase_file) as (station, who):
        report_id = acts.report(station, who, id_, said)
    done(as_json, "progress-report-done", id=report_id, programme=id_)


def _task(text: str) -> acts.TaskReport:
    key, equals, share = text.partition("=")
    if not equals:
        raise Malformed("task-said", text=text)
    return acts.TaskReport(key=key, done=share.removesuffix("%"))


@progress.command("review", help=say("help-progress-review"))
@click.argument("report_id")
@click.argument("verdict", type=Named("verdict-on-report", (ACCEPTED, RETURNED)))
@click.option("--remark", default="", help=say("opt-remark"))
@acting
def review(report_id: str, verdict: str, remark: str, officer: str, passphrase_file: Path | None, home: Path | None,
           as_json: bool) -> None:  # fmt: skip
    """Somebody else judges it."""
    with at_desk(home, officer, passphrase_file) as (station, who):
        acts.review(station, who, report_id, verdict, remark)
    done(as_json, "progress-review-done", id=report_id, verdict=verdict if as_json else say(f"report-{verdict}"))


@progress.command("list", help=say("help-progress-list"))
@click.argument("id_")
@acting
def list_reports(id_: str, officer: str, passphrase_file: Path | None, home: Path | None, as_json: bool) -> None:
    """All reports of a programme."""
    with reading(home, officer, passphrase_file) as station:
        rows = views.reports(station, id_)
    lines = [
        [row["id"], row["unit"], row["officer"], row["period"], local(row["time"]), say(f"report-{row['state']}"),
         row["reviewer"]]
        for row in rows
    ]  # fmt: skip
    columns = ("id", "unit", "officer", "period", "time", "state", "reviewer")
    emit(rows) if as_json else table(lines, [say(f"col-{name}") for name in columns])


def percent(share: Any) -> str:
    """Thousandths as a person reads them."""
    return f"{share / 10:.1f}%".replace(".", ",") if say.lang == "vi" else f"{share / 10:.1f}%"


def bar(share: int) -> str:
    """Thousandths as a bar of text."""
    full = share * _BAR // 1000
    return "█" * full + "░" * (_BAR - full)
