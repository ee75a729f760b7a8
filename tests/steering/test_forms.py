"""Every form that is printed, filled in as its own comments say, passes at the keyboard; only its days are moved."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import pytest
from doors.program import Program, made
from town import NORTH, SISTER, SOUTH, Town

from antin.cli import form, seat
from antin.kernel.crypto.locker import CHEAPEST
from antin.station.days import day_of
from antin.station.station import opened
from steering.emulate import DAYS
from steering.hands import rounds

DRAFT = "Điều 1. Phạm vi\nThông tư này quy định việc thử.\nĐiều 2. Thời hạn\nTrong mười ngày.\n"
ORDER = ("chi-thi-41", "ket-luan-13", "quyet-dinh-1071", "ke-hoach-so-ket", "nghi-quyet-56")
TRIED = {"directive", "programme", "progress", "review", "committee", "inspection", "draft", "comments", "answers",
         "emulation", "emulation-score", "emulation-facts", "chuong-trinh-56", *ORDER}  # fmt: skip


class Clerk:
    """Whoever fills in forms and hands them in."""

    def __init__(self, program: Program) -> None:
        self.program, self.town = program, program.town
        self.today: date = day_of(int(self.town.clock()))

    def fill(self, name: str, **said: str) -> Path:
        """As printed, but for what ``said`` puts in the place of a line's value."""
        text = self.program.bare("form", name).out
        assert text == form.path_of(name).read_text("utf-8")
        for key, value in said.items():
            text, found = re.subn(rf"(?m)^({key} +?= )[^#\n]*", rf"\g<1>{value} ", text)
            assert found, (name, key)
        path = self.town.folder / f"{name}.toml"
        path.write_text(text, "utf-8")
        return path

    def day(self, days: int) -> str:
        return (self.today + timedelta(days)).isoformat()

    def run(self, code: str, *words: object, officer: str = "ld01", fails: str = "") -> str:
        done = self.program.run(*map(str, words), "--as", officer, home=code)
        assert (f"[{fails}]" in done.err) if fails else done.code == 0, (words, done.out, done.err)
        return done.out

    def file(self, name: str, text: str) -> Path:
        path = self.town.folder / name
        path.write_text(text, "utf-8")
        return path


@pytest.fixture
def clerk(town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Clerk]:
    monkeypatch.setattr(seat, "opened", partial(opened, clock_=town.clock, cost=CHEAPEST))
    yield Clerk(made(town, tmp_path))
    town.audit()


def test_every_form_is_tried() -> None:
    assert set(form.names()) == TRIED


def test_a_directive_and_what_is_done_under_it(clerk: Clerk) -> None:
    plan = clerk.fill("directive", signed=clerk.day(-1), acknowledge_by=clerk.day(3), study_by=clerk.day(9),
                      ends=clerk.day(200))  # fmt: skip
    clerk.run(NORTH, "directive", "issue", plan, "--document", clerk.town.pdf())
    clerk.run(NORTH, "programme", "adopt", "cd-1", clerk.fill("programme"))
    clerk.run(NORTH, "committee", "found", "cd-1", clerk.fill("committee", decided=clerk.day(-1)))
    clerk.run(NORTH, "committee", "change", "bd-1", "--add", "A03.16=member=Ms B", "--leave", "A04.27/cb01",
              "--reason", "renewal")  # fmt: skip
    visit = clerk.fill("inspection", starts=clerk.day(1), ends=clerk.day(9))
    clerk.run(NORTH, "inspection", "plan", "cd-1", visit)
    rounds(clerk.town)
    rounds(clerk.town)
    clerk.run(SOUTH, "progress", "report", "ct-1", clerk.fill("progress"), officer="cb01")
    clerk.run(NORTH, "report", "draft", "cd-1", clerk.fill("review"), "-o", clerk.town.folder / "so-ket")
    clerk.run(SOUTH, "report", "sign", "cd-1", clerk.fill("review"))


def test_the_examples_of_the_packs(clerk: Clerk) -> None:
    to = f'["{SISTER}", "{SOUTH}"]'
    for name in ORDER:
        clerk.run(NORTH, "directive", "issue", clerk.fill(name, to=to))
    clerk.run(NORTH, "programme", "adopt", "cd-5", clerk.fill("chuong-trinh-56", to=to))


def test_a_draft_its_comments_and_its_answers(clerk: Clerk) -> None:
    text = clerk.file("du-thao.txt", DRAFT)
    clerk.run(NORTH, "draft", "circulate", clerk.fill("draft", closes=clerk.day(9)), "--text", text)
    rounds(clerk.town)
    clerk.run(SOUTH, "draft", "comment", "dt-1", clerk.fill("comments"), officer="cb01")
    rounds(clerk.town)
    clerk.run(NORTH, "draft", "resolve", "dt-1", clerk.fill("answers"))


def test_a_campaign_of_emulation(clerk: Clerk) -> None:
    members = (NORTH, SISTER, SOUTH)
    year = clerk.fill("emulation", opens=clerk.day(-1), closes=clerk.day(1))
    clerk.run(NORTH, "emulation", "open", year, "--pledge", clerk.file("giao-uoc.txt", "Thi đua."))
    rounds(clerk.town)
    sheet = clerk.fill("emulation-score").read_text("utf-8")
    for code in members:
        clerk.run(code, "emulation", "pledge", "pt-1")
        own = sheet if code == NORTH else sheet.replace(f'"{code}"', f'"{NORTH}"')  # each judges the two others
        clerk.run(code, "emulation", "score", "pt-1", clerk.file("diem.toml", own))
    rounds(clerk.town)
    ballot(clerk, members)
    clerk.town.clock.ahead = DAYS
    clerk.run(NORTH, "emulation", "close", "pt-1", fails="emulation-fact-missing")
    places = clerk.run(NORTH, "emulation", "close", "pt-1", "--facts", clerk.fill("emulation-facts"))
    assert all(code in places for code in members)


def ballot(clerk: Clerk, members: tuple[str, ...]) -> None:
    def step(*words: str, at: tuple[str, ...] = members) -> None:
        for code in at:
            clerk.run(code, "emulation", "ballot", *words)
            if words[0] == "mix":
                rounds(clerk.town)
        rounds(clerk.town)

    step("key", "pt-1")
    step("round", "pt-1", "binh-chon", at=(NORTH,))
    step("cast", "pt-1", "--mark", SISTER)
    step("mix", "pt-1", at=(NORTH, *members[1:]))
    step("confirm", "pt-1")
    step("open", "pt-1")
    step("count", "pt-1", at=(NORTH,))
