"""Whoever may write the link's folder leaves odd things there: each is one line of the report, and stops nothing else.

Every way an entry is reached × everything an entry can be. Nothing may hang: the machine's alarm ends a test that does.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import pytest
from town import NORTH, PDF, SOUTH, Town

from antin.acts import carry
from antin.acts.exchange import Report
from antin.acts.sync import sync
from antin.errors import AntinError, Conflict, Malformed, Missing
from antin.relay.folder import FolderLink
from antin.storage import durable, foreign
from antin.storage.durable import Output

SECONDS = 60
VICTIM = b"somebody's key"


@pytest.fixture(autouse=True)
def _no_hang() -> Iterator[None]:
    signal.alarm(SECONDS)  # kills: a hang is the failure
    yield
    signal.alarm(0)


def _sparse(path: Path) -> None:
    path.touch()
    os.truncate(path, 200 * 1024**3)


def _socket(path: Path) -> None:
    here = Path.cwd()
    os.chdir(path.parent)  # a socket's name is short
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(path.name)
    finally:
        os.chdir(here)


def _unreadable(path: Path) -> None:
    path.symlink_to("/proc/1/mem")  # root reads every file; nobody reads this one through a link


def _victim(path: Path) -> Path:
    return path.parents[2] / "victim" if (path.parents[2] / "victim").exists() else path.parents[1] / "victim"


ODD: dict[str, Callable[[Path], object]] = {
    "fifo": os.mkfifo,
    "device": lambda path: path.symlink_to("/dev/zero"),
    "folder": lambda path: path.mkdir(),
    "link-to-a-file": lambda path: path.symlink_to(_victim(path)),
    "link-to-a-folder": lambda path: path.symlink_to("/etc"),
    "link-to-nothing": lambda path: path.symlink_to("nothing"),
    "link-to-itself": lambda path: path.symlink_to(path.name),
    "unreadable": _unreadable,
    "sparse": _sparse,
    "socket": _socket,
}


def lay(path: Path, odd: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    path.unlink(missing_ok=True)
    ODD[odd](path)


def victim(town: Town) -> Path:
    """What a link would lead to, beside the relay's folder."""
    found = town.relay / "victim"
    found.write_bytes(VICTIM)
    return found


def exchanged(town: Town, code: str) -> Report:
    with town.at(code) as station:
        return sync(station, FolderLink(town.relay))


def arrived(town: Town) -> int:
    with town.at(SOUTH) as station:
        return int(station.db.value("SELECT count(*) FROM dispatch_in"))


@pytest.mark.parametrize("odd", sorted(ODD))
@pytest.mark.parametrize("where", ["envelope", "first-envelope", "directory", "own-directory", "aside"])
def test_an_odd_entry_is_one_line_and_the_rest_arrives(town: Town, odd: str, where: str) -> None:
    spared = victim(town)
    town.dispatch(precedence=1)
    place = {"envelope": town.relay / "to" / SOUTH / "9-ee", "first-envelope": town.relay / "to" / SOUTH / "5-0",
             "directory": town.relay / "directory/A99-1", "own-directory": town.relay / "directory/A04-1",
             "aside": town.relay / "aside" / SOUTH}[where]  # fmt: skip
    if where == "aside" and odd != "folder":
        (town.relay / "to" / SOUTH / "9-ee").write_bytes(b"no envelope")
    lay(place, odd)
    report = exchanged(town, SOUTH)
    assert arrived(town) == 1
    lines = [name for name, _ in report.aside]
    expected = {"envelope": ["9-ee"], "first-envelope": ["5-0"], "directory": ["directory/A99-1"],
                "own-directory": ["directory/A04-1"], "aside": ["9-ee"] if odd != "folder" else []}[where]  # fmt: skip
    assert lines == expected, report.aside
    if where.endswith("envelope"):
        assert not os.path.lexists(place) and os.path.lexists(town.relay / "aside" / SOUTH / place.name)
        assert not exchanged(town, SOUTH).aside
    town.sync("A04")  # whose directory it is writes a true one in the place of what lies there, unless that is a folder
    assert spared.read_bytes() == VICTIM
    town.audit()


@pytest.mark.parametrize("odd", sorted(ODD))
@pytest.mark.parametrize("where", ["blob", "envelope", "box", "to", "blobs"])
def test_an_odd_thing_in_the_way_of_a_sending_is_its_rows_fault(town: Town, odd: str, where: str) -> None:
    """One addressee's row; what goes to others, and more urgent, still goes."""
    spared = victim(town)
    path = town.pdf()
    town.signed(NORTH, path, 1)
    town.send(NORTH, path, SOUTH)
    with town.at(NORTH) as station:
        (n, digest, sealed) = station.db.row(
            "SELECT b.n, b.digest, x.digest FROM outbox b, blobs x WHERE b.kind = 'slip' ORDER BY b.n DESC"
        )
    place = {"blob": town.relay / "blobs" / sealed.hex(), "box": town.relay / "to" / SOUTH, "to": town.relay / "to",
             "envelope": town.relay / "to" / SOUTH / f"9-{n:012x}-{sha256(digest).hexdigest()[:16]}",
             "blobs": town.relay / "blobs",
             }[where]  # fmt: skip
    lay(place, odd)
    report = exchanged(town, NORTH)
    with town.at(NORTH) as station:
        put = station.db.value("SELECT put FROM outbox WHERE n = ?", n)
    # A new file takes the name of anything but a folder; a folder of ours is never reached through what is none.
    takes_its_place = {"envelope": odd != "folder", "blob": odd == "sparse"}.get(where, odd == "folder")
    assert (put is not None) == takes_its_place, (report.stuck, put)
    assert (n in report.stuck) == (put is None)
    assert spared.read_bytes() == VICTIM and not Path("/etc").joinpath(SOUTH).exists()
    if put is None:  # once it is out of the way, it goes
        shutil.rmtree(place) if place.is_dir() and not place.is_symlink() else place.unlink()
        assert not exchanged(town, NORTH).stuck
    town.audit()


def test_a_box_that_is_a_file_stops_its_addressee_alone(town: Town) -> None:
    path = town.pdf()
    town.signed(NORTH, path, 1)
    town.send(NORTH, path, "A03.16", SOUTH)
    lay(town.relay / "to" / "A03.16", "sparse")
    report = exchanged(town, NORTH)
    assert [error.code for n, error in report.stuck.items() if n] == ["folder-not-plain"]
    exchanged(town, SOUTH)
    assert arrived(town) == 1


def test_links_in_the_place_of_temporary_names_are_never_followed(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even one who guessed the name: what is there already is never opened for writing."""
    spared = victim(town)
    monkeypatch.setattr(durable, "_fresh_name", lambda: ".antin-guessed")
    for folder in ("directory", f"to/{NORTH}"):
        (town.relay / folder).mkdir(parents=True, exist_ok=True)
        (town.relay / folder / ".antin-guessed").symlink_to(spared)
    link = FolderLink(town.relay)
    for put in (lambda: link.put(NORTH, "9-ee", b"x"), lambda: link.put_directory("A03-1", b"x")):
        with pytest.raises(Conflict, match="file-exists"):
            put()
    assert spared.read_bytes() == VICTIM


def test_a_vanished_envelope_is_nobodys_fault(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    town.dispatch()
    waiting = FolderLink.waiting
    monkeypatch.setattr(FolderLink, "waiting", lambda self, code: [*waiting(self, code), "9-ee"])
    assert not exchanged(town, SOUTH).aside and arrived(town) == 1


# -- what a person names -----------------------------------------------------------------------------------------------

READERS: dict[str, Callable[[Path], object]] = {
    "read": lambda path: durable.read(path, limit=64 * 1024),
    "opened": lambda path: foreign.opened(path, limit=64 * 1024).__enter__(),
}


@pytest.mark.parametrize("odd", sorted(ODD))
@pytest.mark.parametrize("how", sorted(READERS))
def test_what_a_person_names_is_a_regular_file_or_refused(tmp_path: Path, how: str, odd: str) -> None:
    (tmp_path / "victim").write_bytes(VICTIM)
    (tmp_path / "in/x").mkdir(parents=True)
    path = tmp_path / "in/x" / "named"
    ODD[odd](path)
    if odd == "link-to-a-file":
        READERS[how](path)  # followed once: it is he who named it
        return
    with pytest.raises(AntinError) as caught:
        READERS[how](path)
    assert isinstance(caught.value, Malformed | Missing) or caught.value.code == "file-not-allowed", caught.value


@pytest.mark.parametrize("odd", sorted(ODD))
def test_a_medium_is_copied_only_from_a_regular_file_and_leaves_nothing(town: Town, odd: str) -> None:

    (town.folder / "victim").write_bytes(VICTIM)
    medium = town.folder / "stick" / "x"
    lay(medium, odd)
    before = sorted(town.home(SOUTH).iterdir())
    with pytest.raises(AntinError), carry.copied(town.home(SOUTH), medium):
        pass
    assert sorted(path for path in town.home(SOUTH).iterdir() if path.name != "blobs") == [
        path for path in before if path.name != "blobs"
    ]


@pytest.mark.parametrize("odd", sorted(ODD))
@pytest.mark.parametrize("replace", [False, True])
def test_an_output_never_takes_the_place_of_what_is_no_file(tmp_path: Path, odd: str, replace: bool) -> None:
    (tmp_path / "victim").write_bytes(VICTIM)
    (tmp_path / "in/x").mkdir(parents=True)
    path = tmp_path / "in/x" / "out"
    ODD[odd](path)
    if replace and odd == "sparse":
        return
    with pytest.raises(AntinError):
        Output(path, replace=replace)
    assert os.path.lexists(path) and (tmp_path / "victim").read_bytes() == VICTIM


def test_a_name_as_long_as_the_disk_takes_can_be_written(tmp_path: Path) -> None:
    """A temporary name is never made from the target's: 247 bytes of Lao had no room for it."""
    path = tmp_path / ("ກ" * 82 + "x")
    durable.write(path, b"1")
    output = Output(path, replace=True)
    output.write(PDF)
    output.publish()
    output.close()
    assert path.read_bytes() == PDF and len(list(tmp_path.iterdir())) == 1
    with pytest.raises(Malformed, match="file-name-bad"), suppress(Missing):
        Output(tmp_path / ("x" * 300))
