"""Kinds ``paper-published``, ``paper-taken`` (secret part: the paper's words) and ``paper-refused``."""

from __future__ import annotations

from typing import Annotated

from antin.frozen import dataclass
from antin.kernel.formats.fields import Code, Digest, Id, Level, MaybeOfficer, Precedence, Time, Uint, Word
from antin.kernel.formats.paper import PUBLIC_LIMIT, MaybeName
from antin.kernel.formats.shape import Within, shape


@shape("antin/paper-published/1", limit=512)
@dataclass(frozen=True, slots=True)
class PaperPublished:
    """A paper of ours left in the sending of this statement."""

    paper: Digest
    statement: Digest


@shape("antin/paper-taken/1", limit=PUBLIC_LIMIT + 1024)
@dataclass(frozen=True, slots=True)
class PaperTaken:
    """Another station's record, checked: its kind, signer and public part, and its place in that station's journal."""

    kind: Word
    station: Code
    officer: MaybeOfficer
    id: Id
    paper: Digest
    time: Time
    slip: Digest
    origin: Annotated[str, Within(1, 80)]
    index: Uint
    size: Uint
    root: Digest
    level: Level
    precedence: Precedence
    public: Annotated[bytes, Within(1, PUBLIC_LIMIT)]


@shape("antin/paper-refused/1", limit=512)
@dataclass(frozen=True, slots=True)
class PaperRefused:
    """A paper that was believed, and that a rule refused. ``needs``: the name of what it waits for, if it does."""

    slip: Digest
    paper: Digest
    kind: Word
    code: Word
    needs: MaybeName
