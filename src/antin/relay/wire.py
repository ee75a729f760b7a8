"""One signed, kept-alive connection to a relay (spec/link.md). The certificate must be the one that was typed."""

from __future__ import annotations

import base64
import os
import re
import time
from collections.abc import Callable
from hashlib import sha256

from antin.errors import AntinError, Malformed, Unavailable
from antin.frozen import dataclass
from antin.kernel.crypto.link_key import LinkKey
from antin.kernel.formats.link import NO_SESSION, Hello, Request
from antin.kernel.formats.shape import encode
from antin.relay import problem
from antin.relay.line import BROKEN, Deadline, Line
from antin.relay.link import NAME

_ADDRESS = re.compile(r"https://(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+):([0-9]{1,5})/#([0-9a-fA-F]{64})")


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
        self._line: Line | None = None
        self._session, self._sequence = NO_SESSION, 0
        self.news: list[str] = []

    def ask(self, method: str, target: str, body: bytes = b"", *, limit: int = 64 * 1024,
            awake: Callable[[], bool] | None = None) -> bytes:  # fmt: skip
        """One request, answered. Raises what the relay says, or ``Unavailable`` when it cannot be reached.

        ``awake``: asked again and again while nothing comes; when it says so, the wait is given up with b"".
        """
        deadline = Deadline()  # for both tries, the connection and the hello: a request is not begun anew without end
        for last in (False, True):
            try:
                if self._session == NO_SESSION:
                    self._session = self._greet(deadline)
                return self._exchange(method, target, body, limit, deadline, awake)
            except AntinError as error:
                if error.code != "session-unknown" or last:
                    raise
                self._session = NO_SESSION
            except BROKEN as error:
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

    def _greet(self, deadline: Deadline) -> bytes:
        self._sequence = 0
        raw = self._exchange("POST", "/v1/session", encode(self._hello), 64, deadline)
        if not re.fullmatch(rb"[0-9a-f]{32}", raw):
            raise Unavailable("relay-answer-odd", status=200)
        return bytes.fromhex(raw.decode())

    def _exchange(self, method: str, target: str, body: bytes, limit: int, deadline: Deadline,
                  awake: Callable[[], bool] | None = None) -> bytes:  # fmt: skip
        if self._line is None:
            self._line = Line(self._address.host, self._address.port, self._address.fingerprint, deadline)
        headers = self._headers(method, target, body)
        answer = self._line.ask(method, target, headers, body, limit, deadline, awake)
        if answer is None or self._line.ended:
            self.close()
        if answer is None:
            return b""
        if answer.status >= 400:
            raise problem.read(answer.status, answer.data)
        if len(answer.data) > limit or answer.status not in (200, 204):
            self.close()
            raise Unavailable("relay-answer-odd", status=answer.status)
        self.news = [name for name in answer.headers.get("antin-waiting", "").split(",") if NAME.fullmatch(name)]
        return answer.data

    def _headers(self, method: str, target: str, body: bytes) -> dict[str, str]:
        first = self._session == NO_SESSION
        self._sequence = int.from_bytes(os.urandom(6), "big") if first else self._sequence + 1
        now, digest = int(self._clock()), sha256(body).digest()
        request = Request(self._address.fingerprint, self._session, self._sequence, now, method, target, digest)
        signature = base64.b64encode(self._key.sign(request)).decode()
        return {"Antin-Session": self._session.hex(), "Antin-Sequence": str(self._sequence),
                "Antin-Time": str(now), "Antin-Signature": signature}  # fmt: skip
