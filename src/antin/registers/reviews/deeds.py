"""The deeds of the register of reviews, and what each refuses."""

from __future__ import annotations

from pathlib import Path

from antin.errors import Conflict, Malformed, Missing, Refused
from antin.journal.deed import Book, Deed, Source, named
from antin.journal.states import step
from antin.registers.reviews import REVISION, fill, rules
from antin.registers.reviews import records as r
from antin.registers.reviews.rows import Proposal, find_proposal, find_record, has_review
from antin.storage.database import Reader


def make_review(view: Reader, source: Source, p: r.ReviewMade) -> None:
    """Refuses a second review of one period by one station. At its maker, all that it consolidates must be there."""
    if has_review.one(view, p.directive, p.period, source.station) is not None:
        raise Conflict("review-made-already", station=source.station, period=p.period)
    if source.own and any(find_record.one(view, part) is None for part in p.consolidates):
        raise Missing("review-unknown", id="–")


def propose(view: Reader, source: Source, p: r.ProposalMade) -> None:
    """It goes to one owner, who owes the answer. Refuses to pass on one that is not ours, or is answered."""
    if len(p.head.to) != 1 or p.head.to[0] == source.station:
        raise Malformed("proposal-owner")
    if p.carries and source.own:
        carried = proposal(view, p.carries)
        if carried.owner != source.station or carried.state in rules.ANSWERED:
            raise Conflict("state-forbids", state=carried.state, event="forwarded")


def assign(view: Reader, source: Source, p: r.ProposalAssigned) -> None:
    """Only a proposal made to us."""
    step(rules.PROPOSAL, _owned(view, source, p.proposal).state, "assigned")


def answer(view: Reader, source: Source, p: r.ProposalAnswered) -> None:
    """Only by its owner; whoever forwards says to whom, and still owes the answer."""
    row = _owned(view, source, p.proposal)
    if (p.outcome == r.FORWARDED) != bool(p.forwarded):
        raise Malformed("forward-unclear")
    step(rules.PROPOSAL, row.state, p.outcome)


def commend(view: Reader, source: Source, p: r.Commended) -> None:
    """A station does not commend itself."""
    if source.station in p.units:
        raise Refused("commends-itself", station=source.station)


def proposal(view: Reader, id_: bytes) -> Proposal:
    """Raises ``Missing`` for one that is not here."""
    row = find_proposal.one(view, id_)
    if row is None:
        raise Missing("proposal-unknown", id=id_.hex()[:16], needs=id_.hex())
    return row


def _owned(view: Reader, source: Source, id_: bytes) -> Proposal:
    row = proposal(view, id_)
    if row.owner != source.station:
        raise Refused("proposal-of-other", id=row.name, owner=row.owner)
    return row


_ABOUT = named("directive")
BOOK = Book(
    "reviews", REVISION, Path(__file__).with_name("tables.sql"),
    (
        Deed("review-made", r.ReviewMade, fill.review_made, make_review, _ABOUT),
        Deed("contribution-given", r.ContributionGiven, fill.contribution_given, about=_ABOUT),
        Deed("proposal-made", r.ProposalMade, fill.proposal_made, propose, _ABOUT),
        Deed("proposal-answered", r.ProposalAnswered, fill.proposal_answered, answer, named("proposal")),
        Deed("commended", r.Commended, fill.commended, commend, _ABOUT),
        Deed("proposal-assigned", r.ProposalAssigned, fill.proposal_assigned, assign, named("proposal")),
    ),
)  # fmt: skip
