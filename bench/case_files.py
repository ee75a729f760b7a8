"""(a) A large file sealed and signed, then unsealed and verified, as whole processes beside their peers."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from measure import Row, Run, aim, child, interleaved, missing, row

MEMORY_MIB = 64.0
JUDGED_FROM_MIB = 256  # below, the start of the interpreter is all one sees
MOST_IN_MEMORY_MIB = 512
SEAL, OPEN = "seal + sign", "open + verify"


class Peer:
    """Two command lines, ``seal`` and ``open``, over files of one folder; ``prepare`` makes keys."""

    program = ""

    def __init__(self, folder: Path) -> None:
        self.folder, self.environment = folder, dict(os.environ)
        self.prepare()

    def prepare(self) -> None:
        """Keys, once."""

    def seal(self) -> list[str]:
        """plain → self.sealed"""
        raise NotImplementedError

    def open(self) -> list[str]:
        """self.sealed → self.plain"""
        raise NotImplementedError

    def close(self) -> None:
        """Ends whatever still runs."""

    @property
    def sealed(self) -> str:
        return f"sealed.{self.program}"

    @property
    def plain(self) -> str:
        return f"plain.{self.program}"

    def run(self, *command: str) -> None:
        subprocess.run(command, cwd=self.folder, env=self.environment, capture_output=True, check=True)

    def timed(self, command: list[str], target: str) -> Run:
        """The target of the last round goes first: freeing its pages is nobody's work here."""
        (self.folder / target).unlink(missing_ok=True)
        return child(command, environment=self.environment, folder=self.folder)


class Copy(Peer):
    """The limit: nothing but reading and writing."""

    program = "cp"

    def seal(self) -> list[str]:
        return ["cp", "input", self.sealed]

    def open(self) -> list[str]:
        return ["cp", self.sealed, self.plain]


class Antin(Peer):
    """Ours: sealed to one key, signed by it."""

    program = "antin"

    def prepare(self) -> None:
        self.run("antin", "keygen", "-o", "antin.key")

    def seal(self) -> list[str]:
        return ["antin", "seal", "input", "-r", "antin.key", "-s", "antin.key", "-o", self.sealed]

    def open(self) -> list[str]:
        return ["antin", "unseal", self.sealed, "-i", "antin.key", "--from", "antin.key", "-o", self.plain]


class Age(Peer):
    """Encrypts, and does not sign."""

    program = "age"

    def prepare(self) -> None:
        self.run("age-keygen", "-o", "age.key")

    def seal(self) -> list[str]:
        return ["age", "-e", "-i", "age.key", "-o", self.sealed, "input"]

    def open(self) -> list[str]:
        return ["age", "-d", "-i", "age.key", "-o", self.plain, self.sealed]


class Gpg(Peer):
    """Signs and encrypts, compression off (which favours it: the input is random)."""

    program = "gpg"
    _HEAD = ("gpg", "--batch", "--quiet", "--yes", "--pinentry-mode", "loopback", "--passphrase", "", "--trust-model",
             "always")  # fmt: skip

    def prepare(self) -> None:
        home = self.folder / "gnupg"
        home.mkdir(mode=0o700)
        self.environment["GNUPGHOME"] = str(home)
        self.run(*self._HEAD, "--quick-generate-key", "bench@thidu.example", "ed25519", "cert,sign", "never")
        listing = [*self._HEAD, "--with-colons", "--list-keys", "bench@thidu.example"]
        out = subprocess.run(listing, env=self.environment, capture_output=True, text=True, check=True).stdout
        print_ = next(line.split(":")[9] for line in out.splitlines() if line.startswith("fpr"))
        self.run(*self._HEAD, "--quick-add-key", print_, "cv25519", "encr", "never")

    def close(self) -> None:
        self.run("gpgconf", "--kill", "gpg-agent")

    def seal(self) -> list[str]:
        return [*self._HEAD, "-z", "0", "--sign", "--encrypt", "-r", "bench@thidu.example", "-o", self.sealed, "input"]

    def open(self) -> list[str]:
        return [*self._HEAD, "--decrypt", "-o", self.plain, self.sealed]


class Cms(Peer):
    """``openssl cms``: signed, then encrypted (AES-256-GCM), as a pipe of two processes."""

    program = "openssl"

    def prepare(self) -> None:
        self.run("openssl", "req", "-x509", "-newkey", "rsa:3072", "-nodes", "-keyout", "cms.key", "-out", "cms.crt",
                 "-subj", "/CN=bench", "-days", "2",
                 "-addext", "keyUsage=digitalSignature,keyEncipherment")  # fmt: skip

    def seal(self) -> list[str]:
        sign = "openssl cms -sign -binary -nodetach -stream -in input -signer cms.crt -inkey cms.key -outform DER"
        encrypt = f"openssl cms -encrypt -binary -stream -aes-256-gcm -outform DER -out {self.sealed} cms.crt"
        return ["sh", "-c", f"{sign} | {encrypt}"]

    def open(self) -> list[str]:
        decrypt = f"openssl cms -decrypt -binary -inform DER -in {self.sealed} -inkey cms.key -recip cms.crt"
        verify = f"openssl cms -verify -binary -inform DER -CAfile cms.crt -purpose any -out {self.plain}"
        return ["sh", "-c", f"{decrypt} | {verify}"]


PEERS: list[type[Peer]] = [Copy, Antin, Age, Gpg, Cms]


def measure(folder: Path, size_mib: int, rounds: int) -> list[Row]:
    """All peers that are here, interleaved, in ``folder`` (on tmpfs)."""
    _write(folder / "input", size_mib)
    absent = {kind.program: "not installed" for kind in PEERS if not shutil.which(kind.program)}
    if size_mib > MOST_IN_MEMORY_MIB:
        absent.setdefault("openssl", "not run at this size: cms -verify holds several times the file in memory")
    here = [kind(folder) for kind in PEERS if kind.program not in absent]
    rows = []
    for case, act in ((SEAL, _seal), (OPEN, _open)):
        name = f"{case} {size_mib} MiB"
        runs = interleaved({peer.program: act(peer) for peer in here}, rounds)
        found = {p.program: row(name, p.program, runs[p.program], _line(p, case), size_mib) for p in here}
        if size_mib >= JUDGED_FROM_MIB:
            _judge(found, case)
        rows += [*found.values(), *(missing(name, program, "MiB/s", why) for program, why in absent.items())]
        _same(folder, here if case == OPEN else [])
    for peer in here:
        peer.close()
    return rows


def _seal(peer: Peer) -> Callable[[], Run]:
    return lambda: peer.timed(peer.seal(), peer.sealed)


def _open(peer: Peer) -> Callable[[], Run]:
    return lambda: peer.timed(peer.open(), peer.plain)


def _line(peer: Peer, case: str) -> str:
    command = peer.seal() if case == SEAL else peer.open()
    return command[2] if command[0] == "sh" else " ".join(word or "''" for word in command)


def _judge(found: dict[str, Row], case: str) -> None:
    ours = found["antin"]
    assert ours.median is not None and ours.peak_mib is not None
    wanted = {"cp": 0.6, "age": 1.2, "gpg": 3.0} if case == SEAL else {"age": 1.0}
    for peer, factor in wanted.items():
        if peer in found:
            aim(ours, f"≥ {factor} × {peer}", ours.median / (found[peer].median or 1.0), factor)
    aim(ours, f"memory ≤ {MEMORY_MIB:.0f} MiB", ours.peak_mib, MEMORY_MIB, at_most=True)


def _write(path: Path, size_mib: int) -> None:
    with path.open("wb") as handle:
        for _ in range(size_mib):
            handle.write(os.urandom(1024 * 1024))


def _same(folder: Path, peers: list[Peer]) -> None:
    """A fast answer that is wrong counts for nothing."""
    wanted = _digest(folder / "input")
    for peer in peers:
        if _digest(folder / peer.plain) != wanted:
            raise RuntimeError(f"{peer.program} gave other bytes back")


def _digest(path: Path) -> bytes:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").digest()
