"""What a process that unlocks keys asks of the system; in a child, and not as root where it matters."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

LOOK = """
import ctypes, os, resource, sys
from pathlib import Path
from antin.signer.process import harden
from antin.storage.durable import Output
if len(sys.argv) > 2:
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
    ctypes.CDLL(None).prctl(4, 1, 0, 0, 0)
harden()
output = Output(Path(sys.argv[1]) / "out")  # names an unlinked file through /proc/self/fd
output.write(b"x")
output.publish()
print(resource.getrlimit(resource.RLIMIT_CORE), ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))
"""


def run(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("who", [(), ("nobody",)], ids=["as-we-are", "not-root"])
def test_no_core_no_debugger_and_outputs_still_appear(tmp_path: Path, who: tuple[str, ...]) -> None:
    if who and os.geteuid() != 0:
        pytest.skip("only root becomes somebody else")
    target = tmp_path / "in"
    target.mkdir()
    if who:  # the folders above belong to the test's user alone
        target = Path("/tmp") / f"antin-test-{os.getpid()}"
        target.mkdir()
        target.chmod(0o777)
    try:
        done = run(LOOK, str(target), *who)
        assert done.stdout.split("\n")[0] == "(0, 0) 0", done.stderr
        assert (target / "out").read_bytes() == b"x"
    finally:
        if who:
            (target / "out").unlink(missing_ok=True)
            target.rmdir()


def test_the_program_does_so_before_any_command() -> None:
    program = """
import resource, sys
from antin.cli.main import main
sys.argv = ["antin", "form"]
try:
    main()
finally:
    print("core", resource.getrlimit(resource.RLIMIT_CORE)[0], file=sys.stderr)
"""
    assert "core 0" in run(program).stderr
