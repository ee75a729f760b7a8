"""The relay over HTTPS: reads a request within its limits, learns who speaks, and does one thing in the store.

Every answer that is no success is a problem with a code; nothing is half-written, and no fault of a caller reaches
the log as a traceback.
"""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import replace
from hashlib import sha256
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from antin.errors import AntinError, Malformed, Missing, Refused, Unavailable
from antin.kernel.check import Trusted
from antin.kernel.crypto.tree import PIECE
from antin.relay import problem, sessions
from antin.relay.directories import Directories
from antin.relay.link import CODE, ENVELOPE_LIMIT, NAME, PART, RELAYED_DIRECTORY_LIMIT, checked
from antin.relay.partial import LIST_LIMIT
from antin.relay.sessions import Sessions
from antin.relay.store import Store, digest_of

_NEWS, _WAIT, _LOOK = 16, 30, 1.0
_IDLE, _SLOWEST = 60, 200  # seconds without a byte; bytes a second over a whole body
_HELLO_LIMIT = 128 * 1024

# What an endpoint does: (who speaks, the request, its body) -> the answer's bytes.
Do = Callable[[Trusted, Request, bytes], bytes]


class Relay:
    """The application over one store. ``app`` is what a server runs."""

    def __init__(self, store: Store, directories: Directories, who: Sessions, most: int) -> None:
        self.store, self.directories, self.sessions = store, directories, who
        self._room, self._busy = most, 0
        self._came: dict[str, asyncio.Event] = defaultdict(asyncio.Event)
        self._taking: dict[bytes, int] = defaultdict(int)
        self.app = Starlette(routes=self._routes(), exception_handlers={HTTPException: _refused_route})
        self.app.router.redirect_slashes = False  # a target has one spelling

    def _routes(self) -> list[Route]:
        box, to, blob = "/v1/box/{name}", "/v1/to/{code}/{name}", "/v1/blobs/{digest}"
        return [
            Route("/v1/session", self._serve(self._hello, _HELLO_LIMIT, strange=True), methods=["POST"]),
            Route("/v1/waiting", self._serve(self._waiting), methods=["GET"]),
            Route(f"{box}/aside", self._sync(self._aside), methods=["POST"]),
            Route(box, self._sync(self._get), methods=["GET"]),
            Route(box, self._sync(self._remove), methods=["DELETE"]),
            Route(to, self._serve(self._put, ENVELOPE_LIMIT), methods=["PUT"]),
            Route(to, self._sync(self._has), methods=["GET"]),
            Route(f"{blob}/pieces", self._sync(self._pieces), methods=["GET"]),
            Route(f"{blob}/pieces", self._sync(self._offer, LIST_LIMIT), methods=["PUT"]),
            Route(blob, self._sync(self._read), methods=["GET"]),
            Route(blob, self._sync(self._write, PIECE), methods=["PUT"]),
            Route(blob, self._sync(self._release), methods=["DELETE"]),
            Route("/v1/directory", self._sync(self._directories), methods=["GET"]),
            Route("/v1/directory/{code}", self._sync(self._directory), methods=["GET"]),
            Route("/v1/directory/{code}", self._sync(self._publish, RELAYED_DIRECTORY_LIMIT), methods=["PUT"]),
        ]

    # -- around every request --------------------------------------------------------------------------------------

    def _serve(self, do: Callable[[sessions.Asked, Request], Awaitable[tuple[bytes, str]]],
               limit: int = 0, *, strange: bool = False) -> Callable[[Request], Awaitable[Response]]:  # fmt: skip
        async def endpoint(request: Request) -> Response:
            if self._busy >= self._room:
                return _problem(Unavailable("relay-busy"), request)
            self._busy += 1
            try:
                answer, code = await do(await self._asked(request, limit, strange=strange), request)
                return Response(answer, headers=await self._news(code), media_type="application/octet-stream")
            except AntinError as error:
                return _problem(error, request)
            except ClientDisconnect:
                return Response(status_code=400)
            except Exception as error:  # a fault of ours: named, told to nobody in detail
                print(f"antin relay: {type(error).__name__} in {request.method}", flush=True)
                return _problem(Unavailable("relay-busy"), request)
            finally:
                self._busy -= 1

        return endpoint

    def _sync(self, do: Do, limit: int = 0) -> Callable[[Request], Awaitable[Response]]:
        async def asked(asked: sessions.Asked, request: Request) -> tuple[bytes, str]:
            who = await run_in_threadpool(self.sessions.speaker, asked)
            return await run_in_threadpool(do, who, request, asked.body), who.subject.code

        return self._serve(asked, limit)

    async def _asked(self, request: Request, limit: int, *, strange: bool) -> sessions.Asked:
        """The whole request. No stranger's body is taken in but a hello, nor much at once from one station."""
        if request.method == "HEAD":  # which the routes would answer as a GET
            raise Refused("method-not-allowed", method="HEAD")
        query = request.scope["query_string"]
        target = (request.scope["raw_path"] + (b"?" + query if query else b"")).decode("latin-1")
        if len(names := [name for name in request.headers if name.startswith("antin-")]) != len(set(names)):
            raise Malformed("request-malformed", why="headers")  # said twice, one of them counts for nobody
        head, length = sessions.asked(request.method, target, request.headers), _length(request, limit)
        if strange:
            return replace(head, body=await _body(request, length))
        station = self.sessions.claimed(head)
        if self._taking[station] + length > RELAYED_DIRECTORY_LIMIT:
            raise Unavailable("relay-busy")
        self._taking[station] += length
        try:
            return replace(head, body=await _body(request, length))
        finally:
            self._taking[station] -= length

    async def _news(self, code: str) -> dict[str, str]:
        names = await run_in_threadpool(self.store.waiting, code) if code else []
        return {"Antin-Waiting": ",".join(names[:_NEWS])}

    # -- sessions and waiting --------------------------------------------------------------------------------------

    async def _hello(self, asked: sessions.Asked, request: Request) -> tuple[bytes, str]:
        return (await run_in_threadpool(self.sessions.hello, asked)).hex().encode(), ""

    async def _waiting(self, asked: sessions.Asked, request: Request) -> tuple[bytes, str]:
        who = await run_in_threadpool(self.sessions.speaker, asked)
        code, until = who.subject.code, time.monotonic() + _number(request, "wait", _WAIT)
        while True:
            event = self._came[code]
            text = "".join(f"{name}\n" for name in await run_in_threadpool(self.store.waiting, code)).encode()
            left = until - time.monotonic()
            if left <= 0 or not sha256(text).hexdigest().startswith(request.query_params.get("unlike", "-")):
                return text, code
            if await request.is_disconnected():
                raise ClientDisconnect
            try:  # the folder is looked at every second too: something else may have been put there
                await asyncio.wait_for(event.wait(), min(left, _LOOK))
            except TimeoutError:
                continue

    async def _put(self, asked: sessions.Asked, request: Request) -> tuple[bytes, str]:
        who = await run_in_threadpool(self.sessions.speaker, asked)
        code, name = checked(CODE, request.path_params["code"]), request.path_params["name"]
        await run_in_threadpool(self.store.put, who.subject.code, code, name, asked.body)
        self._came.pop(code, asyncio.Event()).set()
        return b"", who.subject.code

    # -- the store -------------------------------------------------------------------------------------------------

    def _get(self, who: Trusted, request: Request, body: bytes) -> bytes:
        return self.store.link.get(who.subject.code, request.path_params["name"])

    def _remove(self, who: Trusted, request: Request, body: bytes) -> bytes:
        self.store.take_away(who.subject.code, request.path_params["name"], aside=False)
        return b""

    def _aside(self, who: Trusted, request: Request, body: bytes) -> bytes:
        self.store.take_away(who.subject.code, request.path_params["name"], aside=True)
        return b""

    def _has(self, who: Trusted, request: Request, body: bytes) -> bytes:
        code, name = checked(CODE, request.path_params["code"]), checked(NAME, request.path_params["name"])
        return b"waiting" if self.store.has(who.subject.code, code, name) else b"gone"

    def _offer(self, who: Trusted, request: Request, body: bytes) -> bytes:
        precedence, again = _number(request, "precedence", 4), _number(request, "again", 1)
        return self.store.offer(who.subject.code, _digest(request), body, precedence, again=bool(again)).encode()

    def _pieces(self, who: Trusted, request: Request, body: bytes) -> bytes:
        return self.store.pieces(_digest(request))

    def _read(self, who: Trusted, request: Request, body: bytes) -> bytes:
        if "offset" not in request.query_params:
            return self.store.state(who.subject.code, _digest(request)).encode()
        length = _number(request, "length", PIECE)
        return self.store.read(_digest(request), _number(request, "offset", 2**53), length)

    def _write(self, who: Trusted, request: Request, body: bytes) -> bytes:
        offset = _number(request, "offset", 2**53)
        return self.store.write(who.subject.code, _digest(request), offset, body).encode()

    def _release(self, who: Trusted, request: Request, body: bytes) -> bytes:
        self.store.release(who.subject.code, _digest(request))
        return b""

    def _directories(self, who: Trusted, request: Request, body: bytes) -> bytes:
        found = self.store.link.directories()
        return "".join(f"{code} {digest.hex()}\n" for code, digest in found.items() if digest).encode()

    def _directory(self, who: Trusted, request: Request, body: bytes) -> bytes:
        return self.store.link.directory(request.path_params["code"])

    def _publish(self, who: Trusted, request: Request, body: bytes) -> bytes:
        self.directories.publish(checked(PART, request.path_params["code"]), body)
        return b""


def _length(request: Request, limit: int) -> int:
    """How long a body is announced to be. Raises for one of unknown length, and over the limit."""
    length = request.headers.get("content-length", "0")
    if "transfer-encoding" in request.headers or not (length.isascii() and length.isdigit() and len(length) < 12):
        raise Malformed("request-malformed", why="length")
    if int(length) > limit:
        raise Malformed("request-too-large", limit=limit)
    return int(length)


async def _body(request: Request, length: int) -> bytes:
    """All of it, not slower than a slow line. Raises otherwise."""
    parts, stream = bytearray(), request.stream()
    try:
        async with asyncio.timeout(_IDLE + length / _SLOWEST):
            while True:
                part = await asyncio.wait_for(anext(stream, None), _IDLE)
                if part is None:
                    return bytes(parts)
                parts += part
    except TimeoutError:
        raise Unavailable("request-too-slow") from None


def _digest(request: Request) -> bytes:
    return digest_of(request.path_params["digest"])


def _number(request: Request, name: str, most: int) -> int:
    text = request.query_params.get(name, "0")
    if not (text.isascii() and text.isdigit() and len(text) < 17) or int(text) > most:
        raise Malformed("request-malformed", why=name)
    return int(text)


def _problem(error: AntinError, request: Request) -> Response:
    # RFC 9112, 6.1: after a transfer coding that was refused nobody knows where the next request begins.
    headers = {"Connection": "close"} if "transfer-encoding" in request.headers else {}
    return Response(problem.write(error), problem.status_of(error), headers, problem.MEDIA_TYPE)


async def _refused_route(request: Request, error: Any) -> Response:
    if error.status_code == 405:
        return _problem(Refused("method-not-allowed", method=request.method[:8]), request)
    return _problem(Missing("path-unknown"), request)
