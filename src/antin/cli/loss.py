"""Before and after a loss: backup, restore, recover, epoch."""

from __future__ import annotations

from pathlib import Path

import click

from antin.acts import backup as backing
from antin.acts import epoch as epochs
from antin.acts import restore as restoring
from antin.acts import tail
from antin.cli import read
from antin.cli.bind import done
from antin.cli.door import echo, emit, passphrase, progress, say
from antin.cli.outputs import replace_option
from antin.cli.seat import Keys, Place, Seat, keyed, placed, seated
from antin.frozen import dataclass
from antin.kernel.crypto.locker import RFC_9106_LOW_MEMORY
from antin.looks import as_facts
from antin.station.station import Station
from antin.storage.outputs import outputs
from antin.views.local_time import local


@click.command(help=say("help-backup"))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--keys", type=click.Path(path_type=Path), help=say("opt-backup-keys"))
@replace_option
@keyed
def backup(place: Keys, file: Path, keys: Path | None, replace: bool) -> None:
    """The station's data in one file; with ``--keys`` its keys in another."""
    home = place.folder
    with outputs(*filter(None, (file, keys)), replace=replace) as [data, *apart], place.open() as station:
        secret = place.secret(str(keys), new=True) if keys else b""
        for each in apart:
            backing.back_up_keys(station, each, secret, RFC_9106_LOW_MEMORY)
        size = sum(path.stat().st_size for path in home.rglob("*") if path.is_file())
        with progress(size, say("backing-up")) as tell:
            blobs = backing.back_up(station, data, tell)
        records = station.journal.head()[0]
    if place.as_json:
        emit({"output": str(file), "keys": str(keys) if keys else None, "records": records, "blobs": blobs})
        return
    echo(say("backup-done", output=file, records=records, blobs=blobs))
    echo(f"  {say('backup-keys-done', output=keys) if keys else say('backup-keys-missing')}")


@click.command(help=say("help-restore"))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--keys", type=click.Path(path_type=Path), help=say("opt-restore-keys"))
@click.option("--replace", is_flag=True, help=say("opt-replace-database"))
@click.option("--database", default="", help=say("opt-database"))
@keyed
def restore(place: Keys, file: Path, keys: Path | None, replace: bool, database: str) -> None:
    """Lay a backup down; the station asks before it signs again."""
    home = place.folder
    secret = place.secret(str(keys)) if keys else b""
    size = file.stat().st_size if file.is_file() else None
    if restoring.unfinished(home):
        echo(say("restore-goes-on"), err=True)
    with progress(size, say("restoring")) as tell:
        code = restoring.restore(home, file, keys, secret, replace=replace, database=database, tell=tell)
    with place.open() as station:
        state = _state(station)
    if place.as_json:
        emit({"code": code, **as_facts(state)})
        return
    echo(say("restore-done", code=code, size=state.size))
    echo(f"  {say('restore-next' if state.recovering else 'recover-whole', size=state.size)}")


@click.command(help=say("help-recover"))
@placed
def recover(place: Place) -> None:
    """Ask everybody, take the tail if it is whole, say what is left to do."""
    with place.open() as station:
        back = tail.complete(station)
        asked = tail.ask_everybody(station) if station.recovering else []
        state = _state(station)
    if place.as_json:
        emit({**as_facts(state), "came_back": back, "asked": asked})
        return
    if not state.recovering:
        echo(say("recover-whole", size=state.size) if not back else say("recover-came-back", count=back))
        return
    echo(say("recover-state", size=state.size, known=state.known, why=say(f"lost-{state.why}")))
    echo(f"  {say('recover-asked', count=len(asked))}")
    echo(f"  {say('recover-next')}")


@dataclass(frozen=True, slots=True)
class State:
    """Whether a journal is whole: its ``size``, and how far others have seen it (``known``)."""

    recovering: bool
    why: str
    size: int
    known: int
    epoch: int


def _state(station: Station) -> State:
    lost, size = station.recovering.lost, station.journal.head()[0]
    return State(lost is not None, lost.why if lost else "", size, lost.size if lost else size, station.journal.epoch)


@click.group(help=say("help-epoch"))
def epoch() -> None:
    """A new epoch of a journal."""


@epoch.command("begin", help=say("help-epoch-begin"))
@click.option("--with", "second", required=True, help=say("opt-with"))
@click.option("--with-passphrase-file", type=click.Path(path_type=Path), help=say("opt-with-passphrase"))
@seated
def epoch_begin(seat: Seat, second: str, with_passphrase_file: Path | None) -> None:
    """Two officers end the recovery."""
    with seat.acting() as desk:
        desk.station.sign_in(second, passphrase(with_passphrase_file, second))
        begun = epochs.begin_epoch(desk.station, desk.officer, second)
        origin = desk.station.origin
    lost = max(begun.known_size - begun.restored_size, 0)
    if seat.as_json:
        emit({"origin": origin, "restored": begun.restored_size, "known": begun.known_size, "lost": lost})
        return
    echo(say("epoch-begun-done", origin=origin, restored=begun.restored_size, lost=lost))
    echo(f"  {say('epoch-begun-next')}")


@epoch.command("list", help=say("help-epoch-list"))
@placed
def epoch_list(place: Place) -> None:
    """At an authority: epochs that wait for its word."""
    with place.open(write=False) as station:
        rows = [
            Waiting(
                each.code, each.epoch, each.begun.restored_size, each.begun.known_size, each.record.hex(), each.time
            )
            for each in epochs.asked(station)
        ]
    lines = [
        [row.code, str(row.epoch), str(row.restored), str(row.known), row.record[:16], local(row.time)] for row in rows
    ]
    columns = ("agency", "epoch", "restored", "known", "digest", "time")
    place.list(rows, lines, columns)


@dataclass(frozen=True, slots=True)
class Waiting:
    """An epoch that waits for the authority's word: where the journal was restored, and how far it was known."""

    code: str
    epoch: int
    restored: int
    known: int
    record: str
    time: int


@epoch.command("accept", help=say("help-epoch-accept"))
@click.argument("code")
@keyed
def epoch_accept(keys: Keys, code: str) -> None:
    """The authority's word on a new epoch."""
    with keys.authority() as station:
        accepted = epochs.accept_epoch(station, read.agency_code(code))
    done(keys.as_json, "epoch-accepted-done", {"code": accepted.code, "epoch": accepted.epoch})
