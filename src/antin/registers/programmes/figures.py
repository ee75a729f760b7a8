"""How far a programme is, computed from what stands in the register."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import astuple
from hashlib import sha256

from antin.registers.programmes import records as r
from antin.registers.programmes import rules
from antin.registers.programmes.rows import (
    list_below,
    list_goals,
    list_measures,
    list_reporters,
    list_standing,
    list_tasks,
    list_units,
    sum_tasks,
)
from antin.storage.database import Reader


def closing(view: Reader, programme: bytes, period: str) -> tuple[int, int, int, bytes]:
    """Units, how many reported, the whole programme's progress, and the digest of every standing, as of now."""
    units, reporters = list_units.all(view, programme), list_reporters.all(view, programme, period)
    digest = sha256()
    for row in list_standing.each(view, programme):
        digest.update(("|".join(map(str, astuple(row))) + "\n").encode())
    return len(units), len(reporters), whole(view, programme), digest.digest()


def whole(view: Reader, programme: bytes) -> int:
    """The whole programme's progress in thousandths: its topmost goals by weight."""
    figures = progress(view, programme)
    goals = list_goals.all(view, programme)
    return sum(each.weight * figures[each.key] for each in goals if not each.parent) // r.WHOLE


def progress(view: Reader, programme: bytes) -> dict[str, int]:
    """Thousandths of every goal of a programme."""
    goals = [r.Goal(*astuple(each)) for each in list_goals.all(view, programme)]
    rows = list_tasks.all(view, programme)
    tasks = [r.Task(each.key, each.goal, each.unit, each.officer, each.weight, each.start, each.due, ())
             for each in rows]  # fmt: skip
    everywhere = len(list_units.all(view, programme))
    counts = {each.key: 1 if each.unit else everywhere for each in rows}
    means = {each.task: each.done // max(1, counts.get(each.task, 1)) for each in sum_tasks.all(view, programme)}
    measured: dict[str, list[int]] = defaultdict(list)
    for measure in list_measures.all(view, programme):
        measured[measure.goal].append(measure.value)
    below: dict[str, list[int]] = defaultdict(list)
    for each in list_below.all(view, programme):
        below[each.above].append(each.done)
    withdrawn = frozenset(each.key for each in rows if each.state == "withdrawn")
    values = {goal: sum(each) // len(each) for goal, each in measured.items()}
    return rules.progress(goals, tasks, rules.Figures(means, withdrawn, values, below))
