"""Rules of committees: pure functions of what stands in the register."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from antin.errors import Conflict, Malformed
from antin.registers.committees.records import Copy, Member, Seat

# docs/state-machines/committee.dot draws the same words.
MEMBER = {("", "added"): "sitting", ("sitting", "left"): "left", ("left", "added"): "sitting"}
ASSIGNMENT = {("", "assigned"): "open", ("open", "done"): "done"}
COPY = {("", "handed-out"): "out", ("out", "recalled"): "returned"}
# Whose agency keeps the committee's business beside the founder.
OFFICE = ("chair", "deputy", "standing", "secretary")


def check_members(members: Sequence[Member]) -> None:
    """Refuses a seat given twice, and anything but exactly one chair."""
    seats = [(each.agency, each.officer) for each in members]
    if len(set(seats)) != len(seats):
        twice = next(seat for seat in seats if seats.count(seat) > 1)
        raise Malformed("committee-seat-twice", who="/".join(twice).rstrip("/"))
    chairs = sum(each.role == "chair" for each in members)
    if chairs != 1:
        raise Malformed("committee-chair", chairs=chairs)


def check_present(present: Sequence[Seat], sitting: Iterable[tuple[str, str]]) -> None:
    """Refuses somebody who is no member, or is counted twice."""
    there, known = [(each.agency, each.officer) for each in present], set(sitting)
    for agency, officer in there:
        if (agency, officer) not in known:
            raise Malformed("committee-member-unknown", who=f"{agency}/{officer}".rstrip("/"))
    if len(set(there)) != len(there):
        raise Malformed("meeting-attendance")


def check_copies(copies: Sequence[Copy], present: Iterable[tuple[str, str]], out: Iterable[int]) -> None:
    """Refuses a copy number given before, and a copy for somebody who was not at the meeting."""
    numbers, there, given = [each.number for each in copies], set(present), set(out)
    for each in copies:
        if (each.agency, each.officer) not in there:
            raise Malformed("copy-for-absent", who=f"{each.agency}/{each.officer}".rstrip("/"))
        if each.number in given or numbers.count(each.number) > 1:
            raise Conflict("copy-number-used", number=each.number)


def quorate(present: int, members: int) -> bool:
    """More than half were there. It is noted and nothing is refused for it: the decision founding a body may differ."""
    return present * 2 > members
