"""Escalation (đôn đốc): record each step that time has reached, once, and address it to whoever must hear of it."""

from __future__ import annotations

from collections.abc import Iterable

from antin.errors import AntinError, Missing
from antin.frozen import dataclass
from antin.kernel.formats import paper
from antin.kernel.formats.credential import AGENCY
from antin.kernel.formats.paper import head
from antin.registers.escalations import rows as register
from antin.registers.escalations import rules
from antin.registers.escalations.deeds import ACTORS
from antin.registers.escalations.records import SUPERIOR, Escalated
from antin.registers.escalations.rules import Item, Step
from antin.station.station import Station

_AT_ONCE = 100  # records in one commit


@dataclass(frozen=True, slots=True)
class Told:
    """A step, whom it is addressed to, and the superiors that no paper can reach."""

    step: Step
    to: tuple[str, ...]
    unreachable: tuple[str, ...]


def reached(station: Station, items: Iterable[Item]) -> list[Told]:
    """Steps that time has reached and that are not recorded yet. Only what others owe this station."""
    owed = (each for each in items if each.station == station.code != each.unit)
    return [
        _whom(station, each) for each in rules.due(owed, station.now(), station.pack.escalation)
        if not _recorded(station, each)
    ]  # fmt: skip


def _recorded(station: Station, step: Step) -> bool:
    i = step.item
    key = (station.code, i.about, i.what, i.key, i.unit, step.step, i.due)
    return register.find_escalation.one(station.db, *key) is not None


def _whom(station: Station, step: Step) -> Told:
    """One unit that the directory no longer knows does not keep the others from hearing."""
    try:
        station.directory.find(step.item.unit)
    except Missing:
        return Told(step, (), (step.item.unit,))
    if step.step != SUPERIOR:
        return Told(step, (step.item.unit,), ())
    to, unreachable = superiors(station, step.item.unit, step.item.level)
    return Told(step, to, unreachable)


def superiors(station: Station, unit: str, level: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The unit's professional and administrative superior: those that take papers, and those that cannot.

    We ourselves need no paper. A directory's keeper has no register, and a station not cleared may not have it.
    """
    subject = station.directory.find(unit).subject
    to: list[str] = []
    unreachable: list[str] = []
    for code in sorted({subject.professional, subject.parent} - {"", station.code, unit}):
        try:
            found = station.directory.find(code).subject
        except AntinError:  # not in our directory
            unreachable.append(code)
            continue
        fit = found.kind == AGENCY and found.clearance.level >= level
        (to if fit else unreachable).append(code)
    return tuple(to), tuple(unreachable)


def escalate(station: Station, officer: str, items: Iterable[Item]) -> tuple[list[Told], list[Told]]:
    """Record every step reached; returns those recorded, and those above the officer's clearance, left alone.

    A second run at the same time records nothing.
    """
    with station.refusals_noted("escalated", officer):
        actor, _ = station.acting(officer, ACTORS)
    found = reached(station, items)
    mine = [each for each in found if each.step.item.level <= actor.subject.clearance.level]
    for start in range(0, len(mine), _AT_ONCE):
        _record(station, officer, mine[start : start + _AT_ONCE])
    return mine, [each for each in found if each.step.item.level > actor.subject.clearance.level]


def _record(station: Station, officer: str, batch: list[Told]) -> None:
    _, hand = station.acting(officer, ACTORS)
    new = []
    for each in batch:
        i = each.step.item
        public = Escalated(head(each.to, i.level, i.precedence), i.what, i.about, i.key, i.unit, each.step.step, i.due)
        said = {text.key: text.text for text in paper.read_words(station.secrets.read(i.index, officer)).texts}
        title = said.get(f"task.{i.key}") if i.key else said.get("title")
        words = paper.words({"number": said.get("number", ""), "title": title or ""})
        new.append(station.record("escalated", public, [hand], secret=(i.level, words)))
    station.commit(new)
