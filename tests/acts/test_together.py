"""What is due to one station goes in one envelope, small blobs inside (spec/bundle.md, Envelopes)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from lie import frames, waiting, write
from town import LITTLE, NORTH, PDF, SISTER, SOUTH, Town, copy

from antin.acts.send import Address, Wish, send
from antin.acts.sync import sync
from antin.kernel.formats import purposes
from antin.kernel.formats.shape import encode, parse
from antin.kernel.formats.signed import Signed
from antin.relay.folder import FolderLink
from antin.storage.durable import Output
from antin.views import incidents

Frames = list[tuple[str, str, bytes]]


def _letters(town: Town, count: int, *, precedence: int = 0, data: bytes = LITTLE, to: str = SOUTH) -> None:
    """Signed and sent by NORTH, as far as its outbox; no two of one size."""
    for n in range(count):
        path = town.pdf(f"thu-{precedence}-{n}.pdf", data + b"%" * n)
        town.signed(NORTH, path, 1, "")
        town.send(NORTH, path, to, precedence=precedence)


def _kinds(path: Path) -> Counter[str]:
    return Counter(kind for kind, _, _ in frames(path))


def _arrived(town: Town) -> int:
    with town.at(SOUTH) as station:
        return int(station.db.value("SELECT count(*) FROM dispatch_in"))


def _states(town: Town) -> set[str]:
    with town.at(NORTH) as station:
        return {row[0] for row in station.db.rows("SELECT state FROM dispatch_out WHERE n > 0")}


def test_all_that_is_due_goes_together_and_comes_back_together(town: Town) -> None:
    _letters(town, 5)
    assert town.sync(NORTH).put == 5
    (path,) = waiting(town)
    kinds = _kinds(path)
    assert (kinds["slip"], kinds["blob"]) == (5, 5) and [kind for kind, _, _ in frames(path)][0] == "checkpoint"
    assert not list((town.relay / "blobs").glob("*")) and not list(town.home(NORTH).glob("blobs/??/*"))
    report = town.sync(SOUTH)
    assert [each.state for each in report.outcomes] == ["entered"] * 5 and report.put == 5
    assert not waiting(town) and not list(town.home(SOUTH).glob("blobs/??/*"))
    (back,) = waiting(town, NORTH)
    assert _kinds(back)["receipt"] == 5
    assert [each.state for each in town.sync(NORTH).outcomes] == ["entered"] * 5 and _states(town) == {"arrived"}
    town.open(SOUTH, "cb01", "den-3", town.folder / "mo.pdf")
    assert (town.folder / "mo.pdf").read_bytes().startswith(LITTLE)
    town.audit()


def test_what_is_urgent_has_an_envelope_of_its_own_and_comes_first(town: Town) -> None:
    _letters(town, 2)
    _letters(town, 2, precedence=3)
    town.sync(NORTH)
    first, second = waiting(town)
    assert first.name < second.name and _kinds(first)["slip"] == _kinds(second)["slip"] == 2
    outcomes = town.sync(SOUTH).outcomes
    assert [each.name.split("/")[1] for each in outcomes] == ["3", "3", "0", "0"]
    town.audit()


def test_a_large_blob_lies_apart_and_its_slip_goes_alone(town: Town) -> None:
    _letters(town, 2)
    _letters(town, 2, data=PDF)
    town.sync(NORTH)
    assert sorted((_kinds(path)["slip"], _kinds(path)["blob"]) for path in waiting(town)) == [(1, 0), (1, 0), (2, 2)]
    assert len(list((town.relay / "blobs").glob("*"))) == 2
    assert len(town.sync(SOUTH).outcomes) == 4 and not waiting(town)
    town.sync(NORTH)
    assert not list((town.relay / "blobs").glob("*")) and _states(town) == {"arrived"}
    town.audit()


def test_an_envelope_that_is_full_is_followed_by_another(town: Town) -> None:
    most = purposes.PURPOSES["envelope"].kinds["slip"][0]
    with town.at(NORTH, "vt01", "ld01") as station:
        path = town.pdf(data=LITTLE)
        town.signed(NORTH, path, 1, "")
        with station.many():
            for _ in range(most + 1):
                send(station, "vt01", path, Wish([Address(SOUTH)], 0))
    town.sync(NORTH)
    assert [_kinds(path)["slip"] for path in waiting(town)] == [most, 1]
    assert len(town.sync(SOUTH).outcomes) == most + 1
    assert {each.state for each in town.sync(NORTH).outcomes} == {"entered"} and _states(town) == {"arrived"}
    town.audit()


def _flipped(found: Frames) -> Frames:
    """The second slip's signature."""
    at = [n for n, frame in enumerate(found) if frame[0] == "slip"][1]
    raw = found[at][2]
    return [*found[:at], ("slip", "", raw[:-1] + bytes([raw[-1] ^ 1])), *found[at + 1 :]]


def _without_blob(found: Frames) -> Frames:
    at = [n for n, frame in enumerate(found) if frame[0] == "blob"][1]
    return found[:at] + found[at + 1 :]


def _spoilt_blob(found: Frames) -> Frames:
    at = [n for n, frame in enumerate(found) if frame[0] == "blob"][1]
    return [*found[:at], ("blob", found[at][1], found[at][2] + b"x"), *found[at + 1 :]]


def _unknown_signer(found: Frames) -> Frames:
    """Alone it would wait for the directory that brings the signer."""
    at = [n for n, frame in enumerate(found) if frame[0] == "slip"][1]
    value = parse(Signed, found[at][2])
    raw = encode(replace(value, signers=(replace(value.signers[0], credential=bytes(32)),)))
    return [*found[:at], ("slip", "", raw), *found[at + 1 :]]


def _called_otherwise(found: Frames) -> Frames:
    """A frame's name says nothing: the blob is what its digest says."""
    return [(kind, "00" * 32 if kind == "blob" else name, raw) for kind, name, raw in found]


@pytest.mark.parametrize(("change", "entered", "code"), [
    (_flipped, 2, "signature-invalid"), (_without_blob, 2, "blob-missing"), (_spoilt_blob, 2, "blob-missing"),
    (_unknown_signer, 2, "credential-unknown"), (_called_otherwise, 3, ""),
], ids=lambda each: getattr(each, "__name__", None))  # fmt: skip
def test_one_that_cannot_be_taken_keeps_no_other_back(
    town: Town, change: Callable[[Frames], Frames], entered: int, code: str
) -> None:
    """It comes again when its sender has not heard of it, and whoever changed the envelope has delayed it alone."""
    _letters(town, 3)
    town.sync(NORTH)
    (path,) = waiting(town)
    write(path, change(frames(path)))
    report = town.sync(SOUTH)
    assert _arrived(town) == entered and {error.code for _, error in report.aside} == ({code} if code else set())
    assert not waiting(town) and len(list((town.relay / "aside").rglob("*-*"))) == bool(code)
    town.sync(NORTH)
    town.clock.ahead += 3600
    assert town.sync(NORTH).put == 3 - entered
    town.sync(SOUTH, NORTH)
    assert _arrived(town) == 3 and _states(town) == {"arrived"}
    town.audit()


def test_what_still_waits_is_not_put_twice_nor_replaced_by_less(town: Town) -> None:
    _letters(town, 3)
    town.sync(NORTH)
    (path,) = waiting(town)
    town.clock.ahead += 3600
    assert town.sync(NORTH).put == 0 and waiting(town) == [path]
    with town.at(NORTH) as station:  # the first of them alone is due once more
        n = station.db.value("SELECT min(n) FROM outbox WHERE kind = 'slip'")
        station.db.run("UPDATE outbox SET put = NULL WHERE n = ?", n)
    assert town.sync(NORTH).put == 1 and len(waiting(town)) == 2
    assert Counter(each.state for each in town.sync(SOUTH).outcomes) == {"entered": 3, "already": 1}
    town.sync(NORTH)
    assert _states(town) == {"arrived"}
    town.audit()


def test_a_small_blob_that_was_lost_is_brought_again_and_missed_where_nobody_has_it(town: Town) -> None:
    _letters(town, 2)
    town.sync(NORTH, SOUTH)
    with town.at(SOUTH) as station:
        first = "SELECT digest FROM small_blobs ORDER BY digest LIMIT 1"
        station.db.run(f"DELETE FROM small_blobs WHERE digest IN ({first})")
        assert [row["what"] for row in incidents.incidents(station) if row["what"] == "blob-lost"] == ["blob-lost"]
    town.sync(NORTH, again=True)
    assert {each.state for each in town.sync(SOUTH).outcomes} == {"already"}
    town.audit()
    _letters(town, 1, to=SISTER)
    with town.at(NORTH) as station:
        station.db.run("DELETE FROM small_blobs")
    assert [error.code for error in town.sync(NORTH).stuck.values()] == ["blob-missing"]


def test_on_a_medium_they_go_together_too(town: Town) -> None:
    from antin.acts.carry import read_bundle, write_bundle

    _letters(town, 3)
    _letters(town, 1, data=PDF)
    medium = town.folder / "usb.bundle"
    with town.at(NORTH) as station:
        output = Output(medium)
        assert write_bundle(station, SOUTH, output) == 4
        output.publish()
        output.close()
    with town.at(SOUTH) as station:
        report = read_bundle(station, medium)
    assert ([each.state for each in report.outcomes], report.aside) == (["entered"] * 4, [])
    town.sync(SOUTH, NORTH)
    assert _states(town) == {"arrived"}
    town.audit()


def test_batches_and_single_acts_take_turns(founded: Path, tmp_path: Path) -> None:
    """The size that a batch works with is that of the journal, whatever came between two batches."""
    town = copy(founded, tmp_path / "town")
    link = FolderLink(town.relay)
    path = town.pdf(data=LITTLE)
    town.signed(NORTH, path, 1, "")
    with town.at(NORTH, "vt01") as north, town.at(SOUTH) as south:
        for _ in range(3):
            with north.many():
                send(north, "vt01", path, Wish([Address(SOUTH)], 0))
            send(north, "vt01", path, Wish([Address(SOUTH)], 0))
            assert [sync(each, link).waiting for each in (north, south, north)] == [0, 0, 0]
            assert not north.recovering
        assert north.journal.size == north.journal.head()[0] == north.db.value("SELECT count(*) FROM entries")
    assert _states(town) == {"arrived"}
    town.audit()
