"""Restore: lay a backup down, and mark the station as recovering before it can sign (spec/restore.md).

    read both files to their ends → marker ``restoring`` → the old database aside → keys, files → database → no marker

While the marker stands no station opens here: killed anywhere in between, the next restore begins again.
"""

from __future__ import annotations

import dataclasses
import hmac
import os
import re
import shutil
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import BinaryIO

from antin.errors import Conflict, Malformed, Missing, Refused, Unverified
from antin.journal import rows as journal_rows
from antin.journal.journal import ENDLESS
from antin.kernel.crypto.journal_key import JournalKey
from antin.kernel.formats import bundle, signed
from antin.kernel.formats.credential import Credential, Subject
from antin.kernel.formats.purposes import PURPOSES
from antin.kernel.formats.shape import parse
from antin.registers.people import rows as people
from antin.signer import keystore
from antin.signer.memory import Memory
from antin.station import moving, packets, rows
from antin.station import settings as settings_file
from antin.station.blobs import PieceDigest
from antin.station.lock import alone, locked
from antin.station.recovering import Recovering
from antin.station.settings import Settings
from antin.storage import durable, foreign
from antin.storage.database import Database
from antin.storage.engines import open_database

Tell = Callable[[int], None]
DATABASE, _WAITING = "station.db", ".restore-"
_KEYS_LIMIT, _MAC_SIZE = 256 * 1024 * 1024, 32
_BLOB, _EVIDENCE = re.compile(r"[0-9a-f]{64}"), re.compile(r"[0-9A-Za-z-]{1,80}")
Keys = dict[str, bytes]


def unfinished(home: Path) -> bool:
    """Whether a restore was stopped here before its end."""
    return (home / settings_file.RESTORING).exists()


def restore(home: Path, data: Path, keys: Path | None, passphrase: bytes, *, replace: bool = False,
            database: str = "", tell: Tell = lambda _: None) -> str:  # fmt: skip
    """Lay a backup down in ``home`` and mark the station as recovering; returns its code.

    Both files are read to their ends before anything is named. With ``replace``, or after a restore that was stopped, a
    database that is there is kept beside as ``station.db.before-restore``, or on its server as it is; a signer that is
    there keeps its keys and its memory. ``database``: the URL of an empty one where it shall lie. Refuses data that
    were not made with these keys (or, without a file of keys, with those of the signer that is here), keys that are not
    those of the station in the backup, and a station that runs.
    """
    with durable.translated(home):
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
    with alone(home), locked(home):
        if not replace and not unfinished(home) and _kept_here(home):
            raise Conflict("station-exists-here", path=home)
        if keys is None and not (home / "signer" / "journal.key").exists():
            raise Missing("keys-needed", path=home)
        return _lay_down(home, data, keys, passphrase, database, tell)


def _kept_here(home: Path) -> bool:
    """Whether a station of this folder has a database, here or on a server."""
    path = home / settings_file.FILE
    return (home / DATABASE).exists() or (path.exists() and bool(settings_file.load(home).database))


def _lay_down(home: Path, data: Path, keys: Path | None, passphrase: bytes, database: str, tell: Tell) -> str:
    for left in home.glob(f"{_WAITING}*"):  # of one that was killed
        shutil.rmtree(left, ignore_errors=True)
    # Open keys lie in memory until their place is theirs.
    open_keys = _read_keys(keys, passphrase) if keys is not None else {}
    with durable.translated(home):
        waiting = Path(tempfile.mkdtemp(prefix=_WAITING, dir=home))
    try:
        _take_data(data, waiting, _backup_key(home, open_keys), tell)
        settings = _mark(waiting, home, open_keys)
        settings_file.save(waiting, dataclasses.replace(settings, database=database))
        with durable.translated(home):
            _settle(waiting, home, open_keys, database)
    finally:
        shutil.rmtree(waiting, ignore_errors=True)
    return settings.code


# -- reading -----------------------------------------------------------------------------------------------------------


def _read_keys(file: Path, passphrase: bytes) -> Keys:
    with foreign.opened(file, limit=_KEYS_LIMIT) as handle:
        frames = packets.read_all(handle, packets.KEYS)
    found = {}
    for _, _, named in frames:
        head, _, raw = named.partition(b"\n")
        name = head.decode("ascii", "replace")
        if not keystore.is_key_name(name):  # no path of the file's own choosing
            raise Malformed("bytes-malformed", what="keys", why="name")
        found[name] = keystore.unlock_unattended(raw, passphrase) if keystore.is_unattended(name) else raw
    return found


def _backup_key(home: Path, keys: Keys) -> bytes:
    key = keys.get(keystore.BACKUP_KEY) or keystore.held_backup_key(home / "signer")
    if key is None:
        raise Missing("backup-key-missing", path=home)
    return key


class _Authentic:
    """A backup up to the HMAC behind it, which ``check`` compares when all before has been read."""

    def __init__(self, handle: BinaryIO, key: bytes, size: int) -> None:
        self._handle, self._left, self._mac = handle, max(size - _MAC_SIZE, 0), hmac.new(key, digestmod="sha256")

    def read(self, size: int, /) -> bytes:
        """At most what stands before the HMAC."""
        data = self._handle.read(min(size, self._left))
        self._left -= len(data)
        self._mac.update(data)
        return data

    def check(self) -> None:
        """Raises ``Unverified`` for data that were made with another key, or changed since."""
        while self.read(foreign.PIECE):
            pass
        if not hmac.compare_digest(self._handle.read(_MAC_SIZE + 1), self._mac.digest()):
            raise Unverified("backup-not-authentic")


def _take_data(file: Path, folder: Path, key: bytes, tell: Tell) -> None:
    with foreign.opened(file) as handle:
        size = os.fstat(handle.fileno()).st_size
        # Once for its authenticity and once for what is in it: no frame is looked at that its maker did not write.
        _Authentic(handle, key, size).check()
        handle.seek(0)
        source = _Authentic(handle, key, size)
        for item in bundle.Reader(source, PURPOSES[packets.BACKUP]):
            target = _place(item, folder)
            if target.exists():
                raise Malformed("bytes-malformed", what="backup", why="twice")
            with durable.translated(target):
                digest = _write(item, target, tell)
            if item.kind == "blob" and digest.hex() != item.name:  # whoever finds a blob under its name believes it
                raise Unverified("blob-not-expected", digest=item.name[:16])
        source.check()  # it may have been exchanged between the two readings
    settings_file.load(folder)  # refuses one that this program cannot open
    if not (folder / DATABASE).exists():
        raise Malformed("bytes-malformed", what="backup", why="no-database")


def _write(item: bundle.Item, target: Path, tell: Tell) -> bytes:
    digest = PieceDigest()
    for folder in reversed(target.parents[: 2 if item.kind == "blob" else 1]):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb") as written:
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


def _mark(waiting: Path, home: Path, keys: Keys) -> Settings:
    """Recovering from the first moment on: before the database has its name, it knows that it is an old one."""
    db = open_database(waiting / DATABASE)
    try:
        settings = settings_file.load(waiting)
        _check_keys(db, home, keys)
        head = journal_rows.read_head.one(db)
        size, root = (head.size, head.root) if head is not None else (0, b"")
        memory, epoch = home / "signer" / "memory.db", journal_rows.read_epoch.sure(db, ENDLESS)
        remembered = _remembered(memory, settings.code, (epoch, size)) if memory.exists() else None
        if remembered != (size, root):
            why, known = ("signer", remembered) if remembered else ("restore", (size, root))
            Recovering(db).begin(why, *known)
    finally:
        db.close()
    return settings


def _check_keys(db: Database, home: Path, keys: Keys) -> None:
    """Raises ``Refused`` when the journal's key is not the one that the station's own credential names."""
    joined = people.read_station.one(db)
    raw = rows.read_object.one(db, joined.credential) if joined else None
    if raw is None:
        return
    body = parse(Credential, signed.claim(raw, "antin/credential/1").unverified_body)
    here = (home / "signer" / "journal.key").exists()
    if not here and "journal.key" not in keys:
        raise Missing("keys-needed", path=home)
    key = keystore.journal_key(home / "signer") if here else JournalKey(keys["journal.key"])
    if key.public != parse(Subject, body.subject).journal:
        raise Refused("keys-of-another-station", code=joined.code if joined else "")


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


def _settle(waiting: Path, home: Path, keys: Keys, database: str) -> None:
    home.chmod(0o700)
    if database:  # nothing here names it before the last step
        with closing(open_database(waiting / DATABASE)) as source:
            moving.fill(database, source, settings_file.load(waiting), lambda *_: None)
        (waiting / DATABASE).unlink()
    durable.write(home / settings_file.RESTORING, b"")
    _set_aside(home)
    for name, raw in keys.items():
        if not (home / "signer" / name).exists():
            durable.write(home / "signer" / name, raw)
    for path in sorted(waiting.rglob("*"), key=lambda each: each.name == DATABASE):
        target = home / path.relative_to(waiting)
        if path.is_file() and not path.name.startswith(f"{DATABASE}-"):
            durable.make_folder(target.parent)
            path.rename(target)
            durable.sync_folder(target.parent)
    (home / settings_file.RESTORING).unlink()
    durable.sync_folder(home)
