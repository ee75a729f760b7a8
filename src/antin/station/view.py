"""What a rule across books may look at: the books, the directory, and whose station it is. It changes nothing."""

from __future__ import annotations

from typing import Protocol

from antin.station.directory import Directory
from antin.storage.database import Reader


class View(Protocol):
    """A station as its rules see it."""

    @property
    def db(self) -> Reader: ...
    @property
    def directory(self) -> Directory: ...
    @property
    def code(self) -> str: ...
