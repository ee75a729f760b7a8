"""Reviews: sign, contribute, commend; proposals: make, assign, answer; what there is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated, Any

from antin.acts import review as acts
from antin.commands.command import Command, Facts, Listing
from antin.commands.fields import Period
from antin.frozen import dataclass
from antin.interop import printing
from antin.kernel.formats.paper import File
from antin.looks import Agency, Given, Look, Officer, Reference, Text, Word
from antin.registers.reviews.records import OUTCOMES
from antin.station.desk import Desk
from antin.station.station import Station
from antin.views import review as views


@dataclass(frozen=True, kw_only=True)
class Part:
    """What a person adds to one part of the outline: a paragraph each; "- " begins a list line."""

    key: str
    text: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Narrative:
    """Who signs, and the words that no register can know."""

    number: str = ""
    place: str
    signer_title: str
    signer_name: str
    parent: str = ""
    part: tuple[Part, ...] = ()


def compose(desk: Desk, directive: str, period: str, told: Narrative) -> tuple[views.Figures, dict[str, Any]]:
    """Figures, and the paper's data."""
    found = views.facts(desk.station, directive, desk.officer, period)
    signer = {"number": told.number, "place": told.place, "title": told.signer_title, "name": told.signer_name}
    narrative = {part.key: part.text for part in told.part}
    return found, views.paper(desk.station, desk.say, found, narrative, signer, told.parent)


@dataclass(frozen=True, slots=True)
class Sign:
    """A leader signs a review; the paper waits to be published. ``document``: instead of what we would print."""

    directive: Reference
    filled: Annotated[Narrative, Look("form")]
    period: Period = ""
    to: Annotated[tuple[Agency, ...], Given(help="opt-report-to")] = ()
    document: Annotated[File | None, Look("file"), Given(help="opt-report-document")] = None

    def do(self, desk: Desk) -> Facts:
        """The number of the review here, and its period."""
        found, data = compose(desk, self.directive, self.period, self.filled)
        pdf = self.document or File("bao-cao.pdf", "application/pdf", printing.report(data))
        texts = {"number": self.filled.number, "title": f"{data['kind']} {data['subject']}"[:500]}
        id_ = acts.sign(desk.station, desk.officer, self.directive, found.period, self.to, texts, (pdf,),
                        asdict(found))  # fmt: skip
        return {"id": id_, "period": found.period}


@dataclass(frozen=True, slots=True)
class Contribute:
    """A unit hands in a contribution (tham luận)."""

    directive: Reference
    title: Annotated[Text, Given(help="opt-contribution-title", named=True)]
    documents: Annotated[tuple[File, ...], Look("file"), Given(argument=True)] = ()

    def do(self, desk: Desk) -> Facts:
        """The number of the directive."""
        acts.contribute(desk.station, desk.officer, self.directive, self.title, self.documents)
        return {"id": self.directive}


@dataclass(frozen=True, slots=True)
class Commend:
    """A leader commends units (biểu dương)."""

    directive: Reference
    units: tuple[Agency, ...]
    reason: Annotated[Text, Given("--for", "opt-commend-for", named=True)]

    def do(self, desk: Desk) -> Facts:
        """The number of the directive, and who was commended."""
        acts.commend(desk.station, desk.officer, self.directive, self.units, self.reason)
        return {"id": self.directive, "units": self.units}


@dataclass(frozen=True, slots=True)
class Propose:
    """A unit makes a proposal (kiến nghị) to a superior."""

    directive: Reference
    to: Agency
    text: Text
    carries: Annotated[Reference, Given(help="opt-proposal-carries")] = ""

    def do(self, desk: Desk) -> Facts:
        """The number of the proposal here, and whose it is."""
        id_ = acts.propose(desk.station, desk.officer, self.directive, self.to, self.text, self.carries)
        return {"id": id_, "to": self.to}


@dataclass(frozen=True, slots=True)
class Assign:
    """An officer answers for a proposal."""

    id_: Reference
    to: Officer

    def do(self, desk: Desk) -> Facts:
        """The number of the proposal, and who answers."""
        acts.assign(desk.station, desk.officer, self.id_, self.to)
        return {"id": self.id_, "officer": self.to}


@dataclass(frozen=True, slots=True)
class Answer:
    """The owner says what becomes of a proposal."""

    id_: Reference
    outcome: Annotated[str, Look("choice", "proposal", OUTCOMES)]
    text: Text
    forwarded: Annotated[Agency, Given("--to", "opt-proposal-forwarded")] = ""

    def do(self, desk: Desk) -> Facts:
        """The number of the proposal, and the outcome."""
        acts.answer(desk.station, desk.officer, self.id_, self.outcome, self.text, self.forwarded)
        return {"id": self.id_, "outcome": Word("proposal", self.outcome)}


@dataclass(frozen=True, slots=True)
class Reviews:
    """All reviews, made here or taken."""

    def rows(self, station: Station, officer: str) -> Sequence[views.Review]:
        """In the order of their numbers."""
        return views.reviews(station, officer)


@dataclass(frozen=True, slots=True)
class Proposals:
    """Proposals made by us and to us: none is lost."""

    unanswered: Annotated[bool, Given("--open", "opt-proposal-open")] = False

    def rows(self, station: Station, officer: str) -> Sequence[views.Proposal]:
        """In the order of their numbers."""
        return [row for row in views.proposals(station, officer) if not self.unanswered or row.answered is None]


COMMANDS = (
    Command("report sign", Sign, "report-sign-done"),
    Command("report contribute", Contribute, "report-contribute-done"),
    Command("report commend", Commend, "report-commend-done"),
    Listing("report list", Reviews, views.Review),
    Command("proposal make", Propose, "proposal-make-done"),
    Command("proposal assign", Assign, "proposal-assign-done"),
    Command("proposal answer", Answer, "proposal-answer-done"),
    Listing("proposal list", Proposals, views.Proposal),
)
