"""Cases of slips and sealed documents."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from cases_objects import A, flip, parts, statement_of
from people import Person, seed

from antin.kernel import check, seal
from antin.kernel.crypto import suite as suites
from antin.kernel.crypto import tree, wrap
from antin.kernel.crypto.suite import by_number
from antin.kernel.formats import cbor, sealed
from antin.kernel.formats.fields import Label
from antin.kernel.formats.sealed import Head, Header
from antin.kernel.formats.shape import encode
from antin.kernel.formats.slip import Leaf, Slip
from antin.kernel.formats.statement import AttachedList
from antin.kernel.formats.wrapped import WrappedKey

LABEL = Label(1, 0, (), (), 0)
ADDRESSEES = ("G10.2", "G10.3", "G10.4")


def leaves() -> list[Leaf]:
    return [Leaf(seed(f"leaf {n}", 32), code, "", 1, 0, 0) for n, code in enumerate(ADDRESSEES)]


def head_of(people: dict[str, Person], **changes: object) -> bytes:
    head = Head(1, seed("content", 16), LABEL, people["officer-a"].digest, seed("statement", 16))
    return encode(replace(head, **changes))  # type: ignore[arg-type]


def slip_of(people: dict[str, Person], **changes: object) -> Slip:
    """The first leaf's slip, wrapped to agency-b."""
    to, hashes = people["agency-b"], [check.leaf_of(each) for each in leaves()]
    path = tree.inclusion(tree.memory_hashes(hashes), 0, 3)
    kid = wrap.kid(to.suite, to.wrapping.public)
    bare = Slip("G10.1", 1, 5, leaves()[0], 0, 3, path, 1, seed("statement", 32), seed("sealed", 32), 4096, kid, b"")
    bare = replace(bare, **changes)  # type: ignore[arg-type]
    plain = encode(WrappedKey(seed("content key", 32), head_of(people)))
    info = seal.wrap_info(bare, to.suite)
    return replace(bare, wrapped=wrap.wrap(to.suite, to.wrapping.public, plain, info))


def make(case: Callable[..., None], people: dict[str, Person]) -> None:
    _slips(case, people)
    _wraps(case, people)
    _sealed(case, people)


def _slips(case: Callable[..., None], people: dict[str, Person]) -> None:
    a = people["agency-a"]
    root = tree.root(tree.memory_hashes([check.leaf_of(each) for each in leaves()]), 3)
    given = {"trust": A, "addressees_root": root, "addressees": 3}
    good = slip_of(people)

    def slip(name: str, tests: str, rule: str, expect: str, value: Slip, by: Person = a, **more: object) -> None:
        raw = by.sign("antin/slip/1", encode(value), 9)
        case(f"slip/{name}", tests, rule, "slip", expect, bytes=raw, **{**given, **more})

    info = seal.wrap_info(good, a.suite)
    slip("valid", "the slip of the first of three addressees", "21", "ok", good,
         **{"result.leaf": check.leaf_of(good.leaf), "result.info": info})  # fmt: skip
    gone = "not-addressed"
    other = replace(good.leaf, addressee="G10.9")
    slip("leaf-not-under-root", "an addressee whom the author never named", "6", gone, slip_of(people, leaf=other))
    slip("leaf-other-mark", "the author's addressee, the mark changed", "6", gone,
         slip_of(people, leaf=replace(good.leaf, mark=1)))  # fmt: skip
    slip("path-extra-hash", "one hash too many", "6", gone, slip_of(people, path=(*good.path, bytes(32))))
    slip("path-short", "one hash too few", "6", gone, slip_of(people, path=good.path[:1]))
    slip("index-other", "the path of another index", "6", gone, slip_of(people, index=1))
    slip("count-other", "another number of addressees than the author signed", "6", gone, slip_of(people, count=4))
    slip("sender-not-signer", "another station's key", "6", "signer-not-of-station", good, people["agency-b"],
         trust=f"{A} agency-b")  # fmt: skip
    slip("signed-by-officer", "an officer signs a slip: only the station's key may", "6", "signer-not-of-station", good,
         people["officer-a"])  # fmt: skip
    slip("suite-other-than-signer", "a slip that names another suite than it is signed with", "2",
         "signer-not-of-station", slip_of(people, suite=2))  # fmt: skip
    raw = a.sign("antin/slip/1", encode(good))
    changed = parts(raw)
    changed[4] = changed[4].replace(seed("leaf 0", 32), flip(seed("leaf 0", 32), 0))
    case("slip/body-flipped", "one bit of the leaf's salt", "21", "slip", "signature-invalid",
         bytes=cbor.encode(tuple(changed)), **given)  # fmt: skip

    def spoiled(name: str, tests: str, rule: str, expect: str, at: int, value: object) -> None:
        body = list(cbor.decode(encode(good), limit=10_000))  # type: ignore[arg-type]
        body[at] = value
        raw = a.sign("antin/slip/1", cbor.encode(tuple(body)), 9)
        case(f"slip/{name}", tests, rule, "slip", f"bytes-malformed {expect}", bytes=raw, **given)

    spoiled("sequence-zero", "sequences begin with 1", "21", "why=out-of-range", 3, 0)
    spoiled("sequence-as-bool", "true in place of 1", "1", "why=wrong-type", 3, True)
    spoiled("sender-code", "a code that no agency can have", "1", "why=pattern", 1, "g10.1")
    spoiled("sealed-digest-short", "a digest of 31 bytes", "1", "why=out-of-range", 10, bytes(31))
    spoiled("statement-missing", "a slip that answers for no statement", "37", "why=out-of-range", 9, b"")
    spoiled("leaf-as-bytes", "bytes where an array must stand", "1", "why=wrong-type", 4, b"")


def _wraps(case: Callable[..., None], people: dict[str, Person]) -> None:
    a, good = people["agency-a"], slip_of(people)
    opener = {"trust": A, "wrapping_seed": seed("agency-b wrapping", 96)}

    def unwrap(name: str, tests: str, expect: str, value: Slip, **more: object) -> None:
        raw = a.sign("antin/slip/1", encode(value), 9)
        case(f"slip/{name}", tests, "4", "unwrap", expect, bytes=raw, **{**opener, **more})

    unwrap("unwrap", "the content key and the head for the addressee", "ok", good,
           **{"result.key": seed("content key", 32), "result.head": head_of(people)})  # fmt: skip
    bad = "wrap-invalid"
    unwrap("unwrap-other-key", "another agency's key", bad, good, wrapping_seed=seed("agency-a wrapping", 96))
    unwrap("unwrap-kid-other", "the slip names another key than it was wrapped for", bad, replace(good, kid=bytes(32)))
    unwrap("unwrap-moved", "a wrap moved into a slip with another sequence", bad, replace(good, sequence=6))
    unwrap("unwrap-other-statement", "a wrap moved to another statement", bad, replace(good, statement=bytes(32)))
    unwrap("unwrap-other-blob", "a wrap moved to another sealed blob", bad, replace(good, sealed=bytes(32)))
    unwrap("unwrap-flipped", "one bit of the wrap", bad, replace(good, wrapped=flip(good.wrapped, -1)))
    unwrap("unwrap-empty", "no wrap at all", bad, replace(good, wrapped=b""))


def seal_document(people: dict[str, Person], content: bytes, pad: bytes | None = None, **changes: object) -> bytes:
    """A sealing of ``content``; ``changes`` go into the statement, ``pad`` replaces the zeros."""
    suite = by_number(1)
    header, head = encode(Header(1, seed("content", 16))), head_of(people)
    salt = seed("document salt", 32)
    sealer = seal.Sealer(suite, seed("content key", 32), header, seal.head_context(head, suite), salt)
    out = sealer.update(content)

    attached = encode(AttachedList((), ()))
    named = {"attached": suites.object_digest(attached), "attached_size": len(attached)}

    def tail(done: seal.Sealed) -> bytes:
        value = statement_of(people, document=done.document, size=done.size, seal=done.seal, **named)
        raw = people["officer-a"].sign("antin/statement/1", encode(replace(value, **changes)), 3)  # type: ignore[arg-type]
        return seal.tail(attached, raw)

    if pad is None:
        return out + sealer.close(tail)
    document = suite.document_digest(salt, len(content), sealer._tree.root())
    inner, done = sealer._encryptor, seal.Sealed(document, len(content), sealer.seal)
    return out + inner.update(pad) + inner.update(tail(done)) + inner.finish()


def _sealed(case: Callable[..., None], people: dict[str, Person]) -> None:
    document, head, key = "Kính gửi: các đơn vị. ".encode() * 5, head_of(people), seed("content key", 32)
    good = seal_document(people, document)
    given = {"head": head, "key": key, "trust": A}
    two = bytes(range(256)) * 4096 + b"one byte of the second piece"[:1]
    for name, tests, content in (
        ("empty", "no byte at all is one empty piece", b""),
        ("one-piece", "one piece", b"abc"),
        ("two-pieces", "one byte more than a piece", two),
    ):
        for number in (1, 2):
            suite, salt = by_number(number), seed("document salt", 32)
            digest = suite.document_digest(salt, *suites.document_root(suite, [content]))
            times = len(content) // 256
            case(f"sealed/document-{name}-{number}", tests, "35", "document", suite=number, salt=salt, times=times,
                 repeat=content[:256] if times else b"", rest=content[times * 256 :],
                 **{"result.digest": digest})  # fmt: skip
    holds = {"result.document_holds": "true", "result.seal_holds": "true", "result.label_holds": "true",
             "result.padding_zero": "true"}  # fmt: skip
    case("sealed/valid", "a document with an empty list of attached signatures", "5", "open", bytes=good, **given,
         **{"result.document": document}, **holds)  # fmt: skip
    tampered = "content-tampered"

    def broken(name: str, tests: str, rule: str, expect: str, raw: bytes, **more: object) -> None:
        case(f"sealed/{name}", tests, rule, "open", expect, bytes=raw, **{**given, **more})

    broken("other-key", "another content key", "4", f"{tampered} why=tag", good, key=bytes(32))
    broken("head-other-label", "a false label in the head: the commitment does not hold", "4", f"{tampered} why=tag",
           good, head=head_of(people, label=Label(0, 0, (), (), 0)))  # fmt: skip
    broken("head-other-content", "the head of another sealing", "4", "head-mismatch", good,
           head=head_of(people, content=bytes(16)))  # fmt: skip
    broken("header-other-content", "the header of another sealing", "4", "head-mismatch",
           encode(Header(1, bytes(16))) + good[sealed.HEADER_SIZE :])  # fmt: skip
    broken("commitment-flipped", "one bit of the commitment", "4", f"{tampered} why=tag", flip(good, 34 + 24))
    broken("chunk-flipped", "one bit of the last chunk", "7", tampered, flip(good, -1))
    broken("last-byte-missing", "one byte short", "7", tampered, good[:-1])
    broken("trailing-byte", "one byte too many", "7", tampered, good + b"\0")
    broken("header-alone", "nothing after the header", "7", f"{tampered} why=truncated", good[: sealed.HEADER_SIZE])
    long = seal_document(people, b"x" * 13_000)
    border = sealed.HEADER_SIZE + sealed.STREAM_HEAD + 16 * 1024 + 16
    broken("chunk-border", "cut exactly after the first chunk", "7", f"{tampered} why=truncated", long[:border])
    wrong = {"result.document_holds": "true", "result.seal_holds": "false"}
    broken("statement-of-other-sealing", "last year's statement in a new sealing: its seal is another", "5", "ok",
           seal_document(people, document, seal=seed("old seal", 32)), station_expects="seal-mismatch",
           **wrong)  # fmt: skip
    broken("document-other", "the statement names another document", "5", "ok",
           seal_document(people, document, document=seed("other", 32)), station_expects=tampered,
           **{"result.document_holds": "false", "result.seal_holds": "true"})  # fmt: skip
    broken("label-other-than-head", "statement and head disagree on the label", "4", "ok",
           seal_document(people, document, label=Label(0, 0, (), (), 0)), station_expects="head-mismatch",
           **{"result.label_holds": "false", "result.seal_holds": "true"})  # fmt: skip
    pad = sealed.padded_size(len(document)) - len(document)
    broken("padding-not-zero", "a hidden byte in the padding", "5", "ok",
           seal_document(people, document, b"\1" * pad), station_expects=tampered,
           **{"result.padding_zero": "false"})  # fmt: skip
    broken("padding-missing", "no padding", "5", f"{tampered} why=layout", seal_document(people, document, b""))
    broken("size-other", "a size that does not add up", "5", f"{tampered} why=layout",
           seal_document(people, document, size=1000))  # fmt: skip
    broken("attached-size-other", "attached signatures that are not there", "5", f"{tampered} why=layout",
           seal_document(people, document, attached_size=100))  # fmt: skip
    broken("statement-length", "a length of the statement beyond the content", "5", f"{tampered} why=statement-length",
           _with_length(people, document))  # fmt: skip


def _with_length(people: dict[str, Person], document: bytes) -> bytes:
    suite, header = by_number(1), encode(Header(1, seed("content", 16)))
    context = seal.head_context(head_of(people), suite)
    sealer = seal.Sealer(suite, seed("content key", 32), header, context, seed("document salt", 32))
    return sealer.update(document) + sealer.close(lambda _: (2**40).to_bytes(8, "big"))
