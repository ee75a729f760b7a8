"""A program that is started often and quickly: one process that has everything imported, and forks for each command.

``Warm(folder)`` puts an ``antin`` into ``folder/bin``. Whoever runs it, a shell too, gets the real command with the
real arguments, folder, environment and streams, in a process of its own that ends as the program ends. What a fresh
interpreter makes of its environment (character set, language, ``PYTHON…``) is settled before the fork: where a caller
asks for another than this server has, the program itself is started. What is about such a start, or about being killed,
starts it too; see ``real`` in tests/test_scripts.py.
"""

from __future__ import annotations

import atexit
import marshal
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import IO

SERVER = Path(__file__).with_name("warm_server.py")
PROGRAM = Path(sys.executable).parent / "antin"
SETTLED = ("PYTHON", "LC_", "LANG", "ANTIN_LANG", "ANTIN_DEBUG")
# Runs without the site module: it is there in a hundredth of a second.
CLIENT = """#!{python} -ISE
import sys, posix
import _socket, marshal
SOCKET, PROGRAM, SETTLED, OURS = {socket!r}, {program!r}, {settled!r}, {ours!r}
env = posix.environ
theirs = {{name: value for name, value in env.items() if name.startswith(SETTLED)}}
if theirs != OURS or any(word.startswith("--lang") for word in sys.argv[1:]):
    posix.execve(PROGRAM, [PROGRAM, *sys.argv[1:]], env)
open_ = []
for fd in (0, 1, 2):
    try:
        posix.fstat(fd)
        open_.append(fd)
    except OSError:
        pass
wish = marshal.dumps((sys.argv, posix.getcwd(), dict(env), open_))
line = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
line.connect(SOCKET)
fds = b"".join(fd.to_bytes(4, sys.byteorder) for fd in open_)
line.sendmsg([len(wish).to_bytes(4, "big")], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, fds)] if open_ else [])
while wish:
    wish = wish[line.send(wish):]
said = line.recv(4) and line.recv(2)
code = int.from_bytes(said, "big", signed=True) if said else 70
posix._exit(code if code >= 0 else 128 - code)
"""

# The program as it is but for one thing: a key is locked as cheaply as the town's (tests/town.py). The price stands in
# each key file, so that only their making is touched; tests/test_transcripts.py and the first demo pay the whole one.
CHEAP = """#!{python}
from antin.kernel.crypto import locker
locker.RFC_9106_LOW_MEMORY = locker.CHEAPEST
from antin.cli.main import main
main()
"""


def cheap(folder: Path) -> Path:
    """The program in that folder; it locks cheaply."""
    program = folder / "antin"
    program.write_text(CHEAP.format(python=sys.executable))
    program.chmod(0o755)
    return program


class Process:
    """A command that runs, as ``subprocess.Popen`` has it; ``pid`` is its own."""

    def __init__(self, line: socket.socket, stdout: IO[str] | None) -> None:
        self._line, self.stdout, self.returncode = line, stdout, None
        self.pid = int.from_bytes(line.recv(4), "big")

    def poll(self) -> int | None:
        with suppress(subprocess.TimeoutExpired):
            self.wait(0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        if self.returncode is None:
            if not select.select([self._line], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired("antin", timeout or 0)
            said = self._line.recv(2)
            self._line.close()
            assert said, "the server is gone"
            self.returncode = int.from_bytes(said, "big", signed=True)
        return self.returncode

    def communicate(self, timeout: float | None = None) -> tuple[str, str]:
        said = self.stdout.read() if self.stdout else ""
        if self.stdout:
            self.stdout.close()
        self.wait(timeout)
        return said, ""

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


class Warm:
    """``bin`` is a folder for PATH, ``program`` the command in it. ``cheap``: keys are locked at the lowest price."""

    def __init__(self, folder: Path, environment: dict[str, str], *, cheap: bool, program: Path = PROGRAM) -> None:
        self.bin, self._where = folder / "bin", folder / "socket"
        self.program = self.bin / "antin"
        self.bin.mkdir(parents=True)
        ours = {os.fsencode(k): os.fsencode(v) for k, v in environment.items() if k.startswith(SETTLED)}
        self.program.write_text(CLIENT.format(
            python=sys.executable, socket=str(self._where), program=str(program), ours=ours,
            settled=tuple(each.encode() for each in SETTLED),
        ))  # fmt: skip
        self.program.chmod(0o755)
        words = [sys.executable, SERVER, self._where, *(["cheap"] if cheap else [])]
        self._server = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)
        assert self._server.stdout is not None
        assert self._server.stdout.readline() == b"warm\n", "the server did not start"

    def start(self, *words: str | Path, stderr: IO[str], cwd: Path | None = None) -> Process:
        """A command that stays, with what it says to read."""
        said, saying = os.pipe()
        line = socket.socket(socket.AF_UNIX)
        line.connect(str(self._where))
        argv, place = [str(self.program), *map(str, words)], str(cwd or Path.cwd())
        wish = marshal.dumps((argv, place, dict(os.environb), [1, 2]))
        socket.send_fds(line, [len(wish).to_bytes(4, "big")], [saying, stderr.fileno()])
        os.close(saying)
        line.sendall(wish)
        return Process(line, os.fdopen(said))

    def close(self) -> None:
        """It ends when its standard input does."""
        with suppress(OSError):
            self._server.communicate(timeout=30)


@cache
def shared() -> Warm:
    """One for this process, for commands that stay."""
    folder = Path(tempfile.mkdtemp(prefix="antin-warm-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    warm = Warm(folder / "warm", dict(os.environ), cheap=True)
    atexit.register(warm.close)
    return warm
