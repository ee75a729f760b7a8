"""Kinds of the register of reviews. Text, PDF and figures travel in the secret part; the public part names them."""

from __future__ import annotations

from typing import Annotated

from antin.frozen import dataclass
from antin.kernel.formats.fields import Code, Digest, OfficerId, Uint, Word
from antin.kernel.formats.paper import PUBLIC_LIMIT, MaybeCode, MaybeId, MaybeName, Name, PaperHead, Period
from antin.kernel.formats.shape import Pattern, Within, shape

ACCEPTED, DECLINED, FORWARDED = "accepted", "declined", "forwarded"
FIGURES = "so-lieu.json"  # the annex's data, among the files of a review
OUTCOMES = (ACCEPTED, DECLINED, FORWARDED)


@shape("antin/review-made/1", limit=PUBLIC_LIMIT)
@dataclass(frozen=True, slots=True)
class ReviewMade:
    """A review of one period, assembled from the maker's own registers at ``size`` records of its journal.

    ``figures`` is the digest of the annex's data, which travels as a file; ``consolidates`` the digests of the records
    of the reviews it rests on.
    """

    head: PaperHead
    directive: Name
    period: Period
    outline: Word
    figures: Digest
    size: Uint
    consolidates: Annotated[tuple[Digest, ...], Within(0, 1_500)]


@shape("antin/contribution-given/1", limit=PUBLIC_LIMIT)
@dataclass(frozen=True, slots=True)
class ContributionGiven:
    """A paper read or handed in at a review (tham luận)."""

    head: PaperHead
    directive: Name


@shape("antin/proposal-made/1", limit=PUBLIC_LIMIT)
@dataclass(frozen=True, slots=True)
class ProposalMade:
    """A proposal to one superior; ``carries`` the proposal of a subordinate that it passes on."""

    head: PaperHead
    directive: MaybeName
    carries: MaybeName


@shape("antin/proposal-assigned/1", limit=256)
@dataclass(frozen=True, slots=True)
class ProposalAssigned:
    """An officer of ours answers for it from now on."""

    proposal: Name
    officer: OfficerId


@shape("antin/proposal-answered/1", limit=PUBLIC_LIMIT)
@dataclass(frozen=True, slots=True)
class ProposalAnswered:
    """What became of it; ``forwarded`` is no end: the answer is still owed."""

    head: PaperHead
    proposal: Name
    outcome: Annotated[str, Pattern("accepted|declined|forwarded")]
    forwarded: MaybeCode


@shape("antin/commended/1", limit=PUBLIC_LIMIT)
@dataclass(frozen=True, slots=True)
class Commended:
    """Units are commended (biểu dương); for what, the words say. ``issued``: the id of a directive of one's own."""

    head: PaperHead
    directive: MaybeName
    issued: MaybeId
    units: Annotated[tuple[Code, ...], Within(1, 200)]
