"""Setting up: init, approve, join, officer, revoke. Each command prints the next one."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import click

from antin.acts import approve as approving
from antin.acts import create_station as creating
from antin.acts import publishing
from antin.acts.create_station import FirstOfficer, NewStation
from antin.acts.join import join as joining
from antin.acts.links import before_signing, is_network
from antin.acts.passphrase import change_passphrase
from antin.acts.status import status_record
from antin.cli import read
from antin.cli.bind import done
from antin.cli.choices import chosen
from antin.cli.door import (
    agreed,
    echo,
    emit,
    interactive,
    passphrase,
    say,
)
from antin.cli.outputs import following, replace_option
from antin.cli.seat import Keys, Place, Seat, keyed, only_officer, placed, seated
from antin.errors import Malformed, Refused
from antin.kernel.formats.credential import ROLES
from antin.kernel.formats.fields import OFFICER
from antin.packs import names
from antin.relay.wire import read_address
from antin.spelling import plain
from antin.station import packets
from antin.station.station import AUTHORITY_KEY, Station
from antin.storage import durable
from antin.storage.outputs import outputs
from antin.views import books
from antin.views.local_time import local

_LIMIT = 64 * 1024 * 1024
FIRST_ROLES = "cipher,officer"


def _officer(text: str, roles: str) -> tuple[str, tuple[str, ...]]:
    if not re.fullmatch(OFFICER, text) or text == AUTHORITY_KEY:
        raise Malformed("officer-malformed", text=text)
    return text, tuple(chosen("role", ROLES, part) for part in roles.split(",") if part.strip())


@click.command(help=say("help-init"))
@click.argument("code")
@click.option("--root", "is_root", is_flag=True, help=say("opt-init-root"))
@click.option("--authority", is_flag=True, help=say("opt-init-authority"))
@click.option("--fingerprint", help=say("opt-fingerprint"))
@click.option("--name", required=True, help=say("opt-name"))
@click.option("--branch", default="", help=say("opt-branch"))
@click.option("--parent", default="", help=say("opt-parent"))
@click.option("--professional", default="", help=say("opt-professional"))
@click.option("--officer", default="cb01", help=say("opt-first-officer"))
@click.option("--officer-name", default="", help=say("opt-officer-name"))
@click.option("--roles", default=FIRST_ROLES, show_default=True, help=say("opt-roles"))
@click.option("--level", default="3", help=say("opt-highest-level"))
@click.option("--suite", type=click.IntRange(1, 2), default=1, help=say("opt-suite"))
@click.option("--pack", default="vn-2026", show_default=True, help=say("opt-pack"))
@click.option("--relay", type=click.Path(), default="", help=say("opt-relay"))
@click.option("--database", default="", help=say("opt-database"))
@click.option("-o", "--output", type=click.Path(path_type=Path), help=say("opt-request-out"))
@replace_option
@keyed
def init(keys: Keys, code: str, is_root: bool, authority: bool, fingerprint: str | None, output: Path | None,
         replace: bool, **what: Any) -> None:  # fmt: skip
    """Create a station."""
    home = keys.folder
    officer, roles = _officer(what["officer"], what["roles"])
    if what["level"] not in ("0", "1", "2", "3"):
        raise Malformed("level-unknown", text=what["level"], known="0, 1, 2, 3")
    plan = NewStation(
        read.agency_code(code), what["name"], plain(what["branch"])[:20],
        what["parent"], what["professional"],
        int(what["level"]), what["suite"], what["pack"],
        _relay(what["relay"]), what["database"],
    )  # fmt: skip
    if is_root:
        digest = creating.create_root(home, plan, keys.secret(code, new=True), {})
        _say_root(read.write_fingerprint(digest), keys.as_json)
        return
    if fingerprint is None:
        raise Malformed("fingerprint-needed")
    root = read.fingerprint(fingerprint)
    target = output or Path(f"{code}.request")
    with outputs(target, replace=replace) as [file]:
        secret = keys.secret(code if authority else f"{code}/{officer}", new=True)
        if authority:
            request = creating.request_authority(home, plan, secret, root, {})
        else:
            first = FirstOfficer(officer, what["officer_name"] or officer, roles, secret)
            request = creating.request_agency(home, plan, first, root, {})
        file.write(request)
    _say_next(keys.as_json, "init-done", "next-approve", request=str(target), code=code)


def _relay(text: str) -> str:
    """A folder as a whole path; the address of a relay as it was typed, once it has its form."""
    if is_network(text):
        read_address(text)
        return text
    return str(Path(text).resolve()) if text else ""


def _say_root(fingerprint: str, as_json: bool) -> None:
    if as_json:
        emit({"fingerprint": fingerprint})
    else:
        echo(say("root-created", fingerprint=fingerprint))


def _say_next(as_json: bool, done: str, following: str, **fields: str) -> None:
    if as_json:
        emit({**fields, "next": say(following, **fields)})
        return
    echo(say(done, **fields))
    echo("  " + say(following, **fields))


@click.command(help=say("help-approve"))
@click.argument("request", type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), help=say("opt-approval-out"))
@replace_option
@click.option("--days", type=int, default=365, show_default=True, help=say("opt-days"))
@click.option("--codes", default="", help=say("opt-codes"))
@keyed
def approve(keys: Keys, request: Path, output: Path | None, replace: bool, days: int, codes: str) -> None:
    """Bind the askers to their keys."""
    data = durable.read(request, limit=_LIMIT)
    seen = before_signing(keys.folder)
    target = output or following(request, ".request", ".approval")
    with outputs(target, replace=replace) as [file], keys.open() as station:
        asked = [_asked(station, each) for each in approving.examine(station, data)]
        question = "\n".join([*asked, say("ask-approve")])
        if not keys.as_json and not agreed(question, assumed=True):
            raise click.Abort
        station.sign_in(AUTHORITY_KEY, keys.secret(station.code))
        publishing.look(station, seen)
        done = approving.approve(station, data, days, tuple(codes.split()))
        file.write(done.file)
        after = "next-join-sync" if station.settings.relay else "next-join"
    for line in () if keys.as_json or interactive() else asked:  # at a terminal the question has shown it
        echo(line)
    _say_next(keys.as_json, "approve-done", after, approval=str(target), names=", ".join(done.names))


def _asked(station: Station, asked: approving.Asked) -> str:
    """Who asks for what: it is this that the authority confirms, not a file's name."""
    subject = asked.subject
    who = "/".join(filter(None, (subject.code, subject.officer)))
    level = station.pack.level(subject.clearance.level).name
    roles = ", ".join(say(f"role-{each}") for each in subject.roles)
    return f"  {who}  {subject.name}  {roles}  ≤ {level}  {asked.digest.hex()[:16]}"


@click.command(help=say("help-status"))
@keyed
def status(keys: Keys) -> None:
    """Say once more, signed, which credentials are good."""
    with keys.open() as station:
        if not station.is_authority:
            raise Refused("not-an-authority", code=station.code)
        station.sign_in(AUTHORITY_KEY, keys.secret(station.code))
        station.commit([status_record(station)])
        size, carried = station.journal.head()[0], not station.settings.relay
    emit({"size": size}) if keys.as_json else echo(say("status-done-carry" if carried else "status-done"))


@click.command(help=say("help-join"))
@click.argument("approval", type=click.Path(path_type=Path))
@keyed
def join(keys: Keys, approval: Path) -> None:
    """Take the approval home."""
    data = durable.read(approval, limit=_LIMIT)
    with keys.open() as station:
        if station.is_authority:
            station.sign_in(AUTHORITY_KEY, keys.secret(station.code))
        names = joining(station, data)
        ours = "next-publish-here" if station.settings.relay else "next-publish"
        following = ours if station.is_authority else "next-sync"
    _say_next(keys.as_json, "join-done", following, names=", ".join(names) or "–")


@click.group(help=say("help-officer"))
def officer() -> None:
    """Officers of this station."""


@officer.command("add", help=say("help-officer-add"))
@click.argument("new")
@click.option("--name", default="", help=say("opt-officer-name"))
@click.option("--roles", default="officer", show_default=True, help=say("opt-roles"))
@click.option("--level", default="1", show_default=True, help=say("opt-clearance"))
@click.option("--new-passphrase-file", type=click.Path(path_type=Path), help=say("opt-new-passphrase"))
@click.option("-o", "--output", type=click.Path(path_type=Path), help=say("opt-request-out"))
@replace_option
@seated
def officer_add(seat: Seat, new: str, name: str, roles: str, level: str, new_passphrase_file: Path | None,
                output: Path | None, replace: bool) -> None:  # fmt: skip
    """Ask for one more officer."""
    id_, chosen = _officer(new, roles)
    with seat.open() as station:
        clearance = names.level(station.pack, level)
        giver = seat.officer or (AUTHORITY_KEY if station.is_authority else only_officer(station, "cipher"))
        target, code = output or Path(f"{station.code}-{id_}.request"), station.code
        with outputs(target, replace=replace) as [file]:
            station.sign_in(giver, seat.secret(giver))
            secret = passphrase(new_passphrase_file, f"{code}/{id_}", new=True)
            first = FirstOfficer(id_, name or id_, chosen, secret)
            file.write(creating.request_officer(station, giver, first, clearance))
    _say_next(seat.as_json, "init-done", "next-approve", request=str(target), code=f"{code}/{id_}")


@officer.command("passphrase", help=say("help-officer-passphrase"))
@click.option("--new-passphrase-file", type=click.Path(path_type=Path), help=say("opt-own-new-passphrase"))
@seated
def officer_passphrase(seat: Seat, new_passphrase_file: Path | None) -> None:
    """Change an officer's passphrase."""
    with seat.open() as station:
        who = seat.officer or (AUTHORITY_KEY if station.is_authority else only_officer(station))
        old = seat.secret(who)
        station.sign_in(who, old)
        new = passphrase(new_passphrase_file, who, new=True)
        change_passphrase(station, who, old, new)
        code = station.code
    done(seat.as_json, "passphrase-changed", {"code": code, "officer": who})


@officer.command("list", help=say("help-officer-list"))
@seated
def officer_list(seat: Seat) -> None:
    """Who serves here."""
    with seat.reading(write=bool(seat.officer)) as station:
        rows = books.officers(station, seat.officer)
        lines = [
            [row.officer, ", ".join(row.roles), station.pack.level(row.level).name, local(row.until, "%d/%m/%Y"),
             row.name]
            for row in rows
        ]  # fmt: skip
    columns = ("officer", "roles", "level", "until", "name")
    seat.list(rows, lines, columns)


@officer.command("card", help=say("help-officer-card"))
@click.argument("who")
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help=say("opt-card-out"))
@replace_option
@placed
def officer_card(place: Place, who: str, output: Path, replace: bool) -> None:
    """Hand an officer's credential to a sister agency."""
    with outputs(output, replace=replace) as [file], place.open(write=False) as station:
        file.write(packets.card(station, who))
    emit({"output": str(output)}) if place.as_json else echo(say("card-done", output=output, who=who))


@click.command(help=say("help-revoke"))
@click.argument("who")
@click.option("--reason", default="other", show_default=True, help=say("opt-reason"))
@click.option("--old-keys", is_flag=True, help=say("opt-old-keys"))
@keyed
def revoke(keys: Keys, who: str, reason: str, old_keys: bool) -> None:
    """Revoke a credential."""
    address = read.address(who)
    with keys.authority() as station:
        trusted = station.directory.find(address.code, address.officer)
        approving.revoke(station, trusted, station.now(), plain(reason) or "other", before=old_keys)
    if keys.as_json:
        emit({"revoked": trusted.name, "old_keys": old_keys})
    else:
        echo(say("revoke-old-done" if old_keys else "revoke-done", who=trusted.name))
