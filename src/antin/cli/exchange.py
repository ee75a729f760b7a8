"""Exchange: sync over a link, bundles for media, directories."""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import click

from antin.acts import carry, links
from antin.acts.exchange import Report
from antin.acts.status import hours_since, keep_current
from antin.acts.stay import alone, stay
from antin.acts.sync import Open
from antin.acts.transfer import Course, run
from antin.cli import read
from antin.cli.door import echo, emit, say
from antin.cli.door import report as tell_error
from antin.cli.outputs import replace_option
from antin.cli.seat import Keys, Place, keyed, placed
from antin.errors import AntinError
from antin.station import packets, rows
from antin.station import settings as settings_file
from antin.station.calls import NEVER
from antin.station.station import Station
from antin.storage import durable
from antin.storage.outputs import outputs
from antin.views.local_time import local
from antin.views.terms import ending

_DIRECTORY_LIMIT = 1024**3


@click.command(help=say("help-sync"))
@click.option("--relay", type=click.Path(), default="", help=say("opt-relay"))
@click.option("--again", is_flag=True, help=say("opt-again"))
@click.option("--stay", "stays", is_flag=True, help=say("opt-stay"))
@keyed
def sync(keys: Keys, relay: str, again: bool, stays: bool) -> None:
    """Exchange."""
    place = keys.folder
    with keys.open() as station:
        secret = keys.secret(station.code) if keys.passphrase_file and station.is_authority else b""
        link = links.link_of(station, relay)
        network = links.is_network(relay or station.settings.relay)
    with alone(place) if network or stays else nullcontext():
        if stays:
            _stay(keys, relay, secret)
            return
        course = Course(_opener(keys, secret), link)
        try:
            report = run(course, again=again)
        finally:
            links.let_go(link)
    say_report(report, keys.as_json)
    with keys.open(write=False) as station:
        overdue, ends = hours_since(station), ending(station)
    if overdue is not None:
        echo(say("status-overdue", hours=overdue), err=True)
    for each in ends:
        echo(say("term-ends" if each.days >= 0 else "term-ended", who=each.who, days=each.days), err=True)


def _opener(place: Place, secret: bytes) -> Open:
    """Opens the station for each exchange; an authority whose passphrase is at hand signs its daily status then."""

    @contextmanager
    def open_(write: bool) -> Iterator[Station]:
        with place.open(write=write) as station:
            if write and secret:
                keep_current(station, secret)
            yield station

    return open_


def _stay(place: Place, relay: str, secret: bytes) -> None:
    """Until SIGTERM or SIGINT; the chunk that is on its way is the last."""
    asked: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, frame: asked.append(number))

    def told(report: Report) -> None:
        if report.outcomes or report.put or report.aside or report.stuck or report.directory:
            say_report(report, place.as_json)

    def failed(error: AntinError, seconds: float) -> None:
        tell_error(error, as_json=place.as_json)
        if not place.as_json:
            echo(f"       {say('sync-tries-again', seconds=round(seconds))}", err=True)

    stay(_opener(place, secret), relay, lambda: bool(asked), told, failed)


def say_report(report: Report, as_json: bool) -> None:
    """What an exchange did, envelope by envelope where something was wrong."""
    count = {state: sum(each.state == state for each in report.outcomes) for state in ("entered", "already", "waiting")}
    owed = sum(each.size for each in report.owed)
    if as_json:
        aside = [{"name": name, "code": error.code, "sentence": say.error(error)[0]} for name, error in report.aside]
        stuck = [{"code": error.code, "sentence": say.error(error)[0]} for error in report.stuck.values()]
        emit({"directory": report.directory, **count, "put": report.put, "waiting": report.waiting, "aside": aside,
              "least": report.least, "owed": owed, "stuck": stuck})  # fmt: skip
        return
    echo(say("sync-done", entered=count["entered"], already=count["already"], put=report.put,
                   waiting=report.waiting, directory=report.directory))  # fmt: skip
    if report.least:
        closed = say("outside-windows", least=report.least) if report.least < NEVER else say("no-calls-now")
        echo(f"  {closed}")
    if owed:
        echo(f"  {say('still-owed', mib=-(-owed // 1024**2))}")
    for name, error in report.aside:
        echo(f"  {say('set-aside', name=name)}: {say.error(error)[0]} [{error.code}]", err=True)
    alike = Counter(map(str, report.stuck.values()))
    for text, error in {str(each): each for each in report.stuck.values()}.items():
        echo(f"  {say('stuck', count=alike[text])}: {say.error(error)[0]} [{error.code}]", err=True)


@click.group(help=say("help-bundle"))
def bundle() -> None:
    """Media."""


@bundle.command("write", help=say("help-bundle-write"))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--to", "to", required=True, help=say("opt-bundle-to"))
@replace_option
@placed
def bundle_write(place: Place, file: Path, to: str, replace: bool) -> None:
    """All traffic for one station in one file."""
    with outputs(file, replace=replace) as [target], place.open() as station:
        count = carry.write_bundle(station, read.agency_code(to), target)
    facts = {"file": str(file), "items": count}
    emit(facts) if place.as_json else echo(say("bundle-written", file=file, count=count))


@bundle.command("read", help=say("help-bundle-read"))
@click.argument("file", type=click.Path(path_type=Path))
@placed
def bundle_read(place: Place, file: Path) -> None:
    """Take what a medium brings."""
    settings_file.load(place.folder)  # a folder that is no station is said before a large file is copied into it
    with carry.copied(place.folder, file) as copy, place.open() as station:
        report = carry.take(station, copy)
    say_report(report, place.as_json)


@click.group(help=say("help-directory"))
def directory() -> None:
    """Mirrors of the authorities' journals."""


@directory.command("list", help=say("help-directory-list"))
@placed
def directory_list(place: Place) -> None:
    """Who is who, and how old the mirrors are."""
    with place.open(write=False) as station:
        agencies, heads = rows.list_agencies.all(station.db), rows.list_mirror_heads.all(station.db)
    if place.as_json:
        emit({
            "agencies": [{"code": each.code, "name": each.name, "kind": each.kind} for each in agencies],
            "mirrors": [{"origin": each.origin, "size": each.size, "time": each.time} for each in heads],
        })  # fmt: skip
        return
    for agency in agencies:
        echo(f"{agency.code:<16} {agency.name}")
    for head in heads:
        echo(f"  {head.origin}  {head.size}  {local(head.time)}")


@directory.command("write", help=say("help-directory-write"))
@click.argument("file", type=click.Path(path_type=Path))
@replace_option
@placed
def directory_write(place: Place, file: Path, replace: bool) -> None:
    """The mirrors in one file, for media."""
    with outputs(file, replace=replace) as [target], place.open() as station:
        if station.is_authority:
            station.renew()
        target.write(packets.write(packets.APPROVAL, packets.directory_frames(station)))
    emit({"file": str(file)}) if place.as_json else echo(say("directory-written", file=file))


@directory.command("read", help=say("help-directory-read"))
@click.argument("file", type=click.Path(path_type=Path))
@placed
def directory_read(place: Place, file: Path) -> None:
    """Follow the journals that a medium brings."""
    data = durable.read(file, limit=_DIRECTORY_LIMIT)
    with place.open() as station:
        taken = packets.take_directory(station, packets.read_directory(data))
        if taken.faults and not taken.new:
            raise taken.faults[0][1]
        new = taken.new
    emit({"new": new}) if place.as_json else echo(say("directory-read", count=new))
