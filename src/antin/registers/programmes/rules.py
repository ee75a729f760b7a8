"""Rules of programmes: what may be adopted, and how far everything is. Pure functions of the register."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter

from antin.errors import Malformed
from antin.frozen import dataclass
from antin.registers.programmes.records import WHOLE, Goal, ProgrammeAdopted, Task

# A unit's report for one period; docs/state-machines/programme.dot draws the same words.
REPORT = {
    ("", "reported"): "reported",
    ("reported", "accepted"): "accepted",
    ("reported", "returned"): "returned",
    ("returned", "reported"): "reported",
}
TASK = {("open", "withdrawn"): "withdrawn"}
PERIOD = {("open", "closed"): "closed"}
AHEAD, ON_TRACK, BEHIND = "ahead", "on-track", "behind"
SLACK = 50  # thousandths that a goal may lag behind the calendar before it counts as behind


def check(p: ProgrammeAdopted) -> None:
    """Refuses keys that are unclear, circles, weights that do not sum, dates out of order, a goal that goes nowhere."""
    goals, tasks = {g.key: g for g in p.goals}, {t.key: t for t in p.tasks}
    twice = any(len(set(task.after)) != len(task.after) for task in p.tasks)
    if len(goals) != len(p.goals) or len(tasks) != len(p.tasks) or twice:
        raise Malformed("programme-keys")
    _check_acyclic({g.key: [g.parent] if g.parent else [] for g in p.goals}, "goals-circular")
    _check_acyclic({t.key: t.after for t in p.tasks}, "tasks-circular")
    for goal in p.goals:
        _check_goal(goal, goals, bool(p.above))
    for task in p.tasks:
        _check_task(task, goals, tasks, p.head.to)
    _check_weights(p)


def _check_goal(goal: Goal, goals: Mapping[str, Goal], has_above: bool) -> None:
    if goal.parent and goal.parent not in goals:
        raise Malformed("programme-key-unknown", key=goal.key, names=goal.parent)
    if goal.above and not has_above:
        raise Malformed("programme-key-unknown", key=goal.key, names=goal.above)
    if goal.parent and goal.milestone > goals[goal.parent].milestone:
        raise Malformed("dates-out-of-order", earlier=goal.parent, later=goal.key)
    if goal.baseline == goal.target and goal.target:
        raise Malformed("goal-without-way", key=goal.key)


def _check_task(task: Task, goals: Mapping[str, Goal], tasks: Mapping[str, Task], units: Sequence[str]) -> None:
    if task.goal not in goals:
        raise Malformed("programme-key-unknown", key=task.key, names=task.goal)
    if any(goal.parent == task.goal for goal in goals.values()):
        raise Malformed("task-under-general-goal", key=task.key, goal=task.goal)
    if task.unit and task.unit not in units:
        raise Malformed("programme-key-unknown", key=task.key, names=task.unit)
    if not task.start <= task.due <= goals[task.goal].milestone:
        raise Malformed("dates-out-of-order", earlier=task.key, later=task.goal)
    for before in task.after:
        if before not in tasks:
            raise Malformed("programme-key-unknown", key=task.key, names=before)
        if tasks[before].due > task.due and before != task.key:
            raise Malformed("dates-out-of-order", earlier=before, later=task.key)


def _check_acyclic(graph: Mapping[str, Iterable[str]], code: str) -> None:
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        raise Malformed(code, way=" → ".join(error.args[1])) from None


def _check_weights(p: ProgrammeAdopted) -> None:
    """The parts of a general goal, and the tasks of a goal, make a whole each."""
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for goal in p.goals:
        sums["goals", goal.parent] += goal.weight
    for task in p.tasks:
        sums["tasks", task.goal] += task.weight
    for (what, key), total in sums.items():
        if total != WHOLE:
            raise Malformed("weights-do-not-sum", what=what, key=key or "–", total=total, whole=WHOLE)


@dataclass(frozen=True, slots=True)
class Figures:
    """What progress is computed from: the mean of each task over its units, measured values, subordinate goals."""

    tasks: Mapping[str, int]
    withdrawn: frozenset[str]
    measured: Mapping[str, int]
    below: Mapping[str, Sequence[int]]


def progress(goals: Sequence[Goal], tasks: Sequence[Task], figures: Figures) -> dict[str, int]:
    """Thousandths of each goal. A measured goal counts by its measure; else its tasks and the subordinate goals that
    serve it are equal parts; a general goal is the weighted mean of its parts. Rounded down: nothing is done early."""
    children: dict[str, list[Goal]] = defaultdict(list)
    for goal in goals:
        children[goal.parent].append(goal)
    work: dict[str, list[Task]] = defaultdict(list)
    for task in tasks:
        if task.key not in figures.withdrawn:
            work[task.goal].append(task)
    done: dict[str, int] = {}

    def of(goal: Goal) -> int:
        if goal.key not in done:
            parts = children.get(goal.key, [])
            done[goal.key] = _mean([(each.weight, of(each)) for each in parts]) if parts else leaf(goal)
        return done[goal.key]

    def leaf(goal: Goal) -> int:
        if goal.key in figures.measured:
            return measured_share(goal, figures.measured[goal.key])
        own = [(task.weight, figures.tasks.get(task.key, 0)) for task in work.get(goal.key, [])]
        shares = ([_mean(own)] if own else []) + list(figures.below.get(goal.key, ()))
        return sum(shares) // len(shares) if shares else 0

    for goal in goals:
        of(goal)
    return done


def measured_share(goal: Goal, value: int) -> int:
    """How much of the way from baseline to target is behind us, up or down."""
    way, gone = goal.target - goal.baseline, value - goal.baseline
    return max(0, min(WHOLE, gone * WHOLE // way if way > 0 else -gone * WHOLE // -way))


def _mean(parts: Sequence[tuple[int, int]]) -> int:
    total = sum(weight for weight, _ in parts)
    return sum(weight * share for weight, share in parts) // total if total else 0


def pace(done: int, start: int, milestone: int, now: int) -> str:
    """Progress against time: *behind* when it lags the elapsed share by more than the slack."""
    if done >= WHOLE:
        return AHEAD
    elapsed = WHOLE if now >= milestone or milestone <= start else max(0, (now - start) * WHOLE // (milestone - start))
    if done + SLACK < elapsed:
        return BEHIND
    return AHEAD if done > elapsed + SLACK else ON_TRACK
