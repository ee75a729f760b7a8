"""Kinds of the register of drafting. Words (the text itself, comments, answers) are the secret part."""

from __future__ import annotations

from typing import Annotated

from antin.frozen import dataclass
from antin.kernel.formats.fields import Code, Digest, Time
from antin.kernel.formats.paper import PUBLIC_LIMIT, MaybeName, Name, PaperHead
from antin.kernel.formats.shape import Pattern, Within, shape
from antin.registers.drafting.clauses import MOST_CLAUSES

AGREE, AMEND, OBJECT = "agree", "amend", "object"
MOST_ANSWERS = 500
ClauseNumber = Annotated[str, Pattern("[0-9]{1,3}[a-zđ]?")]
Stance = Annotated[str, Pattern("agree|amend|object")]
Version = Annotated[int, Within(1, 999)]


@shape("antin/draft-circulated/1", limit=PUBLIC_LIMIT)
@dataclass(frozen=True, slots=True)
class DraftCirculated:
    """A version for comment until ``closes``. ``draft``: the record of version 1; empty in that one."""

    head: PaperHead
    draft: MaybeName
    version: Version
    closes: Time
    document: Digest
    clauses: Annotated[tuple[ClauseNumber, ...], Within(1, MOST_CLAUSES)]


@dataclass(frozen=True, slots=True)
class Comment:
    """What a unit says to one clause."""

    clause: ClauseNumber
    stance: Stance


@shape("antin/draft-commented/1", limit=PUBLIC_LIMIT)
@dataclass(frozen=True, slots=True)
class DraftCommented:
    """A unit's comments on a version, one on each clause at most."""

    head: PaperHead
    draft: Name
    version: Version
    comments: Annotated[tuple[Comment, ...], Within(1, MOST_CLAUSES)]


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one comment; the words of both lie beside it. ``comment``: digest of the record that made it."""

    station: Code
    comment: Digest
    clause: ClauseNumber
    stance: Stance
    accepted: bool


@shape("antin/comments-resolved/1", limit=PUBLIC_LIMIT)
@dataclass(frozen=True, slots=True)
class CommentsResolved:
    """Comments accepted or explained; with ``last`` every one of the version has its answer."""

    head: PaperHead
    draft: Name
    version: Version
    last: bool
    answers: Annotated[tuple[Answer, ...], Within(0, MOST_ANSWERS)]


@shape("antin/draft-closed/1", limit=PUBLIC_LIMIT)
@dataclass(frozen=True, slots=True)
class DraftClosed:
    """The draft became a document, or was dropped."""

    head: PaperHead
    draft: Name
    outcome: Annotated[str, Pattern("issued|dropped")]
