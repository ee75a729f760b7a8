"""What each statement of the register of reviews gives."""

from __future__ import annotations

from pathlib import Path

from antin.frozen import dataclass
from antin.storage.query import Statements

SQL = Statements(Path(__file__).with_name("queries.sql"))


@dataclass(frozen=True, slots=True)
class Review:
    """A review of a period (``sk-3``)."""

    n: int
    id: bytes
    station: str
    directive: bytes
    period: str
    outline: str
    figures: bytes
    size: int
    consolidates: int
    level: int
    time: int
    idx: int

    @property
    def name(self) -> str:
        """``sk-3``."""
        return f"sk-{self.n}"


@dataclass(frozen=True, slots=True)
class Consolidated:
    """A review that another one consolidates."""

    n: int
    station: str
    period: str
    idx: int

    @property
    def name(self) -> str:
        """``sk-3``."""
        return f"sk-{self.n}"


@dataclass(frozen=True, slots=True)
class Contribution:
    """A contribution (``tl-3``)."""

    n: int
    id: bytes
    station: str
    directive: bytes
    time: int
    idx: int

    @property
    def name(self) -> str:
        """``tl-3``."""
        return f"tl-{self.n}"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposal (``kn-3``): its owner owes the answer."""

    n: int
    id: bytes
    station: str
    owner: str
    directive: bytes
    carries: bytes
    level: int
    precedence: int
    state: str
    officer: str
    forwarded: str
    time: int
    answered: int | None
    idx: int
    answer_idx: int | None

    @property
    def name(self) -> str:
        """``kn-3``."""
        return f"kn-{self.n}"


@dataclass(frozen=True, slots=True)
class Commendation:
    """One unit of a commendation (``kg-3``)."""

    idx: int
    n: int
    station: str
    directive: bytes
    unit: str
    time: int

    @property
    def name(self) -> str:
        """``kg-3``."""
        return f"kg-{self.n}"


next_review = SQL.query("next_review", int)
has_review = SQL.query("has_review", int)
find_review = SQL.query("find_review", int)
find_record = SQL.query("find_record", int)
list_records = SQL.query("list_records", bytes)
read_review = SQL.query("read_review", Review)
list_reviews = SQL.query("list_reviews", Review)
list_of_period = SQL.query("list_of_period", Review)
list_consolidated = SQL.query("list_consolidated", Consolidated)
next_contribution = SQL.query("next_contribution", int)
list_contributions = SQL.query("list_contributions", Contribution)
next_proposal = SQL.query("next_proposal", int)
read_proposal = SQL.query("read_proposal", Proposal)
find_proposal = SQL.query("find_proposal", Proposal)
list_proposals = SQL.query("list_proposals", Proposal)
next_commendation = SQL.query("next_commendation", int)
list_commendations = SQL.query("list_commendations", Commendation)
