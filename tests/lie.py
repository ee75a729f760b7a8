"""What the liar works with: the folder on the link, and envelopes taken apart and made again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from town import NORTH, PDF, SOUTH, Town

from antin.station import packets

Act = Callable[[Town], None]


@dataclass(frozen=True)
class Lie:
    """``codes``: what SOUTH sets aside; ``states``: outcomes of its sync after the lie; ``waits``: how many envelopes
    stay for later (None: nobody asks); ``then``: what holds when the liar has stopped; ``broke``: whose journal the
    liar wrote himself, so that it does not audit."""

    does: str
    act: Act
    noticed: str
    codes: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    waits: int | None = None
    then: Act = field(default=lambda _: None)
    broke: tuple[str, ...] = ()


def waiting(town: Town, code: str = SOUTH) -> list[Path]:
    """Envelopes for a station, in the order in which it takes them."""
    folder = town.relay / "to" / code
    return sorted(folder.iterdir()) if folder.is_dir() else []


def blobs(town: Town) -> list[Path]:
    """Sealed blobs on the link."""
    return sorted((town.relay / "blobs").iterdir())


def frames(path: Path) -> list[tuple[str, str, bytes]]:
    """What stands in an envelope."""
    return packets.read_all(BytesIO(path.read_bytes()), packets.ENVELOPE)


def rewrite(path: Path, change: Callable[[str, bytes], bytes]) -> None:
    """An envelope made again, its own digest too, with some frames changed."""
    write(path, [(kind, name, change(kind, raw)) for kind, name, raw in frames(path)])


def write(path: Path, changed: list[tuple[str, str, bytes]]) -> None:
    """An envelope with these frames, its own digest too."""
    path.write_bytes(packets.write(packets.ENVELOPE, changed))


def second(town: Town) -> None:
    """One more dispatch from NORTH to SOUTH."""
    town.dispatch(name="hai.pdf", data=PDF + b"2")


def first(town: Town) -> Path:
    """The envelope with a slip that SOUTH takes next."""
    return next(path for path in waiting(town) if any(kind == "slip" for kind, _, _ in frames(path)))


def unbelieved(town: Town, code: str) -> None:
    """NORTH sets every answer that waits for it aside, for this reason, and enters none."""
    report = town.sync(NORTH)
    assert {error.code for _, error in report.aside} == {code}, report.aside
    with town.at(NORTH) as station:
        assert station.db.value("SELECT count(*) FROM dispatch_receipts") == 0


def turned(data: bytes, at: int) -> bytes:
    """One bit of one byte turned."""
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
