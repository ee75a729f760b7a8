"""What each statement of the register of dispatch gives."""

from __future__ import annotations

from pathlib import Path

from antin.frozen import dataclass
from antin.storage.query import Statements

SQL = Statements(Path(__file__).with_name("queries.sql"))


@dataclass(frozen=True, slots=True)
class Sent:
    """A statement that was sent, whatever the number of its addressees."""

    statement: bytes
    id: bytes
    level: int
    precedence: int
    seal: bytes
    sealed: bytes
    sealed_size: int
    count: int
    author: str
    time: int
    idx: int
    has_subject: int


@dataclass(frozen=True, slots=True)
class Alike:
    """An earlier dispatch of about that size, and the record that sent it."""

    n: int
    idx: int


@dataclass(frozen=True, slots=True)
class LastSequence:
    """The last sequence given to an addressee in an epoch."""

    addressee: str
    precedence: int
    sequence: int


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One addressee of a sending (``di-3``); negative: the slip that the sender keeps to itself."""

    n: int
    statement: bytes
    addressee: str
    officer: str
    precedence: int
    sequence: int
    deadline: int
    slip: bytes
    state: str
    idx: int

    @property
    def name(self) -> str:
        """``di-3``."""
        return f"di-{self.n}"


@dataclass(frozen=True, slots=True)
class To:
    """To whom a statement went, and under which number."""

    n: int
    addressee: str

    @property
    def name(self) -> str:
        """``di-3``."""
        return f"di-{self.n}"


@dataclass(frozen=True, slots=True)
class Receipt:
    """An answer of the addressee, and its place in his journal and in ours."""

    result: str
    receipt: bytes
    time: int
    reason: str
    origin: str
    their_idx: int
    idx: int


@dataclass(frozen=True, slots=True)
class Answer:
    """Where in whose journal an answer stands."""

    origin: str
    their_idx: int


@dataclass(frozen=True, slots=True)
class Incoming:
    """A dispatch that came (``den-3``).

    ``arrived`` … ``refused``, ``answered``, ``filed``: the records, None as long as there is none. ``due``: by when
    ``assignee`` is to answer it, 0 without a day; ``answer``: which sending of ours does.
    """

    n: int
    sender: str
    epoch: int
    precedence: int
    sequence: int
    slip: bytes
    state: str
    number: int
    year: int
    arrived: int
    accepted: int | None
    opened: int | None
    refused: int | None
    assignee: str
    statement: bytes | None
    due: int
    answered: int | None
    filed: int | None
    answer: str

    @property
    def name(self) -> str:
        """``den-3``."""
        return f"den-{self.n}"


@dataclass(frozen=True, slots=True)
class Numbered:
    """Another slip of the same statement."""

    n: int
    slip: bytes


@dataclass(frozen=True, slots=True)
class Range:
    """Sequences received without a gap."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Received:
    """The same, with whose they are."""

    sender: str
    epoch: int
    precedence: int
    first: int
    last: int

    @property
    def stream(self) -> tuple[str, int, int]:
        """Sender, epoch and precedence: what a sequence runs in."""
        return self.sender, self.epoch, self.precedence


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who was to see to a dispatch, and who said so."""

    idx: int
    officer: str
    by_officer: str
    time: int
    due: int


@dataclass(frozen=True, slots=True)
class Refusal:
    """Who tried what and was refused."""

    idx: int
    act: str
    who: str
    code: str
    about: bytes
    time: int


@dataclass(frozen=True, slots=True)
class Conflict:
    """Evidence kept of two things that exclude one another."""

    idx: int
    about: str
    code: str
    evidence: bytes
    time: int


@dataclass(frozen=True, slots=True)
class Delivery:
    """How far a sending came to one addressee."""

    addressee: str
    state: str
    time: int


read_sent = SQL.query("read_sent", Sent)
find_alike = SQL.query("find_alike", Alike)
next_out = SQL.query("next_out", int)
next_own = SQL.query("next_own", int)
last_sequence = SQL.query("last_sequence", int)
list_last_sequences = SQL.query("list_last_sequences", LastSequence)
read_out = SQL.query("read_out", Outgoing)
find_out = SQL.query("find_out", Outgoing)
list_out_page = SQL.query("list_out_page", Outgoing)
count_out = SQL.query("count_out", int)
list_out = SQL.query("list_out", Outgoing)
list_slips_of = SQL.query("list_slips_of", bytes)
list_receipts = SQL.query("list_receipts", Receipt)
has_receipt = SQL.query("has_receipt", bytes)
had_result = SQL.query("had_result", int)
list_receipts_from = SQL.query("list_receipts_from", bytes)
list_lost_slips = SQL.query("list_lost_slips", bytes)
answers = SQL.query("answers", Answer)
next_in = SQL.query("next_in", int)
next_number = SQL.query("next_number", int)
read_in = SQL.query("read_in", Incoming)
find_in = SQL.query("find_in", Incoming)
find_identity = SQL.query("find_identity", bytes)
find_other = SQL.query("find_other", Numbered)
list_box = SQL.query("list_box", Incoming)
count_box = SQL.query("count_box", int)
list_in = SQL.query("list_in", Incoming)
list_ranges = SQL.query("list_ranges", Range)
list_all_ranges = SQL.query("list_all_ranges", Received)
list_unanswered = SQL.query("list_unanswered", Incoming)
list_to = SQL.query("list_to", To)
list_partners = SQL.query("list_partners", str)
list_helping = SQL.query("list_helping", str)
list_assignments = SQL.query("list_assignments", Assignment)
list_refusals = SQL.query("list_refusals", Refusal)
list_conflicts = SQL.query("list_conflicts", Conflict)
list_states = SQL.query("list_states", Delivery)
