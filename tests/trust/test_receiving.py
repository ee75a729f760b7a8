"""What a station enters of what comes, slip by slip and receipt by receipt, also from whoever has the sender's keys."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from lie import blobs, first, frames
from town import NORTH, SISTER, SOUTH, Town

from antin.acts import receive as receiving
from antin.acts.approve import revoke
from antin.errors import AntinError, Conflict, Refused
from antin.journal.deed import Deed
from antin.kernel.check import Trusted
from antin.kernel.crypto import suite as suites
from antin.kernel.crypto import wrap
from antin.kernel.formats import note, proof, signed
from antin.kernel.formats.receipt import DirectoryPoint, Receipt, Result
from antin.kernel.formats.shape import encode, parse
from antin.kernel.formats.slip import Slip
from antin.signer import keystore
from antin.signer.signer import Hand
from antin.station.station import AUTHORITY_KEY, Station

Fetch = Callable[[bytes], Iterable[bytes] | None]


@dataclass
class Post:
    """A slip of NORTH's at SOUTH's door, with everything that came along."""

    town: Town
    raw: bytes
    credentials: list[bytes]
    blob: bytes
    fetched: int = 0

    @property
    def slip(self) -> Slip:
        return parse(Slip, signed.claim(self.raw, "antin/slip/1").unverified_body)

    def fetch(self, _digest: bytes) -> Iterable[bytes]:
        self.fetched += 1
        return [self.blob]

    def again(self, **changes: Any) -> bytes:
        """NORTH's own key signs another slip."""
        leaf = {key: value for key, value in changes.items() if key in ("addressee", "officer")}
        rest = {key: value for key, value in changes.items() if key not in leaf}
        body = replace(self.slip, leaf=replace(self.slip.leaf, **leaf), **rest)
        with self.town.at(NORTH) as station:
            hand = station.station_hand()
            station.signer.in_turn = lambda: True
            return station.signer.sign("antin/slip/1", encode(body), [hand], station.now())

    def enter(self, station: Station, raw: bytes, fetch: Fetch | None = None) -> str:
        """The state, or the code of the refusal."""
        try:
            beside = station.directory.beside(self.credentials)
            return receiving.receive_slip(station, raw, beside, fetch or self.fetch).state
        except AntinError as error:
            return error.code


@pytest.fixture
def post(town: Town) -> Post:
    town.dispatch()
    found = frames(first(town))
    (slip,) = (raw for kind, _, raw in found if kind == "slip")
    return Post(town, slip, [raw for kind, _, raw in found if kind == "credential"], blobs(town)[0].read_bytes())


def test_a_slip_is_entered_once_and_then_its_receipts_go_again(post: Post) -> None:
    with post.town.at(SOUTH) as station:
        receipts = "SELECT count(*), count(put) FROM outbox WHERE kind = 'receipt'"
        assert post.enter(station, post.raw) == "entered" and station.db.rows(receipts) == [(1, 0)]
        station.db.run("UPDATE outbox SET put = 1, done = 1")
        assert post.enter(station, post.raw) == "already" and station.db.rows(receipts) == [(1, 0)]
        assert post.fetched == 1
        assert station.db.value("SELECT count(*) FROM dispatch_in") == 1
        ((index, digest),) = station.db.rows("SELECT idx, digest FROM outbox WHERE kind = 'receipt'")
        assert suites.object_digest(station.journal.raw(index)) == digest
        assert station.db.rows("SELECT digest, size FROM blobs") == [(post.slip.sealed, post.slip.sealed_size)]


@pytest.mark.parametrize(("changes", "outcome"), [
    ({"addressee": SISTER}, "slip-for-other"), ({"kid": bytes(32)}, "slip-for-other-key"),
    ({"officer": "cb01"}, "slip-for-other-key"), ({"sequence": 9}, "entered"),
])  # fmt: skip
def test_another_slip_under_the_senders_key(post: Post, changes: dict[str, Any], outcome: str) -> None:
    raw = post.again(**changes)
    with post.town.at(SOUTH) as station:
        assert post.enter(station, raw) == outcome
        assert station.db.value("SELECT count(*) FROM dispatch_in") == (outcome == "entered")


def test_a_slip_to_an_officer_is_under_his_own_key(post: Post) -> None:
    with post.town.at(SOUTH) as station:
        kid = wrap.kid(station.suite, station.officer("cb01").subject.wrapping)
    raw = post.again(officer="cb01", kid=kid)
    with post.town.at(SOUTH) as station:
        assert post.enter(station, raw) == "entered"


def test_one_identity_names_one_slip(post: Post) -> None:
    raw = post.again(sealed_size=1)
    with post.town.at(SOUTH) as station:
        assert post.enter(station, post.raw) == "entered"
        with pytest.raises(Conflict, match="slip-identity-taken") as caught:
            receiving.receive_slip(station, raw, station.directory.beside(post.credentials), post.fetch)
        assert caught.value.evidence == {"held": post.raw, "shown": raw}


def test_a_slip_waits_for_its_blob_and_takes_no_other(post: Post) -> None:
    with post.town.at(SOUTH) as station:
        assert post.enter(station, post.raw, lambda _: None) == "waiting"
        assert post.enter(station, post.raw, lambda _: [b"x"]) not in ("entered", "waiting")
        assert station.db.value("SELECT count(*) FROM dispatch_in") == 0
        assert post.enter(station, post.raw) == "entered"


def test_what_was_lost_beside_the_journal_comes_back_with_the_slip(post: Post) -> None:
    digest = suites.object_digest(post.raw)
    with post.town.at(SOUTH) as station:
        assert post.enter(station, post.raw) == "entered"
        for n, lose in enumerate((
            lambda: station.blobs.path(post.slip.sealed).unlink(),
            lambda: [station.db.run(f"DELETE FROM {table}") for table in ("objects WHERE kind = 'slip'", "blobs")],
        )):  # fmt: skip
            lose()
            if n == 0:
                assert post.enter(station, post.raw, lambda _: None) == "already"
            assert post.enter(station, post.raw) == "already" and post.fetched == 2, n
            assert station.blobs.path(post.slip.sealed).exists()
            assert station.db.value("SELECT count(*) FROM objects WHERE digest = ?", digest) == 1
            assert station.db.value("SELECT count(*) FROM blobs WHERE digest = ?", post.slip.sealed) == 1


def test_a_station_of_another_suite_has_no_key_for_it(post: Post) -> None:
    with post.town.at(SOUTH) as station:
        station.settings = replace(station.settings, suite=2)
        assert post.enter(station, post.raw) == "slip-for-other-key"


def test_a_key_of_before_speaks_for_no_epoch_of_after(post: Post) -> None:
    with post.town.at(SOUTH) as station:
        own, officer = station.directory.find(NORTH), station.directory.find(SOUTH, "cb01")

        def checked(who: Trusted) -> str:
            try:
                receiving._check_epoch(station, replace(who, credential=replace(who.credential, epoch=2)), 1)
            except AntinError as error:
                return error.code
            return ""

        assert (checked(own), checked(officer)) == ("credential-of-other-epoch", "")


def test_a_slip_under_keys_of_another_epoch(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    """NORTH was founded anew since."""
    with post.town.at(SOUTH) as station:
        own = station.directory.find(NORTH)
        anew = replace(own, credential=replace(own.credential, epoch=2))
        monkeypatch.setattr(station.directory, "journal_of", lambda _: anew)
        assert post.enter(station, post.raw) == "credential-of-other-epoch"


def test_a_slip_of_a_station_that_was_revoked(post: Post) -> None:
    with post.town.at("A03", AUTHORITY_KEY) as station:
        revoke(station, station.directory.find(NORTH), station.now(), "stolen")
    post.town.sync("A03", SOUTH)
    with post.town.at(SOUTH) as station:
        assert post.enter(station, post.raw) == "credential-revoked"


def test_a_second_slip_of_one_identity_is_kept_as_evidence(post: Post) -> None:
    raw, found = post.again(sealed_size=1), frames(first(post.town))
    with post.town.at(SOUTH) as station:
        receiving.receive(station, found, post.fetch)
        with pytest.raises(Conflict, match="slip-identity-taken"):
            receiving.receive(station, [("slip", "", raw) if each[0] == "slip" else each for each in found], post.fetch)
        assert station.db.rows("SELECT code FROM conflicts") == [("slip-identity-taken",)]


def test_a_station_that_lost_something_takes_news_and_answers_nothing(post: Post) -> None:
    found = frames(first(post.town))
    with post.town.at(SOUTH) as station:
        key = keystore.journal_key(station.home / "signer")
        size = station.journal.head()[0] + 1
        station.recovering.shown(note.claim(key.checkpoint(station.origin, size, bytes(32), station.now())))
        assert receiving.receive(station, [each for each in found if each[0] != "slip"], post.fetch) == []
        with pytest.raises(Refused, match="station-recovering"):
            receiving.receive(station, found, post.fetch)
        assert post.fetched == 0


def answer(post: Post, code: str, *, seen: int | None = None, **changes: Any) -> bytes:
    """A receipt of a station's own making, in its journal; its books would refuse it. ``seen``: A04 cosigned then."""
    nowhere = DirectoryPoint("", 0, b"")
    value = Result(*post.slip.identity, suites.object_digest(post.raw), "arrived", b"", b"", "", nowhere)
    value = replace(value, **changes)
    with post.town.at(code, "cb01") as station:
        station.journal.deeds = {**station.journal.deeds, value.result: Deed(value.result, Result)}
        hands = [Hand.of("cb01", station.officer("cb01"))] if value.result == "opened" else []
        (new,) = station.commit([station.record(value.result, value, hands)])
        proof = station.journal.proof(station.journal.head()[0] - 1)
        point = note.claim(station.journal.newest_checkpoint())
    if seen is not None:
        key = keystore.journal_key(post.town.home("A04") / "signer")
        proof += key.cosignature("antin/A04/1", point.origin, point.size, point.root, seen)
    return encode(Receipt(new.raw, proof))


def taken(station: Station, raw: bytes) -> str:
    try:
        return receiving.receive_receipt(station, raw, station.directory.beside([_officer(station)])).state
    except AntinError as error:
        return error.code


def _officer(station: Station) -> bytes:
    """SOUTH's officer is known to SOUTH alone; his credential comes along."""
    return (station.home.parent / "cb01").read_bytes()


@pytest.fixture
def sent(post: Post) -> Post:
    with post.town.at(SOUTH) as station:
        (post.town.folder / "cb01").write_bytes(station.directory.raw(station.officer("cb01").digest))
    return post


@pytest.mark.parametrize(("who", "changes", "outcome"), [
    (SOUTH, {}, "entered"), (SISTER, {}, "dispatch-unknown"), (SOUTH, {"slip": bytes(32)}, "dispatch-unknown"),
    (SOUTH, {"result": "opened", "statement": "", "seal": ""}, "entered"),
    (SOUTH, {"result": "opened", "statement": bytes(32), "seal": ""}, "receipt-mismatch"),
    (SOUTH, {"result": "opened", "statement": "", "seal": bytes(32)}, "receipt-mismatch"),
])  # fmt: skip
def test_whose_word_on_a_dispatch_is_entered(sent: Post, who: str, changes: dict[str, Any], outcome: str) -> None:
    """An empty text: the true value."""
    with sent.town.at(NORTH) as station:
        ((statement, seal),) = station.db.rows("SELECT statement, seal FROM dispatch_sent")
    true = {"statement": statement, "seal": seal}
    raw = answer(sent, who, **{key: true[key] if value == "" else value for key, value in changes.items()})
    with sent.town.at(NORTH) as station:
        assert taken(station, raw) == outcome
        assert station.db.value("SELECT count(*) FROM dispatch_receipts") == (outcome == "entered")
        if outcome == "entered":
            assert taken(station, raw) == "already"
            assert station.db.value("SELECT count(*) FROM dispatch_receipts") == 1


def test_the_same_receipt_with_a_witness_takes_the_place_of_the_bare_one(sent: Post) -> None:
    raw = answer(sent, SOUTH)
    claimed = parse(Receipt, raw)
    point = note.claim(proof.claim(claimed.proof).checkpoint.raw)
    line = keystore.journal_key(sent.town.home("A04") / "signer").cosignature(
        "antin/A04/1", point.origin, point.size, point.root, int(sent.town.clock()))  # fmt: skip
    with_line = encode(replace(claimed, proof=claimed.proof + line))
    kept = "SELECT raw FROM objects WHERE digest = ?"
    with sent.town.at(NORTH) as station:
        for each, state, held in (raw, "entered", raw), (with_line, "already", with_line), (raw, "already", with_line):
            assert taken(station, each) == state
            assert station.db.value(kept, suites.object_digest(claimed.record)) == held


@pytest.mark.parametrize(("seen", "outcome"), [
    (None, "credential-revoked"), (-60, "entered"), (60, "credential-revoked"),
])  # fmt: skip
def test_a_revoked_key_counts_where_a_third_party_saw_it_before(sent: Post, seen: int | None, outcome: str) -> None:
    now = int(sent.town.clock())
    raw = answer(sent, SOUTH, seen=None if seen is None else now + seen)
    with sent.town.at("A04", AUTHORITY_KEY) as station:
        revoke(station, station.directory.find(SOUTH), now, "stolen")
    sent.town.sync("A04", NORTH)
    with sent.town.at(NORTH) as station:
        assert taken(station, raw) == outcome


def test_a_receipt_under_keys_of_another_epoch(sent: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    """SOUTH was founded anew since; the receipt is under the keys of before."""
    raw = answer(sent, SOUTH)
    with sent.town.at(NORTH) as station:
        known = station.directory.journal_of
        anew = replace(known(note.origin(SOUTH, 1)).credential, epoch=2)
        found = [known(note.origin(SOUTH, 1)), replace(known(note.origin(SOUTH, 1)), credential=anew)]
        monkeypatch.setattr(station.directory, "journal_of", lambda _: found.pop(0))
        assert taken(station, raw) == "credential-of-other-epoch"


def test_what_came_along_is_kept_and_what_was_told_is_confirmed(sent: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[str, int]] = []
    monkeypatch.setattr(receiving.news, "confirmed", lambda _, peer, size: told.append((peer, size)))
    with sent.town.at(NORTH) as station:
        ((statement, seal),) = station.db.rows("SELECT statement, seal FROM dispatch_sent")
        station.db.run("UPDATE outbox SET told = NULL")
    for n, (result, more) in enumerate((("arrived", {}), ("opened", {"statement": statement, "seal": seal}))):
        raw = answer(sent, SOUTH, result=result, **more)
        with sent.town.at(NORTH) as station:
            assert taken(station, raw) == "entered" and told == [(SOUTH, 7)] * n
            station.db.run("UPDATE outbox SET told = 7")
            digest = suites.object_digest(_officer(station))
            assert (station.db.value("SELECT count(*) FROM objects WHERE digest = ?", digest) == 1) == (n == 1)


def test_a_receipt_from_the_future(sent: Post) -> None:
    sent.town.clock.ahead = 7200
    raw = answer(sent, SOUTH)
    sent.town.clock.ahead = 0
    with sent.town.at(NORTH) as station:
        assert taken(station, raw) == "record-ahead-of-time"


def test_the_last_word_ends_what_is_put_again(sent: Post) -> None:
    done = "SELECT done FROM outbox WHERE kind = 'slip'"
    with sent.town.at(NORTH) as station:
        ((statement, seal),) = station.db.rows("SELECT statement, seal FROM dispatch_sent")
    for result, last in (("arrived", 0), ("opened", 1)):
        more = {"statement": statement, "seal": seal} if last else {}
        raw = answer(sent, SOUTH, result=result, **more)
        with sent.town.at(NORTH) as station:
            assert taken(station, raw) == "entered"
            assert station.db.value(done) == last, result


def test_what_others_ask_after_a_loss_is_heard_first(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr(receiving.tail, "take_requests", lambda _station, frames, _trust: asked.append(len(frames)))
    found = frames(first(post.town))
    with post.town.at(SOUTH) as station:
        receiving.receive(station, found, post.fetch)
    assert asked == [len(found)]


def test_an_envelope_of_no_past_brings_nothing_in(post: Post) -> None:
    found = frames(first(post.town))
    without = [frame for frame in found if frame[0] != "checkpoint"]
    with post.town.at(SOUTH) as station:
        with pytest.raises(AntinError):
            receiving.receive(station, without, post.fetch)
        assert station.db.value("SELECT count(*) FROM dispatch_in") == 0
        assert [each.state for each in receiving.receive(station, found, post.fetch)] == ["entered"]
