"""Modules that a command needs for its work, and its own page of help does not."""

from __future__ import annotations

from importlib import import_module
from typing import Any


class Late:
    """A module of ours by its name, imported when something of it is first asked for."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> Any:
        return getattr(import_module(self._name), name)
