"""Before and after a loss: backup, restore, recover, epoch."""

from __future__ import annotations

from pathlib import Path

import click

from antin.acts import backup as backing
from antin.acts import epoch as epochs
from antin.acts import publishing, tail
from antin.acts import restore as restoring
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
    progress,
    say,
    table,
)
from antin.cli.outputs import replace_option
from antin.cli.seat import at_desk
from antin.kernel.crypto.locker import RFC_9106_LOW_MEMORY
from antin.station.station import AUTHORITY_KEY, Station, opened
from antin.storage.outputs import outputs
from antin.views.local_time import local


@click.command(help=say("help-backup"))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--keys", type=click.Path(path_type=Path), help=say("opt-backup-keys"))
@replace_option
@passphrase_option
@home_option
@json_option
@guarded
def backup(file: Path, keys: Path | None, replace: bool, passphrase_file: Path | None, home: Path | None,
           as_json: bool) -> None:  # fmt: skip
    """The station's data in one file; with ``--keys`` its keys in another."""
    home = need_home(home)
    with outputs(*filter(None, (file, keys)), replace=replace) as [data, *apart], opened(home) as station:
        secret = passphrase(passphrase_file, str(keys), new=True) if keys else b""
        for each in apart:
            backing.back_up_keys(station, each, secret, RFC_9106_LOW_MEMORY)
        size = sum(path.stat().st_size for path in home.rglob("*") if path.is_file())
        with progress(size, say("backing-up")) as tell:
            blobs = backing.back_up(station, data, tell)
        records = station.journal.head()[0]
    if as_json:
        emit({"output": str(file), "keys": str(keys) if keys else None, "records": records, "blobs": blobs})
        return
    echo(say("backup-done", output=file, records=records, blobs=blobs))
    echo(f"  {say('backup-keys-done', output=keys) if keys else say('backup-keys-missing')}")


@click.command(help=say("help-restore"))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--keys", type=click.Path(path_type=Path), help=say("opt-restore-keys"))
@click.option("--replace", is_flag=True, help=say("opt-replace-database"))
@passphrase_option
@home_option
@json_option
@guarded
def restore(file: Path, keys: Path | None, replace: bool, passphrase_file: Path | None, home: Path | None,
            as_json: bool) -> None:  # fmt: skip
    """Lay a backup down; the station asks before it signs again."""
    home = need_home(home)
    secret = passphrase(passphrase_file, str(keys)) if keys else b""
    size = file.stat().st_size if file.is_file() else None
    if restoring.unfinished(home):
        echo(say("restore-goes-on"), err=True)
    with progress(size, say("restoring")) as tell:
        code = restoring.restore(home, file, keys, secret, replace=replace, tell=tell)
    with opened(home) as station:
        state = _state(station)
    if as_json:
        emit({"code": code, **state})
        return
    echo(say("restore-done", code=code, size=state["size"]))
    echo(f"  {say('restore-next' if state['recovering'] else 'recover-whole', size=state['size'])}")


@click.command(help=say("help-recover"))
@home_option
@json_option
@guarded
def recover(home: Path | None, as_json: bool) -> None:
    """Ask everybody, take the tail if it is whole, say what is left to do."""
    with opened(need_home(home)) as station:
        back = tail.complete(station)
        asked = tail.ask_everybody(station) if station.recovering else []
        state = _state(station)
    if as_json:
        emit({**state, "came_back": back, "asked": asked})
        return
    if not state["recovering"]:
        echo(say("recover-whole", size=state["size"]) if not back else say("recover-came-back", count=back))
        return
    echo(say("recover-state", size=state["size"], known=state["known"], why=say(f"lost-{state['why']}")))
    echo(f"  {say('recover-asked', count=len(asked))}")
    echo(f"  {say('recover-next')}")


def _state(station: Station) -> dict[str, object]:
    lost, size = station.recovering.lost, station.journal.head()[0]
    known = lost.size if lost else size
    return {"recovering": lost is not None, "why": lost.why if lost else "", "size": size, "known": known,
            "epoch": station.journal.epoch}  # fmt: skip


@click.group(help=say("help-epoch"))
def epoch() -> None:
    """A new epoch of a journal."""


@epoch.command("begin", help=say("help-epoch-begin"))
@click.option("--with", "second", required=True, help=say("opt-with"))
@click.option("--with-passphrase-file", type=click.Path(path_type=Path), help=say("opt-with-passphrase"))
@officer_options
@home_option
@json_option
@guarded
def epoch_begin(second: str, with_passphrase_file: Path | None, officer: str, passphrase_file: Path | None,
                home: Path | None, as_json: bool) -> None:  # fmt: skip
    """Two officers end the recovery."""
    with at_desk(home, officer, passphrase_file) as (station, first):
        station.sign_in(second, passphrase(with_passphrase_file, second))
        begun = epochs.begin_epoch(station, first, second)
        origin = station.origin
    lost = max(begun.known_size - begun.restored_size, 0)
    if as_json:
        emit({"origin": origin, "restored": begun.restored_size, "known": begun.known_size, "lost": lost})
        return
    echo(say("epoch-begun-done", origin=origin, restored=begun.restored_size, lost=lost))
    echo(f"  {say('epoch-begun-next')}")


@epoch.command("list", help=say("help-epoch-list"))
@home_option
@json_option
@guarded
def epoch_list(home: Path | None, as_json: bool) -> None:
    """At an authority: epochs that wait for its word."""
    with opened(need_home(home), write=False) as station:
        waiting = epochs.asked(station)
    rows = [_waiting(each) for each in waiting]
    if as_json:
        emit(rows)
        return
    table([[str(row["code"]), str(row["epoch"]), str(row["restored"]), str(row["known"]), str(row["record"])[:16],
            local(int(str(row["time"])))] for row in rows],
          [say(f"col-{name}") for name in ("agency", "epoch", "restored", "known", "digest", "time")])  # fmt: skip


def _waiting(asked: epochs.Asked) -> dict[str, object]:
    return {"code": asked.code, "epoch": asked.epoch, "restored": asked.begun.restored_size,
            "known": asked.begun.known_size, "record": asked.record.hex(), "time": asked.time}  # fmt: skip


@epoch.command("accept", help=say("help-epoch-accept"))
@click.argument("code")
@passphrase_option
@home_option
@json_option
@guarded
def epoch_accept(code: str, passphrase_file: Path | None, home: Path | None, as_json: bool) -> None:
    """The authority's word on a new epoch."""
    place = need_home(home)
    seen = before_signing(place)
    with opened(place) as station:
        station.sign_in(AUTHORITY_KEY, passphrase(passphrase_file, station.code))
        publishing.look(station, seen)
        accepted = epochs.accept_epoch(station, read.agency_code(code))
    if as_json:
        emit({"code": accepted.code, "epoch": accepted.epoch})
        return
    echo(say("epoch-accepted-done", code=accepted.code, epoch=accepted.epoch))
