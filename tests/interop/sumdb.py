"""A checksum database for the ``go`` command, made of our tree, tiles and proofs, and of Go modules of one file each.

The ``go`` command wants its own head line and records in the form of go.sum; all else is as in spec/tiles.md.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from antin.kernel.crypto import merkle, tiles, tree
from antin.kernel.crypto.journal_key import signature_line
from antin.kernel.formats import note

NAME, HEAD = "antin.test/sumdb", "go.sum database tree"


def h1(files: dict[str, bytes]) -> str:
    """Go's directory hash: SHA-256 over the lines that sha256sum would print."""
    lines = "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted(files.items()))
    return "h1:" + base64.b64encode(hashlib.sha256(lines.encode()).digest()).decode()


class Module:
    """A Go module as a file tree that GOPROXY=file:// serves."""

    def __init__(self, n: int) -> None:
        self.path, self.version = f"example.test/m{n}", "v1.0.0"
        self.mod = f"module {self.path}\n\ngo 1.16\n".encode()
        prefix = f"{self.path}@{self.version}/"
        self.files = {prefix + "go.mod": self.mod, prefix + "m.go": f"package m{n}\n".encode()}

    @property
    def record(self) -> bytes:
        """Its two lines of go.sum."""
        head = f"{self.path} {self.version}"
        return f"{head} {h1(self.files)}\n{head}/go.mod {h1({'go.mod': self.mod})}\n".encode()

    def publish(self, proxy: Path) -> None:
        folder = proxy / self.path / "@v"
        folder.mkdir(parents=True)
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            for name, data in self.files.items():
                archive.writestr(name, data)
        (folder / "list").write_text(f"{self.version}\n")
        (folder / f"{self.version}.mod").write_bytes(self.mod)
        (folder / f"{self.version}.zip").write_bytes(packed.getvalue())
        (folder / f"{self.version}.info").write_text(
            json.dumps({"Version": self.version, "Time": "2026-01-01T00:00:00Z"})
        )


class Log:
    """A log of go.sum records under one key; ``told`` is every path that was asked for."""

    def __init__(self, records: list[bytes], key: Ed25519PrivateKey) -> None:
        self.records, self._key = records, key
        self._hashes = tree.memory_hashes(merkle.leaf_hash(each) for each in records)
        self.turned = self.other_record = False

    @property
    def verifier_key(self) -> str:
        public = self._key.public_key().public_bytes_raw()
        id_ = note.key_id(NAME, note.ED25519, public)
        return f"{NAME}+{id_.hex()}+{base64.b64encode(bytes([note.ED25519]) + public).decode()}"

    def head(self) -> bytes:
        size = len(self.records)
        text, public = note.body(HEAD, size, tree.root(self._hashes, size)), self._key.public_key().public_bytes_raw()
        return text + b"\n" + signature_line(NAME, note.key_id(NAME, note.ED25519, public), self._key.sign(text))

    def lookup(self, wanted: str) -> bytes | None:
        for n, record in enumerate(self.records):
            if record.startswith(wanted.replace("@", " ").encode() + b" "):
                record = record.replace(b"h1:", b"h1:A", 1) if self.other_record else record
                return f"{n}\n".encode() + record + b"\n" + self.head()
        return None

    def tile(self, path: str) -> bytes | None:
        tile = tiles.parse_path(path)
        size = len(self.records) >> tiles.HEIGHT * tile.level
        if tile.n * tiles.WIDTH + tile.width > size:
            return None
        data = bytearray(tiles.data(self._hashes, tile))
        if self.turned and tile.level == 0:
            data[5] ^= 1
        return bytes(data)

    def answer(self, path: str) -> bytes | None:
        if path == "/latest":
            return self.head()
        if path.startswith("/lookup/"):
            return self.lookup(path.removeprefix("/lookup/"))
        # The client's tile paths name the height first: tile/8/L/N.
        return self.tile("tile/" + path.removeprefix("/tile/8/")) if path.startswith("/tile/8/") else None


class Served:
    """What the server shows now; tests swap it. ``asked`` is every path in order."""

    def __init__(self, log: Log) -> None:
        self.log, self.asked, self.url = log, list[str](), ""


@contextmanager
def serving(log: Log) -> Iterator[Served]:
    """On loopback, until the block ends."""
    served = Served(log)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            served.asked.append(self.path)
            found = served.log.answer(self.path)
            self.send_response(404 if found is None else 200)
            self.end_headers()
            self.wfile.write(found or b"")

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
