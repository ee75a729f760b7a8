"""``antin draft``: a draft goes round, is commented clause by clause, answered, compared and closed."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from pathlib import Path

import click

from antin.acts import draft as acts
from antin.cli import door, form
from antin.cli.choices import Named
from antin.cli.door import echo, emit, say, shown
from antin.cli.form import files
from antin.cli.outputs import replace_option
from antin.cli.papers import acting, done
from antin.cli.seat import at_desk, reading
from antin.packs import names
from antin.registers.drafting.clauses import ADDED, REMOVED
from antin.storage.outputs import outputs
from antin.views import drafts as views
from antin.views.local_time import local


@dataclass(frozen=True, kw_only=True)
class Comments:
    """The form ``comments``."""

    comment: tuple[acts.Comment, ...]


@dataclass(frozen=True, kw_only=True)
class Answers:
    """The form ``answers``."""

    answer: tuple[acts.Answer, ...] = ()


@click.group(help=say("help-draft"))
def draft() -> None:
    """Drafts of legal documents."""


@draft.command("circulate", help=say("help-draft-circulate"))
@click.argument("filled", type=click.Path(path_type=Path))
@click.option("--text", required=True, type=click.Path(path_type=Path), help=say("opt-draft-text"))
@acting
def circulate(filled: Path, text: Path, officer: str, passphrase_file: Path | None, home: Path | None,
              as_json: bool) -> None:  # fmt: skip
    """A version goes round."""
    plan = form.read(acts.Plan, filled)
    with at_desk(home, officer, passphrase_file) as (station, who):
        level, urgency = names.level(station.pack, plan.level), names.precedence(station.pack, plan.precedence)
        id_ = acts.circulate(station, who, plan, files((text,))[0], level, urgency)
    done(as_json, "draft-circulate-done", id=id_)


@draft.command("comment", help=say("help-draft-comment"))
@click.argument("id_")
@click.argument("filled", type=click.Path(path_type=Path))
@acting
def comment(id_: str, filled: Path, officer: str, passphrase_file: Path | None, home: Path | None,
            as_json: bool) -> None:  # fmt: skip
    """A unit comments."""
    comments = form.read(Comments, filled).comment
    with at_desk(home, officer, passphrase_file) as (station, who):
        version = acts.comment(station, who, id_, comments)
    done(as_json, "draft-comment-done", id=id_, version=version)


@draft.command("resolve", help=say("help-draft-resolve"))
@click.argument("id_")
@click.argument("filled", type=click.Path(path_type=Path))
@acting
def resolve(id_: str, filled: Path, officer: str, passphrase_file: Path | None, home: Path | None,
            as_json: bool) -> None:  # fmt: skip
    """Every comment gets its answer."""
    answers = form.read(Answers, filled).answer
    with at_desk(home, officer, passphrase_file) as (station, who):
        found = acts.resolve(station, who, id_, answers)
    done(as_json, "draft-resolve-done", id=id_, accepted=found["accepted"], explained=found["explained"])


@draft.command("close", help=say("help-draft-close"))
@click.argument("id_")
@click.option(
    "--outcome", required=True, type=Named("draft-outcome", ("issued", "dropped")), help=say("opt-draft-outcome")
)
@acting
def close(id_: str, outcome: str, officer: str, passphrase_file: Path | None, home: Path | None,
          as_json: bool) -> None:  # fmt: skip
    """Nothing more is taken."""
    with at_desk(home, officer, passphrase_file) as (station, who):
        acts.close(station, who, id_, outcome)
    done(as_json, "draft-close-done", id=id_)


@draft.command("table", help=say("help-draft-table"))
@click.argument("id_")
@click.option("--version", type=click.IntRange(0, 999), default=0, help=say("opt-draft-version"))
@click.option("-o", "--output", type=click.Path(path_type=Path), help=say("opt-draft-output"))
@replace_option
@acting
def table(id_: str, version: int, output: Path | None, replace: bool, officer: str, passphrase_file: Path | None,
          home: Path | None, as_json: bool) -> None:  # fmt: skip
    """Comments and answers."""
    keys = ("clause", "unit", "kind", "comment", "verdict", "answer")
    heads = {name: say(f"draft-head-{name}") for name in keys}
    codes = {name: say(f"draft-{name}") for name in ("agree", "amend", "object", "accepted", "explained")}
    with reading(home, officer, passphrase_file) as station:
        rows = views.table(station, id_, officer, version)
        data = views.printed(station, id_, officer, version, {**heads, "title": say("draft-table-title")}, codes)
    if output is not None:
        printing = importlib.import_module("antin.interop.printing")  # Typst is 20 MB
        with outputs(output, replace=replace) as [target]:
            target.write(printing.book(data))
    if as_json:
        emit({"id": id_, "rows": rows, "saved": str(output or "")})
    elif output is None:
        door.table([[codes.get(str(row[key]), str(row[key])) for key in keys] for row in rows], list(heads.values()))
    else:
        echo(say("saved", path=output))


@draft.command("compare", help=say("help-draft-compare"))
@click.argument("id_")
@click.argument("before", type=click.IntRange(1, 999))
@click.argument("after", type=click.IntRange(1, 999))
@acting
def compare(id_: str, before: int, after: int, officer: str, passphrase_file: Path | None, home: Path | None,
            as_json: bool) -> None:  # fmt: skip
    """Two versions, word by word."""
    with at_desk(home, officer, passphrase_file) as (station, who):
        changes = acts.compare(station, who, id_, before, after)
    if as_json:
        rows = [{"clause": c.number, "state": c.state, "parts": [list(part) for part in c.parts]} for c in changes]
        emit({"id": id_, "clauses": rows})
        return
    marks = {REMOVED: "[-{}-]", ADDED: "{{+{}+}}"}
    for each in changes:
        head = say("draft-clause", clause=each.number, state=say(f"clause-{each.state}"))
        echo(click.style(head, bold=True))
        if each.state != "same":
            echo("  " + " ".join(marks.get(way, "{}").format(text) for way, text in each.parts))


@draft.command("list", help=say("help-draft-list"))
@acting
def list_(officer: str, passphrase_file: Path | None, home: Path | None, as_json: bool) -> None:
    """All drafts."""
    with reading(home, officer, passphrase_file) as station:
        rows = views.drafts(station, officer)
    lines = [
        [row["id"], row["station"], str(row["version"]), local(row["closes"], "%d/%m/%Y"),
         say(f"draft-state-{row['state']}"), shown(row["title"])]
        for row in rows
    ]  # fmt: skip
    heads = [say(f"draft-head-{name}") for name in ("id", "station", "version", "closes", "state", "title")]
    emit(rows) if as_json else door.table(lines, heads)


@draft.command("show", help=say("help-draft-show"))
@click.argument("id_")
@acting
def show(id_: str, officer: str, passphrase_file: Path | None, home: Path | None, as_json: bool) -> None:
    """Who has commented, who not, who late."""
    with reading(home, officer, passphrase_file) as station:
        row = views.draft(station, id_, officer)
    if as_json:
        emit(row)
        return
    echo(click.style(f"{row['id']} {row['title'] or say('hidden')}", bold=True))
    for each in row["versions"]:
        ways = [f"{u['code']} {say('unit-late' if u['late'] else 'unit-done' if u['commented'] else 'unit-silent')}"
                for u in each["units"]]  # fmt: skip
        state = say(f"version-{each['state']}")
        echo(say("draft-version", version=each["version"], state=state, closes=local(each["closes"], "%d/%m/%Y")))
        echo("  " + ", ".join(ways))
