"""Rules of organisation: pure functions of what stands in the register."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from antin.errors import Malformed

# docs/state-machines/organisation.dot draws the same words.
POST = {("", "made"): "vacant", ("vacant", "filled"): "filled", ("filled", "vacated"): "vacant"}


def check_line(key: str, parent: str, parents: Mapping[str, str]) -> None:
    """Refuses a place that would put something under itself, directly or through others."""
    line, above = [key], parent
    while above:
        line.append(above)
        if above == key:
            raise Malformed("organisation-circular", way=" → ".join(line))
        if len(line) > len(parents) + 2:  # a circle that does not hold this one; the register holds none
            raise Malformed("organisation-circular", way=" → ".join(line[:8]))
        above = parents.get(above, "")


def check_since(since: int, earlier: int, now: int) -> None:
    """Refuses a day before the last change of the same thing, and one to come."""
    if not earlier <= since <= now:
        raise Malformed("organisation-date")


def tree(parents: Mapping[str, str]) -> list[tuple[int, str]]:
    """(depth, key), each below its superior, in order of keys; one whose superior is not here stands at the top."""
    below: dict[str, list[str]] = {}
    for key in sorted(parents):
        below.setdefault(parents[key] if parents[key] in parents else "", []).append(key)
    return list(_walk("", below, 0))


def _walk(above: str, below: Mapping[str, list[str]], depth: int) -> Iterable[tuple[int, str]]:
    stack = [(depth, key) for key in reversed(below.get(above, []))]
    while stack:
        level, key = stack.pop()
        yield level, key
        stack += [(level + 1, each) for each in reversed(below.get(key, []))]
