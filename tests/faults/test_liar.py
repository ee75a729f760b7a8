"""Every lie: what is noticed, nothing wrong has an effect, and when the liar stops the dispatch arrives, once."""

from __future__ import annotations

import runpy
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from liar import LIES
from lie import Lie, waiting
from lies_on_names import NAMES
from lies_on_news import NEWS
from relay.relays import net_town
from town import NORTH, SISTER, SOUTH, Town, copy
from undone import NOT_ONE_PLACE, UNDONE

from antin.errors import AntinError

HOUSE = Path(__file__).resolve().parents[2]


@pytest.fixture
def between(request: pytest.FixtureRequest, town: Town) -> Iterator[Town]:
    """The liar holds the shared folder, or the disk of the relay."""
    if request.param == "folder":
        yield town
        return
    with net_town(town) as net:
        shutil.rmtree(town.relay / "to")  # what the authorities answered before the story
        yield net


BOTH = [*(name for name in LIES if name not in {**NEWS, **NAMES}), "strip-proofs", "hide-witness", "gossip-flood"]
CASES = [*(("folder", name) for name in LIES), *(("https", name) for name in BOTH)]


@pytest.mark.parametrize(("between", "name"), CASES, indirect=["between"])
def test_the_liar(between: Town, name: str) -> None:
    lived(between, LIES[name])


def lived(town: Town, lie: Lie) -> None:
    """A dispatch, the lie, what its row says; then the liar stops, and the dispatch arrives."""
    town.dispatch()
    lie.act(town)
    report = town.sync(SOUTH)
    assert tuple(sorted(error.code for _, error in report.aside)) == tuple(sorted(lie.codes))
    assert tuple(each.state for each in report.outcomes) == lie.states
    assert lie.waits in (None, report.waiting)
    town.sync("A03", "A04", NORTH)  # authorities publish again; a forged receipt is set aside here
    for _ in range(2):
        town.sync(NORTH, again=True)
        town.sync(SOUTH, NORTH)
    with town.at(NORTH) as station:
        states = {state for (state,) in station.db.rows("SELECT state FROM dispatch_out WHERE addressee = ?", SOUTH)}
        sent = station.db.value("SELECT count(*) FROM dispatch_out WHERE addressee = ?", SOUTH)
    with town.at(SOUTH) as station:
        assert station.db.value("SELECT count(*) FROM dispatch_in") == sent
        assert station.db.rows("SELECT first, last FROM dispatch_ranges") == [(1, sent)]
    with town.at(SISTER) as station:
        assert station.db.value("SELECT count(*) FROM dispatch_in") == 0
    assert states == {"arrived"}
    lie.then(town)
    town.audit(*lie.broke)


HONEST = Lie("nothing", lambda _: None, "nobody", (), ("entered",))
ALWAYS = ("redirect", "false-request", "forge-conflict", "bind-elsewhere", "swap-records", "old-credential")
UNDOING = [name if name in ALWAYS else pytest.param(name, marks=pytest.mark.soak) for name in UNDONE]


@pytest.mark.parametrize("name", UNDOING)
def test_a_row_notices_that_its_defence_is_gone(
    founded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Without it an honest exchange goes on as before, and the row fails."""
    honest, lied = (copy(founded, tmp_path / each) for each in ("honest", "lied"))
    UNDONE[name](monkeypatch)
    lived(honest, HONEST)
    with pytest.raises((AssertionError, AntinError, pytest.fail.Exception)):
        lived(lied, LIES[name])


def test_every_row_has_its_defence_taken_away_or_says_why_not() -> None:
    assert set(LIES) == set(UNDONE) | NOT_ONE_PLACE and not set(UNDONE) & NOT_ONE_PLACE


def test_the_redirected_envelope_is_set_aside(town: Town) -> None:
    town.dispatch()
    LIES["redirect"].act(town)
    assert waiting(town, SISTER) == []
    assert len(list((town.relay / "aside" / SISTER).iterdir())) == 1


def test_the_table_is_up_to_date() -> None:
    module = runpy.run_path(str(HOUSE / "scripts/liar_docs.py"))
    assert (HOUSE / "docs/liar.md").read_text("utf-8") == module["page"](), "run scripts/liar_docs.py"
