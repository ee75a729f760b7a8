"""What a station keeps, as secret as the document, of each document it sent or opened (spec/record.md)."""

from __future__ import annotations

from typing import Annotated

from antin.frozen import dataclass
from antin.kernel.formats.shape import Within, shape


@shape("antin/vouched/1", limit=560 * 1024)
@dataclass(frozen=True, slots=True)
class Vouched:
    """Secret part of ``sent`` and ``opened``: the sending statement and the attached list, whole."""

    statement: Annotated[bytes, Within(1, 32 * 1024)]
    attached: Annotated[bytes, Within(1, 512 * 1024)]
