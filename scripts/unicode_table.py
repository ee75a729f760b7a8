"""Makes the frozen table of letters (spec/unicode-14.txt, kernel/formats/letters.py) from Unicode 14.0.

Python 3.11 carries Unicode 14.0; under another version this refuses to run. Both files are committed and compared by a
test: a later Python must never make another table.
"""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

HOME = Path(__file__).resolve().parent.parent
UNCLEAN = frozenset(("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"))
MARKS = frozenset(("Mn", "Me"))
# Default_Ignorable_Code_Point (DerivedCoreProperties.txt 14.0): nothing is drawn for these.
INVISIBLE = (
    (0xAD, 0xAD), (0x34F, 0x34F), (0x61C, 0x61C), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F),
    (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0), (0xFFF0, 0xFFF8), (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF),
)  # fmt: skip
BLANK = 0x2800  # a Braille cell without dots: a letter that looks like a space
PER_LINE = 8


def allowed(code: int) -> bool:
    """Assigned, drawn, and no other space than U+0020."""
    category = unicodedata.category(chr(code))
    if category in UNCLEAN or code == BLANK or any(first <= code <= last for first, last in INVISIBLE):
        return False
    return category != "Zs" or code == 0x20


def mark(code: int) -> bool:
    """Stacks on the letter before it."""
    return allowed(code) and unicodedata.category(chr(code)) in MARKS


def ranges(holds: Callable[[int], bool]) -> Iterator[tuple[int, int]]:
    """First and last of each run of codes for which ``holds``."""
    start = None
    for code in range(sys.maxunicode + 2):
        if code <= sys.maxunicode and holds(code):
            start = code if start is None else start
        elif start is not None:
            yield start, code - 1
            start = None


def _lines(pairs: Iterator[tuple[int, int]]) -> list[str]:
    words = [f"{first:X}" if first == last else f"{first:X}-{last:X}" for first, last in pairs]
    return [" ".join(words[n : n + PER_LINE]) for n in range(0, len(words), PER_LINE)]


def main() -> None:
    """Write both files."""
    if unicodedata.unidata_version != "14.0.0":
        raise SystemExit(f"unicode_table: this Python has Unicode {unicodedata.unidata_version}, 14.0.0 is needed")
    letters, marks = _lines(ranges(allowed)), _lines(ranges(mark))
    head = "# Letters of Unicode 14.0 that text may hold (spec/encoding.md). Ranges in hex, both ends included."
    page = [head, "letters", *letters, "marks", *marks]
    (HOME / "spec" / "unicode-14.txt").write_text("\n".join(page) + "\n", "ascii")
    module = [
        '"""The frozen table of spec/unicode-14.txt as a module, for the kernel reads no file. Made by',
        'scripts/unicode_table.py; a test compares the two."""',
        "",
        'LETTERS = """\\', *letters, '"""', 'MARKS = """\\', *marks, '"""',
    ]  # fmt: skip
    (HOME / "src" / "antin" / "kernel" / "formats" / "letters.py").write_text("\n".join(module) + "\n", "ascii")


if __name__ == "__main__":
    main()
