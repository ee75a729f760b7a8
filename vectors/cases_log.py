"""Cases of checkpoints, proofs, receipts, status and bundles."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import replace

from cases_objects import B, flip
from people import NOON, Person, seed

from antin.kernel.crypto import merkle, tree
from antin.kernel.crypto import suite as suites
from antin.kernel.crypto.journal_key import signature_line
from antin.kernel.formats.frame import frame_head
from antin.kernel.formats.receipt import DirectoryPoint, Receipt, Result
from antin.kernel.formats.record import Record
from antin.kernel.formats.shape import encode
from antin.kernel.formats.status import StatusLeaf

ORIGIN = "antin/G10.2/1"
STATION = "root authority agency-b"
INVALID, FORM = "checkpoint-invalid", "bytes-malformed"
Case = Callable[..., None]


def result_record(people: dict[str, Person], n: int, **changes: object) -> bytes:
    """Record ``n`` of agency-b's journal: a slip has arrived."""
    result = Result("G10.1", 1, 1, n + 1, seed(f"slip {n}", 32), "arrived", b"", b"", "",
                    DirectoryPoint("antin/G10/1", 9, seed("directory", 32)))  # fmt: skip
    record = Record(seed(f"record {n}", 16), "G10.2", 1, "arrived", NOON + n, (), encode(result), b"")
    return people["agency-b"].sign("antin/quick-record/1", encode(replace(record, **changes)), n + 1)  # type: ignore[arg-type]


class Log:
    """A journal of seven records."""

    def __init__(self, people: dict[str, Person]) -> None:
        self.records = [result_record(people, n) for n in range(7)]
        self.key = people["agency-b"].journal
        self.hashes = tree.memory_hashes([merkle.leaf_hash(each) for each in self.records])
        self.root = tree.root(self.hashes, 7)
        self.checkpoint = self.key.checkpoint(ORIGIN, 7, self.root, NOON + 60)
        self.path = tree.inclusion(self.hashes, 5, 7)
        self.proof = tree.proof_text(5, self.path, self.checkpoint)


def make(case: Case, people: dict[str, Person]) -> None:
    log = Log(people)
    _checkpoints(case, people, log)
    _proofs(case, people, log)
    _trees(case, log)
    _receipts(case, people, log)
    _status(case)
    _bundles(case, log)


def _checkpoints(case: Case, people: dict[str, Person], log: Log) -> None:
    def point(name: str, tests: str, expect: str, raw: bytes, station: str = STATION, **more: object) -> None:
        case(f"checkpoint/{name}", tests, "3", "checkpoint", expect, bytes=raw, station=station, **more)

    text, _, tail = log.checkpoint.decode().partition("\n\n")
    one, two = tail.splitlines(keepends=True)

    def note_(text: str, *lines: str) -> bytes:
        return (text + "\n\n" + "".join(lines)).encode()

    point("valid", "a checkpoint under both keys", "ok", log.checkpoint,
          **{"result.size": 7, "result.root": log.root, "result.time": NOON + 60})  # fmt: skip
    witness = signature_line("witness.example/w", b"abcd", bytes(64)).decode()
    point("witness-line", "a witness's line after the journal's own two", "ok", note_(text, one, two, witness))
    point("witness-line-first", "a witness's line before the journal's own", INVALID, note_(text, witness, one, two))
    point("ed25519-alone", "the ML-DSA-44 line is missing", INVALID, note_(text, one))
    point("mldsa-alone", "the Ed25519 line is missing", INVALID, note_(text, two))
    point("lines-swapped", "both lines, in the other order", INVALID, note_(text, two, one))
    point("no-line", "no signature line", f"{FORM} why=note-form", note_(text))
    point("extension-line", "a fourth line in the text", f"{FORM} why=note-form", note_(text + "\nextra", one, two))
    head, size, root = text.split("\n")
    point("size-leading-zero", "a size written 07", f"{FORM} why=size", note_(f"{head}\n07\n{root}", one, two))
    point("size-sign", "a size written +7", f"{FORM} why=size", note_(f"{head}\n+7\n{root}", one, two))
    point("size-other", "a size that was not signed", INVALID, note_(f"{head}\n8\n{root}", one, two))
    point("root-base64-unused-bits", "a root in another Base64 spelling", f"{FORM} why=base64",
          note_(f"{head}\n{size}\n{_other_spelling(root)}", one, two))  # fmt: skip
    point("root-short", "a root of 31 bytes", f"{FORM} why=root-length",
          note_(f"{head}\n{size}\n{base64.b64encode(bytes(31)).decode()}", one, two))  # fmt: skip
    point("origin-form", "an origin outside antin/CODE/EPOCH", f"{FORM} why=note-form",
          log.key.checkpoint("example.com/log", 7, log.root, NOON))  # fmt: skip
    point("origin-of-other-station", "a checkpoint of one station judged as another's", INVALID, log.checkpoint,
          "root authority agency-a")  # fmt: skip
    point("name-of-another", "under the station's own keys, in the name of another", INVALID,
          log.key.checkpoint("antin/G10.1/1", 7, log.root, NOON + 60))  # fmt: skip
    point("other-key", "the right origin under another station's keys", INVALID,
          people["agency-a"].journal.checkpoint(ORIGIN, 7, log.root, NOON + 60))  # fmt: skip
    data = bytearray(base64.b64decode(two.split(" ")[2]))
    data[11] ^= 1
    moved = f"— {ORIGIN} {base64.b64encode(bytes(data)).decode()}\n"
    point("time-changed", "another time before the ML-DSA-44 signature", INVALID, note_(text, one, moved))
    point("carriage-return", "lines that end in CR LF", f"{FORM} why=note-form", log.checkpoint.replace(b"\n", b"\r\n"))
    point("no-last-newline", "the last newline is missing", f"{FORM} why=note-form", log.checkpoint[:-1])


def _other_spelling(text: str) -> str:
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    return text[:-2] + alphabet[alphabet.index(text[-2]) + 1] + "="


def _proofs(case: Case, people: dict[str, Person], log: Log) -> None:
    def included(name: str, tests: str, expect: str, raw: bytes, record: bytes = log.records[5]) -> None:
        case(f"proof/{name}", tests, "3", "included", expect, bytes=raw, record=record, station=STATION)

    included("valid", "record 5 of 7", "ok", log.proof)
    bad, form = "proof-invalid", f"{FORM} what=proof why=proof-form"
    included("index-other", "the path of another index", bad, tree.proof_text(4, log.path, log.checkpoint))
    included("index-beyond-size", "an index outside the journal", bad, tree.proof_text(7, log.path, log.checkpoint))
    included("hash-extra", "one hash too many", bad, tree.proof_text(5, (*log.path, bytes(32)), log.checkpoint))
    included("hash-missing", "one hash too few", bad, tree.proof_text(5, log.path[:-1], log.checkpoint))
    included("hashes-swapped", "two hashes in the other order", bad,
             tree.proof_text(5, (log.path[1], log.path[0], *log.path[2:]), log.checkpoint))  # fmt: skip
    included("other-record", "the proof of another record", bad, log.proof, log.records[4])
    included("hash-short", "a hash of 31 bytes", f"{FORM} what=proof why=hash-length",
             tree.proof_text(5, (bytes(31), *log.path[1:]), log.checkpoint))  # fmt: skip
    included("index-leading-zero", "an index written 05", form, log.proof.replace(b"index 5", b"index 05"))
    included("other-version", "another head line", form, log.proof.replace(b"@v1", b"@v2"))
    included("extra-line", "an extra line, which C2SP allows and this profile does not", form,
             log.proof.replace(b"index", b"extra AAAA\nindex", 1))  # fmt: skip
    checkpoint = people["agency-a"].journal.checkpoint("antin/G10.1/1", 7, log.root, NOON)
    included("other-journal", "the same tree under another station's checkpoint", INVALID,
             tree.proof_text(5, log.path, checkpoint))  # fmt: skip


def _trees(case: Case, log: Log) -> None:
    root3 = tree.root(log.hashes, 3)
    path = tree.consistency(log.hashes, 3, 7)
    given = {"old": 3, "old_root": root3, "new": 7, "new_root": log.root, "path": path}
    case("proof/consistency", "seven records extend three", "16", "consistency", **given)
    bad = "not-consistent"
    for name, tests, changes in (
        ("other-old-root", "another history of the first three", {"old_root": bytes(32)}),
        ("other-new-root", "another root of seven", {"new_root": bytes(32)}),
        ("hash-missing", "one hash too few", {"path": path[:-1]}),
        ("hash-extra", "one hash too many", {"path": (*path, bytes(32))}),
        ("shrunk", "a journal that became shorter", {"old": 7, "old_root": log.root, "new": 3, "new_root": root3}),
        ("same-size-other-root", "two roots at one size", {"old": 7, "path": ()}),
        ("from-nothing", "a proof from size 0 proves nothing", {"old": 0, "old_root": tree.EMPTY_ROOT}),
    ):
        case(f"proof/consistency-{name}", tests, "16", "consistency", bad, **{**given, **changes})
    case("proof/inclusion-single", "the only leaf of a tree", "3", "inclusion", leaf=log.hashes(0, 0), index=0, size=1,
         path=(), root=log.hashes(0, 0))  # fmt: skip
    case("proof/inclusion-size-other", "the path of a smaller tree under a larger size", "3", "inclusion",
         "proof-invalid", leaf=log.hashes(0, 0), index=0, size=2, path=(), root=log.hashes(0, 0))  # fmt: skip


def _receipts(case: Case, people: dict[str, Person], log: Log) -> None:
    def receipt(name: str, tests: str, rule: str, expect: str, record: bytes, proof_: bytes, **more: object) -> None:
        given = {"trust": B, "station": STATION, **more}
        case(f"receipt/{name}", tests, rule, "receipt", expect, bytes=encode(Receipt(record, proof_)), **given)

    receipt("valid", "a slip has arrived at agency-b", "20", "ok", log.records[5], log.proof,
            **{"result.result": "arrived", "result.index": 5, "result.slip": seed("slip 5", 32)})  # fmt: skip
    receipt("other-record", "a record with the proof of another", "20", "proof-invalid", log.records[4], log.proof)
    receipt("other-station", "a receipt of agency-b shown as agency-a's", "20", "signer-not-of-station", log.records[5],
            log.proof, trust=f"{B} agency-a", station="root authority agency-a")  # fmt: skip

    def alone(raw: bytes, origin: str = ORIGIN) -> bytes:
        point = log.key.checkpoint(origin, 1, merkle.leaf_hash(raw), NOON)
        return tree.proof_text(0, (), point)

    raw = result_record(people, 0, kind="expired")
    receipt("kind-other-than-result", "the record's kind and its result disagree", "20", f"{FORM} why=result", raw,
            alone(raw))  # fmt: skip
    none = Result("G10.1", 1, 1, 1, bytes(32), "conflict-noticed", b"", b"", "", DirectoryPoint("", 0, b""))
    raw = result_record(people, 0, kind="conflict-noticed", public=encode(none))
    receipt("kind-that-is-no-result", "a record that is no receipt in the form of one", "20", f"{FORM} why=result", raw,
            alone(raw))  # fmt: skip
    receipt("other-epoch", "a record of epoch 1 in a journal of epoch 2", "21", INVALID, log.records[0],
            alone(log.records[0], "antin/G10.2/2"))  # fmt: skip
    raw = result_record(people, 0, station="G10.3")
    receipt("other-station-named", "the record names a station that is not its signer's", "11", "signer-not-of-station",
            raw, alone(raw))  # fmt: skip
    result = Result("G10.1", 1, 1, 1, seed("slip 0", 32), "read", b"", b"", "", DirectoryPoint("", 0, b""))
    raw = result_record(people, 0, kind="read", public=encode(result))
    receipt("result-unknown", "a kind that does not exist", "30", "record-kind-unknown", raw, alone(raw))
    raw = result_record(people, 0, kind="opened", public=encode(replace(result, result="opened")))
    receipt("opened-by-the-station", "the unattended key says that somebody opened", "30", "record-not-entitled", raw,
            alone(raw))  # fmt: skip
    raw = result_record(people, 0, kind="sequences")
    receipt("no-result", "a record of another kind", "20", f"{FORM} why=result", raw, alone(raw))
    receipt("record-flipped", "one bit of the record", "20", "signature-invalid", flip(log.records[5], -1), log.proof)


def _status(case: Case) -> None:
    ids = sorted(seed(f"credential {n}", 16) for n in range(5))
    states = {2: ("revoked", NOON, ()), 3: ("good", 0, ("-G10.9", "G10", "G10."))}
    leaves = [encode(StatusLeaf(each, *states.get(n, ("good", 0, ())))) for n, each in enumerate(ids)]
    hashes = tree.memory_hashes([merkle.leaf_hash(each) for each in leaves])
    given = {"size": 5, "root": tree.root(hashes, 5)}
    good = {"bytes": leaves[2], "index": 2, "path": tree.inclusion(hashes, 2, 5), **given}
    case("status/revoked", "the third of five credentials is revoked", "18", "status-leaf", **good,
         **{"result.state": "revoked", "result.since": NOON})  # fmt: skip
    clean = encode(StatusLeaf(ids[2], "good", 0, ()))
    other = encode(StatusLeaf(ids[3], "good", 0, ("G10", "G10.")))
    case("status/authority", "an authority, with the codes that it may bind", "28", "status-leaf",
         **{**good, "bytes": leaves[3], "index": 3, "path": tree.inclusion(hashes, 3, 5),
            "result.scopes": "-G10.9 G10 G10."})  # fmt: skip
    case("status/other-codes", "an authority with a code that it no longer has", "28", "status-leaf", "proof-invalid",
         **{**good, "bytes": other, "index": 3, "path": tree.inclusion(hashes, 3, 5)})  # fmt: skip
    case("status/called-good", "the revoked one shown as good", "18", "status-leaf", "proof-invalid",
         **{**good, "bytes": clean})  # fmt: skip
    case("status/of-another", "the path of another credential", "18", "status-leaf", "proof-invalid",
         **{**good, "bytes": leaves[3]})  # fmt: skip


def _bundles(case: Case, log: Log) -> None:
    def frames(*items: tuple[str, str, bytes], purpose: str = "envelope", head: bytes = b"") -> bytes:
        raw = (head or frame_head("begin", 0, purpose)) + b"".join(
            frame_head(kind, len(data), name) + data for kind, name, data in items
        )
        return raw + frame_head("end", 32) + bytes(suites.object_digest(raw))

    def case_(name: str, tests: str, expect: str, raw: bytes, **more: object) -> None:
        given = {"purpose": "envelope", **more}
        case(f"bundle/{name}", tests, "27", "bundle", expect, bytes=raw, **given)

    items = (("checkpoint", ORIGIN, log.checkpoint), ("receipt", "", encode(Receipt(log.records[5], log.proof))))
    good = frames(*items)
    small = frames(("record", "antin/G10.2/1#5", log.records[5]))
    case_("valid", "a checkpoint and a receipt", "ok", good, **{"result.kinds": "checkpoint receipt"})
    case_("small", "one record", "ok", small, **{"result.kinds": "record"})
    case_("empty", "no item", "ok", frames(), **{"result.kinds": ""})
    cut = f"{FORM} why=truncated"
    case_("truncated-in-item", "the end of the file inside an item", cut, small[:100])
    case_("truncated-at-frame", "whole frames, but no end", cut, small[:-32 - len(frame_head("end", 32))])
    case_("truncated-digest", "half of the closing digest", cut, small[:-16])
    case_("trailing-byte", "one byte after the end", f"{FORM} why=trailing-bytes", small + b"\0")
    case_("other-purpose", "an envelope read as a request", f"{FORM} why=other-purpose", small, purpose="request")
    case_("no-begin", "the first frame is an item", f"{FORM} why=other-purpose",
          frames(head=frame_head("record", 0)))  # fmt: skip
    case_("begin-twice", "a second beginning inside", f"{FORM} why=begins-twice", frames(("begin", "envelope", b"")))
    case_("unknown-kind", "a kind that does not exist", f"{FORM} why=unknown-kind", frames(("gift", "", b"")))
    case_("item-flipped", "one bit of an item", "bundle-damaged", flip(small, 200))
    case_("digest-flipped", "one bit of the closing digest", "bundle-damaged", flip(small, -1))
    head = frame_head("begin", 0, "envelope")
    case_("frame-too-large", "an item that claims 2^41 bytes", f"{FORM} why=item-too-large",
          head + frame_head("conflict", 2**41))  # fmt: skip
    case_("kind-of-another-purpose", "a kind that an envelope never holds", f"{FORM} why=unknown-kind",
          frames(("settings", "", b"")))  # fmt: skip
    case_("too-many-slips", "more slips than an envelope holds", f"{FORM} why=too-many",
          frames(*[("slip", "", b"")] * 65))  # fmt: skip
    case_("large-blob", "a blob that does not lie in an envelope", f"{FORM} why=item-too-large",
          head + frame_head("blob", 2**16 + 1))  # fmt: skip
    case_("too-many-credentials", "more credentials than an envelope needs", f"{FORM} why=too-many",
          frames(*[("credential", "", b"")] * 33))  # fmt: skip
    case_("too-many-frames", "more frames in all than an envelope takes", f"{FORM} why=too-many",
          frames(*[("consistency", "", b"")] * 128, *[("receipt", "", b"")] * 200, *[("slip", "", b"")] * 64,
                 *[("blob", "", b"")] * 64, *[("checkpoint", "", b"")] * 45))  # fmt: skip
