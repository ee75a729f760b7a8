"""Papers and databases before programs that we did not write; each judge is also shown something bad."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from unicodedata import normalize

import pytest
from conftest import ANTIN, Told, environment

Demo = Callable[[str], Told]
Judge = Callable[[str], str]
SENDER = "A00.01"


def run(*command: str | Path) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([str(each) for each in command], capture_output=True, timeout=60, check=False)


def station(told: Told, code: str, target: Path) -> Path:
    """A copy of a demo station, for reading and breaking."""
    return Path(shutil.copytree(told.folder / "tram" / code, target / code))


@pytest.fixture
def papers(demo: Demo, tmp_path: Path) -> dict[str, Path]:
    """The plan that arrived, the review that assembled itself, and the sender's book printed by the command."""
    told = demo("vi")
    book = tmp_path / "so-di.pdf"
    home = station(told, SENDER, tmp_path)
    phrase = str(told.folder / "passphrase.txt")
    command = [ANTIN, "books", "di", "--home", str(home), "-o", str(book), "--as", "vt01", "--passphrase-file", phrase]
    done = subprocess.run(command, env=environment(), capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return {"letter": told.folder / "da-nhan/ke-hoach.pdf", "review": told.folder / "so-ket.pdf", "book": book}


def damaged(path: Path, target: Path) -> Path:
    """Cut in the middle, as a transfer that broke off leaves it."""
    target.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return target


def test_qpdf_finds_no_fault(judge: Judge, papers: dict[str, Path], tmp_path: Path) -> None:
    qpdf = judge("qpdf")
    for path in papers.values():
        done = run(qpdf, "--check", path)
        assert (done.returncode, done.stderr) == (0, b""), done.stdout
        assert b"No syntax or stream encoding errors found" in done.stdout
        assert run(qpdf, "--check", damaged(path, tmp_path / "bad.pdf")).returncode != 0


def test_pdftotext_reads_the_vietnamese(judge: Judge, papers: dict[str, Path], tmp_path: Path) -> None:
    pdftotext = judge("pdftotext")
    wanted = {
        "letter": ("12/KH-VTD", "bí mật, chính xác", "TÀI LIỆU THÍ DỤ", "Lê Văn Thí Dụ", "MẬT", "HỎA TỐC"),
        "review": ("15/BC-VTD", "BÁO CÁO SƠ KẾT", "VI. KIẾN NGHỊ, ĐỀ XUẤT", "PHỤ LỤC SỐ LIỆU", "A04.10", "A00.01/1"),
        "book": ("12/KH-VTD", "SỔ ĐĂNG KÝ BÍ MẬT NHÀ NƯỚC ĐI", "A03.10", "antin/A00.01/1"),
    }
    for name, path in papers.items():
        done = run(pdftotext, "-enc", "UTF-8", path, "-")
        assert (done.returncode, done.stderr) == (0, b"")
        text = " ".join(normalize("NFC", done.stdout.decode()).split())
        missing = [each for each in wanted[name] if each not in text]
        assert not missing, text[:2000]
        assert "\ufffd" not in text
    (tmp_path / "no.pdf").write_bytes(b"%PDF-1.7\nnothing\n")
    assert run(pdftotext, tmp_path / "no.pdf", "-").returncode != 0


def test_sqlite_finds_the_databases_whole(judge: Judge, demo: Demo, tmp_path: Path) -> None:
    sqlite3 = judge("sqlite3")
    for home in sorted((demo("vi").folder / "tram").iterdir()):
        copy = station(demo("vi"), home.name, tmp_path)
        for database in (copy / "station.db", copy / "signer" / "memory.db"):
            done = run(sqlite3, database, "PRAGMA integrity_check; PRAGMA foreign_key_check;")
            assert (done.returncode, done.stdout, done.stderr) == (0, b"ok\n", b""), database


def test_sqlite_does_not_find_a_damaged_one_whole(judge: Judge, demo: Demo, tmp_path: Path) -> None:
    sqlite3 = judge("sqlite3")
    database = station(demo("vi"), SENDER, tmp_path) / "station.db"
    data = bytearray(database.read_bytes())
    for page in range(4096, len(data) // 2, 4096):
        data[page : page + 64] = bytes(64)
    database.write_bytes(data)
    assert run(sqlite3, database, "PRAGMA integrity_check;").stdout != b"ok\n"
