"""Committees as they stand: members, assignments, meetings, and which copies are still out."""

from __future__ import annotations

from typing import Annotated, Any

from antin.errors import Missing
from antin.frozen import dataclass
from antin.looks import UNSEEN, Agency, Day, Given, Hidden, Look, Moment, Officer, Reference
from antin.registers.committees import rows as register
from antin.registers.committees.rules import quorate
from antin.registers.directives import rows as directives
from antin.station.drafts import number_of
from antin.station.station import Station
from antin.views.papers import title, words


@dataclass(frozen=True, slots=True)
class Committee:
    """A committee in a list. ``record``: where the journal has it."""

    id: Reference
    kind: Annotated[str, Look("choice", "committee-kind")]
    station: Agency
    directive: Reference
    decided: Day
    members: int
    title: Hidden
    number: Annotated[str, UNSEEN]
    level: Annotated[int, UNSEEN]
    precedence: Annotated[int, UNSEEN]
    time: Annotated[int, UNSEEN]
    record: Annotated[int, UNSEEN]
    act: Annotated[str, UNSEEN]


@dataclass(frozen=True, slots=True)
class Member:
    """An agency, or one of its officers, that sits or sat in it. ``until``: None as long as it sits."""

    agency: Agency
    officer: Officer
    role: str
    state: str
    since: Day
    until: Day | None
    name: Hidden


@dataclass(frozen=True, slots=True)
class Assignment:
    """What a member answers for."""

    key: str
    station: Agency
    agency: Agency
    officer: Officer
    due: Day
    state: str
    done: Moment | None
    time: Moment
    record: int
    title: Hidden


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting with its minutes. ``quorum``: whether enough members were there."""

    id: Reference
    station: Agency
    held: Moment
    form: str
    members: int
    present: list[str]
    quorum: bool
    record: int
    place: str
    agenda: list[str]
    minutes: list[str]


@dataclass(frozen=True, slots=True)
class Whole(Committee):
    """A committee with everybody who sits or sat in it, what they answer for, and its meetings."""

    seats: list[Member]
    assignments: list[Assignment]
    meetings: list[Meeting]


@dataclass(frozen=True, slots=True)
class Copy:
    """A numbered copy of a paper of a meeting. ``receiver``: its agency and officer as one."""

    id: Reference
    number: Annotated[int, Look("number"), Given(name="copy")]
    meeting: Reference
    receiver: str
    time: Moment
    state: Annotated[str, Look("choice", "copy")]
    returned: Moment | None
    title: Hidden
    agency: Annotated[str, UNSEEN]
    officer: Annotated[str, UNSEEN]
    committee: Annotated[str, UNSEEN]
    document: Annotated[str, UNSEEN]
    level: Annotated[int, UNSEEN]
    record: Annotated[int, UNSEEN]


def row_of(station: Station, name: str) -> register.Committee:
    """The register's row of ``bd-1``. Raises ``Missing``."""
    row = register.read_committee.one(station.db, number_of(name, "bd"))
    if row is None:
        raise Missing("committee-unknown", id=name)
    return row


def committees(station: Station, officer: str = "") -> list[Committee]:
    """All committees here; titles only for an officer who is signed in and cleared."""
    rows = register.list_committees.all(station.db)
    return [Committee(**_facts(station, row, officer)) for row in rows]


def _facts(station: Station, row: register.Committee, officer: str) -> dict[str, Any]:
    under = directives.find_directive.one(station.db, row.directive)
    texts = words(station, row.idx, officer)
    return {
        "id": row.name, "station": row.station, "kind": row.kind, "directive": under.name if under else "",
        "decided": row.decided, "level": row.level, "precedence": row.precedence, "time": row.time,
        "record": row.idx, "act": row.id.hex(), "members": len(register.sitting(station.db, row.id)),
        "number": texts.get("number", ""), "title": title(texts),
    }  # fmt: skip


def committee(station: Station, name: str, officer: str = "") -> Whole:
    """One committee. Raises ``Missing``."""
    row = row_of(station, name)
    return Whole(
        **_facts(station, row, officer),
        seats=_seats(station, row, officer),
        assignments=_assignments(station, row, officer),
        meetings=_meetings(station, row, officer),
    )


def _seats(station: Station, row: register.Committee, officer: str) -> list[Member]:
    kept: dict[int, Any] = {}
    found = []
    for each in register.list_members.all(station.db, row.id):
        texts = kept.setdefault(each.idx, words(station, each.idx, officer))
        name = texts.get(f"member.{each.n:03d}", "")
        found.append(Member(each.agency, each.officer, each.role, each.state, each.since, each.until or None, name))
    return found


def _assignments(station: Station, row: register.Committee, officer: str) -> list[Assignment]:
    now = station.now()
    return [
        Assignment(each.key, each.station, each.agency, each.officer, each.due,
                   "late" if each.state == "open" and now > each.due else each.state, each.done, each.time, each.idx,
                   title(words(station, each.idx, officer)))
        for each in register.list_assignments.all(station.db, row.id)
    ]  # fmt: skip


def _meetings(station: Station, row: register.Committee, officer: str) -> list[Meeting]:
    found = []
    for each in register.list_meetings.all(station.db, row.id):
        present = register.list_present.all(station.db, each.id)
        texts = words(station, each.idx, officer)
        found.append(Meeting(
            id=each.name, station=each.station, held=each.held, form=each.form, members=each.members,
            present=["/".join(who.seat).rstrip("/") for who in present],
            quorum=quorate(len(present), each.members), record=each.idx, place=texts.get("title", ""),
            agenda=[texts[key] for key in sorted(texts) if key.startswith("agenda.")],
            minutes=[texts[key] for key in sorted(texts) if key.startswith("minutes.")],
        ))  # fmt: skip
    return found


def copies(station: Station, officer: str = "", *, everything: bool = False) -> list[Copy]:
    """Copies handed out here and not yet back; ``everything``: those that came back as well."""
    return [
        Copy(id=row.name, meeting=f"hp-{row.meeting}", committee=f"bd-{row.committee}", number=row.number,
             document=row.document.hex(), level=row.level, agency=row.agency, officer=row.officer,
             receiver=f"{row.agency}/{row.officer}".rstrip("/"), state=row.state, time=row.time, returned=row.returned,
             record=row.idx, title=title(words(station, row.idx, officer)))
        for row in register.list_copies.all(station.db)
        if everything or row.state == "out"
    ]  # fmt: skip
