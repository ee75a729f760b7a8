"""A relay that is none: it shows the certificate that was typed, answers each request as a test says, and trickles."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from antin.interop import relay_certificate
from antin.relay import listen

Send = Callable[[bytes], None]
STEP = 0.05  # seconds between two bytes that trickle
OK = b"HTTP/1.1 200 OK\r\n"


def _trickle(send: Send, once: bytes, again: bytes) -> None:
    send(once)
    while True:
        time.sleep(STEP)
        send(again)


def _flood(send: Send) -> None:
    while True:
        send(b"HTTP/1.1 100 Continue\r\n\r\n" * 2000)


# Each is what a peer may do within HTTP for as long as it likes. None: it never reads what we send.
TRICKLES: dict[str, Callable[[Send], None] | None] = {
    "head": lambda send: _trickle(send, OK + b"X: ", b"y"),
    "headers": lambda send: _trickle(send, OK, b"X: y\r\n"),
    "error-body": lambda send: _trickle(send, b"HTTP/1.1 503 Busy\r\nContent-Length: 15000\r\n\r\n", b"x"),
    "body": lambda send: _trickle(send, OK + b"Content-Length: 60000\r\n\r\n", b"x"),
    "body-without-length": lambda send: _trickle(send, OK + b"Connection: close\r\n\r\n", b"x"),
    "100-slow": lambda send: _trickle(send, b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "100-flood": _flood,
    "103-slow": lambda send: _trickle(send, b"", b"HTTP/1.1 103 Early Hints\r\nX: y\r\n\r\n"),
    "chunks": lambda send: _trickle(send, OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
    "chunk-extension": lambda send: _trickle(send, OK + b"Transfer-Encoding: chunked\r\n\r\n1;", b"e"),
    "trailers": lambda send: _trickle(send, OK + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"X: y\r\n"),
    "silence": lambda send: time.sleep(3600),
    "never-reads": None,
}


@contextmanager
def hostile(folder: Path, do: Callable[[Send], None] | None) -> Iterator[str]:
    """Its address; every connection is answered so, from its first request on."""
    key, certificate, digest = relay_certificate.create("127.0.0.1", time.time())
    (folder / listen.KEY).write_bytes(key)
    (folder / listen.CERTIFICATE).write_bytes(certificate)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / listen.CERTIFICATE, folder / listen.KEY)
    held: list[socket.socket] = []

    def answer(plain: socket.socket) -> None:
        with suppress(OSError):
            line = context.wrap_socket(plain, server_side=True)
            held.append(line)
            if do is not None:
                line.recv(65536)
                do(line.sendall)

    def serve(listening: socket.socket) -> None:
        with suppress(OSError):
            while True:
                plain, _ = listening.accept()
                held.append(plain)
                threading.Thread(target=answer, args=(plain,), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=serve, args=(listening,), daemon=True).start()
        try:
            yield listen.address("127.0.0.1", listening.getsockname()[1], digest)
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            for each in held:
                with suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)
                each.close()
