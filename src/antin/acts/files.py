"""Files alone, with age's habits: seal, unseal, sign, verify. Streaming; nothing unverified is released."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import BinaryIO

from antin.errors import Malformed, Refused, Unverified
from antin.frozen import dataclass
from antin.kernel import seal
from antin.kernel.crypto import content, public_key, wrap
from antin.kernel.crypto.public_key import PublicKeys
from antin.kernel.crypto.suite import Suite, by_number, document_root
from antin.kernel.formats import file, sealed, signed
from antin.kernel.formats.file import FileHeader, FilePublic, FileStatement, Stanza
from antin.kernel.formats.shape import encode, parse
from antin.kernel.formats.signed import Signatory
from antin.kernel.sign import sign_object
from antin.signer import keyfile
from antin.signer.keystore import OfficerKeys
from antin.station.blobs import Beside, Progress
from antin.storage.durable import Output

PIECE = 1024 * 1024
_TYPE = "antin/file-statement/1"


@dataclass(frozen=True, slots=True)
class Vouched:
    """Who signed, when, and the name he gave. ``signer`` None: the file carries no signature."""

    signer: FilePublic | None
    statement: FileStatement | None


def seal_file(source: Iterable[bytes], recipients: Sequence[FilePublic], hands: OfficerKeys | None, output: Output,
              name: str, now: int, progress: Progress) -> None:  # fmt: skip
    """Seal a stream for recipients, signed by ``hands`` if given. All keys must be of one suite."""
    suite = _one_suite(recipients, hands)
    key, content_id, salt = os.urandom(content.KEY_SIZE), os.urandom(16), os.urandom(32)
    header = file.frame(
        FileHeader(suite.number, content_id, tuple(_stanza(suite, key, content_id, r) for r in recipients))
    )
    sealer = seal.Sealer(suite, key, header, file.context(suite, header), salt, Beside)

    def tail(done: seal.Sealed) -> bytes:
        if hands is None:
            return seal.tail(b"", b"")
        statement = FileStatement(salt, done.document, done.size, done.seal, now, name)
        return seal.tail(keyfile_public(hands), _signed(suite, hands, statement))

    for piece in source:
        output.write(sealer.update(piece))
        progress(len(piece))
    for piece in sealer.pad() if hands else ():
        output.write(piece)
    output.write(sealer.close(tail))


def unseal_file(source: BinaryIO, hands: OfficerKeys, expected: FilePublic | None, output: Output,
                progress: Progress) -> Vouched:  # fmt: skip
    """Unseal into ``output``, which the caller publishes. ``expected`` None accepts any signer, or none.

    Raises ``Refused`` when the file is not for this key or signed by another than expected; ``Unverified`` when
    any byte was altered.
    """
    header, raw = _read_header(source)
    suite = by_number(header.suite)
    opener = seal.Opener(raw, suite, _content_key(suite, header, hands), file.context(suite, raw), Beside)
    while piece := source.read(PIECE):
        output.write(opener.update(piece))
        progress(len(piece))
    output.write(opener.finish())
    return _judge(suite, opener, expected, output)


def sign_file(source: Iterable[bytes], hands: OfficerKeys, name: str, now: int) -> bytes:
    """A detached signature: the signer's public key line, a newline, the signed statement."""
    suite, salt = hands.signing.suite, os.urandom(32)
    size, root = document_root(suite, source)
    statement = FileStatement(salt, suite.document_digest(salt, size, root), size, b"", now, name)
    return keyfile_public(hands) + _signed(suite, hands, statement)


def verify_file(source: Iterable[bytes], signature: bytes, expected: FilePublic | None) -> Vouched:
    """Check a detached signature. Raises ``Unverified``, or ``Refused`` for another signer than expected."""
    signer, raw = _split_signer(signature)
    statement = _check_signed(signer, raw, expected)
    suite = by_number(signer.suite)
    size, root = document_root(suite, source)
    if statement.seal or suite.document_digest(statement.salt, size, root) != statement.document:
        raise Unverified("content-tampered", why="digest")
    return Vouched(signer, statement)


def keyfile_public(hands: OfficerKeys) -> bytes:
    """The public line with its newline, as it stands before a signature."""
    return file.write_public(keyfile.public_of(hands)).encode() + b"\n"


def _one_suite(recipients: Sequence[FilePublic], hands: OfficerKeys | None) -> Suite:
    suites = {each.suite for each in recipients} | ({hands.signing.suite.number} if hands else set())
    if len(suites) != 1:
        raise Refused("suite-differs", who="")
    return by_number(suites.pop())


def _stanza(suite: Suite, key: bytes, content_id: bytes, recipient: FilePublic) -> Stanza:
    wrap.check_public(suite, recipient.wrapping)
    kid = wrap.kid(suite, recipient.wrapping)
    return Stanza(kid, wrap.wrap(suite, recipient.wrapping, key, file.wrap_info(suite, content_id, kid)))


def _signed(suite: Suite, hands: OfficerKeys, statement: FileStatement) -> bytes:
    mark = Signatory(hands.signing.public.kid, 0)
    return sign_object(_TYPE, suite, encode(statement), [(hands.signing, mark)])


def _read_header(source: BinaryIO) -> tuple[FileHeader, bytes]:
    start = source.read(len(file.MAGIC) + 4)
    size = int.from_bytes(start[len(file.MAGIC) :], "big")
    if not start.startswith(file.MAGIC) or len(start) != len(file.MAGIC) + 4 or size > file.HEADER_LIMIT:
        raise Malformed("not-a-sealed-file")
    raw = source.read(size)
    return parse(FileHeader, raw), start + raw


def _content_key(suite: Suite, header: FileHeader, hands: OfficerKeys) -> bytes:
    kid = wrap.kid(suite, hands.wrapping.public)
    for stanza in header.stanzas:
        if stanza.kid == kid and hands.wrapping.suite == suite:
            key = hands.wrapping.unwrap(stanza.wrapped, file.wrap_info(suite, header.content, kid))
            if len(key) != content.KEY_SIZE:
                raise Unverified("wrap-invalid")
            return key
    raise Refused("not-for-this-key")


def _judge(suite: Suite, opener: seal.Opener, expected: FilePublic | None, output: Output) -> Vouched:
    handle = output.handle
    if opener.total < sealed.LENGTH_SIZE:
        raise Unverified("content-tampered", why="statement-length")
    handle.flush()
    handle.seek(opener.total - sealed.LENGTH_SIZE)
    size = int.from_bytes(handle.read(sealed.LENGTH_SIZE), "big")
    if size == 0:
        return _unsigned(opener, expected, output)
    start = sealed.split(opener.total, size.to_bytes(sealed.LENGTH_SIZE, "big"))
    handle.seek(start)
    raw = handle.read(size)
    claimed = parse(FileStatement, signed.claim(raw, _TYPE).unverified_body)
    attached_start = sealed.padded_size(claimed.size)
    if not 0 < start - attached_start < 16 * 1024:
        raise Unverified("content-tampered", why="layout")
    handle.seek(attached_start)
    signer, _ = _split_signer(handle.read(start - attached_start))
    statement = _check_signed(signer, raw, expected)
    if statement.seal != opener.seal:
        raise Unverified("seal-mismatch")

    def read(at: int, count: int) -> bytes:
        handle.seek(at)
        return handle.read(count)

    root = opener.document_root(statement.size, read)
    if suite.document_digest(statement.salt, statement.size, root) != statement.document:
        raise Unverified("content-tampered", why="digest")
    _check_padding(handle, statement.size, attached_start)
    handle.truncate(statement.size)
    return Vouched(signer, statement)


def _unsigned(opener: seal.Opener, expected: FilePublic | None, output: Output) -> Vouched:
    """Without a statement only the padding tells the size: unsigned files carry none (spec/file.md)."""
    if expected is not None:
        raise Refused("not-signed")
    output.handle.truncate(opener.total - sealed.LENGTH_SIZE)
    return Vouched(None, None)


def _check_padding(handle: BinaryIO, start: int, end: int) -> None:
    handle.seek(start)
    left = end - start
    while left and (piece := handle.read(min(PIECE, left))):
        if piece.strip(b"\0"):
            raise Unverified("content-tampered", why="padding")
        left -= len(piece)


def _split_signer(data: bytes) -> tuple[FilePublic, bytes]:
    line, _, raw = data.partition(b"\n")
    try:
        return file.read_public(line.decode("ascii")), raw
    except UnicodeDecodeError:
        raise Malformed("public-key-malformed") from None


def _check_signed(signer: FilePublic, raw: bytes, expected: FilePublic | None) -> FileStatement:
    if expected is not None and signer != expected:
        raise Refused("signer-not-expected")
    keys = PublicKeys(signer.suite, signer.signing)
    public_key.check_public(keys)
    claimed = signed.claim(raw, _TYPE)
    if claimed.suite != signer.suite or claimed.signers[0].credential != keys.kid:
        raise Unverified("signature-invalid", type=_TYPE)
    public_key.verify(keys, claimed.message, claimed.signatures[0], _TYPE, hybrid=True)
    return parse(FileStatement, claimed.unverified_body)
