"""What the upper floors promise: one deed is decided once, filled again at will, and nobody waits for another's typing.

Each of the six faults that the floors were rebuilt for has its test here (docs/adr/0027).
"""

from __future__ import annotations

import multiprocessing
import os
import pty
import subprocess
import sys
from collections import ChainMap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from doors.program import Program
from steering.test_directives import issue
from town import NORTH, PASS, SOUTH, Town

from antin.acts import papers
from antin.acts.accept import accept, assign
from antin.acts.send import Address, Wish, send
from antin.errors import AntinError, Conflict, Refused
from antin.station import books, sealing
from antin.station.audit import audit
from antin.station.station import Station
from antin.views import dispatches
from antin.views.secrets import DAMAGED

# -- A: one act, one commit --


def test_publishing_is_one_commit(town: Town) -> None:
    """Stopped anywhere, a paper is either sent and noted as published, or neither."""
    issue(town)
    with town.at(NORTH, "vt01") as station:
        number, before = papers.waiting(station)[0], station.journal.head()[0]
        heads: list[int] = []
        real = station.journal.checkpoint
        with mock.patch.object(station.journal, "checkpoint",
                               lambda *args: heads.append(station.journal.head()[0]) or real(*args)):  # fmt: skip
            papers.publish(station, "vt01", number)
        assert heads == [station.journal.head()[0]] and heads[0] == before + 2
        kinds = [kind for (kind,) in station.db.rows("SELECT kind FROM entries WHERE idx >= ? ORDER BY idx", before)]
        assert kinds == ["sent", "paper-published"]


# -- B, C: rules and books change, stations stay --


def test_a_mended_fill_is_a_replay_and_no_difference(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """A book whose ``fill`` writes something else has another revision: every station fills it anew."""
    town.signed(NORTH, town.pdf())
    deed, *_ = books.book("documents").deeds

    def mended(db: Any, source: Any, public: Any) -> None:
        deed.fill(db, source, replace(public, size=public.size + 1))

    monkeypatch.setattr(books, "revision", lambda _: 2)
    monkeypatch.setitem(books.DEEDS.known, deed.kind, replace(deed, fill=mended))
    with town.at(NORTH) as station:
        assert station.db.value("SELECT size FROM documents_drafts") == len(town.pdf().read_bytes()) + 1
        assert audit(station).ok


def test_a_tightened_rule_stops_no_old_station(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """What stands, stands; the audit says of it that today's rules would refuse it."""
    town.signed(NORTH, town.pdf())
    deed = books.DEEDS["document-signed"]

    def decide(view: Any, source: Any, public: Any) -> None:
        raise Refused("subject-at-top-secret")

    monkeypatch.setitem(books.DEEDS.known, deed.kind, replace(deed, decide=decide))
    monkeypatch.setattr(books, "form", lambda: b"another form: everything is filled anew")
    with town.at(NORTH) as station:
        report = audit(station)
        assert [error.code for _, error in report.refused] == ["subject-at-top-secret"]
        assert [error.code for _, error in report.findings] in ([], ["register-differs"])  # its form, which is patched
        assert station.db.value("SELECT count(*) FROM documents_drafts") == 1


def test_whatever_a_deed_refuses_costs_no_signature(town: Town) -> None:
    with town.at(NORTH, "vt01", "ld01") as station:
        before = station.signer.memory.last_use(station.officer("ld01").digest)
        deed = station.journal.deeds["document-signed"]

        def decide(view: Any, source: Any, public: Any) -> None:
            raise Conflict("document-already-stamped", id="vb-1")

        patched = ChainMap({deed.kind: replace(deed, decide=decide)}, station.journal.deeds)
        with mock.patch.object(station.journal, "deeds", patched):
            draft = station.record("document-signed", _signed(), [station.acting("ld01")[1]])
            with pytest.raises(Conflict):
                station.commit([draft])
        assert station.signer.memory.last_use(station.officer("ld01").digest) == before


def _signed() -> Any:
    from antin.registers.documents.records import DocumentSigned

    return DocumentSigned(os.urandom(16), 1, 9, os.urandom(32), "KH", False, os.urandom(32))


# -- D: the lock is held for a commit --


@contextmanager
def at_the_prompt(program: Program, *words: str, home: str) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """A command of an officer who has not typed his passphrase yet, at a terminal of its own."""
    master, slave = pty.openpty()
    command = [sys.executable, "-m", "antin", *words, "--home", str(program.town.home(home))]
    with subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave, start_new_session=True) as process:
        os.close(slave)
        seen = b""
        while b":" not in seen:
            seen += os.read(master, 4096)
        try:
            yield master, process
        finally:
            process.kill()
            os.close(master)


def test_a_second_officer_works_while_the_first_is_asked_for_his_passphrase(program: Program) -> None:
    program.town.dispatch()
    program.town.sync(SOUTH)
    with at_the_prompt(program, "accept", "den-1", "--as", "cb01", home=SOUTH) as (terminal, process):
        done = program.run("assign", "den-1", "cb02", "--as", "vt01", home=SOUTH)
        assert (done.code, done.err) in ((0, ""), (6, done.err)) or "clearance" in done.err
        assert program.run("assign", "den-1", "cb01", "--as", "vt01", home=SOUTH).code == 0
        os.write(terminal, PASS + b"\n")
        said = b""
        with pytest.raises(OSError):  # the terminal closes when the command has ended
            while True:
                said += os.read(terminal, 4096)
        assert process.wait() != 0 and b"den-1" in said  # the other accepted it meanwhile, and he is told so
    program.town.audit()


def test_a_clerk_works_while_another_seals(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between two pieces of a document a whole act of somebody else fits in."""
    path = town.pdf()
    town.signed(NORTH, path)
    real, between = sealing.pieces, []

    def pieces(document: Any) -> Iterator[bytes]:
        for piece in real(document):
            yield piece
            with town.at(NORTH, "ld01") as other:
                between.append(other.commit([other.record("right-refused", _refused())])[0].index)

    monkeypatch.setattr(sealing, "pieces", pieces)
    with town.at(NORTH, "vt01") as station:
        assert send(station, "vt01", path, Wish([Address(SOUTH)], 0)) == ["di-1"]
    assert between
    town.audit()


def _refused() -> Any:
    from antin.registers.dispatch.records import RightRefused

    return RightRefused("send", "vt01", "role-missing", b"")


def _work(home: str, folder: str, acts: int) -> None:
    with Town(Path(folder)).at(home, "vt01") as station:
        for n in range(acts):
            assign(station, "vt01", "den-1", "cb01", f"lần {n}")


@pytest.mark.parametrize(("processes", "acts"), [
    pytest.param(6, 10, id="6x10"), pytest.param(20, 50, id="20x50", marks=pytest.mark.soak)
])  # fmt: skip
def test_many_processes_on_one_station_take_turns(town: Town, processes: int, acts: int) -> None:
    town.dispatch()
    town.sync(SOUTH)
    town.accept(SOUTH, "vt01", "den-1")
    with town.at(SOUTH) as station:
        before = station.journal.head()[0]
    context = multiprocessing.get_context("spawn")
    at_work = [context.Process(target=_work, args=(SOUTH, str(town.folder), acts)) for _ in range(processes)]
    for each in at_work:
        each.start()
    for each in at_work:
        each.join()
    assert [each.exitcode for each in at_work] == [0] * processes
    with town.at(SOUTH) as station:
        kinds = [kind for (kind,) in station.db.rows("SELECT kind FROM entries WHERE idx >= ? ORDER BY idx", before)]
    assert kinds == ["assigned"] * (processes * acts)
    town.audit()


# -- E: what is not for these eyes says nothing --


def test_a_secret_draft_of_the_same_size_is_nobodys_business(town: Town) -> None:
    data = b"%PDF-1.7\n" + b"x" * 2048 + b"\n%%EOF\n"
    town.signed(NORTH, town.pdf("mat.pdf", data), 3, "")
    other = town.pdf("thuong.pdf", data.replace(b"x", b"y"))
    with town.at(NORTH, "cb02") as station, pytest.raises(AntinError) as caught:
        send(station, "cb02", other, Wish([Address(SOUTH)], 0))
    assert caught.value.code == "document-not-described"


# -- F: what was changed is not what is hidden --


def test_words_that_were_changed_show_and_words_that_are_hidden_do_not(town: Town) -> None:
    issue(town)
    town.signed(NORTH, town.pdf())
    from antin.views import directives

    with town.at(NORTH, "ld01") as station:
        assert directives.directives(station, "ld01")[0].title not in ("", DAMAGED)
        assert directives.directives(station)[0].title == ""
        assert audit(station, officer="ld01").ok
        station.db.run("UPDATE secrets SET sealed = CAST(substr(sealed, 1, length(sealed) - 1) || x'00' AS BLOB)")
        assert directives.directives(station, "ld01")[0].title == DAMAGED
        assert dispatches.drafts(station, "ld01")[0].subject == DAMAGED
        assert directives.directives(station)[0].title == "" and dispatches.drafts(station)[0].subject == ""
        assert audit(station).ok and not audit(station, officer="ld01").ok


def test_an_act_that_another_overtook_is_refused_by_what_stands(town: Town) -> None:
    """Both have looked, one commits: the other's draft is decided again in its turn."""
    town.dispatch()
    town.sync(SOUTH)
    with town.at(SOUTH, "vt01") as one, town.at(SOUTH, "cb01") as other:
        real = Station.commit

        def overtaken(station: Station, drafts: Any) -> Any:
            if station is one:
                with mock.patch.object(Station, "commit", real):
                    accept(other, "cb01", "den-1")
            return real(station, drafts)

        with mock.patch.object(Station, "commit", overtaken), pytest.raises(Conflict, match="state-forbids"):
            accept(one, "vt01", "den-1")
    town.audit()
