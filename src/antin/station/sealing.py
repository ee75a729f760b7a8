"""Seal once, one slip each: a document becomes one sealed blob and a slip for every addressee."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace

from antin.errors import Refused
from antin.frozen import dataclass
from antin.kernel import check, seal
from antin.kernel.check import Trusted
from antin.kernel.crypto import content, tree, wrap
from antin.kernel.crypto import suite as suites
from antin.kernel.crypto.suite import object_digest
from antin.kernel.formats import sealed
from antin.kernel.formats.fields import Facts, Label
from antin.kernel.formats.record import Enclosed
from antin.kernel.formats.sealed import Head, Header
from antin.kernel.formats.shape import encode
from antin.kernel.formats.slip import NAMED_ONLY, Leaf, Slip
from antin.kernel.formats.statement import Statement
from antin.kernel.formats.wrapped import WrappedKey
from antin.signer.signer import Hand
from antin.station import drafts
from antin.station.blobs import Beside, Incoming, Progress
from antin.station.documents import Examined, pieces
from antin.station.drafts import Draft
from antin.station.station import Station


@dataclass(frozen=True, slots=True)
class Addressee:
    """To whom, and the key to wrap to."""

    trusted: Trusted
    leaf: Leaf
    public: bytes


@dataclass(frozen=True, slots=True)
class SealedDocument:
    """A sealed blob, the statement in it, and the slips that address it (in the order of the addressees).

    ``small``: the blob itself, where it is no file; ``marks``: each slip as its record encloses it.
    """

    statement_raw: bytes
    statement: Statement
    attached_raw: bytes
    sealed: bytes
    sealed_size: int
    small: bytes
    slips: tuple[bytes, ...]
    marks: tuple[Enclosed, ...]
    values: tuple[Slip, ...]


def addressee(station: Station, trusted: Trusted, label: Label, precedence: int, deadline: int) -> Addressee:
    """Refuses an addressee not cleared for the label, or whose keys are of another suite."""
    if not trusted.subject.clearance.dominates(label):
        raise Refused("addressee-not-cleared", who=trusted.name, has=trusted.subject.clearance.level, level=label.level)
    if trusted.suite != station.settings.suite:
        raise Refused("suite-differs", who=trusted.name)
    named = bool(trusted.subject.officer)
    leaf = Leaf(os.urandom(32), trusted.subject.code, trusted.subject.officer, precedence, deadline,
                NAMED_ONLY if named else 0)  # fmt: skip
    public = trusted.subject.wrapping if named else station.directory.level_key(trusted, label.level, station.now())
    return Addressee(trusted, leaf, public)


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be sealed, by whom, as what, for whom."""

    document: Examined
    draft: Draft | None
    facts: Facts
    label: Label
    author: Trusted
    hand: Hand
    addressees: Sequence[Addressee]


@dataclass(frozen=True, slots=True)
class Content:
    """A document that lies sealed in a blob, all but its tail: what is still to be signed of it."""

    sealer: seal.Sealer
    id: bytes
    salt: bytes
    wrapped: bytes
    attached: bytes


def seal_content(station: Station, order: Order, blob: Incoming, progress: Progress) -> Content:
    """Stream the document into ``blob`` and pad it. The long part, and it needs nobody's turn."""
    suite, key = station.suite, os.urandom(content.KEY_SIZE)
    content_id, statement_id, salt = os.urandom(16), os.urandom(16), os.urandom(32)
    head = encode(Head(suite.number, content_id, order.label, order.author.digest, statement_id))
    header = encode(Header(suite.number, content_id))
    with station.still():
        attached = drafts.attachments(station, order.draft, order.author.digest)
    sealer = seal.Sealer(suite, key, header, seal.head_context(head, suite), salt, beside=Beside)
    for piece in pieces(order.document):
        blob.write(sealer.update(piece))
        progress(len(piece))
    for piece in sealer.pad():
        blob.write(piece)
    blob.sync()
    return Content(sealer, statement_id, salt, encode(WrappedKey(key, head)), attached)


def address(station: Station, order: Order, content_: Content, sequences: Sequence[int], blob: Incoming,
            ) -> SealedDocument:  # fmt: skip
    """Sign the statement, end the blob with it and name it; sign a slip for each addressee. In the turn in which they
    are recorded."""
    leaves = [check.leaf_of(each.leaf) for each in order.addressees]
    hashes = tree.memory_hashes(leaves)
    kept: list[tuple[bytes, Statement]] = []

    def tail(done: seal.Sealed) -> bytes:
        value = Statement(
            content_.id, station.code, station.journal.epoch, content_.salt, done.document, done.size, order.facts,
            order.label, suites.object_digest(content_.attached), len(content_.attached),
            tree.root(hashes, len(leaves)), len(leaves), done.seal, station.now(),
        )  # fmt: skip
        raw = station.signer.sign("antin/statement/1", encode(value), [order.hand], station.now())
        kept.append((raw, value))
        return seal.tail(content_.attached, raw)

    blob.write(content_.sealer.close(tail))
    digest, size = blob.keep()
    statement = suites.object_digest(kept[0][0])
    unsigned = [
        _slip(station, each, n, len(leaves), tree.inclusion(hashes, n, len(leaves)), statement, digest, size,
              content_.wrapped, sequences[n])
        for n, each in enumerate(order.addressees)
    ]  # fmt: skip
    bodies = [encode(each) for each in unsigned]
    signed = station.signer.sign_many("antin/slip/1", bodies, station.station_hand(), station.now())
    return SealedDocument(
        *kept[0], content_.attached, digest, size, blob.small, tuple(raw for raw, _ in signed),
        tuple(Enclosed(mark.credential, mark.use, object_digest(raw)) for raw, mark in signed), tuple(unsigned),
    )  # fmt: skip


def _slip(station: Station, to: Addressee, index: int, count: int, path: tuple[bytes, ...], statement: bytes,
          digest: bytes, size: int, wrapped: bytes, sequence: int) -> Slip:  # fmt: skip
    kid = wrap.kid(station.suite, to.public)
    bare = Slip(
        station.code, station.journal.epoch, sequence, to.leaf, index, count, path, station.suite.number, statement,
        digest, size, kid, b"",
    )  # fmt: skip
    sealed_key = wrap.wrap(station.suite, to.public, wrapped, seal.wrap_info(bare, station.suite))
    return replace(bare, wrapped=sealed_key)


def estimated_size(document: Examined) -> int:
    """How much room a sealing will take, at most."""
    return content.encrypted_size(sealed.padded_size(document.size)) + 1024 * 1024
