"""Setting up: init, approve, join, officer, revoke. Each command prints the next one."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import click

from antin.acts import approve as approving
from antin.acts import create_station as creating
from antin.acts import publishing
from antin.acts.create_station import FirstOfficer, Plan
from antin.acts.join import join as joining
from antin.acts.links import before_signing, is_network
from antin.acts.status import status_record
from antin.cli import read
from antin.cli.door import (
    emit,
    guarded,
    home_option,
    json_option,
    need_home,
    officer_options,
    passphrase,
    passphrase_option,
    say,
    table,
)
from antin.errors import Malformed, Refused
from antin.kernel.formats.credential import ROLES
from antin.kernel.formats.fields import OFFICER
from antin.packs import names
from antin.relay.wire import read_address
from antin.station import packets
from antin.station.station import AUTHORITY_KEY, Station, opened
from antin.storage import durable
from antin.views import books
from antin.views.local_time import local

_LIMIT = 64 * 1024 * 1024
FIRST_ROLES = "cipher,officer"


def _officer(text: str, roles: str) -> tuple[str, tuple[str, ...]]:
    if not re.fullmatch(OFFICER, text) or text == AUTHORITY_KEY:
        raise Malformed("officer-malformed", text=text)
    chosen = tuple(part.strip() for part in roles.split(",") if part.strip())
    for role in chosen:
        if role not in ROLES:
            raise Malformed("role-unknown", text=role, known=", ".join(ROLES))
    return text, chosen


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
@click.option("--relay", default="", help=say("opt-relay"))
@click.option("-o", "--output", type=click.Path(path_type=Path), help=say("opt-request-out"))
@passphrase_option
@home_option
@json_option
@guarded
def init(code: str, is_root: bool, authority: bool, fingerprint: str | None, home: Path | None, output: Path | None,
         passphrase_file: Path | None, as_json: bool, **what: Any) -> None:  # fmt: skip
    """Create a station."""
    home = need_home(home)
    officer, roles = _officer(what["officer"], what["roles"])
    if what["level"] not in ("0", "1", "2", "3"):
        raise Malformed("level-unknown", text=what["level"], known="0, 1, 2, 3")
    plan = Plan(
        read.agency_code(code), read.composed(what["name"]), names.plain(what["branch"])[:20],
        what["parent"], what["professional"],
        int(what["level"]), what["suite"], what["pack"],
        _relay(what["relay"]),
    )  # fmt: skip
    if is_root:
        digest = creating.create_root(home, plan, passphrase(passphrase_file, code, new=True), {})
        _say_root(read.write_fingerprint(digest), as_json)
        return
    if fingerprint is None:
        raise Malformed("fingerprint-needed")
    root = read.fingerprint(fingerprint)
    secret = passphrase(passphrase_file, code if authority else f"{code}/{officer}", new=True)
    if authority:
        request = creating.request_authority(home, plan, secret, root, {})
    else:
        first = FirstOfficer(officer, what["officer_name"] or officer, roles, secret)
        request = creating.request_agency(home, plan, first, root, {})
    target = output or Path(f"{code}.request")
    durable.write(target, request)
    _say_next(as_json, "init-done", "next-approve", request=str(target), code=code)


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
        click.echo(say("root-created", fingerprint=fingerprint))


def _say_next(as_json: bool, done: str, following: str, **fields: str) -> None:
    if as_json:
        emit({**fields, "next": say(following, **fields)})
        return
    click.echo(say(done, **fields))
    click.echo("  " + say(following, **fields))


@click.command(help=say("help-approve"))
@click.argument("request", type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), help=say("opt-approval-out"))
@click.option("--days", type=int, default=365, show_default=True, help=say("opt-days"))
@click.option("--codes", default="", help=say("opt-codes"))
@passphrase_option
@home_option
@json_option
@guarded
def approve(request: Path, output: Path | None, days: int, codes: str, passphrase_file: Path | None,
            home: Path | None, as_json: bool) -> None:  # fmt: skip
    """Bind the askers to their keys."""
    data = durable.read(request, limit=_LIMIT)
    place = need_home(home)
    seen = before_signing(place)
    with opened(place) as station:
        asked = approving.examine(station, data)
        for each in asked if not as_json else ():
            _say_asked(station, each)
        if sys.stdin.isatty() and not as_json:
            click.confirm(say("ask-approve"), abort=True, err=True)
        station.sign_in(AUTHORITY_KEY, passphrase(passphrase_file, station.code))
        publishing.look(station, seen)
        done = approving.approve(station, data, days, tuple(codes.split()))
    target = output or request.with_suffix(".approval")
    durable.write(target, done.file)
    _say_next(as_json, "approve-done", "next-join", approval=str(target), names=", ".join(done.names))


def _say_asked(station: Station, asked: approving.Asked) -> None:
    """Who asks for what: it is this that the authority confirms, not a file's name."""
    subject = asked.subject
    who = "/".join(filter(None, (subject.code, subject.officer)))
    level = station.pack.level(subject.clearance.level).name
    click.echo(f"  {who}  {subject.name}  {', '.join(subject.roles)}  ≤ {level}  {asked.digest.hex()[:16]}")


@click.command(help=say("help-status"))
@passphrase_option
@home_option
@json_option
@guarded
def status(passphrase_file: Path | None, home: Path | None, as_json: bool) -> None:
    """Say once more, signed, which credentials are good."""
    with opened(need_home(home)) as station:
        if not station.is_authority:
            raise Refused("not-an-authority", code=station.code)
        station.sign_in(AUTHORITY_KEY, passphrase(passphrase_file, station.code))
        station.commit([status_record(station)])
        size = station.journal.head()[0]
    emit({"size": size}) if as_json else click.echo(say("status-done"))


@click.command(help=say("help-join"))
@click.argument("approval", type=click.Path(path_type=Path))
@passphrase_option
@home_option
@json_option
@guarded
def join(approval: Path, passphrase_file: Path | None, home: Path | None, as_json: bool) -> None:
    """Take the approval home."""
    data = durable.read(approval, limit=_LIMIT)
    with opened(need_home(home)) as station:
        if station.is_authority:
            station.sign_in(AUTHORITY_KEY, passphrase(passphrase_file, station.code))
        names = joining(station, data)
        following = "next-publish" if station.is_authority else "next-sync"
    _say_next(as_json, "join-done", following, names=", ".join(names) or "–")


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
@officer_options
@home_option
@json_option
@guarded
def officer_add(new: str, name: str, roles: str, level: str, new_passphrase_file: Path | None, output: Path | None,
                officer: str, passphrase_file: Path | None, home: Path | None, as_json: bool) -> None:  # fmt: skip
    """Ask for one more officer."""
    id_, chosen = _officer(new, roles)
    with opened(need_home(home)) as station:
        clearance = names.level(station.pack, level)
        giver = officer or (AUTHORITY_KEY if station.is_authority else only_officer(station))
        station.sign_in(giver, passphrase(passphrase_file, giver))
        secret = passphrase(new_passphrase_file, f"{station.code}/{id_}", new=True)
        request = creating.request_officer(station, giver, FirstOfficer(id_, name or id_, chosen, secret), clearance)
        target = output or Path(f"{station.code}-{id_}.request")
        code = station.code
    durable.write(target, request)
    _say_next(as_json, "init-done", "next-approve", request=str(target), code=f"{code}/{id_}")


def only_officer(station: Any) -> str:
    """Who acts when nobody said: the only officer here. Raises ``Malformed`` when there are several."""
    names = [row["officer"] for row in books.officers(station)]
    if len(names) != 1:
        raise Malformed("who-acts", known=", ".join(names) or "–")
    return str(names[0])


@officer.command("list", help=say("help-officer-list"))
@officer_options
@home_option
@json_option
@guarded
def officer_list(officer: str, passphrase_file: Path | None, home: Path | None, as_json: bool) -> None:
    """Who serves here."""
    with opened(need_home(home), write=bool(officer)) as station:  # a wrong passphrase is a record
        if officer:
            station.sign_in(officer, passphrase(passphrase_file, officer))
        rows = books.officers(station, officer)
        levels = [station.pack.level(row["level"]).name for row in rows]
    if as_json:
        emit(rows)
        return
    head = [say("col-officer"), say("col-roles"), say("col-level"), say("col-until"), say("col-name")]
    table(
        [[row["officer"], ", ".join(row["roles"]), level, local(row["until"], "%d/%m/%Y"), row["name"]]
         for row, level in zip(rows, levels, strict=True)],
        head,
    )  # fmt: skip


@officer.command("card", help=say("help-officer-card"))
@click.argument("who")
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help=say("opt-card-out"))
@home_option
@json_option
@guarded
def officer_card(who: str, output: Path, home: Path | None, as_json: bool) -> None:
    """Hand an officer's credential to a sister agency."""
    with opened(need_home(home), write=False) as station:
        durable.write(output, packets.card(station, who))
    emit({"output": str(output)}) if as_json else click.echo(say("card-done", output=output, who=who))


@click.command(help=say("help-revoke"))
@click.argument("who")
@click.option("--reason", default="other", show_default=True, help=say("opt-reason"))
@passphrase_option
@home_option
@json_option
@guarded
def revoke(who: str, reason: str, passphrase_file: Path | None, home: Path | None, as_json: bool) -> None:
    """Revoke a credential."""
    address = read.address(who)
    place = need_home(home)
    seen = before_signing(place)
    with opened(place) as station:
        station.sign_in(AUTHORITY_KEY, passphrase(passphrase_file, station.code))
        publishing.look(station, seen)
        trusted = station.directory.find(address.code, address.officer)
        approving.revoke(station, trusted, station.now(), names.plain(reason) or "other")
    if as_json:
        emit({"revoked": trusted.name})
    else:
        click.echo(say("revoke-done", who=trusted.name))
