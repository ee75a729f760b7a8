"""Where a station's database lies: migrate."""

from __future__ import annotations

import sys
from dataclasses import asdict

import click

from antin.acts import migrate as moving
from antin.cli.door import echo, emit, say
from antin.cli.seat import Place, placed
from antin.errors import Malformed
from antin.storage.engines import is_url

HERE = "folder"


@click.command(help=say("help-migrate"))
@click.option("--to", required=True, help=say("opt-migrate-to"))
@placed
def migrate(place: Place, to: str) -> None:
    """Move the station's database to a server, or back into its folder."""
    if to != HERE and not is_url(to):
        raise Malformed("database-url-malformed", url=to)
    with place.open():  # what a crash left is mended, and tables of an older form are brought to ours
        pass
    moved = moving.migrate(place.folder, "" if to == HERE else to, _tell if sys.stderr.isatty() else lambda *_: None)
    if place.as_json:
        emit(asdict(moved))
        return
    echo(say("migrate-done", source=moved.source, target=moved.target, records=moved.records, rows=moved.rows))
    echo(f"  {say('migrate-next')}")


def _tell(step: str, at: int, of: int) -> None:
    echo(say(f"migrate-{step}", at=at, of=of), err=True)
