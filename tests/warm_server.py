"""The server of tests/warm.py: ``warm_server.py SOCKET [cheap]`` until its standard input ends."""

from __future__ import annotations

import atexit
import gc
import importlib
import marshal
import os
import pkgutil
import selectors
import signal
import socket
import sys
import tempfile
import threading
import traceback
from contextlib import suppress
from pathlib import Path
from typing import Any

Wish = tuple[list[str], str, dict[bytes, bytes], list[int], list[int]]


def _imported(cheap: bool) -> Any:
    """The program, with all of its modules."""
    if cheap:
        locker = importlib.import_module("antin.kernel.crypto.locker")
        locker.RFC_9106_LOW_MEMORY = locker.CHEAPEST
    main = importlib.import_module("antin.cli.main").main
    package = importlib.import_module("antin")
    for each in pkgutil.walk_packages(package.__path__, "antin."):
        if not each.name.endswith("__main__"):
            importlib.import_module(each.name)
    return main


def _wish(line: socket.socket) -> Wish | None:
    """What a client asks, with its streams. None from one that has gone."""
    head, fds, _, _ = socket.recv_fds(line, 4, 3)
    size, body = int.from_bytes(head, "big"), b""
    while len(head) == 4 and len(body) < size:
        if not (piece := line.recv(size - len(body))):
            break
        body += piece
    if len(head) < 4 or len(body) < size:
        return None
    return (*marshal.loads(body), fds)


def _streams(numbers: list[int], fds: list[int]) -> None:
    """Standard streams as a fresh interpreter makes them."""
    errors = [(sys.stdin.errors, "r"), (sys.stdout.errors, "w"), ("backslashreplace", "w")]
    given = dict(zip(numbers, fds, strict=True))
    for number, (error, mode) in enumerate(errors):
        name = ("stdin", "stdout", "stderr")[number]
        if number not in given:
            os.close(number)
            setattr(sys, name, None)
            continue
        os.dup2(given[number], number)
        stream = open(number, mode, encoding=sys.__stdout__.encoding, errors=error, closefd=False,  # noqa: SIM115
                      newline=None if mode == "r" else "\n")  # fmt: skip
        if number == 2 or (number == 1 and stream.isatty()):
            stream.reconfigure(line_buffering=True)  # type: ignore[attr-defined]
        setattr(sys, name, stream)
    for fd in fds:
        if fd > 2:
            os.close(fd)


def _ended(main: Any) -> int:
    """The exit code, by the interpreter's own rules."""
    try:
        main()
        return 0
    except SystemExit as end:
        if end.code is None or isinstance(end.code, int):
            return (end.code or 0) & 255
        print(end.code, file=sys.stderr)
    except BaseException:
        traceback.print_exc()
    return 1


def _live(main: Any, wish: Wish) -> None:
    """In the child: a command from its first word to its end."""
    argv, cwd, environment, numbers, fds = wish
    signal.set_wakeup_fd(-1)
    for each in (signal.SIGCHLD, signal.SIGTERM):
        signal.signal(each, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    _streams(numbers, fds)
    os.chdir(cwd)
    language = os.environ["LANGUAGE"]  # the door sets it while it is imported
    os.environb.clear()
    os.environb.update(environment)
    os.environ["LANGUAGE"] = language
    sys.argv, tempfile.tempdir = argv, None
    code = _ended(main)
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except (OSError, ValueError):
            if stream is sys.stdout:
                code = 120
    os._exit(code)


class Server:
    """One thread; a child for each command, killed when its client goes."""

    def __init__(self, where: Path, main: Any) -> None:
        self.main, self.children = main, dict[int, socket.socket]()
        self.door = socket.socket(socket.AF_UNIX)
        self.door.bind(str(where))
        self.door.listen(64)
        self.woken, wakes = os.pipe()
        for each in (self.woken, wakes):
            os.set_blocking(each, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(wakes, warn_on_full_buffer=False)
        self.watched = selectors.DefaultSelector()
        for each in (0, self.woken, self.door):
            self.watched.register(each, selectors.EVENT_READ)

    def serve(self) -> None:
        while True:
            for key, _ in self.watched.select():
                if key.fileobj == 0:
                    return
                if key.fileobj == self.woken:
                    os.read(self.woken, 4096)
                    self._reap()
                elif key.fileobj is self.door:
                    self._begin(self.door.accept()[0])
                else:
                    self._gone(key.data)

    def _begin(self, line: socket.socket) -> None:
        wish = _wish(line)
        if wish is None:
            line.close()
            return
        child = os.fork()
        if child == 0:
            try:
                self.watched.close()
                for each in (self.door, line, *self.children.values()):
                    each.close()
                _live(self.main, wish)
            finally:
                os._exit(70)
        for fd in wish[-1]:
            os.close(fd)
        with suppress(OSError):
            line.send(child.to_bytes(4, "big"))
        self.children[child] = line
        self.watched.register(line, selectors.EVENT_READ, child)

    def _gone(self, child: int) -> None:
        """A client says nothing more: it was killed."""
        if child in self.children:
            self.watched.unregister(self.children[child])
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)

    def _reap(self) -> None:
        while self.children:
            child, status = os.waitpid(-1, os.WNOHANG)
            if not child:
                return
            line = self.children.pop(child)
            with suppress(KeyError):
                self.watched.unregister(line)
            with suppress(OSError):
                line.send(os.waitstatus_to_exitcode(status).to_bytes(2, "big", signed=True))
            line.close()


def _main() -> None:
    main = _imported("cheap" in sys.argv[2:])
    server = Server(Path(sys.argv[1]), main)
    gc.collect()
    gc.freeze()
    with os.fdopen(os.dup(1), "w") as told:
        told.write("warm\n")
    os.dup2(2, 1)
    server.serve()


if __name__ == "__main__":
    _main()
