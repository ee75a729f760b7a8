"""Who speaks over a link: the chain from the typed root, and the link key under its end (spec/link.md)."""

from __future__ import annotations

from antin.errors import Refused, Unverified
from antin.frozen import dataclass
from antin.kernel import check
from antin.kernel.check import Trusted
from antin.kernel.crypto import public_key
from antin.kernel.formats import credential as cred
from antin.kernel.formats import signed
from antin.kernel.formats.link import LINK_KEY, Hello, LinkKeyBody
from antin.kernel.formats.shape import parse
from antin.kernel.formats.status import GOOD, StatusProof


@dataclass(frozen=True, slots=True)
class Speaker:
    """A station whose chain and link key hold, and whose authority might bind its code as of ``as_of``.

    Whether they are valid *now* is asked again at each request.
    """

    chain: tuple[Trusted, ...]
    key: LinkKeyBody
    as_of: int

    @property
    def station(self) -> Trusted:
        """The agency or authority that speaks."""
        return self.chain[-1]


def speaker(hello: Hello, fingerprint: bytes) -> Speaker:
    """Step 2. Raises for another root, a broken chain, a false vouching, a key that is weak or of another station."""
    chain = [check.root(hello.chain[0], fingerprint)]
    for raw in hello.chain[1:]:
        chain.append(check.credential(raw, chain[-1]))
    as_of = 0
    if len(chain) > 2:
        authority, station = chain[-2:]
        shown = parse(StatusProof, hello.standing)
        _, status = check.status(shown, {chain[-3].digest: chain[-3]}, chain[-3])
        if shown.leaf.credential != authority.credential.id or shown.leaf.state != GOOD:
            raise Refused("credential-revoked", who=authority.name)
        check.check_code(authority, station.subject, shown.leaf.scopes)
        as_of = status.as_of
    return Speaker(tuple(chain), vouched(hello.vouching, chain[-1]), as_of)


def vouched(raw: bytes, station: Trusted) -> LinkKeyBody:
    """The link key that a station vouches for. Raises ``Unverified`` when the signer is no station or another one."""
    claimed = signed.claim(raw, LINK_KEY)
    value = parse(LinkKeyBody, check.body(claimed, {station.digest: station}))
    if station.subject.kind == cred.OFFICER or station.subject.code != value.station:
        raise Unverified("signer-not-of-station", station=value.station)
    public_key.check_ed25519(value.key)
    return value
