"""What a station that gathers the words of many says in our name, against what we said (spec/steering.md, Gathered)."""

from __future__ import annotations

from typing import Any

from antin.errors import Conflict
from antin.kernel.formats import paper
from antin.registers.drafting import apply as drafting
from antin.registers.drafting.records import CommentsResolved
from antin.station.station import Station


def check(station: Station, officer: str, maker: str, public: Any, words: paper.Words) -> None:
    """Raises ``Conflict`` ``cited-otherwise`` where a record quotes us with what we did not say.

    Digests that stand in a book's tables the book itself compares; here is what needs our code, or words.
    """
    if isinstance(public, CommentsResolved):
        _comments(station, officer, maker, public, words)


def _comments(station: Station, officer: str, maker: str, p: CommentsResolved, words: paper.Words) -> None:
    """Each answer under our code is to a comment of ours: the same record, the same stance, the same words."""
    texts = {each.key: each.text for each in words.texts}
    rows = station.db.rows(drafting.SQL["list_comments"], p.draft, p.version)
    ours = {row[1]: row for row in rows if row[0] == station.code}
    for n, each in enumerate(p.answers):
        if each.station != station.code:
            continue
        row = ours.get(each.clause)
        if row is None or (row[6], row[2]) != (each.comment, each.stance):
            raise Conflict("cited-otherwise", who=maker, what=f"{each.station} {each.clause}")
        said = {text.key: text.text for text in paper.read_words(station.secret(row[5], officer)).texts}
        if said.get(drafting.word_key(each.clause), "") != texts.get(f"comment.{n:03d}", ""):
            raise Conflict("cited-otherwise", who=maker, what=f"{each.station} {each.clause}")
