"""Backup: the station's data in one file, its keys in another, the signer's memory in neither
(spec/restore.md, Backup; protocol rule 23)."""

from __future__ import annotations

import hmac
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from antin.kernel.crypto import locker
from antin.kernel.formats import bundle
from antin.signer import keystore
from antin.station import packets, rows
from antin.station import settings as settings_file
from antin.station.documents import read_all
from antin.station.kept import scripts
from antin.station.station import Station
from antin.storage import durable
from antin.storage.durable import Output

Tell = Callable[[int], None]
Frame = tuple[str, str, int, Iterable[bytes]]
NAME_LIMIT = 80


def back_up(station: Station, output: Output, tell: Tell = lambda _: None) -> int:
    """Everything but keys, as of now, into one file; returns how many sealed documents. The caller publishes it.

    Behind the bundle stands its HMAC under the station's backup key: nobody who lacks the keys can change a byte of it.
    """
    copy = station.home / f".antin-backup-{os.urandom(8).hex()}.db"
    mac = hmac.new(keystore.backup_key(station.signer.folder), digestmod="sha256")
    try:
        station.db.copy_to(copy, scripts())
        held = [each for each in rows.list_blobs.all(station.db) if station.blobs.size(each) is not None]
        # The small ones lie in the database.
        blobs = [each for each in held if station.blobs.path(each).exists()]
        for piece in packets.stream(packets.BACKUP, _frames(station, copy, blobs)):
            output.write(piece)
            mac.update(piece)
            tell(len(piece))
        output.write(mac.digest())
    finally:
        copy.unlink(missing_ok=True)
    return len(held)


def back_up_keys(station: Station, output: Output, passphrase: bytes, cost: locker.Cost) -> None:
    """The keys apart from the data, those that run unattended under a passphrase."""
    keystore.backup_key(station.signer.folder)  # so that it is among them: the data of every later backup needs it
    output.write(packets.write(packets.KEYS, _keys(station.signer.folder, passphrase, cost)))


def _frames(station: Station, copy: Path, blobs: list[bytes]) -> Iterator[Frame]:
    settings = durable.read(station.home / settings_file.FILE, limit=64 * 1024)
    yield "settings", "", len(settings), [settings]
    with copy.open("rb") as database:
        yield "database", "", copy.stat().st_size, read_all(database)
    evidence = station.home / "evidence"
    for path in sorted(evidence.iterdir()) if evidence.is_dir() else ():
        kept = durable.read(path, limit=bundle.ITEM_LIMIT)
        yield "conflict", path.name[:NAME_LIMIT], len(kept), [kept]
    for digest in blobs:
        with station.blobs.open(digest) as blob:
            yield "blob", digest.hex(), station.blobs.path(digest).stat().st_size, read_all(blob)


def _keys(folder: Path, passphrase: bytes, cost: locker.Cost) -> Iterator[tuple[str, str, bytes]]:
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or path.name.startswith(("memory.db", ".")):
            continue
        name, raw = path.relative_to(folder).as_posix(), durable.read(path, limit=bundle.ITEM_LIMIT)
        held = keystore.lock_unattended(raw, passphrase, cost) if keystore.is_unattended(name) else raw
        yield "key", "", name.encode() + b"\n" + held  # a level's name is longer than a frame's may be
