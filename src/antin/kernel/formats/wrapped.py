"""What a slip wraps for its addressee (spec/slip.md): no verifier ever sees it."""

from __future__ import annotations

from typing import Annotated

from antin.frozen import dataclass
from antin.kernel.formats.shape import Within, shape


@shape("antin/wrapped/1", limit=2048)
@dataclass(frozen=True, slots=True)
class WrappedKey:
    """What HPKE carries: the content key and the head it belongs to."""

    key: Annotated[bytes, Within(32, 32)]
    head: Annotated[bytes, Within(1, 1024)]
