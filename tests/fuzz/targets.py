"""What is fuzzed: every parser, every check, the inspector's program, and a station that receives.

A parser's answer, written again, is the bytes that it read. The ``trusting`` targets believe every signature, proof and
digest of a tree: only so does a fuzzer reach what stands behind them, as an insider with a key could.
"""

from __future__ import annotations

import base64
import hmac
import importlib
import pkgutil
import shutil
from collections.abc import Callable
from contextlib import contextmanager
from functools import cache, cached_property
from io import BytesIO
from pathlib import Path
from typing import Any
from unittest import mock

from town import PASS, Town, copy
from vector_checks import CHECKS, VECTORS, Memory, read, shared, trusted

import antin
from antin.acts import committee, directive, emulation, files, inspection, programme
from antin.acts.approve import examine
from antin.acts.receive import receive
from antin.acts.restore import restore
from antin.cli import emulation as emulation_cli
from antin.cli import form
from antin.cli import read as typed
from antin.commands import report
from antin.errors import AntinError
from antin.inspector import judge
from antin.kernel import check, seal
from antin.kernel.crypto import suite as suites
from antin.kernel.crypto import tiles
from antin.kernel.formats import cbor, file, note, proof, sealed, signed
from antin.kernel.formats.shape import encode, parse
from antin.kernel.sign import assemble
from antin.packs import load as load_pack
from antin.relay import settings as relay_settings
from antin.signer import keyfile, keystore
from antin.station import packets, rows, settings
from antin.station.station import AUTHORITY_KEY
from antin.verify import verify
from antin.words import Words

WORDS = Words("vi")
FORMS = (directive.DirectiveForm, programme.ProgrammeForm, programme.ProgressForm, report.Narrative,
         committee.CommitteeForm, emulation.CampaignForm, emulation.Scores, emulation_cli.Facts,
         inspection.InspectionForm)  # fmt: skip
HEAVY = 1024  # KiB: a lock may ask for 4 GiB of memory, which is its owner's own choice


@cache
def shapes() -> tuple[Any, ...]:
    """Every shaped format of the program, by name."""
    found = {}
    for info in pkgutil.walk_packages(antin.__path__, "antin."):
        if not info.name.startswith(("antin.interop", "antin.__main__")):
            for value in vars(importlib.import_module(info.name)).values():
                if isinstance(value, type) and hasattr(value, "FORMAT"):
                    found[value.FORMAT] = value
    return tuple(found[name] for name in sorted(found))


@cache
def cases() -> tuple[dict[str, Any], ...]:
    """The accepted vectors that judge bytes."""
    every = (read(path) for path in sorted(VECTORS.glob("*/*.txt")))
    return tuple(each for each in every if each["expect"] == "ok" and isinstance(each.get("bytes"), bytes)
                 and each["check"] not in ("pieces", "unlock"))  # fmt: skip


@contextmanager
def believing() -> Any:
    """Every signature, inclusion and checkpoint holds."""

    def point(raw: bytes, _origin: str, _public: bytes) -> note.Checkpoint:
        claimed = note.claim(raw)
        return note.Checkpoint(raw, claimed.origin, claimed.size, claimed.root, 1)

    with mock.patch.object(check.public_key, "verify"), mock.patch.object(check.merkle, "check_inclusion"), \
         mock.patch.object(check.checkpoints, "open_checkpoint", point), \
         mock.patch.object(check.checkpoints, "stamp", lambda *_: 1):  # fmt: skip
        yield


def same(again: bytes, data: bytes) -> None:
    """One spelling."""
    assert again == data, f"read, but written otherwise: {again[:80].hex()}"


def judged(target: Callable[[bytes], object], data: bytes) -> None:
    """The property: it returns, or it refuses in words."""
    try:
        target(data)
    except AntinError as error:
        sentence, hint = WORDS.error(error)
        assert sentence and isinstance(hint, str)


class Targets:
    """One method, one target; its name with hyphens is the target's."""

    def __init__(self, folder: Path, town: Path | None) -> None:
        self._folder, self._town = folder, town
        self._entered: list[Any] = []

    # -- parsers ---------------------------------------------------------------------------------------------------

    def cbor(self, data: bytes) -> None:
        same(cbor.encode(cbor.decode(data, limit=1 << 16)), data)

    def shape(self, data: bytes) -> None:
        """The first byte says which format."""
        if data:
            same(encode(parse(shapes()[data[0] % len(shapes())], data[1:])), data[1:])

    def signed(self, data: bytes) -> None:
        found = signed.claim(data, *signed.TYPES)
        same(assemble(found.type, found.suite, found.signers, found.unverified_body, found.signatures), data)

    def note(self, data: bytes) -> None:
        found = note.claim(data)
        lines = (f"— {e.name} {base64.b64encode(e.key_id + e.signature).decode()}\n" for e in found.lines)
        same(note.body(found.origin, found.size, found.root) + b"\n" + "".join(lines).encode(), data)

    def proof(self, data: bytes) -> None:
        found = proof.claim(data)
        lines = [proof.HEAD, f"index {found.index}", *(base64.b64encode(e).decode() for e in found.path), "", ""]
        same("\n".join(lines).encode() + found.checkpoint.raw, data)

    def bundle(self, data: bytes) -> None:
        for purpose in (packets.EVIDENCE, packets.ENVELOPE):
            try:
                frames = packets.read_all(BytesIO(data), purpose)
            except AntinError:
                continue
            same(packets.write(purpose, frames), data)
        packets.read_all(BytesIO(data), packets.TRAFFIC)

    def tile_path(self, data: bytes) -> None:
        text = data.decode("utf-8", "replace")
        same(tiles.parse_path(text).path.encode(), text.encode())

    def typed(self, data: bytes) -> None:
        """What people type: addresses, dates, fingerprints, pairs of a key and a value."""
        text = data.decode("utf-8", "replace")
        for reader in (typed.address, typed.agency_code, typed.moment, typed.fingerprint, typed.task, typed.award,
                       typed.mark):  # fmt: skip
            with_words(reader, text)

    # -- files -----------------------------------------------------------------------------------------------------

    def sealed(self, data: bytes) -> None:
        """A blob under the key and head of the vector."""
        case = self._vector("sealed/valid")
        head, suite = seal.open_head(case["head"], data[: sealed.HEADER_SIZE])
        opener = seal.Opener(data[: sealed.HEADER_SIZE], suite, case["key"], seal.head_context(case["head"], suite))
        out = opener.update(data[sealed.HEADER_SIZE :]) + opener.finish()
        assert head.suite == suite.number
        sealed.split(len(out), out[-8:])

    def file_mode(self, data: bytes) -> None:
        hands = self._hands
        files.unseal_file(BytesIO(data), hands, None, Memory(), lambda _: None)  # type: ignore[arg-type]

    def detached(self, data: bytes) -> None:
        files.verify_file([b"nho"], data, None)

    def public_line(self, data: bytes) -> None:
        text = data.decode("utf-8", "replace")
        same(file.write_public(file.read_public(text)).encode(), text.encode())

    def key_file(self, data: bytes) -> None:
        keyfile.load(self._write("key", data))

    def key_file_inside(self, data: bytes) -> None:
        """Any seeds in a well-formed secret line."""
        keyfile.load(self._write("key", file.write_secret(data).encode()))

    def station_keys(self, data: bytes) -> None:
        self._write("station.key", data)
        with_words(keystore.station_keys, self._folder)
        self._write("journal.key", data)
        keystore.journal_key(self._folder)

    def officer_key(self, data: bytes) -> None:
        locked = parse(keystore.locker.Locked, data)
        if locked.cost.memory_kib <= HEAVY and locked.cost.passes <= 2:
            self._write("officers/an.key", data)
            keystore.open_officer(self._folder, "an", b"mat-khau")

    def settings(self, data: bytes) -> None:
        self._write(settings.FILE, data)
        found = settings.load(self._folder)
        settings.save(self._folder, found)
        assert settings.load(self._folder) == found
        note.origin(found.code, 1), suites.by_number(found.suite), bytes.fromhex(found.root)

    def relay_settings(self, data: bytes) -> None:
        self._write(relay_settings.FILE, data)
        found = relay_settings.load(self._folder)
        relay_settings.save(self._folder, found)
        assert relay_settings.load(self._folder) == found

    def backup(self, data: bytes) -> None:
        """A file that claims to be a backup, beside a signer that is whole: nothing is laid down but all of it."""
        home = self._folder / "restored"
        shutil.rmtree(home, ignore_errors=True)
        self._write("restored/signer/journal.key", bytes(64))
        key = bytes(32)
        self._write(f"restored/signer/{keystore.BACKUP_KEY}", key)  # as whoever copied the signer makes one
        restore(home, self._write("data", data + hmac.digest(key, data, "sha256")), None, b"")

    def backup_keys(self, data: bytes) -> None:
        home = self._folder / "restored"
        shutil.rmtree(home, ignore_errors=True)
        restore(home, self._folder / "no-data", self._write("keys", data), b"mat-khau")

    def pack(self, data: bytes) -> None:
        """One file of a pack that extends ours: the first byte says which."""
        if not data:
            return
        names = ("levels", "kinds", "caveats", "precedence", "policy", "books", "pack", "calendars", "escalation",
                 "outlines", "scales")  # fmt: skip
        folder = self._write("pack/pack.toml", PACK_HEAD).parent
        for each in folder.glob("*.toml"):
            if each.name != "pack.toml":
                each.unlink()
        (folder / f"{names[data[0] % len(names)]}.toml").write_bytes(data[1:])
        load_pack(folder)

    def form(self, data: bytes) -> None:
        """A form that a person filled in: the first byte says which. What it gives is whole: every field is there."""
        if data:
            cls = FORMS[data[0] % len(FORMS)]
            found = form.read(cls, self._write("form.toml", data[1:]))
            assert type(found) is cls and repr(found)

    # -- checks ----------------------------------------------------------------------------------------------------

    def check(self, data: bytes) -> None:
        """A vector's check on other bytes: the first byte says whose."""
        if data:
            case = cases()[data[0] % len(cases())]
            CHECKS[case["check"]]({**case, "bytes": data[1:], "fingerprint": suites.object_digest(data[1:])})

    def check_trusting(self, data: bytes) -> None:
        with believing():
            self.check(data)

    def objects_trusting(self, data: bytes) -> None:
        """Any object before every check that takes one."""
        trust = trusted("root authority agency-a agency-b officer-a registrar-a officer-b")
        station = trusted("root authority agency-b")[suites.object_digest(shared()["agency-b"])]
        with believing():
            for judge in (check.record, check.slip, check.statement, check.attached):
                with_words(judge, data, trust)
            with_words(check.receipt, data, trust, station)
            with_words(check.credential, data, station)
            check.root(data, suites.object_digest(data))

    def verify(self, data: bytes) -> None:
        verify(BytesIO(data), self._root)

    def verify_trusting(self, data: bytes) -> None:
        with believing():
            verify(BytesIO(data), self._root)

    def case(self, data: bytes) -> None:
        assert judge(BytesIO(data), self._root).verdict

    def case_trusting(self, data: bytes) -> None:
        with believing():
            self.case(data)

    # -- a station that receives -----------------------------------------------------------------------------------

    def receive(self, data: bytes) -> None:
        receive(self._station("A04.27"), packets.read_all(BytesIO(data), packets.ENVELOPE), lambda _: None)

    def receive_trusting(self, data: bytes) -> None:
        station = self._station("A04.27")
        frames = packets.read_all(BytesIO(data), packets.ENVELOPE)
        with believing():
            receive(station, frames, lambda _: None)

    def directory_trusting(self, data: bytes) -> None:
        station = self._station("A04.27")
        frames = packets.read_all(BytesIO(data), packets.DIRECTORY)
        with believing():
            packets.take_directory(station, frames)

    def request(self, data: bytes) -> None:
        examine(self._station("A03", AUTHORITY_KEY), data)

    def request_trusting(self, data: bytes) -> None:
        with believing(), mock.patch("antin.acts.approve.check_possession"):
            examine(self._station("A03", AUTHORITY_KEY), data)

    # -- deliberately wrong: they prove that the harness can fail --------------------------------------------------

    def wrong_index(self, data: bytes) -> None:
        """Believes a length."""
        if data[:3] == b"\x83\x01\x02":
            data[data[3] if len(data) > 3 else 0]

    def wrong_spellings(self, data: bytes) -> None:
        """Reads a number however it is spelt."""
        if data.isdigit() and len(data) < 8:
            same(str(int(data)).encode(), data)

    def wrong_loop(self, data: bytes) -> None:
        """Never ends on a certain byte."""
        while data[:1] == b"\xff":
            pass

    # -- what they need --------------------------------------------------------------------------------------------

    @cache  # noqa: B019 - one object for a process
    def _vector(self, name: str) -> dict[str, Any]:
        return read(VECTORS / f"{name}.txt")

    @cached_property
    def _hands(self) -> keystore.OfficerKeys:
        case = self._vector("file/signed")
        return keystore.hands_of(keystore.Seeds(1, case["signing_seed"], case["wrapping_seed"]))

    @cached_property
    def _root(self) -> bytes:
        assert self._town is not None, "this target needs a town"
        return bytes.fromhex((self._town / "root").read_text())[:25]

    @cached_property
    def _copy(self) -> Town:
        assert self._town is not None, "this target needs a town"
        return copy(self._town, self._folder / "town")

    @cache  # noqa: B019
    def _station(self, code: str, *officers: str) -> Any:
        entered = self._copy.at(code)
        self._entered.append(entered)  # stays open: opening for each input would be all that is measured
        station = entered.__enter__()
        for officer in officers:
            station.sign_in(officer, PASS)
        station.db._inner.execute("PRAGMA synchronous=OFF")
        assert rows.read_clock.one(station.db) is not None
        return station

    def _write(self, name: str, data: bytes) -> Path:
        path = self._folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path


def with_words(what: Callable[..., object], *given: Any) -> None:
    """One of several judges in a row: a refusal of ours is an answer, too."""
    try:
        what(*given)
    except AntinError:
        return


PACK_HEAD = b"""format = "antin/pack/1"
code = "thu"
name = "Thu"
english = "Test"
extends = "vn-2026"
hieu_luc_tu = 2026-01-01
"""
