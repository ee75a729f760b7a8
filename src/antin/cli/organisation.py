"""``antin organisation``: offices, posts, who holds them, where units stand; printed as trees."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from antin.acts import organisation as acts
from antin.cli import read
from antin.cli.door import echo, emit, say, shown, table
from antin.cli.papers import acting, done
from antin.cli.seat import at_desk, reading
from antin.errors import Malformed
from antin.packs import names
from antin.views import organisation as views
from antin.views.local_time import local

DAY = "%d/%m/%Y"


@click.group(help=say("help-organisation"))
def organisation() -> None:
    """Offices, posts, units."""


def _since(text: str | None) -> int:
    """A day; 0 for today."""
    return read.moment(text) if text else 0


@organisation.command("office", help=say("help-organisation-office"))
@click.argument("key")
@click.option("--name", required=True, help=say("opt-office-name"))
@click.option("--parent", default="", help=say("opt-office-parent"))
@click.option("--since", help=say("opt-organisation-since"))
@click.option("--level", default="0", help=say("opt-organisation-level"))
@acting
def office(key: str, name: str, parent: str, since: str | None, level: str, officer: str,
           passphrase_file: Path | None, home: Path | None, as_json: bool) -> None:  # fmt: skip
    """An office, or its new place."""
    with at_desk(home, officer, passphrase_file) as (station, who):
        grade = names.level(station.pack, level)
        acts.place_office(station, who, key, name, parent, _since(since), grade)
    done(as_json, "organisation-office-done", key=key)


@organisation.command("post", help=say("help-organisation-post"))
@click.argument("key")
@click.argument("office_key")
@click.option("--title", required=True, help=say("opt-post-title"))
@click.option("--level", default="0", help=say("opt-organisation-level"))
@acting
def post(key: str, office_key: str, title: str, level: str, officer: str, passphrase_file: Path | None,
         home: Path | None, as_json: bool) -> None:  # fmt: skip
    """A post in an office."""
    with at_desk(home, officer, passphrase_file) as (station, who):
        acts.make_post(station, who, key, office_key, title, names.level(station.pack, level))
    done(as_json, "organisation-post-done", key=key)


@organisation.command("fill", help=say("help-organisation-fill"))
@click.argument("post_key")
@click.argument("holder", required=False)
@click.option("--vacate", is_flag=True, help=say("opt-post-vacate"))
@click.option("--since", help=say("opt-organisation-since"))
@acting
def fill(post_key: str, holder: str | None, vacate: bool, since: str | None, officer: str,
         passphrase_file: Path | None, home: Path | None, as_json: bool) -> None:  # fmt: skip
    """Who holds it."""
    if bool(holder) == vacate:
        raise Malformed("fill-whom")
    with at_desk(home, officer, passphrase_file) as (station, who):
        if holder:
            acts.fill_post(station, who, post_key, holder, _since(since))
        else:
            acts.vacate_post(station, who, post_key, _since(since))
    done(as_json, "organisation-fill-done", key=post_key, officer=holder or "–")


@organisation.command("place", help=say("help-organisation-place"))
@click.argument("code")
@click.option("--parent", default="", help=say("opt-unit-parent"))
@click.option("--professional", default="", help=say("opt-unit-professional"))
@click.option("--name", default="", help=say("opt-unit-name"))
@click.option("--since", help=say("opt-organisation-since"))
@acting
def place(code: str, parent: str, professional: str, name: str, since: str | None, officer: str,
          passphrase_file: Path | None, home: Path | None, as_json: bool) -> None:  # fmt: skip
    """Where a unit stands."""
    above, trade = (read.agency_code(each) if each else "" for each in (parent, professional))
    with at_desk(home, officer, passphrase_file) as (station, who):
        acts.place_unit(station, who, read.agency_code(code), above, trade, _since(since), name)
    done(as_json, "organisation-place-done", unit=code)


@organisation.command("list", help=say("help-organisation-list"))
@acting
def list_(officer: str, passphrase_file: Path | None, home: Path | None, as_json: bool) -> None:
    """All posts and who holds them."""
    with reading(home, officer, passphrase_file) as station:
        rows = [{**post, "office_name": each["name"]} for each in views.offices(station, officer)
                for post in each["posts"]]  # fmt: skip
    lines = [[row["key"], row["office"], _holder(row), local(row["since"], DAY), shown(row["title"])] for row in rows]
    columns = ("post", "office", "officer", "since", "title")
    emit(rows) if as_json else table(lines, [say(f"col-{name}") for name in columns])


def _holder(post: dict[str, Any]) -> str:
    if not post["officer"]:
        return say("post-state-vacant")
    return str(post["officer"]) + ("" if post["serving"] else f" ({say('post-holder-left')})")


@organisation.command("show", help=say("help-organisation-show"))
@click.argument("key", required=False)
@acting
def show(key: str | None, officer: str, passphrase_file: Path | None, home: Path | None, as_json: bool) -> None:
    """The tree of offices, or one office whole."""
    with reading(home, officer, passphrase_file) as station:
        rows = [views.office(station, key, officer)] if key else views.offices(station, officer)
    if as_json:
        emit(rows[0] if key else rows)
        return
    for row in rows:
        indent = "   " * (0 if key else row["depth"])
        echo(f"{indent}{click.style(row['key'], bold=True)}  {row['name'] or say('hidden')}")
        for each in row["posts"]:
            echo(f"{indent}   – {each['key']}  {each['title'] or say('hidden')}: {_holder(each)}")
            for held in each.get("holders", ()):
                echo(f"{indent}       {local(held['since'], DAY)}  {held['officer'] or say('post-state-vacant')}")
        for place_ in row.get("places", ()):
            echo(f"{indent}   {local(place_['since'], DAY)}  ← {place_['parent'] or '–'}")
    if not rows:
        echo(say("nothing-here"))


@organisation.command("chart", help=say("help-organisation-chart"))
@click.option("--professional", is_flag=True, help=say("opt-chart-professional"))
@acting
def chart(professional: bool, officer: str, passphrase_file: Path | None, home: Path | None, as_json: bool) -> None:
    """The tree of units."""
    with reading(home, officer, passphrase_file) as station:
        rows = views.units(station, officer, professional=professional)
    if as_json:
        emit(rows)
        return
    for row in rows:
        other = row["parent"] if professional else row["professional"]
        mark = "" if row["agrees"] else f"  [{say('unit-differs')}]"
        line = f"{'   ' * row['depth']}{click.style(row['code'], bold=True)}  {row['name']}"
        echo(f"{line}  (↗ {other or '–'}, {local(row['since'], DAY)}){mark}")
    if not rows:
        echo(say("nothing-here"))
