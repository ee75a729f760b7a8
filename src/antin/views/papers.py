"""Papers made here and taken from others, with their words for whoever may read them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from antin.errors import Malformed, Refused, Unverified
from antin.frozen import dataclass
from antin.kernel.formats import paper
from antin.looks import DAMAGED, Agency, Hidden, Moment, Officer, Reference
from antin.registers.dispatch import rows as dispatch
from antin.registers.papers import rows as register
from antin.station.station import Station
from antin.storage.outputs import outputs
from antin.views.secrets import part


@dataclass(frozen=True, slots=True)
class PaperLine:
    """A paper made here or taken from others. ``state``: taken, waiting, published, or kept here for nobody else."""

    id: Reference
    kind: str
    station: Agency
    officer: Officer
    time: Moment
    record: int
    level: int
    precedence: int
    addressees: int
    state: str
    paper: str
    act: str
    title: Hidden


@dataclass(frozen=True, slots=True)
class Refusal:
    """A paper that a rule refused, and the ``code`` of the rule."""

    record: int
    slip: str
    paper: str
    kind: str
    code: str
    time: Moment
    sender: Agency


def words(station: Station, index: int | None, officer: str) -> Mapping[str, str]:
    """Texts of a steering record by key; none without an officer who is signed in and cleared."""
    try:
        found = opened(station, index, officer)
    except (Unverified, Malformed):
        return {"title": DAMAGED}
    return {each.key: each.text for each in found.texts} if found else {}


def opened(station: Station, index: int | None, officer: str) -> paper.PaperWords | None:
    """Words and files of a steering record, or None when they are not for these eyes. Raises ``Unverified`` for words
    that were changed."""
    found = part(station, index, officer)
    return None if found is None else paper.read_words(found)


def title(texts: Mapping[str, str]) -> str:
    """Number and title on one line."""
    return " ".join(filter(None, (texts.get("number"), texts.get("title"))))


def papers(station: Station, officer: str = "") -> list[PaperLine]:
    """In the order in which they came into our journal."""
    waiting = {row.n for row in register.list_waiting.all(station.db)}
    return [_row(station, row, waiting, officer) for row in register.list_papers.all(station.db)]


def _row(station: Station, row: register.PaperRow, waiting: set[int], officer: str) -> PaperLine:
    state = "taken" if not row.own else "waiting" if row.n in waiting else "published" if row.addressees else "kept"
    return PaperLine(
        id=row.name, kind=row.kind, station=row.station, officer=row.officer, time=row.time, record=row.idx,
        level=row.level, precedence=row.precedence, addressees=row.addressees, state=state, paper=row.digest.hex(),
        act=row.named.hex(), title=title(words(station, row.idx, officer)),
    )  # fmt: skip


def refused(station: Station) -> list[Refusal]:
    """Papers that a rule refused, with the code of the rule."""
    return [
        Refusal(each.idx, each.slip.hex(), each.digest.hex(), each.kind, each.code, each.time,
                getattr(dispatch.find_in.one(station.db, each.slip), "sender", ""))
        for each in register.list_refused.all(station.db)
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
    for statement in register.list_published.all(station.db, index_digest):
        for each in dispatch.list_states.all(station.db, statement):
            found[each.addressee] = (each.state, each.time)
    return found
