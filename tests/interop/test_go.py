"""The ``go`` command follows our tree through our tiles: it accepts it while it grows, and cries at each lie."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sumdb import Log, Module, Served, serving

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OURS = {5: Module(1), 270: Module(2), 66_000: Module(3), 66_010: Module(4)}  # index → module
SIZES = (6, 300, 66_005, 66_600)


def records(size: int, mark: str = "") -> list[bytes]:
    made = [f"other.test/x{n}{mark} v1.0.0 h1:{n}=\n".encode() for n in range(size)]
    for at, module in OURS.items():
        if at < size:
            made[at] = module.record
    return made


@pytest.fixture(scope="module")
def logs() -> list[Log]:
    return [Log(records(size), KEY) for size in SIZES]


class Go:
    """A client with its own caches, whose memory of the database lasts from call to call."""

    def __init__(self, program: str, folder: Path, served: Served) -> None:
        self.program, self.folder, self.served = program, folder, served
        for module in OURS.values():
            module.publish(folder / "proxy")
        (folder / "work").mkdir()
        (folder / "work/go.mod").write_text("module test.test/work\n\ngo 1.16\n")

    def get(self, module: Module) -> subprocess.CompletedProcess[str]:
        home = self.folder / "home"
        environment = {
            "PATH": os.environ["PATH"], "HOME": str(home), "GOPATH": str(home / "go"), "GOMODCACHE": str(home / "mod"),
            "GOFLAGS": "-mod=mod -modcacherw", "GOCACHE": str(home / "cache"), "GOTOOLCHAIN": "local", "GOENV": "off",
            "GOPROXY": (self.folder / "proxy").as_uri(), "GOWORK": "off", "GOTELEMETRY": "off",
            "GOSUMDB": f"{self.served.log.verifier_key} {self.served.url}",
        }  # fmt: skip
        words = [self.program, "mod", "download", f"{module.path}@{module.version}"]
        return subprocess.run(
            words, cwd=self.folder / "work", env=environment, capture_output=True, text=True, timeout=60, check=False
        )


@pytest.fixture
def go(judge: Callable[[str], str], tmp_path: Path, logs: list[Log]) -> Iterator[Go]:
    program = judge("go")
    with serving(logs[0]) as served:
        yield Go(program, tmp_path, served)


def accepted(done: subprocess.CompletedProcess[str]) -> None:
    assert done.returncode == 0, done.stderr


def cries(done: subprocess.CompletedProcess[str]) -> None:
    assert done.returncode != 0
    assert "SECURITY ERROR" in done.stderr or "misbehavior" in done.stderr, done.stderr


def test_it_accepts_the_tree_while_it_grows(go: Go, logs: list[Log]) -> None:
    for log, module in zip(logs, OURS.values(), strict=True):
        go.served.log = log
        accepted(go.get(module))
    # Full tiles and partial ones, three levels: the path of a record of the last tree, and its consistency.
    assert {"/tile/8/0/257.p/213", "/tile/8/1/001.p/1", "/tile/8/2/000.p/1"} <= set(go.served.asked), go.served.asked


def test_it_cries_at_another_history_that_is_longer(go: Go, logs: list[Log]) -> None:
    accepted(go.get(OURS[5]))
    go.served.log = Log(records(300, "fork"), KEY)
    cries(go.get(OURS[270]))


def test_it_cries_at_another_history_of_the_same_size(go: Go, logs: list[Log]) -> None:
    go.served.log = logs[1]
    accepted(go.get(OURS[5]))
    go.served.log = Log(records(300, "fork"), KEY)
    cries(go.get(OURS[270]))


def test_it_cries_at_a_turned_byte_in_a_tile(go: Go, logs: list[Log]) -> None:
    log = Log(records(300), KEY)
    log.turned = True
    go.served.log = log
    done = go.get(OURS[270])
    assert done.returncode != 0 and "downloaded inconsistent tile" in done.stderr, done.stderr
    log.turned = False
    accepted(go.get(OURS[270]))


def test_it_cries_at_another_record(go: Go, logs: list[Log]) -> None:
    log = Log(records(300), KEY)
    log.other_record = True
    go.served.log = log
    done = go.get(OURS[270])
    assert done.returncode != 0 and "cannot authenticate record data in server response" in done.stderr, done.stderr


def test_it_cries_at_a_module_that_is_not_the_recorded_one(go: Go) -> None:
    archive = go.folder / "proxy" / OURS[5].path / "@v/v1.0.0.mod"
    archive.write_bytes(OURS[5].mod + b"\n")
    cries(go.get(OURS[5]))


def test_it_cries_at_another_key(go: Go, logs: list[Log]) -> None:
    other = Log(records(6), Ed25519PrivateKey.from_private_bytes(bytes(32)))
    first = other.verifier_key
    go.served.log = type("Mixed", (), {"verifier_key": first, "answer": logs[0].answer})()
    done = go.get(OURS[5])
    assert done.returncode != 0 and "note" in done.stderr and "signature" in done.stderr, done.stderr
