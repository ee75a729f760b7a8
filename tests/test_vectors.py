"""Every vector file, every small object flipped at every byte, and cbor2 as judge of our encoding."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from vector_checks import CHECKS, VECTORS, read

from antin.errors import AntinError, Malformed
from antin.kernel.crypto.suite import object_digest
from antin.kernel.formats import cbor
from antin.kernel.formats.signed import TYPES, TypeRule

HEAD = {"name", "format", "tests", "rule", "check", "expect", "station_expects"}
FILES = sorted(VECTORS.glob("*/*.txt"))
NAMES = [path.relative_to(VECTORS).with_suffix("").as_posix() for path in FILES]
SPEC = VECTORS.parent / "spec"
RECORD = SPEC / "record.md"
STEERING = SPEC / "steering.md"
# One valid object of each format, flipped bit by bit. The hybrid ones are long, so a few stand for all.
FLIPPED = ("slip/valid", "record/quick", "record/two-officers", "receipt/valid", "checkpoint/valid", "proof/valid",
           "credential/officer-a", "credential/root", "statement/valid", "bundle/small", "status/revoked",
           "sealed/valid", "keystore/locked", "file/unsigned", "file/signed", "link/key", "link/request",
           "ballot/mix")  # fmt: skip


def run(case: dict[str, Any]) -> dict[str, Any]:
    return CHECKS[case["check"]](case)


def shown(value: Any) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_each_file_has_its_outcome(path: Path) -> None:
    case = read(path)
    code, *fields = str(case["expect"]).split(" ")
    if code == "ok":
        found = run(case)
        for key, value in case.items():
            if key.startswith("result."):
                assert shown(found[key.removeprefix("result.")]) == shown(value), key
        return
    with pytest.raises(AntinError) as caught:
        run(case)
    assert caught.value.code == code
    for field in fields:
        name, _, value = field.partition("=")
        assert str(caught.value.fields[name]) == value


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_each_file_says_what_it_is(path: Path) -> None:
    case = read(path)
    assert HEAD - {"station_expects"} <= set(case)
    assert case["name"] == path.relative_to(VECTORS).with_suffix("").as_posix()
    assert path.stat().st_size < 64 * 1024
    # What only the station can refuse must still show in a result of the kernel, or be a rule of paper.
    assert case["expect"] == "ok" or "station_expects" not in case


def test_both_outcomes_of_each_format_are_there() -> None:
    for folder in {path.parent for path in FILES}:
        outcomes = {str(read(path)["expect"]).split(" ")[0] == "ok" for path in folder.glob("*.txt")}
        assert outcomes == {True, False} or folder.name in ("label", "names"), folder.name


@pytest.mark.parametrize("name", FLIPPED)
def test_no_flipped_byte_passes(name: str) -> None:
    case = read(VECTORS / f"{name}.txt")
    raw = case["bytes"]
    for at, mask in flips(name, len(raw)):
        broken = raw[:at] + bytes([raw[at] ^ mask]) + raw[at + 1 :]
        with pytest.raises(AntinError):
            # A root is judged by its signature here: the fingerprint is that of the broken bytes.
            run({**case, "bytes": broken, "fingerprint": object_digest(broken)})


def flips(name: str, size: int) -> list[tuple[int, int]]:
    """Two bits of every byte; of long objects, whose checks cost more, one."""
    draw = random.Random(name)
    if size > 6000:
        return [(at, 1 << draw.randrange(8)) for at in range(size)]
    return [(at, mask) for at in range(size) for mask in (1, 1 << draw.randrange(1, 8))]


@pytest.mark.parametrize("name", FLIPPED)
def test_no_shortened_object_passes(name: str) -> None:
    case = read(VECTORS / f"{name}.txt")
    raw = case["bytes"]
    for size in sorted({0, 1, 2, *random.Random(name).sample(range(len(raw)), 40), len(raw) - 1}):
        with pytest.raises(AntinError):
            run({**case, "bytes": raw[:size]})


@pytest.mark.parametrize("number", range(1, 41))
def test_each_rule_stands_on_a_page(number: int) -> None:
    marked = re.compile(rf"\(rules? (\d+, )*{number}(, \d+)*\)")
    assert any(marked.search(page.read_text("utf-8")) for page in SPEC.glob("*.md")), f"rule {number}"


def test_each_named_vector_is_there() -> None:
    for page in SPEC.glob("*.md"):
        for name in re.findall(r"`vectors/([a-z0-9/-]+)\.txt`", page.read_text("utf-8")):
            assert (VECTORS / f"{name}.txt").exists(), f"{page.name}: {name}"


CLEAN = st.text(max_size=30).filter(cbor.clean_text)
NUMBERS = st.integers(0, 2**64 - 1) | st.sampled_from([0, 23, 24, 255, 256, 65535, 65536, 2**32 - 1, 2**32])
VALUES = st.recursive(
    NUMBERS | st.binary(max_size=300) | CLEAN | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=30).map(tuple),
    max_leaves=40,
)


@pytest.fixture(name="cbor2")
def _cbor2(judge: Callable[[str], Any]) -> Any:
    return judge("cbor2")


def frozen(value: Any) -> Any:
    return tuple(map(frozen, value)) if isinstance(value, list | tuple) else value


def depth(value: Any) -> int:
    return 1 + max(map(depth, value), default=0) if isinstance(value, tuple) else 0


@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=VALUES.filter(lambda value: depth(value) <= cbor.MAX_DEPTH))
def test_cbor2_writes_the_same_bytes(cbor2: Any, value: Any) -> None:
    raw = cbor.encode(value)
    assert raw == cbor2.dumps(value, canonical=True)
    assert cbor.decode(raw, limit=10**6) == value == frozen(cbor2.loads(raw))


@settings(max_examples=2000, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(raw=st.binary(max_size=40))
@example(raw=b"\x82\x01\x82\x40\x60")
@example(raw=b"\x81\xf5")
def test_what_we_accept_cbor2_reads_alike(cbor2: Any, raw: bytes) -> None:
    agree(cbor2, raw)


@settings(max_examples=1000, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=VALUES, at=st.integers(0, 10**6), byte=st.integers(0, 255))
def test_a_changed_byte_is_read_alike_or_refused(cbor2: Any, value: Any, at: int, byte: int) -> None:
    raw = bytearray(cbor.encode(value))
    raw[at % len(raw)] = byte
    agree(cbor2, bytes(raw))


def agree(cbor2: Any, raw: bytes) -> None:
    try:
        value = cbor.decode(raw, limit=10**6)
    except Malformed:
        return
    assert frozen(cbor2.loads(raw)) == value
    assert cbor.encode(value) == cbor2.dumps(value, canonical=True) == raw


def test_a_bad_value_is_never_written() -> None:
    bad: list[Any] = [-1, 2**64, "e\u0301", "\ud800", "a\u202eb", (1, ("\x07",))]
    for value in bad:
        with pytest.raises(Malformed):
            cbor.encode(value)


def test_items_are_counted() -> None:
    many = cbor.encode((None,) * cbor.MAX_ITEMS)
    with pytest.raises(Malformed, match="too-many-items"):
        cbor.decode(many, limit=len(many))


def test_the_table_of_signed_types_is_that_of_the_code() -> None:
    page = (SPEC / "signed.md").read_text("utf-8")
    rows = re.findall(r"^\| `(antin/[a-z-]+/1)` \| (1|1–2|1–9) \| (hybrid|classical) \| (\d+) KiB \|", page, re.M)
    table = {type_: TypeRule(int(n[-1]), how == "hybrid", int(limit) * 1024) for type_, n, how, limit in rows}
    assert table == TYPES
