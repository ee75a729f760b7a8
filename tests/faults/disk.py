"""The lossy disk as tests hold it: mounted from a folder, with faults to order, and what a power cut leaves."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
EVERYTHING: tuple[str, ...] = ()


class Disk:
    """Talks to the process that keeps the pictures."""

    def __init__(self, process: subprocess.Popen[str], mount: Path) -> None:
        self._process, self.mount = process, mount

    def _ask(self, **words: Any) -> dict[str, Any]:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps(words) + "\n")
        self._process.stdin.flush()
        found: dict[str, Any] = json.loads(self._process.stdout.readline())
        return found

    def cut_at(self, change: int, victim: int) -> None:
        """The power goes just before that change, and the victim with it."""
        self._ask(do="fault", at=change, victim=victim, error=0, kinds=EVERYTHING)

    def fail_at(self, change: int, error: int, kinds: tuple[str, ...] = EVERYTHING) -> None:
        """That change, of those of these kinds, fails once."""
        self._ask(do="fault", at=change, victim=0, error=error, kinds=kinds)

    def heal(self) -> dict[str, Any]:
        """No fault any more; what was ``fired``, and the ``log`` of changes since it was ordered."""
        return self._ask(do="heal")

    def power_off(self, into: Path, how: str = "none", seed: int = 0) -> Path:
        """What is left, as real files in ``into``. The mount is dead from now on."""
        self._ask(do="survive", into=str(into), how=how, seed=seed)
        return into


@contextmanager
def mounted(source: Path, mount: Path) -> Iterator[Disk]:
    """A disk that begins with what stands in ``source``, all of it durable."""
    mount.mkdir(exist_ok=True)
    words = [sys.executable, str(HERE / "lossy.py"), str(mount), str(source)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            _wait(process, mount)
            yield Disk(process, mount)
        finally:
            # Lazily: a process that was killed may hold a file for another moment.
            subprocess.run(["umount", "-l", mount], capture_output=True, check=False)
            process.kill()


def _wait(process: subprocess.Popen[str], mount: Path) -> None:
    until = time.monotonic() + 20
    while not os.path.ismount(mount):
        assert process.poll() is None and time.monotonic() < until, "the lossy disk did not start"
        time.sleep(0.01)
