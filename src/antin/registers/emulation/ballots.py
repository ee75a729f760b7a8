"""The deeds of secret ballots, and what each refuses (spec/ballot.md).

Papers come from many members and in any order, so a step is refused for what contradicts what is here, and only at its
own maker for what is missing: whoever acts has everything before him, or may not act.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from antin.errors import Conflict, Malformed, Missing, Refused, Unverified
from antin.journal.deed import Deed, Source
from antin.kernel import ballot
from antin.kernel.crypto.suite import by_number
from antin.kernel.crypto.wrap import WrappingKey
from antin.kernel.formats.ballot import Round
from antin.kernel.formats.paper import PaperHead
from antin.registers.emulation import ballot_records as r
from antin.registers.emulation import fill, rules
from antin.registers.emulation.campaign import by_block_head, live
from antin.registers.emulation.rows import (
    Cast,
    Confirmation,
    Opening,
    RoundRow,
    find_kept,
    find_key,
    find_opening,
    find_round,
    list_casts,
    list_confirmations,
    list_confirmed,
    list_keys,
    list_mixes,
    list_opened,
    list_openings,
    list_rounds,
    read_round,
    read_tally,
)
from antin.registers.emulation.rules import Campaign
from antin.storage.database import Reader

FEWEST = 3  # of two, each knows the other's


def keep(view: Reader, source: Source, p: r.BallotKept) -> None:
    """A seed for each opening key, one inner onion for each round."""
    if find_kept.one(view, p.what, p.about) is not None:
        raise Conflict("ballot-paper-twice", who=source.station)


def give_key(view: Reader, source: Source, p: r.BallotKey) -> None:
    """A key for one round alone. Refuses a second one, one that served before, and another than the round names."""
    live(view, source, p.campaign, p.head)
    if find_key.one(view, p.campaign, p.number, source.station) is not None:
        raise Conflict("ballot-paper-twice", who=source.station)
    if find_opening.one(view, p.campaign, source.station, p.opening) is not None:
        raise Refused("ballot-key-again", who=source.station)
    row = read_round.one(view, p.campaign, p.number)
    if row is not None and (source.station, p.opening) not in {(m.code, m.opening) for m in row.value.members}:
        raise Unverified("ballot-round-key", who=source.station)


def open_round(view: Reader, source: Source, p: r.BallotRound) -> None:
    """By the block head, among all members, on a criterion that is voted on and not counted yet."""
    value, campaign = p.round, live(view, source, p.round.campaign, p.head)
    by_block_head(source, campaign)
    _check_round(campaign, p)
    if read_round.one(view, campaign.id, value.number) is not None:
        raise Conflict("ballot-round-known", number=value.number, id=campaign.name)
    for row in list_rounds.all(view, campaign.id):
        if row.key == p.key:
            _check_over(view, campaign, row)
    known = {each.station: each.opening for each in list_keys.all(view, campaign.id, value.number)}
    for member in value.members:
        if member.code not in known and source.own:
            raise Missing("ballot-paper-missing", who=member.code)
        if known.get(member.code, member.opening) != member.opening:
            raise Unverified("ballot-round-key", who=member.code)


def _check_over(view: Reader, campaign: Campaign, row: RoundRow) -> None:
    """Whether an earlier round of a criterion may be followed by another. Once all have confirmed, whoever holds all
    other seeds can read the result: a block head who has not given his own could ask again until it pleases."""
    if read_tally.one(view, row.digest) is not None:
        raise Conflict("ballot-counted", number=row.number, id=campaign.name)
    confirmed = list_confirmations.all(view, row.digest)
    if len(confirmed) < len(campaign.members) or not all(each.holds for each in confirmed):
        return
    given = {each.station for each in list_openings.all(view, row.digest)}
    if campaign.station not in given:
        raise Refused("ballot-seed-withheld", who=campaign.station, number=row.number)
    if given >= set(campaign.members):
        raise Refused("ballot-uncounted", number=row.number, id=campaign.name)


def _check_round(campaign: Campaign, p: r.BallotRound) -> None:
    value = p.round
    if p.key not in campaign.keys("self", "cross", "ballot", "computed"):
        raise Refused("emulation-criterion-unknown", key=p.key)
    if p.key not in campaign.keys("ballot"):
        method = next(each.method for each in campaign.criteria if each.key == p.key)
        raise Refused("emulation-method-other", key=p.key, method=method)
    if len(campaign.members) < FEWEST:
        raise Refused("ballot-too-few", fewest=FEWEST)
    codes = sorted(member.code for member in value.members)
    if tuple(codes) != campaign.members or value.candidates != campaign.members or value.level != campaign.level:
        raise Malformed("ballot-round-other", id=campaign.name)


def cast(view: Reader, source: Source, p: r.BallotCast) -> None:
    """One onion of each member in a round, of the one size."""
    row, value, campaign = _round(view, source, p.cast.round, p.head)
    size = ballot.item_size(value, 0)
    if len(p.cast.onion) != size:
        raise Unverified("ballot-list-size", found=len(p.cast.onion), expected=size)
    _once(source.station, list_casts.all(view, row.digest))


def mix(view: Reader, source: Source, p: r.BallotMixed) -> None:
    """Each list once, by whose turn it is, from the list before. A second mix would link what two lists share."""
    row, value, campaign = _round(view, source, p.mixed.round, p.head)
    position, members = p.mixed.position, value.members
    if position > len(members):
        raise Refused("ballot-list-position", found=position, expected=len(members))
    turn = campaign.station if position == 0 else members[position - 1].code
    if source.station != turn or bool(p.mixed.taken) != bool(position):
        raise Unverified("ballot-chain-broken", position=position)
    lists = {each.position: each for each in list_mixes.all(view, row.digest)}
    if position in lists:
        raise Conflict("ballot-mixed-twice", who=source.station, position=position)
    if source.own and position and position - 1 not in lists:
        raise Missing("ballot-list-missing", position=position - 1)
    before, after = lists.get(position - 1), lists.get(position + 1)
    if (before and before.given != p.mixed.taken) or (after and after.taken != p.mixed.given):
        raise Unverified("ballot-chain-broken", position=position)
    _check_list(view, row.digest, p.mixed.given if position == len(members) else b"", source.station)


def confirm(view: Reader, source: Source, p: r.BallotConfirmed) -> None:
    """Once by each, of the one last list."""
    row, value, campaign = _round(view, source, p.confirmed.round, p.head)
    last = last_list(view, row.digest, value)
    if source.own and not last:
        raise Missing("ballot-list-missing", position=len(value.members))
    if last and last != p.confirmed.list:
        raise Conflict("ballot-list-other", who=source.station)
    _once(source.station, list_confirmations.all(view, row.digest))


def give_seed(view: Reader, source: Source, p: r.BallotOpened) -> None:
    """A seed that makes its member's key. Nobody gives his away before all have confirmed one list."""
    row, value, campaign = _round(view, source, p.opened.round, p.head)
    last, suite = last_list(view, row.digest, value), by_number(value.suite)
    if source.own:
        check_all_confirmed(view, row.digest, value)
    if last and last != p.opened.list:
        raise Conflict("ballot-list-other", who=source.station)
    member = next(each for each in value.members if each.code == source.station)
    if len(p.opened.seed) != suite.wrapping_seed or WrappingKey(suite, p.opened.seed).public != member.opening:
        raise Unverified("ballot-seed-other", who=source.station)
    _once(source.station, list_openings.all(view, row.digest))


def count(view: Reader, source: Source, p: r.BallotCounted) -> None:
    """The block head's count, once, over N ballots of the last list. Whoever has list and seeds counts again."""
    row, value, campaign = _round(view, source, p.tally.round, p.head)
    if source.station != campaign.station:
        raise Refused("emulation-head-other", head=campaign.station, station=source.station)
    if source.own:
        check_all_confirmed(view, row.digest, value)
    if last_list(view, row.digest, value) not in (b"", p.tally.list):
        raise Conflict("ballot-list-other", who=source.station)
    bound = p.tally.valid * value.most
    names = tuple(each.candidate for each in p.tally.sums)
    if p.tally.valid + p.tally.invalid != len(value.members) or names != value.candidates:
        raise Unverified("ballot-tally-differs", number=value.number)
    if any(each.marks > bound for each in p.tally.sums):
        raise Unverified("ballot-tally-differs", number=value.number)
    if read_tally.one(view, row.digest) is not None:
        raise Conflict("ballot-counted", number=value.number, id=campaign.name)
    _check_cited(view, source, row.digest, value, p)


def _check_cited(view: Reader, source: Source, digest: bytes, value: Round, p: r.BallotCounted) -> None:
    """What a count rests on: of each member whose confirmation or seed is here, that record and no other."""
    for query, cited in ((list_confirmed, p.confirmed), (list_opened, p.opened)):
        here = {each.station: each.record for each in query.all(view, digest)}
        if len(cited) != len(value.members):
            raise Unverified("ballot-tally-differs", number=value.number)
        for member, record in zip(value.members, cited, strict=True):
            if here.get(member.code, b"" if source.own else record) != record:
                raise Conflict("cited-otherwise", who=source.station, what=member.code)


def last_list(view: Reader, digest: bytes, value: Round) -> bytes:
    """The digest of list N; empty before it is here."""
    return next((each.given for each in list_mixes.all(view, digest) if each.position == len(value.members)), b"")


def check_all_confirmed(view: Reader, digest: bytes, value: Round) -> None:
    """Raises unless all N members confirm the one last list."""
    last = last_list(view, digest, value)
    found = {each.station: each for each in list_confirmations.all(view, digest)}
    for code, each in found.items():
        if not each.holds:
            raise Refused("ballot-objected", who=code)
        if each.list != last:
            raise Conflict("ballot-list-other", who=code)
    if missing := [member.code for member in value.members if member.code not in found]:
        raise Missing("ballot-paper-missing", who=", ".join(missing))


def _round(view: Reader, source: Source, digest: bytes, head: PaperHead) -> tuple[RoundRow, Round, Campaign]:
    """The round, and the campaign that it is of."""
    row = find_round.one(view, digest)
    if row is None:
        raise Missing("ballot-round-unknown")
    return row, row.value, live(view, source, row.campaign, head)


def _check_list(view: Reader, digest: bytes, last: bytes, who: str) -> None:
    """Confirmations that came before the last list must be of it."""
    if last and any(each.list != last for each in list_confirmations.all(view, digest)):
        raise Conflict("ballot-list-other", who=who)


def _once(who: str, rows: Iterable[Cast | Confirmation | Opening]) -> None:
    if any(row.station == who for row in rows):
        raise Conflict("ballot-paper-twice", who=who)


def state(view: Reader, digest: bytes, value: Round) -> str:
    """How far a round is here."""
    held = [each.holds for each in list_confirmations.all(view, digest)]
    lists, is_counted = len(list_mixes.all(view, digest)), read_tally.one(view, digest) is not None
    return rules.round_state(len(value.members), lists, sum(held), held.count(0), is_counted)


DEEDS: tuple[Deed[Any], ...] = (
    Deed("ballot-key", r.BallotKey, fill.key_given, give_key),
    Deed("ballot-round-opened", r.BallotRound, fill.round_opened, open_round),
    Deed("ballot-cast", r.BallotCast, fill.cast, cast),
    Deed("ballot-mixed", r.BallotMixed, fill.mixed, mix),
    Deed("ballot-confirmed", r.BallotConfirmed, fill.confirmed, confirm),
    Deed("ballot-opened", r.BallotOpened, fill.seed_given, give_seed),
    Deed("ballot-counted", r.BallotCounted, fill.counted, count),
    Deed("ballot-kept", r.BallotKept, fill.kept, keep),
)
