"""Backup and restore: the station's data in one file, its keys in another, the signer's memory in neither
(spec/restore.md, Backup; protocol rule 23)."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from antin.errors import Conflict, Malformed, Missing
from antin.kernel.crypto import locker
from antin.kernel.formats import bundle
from antin.signer import keystore
from antin.signer.memory import Memory
from antin.station import packets
from antin.station import settings as settings_file
from antin.station.documents import read_all
from antin.station.mirror import SQL
from antin.station.recovering import Recovering
from antin.station.station import Station
from antin.storage import durable
from antin.storage.database import Database
from antin.storage.durable import Output

Tell = Callable[[int], None]
Frame = tuple[str, str, int, Iterable[bytes]]
DATABASE, NAME_LIMIT, PIECE = "station.db", 80, 1024 * 1024


def back_up(station: Station, target: Path, tell: Tell = lambda _: None) -> int:
    """Everything but keys, as of now, in one file; returns how many blobs. Refuses a file that exists."""
    output = Output(target)
    copy = station.home / f".backup-{os.getpid()}.db"
    try:
        station.db.copy_to(copy)
        blobs = [row[0] for row in station.db.rows(SQL["list_blobs"]) if station.blobs.path(row[0]).exists()]
        for piece in packets.stream(packets.BACKUP, _frames(station, copy, blobs)):
            output.write(piece)
            tell(len(piece))
        output.publish()
    finally:
        copy.unlink(missing_ok=True)
        output.close()
    return len(blobs)


def back_up_keys(station: Station, target: Path, passphrase: bytes, cost: locker.Cost) -> None:
    """The keys apart from the data, those that run unattended under a passphrase. Refuses a file that exists."""
    output = Output(target)
    try:
        output.write(packets.write(packets.KEYS, _keys(station.signer.folder, passphrase, cost)))
        output.publish()
    finally:
        output.close()


def restore(home: Path, data: Path, keys: Path | None, passphrase: bytes, *, replace: bool = False,
            tell: Tell = lambda _: None) -> str:  # fmt: skip
    """Lay a backup down in ``home`` and mark the station as recovering; returns its code.

    Both files are read to their ends before anything is named. With ``replace`` a database that is there is kept
    beside as ``station.db.before-restore``; a signer that is there keeps its keys and its memory.
    """
    if (home / DATABASE).exists() and not replace:
        raise Conflict("station-exists-here", path=home)
    if keys is None and not (home / "signer" / "journal.key").exists():
        raise Missing("keys-needed", path=home)
    with durable.translated(home):
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        waiting = Path(tempfile.mkdtemp(prefix=".restore-", dir=home))
    try:
        if keys is not None:
            _take_keys(keys, passphrase, waiting / "signer")
        _take_data(data, waiting, tell)
        code = _mark(waiting, home)
        _settle(waiting, home)
    finally:
        shutil.rmtree(waiting, ignore_errors=True)
    return code


# -- writing -----------------------------------------------------------------------------------------------------------


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
        if not path.is_file() or path.name.startswith("memory.db"):
            continue
        name, raw = path.relative_to(folder).as_posix(), durable.read(path, limit=bundle.ITEM_LIMIT)
        held = keystore.lock_unattended(raw, passphrase, cost) if keystore.is_unattended(name) else raw
        yield "key", "", name.encode() + b"\n" + held  # a level's name is longer than a frame's may be


# -- reading -----------------------------------------------------------------------------------------------------------


def _take_keys(file: Path, passphrase: bytes, folder: Path) -> None:
    with durable.translated(file), file.open("rb") as handle:
        frames = packets.read_all(handle, packets.KEYS)
    packets.only(frames, "key")
    for _, _, named in frames:
        head, _, raw = named.partition(b"\n")
        name = head.decode("ascii", "replace")
        if not keystore.is_key_name(name):  # no path of the file's own choosing
            raise Malformed("bytes-malformed", what="keys", why="name")
        held = keystore.unlock_unattended(raw, passphrase) if keystore.is_unattended(name) else raw
        durable.write(folder / name, held)


def _take_data(file: Path, folder: Path, tell: Tell) -> None:
    with durable.translated(file), file.open("rb") as handle:
        for item in bundle.Reader(handle, packets.BACKUP):
            target = _place(item, folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("xb") as written:
                for piece in item.pieces():
                    written.write(piece)
                    tell(len(piece))
                written.flush()
                os.fsync(written.fileno())
    settings_file.load(folder)  # refuses one that this program cannot open
    if not (folder / DATABASE).exists():
        raise Malformed("bytes-malformed", what="backup", why="no-database")


def _place(item: bundle.Item, folder: Path) -> Path:
    if item.kind == "settings":
        return folder / settings_file.FILE
    if item.kind == "database":
        return folder / DATABASE
    if item.kind == "blob":
        with suppress(ValueError):
            digest = bytes.fromhex(item.name).hex()
            return folder / "blobs" / digest[:2] / digest
    if item.kind == "conflict" and item.name.replace("-", "").isalnum():
        return folder / "evidence" / item.name
    raise Malformed("bytes-malformed", what="backup", why="unexpected-kind")


def _mark(waiting: Path, home: Path) -> str:
    """Recovering from the first moment on: before the database has its name, it knows that it is an old one."""
    db = Database(waiting / DATABASE)
    try:
        settings = settings_file.load(waiting)
        size, root = db.row(SQL["read_journal_head"]) or (0, b"")
        memory = home / "signer" / "memory.db"
        remembered = _remembered(memory, settings.code, size) if memory.exists() else None
        if remembered != (size, root):
            why, known = ("signer", remembered) if remembered else ("restore", (size, root))
            Recovering(db).begin(why, *known)
    finally:
        db.close()
    return settings.code


def _remembered(path: Path, code: str, size: int) -> tuple[int, bytes] | None:
    """The newest head that this home's signer signed for the station, unless it too is older than the backup."""
    memory = Memory(path)
    try:
        heads = memory.heads(code)
        newest = max(heads, default=None)
        return newest if newest is not None and newest[0] >= size else None
    finally:
        memory.close()


def _settle(waiting: Path, home: Path) -> None:
    if (home / DATABASE).exists():
        for path in home.glob(f"{DATABASE}*"):
            path.rename(path.with_name(path.name.replace(DATABASE, f"{DATABASE}.before-restore", 1)))
    for path in sorted(waiting.rglob("*"), key=lambda each: each.name == DATABASE):
        if path.is_file() and not path.name.startswith(f"{DATABASE}-"):
            target = home / path.relative_to(waiting)
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            path.rename(target)
            durable.sync_folder(target.parent)
