"""``station.toml``: read into a frozen value; unknown keys refuse to start, keys with a default may be missing."""

from __future__ import annotations

import re
from pathlib import Path

from antin.errors import Malformed, Missing, Refused
from antin.frozen import dataclass
from antin.kernel.crypto.suite import SUITES
from antin.kernel.formats.fields import CODE
from antin.storage import foreign, toml
from antin.storage.engines import is_url

FORMAT = 2  # 1 was 0.1, whose credentials, slips and directories had other forms
FILE, RESTORING = "station.toml", "restoring"


@dataclass(frozen=True, slots=True)
class Settings:
    """``root`` = digest of the root credential, or its typed fingerprint until the root is known (hex).

    ``database``: the URL of its database, where it lies on a server ("" = ``station.db`` in its folder).
    ``call_windows``: when a link may be used ("" = always); ``call_always_from``: the precedence that may at any time.
    """

    format: int
    kind: str
    code: str
    name: str
    branch: str
    suite: int
    root: str
    pack: str
    relay: str
    call_windows: str = ""
    call_always_from: int = 3
    database: str = ""


def load(home: Path) -> Settings:
    """Raises ``Missing`` (no station here), ``Refused`` (a newer program or 0.1 made it, or a restore was
    stopped before its end), ``Malformed``."""
    path = home / FILE
    if (home / RESTORING).exists():
        raise Refused("restore-unfinished", path=home)
    if not path.exists():
        raise Missing("station-missing", path=home)
    values = toml.parse(foreign.text(path, limit=64 * 1024), FILE)
    if isinstance(values.get("format"), int) and values["format"] > FORMAT:
        raise Refused("station-newer", path=home, found=values["format"], known=FORMAT)
    if values.get("format") == 1:
        raise Refused("station-older", path=home)
    settings = toml.settings(Settings, values, path)
    for key, good in (("suite", settings.suite in SUITES),
                      ("code", len(settings.code) <= 35 and re.fullmatch(CODE, settings.code)),
                      ("root", re.fullmatch(r"([0-9a-f]{2}){0,32}", settings.root)),
                      ("database", not settings.database or is_url(settings.database)),
                      ("kind", settings.kind in ("authority", "agency"))):  # fmt: skip
        if not good:
            raise Malformed("settings-malformed", path=path, detail=key)
    return settings


def save(home: Path, settings: Settings) -> None:
    """Durably."""
    toml.save(home / FILE, settings)
