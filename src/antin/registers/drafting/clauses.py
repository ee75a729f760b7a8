"""A draft's text as clauses (Điều), and two versions compared clause by clause, word by word. Pure functions."""

from __future__ import annotations

import difflib
import re
import unicodedata

from antin.errors import Malformed
from antin.frozen import dataclass

MOST_CLAUSES = 400
# "Điều 5 của Luật này …" at the start of a line is no heading: there a full stop, a colon or the line's end follows.
_HEADING = re.compile(r"^\s{0,3}(?:#{1,6}\s*|\*\*)?Điều\s+([0-9]{1,3}[a-zđ]?)(?:\s*[.:]\s*(.*)|\s*)$", re.IGNORECASE)
KEPT, REMOVED, ADDED = "kept", "removed", "added"


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause: its number, the words of its heading, and its paragraphs."""

    number: str
    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """How one clause differs: ``state`` same, changed, added or removed; runs of words kept, removed, added."""

    number: str
    state: str
    parts: tuple[tuple[str, str], ...]


def read(data: bytes) -> tuple[Clause, ...]:
    """The clauses of a plain UTF-8 text. Refuses other bytes, a text without clauses, a clause that stands twice, and
    more than 400 of them."""
    try:
        text = unicodedata.normalize("NFC", data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise Malformed("draft-not-text") from None
    found: list[tuple[str, str, list[str]]] = []
    for line in text.splitlines():
        match = _HEADING.match(line)
        if match:
            found.append((match[1].lower(), (match[2] or "").strip("* \t"), []))
        elif found:
            found[-1][2].append(line.strip())
    numbers = [number for number, _, _ in found]
    if not found or len(found) > MOST_CLAUSES:
        raise Malformed("draft-without-clauses", found=len(found), most=MOST_CLAUSES)
    for number in numbers:
        if numbers.count(number) > 1:
            raise Malformed("draft-clause-twice", clause=number)
    return tuple(Clause(number, heading, "\n".join(lines).strip()) for number, heading, lines in found)


def compare(before: tuple[Clause, ...], after: tuple[Clause, ...]) -> tuple[Change, ...]:
    """Every clause of either version, in the order of the newer one; what was removed stands where it was."""
    old, new = {each.number: each for each in before}, {each.number: each for each in after}
    order = [each.number for each in after]
    for n, each in enumerate(before):
        if each.number not in new:
            earlier = [one.number for one in before[:n] if one.number in order]
            order.insert(order.index(earlier[-1]) + 1 if earlier else 0, each.number)
    return tuple(_change(number, old.get(number), new.get(number)) for number in order)


def _change(number: str, old: Clause | None, new: Clause | None) -> Change:
    if old is None or new is None:
        way, whole = (ADDED, new) if old is None else (REMOVED, old)
        assert whole is not None  # it stands in one of the two
        return Change(number, way, ((way, _whole(whole)),))
    parts = _words(_whole(old), _whole(new))
    return Change(number, "same" if all(way == KEPT for way, _ in parts) else "changed", parts)


def _whole(clause: Clause) -> str:
    return f"{clause.heading}\n{clause.text}".strip()


def _words(old: str, new: str) -> tuple[tuple[str, str], ...]:
    a, b = old.split(), new.split()
    parts: list[tuple[str, str]] = []
    for _, a1, a2, b1, b2 in difflib.SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if a[a1:a2] == b[b1:b2]:
            parts.append((KEPT, " ".join(a[a1:a2])))
            continue
        parts += [(way, " ".join(run)) for way, run in ((REMOVED, a[a1:a2]), (ADDED, b[b1:b2])) if run]
    return tuple(parts)
