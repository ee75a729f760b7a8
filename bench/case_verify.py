"""(f) One evidence bundle verified as a process, and inside one."""

from __future__ import annotations

import tempfile
import time
from io import BytesIO
from pathlib import Path
from typing import Any

from ground import main, town
from measure import Row, child, interleaved, rates, row

from antin.acts.open_document import open_document
from antin.acts.prove import prove
from antin.cli.read import write_fingerprint
from antin.storage.durable import Output
from antin.verify import VALID, verify


def measure(options: dict[str, Any]) -> list[Row]:
    """The whole of an opened dispatch, as the sender proves it."""
    rounds = options["rounds"]
    with town(options["folder"]) as place, tempfile.TemporaryDirectory() as scratch:
        evidence = _evidence(place, Path(scratch))
        root = bytes.fromhex((place.folder / "root").read_text())
        file = Path(scratch) / "evidence.bundle"
        file.write_bytes(evidence)
        command = ["antin", "verify", str(file), "--root", write_fingerprint(root)]
        outside = interleaved({"antin": lambda: child(command)}, rounds)["antin"]
        inside = [1000 * _verify(evidence, root[:25]) for _ in range(10 * rounds)]
    case, note = "verify evidence", f"{len(evidence):,} B of evidence"
    return [
        row(case, "antin verify, whole process", outside, "antin verify evidence.bundle --root FINGERPRINT"),
        rates(case, "verify() in a running process", inside, "ms", note),
    ]


def _evidence(place: Any, scratch: Path) -> bytes:
    place.dispatch()
    place.sync("A04.27")
    with place.at("A04.27", "cb01") as south:
        output = Output(scratch / "opened.pdf")
        open_document(south, "cb01", "den-1", output)
        output.close()
    place.sync("A04.27", "A03.15")
    place.clock.ahead = 2  # only a state of credentials signed after the deed proves that nobody was revoked
    place.state()
    with place.at("A03.15", "vt01") as north:
        return prove(north, "di-1", "vt01")


def _verify(evidence: bytes, root: bytes) -> float:
    begun = time.perf_counter()
    if verify(BytesIO(evidence), root).verdict != VALID:
        raise RuntimeError("evidence that should hold does not")
    return time.perf_counter() - begun


if __name__ == "__main__":
    main(measure)
