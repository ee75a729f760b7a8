"""Keys and names that go on: renew, agree, allot; resume and clock-back after something went wrong."""

from __future__ import annotations

from pathlib import Path

import click

from antin.acts import approve as approving
from antin.acts import renew, resume, tail
from antin.cli import read
from antin.cli.bind import bound, done
from antin.cli.door import echo, emit, passphrase, say
from antin.cli.outputs import replace_option
from antin.cli.seat import Keys, Seat, keyed, only_officer, seated
from antin.commands import desk as commands
from antin.station.station import AUTHORITY_KEY
from antin.storage.outputs import outputs
from antin.views.local_time import local

agree = bound(commands.AGREE)


@click.command(help=say("help-renew"))
@click.option("--with", "others", multiple=True, help=say("opt-renew-with"))
@click.option("--officers-only", is_flag=True, help=say("opt-officers-only"))
@click.option("--new-keys", is_flag=True, help=say("opt-new-keys"))
@click.option("--name", help=say("opt-name"))
@click.option("--parent", help=say("opt-parent"))
@click.option("--professional", help=say("opt-professional"))
@click.option("-o", "--output", type=click.Path(path_type=Path), help=say("opt-request-out"))
@replace_option
@seated
def renew_(seat: Seat, others: tuple[str, ...], officers_only: bool, new_keys: bool, name: str | None,
           parent: str | None, professional: str | None, output: Path | None, replace: bool) -> None:  # fmt: skip
    """Ask to be bound again: the station, and the officers who sign in."""
    with seat.open() as station:
        first = AUTHORITY_KEY if station.is_authority else seat.officer or only_officer(station)
        target, code = output or Path(f"{station.code}-{local(station.now(), '%Y%m%d')}.request"), station.code
        with outputs(target, replace=replace) as [file]:
            secrets = {each: seat.secret(each) for each in dict.fromkeys((first, *others))}
            for each, secret in secrets.items():
                station.sign_in(each, secret)
            file.write(renew.renew(station, list(secrets), own=not officers_only, parent=parent,
                                   professional=professional, name=name,
                                   new_keys=secrets if new_keys else None))  # fmt: skip
    fields = {"request": str(target), "code": code}
    if seat.as_json:
        emit({**fields, "new_keys": new_keys, "next": say("next-approve", **fields)})
        return
    echo(say("renew-done", **fields))
    if new_keys:
        echo("  " + say("renew-new-keys"))
    echo("  " + say("next-approve", **fields))


@click.command(help=say("help-allot"))
@click.argument("authority")
@click.argument("codes", nargs=-1, required=True)
@click.option("--moved-from", default="", help=say("opt-moved-from"))
@keyed
def allot(keys: Keys, authority: str, codes: tuple[str, ...], moved_from: str) -> None:
    """The root lets an authority bind more codes."""
    with keys.authority() as station:
        approving.allot(station, read.agency_code(authority), codes, moved_from)
        scopes = station.directory.scopes(authority)
    if keys.as_json:
        emit({"authority": authority, "scopes": list(scopes)})
    else:
        echo(say("allot-done", authority=authority, scopes=" ".join(scopes)))


@click.command(help=say("help-resume"))
@click.option("--with", "second", required=True, help=say("opt-with"))
@click.option("--with-passphrase-file", type=click.Path(path_type=Path), help=say("opt-with-passphrase"))
@keyed
def resume_(keys: Keys, second: str, with_passphrase_file: Path | None) -> None:
    """An authority goes on after a loss."""
    with keys.authority() as station:
        tail.complete(station)
        station.sign_in(second, passphrase(with_passphrase_file, second))
        resumed = resume.resume(station, second)
    done(keys.as_json, "resume-done", {"size": resumed.size, "known": resumed.known_size})


@click.command(help=say("help-clock-back"))
@click.option("--with", "second", required=True, help=say("opt-with"))
@click.option("--with-passphrase-file", type=click.Path(path_type=Path), help=say("opt-with-passphrase"))
@seated
def clock_back(seat: Seat, second: str, with_passphrase_file: Path | None) -> None:
    """Two persons set a clock back that ran ahead."""
    with seat.open() as station:
        first = seat.officer or (AUTHORITY_KEY if station.is_authority else only_officer(station))
        station.sign_in(first, seat.secret(first))
        station.sign_in(second, passphrase(with_passphrase_file, second))
        set_back = resume.set_clock_back(station, first, second)
    if seat.as_json:
        emit({"before": set_back.before, "after": set_back.after})
    else:
        echo(say("clock-back-done", before=local(set_back.before), after=local(set_back.after)))
