"""Open a sealed blob into an unlinked file and check everything before a byte is released (spec/sealed.md)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from antin.errors import Refused, Unverified
from antin.kernel import check, seal
from antin.kernel.check import Trusted
from antin.kernel.crypto import suite as suites
from antin.kernel.formats import sealed, signed
from antin.kernel.formats.sealed import HEADER_SIZE, LENGTH_SIZE
from antin.kernel.formats.shape import parse
from antin.kernel.formats.slip import Slip, WrappedKey
from antin.kernel.formats.statement import STAMP, Attached, AttachedList, Statement
from antin.station.blobs import Beside, Progress
from antin.station.station import Station
from antin.storage.durable import Output

_PIECE = 1024 * 1024
Read = Callable[[int, int], bytes]


@dataclass(frozen=True, slots=True)
class Opened:
    """A document whose every promise held."""

    statement_raw: bytes
    attached_raw: bytes
    statement: Statement
    author: Trusted
    attached: tuple[tuple[Attached, tuple[Trusted, ...]], ...]


def decrypt(station: Station, slip: Slip, key: WrappedKey, output: Output, progress: Progress) -> tuple[bytes, int]:
    """Decrypt the slip's blob into ``output``; returns the seal and the plaintext's length."""
    with station.blobs.open(slip.sealed) as blob:
        header = blob.read(HEADER_SIZE)
        head, suite = seal.open_head(key.head, header)
        if head.suite != slip.suite:
            raise Unverified("head-mismatch")
        opener = seal.Opener(header, suite, key.key, seal.head_context(key.head, suite))
        while piece := blob.read(_PIECE):
            output.write(opener.update(piece))
            progress(len(piece))
        output.write(opener.finish())
    return opener.seal, opener.total


def judge(
    station: Station, slip: Slip, key: WrappedKey, output: Output, seal_: bytes, total: int, arrived: int
) -> Opened:
    """Check what was decrypted, and cut ``output`` to the document.

    1 layout and padding, 2 the author's credential and statement, 3 head, label, seal and addressees,
    4 the document's digest, 5 attached signatures. ``arrived``: when our own journal first saw the slip.
    Raises ``Unverified`` (or ``Refused`` for a right).
    """
    handle = output.handle

    def read(start: int, size: int) -> bytes:
        handle.seek(start)
        return handle.read(size)

    handle.flush()
    if total < LENGTH_SIZE:
        raise Unverified("content-tampered", why="statement-length")
    start = sealed.split(total, read(total - LENGTH_SIZE, LENGTH_SIZE))
    raw = read(start, total - LENGTH_SIZE - start)
    claimed = parse(Statement, signed.claim(raw, "antin/statement/1").unverified_body)
    attached_start = seal.check_layout(total, start, claimed.size, claimed.attached_size)
    attached_raw = read(attached_start, claimed.attached_size)
    listed = parse(AttachedList, attached_raw)
    with station.db.transaction():
        for credential in listed.credentials:
            station.directory.keep(credential)
    statement, author = check.statement(raw, station.directory)
    _check_statement(station, statement, author, parse(sealed.Head, key.head), slip, seal_)
    station.directory.check_counts(author, statement.time, arrived)
    if suites.object_digest(attached_raw) != statement.attached:
        raise Unverified("content-tampered", why="attached")
    _check_document(read, suites.by_number(slip.suite), statement, attached_start)
    attached = _check_attached(station, listed, statement, arrived)
    for value in {each.salt: each for each, _ in attached}.values():
        _check_document(read, suites.by_number(slip.suite), value, value.size)
    handle.truncate(statement.size)
    return Opened(raw, attached_raw, statement, author, attached)


def _check_statement(station: Station, statement: Statement, author: Trusted, head: sealed.Head, slip: Slip,
                     seal_: bytes) -> None:  # fmt: skip
    if (head.author, head.statement, head.label) != (author.digest, statement.id, statement.label):
        raise Unverified("head-mismatch")
    if statement.seal != seal_:
        raise Unverified("seal-mismatch")
    if (statement.station, statement.epoch) != (slip.sender, slip.epoch):
        raise Unverified("signer-not-of-station", station=slip.sender)
    check.addressed(slip, statement.addressees_root, statement.addressees)
    if statement.label.level == 3 and statement.facts.subject:
        raise Refused("subject-at-top-secret")
    if not author.subject.clearance.dominates(statement.label):
        raise Refused("author-not-cleared", who=author.name)


def _check_document(read: Read, suite: suites.Suite, statement: Statement | Attached, end: int) -> None:
    state, at = Beside(suite.document_hash(statement.salt)), 0
    while at < statement.size:
        piece = read(at, min(_PIECE, statement.size - at))
        state.update(piece)
        at += len(piece)
    if state.digest() != statement.document:
        raise Unverified("content-tampered", why="digest")
    while at < end:
        piece = read(at, min(_PIECE, end - at))
        if piece.strip(b"\0"):
            raise Unverified("content-tampered", why="padding")
        at += len(piece)


def _check_attached(
    station: Station, listed: AttachedList, statement: Statement, arrived: int
) -> tuple[tuple[Attached, tuple[Trusted, ...]], ...]:
    found, digests = [], set[bytes]()
    for raw in listed.signatures:
        value, signers = check.attached(raw, station.directory)
        same = (value.station, value.size, value.facts, value.label)
        if same != (statement.station, statement.size, statement.facts, statement.label):
            raise Unverified("attached-mismatch", act=value.act)
        role = "registrar" if value.act == STAMP else "leader"
        if role not in signers[0].subject.roles:
            raise Unverified("signer-not-entitled", act=value.act)
        if (value.act == STAMP) != bool(value.over) or (value.over and value.over not in digests):
            raise Unverified("attached-mismatch", act=value.act)
        station.directory.check_counts(signers[0], value.time, arrived)
        digests.add(suites.object_digest(raw))
        found.append((value, signers))
    acts = tuple(value.act for value, _ in found)
    for act in station.pack.required_signatures(statement.facts.kind):
        if act not in acts:
            raise Unverified("signature-stripped", act=act)
    return tuple(found)
