"""Slip (bì): what addresses one sealed document to one addressee (spec/slip.md).

Routing facts in clear, {content key, head} wrapped to one key of the addressee. No label, no subject.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from antin.kernel.formats import fields as f
from antin.kernel.formats.shape import Within, shape

NAMED_ONLY = 1


@shape("antin/leaf/1", limit=256)
@dataclass(frozen=True, slots=True)
class Leaf:
    """One addressee, salted so that one slip does not betray the others. ``mark`` 1 = chỉ người có tên."""

    salt: f.Salt
    addressee: f.Code
    officer: f.MaybeOfficer
    precedence: f.Precedence
    deadline: f.Time
    mark: Annotated[int, Within(0, NAMED_ONLY)]


@shape("antin/slip-body/1", limit=6 * 1024)
@dataclass(frozen=True, slots=True)
class Slip:
    """(sender, epoch, precedence of the leaf, sequence) is its identity for ever; see ``identity``.

    ``statement`` is the digest of the sending statement, so that whoever answers a slip answers for one document.
    """

    sender: f.Code
    epoch: f.Uint
    sequence: Annotated[int, Within(1, 2**53 - 1)]
    leaf: Leaf
    index: f.Uint
    count: Annotated[int, Within(1, 2**20)]
    path: f.Path
    suite: f.SuiteNumber
    statement: f.Digest
    sealed: f.Digest
    sealed_size: f.Uint
    kid: f.Digest
    wrapped: Annotated[bytes, Within(0, 4096)]

    @property
    def identity(self) -> tuple[str, int, int, int]:
        """Sender, epoch, precedence, sequence."""
        return self.sender, self.epoch, self.leaf.precedence, self.sequence
