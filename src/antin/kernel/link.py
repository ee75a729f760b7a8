"""Who speaks over a link: the chain from the typed root, and the link key under its end (spec/link.md)."""

from __future__ import annotations

from dataclasses import dataclass

from antin.errors import Unverified
from antin.kernel import check
from antin.kernel.check import Trusted
from antin.kernel.crypto import public_key
from antin.kernel.formats import credential as cred
from antin.kernel.formats import signed
from antin.kernel.formats.link import LINK_KEY, Hello, LinkKeyBody
from antin.kernel.formats.shape import parse


@dataclass(frozen=True, slots=True)
class Speaker:
    """A station whose chain and link key hold; whether they are valid *now* is asked again at each request."""

    chain: tuple[Trusted, ...]
    key: LinkKeyBody

    @property
    def station(self) -> Trusted:
        """The agency or authority that speaks."""
        return self.chain[-1]


def speaker(hello: Hello, fingerprint: bytes) -> Speaker:
    """Step 2. Raises for another root, a broken chain, a false vouching, a key that is weak or of another station."""
    chain = [check.root(hello.chain[0], fingerprint)]
    for raw in hello.chain[1:]:
        chain.append(check.credential(raw, chain[-1]))
    return Speaker(tuple(chain), vouched(hello.vouching, chain[-1]))


def vouched(raw: bytes, station: Trusted) -> LinkKeyBody:
    """The link key that a station vouches for. Raises ``Unverified`` when the signer is no station or another one."""
    claimed = signed.claim(raw, LINK_KEY)
    value = parse(LinkKeyBody, check.body(claimed, {station.digest: station}))
    if station.subject.kind == cred.OFFICER or station.subject.code != value.station:
        raise Unverified("signer-not-of-station", station=value.station)
    public_key.check_ed25519(value.key)
    return value
