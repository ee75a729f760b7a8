"""Which codes the root lets an authority bind (spec/credential.md, Names)."""

from __future__ import annotations

from typing import Annotated

from antin.frozen import dataclass
from antin.kernel.formats.fields import CODE, Code, MaybeCode
from antin.kernel.formats.shape import Pattern, Within, shape
from antin.kernel.formats.status import MOST_SCOPES


@shape("antin/codes-allotted/1", limit=12 * 1024)
@dataclass(frozen=True, slots=True)
class CodesAllotted:
    """The root lets an authority bind these codes; ``moved_from`` names the authority that held them, or is empty."""

    authority: Code
    scopes: Annotated[tuple[Annotated[str, Pattern(rf"{CODE}\.?"), Within(3, 36)], ...], Within(1, MOST_SCOPES)]
    moved_from: MaybeCode
