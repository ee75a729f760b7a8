"""A secret ballot, step by step, at each member's own station (spec/ballot.md).

What nobody else may see, the seed of an opening key and the digest of one's own inner onion, stays in a record that
does not travel: the words of a paper are opened for all its receivers.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from antin.acts.emulation import find, to_all
from antin.acts.papers import record_act
from antin.errors import AntinError, Conflict, Missing, Refused, Unverified
from antin.kernel import ballot
from antin.kernel.crypto import wrap
from antin.kernel.crypto.suite import object_digest
from antin.kernel.crypto.wrap import WrappingKey
from antin.kernel.formats import paper
from antin.kernel.formats.ballot import BallotList, Cast, Confirmed, Member, Mixed, Opened, Round, Tally
from antin.kernel.formats.paper import File
from antin.kernel.formats.shape import encode, parse
from antin.registers.emulation import ballot_records as r
from antin.registers.emulation import ballots, rows
from antin.registers.emulation.rules import Campaign
from antin.station.station import Station

LIST_TYPE = "application/vnd.antin.ballot-list"


def give_key(station: Station, officer: str, name: str, number: int = 0) -> int:
    """Publish a fresh opening key for a round (without a number: the next one). Returns the number.

    The seed is kept in the same step. Refuses a second key for one round.
    """
    campaign = find(station, name)
    number = number or _newest_number(station, campaign) + 1
    seed = os.urandom(station.suite.wrapping_seed)
    opening = WrappingKey(station.suite, seed).public
    public = r.BallotKey(to_all(station, campaign), campaign.id, number, opening)
    kept = ("ballot-kept", r.BallotKept(r.SEED, object_digest(opening)), paper.words({"seed": seed.hex()}))
    record_act(station, officer, "ballot-key", public, campaign.level, paper.words({}), beside=kept)
    return number


def open_round(station: Station, officer: str, name: str, key: str, most: int = 1, total: int = 0,
               number: int = 0) -> int:  # fmt: skip
    """The block head opens a round on a criterion, with the keys that every member gave for it. Returns its number.

    Refuses while a key is missing, fewer than three members, a criterion that is not voted on or is counted already.
    """
    campaign = find(station, name)
    number = number or _newest_number(station, campaign) + 1
    openings: dict[str, bytes] = _keys(station, campaign, number)
    if missing := [code for code in campaign.members if code not in openings]:
        raise Missing("ballot-paper-missing", who=", ".join(missing))
    levels = _level_keys(station, campaign)
    members = tuple(Member(code, wrap.kid(station.suite, levels[code]), openings[code]) for code in campaign.members)
    value = Round(campaign.id, number, campaign.level, station.suite.number, members, campaign.members, most, total)
    ballot.check_round(value, levels, openings)
    public = r.BallotRound(to_all(station, campaign), key, value)
    record_act(station, officer, "ballot-round-opened", public, campaign.level, paper.words({}))
    return number


def cast(station: Station, officer: str, name: str, marks: Mapping[str, int], number: int = 0) -> int:
    """Vote, once in a round. Whoever is not named gets nothing. Checks the round's keys first: a key that is not its
    member's would open the ballot to somebody else."""
    campaign, row, value = find_round(station, name, number)
    if unknown := sorted(set(marks) - set(value.candidates)):
        raise Refused("emulation-not-member", code=", ".join(unknown))
    levels = _level_keys(station, campaign)
    ballot.check_round(value, levels, _keys(station, campaign, value.number))
    plain = ballot.fill(value, os.urandom(16), [marks.get(code, 0) for code in value.candidates])
    onion = ballot.wrap_layers(value, levels, plain)
    kept = paper.words({"inner": object_digest(onion.inner).hex()})
    public = r.BallotCast(to_all(station, campaign), Cast(row.digest, onion.outer))
    beside = ("ballot-kept", r.BallotKept(r.INNER, row.digest), kept)
    record_act(station, officer, "ballot-cast", public, campaign.level, paper.words({}), beside=beside)
    return value.number


def mix(station: Station, officer: str, name: str, number: int = 0) -> list[int]:
    """Do what is this station's turn: the block head gathers list 0, each member strips his layer. Returns the
    positions done. Each list is recorded before it can leave, and never made a second time."""
    campaign, row, value = find_round(station, name, number)
    to, done = to_all(station, campaign), []
    while (position := _turn(station, campaign, row, value)) is not None:
        if position == 0:
            taken, listed = b"", ballot.gather(value, _casts(station, row.digest))
        else:
            before = list_at(station, officer, row.digest, position - 1)
            if position == 1 and before != ballot.gather(value, _casts(station, row.digest)):
                raise Unverified("ballot-chain-broken", position=0)
            taken, listed = ballot.list_digest(before), ballot.peel(value, position, before, _unwrap(station, officer))
        file = File(f"list-{position}.cbor", LIST_TYPE, encode(listed))
        public = r.BallotMixed(to, Mixed(row.digest, position, taken, ballot.list_digest(listed)))
        record_act(station, officer, "ballot-mixed", public, campaign.level, paper.words({}, (file,)))
        done.append(position)
    if not done:
        raise Conflict("ballot-turn-other", id=name, number=value.number)
    return done


def _turn(station: Station, campaign: Campaign, row: rows.RoundRow, value: Round) -> int | None:
    """The position that waits for this station, if the list before it is here."""
    here = {each.position for each in rows.list_mixes.all(station.db, row.digest)}
    position = next((n for n in range(len(value.members) + 1) if n not in here), None)
    if position is None:
        return None
    turn = campaign.station if position == 0 else value.members[position - 1].code
    return position if turn == station.code else None


def confirm(station: Station, officer: str, name: str, number: int = 0) -> bool:
    """Say whether one's own ballot stands in the last list. A list that is none is answered with no."""
    campaign, row, value = find_round(station, name, number)
    last = ballots.last_list(station.db, row.digest, value)
    if not last:
        raise Missing("ballot-list-missing", position=len(value.members))
    inner = bytes.fromhex(_kept(station, officer, r.INNER, row.digest))
    try:
        holds = ballot.stands(value, list_at(station, officer, row.digest, len(value.members)), inner)
    except AntinError as error:
        if error.code not in _NO_LIST:
            raise
        holds = False
    public = r.BallotConfirmed(to_all(station, campaign), Confirmed(row.digest, last, holds))
    record_act(station, officer, "ballot-confirmed", public, campaign.level, paper.words({}))
    return holds


_NO_LIST = ("ballot-other-round", "ballot-list-position", "ballot-list-count", "ballot-list-size", "ballot-list-twice",
            "ballot-list-order", "ballot-chain-broken", "bytes-malformed")  # fmt: skip


def give_seed(station: Station, officer: str, name: str, number: int = 0) -> None:
    """Give the seed of the opening key away. Refuses before all members have confirmed the one last list."""
    campaign, row, value = find_round(station, name, number)
    listed = list_at(station, officer, row.digest, len(value.members))
    ballot.check_confirmed(value, listed, _confirmations(station, row.digest))
    opening = next(member.opening for member in value.members if member.code == station.code)
    seed = bytes.fromhex(_kept(station, officer, r.SEED, object_digest(opening)))
    public = r.BallotOpened(to_all(station, campaign), Opened(row.digest, ballot.list_digest(listed), seed))
    record_act(station, officer, "ballot-opened", public, campaign.level, paper.words({}))


def recount(station: Station, officer: str, name: str, number: int = 0) -> Tally:
    """The whole check of a round from what is here: keys, chain, N confirmations, N seeds, the count.

    Raises ``Unverified`` when the block head's count, if it is here, says something else.
    """
    campaign, row, value = find_round(station, name, number)
    ballot.check_round(value, _level_keys(station, campaign), _keys(station, campaign, value.number))
    positions = range(len(value.members) + 1)
    lists = [list_at(station, officer, row.digest, position) for position in positions]
    mixed = [(each.station, Mixed(row.digest, each.position, each.taken, each.given))
             for each in rows.list_mixes.all(station.db, row.digest)]  # fmt: skip
    opened = [(each.station, Opened(row.digest, each.list, each.seed))
              for each in rows.list_openings.all(station.db, row.digest)]  # fmt: skip
    found = ballot.recount(
        value, _casts(station, row.digest), lists, mixed, _confirmations(station, row.digest), opened
    )
    signed = rows.read_tally.one(station.db, row.digest)
    if signed is not None and parse(Tally, signed.tally) != found:
        raise Unverified("ballot-tally-differs", number=value.number)
    return found


def recounts(station: Station, officer: str, name: str) -> dict[int, str]:
    """Every counted round of a campaign counted again from the lists and seeds that are here: "" where the block head's
    count holds, else the code of what is wrong or missing."""
    found: dict[int, str] = {}
    for row in rows.list_rounds.all(station.db, find(station, name).id):
        if rows.read_tally.one(station.db, row.digest) is None:
            continue
        try:
            recount(station, officer, name, row.number)
            found[row.number] = ""
        except AntinError as error:
            found[row.number] = error.code
    return found


def count(station: Station, officer: str, name: str, number: int = 0) -> Tally:
    """Count. The block head's count is recorded and sent; every other member's compares with it."""
    campaign, row, value = find_round(station, name, number)
    tally = recount(station, officer, name, number)
    if station.code == campaign.station and rows.read_tally.one(station.db, row.digest) is None:
        confirmed = {each.station: each.record for each in rows.list_confirmed.all(station.db, row.digest)}
        opened = {each.station: each.record for each in rows.list_opened.all(station.db, row.digest)}
        cited = (tuple(each[member.code] for member in value.members) for each in (confirmed, opened))
        public = r.BallotCounted(to_all(station, campaign), tally, *cited)
        record_act(station, officer, "ballot-counted", public, campaign.level, paper.words({}))
    return tally


def find_round(station: Station, name: str, number: int = 0) -> tuple[Campaign, rows.RoundRow, Round]:
    """A round of a campaign (without a number: the newest). Raises ``Missing``."""
    campaign = find(station, name)
    for row in reversed(rows.list_rounds.all(station.db, campaign.id)):
        if number in (0, row.number):
            return campaign, row, row.value
    raise Missing("ballot-round-unknown")


def list_at(station: Station, officer: str, digest: bytes, position: int) -> BallotList:
    """A list from its paper, compared with the digest that was signed."""
    for row in rows.list_mixes.all(station.db, digest):
        if row.position == position:
            files = paper.read_words(station.secrets.read(row.idx, officer)).files
            if len(files) != 1 or object_digest(files[0].data) != row.given:
                raise Unverified("ballot-chain-broken", position=position)
            return parse(BallotList, files[0].data)
    raise Missing("ballot-list-missing", position=position)


def _newest_number(station: Station, campaign: Campaign) -> int:
    return max((row.number for row in rows.list_rounds.all(station.db, campaign.id)), default=0)


def _keys(station: Station, campaign: Campaign, number: int) -> dict[str, bytes]:
    return {each.station: each.opening for each in rows.list_keys.all(station.db, campaign.id, number)}


def _level_keys(station: Station, campaign: Campaign) -> dict[str, bytes]:
    find, now = station.directory.find, station.now()
    return {code: station.directory.level_key(find(code), campaign.level, now) for code in campaign.members}


def _casts(station: Station, digest: bytes) -> list[tuple[str, Cast]]:
    return [(each.station, Cast(digest, each.onion)) for each in rows.list_casts.all(station.db, digest)]


def _confirmations(station: Station, digest: bytes) -> list[tuple[str, Confirmed]]:
    found = rows.list_confirmations.all(station.db, digest)
    return [(each.station, Confirmed(digest, each.list, bool(each.holds))) for each in found]


def _kept(station: Station, officer: str, what: str, about: bytes) -> str:
    index = rows.find_kept.one(station.db, what, about)
    if index is None:
        raise Missing("ballot-not-cast", what=what)
    return paper.read_words(station.secrets.read(index, officer)).texts[0].text


def _unwrap(station: Station, officer: str) -> ballot.Unwrap:
    def unwrap(kid: bytes, wrapped: bytes, info: bytes) -> bytes:
        return station.signer.unwrap_secret(officer, kid, wrapped, info, station.now())

    return unwrap
