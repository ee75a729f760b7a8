"""Paper (phiếu): a steering record on its way to other stations, and the words beside it (spec/paper.md)."""

from __future__ import annotations

import hashlib
from typing import Annotated

from antin.errors import Malformed
from antin.frozen import dataclass
from antin.kernel.formats.fields import CODE, Code, Digest, Level, MaybeDigest, Precedence
from antin.kernel.formats.shape import OneOf, Pattern, Within, encode, parse, shape

MEDIA_TYPE = "application/vnd.antin.paper"
MOST_ADDRESSEES = 3_500
PUBLIC_LIMIT = 56 * 1024
FILE_LIMIT = 16 * 1024 * 1024
WORDS_LIMIT = 17 * 1024 * 1024
TEXT_LIMIT = 8_000
SALT = 32

# Fields that several steering kinds share.
# A paper's name (``name``), and one that may be left out.
Name = Digest
MaybeName = MaybeDigest
# A record's own id, shown by its station: it opens the name, and so proves whose it is (``owns``).
MaybeId = Annotated[bytes, OneOf((0, 16))]
MaybeCode = Annotated[str, Pattern(CODE + "|"), Within(0, 35)]
MaybeWord = Annotated[str, Pattern(r"[a-z0-9][a-z0-9-]{0,39}|")]
Period = Annotated[str, Pattern(r"[0-9]{4}-[a-z0-9-]{1,40}")]
Key = Annotated[str, Pattern(r"[a-z0-9][a-z0-9.-]{0,95}")]


@dataclass(frozen=True, slots=True)
class PaperHead:
    """To whom the paper goes (strictly ascending), how secret and how urgent it is."""

    to: Annotated[tuple[Code, ...], Within(0, MOST_ADDRESSEES)]
    level: Level
    precedence: Precedence


@dataclass(frozen=True, slots=True)
class Text:
    """One paragraph under its key."""

    key: Key
    text: Annotated[str, Within(1, TEXT_LIMIT)]


@dataclass(frozen=True, slots=True)
class File:
    """A file that travels inside the paper."""

    name: Annotated[str, Within(1, 255)]
    media_type: Annotated[str, Pattern(r"[a-z0-9.+/-]{1,80}")]
    data: Annotated[bytes, Within(1, FILE_LIMIT)]


@shape("antin/words/1", limit=WORDS_LIMIT)
@dataclass(frozen=True, slots=True)
class PaperWords:
    """Everything that a person reads of a steering record."""

    texts: Annotated[tuple[Text, ...], Within(0, 2_000)]
    files: Annotated[tuple[File, ...], Within(0, 8)]


@shape("antin/paper/1", limit=18 * 1024 * 1024)
@dataclass(frozen=True, slots=True)
class Paper:
    """``opened`` is salt ‖ words."""

    record: Annotated[bytes, Within(1, 81_920)]
    opened: Annotated[bytes, Within(SALT, WORDS_LIMIT + SALT)]
    proof: Annotated[bytes, Within(1, 16_384)]
    credentials: Annotated[tuple[Annotated[bytes, Within(1, 24_576)], ...], Within(0, 4)]


def name(station: str, id_: bytes) -> bytes:
    """What other records call a record by: its station is part of it, so that nobody can take another's name first
    (spec/paper.md, Names)."""
    framed = len(station.encode()).to_bytes(8, "big") + station.encode()
    return hashlib.sha256(b"antin/paper-name/1" + framed + id_).digest()


def owns(station: str, id_: bytes, named: bytes) -> bool:
    """Whether this id shows the named record to be that station's own."""
    return bool(id_) and name(station, id_) == named


def words(texts: dict[str, str], files: tuple[File, ...] = ()) -> bytes:
    """Texts by key (empty ones left out) and files, as bytes. Raises ``Malformed`` for a text that cannot travel."""
    kept = tuple(Text(key, texts[key]) for key in sorted(texts) if texts[key])
    for each in kept:
        if len(each.text.encode("utf-8", "replace")) > TEXT_LIMIT:
            raise Malformed("text-too-long", key=each.key, limit=TEXT_LIMIT)
    return encode(PaperWords(kept, files))


def read_words(data: bytes) -> PaperWords:
    """Raises ``Malformed`` for another shape, or keys that are not strictly ascending."""
    value = parse(PaperWords, data)
    keys = [each.key for each in value.texts]
    if keys != sorted(set(keys)):
        raise Malformed("bytes-malformed", what="antin/words/1", why="order")
    return value


def head(to: tuple[str, ...], level: int, precedence: int) -> PaperHead:
    """A head with its addressees in order. Raises ``Malformed`` for too many of them."""
    if len(set(to)) > MOST_ADDRESSEES:
        raise Malformed("addressees-malformed", limit=MOST_ADDRESSEES)
    return PaperHead(tuple(sorted(set(to))), level, precedence)


def check_head(value: PaperHead) -> None:
    """Raises ``Malformed`` unless the addressees are strictly ascending: one spelling only."""
    if list(value.to) != sorted(set(value.to)):
        raise Malformed("bytes-malformed", what="paper-head", why="order")
