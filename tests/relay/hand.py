"""Requests made by hand, so that each part of them can be false."""

from __future__ import annotations

import base64
import http.client
import json
import os
import socket
import ssl
import time
from dataclasses import replace
from hashlib import sha256
from typing import Any

from town import NORTH, Town

from antin.kernel.crypto.link_key import LinkKey
from antin.kernel.formats.link import NO_SESSION, Hello, Request
from antin.kernel.formats.shape import encode
from antin.relay import problem
from antin.relay.wire import Address, read_address
from antin.station import link_key
from relay.relays import NetTown


def where(net: NetTown) -> Address:
    return read_address(net.server.address)


def line(net: NetTown, seconds: float = 30) -> http.client.HTTPSConnection:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return http.client.HTTPSConnection("127.0.0.1", where(net).port, timeout=seconds, context=context)


def identity(net: Town, code: str) -> tuple[LinkKey, Hello]:
    with net.at(code) as station:
        return link_key.current(station)


Headers = dict[str, str] | None


class Hand:
    """Signs requests by hand, so that each part can be false."""

    def __init__(self, net: NetTown, code: str = NORTH) -> None:
        self.key, self.hello = identity(net, code)
        self.relay, self.line, self.session = where(net).fingerprint, line(net), NO_SESSION
        self.sequence = int.from_bytes(os.urandom(5), "big")

    def headers(self, method: str, target: str, body: bytes = b"", **change: Any) -> dict[str, str]:
        self.sequence += 1
        values = {"relay": self.relay, "session": self.session, "sequence": self.sequence, "time": int(time.time()),
                  "method": method, "target": target, "body": sha256(body).digest()}  # fmt: skip
        request = replace(Request(**values), **change)
        signature = self.key.sign(request)
        return {"Antin-Session": self.session.hex(), "Antin-Sequence": str(request.sequence),
                "Antin-Time": str(request.time), "Antin-Signature": base64.b64encode(signature).decode()}  # fmt: skip

    def ask(self, method: str, target: str, body: bytes = b"", headers: Headers = None) -> tuple[int, Any]:
        self.line.request(method, target, body or None, headers or self.headers(method, target, body))
        answer = self.line.getresponse()
        data = answer.read()
        if answer.status >= 400:
            assert answer.headers["content-type"] == problem.MEDIA_TYPE
            return answer.status, json.loads(data)["type"].removeprefix(problem.TYPE)
        return answer.status, data

    def greet(self) -> Hand:
        status, data = self.ask("POST", "/v1/session", encode(self.hello))
        assert status == 200, data
        self.session = bytes.fromhex(data.decode())
        return self


def raw(net: NetTown, data: bytes, *, wait: float = 5) -> bytes:
    """Bytes as they are, then silence; what comes back until the relay hangs up or ``wait`` is over."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with (
        socket.create_connection(("127.0.0.1", where(net).port), wait) as plain,
        context.wrap_socket(plain) as sock,
    ):
        sock.settimeout(wait)
        found = b""
        try:
            sock.sendall(data)
            while part := sock.recv(65536):
                found += part
        except (TimeoutError, ConnectionError, ssl.SSLError):
            pass
        return found
