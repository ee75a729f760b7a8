"""Every parser and check under atheris: a few seconds in each run, half a minute for each target in ``make soak``.

A target returns, or refuses in words; what it accepts it writes again as it was; 10 seconds and 1 GiB bound one input.
Inputs that broke this stay in ``.pytest_cache/d/fuzz``; once mended they move to ``tests/fuzz/found``.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import seeds
from targets import Targets, cases, judged, shapes
from town import Town, copy

HERE = Path(__file__).parent
FOUND = HERE / "found"
# Targets that share a process in `make test`, and for how many seconds. Each takes about 2 s to start.
GROUPS = {
    "parsers": ("cbor", "shape", "signed", "note", "proof", "bundle", "tile-path", "typed"),
    "files": ("sealed", "file-mode", "detached", "public-line", "key-file", "key-file-inside", "station-keys",
              "officer-key", "settings", "relay-settings", "pack", "form", "backup", "backup-keys"),
    "checks": ("check", "check-trusting", "objects-trusting"),
    "evidence": ("verify", "verify-trusting", "case", "case-trusting"),
    "station": ("receive", "receive-trusting", "directory-trusting", "request", "request-trusting"),
}  # fmt: skip
TARGETS = [name for group in GROUPS.values() for name in group]
SHORT, LONG, PATIENCE = 4, 30, 10  # seconds: a group, a target alone, one input


@pytest.fixture(scope="module")
def papers(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[bytes]]:
    folder = tmp_path_factory.mktemp("papers")
    lived = copy(founded, folder / "town")
    return {**seeds.town_papers(lived, folder), "requests": seeds.requests(lived),
            "cases": seeds.cases(lived)}  # fmt: skip


def first_inputs(target: str, papers: dict[str, list[bytes]]) -> Iterator[bytes]:
    yield from seeds.plain(target)
    yield from seeds.vectors(*seeds.BY_GROUP.get(target, ()))
    if target == "shape":
        yield from seeds.shape_seeds(shapes())
    if target in ("check", "check-trusting"):
        yield from (bytes([n]) + case["bytes"] for n, case in enumerate(cases()) if len(case["bytes"]) < 20_000)
    if target in ("settings", "relay-settings", "pack", "form"):
        yield from (b"\0" * (target in ("pack", "form")) + each for each in seeds.big_numbers())
    kind = {"verify": "evidence", "receive": "envelopes", "directory": "directory", "request": "requests",
            "case": "cases"}  # fmt: skip
    yield from papers.get(kind.get(target.removesuffix("-trusting"), ""), [])


def fuzz(folder: Path, names: tuple[str, ...], inputs: dict[str, list[bytes]], seconds: float, kept: Path,
         town: Path | None = None, patience: int = PATIENCE) -> subprocess.CompletedProcess[str]:  # fmt: skip
    corpus, written = folder / "corpus", folder / "written"
    for each in (corpus, written):
        each.mkdir(parents=True)
    for n, name in enumerate(names):
        for k, raw in enumerate(inputs[name]):
            (corpus / f"{name}-{k}").write_bytes((bytes([n]) if len(names) > 1 else b"") + raw)
    words = [sys.executable, HERE / "harness.py", ",".join(names), corpus, kept, str(seconds), str(patience)]
    return subprocess.run([*words, *([town] if town else [])], capture_output=True, text=True, check=False,
                          env={**os.environ, "PYTHONPATH": "", "ANTIN_NO_APT": "1", "TMPDIR": str(written)},
                          timeout=seconds + 120)  # fmt: skip


def said(done: subprocess.CompletedProcess[str], kept: Path) -> str:
    shown = [f"{path}: {path.read_bytes()[:120].hex()}" for path in sorted(kept.glob("*"))]
    return "\n".join([done.stdout[-4000:], done.stderr[-2000:], *shown])


@pytest.fixture
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    if importlib.util.find_spec("atheris") is None:
        pytest.skip("judge missing: atheris (Linux on x86-64 only)")
    folder = Path(request.config.cache.mkdir("fuzz")) / tmp_path.name
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    return folder


@pytest.mark.parametrize("group", GROUPS)
def test_nothing_but_refusals(
    group: str, papers: dict[str, list[bytes]], founded: Path, kept: Path, tmp_path: Path
) -> None:
    names = GROUPS[group]
    inputs = {name: list(first_inputs(name, papers)) for name in names}
    assert all(inputs.values()), [name for name in names if not inputs[name]]
    done = fuzz(tmp_path, names, inputs, SHORT, kept, founded)
    assert done.returncode == 0 and not list(kept.iterdir()), said(done, kept)


@pytest.mark.soak
@pytest.mark.parametrize("target", TARGETS)
def test_nothing_but_refusals_for_long(
    target: str, papers: dict[str, list[bytes]], founded: Path, kept: Path, tmp_path: Path
) -> None:
    inputs = {target: list(first_inputs(target, papers))}
    done = fuzz(tmp_path, (target,), inputs, LONG, kept, founded)
    assert done.returncode == 0 and not list(kept.iterdir()), said(done, kept)


@pytest.mark.parametrize(("target", "words"), [
    ("wrong-index", "IndexError"), ("wrong-spellings", "written otherwise"), ("wrong-loop", "timeout"),
])  # fmt: skip
def test_a_wrong_parser_is_found(target: str, words: str, kept: Path, tmp_path: Path) -> None:
    done = fuzz(tmp_path, (target,), {target: [b"12", b"\x83\x01"]}, 30, kept, patience=2)
    assert done.returncode != 0 and words in said(done, kept), said(done, kept)
    assert list(kept.iterdir()), "the input is kept"


def test_every_method_is_a_target() -> None:
    methods = {name.replace("_", "-") for name in vars(Targets) if not name.startswith("_")}
    assert methods == {*TARGETS, "wrong-index", "wrong-spellings", "wrong-loop"}


@pytest.mark.parametrize("path", sorted(FOUND.glob("*")), ids=lambda path: path.name)
def test_what_was_found_stays_mended(path: Path, town: Town, tmp_path: Path) -> None:
    """``found/TARGET.WHAT``: an input that once broke the property."""
    (tmp_path / "here").mkdir()
    target = getattr(Targets(tmp_path / "here", town.folder), path.name.partition(".")[0].replace("-", "_"))
    judged(target, path.read_bytes())
