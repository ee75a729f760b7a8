"""Keys and names that go on: renew, agree, allot; resume and clock-back after something went wrong."""

from __future__ import annotations

from pathlib import Path

import click

from antin.acts import approve as approving
from antin.acts import publishing, renew, resume, send, tail
from antin.acts.links import before_signing
from antin.cli import read
from antin.cli.door import (
    echo,
    emit,
    guarded,
    home_option,
    json_option,
    need_home,
    officer_options,
    passphrase,
    passphrase_option,
    say,
)
from antin.cli.outputs import replace_option
from antin.cli.seat import at_desk, only_officer
from antin.station.station import AUTHORITY_KEY, opened
from antin.storage.outputs import outputs
from antin.views.local_time import local


@click.command(help=say("help-renew"))
@click.option("--with", "others", multiple=True, help=say("opt-renew-with"))
@click.option("--officers-only", is_flag=True, help=say("opt-officers-only"))
@click.option("--name", help=say("opt-name"))
@click.option("--parent", help=say("opt-parent"))
@click.option("--professional", help=say("opt-professional"))
@click.option("-o", "--output", type=click.Path(path_type=Path), help=say("opt-request-out"))
@replace_option
@officer_options
@home_option
@json_option
@guarded
def renew_(others: tuple[str, ...], officers_only: bool, name: str | None, parent: str | None, professional: str | None,
           output: Path | None, replace: bool, officer: str, passphrase_file: Path | None, home: Path | None,
           as_json: bool) -> None:  # fmt: skip
    """Ask to be bound again: the station, and the officers who sign in."""
    with opened(need_home(home)) as station:
        first = AUTHORITY_KEY if station.is_authority else officer or only_officer(station)
        target, code = output or Path(f"{station.code}-{local(station.now(), '%Y%m%d')}.request"), station.code
        with outputs(target, replace=replace) as [file]:
            for each in dict.fromkeys((first, *others)):
                station.sign_in(each, passphrase(passphrase_file, each))
            file.write(renew.renew(station, [first, *others], own=not officers_only, parent=parent,
                                   professional=professional, name=name))  # fmt: skip
    fields = {"request": str(target), "code": code}
    if as_json:
        emit({**fields, "next": say("next-approve", **fields)})
        return
    echo(say("renew-done", **fields))
    echo("  " + say("next-approve", **fields))


@click.command(help=say("help-agree"))
@click.argument("code")
@officer_options
@home_option
@json_option
@guarded
def agree(code: str, officer: str, passphrase_file: Path | None, home: Path | None, as_json: bool) -> None:
    """An officer agrees that a name stands for another credential now."""
    with at_desk(home, officer, passphrase_file) as (station, who):
        name = read.agency_code(code)
        send.agree(station, who, name)
        trusted = station.directory.find(name)
    fields = {"code": name, "name": trusted.subject.name, "digest": trusted.digest.hex()[:16]}
    emit(fields) if as_json else echo(say("agree-done", **fields))


@click.command(help=say("help-allot"))
@click.argument("authority")
@click.argument("codes", nargs=-1, required=True)
@click.option("--moved-from", default="", help=say("opt-moved-from"))
@passphrase_option
@home_option
@json_option
@guarded
def allot(authority: str, codes: tuple[str, ...], moved_from: str, passphrase_file: Path | None, home: Path | None,
          as_json: bool) -> None:  # fmt: skip
    """The root lets an authority bind more codes."""
    place = need_home(home)
    seen = before_signing(place)
    with opened(place) as station:
        station.sign_in(AUTHORITY_KEY, passphrase(passphrase_file, station.code))
        publishing.look(station, seen)
        approving.allot(station, read.agency_code(authority), codes, moved_from)
        scopes = station.directory.scopes(authority)
    if as_json:
        emit({"authority": authority, "scopes": list(scopes)})
    else:
        echo(say("allot-done", authority=authority, scopes=" ".join(scopes)))


@click.command(help=say("help-resume"))
@click.option("--with", "second", required=True, help=say("opt-with"))
@click.option("--with-passphrase-file", type=click.Path(path_type=Path), help=say("opt-with-passphrase"))
@passphrase_option
@home_option
@json_option
@guarded
def resume_(second: str, with_passphrase_file: Path | None, passphrase_file: Path | None, home: Path | None,
            as_json: bool) -> None:  # fmt: skip
    """An authority goes on after a loss."""
    place = need_home(home)
    seen = before_signing(place)
    with opened(place) as station:
        station.sign_in(AUTHORITY_KEY, passphrase(passphrase_file, station.code))
        publishing.look(station, seen)
        tail.complete(station)
        station.sign_in(second, passphrase(with_passphrase_file, second))
        done = resume.resume(station, second)
    if as_json:
        emit({"size": done.size, "known": done.known_size})
    else:
        echo(say("resume-done", size=done.size, known=done.known_size))


@click.command(help=say("help-clock-back"))
@click.option("--with", "second", required=True, help=say("opt-with"))
@click.option("--with-passphrase-file", type=click.Path(path_type=Path), help=say("opt-with-passphrase"))
@officer_options
@home_option
@json_option
@guarded
def clock_back(second: str, with_passphrase_file: Path | None, officer: str, passphrase_file: Path | None,
               home: Path | None, as_json: bool) -> None:  # fmt: skip
    """Two persons set a clock back that ran ahead."""
    with opened(need_home(home)) as station:
        first = officer or (AUTHORITY_KEY if station.is_authority else only_officer(station))
        station.sign_in(first, passphrase(passphrase_file, first))
        station.sign_in(second, passphrase(with_passphrase_file, second))
        done = resume.set_clock_back(station, first, second)
    if as_json:
        emit({"before": done.before, "after": done.after})
    else:
        echo(say("clock-back-done", before=local(done.before), after=local(done.after)))
