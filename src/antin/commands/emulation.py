"""Emulation: open a campaign, sign the pledge, score, contest a sheet, award, enter an activity; what there is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from antin.acts import emulation as acts
from antin.commands.command import Command, Facts, Listing
from antin.commands.fields import graded
from antin.frozen import dataclass
from antin.kernel.formats.paper import File
from antin.looks import Agency, Given, Look, Moment, Reference, Text, Word
from antin.registers.emulation.rules import CROSS, OWN
from antin.station.days import day_of
from antin.station.desk import Desk
from antin.station.station import Station
from antin.storage import durable
from antin.views import emulation as views

_PLEDGE = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Open:
    """The block head's leader opens a campaign. ``document``: the one pledge that all sign."""

    filled: Annotated[acts.CampaignForm, Look("form")]
    document: Annotated[File, Look("file"), Given("--pledge", "opt-emulation-pledge", named=True)]

    def do(self, desk: Desk) -> Facts:
        """The number of the campaign here."""
        plan = self.filled
        level, urgency = graded(desk, plan.level, plan.precedence)
        return {"id": acts.open_campaign(desk.station, desk.officer, plan, self.document, level, urgency)}


@dataclass(frozen=True, slots=True)
class Pledge:
    """A leader signs the one document. ``document``: what he read, compared with it."""

    id_: Reference
    document: Annotated[Path | None, Look("path"), Given(help="opt-emulation-read")] = None

    def do(self, desk: Desk) -> Facts:
        """The number of the campaign."""
        data = durable.read(self.document, limit=_PLEDGE) if self.document else None
        acts.sign_pledge(desk.station, desk.officer, self.id_, data)
        return {"id": self.id_}


@dataclass(frozen=True, slots=True)
class Score:
    """A unit gives its own scores, and those of the others."""

    id_: Reference
    filled: Annotated[acts.Scores, Look("form")]

    def do(self, desk: Desk) -> Facts:
        """The campaign, and which sheets were recorded."""
        kinds = acts.score(desk.station, desk.officer, self.id_, self.filled)
        return {"id": self.id_, "kinds": [Word("kind", kind) for kind in kinds]}


@dataclass(frozen=True, slots=True)
class Contest:
    """A member shows all others the two sheets of a unit."""

    id_: Reference
    unit: Agency
    kind: Annotated[str, Look("choice", "sheet", (OWN, CROSS)),
                    Given("--sheet", "opt-emulation-sheet", named=True)]  # fmt: skip

    def do(self, desk: Desk) -> Facts:
        """The campaign and the unit."""
        acts.contest(desk.station, desk.officer, self.id_, self.unit, self.kind)
        return {"id": self.id_, "unit": self.unit}


@dataclass(frozen=True, slots=True)
class Award:
    """The block head's leader signs the list of awards."""

    id_: Reference
    awards: Annotated[tuple[tuple[str, str], ...], Look("award"), Given("--to", "opt-award-to", named=True)]
    number: Annotated[Text, Given(help="opt-award-number")] = ""
    title: Annotated[Text, Given(help="opt-award-title")] = ""

    def do(self, desk: Desk) -> Facts:
        """The campaign, and who is awarded."""
        acts.award(desk.station, desk.officer, self.id_, self.awards, self.number, self.title)
        return {"id": self.id_, "units": [unit for unit, _ in self.awards]}


@dataclass(frozen=True, slots=True)
class Activity:
    """A games day or an exchange is entered; without members all take part."""

    id_: Reference
    held: Annotated[Moment, Given(help="opt-activity-held", named=True)]
    title: Annotated[Text, Given(help="opt-activity-title", named=True)]
    place: Annotated[Text, Given(help="opt-activity-place")] = ""
    members: Annotated[tuple[Agency, ...], Given("--member", "opt-activity-member")] = ()

    def do(self, desk: Desk) -> Facts:
        """The number of the campaign."""
        day = day_of(self.held)
        acts.hold_activity(desk.station, desk.officer, self.id_, day, self.members, self.title, self.place)
        return {"id": self.id_}


@dataclass(frozen=True, slots=True)
class All:
    """All campaigns here."""

    def rows(self, station: Station, officer: str) -> Sequence[views.Campaign]:
        """In the order of their numbers."""
        return views.campaigns(station, officer)


COMMANDS = (
    Command("emulation open", Open, "emulation-open-done"),
    Command("emulation pledge", Pledge, "emulation-pledge-done"),
    Command("emulation score", Score, "emulation-score-done"),
    Command("emulation contest", Contest, "emulation-contest-done"),
    Command("emulation award", Award, "emulation-award-done"),
    Command("emulation activity", Activity, "emulation-activity-done"),
    Listing("emulation list", All, views.Campaign),
)
