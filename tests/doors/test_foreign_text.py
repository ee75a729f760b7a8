"""Text files that others made: one strict reader for lists, keys, forms, settings, packs and passphrases."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from doors.program import Program
from town import NORTH, PASS

from antin.cli import form
from antin.errors import AntinError, Malformed, Refused
from antin.kernel.crypto.suite import by_number
from antin.packs import read as packs
from antin.relay import settings as relay
from antin.signer import keyfile
from antin.station import documents, settings
from antin.storage import foreign

BAD = {
    "UTF-16": ("Tên".encode("utf-16"), "text-utf16"),
    "UTF-16 without a mark": ("Ten".encode("utf-16-be"), "text-utf16"),
    "an old font code": (b'name = "C\xa7ng v\xa8n"\n', "text-not-utf8"),
    "a byte in the third line": (b'a = 1\nb = 2\nc = "\xff"\n', "text-not-utf8"),
}


def as_settings(path: Path) -> object:
    path.rename(path.with_name("station.toml"))
    return settings.load(path.parent)


def as_relay(path: Path) -> object:
    path.rename(path.with_name("relay.toml"))
    return relay.load(path.parent)


READERS: dict[str, Callable[[Path], object]] = {
    "recipients": lambda path: keyfile.read_recipients(str(path)), "key": keyfile.load,
    "form": lambda path: form.read(object, path), "settings": as_settings, "relay": as_relay,
    "any": lambda path: foreign.text(path, limit=1000),
}  # fmt: skip


@pytest.mark.parametrize("what", BAD)
@pytest.mark.parametrize("reader", READERS)
def test_what_is_not_utf8_is_named(tmp_path: Path, reader: str, what: str) -> None:
    data, code = BAD[what]
    path = tmp_path / "tep"
    path.write_bytes(data)
    with pytest.raises(AntinError, match=code):
        READERS[reader](path)


def test_the_place_of_a_byte(tmp_path: Path) -> None:
    with pytest.raises(Malformed) as raised:
        foreign.text_of(b'a = 1\nb = "\xff"\n', "tep")
    assert (raised.value.fields["line"], raised.value.fields["place"], raised.value.fields["byte"]) == (2, 6, "ff")


def test_a_byte_order_mark_is_dropped(tmp_path: Path) -> None:
    (tmp_path / "tep").write_bytes(b"\xef\xbb\xbfxin ch\xc3\xa0o")
    assert foreign.text(tmp_path / "tep", limit=100) == "xin chào"
    assert packs._toml(b"\xef\xbb\xbfa = 1\n", "goi") == {"a": 1}


@pytest.mark.parametrize("raw", [b"\xff\xfem\x00\n", b"mat-khau-\xff\n", b"mat-khau\x00thu\n", b"mat-khau\x1bthu\n"])
def test_a_passphrase_is_text_or_refused_by_name(program: Program, tmp_path: Path, raw: bytes) -> None:
    secret = tmp_path / "mk"
    secret.write_bytes(raw)
    done = program.bare("outbox", "--as", "cb01", "--passphrase-file", str(secret), "--home",
                        str(program.town.home(NORTH)))  # fmt: skip
    assert done.code == 4
    assert any(code in done.err for code in ("text-utf16", "text-not-utf8", "passphrase-not-text"))


def test_a_mark_and_a_windows_line_are_no_part_of_a_passphrase(program: Program, tmp_path: Path) -> None:
    secret = tmp_path / "mk"
    secret.write_bytes(b"\xef\xbb\xbf" + PASS + b"\r\nsecond line\r\n")
    home = str(program.town.home(NORTH))
    assert program.bare("outbox", "--as", "cb01", "--passphrase-file", str(secret), "--home", home).code == 0


def test_every_line_of_a_list_can_open(tmp_path: Path) -> None:
    lines = [keyfile.create(tmp_path / name, by_number(1), "2026-11-28T00:00:00Z") for name in ("a", "b", "c")]
    (tmp_path / "list").write_text("# ba đơn vị\n" + "\n\n".join(lines) + "\n", "utf-8")
    assert len(keyfile.read_recipients(str(tmp_path / "list"))) == 3
    assert len(keyfile.read_recipients(str(tmp_path / "a"))) == 1
    with pytest.raises(Malformed, match="signer-not-one"):
        keyfile.read_signer(str(tmp_path / "list"))
    (tmp_path / "list").write_text("\n".join([lines[0], lines[1][:-2], lines[2]]), "utf-8")
    with pytest.raises(Malformed, match="public-key-malformed"):
        keyfile.read_recipients(str(tmp_path / "list"))
    (tmp_path / "list").write_text("\n".join([lines[0], "mot dong la", lines[2]]), "utf-8")
    with pytest.raises(Malformed, match="public-line-malformed") as raised:
        keyfile.read_recipients(str(tmp_path / "list"))
    assert raised.value.fields["line"] == 2


@pytest.mark.parametrize(
    "before", [b"", b"\xef\xbb\xbf", b"\x1b%-12345X@PJL JOB\r\n", b"From: a@b\r\n\r\n", b"\n" * 900]
)
def test_a_pdf_with_something_before_its_head_is_one(tmp_path: Path, before: bytes) -> None:
    (tmp_path / "a.pdf").write_bytes(before + b"%PDF-1.7\n%%EOF\n")
    assert documents.examine(tmp_path / "a.pdf").size > 0


@pytest.mark.parametrize("data", [b"PK\x03\x04", b"\n" * 1024 + b"%PDF-1.7", b"%PD", b"x"])
def test_what_is_no_pdf_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.pdf").write_bytes(data)
    with pytest.raises(Refused, match="file-not-pdf"):
        documents.examine(tmp_path / "a.pdf")
