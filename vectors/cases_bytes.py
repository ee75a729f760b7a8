"""Cases of encoding, suites, labels, dispatch states, keystore and the formats frozen for later."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace

from people import NOON, Person, seed

from antin.kernel.crypto import locker, merkle, tree, wrap
from antin.kernel.crypto import suite as suites
from antin.kernel.crypto.suite import by_number
from antin.kernel.formats import cbor, note, sealed
from antin.kernel.formats.fields import Label
from antin.kernel.formats.later import Address
from antin.kernel.formats.sealed import Head
from antin.kernel.formats.shape import encode, parse
from antin.kernel.formats.status import Status

REFUSED = {
    "not-shortest-1": ("a one-byte head for 23", "1817", "not-shortest"),
    "not-shortest-2": ("a two-byte head for 255", "1900ff", "not-shortest"),
    "not-shortest-4": ("a four-byte head for 65535", "1a0000ffff", "not-shortest"),
    "not-shortest-8": ("an eight-byte head for 2^32 - 1", "1b00000000ffffffff", "not-shortest"),
    "not-shortest-length": ("a byte string whose length is not in its shortest form", "580161", "not-shortest"),
    "negative": ("a negative number", "20", "type-not-allowed"),
    "map": ("a map, even an empty one", "a0", "type-not-allowed"),
    "tag": ("a tag", "c100", "type-not-allowed"),
    "float-16": ("a half-precision float", "f93c00", "type-not-allowed"),
    "float-64": ("1.0 in place of 1", "fb3ff0000000000000", "type-not-allowed"),
    "undefined": ("undefined", "f7", "type-not-allowed"),
    "simple-value": ("an unassigned simple value", "e0", "type-not-allowed"),
    "break": ("a break outside any string", "ff", "type-not-allowed"),
    "indefinite-array": ("an array of indefinite length", "9f01ff", "indefinite-or-reserved"),
    "indefinite-bytes": ("bytes of indefinite length", "5f4101ff", "indefinite-or-reserved"),
    "reserved-length": ("a reserved length code", "1c", "indefinite-or-reserved"),
    "trailing-byte": ("one byte after the value", "0100", "trailing-bytes"),
    "truncated": ("an array that ends early", "820101"[:4], "truncated"),
    "array-longer-than-bytes": ("an array that claims 2^32 items in five bytes", "9b0000000100000000", "truncated"),
    "empty": ("no byte at all", "", "truncated"),
    "text-not-nfc": ("e and a combining acute in place of é", "6365cc81", "text-not-clean"),
    "text-control": ("a newline in text", "610a", "text-not-clean"),
    "text-bidi": ("a right-to-left override", "63e280ae", "text-not-clean"),
    "text-tag": ("an invisible tag character (U+E0041)", "64f3a08181", "text-not-clean"),
    "text-no-break-space": ("a no-break space, which looks like a space", "6461c2a062", "text-not-clean"),
    "text-hangul-filler": ("a letter that is not drawn (U+3164)", "63e385a4", "text-not-clean"),
    "text-braille-blank": ("a Braille cell without dots (U+2800)", "63e2a080", "text-not-clean"),
    "text-variation": ("a variation selector (U+FE0F)", "6461efb88f", "text-not-clean"),
    "text-mark-alone": ("a mark without a letter", "62cc81", "text-not-clean"),
    "text-marks-stacked": ("seven marks on one letter", "6f61" + "cca4" * 7, "text-not-clean"),
    "text-of-unicode-15": ("a letter that Unicode 14 does not know (U+1FAE8)", "64f09faba8", "text-not-clean"),
    "text-not-utf8": ("a byte that is not UTF-8", "61ff", "not-utf8"),
    "text-surrogate": ("an encoded surrogate", "63eda080", "not-utf8"),
    "too-deep": ("ten arrays inside one another", "81" * 9 + "80", "too-deep"),
}


def make(case: Callable[..., None], people: dict[str, Person]) -> None:
    _encoding(case)
    _suites(case, people)
    _labels(case, people)
    _states(case)
    _keystore(case)
    _later(case, people)


def _encoding(case: Callable[..., None]) -> None:
    value = (0, 23, 24, 255, 256, 65535, 65536, 2**32 - 1, 2**32, 2**64 - 1, b"", b"\0", "", "Tuyệt mật", True, False,
             None, ((), (1, (2, ()))))  # fmt: skip
    raw = cbor.encode(value)
    case("encoding/all-types", "every type and every length of head", "1", "decode", bytes=raw, limit=200,
         **{"result.again": raw})  # fmt: skip
    deep = bytes.fromhex("81" * 8 + "80")
    case("encoding/deepest", "eight arrays around one: the deepest allowed", "1", "decode", bytes=deep, limit=9)
    for name, (tests, raw, why) in REFUSED.items():
        case(f"encoding/{name}", tests, "1", "decode", f"bytes-malformed why={why}", bytes=bytes.fromhex(raw), limit=64)
    case("encoding/too-large", "one byte over the limit, judged before reading", "1", "decode",
         "bytes-malformed why=too-large", bytes=bytes.fromhex("4400000000"), limit=4)  # fmt: skip


def _suites(case: Callable[..., None], people: dict[str, Person]) -> None:
    for number, name in ((1, "officer-a"), (2, "officer-2")):
        suite, who = by_number(number), people[name]
        case(f"suites/keys-{number}", f"digests of the public keys, and the kids, of {name}", "2", "keys",
             suite=number, signing_seed=seed(f"{name} signing", suite.signing_seed),
             wrapping_seed=seed(f"{name} wrapping", suite.wrapping_seed),
             **{"result.signing_public": suites.object_digest(who.signing.public.raw),
                "result.wrapping_public": suites.object_digest(who.wrapping.public),
                "result.signing_kid": who.signing.public.kid,
                "result.wrapping_kid": wrap.kid(suite, who.wrapping.public)})  # fmt: skip
        digest = hashlib.new(suite.hash_name, (1).to_bytes(8, "big") + b"a" + (2).to_bytes(8, "big") + b"bc").digest()
        case(f"suites/digest-{number}", "the suite's hash over two parts, each behind its length", "2", "digest",
             suite=number, part1=b"a", part2=b"bc", **{"result.digest": digest})  # fmt: skip
    case("suites/digest-other-split", "the same bytes split elsewhere give another digest", "2", "digest", suite=1,
         part1=b"ab", part2=b"c",
         **{"result.digest": hashlib.sha256((2).to_bytes(8, "big") + b"ab" + (1).to_bytes(8, "big") + b"c").digest()}
         )  # fmt: skip
    p = 2**255 - 19
    weak = "key-malformed why=small-order-or-not-canonical"
    for name, curve, raw in (
        ("ed25519-identity", "ed25519", (1).to_bytes(32, "little")),
        ("ed25519-order-2", "ed25519", (p - 1).to_bytes(32, "little")),
        ("ed25519-order-4", "ed25519", bytes(31) + b"\x80"),
        ("ed25519-order-8", "ed25519",
         bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")),
        ("ed25519-not-canonical", "ed25519", (p + 3).to_bytes(32, "little")),
        ("x25519-zero", "x25519", bytes(32)),
        ("x25519-order-8", "x25519", bytes.fromhex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800")),
        ("x25519-not-canonical", "x25519", (p + 9).to_bytes(32, "little")),
        ("x25519-top-bit", "x25519", (9 | 1 << 255).to_bytes(32, "little")),
    ):  # fmt: skip
        case(f"suites/weak-{name}", "a public key that issuance refuses", "1", "weak", weak, curve=curve, bytes=raw)
    case("suites/x25519-base-point", "the base point is a good key", "1", "weak", curve="x25519",
         bytes=(9).to_bytes(32, "little"))  # fmt: skip


def _labels(case: Callable[..., None], people: dict[str, Person]) -> None:
    def head(level: int, compartments: tuple[str, ...] = ()) -> bytes:
        label = Label(level, NOON, ("only-named",), compartments, 3)
        return encode(Head(1, seed("content", 16), label, people["officer-a"].digest, seed("statement", 16)))

    subject = encode(people["officer-a"].subject)
    for name, raw, holds, tests in (
        ("same-level", head(2), "true", "level 2 may open level 2"),
        ("level-above", head(3), "false", "level 2 may not open level 3"),
        ("compartment-not-held", head(1, ("x",)), "false", "a compartment that the clearance lacks"),
    ):
        case(f"label/{name}", tests, "4", "dominates", subject=subject, head=raw, **{"result.dominates": holds})


def _states(case: Callable[..., None]) -> None:
    for name, table, start, events, result in (
        ("outgoing", "outgoing", "spooled", "arrived accepted opened", "opened"),
        ("outgoing-overtaken", "outgoing", "spooled", "opened arrived accepted", "opened"),
        ("incoming", "incoming", "none", "arrived accepted opened opened", "opened"),
        ("incoming-refused-after-opening", "incoming", "none", "arrived accepted opened refused", ""),
        ("outgoing-expired-after-opening", "outgoing", "spooled", "opened expired", ""),
        ("incoming-opened-unaccepted", "incoming", "none", "arrived opened", ""),
    ):
        more = {"result.state": result} if result else {}
        case(f"dispatch/{name}", "the states of a dispatch, event by event", "20", "states",
             "ok" if result else "state-forbids", table=table, **{"from": start}, events=events, **more)  # fmt: skip


def _keystore(case: Callable[..., None]) -> None:
    secret = b"a secret of the vectors"
    raw = locker.lock(secret, "đúng".encode(), "officer-key", locker.CHEAPEST, seed("lock", 28))
    given = {"passphrase": "đúng", "purpose": "officer-key"}
    case("keystore/locked", "a secret under a passphrase (cheapest Argon2id cost)", "10", "unlock", bytes=raw, **given,
         **{"result.secret": secret})  # fmt: skip
    case("keystore/wrong-passphrase", "another passphrase", "10", "unlock", "passphrase-wrong", bytes=raw,
         passphrase="sai", purpose="officer-key")  # fmt: skip
    case("keystore/other-purpose", "a lock made for another purpose", "10", "unlock", "passphrase-wrong", bytes=raw,
         passphrase="đúng", purpose="level-key")  # fmt: skip
    broken = raw[:-1] + bytes([raw[-1] ^ 1])
    case("keystore/flipped", "one bit of the tag", "10", "unlock", "passphrase-wrong", bytes=broken, **given)
    starved = encode(replace(parse(locker.Locked, raw), cost=locker.Cost(8, 1, 16)))
    case("keystore/more-lanes-than-memory", "16 lanes in 8 KiB, which Argon2id does not know", "10", "unlock",
         "bytes-malformed why=cost", bytes=starved, **given)  # fmt: skip
    case("keystore/truncated", "the last byte is missing", "10", "unlock", "bytes-malformed why=truncated",
         bytes=raw[:-1], **given)  # fmt: skip


def _later(case: Callable[..., None], people: dict[str, Person]) -> None:
    values = {
        "address": Address(seed("statement", 32), seed("leaf", 32)),
        "status": Status(NOON, 6, seed("status root", 32)),
    }
    for form, value in values.items():
        raw, rule = encode(value), {"address": "6", "status": "18"}[form]
        case(f"later/{form}", f"the bytes of {form}, frozen now", rule, "form", form=form, bytes=raw,
             **{"result.again": raw})  # fmt: skip
        short = cbor.encode(cbor.decode(raw, limit=20_000)[:-1])  # type: ignore[index]
        case(f"later/{form}-field-missing", "the last field is missing", rule, "form",
             f"bytes-malformed why=wrong-field-count what=antin/{form}/1", form=form, bytes=short)  # fmt: skip
    case("later/status-other-format", "the bytes of an address given as a status", "1", "form",
         "bytes-malformed why=other-format", form="status", bytes=encode(values["address"]))  # fmt: skip
    public = people["agency-b"].journal.public
    case("checkpoint/key-ids", "the two key ids of a journal", "3", "key-id", origin="antin/G10.2/1", public=public,
         **{"result.ed25519": note.key_id("antin/G10.2/1", 1, public[:32]),
            "result.mldsa44": note.key_id("antin/G10.2/1", 6, public[32:])})  # fmt: skip
    sizes = (0, 1, 2, 9, 100, 1000, 16384, 16385, 1_000_000, 2**40 + 1)
    case("sealed/padded-sizes", "Padmé sizes", "5", "sizes", sizes=" ".join(map(str, sizes)),
         **{"result.padded": " ".join(str(sealed.padded_size(n)) for n in sizes)})  # fmt: skip
    piece = merkle.leaf_hash(b"\7" * tree.PIECE), merkle.leaf_hash(b"\7")
    case("sealed/pieces-digest", "digest of one piece and one byte more, all bytes 7", "9", "pieces", byte=7,
         times=tree.PIECE + 1, **{"result.digest": merkle.node_hash(*piece)})  # fmt: skip
