"""The journal's own deeds: they account for key uses and epochs, and fill no book."""

from __future__ import annotations

from typing import Annotated, Any

from antin.frozen import dataclass
from antin.journal.deed import Deed
from antin.kernel.formats.epoch import AuthorityResumed, EpochBegun, LostUse
from antin.kernel.formats.fields import Digest
from antin.kernel.formats.shape import Within, shape


@shape("antin/uses-lost/1", limit=16 * 1024)
@dataclass(frozen=True, slots=True)
class UsesLost:
    """The journal's own kind: closes gaps in the numbering of key uses, in the open."""

    lost: Annotated[tuple[LostUse, ...], Within(1, 100)]


@shape("antin/renewal-asked/1", limit=1024)
@dataclass(frozen=True, slots=True)
class RenewalAsked:
    """Requests to be bound again left the station; the record encloses what was signed for them."""

    requests: Annotated[tuple[Digest, ...], Within(1, 16)]


OWN: dict[str, Deed[Any]] = {
    deed.kind: deed
    for deed in (
        Deed("uses-lost", UsesLost),
        Deed("epoch-begun", EpochBegun),
        Deed("authority-resumed", AuthorityResumed),
        Deed("renewal-asked", RenewalAsked),
    )
}
