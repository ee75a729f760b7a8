"""Every measurement in one command: ``make bench``, or ``.venv/bin/python bench/run.py --quick``.

Peers run interleaved with ours in the same run; each figure is the median of its rounds. Prints a table and writes
``bench/results.json`` (versions, processor, command lines). A peer that is not installed is reported as missing.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import case_files
import case_start
from measure import Row, missing, rates

HERE = Path(__file__).resolve().parent
TMPFS = Path("/dev/shm")
CASES = ("counts", "files", "addressees", "dispatch", "journal", "link", "start", "steering", "verify")


def options() -> argparse.Namespace:
    """What may be chosen."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--quick", action="store_true", help="small sizes: a smoke test, not figures to quote")
    parser.add_argument(
        "--size", type=int, action="append", metavar="MIB", help="size of the sealed file (256); may be repeated"
    )
    parser.add_argument("--rounds", type=int, default=5, help="rounds of each measurement (5)")
    parser.add_argument("--folder", default=tempfile.gettempdir(), help="a real disk, for what is fsynced")
    parser.add_argument("--only", choices=CASES, action="append", help="only this case (may be repeated)")
    parser.add_argument("--output", type=Path, default=HERE / "results.json")
    return parser.parse_args()


def inside(name: str, chosen: dict[str, Any]) -> list[Row]:
    """A case that needs the whole program runs as a process of its own (see ``measure``)."""
    command = [sys.executable, str(HERE / f"case_{name}.py"), json.dumps(chosen)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"case_{name}: {done.stderr[-600:]}")
    return [Row(**each) for each in json.loads(done.stdout)]


def counts(args: argparse.Namespace) -> list[Row]:
    return inside("counts", {"folder": args.folder})


def files(args: argparse.Namespace) -> list[Row]:
    rows: list[Row] = []
    for size in [16] if args.quick else args.size or [256]:
        with tempfile.TemporaryDirectory(dir=TMPFS if TMPFS.is_dir() else args.folder) as folder:
            rows += case_files.measure(Path(folder), size, args.rounds)
    return rows


def addressees(args: argparse.Namespace) -> list[Row]:
    count = 200 if args.quick else 10_000
    ours = inside("many", {"addressees": count, "rounds": args.rounds, "folder": args.folder})
    theirs, judged = _sequoia(count, args), ours[1]
    for peer in theirs:
        if peer.median and judged.median:
            judged.note += f"; {peer.median / judged.median:.2f} × {peer.name}"
    return [*ours, *theirs]


def _sequoia(count: int, args: argparse.Namespace) -> list[Row]:
    """pysequoia in a throw-away environment, from whatever index pip uses here."""
    case, name = f"addressees {count:,}", "pysequoia"
    with tempfile.TemporaryDirectory(dir=args.folder) as folder:
        made = [sys.executable, "-m", "venv", folder]
        python = str(Path(folder) / "bin" / "python")
        fetch = [python, "-m", "pip", "--disable-pip-version-check", "-qq", "install", "--only-binary", ":all:", name]
        for command in (made, fetch):
            if subprocess.run(command, capture_output=True, check=False).returncode:
                return [missing(case, name, "s", "cannot be installed here")]
        line = [python, str(HERE / "sequoia.py"), str(count), str(args.rounds), "100"]
        done = json.loads(subprocess.run(line, capture_output=True, text=True, check=True).stdout)
    rows = []
    for kind, label in (("pq", "ML-KEM-768+X25519"), ("classical", "X25519")):
        note = f"{done['sizes'][kind] / count:.0f} B a recipient, all in one message; {done['version']}"
        rows.append(rates(case, f"{name} {label}", done["seconds"][kind], "s", note))
    return rows


def dispatch(args: argparse.Namespace) -> list[Row]:
    single, batch = (10, 10) if args.quick else (100, 100)
    return inside("town", {"single": single, "batch": batch, "rounds": args.rounds, "folder": args.folder})


def journal(args: argparse.Namespace) -> list[Row]:
    count = 200 if args.quick else 2000
    return inside("journal", {"records": count, "rounds": args.rounds, "folder": args.folder})


def link(args: argparse.Namespace) -> list[Row]:
    size = 4 if args.quick else 16
    return inside("link", {"mib": size, "mbit": 1.0, "rounds": args.rounds, "folder": args.folder})


def steering(args: argparse.Namespace) -> list[Row]:
    size = {"units": 60, "tasks": 10, "reports": 2} if args.quick else {"units": 3_000, "tasks": 50, "reports": 6}
    return inside("steering", {**size, "rounds": args.rounds, "folder": args.folder})


def start(args: argparse.Namespace) -> list[Row]:
    return case_start.measure(3 * args.rounds)


def verify(args: argparse.Namespace) -> list[Row]:
    return inside("verify", {"rounds": args.rounds, "folder": args.folder})


def surroundings(args: argparse.Namespace) -> dict[str, Any]:
    """What the figures depend on."""
    model = next((each for each in _text("/proc/cpuinfo").splitlines() if each.startswith("model name")), ":?")
    mounts = [line.split() for line in _text("/proc/mounts").splitlines()]
    place = str(Path(args.folder).resolve())
    disk = max((m for m in mounts if place.startswith(m[1])), key=lambda m: len(m[1]), default=["", "", "?"])[2]
    asked = {"age": "--version", "gpg": "--version", "openssl": "version", "cp": "--version", "antin": "--version"}
    return {
        "command": " ".join(["bench/run.py", *sys.argv[1:]]), "quick": args.quick, "rounds": args.rounds,
        "cpus": os.cpu_count(), "processor": model.split(":", 1)[1].strip(), "system": platform.platform(),
        "load_at_start": round(os.getloadavg()[0], 2), "durable_on": disk,
        "python": platform.python_version(), "cryptography": _version("cryptography"), "click": _version("click"),
        **{name: _first_line(name, flag) for name, flag in asked.items()},
    }  # fmt: skip


def _text(path: str) -> str:
    return Path(path).read_text("utf-8", "replace") if Path(path).exists() else ""


def _version(package: str) -> str:
    code = f"import importlib.metadata as m; print(m.version({package!r}))"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False).stdout.strip()


def _first_line(program: str, flag: str) -> str:
    if shutil.which(program) is None:
        return "missing"
    return subprocess.run([program, flag], capture_output=True, text=True, check=False).stdout.partition("\n")[0]


def show(row: Row) -> str:
    """One line of the table."""
    if row.median is None:
        return f"  {row.name:<44} {'–':>10} {row.unit:<6} {row.note}"
    extras = [f"{row.low:.3g}–{row.high:.3g}"]
    extras += [f"p99 {row.p99:.3g}"] if row.p99 else []
    extras += [f"cpu {row.processor_s:.2f} s"] if row.processor_s else []
    extras += [f"peak {row.peak_mib:.0f} MiB"] if row.peak_mib else []
    extras += [row.note] if row.note else []
    extras += [f"[{'meets' if a['met'] else 'MISSES'} {a['aim']}: {a['reached']:.3g}]" for a in row.aims]
    return f"  {row.name:<44} {row.median:>10.4g} {row.unit:<6} {'; '.join(extras)}"


def main() -> None:
    args = options()
    if args.quick:
        args.rounds = min(args.rounds, 3)
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    around, rows, begun = surroundings(args), [], time.monotonic()
    works: dict[str, Callable[[argparse.Namespace], list[Row]]] = {
        "counts": counts, "files": files, "addressees": addressees, "dispatch": dispatch, "journal": journal,
        "link": link, "start": start, "steering": steering, "verify": verify,
    }  # fmt: skip
    for name in args.only or CASES:
        case = ""
        for row in works[name](args):
            print(f"{row.case}\n{show(row)}" if row.case != case else show(row), flush=True)
            case = row.case
            rows.append(row.as_dict())
    around["seconds"] = round(time.monotonic() - begun)
    args.output.write_text(json.dumps({"surroundings": around, "rows": rows}, indent=1, ensure_ascii=False) + "\n")
    print(f"{around['cpus']} × {around['processor']}; {around['seconds']} s; {args.output}")


if __name__ == "__main__":
    main()
