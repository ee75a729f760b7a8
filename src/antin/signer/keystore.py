"""Key files (spec/keystore.md).

station.key             the station's signing seed, readable by the service alone: it signs, and opens nothing
journal.key             the journal's two keys, which sign checkpoints only
officers/ID.key         an officer's seeds under his passphrase
                        (in both, after new keys were made: the new ones and those before them)
backup.key              authenticates backups of the data
levels/KID.ID           the agency's key of one level, wrapped to the officer ID
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Annotated

from antin.errors import Malformed, Missing, Refused, Unverified
from antin.frozen import dataclass
from antin.kernel.crypto import locker, wrap
from antin.kernel.crypto.journal_key import SEED_SIZE, JournalKey
from antin.kernel.crypto.locker import Cost
from antin.kernel.crypto.signing_key import SigningKey
from antin.kernel.crypto.suite import Suite, by_number
from antin.kernel.crypto.wrap import WrappingKey
from antin.kernel.formats.fields import OFFICER, SuiteNumber
from antin.kernel.formats.shape import Within, encode, parse, shape
from antin.storage import durable

_LIMIT, MOST_KEPT = 64 * 1024, 32  # of a holder's keys: with one renewal a year, more than a service
BACKUP_KEY = "backup.key"
_LEVEL_INFO, _BACKUP = b"antin/level-key/1", "station-keys"
_KEY_NAME = re.compile(rf"[a-z]{{1,20}}\.key|officers/{OFFICER}\.key|levels/[0-9a-f]{{64,96}}\.{OFFICER}")


@shape("antin/seeds/1", limit=1024)
@dataclass(frozen=True, slots=True)
class Seeds:
    """Signing and wrapping seed of one holder."""

    suite: SuiteNumber
    signing: Annotated[bytes, Within(0, 128)]
    wrapping: Annotated[bytes, Within(0, 128)]


@shape("antin/key-ring/1", limit=8 * 1024)
@dataclass(frozen=True, slots=True)
class KeyRing:
    """``Seeds`` of one holder, the newest first: those that wait to be bound or are bound, and those before them; of
    still older ones the wrapping seed alone, for what was sealed to them is read as long as it is kept."""

    seeds: Annotated[tuple[Annotated[bytes, Within(1, 1024)], ...], Within(2, MOST_KEPT)]


@dataclass(frozen=True, slots=True)
class OfficerKeys:
    """An officer's keys while unlocked."""

    signing: SigningKey
    wrapping: WrappingKey


@dataclass(frozen=True, slots=True)
class Held:
    """What an officer's file holds: the newest keys, those that may sign by name, and all that open something."""

    newest: OfficerKeys
    signing: Mapping[bytes, SigningKey]
    wrapping: tuple[WrappingKey, ...]


def create_station(folder: Path, suite: Suite) -> tuple[SigningKey, JournalKey]:
    """Fresh unattended keys of a station. Refuses to overwrite."""
    for name in ("station.key", "journal.key"):
        if (folder / name).exists():
            raise Refused("key-exists", path=folder / name)
    seed = os.urandom(suite.signing_seed)
    durable.write(folder / "station.key", encode(Seeds(suite.number, seed, b"")))
    return SigningKey(suite, seed), create_journal(folder)


def create_journal(folder: Path) -> JournalKey:
    """Fresh keys for a journal. Refuses to overwrite."""
    if (folder / "journal.key").exists():
        raise Refused("key-exists", path=folder / "journal.key")
    seed = os.urandom(SEED_SIZE)
    durable.write(folder / "journal.key", seed)
    return JournalKey(seed)


def station_keys(folder: Path) -> tuple[SigningKey, ...]:
    """The station's signing keys, the newest first. Raises ``Missing`` where there is none (an authority has none)."""
    held = _seeds(durable.read(folder / "station.key", limit=_LIMIT))
    return tuple(SigningKey(by_number(each.suite), each.signing) for each in held)


def renew_station(folder: Path, suite: Suite, current: bytes) -> SigningKey:
    """Fresh keys beside those called ``current``, or the ones that stand beside them already and wait to be bound."""
    path = folder / "station.key"
    held = _seeds(durable.read(path, limit=_LIMIT))
    newest = SigningKey(by_number(held[0].suite), held[0].signing)
    if newest.public.kid != current:
        return newest
    fresh = Seeds(suite.number, os.urandom(suite.signing_seed), b"")
    durable.write(path, _ring((fresh, held[0])))
    return SigningKey(suite, fresh.signing)


def journal_key(folder: Path) -> JournalKey:
    """The journal's key."""
    return JournalKey(durable.read(folder / "journal.key", limit=_LIMIT))


def backup_key(folder: Path) -> bytes:
    """The key under which backups of the data are authenticated; made with the first one (spec/restore.md)."""
    held = held_backup_key(folder)
    if held is None:
        held = os.urandom(32)
        durable.write(folder / BACKUP_KEY, held)
    return held


def held_backup_key(folder: Path) -> bytes | None:
    """The same, or None where no backup was made yet."""
    path = folder / BACKUP_KEY
    return durable.read(path, limit=_LIMIT) if path.exists() else None


def has_officer(folder: Path, officer: str) -> bool:
    """Whether there is a key file of this name."""
    return _officer_path(folder, officer).exists()


def made(keys: OfficerKeys) -> Held:
    """Fresh keys alone."""
    return Held(keys, {keys.signing.public.kid: keys.signing}, (keys.wrapping,))


def mark(folder: Path, officer: str) -> tuple[int, int]:
    """By what an officer's key file is known from another one in its place; zeros where it is gone."""
    return _mark(_officer_path(folder, officer))


def level_mark(folder: Path, kid: bytes, officer: str) -> tuple[int, int]:
    """The same of the file in which a level's key lies for an officer."""
    return _mark(_level_path(folder, kid, officer))


def _mark(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError:
        return 0, 0
    return found.st_ino, found.st_mtime_ns


def _level_path(folder: Path, kid: bytes, officer: str) -> Path:
    return folder / "levels" / f"{kid.hex()}.{officer}"


def path_of(folder: Path, holder: str) -> Path:
    """The key file of an officer, or of the station (no name)."""
    return _officer_path(folder, holder) if holder else folder / "station.key"


def take_levels(folder: Path, officer: str, keep: Collection[bytes]) -> None:
    """Remove the level keys wrapped to an officer, but for those to keep."""
    for path in (folder / "levels").glob(f"*.{officer}"):
        if path.name.partition(".")[0] not in {kid.hex() for kid in keep}:
            with durable.translated(path):
                path.unlink()


def create_officer(folder: Path, officer: str, suite: Suite, passphrase: bytes, cost: Cost) -> OfficerKeys:
    """Fresh keys for an officer, under a passphrase. Refuses to overwrite."""
    path = _officer_path(folder, officer)
    if path.exists():
        raise Refused("key-exists", path=path)
    seeds = _fresh(suite)
    _lock_officer(path, encode(seeds), passphrase, cost)
    return hands_of(seeds)


def open_officer(folder: Path, officer: str, passphrase: bytes) -> Held:
    """His keys. Raises ``Unverified`` on a wrong passphrase, ``Missing`` for an unknown officer."""
    return held_of(_seeds(_unlock_officer(folder, officer, passphrase)))


def renew_officer(folder: Path, officer: str, suite: Suite, passphrase: bytes, current: bytes, cost: Cost) -> Held:
    """Fresh keys before those called ``current``, unless some stand there already and wait to be bound. All of them.

    All that was wrapped to his keys before is wrapped to the newest; a level's file that nobody can open stays as it
    is. Raises what ``open_officer`` raises.
    """
    seeds = _seeds(_unlock_officer(folder, officer, passphrase))
    if hands_of(seeds[0]).signing.public.kid == current:
        older = [Seeds(each.suite, b"", each.wrapping) for each in seeds[1:]]
        seeds = (_fresh(suite), seeds[0], *older)[:MOST_KEPT]
        _lock_officer(_officer_path(folder, officer), _ring(seeds), passphrase, cost)
    held = held_of(seeds)
    for path in sorted((folder / "levels").glob(f"*.{officer}")):
        if not is_key_name(f"levels/{path.name}"):
            continue
        with suppress(Unverified, Malformed):
            seed, key = open_level(folder, bytes.fromhex(path.stem), officer, held)
            give_level(folder, seed, key, officer, held.newest.wrapping.public)
    return held


def relock_officer(folder: Path, officer: str, old: bytes, new: bytes, cost: Cost) -> None:
    """The same keys under another passphrase. Raises what ``open_officer`` raises."""
    _lock_officer(_officer_path(folder, officer), _unlock_officer(folder, officer, old), new, cost)


def create_level(suite: Suite) -> tuple[bytes, WrappingKey]:
    """Seed and key of one level."""
    seed = os.urandom(suite.wrapping_seed)
    return seed, WrappingKey(suite, seed)


def give_level(folder: Path, seed: bytes, key: WrappingKey, officer: str, officer_public: bytes) -> None:
    """Wrap a level's key to an officer cleared for it."""
    kid = wrap.kid(key.suite, key.public)
    wrapped = wrap.wrap(key.suite, officer_public, encode(Seeds(key.suite.number, b"", seed)), _LEVEL_INFO + kid)
    durable.write(folder / "levels" / f"{kid.hex()}.{officer}", wrapped)


def open_level(folder: Path, kid: bytes, officer: str, held: Held) -> tuple[bytes, WrappingKey]:
    """Seed and key of a level, wrapped to one of the keys ``held``. Raises ``Refused`` when it was never wrapped to
    this officer."""
    path = _level_path(folder, kid, officer)
    if not path.exists():
        raise Refused("level-key-not-held", officer=officer)
    wrapped, info = durable.read(path, limit=_LIMIT), _LEVEL_INFO + kid
    for each in held.wrapping[:-1]:
        with suppress(Unverified):
            return _level(each.unwrap(wrapped, info))
    return _level(held.wrapping[-1].unwrap(wrapped, info))


def _level(raw: bytes) -> tuple[bytes, WrappingKey]:
    seeds = parse(Seeds, raw)
    return seeds.wrapping, WrappingKey(by_number(seeds.suite), seeds.wrapping)


def hands_of(seeds: Seeds) -> OfficerKeys:
    """Both keys from their seeds."""
    suite = by_number(seeds.suite)
    return OfficerKeys(SigningKey(suite, seeds.signing), WrappingKey(suite, seeds.wrapping))


def is_unattended(name: str) -> bool:
    """Whether a key file lies open, for the service to use: such a one is locked before it leaves the folder."""
    return "/" not in name


def is_key_name(name: str) -> bool:
    """Whether a name below ``signer/`` is one of ours, and no way out of the folder."""
    return bool(_KEY_NAME.fullmatch(name))


def lock_unattended(raw: bytes, passphrase: bytes, cost: Cost) -> bytes:
    """An unattended key under a passphrase, for a backup."""
    return locker.lock(raw, passphrase, _BACKUP, cost, os.urandom(locker.SALT_SIZE + locker.NONCE_SIZE))


def unlock_unattended(raw: bytes, passphrase: bytes) -> bytes:
    """The reverse. Raises ``Unverified`` on a wrong passphrase."""
    return locker.unlock(raw, passphrase, _BACKUP)


def _fresh(suite: Suite) -> Seeds:
    return Seeds(suite.number, os.urandom(suite.signing_seed), os.urandom(suite.wrapping_seed))


def held_of(seeds: Sequence[Seeds]) -> Held:
    """The keys of a file's seeds, which stand the newest first."""
    pairs = [hands_of(each) for each in seeds if each.signing]
    wrapping = tuple(WrappingKey(by_number(each.suite), each.wrapping) for each in seeds)
    return Held(pairs[0], {each.signing.public.kid: each.signing for each in pairs}, wrapping)


def _ring(seeds: Sequence[Seeds]) -> bytes:
    return encode(KeyRing(tuple(encode(each) for each in seeds)))


def _seeds(raw: bytes) -> tuple[Seeds, ...]:
    """The newest first. A file that was never renewed holds its ``Seeds`` alone."""
    try:
        ring = parse(KeyRing, raw)
    except Malformed:
        return (parse(Seeds, raw),)
    return tuple(parse(Seeds, each) for each in ring.seeds)


def _lock_officer(path: Path, raw: bytes, passphrase: bytes, cost: Cost) -> None:
    randomness = os.urandom(locker.SALT_SIZE + locker.NONCE_SIZE)
    durable.write(path, locker.lock(raw, passphrase, "officer-key", cost, randomness))


def _unlock_officer(folder: Path, officer: str, passphrase: bytes) -> bytes:
    path = _officer_path(folder, officer)
    if not path.exists():
        raise Missing("officer-unknown", officer=officer)
    return locker.unlock(durable.read(path, limit=_LIMIT), passphrase, "officer-key")


def _officer_path(folder: Path, officer: str) -> Path:
    return folder / "officers" / f"{officer}.key"
