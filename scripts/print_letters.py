"""Writes interop/printable.py: which letters the fonts inside the ``typst`` wheel can draw.

Run it when requirements/run.txt names another version of typst; a test compares the version. Needs ``fonttools``, which
is no part of the set-up. The fonts lie whole inside the wheel's library and are found by the heads of their tables.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import io
import struct
import textwrap
from collections.abc import Iterator
from pathlib import Path

from fontTools.ttLib import TTFont, TTLibError  # type: ignore[import-not-found]

PAGE = Path(__file__).resolve().parent.parent / "src/antin/interop/printable.py"
LARGEST = 30_000_000


def fonts(data: bytes) -> Iterator[bytes]:
    """Every OpenType font in ``data``."""
    for magic in (b"OTTO", b"\x00\x01\x00\x00"):
        at = data.find(magic)
        while at >= 0:
            (count,) = struct.unpack(">H", data[at + 4 : at + 6])
            heads = [data[at + 12 + 16 * n : at + 28 + 16 * n] for n in range(count if 5 <= count <= 40 else 0)]
            ends = [struct.unpack(">4sLLL", each)[2] + struct.unpack(">4sLLL", each)[3] for each in heads]
            if any(each.startswith(b"cmap") for each in heads) and max(ends) < LARGEST:
                yield data[at : at + max(ends)]
            at = data.find(magic, at + 4)


def letters(data: bytes) -> set[int]:
    found: set[int] = set()
    for each in fonts(data):
        try:
            found |= set(TTFont(io.BytesIO(each)).getBestCmap())
        except (TTLibError, KeyError, AssertionError, struct.error):  # four letters that look like a font's
            continue
    return found


def ranges(codes: set[int]) -> str:
    """``20-7E A0 …``, in hexadecimal."""
    found: list[list[int]] = []
    for code in sorted(codes):
        if found and code == found[-1][1] + 1:
            found[-1][1] = code
        else:
            found.append([code, code])
    return " ".join(f"{a:X}" if a == b else f"{a:X}-{b:X}" for a, b in found)


def main() -> None:
    """Replaces the table and the version under it."""
    spec = importlib.util.find_spec("typst")
    assert spec is not None
    assert spec.origin is not None
    (library,) = Path(spec.origin).parent.glob("_typst*.so")
    table = "\n".join(textwrap.wrap(ranges(letters(library.read_bytes())), 115))
    head, _, _ = PAGE.read_text("utf-8").partition("TYPST = ")
    PAGE.write_text(f'{head}TYPST = "{importlib.metadata.version("typst")}"\nLETTERS = """\\\n{table}\n"""\n', "utf-8")


if __name__ == "__main__":
    main()
