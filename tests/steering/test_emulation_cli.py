"""``antin emulation`` as people and programs meet it: forms, every command once, and what it answers."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from town import NORTH, PASS, SISTER, SOUTH, Town

from antin.acts import emulation as acts
from antin.cli import form, seat
from antin.cli.emulation import emulation
from antin.kernel.crypto.locker import CHEAPEST
from antin.station.station import opened
from steering import emulate
from steering.emulate import LEADER, MEMBERS, PLEDGE
from steering.hands import rounds


class Desk:
    """One hand at the keyboards of all members."""

    def __init__(self, town: Town) -> None:
        self.town, self.folder = town, town.folder
        self.secret = self.file("mk", PASS.decode())

    def file(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(text, "utf-8")
        return path

    def run(self, code: str, *words: object, officer: str = LEADER, fails: int = 0) -> str:
        home, who = ("--home", self.town.home(code)), ("--as", officer, "--passphrase-file", self.secret)
        done = CliRunner().invoke(emulation, [str(each) for each in (*words, *home, *(who if officer else ()))])
        assert done.exit_code == fails, (words, done.output)
        return done.output

    def json(self, code: str, *words: object, officer: str = LEADER, fails: int = 0) -> Any:
        return json.loads(self.run(code, *words, "--json", officer=officer, fails=fails))

    def code(self, code: str, *words: object, fails: int) -> str:
        return str(self.json(code, *words, fails=fails)["error"]["code"])


@pytest.fixture
def hand(town: Town, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setattr(seat, "opened", partial(opened, clock_=town.clock, cost=CHEAPEST))
    return Desk(town)


def campaign(town: Town) -> str:
    with town.at(NORTH) as station:
        plan = emulate.plan(station)
    lines = [
        f'number = "{plan.number}"', f'theme = "{plan.theme}"', 'level = "mat"', f"members = {list(MEMBERS)}",
        f'head = "{NORTH}"', f'deputy = "{SOUTH}"', f"opens = {plan.opens}", f"closes = {plan.closes}",
        f"scale = {plan.scale}", 'summary = ["Thi đua cả năm."]',
    ]  # fmt: skip
    for each in plan.criterion:
        lines += ["[[criterion]]", f'key = "{each.key}"', f'title = "{each.title}"', f"maximum = {each.maximum}",
                  f'method = "{each.method}"', *([f'source = "{each.source}"'] if each.source else [])]  # fmt: skip
    return "\n".join(lines).replace("'", '"')


def sheet(code: str) -> str:
    given = emulate.scores(code)
    own = [f'[[own]]\nkey = "{each.key}"\nscore = {each.score}\nnote = "{each.note}"' for each in given.own]
    cross = [f'[[cross]]\nunit = "{each.unit}"\nkey = "{each.key}"\nscore = {each.score}' for each in given.cross]
    return "\n".join([*own, *cross])


def test_a_campaign_at_the_keyboard(hand: Desk) -> None:
    town, pledge = hand.town, hand.file("giao-uoc.txt", PLEDGE.data.decode())
    assert hand.json(NORTH, "open", hand.file("pt.toml", campaign(town)), "--pledge", pledge) == {"id": "pt-1"}
    rounds(town)
    assert hand.json(SISTER, "pledge", "pt-1") == {"id": "pt-1"}
    assert hand.code(SOUTH, "pledge", "pt-1", "--document", hand.secret, fails=3) == "pledge-document-other"
    assert "pt-1" in hand.run(SOUTH, "pledge", "pt-1", "--document", pledge)
    assert hand.json(NORTH, "score", "pt-1", hand.file("n.toml", sheet(NORTH)))["kinds"] == [
        "own-scored", "cross-scored"]  # fmt: skip
    for code in (SISTER, SOUTH):
        hand.run(code, "score", "pt-1", hand.file("s.toml", sheet(code)))
    rounds(town)
    ballots(hand)
    town.clock.ahead = emulate.DAYS
    facts = "\n".join(f'[[fact]]\nkey = "dung-han"\nunit = "{code}"\npart = {part}\nwhole = 10\npapers = ["ph-1"]'
                      for code, part in zip(MEMBERS, (10, 9, 5), strict=True))  # fmt: skip
    assert hand.code(NORTH, "close", "pt-1", fails=6) == "emulation-facts-missing"
    twice = hand.file("hai.toml", facts + "\n" + facts[: facts.index("[[fact]]", 3)])
    assert hand.code(NORTH, "close", "pt-1", "--facts", twice, fails=7) == "emulation-scored-twice"
    closed = hand.json(NORTH, "close", "pt-1", "--facts", hand.file("f.toml", facts))
    assert [(each["unit"], each["total"]) for each in closed["places"]] == [
        (SISTER, 801_000), (NORTH, 740_000), (SOUTH, 442_000)]  # fmt: skip
    rounds(town)
    assert hand.json(SOUTH, "recompute", "pt-1", officer="")["ballots"] is None
    counted = hand.json(SOUTH, "recompute", "pt-1")
    assert counted["same"] and list(counted["ballots"].values()) == [""]
    assert "801.000" in hand.run(SOUTH, "recompute", "pt-1", officer="")
    assert hand.code(NORTH, "award", "pt-1", "--to", "khong", fails=4) == "pair-malformed"
    assert hand.json(NORTH, "award", "pt-1", "--to", f"{SISTER}=Cờ thi đua", "--number", "12/QĐ")["units"] == [SISTER]
    hand.run(NORTH, "activity", "pt-1", "--held", "2036-09-02", "--title", "Hội thao", "--member", SOUTH)
    rounds(town)
    shown(hand)
    town.audit()


def ballots(hand: Desk) -> None:
    def everywhere(*words: object) -> list[Any]:
        found = [hand.json(code, "ballot", *words) for code in MEMBERS]
        rounds(hand.town)
        return found

    assert [each["number"] for each in everywhere("key", "pt-1")] == [1, 1, 1]
    assert hand.json(NORTH, "ballot", "round", "pt-1", "phieu") == {"id": "pt-1", "number": 1}
    rounds(hand.town)
    assert hand.code(SOUTH, "ballot", "cast", "pt-1", "--mark", "A03.16=nhiều", fails=4) == "pair-malformed"
    assert (
        hand.code(SOUTH, "ballot", "cast", "pt-1", "--mark", NORTH, "--mark", NORTH, fails=7) == "ballot-marked-twice"
    )
    for code, choice in ((NORTH, SISTER), (SISTER, f"{SISTER}=1"), (SOUTH, NORTH)):
        hand.run(code, "ballot", "cast", "pt-1", "--mark", choice)
    rounds(hand.town)
    assert hand.json(NORTH, "ballot", "mix", "pt-1")["positions"] == [0, 1]
    rounds(hand.town)
    for code in (SISTER, SOUTH):
        hand.run(code, "ballot", "mix", "pt-1")
        rounds(hand.town)
    assert all(each["holds"] for each in everywhere("confirm", "pt-1"))
    everywhere("open", "pt-1")
    sums = {NORTH: 1, SISTER: 2, SOUTH: 0}
    assert [each["sums"] for each in everywhere("count", "pt-1", "--round", "1")] == [sums] * 3
    assert SISTER in hand.run(SOUTH, "ballot", "count", "pt-1")
    (row,) = hand.json(SOUTH, "ballot", "show", "pt-1", officer="")
    assert (row["state"], row["casts"], row["mixes"], row["openings"]) == ("counted", 3, 4, 3)
    assert "3/3" in hand.run(SOUTH, "ballot", "show", "pt-1", officer="")


def shown(hand: Desk) -> None:
    (row,) = hand.json(SOUTH, "list", officer="")
    assert (row["id"], row["state"], row["title"]) == ("pt-1", "closed", "")
    assert "Đoàn kết" in hand.run(SOUTH, "list", officer="cb01")
    whole = hand.json(SOUTH, "show", "pt-1", officer="cb01")
    assert whole["awards"][0]["award"] == "Cờ thi đua" and whole["activities"][0]["members"] == [SOUTH]
    target = hand.folder / "doc.txt"
    text = hand.run(SOUTH, "show", "pt-1", "-o", target, officer="cb01")
    assert target.read_bytes() == PLEDGE.data
    for part in ("Thi đua cả năm.", "801.000", "Cờ thi đua", "Hội thao", whole["pledge"]):
        assert part in text
    assert "Cờ thi đua" not in hand.run(SOUTH, "show", "pt-1", officer="")
    assert hand.code(SOUTH, "show", "pt-7", fails=6) == "emulation-unknown"
    assert hand.code(SOUTH, "show", "cd-1", fails=4) == "id-malformed"


@pytest.mark.parametrize(("name", "cls"), [("emulation", acts.CampaignForm), ("emulation-score", acts.Scores)])
def test_the_printed_forms_are_read(name: str, cls: type) -> None:
    assert form.read(cls, form.FORMS / f"{name}.toml")


def test_the_form_of_a_campaign_adds_up() -> None:
    plan = form.read(acts.CampaignForm, form.FORMS / "emulation.toml")
    assert sum(each.maximum for each in plan.criterion) == plan.scale
    assert plan.head in plan.members and plan.deputy in plan.members and plan.opens < plan.closes
