"""One deadline for each request, whatever the peer trickles; and nobody at the station waits for it meanwhile."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from town import NORTH, SOUTH, Town

from antin.errors import Unavailable
from antin.relay import line
from antin.relay.wire import Wire, read_address
from relay.hand import identity
from relay.hostile import TRICKLES, hostile


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line, "_SECONDS", 1.0)
    monkeypatch.setattr(line, "_SLOWEST", 10**6)


@pytest.mark.parametrize("how", sorted(TRICKLES))
@pytest.mark.parametrize("first", [True, False], ids=["hello", "later"])
def test_no_trickle_holds_a_request(town: Town, tmp_path: Path, how: str, first: bool) -> None:
    with hostile(tmp_path, TRICKLES[how]) as address:
        wire = Wire(read_address(address), *identity(town, NORTH))
        if not first:
            wire._session = bytes(range(16))
        begun = time.monotonic()
        with pytest.raises(Unavailable, match="relay-not-reached|relay-answer-odd"):
            wire.ask("PUT", f"/v1/to/{SOUTH}/9-00", bytes(8 * 1024**2 if TRICKLES[how] is None else 10))
        # What the two machines take in before the peer stops reading has earned its part of the 8 MiB.
        assert time.monotonic() - begun < (10 if TRICKLES[how] is None else 2.5)
        wire.close()


def test_a_deadline_is_one_for_both_tries(town: Town, tmp_path: Path) -> None:
    """The second try, its connection and its hello included, gets what the first one left."""
    deadline = line.Deadline()
    time.sleep(1.01)
    with pytest.raises(TimeoutError):
        deadline.left()
    deadline.earn(10**6)  # bytes of a body move it on, and nothing else
    assert 0 < deadline.left() < 1
