"""Backup and restore: the station's data in one file, its keys in another, the signer's memory in neither
(spec/restore.md, Backup; protocol rule 23)."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from antin.errors import Conflict, Malformed, Missing, Refused, Unverified
from antin.journal.journal import ENDLESS
from antin.journal.journal import SQL as JOURNAL
from antin.kernel.crypto import locker
from antin.kernel.formats import bundle, signed
from antin.kernel.formats.credential import Credential, Subject
from antin.kernel.formats.shape import parse
from antin.registers.people import apply as people
from antin.signer import keystore
from antin.signer.memory import Memory
from antin.station import packets
from antin.station import settings as settings_file
from antin.station.blobs import PieceDigest
from antin.station.documents import read_all
from antin.station.lock import locked
from antin.station.mirror import SQL
from antin.station.recovering import Recovering
from antin.station.station import Station
from antin.storage import durable, foreign
from antin.storage.database import Database
from antin.storage.durable import Output

Tell = Callable[[int], None]
Frame = tuple[str, str, int, Iterable[bytes]]
DATABASE, NAME_LIMIT, _WAITING = "station.db", 80, ".restore-"
_KEYS_LIMIT = 256 * 1024 * 1024
_BLOB, _EVIDENCE = re.compile(r"[0-9a-f]{64}"), re.compile(r"[0-9A-Za-z-]{1,80}")


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
    beside as ``station.db.before-restore``; a signer that is there keeps its keys and its memory. Refuses keys that
    are not those of the station in the backup, and a station that runs.
    """
    with durable.translated(home):
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
    with locked(home):
        if (home / DATABASE).exists() and not replace:
            raise Conflict("station-exists-here", path=home)
        if keys is None and not _signer(home).exists():
            raise Missing("keys-needed", path=home)
        return _lay_down(home, data, keys, passphrase, tell)


def _lay_down(home: Path, data: Path, keys: Path | None, passphrase: bytes, tell: Tell) -> str:
    for left in home.glob(f"{_WAITING}*"):  # of one that was killed: open keys may lie in it
        shutil.rmtree(left, ignore_errors=True)
    with durable.translated(home):
        waiting = Path(tempfile.mkdtemp(prefix=_WAITING, dir=home))
    try:
        if keys is not None:
            _take_keys(keys, passphrase, waiting / "signer")
        _take_data(data, waiting, tell)
        code = _mark(waiting, home)
        with durable.translated(home):
            _settle(waiting, home)
    finally:
        shutil.rmtree(waiting, ignore_errors=True)
    return code


def _signer(home: Path) -> Path:
    return home / "signer" / "journal.key"


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
    with foreign.opened(file, limit=_KEYS_LIMIT) as handle:
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
    with foreign.opened(file) as handle:
        for item in bundle.Reader(handle, packets.BACKUP):
            target = _place(item, folder)
            if target.exists():
                raise Malformed("bytes-malformed", what="backup", why="twice")
            with durable.translated(target):
                digest = _write(item, target, tell)
            if item.kind == "blob" and digest.hex() != item.name:  # whoever finds a blob under its name believes it
                raise Unverified("blob-not-expected", digest=item.name[:16])
    settings_file.load(folder)  # refuses one that this program cannot open
    if not (folder / DATABASE).exists():
        raise Malformed("bytes-malformed", what="backup", why="no-database")


def _write(item: bundle.Item, target: Path, tell: Tell) -> bytes:
    digest = PieceDigest()
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("xb") as written:
        for piece in item.pieces():
            written.write(piece)
            digest.update(piece)
            tell(len(piece))
        written.flush()
        os.fsync(written.fileno())
    return digest.finish()


def _place(item: bundle.Item, folder: Path) -> Path:
    if item.kind == "settings":
        return folder / settings_file.FILE
    if item.kind == "database":
        return folder / DATABASE
    if item.kind == "blob" and _BLOB.fullmatch(item.name):
        return folder / "blobs" / item.name[:2] / item.name
    if item.kind == "conflict" and _EVIDENCE.fullmatch(item.name):
        return folder / "evidence" / item.name
    raise Malformed("bytes-malformed", what="backup", why="unexpected-kind")


def _mark(waiting: Path, home: Path) -> str:
    """Recovering from the first moment on: before the database has its name, it knows that it is an old one."""
    db = Database(waiting / DATABASE)
    try:
        settings = settings_file.load(waiting)
        _check_keys(db, home if _signer(home).exists() else waiting)
        size, root = db.row(JOURNAL["read_head"]) or (0, b"")
        memory, epoch = home / "signer" / "memory.db", int(db.value(JOURNAL["read_epoch"], ENDLESS))
        remembered = _remembered(memory, settings.code, (epoch, size)) if memory.exists() else None
        if remembered != (size, root):
            why, known = ("signer", remembered) if remembered else ("restore", (size, root))
            Recovering(db).begin(why, *known)
    finally:
        db.close()
    return settings.code


def _check_keys(db: Database, home: Path) -> None:
    """Raises ``Refused`` when the journal's key is not the one that the station's own credential names."""
    joined = db.row(people.SQL["read_station"])
    raw = db.value(SQL["read_object"], joined[1]) if joined else None
    if raw is None:
        return
    body = parse(Credential, signed.claim(raw, "antin/credential/1").unverified_body)
    if keystore.journal_key(home / "signer").public != parse(Subject, body.subject).journal:
        raise Refused("keys-of-another-station", code=joined[0] if joined else "")


def _remembered(path: Path, code: str, backed_up: tuple[int, int]) -> tuple[int, bytes] | None:
    """The newest head that this home's signer signed for the station, unless it too is older than the backup."""
    memory = Memory(path)
    try:
        newest = memory.newest(code)
        return newest[1:] if newest is not None and newest[:2] >= backed_up else None
    finally:
        memory.close()


def _set_aside(home: Path) -> None:
    """The database that was there, under a name that nothing bears; its log with it, for SQLite would replay a log
    that is left into the database that comes. Killed in between, the next restore sends the log after it."""
    number = 1
    while _aside(home, number).exists():
        number += 1
    if not (home / DATABASE).exists():
        number = max(number - 1, 1)
    for end in ("", "-wal", "-shm"):
        path, kept = home / f"{DATABASE}{end}", _aside(home, number)
        if path.exists():
            path.rename(kept.with_name(kept.name + end))


def _aside(home: Path, number: int) -> Path:
    return home / (f"{DATABASE}.before-restore" + (f"-{number}" if number > 1 else ""))


def _settle(waiting: Path, home: Path) -> None:
    _set_aside(home)
    for path in sorted(waiting.rglob("*"), key=lambda each: each.name == DATABASE):
        target = home / path.relative_to(waiting)
        kept = target.exists() and target.is_relative_to(home / "signer")
        if path.is_file() and not kept and not path.name.startswith(f"{DATABASE}-"):
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            path.rename(target)
            durable.sync_folder(target.parent)
