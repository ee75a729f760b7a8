"""Reads a vector file and runs the check that it names (vectors/README.md). Nothing here decides an outcome."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

import ballot_checks
import vector_keys

from antin.acts import files
from antin.journal.deed import enter
from antin.journal.own import OWN
from antin.journal.states import step
from antin.kernel import check, seal
from antin.kernel.crypto import locker, merkle, public_key, tiles, tree, wrap
from antin.kernel.crypto import suite as suites
from antin.kernel.crypto.consistency import check_consistency
from antin.kernel.crypto.possession import check_possession
from antin.kernel.crypto.public_key import PublicKeys
from antin.kernel.crypto.signing_key import SigningKey
from antin.kernel.crypto.suite import by_number
from antin.kernel.crypto.wrap import WrappingKey
from antin.kernel.formats import (
    bundle,
    cbor,
    credential,
    epoch,
    file,
    later,
    note,
    request,
    sealed,
    signed,
    status,
)
from antin.kernel.formats.purposes import PURPOSES
from antin.kernel.formats.shape import encode, parse
from antin.kernel.formats.wrapped import WrappedKey
from antin.registers.dispatch import states
from antin.signer import keyfile
from antin.signer.keystore import OfficerKeys
from antin.station import sequences

VECTORS = Path(__file__).resolve().parent.parent / "vectors"
Inputs = Mapping[str, Any]
# Formats frozen now whose behaviour comes later: only their form is checked.
FROZEN = {"address": later.Address, "status": status.Status, "epoch-begun": epoch.EpochBegun,
          "epoch-accepted": epoch.EpochAccepted, **ballot_checks.FORMS}  # fmt: skip


def read(path: Path) -> dict[str, Any]:
    """``key: value`` lines; a line that starts with a space continues the last one; ``#`` is a comment."""
    lines: list[str] = []
    for line in path.read_text("utf-8").splitlines():
        if line.startswith(" "):
            lines[-1] += line[1:]
        elif line and not line.startswith("#"):
            lines.append(line)
    return {key: _value(text) for key, _, text in (line.partition(": ") for line in lines)}


def _value(text: str) -> Any:
    how, _, rest = text.partition(" ")
    if how == "hex":
        return bytes.fromhex(rest)
    if how == "base64":
        return base64.b64decode(rest, validate=True)
    if how == "shared":
        return shared()[rest]
    if how == "hashes":
        raw = bytes.fromhex(rest)
        return tuple(raw[n : n + 32] for n in range(0, len(raw), 32))
    return int(text) if text.isascii() and text.isdigit() else text


@cache
def shared() -> dict[str, Any]:
    """The keys and credentials that many cases use."""
    return read(VECTORS / "shared.txt")


@cache
def trusted(names: str) -> dict[bytes, check.Trusted]:
    """The chain of credentials named, each under its issuer; the first is the root."""
    first, *others = names.split()
    raw = shared()[first]
    found = check.root(raw, suites.object_digest(raw))
    trust = {found.digest: found}
    for name in others:
        raw = shared()[name]
        issuer = signed.claim(raw, "antin/credential/1").signers[0].credential
        found = check.credential(raw, trust[issuer])
        trust[found.digest] = found
    return trust


def last_of(names: str) -> check.Trusted:
    """The last credential of a chain by its names."""
    return list(trusted(names).values())[-1]


def station(given: Inputs) -> check.Trusted:
    """The station whose journal is judged: the last credential of ``station``."""
    return last_of(given["station"])


def _decode(given: Inputs) -> dict[str, Any]:
    value = cbor.decode(given["bytes"], limit=given["limit"])
    return {"again": cbor.encode(value)}


def _root(given: Inputs) -> dict[str, Any]:
    found = check.root(given["bytes"], given["fingerprint"])
    return {"digest": found.digest, "kid": found.keys.kid}


def _credential(given: Inputs) -> dict[str, Any]:
    issuer = list(trusted(given["issuer"]).values())[-1]
    found = check.credential(given["bytes"], issuer)
    if "at" in given:
        check.valid_at(found, given["at"], given.get("revoked"))
    return {"digest": found.digest, "kid": found.keys.kid, "name": found.name}


def _request(given: Inputs) -> dict[str, Any]:
    """spec/credential.md, steps for a request."""
    claimed = signed.claim(given["bytes"], "antin/request/1")
    value = parse(request.Request, claimed.unverified_body)
    subject = parse(credential.Subject, value.subject)
    suite = by_number(claimed.suite)
    check.check_subject(subject, suite)
    keys = PublicKeys(claimed.suite, subject.signing)
    own = check.Trusted(keys.kid, claimed.suite, None, subject, b"")  # type: ignore[arg-type]
    check.body(claimed, {keys.kid: own})
    if subject.journal:
        check_possession(subject.journal, value.subject, value.journal_proofs)
    return {"digest": suites.object_digest(given["bytes"])}


def _record(given: Inputs) -> dict[str, Any]:
    found = check.record(given["bytes"], trusted(given["trust"]))
    if "secret" in given and wrap.secret_digest(given["salt"], given["secret"]) != found.record.secret:
        return {"secret": "other"}
    return {"kind": found.record.kind, "digest": suites.object_digest(given["bytes"])}


def _slip(given: Inputs) -> dict[str, Any]:
    value, _ = check.slip(given["bytes"], trusted(given["trust"]))
    if "addressees_root" in given:
        check.addressed(value, given["addressees_root"], given["addressees"])
    info = seal.wrap_info(value, by_number(value.suite))
    return {"info": info, "leaf": check.leaf_of(value.leaf), "digest": suites.object_digest(given["bytes"])}


def _unwrap(given: Inputs) -> dict[str, Any]:
    value, _ = check.slip(given["bytes"], trusted(given["trust"]))
    suite = by_number(value.suite)
    key = WrappingKey(suite, given["wrapping_seed"])
    found = parse(WrappedKey, key.unwrap(value.wrapped, seal.wrap_info(value, suite)))
    return {"key": found.key, "head": found.head}


def _statement(given: Inputs) -> dict[str, Any]:
    value, author = check.statement(given["bytes"], trusted(given["trust"]))
    return {"document": value.document, "author": author.digest}


def _attached(given: Inputs) -> dict[str, Any]:
    value, signers = check.attached(given["bytes"], trusted(given["trust"]))
    return {"act": value.act, "signers": len(signers)}


def _open(given: Inputs) -> dict[str, Any]:
    """The kernel's part of spec/sealed.md; what the station compares afterwards is in the results."""
    raw, header = given["bytes"], given["bytes"][: sealed.HEADER_SIZE]
    _, suite = seal.open_head(given["head"], header)
    opener = seal.Opener(header, suite, given["key"], seal.head_context(given["head"], suite))
    plain = opener.update(raw[sealed.HEADER_SIZE :]) + opener.finish()
    start = sealed.split(len(plain), plain[-sealed.LENGTH_SIZE :])
    value, _ = check.statement(plain[start : -sealed.LENGTH_SIZE], trusted(given["trust"]))
    at = seal.check_layout(len(plain), start, value.size, value.attached_size)
    document = suite.document_digest(value.salt, *suites.document_root(suite, [plain[: value.size]]))
    return {
        "document": plain[: value.size],
        "document_holds": str(document == value.document).lower(),
        "seal": opener.seal,
        "seal_holds": str(opener.seal == value.seal).lower(),
        "label_holds": str(value.label == parse(sealed.Head, given["head"]).label).lower(),
        "padding_zero": str(not any(plain[value.size : at])).lower(),
    }


def _checkpoint(given: Inputs) -> dict[str, Any]:
    point = check.checkpoint(given["bytes"], station(given))
    return {"origin": point.origin, "size": point.size, "root": point.root, "time": point.time}


def _included(given: Inputs) -> dict[str, Any]:
    index, point, path = check.included(given["record"], given["bytes"], station(given))
    return {"index": index, "size": point.size, "hashes": len(path)}


def _inclusion(given: Inputs) -> dict[str, Any]:
    merkle.check_inclusion(given["leaf"], given["index"], given["size"], given["path"], given["root"])
    return {}


def _consistency(given: Inputs) -> dict[str, Any]:
    check_consistency(given["old"], given["old_root"], given["new"], given["new_root"], given["path"])
    return {}


def _receipt(given: Inputs) -> dict[str, Any]:
    found = check.receipt(given["bytes"], trusted(given["trust"]), station(given))
    return {"result": found.result.result, "index": found.index, "slip": found.result.slip}


def _bundle(given: Inputs) -> dict[str, Any]:
    kinds = []
    for item in bundle.Reader(io.BytesIO(given["bytes"]), PURPOSES[given["purpose"]]):
        item.data()
        kinds.append(item.kind)
    return {"kinds": " ".join(kinds)}


def _status_leaf(given: Inputs) -> dict[str, Any]:
    leaf = parse(status.StatusLeaf, given["bytes"])
    _inclusion({**given, "leaf": merkle.leaf_hash(given["bytes"])})
    return {"state": leaf.state, "since": leaf.since, "scopes": " ".join(leaf.scopes)}


def _form(given: Inputs) -> dict[str, Any]:
    return {"again": encode(parse(FROZEN[given["form"]], given["bytes"]))}


def _unlock(given: Inputs) -> dict[str, Any]:
    return {"secret": locker.unlock(given["bytes"], given["passphrase"].encode(), given["purpose"])}


def _digest(given: Inputs) -> dict[str, Any]:
    parts = [given[f"part{n}"] for n in range(1, 9) if f"part{n}" in given]
    return {"digest": by_number(given["suite"]).digest(*parts)}


def _keys(given: Inputs) -> dict[str, Any]:
    suite = by_number(given["suite"])
    signing = SigningKey(suite, given["signing_seed"]).public
    wrapping = WrappingKey(suite, given["wrapping_seed"]).public
    public_key.check_public(signing)
    wrap.check_public(suite, wrapping)
    return {
        "signing_public": suites.object_digest(signing.raw),
        "wrapping_public": suites.object_digest(wrapping),
        "signing_kid": signing.kid,
        "wrapping_kid": wrap.kid(suite, wrapping),
    }


def _weak(given: Inputs) -> dict[str, Any]:
    {"ed25519": public_key.check_ed25519, "x25519": public_key.check_x25519}[given["curve"]](given["bytes"])
    return {}


def _sizes(given: Inputs) -> dict[str, Any]:
    return {"padded": " ".join(str(sealed.padded_size(int(n))) for n in given["sizes"].split())}


def _pieces(given: Inputs) -> dict[str, Any]:
    blob = bytes([given["byte"]]) * given["times"]
    pieces = [blob[n : n + tree.PIECE] for n in range(0, len(blob), tree.PIECE)]
    return {"digest": tree.pieces_digest([merkle.leaf_hash(piece) for piece in pieces])}


def _dominates(given: Inputs) -> dict[str, Any]:
    clearance = parse(credential.Subject, given["subject"]).clearance
    return {"dominates": str(clearance.dominates(parse(sealed.Head, given["head"]).label)).lower()}


def _states(given: Inputs) -> dict[str, Any]:
    table, state = {"outgoing": states.OUTGOING, "incoming": states.INCOMING}[given["table"]], given["from"]
    for event in given["events"].split():
        state = step(table, "" if state == "none" else state, event)
    return {"state": state}


def _tile_path(given: Inputs) -> dict[str, Any]:
    tile = tiles.parse_path(given["path"])
    return {"level": "entries" if tile.level == tiles.ENTRIES else tile.level, "n": tile.n, "width": tile.width}


def _tiles(given: Inputs) -> dict[str, Any]:
    hashes = tree.memory_hashes(merkle.leaf_hash(str(n).encode()) for n in range(given["size"]))
    listed = list(tiles.tiles(given["size"]))
    whole = {each: tiles.data(hashes, each) for each in listed}
    through = tiles.hashes_through(whole.__getitem__, given["size"])
    tiles.check_root(through, given["size"], tree.root(hashes, given["size"]))
    assert all(tiles.parse_path(each.path) == each for each in listed)
    return {"count": len(listed), "last": listed[-1].path, "digest": suites.object_digest(b"".join(whole.values()))}


def _through_tiles(given: Inputs) -> dict[str, Any]:
    tiles.check_root(tiles.hashes_through(lambda _: given["bytes"], given["size"]), given["size"], given["root"])
    return {}


def _entry_bundle(given: Inputs) -> dict[str, Any]:
    return {"count": len(tiles.read_entries(given["bytes"], given["leaves"]))}


def _key_id(given: Inputs) -> dict[str, Any]:
    origin, public = given["origin"], given["public"]
    return {
        "ed25519": note.key_id(origin, note.ED25519, public[:32]),
        "mldsa44": note.key_id(origin, note.MLDSA44, public[32:]),
    }


def _holder(given: Inputs, prefix: str = "") -> OfficerKeys:
    suite = by_number(1)
    signing, wrapping = given[f"{prefix}signing_seed"], given[f"{prefix}wrapping_seed"]
    return OfficerKeys(SigningKey(suite, signing), WrappingKey(suite, wrapping))


def _public_line(given: Inputs) -> dict[str, Any]:
    public = file.read_public(given["line"])
    again = file.write_public(keyfile.public_of(_holder(given)))
    return {"kid": keyfile.kid(public) if again == given["line"] else b""}


def _unseal(given: Inputs) -> dict[str, Any]:
    expected = keyfile.public_of(_holder(given, "from_")) if "from_signing_seed" in given else None
    out = Memory()
    found = files.unseal_file(io.BytesIO(given["bytes"]), _holder(given), expected, out, lambda _: None)  # type: ignore[arg-type]
    return {"document": out.handle.getvalue(), "name": found.statement.name if found.statement else ""}


class Memory:
    """Where an unsealed file goes in a test."""

    def __init__(self) -> None:
        self.handle = io.BytesIO()
        self.write = self.handle.write


def _cosigned(given: Inputs) -> dict[str, Any]:
    check.checkpoint(given["bytes"], station(given))
    witness = list(trusted(given["witness"]).values())[-1]
    return {"time": check.cosigned(given["bytes"], witness) or 0}


def _sequences(given: Inputs) -> dict[str, Any]:
    lasts = sequences.checked(given["bytes"], given["addressee"], trusted(given["trust"]))[1]
    return {"lasts": " ".join(f"{last.precedence}/{last.sequence}" for last in lasts)}


def _epoch(given: Inputs) -> dict[str, Any]:
    trust = trusted(given["trust"])
    found = check.record(given["bytes"], trust)
    entry = enter(OWN, 7, found, trust)
    return {"epoch": found.record.epoch, "restored": entry.public.restored_size, "known": entry.public.known_size}


CHECKS: dict[str, Callable[[Inputs], dict[str, Any]]] = {
    "decode": _decode, "root": _root, "credential": _credential, "request": _request, "record": _record,
    "slip": _slip, "unwrap": _unwrap, "statement": _statement, "attached": _attached, "open": _open,
    "checkpoint": _checkpoint, "included": _included, "inclusion": _inclusion, "consistency": _consistency,
    "receipt": _receipt, "bundle": _bundle, "status-leaf": _status_leaf, "form": _form, "unlock": _unlock,
    "digest": _digest, "keys": _keys, "weak": _weak, "sizes": _sizes, "pieces": _pieces,
    "link-key": partial(vector_keys.link_key, last_of),
    "link-hello": partial(vector_keys.link_hello, last_of), "link-request": vector_keys.link_request,
    "public-line": _public_line, "unseal": _unseal, "dominates": _dominates, "states": _states, "key-id": _key_id,
    "ballot-mix": ballot_checks.mix, "ballot-count": ballot_checks.count,
    "cosigned": _cosigned, "epoch": _epoch, "sequences": _sequences,
    "level-key": partial(vector_keys.level_key, last_of),
    "handover": partial(vector_keys.handover, last_of),
    "covers": vector_keys.covers, "document": vector_keys.document,
    "tile-path": _tile_path, "tiles": _tiles, "through-tiles": _through_tiles, "entry-bundle": _entry_bundle,
}  # fmt: skip
