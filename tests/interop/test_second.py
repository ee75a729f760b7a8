"""The second implementation (second/, written from spec/ alone) as judge of ours, and age of the hybrid KEM."""

from __future__ import annotations

import base64
import fcntl
import hashlib
import importlib
import io
import json
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from conftest import ANTIN, Told, environment
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac, hpke
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from vector_checks import VECTORS

from antin.kernel import check, seal
from antin.kernel.crypto import suite as suites
from antin.kernel.crypto import tree, wrap
from antin.kernel.formats import cbor
from antin.kernel.formats.fields import Facts, Label
from antin.kernel.formats.sealed import Head, Header
from antin.kernel.formats.shape import encode
from antin.kernel.formats.signed import Signer
from antin.kernel.formats.slip import Leaf, Slip, WrappedKey
from antin.kernel.formats.statement import Attached, AttachedList, Statement
from antin.kernel.sign import sign_object
from antin.verify import verify

SECOND = Path(__file__).resolve().parents[2] / "second"
NODE_AT_LEAST = (20, 19)
Judge = Callable[[str], Any]
Demo = Callable[[str], Told]
Frames = list[tuple[list[Any], bytes]]


@dataclass(frozen=True)
class Node:
    """A folder with its packages installed, and how to run a program of it."""

    node: str
    folder: Path

    def run(self, program: str, *words: str | Path, given: str = "") -> subprocess.CompletedProcess[str]:
        command = [self.node, program, *map(str, words)]
        return subprocess.run(
            command, cwd=self.folder, input=given, capture_output=True, text=True, timeout=540, check=False
        )

    def answers(self, jobs: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
        """One process for all jobs; it must not fall over whatever it is given."""
        done = self.run("jobs.mjs", given="\n".join(json.dumps(job) for job in jobs))
        assert done.returncode == 0, done.stderr[-2000:]
        return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture
def install(request: pytest.FixtureRequest, judge: Judge) -> Callable[[Path], Node]:
    """``install(folder)`` once for each lock file; what npm fetched stays in pytest's cache."""

    def installed(source: Path) -> Node:
        node, npm = judge("node"), judge("npm")
        version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
        if tuple(map(int, re.findall(r"\d+", version)[:2])) < NODE_AT_LEAST:
            _missing(request, f"node {version.strip()} is older than {NODE_AT_LEAST}")
        lock = (source / "package-lock.json").read_bytes()
        place = Path(request.config.cache.mkdir("second")) / hashlib.sha256(lock).hexdigest()[:16]
        place.mkdir(exist_ok=True)
        with (place / "lock").open("w") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            for path in (*source.glob("*.mjs"), *source.glob("package*.json"), source / ".npmrc"):
                shutil.copy(path, place)
            if not (place / "installed").exists():
                words = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
                if subprocess.run(words, cwd=place, capture_output=True, timeout=240, check=False).returncode:
                    _missing(request, "npm ci failed: no way to the packages")
                (place / "installed").touch()
        return Node(node, place)

    return installed


def _missing(request: pytest.FixtureRequest, why: str) -> None:
    request.node.user_properties.append(("judge", "second:missing"))
    pytest.skip(f"judge missing: second ({why})")


@pytest.fixture
def second(install: Callable[[Path], Node]) -> Node:
    return install(SECOND)


# The vectors.


def test_every_vector_comes_out_as_it_says(second: Node) -> None:
    done = second.run("run-vectors.mjs", VECTORS)
    count = len(list(VECTORS.glob("*/*.txt")))
    assert done.stdout.splitlines()[-1] == f"{count} passed, 0 failed, 0 skipped", done.stdout + done.stderr
    assert done.returncode == 0


@pytest.mark.parametrize(
    ("case", "old", "new"),
    [
        ("slip/valid", "expect: ok", "expect: not-addressed"),
        ("slip/path-short", "expect: not-addressed", "expect: ok"),
        ("suites/digest-1", "result.digest: hex 3f", "result.digest: hex 3e"),
        ("sealed/document-other", "station_expects: content-tampered", "station_expects: seal-mismatch"),
        ("encoding/map", "why=type-not-allowed", "why=truncated"),
        ("encoding/empty", "check: decode", "check: nothing"),
    ],
)
def test_a_vector_that_says_something_else_is_not_passed(
    second: Node, tmp_path: Path, case: str, old: str, new: str
) -> None:
    group, name = case.split("/")
    (tmp_path / group).mkdir()
    shutil.copy(VECTORS / "shared.txt", tmp_path)
    text = (VECTORS / f"{case}.txt").read_text("utf-8")
    assert old in text
    (tmp_path / group / f"{name}.txt").write_text(text.replace(old, new), "utf-8")
    done = second.run("run-vectors.mjs", tmp_path)
    assert done.stdout.splitlines()[-1].startswith("0 passed"), done.stdout
    assert done.returncode == 1


# Random dispatches: our kernel seals, the other side opens.


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


@pytest.fixture
def posts(monkeypatch: pytest.MonkeyPatch) -> dict[int, Post]:
    monkeypatch.syspath_prepend(str(VECTORS))
    people = importlib.import_module("people").everyone(fresh=False)
    sys.modules.pop("people")
    first = [people[n] for n in ("root", "authority", "agency-a", "officer-a", "registrar-a", "agency-b")]
    other = [people[n] for n in ("root-2", "agency-2", "officer-2")]
    return {
        1: Post(1, tuple(first), *first[2:]),
        2: Post(2, tuple(other), other[1], other[2], other[2], other[1]),
    }


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
        self.facts = Facts("CV", f"{self.sequence}/CV", 1_772_000_000, self.say(6), self.say(1) + ".pdf", "text/plain")
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
        blob = sealer.update(document) + sealer.close(tail)
        path = tree.inclusion(reader, mine, len(leaves))
        to = post.receiver.wrapping
        slip = Slip(post.agency.subject.code, 1, self.sequence, leaves[mine], mine, len(leaves), path, post.number,
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
        return Sent(raw, blob, people_seed(post.receiver), expected)

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
        hash_ = {1: hashlib.sha256, 2: hashlib.sha384}[post.number]
        out: list[bytes] = []
        for act, hands in (("sign", [post.author]), ("stamp", [post.registrar, post.agency]))[:wanted]:
            salt = self.chance.randbytes(32)
            over = suites.object_digest(out[-1]) if out else b""
            body = Attached(act, post.agency.subject.code, salt, hash_(salt + document).digest(), len(document),
                            self.facts, self.label, over, 1_772_000_000)  # fmt: skip
            signers = [(each.signing, Signer(each.digest, self.sequence)) for each in hands]
            out.append(sign_object("antin/attached/1", post.agency.suite, encode(body), signers))
        return tuple(out)


def people_seed(holder: Any) -> bytes:
    size = holder.suite.wrapping_seed
    return hashlib.shake_256(f"antin vectors: {holder.name} wrapping".encode()).digest(size)


def flipped(raw: bytes, at: int) -> bytes:
    return raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]


def dispatch(second: Node, post: Post, count: int, chance: random.Random) -> None:
    """Opened as they were sent; with one bit changed anywhere, refused."""
    sender = Sender(post, chance)
    sent = [sender.send() for _ in range(count)]
    spoiled = []
    for each in sent[::4]:
        name = chance.choice(["slip", "sealed"])
        raw = getattr(each, name)
        spoiled.append(each.job(**{name: flipped(raw, chance.randrange(len(raw)))}))
    chain = [base64.b64encode(each.raw).decode() for each in post.chain]
    jobs = [{"do": "trust", "credentials": chain}, *(each.job() for each in sent), *spoiled]
    trusted, *found = second.answers(jobs)
    assert trusted == {"believed": len(chain)}
    assert found[:count] == [each.expected for each in sent]
    assert all("refused" in each for each in found[count:])
    assert len(found) == count + len(spoiled)


def test_the_other_side_opens_what_we_seal(second: Node, posts: dict[int, Post]) -> None:
    dispatch(second, posts[1], 170, random.Random(3))
    dispatch(second, posts[2], 30, random.Random(4))


@pytest.mark.soak
def test_the_other_side_opens_a_thousand(second: Node, posts: dict[int, Post]) -> None:
    seed = random.SystemRandom().randrange(2**32)
    print(f"seed {seed}")
    dispatch(second, posts[1], 850, random.Random(seed))
    dispatch(second, posts[2], 150, random.Random(seed + 1))


def test_a_slip_opens_nothing_but_its_own_blob(second: Node, posts: dict[int, Post]) -> None:
    sender = Sender(posts[1], random.Random(5))
    one, two = sender.send(), sender.send()
    chain = [base64.b64encode(each.raw).decode() for each in posts[1].chain]
    other_key = {**one.job(), "seed": bytes(96).hex()}
    trust, root = ({"do": "trust", "credentials": each} for each in (chain, chain[:1]))
    jobs = [trust, one.job(), one.job(sealed=two.sealed), other_key, root, one.job()]
    answers = second.answers(jobs)
    codes = [each.get("refused") for each in answers]
    assert codes == [None, None, "blob-not-expected", "wrap-invalid", None, "credential-unknown"]


# File mode, by our own command.


def files(folder: Path, suite: int) -> tuple[str, str, str]:
    """Two keys, a document sealed with and without a signature, and a detached one; the public lines and one key."""
    lines = []
    for name in ("a", "b"):
        command(folder, "keygen", "-o", f"{name}.key", "--suite", str(suite))
        text = (folder / f"{name}.key").read_text("utf-8")
        lines.append(next(each.split()[2] for each in text.splitlines() if each.startswith("# public:")))
    mine, theirs = lines
    (folder / "text").write_text("Kính gửi: các đơn vị.\n" * 1000, "utf-8")
    command(folder, "seal", "text", "-r", mine, "-r", theirs, "-s", "a.key", "-o", "signed")
    command(folder, "seal", "text", "-r", theirs, "-o", "unsigned")
    command(folder, "sign", "text", "-s", "a.key", "-o", "detached")
    return mine, theirs, (folder / "b.key").read_text("utf-8")


def command(folder: Path, *words: str) -> None:
    done = subprocess.run([ANTIN, *words], cwd=folder, env=environment(), capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("suite", [1, 2])
def test_files_of_ours_open_there(second: Node, tmp_path: Path, suite: int) -> None:
    mine, theirs, key = files(tmp_path, suite)
    raw = {each: (tmp_path / each).read_bytes() for each in ("text", "signed", "unsigned", "detached")}

    def unseal(file: bytes, who: str | None) -> dict[str, Any]:
        return {"do": "unseal", "file": base64.b64encode(file).decode(), "key": key, "from": who}

    def detached(document: bytes, who: str | None) -> dict[str, Any]:
        both = {"signature": raw["detached"], "document": document}
        return {"do": "detached", "from": who, **{name: base64.b64encode(each).decode() for name, each in both.items()}}

    document = base64.b64encode(raw["text"]).decode()
    cases: list[tuple[dict[str, Any], dict[str, Any]]] = [
        (unseal(raw["signed"], mine), {"document": document, "name": "text"}),
        (unseal(raw["unsigned"], None), {"document": document, "name": ""}),
        (detached(raw["text"], mine), {"name": "text"}),
        (unseal(raw["signed"], theirs), {"refused": "signer-not-expected"}),
        (unseal(raw["unsigned"], mine), {"refused": "not-signed"}),
        (unseal(flipped(raw["signed"], len(raw["signed"]) - 1), mine), {"why": "truncated", "refused": "content-tampered"}),
        (detached(raw["text"], theirs), {"refused": "signer-not-expected"}),
        (detached(raw["text"] + b" ", mine), {"why": "document", "refused": "content-tampered"}),
    ]
    assert second.answers(job for job, _ in cases) == [expected for _, expected in cases]


# Evidence.


def frames(raw: bytes) -> Frames:
    """Heads and bytes of a bundle, without its end."""
    at, out = 0, []
    while at < len(raw):
        start = at + 1 + raw[at]
        head = list(cbor.decode(raw[at + 1 : start], limit=127))  # type: ignore[arg-type]
        out.append((head, raw[start : start + head[3]]))
        at = start + head[3]
    return out[:-1]


def bundle(parts: Frames) -> bytes:
    def frame(head: list[Any]) -> bytes:
        raw = cbor.encode(tuple(head))
        return bytes([len(raw)]) + raw

    body = b"".join(frame(head) + raw for head, raw in parts)
    return body + frame(["antin/frame/1", "end", "", 32]) + hashlib.sha256(body).digest()


def printed_root(told: Told) -> str:
    found = re.search(r"verify evidence\.bundle --root ([0-9A-Z-]+)", told.out)
    assert found
    return found[1]


def test_evidence_of_the_demo_is_valid_there_too(second: Node, demo: Demo) -> None:
    told = demo("vi")
    evidence, root = told.folder / "evidence.bundle", printed_root(told)
    done = second.run("verify.mjs", evidence, root, told.folder / "da-mo.pdf")
    found = json.loads(done.stdout)
    assert (done.returncode, found["verdict"], found["documentCompared"]) == (0, "valid", True)
    assert {"sent", "arrived", "accepted", "opened"} <= {each["kind"] for each in found["records"]}
    other = second.run("verify.mjs", evidence, "0" * 40)
    assert json.loads(other.stdout) == {"verdict": "invalid", "code": "root-not-expected"}
    assert other.returncode == 1
    wrong = second.run("verify.mjs", evidence, root, evidence)
    assert json.loads(wrong.stdout)["verdict"] == "invalid"


def judged_alike(second: Node, told: Told, flips: int, chance: random.Random) -> None:
    """A frame left out, a bit changed in each: both reach one verdict. Whole bundles, so the closing digest holds."""
    root = printed_root(told)
    whole = frames((told.folder / "evidence.bundle").read_bytes())
    cases = {"whole": whole}
    for at in range(1, len(whole)):
        head, raw = whole[at]
        cases[f"without {at} {head[1:3]}"] = whole[:at] + whole[at + 1 :]
        for _ in range(flips):
            bit = chance.randrange(len(raw))
            cases[f"flipped {bit} in {at} {head[1:3]}"] = [*whole[:at], (head, flipped(raw, bit)), *whole[at + 1 :]]
    raws = [bundle(each) for each in cases.values()]
    theirs = second.answers(
        {"do": "evidence", "bundle": base64.b64encode(raw).decode(), "fingerprint": root} for raw in raws
    )
    fingerprint = hashlib.sha256(whole[1][1]).digest()[:25]
    ours = [str(verify(io.BytesIO(raw), fingerprint).verdict).replace("-", " ") for raw in raws]
    verdicts = [each.get("verdict", "invalid") for each in theirs]
    differ = {
        name: (mine, answer)
        for name, mine, verdict, answer in zip(cases, ours, verdicts, theirs, strict=True)
        if mine != verdict
    }
    assert not differ
    assert verdicts[0] == "valid"
    assert {"invalid", "not proven"} <= set(verdicts)


def test_spoiled_evidence_gets_one_verdict_from_both(second: Node, demo: Demo) -> None:
    judged_alike(second, demo("vi"), 1, random.Random(6))


@pytest.mark.soak
def test_spoiled_evidence_gets_one_verdict_from_both_at_length(second: Node, demo: Demo) -> None:
    seed = random.SystemRandom().randrange(2**32)
    print(f"seed {seed}")
    judged_alike(second, demo("vi"), 20, random.Random(seed))


# age, which knows nothing of ours: the KEM of the first suite under age's own KDF and AEAD.

AGE = hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.CHACHA20_POLY1305)
AGE_INFO = b"age-encryption.org/mlkem768x25519"
LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"


def from_bech32(text: str) -> bytes:
    """The data of a Bech32 string, its checksum left to age."""
    letters = text.lower().rpartition("1")[2][:-6]
    value = 0
    for letter in letters:
        value = value << 5 | LETTERS.index(letter)
    size = len(letters) * 5 // 8
    return (value >> (len(letters) * 5 - size * 8)).to_bytes(size, "big")


def derived(key: bytes, salt: bytes | None, info: bytes) -> bytes:
    return HKDF(hashes.SHA256(), 32, salt, info).derive(key)


def age_mac(file_key: bytes, head: bytes) -> bytes:
    mac = hmac.HMAC(derived(file_key, None, b"header"), hashes.SHA256())
    mac.update(head)
    return mac.finalize()


def plain64(raw: bytes) -> str:
    return base64.b64encode(raw).decode().rstrip("=")


def unplain64(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4))


def age_file(public: bytes, text: bytes, info: bytes = AGE_INFO) -> bytes:
    """An age file to a hybrid recipient, whose file key our library wraps."""
    file_key, nonce = bytes(range(16)), bytes(16)
    halves = MLKEM768PublicKey.from_public_bytes(public[:1184]), X25519PublicKey.from_public_bytes(public[1184:])
    wrapped = AGE.encrypt(file_key, hpke.MLKEM768X25519PublicKey(*halves), info)
    stanza = f"-> mlkem768x25519 {plain64(wrapped[:1120])}\n{plain64(wrapped[1120:])}\n"
    head = f"age-encryption.org/v1\n{stanza}---".encode()
    payload = ChaCha20Poly1305(derived(file_key, nonce, b"payload")).encrypt(bytes(11) + b"\1", text, None)
    return head + b" " + plain64(age_mac(file_key, head)).encode() + b"\n" + nonce + payload


def test_age_opens_what_our_library_wraps(install: Callable[[Path], Node]) -> None:
    age = install(SECOND / "age")
    made, other = age.answers([{"do": "identity"}] * 2)
    file, wrong_info = (age_file(from_bech32(made["recipient"]), "Tối mật".encode(), each) for each in (AGE_INFO, b""))
    jobs = [(made, file), (other, file), (made, wrong_info), (made, flipped(file, 60))]
    found = age.answers(
        {"do": "decrypt", "identity": who["identity"], "file": base64.b64encode(raw).decode()} for who, raw in jobs
    )
    assert found[0] == {"text": "Tối mật"}
    assert all("refused" in each for each in found[1:]), found


def test_our_library_opens_what_age_wraps(install: Callable[[Path], Node]) -> None:
    age = install(SECOND / "age")
    made = age.answers([{"do": "identity"}])[0]
    sealed = age.answers([{"do": "encrypt", "recipient": made["recipient"], "text": "Mật"}])[0]
    head, _, _ = base64.b64decode(sealed["file"]).partition(b"---")
    lines = head.decode().splitlines()
    assert lines[1].startswith("-> mlkem768x25519 ")
    wrapped = unplain64(lines[1].split(" ")[2]) + unplain64(lines[2])
    expanded = hashlib.shake_256(from_bech32(made["identity"])).digest(96)
    halves = MLKEM768PrivateKey.from_seed_bytes(expanded[:64]), X25519PrivateKey.from_private_bytes(expanded[64:])
    key = hpke.MLKEM768X25519PrivateKey(*halves)
    file_key = AGE.decrypt(wrapped, key, AGE_INFO)
    mac = base64.b64decode(sealed["file"]).partition(b"--- ")[2].partition(b"\n")[0].decode()
    assert unplain64(mac) == age_mac(file_key, head + b"---")
    for bad, info in ((flipped(wrapped, 0), AGE_INFO), (flipped(wrapped, -1 % len(wrapped)), AGE_INFO), (wrapped, b"")):
        with pytest.raises(InvalidTag):
            AGE.decrypt(bad, key, info)
