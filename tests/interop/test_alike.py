"""Both verifiers judge what a keyholder can make of true evidence: alike, and never a changed statement as valid.

``ALIKE_SECONDS`` and ``ALIKE_SEED`` steer the campaign of ``make soak``.
"""

from __future__ import annotations

import base64
import hashlib
import os
import random
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from conftest import Node
from keyholder import Frame, Keys, Place, Witness, place_of, remade, shown
from town import NORTH, PDF, SOUTH, Town, copy
from variants import variant
from varied import Frames, Stock, learnt

from antin.acts.approve import approve
from antin.acts.join import join
from antin.acts.prove import prove
from antin.acts.renew import renew
from antin.errors import AntinError
from antin.kernel.crypto import tree
from antin.kernel.crypto.merkle import leaf_hash, node_hash
from antin.kernel.crypto.suite import object_digest
from antin.kernel.formats.credential import Credential, Subject
from antin.kernel.formats.receipt import RESULTS
from antin.kernel.formats.record import Record
from antin.kernel.formats.shape import encode, parse
from antin.kernel.formats.signed import Signatory, Signed
from antin.kernel.formats.status import CredentialIssued, Status
from antin.station import packets
from antin.station.station import AUTHORITY_KEY
from antin.verify import INVALID, NOT_PROVEN, VALID, verify
from antin.verify.verify import SENT

REMEMBERED = Path(__file__).parent / "remembered.mjs"
FEW, AT_ONCE = 60, 400


@dataclass(frozen=True)
class World:
    """A town's keys, its root, and the evidence of its sendings."""

    keys: Keys
    root: bytes
    sendings: tuple[Frames, ...]
    seen: Mapping[tuple[str, type], list[Any]]


@pytest.fixture(scope="module")
def world(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> World:
    """Three sendings: two of one day, as both sides prove them, and one that SOUTH opened when all had been renewed."""
    folder = tmp_path_factory.mktemp("alike")
    town = copy(founded, folder / "town")
    town.dispatch(name="mot.pdf", level=2)
    town.dispatch(name="hai.pdf", level=1, data=PDF * 3)
    _answered(town, folder, 1, 2)
    with town.at(NORTH, "vt01") as station:
        young = [prove(station, "di-1", "vt01"), prove(station, "di-2", "vt01"), prove(station, "di-2")]
    with town.at(SOUTH, "cb01") as station:
        young.append(prove(station, "den-1", "cb01"))
    town.dispatch(name="ba.pdf", level=1, data=PDF * 2)
    town.sync(SOUTH)
    town.clock.ahead = 40 * 86_400
    _renewed(town)
    _answered(town, folder, 3)
    with town.at(NORTH, "vt01") as station:
        old = prove(station, "di-3", "vt01")
    sendings = tuple(packets.read_all(BytesIO(each), packets.EVIDENCE) for each in (*young, old))
    keys = Keys.of(town)
    for kind, _, raw in (each for frames in sendings for each in frames):
        if kind == "credential":
            keys.know(raw)
    root = bytes.fromhex((town.folder / "root").read_text())[:25]
    return World(keys, root, sendings, learnt([each for frames in sendings for each in frames]))


def _answered(town: Town, folder: Path, *numbers: int) -> None:
    town.sync(SOUTH)
    for n in numbers:
        town.open(SOUTH, "cb01", f"den-{n}", folder / f"{n}.pdf")
    town.sync(SOUTH, "A04", SOUTH, NORTH)
    town.clock.ahead += 2
    town.state()
    town.sync(SOUTH, NORTH)


def _renewed(town: Town) -> None:
    for code, by, hands in (("A04", "A00", [AUTHORITY_KEY]), (SOUTH, "A04", ["cb01"]), ("A03", "A00", [AUTHORITY_KEY])):
        with town.at(code, *hands) as station:
            file = renew(station, hands)
        with town.at(by, AUTHORITY_KEY) as station:
            file = approve(station, file, 900).file
        with town.at(code, *hands) as station:
            join(station, file)
    town.sync("A00", "A03", "A04")
    town.state()


@dataclass(frozen=True)
class Judged:
    """A verdict and, unless it is invalid, the records that stand and those of them that nobody witnessed."""

    verdict: str
    stands: tuple[str, ...] = ()
    claimed: tuple[str, ...] = ()


def ours(root: bytes, raw: bytes) -> Judged:
    try:
        report = verify(BytesIO(raw), root)
    except AntinError:
        return Judged(INVALID)
    if report.verdict == INVALID:
        return Judged(INVALID)
    stands = sorted(each.what for each in report.findings if each.what in {*SENT, *RESULTS})
    claimed = sorted(str(each.facts["about"]) for each in report.findings if each.code == "receipt-claimed")
    return Judged(report.verdict, tuple(stands), tuple(claimed))


def theirs(answer: dict[str, Any]) -> Judged:
    verdict = answer.get("verdict", INVALID).replace(" ", "-")
    records = answer.get("records", []) if verdict != INVALID else []
    claimed = [each["kind"] for each in records if each["standing"] == "claimed"]
    return Judged(verdict, tuple(sorted(each["kind"] for each in records)), tuple(sorted(claimed)))


def written(frames: Frames) -> bytes:
    return packets.write(packets.EVIDENCE, frames)


def job(world: World, raw: bytes) -> dict[str, Any]:
    printed = _letters(world.root)
    return {"do": "evidence", "bundle": base64.b64encode(raw).decode(), "fingerprint": printed}


def _letters(root: bytes) -> str:
    number = int.from_bytes(root, "big")
    return "".join("0123456789ABCDEFGHJKMNPQRSTVWXYZ"[number >> at & 31] for at in range(195, -1, -5))


def untrue(frames: Frames, true: Frames, used: set[str], judged: Judged) -> bool:
    """A changed statement that stands although neither its sender nor anybody above him lent his key; or an answer to
    it without the addressee's."""
    slip = next(raw for kind, _, raw in true if kind == "slip")  # it names its statement by digest
    if judged.verdict != VALID or all(object_digest(raw) in slip for kind, _, raw in frames if kind == "statement"):
        return False
    answered = bool({*RESULTS} & {*judged.stands})
    return not used & {NORTH, "A03", "A00"} or (answered and not used & {SOUTH, "A04", "A00"})


def campaign(world: World, second: Node, chance: random.Random, count: int) -> tuple[Counter[str], list[str]]:
    """So many variants judged by both; how often each verdict, and the differences found."""
    made: list[tuple[str, Frames, Frames, set[str]]] = []
    while len(made) < count:
        true = chance.choice(world.sendings)
        others = [each for frames in world.sendings if frames is not true for each in frames]
        keys = Keys(world.keys.signing, world.keys.journals, dict(world.keys.holders))
        stock = Stock(keys, others, chance, world.seen)
        found = variant(stock, true)
        if found:
            made.append((found[0], found[1], true, stock.keys.used))
    raws = [written(frames) for _, frames, *_ in made]
    answers = second.answers(job(world, raw) for raw in raws)
    verdicts: Counter[str] = Counter()
    wrong: list[str] = []
    for (moves, frames, true, used), raw, answer in zip(made, raws, answers, strict=True):
        one, two = ours(world.root, raw), theirs(answer)
        verdicts[one.verdict] += 1
        if one != two or untrue(frames, true, used, one):
            wrong.append(f"{moves}: {one} {two} {answer.get('refused', answer.get('missing'))} kept {_kept(raw)}")
    return verdicts, wrong


def _kept(raw: bytes) -> str:
    folder = os.environ.get("ALIKE_KEEP")
    if not folder:
        return "nowhere (ALIKE_KEEP)"
    path = Path(folder) / hashlib.sha256(raw).hexdigest()[:12]
    path.write_bytes(raw)
    return str(path)


@pytest.fixture
def remembering(second: Node, monkeypatch: pytest.MonkeyPatch) -> Node:
    monkeypatch.setenv("NODE_OPTIONS", f"--import {REMEMBERED.as_uri()}")
    return second


def test_true_evidence_is_valid_to_both(world: World, remembering: Node) -> None:
    raws = [written(each) for each in world.sendings]
    answers = remembering.answers(job(world, raw) for raw in raws)
    for raw, answer in zip(raws, answers, strict=True):
        assert ours(world.root, raw) == theirs(answer), answer
        assert ours(world.root, raw).verdict == VALID


def at_frame(frames: Frames, kind: str) -> int:
    return next(n for n, each in enumerate(frames) if kind in each[:2])


def put(world: World, kind: str, change: Callable[[Frame], Frame]) -> Frames:
    """The first sending with the first frame of a kind changed."""
    frames = list(world.sendings[0])
    at = at_frame(frames, kind)
    frames[at] = change(frames[at])
    return frames


def placed(world: World, kind: str, change: Callable[[Place], Place]) -> Frames:
    """Its record placed otherwise."""

    def again(frame: Frame) -> Frame:
        true = shown(frame)
        return (*frame[:2], encode(replace(true, proof=world.keys.prove(true.record, change(place_of(true.proof))))))

    return put(world, kind, again)


def with_line(world: World, name: str) -> Frames:
    """A line of nobody below the checkpoint of ``sent``."""

    def longer(frame: Frame) -> Frame:
        true = shown(frame)
        return (*frame[:2], encode(replace(true, proof=true.proof + f"— {name} AAAAAAA=\n".encode())))

    return put(world, "sent", longer)


def suspended(world: World) -> Frames:
    """The sender's authority says a state that is neither good nor revoked."""
    frames = list(world.sendings[0])
    own = parse(Credential, parse(Signed, next(raw for _, _, raw in frames if _code(world, raw) == NORTH)).body)
    at = next(n for n, each in enumerate(frames) if each[0] == "status" and shown(each).leaf.credential == own.id)
    leaf = replace(shown(frames[at]).leaf, state="suspended")

    def edit(signed: Signed) -> Signed:
        body = parse(Record, signed.body)
        said = replace(parse(Status, body.public), size=1, root=leaf_hash(encode(leaf)))
        return replace(signed, body=encode(replace(body, public=encode(said))))

    made = remade(world.keys, frames[at], edit)
    frames[at] = (*made[:2], encode(replace(shown(made), leaf=leaf, index=0, path=())))
    return frames


def _code(world: World, raw: bytes) -> str:
    holder = world.keys.holders.get(object_digest(raw))
    return holder.code if holder and not holder.officer else ""


def entered_by_an_agency(world: World) -> Frames:
    """An agency that signed nothing else here enters a credential that is not here."""
    frames = list(world.sendings[0])
    signer = next(each for each, holder in world.keys.holders.items() if _is(holder, SOUTH))
    entry = frames[at_frame(frames, "credential-issued")]

    def edit(signed: Signed) -> Signed:
        body = parse(Record, signed.body)
        said = replace(parse(CredentialIssued, body.public), credential=bytes(32))
        late = replace(body, station=SOUTH, public=encode(said), time=body.time + 5 * 86_400)
        return replace(signed, body=encode(late), signers=(Signatory(signer, 7),))

    made = remade(world.keys, entry, edit)
    place = replace(place_of(shown(made).proof), origin=f"antin/{SOUTH}/1", code=SOUTH)
    proof = world.keys.prove(shown(made).record, place)
    last = max(n for n, each in enumerate(frames) if each[1] == "credential-issued")
    return [*frames[: last + 1], (*made[:2], encode(replace(shown(made), proof=proof))), *frames[last + 1 :]]


def _is(holder: Subject, code: str) -> bool:
    return holder.code == code and not holder.officer


def vast(world: World) -> Frames:
    """A journal of more records than a number in every language can count."""

    def again(frame: Frame) -> Frame:
        true, size = shown(frame), 2**53 + 2
        path = [bytes([n]) * 32 for n in range(54)]
        root = leaf_hash(true.record)
        for each in path:
            root = node_hash(root, each)
        point = world.keys.journals[NORTH].checkpoint(f"antin/{NORTH}/1", size, root, place_of(true.proof).time)
        return (*frame[:2], encode(replace(true, proof=tree.proof_text(0, tuple(path), point))))

    return put(world, "sent", again)


FOUND: dict[str, tuple[Callable[[World], Frames], str]] = {
    "a state under the checkpoint of another epoch": (
        lambda world: placed(world, "status", lambda place: replace(place, origin=place.origin[:-1] + "3")), INVALID,
    ),
    "seen after the year 9999": (
        lambda world: placed(world, "sent", lambda at: replace(at, witnesses=(Witness("antin/A03/1", "A03", 2**60),))),
        INVALID,
    ),
    "a line of a name in other letters": (lambda world: with_line(world, "vụ"), INVALID),
    "a line of a name too long": (lambda world: with_line(world, "x" * 81), INVALID),
    "a line of nobody": (lambda world: with_line(world, "x" * 80), VALID),
    "neither good nor revoked": (suspended, NOT_PROVEN),
    "a stranger entered by an agency": (entered_by_an_agency, VALID),
    "a journal without end": (vast, INVALID),
}  # fmt: skip


def test_what_is_missing_or_misnamed_is_refused_and_not_fallen_over(world: World, remembering: Node) -> None:
    frames = world.sendings[0]
    entry = next(n for n, each in enumerate(frames) if each[1] == "credential-issued")
    other = next(each for each in frames if each[1] == "sent")
    misnamed = [*frames[:entry], ("record", "credential-issued", other[2]), *frames[entry + 1 :]]
    raws = [written([]), written([each for each in frames if each[0] != "credential"]), written(misnamed)]
    answers = remembering.answers(job(world, raw) for raw in raws)
    assert [ours(world.root, raw).verdict for raw in raws] == [NOT_PROVEN, INVALID, INVALID]
    assert [theirs(each).verdict for each in answers] == [NOT_PROVEN, INVALID, INVALID]


def test_what_was_judged_otherwise_once(world: World, remembering: Node) -> None:
    raws = {case: written(make(world)) for case, (make, _) in FOUND.items()}
    answers = remembering.answers(job(world, raw) for raw in raws.values())
    expected = {case: verdict for case, (_, verdict) in FOUND.items()}
    assert {case: ours(world.root, raw).verdict for case, raw in raws.items()} == expected
    assert {case: theirs(each).verdict for case, each in zip(raws, answers, strict=True)} == expected


def test_variants_get_one_verdict_from_both(world: World, remembering: Node) -> None:
    verdicts, wrong = campaign(world, remembering, random.Random(11), FEW)
    assert not wrong, "\n".join(wrong)
    assert {VALID, NOT_PROVEN, INVALID} == set(verdicts), verdicts


@pytest.mark.soak
def test_variants_get_one_verdict_from_both_at_length(world: World, remembering: Node) -> None:
    seed = int(os.environ.get("ALIKE_SEED", random.SystemRandom().randrange(2**32)))
    end = time.monotonic() + float(os.environ.get("ALIKE_SECONDS", "120"))
    print(f"seed {seed}")
    chance, verdicts, wrong = random.Random(seed), Counter[str](), list[str]()
    while time.monotonic() < end:
        more, bad = campaign(world, remembering, chance, AT_ONCE)
        verdicts, wrong = verdicts + more, wrong + bad
    print(f"{sum(verdicts.values())} variants: {dict(verdicts)}; {len(wrong)} differ")
    assert not wrong, "\n".join(wrong)
