"""A station that lost its disk, was set back, or runs twice: it stops, it asks, and it goes on without a fork."""

from __future__ import annotations

import shutil
from pathlib import Path

import engine
import pytest
from lie import turned, waiting
from losses import ask, entered, lose, new_epoch, saved, set_back, size
from town import NORTH, PASS, PDF, SISTER, SOUTH, Town

from antin.acts import tail
from antin.acts.epoch import accept_epoch, asked, begin_epoch
from antin.acts.receive import receive
from antin.acts.restore import restore
from antin.errors import Conflict, Malformed, Missing, Refused, Unverified
from antin.journal.audit import audit
from antin.kernel.formats.epoch import EpochAccepted
from antin.kernel.formats.note import claim
from antin.station.books import TABLES
from antin.station.station import AUTHORITY_KEY
from antin.views.incidents import incidents


def test_a_lost_disk_ends_in_a_new_epoch_and_nothing_that_others_hold_is_lost(town: Town, tmp_path: Path) -> None:
    town.dispatch(name="mot.pdf")
    town.sync(SOUTH, NORTH)
    data, keys = saved(town, SOUTH, tmp_path)
    town.dispatch(name="hai.pdf", data=PDF + b"2")
    town.sync(SOUTH, NORTH, "A04", SOUTH, NORTH)
    town.open(SOUTH, "cb01", "den-2", tmp_path / "hai.pdf")
    town.sync(SOUTH, NORTH)
    before = size(town, SOUTH)
    lose(town, SOUTH)
    assert restore(town.home(SOUTH), data, keys, PASS) == SOUTH
    assert size(town, SOUTH) < before
    with town.at(SOUTH, "cb01") as station:
        assert station.recovering
        with pytest.raises(Refused, match="station-recovering"):
            station.acting("cb01")
    town.dispatch(name="ba.pdf", data=PDF + b"3")  # comes while it is recovering: it waits
    ask(town, SOUTH, NORTH, "A04")
    with town.at(SOUTH) as station:
        assert station.recovering.lost is not None and station.recovering.lost.size == before
        assert tail.complete(station) == 0
    new_epoch(town, SOUTH, "A04")
    town.clock.ahead += 3600
    town.sync(NORTH, SOUTH, NORTH, SOUTH)
    assert entered(town, SOUTH) == 3  # the second came again, the third was never lost
    with town.at(SOUTH) as station:
        assert station.origin == f"antin/{SOUTH}/2" and incidents(station) == []
    with town.at(NORTH) as station:
        held = station.checkpoints.newest_of(SOUTH)
        assert held is not None and held.origin == f"antin/{SOUTH}/2"
        assert station.db.value("SELECT count(*) FROM dispatch_conflicts") == 0
        states = [row[0] for row in station.db.rows("SELECT state FROM dispatch_out WHERE n > 0 ORDER BY n")]
        assert states == ["arrived", "opened", "arrived"]
    town.open(SOUTH, "cb01", "den-3", tmp_path / "ba.pdf")
    town.signed(SOUTH, town.pdf("bon.pdf"), 1)
    town.send(SOUTH, town.folder / "bon.pdf", NORTH)  # sequences begin anew with the epoch
    town.sync(SOUTH, NORTH, SOUTH, "A04", SOUTH, NORTH)
    assert entered(town, NORTH) == 1
    town.audit()


def test_a_database_set_back_gets_its_whole_tail_again(town: Town, tmp_path: Path) -> None:
    """The signer remembers where the journal ended, and every record since then was a receipt that others hold."""
    saved(town, SOUTH, tmp_path)
    data, _ = tmp_path / f"{SOUTH}.backup", None
    town.dispatch(name="mot.pdf")
    town.dispatch(name="hai.pdf", data=PDF + b"2")
    town.sync(SOUTH, NORTH)
    before = size(town, SOUTH)
    restore(town.home(SOUTH), data, None, b"", replace=True)
    with town.at(SOUTH) as station:
        lost = station.recovering.lost
        assert lost is not None and (lost.why, lost.size) == ("signer", before)
    ask(town, SOUTH, NORTH, "A04")
    with town.at(SOUTH) as station:
        assert tail.complete(station) == 2
        assert not station.recovering
        assert station.journal.head()[0] == before
    town.sync(NORTH, again=True)
    town.sync(SOUTH)
    town.open(SOUTH, "cb01", "den-2", tmp_path / "out.pdf")  # slip and blob came again
    assert (tmp_path / "out.pdf").read_bytes() == PDF + b"2"
    town.sync(SOUTH, NORTH)
    town.audit()


def test_a_station_set_back_stops_and_its_audit_says_why(town: Town, tmp_path: Path) -> None:
    engine.twin(town.home(NORTH), tmp_path / "old")
    town.dispatch()
    set_back(town, NORTH, tmp_path / "old")
    with town.at(NORTH, "vt01") as station:
        assert station.recovering
        with pytest.raises(Refused, match="station-recovering"):
            station.acting("vt01")
    with town.at(NORTH, write=False) as station:
        known = station.signer.memory.head(station.origin)
        assert known is not None
        report = audit(station.journal, station.own, TABLES, known=known.size)
    assert [error.code for _, error in report.findings] == ["journal-behind-signer"]


def test_a_station_rolled_back_whole_learns_it_from_an_echo(town: Town, tmp_path: Path) -> None:
    """Database and signer's memory are old alike: only others know."""
    old = tmp_path / "old"
    engine.twin(town.home(SOUTH), old)
    town.dispatch()
    town.sync(SOUTH, NORTH)
    before = size(town, SOUTH)
    lose(town, SOUTH)
    shutil.copytree(old, town.home(SOUTH))
    town.dispatch(name="hai.pdf", data=PDF + b"2")
    town.sync(SOUTH)
    with town.at(SOUTH) as station:
        lost = station.recovering.lost
        assert lost is not None and (lost.why, lost.size) == ("echo", before)
    assert entered(town, SOUTH) == 0  # nothing was signed in between
    new_epoch(town, SOUTH, "A04")
    town.clock.ahead += 3600
    town.sync(NORTH, SOUTH, NORTH)
    assert entered(town, SOUTH) == 2
    town.audit()


def test_a_cloned_station_is_found_out(town: Town, tmp_path: Path) -> None:
    """Two copies with all keys: the one that comes second learns from an echo that another runs under its name."""
    twin = Town(tmp_path / "twin")
    engine.twin(town.home(SOUTH), twin.home(SOUTH))
    twin.relay.mkdir()
    town.dispatch()
    shutil.copytree(town.relay, twin.relay, dirs_exist_ok=True)
    town.sync(SOUTH, NORTH)
    twin.clock.ahead = 5
    twin.sync(SOUTH)  # the clone enters the same slip and signs its own past
    town.dispatch(name="hai.pdf", data=PDF + b"2")
    shutil.copytree(town.relay / "to" / SOUTH, twin.relay / "to" / SOUTH, dirs_exist_ok=True)
    twin.sync(SOUTH)
    with twin.at(SOUTH) as station:
        assert station.recovering
    for answer in (twin.relay / "to" / NORTH).iterdir():
        shutil.copy(answer, town.relay / "to" / NORTH / f"9-{answer.name[2:]}")
    report = town.sync(NORTH)
    assert "journal-forked" in [error.code for _, error in report.aside]
    with town.at(NORTH) as station:
        assert "journal-forked" in [row["code"] for row in incidents(station)]
        assert station.db.value("SELECT max(self_proving) FROM conflicts") == 1
    town.sync(SOUTH, NORTH, SISTER)
    town.audit()


def test_an_epoch_that_forgets_is_refused(town: Town, tmp_path: Path) -> None:
    """The station asks nobody; its authority and its correspondents hold more than it admits."""
    data, keys = saved(town, SOUTH, tmp_path)
    town.dispatch()
    town.sync(SOUTH, NORTH, "A04", SOUTH, "A04")
    lose(town, SOUTH)
    restore(town.home(SOUTH), data, keys, PASS)
    with town.at(SOUTH, "cb01", "ld01") as station:
        begin_epoch(station, "cb01", "ld01")
    town.sync(SOUTH, "A04")
    with town.at("A04", AUTHORITY_KEY) as station:
        assert asked(station) == []
        with pytest.raises(Missing, match="epoch-not-asked"):
            accept_epoch(station, SOUTH)
    town.sync(SOUTH)
    with town.at(SOUTH) as station:
        assert station.recovering.lost is not None and station.recovering.lost.why == "echo"
    with town.at(SOUTH, "cb01", "ld01") as station:  # a further epoch, which names it
        begun = begin_epoch(station, "cb01", "ld01")
        assert begun.known_size > begun.restored_size - 1
    town.sync(SOUTH, "A04")
    with town.at("A04", AUTHORITY_KEY) as station:
        (waiting,) = asked(station)
        assert waiting.epoch == 3
    town.audit()


def test_two_different_officers_begin_an_epoch(town: Town, tmp_path: Path) -> None:
    data, keys = saved(town, SOUTH, tmp_path)
    with town.at(SOUTH, "cb01", "ld01") as station, pytest.raises(Refused, match="not-recovering"):
        begin_epoch(station, "cb01", "ld01")
    lose(town, SOUTH)
    restore(town.home(SOUTH), data, keys, PASS)
    with town.at(SOUTH, "cb01", "vt01") as station:
        with pytest.raises(Refused, match="hands-missing"):
            begin_epoch(station, "cb01", "cb01")
        with pytest.raises(Refused, match="role-missing"):
            begin_epoch(station, "cb01", "vt01")
        assert station.recovering
        assert station.origin == f"antin/{SOUTH}/1"


def test_an_authority_gets_its_journal_back_from_any_follower(town: Town, tmp_path: Path) -> None:
    engine.twin(town.home("A04"), tmp_path / "old")
    town.state()
    before = size(town, "A04")
    set_back(town, "A04", tmp_path / "old")
    with town.at("A04", AUTHORITY_KEY) as station:
        assert station.recovering
        with pytest.raises(Refused, match="authority-has-no-epochs"):
            begin_epoch(station, AUTHORITY_KEY, "x")
    town.sync("A04")
    with town.at("A04", AUTHORITY_KEY) as station:
        assert tail.complete(station) > 0
        assert not station.recovering and station.journal.head()[0] >= before
    town.state()
    town.audit()


def test_a_backup_is_whole_or_nothing_happens(town: Town, tmp_path: Path) -> None:
    town.dispatch()
    data, keys = saved(town, NORTH, tmp_path)
    raw = data.read_bytes()
    lose(town, NORTH)
    home = town.home(NORTH)
    for n, broken in enumerate((raw[:-1], raw[: len(raw) // 2], raw[:200] + b"\1" + raw[201:], raw + b"x", b"")):
        spoilt = tmp_path / f"{n}.backup"
        spoilt.write_bytes(broken)
        with pytest.raises((Malformed, Unverified)):
            restore(home, spoilt, keys, PASS)
        assert sorted(path.name for path in home.iterdir()) == ["lock", "present"]
    with pytest.raises(Unverified, match="passphrase-wrong"):
        restore(home, data, keys, b"another one")
    with pytest.raises(Missing, match="keys-needed"):
        restore(home, data, None, b"")
    assert sorted(path.name for path in home.iterdir()) == ["lock", "present"]
    restore(home, data, keys, PASS)
    with pytest.raises(Conflict, match="station-exists-here"):
        restore(home, data, keys, PASS)
    with town.at(NORTH) as station:
        assert station.recovering
        assert all(station.blobs.path(row[0]).exists() for row in station.db.rows("SELECT digest FROM blobs"))


def test_neither_file_of_a_backup_has_an_open_key_or_the_signers_memory(town: Town, tmp_path: Path) -> None:
    data, keys = saved(town, NORTH, tmp_path)
    folder = town.home(NORTH) / "signer"
    for name in ("station.key", "journal.key"):
        secret = (folder / name).read_bytes()[-32:]
        assert secret not in data.read_bytes() and secret not in keys.read_bytes()
    assert b"memory.db" not in keys.read_bytes()
    assert b"failures" not in data.read_bytes()


def test_numbers_of_the_lost_range_are_never_used_again(town: Town, tmp_path: Path) -> None:
    data, keys = saved(town, SOUTH, tmp_path)
    town.dispatch()
    town.sync(SOUTH, NORTH)
    with town.at(SOUTH) as station:
        used = station.journal.last_use(station.own.digest)
    lose(town, SOUTH)
    restore(town.home(SOUTH), data, keys, PASS)
    ask(town, SOUTH, NORTH, "A04")
    new_epoch(town, SOUTH, "A04")
    town.clock.ahead += 3600
    town.sync(NORTH, SOUTH)
    with town.at(SOUTH) as station:
        assert station.journal.last_use(station.own.digest) > used + 2**19
        newest = claim(station.journal.newest_checkpoint())
        assert newest.origin == f"antin/{SOUTH}/2"
    town.audit()


def test_two_losses_in_a_row_give_two_epochs_and_no_fork(town: Town, tmp_path: Path) -> None:
    """The same old backup twice: it knows nothing of the epoch between, which others hold."""
    data, keys = saved(town, SOUTH, tmp_path)
    town.dispatch()
    town.sync(SOUTH, NORTH, "A04")
    for epoch in (2, 3):
        lose(town, SOUTH)
        restore(town.home(SOUTH), data, keys, PASS)
        ask(town, SOUTH, NORTH, "A04")
        new_epoch(town, SOUTH, "A04", epoch)
        town.clock.ahead += 3600
        town.dispatch(name=f"{epoch}.pdf", data=PDF + bytes([epoch]))
        town.sync(NORTH, SOUTH, NORTH, "A04", SOUTH)
        assert entered(town, SOUTH) == epoch
        with town.at(SOUTH) as station:
            assert station.origin == f"antin/{SOUTH}/{epoch}" and not station.recovering
    for code in (NORTH, SISTER, SOUTH, "A04"):
        with town.at(code) as station:
            assert incidents(station) == []
    town.audit()


def test_a_database_of_an_epoch_before_is_seen_by_the_signer(town: Town, tmp_path: Path) -> None:
    """Set back beyond the epoch's beginning: going on in the old epoch would be a twin of what others hold."""
    data, keys = saved(town, SOUTH, tmp_path)
    engine.twin(town.home(SOUTH), tmp_path / "old")
    town.dispatch()
    town.sync(SOUTH, NORTH)
    lose(town, SOUTH)
    restore(town.home(SOUTH), data, keys, PASS)
    ask(town, SOUTH, NORTH, "A04")
    new_epoch(town, SOUTH, "A04")
    set_back(town, SOUTH, tmp_path / "old")
    with town.at(SOUTH) as station:
        lost = station.recovering.lost
        assert lost is not None and lost.why == "signer"
    with town.at(SOUTH, "cb01", "ld01") as station:  # nobody was asked: the signer alone knows of epoch 2
        begin_epoch(station, "cb01", "ld01")
        assert station.origin == f"antin/{SOUTH}/3"
    town.audit()


def asked_blindly(town: Town, tmp_path: Path) -> None:
    """SOUTH begins epoch 2 and asks nobody; its request lies at A04, its last checkpoint of epoch 1 arrives later."""
    data, keys = saved(town, SOUTH, tmp_path)
    town.dispatch()
    town.sync(SOUTH)
    (late,) = waiting(town, "A04")
    kept = late.read_bytes()
    late.unlink()
    lose(town, SOUTH)
    restore(town.home(SOUTH), data, keys, PASS)
    with town.at(SOUTH, "cb01", "ld01") as station:
        begin_epoch(station, "cb01", "ld01")
    town.sync(SOUTH, "A04")
    late.with_name("9-ffff").write_bytes(kept)


def test_what_an_authority_hears_after_a_request_counts_when_it_accepts(town: Town, tmp_path: Path) -> None:
    asked_blindly(town, tmp_path)
    with town.at("A04") as station:
        assert [each.epoch for each in asked(station)] == [2]
    town.sync("A04")
    with town.at("A04", AUTHORITY_KEY) as station, pytest.raises(Conflict, match="epoch-forgets"):
        accept_epoch(station, SOUTH)
    town.sync("A04", SOUTH)
    with town.at(SOUTH) as station:
        assert station.recovering  # it learned what it forgot
    new_epoch(town, SOUTH, "A04", 3)
    with town.at("A04", AUTHORITY_KEY) as station, pytest.raises(Missing, match="epoch-not-asked"):
        accept_epoch(station, SOUTH)  # the second is over, though nobody accepted it
    town.audit()


def test_the_beginning_of_an_epoch_must_be_its_own(town: Town, tmp_path: Path) -> None:
    """Two officers with a program of their own name a beginning that their journal never had."""
    data, keys = saved(town, SOUTH, tmp_path)
    lose(town, SOUTH)
    restore(town.home(SOUTH), data, keys, PASS)
    with town.at(SOUTH, "cb01", "ld01") as station:
        begin_epoch(station, "cb01", "ld01")
    with town.at(SOUTH) as station:
        letter = [*tail.request(station, "A04")]
    with town.at("A04") as station:
        for frames in ([each for each in letter if each[0] != "consistency"], [*letter, *letter]):
            spoilt = [(k, n, turned(raw, len(raw) - 2) if k == "consistency" else raw) for k, n, raw in frames]
            receive(station, spoilt, lambda _: None)
            assert asked(station) == []
        receive(station, letter, lambda _: None)
        assert [each.epoch for each in asked(station)] == [2]


def test_another_authoritys_acceptance_hides_no_request(town: Town, tmp_path: Path) -> None:
    data, keys = saved(town, SOUTH, tmp_path)
    lose(town, SOUTH)
    restore(town.home(SOUTH), data, keys, PASS)
    with town.at(SOUTH, "cb01", "ld01") as station:
        begun = begin_epoch(station, "cb01", "ld01")
    with town.at("A03", AUTHORITY_KEY) as station:
        false = EpochAccepted(SOUTH, 2, begun.restored_size, begun.restored_root, begun.known_size, begun.known_root,
                              bytes(32))  # fmt: skip
        station.commit([station.record("epoch-accepted", false, [station.station_hand()])])
    town.sync("A03", SOUTH, "A04", NORTH)
    with town.at(NORTH) as station:
        assert station.checkpoints.epoch(SOUTH) == 1
    with town.at("A04") as station:
        assert [each.epoch for each in asked(station)] == [2]


def test_an_answer_to_what_was_sent_and_lost_is_told_as_that(town: Town, tmp_path: Path) -> None:
    """The sender's books know nothing of it any more; the receipt is nobody's mistake, and stands in no other's way."""
    data, keys = saved(town, NORTH, tmp_path)
    town.dispatch()
    town.sync(SOUTH)
    lose(town, NORTH)
    restore(town.home(NORTH), data, keys, PASS)
    ask(town, NORTH, "A03", SOUTH)
    new_epoch(town, NORTH, "A03")
    town.accept(SOUTH, "vt01", "den-1")
    town.dispatch(name="hai.pdf", data=PDF + b"2")
    town.sync(SOUTH)
    report = town.sync(NORTH)
    told = [(error.code, error.fields["who"], error.fields["epoch"]) for _, error in report.aside]
    assert told == [("dispatch-lost", SOUTH, 1)] * len(told) and told
    with town.at(NORTH) as station:
        assert [row[0] for row in station.db.rows("SELECT state FROM dispatch_out WHERE n > 0")] == ["arrived"]
        assert incidents(station) == []
    assert town.sync(NORTH).aside == []
    town.audit()
