"""Open a sealed blob into an unlinked file and check everything before a byte is released (spec/sealed.md)."""

from __future__ import annotations

from collections.abc import Callable

from antin.errors import Unverified
from antin.frozen import dataclass
from antin.kernel import check, seal
from antin.kernel.check import Trusted
from antin.kernel.crypto import suite as suites
from antin.kernel.formats import sealed, signed
from antin.kernel.formats.sealed import HEADER_SIZE, LENGTH_SIZE
from antin.kernel.formats.shape import parse
from antin.kernel.formats.slip import Slip
from antin.kernel.formats.statement import Attached, AttachedList, Statement
from antin.kernel.formats.wrapped import WrappedKey
from antin.station.blobs import Beside, Progress
from antin.station.station import Station
from antin.storage.durable import Output

_PIECE = 1024 * 1024
Read = Callable[[int, int], bytes]


@dataclass(frozen=True, slots=True)
class Opened:
    """A document whose every promise held. ``credentials`` came inside it and are proven."""

    statement_raw: bytes
    attached_raw: bytes
    statement: Statement
    author: Trusted
    attached: tuple[tuple[Attached, tuple[Trusted, ...]], ...]
    credentials: tuple[bytes, ...]


def decrypt(station: Station, slip: Slip, key: WrappedKey, output: Output, progress: Progress) -> seal.Opener:
    """Decrypt the slip's blob into ``output``; the opener knows seal, length and the document's tree."""
    with station.blobs.open(slip.sealed) as blob:
        header = blob.read(HEADER_SIZE)
        head, suite = seal.open_head(key.head, header)
        if head.suite != slip.suite:
            raise Unverified("head-mismatch")
        opener = seal.Opener(header, suite, key.key, seal.head_context(key.head, suite), Beside)
        while piece := blob.read(_PIECE):
            output.write(opener.update(piece))
            progress(len(piece))
        output.write(opener.finish())
    return opener


def judge(station: Station, slip: Slip, key: WrappedKey, output: Output, opener: seal.Opener, arrived: int) -> Opened:
    """Check what was decrypted, and cut ``output`` to the document.

    1 layout and padding, 2 the author's credential and statement, 3 head, label, seal, slip and addressees,
    4 the document's digest, 5 attached signatures. ``arrived``: when our own journal first saw the slip.
    Raises ``Unverified`` (or ``Refused`` for a right).
    """
    handle, total = output.handle, opener.total

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
    trust = station.directory.beside(parse(AttachedList, attached_raw).credentials)
    statement, author = check.statement(raw, trust)
    head = parse(sealed.Head, key.head)
    if (head.author, head.statement, head.label) != (author.digest, statement.id, statement.label):
        raise Unverified("head-mismatch")
    if statement.seal != opener.seal:
        raise Unverified("seal-mismatch")
    check.sending(slip, suites.object_digest(raw), statement, author)
    station.check_counts(author, statement.time, arrived)
    root = opener.document_root(statement.size, read)
    _check_padding(read, statement.size, attached_start)
    _check_document(suites.by_number(slip.suite), statement, root)
    attached = check.attached_list(attached_raw, statement, trust)
    for _, value, signers in attached:
        for each in signers:
            station.check_counts(each, value.time, arrived)
        _check_document(suites.by_number(slip.suite), value, root)
    acts = [value.act for _, value, _ in attached]
    for act in station.pack.required_signatures(statement.facts.kind):
        if act not in acts:
            raise Unverified("signature-stripped", act=act)
    handle.truncate(statement.size)
    holders = {each.digest for _, _, signers in attached for each in signers} | {author.digest}
    return Opened(raw, attached_raw, statement, author, tuple((value, signers) for _, value, signers in attached),
                  trust.proven(holders))  # fmt: skip


def _check_document(suite: suites.Suite, said: Statement | Attached, root: bytes) -> None:
    if suite.document_digest(said.salt, said.size, root) != said.document:
        raise Unverified("content-tampered", why="digest")


def _check_padding(read: Read, at: int, end: int) -> None:
    while at < end:
        piece = read(at, min(_PIECE, end - at))
        if piece.strip(b"\0"):
            raise Unverified("content-tampered", why="padding")
        at += len(piece)
