"""Reviews signed and sent up; contributions; proposals made, assigned, answered, passed on; commendations."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256

from antin.acts import directive as directives
from antin.acts.papers import own_id, record_act
from antin.errors import Malformed, Missing
from antin.kernel.formats import paper
from antin.kernel.formats.paper import File, head
from antin.registers.directives.rows import Directive
from antin.registers.reviews import records as r
from antin.registers.reviews import rows as register
from antin.station.drafts import number_of
from antin.station.station import Station

_NOBODY = b""


def figures_file(figures: object) -> File:
    """The annex's data in one spelling: what the digest in the review is of."""
    text = json.dumps(figures, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return File(r.FIGURES, "application/json", text.encode())


def sign(station: Station, officer: str, name: str, period: str, to: Sequence[str], texts: Mapping[str, str],
         files: Sequence[File], figures: object) -> str:  # fmt: skip
    """Sign a review of a period under ``cd-1`` and leave it to be published; returns ``sk-1``.

    ``to``: the superior; the directive's issuer, where nobody else is named and it is not us. The reviews of the period
    that we have taken are what it consolidates. Refuses a second one, and one after the period was closed.
    """
    row = directives.find(station, name)
    station.pack.period_named(period)
    calendar = row.calendar
    if not calendar:
        raise Malformed("period-needed", id=name)
    outline = station.pack.calendar(calendar).outline
    parts = register.list_records.all(station.db, row.id, period)
    up = tuple(to) or ((row.station,) if row.station != station.code else ())
    for code in up:
        station.directory.find(code)
    data = figures_file(figures)
    public = r.ReviewMade(
        head(up, row.level, row.precedence), row.id, period, outline,
        sha256(data.data).digest(), station.journal.head()[0], tuple(sorted(parts)),
    )  # fmt: skip
    words = paper.words(dict(texts), (*files, data))
    id_ = record_act(station, officer, "review-made", public, row.level, words)
    return f"sk-{register.find_review.sure(station.db, id_)}"


def contribute(station: Station, officer: str, name: str, title: str, files: Sequence[File]) -> None:
    """Hand in a contribution (tham luận) to the issuer of ``cd-1``. Refuses one without a file."""
    row = directives.find(station, name)
    if not files:
        raise Malformed("contribution-empty")
    public = r.ContributionGiven(_to(row, row.station), row.id)
    words = paper.words({"title": title}, tuple(files))
    record_act(station, officer, "contribution-given", public, row.level, words)


def propose(station: Station, officer: str, name: str, to: str, text: str, carries: str = "") -> str:
    """Make a proposal to one superior, under ``cd-1``; returns ``kn-1``. ``carries``: one that we pass on."""
    row = directives.find(station, name)
    station.directory.find(to)
    carried = proposal(station, carries).id if carries else _NOBODY
    public = r.ProposalMade(_to(row, to), row.id, carried)
    words = paper.words({"title": text})
    id_ = record_act(station, officer, "proposal-made", public, row.level, words)
    return register.find_proposal.sure(station.db, id_).name


def proposal(station: Station, name: str) -> register.Proposal:
    """The register's row of ``kn-1``. Raises ``Missing``."""
    row = register.read_proposal.one(station.db, number_of(name, "kn"))
    if row is None:
        raise Missing("proposal-unknown", id=name)
    return row


def assign(station: Station, officer: str, name: str, to: str) -> None:
    """An officer of ours answers for a proposal made to us."""
    row = proposal(station, name)
    station.officer(to)
    record_act(station, officer, "proposal-assigned", r.ProposalAssigned(row.id, to), row.level)


def answer(station: Station, officer: str, name: str, outcome: str, text: str, forwarded: str = "") -> None:
    """Answer a proposal made to us: accepted, declined, or forwarded to whom; the last still owes an answer."""
    row = proposal(station, name)
    if forwarded:
        station.directory.find(forwarded)
    public = r.ProposalAnswered(head((row.station,), row.level, row.precedence), row.id, outcome, forwarded)
    record_act(station, officer, "proposal-answered", public, row.level, paper.words({"title": text}))


def commend(station: Station, officer: str, name: str, units: Sequence[str], text: str) -> None:
    """Commend units under ``cd-1``; they are told."""
    row = directives.find(station, name)
    for code in units:
        station.directory.find(code)
    to = head(tuple(units), row.level, 0)
    public = r.Commended(to, row.id, own_id(station, row.id), tuple(sorted(set(units))))
    record_act(station, officer, "commended", public, row.level, paper.words({"title": text}))


def _to(row: Directive, code: str) -> paper.PaperHead:
    return head((code,), row.level, row.precedence)
