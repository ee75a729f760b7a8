"""What a station says to a relay (spec/link.md): a vouched key, a hello, a request's signed bytes."""

from __future__ import annotations

from typing import Annotated

from antin.frozen import dataclass
from antin.kernel.formats.fields import Code, Digest, Id, Time, Uint
from antin.kernel.formats.shape import Within, shape

LINK_KEY = "antin/link-key/1"
NO_SESSION = bytes(16)


@shape("antin/link-key-body/1", limit=512)
@dataclass(frozen=True, slots=True)
class LinkKeyBody:
    """The station's own key vouches for an unattended Ed25519 key that signs requests and nothing else."""

    id: Id
    station: Code
    epoch: Uint
    key: Digest
    not_before: Time
    not_after: Time


@shape("antin/link-hello/1", limit=256 * 1024)
@dataclass(frozen=True, slots=True)
class Hello:
    """Opens a session: the vouching object, and the credentials from the root down to the station's.

    ``standing`` is the status proof of the station's authority in the root's journal, which says what codes it may bind
    (empty where the root itself bound the station).
    """

    vouching: Annotated[bytes, Within(1, 8 * 1024)]
    chain: Annotated[tuple[Annotated[bytes, Within(1, 24 * 1024)], ...], Within(1, 4)]
    standing: Annotated[bytes, Within(0, 48 * 1024)]


@shape("antin/link-request/1", limit=1024)
@dataclass(frozen=True, slots=True)
class Request:
    """The bytes that the link key signs: which relay, which session, how far, what."""

    relay: Digest
    session: Id
    sequence: Uint
    time: Time
    method: Annotated[str, Within(1, 8)]
    target: Annotated[str, Within(1, 512)]
    body: Digest
