"""Directives as they stand: the line of their legal basis, the files in them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from antin.errors import Missing
from antin.frozen import dataclass
from antin.looks import UNSEEN, Agency, Day, Given, Hidden, Look, Precedence, Reference
from antin.registers.directives import rows as register
from antin.registers.directives.records import Basis
from antin.registers.directives.rules import line_of
from antin.station.drafts import number_of
from antin.station.station import Station
from antin.views.papers import title, words


@dataclass(frozen=True, slots=True)
class Directive:
    """A directive in a list. ``record``: where the journal has it. Days that were not set are None."""

    id: Reference
    kind: Annotated[str, Look("document-kind")]
    station: Annotated[Agency, Given(name="issuer")]
    signed: Annotated[Day, Given(name="issued")]
    precedence: Precedence
    state: Annotated[str, Look("choice", "directive-state")]
    title: Hidden
    acknowledge_by: Annotated[int | None, UNSEEN]
    study_by: Annotated[int | None, UNSEEN]
    ends: Annotated[int | None, UNSEEN]
    calendar: Annotated[str, UNSEEN]
    level: Annotated[int, UNSEEN]
    time: Annotated[int, UNSEEN]
    record: Annotated[int, UNSEEN]
    act: Annotated[str, UNSEEN]
    number: Annotated[str, UNSEEN]


@dataclass(frozen=True, slots=True)
class Ground:
    """A document on which a directive stands; ``direct``: not by way of another."""

    kind: str
    issued: Day
    direct: bool
    number: Hidden
    title: Hidden
    issuer: Hidden


@dataclass(frozen=True, slots=True)
class Whole(Directive):
    """A directive with its summary and the line of its legal basis."""

    summary: list[str]
    basis: list[Ground]


def row_of(station: Station, name: str) -> register.Directive:
    """The register's row of ``cd-1``. Raises ``Missing``."""
    row = register.read_directive.one(station.db, number_of(name, "cd"))
    if row is None:
        raise Missing("directive-unknown", id=name)
    return row


def directives(station: Station, officer: str = "") -> list[Directive]:
    """All directives here, issued or taken; titles only for an officer who is signed in and cleared."""
    rows = register.list_directives.all(station.db)
    return [Directive(**_facts(row, words(station, row.idx, officer))) for row in rows]


def _facts(row: register.Directive, texts: Mapping[str, str]) -> dict[str, Any]:
    return {
        "id": row.name, "station": row.station, "kind": row.kind, "signed": row.signed,
        "acknowledge_by": row.acknowledge_by or None, "study_by": row.study_by or None, "ends": row.ends or None,
        "calendar": row.calendar, "level": row.level, "precedence": row.precedence, "state": row.state,
        "time": row.time, "record": row.idx, "act": row.id.hex(),
        "number": texts.get("number", ""), "title": title(texts),
    }  # fmt: skip


def directive(station: Station, name: str, officer: str = "") -> Whole:
    """One directive with its summary and the line of its legal basis, youngest first, back to the first document."""
    row = row_of(station, name)
    texts = words(station, row.idx, officer)
    basis = [
        Basis(each.id, each.kind, each.issued, bool(each.direct), ())
        for each in register.list_basis.all(station.db, row.id)
    ]
    return Whole(
        **_facts(row, texts),
        summary=[texts[key] for key in sorted(texts) if key.startswith("summary.")],
        basis=[_ground(each, texts) for each in line_of(basis)],
    )


def _ground(basis: Basis, texts: Mapping[str, str]) -> Ground:
    number, name, issuer = (texts.get(f"basis.{basis.id.hex()}.{key}", "") for key in ("number", "title", "issuer"))
    return Ground(basis.kind, basis.issued, basis.direct, number, name, issuer)
