"""Cases of the link: a vouched key, a hello, a request's signature."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256

from cases_objects import flip
from people import LATER, NOON, Person, seed

from antin.kernel.crypto import merkle, tree
from antin.kernel.crypto.link_key import LinkKey
from antin.kernel.formats.link import LINK_KEY, Hello, LinkKeyBody, Request
from antin.kernel.formats.record import Record
from antin.kernel.formats.shape import encode
from antin.kernel.formats.status import Status, StatusLeaf, StatusProof

Make = Callable[..., None]
CHAIN = "root authority agency-a"
SMALL_ORDER = bytes(32)
TARGET = "/v1/to/G10.2/8-00000000002a-9f31c2d40a77be10"


def link_key(whom: Person) -> LinkKey:
    return LinkKey(seed(whom.name + " link", 32))


def body(whom: Person, **change: object) -> bytes:
    found = LinkKeyBody(seed(whom.name + " link id", 16), whom.subject.code, 1, link_key(whom).public, NOON, LATER)
    return encode(replace(found, **change))


def make(case: Make, people: dict[str, Person]) -> None:
    _keys(case, people)
    _hellos(case, people)
    _agency_hellos(case, people)
    _requests(case, people)


def _keys(case: Make, people: dict[str, Person]) -> None:
    a, b, an = people["agency-a"], people["agency-b"], people["officer-a"]
    good = a.sign(LINK_KEY, body(a), 4)
    case("link/key", "an agency vouches for its link key", "14", "link-key", bytes=good, chain=CHAIN,
         **{"result.key": link_key(a).public, "result.station": "G10.1"})  # fmt: skip
    case("link/key-of-authority", "an authority vouches for its own", "14", "link-key", chain="root authority",
         bytes=people["authority"].sign(LINK_KEY, body(people["authority"])))  # fmt: skip
    for name, tests, raw, code, chain in (
        ("other-station", "signed by the agency, for the code of another", a.sign(LINK_KEY, body(b)),
         "signer-not-of-station", CHAIN),
        ("by-officer", "signed by an officer", an.sign(LINK_KEY, body(a)), "signer-not-of-station",
         "root authority officer-a"),
        ("of-other-chain", "signed by another station than the chain ends in", b.sign(LINK_KEY, body(b)),
         "credential-unknown", CHAIN),
        ("weak", "a link key of small order", a.sign(LINK_KEY, body(a, key=SMALL_ORDER)), "key-malformed", CHAIN),
        ("flipped", "a byte of the signature", flip(good, -5), "signature-invalid", CHAIN),
        ("as-slip", "another type", a.sign("antin/slip/1", body(a)), "bytes-malformed why=other-type", CHAIN),
    ):  # fmt: skip
        case(f"link/key-{name}", tests, "14", "link-key", code, bytes=raw, chain=chain)


def _hellos(case: Make, people: dict[str, Person]) -> None:
    root, authority = people["root"], people["authority"]
    vouching = authority.sign(LINK_KEY, body(authority))
    good = encode(Hello(vouching, (root.raw, authority.raw), b""))
    case("link/hello", "an authority says hello", "24", "link-hello", bytes=good, fingerprint=root.digest[:25],
         **{"result.station": "G10", "result.key": link_key(authority).public})  # fmt: skip
    case("link/hello-other-root", "under another root than the typed one", "24", "link-hello", "root-not-expected",
         bytes=good, fingerprint=people["root-2"].digest[:25])  # fmt: skip
    case("link/hello-short-fingerprint", "24 bytes of fingerprint", "24", "link-hello", "root-not-expected", bytes=good,
         fingerprint=root.digest[:24])  # fmt: skip
    case("link/hello-chain-turned", "the chain from below", "24", "link-hello", "root-not-expected",
         bytes=encode(Hello(vouching, (authority.raw, root.raw), b"")), fingerprint=root.digest[:25])  # fmt: skip
    case("link/hello-chain-short", "the station's own credential missing", "24", "link-hello", "credential-unknown",
         bytes=encode(Hello(vouching, (root.raw,), b"")), fingerprint=root.digest[:25])  # fmt: skip


def standing(
    people: dict[str, Person], scopes: tuple[str, ...], state: str = "good", whose: str = "authority"
) -> bytes:
    """The root's word on an authority, alone in its journal."""
    root, leaf = people["root"], StatusLeaf(seed(f"{whose} id", 16), state, NOON if state == "revoked" else 0, scopes)
    public = encode(Status(NOON + 60, 1, merkle.leaf_hash(encode(leaf))))
    record = encode(Record(seed("standing", 16), "A00", 1, "status", NOON + 60, (), public, b""))
    raw = root.sign("antin/record/1", record, 5)
    point = root.journal.checkpoint("antin/A00/1", 1, merkle.leaf_hash(raw), NOON + 70)
    return encode(StatusProof(raw, tree.proof_text(0, (), point), leaf, 0, ()))


def _agency_hellos(case: Make, people: dict[str, Person]) -> None:
    root, authority, a = people["root"], people["authority"], people["agency-a"]
    vouching, chain = a.sign(LINK_KEY, body(a), 4), (root.raw, authority.raw, a.raw)
    for name, tests, expect, shown in (
        ("agency", "an agency, with the root's word that its authority may bind its code", "ok", ("G10", "G10.")),
        ("agency-of-other-codes", "an authority that may not bind this code", "code-not-allotted", ("G11.",)),
        ("agency-taken-out", "the code was moved to another authority", "code-not-allotted", ("-G10.1", "G10.")),
    ):  # fmt: skip
        case(f"link/hello-{name}", tests, "28", "link-hello", expect, fingerprint=root.digest[:25],
             bytes=encode(Hello(vouching, chain, standing(people, shown))))  # fmt: skip
    case("link/hello-agency-alone", "an agency without the root's word", "28", "link-hello",
         "bytes-malformed why=truncated", fingerprint=root.digest[:25],
         bytes=encode(Hello(vouching, chain, b"")))  # fmt: skip
    for name, tests, shown in (
        ("authority-revoked", "the root revoked its authority", standing(people, ("G10.",), "revoked")),
        ("word-on-another", "the root's word on somebody else", standing(people, ("G10.",), whose="agency-b")),
    ):  # fmt: skip
        case(f"link/hello-{name}", tests, "28", "link-hello", "credential-revoked", fingerprint=root.digest[:25],
             bytes=encode(Hello(vouching, chain, shown)))  # fmt: skip


def _requests(case: Make, people: dict[str, Person]) -> None:
    key = link_key(people["agency-a"])
    request = Request(seed("relay certificate", 32), seed("session", 16), 7, NOON + 300, "PUT", TARGET,
                      sha256(b"envelope").digest())  # fmt: skip
    signature = key.sign(request)
    case("link/request", "a request as it is signed", "1", "link-request", bytes=encode(request), key=key.public,
         signature=signature)  # fmt: skip
    for name, change in (
        ("other-relay", {"relay": bytes(32)}), ("other-session", {"session": bytes(16)}),
        ("other-sequence", {"sequence": 8}), ("other-time", {"time": NOON}), ("other-method", {"method": "GET"}),
        ("other-target", {"target": TARGET[:-1]}),
        ("other-body", {"body": sha256(b"").digest()}),
    ):  # fmt: skip
        case(f"link/request-{name}", name.replace("-", " ") + " than was signed", "1", "link-request",
             "link-signature-invalid", bytes=encode(replace(request, **change)), key=key.public,
             signature=signature)  # fmt: skip
    case("link/request-signature-short", "63 bytes of signature", "1", "link-request", "link-signature-invalid",
         bytes=encode(request), key=key.public, signature=signature[:63])  # fmt: skip
    case("link/request-trailing-byte", "a byte after the end", "1", "link-request", "bytes-malformed",
         bytes=encode(request) + b"\0", key=key.public, signature=signature)  # fmt: skip
