"""Organisation: offices, posts and who holds them, where units stand. Nothing of it leaves the station."""

from __future__ import annotations

from antin.acts.papers import record_act
from antin.kernel.formats import paper
from antin.registers.organisation import records as r
from antin.station.days import day_of, start_of
from antin.station.station import Station


def place_office(station: Station, officer: str, key: str, name: str, parent: str = "", since: int = 0, level: int = 0,
                 ) -> None:  # fmt: skip
    """Found an office, rename it, or put it under another one. Refuses an unknown superior and a circle."""
    public = r.OfficePlaced(key, parent, _day(station, since))
    record_act(station, officer, "office-placed", public, level, paper.words({"title": name}))


def make_post(station: Station, officer: str, key: str, office: str, title: str, level: int = 0) -> None:
    """Make a post in an office. Refuses an unknown office and a key used before."""
    record_act(station, officer, "post-made", r.PostMade(key, office), level, paper.words({"title": title}))


def fill_post(station: Station, officer: str, post: str, holder: str, since: int = 0) -> None:
    """Give a post to an officer. Refuses a stranger, one who left or whose credential counts no longer, a post held."""
    station.directory.check_valid(station.officer(holder), station.now())
    record_act(station, officer, "post-filled", r.PostFilled(post, holder, _day(station, since)), 0)


def vacate_post(station: Station, officer: str, post: str, since: int = 0) -> None:
    """Nobody holds the post from now on. Refuses a vacant one."""
    record_act(station, officer, "post-filled", r.PostFilled(post, "", _day(station, since)), 0)


def place_unit(station: Station, officer: str, code: str, parent: str, professional: str, since: int = 0,
               name: str = "") -> None:  # fmt: skip
    """Say where a unit stands from then on; its former places stay. Refuses a circle in either line."""
    public = r.UnitPlaced(code, parent, professional, _day(station, since))
    record_act(station, officer, "unit-placed", public, 0, paper.words({"title": name}))


def _day(station: Station, since: int) -> int:
    """Changes count by days: two of one day keep the order in which they were recorded."""
    return start_of(day_of(since or station.now()))
