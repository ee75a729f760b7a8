"""The link over HTTPS: the same envelopes, blobs and directories, at a relay that is not believed (spec/link.md)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

from antin.errors import AntinError, Missing, Unavailable
from antin.kernel.crypto.tree import PIECE
from antin.relay import partial
from antin.relay.link import CODE, ENVELOPE_LIMIT, NAME, PART, RELAYED_DIRECTORY_LIMIT, checked
from antin.relay.wire import Wire
from antin.storage import durable

_STATE = re.compile(r"none|part ([0-9]{1,15}) ([0-9]{1,15})|whole ([0-9]{1,15})")


class HttpsLink:
    """For one station. Another's box is asked for in vain: the relay knows us by our credential alone."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    @property
    def news(self) -> list[str]:
        """The most urgent names in our box, as the last answer said."""
        return self._wire.news

    def close(self) -> None:
        """Let go of the line."""
        self._wire.close()

    # -- envelopes -------------------------------------------------------------------------------------------------

    def put(self, code: str, name: str, data: bytes) -> None:
        """Leave an envelope for a station."""
        self._wire.ask("PUT", _envelope(code, name), data)

    def has(self, code: str, name: str) -> bool:
        """Whether the envelope that we put is still waiting."""
        return self._wire.ask("GET", _envelope(code, name)) == b"waiting"

    def waiting(self, code: str) -> list[str]:
        """Names in our own box, urgent first; ``code`` is ours, the relay asks nobody else."""
        return _names(self._wire.ask("GET", "/v1/waiting", limit=8 * 1024 * 1024))

    def wait(self, seconds: int, seen: list[str], awake: Callable[[], bool]) -> None:
        """Until other names wait than those seen, ``awake`` says so, or the time is over."""
        unlike = sha256("".join(f"{name}\n" for name in seen).encode()).hexdigest()[:16]
        target = f"/v1/waiting?wait={seconds}&unlike={unlike}"
        self._wire.ask("GET", target, limit=8 * 1024 * 1024, awake=awake)

    def get(self, code: str, name: str, limit: int = ENVELOPE_LIMIT) -> bytes:
        """An envelope of our own box."""
        return self._wire.ask("GET", _box(name), limit=limit)

    def remove(self, code: str, name: str) -> None:
        """The envelope is safe."""
        self._wire.ask("DELETE", _box(name))

    def set_aside(self, code: str, name: str) -> None:
        """An envelope that could not be believed."""
        self._wire.ask("POST", f"{_box(name)}/aside")

    # -- blobs -----------------------------------------------------------------------------------------------------

    def put_blob(self, digest: bytes, source: Path, precedence: int = 0, *, again: bool = False) -> bool:
        """Leave a blob of one piece; a larger one is True only when it lies there whole, and owed otherwise."""
        with durable.translated(source):
            size = source.stat().st_size
        if size > PIECE:
            return not again and self.has_blob(digest)
        data = durable.read(source, limit=PIECE)
        have = self.offer(digest, partial.list_of(source).raw(), precedence, again=again)
        if have is not None and self.send(digest, have, data[have:]) is not None:
            raise Unavailable("relay-answer-odd", status=200)
        return True

    def has_blob(self, digest: bytes) -> bool:
        """Whether a blob lies there whole."""
        return self._state(self._wire.ask("GET", _blob(digest)))[0] == "whole"

    def blob(self, digest: bytes) -> Iterator[bytes] | None:
        """A blob of one piece, or None when it is not there, or owed."""
        kind, size = self._state(self._wire.ask("GET", _blob(digest)))
        if kind != "whole" or size > PIECE:
            return None
        return iter([self.read(digest, 0, PIECE)] if size else [])

    def owes(self, digest: bytes) -> int | None:
        """The size of a blob of more than one piece that lies there whole."""
        kind, size = self._state(self._wire.ask("GET", _blob(digest)))
        return size if kind == "whole" and size > PIECE else None

    def remove_blob(self, digest: bytes) -> None:
        """Our claim on it ends."""
        self._wire.ask("DELETE", _blob(digest))

    def offer(self, digest: bytes, pieces: bytes, precedence: int, *, again: bool = False) -> int | None:
        """Give the list; how many bytes are there already, None when it is whole."""
        target = f"{_blob(digest)}/pieces?precedence={precedence}&again={int(again)}"
        return self._have(self._wire.ask("PUT", target, pieces))

    def send(self, digest: bytes, offset: int, chunk: bytes) -> int | None:
        """Give bytes. When the line broke after they had arrived, the relay says how far it is, and we go on there."""
        try:
            return self._have(self._wire.ask("PUT", f"{_blob(digest)}?offset={offset}", chunk))
        except AntinError as error:
            if error.code != "offset-other":
                raise
        return self._have(self._wire.ask("GET", _blob(digest)))

    def pieces(self, digest: bytes) -> bytes:
        """The list of a blob."""
        return self._wire.ask("GET", f"{_blob(digest)}/pieces", limit=partial.LIST_LIMIT)

    def read(self, digest: bytes, offset: int, length: int) -> bytes:
        """Bytes of a blob."""
        data = self._wire.ask("GET", f"{_blob(digest)}?offset={offset}&length={length}", limit=length)
        if not data:
            raise Missing("blob-missing", digest=digest.hex()[:16])
        return data

    def _have(self, answer: bytes) -> int | None:
        kind, number = self._state(answer)
        if kind == "none":
            raise Missing("blob-missing", digest="")
        return None if kind == "whole" else number

    def _state(self, answer: bytes) -> tuple[str, int]:
        """(kind, size of a whole blob or bytes that a partial one has)."""
        found = _STATE.fullmatch(answer.decode("latin-1"))
        if found is None:
            raise Unavailable("relay-answer-odd", status=200)
        return found[0].partition(" ")[0], int(found[1] or found[3] or 0)

    # -- directories -----------------------------------------------------------------------------------------------

    def put_directory(self, code: str, data: bytes) -> None:
        """Publish our own journal."""
        self._wire.ask("PUT", f"/v1/directory/{checked(PART, code)}", data)

    def directories(self) -> dict[str, bytes]:
        """SHA-256 of each published journal."""
        found = {}
        for line in self._wire.ask("GET", "/v1/directory", limit=1024 * 1024).decode("latin-1").splitlines():
            code, _, digest = line.partition(" ")
            if PART.fullmatch(code) and re.fullmatch(r"[0-9a-f]{64}", digest):
                found[code] = bytes.fromhex(digest)
        return found

    def directory(self, code: str) -> bytes:
        """One published journal."""
        return self._wire.ask("GET", f"/v1/directory/{checked(PART, code)}", limit=RELAYED_DIRECTORY_LIMIT)


def _envelope(code: str, name: str) -> str:
    return f"/v1/to/{checked(CODE, code)}/{checked(NAME, name)}"


def _box(name: str) -> str:
    return f"/v1/box/{checked(NAME, name)}"


def _blob(digest: bytes) -> str:
    return f"/v1/blobs/{digest.hex()}"


def _names(answer: bytes) -> list[str]:
    return sorted(name for name in answer.decode("latin-1").splitlines() if NAME.fullmatch(name))
