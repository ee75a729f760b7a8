"""Rules of directives: pure functions of what stands in the register."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from graphlib import CycleError, TopologicalSorter

from antin.errors import Malformed
from antin.registers.directives.records import IN_PERSON, ONLINE, Basis, DirectiveIssued, StudyHeld

# A unit under a directive; docs/state-machines/directive.dot draws the same words.
UNIT = {
    ("addressed", "acknowledged"): "acknowledged",
    ("addressed", "studied"): "studied",
    ("acknowledged", "studied"): "studied",
    ("studied", "studied"): "studied",
    ("addressed", "moved"): "moved",
    ("acknowledged", "moved"): "moved",
    ("studied", "moved"): "moved",
}
# The directive itself.
DIRECTIVE = {("issued", "withdrawn"): "withdrawn"}
ON_TIME, LATE, WAITING, MISSING, NONE = "on-time", "late", "waiting", "missing", "none"


def check_dates(p: DirectiveIssued) -> None:
    """Refuses dates out of order: signed ≤ acknowledge ≤ study ≤ end, as far as they are set."""
    given = [("signed", p.signed), ("acknowledge_by", p.acknowledge_by), ("study_by", p.study_by), ("ends", p.ends)]
    earlier, before = given[0]
    for name, time in given[1:]:
        if not time:
            continue
        if time < before:
            raise Malformed("dates-out-of-order", earlier=earlier, later=name)
        earlier, before = name, time


def check_basis(p: DirectiveIssued) -> None:
    """Refuses a legal basis that is unknown, circular, or younger than what rests on it."""
    known = {each.id: each for each in p.basis}
    if len(known) != len(p.basis) or (p.basis and not any(each.direct for each in p.basis)):
        raise Malformed("basis-unclear")
    for each in p.basis:
        if len(set(each.rests_on)) != len(each.rests_on):
            raise Malformed("basis-unclear")
        for below in each.rests_on:
            if below not in known:
                raise Malformed("basis-unclear")
            if known[below].issued > each.issued:
                raise Malformed("basis-younger", kind=known[below].kind)
    if any(each.direct and each.issued > p.signed for each in p.basis):
        raise Malformed("basis-younger", kind=next(e.kind for e in p.basis if e.direct and e.issued > p.signed))
    _check_acyclic({each.id: each.rests_on for each in p.basis})


def _check_acyclic(graph: Mapping[bytes, Sequence[bytes]]) -> None:
    try:
        TopologicalSorter(graph).prepare()
    except CycleError:
        raise Malformed("basis-circular") from None


def attendance(p: StudyHeld) -> list[tuple[str, str]]:
    """Each officer who was there, with the form in which he was."""
    return [*((officer, IN_PERSON) for officer in p.in_person), *((officer, ONLINE) for officer in p.online)]


def check_attendance(p: StudyHeld) -> None:
    """Refuses one person counted twice, nobody at all, and people in a form in which the session was not held."""
    there = attendance(p)
    in_person, online = len(p.in_person) + p.others_in_person, len(p.online) + p.others_online
    if len({officer for officer, _ in there}) != len(there) or not in_person + online:
        raise Malformed("study-attendance")
    if (p.form == IN_PERSON and online) or (p.form == ONLINE and in_person):
        raise Malformed("study-attendance")


def line_of(basis: Sequence[Basis]) -> list[Basis]:
    """The legal basis as a line back to the first: youngest first, each once."""
    return sorted(basis, key=lambda each: (each.issued, each.id), reverse=True)


def standing(done: int | None, by: int, now: int) -> str:
    """How one duty stands: done on time or late, waiting, missing after its date; ``none``: nothing is due."""
    if done is not None:
        return LATE if by and done > by else ON_TIME
    if not by:
        return NONE
    return MISSING if now > by else WAITING
