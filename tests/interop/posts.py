"""Dispatches made from chance by our kernel, under the fixed keys of the vectors, for another reader to open."""

from __future__ import annotations

import base64
import hashlib
import random
from dataclasses import dataclass, field
from typing import Any

from antin.kernel import check, seal
from antin.kernel.crypto import suite as suites
from antin.kernel.crypto import tree, wrap
from antin.kernel.formats import cbor
from antin.kernel.formats.fields import Facts, Label
from antin.kernel.formats.sealed import Head, Header
from antin.kernel.formats.shape import encode
from antin.kernel.formats.signed import Signatory
from antin.kernel.formats.slip import Leaf, Slip
from antin.kernel.formats.statement import Attached, AttachedList, Statement
from antin.kernel.formats.wrapped import WrappedKey
from antin.kernel.sign import sign_object


@dataclass
class Post:
    """Who sends to whom in one suite, under the fixed keys of the vectors."""

    number: int
    chain: tuple[Any, ...]
    agency: Any
    author: Any
    registrar: Any
    receiver: Any
    words: str = "văn bản mật mã cơ yếu hỏa tốc đường truyền niêm phong người ký con dấu"


@dataclass
class Sent:
    """One dispatch as it arrives, and what must come out of it."""

    slip: bytes
    sealed: bytes
    seed: bytes
    expected: dict[str, Any]

    def job(self, **changed: bytes) -> dict[str, Any]:
        given = {"slip": self.slip, "sealed": self.sealed, **changed}
        texts = {name: base64.b64encode(raw).decode() for name, raw in given.items()}
        return {"do": "open", "seed": self.seed.hex(), **texts}


@dataclass
class Sender:
    """Makes dispatches from one source of chance."""

    post: Post
    chance: random.Random
    sequence: int = 0
    label: Label = field(init=False)
    facts: Facts = field(init=False)

    def send(self) -> Sent:
        chance, post, suite = self.chance, self.post, self.post.agency.suite
        self.sequence += 1
        top = post.author.subject.clearance.level
        self.label = Label(chance.randint(0, top), chance.choice([0, 1_900_000_000]), (), (), chance.randint(0, 9))
        subject = "" if self.label.level == 3 else self.say(6)  # Tuyệt mật: none
        self.facts = Facts("CV", f"{self.sequence}/CV", 1_772_000_000, subject, self.say(1) + ".pdf", "text/plain")
        document = chance.randbytes(chance.choice([0, 1, 2, chance.randint(3, 300), 16_300, 16_384, 40_000]))
        mine, leaves = self.leaves()
        hashes_ = [check.leaf_of(each) for each in leaves]
        reader = tree.memory_hashes(hashes_)
        id_, content, key, salt = (chance.randbytes(n) for n in (16, 16, 32, 32))
        header = encode(Header(post.number, content))
        head = encode(Head(post.number, content, self.label, post.author.digest, id_))
        attached = encode(AttachedList(self.signatures(document), ()))
        made: dict[str, bytes] = {}

        def tail(done: seal.Sealed) -> bytes:
            body = Statement(
                id_, post.agency.subject.code, 1, salt, done.document, done.size, self.facts, self.label,
                suites.object_digest(attached), len(attached), tree.root(reader, len(leaves)), len(leaves), done.seal,
                1_772_000_000,
            )  # fmt: skip
            made["statement"] = post.author.sign("antin/statement/1", encode(body), self.sequence)
            return seal.tail(attached, made["statement"])

        sealer = seal.Sealer(suite, key, header, seal.head_context(head, suite), salt)
        blob = sealer.update(document) + b"".join(sealer.pad()) + sealer.close(tail)
        path = tree.inclusion(reader, mine, len(leaves))
        to = post.receiver.wrapping
        slip = Slip(post.agency.subject.code, 1, self.sequence, leaves[mine], mine, len(leaves), path, post.number,
                    suites.object_digest(made["statement"]),
                    hashlib.sha256(b"\0" + blob).digest(), len(blob), wrap.kid(suite, to.public), b"")  # fmt: skip
        wrapped = wrap.wrap(suite, to.public, encode(WrappedKey(key, head)), seal.wrap_info(slip, suite))
        slip = Slip(*(getattr(slip, name) for name in list(slip.__dataclass_fields__)[:-1]), wrapped)
        expected = {
            "document": base64.b64encode(document).decode(),
            "statement": hashlib.sha256(made["statement"]).hexdigest(),
            "author": post.author.digest.hex(),
            "attached": len(cbor.decode(attached, limit=10**6)[1]),  # type: ignore[index, arg-type]
        }
        raw = post.agency.sign("antin/slip/1", encode(slip), self.sequence)
        return Sent(raw, blob, wrapping_seed(post.receiver), expected)

    def say(self, count: int) -> str:
        return " ".join(self.chance.choices(self.post.words.split(), k=count))

    def leaves(self) -> tuple[int, list[Leaf]]:
        count = self.chance.choice([1, 2, 3, self.chance.randint(4, 40)])
        mine = self.chance.randrange(count)
        code = self.post.receiver.subject.code
        codes = [code if n == mine else f"{code}.{n}" for n in range(count)]
        late = self.chance.choice([0, 1_800_000_000])
        return mine, [Leaf(self.chance.randbytes(32), each, "", self.chance.randint(0, 4), late, 0) for each in codes]

    def signatures(self, document: bytes) -> tuple[bytes, ...]:
        """Nothing, a leader's signature, or that and the agency's seal over it."""
        post, wanted = self.post, self.chance.randint(0, 2)
        if post.registrar is post.author:  # who signed may not stamp
            wanted = min(wanted, 1)
        size, root = suites.document_root(post.agency.suite, [document])
        out: list[bytes] = []
        for act, hands in (("sign", [post.author]), ("stamp", [post.registrar, post.agency]))[:wanted]:
            salt = self.chance.randbytes(32)
            over = suites.object_digest(out[-1]) if out else b""
            digest = post.agency.suite.document_digest(salt, size, root)
            body = Attached(act, post.agency.subject.code, salt, digest, size, self.facts, self.label, over,
                            1_772_000_000)  # fmt: skip
            signers = [(each.signing, Signatory(each.digest, self.sequence)) for each in hands]
            out.append(sign_object("antin/attached/1", post.agency.suite, encode(body), signers))
        return tuple(out)


def wrapping_seed(holder: Any) -> bytes:
    size = holder.suite.wrapping_seed
    return hashlib.shake_256(f"antin vectors: {holder.name} wrapping".encode()).digest(size)


def flipped(raw: bytes, at: int) -> bytes:
    return raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]
