"""The whole story leaves the same records as before, whatever is rebuilt above the formats.

Random bytes and signatures differ from run to run, so within a record each is named by its first appearance: two
records that say the same have the same digest. Times count from the hour at which the story is told.
"""

from __future__ import annotations

import json
import time
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from antin.demo.cast import Stage
from antin.demo.story import Plot, tell
from antin.demo.teller import Teller
from antin.errors import Malformed
from antin.journal import rows as journal_rows
from antin.kernel.crypto.locker import CHEAPEST
from antin.kernel.formats import cbor, signed
from antin.kernel.formats.record import HYBRID, QUICK
from antin.storage.database import Database
from antin.storage.remembered import Row
from antin.words import Words

GOLDEN = Path(__file__).parent / "data" / "same_journal.json"
TOLD = 1_793_000_000  # 26/10/2026
YEAR = 366 * 86_400


# How a letter's size and place fall out depends on random bytes: the order in which envelopes lie at a link.
LOOSE = {"receipt-received", "paper-taken", "sent"}


class Names:
    """Long byte strings by the order in which one record shows them."""

    def __init__(self, kind: str) -> None:
        self.loose, self.known = kind in LOOSE, dict[bytes, str]()

    def of(self, value: Any) -> Any:
        if isinstance(value, bytes):
            inner = self._inside(value)
            return inner if inner is not None else self.known.setdefault(value, f"bytes-{len(self.known)}")
        if isinstance(value, list | tuple):
            return [self.of(each) for each in value]
        if type(value) is int and abs(value - TOLD) < YEAR:
            return f"told{value - TOLD:+}"
        return "n" if self.loose and type(value) is int and value > 9 else value

    def _inside(self, value: bytes) -> Any:
        """A public part is an array within bytes, and its name comes first."""
        try:
            found = cbor.decode(value, limit=1 << 20)
        except Malformed:
            return None
        return self.of(found) if isinstance(found, tuple) and found and isinstance(found[0], str) else None


def said(stage: Stage) -> dict[str, list[str]]:
    """For each station what its records say, signatures left out; sorted, for receipts come in any order."""
    found = {}
    for home in sorted((stage.folder / "tram").iterdir()):
        with stage.at(home.name) as station:
            raws = [each.raw for each in journal_rows.read_entries.all(station.db, 0)]
        claims = [signed.claim(raw, HYBRID, QUICK).unverified_body for raw in raws]
        bodies: list[Any] = [cbor.decode(body, limit=1 << 20) for body in claims]
        found[home.name] = sorted(
            f"{body[4]} {sha256(json.dumps(Names(body[4]).of(body)).encode()).hexdigest()[:16]}" for body in bodies
        )
    return found


def remembered_rightly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is remembered of the books is compared with a fresh look, all through the story."""
    answer = Database.rows

    def rows(self: Database, sql: str, *values: object) -> list[Row]:
        found = answer(self, sql, *values)
        assert found == self.read(sql, *values), sql
        return found

    monkeypatch.setattr(Database, "rows", rows)


def test_the_story_leaves_the_same_records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time", lambda: float(TOLD))
    remembered_rightly(monkeypatch)
    with Stage(tmp_path, CHEAPEST) as stage:
        tell(Teller(Words("vi"), None, lambda _: None), Plot(stage))
    found = said(stage)
    if not GOLDEN.exists():
        GOLDEN.write_text(json.dumps(found, indent=1) + "\n", "utf-8")
        pytest.fail("there was nothing to compare with; now there is")
    assert found == json.loads(GOLDEN.read_text("utf-8"))
