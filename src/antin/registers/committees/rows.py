"""What each statement of the register of committees gives."""

from __future__ import annotations

from pathlib import Path

from antin.frozen import dataclass
from antin.registers.committees import rules
from antin.storage.database import Reader
from antin.storage.query import Statements

SQL = Statements(Path(__file__).with_name("queries.sql"))


@dataclass(frozen=True, slots=True)
class Committee:
    """A committee (``bd-3``)."""

    n: int
    id: bytes
    station: str
    kind: str
    directive: bytes
    decided: int
    level: int
    precedence: int
    time: int
    idx: int

    @property
    def name(self) -> str:
        """``bd-3``."""
        return f"bd-{self.n}"


@dataclass(frozen=True, slots=True)
class Member:
    """A seat: who sits, or sat. ``n``: the place of his name in the words of the record ``idx``."""

    agency: str
    officer: str
    role: str
    state: str
    since: int
    until: int
    n: int
    idx: int

    @property
    def seat(self) -> tuple[str, str]:
        """Agency and officer."""
        return self.agency, self.officer


@dataclass(frozen=True, slots=True)
class Assignment:
    """What a member answers for. ``done``: when, or None."""

    key: str
    station: str
    agency: str
    officer: str
    due: int
    state: str
    done: int | None
    time: int
    idx: int

    @property
    def seat(self) -> tuple[str, str]:
        """Agency and officer."""
        return self.agency, self.officer


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting (``hp-3``); ``members``: how many sat then."""

    n: int
    id: bytes
    committee: bytes
    station: str
    held: int
    form: str
    members: int
    idx: int

    @property
    def name(self) -> str:
        """``hp-3``."""
        return f"hp-{self.n}"


@dataclass(frozen=True, slots=True)
class Present:
    """Who was there."""

    agency: str
    officer: str

    @property
    def seat(self) -> tuple[str, str]:
        """Agency and officer."""
        return self.agency, self.officer


@dataclass(frozen=True, slots=True)
class MeetingPaper:
    """Copies of a document handed out at a meeting (``tl-3``)."""

    n: int
    id: bytes
    meeting: bytes
    document: bytes
    level: int
    time: int
    idx: int

    @property
    def name(self) -> str:
        """``tl-3``."""
        return f"tl-{self.n}"


@dataclass(frozen=True, slots=True)
class Copy:
    """A numbered copy, with whom, and when it came back."""

    number: int
    agency: str
    officer: str
    state: str
    returned: int | None


@dataclass(frozen=True, slots=True)
class CopyOut:
    """The same, with paper, meeting and committee by their numbers."""

    n: int
    meeting: int
    committee: int
    document: bytes
    level: int
    time: int
    idx: int
    number: int
    agency: str
    officer: str
    state: str
    returned: int | None

    @property
    def name(self) -> str:
        """``tl-3``."""
        return f"tl-{self.n}"


next_number = SQL.query("next_number", int)
read_committee = SQL.query("read_committee", Committee)
find_committee = SQL.query("find_committee", Committee)
list_committees = SQL.query("list_committees", Committee)
list_members = SQL.query("list_members", Member)
find_assignment = SQL.query("find_assignment", Assignment)
list_assignments = SQL.query("list_assignments", Assignment)
next_meeting = SQL.query("next_meeting", int)
read_meeting = SQL.query("read_meeting", Meeting)
find_meeting = SQL.query("find_meeting", Meeting)
list_meetings = SQL.query("list_meetings", Meeting)
list_present = SQL.query("list_present", Present)
next_paper = SQL.query("next_paper", int)
read_paper = SQL.query("read_paper", MeetingPaper)
find_paper = SQL.query("find_paper", MeetingPaper)
list_numbers = SQL.query("list_numbers", int)
list_of_paper = SQL.query("list_of_paper", Copy)
find_copy = SQL.query("find_copy", str)
list_copies = SQL.query("list_copies", CopyOut)


def sitting(view: Reader, id_: bytes) -> list[Member]:
    """Who sits in a committee now."""
    return [each for each in list_members.all(view, id_) if each.state == "sitting"]


def keepers(view: Reader, id_: bytes) -> set[str]:
    """The founder, and the agencies that keep the committee's business. Empty for one that is not here."""
    row = find_committee.one(view, id_)
    return {row.station, *(each.agency for each in sitting(view, id_) if each.role in rules.OFFICE)} if row else set()
