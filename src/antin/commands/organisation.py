"""Organisation: offices, posts, who holds them, where units stand."""

from __future__ import annotations

from typing import Annotated

from antin.acts import organisation as acts
from antin.commands.command import Command, Facts
from antin.errors import Malformed
from antin.frozen import dataclass
from antin.looks import Agency, Given, Moment, Officer, Text
from antin.packs import names
from antin.station.desk import Desk

Since = Annotated[Moment, Given(help="opt-organisation-since")]  # 0: today
Grade = Annotated[Text, Given(help="opt-organisation-level")]


@dataclass(frozen=True, slots=True)
class PlaceOffice:
    """An office comes to be, or moves to its new place."""

    key: Text
    name: Annotated[Text, Given(help="opt-office-name", named=True)]
    parent: Annotated[Text, Given(help="opt-office-parent")] = ""
    since: Since = 0
    level: Grade = "0"

    def do(self, desk: Desk) -> Facts:
        """Its key."""
        level = names.level(desk.station.pack, self.level)
        acts.place_office(desk.station, desk.officer, self.key, self.name, self.parent, self.since, level)
        return {"key": self.key}


@dataclass(frozen=True, slots=True)
class MakePost:
    """An office gets a post."""

    key: Text
    office_key: Text
    title: Annotated[Text, Given(help="opt-post-title", named=True)]
    level: Grade = "0"

    def do(self, desk: Desk) -> Facts:
        """Its key."""
        level = names.level(desk.station.pack, self.level)
        acts.make_post(desk.station, desk.officer, self.key, self.office_key, self.title, level)
        return {"key": self.key}


@dataclass(frozen=True, slots=True)
class FillPost:
    """Somebody holds a post from now on, or nobody does."""

    post_key: Text
    holder: Annotated[Officer, Given(argument=True)] = ""
    vacate: Annotated[bool, Given(help="opt-post-vacate")] = False
    since: Since = 0

    def do(self, desk: Desk) -> Facts:
        """The key of the post, and who holds it."""
        if bool(self.holder) == self.vacate:
            raise Malformed("fill-whom")
        if self.holder:
            acts.fill_post(desk.station, desk.officer, self.post_key, self.holder, self.since)
        else:
            acts.vacate_post(desk.station, desk.officer, self.post_key, self.since)
        return {"key": self.post_key, "officer": self.holder or "–"}


@dataclass(frozen=True, slots=True)
class PlaceUnit:
    """A unit stands under its administrative superior and its professional one."""

    code: Agency
    parent: Annotated[Agency, Given(help="opt-unit-parent")] = ""
    professional: Annotated[Agency, Given(help="opt-unit-professional")] = ""
    name: Annotated[Text, Given(help="opt-unit-name")] = ""
    since: Since = 0

    def do(self, desk: Desk) -> Facts:
        """Its code."""
        acts.place_unit(desk.station, desk.officer, self.code, self.parent, self.professional, self.since, self.name)
        return {"unit": self.code}


COMMANDS = (
    Command("organisation office", PlaceOffice, "organisation-office-done"),
    Command("organisation post", MakePost, "organisation-post-done"),
    Command("organisation fill", FillPost, "organisation-fill-done"),
    Command("organisation place", PlaceUnit, "organisation-place-done"),
)
