"""Sealing and opening as streams, without disk: bytes in, bytes out (spec/sealed.md).

One pass and constant memory. The opener's output may be released only after ``finish`` and ``check``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol

from antin.errors import Unverified
from antin.frozen import dataclass
from antin.kernel.crypto import content
from antin.kernel.crypto.suite import DOCUMENT_PIECE, DocumentTree, Suite, by_number
from antin.kernel.formats import cbor, sealed
from antin.kernel.formats.sealed import Head, Header
from antin.kernel.formats.shape import encode, parse
from antin.kernel.formats.slip import Slip

_ZEROS = bytes(1024 * 1024)
# The C library gives the pages of a large freed block back, and faults them in again for the next piece, until a
# larger one was freed. This one is never touched, so it costs nothing; without it 1 GiB takes 250,000 page faults.
_LARGER = bytes(16 * 1024 * 1024)
del _LARGER


class Running(Protocol):
    """A document's tree under way: ``DocumentTree``, or one that runs beside us on another thread."""

    def update(self, data: bytes, /) -> None:
        """The next bytes."""

    def root(self) -> bytes:
        """The root over all bytes."""


def _as_it_is(state: Running) -> Running:
    return state


@dataclass(frozen=True, slots=True)
class Sealed:
    """What a sealing yields beside its bytes."""

    document: bytes
    size: int
    seal: bytes


def head_context(head: bytes, suite: Suite) -> bytes:
    """The stream's context: a false head fails at the commitment."""
    return suite.digest(b"antin/head-context/1", head)


def wrap_info(slip: Slip, suite: Suite) -> bytes:
    """HPKE info: hash of every other field of the slip, the recipient's kid and the sender among them."""
    others = (slip.sender, slip.epoch, slip.sequence, encode(slip.leaf), slip.index, slip.count, slip.path)
    return suite.digest(
        b"antin/slip-info/1",
        encode_values((*others, slip.suite, slip.statement, slip.sealed, slip.sealed_size, slip.kid)),
    )


def encode_values(values: tuple[object, ...]) -> bytes:
    """Plain values in the one spelling, for hashing."""
    return cbor.encode(values)  # type: ignore[arg-type]


class Sealer:
    """header ‖ stream of document ‖ padding ‖ tail: ``update`` …, ``pad`` (dispatches only), ``close``."""

    def __init__(
        self,
        suite: Suite,
        key: bytes,
        header: bytes,
        context: bytes,
        salt: bytes,
        beside: Callable[[Running], Running] = _as_it_is,
    ) -> None:
        """``beside`` may let the document's tree grow on another thread; the kernel starts none."""
        self._suite, self._salt = suite, salt
        self._encryptor = content.Encryptor(key, context)
        self._tree, self._size = beside(DocumentTree(suite)), 0
        first = self._encryptor.update(b"")
        self._start = first or self._encryptor.update(b"")
        self.seal = seal_digest(suite, header, self._start)
        self._pending = header + self._start

    def update(self, data: bytes) -> bytes:
        """Sealed bytes for the next bytes of the document."""
        self._tree.update(data)
        self._size += len(data)
        return self._out(self._encryptor.update(data))

    def pad(self) -> Iterator[bytes]:
        """Sealed zeros up to the padded size, piece by piece; the document has passed whole."""
        left = sealed.padded_size(self._size) - self._size
        while left:
            yield self._out(self._encryptor.update(_ZEROS[: min(left, len(_ZEROS))]))
            left -= min(left, len(_ZEROS))

    def close(self, tail: Callable[[Sealed], bytes]) -> bytes:
        """The tail (attached signatures ‖ statement, and the statement's place); ends the stream."""
        document = self._suite.document_digest(self._salt, self._size, self._tree.root())
        done = Sealed(document, self._size, self.seal)
        return self._out(self._encryptor.update(tail(done))) + self._encryptor.finish()

    def _out(self, data: bytes) -> bytes:
        data, self._pending = self._pending + data if self._pending else data, b""
        return data


def seal_digest(suite: Suite, header: bytes, start: bytes) -> bytes:
    """``seal`` = hash(header ‖ salt ‖ commitment)."""
    return suite.digest(b"antin/seal/1", header, start[: sealed.STREAM_HEAD])


def tail(attached: bytes, statement: bytes) -> bytes:
    """attached ‖ statement ‖ length of the statement."""
    return attached + statement + len(statement).to_bytes(sealed.LENGTH_SIZE, "big")


def read_header(raw: bytes) -> Header:
    """The header's value. Raises ``Malformed``."""
    return parse(Header, raw)


class Opener:
    """Decrypts one sealed stream; ``seal`` is known after the first bytes.

    The document's pieces are hashed on the way, although its size is known only at the end: what follows it in the
    stream lies in later pieces, or in the one that ``document_root`` is given again.
    """

    def __init__(self, header: bytes, suite: Suite, key: bytes, context: bytes,
                 beside: Callable[[Running], Running] = _as_it_is) -> None:  # fmt: skip
        self._suite, self._header = suite, header
        self._decryptor = content.Decryptor(key, context)
        self._start = b""
        self._leaves = DocumentTree(suite)
        self._tree = beside(self._leaves)
        self.total = 0

    def update(self, data: bytes) -> bytes:
        """Plaintext that is authentic but must not be released yet."""
        if len(self._start) < sealed.STREAM_HEAD:
            self._start += data[: sealed.STREAM_HEAD - len(self._start)]
        out = self._decryptor.update(data)
        self._tree.update(out)
        self.total += len(out)
        return out

    def finish(self) -> bytes:
        """The last plaintext; raises ``Unverified`` on truncation."""
        out = self._decryptor.finish()
        self._tree.update(out)
        self._tree.root()  # waits for a tree that grows beside us
        self.total += len(out)
        return out

    def document_root(self, size: int, read: Callable[[int, int], bytes]) -> bytes:
        """The root over the first ``size`` bytes; ``read(start, size)`` gives back what was decrypted."""
        whole = size // DOCUMENT_PIECE
        rest = size - whole * DOCUMENT_PIECE
        last = [self._suite.leaf(read(whole * DOCUMENT_PIECE, rest))] if rest or not whole else []
        return self._suite.pieces_root([*self._leaves.leaves[:whole], *last])

    @property
    def seal(self) -> bytes:
        """hash(header ‖ salt ‖ commitment)."""
        return seal_digest(self._suite, self._header, self._start)


def open_head(raw_head: bytes, header: bytes) -> tuple[Head, Suite]:
    """The head of a wrapped key, matched with the header in clear. Raises ``Unverified``."""
    head, shown = parse(Head, raw_head), read_header(header)
    if (head.suite, head.content) != (shown.suite, shown.content):
        raise Unverified("head-mismatch")
    return head, by_number(head.suite)


def check_layout(total: int, statement_start: int, size: int, attached_size: int) -> int:
    """Where the attached signatures start, if the sizes add up exactly. Raises ``Unverified``."""
    attached_start = sealed.padded_size(size)
    if attached_start + attached_size != statement_start or statement_start >= total:
        raise Unverified("content-tampered", why="layout")
    return attached_start
