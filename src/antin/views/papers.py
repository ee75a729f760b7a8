"""Papers made here and taken from others, with their words for whoever may read them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from antin.errors import AntinError, Refused
from antin.kernel.formats import paper
from antin.registers.dispatch import apply as dispatch
from antin.registers.papers import apply as register
from antin.station.station import Station
from antin.storage.outputs import outputs

Row = dict[str, Any]


def words(station: Station, index: int | None, officer: str) -> Mapping[str, str]:
    """Texts of a steering record by key; none without an officer who is signed in and cleared."""
    found = opened(station, index, officer)
    return {each.key: each.text for each in found.texts} if found else {}


def opened(station: Station, index: int | None, officer: str) -> paper.Words | None:
    """Words and files of a steering record, or None when they are not for these eyes."""
    if index is None or not officer:
        return None
    try:
        return paper.read_words(station.secret(index, officer))
    except AntinError:  # not cleared, or without words: hidden, not an error of a list
        return None


def title(texts: Mapping[str, str]) -> str:
    """Number and title on one line."""
    return " ".join(filter(None, (texts.get("number"), texts.get("title"))))


def papers(station: Station, officer: str = "") -> list[Row]:
    """In the order in which they came into our journal."""
    waiting = {row[0] for row in station.db.rows(register.SQL["list_waiting"])}
    return [_row(station, row, waiting, officer) for row in station.db.rows(register.SQL["list_papers"])]


def _row(station: Station, row: tuple[Any, ...], waiting: set[int], officer: str) -> Row:
    n, digest, name, kind, maker, who, time, index, level, precedence, own, addressees = row
    state = "taken" if not own else "waiting" if n in waiting else "published" if addressees else "kept"
    return {
        "id": f"ph-{n}", "kind": kind, "station": maker, "officer": who, "time": time, "record": index, "level": level,
        "precedence": precedence, "addressees": addressees, "state": state, "paper": digest.hex(), "act": name.hex(),
        "title": title(words(station, index, officer)),
    }  # fmt: skip


def refused(station: Station) -> list[Row]:
    """Papers that a rule refused, with the code of the rule."""
    return [
        {"record": index, "slip": slip.hex(), "paper": digest.hex(), "kind": kind, "code": code, "time": time,
         "sender": (station.db.row(dispatch.SQL["find_in"], slip) or ("", ""))[1]}
        for index, slip, digest, kind, code, time in station.db.rows(register.SQL["list_refused"])
    ]  # fmt: skip


def save(station: Station, index: int, officer: str, folder: Path) -> list[Path]:
    """Write the files that travelled with a record into a folder. Refuses one who may not read it, a file there."""
    found = opened(station, index, officer)
    if found is None:
        raise Refused("words-hidden", who=officer or "–")
    folder.mkdir(parents=True, exist_ok=True)
    targets = [folder / Path(each.name).name for each in found.files]
    with outputs(*targets) as opened_:
        for output, each in zip(opened_, found.files, strict=True):
            output.write(each.data)
    return targets


def delivered(station: Station, index_digest: bytes) -> dict[str, tuple[str, int | None]]:
    """For a paper of ours by digest: each addressee's newest dispatch state and when it was sent."""
    found: dict[str, tuple[str, int | None]] = {}
    for (statement,) in station.db.rows(register.SQL["list_published"], index_digest):
        for addressee, state, time in station.db.rows(dispatch.SQL["list_states"], statement):
            found[addressee] = (state, time)
    return found
