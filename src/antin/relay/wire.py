"""One signed, kept-alive connection to a relay (spec/link.md). The certificate must be the one that was typed."""

from __future__ import annotations

import base64
import http.client
import os
import re
import select
import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

from antin.errors import AntinError, Malformed, Unavailable, Unverified
from antin.kernel.crypto.link_key import LinkKey
from antin.kernel.formats.link import NO_SESSION, Hello, Request
from antin.kernel.formats.shape import encode
from antin.relay import problem
from antin.relay.link import NAME

_ADDRESS = re.compile(r"https://(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+):([0-9]{1,5})/#([0-9a-fA-F]{64})")
AWAKE_SECONDS = 0.1
_SECONDS, _PROBLEM_LIMIT = 120, 16 * 1024
_SLOWEST = 200  # bytes a second of an answer: a relay that trickles must not hold us for ever
_BROKEN = (OSError, http.client.HTTPException, UnicodeError)  # the last for a host name that none can be


@dataclass(frozen=True, slots=True)
class Address:
    """Where a relay listens, and the SHA-256 of its certificate."""

    host: str
    port: int
    fingerprint: bytes


def read_address(text: str) -> Address:
    """``https://HOST:PORT/#FINGERPRINT``. Raises ``Malformed``: without a fingerprint nobody is believed."""
    found = _ADDRESS.fullmatch(text)
    if found is None or not 0 < int(found[2]) < 65536:
        raise Malformed("relay-address-malformed", text=text)
    return Address(found[1].strip("[]"), int(found[2]), bytes.fromhex(found[3]))


class Wire:
    """Connects when first asked; says hello when the relay does not know the session; tries a broken line once more."""

    def __init__(self, address: Address, key: LinkKey, hello: Hello, clock: Callable[[], float] = time.time) -> None:
        self._address, self._key, self._hello, self._clock = address, key, hello, clock
        self._line: http.client.HTTPSConnection | None = None
        self._session, self._sequence = NO_SESSION, 0
        self.news: list[str] = []

    def ask(self, method: str, target: str, body: bytes = b"", *, limit: int = 64 * 1024,
            awake: Callable[[], bool] | None = None) -> bytes:  # fmt: skip
        """One request, answered. Raises what the relay says, or ``Unavailable`` when it cannot be reached.

        ``awake``: asked again and again while nothing comes; when it says so, the wait is given up with b"".
        """
        for last in (False, True):
            try:
                if self._session == NO_SESSION:
                    self._session = self._greet()
                return self._exchange(method, target, body, limit, awake)
            except AntinError as error:
                if error.code != "session-unknown" or last:
                    raise
                self._session = NO_SESSION
            except _BROKEN as error:
                self.close()
                # Perhaps an answer that was refused before our body was read: the session may be the reason.
                self._session = NO_SESSION
                if last:
                    raise self._not_reached(error) from None
        raise AssertionError("unreachable")

    def close(self) -> None:
        """Let go of the line; the session stays."""
        if self._line is not None:
            self._line.close()
        self._line = None

    def _not_reached(self, error: Exception) -> Unavailable:
        where = f"{self._address.host}:{self._address.port}"
        detail = error.strerror if isinstance(error, OSError) and error.strerror else type(error).__name__
        return Unavailable("relay-not-reached", relay=where, detail=detail)

    def _greet(self) -> bytes:
        self._sequence = 0
        raw = self._exchange("POST", "/v1/session", encode(self._hello), 64, None)
        if not re.fullmatch(rb"[0-9a-f]{32}", raw):
            raise Unavailable("relay-answer-odd", status=200)
        return bytes.fromhex(raw.decode())

    def _connected(self) -> http.client.HTTPSConnection:
        if self._line is not None:
            return self._line
        # The pin is the whole check: names and dates of a self-signed certificate say nothing.
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        line = http.client.HTTPSConnection(self._address.host, self._address.port, timeout=_SECONDS, context=context)
        line.connect()
        assert isinstance(line.sock, ssl.SSLSocket)
        if sha256(line.sock.getpeercert(binary_form=True) or b"").digest() != self._address.fingerprint:
            line.close()
            raise Unverified("relay-not-pinned", relay=f"{self._address.host}:{self._address.port}")
        # Little lies in the machine's own buffer, so that what is urgent need not wait behind it.
        line.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 128 * 1024)
        self._line = line
        return line

    def _exchange(self, method: str, target: str, body: bytes, limit: int, awake: Callable[[], bool] | None) -> bytes:
        line = self._connected()
        line.request(method, target, body or None, self._headers(method, target, body))
        if awake is not None and not self._answered(line, awake):
            self.close()
            return b""
        answer = line.getresponse()
        if answer.status >= 400:
            raise self._refusal(answer)
        data = self._data(answer, limit)
        if len(data) > limit or answer.status not in (200, 204):
            self.close()
            raise Unavailable("relay-answer-odd", status=answer.status)
        self.news = [name for name in (answer.headers.get("Antin-Waiting") or "").split(",") if NAME.fullmatch(name)]
        return data

    def _data(self, answer: http.client.HTTPResponse, limit: int) -> bytes:
        """At most one byte over the limit."""
        data, begun = bytearray(), time.monotonic()
        while len(data) <= limit and (part := answer.read1(limit + 1 - len(data))):
            data += part
            if time.monotonic() > begun + _SECONDS + len(data) / _SLOWEST:
                raise TimeoutError
        said = answer.headers.get("Content-Length")
        if len(data) <= limit and said is not None and said != str(len(data)):
            raise http.client.IncompleteRead(bytes(data))
        answer.close()  # or the line would not know that the answer is over
        return bytes(data)

    def _refusal(self, answer: http.client.HTTPResponse) -> AntinError:
        body = answer.read(_PROBLEM_LIMIT)
        if not answer.isclosed() or answer.will_close:
            self.close()
        return problem.read(answer.status, body)

    def _answered(self, line: http.client.HTTPSConnection, awake: Callable[[], bool]) -> bool:
        """Whether the answer begins to come before something here wakes us."""
        assert isinstance(line.sock, ssl.SSLSocket)
        until = time.monotonic() + _SECONDS
        while not line.sock.pending() and not select.select([line.sock], [], [], AWAKE_SECONDS)[0]:
            if awake():
                return False
            if time.monotonic() > until:
                raise TimeoutError
        return True

    def _headers(self, method: str, target: str, body: bytes) -> dict[str, str]:
        first = self._session == NO_SESSION
        self._sequence = int.from_bytes(os.urandom(6), "big") if first else self._sequence + 1
        now, digest = int(self._clock()), sha256(body).digest()
        request = Request(self._address.fingerprint, self._session, self._sequence, now, method, target, digest)
        signature = base64.b64encode(self._key.sign(request)).decode()
        headers = {"Antin-Session": self._session.hex(), "Antin-Sequence": str(self._sequence),
                   "Antin-Time": str(now), "Antin-Signature": signature}  # fmt: skip
        return headers if body or method == "GET" else {**headers, "Content-Length": "0"}
