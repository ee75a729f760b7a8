"""When what is due becomes somebody's concern: a pure function of time and the pack's hours."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from antin.frozen import dataclass
from antin.packs.rules import Escalation
from antin.registers.escalations.records import DUTY, REMINDER, SUPERIOR

HOUR = 3600


@dataclass(frozen=True, slots=True)
class Item:
    """Something that ``unit`` owes ``station`` by ``due`` and has not done. ``index``: the record that names it."""

    what: str
    about: bytes
    key: str
    unit: str
    due: int
    station: str
    level: int
    precedence: int
    name: str
    index: int


@dataclass(frozen=True, slots=True)
class Step:
    """An item, and who is to hear of it now."""

    item: Item
    step: str


def due(items: Iterable[Item], now: int, hours: Callable[[int], Escalation]) -> list[Step]:
    """Steps reached at ``now``, by the hours of each item's precedence; the most urgent and the longest due first.

    Once the duty officer is to be told, a reminder is too late; the superior hears of it beside him, not instead.
    """
    found: list[Step] = []
    for each in sorted(items, key=lambda i: (-i.precedence, i.due, i.unit, i.what, i.about, i.key)):
        found += [Step(each, step) for step in _steps(each.due, now, hours(each.precedence))]
    return found


def _steps(by: int, now: int, rule: Escalation) -> tuple[str, ...]:
    if now >= by + rule.superior_hours_after * HOUR and now > by:
        return DUTY, SUPERIOR
    if now >= by + rule.duty_hours_after * HOUR and now > by:
        return (DUTY,)
    return (REMINDER,) if now >= by - rule.remind_hours_before * HOUR else ()
