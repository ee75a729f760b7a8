"""A block of three and its year of emulation, for tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

from lawless import lawless
from lived import lived
from town import NORTH, SISTER, SOUTH, Town

from antin.acts import ballot, emulation, papers
from antin.acts.emulation_facts import Fact
from antin.errors import AntinError
from antin.journal.audit import audit
from antin.kernel.formats import paper
from antin.kernel.formats.paper import File
from antin.kernel.formats.shape import encode
from antin.station.books import TABLES
from antin.station.days import day_of
from antin.station.station import Station
from antin.storage.durable import Output
from steering.hands import rounds

LEADER = "ld01"
MEMBERS = (NORTH, SISTER, SOUTH)
PLEDGE = File("giao-uoc.txt", "text/plain", "Chúng tôi cam kết thi đua.".encode())
Line = emulation.Criterion
SELF = Line(key="tu-cham", title="Nhiệm vụ thường xuyên", maximum=100_000, method="self")
CROSS = Line(key="cheo", title="Phối hợp trong khối", maximum=200_000, method="cross")
VOTED = Line(key="phieu", title="Bình chọn", maximum=300_000, method="ballot")
ON_TIME = Line(key="dung-han", title="Tiếp nhận đúng hạn", maximum=400_000, method="computed", source="tasks-on-time")
DAYS = 2 * 86_400  # past the last day, and the directory still counts as fresh


def plan(station: Station, **change: Any) -> emulation.CampaignForm:
    """A campaign from yesterday to tomorrow; all four ways of scoring, a thousand points."""
    today = day_of(station.now())
    given = emulation.CampaignForm(
        number="01/PĐ", theme="Đoàn kết, sáng tạo, kỷ cương", members=MEMBERS, head=NORTH, deputy=SOUTH,
        opens=today - timedelta(1), closes=today + timedelta(1), scale=1_000_000,
        criterion=(SELF, CROSS, VOTED, ON_TIME), summary=("Thi đua cả năm.",),
    )  # fmt: skip
    return replace(given, **change)


def open_campaign(town: Town, code: str = NORTH, **change: Any) -> str:
    """Opened at the block head, not published yet."""
    with town.at(code, LEADER) as station:
        return emulation.open_campaign(station, LEADER, plan(station, **change), PLEDGE, 1, 0)


def begun(town: Town, **change: Any) -> str:
    """Opened and taken by every member."""

    def live() -> str:
        name = open_campaign(town, **change)
        rounds(town)
        return name

    return lived(town, f"begun {sorted(change.items())}", live)


def scores(code: str, own: int = 90_000, cross: int = 150_000) -> emulation.Scores:
    """Everything that a member owes under the plan above."""
    return emulation.Scores(
        own=(emulation.OwnLine(key="tu-cham", score=own, note="Tốt."), emulation.OwnLine(key="cheo", score=cross)),
        cross=tuple(emulation.CrossLine(unit=unit, key="cheo", score=cross + n * 1_000)
                    for n, unit in enumerate(MEMBERS) if unit != code),
    )  # fmt: skip


def vote(town: Town, *, marks: dict[str, dict[str, int]] | None = None, until: str = "count", number: int = 0) -> None:
    """A whole round on ``phieu``, or its first steps; every step is exchanged."""
    marks = marks or {NORTH: {SISTER: 1}, SISTER: {SISTER: 1}, SOUTH: {NORTH: 1}}
    steps = ("key", "round", "cast", "mix", "confirm", "open", "count")
    for step in steps[: steps.index(until) + 1]:
        lived(town, f"{step} {number} {marks}", partial(_together, town, step, marks, number))


def _together(town: Town, step: str, marks: dict[str, dict[str, int]], number: int) -> None:
    who = {"round": (NORTH,), "count": (NORTH,), "mix": (NORTH, *MEMBERS[1:])}.get(step, MEMBERS)
    for code in who:
        with town.at(code, LEADER) as station:
            _step(station, step, marks.get(code, {}), number)
        if step == "mix":
            rounds(town)
    rounds(town)


def _step(station: Station, step: str, marks: dict[str, int], number: int) -> None:
    if step == "key":
        ballot.give_key(station, LEADER, "pt-1", number)
    elif step == "round":
        ballot.open_round(station, LEADER, "pt-1", "phieu", number=number)
    elif step == "cast":
        ballot.cast(station, LEADER, "pt-1", marks)
    elif step == "mix":
        ballot.mix(station, LEADER, "pt-1")
    elif step == "confirm":
        assert ballot.confirm(station, LEADER, "pt-1")
    elif step == "open":
        ballot.give_seed(station, LEADER, "pt-1")
    else:
        ballot.count(station, LEADER, "pt-1")


FACTS = {"dung-han": {code: Fact(part, 10, (bytes(32),)) for code, part in zip(MEMBERS, (10, 9, 5), strict=True)}}


def complete(town: Town) -> None:
    """Pledged, scored and voted: only closing is left."""
    begun(town)
    lived(town, "scored", partial(_scored, town))
    vote(town)
    town.clock.ahead = DAYS


def _scored(town: Town) -> None:
    for code in MEMBERS:
        with town.at(code, LEADER) as station:
            emulation.sign_pledge(station, LEADER, "pt-1")
            emulation.score(station, LEADER, "pt-1", scores(code))


def close(town: Town, computed: emulation.Computed | None = None) -> Any:
    with town.at(NORTH, LEADER) as station:
        return emulation.close(station, LEADER, "pt-1", FACTS if computed is None else computed)


def forge(town: Town, code: str, kind: str, public: Any, to: str, words: bytes = b"") -> None:
    """What a changed program could send: signed and proven, past the books of its own station."""
    words = words or paper.words({})
    with town.at(code, LEADER, "vt01") as station:
        with lawless(station, kind):
            _, hand = station.acting(LEADER)
            index = station.commit([station.record(kind, public, [hand], secret=(1, words))])[0].index
            credential = station.directory.raw(station.officer(LEADER).digest)
            opened = station.secrets.opened(index, LEADER)
            data = encode(paper.Paper(station.journal.raw(index), opened, station.journal.proof(index), (credential,)))
        path = town.folder / "x.phieu"
        path.write_bytes(data)
        facts = papers.Facts("PB", "", station.now(), "", path.name, paper.MEDIA_TYPE)
        wish = papers.Wish([papers.Address(to)], 0, 0, papers.Label(1, 0, (), (), 0), facts, pdf_only=False)
        papers.send(station, "vt01", path, wish)
    town.sync(code, to)


def take_one(town: Town, code: str, dispatch: str) -> str:
    """The kind of one paper that was taken, or the code of what refused it."""
    output = Output(town.folder / "taken.tmp")
    with town.at(code, "vt01") as station:
        try:
            taken = papers.take(station, "vt01", dispatch, output)
            assert isinstance(taken, papers.Taken)
            return taken.kind
        except AntinError as error:
            return error.code
        finally:
            output.close()


def audit_of(town: Town, *codes: str) -> None:
    """The honest stations' journals, where another's program was changed."""
    for code in codes:
        with town.at(code) as station:
            report = audit(station.journal, station.own, TABLES)
            assert report.ok, (code, report.findings)
