"""Key files (spec/keystore.md).

station.key             the station's signing seed, readable by the service alone: it signs, and opens nothing
journal.key             the journal's two keys, which sign checkpoints only
officers/ID.key         an officer's seeds under his passphrase
backup.key              authenticates backups of the data
levels/KID.ID           the agency's key of one level, wrapped to the officer ID
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from antin.errors import Missing, Refused
from antin.kernel.crypto import locker, wrap
from antin.kernel.crypto.journal_key import SEED_SIZE, JournalKey
from antin.kernel.crypto.locker import Cost
from antin.kernel.crypto.signing_key import SigningKey
from antin.kernel.crypto.suite import Suite, by_number
from antin.kernel.crypto.wrap import WrappingKey
from antin.kernel.formats.fields import OFFICER, SuiteNumber
from antin.kernel.formats.shape import Within, encode, parse, shape
from antin.storage import durable

_LIMIT = 64 * 1024
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


@dataclass(frozen=True, slots=True)
class OfficerKeys:
    """An officer's keys while unlocked."""

    signing: SigningKey
    wrapping: WrappingKey


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


def station_key(folder: Path) -> SigningKey:
    """The station's signing key. Raises ``Missing`` where there is none (an authority has none)."""
    seeds = parse(Seeds, durable.read(folder / "station.key", limit=_LIMIT))
    return SigningKey(by_number(seeds.suite), seeds.signing)


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
    seeds = Seeds(suite.number, os.urandom(suite.signing_seed), os.urandom(suite.wrapping_seed))
    randomness = os.urandom(locker.SALT_SIZE + locker.NONCE_SIZE)
    durable.write(path, locker.lock(encode(seeds), passphrase, "officer-key", cost, randomness))
    return hands_of(seeds)


def open_officer(folder: Path, officer: str, passphrase: bytes) -> OfficerKeys:
    """Raises ``Unverified`` on a wrong passphrase, ``Missing`` for an unknown officer."""
    path = _officer_path(folder, officer)
    if not path.exists():
        raise Missing("officer-unknown", officer=officer)
    return hands_of(parse(Seeds, locker.unlock(durable.read(path, limit=_LIMIT), passphrase, "officer-key")))


def create_level(suite: Suite) -> tuple[bytes, WrappingKey]:
    """Seed and key of one level."""
    seed = os.urandom(suite.wrapping_seed)
    return seed, WrappingKey(suite, seed)


def give_level(folder: Path, seed: bytes, key: WrappingKey, officer: str, officer_public: bytes) -> None:
    """Wrap a level's key to an officer cleared for it."""
    kid = wrap.kid(key.suite, key.public)
    wrapped = wrap.wrap(key.suite, officer_public, encode(Seeds(key.suite.number, b"", seed)), _LEVEL_INFO + kid)
    durable.write(folder / "levels" / f"{kid.hex()}.{officer}", wrapped)


def open_level(folder: Path, kid: bytes, officer: str, hands: OfficerKeys) -> tuple[bytes, WrappingKey]:
    """Seed and key of a level. Raises ``Refused`` when it was never wrapped to this officer."""
    path = folder / "levels" / f"{kid.hex()}.{officer}"
    if not path.exists():
        raise Refused("level-key-not-held", officer=officer)
    seeds = parse(Seeds, hands.wrapping.unwrap(durable.read(path, limit=_LIMIT), _LEVEL_INFO + kid))
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


def _officer_path(folder: Path, officer: str) -> Path:
    return folder / "officers" / f"{officer}.key"
