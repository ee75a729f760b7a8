"""The journal as static files (spec/tiles.md): what is full is written once, the checkpoint last, so that no reader
meets a checkpoint whose tiles are not there."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from antin.errors import Conflict, Missing
from antin.frozen import dataclass
from antin.journal.journal import Journal
from antin.kernel.crypto import tiles, tree
from antin.kernel.crypto.tiles import ENTRIES, WIDTH, Tile
from antin.kernel.formats import note
from antin.storage import durable

_PUBLIC, _PUBLIC_FOLDER = 0o644, 0o755  # these files are there to be served; hashes give nothing away
_LARGEST = WIDTH * (2 + 64 * 1024)


@dataclass(frozen=True, slots=True)
class Exported:
    """What lies in the folder now, and how many files this run wrote."""

    origin: str
    size: int
    root: bytes
    written: int
    kept: int


def export(journal: Journal, folder: Path, *, records: bool) -> Exported:
    """Bring ``folder`` up to the newest checkpoint; ``records``: entry bundles too (authorities alone).

    Begins again where it was interrupted. Raises ``Conflict`` when the folder holds another journal, or one that this
    does not extend, and ``Unverified`` when what lies there is damaged; then the old checkpoint stays.
    """
    raw = journal.newest_checkpoint()
    point = note.claim(raw)
    _check_extends(journal, folder, point)
    counts = [0, 0]
    for tile in tiles.tiles(point.size):
        whole = journal.hash_at((tile.level + 1) * tiles.HEIGHT, tile.n) if tile.width == WIDTH else None
        _bring(folder, tile, counts, lambda tile: tiles.data(journal.hash_at, tile), whole)
        if records and tile.level == 0:
            _bring(folder, Tile(ENTRIES, tile.n, tile.width), counts, lambda tile: _records(journal, tile), None)
    _read_back(folder, point)
    durable.write(folder / "checkpoint", raw, mode=_PUBLIC, folder_mode=_PUBLIC_FOLDER)
    return Exported(point.origin, point.size, point.root, *counts)


def _check_extends(journal: Journal, folder: Path, point: note.ClaimedCheckpoint) -> None:
    """Step 4 of the rules: nothing is written over another history."""
    try:
        raw = durable.read(folder / "checkpoint", limit=note.NOTE_LIMIT)
    except Missing:
        return
    there = note.claim(raw)
    if there.origin != point.origin:
        raise Conflict("tiles-of-another", path=folder, origin=there.origin)
    if there.size > point.size or tree.root(journal.hash_at, there.size) != there.root:
        raise Conflict("journal-forked", origin=point.origin, evidence={"held": point.raw, "shown": raw})


def _bring(folder: Path, tile: Tile, counts: list[int], make: Callable[[Tile], bytes], whole: bytes | None) -> None:
    """Write a file that is not there or not right. ``whole``: the hash over a full tile, which is then not made."""
    path = folder / tile.path
    there = _there(path)
    right = bool(there) and (tiles.full_hash(there) == whole if whole else there == make(tile))
    counts[right] += 1
    if not right:
        durable.write(path, make(tile), mode=_PUBLIC, folder_mode=_PUBLIC_FOLDER)
    if tile.width == WIDTH:  # its partial ones have served
        shutil.rmtree(path.with_name(f"{path.name}.p"), ignore_errors=True)


def _there(path: Path) -> bytes:
    try:
        return durable.read(path, limit=_LARGEST)
    except Missing:
        return b""


def _records(journal: Journal, tile: Tile) -> bytes:
    return tiles.entries([journal.raw(n) for n in range(tile.n * WIDTH, tile.n * WIDTH + tile.width)])


def _read_back(folder: Path, point: note.ClaimedCheckpoint) -> None:
    """The right edge of the tree, from the files, to the checkpoint's root."""

    def read(tile: Tile) -> bytes:
        return durable.read(folder / tile.path, limit=_LARGEST)

    tiles.check_root(tiles.hashes_through(read, point.size), point.size, point.root)
