"""The second implementation (second/, written from spec/ alone) judges ours: vectors, dispatches, files, evidence."""

from __future__ import annotations

import base64
import hashlib
import importlib
import io
import json
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import ANTIN, Node, Told, environment
from posts import Post, Sender, flipped
from vector_checks import VECTORS

from antin.errors import Malformed
from antin.kernel.formats import cbor
from antin.verify import verify

Demo = Callable[[str], Told]
Frames = list[tuple[list[Any], bytes]]


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


# Bytes that somebody damaged: accepted by both, or refused by both for one reason.


def value(chance: random.Random, depth: int = 0) -> cbor.Value:
    kind = chance.randrange(6)
    if kind == 0:
        return chance.choice([0, 23, 24, 255, 256, 65535, 65536, 2**32, 2**53, 2**64 - 1])
    if kind == 1:
        return chance.randbytes(chance.choice([0, 1, 23, 24, 30]))
    if kind == 2:
        return chance.choice(["", "a", "Tuyệt mật", "x" * 30])
    if kind == 3:
        return chance.choice([True, False, None])
    return tuple(value(chance, depth + 1) for _ in range(chance.randrange(5))) if depth < 8 else 0


def damaged(chance: random.Random) -> bytes:
    raw = bytearray(cbor.encode(value(chance)))
    for _ in range(chance.choice([0, 1, 1, 2, 4])):
        at = chance.randrange(len(raw) + 1)
        raw[at : at + chance.randrange(2)] = chance.randbytes(chance.randrange(2))
    return bytes(raw)


def read_here(raw: bytes) -> dict[str, Any]:
    try:
        return {"again": cbor.encode(cbor.decode(raw, limit=200)).hex()}
    except Malformed as error:
        return {"refused": error.code, "why": error.fields["why"]}


def test_both_read_the_same_bytes_and_refuse_the_same(second: Node) -> None:
    chance = random.Random(7)
    raws = [damaged(chance) for _ in range(5000)]
    answers = second.answers({"do": "decode", "bytes": raw.hex(), "limit": 200} for raw in raws)
    theirs = [{key: each[key] for key in ("again", "refused", "why") if key in each} for each in answers]
    assert theirs == [read_here(raw) for raw in raws]
    assert {"again", "refused"} == {next(iter(each)) for each in map(read_here, raws)}


# Random dispatches: our kernel seals, the other side opens.


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
        (unseal(raw["signed"] + b"0", mine), {"why": "truncated", "refused": "content-tampered"}),
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
    done = second.run("verify.mjs", evidence, root, told.folder / "ke-hoach.phieu")
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
