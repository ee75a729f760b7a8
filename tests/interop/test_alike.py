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
from keyholder import Frame, Keys, Place, Witness, place_of, shown
from town import NORTH, PDF, SOUTH, Town, copy
from variants import Stock, learnt, variant

from antin.acts.approve import approve
from antin.acts.join import join
from antin.acts.prove import prove
from antin.acts.renew import renew
from antin.errors import AntinError
from antin.kernel.formats.receipt import RESULTS
from antin.kernel.formats.shape import encode
from antin.station import packets
from antin.station.station import AUTHORITY_KEY
from antin.verify import INVALID, NOT_PROVEN, VALID, verify
from antin.verify.verify import SENT

REMEMBERED = Path(__file__).parent / "remembered.mjs"
FEW, AT_ONCE = 100, 400
Frames = list[Frame]


@dataclass(frozen=True)
class World:
    """A town's keys, its root, and the evidence of its sendings."""

    keys: Keys
    root: bytes
    sendings: tuple[Frames, ...]
    seen: Mapping[tuple[str, type], list[Any]]


@pytest.fixture(scope="module")
def world(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> World:
    """Three sendings: two of one day, and one that SOUTH opened when all had been renewed."""
    folder = tmp_path_factory.mktemp("alike")
    town = copy(founded, folder / "town")
    town.dispatch(name="mot.pdf", level=2)
    town.dispatch(name="hai.pdf", level=1, data=PDF * 3)
    _answered(town, folder, 1, 2)
    with town.at(NORTH, "vt01") as station:
        young = [prove(station, f"di-{n}", "vt01") for n in (1, 2)]
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
    statement = [[raw for kind, _, raw in each if kind == "statement"] for each in (frames, true)]
    if judged.verdict != VALID or statement[0] in ([], statement[1]):
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


def replaced(world: World, kind: str, change: Callable[[Place], Place]) -> Frames:
    """The first sending with the first record of a kind of frame placed otherwise."""
    frames = list(world.sendings[0])
    at = next(n for n, each in enumerate(frames) if kind in each[:2])
    true = shown(frames[at])
    proof = world.keys.prove(true.record, change(place_of(true.proof)))
    frames[at] = (*frames[at][:2], encode(replace(true, proof=proof)))
    return frames


FOUND: dict[str, tuple[str, Callable[[Place], Place], str]] = {
    "a state under the checkpoint of another epoch": (
        "status", lambda place: replace(place, origin=place.origin[:-1] + "3"), INVALID,
    ),
    "seen after the year 9999": (
        "sent", lambda place: replace(place, witnesses=(Witness("antin/A03/1", "A03", 2**60),)), INVALID,
    ),
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


@pytest.mark.parametrize("case", FOUND)
def test_what_was_judged_otherwise_once(world: World, remembering: Node, case: str) -> None:
    kind, change, verdict = FOUND[case]
    raw = written(replaced(world, kind, change))
    (answer,) = remembering.answers([job(world, raw)])
    assert ours(world.root, raw).verdict == theirs(answer).verdict == verdict, answer


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
