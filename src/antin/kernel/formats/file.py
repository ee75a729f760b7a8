"""File mode: sealed files and detached signatures between people, without stations (spec/file.md).

Its own magic, info and keys; a station never imports one.
"""

from __future__ import annotations

import base64
import hashlib
from typing import Annotated

from antin.errors import Malformed
from antin.frozen import dataclass
from antin.kernel.crypto.suite import Suite, by_number
from antin.kernel.formats.fields import Digest, Id, Salt, SuiteDigest, SuiteNumber, Time, Uint
from antin.kernel.formats.shape import Within, encode, shape

MAGIC = b"antinF1\n"
PUBLIC_PREFIX, SECRET_PREFIX = "antin1", "ANTIN-SECRET-KEY-1:"
HEADER_LIMIT = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Stanza:
    """The content key wrapped to one recipient."""

    kid: Digest
    wrapped: Annotated[bytes, Within(1, 4096)]


@shape("antin/file/1", limit=HEADER_LIMIT)
@dataclass(frozen=True, slots=True)
class FileHeader:
    """After the magic and its length (4 bytes, big-endian)."""

    suite: SuiteNumber
    content: Id
    stanzas: Annotated[tuple[Stanza, ...], Within(1, 1000)]


@shape("antin/file-statement-body/1", limit=8 * 1024)
@dataclass(frozen=True, slots=True)
class FileStatement:
    """Who signed which bytes; ``seal`` is empty for a detached signature."""

    salt: Salt
    document: SuiteDigest
    size: Uint
    seal: Annotated[bytes, Within(0, 48)]
    time: Time
    name: Annotated[str, Within(0, 255)]


@dataclass(frozen=True, slots=True)
class FilePublic:
    """The public half of a key file."""

    suite: int
    signing: bytes
    wrapping: bytes


def frame(header: FileHeader) -> bytes:
    """magic ‖ length ‖ header."""
    raw = encode(header)
    return MAGIC + len(raw).to_bytes(4, "big") + raw


def context(suite: Suite, framed: bytes) -> bytes:
    """The stream's context."""
    return suite.digest(b"antin/file-context/1", framed)


def wrap_info(suite: Suite, content: bytes, kid: bytes) -> bytes:
    """HPKE info of one stanza."""
    return suite.digest(b"antin/file-info/1", content, kid)


def write_public(public: FilePublic) -> str:
    """One line: prefix, then Base64 of suite ‖ signing ‖ wrapping ‖ checksum."""
    raw = bytes([public.suite]) + public.signing + public.wrapping
    return PUBLIC_PREFIX + _b64(raw + hashlib.sha256(raw).digest()[:4])


def read_public(line: str) -> FilePublic:
    """Raises ``Malformed`` for anything but one whole, undamaged line."""
    raw = _unb64(line.removeprefix(PUBLIC_PREFIX)) if line.startswith(PUBLIC_PREFIX) else b""
    if len(raw) < 5 or hashlib.sha256(raw[:-4]).digest()[:4] != raw[-4:]:
        raise Malformed("public-key-malformed")
    suite = by_number(raw[0])
    signing, wrapping = suite.classical_public + suite.pq_public, suite.kem_public + suite.exchange_public
    if len(raw) != 1 + signing + wrapping + 4:
        raise Malformed("public-key-malformed")
    return FilePublic(raw[0], raw[1 : 1 + signing], raw[1 + signing : -4])


def write_secret(raw: bytes) -> str:
    """The secret line of a key file."""
    return SECRET_PREFIX + _b64(raw)


def read_secret(text: str) -> bytes:
    """The secret bytes of a key file: comments start with #, one secret line."""
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    if len(lines) != 1 or not lines[0].startswith(SECRET_PREFIX):
        raise Malformed("key-file-malformed")
    return _unb64(lines[0].removeprefix(SECRET_PREFIX))


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _unb64(text: str) -> bytes:
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError:
        raise Malformed("public-key-malformed") from None
    if _b64(raw) != text:
        raise Malformed("public-key-malformed")
    return raw
