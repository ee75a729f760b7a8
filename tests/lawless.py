"""A changed program: of one kind of record its own books refuse nothing and write nothing."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from unittest import mock

from antin.journal.deed import freely, nothing
from antin.registers.papers import deeds as papers
from antin.station.books import PAPERS
from antin.station.station import Station


@contextmanager
def lawless(station: Station, kind: str, *, listed: bool = False) -> Iterator[None]:
    """``listed``: the record stands in the list of papers, so that it can be published."""
    deed = station.journal.deeds[kind]
    changed = replace(deed, decide=freely, fill=nothing)
    if listed:
        changed = replace(papers.made(replace(PAPERS[kind], fill=nothing)), decide=freely)
    with (
        mock.patch.object(station.journal, "deeds", ChainMap({kind: changed}, station.journal.deeds)),
        mock.patch.object(station, "check_before", lambda *_: None),
        mock.patch.object(station, "check_entitled", lambda *_: None),
    ):
        yield
