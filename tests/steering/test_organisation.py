"""Organisation: offices as a tree, one holder for each post, units that move and keep their history."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from lived import lived
from town import NORTH, PASS, SISTER, SOUTH, Town

from antin.acts import organisation as acts
from antin.acts.approve import revoke
from antin.cli.organisation import organisation
from antin.errors import AntinError, Malformed
from antin.registers.organisation import rules
from antin.station.station import AUTHORITY_KEY, Station
from antin.views import organisation as views

DAY = 86_400


@pytest.fixture
def placed(town: Town) -> Town:
    """Two offices, a post in each; SOUTH and a unit below it."""
    lived(town, "placed", partial(_placed, town))
    return town


def _placed(town: Town) -> None:
    with town.at(NORTH, "cb01") as station:
        acts.place_office(station, "cb01", "ban", "Ban Cơ yếu", level=1)
        acts.place_office(station, "cb01", "phong", "Phòng Mã dịch", "ban")
        acts.make_post(station, "cb01", "truong-ban", "ban", "Trưởng ban")
        acts.make_post(station, "cb01", "truong-phong", "phong", "Trưởng phòng")
        acts.place_unit(station, "cb01", SOUTH, "A00", "A04")
        acts.place_unit(station, "cb01", "A04.27.01", SOUTH, "A04", name="Đội Một")


def test_offices_and_posts(placed: Town) -> None:
    with placed.at(NORTH, "cb01", "cb02") as station:
        acts.fill_post(station, "cb01", "truong-ban", "ld01")
        ban, phong = views.offices(station, "cb01")
        assert [(each.key, each.depth, each.name) for each in (ban, phong)] == [
            ("ban", 0, "Ban Cơ yếu"), ("phong", 1, "Phòng Mã dịch")]  # fmt: skip
        assert [(each.title, each.officer, each.serving) for each in ban.posts] == [
            ("Trưởng ban", "ld01", True)]  # fmt: skip
        assert [(each.state, each.officer) for each in phong.posts] == [("vacant", "")]
        assert not views.offices(station)[0].name  # nobody signed in: structure, no words
        acts.vacate_post(station, "cb01", "truong-ban")
        acts.fill_post(station, "cb01", "truong-ban", "cb02")
        acts.fill_post(station, "cb01", "truong-phong", "cb02")  # one person may hold two
        acts.place_office(station, "cb01", "phong", "Phòng Mã dịch số 2", "")
        whole = views.office(station, "phong", "cb01")
        assert ([each.parent for each in whole.places], whole.name) == (["ban", ""], "Phòng Mã dịch số 2")
        holders = views.office(station, "ban").posts[0].holders
        assert [each.officer for each in holders] == ["ld01", "", "cb02"]
    assert placed.audit() > 0


def test_a_unit_that_moved_keeps_its_history(placed: Town) -> None:
    placed.clock.ahead = DAY
    with placed.at(NORTH, "cb01") as station:
        acts.place_unit(station, "cb01", "A04.27.01", "A00", "A04")
        rows = {each.code: each for each in views.units(station, "cb01")}
        assert [each.parent for each in rows["A04.27.01"].moves] == [SOUTH, "A00"]
        assert rows["A04.27.01"].moves[0].since + DAY == rows["A04.27.01"].since
        assert rows[SOUTH].name == "Sở Nam" and not rows[SOUTH].agrees  # its credential names no parent
        acts.place_unit(station, "cb01", SOUTH, "", "A04")
        acts.place_unit(station, "cb01", SISTER, "", "A03", name="Chị Em")
        rows = {each.code: each for each in views.units(station, professional=True)}
        assert rows[SOUTH].agrees and rows["A04.27.01"].directory is None
    placed.audit()


Bad = Callable[[Station], None]
BAD: dict[str, tuple[Bad, str]] = {
    "office-under-itself": (lambda s: acts.place_office(s, "cb01", "moi", "x", "moi"), "organisation-circular"),
    "office-circle": (lambda s: acts.place_office(s, "cb01", "ban", "x", "phong"), "organisation-circular"),
    "office-unknown": (lambda s: acts.place_office(s, "cb01", "moi", "x", "khong-co"), "office-unknown"),
    "office-to-come": (lambda s: acts.place_office(s, "cb01", "moi", "x", since=4_000_000_000), "organisation-date"),
    "office-before": (lambda s: acts.place_office(s, "cb01", "ban", "x", since=1_000_000_000), "organisation-date"),
    "office-key": (lambda s: acts.place_office(s, "cb01", "Ban Một", "x"), "bytes-malformed"),
    "post-office": (lambda s: acts.make_post(s, "cb01", "moi", "khong-co", "x"), "office-unknown"),
    "post-twice": (lambda s: acts.make_post(s, "cb01", "truong-ban", "phong", "x"), "post-known"),
    "fill-unknown": (lambda s: acts.fill_post(s, "cb01", "khong-co", "ld01"), "post-unknown"),
    "fill-stranger": (lambda s: acts.fill_post(s, "cb01", "truong-ban", "zz99"), "officer-unknown"),
    "vacate-vacant": (lambda s: acts.vacate_post(s, "cb01", "truong-ban"), "post-vacant"),
    "unit-under-itself": (lambda s: acts.place_unit(s, "cb01", SISTER, SISTER, ""), "organisation-circular"),
    "unit-circle": (lambda s: acts.place_unit(s, "cb01", SOUTH, "A04.27.01", ""), "organisation-circular"),
    "trade-circle": (lambda s: acts.place_unit(s, "cb01", "A04", "", SOUTH), "organisation-circular"),
    "unit-unmoved": (lambda s: acts.place_unit(s, "cb01", SOUTH, "A00", "A04"), "unit-unmoved"),
    "unit-before": (lambda s: acts.place_unit(s, "cb01", SOUTH, "", "", 1_000_000_000), "organisation-date"),
    "unit-code": (lambda s: acts.place_unit(s, "cb01", "xyz", "", ""), "bytes-malformed"),
    "unit-parent": (lambda s: acts.place_unit(s, "cb01", SISTER, "xyz", ""), "bytes-malformed"),
    "office-missing": (lambda s: print(views.office(s, "khong-co")), "office-unknown"),
}


def test_what_is_refused_leaves_nothing_behind(placed: Town) -> None:
    with placed.at(NORTH, "cb01") as station:
        for name, (act, code) in BAD.items():
            before = station.journal.head()
            with pytest.raises(AntinError) as caught:
                act(station)
            assert (name, caught.value.code, station.journal.head()) == (name, code, before)
    placed.audit()


def test_one_holder_and_none_who_left(placed: Town) -> None:
    with placed.at(NORTH, "cb01") as station:
        acts.fill_post(station, "cb01", "truong-ban", "cb02")
        with pytest.raises(AntinError, match="post-held"):
            acts.fill_post(station, "cb01", "truong-ban", "ld01")
        left = station.officer("cb02")
    with placed.at("A03", AUTHORITY_KEY) as station:
        revoke(station, left, station.now() - 1, "left")
    placed.sync("A03", NORTH)
    with placed.at(NORTH, "cb01") as station:
        (post,) = views.offices(station)[0].posts
        assert (post.officer, post.serving) == ("cb02", False)  # it shows; somebody must vacate it
        with pytest.raises(AntinError, match="credential-revoked"):
            acts.fill_post(station, "cb01", "truong-phong", "cb02")
        acts.vacate_post(station, "cb01", "truong-ban")
        acts.fill_post(station, "cb01", "truong-ban", "ld01")
    placed.audit()


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.sampled_from(["", *"abcdefgh"]), max_size=8))
def test_a_tree_holds_everything_once(wanted: dict[str, str]) -> None:
    parents: dict[str, str] = {}
    for key, parent in wanted.items():
        try:
            rules.check_line(key, parent, parents)
        except Malformed:
            continue
        parents[key] = parent
    lines = rules.tree(parents)
    assert sorted(key for _, key in lines) == sorted(parents)
    depth = {key: level for level, key in lines}
    assert all(depth[key] == depth[parent] + 1 for key, parent in parents.items() if parent in parents)


def test_at_the_command_line(placed: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = placed.folder / "mat-khau"
    secret.write_bytes(PASS)
    monkeypatch.setenv("ANTIN_HOME", str(placed.home(NORTH)))
    monkeypatch.setenv("ANTIN_PASSPHRASE_FILE", str(secret))
    runner = CliRunner()

    def run(*words: str, code: int = 0) -> str:
        found = runner.invoke(organisation, [*words, "--as", "cb01"])
        assert found.exit_code == code, found.output
        return found.output

    today = datetime.now(UTC).strftime("%Y-%m-%d")
    run("office", "van-phong", "--name", "Văn phòng", "--parent", "ban")
    run("post", "chanh-vp", "van-phong", "--title", "Chánh văn phòng")
    run("fill", "chanh-vp", "ld01", "--since", today)
    run("fill", "chanh-vp", code=4)
    run("fill", "chanh-vp", "--vacate")
    run("place", SISTER, "--parent", "A00", "--professional", "A03")
    tree = run("show")
    assert tree.index("Ban Cơ yếu") < tree.index("   phong") < tree.index("Chánh văn phòng")
    assert "Văn phòng" in run("show", "van-phong") and "truong-ban" in run("list")
    assert SOUTH in run("chart") and SOUTH in run("chart", "--professional")
    assert [each["key"] for each in json.loads(run("show", "--json"))] == ["ban", "phong", "van-phong"]
    assert {each["code"] for each in json.loads(run("chart", "--json"))} == {SOUTH, SISTER, "A04.27.01"}
    placed.audit()
