"""``relay.toml``: read into a frozen value; unknown keys refuse to start."""

from __future__ import annotations

from pathlib import Path

from antin.errors import Malformed, Missing, Refused
from antin.frozen import dataclass
from antin.storage import foreign, toml

FORMAT = 1
FILE = "relay.toml"


@dataclass(frozen=True, slots=True)
class RelaySettings:
    """Whom the relay believes, where it listens, how much it holds. Quotas count for each sender."""

    format: int
    root: str
    host: str = "0.0.0.0"  # a relay is there to be reached
    port: int = 8443
    keep_days: int = 30
    ordinary_envelopes: int = 20_000
    ordinary_mib: int = 64 * 1024
    urgent_envelopes: int = 2_000
    urgent_mib: int = 8 * 1024
    blob_mib: int = 16 * 1024
    free_mib: int = 256
    connections: int = 256
    sessions: int = 4096


def load(home: Path) -> RelaySettings:
    """Raises ``Missing`` (no relay here), ``Refused`` (a newer program made it), ``Malformed``."""
    path = home / FILE
    if not path.exists():
        raise Missing("relay-missing", path=home)
    values = toml.parse(foreign.text(path, limit=64 * 1024), FILE)
    if isinstance(values.get("format"), int) and values["format"] > FORMAT:
        raise Refused("relay-newer", path=home, found=values["format"], known=FORMAT)
    return _checked(toml.settings(RelaySettings, values, path), path)


def _checked(settings: RelaySettings, path: Path) -> RelaySettings:
    try:
        whole = len(bytes.fromhex(settings.root)) in range(25, 33)
    except ValueError:
        whole = False
    if not whole:
        raise Malformed("settings-malformed", path=path, detail="root")
    if settings.port > 65535:
        raise Malformed("settings-malformed", path=path, detail="port")
    return settings


def save(home: Path, settings: RelaySettings) -> None:
    """Durably."""
    toml.save(home / FILE, settings)
