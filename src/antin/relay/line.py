"""One connection to a relay, with one deadline for each request (spec/link.md, Who is who).

A relay may trickle whatever HTTP allows: a head, interim answers, chunk extensions, trailers, the body of an error.
So the deadline is absolute, only bytes of a body that was announced move it on, and an answer has one form: a head of
at most 16 KiB with a length, then that many bytes. Interim (1xx) and chunked answers are refused; no relay of ours
sends them.
"""

from __future__ import annotations

import select
import socket
import ssl
import time
from collections.abc import Callable, Mapping
from hashlib import sha256

import h11

from antin.errors import Unverified
from antin.frozen import dataclass

AWAKE_SECONDS = 0.1
_SECONDS, _HEAD_LIMIT, _PROBLEM_LIMIT, _PIECE = 120, 16 * 1024, 16 * 1024, 64 * 1024
_SLOWEST = 1000  # bytes a second of a body: the slowest line that is waited for
BROKEN = (OSError, h11.ProtocolError, UnicodeError)  # the last for a host name that none can be


class Deadline:
    """When a request is given up."""

    def __init__(self) -> None:
        self._until = time.monotonic() + _SECONDS

    def earn(self, size: int) -> None:
        """Bytes of a body went or came."""
        self._until += size / _SLOWEST

    def left(self) -> float:
        """Seconds. Raises ``TimeoutError`` when none are left."""
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


@dataclass(frozen=True, slots=True)
class Answer:
    """``data`` is at most one byte longer than was allowed."""

    status: int
    headers: Mapping[str, str]
    data: bytes


class Line:
    """Connected, and the certificate is the one expected. Every method may raise one of ``BROKEN``."""

    def __init__(self, host: str, port: int, fingerprint: bytes, deadline: Deadline) -> None:
        # The pin is the whole check: names and dates of a self-signed certificate say nothing.
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        plain = socket.create_connection((host, port), deadline.left())
        try:
            plain.settimeout(deadline.left())  # one deadline for the whole handshake
            self._sock = context.wrap_socket(plain)
        except BaseException:
            plain.close()
            raise
        if sha256(self._sock.getpeercert(binary_form=True) or b"").digest() != fingerprint:
            self._sock.close()
            raise Unverified("relay-not-pinned", relay=f"{host}:{port}")
        # Little lies in the machine's own buffer, so that what is urgent need not wait behind it.
        self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 128 * 1024)
        self._sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._host = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=_HEAD_LIMIT)

    def ask(self, method: str, target: str, headers: Mapping[str, str], body: bytes, limit: int, deadline: Deadline,
            awake: Callable[[], bool] | None = None) -> Answer | None:  # fmt: skip
        """One request, answered; None when ``awake`` said so before the answer began."""
        length = {"Content-Length": str(len(body))} if body or method != "GET" else {}
        head = h11.Request(method=method, target=target,
                           headers=list({"Host": self._host, **headers, **length}.items()))  # fmt: skip
        self._send(self._http.send(head) or b"", deadline)
        for start in range(0, len(body), _PIECE):
            piece = body[start : start + _PIECE]
            self._send(self._http.send(h11.Data(data=piece)) or b"", deadline)
            deadline.earn(len(piece))
        self._http.send(h11.EndOfMessage())
        if awake is not None and not self._answered(awake, deadline):
            return None
        return self._answer(limit, deadline)

    @property
    def ended(self) -> bool:
        """Whether no further request fits on this connection."""
        return self._http.our_state is not h11.IDLE

    def close(self) -> None:
        """Let go."""
        self._sock.close()

    def _send(self, data: bytes, deadline: Deadline) -> None:
        view = memoryview(data)
        while view:
            self._sock.settimeout(deadline.left())
            view = view[self._sock.send(view) :]

    def _answer(self, limit: int, deadline: Deadline) -> Answer:
        head = self._event(deadline)
        if not isinstance(head, h11.Response):  # 1xx, or hung up
            raise h11.RemoteProtocolError("no answer")
        said = {name.decode("latin-1"): value.decode("latin-1") for name, value in head.headers}
        if "transfer-encoding" in said or ("content-length" not in said and head.status_code != 204):
            raise h11.RemoteProtocolError("an answer of unknown length")
        most, data = limit if head.status_code < 400 else _PROBLEM_LIMIT, bytearray()
        while len(data) <= most:
            event = self._event(deadline)
            if isinstance(event, h11.EndOfMessage):
                if self._http.our_state is h11.DONE and self._http.their_state is h11.DONE:
                    self._http.start_next_cycle()
                break
            if not isinstance(event, h11.Data):
                raise h11.RemoteProtocolError("an answer that ends early")
            data += event.data
            deadline.earn(len(event.data))
        return Answer(head.status_code, said, bytes(data[: most + 1]))

    def _event(self, deadline: Deadline) -> object:
        while (event := self._http.next_event()) is h11.NEED_DATA:
            self._sock.settimeout(deadline.left())
            self._http.receive_data(self._sock.recv(_PIECE))
        return event

    def _answered(self, awake: Callable[[], bool], deadline: Deadline) -> bool:
        """Whether the answer begins to come before something here wakes us."""
        while not self._sock.pending() and not select.select([self._sock], [], [], AWAKE_SECONDS)[0]:
            if awake():
                return False
            deadline.left()
        return True
