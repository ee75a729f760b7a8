"""Runs the relay: TLS 1.3, one process, limits on connections and on the time that a request's head may take."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
import ssl
import threading
from hashlib import sha256
from pathlib import Path
from types import FrameType
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from antin.errors import Missing, Unavailable
from antin.relay.directories import Directories
from antin.relay.server import Relay
from antin.relay.sessions import Sessions
from antin.relay.settings import RelaySettings
from antin.relay.store import Store

KEY, CERTIFICATE = "relay.key", "relay.crt"
_HEAD_SECONDS, _HEAD_LIMIT, _SWEEP_SECONDS = 20, 16 * 1024, 3600
_STUCK_MILLISECONDS = 120_000


class Guarded(H11Protocol):
    """Closes a connection over the limit, and one whose request's head does not come to an end in time."""

    most = 256

    def connection_made(self, transport: Any) -> None:
        """A new connection."""
        super().connection_made(transport)
        self._late: asyncio.TimerHandle | None = None
        if len(self.connections) > self.most:
            transport.abort()
            return
        self._watch()

    def data_received(self, data: bytes) -> None:
        """Bytes came."""
        super().data_received(data)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """It ended."""
        if self._late is not None:
            self._late.cancel()
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        """Bytes that are no request. While one before them is being answered, a second answer would mix with it."""
        begun = self.cycle is not None
        if not begun:
            super().send_400_response(msg)
            return
        self.cycle.disconnected = True
        self.cycle.message_event.set()
        self.transport.close()

    def _watch(self) -> None:
        # Between two requests the server's own keep-alive timer counts; inside one, the body's.
        reading_head = self.cycle is None or self.cycle.response_complete
        if not reading_head and self._late is not None:
            self._late.cancel()
            self._late = None
        elif reading_head and self._late is None:
            self._late = self.loop.call_later(_HEAD_SECONDS, self.transport.abort)


class OneLine(logging.Formatter):
    """What the server's own parts say: no traceback, and no line that a stranger's bytes begin."""

    def format(self, record: logging.LogRecord) -> str:
        """The message, and the kind of error."""
        kind = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else ""
        return f"antin relay: {ascii(record.getMessage().partition(chr(10))[0])[1:-1]} {kind}".rstrip()


def _log_in_lines() -> None:
    handler, root = logging.StreamHandler(), logging.getLogger()
    handler.setFormatter(OneLine())
    root.addHandler(handler)
    root.setLevel(logging.ERROR)


def fingerprint(home: Path) -> bytes:
    """SHA-256 of the relay's certificate. Raises ``Missing``."""
    try:
        return sha256(ssl.PEM_cert_to_DER_cert((home / CERTIFICATE).read_text("ascii"))).digest()
    except (OSError, ValueError):
        raise Missing("relay-missing", path=home) from None


def address(host: str, port: int, print_: bytes) -> str:
    """What a station's ``relay`` is set to."""
    return f"https://{f'[{host}]' if ':' in host else host}:{port}/#{print_.hex()}"


def relay_of(home: Path, settings: RelaySettings) -> Relay:
    """The application over a relay's folder."""
    store, root = Store(home, settings), bytes.fromhex(settings.root)
    directories = Directories(store.link, root)
    who = Sessions(fingerprint(home), root, directories.revoked_since, settings.sessions)
    return Relay(store, directories, who, settings.connections)


def listen(settings: RelaySettings) -> socket.socket:
    """The listening socket. Raises ``Unavailable`` when the port is taken or the address not ours."""
    try:
        family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
        found = socket.create_server((settings.host, settings.port), family=family, backlog=settings.connections)
        # Connections inherit it: an answer's second part must not wait 40 ms for the first one's acknowledgement.
        found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # And so this: who asks for much and never reads, or lost his line, would hold it in our memory for ever.
        found.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _STUCK_MILLISECONDS)
        found.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        return found
    except (OSError, OverflowError) as error:
        raise Unavailable("relay-port-taken", host=settings.host, port=settings.port, detail=str(error)) from None


def serve(home: Path, settings: RelaySettings, listening: socket.socket) -> None:
    """Until SIGTERM or SIGINT."""
    _log_in_lines()
    relay = relay_of(home, settings)
    protocol = type("Limited", (Guarded,), {"most": settings.connections})
    config = uvicorn.Config(
        relay.app, http=protocol, ws="none", lifespan="off", loop="asyncio", log_config=None, access_log=False,
        proxy_headers=False, server_header=False, ssl_certfile=home / CERTIFICATE, ssl_keyfile=home / KEY,
        h11_max_incomplete_event_size=_HEAD_LIMIT, timeout_keep_alive=120, timeout_graceful_shutdown=2,
    )  # fmt: skip
    config.load()
    assert config.ssl is not None
    config.ssl.minimum_version = ssl.TLSVersion.TLSv1_3
    server = uvicorn.Server(config)

    def ended(number: int, frame: FrameType | None) -> None:
        server.should_exit = True  # told before it served; afterwards it has ended already

    # The server raises the signal again once it has ended: that is an orderly end here, not a death.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, ended)
    stop = threading.Event()
    threading.Thread(target=_sweep, args=(relay.store, stop), daemon=True).start()
    try:
        server.run(sockets=[listening])
    finally:
        stop.set()


def _sweep(store: Store, stop: threading.Event) -> None:
    while True:
        try:
            store.sweep()
        except Exception as error:  # the next hour tries again
            print(f"antin relay: {type(error).__name__} while sweeping", flush=True)
        if stop.wait(_SWEEP_SECONDS):
            return
