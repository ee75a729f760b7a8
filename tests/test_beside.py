"""What lies beside the package (measurements, generators, scripts) takes from it only what is there."""

from __future__ import annotations

import ast
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

HOUSE = Path(__file__).resolve().parent.parent
BESIDE = sorted(path for folder in ("bench", "scripts", "vectors") for path in (HOUSE / folder).glob("*.py"))


@pytest.mark.parametrize("path", BESIDE, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_what_is_imported_is_there(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and str(node.module).split(".")[0] == "antin":
            module = import_module(str(node.module))
            for each in node.names:
                assert hasattr(module, each.name) or find_spec(f"{node.module}.{each.name}"), each.name
