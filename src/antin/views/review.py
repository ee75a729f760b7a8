"""A review (sơ kết, tổng kết) assembled from facts: figures with the record each stands in, and the paper they make.

The narrative is a person's; every number is the registers'. Words come from the door, as ``say``.
"""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Annotated, Any

from antin.errors import Malformed
from antin.frozen import dataclass
from antin.looks import UNSEEN, Agency, Hidden, Look, Moment, Officer, Reference, Text
from antin.packs.periods import Period
from antin.registers.directives.rules import LATE, MISSING, ON_TIME, WAITING
from antin.registers.reviews import rows as register
from antin.station.station import Station
from antin.views import directives as directive_views
from antin.views.board import DUTIES, Totals, Unit, board, totals
from antin.views.local_time import local
from antin.views.papers import title, words
from antin.views.programmes import Goal, Task

Row = dict[str, Any]
Say = Callable[..., str]
STANDINGS = (ON_TIME, LATE, WAITING, MISSING)


@dataclass(frozen=True, slots=True)
class Review:
    """A review in a list. ``consolidates``: the reviews that were taken by then, or how many of them."""

    id: Reference
    station: Agency
    period: Text
    time: Moment
    title: Hidden
    outline: Annotated[str, UNSEEN]
    figures: Annotated[str, UNSEEN]
    size: Annotated[int, UNSEEN]
    consolidates: Annotated[list[str] | int, UNSEEN]
    level: Annotated[int, UNSEEN]
    record: Annotated[int, UNSEEN]
    act: Annotated[str, UNSEEN]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposal with what became of it. ``carries``: the one that it passes on."""

    id: Reference
    station: Agency
    owner: Agency
    officer: Officer
    state: Annotated[str, Look("choice", "proposal")]
    time: Moment
    answered: Moment | None
    title: Hidden
    forwarded: Annotated[str, UNSEEN]
    carries: Annotated[str, UNSEEN]
    level: Annotated[int, UNSEEN]
    record: Annotated[int, UNSEEN]
    act: Annotated[str, UNSEEN]
    answer: Annotated[str, UNSEEN]


@dataclass(frozen=True, slots=True)
class Contribution:
    """A contribution, by the station that gives it."""

    id: Reference
    station: Agency
    time: Moment
    title: Hidden
    record: Annotated[int, UNSEEN]
    act: Annotated[str, UNSEEN]


@dataclass(frozen=True, slots=True)
class Commendation:
    """A unit that was commended, by whom and for what."""

    id: Reference
    station: Agency
    unit: Agency
    time: Moment
    title: Hidden
    record: Annotated[int, UNSEEN]


@dataclass(frozen=True, slots=True)
class Figures:
    """What the registers know about a period; a review carries their digest. ``issuer``: whether the directive is
    ours; ``size``: of our journal, when they were read."""

    directive: str
    title: str
    period: str
    start: int
    end: int
    due: int
    issuer: bool
    units: list[Unit]
    totals: Totals
    tasks: list[Task]
    goals: list[Goal]
    done: int | None
    record: int
    size: int
    reviews: list[Review]
    proposals: list[Proposal]


def facts(station: Station, name: str, officer: str, period: str = "") -> Figures:
    """What the registers know about a directive's period: the board of the issuer, or a unit's own line of it."""
    found = board(station, name, officer, period)
    if found.period is None:
        raise Malformed("period-needed", id=name)
    issuer = found.directive.station == station.code
    units = [unit for unit in found.units if (unit.state != "moved" if issuer else unit.code == station.code)]
    row = directive_views.row_of(station, name)
    return Figures(
        directive=name, title=found.directive.title, period=found.period.key, start=found.period.start,
        end=found.period.end, due=found.period.due, issuer=issuer, units=units, totals=totals(units),
        tasks=found.tasks,
        # What others have done is not in a unit's books: it says how far its own tasks are.
        goals=found.goals if issuer else [],
        done=found.done if issuer or found.done is None else sum(unit.done for unit in units),
        record=row.idx, size=station.journal.head()[0],
        reviews=reviews_of(station, row.id, found.period.key, officer),
        proposals=proposals(station, officer, row.id),
    )  # fmt: skip


def reviews_of(station: Station, directive: bytes, period: str, officer: str = "") -> list[Review]:
    """Reviews of one period, our own among them, in order of their stations."""
    rows = register.list_of_period.all(station.db, directive, period)
    return [_review(station, row, officer) for row in rows]


def reviews(station: Station, officer: str = "") -> list[Review]:
    """All reviews, made here or taken."""
    return [_review(station, row, officer) for row in register.list_reviews.all(station.db)]


def _review(station: Station, row: register.Review, officer: str) -> Review:
    parts = [part.name for part in register.list_consolidated.all(station.db, row.id)]
    return Review(
        id=row.name, station=row.station, period=row.period, time=row.time,
        title=title(words(station, row.idx, officer)), outline=row.outline, figures=row.figures.hex(), size=row.size,
        consolidates=parts or row.consolidates, level=row.level, record=row.idx, act=row.id.hex(),
    )  # fmt: skip


def proposals(station: Station, officer: str = "", directive: bytes | None = None) -> list[Proposal]:
    """Proposals made by us and to us, with what became of them."""
    found = []
    for row in register.list_proposals.all(station.db):
        if directive is not None and row.directive != directive:
            continue
        over = register.find_proposal.one(station.db, row.carries) if row.carries else None
        found.append(Proposal(
            id=row.name, station=row.station, owner=row.owner, officer=row.officer, state=row.state, time=row.time,
            answered=row.answered, title=title(words(station, row.idx, officer)), forwarded=row.forwarded,
            carries=over.name if over else "", level=row.level, record=row.idx, act=row.id.hex(),
            answer=title(words(station, row.answer_idx, officer)),
        ))  # fmt: skip
    return found


def contributions(station: Station, officer: str = "") -> list[Contribution]:
    """Contributions given and received."""
    return [
        Contribution(each.name, each.station, each.time, title(words(station, each.idx, officer)), each.idx,
                     each.id.hex())
        for each in register.list_contributions.all(station.db)
    ]  # fmt: skip


def commendations(station: Station, officer: str = "") -> list[Commendation]:
    """Who was commended, by whom, for what."""
    return [
        Commendation(each.name, each.station, each.unit, each.time, title(words(station, each.idx, officer)), each.idx)
        for each in register.list_commendations.all(station.db)
    ]


# -- the paper -------------------------------------------------------------------------------------------------------


def paper(station: Station, say: Say, found: Figures, narrative: Mapping[str, tuple[str, ...]],
          signer: Mapping[str, str], parent: str = "", example: bool = False) -> Row:  # fmt: skip
    """The data of ``interop.printing.report`` and ``interop.editable.report``: facts in the outline of the pack."""
    outline = station.pack.outline(station.pack.calendar(station.pack.period_named(found.period)[0]).outline)
    size, root = station.journal.head()
    period: Period = station.pack.period_named(found.period)[1]
    told = {"tinh-hinh": _situation(say, found), "ket-qua": _results(say, found), "kho-khan": _trouble(say, found),
            "kien-nghi": _asked(say, found)}  # fmt: skip
    known = {part.key for part in outline.parts}
    for key in narrative:
        if key not in known:
            raise Malformed("outline-part-unknown", key=key, known=", ".join(part.key for part in outline.parts))
    return {
        "parent": parent, "agency": station.settings.name, "number": signer.get("number", ""), "place": signer["place"],
        "date": local(station.now(), "%Y-%m-%d"), "subject": found.title or say("hidden"), "kind": outline.name,
        "period": say("review-period", start=f"{period.start:%d/%m/%Y}", end=f"{period.end:%d/%m/%Y}"),
        "sections": [
            {"title": part.title, "body": [*told.get(part.key, ()), *narrative.get(part.key, ())]}
            for part in outline.parts
        ],
        "annex": outline.annex, "tables": _tables(say, found), "signer_title": signer["title"],
        "signer_name": signer["name"], "recipients": [say("review-up"), say("review-kept")],
        "level_mark": station.pack.level(signer_level(station, found)).mark_text,
        "notes": [say(outline.mark)] if outline.unverified else [],
        "journal": {"origin": station.origin, "size": str(size), "root": base64.b64encode(root).decode()},
        "example": example,
    }  # fmt: skip


def signer_level(station: Station, found: Figures) -> int:
    """The level of the directive that the review is under."""
    return directive_views.row_of(station, found.directive).level


def _count(found: Figures, duty: str) -> dict[str, int]:
    return dict.fromkeys(STANDINGS, 0) | Counter(getattr(unit, duty) for unit in found.units)


def _situation(say: Say, found: Figures) -> list[str]:
    units = found.units
    lines = [say("review-units", units=len(units), received=sum(unit.received for unit in units))]
    for duty in ("acknowledged", "studied"):
        counts = _count(found, duty)
        lines.append("- " + say(f"review-{duty}", **{key.replace("-", "_"): counts[key] for key in STANDINGS}))
    names = ("sessions", "in_person", "online", "read", "officers")
    sums = {name: sum(getattr(unit, name) for unit in units) for name in names}
    return [*lines, "- " + say("review-attendance", **sums)]


def _results(say: Say, found: Figures) -> list[str]:
    if found.done is None:
        return []
    lines = [say("review-done" if found.issuer else "review-done-own", done=share(found.done))]
    for goal in found.goals:
        title_, pace = goal.title or goal.key, say(f"pace-{goal.pace}")
        lines.append("- " + say("review-goal", title=title_, done=share(goal.done), pace=pace))
    on_time = sum(unit.tasks_on_time for unit in found.units)
    return [*lines, "- " + say("review-tasks", done=sum(unit.tasks_done for unit in found.units), on_time=on_time)]


def _trouble(say: Say, found: Figures) -> list[str]:
    lines = []
    for duty in DUTIES:
        late = [unit.code for unit in found.units if getattr(unit, duty) in (LATE, MISSING)]
        if late:
            lines.append("- " + say(f"review-late-{duty}", units=", ".join(late[:40]), count=len(late)))
    blocked = sum(unit.tasks_blocked for unit in found.units)
    late_tasks = sum(unit.tasks_late for unit in found.units)
    return [*lines, *(["- " + say("review-blocked", blocked=blocked, late=late_tasks)] if blocked + late_tasks else [])]


def _asked(say: Say, found: Figures) -> list[str]:
    return [
        f"- {each.id} ({each.station}): {each.title or say('hidden')} – {say('proposal-' + each.state)}"
        for each in found.proposals
    ]


def share(thousandths: int) -> str:
    """As it stands in a Vietnamese report."""
    return f"{thousandths / 10:.1f}".replace(".", ",") + "%"


def _tables(say: Say, found: Figures) -> list[Row]:
    tables = [_units_table(say, found)]
    if found.goals:
        tables.append({
            "title": say("review-table-goals"), "columns": _columns(say, "goal:3", "milestone:2", "done:1", "pace:2"),
            "rows": [
                {"goal": goal.title or goal.key, "milestone": local(goal.milestone, "%d/%m/%Y"),
                 "done": share(goal.done), "pace": say(f"pace-{goal.pace}"), "record": ""}
                for goal in found.goals
            ],
        })  # fmt: skip
    if found.reviews:
        tables.append({
            "title": say("review-table-reviews"), "columns": _columns(say, "id:1", "station:2", "time:2", "standing:2"),
            "rows": [
                {"id": each.id, "station": each.station, "time": local(each.time),
                 "standing": say("standing-late" if each.time > found.due else "standing-on-time"),
                 "record": str(each.record)}
                for each in found.reviews
            ],
        })  # fmt: skip
    return tables


def _units_table(say: Say, found: Figures) -> Row:
    columns = _columns(say, "unit:4", "acknowledged:2", "studied:2", "read:1", "reported:2", "done:1", "late:1")
    rows = [
        {"unit": f"{unit.code} {unit.name}".strip(),
         **{duty: say(f"standing-{getattr(unit, duty)}") for duty in DUTIES},
         "read": f"{unit.read}/{unit.officers}", "done": share(unit.done), "late": str(unit.tasks_late),
         "record": ", ".join(str(each) for each in (unit.acknowledged_record, unit.studied_record) if each)}
        for unit in found.units
    ]  # fmt: skip
    read, officers = sum(unit.read for unit in found.units), sum(unit.officers for unit in found.units)
    late = sum(unit.tasks_late for unit in found.units)
    total = {"unit": say("review-total", units=len(rows)), "read": f"{read}/{officers}", "late": str(late)}
    return {"title": say("review-table-units"), "columns": columns, "rows": rows, "total": total}


def _columns(say: Say, *names: str) -> list[Row]:
    numeric = {"read", "done", "late"}
    pairs = [name.split(":") for name in names]
    return [
        {"key": key, "title": say(f"col-{key}"), "width": int(width), "numeric": key in numeric} for key, width in pairs
    ]
