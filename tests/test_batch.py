"""Many acts of one turn are one commit: one that fails leaves the others, and a block that fails leaves nothing."""

from __future__ import annotations

import os
import time
from collections import Counter
from dataclasses import replace
from functools import partial
from pathlib import Path
from unittest import mock

import pytest
from counting import asked, counted
from town import NORTH, PDF, SOUTH, Town

from antin.errors import Conflict, Unavailable
from antin.registers.dispatch.records import RightRefused
from antin.signer import rows as memory_rows
from antin.signer.memory import Memory
from antin.storage.sqlite import Sqlite


def _sent(town: Town, count: int, data: bytes = b"%PDF-1.7\n") -> None:
    for n in range(count):
        town.dispatch(name=f"van-ban-{n}.pdf", data=data + str(n).encode() * 40)


def _begun(town: Town, monkeypatch: pytest.MonkeyPatch, count: int) -> int:
    """Transactions of the receiver's books while ``count`` dispatches come in."""
    _sent(town, count)
    begun: Counter[str] = Counter()
    real = Sqlite._begin

    def counted(self: Sqlite) -> None:
        begun[Path(str(self.path)).name] += 1
        real(self)

    with monkeypatch.context() as patched:
        patched.setattr(Sqlite, "_begin", counted)
        town.sync(SOUTH)
    return begun["station.db"]


def test_what_comes_in_together_is_one_commit(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    town.sync(SOUTH)
    few = _begun(town, monkeypatch, 1)
    assert _begun(town, monkeypatch, 9) == few
    with town.at(SOUTH) as station:
        assert station.db.value("SELECT count(*) FROM dispatch_in") == 10
    town.audit()


def test_what_one_more_dispatch_asks_of_the_books(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Among others: put at the link, received, its receipt taken. 367 statements once, in 34 transactions."""
    monkeypatch.setattr(time, "time", partial(float, int(time.time())))
    town.sync(SOUTH)
    counts = counted(monkeypatch)

    def asks(count: int) -> list[int]:
        for n in range(count):
            path = town.pdf(f"{count}-{n}.pdf", b"%PDF-1.7\n" + b"%" * (n + count))
            town.signed(NORTH, path, 1, "")
            town.send(NORTH, path, SOUTH)
        counts.clear()
        found = []
        for code in (NORTH, SOUTH, NORTH):
            town.sync(code)
            found.append(asked(counts))
        return found

    few, many = asks(2), asks(22)
    put, received, receipt = ((b - a) / 20 for a, b in zip(few, many, strict=True))
    assert put <= 4 and received <= 18 and receipt <= 15
    town.audit()


def test_one_that_cannot_be_believed_leaves_the_others(town: Town) -> None:
    _sent(town, 3, PDF)
    blobs = sorted((town.folder / "relay" / "blobs").iterdir())
    blobs[1].write_bytes(b"x" * blobs[1].stat().st_size)
    town.sync(SOUTH)
    with town.at(SOUTH) as station:
        assert station.db.value("SELECT count(*) FROM dispatch_in") == 2
    town.audit()


def test_a_block_that_fails_leaves_nothing_and_its_signatures_are_declared(town: Town) -> None:
    """The receiver signs, and is stopped before the commit: the dispatches come again, and no use is given twice."""
    _sent(town, 2)
    with town.at(SOUTH) as station:
        before = station.journal.head()
        with pytest.raises(KeyboardInterrupt), station.many():
            station.note_refusal("open", "cb01", Conflict("already-received", name="x"))
            raise KeyboardInterrupt
        assert station.journal.head() == before
    town.sync(SOUTH)
    with town.at(SOUTH) as station:
        kinds = [kind for (kind,) in station.db.rows("SELECT kind FROM entries ORDER BY idx")]
        assert kinds.count("uses-lost") == 1 and kinds.count("arrived") == 2
    town.audit()


def test_what_mends_inside_a_block_signs_no_head(town: Town) -> None:
    """A signature was made for what was then refused: its use is declared inside the block. The head is signed after
    the commit alone: else a block that fails would leave a head behind that the journal no longer reaches."""
    with town.at(SOUTH) as station:
        fact = station.record("right-refused", RightRefused("open", "cb01", "x", b""))
        before = station.signer.memory.newest(SOUTH)
        with pytest.raises(KeyboardInterrupt), station.many():
            with pytest.raises(Conflict):
                station.commit([fact, replace(fact, then=(_refuses,), id=b"0" * 16)])
            assert station.signer.memory.newest(SOUTH) == before
            raise KeyboardInterrupt
    with town.at(SOUTH) as station:
        assert not station.recovering
        kinds = [kind for (kind,) in station.db.rows("SELECT kind FROM entries ORDER BY idx")]
        assert kinds.count("uses-lost") == 1 and "right-refused" not in kinds
    town.audit()


def _refuses(*_: object) -> None:
    raise Conflict("already-received", name="x")


def test_a_block_that_recorded_nothing_says_so(town: Town) -> None:
    """ "Recorded, not signed" would keep a person from repeating what was never done."""
    with town.at(SOUTH) as station:
        full = mock.patch.object(station, "checkpoint", side_effect=Unavailable("disk-full"))
        with full, pytest.raises(Unavailable, match="disk-full"), station.many():
            pass
        with station.turn():  # mends
            pass
        with full, pytest.raises(Unavailable, match="recorded-not-signed"), station.many():
            station.note_refusal("open", "cb01", Conflict("already-received", name="x"))
    town.audit()


def test_an_act_inside_is_whole_or_not_there(town: Town) -> None:
    with town.at(NORTH) as station:
        with station.db.batch():
            station.db.run("UPDATE clock SET greatest = greatest + 1")
            with pytest.raises(ZeroDivisionError), station.db.transaction():
                station.db.run("DELETE FROM clock")
                raise ZeroDivisionError
            with station.db.transaction():
                station.db.run("UPDATE clock SET greatest = greatest - 1")
        assert station.db.value("SELECT count(*) FROM clock") == 1
    town.audit()


def test_many_signatures_reserve_their_numbers_at_once_and_give_the_rest_back(town: Town) -> None:
    with town.at(SOUTH) as station:
        memory, own = station.signer.memory, station.own.digest
        before = memory.last_use(own)
        with station.many():
            for _ in range(40):  # more than one block
                station.note_refusal("open", "cb01", Conflict("already-received", name="x"))
            assert memory.last_use(own) == before + 40
        assert memory.last_use(own) == station.journal.last_use(own) == before + 40
    town.audit()


def test_killed_among_many_the_numbers_that_nobody_used_are_declared(town: Town) -> None:
    with town.at(SOUTH) as station:
        own, before = station.own.digest, station.signer.memory.last_use(station.own.digest)
    child = os.fork()
    if not child:
        with town.at(SOUTH) as station, station.many():
            station.note_refusal("open", "cb01", Conflict("already-received", name="x"))
            os._exit(9)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    with town.at(SOUTH) as station:
        station.note_refusal("open", "cb01", Conflict("already-received", name="x"))
        assert station.signer.memory.last_use(own) == station.journal.last_use(own) > before + 30
        kinds = [kind for (kind,) in station.db.rows("SELECT kind FROM entries ORDER BY idx")]
        assert kinds[-2:] == ["uses-lost", "right-refused"]
    town.audit()


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("what", [KeyboardInterrupt, Unavailable("disk-full", path="x")], ids=["stopped", "full"])
def test_stopped_while_numbers_are_reserved_none_is_given_twice(
    town: Town, monkeypatch: pytest.MonkeyPatch, when: str, what: BaseException | type[BaseException]
) -> None:
    real = Memory._reserve

    def stopped(self: Memory, credential: bytes, count: int) -> int:
        if when == "after":
            real(self, credential, count)
        raise what

    with town.at(SOUTH) as station:
        own, before = station.own.digest, station.signer.memory.last_use(station.own.digest)
        with monkeypatch.context() as patched, pytest.raises((KeyboardInterrupt, Unavailable)), station.many():
            patched.setattr(Memory, "_reserve", stopped)
            station.commit([station.record("right-refused", RightRefused("open", "x", "role-missing", b""))])
        assert station.signer.memory.last_use(own) >= before
        station.note_refusal("open", "cb01", Conflict("already-received", name="x"))
        assert not station.recovering
        assert station.signer.memory.last_use(own) == station.journal.last_use(own) > before
    town.audit()


def test_what_cannot_be_given_back_is_declared(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """The acts stand, their head is signed, and the caller is told nothing else."""
    with town.at(SOUTH) as station:
        own = station.own.digest
        with station.many():
            station.note_refusal("open", "cb01", Conflict("already-received", name="x"))
            monkeypatch.setitem(memory_rows.SQL.sql, "give_back", "UPDATE nothing SET last = ?, x = ?, y = ?")
        monkeypatch.undo()
        assert station.signer.memory.last_use(own) > station.journal.last_use(own)
        assert station.journal.newest_checkpoint() == station.checkpoint()
        station.note_refusal("open", "cb01", Conflict("already-received", name="x"))
        assert station.signer.memory.last_use(own) == station.journal.last_use(own)
    town.audit()
