"""What each statement of the register of emulation gives."""

from __future__ import annotations

from pathlib import Path

from antin.frozen import dataclass
from antin.kernel.formats.ballot import Round
from antin.kernel.formats.shape import parse
from antin.storage.query import Statements

SQL = Statements(Path(__file__).with_name("queries.sql"))


@dataclass(frozen=True, slots=True)
class CampaignRow:
    """A campaign (``pt-3``); ``station``: the block head."""

    n: int
    id: bytes
    station: str
    deputy: str
    opens: int
    closes: int
    scale: int
    formula: int
    pledge: bytes
    level: int
    precedence: int
    state: str
    time: int
    idx: int

    @property
    def name(self) -> str:
        """``pt-3``."""
        return f"pt-{self.n}"


@dataclass(frozen=True, slots=True)
class Member:
    """A member, and its pledge: by whom, when, the digest of its record."""

    code: str
    state: str
    officer: str
    time: int | None
    record: bytes | None
    idx: int | None


@dataclass(frozen=True, slots=True)
class CriterionRow:
    """A line of the scale."""

    key: str
    maximum: int
    method: str
    source: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A member's scores, by the digest of their record."""

    station: str
    record: bytes
    officer: str
    time: int
    idx: int


@dataclass(frozen=True, slots=True)
class Mark:
    """What a member gives a unit under a criterion."""

    station: str
    unit: str
    key: str
    score: int


@dataclass(frozen=True, slots=True)
class Contested:
    """A sheet that was contested, and the record that shows it."""

    name: bytes
    campaign: bytes
    station: str
    kind: str


@dataclass(frozen=True, slots=True)
class Closing:
    """The closing as it was signed."""

    public: bytes
    time: int
    idx: int


@dataclass(frozen=True, slots=True)
class Place:
    """A frozen place."""

    unit: str
    rank: int
    tied: int
    total: int


@dataclass(frozen=True, slots=True)
class Award:
    """A line of a list of awards."""

    idx: int
    position: int
    unit: str
    rank: int
    time: int


@dataclass(frozen=True, slots=True)
class Activity:
    """A game, an exchange."""

    idx: int
    station: str
    held: int


@dataclass(frozen=True, slots=True)
class Key:
    """A member's opening key for a round."""

    station: str
    opening: bytes


@dataclass(frozen=True, slots=True)
class RoundRow:
    """A round of a secret ballot."""

    digest: bytes
    campaign: bytes
    number: int
    key: str
    round: bytes
    time: int
    idx: int

    @property
    def value(self) -> Round:
        """What was signed."""
        return parse(Round, self.round)


@dataclass(frozen=True, slots=True)
class Cast:
    """A member's onion."""

    station: str
    onion: bytes
    idx: int


@dataclass(frozen=True, slots=True)
class Mix:
    """A list by digest, and the one that it was made from."""

    position: int
    station: str
    taken: bytes
    given: bytes
    idx: int


@dataclass(frozen=True, slots=True)
class Confirmation:
    """Whether a member says that its ballot stands in the last list."""

    station: str
    list: bytes
    holds: int
    idx: int


@dataclass(frozen=True, slots=True)
class Opening:
    """A member's seed."""

    station: str
    list: bytes
    seed: bytes
    idx: int


@dataclass(frozen=True, slots=True)
class Cited:
    """A member's record, as a count names it."""

    station: str
    record: bytes


@dataclass(frozen=True, slots=True)
class TallyRow:
    """The count."""

    tally: bytes
    idx: int


next_number = SQL.query("next_number", int)
read_campaign = SQL.query("read_campaign", CampaignRow)
find_campaign = SQL.query("find_campaign", CampaignRow)
list_campaigns = SQL.query("list_campaigns", CampaignRow)
list_members = SQL.query("list_members", Member)
list_criteria = SQL.query("list_criteria", CriterionRow)
list_sheets = SQL.query("list_sheets", Sheet)
list_marks = SQL.query("list_marks", Mark)
find_contested = SQL.query("find_contested", Contested)
list_contested = SQL.query("list_contested", Contested)
read_closing = SQL.query("read_closing", Closing)
list_places = SQL.query("list_places", Place)
list_awards = SQL.query("list_awards", Award)
list_activities = SQL.query("list_activities", Activity)
list_attendance = SQL.query("list_attendance", str)
find_key = SQL.query("find_key", bytes)
find_opening = SQL.query("find_opening", int)
list_keys = SQL.query("list_keys", Key)
find_kept = SQL.query("find_kept", int)
find_round = SQL.query("find_round", RoundRow)
read_round = SQL.query("read_round", RoundRow)
list_rounds = SQL.query("list_rounds", RoundRow)
list_casts = SQL.query("list_casts", Cast)
list_mixes = SQL.query("list_mixes", Mix)
list_confirmations = SQL.query("list_confirmations", Confirmation)
list_openings = SQL.query("list_openings", Opening)
list_confirmed = SQL.query("list_confirmed", Cited)
list_opened = SQL.query("list_opened", Cited)
read_tally = SQL.query("read_tally", TallyRow)
