"""What one exchange over a link is asked to do, what it has in hand between its steps, and what it did."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from antin.acts.receive import Outcome
from antin.errors import AntinError, Unavailable
from antin.retry import LINE

AT_ONCE, BYTES_AT_ONCE = 256, 64 * 1024 * 1024  # what is in hand between two steps
Frames = list[tuple[str, str, bytes]]


def of_the_line(error: AntinError) -> bool:
    """Whether nothing more can be exchanged now."""
    return error.code in LINE


def of_our_disk(error: AntinError, home: Path) -> bool:
    """Whether it is the station's own disk that fails or is full: not the fault of what was to be written there."""
    return isinstance(error, Unavailable) and Path(str(error.fields.get("path", ""))).is_relative_to(home)


@dataclass(frozen=True, slots=True)
class Owed:
    """A blob that moves in pieces: up to the relay, or down from it for the envelope ``name``."""

    up: bool
    digest: bytes
    size: int
    precedence: int
    again: bool = False
    name: str = ""


@dataclass
class Report:
    """What one exchange did. ``aside`` holds (entry, error) of what could not be read or believed.

    ``least``: only this precedence and above was exchanged; ``stuck``: outbox rows that could not go, each with its
    error; ``owed``: what still has to move, most urgent first; ``left``: rows that wait for that, or are stuck;
    ``seen``: names that still wait for us.
    """

    directory: int = 0
    outcomes: list[Outcome] = field(default_factory=list)
    put: int = 0
    waiting: int = 0
    aside: list[tuple[str, AntinError]] = field(default_factory=list)
    least: int = 0
    stuck: dict[int, AntinError] = field(default_factory=dict)
    owed: list[Owed] = field(default_factory=list)
    left: set[int] = field(default_factory=set)
    seen: list[str] = field(default_factory=list)

    def owes(self, owed: Owed) -> None:
        """Once for each blob."""
        if all((each.up, each.digest) != (owed.up, owed.digest) for each in self.owed):
            self.owed.append(owed)

    def is_stuck(self, n: int, error: AntinError) -> None:
        """A row stays in the outbox, for a reason of its own; everything else goes on."""
        self.left.add(n)
        self.stuck[n] = error


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an exchange is to do. ``again``: put everything unanswered once more; ``least``: the lowest precedence;
    ``moved``: blobs that we have just moved to the relay: nobody doubts them, and their envelopes follow;
    ``often``: one of many."""

    again: bool = False
    least: int = 0
    moved: frozenset[bytes] = frozenset()
    often: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """One part of an authority's journal to be published; ``size`` of the whole, as it is mirrored here."""

    name: str
    data: bytes
    size: int


@dataclass(frozen=True, slots=True)
class Envelope:
    """One that is to leave: the lines of the outbox that go with it, to whom, under which name."""

    rows: tuple[int, ...]
    peer: str
    name: str
    data: bytes


@dataclass
class Round:
    """In hand between the steps of one round; what is told of the whole exchange stays in ``report``.

    ``listed``: the directories at the link are known; ``untried``: not all that are new there came with this round.
    ``fetched``: envelopes as they came; ``answers``: what becomes of each at the link, True to set it aside;
    ``lacking``: those whose blob is not here, ``entered`` before or now all the same; ``ready``: our blobs that lie at
    the link; ``unwanted``: rows whose envelope and blob wait there still.
    """

    listed: bool = False
    untried: bool = False
    published: dict[str, bytes] = field(default_factory=dict)
    directories: dict[str, bytes] = field(default_factory=dict)
    fetched: list[tuple[str, Frames]] = field(default_factory=list)
    answers: dict[str, bool] = field(default_factory=dict)
    lacking: list[tuple[str, Frames]] = field(default_factory=list)
    entered: set[str] = field(default_factory=set)
    ready: set[bytes] = field(default_factory=set)
    unwanted: set[int] = field(default_factory=set)
    looked_at: set[int] = field(default_factory=set)
    parts: list[Part] = field(default_factory=list)
    envelopes: list[Envelope] = field(default_factory=list)
    letters: list[tuple[str, str, bytes]] = field(default_factory=list)
    answered: list[tuple[bytes, list[tuple[str, str]]]] = field(default_factory=list)
    went: list[Envelope] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    published_parts: list[Part] = field(default_factory=list)
    removed: list[bytes] = field(default_factory=list)
    more: bool = False
