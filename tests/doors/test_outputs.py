"""Every option that names a file to be written × what may lie there: refused before anything is recorded, or written
whole; what is no file is never replaced."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from doors.program import Program
from town import NORTH, SOUTH, Town

from antin.errors import Unavailable
from antin.storage import durable
from antin.storage.durable import Output
from antin.storage.outputs import outputs

# What writes a file: the words before its name, and whose home. Each leaves no record if its file cannot be made.
WRITERS = {
    "officer card": (NORTH, ["officer", "card", "cb01", "-o"]),
    "prove": (NORTH, ["prove", "di-1", "--as", "vt01", "-o"]),
    "books": (NORTH, ["books", "di", "-o"]),
    "directory write": (NORTH, ["directory", "write"]),
    "bundle write": (NORTH, ["bundle", "write", "--to", SOUTH]),
    "backup": (NORTH, ["backup"]),
    "open": (SOUTH, ["open", "den-1", "--as", "cb01", "-o"]),
    "officer add": (NORTH, ["officer", "add", "cb09", "--as", "cb01", "-o"]),
    "renew": (NORTH, ["renew", "--as", "cb01", "-o"]),
}


def missing(place: Path) -> Path:
    return place / "moi"


def existing(place: Path) -> Path:
    (place / "co").write_bytes(b"cu")
    return place / "co"


def fifo(place: Path) -> Path:
    os.mkfifo(place / "ong")
    return place / "ong"


def folder(place: Path) -> Path:
    (place / "thu-muc").mkdir()
    return place / "thu-muc"


def link(place: Path) -> Path:
    (place / "dich").write_bytes(b"cu")
    (place / "lien-ket").symlink_to(place / "dich")
    return place / "lien-ket"


def no_folder(place: Path) -> Path:
    return place / "khong-co" / "moi"


def longest(place: Path) -> Path:
    return place / ("ộ" * 84 + "abc")  # 255 bytes


def too_long(place: Path) -> Path:
    return place / ("a" * 256)


def device(place: Path) -> Path:
    return Path("/dev/null")


def below_a_device(place: Path) -> Path:
    return Path("/dev/null/moi")


PLACES: dict[Callable[[Path], Path], tuple[bool, bool]] = {  # refused: without --replace, with it
    missing: (False, False), longest: (False, False), existing: (True, False), fifo: (True, True),
    folder: (True, True), link: (True, True), no_folder: (True, True), too_long: (True, True),
    device: (True, True), below_a_device: (True, True),
}  # fmt: skip


@pytest.fixture(scope="module")
def lived(program: Program) -> Iterator[Program]:
    """A letter has gone from NORTH to SOUTH."""
    program.town.dispatch()
    program.town.sync(SOUTH, NORTH)
    yield program


def size(town: Town, code: str) -> int:
    with town.at(code) as station:
        return station.journal.head()[0]


@pytest.mark.parametrize("replace", [False, True], ids=["", "replace"])
@pytest.mark.parametrize("place", PLACES, ids=lambda each: each.__name__)
@pytest.mark.parametrize("writer", WRITERS)
def test_a_name(lived: Program, tmp_path: Path, writer: str, place: Callable[[Path], Path], replace: bool) -> None:
    code, words = WRITERS[writer]
    target, refused = place(tmp_path), PLACES[place][replace]
    if writer == "open" and os.path.isdir(target):  # noqa: PTH112 a name too long is no folder
        refused = False  # into a folder, under the dispatch's number
    before, kind = size(lived.town, code), os.path.lexists(target) and os.lstat(target).st_mode
    done = lived.run(*words, str(target), *(["--replace"] if replace else []), home=code)
    assert (done.code != 0) == refused, done.err
    if refused:
        assert done.code in (4, 6, 7, 8)
        assert size(lived.town, code) == before, "it was refused after something was recorded"
        assert (os.path.lexists(target) and os.lstat(target).st_mode) == kind
    elif not os.path.isdir(target):  # noqa: PTH112 a name too long is no folder
        assert stat.S_ISREG(target.lstat().st_mode)
        assert target.stat().st_mode & 0o077 == 0
        assert target.stat().st_size > 10
    if (tmp_path / "dich").exists():
        assert (tmp_path / "dich").read_bytes() == b"cu"
    assert not list(tmp_path.glob(".antin-*"))


@pytest.mark.parametrize("writer", WRITERS)
def test_standard_output_is_said_to_be_no_place(lived: Program, writer: str) -> None:
    if writer == "open":
        return
    code, words = WRITERS[writer]
    before = size(lived.town, code)
    done = lived.run(*words, "-", home=code)
    assert (done.code, "output-not-stream" in done.err) == (4, True)
    assert size(lived.town, code) == before
    assert not Path("-").exists()


def test_several_appear_together_or_not_at_all(tmp_path: Path) -> None:
    one, two = tmp_path / "a", tmp_path / "b"

    def both() -> None:
        with outputs(one, two) as opened:
            for each in opened:
                each.write(b"x")
            two.write_bytes(b"somebody else")  # taken meanwhile

    with pytest.raises(Exception, match="file-exists"):
        both()
    assert not one.exists()
    assert two.read_bytes() == b"somebody else"
    with outputs(one, tmp_path / "c") as opened:
        for each in opened:
            each.write(b"x")
    assert one.read_bytes() == b"x"


def test_what_is_settled_needs_no_room_any_more(tmp_path: Path) -> None:
    output = Output(tmp_path / "a")
    output.write(b"x" * 100)
    output.settle()
    assert not (tmp_path / "a").exists()
    output.close()
    assert list(tmp_path.iterdir()) == []


def test_a_process_that_died_before_it_named_its_file_leaves_nothing(tmp_path: Path) -> None:
    living = Output(tmp_path / "a")
    living.write(b"living")
    living.settle()
    child = os.fork()
    if not child:
        dying = Output(tmp_path / "b")
        dying.write(b"plaintext")
        dying.settle()
        os._exit(0)
    os.waitpid(child, 0)
    (tmp_path / ".antin-settled-link").symlink_to(tmp_path / "a")
    assert len(list(tmp_path.glob(".antin-settled-*"))) == 3
    Output(tmp_path / "c").close()
    living.publish()
    living.close()
    assert (tmp_path / "a").read_bytes() == b"living"
    assert sorted(each.name for each in tmp_path.iterdir()) == [".antin-settled-link", "a"]


def test_a_document_whose_reader_left_was_not_opened(lived: Program) -> None:
    """Into a pipe: who leaves before its end was not given the document; who reads it all was."""
    town = lived.town
    town.dispatch(data=b"%PDF-1.7\n" + bytes(1024 * 1024), name="dai.pdf")
    town.sync(SOUTH)

    def state() -> tuple[int, str]:
        with town.at(SOUTH) as station:
            return station.db.row("SELECT number, state FROM dispatch_in ORDER BY number DESC LIMIT 1")

    words = lived.words("open", f"den-{state()[0]}", "--as", "cb01", "-o", "-", home=SOUTH)
    for reader, code, found in (("head -c 100000", 141, "accepted"), ("cat", 0, "opened")):
        command = f"{sys.executable} -m antin {' '.join(words)} | {reader} | wc -c; exit ${{PIPESTATUS[0]}}"
        done = subprocess.run(["bash", "-c", command], capture_output=True, check=False, timeout=60)
        assert (done.returncode, state()[1]) == (code, found), done.stderr
        assert b"Traceback" not in done.stderr
    assert int(done.stdout) == 1024 * 1024 + 9


def test_a_machine_without_proc_is_told_what_it_lacks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bare chroot: a file without a name gets none there."""
    monkeypatch.setattr(durable, "_OPEN_FILES", tmp_path / "proc")
    with pytest.raises(Unavailable, match="proc-missing"), outputs(tmp_path / "a") as [output]:
        output.write(b"a")
    assert not list(tmp_path.iterdir())
