"""What a person types: a station on a server from its founding on, moved, audited; and what the program answers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cluster import Cluster
from town import PASS


class Antin:
    """The program, at one station."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.secret = folder, folder / "secret"
        self.secret.write_bytes(PASS)

    def __call__(self, *words: str, code: int = 0) -> Any:
        call = [sys.executable, "-m", "antin", *words, "--home", str(self.folder / "goc"), "--json"]
        environment = {**os.environ, "ANTIN_PASSPHRASE_FILE": str(self.secret)}
        done = subprocess.run(call, env=environment, cwd=self.folder, capture_output=True, text=True, check=False)
        assert done.returncode == code, (done.returncode, done.stdout, done.stderr)
        return json.loads(done.stdout or done.stderr)


@pytest.fixture
def antin(tmp_path: Path) -> Antin:
    return Antin(tmp_path)


def _init(antin: Antin, url: str, code: int = 0) -> Any:
    return antin("init", "A00", "--root", "--name", "Gốc", "--database", url, code=code)


def test_from_its_founding_on(antin: Antin, server: Cluster) -> None:
    url = server.database()
    _init(antin, url)
    assert not (antin.folder / "goc" / "station.db").exists()
    assert antin("audit")["findings"] == []
    moved = antin("migrate", "--to", "folder")
    assert moved["source"] == url and moved["records"] == 1
    assert antin("audit")["findings"] == []
    back = server.database()
    assert antin("migrate", "--to", back)["target"] == back
    assert antin("audit")["findings"] == []
    assert antin("migrate", "--to", back, code=7)["error"]["code"] == "migrate-there-already"
    backup = antin("backup", "sao-luu")
    assert backup["records"] == 1


def test_what_is_refused(antin: Antin, server: Cluster) -> None:
    said = _init(antin, "postgresql://antin:mat-khau@/x", code=4)
    assert said["error"]["code"] == "database-url-password" and "mat-khau" not in json.dumps(said)
    assert _init(antin, "mysql://x", code=4)["error"]["code"] == "database-url-malformed"
    assert _init(antin, server.url("khong_co"), code=6)["error"]["code"] == "database-missing"
    assert _init(antin, f"postgresql://antin@/x?host={antin.folder}", code=8)["error"]["code"] == "database-away"
    _init(antin, server.database())  # nothing that was refused is in the way
    assert antin("migrate", "--to", "mysql://x", code=4)["error"]["code"] == "database-url-malformed"
