"""Compiles every word list: locale/LANG/LC_MESSAGES/*.po → *.mo, the same bytes each time."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALE = Path(__file__).resolve().parent.parent / "src/antin/locale"
STILL = datetime(2026, 1, 1, tzinfo=UTC)  # the time of compiling is no part of the words


def main() -> None:
    """One .mo beside each .po."""
    for source in sorted(LOCALE.rglob("*.po")):
        with source.open("rb") as handle:
            words = read_po(handle, locale=source.parent.parent.name, abort_invalid=True)
        words.creation_date = words.revision_date = STILL
        with source.with_suffix(".mo").open("wb") as handle:
            write_mo(handle, words)


if __name__ == "__main__":
    main()
