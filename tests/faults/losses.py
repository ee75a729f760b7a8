"""A station that lost its disk or was set back, and what people do then."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path

import engine
from town import NORTH, PASS, SISTER, SOUTH, Town, into

from antin.acts import tail
from antin.acts.backup import back_up, back_up_keys
from antin.acts.epoch import accept_epoch, asked, begin_epoch
from antin.errors import Conflict
from antin.kernel.crypto.locker import CHEAPEST
from antin.station.station import AUTHORITY_KEY


def saved(town: Town, code: str, folder: Path) -> tuple[Path, Path]:
    """A backup and its keys."""
    data, keys = folder / f"{code}.backup", folder / f"{code}.keys"
    with town.at(code) as station:
        into(data, lambda output: back_up(station, output))
        into(keys, lambda output: back_up_keys(station, output, PASS, CHEAPEST))
    return data, keys


def lose(town: Town, code: str) -> None:
    """The disk is gone, the signer's memory with it."""
    shutil.rmtree(town.home(code))


def set_back(town: Town, code: str, old: Path) -> None:
    """The database alone is an old one; the signer's folder is as it was."""
    engine.put_back(old, town.home(code))


def ask(town: Town, code: str, *others: str) -> None:
    """The station shows everybody what it has, and takes what they answer."""
    with town.at(code) as station:
        tail.ask_everybody(station)
    town.sync(code)
    town.sync(*others)
    town.sync(code)


def new_epoch(town: Town, code: str, authority: str, epoch: int = 2) -> None:
    """Two officers begin it, the authority's person accepts it, everybody learns of it."""
    with town.at(code, "cb01", "ld01") as station:
        begin_epoch(station, "cb01", "ld01")
    town.sync(code, authority)
    with town.at(authority, AUTHORITY_KEY) as station:
        (waiting,) = asked(station)
        assert (waiting.code, waiting.epoch) == (code, epoch)
        accept_epoch(station, code)
    town.sync(authority, code, authority, NORTH, SISTER, SOUTH, code)


def entered(town: Town, code: str) -> int:
    with town.at(code) as station:
        return int(station.db.value("SELECT count(*) FROM dispatch_in"))


def size(town: Town, code: str) -> int:
    with town.at(code, write=False) as station:
        return station.journal.head()[0]


def accepted(town: Town, code: str, authority: str) -> None:
    """Whatever new epoch of a station waits at its authority is accepted; one that forgets is not."""
    with town.at(authority, AUTHORITY_KEY) as station:
        if any(each.code == code for each in asked(station)):
            with suppress(Conflict):
                accept_epoch(station, code)
