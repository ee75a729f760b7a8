"""Cases of cosigned checkpoints (spec/witness.md) and of new epochs (spec/restore.md)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from cases_log import ORIGIN, Log
from people import NOON, Person, seed

from antin.kernel.crypto import merkle, tree
from antin.kernel.formats import cbor
from antin.kernel.formats.epoch import EpochAccepted, EpochBegun, LostUse
from antin.kernel.formats.record import Record
from antin.kernel.formats.sequences import Last, Leaf, Sequences, SequencesProof
from antin.kernel.formats.shape import encode
from antin.kernel.formats.signed import Signatory
from antin.kernel.sign import sign_object

Case = Callable[..., None]
STATION, WITNESS = "root authority agency-b", "root authority"
TRUST = "root authority agency-a officer-a cipher-a registrar-a"


def make(case: Case, people: dict[str, Person]) -> None:
    _witness(case, people)
    _forms(case, people)
    _begun(case, people)
    _sequences(case, people)


def _sequences(case: Case, people: dict[str, Person]) -> None:
    codes = ("G10.2", "G10.3", "G20.1")
    leaves = [Leaf(seed(f"salt {code}", 16), code, (Last(0, 4), Last(3, n + 1))) for n, code in enumerate(codes)]
    hashes = tree.memory_hashes([merkle.leaf_hash(encode(leaf)) for leaf in leaves])
    value = Sequences(3, tree.root(hashes, 3))
    body = Record(seed("sequences", 16), "G10.1", 1, "sequences", NOON, (), encode(value), b"")
    raw = people["agency-a"].sign("antin/quick-record/1", encode(body), 9)
    good = SequencesProof(raw, leaves[0], 0, tree.inclusion(hashes, 0, 3))
    trust = "root authority agency-a"

    def told(name: str, tests: str, expect: str, proof: SequencesProof, to: str = "G10.2", **more: object) -> None:
        given = {"bytes": encode(proof), "addressee": to, "trust": trust, **more}
        case(f"dispatch/{name}", tests, "21", "sequences", expect, **given)

    told("sequences", "four ordinary and one urgent slip were sent", "ok", good, **{"result.lasts": "0/4 3/1"})
    told("sequences-of-another", "another addressee's leaf", "not-about-this-dispatch", good, "G10.3")
    told("sequences-larger", "a greater number than was signed", "proof-invalid",
         replace(good, leaf=replace(leaves[0], lasts=(Last(0, 5), Last(3, 1)))))  # fmt: skip
    told("sequences-path-of-another", "the path of the next leaf", "proof-invalid",
         replace(good, path=tree.inclusion(hashes, 1, 3)))  # fmt: skip
    other = people["agency-a"].sign("antin/quick-record/1", encode(replace(body, kind="arrived")), 9)
    told("sequences-other-kind", "a record of another kind", "not-about-this-dispatch", replace(good, record=other))


def _witness(case: Case, people: dict[str, Person]) -> None:
    log, authority, time = Log(people), people["authority"].journal, NOON + 120
    name = "antin/G10/1"
    line = authority.cosignature(name, ORIGIN, 7, log.root, time)

    def cosigned(name: str, tests: str, expect: str, raw: bytes, **more: object) -> None:
        case(f"witness/{name}", tests, "17", "cosigned", expect, bytes=raw, station=STATION, witness=WITNESS, **more)

    cosigned("cosigned", "the authority saw this checkpoint two minutes after noon", "ok", log.checkpoint + line,
             **{"result.time": time})  # fmt: skip
    cosigned("nobody", "no witness", "ok", log.checkpoint, **{"result.time": 0})
    stranger = people["agency-a"].journal.cosignature("antin/G10.1/1", ORIGIN, 7, log.root, time)
    cosigned("stranger", "a line of somebody else counts for nothing", "ok", log.checkpoint + stranger,
             **{"result.time": 0})  # fmt: skip
    cosigned("after-a-stranger", "the authority's line after another's", "ok", log.checkpoint + stranger + line,
             **{"result.time": time})  # fmt: skip
    invalid = "checkpoint-invalid"
    cosigned("other-size", "a line of the authority over a longer journal", invalid,
             log.checkpoint + authority.cosignature(name, ORIGIN, 8, log.root, time))  # fmt: skip
    cosigned("other-root", "a line of the authority over another root", invalid,
             log.checkpoint + authority.cosignature(name, ORIGIN, 7, bytes(32), time))  # fmt: skip
    cosigned("own-checkpoint-passed-off", "the authority's line on its own journal, moved here", invalid,
             log.checkpoint + authority.cosignature(name, name, 7, log.root, time))  # fmt: skip


def _values() -> dict[str, object]:
    root, known = seed("restored", 32), seed("known", 32)
    return {
        "epoch-begun": EpochBegun(7, root, 9, known, (LostUse(seed("credential", 32), 12, 1048587),)),
        "epoch-accepted": EpochAccepted("G10.1", 2, 7, root, 9, known, seed("record", 32)),
    }


def _forms(case: Case, people: dict[str, Person]) -> None:
    for form, value in _values().items():
        raw = encode(value)
        case(f"restore/{form}", f"the bytes of {form}", "23", "form", form=form, bytes=raw, **{"result.again": raw})
        short = cbor.encode(cbor.decode(raw, limit=20_000)[:-1])  # type: ignore[index]
        case(f"restore/{form}-field-missing", "the last field is missing", "23", "form",
             f"bytes-malformed why=wrong-field-count what=antin/{form}/1", form=form, bytes=short)  # fmt: skip


def _begun(case: Case, people: dict[str, Person]) -> None:
    body = Record(seed("epoch", 16), "G10.1", 2, "epoch-begun", NOON, (), encode(_values()["epoch-begun"]), b"")

    def signed(type_: str, *names: str, **changes: object) -> bytes:
        hands = [(people[each].signing, Signatory(people[each].digest, 1048588)) for each in names]
        return sign_object(type_, people["agency-a"].suite, encode(replace(body, **changes)), hands)  # type: ignore[arg-type]

    def begun(name: str, tests: str, expect: str, raw: bytes, **more: object) -> None:
        case(f"restore/{name}", tests, "26", "epoch", expect, bytes=raw, trust=TRUST, **more)

    hybrid, quick = "antin/record/1", "antin/quick-record/1"
    both = signed(hybrid, "officer-a", "cipher-a")
    begun("by-two-officers", "a leader and a cipher officer begin an epoch", "ok", both,
          **{"result.epoch": 2, "result.restored": 7, "result.known": 9})  # fmt: skip
    begun("by-one-officer", "one signature", "hands-missing", signed(hybrid, "officer-a"))
    begun("by-a-registrar", "the second hand is neither cipher nor leader", "role-missing",
          signed(hybrid, "officer-a", "registrar-a"))  # fmt: skip
    begun("by-the-station", "the second hand is the station's own key", "record-not-entitled",
          signed(hybrid, "officer-a", "agency-a"))  # fmt: skip
    begun("quick", "classical signatures alone", "record-needs-hybrid", signed(quick, "officer-a"))
