"""Whoever has every key of a town: evidence taken apart, its objects signed again, placed again, put together again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from town import PASS, Town

from antin.kernel.crypto import suite as suites
from antin.kernel.crypto import tree
from antin.kernel.crypto.journal_key import JournalKey
from antin.kernel.crypto.merkle import leaf_hash
from antin.kernel.crypto.signing_key import SigningKey
from antin.kernel.formats import note, proof
from antin.kernel.formats.credential import Credential, Subject
from antin.kernel.formats.receipt import RESULTS, Receipt, Result
from antin.kernel.formats.record import Record
from antin.kernel.formats.sent import Addressed, Sent
from antin.kernel.formats.shape import encode, parse
from antin.kernel.formats.signed import TYPES, Signatory, Signed, message
from antin.kernel.formats.slip import Slip
from antin.kernel.formats.statement import Attached, AttachedList, Statement
from antin.kernel.formats.status import CredentialIssued, Status, StatusProof
from antin.signer import keystore

Frame = tuple[str, str, bytes]
BODIES: dict[str, type[Any]] = {
    "antin/credential/1": Credential, "antin/record/1": Record, "antin/quick-record/1": Record,
    "antin/slip/1": Slip, "antin/statement/1": Statement, "antin/attached/1": Attached,
}  # fmt: skip
PUBLIC: dict[str, type[Any]] = {
    "credential-issued": CredentialIssued, "status": Status, "sent": Sent, "addressed": Addressed,
    **dict.fromkeys(RESULTS, Result),
}  # fmt: skip


@dataclass(frozen=True)
class Witness:
    """A line under a checkpoint: in whose name, with whose key (a code), of which time."""

    name: str
    code: str
    time: int


@dataclass(frozen=True)
class Place:
    """Where a record is said to stand: the journal, whose key signs it, and who saw it."""

    origin: str
    code: str
    index: int
    size: int
    time: int
    witnesses: tuple[Witness, ...]


@dataclass
class Keys:
    """The keys of all; ``used`` collects the codes of those whose key signed something anew."""

    signing: dict[bytes, tuple[str, SigningKey]] = field(default_factory=dict)  # by public key
    journals: dict[str, JournalKey] = field(default_factory=dict)
    holders: dict[bytes, Subject] = field(default_factory=dict)  # credential → subject
    used: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, town: Town) -> Keys:
        """Read from the stations' folders."""
        keys = cls()
        for home in (each.parent for each in town.folder.glob("*/station.toml")):
            folder, code = home / "signer", home.name
            hands = [
                keystore.open_officer(folder, each.stem, PASS).newest.signing
                for each in (folder / "officers").iterdir()
            ]
            if (folder / "station.key").exists():
                hands += keystore.station_keys(folder)
            keys.signing.update({each.public.raw: (code, each) for each in hands})
            keys.journals[code] = keystore.journal_key(folder)
        return keys

    def know(self, raw: bytes) -> None:
        """The holder of a credential signs under it from now on."""
        body = parse(Credential, parse(Signed, raw).body)
        self.holders[suites.object_digest(raw)] = parse(Subject, body.subject)

    def sign(self, type_: str, body: bytes, signers: tuple[Signatory, ...]) -> bytes:
        """A signed object of these signers; a root signs under its own kid, which no credential has."""
        suite = suites.by_number(1)
        covered = message(type_, suite.number, signers, body)
        made = []
        for each in signers:
            holder = self.holders.get(each.credential)
            public = holder.signing if holder else parse(Subject, parse(Credential, body).subject).signing
            code, key = self.signing[public]
            self.used.add(code)
            made.append(key.sign(covered, type_, hybrid=TYPES[type_].hybrid))
        return encode(Signed(type_, suite.number, signers, body, tuple(made)))

    def prove(self, raw: bytes, place: Place) -> bytes:
        """The proof that a record stands there: a journal made of it and of nothing else."""
        self.used.add(place.code)
        others = [hashlib.sha256(b"%d" % n).digest() for n in range(place.size)]
        leaves = others[: place.index] + [leaf_hash(raw)] + others[place.index + 1 :]
        hashes = tree.memory_hashes(leaves)
        root = tree.root(hashes, len(leaves))
        point = self.journals[place.code].checkpoint(place.origin, len(leaves), root, place.time)
        for each in place.witnesses:
            self.used.add(each.code)
            point += self.journals[each.code].cosignature(each.name, place.origin, len(leaves), root, each.time)
        return tree.proof_text(place.index, tree.inclusion(hashes, place.index, len(leaves)), point)


def place_of(raw: bytes) -> Place:
    """Where a proof says that its record stands."""
    claimed = proof.claim(raw)
    point = claimed.checkpoint

    def time(line: note.Line) -> int:
        return int.from_bytes(line.signature[:8], "big")

    seen = tuple(Witness(each.name, each.name.split("/")[1], time(each)) for each in point.lines[2:])
    code = point.origin.split("/")[1]
    return Place(point.origin, code, claimed.index, point.size, time(point.lines[1]), seen)


def shown(frame: Frame) -> Any:
    """What a frame that holds a record and its proof says."""
    kind, _, raw = frame
    return parse(StatusProof if kind == "status" else Receipt, raw)


def digest_of(frame: Frame) -> bytes:
    """What other objects name this one by: its digest, of a record frame that of the record."""
    kind, _, raw = frame
    held = parse(Receipt, raw).record if kind in ("record", "receipt") else raw
    return suites.object_digest(held)


Edit = Callable[[Signed], Signed]


def again(keys: Keys, raw: bytes, edit: Edit) -> bytes:
    """A signed object with another body or other signers, signed again."""
    changed = edit(parse(Signed, raw))
    return keys.sign(changed.type, changed.body, changed.signers)


def remade(keys: Keys, frame: Frame, edit: Edit) -> Frame:
    """A frame whose signed object was edited and signed again; a record gets its place again."""
    kind, name, raw = frame
    if kind == "attached":
        value = parse(AttachedList, raw)
        parts = tuple(again(keys, each, edit) for each in value.signatures)
        return kind, name, encode(replace(value, signatures=parts))
    if kind in ("record", "receipt", "status"):
        true = shown(frame)
        record = again(keys, true.record, edit)
        return kind, name, encode(replace(true, record=record, proof=keys.prove(record, place_of(true.proof))))
    made = again(keys, raw, edit)
    if kind == "credential":
        keys.know(made)
    return kind, name, made


def renaming(old: bytes, new: bytes) -> Edit:
    """One digest in place of another, in the body and among the signers."""

    def edit(signed: Signed) -> Signed:
        signers = tuple(replace(each, credential=new if each.credential == old else each.credential)
                        for each in signed.signers)  # fmt: skip
        return replace(signed, body=signed.body.replace(old, new), signers=signers)

    return edit


def followed(keys: Keys, frames: list[Frame], at: int, made: Frame, hands: set[str]) -> list[Frame]:
    """``frames`` with one replaced, and all that names it made again by whoever is among ``hands``."""
    out, waiting = list(frames), [(digest_of(frames[at]), digest_of(made))]
    out[at] = made
    while waiting:
        old, new = waiting.pop()
        for n, frame in enumerate(out):
            if old in frame[2] and n != at and signers_of(keys, frame) <= hands:
                changed = remade(keys, frame, renaming(old, new))
                if digest_of(changed) != digest_of(frame) and len(waiting) < 200:
                    waiting.append((digest_of(frame), digest_of(changed)))
                out[n] = changed
    return out


def signers_of(keys: Keys, frame: Frame) -> set[str]:
    """The codes of those who signed a frame."""
    kind, _, raw = frame
    parts = parse(AttachedList, raw).signatures if kind == "attached" else (raw,)
    if kind in ("record", "receipt", "status"):
        parts = (shown(frame).record,)
    marks = [each.credential for part in parts for each in parse(Signed, part).signers]
    return {keys.holders[each].code if each in keys.holders else "A00" for each in marks}
