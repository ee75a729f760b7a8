"""Cases of tiles. The leaves of a made tree are the hashes of the records 0, 1, 2, … in decimal digits."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache
from typing import Any

from people import Person

from antin.kernel.crypto import merkle, tiles, tree

FORM = "bytes-malformed why=tile-path"


@cache
def hashes(size: int) -> tree.Hashes:
    return tree.memory_hashes(merkle.leaf_hash(str(n).encode()) for n in range(size))


def make(case: Callable[..., None], people: dict[str, Person]) -> None:
    def case_(name: str, tests: str, check: str, expect: str = "ok", **more: Any) -> None:
        case(f"tiles/{name}", tests, "15", check, expect, **more)

    _paths(case_)
    _trees(case_)
    _broken(case_)


def _paths(case: Callable[..., None]) -> None:
    for name, path, level, n, width in (
        ("path", "tile/1/x001/x234/067", 1, 1234067, 256), ("path-partial", "tile/0/273.p/112", 0, 273, 112),
        ("path-of-entries", "tile/entries/x001/000.p/1", -1, 1000, 1),
    ):  # fmt: skip
        case(name, f"the path {path}", "tile-path", path=path,
             **{"result.level": "entries" if level < 0 else level, "result.n": n, "result.width": width})  # fmt: skip
    for name, tests, path in (
        ("path-level-zero-first", "a level with a leading zero", "tile/01/000"),
        ("path-two-digits", "a group of two digits", "tile/0/00"),
        ("path-group-too-many", "a first group of zeros", "tile/0/x000/001"),
        ("path-no-x", "a first group without its x", "tile/0/001/000"),
        ("path-width-256", "a partial tile of full width", "tile/0/000.p/256"),
        ("path-width-zero", "a partial tile of no hash", "tile/0/000.p/0"),
        ("path-level-too-high", "a level that no tree reaches", "tile/7/000"),
        ("path-upwards", "a path that leaves its folder", "tile/0/../000"),
    ):
        case(name, tests, "tile-path", FORM, path=path)


def _trees(case: Callable[..., None]) -> None:
    for size in (1, 255, 256, 257, 70_000):
        listed = list(tiles.tiles(size))
        digest = hashlib.sha256(b"".join(tiles.data(hashes(size), each) for each in listed)).digest()
        case(f"tree-of-{size}", f"all tiles of {size} records, one after another", "tiles", size=size,
             **{"result.count": len(listed), "result.last": listed[-1].path, "result.digest": digest})  # fmt: skip
    records = [b"0", b"1" * 300, b""]
    case("entries", "three records in a bundle", "entry-bundle", bytes=tiles.entries(records),
         leaves=tuple(merkle.leaf_hash(each) for each in records), **{"result.count": 3})  # fmt: skip


def _broken(case: Callable[..., None]) -> None:
    given = {"size": 5, "root": tree.root(hashes(5), 5)}
    good = tiles.data(hashes(5), tiles.Tile(0, 0, 5))
    damaged = "tiles-damaged"
    case("root", "the root of five records through their one tile", "through-tiles", bytes=good, **given)
    case("one-bit", "one bit of a hash", "through-tiles", damaged, bytes=good[:70] + bytes([good[70] ^ 1]) + good[71:],
         **given)  # fmt: skip
    case("short", "a tile that lacks its last hash", "through-tiles", damaged, bytes=good[:-32], **given)
    case("long", "a tile with one hash too many", "through-tiles", damaged, bytes=good + good[:32], **given)
    case("two-swapped", "two hashes that changed places", "through-tiles", damaged,
         bytes=good[32:64] + good[:32] + good[64:], **given)  # fmt: skip
    bundle = tiles.entries([b"0", b"1"])
    leaves = (merkle.leaf_hash(b"0"), merkle.leaf_hash(b"1"))
    case("entries-cut", "the last byte of a bundle is missing", "entry-bundle", damaged, bytes=bundle[:-1],
         leaves=leaves)  # fmt: skip
    case("entries-other", "a record that is not that of the tile", "entry-bundle", damaged,
         bytes=tiles.entries([b"0", b"2"]), leaves=leaves)  # fmt: skip
