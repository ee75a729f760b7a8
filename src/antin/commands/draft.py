"""Drafts of legal documents: circulate a version, comment, answer every comment, close; what there is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from antin.acts import draft as acts
from antin.commands.command import Command, Facts, Listing
from antin.commands.fields import graded
from antin.frozen import dataclass
from antin.kernel.formats.paper import File
from antin.looks import Given, Look, Reference
from antin.station.desk import Desk
from antin.station.station import Station
from antin.views import drafts as views


@dataclass(frozen=True, kw_only=True)
class Comments:
    """The form ``comments``."""

    comment: tuple[acts.Comment, ...]


@dataclass(frozen=True, kw_only=True)
class Answers:
    """The form ``answers``."""

    answer: tuple[acts.Answer, ...] = ()


@dataclass(frozen=True, slots=True)
class Circulate:
    """A leader sends a version round."""

    filled: Annotated[acts.DraftForm, Look("form")]
    text: Annotated[File, Look("file"), Given(help="opt-draft-text", named=True)]

    def do(self, desk: Desk) -> Facts:
        """The number of the draft here."""
        plan = self.filled
        level, precedence = graded(desk, plan.level, plan.precedence)
        return {"id": acts.circulate(desk.station, desk.officer, plan, self.text, level, precedence)}


@dataclass(frozen=True, slots=True)
class Comment:
    """A unit comments clause by clause."""

    id_: Reference
    filled: Annotated[Comments, Look("form")]

    def do(self, desk: Desk) -> Facts:
        """The number of the draft, and of the version that was commented."""
        version = acts.comment(desk.station, desk.officer, self.id_, self.filled.comment)
        return {"id": self.id_, "version": version}


@dataclass(frozen=True, slots=True)
class Resolve:
    """Every comment gets its answer."""

    id_: Reference
    filled: Annotated[Answers, Look("form")]

    def do(self, desk: Desk) -> Facts:
        """The number of the draft, how many comments were accepted and how many explained."""
        found = acts.resolve(desk.station, desk.officer, self.id_, self.filled.answer)
        return {"id": self.id_, "accepted": found["accepted"], "explained": found["explained"]}


@dataclass(frozen=True, slots=True)
class Close:
    """Nothing more is taken: it was issued, or dropped."""

    id_: Reference
    outcome: Annotated[str, Look("choice", "draft-outcome", ("issued", "dropped")),
                       Given(help="opt-draft-outcome", named=True)]  # fmt: skip

    def do(self, desk: Desk) -> Facts:
        """The number of the draft."""
        acts.close(desk.station, desk.officer, self.id_, self.outcome)
        return {"id": self.id_}


@dataclass(frozen=True, slots=True)
class All:
    """All drafts here."""

    def rows(self, station: Station, officer: str) -> Sequence[views.Draft]:
        """In the order of their numbers."""
        return views.drafts(station, officer)


COMMANDS = (
    Command("draft circulate", Circulate, "draft-circulate-done"),
    Command("draft comment", Comment, "draft-comment-done"),
    Command("draft resolve", Resolve, "draft-resolve-done"),
    Command("draft close", Close, "draft-close-done"),
    Listing("draft list", All, views.Draft, heads="draft-head"),
)
