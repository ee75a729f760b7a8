"""Fills the tables of secret ballots (spec/ballot.md). Lists stay files of their papers; the tables hold digests.

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
from antin.kernel.formats.shape import encode, parse
from antin.registers.emulation import ballot_records as r
from antin.registers.emulation import rules
from antin.registers.emulation.campaign import SQL, by_block_head, live
from antin.registers.emulation.rules import Campaign
from antin.storage.database import Database

FEWEST = 3  # of two, each knows the other's


def value_of(row: tuple[Any, ...]) -> Round:
    """The round of a row."""
    return parse(Round, row[4])


def kept(db: Database, source: Source, p: r.BallotKept) -> None:
    """A seed for each opening key, one inner onion for each round."""
    if db.value(SQL["find_kept"], p.what, p.about) is not None:
        raise Conflict("ballot-paper-twice", who=source.station)
    db.run(SQL["insert_kept"], p.what, p.about, source.index)


def key(db: Database, source: Source, p: r.BallotKey) -> None:
    """A key for one round alone. Refuses a second one, one that served before, and another than the round names."""
    live(db, source, p.campaign, p.head)
    if db.value(SQL["find_key"], p.campaign, p.number, source.station) is not None:
        raise Conflict("ballot-paper-twice", who=source.station)
    if db.value(SQL["find_opening"], p.campaign, source.station, p.opening) is not None:
        raise Refused("ballot-key-again", who=source.station)
    row = db.row(SQL["read_round"], p.campaign, p.number)
    if row is not None and (source.station, p.opening) not in {(m.code, m.opening) for m in value_of(row).members}:
        raise Unverified("ballot-round-key", who=source.station)
    db.run(SQL["insert_key"], p.campaign, p.number, source.station, p.opening, source.index)


def round_opened(db: Database, source: Source, p: r.BallotRound) -> None:
    """By the block head, among all members, on a criterion that is voted on and not counted yet."""
    value, campaign = p.round, live(db, source, p.round.campaign, p.head)
    by_block_head(source, campaign)
    _check_round(campaign, p)
    if db.row(SQL["read_round"], campaign.id, value.number) is not None:
        raise Conflict("ballot-round-known", number=value.number, id=campaign.name)
    for row in db.rows(SQL["list_rounds"], campaign.id):
        if row[3] == p.key:
            _check_over(db, campaign, row)
    known: dict[str, bytes] = dict(db.rows(SQL["list_keys"], campaign.id, value.number))
    for member in value.members:
        if member.code not in known and source.own:
            raise Missing("ballot-paper-missing", who=member.code)
        if known.get(member.code, member.opening) != member.opening:
            raise Unverified("ballot-round-key", who=member.code)
    digest = ballot.round_digest(value)
    db.run(
        SQL["insert_round"], digest, campaign.id, value.number, p.key, encode(value), source.time, source.index
    )  # fmt: skip


def _check_over(db: Database, campaign: Campaign, row: tuple[Any, ...]) -> None:
    """Whether an earlier round of a criterion may be followed by another. Once all have confirmed, whoever holds all
    other seeds can read the result: a block head who has not given his own could ask again until it pleases."""
    if db.row(SQL["read_tally"], row[0]) is not None:
        raise Conflict("ballot-counted", number=row[2], id=campaign.name)
    confirmed = db.rows(SQL["list_confirmations"], row[0])
    if len(confirmed) < len(campaign.members) or not all(holds for _, _, holds, _ in confirmed):
        return
    given = {code for code, *_ in db.rows(SQL["list_openings"], row[0])}
    if campaign.station not in given:
        raise Refused("ballot-seed-withheld", who=campaign.station, number=row[2])
    if given >= set(campaign.members):
        raise Refused("ballot-uncounted", number=row[2], id=campaign.name)


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


def cast(db: Database, source: Source, p: r.BallotCast) -> None:
    """One onion of each member in a round, of the one size."""
    row, value = _round(db, source, p.cast.round, p.head)
    size = ballot.item_size(value, 0)
    if len(p.cast.onion) != size:
        raise Unverified("ballot-list-size", found=len(p.cast.onion), expected=size)
    _once(source.station, db.rows(SQL["list_casts"], row[0]))
    db.run(SQL["insert_cast"], row[0], source.station, p.cast.onion, source.index)


def mixed(db: Database, source: Source, p: r.BallotMixed) -> None:
    """Each list once, by whose turn it is, from the list before. A second mix would link what two lists share."""
    row, value = _round(db, source, p.mixed.round, p.head)
    position, members = p.mixed.position, value.members
    if position > len(members):
        raise Refused("ballot-list-position", found=position, expected=len(members))
    turn = row[8] if position == 0 else members[position - 1].code
    if source.station != turn or bool(p.mixed.taken) != bool(position):
        raise Unverified("ballot-chain-broken", position=position)
    lists = {each[0]: each for each in db.rows(SQL["list_mixes"], row[0])}
    if position in lists:
        raise Conflict("ballot-mixed-twice", who=source.station, position=position)
    if source.own and position and position - 1 not in lists:
        raise Missing("ballot-list-missing", position=position - 1)
    before, after = lists.get(position - 1), lists.get(position + 1)
    if (before and before[3] != p.mixed.taken) or (after and after[2] != p.mixed.given):
        raise Unverified("ballot-chain-broken", position=position)
    _check_list(db, row[0], p.mixed.given if position == len(members) else b"", source.station)
    db.run(
        SQL["insert_mix"], row[0], position, source.station, p.mixed.taken, p.mixed.given, source.index
    )  # fmt: skip


def confirmed(db: Database, source: Source, p: r.BallotConfirmed) -> None:
    """Once by each, of the one last list."""
    row, value = _round(db, source, p.confirmed.round, p.head)
    last = last_list(db, row[0], value)
    if source.own and not last:
        raise Missing("ballot-list-missing", position=len(value.members))
    if last and last != p.confirmed.list:
        raise Conflict("ballot-list-other", who=source.station)
    _once(source.station, db.rows(SQL["list_confirmations"], row[0]))
    db.run(
        SQL["insert_confirmation"], row[0], source.station, p.confirmed.list, int(p.confirmed.holds), source.index,
        source.digest,
    )  # fmt: skip


def opened(db: Database, source: Source, p: r.BallotOpened) -> None:
    """A seed that makes its member's key. Nobody gives his away before all have confirmed one list."""
    row, value = _round(db, source, p.opened.round, p.head)
    last, suite = last_list(db, row[0], value), by_number(value.suite)
    if source.own:
        check_all_confirmed(db, row[0], value)
    if last and last != p.opened.list:
        raise Conflict("ballot-list-other", who=source.station)
    member = next(each for each in value.members if each.code == source.station)
    if len(p.opened.seed) != suite.wrapping_seed or WrappingKey(suite, p.opened.seed).public != member.opening:
        raise Unverified("ballot-seed-other", who=source.station)
    _once(source.station, db.rows(SQL["list_openings"], row[0]))
    db.run(SQL["insert_opening"], row[0], source.station, p.opened.list, p.opened.seed, source.index, source.digest)


def counted(db: Database, source: Source, p: r.BallotCounted) -> None:
    """The block head's count, once, over N ballots of the last list. Whoever has list and seeds counts again."""
    row, value = _round(db, source, p.tally.round, p.head)
    if source.station != row[8]:
        raise Refused("emulation-head-other", head=row[8], station=source.station)
    if source.own:
        check_all_confirmed(db, row[0], value)
    if last_list(db, row[0], value) not in (b"", p.tally.list):
        raise Conflict("ballot-list-other", who=source.station)
    bound = p.tally.valid * value.most
    names = tuple(each.candidate for each in p.tally.sums)
    if p.tally.valid + p.tally.invalid != len(value.members) or names != value.candidates:
        raise Unverified("ballot-tally-differs", number=value.number)
    if any(each.marks > bound for each in p.tally.sums):
        raise Unverified("ballot-tally-differs", number=value.number)
    if db.row(SQL["read_tally"], row[0]) is not None:
        raise Conflict("ballot-counted", number=value.number, id=f"pt-{row[7]}")
    _check_cited(db, source, row[0], value, p)
    db.run(SQL["insert_tally"], row[0], encode(p.tally), source.index)


def _check_cited(db: Database, source: Source, digest: bytes, value: Round, p: r.BallotCounted) -> None:
    """What a count rests on: of each member whose confirmation or seed is here, that record and no other."""
    for query, cited in (("list_confirmed", p.confirmed), ("list_opened", p.opened)):
        here: dict[str, bytes] = dict(db.rows(SQL[query], digest))
        if len(cited) != len(value.members):
            raise Unverified("ballot-tally-differs", number=value.number)
        for member, record in zip(value.members, cited, strict=True):
            if here.get(member.code, b"" if source.own else record) != record:
                raise Conflict("cited-otherwise", who=source.station, what=member.code)


def last_list(db: Database, digest: bytes, value: Round) -> bytes:
    """The digest of list N; empty before it is here."""
    return next((each[3] for each in db.rows(SQL["list_mixes"], digest) if each[0] == len(value.members)), b"")


def check_all_confirmed(db: Database, digest: bytes, value: Round) -> None:
    """Raises unless all N members confirm the one last list."""
    last = last_list(db, digest, value)
    found = {code: (given, holds) for code, given, holds, _ in db.rows(SQL["list_confirmations"], digest)}
    for code, (given, holds) in found.items():
        if not holds:
            raise Refused("ballot-objected", who=code)
        if given != last:
            raise Conflict("ballot-list-other", who=code)
    if missing := [member.code for member in value.members if member.code not in found]:
        raise Missing("ballot-paper-missing", who=", ".join(missing))


def _round(db: Database, source: Source, digest: bytes, head: PaperHead) -> tuple[tuple[Any, ...], Round]:
    """The round's row, with the campaign's number and block head behind it."""
    row = db.row(SQL["find_round"], digest)
    if row is None:
        raise Missing("ballot-round-unknown")
    campaign = live(db, source, row[1], head)
    return (*row, campaign.n, campaign.station), value_of(row)


def _check_list(db: Database, digest: bytes, last: bytes, who: str) -> None:
    """Confirmations that came before the last list must be of it."""
    if last and any(given != last for _, given, _, _ in db.rows(SQL["list_confirmations"], digest)):
        raise Conflict("ballot-list-other", who=who)


def _once(who: str, rows: Iterable[tuple[object, ...]]) -> None:
    if any(row[0] == who for row in rows):
        raise Conflict("ballot-paper-twice", who=who)


def state(db: Database, digest: bytes, value: Round) -> str:
    """How far a round is here."""
    held = [row[2] for row in db.rows(SQL["list_confirmations"], digest)]
    lists, is_counted = len(db.rows(SQL["list_mixes"], digest)), db.row(SQL["read_tally"], digest) is not None
    return rules.round_state(len(value.members), lists, sum(held), held.count(0), is_counted)


DEEDS: tuple[Deed[Any], ...] = (
    Deed("ballot-key", r.BallotKey, key),
    Deed("ballot-round-opened", r.BallotRound, round_opened),
    Deed("ballot-cast", r.BallotCast, cast),
    Deed("ballot-mixed", r.BallotMixed, mixed),
    Deed("ballot-confirmed", r.BallotConfirmed, confirmed),
    Deed("ballot-opened", r.BallotOpened, opened),
    Deed("ballot-counted", r.BallotCounted, counted),
    Deed("ballot-kept", r.BallotKept, kept),
)
