"""A program that is started often and quickly: one process that has everything imported, and forks for each command.

``Warm(folder)`` puts an ``antin`` into ``folder/bin``. Whoever runs it, a shell too, gets the real command with the
real arguments, folder, environment and streams, in a process of its own that ends as the program ends. What a fresh
interpreter makes of its environment (character set, language, ``PYTHON…``) is settled before the fork: where a caller
asks for another than this server has, the program itself is started. What is about such a start, or about being killed,
starts it too; see ``real`` in tests/test_scripts.py.
"""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

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
said = line.recv(1)
posix._exit(said[0] if said else 70)
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


class Warm:
    """``bin`` is a folder for PATH, ``program`` the command in it. ``cheap``: keys are locked at the lowest price."""

    def __init__(self, folder: Path, environment: dict[str, str], *, cheap: bool, program: Path = PROGRAM) -> None:
        self.bin, where = folder / "bin", folder / "socket"
        self.program = self.bin / "antin"
        self.bin.mkdir(parents=True)
        ours = {os.fsencode(k): os.fsencode(v) for k, v in environment.items() if k.startswith(SETTLED)}
        self.program.write_text(CLIENT.format(
            python=sys.executable, socket=str(where), program=str(program), ours=ours,
            settled=tuple(each.encode() for each in SETTLED),
        ))  # fmt: skip
        self.program.chmod(0o755)
        words = [sys.executable, SERVER, where, *(["cheap"] if cheap else [])]
        self._server = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)
        assert self._server.stdout is not None
        assert self._server.stdout.readline() == b"warm\n", "the server did not start"

    def close(self) -> None:
        """It ends when its standard input does."""
        with suppress(OSError):
            self._server.communicate(timeout=30)
