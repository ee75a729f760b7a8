"""Reads the folders of a pack and of what it extends, and lays the younger over the older.

Nothing is judged here but files and their keys; meanings are checked by ``pack.py``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any

from antin.errors import Malformed, Missing, Unavailable
from antin.frozen import dataclass
from antin.packs.rules import (
    Book,
    Calendar,
    Caveat,
    CopyForm,
    Envelope,
    Escalation,
    Kind,
    Level,
    Numbering,
    Outline,
    Policy,
    Precedence,
    Rule,
    Scale,
    Signatures,
    Subject,
)
from antin.packs.shape import shown, table, text
from antin.storage import foreign, toml

HERE = Path(__file__).parent
SHIPPED = ("vn-2020", "vn-2026")
FORMAT = "antin/pack/1"
FILE_LIMIT = 1 << 20
DEPTH_LIMIT = 8

# Section, which is also the file's name, and what one of its rules is.
SECTIONS: dict[str, type[Rule]] = {
    "levels": Level,
    "precedence": Precedence,
    "kinds": Kind,
    "copies": CopyForm,
    "caveats": Caveat,
    "envelopes": Envelope,
    "subjects": Subject,
    "signatures": Signatures,
    "numbering": Numbering,
    "books": Book,
    "policy": Policy,
    "calendars": Calendar,
    "escalation": Escalation,
    "outlines": Outline,
    "scales": Scale,
}


@dataclass(frozen=True, kw_only=True)
class Head:
    """``pack.toml``: what the pack is, and from when to when it holds."""

    format: str
    code: str
    name: str
    english: str
    note: str = ""
    extends: str = ""


@dataclass(frozen=True)
class Sheet:
    """One folder, read but not yet judged."""

    folder: Path
    head: Head
    hieu_luc_tu: date
    hieu_luc_den: date | None
    sections: Mapping[str, Mapping[str, Any]]
    digest: bytes


def chain(name: str | Path) -> list[Sheet]:
    """The pack and its ancestors, oldest first."""
    sheets: list[Sheet] = []
    folder = _folder(name, None)
    while True:
        if any(sheet.folder == folder for sheet in sheets) or len(sheets) == DEPTH_LIMIT:
            names = " → ".join(s.folder.name for s in sheets)
            raise Malformed("pack-cycle", file=f"{folder.name}/pack.toml", chain=f"{names} → {folder.name}")
        sheet = _sheet(folder)
        sheets.append(sheet)
        if not sheet.head.extends:
            return sheets[::-1]
        folder = _folder(sheet.head.extends, folder)


def merged(sheets: list[Sheet]) -> dict[str, dict[str, Rule]]:
    """Rules by section and key, the younger pack over the older."""
    result: dict[str, dict[str, Rule]] = {}
    for section, cls in SECTIONS.items():
        raw: dict[str, dict[str, Any]] = {}
        last: dict[str, str] = {}
        for sheet in sheets:
            file = f"{sheet.folder.name}/{section}.toml"
            for key, fields in sheet.sections.get(section, {}).items():
                raw[key] = _override(raw.get(key, {}), fields, file, key)
                last[key] = file
        result[section] = {key: table(cls, fields, last[key], key) for key, fields in raw.items()}
    return result


def _override(older: dict[str, Any], younger: object, file: str, key: str) -> dict[str, Any]:
    """Whoever changes a rule says on what ground: the older source never vouches for a newer number."""
    if not isinstance(younger, Mapping):
        raise Malformed("pack-wrong-type", file=file, key=key, wanted="bảng / table")
    if older and not {"source", "checked"} <= younger.keys():
        raise Malformed("pack-override-unsourced", file=file, key=key)
    return {**older, **younger}


def _folder(name: str | Path, beside: Path | None) -> Path:
    """One of ours by name, or a folder; a relative one stands beside the pack that names it."""
    if str(name) in SHIPPED:
        return HERE / str(name)
    folder = (beside or Path()) / name
    with suppress(OSError, ValueError):  # names that no disk would take
        if str(name) and folder.is_dir():
            return folder.resolve()
    raise Missing("pack-unknown", name=str(name), known=", ".join(SHIPPED))


def _sheet(folder: Path) -> Sheet:
    if not (folder / "pack.toml").exists():
        raise Malformed("pack-head-missing", file=f"{folder.name}/pack.toml")
    files = dict(_files(folder))
    parsed = {section: _toml(data, f"{folder.name}/{section}.toml") for section, data in files.items()}
    head = parsed.pop("pack")
    file = f"{folder.name}/pack.toml"
    since = _date(head, "hieu_luc_tu", file)
    until = _date(head, "hieu_luc_den", file) if "hieu_luc_den" in head else None
    if until and until < since:
        raise Malformed("pack-dates-reversed", file=file, since=since, until=until)
    rest = {key: value for key, value in head.items() if key not in ("hieu_luc_tu", "hieu_luc_den")}
    known = table(Head, rest, file, "pack")
    if known.format != FORMAT:
        raise Malformed("pack-format", file=file, value=known.format, known=FORMAT)
    listing = b"".join(
        section.encode() + b"\0" + hashlib.sha256(data).digest() for section, data in sorted(files.items())
    )
    return Sheet(folder, known, since, until, parsed, hashlib.sha256(listing).digest())


def _files(folder: Path) -> Iterator[tuple[str, bytes]]:
    try:
        paths = sorted(p for p in folder.iterdir() if p.suffix == ".toml")
        for path in paths:
            file = f"{folder.name}/{path.name}"
            if path.stem != "pack" and path.stem not in SECTIONS:
                raise Malformed("pack-file-unknown", file=file, known=", ".join(SECTIONS))
            if path.stat().st_size > FILE_LIMIT:
                raise Malformed("pack-file-large", file=file, limit=FILE_LIMIT)
            yield path.stem, path.read_bytes()
    except OSError as error:
        raise Unavailable("pack-unreadable", file=folder.name, reason=error.strerror or "") from error


def _toml(data: bytes, file: str) -> dict[str, Any]:
    return toml.parse(foreign.text_of(data, file), file)


def _date(head: Mapping[str, Any], key: str, file: str) -> date:
    if key not in head:
        raise Malformed("pack-key-missing", file=file, key=key)
    value = head[key]
    # A datetime is a date to isinstance; only a bare date is a day of the calendar.
    if not isinstance(value, date) or isinstance(value, datetime):
        raise Malformed("pack-date", file=file, key=key, value=text(shown(value), file, key))
    return value
