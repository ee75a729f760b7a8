"""Rules of drafting: pure functions of what stands in the register."""

from __future__ import annotations

from collections.abc import Iterable

from antin.errors import Conflict, Malformed, Missing

# docs/state-machines/drafting.dot draws the same words.
DRAFT = {("open", "issued"): "issued", ("open", "dropped"): "dropped"}
VERSION = {("circulated", "resolved"): "resolved"}
Key = tuple[str, str]


def check_comments(clauses: Iterable[str], given: Iterable[Key], known: Iterable[Key]) -> None:
    """(unit, clause) each. Refuses a clause that the version does not have, and a second comment on one."""
    there, seen = set(clauses), set(known)
    for unit, clause in given:
        if clause not in there:
            raise Missing("draft-clause-unknown", clause=clause)
        if (unit, clause) in seen:
            raise Conflict("draft-commented-twice", unit=unit, clause=clause)
        seen.add((unit, clause))


def check_answers(comments: Iterable[Key], answered: Iterable[Key], given: Iterable[Key], last: bool) -> None:
    """Each comment is answered once. Refuses an answer to none, a second one, and, with ``last``, one lacking."""
    there, seen = set(comments), set(answered)
    for unit, clause in given:
        if (unit, clause) not in there:
            raise Missing("draft-comment-unknown", unit=unit, clause=clause)
        if (unit, clause) in seen:
            raise Conflict("draft-answered-twice", unit=unit, clause=clause)
        seen.add((unit, clause))
    if last and (lacking := sorted(there - seen)):
        raise Malformed("draft-unanswered", unit=lacking[0][0], clause=lacking[0][1], count=len(lacking))


def word_key(clause: str) -> str:
    """Under which key the words to a clause stand. Keys are ASCII: Điều 5đ is kept under ``5dd``."""
    return f"comment.{clause.replace('đ', 'dd')}"
