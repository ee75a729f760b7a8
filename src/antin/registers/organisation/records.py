"""Kinds of the register of organisation; none travels. Names and titles are the secret part."""

from __future__ import annotations

from antin.frozen import dataclass
from antin.kernel.formats.fields import Code, MaybeOfficer, Time, Word
from antin.kernel.formats.paper import MaybeCode, MaybeWord
from antin.kernel.formats.shape import shape


@shape("antin/office-placed/1", limit=512)
@dataclass(frozen=True, slots=True)
class OfficePlaced:
    """An office (phòng, ban) founded, or put under another one; ``parent`` empty: directly under the head."""

    key: Word
    parent: MaybeWord
    since: Time


@shape("antin/post-made/1", limit=512)
@dataclass(frozen=True, slots=True)
class PostMade:
    """A post (chức danh) in an office."""

    key: Word
    office: Word


@shape("antin/post-filled/1", limit=512)
@dataclass(frozen=True, slots=True)
class PostFilled:
    """Who holds a post from then on; nobody: it is vacant."""

    post: Word
    officer: MaybeOfficer
    since: Time


@shape("antin/unit-placed/1", limit=512)
@dataclass(frozen=True, slots=True)
class UnitPlaced:
    """Where a unit stands: its administrative superior, and that of the trade (Luật Cơ yếu, Điều 22)."""

    code: Code
    parent: MaybeCode
    professional: MaybeCode
    since: Time
