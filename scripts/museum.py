"""Makes an exhibit of tests/museum: small stations as this program leaves them, which every later one must open.

Run once for each version that changes what lies on a disk: ``python scripts/museum.py 0.2``. Nothing that is there is
replaced.
"""

from __future__ import annotations

import sys
import tarfile
import tempfile
from datetime import date
from pathlib import Path

HOUSE = Path(__file__).resolve().parents[1]
MUSEUM = HOUSE / "tests" / "museum"
PLACE = "/srv/antin"  # where the stations of an exhibit say that they lie
sys.path.insert(0, str(HOUSE / "tests"))

from town import NORTH, SOUTH, Town, found  # noqa: E402

from antin.acts import directive, papers  # noqa: E402
from antin.acts.case import case  # noqa: E402
from antin.acts.prove import prove  # noqa: E402
from antin.storage.durable import Output  # noqa: E402


def lived(folder: Path) -> Town:
    """A root, two authorities, three agencies; a sending opened and answered, a directive taken and acknowledged."""
    town = found(folder)
    town.dispatch()
    town.sync(SOUTH)
    town.open(SOUTH, "cb01", "den-1", folder / "ra.pdf")
    town.sync(SOUTH, NORTH)
    plan = directive.DirectiveForm(kind="KH", number="1", title="Kế hoạch thử", signed=date(2026, 1, 2), to=(SOUTH,))
    with town.at(NORTH, "ld01", "vt01") as station:
        directive.issue(station, "ld01", plan, 1, 0)
        papers.publish(station, "vt01", 1)
    town.sync(NORTH, SOUTH)
    with town.at(SOUTH, "vt01") as station:
        output = Output(folder / "taken.tmp")
        papers.take(station, "vt01", papers.pending(station, "vt01")[0], output)
        output.close()
        directive.acknowledge(station, "vt01", "cd-1")
    town.clock.ahead = 2
    town.state()
    town.sync(SOUTH, NORTH)
    with town.at(NORTH, "vt01") as station:
        (folder / "evidence").write_bytes(prove(station, "di-1", "vt01"))
        (folder / "case").write_bytes(case(station, "cd-1"))
    return town


def main() -> None:
    target = MUSEUM / f"{sys.argv[1]}.tar.xz"
    if target.exists():
        raise SystemExit(f"{target} stands already")
    with tempfile.TemporaryDirectory() as folder:
        town = lived(Path(folder) / "town")
        for settings in town.folder.glob("*/station.toml"):
            settings.write_text(settings.read_text().replace(str(town.folder), PLACE))
        with tarfile.open(target, "x:xz") as kept:
            kept.add(town.folder, "town", filter=_plain)
    print(f"{target}: {target.stat().st_size // 1024} KiB")


def _plain(entry: tarfile.TarInfo) -> tarfile.TarInfo | None:
    """No name of whoever made it, and no relay, whose envelopes are the stations' own."""
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    return None if entry.name.startswith("town/relay/") else entry


if __name__ == "__main__":
    main()
