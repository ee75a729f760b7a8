"""Every snippet marked <!-- run --> in the READMEs does what it says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

HOUSE = Path(__file__).resolve().parent.parent
MARKED = re.compile(r"<!-- run -->\n```sh\n(.*?)```", re.S)


@pytest.mark.parametrize("page", ["README.md", "README.vi.md"])
def test_snippets_run(page: str, tmp_path: Path) -> None:
    snippets = MARKED.findall((HOUSE / page).read_text("utf-8"))
    assert snippets, f"{page} has no snippet that is run"
    bin_ = Path(sys.executable).parent
    env = {name: value for name, value in os.environ.items() if not name.startswith("ANTIN_")}
    env["PATH"] = f"{bin_}{os.pathsep}{env['PATH']}"
    for snippet in snippets:
        lines = [line for line in snippet.splitlines() if not line.startswith("make ")]
        script = "\n".join(["set -eo pipefail", *lines])
        done = subprocess.run(["bash", "-c", script], cwd=tmp_path, env=env, capture_output=True, timeout=60)
        assert done.returncode == 0, f"{page}\n{snippet}\n{done.stderr.decode()}"


def test_both_languages_show_the_same() -> None:
    """The same commands in the same order, whatever the words around them."""

    def commands(page: str) -> list[str]:
        blocks = re.findall(r"```sh\n(.*?)```", (HOUSE / page).read_text("utf-8"), re.S)
        return [line.split("#")[0].rstrip() for block in blocks for line in block.splitlines()]

    assert commands("README.md") == commands("README.vi.md")
