"""Fuzz targets by name. Each takes bytes and returns, or raises ``AntinError`` that has a sentence; nothing else.

    python tests/fuzz/harness.py TARGET[,TARGET…] CORPUS ARTIFACTS SECONDS PATIENCE [TOWN]

Several targets in one process: the first byte of an input says which. libFuzzer ends the process, so a test starts it.
"""

from __future__ import annotations

import random
import sys
import tempfile
from pathlib import Path

import atheris

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parent.parent)]
with atheris.instrument_imports(include=["antin", "targets"]):
    import mutate
    from targets import Targets, judged

BIGGEST, MEMORY_MB = 64 * 1024, 1024


class Mutator:
    """Half of all changes know the format, half are libFuzzer's own."""

    def __init__(self, chosen: int) -> None:
        self._skip = 1 if chosen > 1 else 0

    def __call__(self, data: bytes, max_size: int, seed: int) -> bytes:
        chance = random.Random(seed)
        head, body = data[: self._skip], data[self._skip :]

        def bytewise(raw: bytes) -> bytes:
            return bytes(atheris.Mutate(raw, max(len(raw) + 64, 64)))

        if chance.random() < 0.5 or len(body) < 3:
            return bytes(atheris.Mutate(data, max_size))
        # A case's number, or a format's, stands before the array: it stays.
        lead = 0 if body[0] >> 5 == 4 or mutate.frames(body) else 1
        how = mutate.bundled if mutate.frames(body[lead:]) else mutate.array
        return (head + body[:lead] + how(body[lead:], chance, bytewise))[:max_size]


def main() -> None:
    names, corpus, artifacts, seconds, patience, *town = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        targets = Targets(Path(folder), Path(town[0]) if town else None)
        chosen = [getattr(targets, name.replace("-", "_")) for name in names.split(",")]

        def one(data: bytes) -> None:
            if len(chosen) == 1:
                judged(chosen[0], data)
            elif data:
                judged(chosen[data[0] % len(chosen)], data[1:])

        options = [
            f"-max_total_time={seconds}", f"-max_len={BIGGEST}", f"-timeout={patience}",
            f"-rss_limit_mb={MEMORY_MB}", f"-artifact_prefix={artifacts}/", "-print_final_stats=1", "-len_control=0",
        ]  # fmt: skip
        atheris.Setup([sys.argv[0], *options, corpus], one, custom_mutator=Mutator(len(chosen)))
        atheris.Fuzz()


if __name__ == "__main__":
    main()
