"""What is public is read once; what is secret, refused or large is never kept."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from antin.errors import Malformed, Unverified
from antin.kernel.crypto import public_key
from antin.kernel.crypto import suite as suites
from antin.kernel.crypto.signing_key import SigningKey
from antin.kernel.formats import cbor, shape
from antin.kernel.formats.shape import encode, known, parse, remembered
from antin.kernel.formats.signed import TYPES, claim
from antin.kernel.formats.status import Status

SOURCE = Path(__file__).resolve().parent.parent / "src" / "antin"
PUBLIC = {"Slip", "Record", "Receipt"}


def test_only_what_is_public_is_kept() -> None:
    used = {
        name for path in SOURCE.rglob("*.py") for name in re.findall(r"\bknown\(([A-Z]\w+), ", path.read_text("utf-8"))
    }
    assert used == PUBLIC


def test_the_same_bytes_give_the_same_value() -> None:
    raw = encode(Status(1, 2, bytes(32)))
    assert known(Status, raw) is known(Status, bytes(raw)) and known(Status, raw) == parse(Status, raw)
    assert parse(Status, raw) is not parse(Status, raw)


def test_what_was_refused_is_refused_again() -> None:
    for _ in range(3):
        with pytest.raises(Malformed):
            known(Status, b"\x80")


def test_one_changed_byte_of_what_was_verified_is_verified_anew() -> None:
    suite = suites.by_number(1)
    key = SigningKey(suite, bytes(range(suite.signing_seed % 256)) or bytes(suite.signing_seed))
    message, type_ = b"m" * 100, "antin/quick-record/1"
    signatures = key.sign(message, type_, hybrid=False)
    for _ in range(2):
        public_key.verify(key.public, message, signatures, type_, hybrid=False)
    for changed in (b"M" + message[1:], message[:-1]):
        with pytest.raises(Unverified):
            public_key.verify(key.public, changed, signatures, type_, hybrid=False)
    other = SigningKey(suite, b"\x07" * suite.signing_seed)
    with pytest.raises(Unverified):
        public_key.verify(other.public, message, signatures, type_, hybrid=False)
    with pytest.raises(Unverified):
        public_key.verify(key.public, message, signatures, type_, hybrid=True)


def test_what_is_large_is_not_kept() -> None:
    asked: list[int] = []

    @remembered
    def size(raw: bytes, extra: int = 0) -> int:
        asked.append(len(raw))
        return len(raw) + extra

    for _ in range(2):
        assert size(b"x") == 1 and size(b"x", extra=1) == 2 and size(bytes(20_000)) == 20_000
    assert sorted(asked) == [1, 1, 20_000, 20_000]


WORDS = {
    "antin/statement/1",
    "antin/attached/1",
    "antin/file-statement/1",
}  # what a document is called, and about what it is
OPEN = {"antin/credential/1", "antin/request/1", "antin/slip/1", "antin/record/1", "antin/quick-record/1",
        "antin/link-key/1", "antin/level-key/1", "antin/handover/1"}  # fmt: skip


def test_what_holds_words_of_a_document_is_forgotten_at_once() -> None:
    assert set(TYPES) == WORDS | OPEN  # whoever adds a signed type says here which it is
    assert shape._SECRET == WORDS
    raw = cbor.encode(("antin/signed/1", "antin/statement/1", 1, ((bytes(32), 1),), b"x", ((b"s" * 64, b"p" * 3309),)))
    kept = claim.__wrapped__  # type: ignore[attr-defined]
    kept.cache_clear()
    claim(raw, "antin/statement/1")
    assert kept.cache_info().currsize == 0
