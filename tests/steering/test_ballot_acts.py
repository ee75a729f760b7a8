"""A secret ballot among stations: every step a signed paper; and whoever repeats, drops, hurries or lies is refused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from town import NORTH, SISTER, SOUTH, Town

from antin.acts import ballot as acts
from antin.acts import emulation
from antin.acts.papers import record_act
from antin.errors import AntinError, Conflict, Malformed, Missing, Refused, Unverified
from antin.kernel import ballot
from antin.kernel.crypto.suite import object_digest
from antin.kernel.formats import paper
from antin.kernel.formats.ballot import BallotList, Cast, Confirmed, Mixed, Opened, Round
from antin.kernel.formats.paper import File, head, words
from antin.kernel.formats.shape import encode
from antin.registers.emulation import ballot_records as r
from antin.registers.emulation import rows
from antin.station.station import Station
from antin.views import emulation as views
from steering import emulate
from steering.emulate import LEADER, MEMBERS, VOTED, begun, forge, take_one, vote
from steering.hands import codes_of, rounds, take

ONLY = {"criterion": (VOTED,), "scale": 300_000}
TO = head(MEMBERS, 1, 0)


def test_all_count_alike_and_nobody_sees_whose_ballot_it_is(town: Town) -> None:
    begun(town, **ONLY)
    vote(town, marks={NORTH: {SISTER: 1}, SISTER: {SISTER: 1, SOUTH: 1}, SOUTH: {NORTH: 1}})
    for code in MEMBERS:
        with town.at(code, LEADER) as station:
            tally = acts.count(station, LEADER, "pt-1")
            assert views.tallied(tally) == views.Tallied(3, 0, {NORTH: 1, SISTER: 2, SOUTH: 1})
            (row,) = views.rounds(station, "pt-1")
            assert row.state == "counted" and row.sums == {NORTH: 1, SISTER: 2, SOUTH: 1}
    town.clock.ahead = emulate.DAYS
    assert [(p.unit, p.total) for p in emulate.close(town, {})] == [
        (SISTER, 200_000), (NORTH, 100_000), (SOUTH, 100_000)]  # fmt: skip
    assert codes_of(rounds(town)[SOUTH]) == ["campaign-closed"]
    town.audit()


def test_what_travels_holds_neither_seed_nor_the_digest_of_an_own_ballot(town: Town) -> None:
    """A paper's words are opened for its receivers: what is kept may be in none."""
    begun(town, **ONLY)
    vote(town, until="cast")
    with town.at(SOUTH, LEADER, "vt01") as station:
        kept = [paper.read_words(station.secrets.read(row[2], LEADER)).texts[0].text
                for row in station.db.rows("SELECT what, about, idx FROM emulation_kept")]  # fmt: skip
        assert len(kept) == 2
        numbers = [row[0] for row in station.db.rows("SELECT n FROM papers_papers WHERE own = 1")]
        for number in numbers:
            data, *_ = acts_published(station, number)
            for text in kept:
                assert text.encode() not in data and bytes.fromhex(text) not in data
        assert station.db.rows("SELECT * FROM papers_papers WHERE kind = 'ballot-kept'") == []
    town.audit()


def acts_published(station: Station, number: int) -> Any:
    return emulate.papers.published_bytes(station, "vt01", number)


def test_every_step_once_and_in_its_turn(town: Town) -> None:
    begun(town, **ONLY)
    with town.at(NORTH, LEADER) as station:
        with pytest.raises(Missing, match="ballot-paper-missing"):
            acts.open_round(station, LEADER, "pt-1", "phieu")
        with pytest.raises(Missing, match="ballot-round-unknown"):
            acts.cast(station, LEADER, "pt-1", {})
    vote(town, until="key")
    with town.at(SOUTH, LEADER) as station:
        with pytest.raises(Conflict, match="ballot-paper-twice"):
            acts.give_key(station, LEADER, "pt-1")
        with pytest.raises(Refused, match="emulation-head-other"):
            acts.open_round(station, LEADER, "pt-1", "phieu")
    with town.at(NORTH, LEADER) as station:
        with pytest.raises(Refused, match="emulation-criterion-unknown"):
            acts.open_round(station, LEADER, "pt-1", "la")
        acts.open_round(station, LEADER, "pt-1", "phieu", most=2, total=3)
        with pytest.raises(Conflict, match="ballot-round-known"):
            acts.open_round(station, LEADER, "pt-1", "phieu", number=1)
    rounds(town)
    with town.at(SOUTH, LEADER, "vt01") as station:
        for marks, code in (({"A09.99": 1}, "emulation-not-member"), ({NORTH: 3}, "ballot-mark-over"),
                            ({NORTH: 2, SISTER: 2}, "ballot-marks-over")):  # fmt: skip
            with pytest.raises(Refused, match=code):
                acts.cast(station, LEADER, "pt-1", marks)
        with pytest.raises(Missing, match="ballot-list-missing"):
            acts.confirm(station, LEADER, "pt-1")
        with pytest.raises(Refused, match="role-missing"):
            acts.cast(station, "vt01", "pt-1", {NORTH: 1})
        acts.cast(station, LEADER, "pt-1", {NORTH: 2, SISTER: 1})
        with pytest.raises(Conflict, match="ballot-paper-twice"):
            acts.cast(station, LEADER, "pt-1", {SOUTH: 1})
    rounds(town)
    with town.at(NORTH, LEADER) as station, pytest.raises(Missing, match="ballot-paper-missing"):
        acts.mix(station, LEADER, "pt-1")  # two have not voted
    for code in (NORTH, SISTER):
        with town.at(code, LEADER) as station:
            acts.cast(station, LEADER, "pt-1", {SOUTH: 1})
    rounds(town)
    with town.at(SOUTH, LEADER) as station, pytest.raises(Conflict, match="ballot-turn-other"):
        acts.mix(station, LEADER, "pt-1")
    with town.at(NORTH, LEADER) as station:
        assert acts.mix(station, LEADER, "pt-1") == [0, 1]  # the head gathers, and is the first to mix
        with pytest.raises(Conflict, match="ballot-turn-other"):
            acts.mix(station, LEADER, "pt-1")
        again = Mixed(*mixed_row(station, 1))
        with pytest.raises(Conflict, match="ballot-mixed-twice"):  # a second list 1, even the same
            record_act(station, LEADER, "ballot-mixed", r.BallotMixed(TO, again), 1, words({}))
    town.audit()


def mixed_row(station: Station, position: int) -> tuple[bytes, int, bytes, bytes]:
    _, row, _ = acts.find_round(station, "pt-1")
    found = next(each for each in rows.list_mixes.all(station.db, row.digest) if each.position == position)
    return row.digest, position, found.taken, found.given


def test_no_seed_leaves_before_all_have_confirmed(town: Town) -> None:
    begun(town, **ONLY)
    vote(town, until="mix")
    for code in (NORTH, SOUTH):
        with town.at(code, LEADER) as station:
            assert acts.confirm(station, LEADER, "pt-1")
            with pytest.raises(Conflict, match="ballot-paper-twice"):
                acts.confirm(station, LEADER, "pt-1")
    rounds(town)
    with town.at(NORTH, LEADER) as station:
        with pytest.raises(Missing, match="ballot-paper-missing"):
            acts.give_seed(station, LEADER, "pt-1")
        with pytest.raises(Missing, match="ballot-paper-missing"):
            acts.count(station, LEADER, "pt-1")
        _, row, value = acts.find_round(station, "pt-1")
        hurried = Opened(row.digest, mixed_row(station, 3)[3], seed_of(station, value))
        with pytest.raises(Missing, match="ballot-paper-missing"):  # nor past the act: the books refuse it too
            record_act(station, LEADER, "ballot-opened", r.BallotOpened(TO, hurried), 1, words({}))
    with town.at(SISTER, LEADER) as station:
        acts.confirm(station, LEADER, "pt-1")
    rounds(town)
    with town.at(NORTH, LEADER) as station:
        acts.give_seed(station, LEADER, "pt-1")
        with pytest.raises(Conflict, match="ballot-paper-twice"):
            acts.give_seed(station, LEADER, "pt-1")
        with pytest.raises(Missing, match="ballot-paper-missing"):
            acts.count(station, LEADER, "pt-1")  # two seeds are still to come
        with pytest.raises(Missing, match="ballot-count-missing"):
            emulation.close(station, LEADER, "pt-1")
    town.audit()


def seed_of(station: Station, value: Round) -> bytes:
    opening = next(member.opening for member in value.members if member.code == station.code)
    index = rows.find_kept.one(station.db, r.SEED, object_digest(opening))
    return bytes.fromhex(paper.read_words(station.secrets.read(index, LEADER)).texts[0].text)


def test_who_finds_another_ballot_in_place_of_his_own_objects_and_the_round_is_repeated(town: Town) -> None:
    """The last mixer replaces one onion by a copy of his own making. Its voter objects; no seed leaves."""
    begun(town, **ONLY)
    vote(town, until="cast")
    for code in (NORTH, SISTER):
        with town.at(code, LEADER) as station:
            acts.mix(station, LEADER, "pt-1")
        rounds(town)
    with town.at(SOUTH, LEADER) as station:
        _, row, value = acts.find_round(station, "pt-1")
        before = acts.list_at(station, LEADER, row.digest, 2)
        given = ballot.peel(value, 3, before, acts._unwrap(station, LEADER))
        fake = tuple(sorted((*given.items[1:], bytes(len(given.items[0])))))
        listed = BallotList(row.digest, 3, fake)
        public = r.BallotMixed(TO, Mixed(row.digest, 3, ballot.list_digest(before), ballot.list_digest(listed)))
        file = File("list-3.cbor", acts.LIST_TYPE, encode(listed))
        record_act(station, LEADER, "ballot-mixed", public, 1, words({}, (file,)))
    rounds(town)
    answers = {}
    for code in MEMBERS:
        with town.at(code, LEADER) as station:
            answers[code] = acts.confirm(station, LEADER, "pt-1")
    assert sorted(answers.values()) == [False, True, True]
    rounds(town)
    for code in MEMBERS:
        with town.at(code, LEADER) as station:
            assert views.rounds(station, "pt-1")[0].state == "objected"
            with pytest.raises(Refused, match="ballot-objected"):
                acts.give_seed(station, LEADER, "pt-1")
    vote(town, number=2)
    with town.at(SOUTH, LEADER) as station:
        assert [row.state for row in views.rounds(station, "pt-1")] == ["objected", "counted"]
        with pytest.raises(Refused, match="ballot-objected"):
            acts.recount(station, LEADER, "pt-1", 1)
        assert acts.recount(station, LEADER, "pt-1", 2).valid == 3
    with town.at(NORTH, LEADER) as station, pytest.raises(Missing, match="ballot-paper-missing"):
        acts.open_round(station, LEADER, "pt-1", "phieu")  # nobody gave a key for a third
    town.audit()


def test_a_counted_criterion_is_not_voted_on_again(town: Town) -> None:
    begun(town, **ONLY)
    vote(town)
    for code in MEMBERS:
        with town.at(code, LEADER) as station:
            assert acts.give_key(station, LEADER, "pt-1") == 2
    rounds(town)
    with town.at(NORTH, LEADER) as station, pytest.raises(Conflict, match="ballot-counted"):
        acts.open_round(station, LEADER, "pt-1", "phieu")
    town.audit()


def lies(station: Station) -> dict[str, tuple[str, Any, str]]:
    """What SISTER's changed program could send SOUTH after a whole round: kind, public part, the code that refuses."""
    _, row, value = acts.find_round(station, "pt-1")
    digest, last = row.digest, mixed_row(station, 3)[3]
    size = ballot.item_size(value, 0)
    opening = next(member.opening for member in value.members if member.code == SISTER)
    count = acts.recount(station, LEADER, "pt-1")
    return {
        "second-ballot": ("ballot-cast", r.BallotCast(TO, Cast(digest, bytes(size))), "ballot-paper-twice"),
        "marked-ballot": ("ballot-cast", r.BallotCast(TO, Cast(digest, bytes(size + 1))), "ballot-list-size"),
        "other-round": ("ballot-cast", r.BallotCast(TO, Cast(bytes(32), bytes(size))), "ballot-round-unknown"),
        "second-mix": ("ballot-mixed", r.BallotMixed(TO, Mixed(digest, 2, bytes(32), bytes(32))), "ballot-mixed-twice"),
        "other's-turn": ("ballot-mixed", r.BallotMixed(TO, Mixed(digest, 3, last, last)), "ballot-chain-broken"),
        "gathers": ("ballot-mixed", r.BallotMixed(TO, Mixed(digest, 0, b"", last)), "ballot-chain-broken"),
        "beyond": ("ballot-mixed", r.BallotMixed(TO, Mixed(digest, 4, last, last)), "ballot-list-position"),
        "other-list": ("ballot-confirmed", r.BallotConfirmed(TO, Confirmed(digest, bytes(32), True)),
                       "ballot-list-other"),
        "confirms-twice": ("ballot-confirmed", r.BallotConfirmed(TO, Confirmed(digest, last, False)),
                           "ballot-paper-twice"),
        "wrong-seed": ("ballot-opened", r.BallotOpened(TO, Opened(digest, last, bytes(96))), "ballot-seed-other"),
        "counts": ("ballot-counted", r.BallotCounted(TO, count, *[(bytes(32),) * 3] * 2), "emulation-head-other"),
        "same-key": ("ballot-key", r.BallotKey(TO, value.campaign, 7, opening), "ballot-key-again"),
        "other-key": ("ballot-key", r.BallotKey(TO, value.campaign, 1, opening), "ballot-paper-twice"),
        "not-to-all": ("ballot-key", r.BallotKey(head((SOUTH,), 1, 0), value.campaign, 8, opening), "emulation-to-all"),
    }  # fmt: skip


def test_what_a_changed_program_sends_enters_no_book(town: Town) -> None:
    begun(town, **ONLY)
    vote(town)
    with town.at(SISTER, LEADER) as station:
        sent = lies(station)
    for name, (kind, public, code) in sent.items():
        forge(town, SISTER, kind, public, SOUTH)
        assert codes_of(take(town, SOUTH)) == [code], name
    with town.at(SOUTH, LEADER) as station:
        assert acts.recount(station, LEADER, "pt-1").valid == 3
    emulate.audit_of(town, NORTH, SOUTH)


def test_a_false_count_is_found_by_whoever_counts(town: Town) -> None:
    begun(town, **ONLY)
    vote(town, until="open")
    with town.at(NORTH, LEADER) as station:
        tally = acts.recount(station, LEADER, "pt-1")
        cited = [tuple(station.db.value(f"SELECT record FROM emulation_{table} WHERE station = ?", code)
                       for code in MEMBERS) for table in ("confirmations", "openings")]  # fmt: skip
    moved = (replace(tally.sums[0], marks=tally.sums[0].marks + 1), replace(tally.sums[1], marks=1), tally.sums[2])
    plain_lies = [
        replace(tally, valid=2), replace(tally, sums=tally.sums[:2]),
        replace(tally, sums=(replace(tally.sums[0], marks=9), *tally.sums[1:])),
    ]  # fmt: skip
    for lie in plain_lies:
        forge(town, NORTH, "ballot-counted", r.BallotCounted(TO, lie, *cited), SOUTH)
        assert codes_of(take(town, SOUTH)) == ["ballot-tally-differs"]
    forge(town, NORTH, "ballot-counted", r.BallotCounted(TO, replace(tally, list=bytes(32)), *cited), SOUTH)
    assert codes_of(take(town, SOUTH)) == ["ballot-list-other"]
    forge(town, NORTH, "ballot-counted", r.BallotCounted(TO, replace(tally, sums=moved), *cited), SOUTH)
    assert codes_of(take(town, SOUTH)) == ["ballot-counted"]  # it could be true: the tables alone do not tell
    with town.at(SOUTH, LEADER) as station, pytest.raises(Unverified, match="ballot-tally-differs"):
        acts.count(station, LEADER, "pt-1")
    with town.at(SOUTH, LEADER) as station:
        assert acts.recounts(station, LEADER, "pt-1") == {1: "ballot-tally-differs"}
    emulate.audit_of(town, SISTER, SOUTH)


ROUNDS: dict[str, tuple[dict[str, Any], type[AntinError], str]] = {
    "candidates": ({"candidates": MEMBERS[:2]}, Malformed, "ballot-round-other"),
    "level": ({"level": 2}, Malformed, "ballot-round-other"),
    "own-key": ({"opening": True}, Unverified, "ballot-round-key"),
}


@pytest.mark.parametrize("name", ROUNDS)
def test_a_round_that_the_head_bends_is_refused(town: Town, name: str) -> None:
    """A head that puts its own key in another's place could open that ballot."""
    begun(town, **ONLY)
    vote(town, until="round")
    change, error, code = ROUNDS[name]
    with town.at(NORTH, LEADER) as station:
        _, _, value = acts.find_round(station, "pt-1")
        if change.pop("opening", False):
            mine = value.members[0].opening
            change = {"members": (*value.members[:2], replace(value.members[2], opening=bytes(8) + mine[8:]))}
        bent = replace(value, number=2, **change)
        for each in value.members:
            station.db.run(rows.SQL["insert_key"], value.campaign, 2, each.code, each.opening, 1)
        with pytest.raises(error, match=code):
            record_act(station, LEADER, "ballot-round-opened", r.BallotRound(TO, "phieu", bent), 1, words({}))
        station.db.run("DELETE FROM emulation_keys WHERE number = 2")
    town.audit()


def test_two_are_too_few(town: Town) -> None:
    begun(town, members=(NORTH, SOUTH), **ONLY)
    for code in (NORTH, SOUTH):
        with town.at(code, LEADER) as station:
            acts.give_key(station, LEADER, "pt-1")
    rounds(town)
    with town.at(NORTH, LEADER) as station, pytest.raises(Refused, match="ballot-too-few"):
        acts.open_round(station, LEADER, "pt-1", "phieu")
    town.audit()


def test_a_list_that_was_swapped_in_its_record_is_not_taken_for_the_signed_one(town: Town) -> None:
    """The paper's file and the digest in its public part do not agree."""
    begun(town, **ONLY)
    vote(town, until="cast")
    with town.at(NORTH, LEADER) as station:
        _, row, value = acts.find_round(station, "pt-1")
        listed = ballot.gather(value, acts._casts(station, row.digest))
        public = r.BallotMixed(TO, Mixed(row.digest, 0, b"", ballot.list_digest(listed)))
        other = replace(listed, items=listed.items[::-1])
        record_act(station, LEADER, "ballot-mixed", public, 1, words({}, (File("x", acts.LIST_TYPE, encode(other)),)))
        with pytest.raises(Unverified, match="ballot-chain-broken"):
            acts.mix(station, LEADER, "pt-1")
    town.audit()


def test_a_head_who_withholds_his_seed_gets_no_second_reading(town: Town) -> None:
    """All confirm, the others give their seeds: NORTH alone can read the result, and asks again."""
    begun(town, **ONLY)
    vote(town, until="confirm")
    for code in (SISTER, SOUTH):
        with town.at(code, LEADER) as station:
            acts.give_seed(station, LEADER, "pt-1")
    for code in MEMBERS:
        with town.at(code, LEADER) as station:
            acts.give_key(station, LEADER, "pt-1", 2)
    rounds(town)
    with town.at(NORTH, LEADER) as station:
        with pytest.raises(Refused, match="ballot-seed-withheld") as caught:
            acts.open_round(station, LEADER, "pt-1", "phieu", number=2)
        assert caught.value.fields["who"] == NORTH
        _, _, value = acts.find_round(station, "pt-1")
        keys: dict[str, bytes] = {
            each.station: each.opening for each in rows.list_keys.all(station.db, value.campaign, 2)
        }
        again = replace(value, number=2, members=tuple(replace(m, opening=keys[m.code]) for m in value.members))
    public = r.BallotRound(TO, "phieu", again)
    forge(town, NORTH, "ballot-round-opened", public, SOUTH)
    with town.at(SOUTH) as station:
        number = station.db.value("SELECT max(n) FROM dispatch_in")
    assert take_one(town, SOUTH, f"den-{number}") == "ballot-seed-withheld"
    with town.at(NORTH, LEADER) as station:
        acts.give_seed(station, LEADER, "pt-1")
        with pytest.raises(Refused, match="ballot-uncounted"):
            acts.open_round(station, LEADER, "pt-1", "phieu", number=2)
        acts.count(station, LEADER, "pt-1")
        with pytest.raises(Conflict, match="ballot-counted"):
            acts.open_round(station, LEADER, "pt-1", "phieu", number=2)


def test_after_another_withheld_his_seed_the_vote_is_repeated(town: Town) -> None:
    begun(town, **ONLY)
    vote(town, until="confirm")
    for code in (NORTH, SISTER):
        with town.at(code, LEADER) as station:
            acts.give_seed(station, LEADER, "pt-1")
    rounds(town)
    vote(town, number=2)
    with town.at(SOUTH, LEADER) as station:
        assert views.rounds(station, "pt-1")[1].state == "counted"
    town.audit()
