"""One town for a module of doors: what a command refuses leaves no trace, so that they may share it."""

from __future__ import annotations

from pathlib import Path

import pytest
from doors.program import Program, made
from town import copy


@pytest.fixture(scope="module")
def program(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> Program:
    folder = tmp_path_factory.mktemp("doors")
    return made(copy(founded, folder / "town"), folder)
