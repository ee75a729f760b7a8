"""A journal as static files: what a reader gets, what a second run leaves alone, what stops the writer."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from town import NORTH, SOUTH, Town

from antin.cli.main import main
from antin.errors import AntinError, Conflict, Malformed, Unverified
from antin.journal import tiles as exporting
from antin.journal.tiles import export
from antin.kernel import check
from antin.kernel.crypto import merkle, tiles, tree
from antin.kernel.formats import note
from antin.registers.dispatch.records import RightRefused
from antin.station.station import AUTHORITY_KEY
from antin.storage import durable


def files(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def grow(town: Town, code: str, records: int) -> None:
    with town.at(code, *([AUTHORITY_KEY] if code == "A03" else [])) as station:
        station.commit([station.record("right-refused", RightRefused("open", "ai", "role-missing", b""))
                        for _ in range(records)])  # fmt: skip


def run(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(main, list(words))
    return done.exit_code, done.output


def test_a_reader_proves_everything_from_the_files_alone(town: Town, tmp_path: Path) -> None:
    grow(town, NORTH, 300)
    with town.at(NORTH, write=False) as station:
        done = export(station.journal, tmp_path / "out", records=False)
        point = check.checkpoint((tmp_path / "out/checkpoint").read_bytes(), station.own)
        assert (point.size, point.root) == station.journal.head() == (done.size, done.root)
        read = tiles.hashes_through(lambda tile: (tmp_path / "out" / tile.path).read_bytes(), point.size)
        for index in (0, 255, 256, point.size - 1):
            path = tree.inclusion(read, index, point.size)
            merkle.check_inclusion(merkle.leaf_hash(station.journal.raw(index)), index, point.size, path, point.root)
        for old in (1, 255, 256, 257):
            assert tree.consistency(read, old, point.size) == station.journal.consistency(old, point.size)
    assert not [name for name in files(tmp_path / "out") if "entries" in name], "an agency's records stay at home"
    town.audit()


def test_an_authority_serves_its_records(town: Town, tmp_path: Path) -> None:
    code, said = run("journal", "tiles", str(tmp_path / "out"), "--home", str(town.home("A03")), "--json")
    told = json.loads(said)
    assert code == 0 and told["written"] == 2 and told["kept"] == 0
    found = files(tmp_path / "out")
    (bundle,) = (data for name, data in found.items() if "entries" in name)
    hashes = found[f"tile/0/000.p/{told['size']}"]
    records = tiles.read_entries(bundle, [hashes[n : n + 32] for n in range(0, len(hashes), 32)])
    with town.at("A03", write=False) as station:
        assert records == [station.journal.raw(n) for n in range(told["size"])]


def test_what_is_full_is_written_once(town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "out"
    with town.at(NORTH, write=False) as station:
        first = export(station.journal, out, records=False)
    grow(town, NORTH, 256)
    with town.at(NORTH, write=False) as station:
        export(station.journal, out, records=False)
        full = (out / "tile/0/000").stat()
        assert not (out / "tile/0/000.p").exists(), "its partial ones have served"
        third = export(station.journal, out, records=False)
        assert third.written == 0 and third.kept == 3
    grow(town, NORTH, 3)
    with town.at(NORTH, write=False) as station:
        export(station.journal, out, records=False)
    assert (out / "tile/0/000").stat().st_mtime_ns == full.st_mtime_ns
    assert first.size + 259 == note.claim((out / "checkpoint").read_bytes()).size


def test_an_interrupted_run_leaves_the_old_checkpoint_and_is_finished_by_the_next(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    with town.at(NORTH, write=False) as station:
        export(station.journal, out, records=False)
    old = (out / "checkpoint").read_bytes()
    grow(town, NORTH, 600)
    write, left = durable.write, 2

    def failing(path: Path, data: bytes, *, mode: int, folder_mode: int) -> None:
        nonlocal left
        if not left:
            raise KeyboardInterrupt
        left -= 1
        write(path, data, mode=mode, folder_mode=folder_mode)

    monkeypatch.setattr(exporting.durable, "write", failing)
    with town.at(NORTH, write=False) as station, pytest.raises(KeyboardInterrupt):
        export(station.journal, out, records=False)
    assert (out / "checkpoint").read_bytes() == old
    monkeypatch.undo()
    with town.at(NORTH, write=False) as station:
        done = export(station.journal, out, records=False)
        assert done.kept == 2 and note.claim((out / "checkpoint").read_bytes()).size == station.journal.head()[0]


def test_another_journal_stops_the_writer(town: Town, tmp_path: Path) -> None:
    with town.at(NORTH, write=False) as station:
        export(station.journal, tmp_path / "out", records=False)
    before = files(tmp_path / "out")
    with town.at(SOUTH, write=False) as station, pytest.raises(Conflict, match="tiles-of-another"):
        export(station.journal, tmp_path / "out", records=False)
    assert files(tmp_path / "out") == before
    code, said = run("journal", "tiles", str(tmp_path / "out"), "--home", str(town.home(SOUTH)))
    assert code == 7 and "Traceback" not in said


@pytest.mark.parametrize("longer", [True, False])
def test_a_history_that_the_journal_does_not_extend_stops_the_writer(town: Town, tmp_path: Path, longer: bool) -> None:
    out = tmp_path / "out"
    with town.at(NORTH) as station:
        size, _ = station.journal.head()
        station.signer.memory._db.run("DELETE FROM heads")
        station.signer.in_turn = lambda: True
        forged = station.signer.checkpoint(station.origin, size + longer, bytes(32), station.now(), ())
    durable.write(out / "checkpoint", forged)
    with town.at(NORTH, write=False) as station, pytest.raises(Conflict, match="journal-forked") as caught:
        export(station.journal, out, records=False)
    assert caught.value.evidence["shown"] == forged and list(files(out)) == ["checkpoint"]


@pytest.mark.parametrize("name", ["tile/0/000", "tile/0/001.p/8", "tile/1/000.p/1", "tile/entries/000"])
def test_a_damaged_or_lost_file_is_made_again(town: Town, tmp_path: Path, name: str) -> None:
    out = tmp_path / "out"
    with town.at("A03", AUTHORITY_KEY) as station:
        missing = 264 - station.journal.head()[0]
    grow(town, "A03", missing)
    with town.at("A03", write=False) as station:
        export(station.journal, out, records=True)
        good = files(out)
        assert name in good
        data = good[name]
        turned = data[:20] + bytes([data[20] ^ 1]) + data[21:]
        for bad in (data[:-1], turned, data + bytes(32), None):
            (out / name).unlink() if bad is None else (out / name).write_bytes(bad)
            assert export(station.journal, out, records=True).written == 1
            assert files(out) == good


def test_a_checkpoint_is_not_replaced_when_the_files_do_not_lead_to_it(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that gives back other bytes than it was given."""
    with town.at(NORTH, write=False) as station:
        write = durable.write
        monkeypatch.setattr(exporting.durable, "write", lambda path, data, **more: write(path, data[::-1], **more))
        with pytest.raises(Unverified, match="tiles-damaged"):
            export(station.journal, tmp_path / "out", records=False)
    assert not (tmp_path / "out/checkpoint").exists()


def test_a_folder_that_cannot_be_one_is_refused(town: Town, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for bad in (tmp_path / "file", tmp_path / "file/below", Path("/proc/none/here"), Path("a" * 300)):
        with town.at(NORTH, write=False) as station, pytest.raises(AntinError):
            export(station.journal, bad, records=False)


def test_paths_have_one_spelling() -> None:
    for size in (1, 256, 300, 70_000, 256**3 + 1):
        for tile in list(tiles.tiles(size))[-9:]:
            assert tiles.parse_path(tile.path) == tile
    for bad in ("", "tile/0/000\n", "tile/0/٠٠٠", "tile/0/000.p/", "/tile/0/000", "tile/0/x000"):
        with pytest.raises(Malformed, match="tile-path"):
            tiles.parse_path(bad)
    with pytest.raises(Unverified, match="tiles-damaged"):
        tiles.hashes_through(lambda _: b"", 5)(0, 0)
