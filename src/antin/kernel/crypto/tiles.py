"""A tree as C2SP tlog-tiles: 256 hashes a tile, each level over full tiles of the one below (spec/tiles.md)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from antin.errors import Malformed, Unverified
from antin.frozen import dataclass
from antin.kernel.crypto import tree
from antin.kernel.crypto.merkle import leaf_hash, node_hash
from antin.kernel.crypto.tree import Hashes

HEIGHT, WIDTH, HASH = 8, 256, 32
ENTRIES = -1  # the "level" of entry bundles
_PATH = re.compile(r"tile/(entries|[0-6])/((?:x[0-9]{3}/){0,5}[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")


@dataclass(frozen=True, slots=True)
class Tile:
    """One tile by its place; ``level`` ``ENTRIES`` is the bundle of the records of that tile of level 0."""

    level: int
    n: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """Its name below the prefix."""
        digits = f"{self.n:03}"
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        *firsts, last = (digits[at : at + 3] for at in range(0, len(digits), 3))
        name = "".join(f"x{each}/" for each in firsts) + last
        part = "" if self.width == WIDTH else f".p/{self.width}"
        return f"tile/{'entries' if self.level == ENTRIES else self.level}/{name}{part}"


def parse_path(text: str) -> Tile:
    """The tile of a path. Raises ``Malformed`` on any other spelling."""
    match = _PATH.fullmatch(text)
    if match is not None:
        level = ENTRIES if match[1] == "entries" else int(match[1])
        found = Tile(level, int(match[2].replace("x", "").replace("/", "")), int(match[3] or WIDTH))
        if found.path == text and found.n < 2**53:
            return found
    raise Malformed("bytes-malformed", what="tile", why="tile-path")


def tiles(size: int) -> Iterator[Tile]:
    """All hash tiles of a tree, lowest level first, in order."""
    level, hashes = 0, size
    while hashes:
        yield from (Tile(level, n) for n in range(hashes // WIDTH))
        if hashes % WIDTH:
            yield Tile(level, hashes // WIDTH, hashes % WIDTH)
        level, hashes = level + 1, hashes >> HEIGHT


def data(hashes: Hashes, tile: Tile) -> bytes:
    """A hash tile's bytes."""
    first = tile.n * WIDTH
    return b"".join(hashes(tile.level * HEIGHT, n) for n in range(first, first + tile.width))


def full_hash(raw: bytes) -> bytes:
    """The one hash over a full tile, which stands in the level above; of another length, nothing that does."""
    row = [raw[at : at + HASH] for at in range(0, len(raw), HASH)]
    return tree.root(tree.memory_hashes(row), len(row)) if len(raw) == WIDTH * HASH else b""


def entries(records: Sequence[bytes]) -> bytes:
    """An entry bundle's bytes. A record has at most 60 KiB (rule 12), so two bytes hold its length."""
    return b"".join(len(each).to_bytes(2, "big") + each for each in records)


def read_entries(raw: bytes, leaves: Sequence[bytes]) -> list[bytes]:
    """The records of a bundle, each judged by its leaf hash in the tile beside it. Raises ``Unverified``."""
    found: list[bytes] = []
    at = 0
    for leaf in leaves:
        size = int.from_bytes(raw[at : at + 2], "big")
        found.append(raw[at + 2 : at + 2 + size])
        at += 2 + size
        if at > len(raw) or leaf_hash(found[-1]) != leaf:
            raise Unverified("tiles-damaged", path="tile/entries")
    if at != len(raw):
        raise Unverified("tiles-damaged", path="tile/entries")
    return found


def check_root(hashes: Hashes, size: int, root: bytes) -> None:
    """The tree that the tiles give is the checkpoint's. Raises ``Unverified``."""
    if tree.root(hashes, size) != root:
        raise Unverified("tiles-damaged", path="tile")


def hashes_through(read: Callable[[Tile], bytes], size: int) -> Hashes:
    """``Hashes`` of a tree of ``size`` records, read through its tiles.

    Judges the length of a tile (``Unverified``), not its truth: that is the root's, against a checkpoint.
    """

    def get(level: int, n: int) -> bytes:
        height, inner = divmod(level, HEIGHT)
        first = n << inner
        at = first % WIDTH
        tile = Tile(height, first // WIDTH, min(WIDTH, (size >> HEIGHT * height) - (first - at)))
        raw = read(tile)
        if len(raw) != tile.width * HASH:
            raise Unverified("tiles-damaged", path=tile.path)
        row = [raw[k * HASH : (k + 1) * HASH] for k in range(at, at + (1 << inner))]
        while len(row) > 1:
            row = [node_hash(left, right) for left, right in zip(row[::2], row[1::2], strict=True)]
        return row[0]

    return get
