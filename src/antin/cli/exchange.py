"""Exchange: sync over a link, bundles for media, directories."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import click

from antin.acts import carry
from antin.acts.sync import Report
from antin.acts.sync import sync as syncing
from antin.cli import read
from antin.cli.door import emit, guarded, home_option, json_option, need_home, say
from antin.errors import Missing
from antin.relay.folder import FolderLink
from antin.station import packets
from antin.station.mirror import SQL
from antin.station.station import opened
from antin.storage import durable
from antin.views.local_time import local

_DIRECTORY_LIMIT = 1024**3


@click.command(help=say("help-sync"))
@click.option("--relay", type=click.Path(path_type=Path), help=say("opt-relay"))
@click.option("--again", is_flag=True, help=say("opt-again"))
@home_option
@json_option
@guarded
def sync(relay: Path | None, again: bool, home: Path | None, as_json: bool) -> None:
    """Exchange."""
    with opened(need_home(home)) as station:
        folder = relay or (Path(station.settings.relay) if station.settings.relay else None)
        if folder is None:
            raise Missing("relay-unsaid")
        report = syncing(station, FolderLink(folder), again=again)
    say_report(report, as_json)


def say_report(report: Report, as_json: bool) -> None:
    """What an exchange did, envelope by envelope where something was wrong."""
    count = {state: sum(each.state == state for each in report.outcomes) for state in ("entered", "already", "waiting")}
    if as_json:
        aside = [{"name": name, "code": error.code, "sentence": say.error(error)[0]} for name, error in report.aside]
        emit({"directory": report.directory, **count, "put": report.put, "waiting": report.waiting, "aside": aside})
        return
    click.echo(say("sync-done", entered=count["entered"], already=count["already"], put=report.put,
                   waiting=report.waiting, directory=report.directory))  # fmt: skip
    for name, error in report.aside:
        click.echo(f"  {say('set-aside', name=name)}: {say.error(error)[0]} [{error.code}]", err=True)


@click.group(help=say("help-bundle"))
def bundle() -> None:
    """Media."""


@bundle.command("write", help=say("help-bundle-write"))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--to", "to", required=True, help=say("opt-bundle-to"))
@home_option
@json_option
@guarded
def bundle_write(file: Path, to: str, home: Path | None, as_json: bool) -> None:
    """All traffic for one station in one file."""
    with opened(need_home(home)) as station:
        count = carry.write_bundle(station, read.agency_code(to), file)
    emit({"file": str(file), "items": count}) if as_json else click.echo(say("bundle-written", file=file, count=count))


@bundle.command("read", help=say("help-bundle-read"))
@click.argument("file", type=click.Path(path_type=Path))
@home_option
@json_option
@guarded
def bundle_read(file: Path, home: Path | None, as_json: bool) -> None:
    """Take what a medium brings."""
    with opened(need_home(home)) as station:
        report = carry.read_bundle(station, file)
    say_report(report, as_json)


@click.group(help=say("help-directory"))
def directory() -> None:
    """Mirrors of the authorities' journals."""


@directory.command("list", help=say("help-directory-list"))
@home_option
@json_option
@guarded
def directory_list(home: Path | None, as_json: bool) -> None:
    """Who is who, and how old the mirrors are."""
    with opened(need_home(home), write=False) as station:
        agencies = [
            {"code": code, "name": name, "kind": kind} for code, name, kind in station.db.rows(SQL["list_agencies"])
        ]
        heads = [
            {"origin": origin, "size": size, "time": time}
            for origin, size, _root, _checkpoint, time in station.db.rows(SQL["list_mirror_heads"])
        ]
    if as_json:
        emit({"agencies": agencies, "mirrors": heads})
        return
    for agency in agencies:
        click.echo(f"{agency['code']:<16} {agency['name']}")
    for head in heads:
        click.echo(f"  {head['origin']}  {head['size']}  {local(head['time'])}")


@directory.command("write", help=say("help-directory-write"))
@click.argument("file", type=click.Path(path_type=Path))
@home_option
@json_option
@guarded
def directory_write(file: Path, home: Path | None, as_json: bool) -> None:
    """The mirrors in one file, for media."""
    with opened(need_home(home)) as station:
        if station.is_authority:
            station.renew()
        durable.write(file, packets.write(packets.DIRECTORY, packets.directory_frames(station)))
    emit({"file": str(file)}) if as_json else click.echo(say("directory-written", file=file))


@directory.command("read", help=say("help-directory-read"))
@click.argument("file", type=click.Path(path_type=Path))
@home_option
@json_option
@guarded
def directory_read(file: Path, home: Path | None, as_json: bool) -> None:
    """Follow the journals that a medium brings."""
    data = durable.read(file, limit=_DIRECTORY_LIMIT)
    with opened(need_home(home)) as station:
        new = packets.take_directory(station, packets.read_all(BytesIO(data), packets.DIRECTORY))
    emit({"new": new}) if as_json else click.echo(say("directory-read", count=new))
