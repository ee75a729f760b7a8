"""News: what an envelope says of journals before its slip or receipt (spec/witness.md, News; protocol rule 16)."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

from antin.errors import AntinError, Conflict
from antin.kernel import check
from antin.kernel.crypto import suite as suites
from antin.kernel.formats import consistency, note
from antin.kernel.formats.shape import encode
from antin.station import packets, rows, sequences, turned, witness_rows
from antin.station.checkpoints import Proofs, proofs_in, proves_itself, with_line
from antin.station.directory import note_code
from antin.station.mirror import bare
from antin.station.station import Station

Frame = tuple[str, str, bytes]
_TOLD_AT_MOST, _SHOWN_AT_MOST, _GOSSIP, _URGENT_GOSSIP, _CONFLICTS = 16, 40, 10, 1, 4
URGENT, CONFLICT_SECONDS = 2, 7 * 86400
MOST_KEPT = 2  # proofs of one kind about one journal: more convict nobody more, and a flood of them is counted


def news(station: Station, peer: str, precedence: int = 0, *, alone: bool = False) -> Iterator[Frame]:
    """Newest checkpoint with proofs, the newest that our authority cosigned, last sequences, a clock set back, the
    echo, gossip; conflicts and our level keys where nothing is urgent. News ``alone``, with neither slip nor receipt,
    need no newer checkpoint than the peer has seen, or than our authority has cosigned."""
    yield from _own(station, peer, alone)
    yield from sequences.frames(station, peer)
    yield from turned.frames(station, peer)
    yield from _echo(station, peer)
    yield from _gossip(station, peer, _GOSSIP if precedence < URGENT else _URGENT_GOSSIP)
    if precedence < URGENT:
        yield from _conflicts(station, peer)
        yield from _level_keys(station, peer)


def owe(station: Station, peer: str) -> None:
    """``peer`` is to get news even when no slip or receipt is due to it."""
    station.db.run(rows.SQL["insert_owed"], peer)


def confirmed(station: Station, peer: str, size: int) -> None:
    """The peer holds our checkpoint of ``size`` or a newer one: older ones need no proof any more."""
    station.db.run(rows.SQL["forget_told"], peer, size)


def _own(station: Station, peer: str, alone: bool) -> Iterator[Frame]:
    checkpoint = station.journal.newest_checkpoint()
    witnessed = station.journal.newest_cosigned()
    told_sizes = set(_to_be_linked(station, peer))
    if (
        alone
        and witnessed is not None
        and told_sizes
        and max(told_sizes) <= note.claim(witnessed).size
        and (peer != authority_of(station))
    ):
        checkpoint = witnessed  # else whoever is told of a cosignature is owed the next one for ever
    claimed = note.claim(checkpoint)
    yield "checkpoint", claimed.origin, checkpoint
    if witnessed is not None and witnessed != checkpoint:
        yield "checkpoint", note.claim(witnessed).origin, witnessed
        told_sizes.add(note.claim(witnessed).size)
    for told in sorted(told_sizes):
        if 0 < told < claimed.size:
            path = station.journal.consistency(told, claimed.size)
            value = consistency.Consistency(claimed.origin, told, claimed.size, path)
            yield "consistency", claimed.origin, encode(value)
    station.db.run(rows.SQL["insert_told"], peer, claimed.size)


def _to_be_linked(station: Station, peer: str) -> list[int]:
    """The peer holds one of the sizes that it was told: the oldest when it was away all the time, a new one when it
    took what we sent. It asks for those that it showed."""
    known = witness_rows.list_told.all(station.db, peer)
    shown = [each.size for each in known if each.shown]
    told = [each.size for each in known if not each.shown]
    if len(told) > 2 * _TOLD_AT_MOST:
        told = told[:_TOLD_AT_MOST] + told[-_TOLD_AT_MOST:]
    return sorted({*shown[-_SHOWN_AT_MOST:], *told})


def _echo(station: Station, peer: str) -> Iterator[Frame]:
    """The peer's newest checkpoint that we hold; an authority cosigns that of its own stations, while they count."""
    held = station.checkpoints.newest_of(peer)
    if held is None:
        return
    raw = held.raw
    gone = station.directory.revoked_since(station.directory.journal_of(held.origin))
    if gone is None and _is_ours(station, held.origin):
        now = station.now()
        raw += station.signer.cosign(station.origin, held.origin, held.size, held.root, now)
        station.db.run(rows.SQL["write_vouched"], held.origin, held.size, raw, now)
    yield "checkpoint", held.origin, raw
    for each in station.checkpoints.heard(peer):
        yield "checkpoint", held.origin, each


def _is_ours(station: Station, origin: str) -> bool:
    """Whether we are the authority that bound the station whose journal this is."""
    return (
        station.is_authority
        and bool(issuer := station.directory.journal_of(origin).issuer)
        and (station.directory[issuer].subject.code == station.code)
    )


def _gossip(station: Station, peer: str, most: int) -> Iterator[Frame]:
    """Heads that an authority signed or cosigned, each with every envelope until the peer is known to have it.

    It is known when the peer echoes a checkpoint of ours that is newer than the one with which it was first told.
    """
    told = note.claim(station.journal.newest_checkpoint()).size
    heads = witness_rows.list_gossip.all(station.db, peer, most + 2)
    for head in [each for each in heads if note_code(each.origin) not in (peer, station.code)][:most]:
        yield "checkpoint", head.origin, head.raw
        station.db.run(rows.SQL["write_passed"], peer, head.origin, head.size, told)


def authority_of(station: Station) -> str:
    """The code of whoever bound us; "" for the root."""
    return station.directory[station.own.issuer].subject.code if station.own.issuer else ""


def _level_keys(station: Station, peer: str) -> Iterator[Frame]:
    """To our authority, until they stand in its directory."""
    if peer == authority_of(station):
        for each in rows.list_newest_level_keys.all(station.db, station.code, station.own.keys.kid):
            if not each.published:
                yield "level-key", "", each.raw


def _conflicts(station: Station, peer: str) -> Iterator[Frame]:
    """For a week to everybody but who told us: whoever takes one envelope away hides nothing, and no flood of forks
    stands before the others for ever."""
    since = station.now() - CONFLICT_SECONDS
    for each in witness_rows.list_conflicts_for.all(station.db, peer, since, _CONFLICTS):
        yield "conflict", "journal-forked", each.raw


# -- taking ------------------------------------------------------------------------------------------------------------


def take(station: Station, frames: list[Frame]) -> str:
    """Judge all checkpoints and conflicts of an envelope; its sender, if that one's journal is linked to what is held
    of it, else "".

    Raises what the sender's own checkpoint deserves. What others are said to have signed is passed over when it does
    not hold, for it is not the sender's fault, and a conflict in it is kept.
    """
    points = [raw for kind, _, raw in frames if kind == "checkpoint"]
    proofs = proofs_in([raw for kind, _, raw in frames if kind == "consistency"])
    if not points:
        return ""
    sender = note_code(note.claim(points[0]).origin)
    linked = sender == station.code or _from_sender(station, points[0], proofs, sender)
    others = points[1:] if sender != station.code else points
    ours = [raw for raw in others if note_code(note.claim(raw).origin) == station.code]
    _of_ours(station, ours, sender)
    heard = [_passed_on(station, raw, proofs, sender) for raw in others if raw not in ours]
    shown = [(sender, each.origin, each.size) for each in heard if each is not None]
    if shown:  # the sender knows these heads: they are not gossip for him
        station.db.many(rows.SQL["write_shown_to_us"], shown)
    for kind, _, raw in frames:
        if kind == "conflict":
            _conflict(station, raw, sender)
        elif kind == "level-key":
            _take_level_key(station, raw, sender)
    if linked:
        sequences.take_all(station, frames)
    return sender if linked else ""


def _from_sender(station: Station, raw: bytes, proofs: Proofs, sender: str) -> bool:
    linked = station.checkpoints.take(raw, proofs, sender, station.now())
    point, held = note.claim(raw), station.checkpoints.newest_of(sender)
    behind = held is not None and (held.origin != point.origin or point.size < held.size)
    if behind:
        # A late envelope, or a station set back to an old copy: what we hold, and its own receipts, help it.
        station.db.run(rows.SQL["write_tail"], point.origin, sender, point.size)
    if behind or _is_ours(station, point.origin) or not linked:
        owe(station, sender)
    if not linked:
        station.db.run(rows.SQL["write_asked_of"], point.origin, station.here())
    return linked


def _of_ours(station: Station, echoes: list[bytes], sender: str) -> None:
    """The echo, and what the sender heard of us. A false one is passed over: whoever holds the link can make one up."""
    sizes = []
    for raw in echoes:
        if note.epoch_of(note.claim(raw).origin) < station.own.credential.epoch:
            continue  # of the journal that stood under this name before we were founded
        try:
            point = check.checkpoint(raw, station.directory.journal_of(note.claim(raw).origin))
        except AntinError:
            continue
        claimed = note.claim(raw)
        if station.journal.contains(claimed):
            sizes.append(point.size)
            _cosigned(station, raw, point)
        elif not station.journal.admitted(claimed):
            station.recovering.shown(claimed)
    if sizes and sender != station.code:
        _was_shown(station, sender, sizes)


def _was_shown(station: Station, sender: str, sizes: list[int]) -> None:
    told = {each.size for each in witness_rows.list_told.all(station.db, sender)}
    with station.db.transaction():
        if len(sizes) > 1 or not told & set(sizes):
            owe(station, sender)  # it heard of us without a proof, or holds what it was not told by us
        station.db.run(rows.SQL["forget_shown"], sender)
        for size in sizes:
            station.db.run(rows.SQL["insert_shown"], sender, size)
        confirmed(station, sender, min(sizes))
        station.db.run(rows.SQL["set_passed"], sender, max(sizes))


def _cosigned(station: Station, raw: bytes, point: note.Checkpoint) -> None:
    """A witness's line came back: the receipts under it go out once more, now proven."""
    authority = station.directory[station.own.issuer] if station.own.issuer else None
    time = check.cosigned(raw, authority) if authority else None
    if authority is None or time is None:
        return
    raw = with_line(raw, authority)  # what a liar adds would else travel with each of our receipts
    before = station.journal.newest_cosigned()
    with station.db.transaction():
        known = note.claim(before).size if before else 0
        for peer in witness_rows.list_told_since.all(station.db, known, point.size):
            if peer != authority.subject.code:
                owe(station, peer)  # it holds a head of ours that it has not seen cosigned yet
        station.journal.keep_cosigned(raw)
        station.db.run(rows.SQL["requeue_proven"], point.size)
        station.db.run(rows.SQL["write_witnessed"], point.size, time)
        station.raise_clock(time)


def _take_level_key(station: Station, raw: bytes, sender: str) -> None:
    """A station's new key for a level; it goes into the directory of the authority that bound it."""
    try:
        if packets.keep_level_key(station, raw) == sender:
            station.directory_changed(sender)
    except Conflict as error:
        keep_conflict(station, error)
    except AntinError:
        return


def _passed_on(station: Station, raw: bytes, proofs: Proofs, sender: str) -> note.ClaimedCheckpoint | None:
    """The head, if its journal signed it: else whoever holds the link could say for ever that the sender knows more
    than we."""
    try:
        station.checkpoints.take(raw, proofs, sender, station.now())
    except Conflict as error:
        keep_conflict(station, error)
    except AntinError:
        return None
    else:
        return note.claim(raw)
    return None


def _conflict(station: Station, raw: bytes, sender: str) -> None:
    """Somebody passes on two checkpoints that exclude one another; kept if they convict their journal by themselves."""
    digest = suites.object_digest(raw)
    if witness_rows.has_conflict.one(station.db, digest) is not None:
        return
    try:
        frames = packets.read_all(BytesIO(raw), packets.CONFLICT)
        pair = {name: data for kind, name, data in frames if kind == "conflict"}
        held, shown = bare(pair["held"]), bare(pair["shown"])
        if not proves_itself(held, shown, station.directory):
            return
    except (AntinError, KeyError):
        return
    station.db.run(rows.SQL["insert_conflict_passed"], sender, digest)
    evidence = {"held": held, "shown": shown}
    keep_conflict(station, Conflict("journal-forked", origin=note.claim(held).origin, evidence=evidence))


def keep_conflict(station: Station, error: Conflict) -> None:
    """Keep a conflict's evidence, record where it lies, and owe it to all correspondents if it proves itself.

    Of one kind about one journal the first proofs are kept, and the rest counted.
    """
    if not error.evidence:
        return
    evidence = packets.write(packets.CONFLICT, (("conflict", name, data) for name, data in error.evidence.items()))
    about = str(error.fields.get("origin") or error.fields.get("name") or "?")[:80]
    if (witness_rows.read_conflict_count.one(station.db, about, error.code) or 0) >= MOST_KEPT:
        station.db.run(rows.SQL["count_conflict"], about, error.code)
        return
    convicts = proving(station, error.code, evidence)
    if not station.keep_conflict(about, error.code, evidence, convicts):
        return
    station.db.run(rows.SQL["count_conflict"], about, error.code)
    if not convicts:
        return
    for each in witness_rows.list_held.all(station.db):
        owe(station, note_code(each.origin))


def proving(station: Station, code: str, evidence: bytes) -> bool:
    """Whether the evidence of a conflict convicts a journal by itself: two heads that exclude one another."""
    pair = {name: data for _, name, data in packets.read_all(BytesIO(evidence), packets.CONFLICT)}
    plain = code == "journal-forked" and {"held", "shown"} <= set(pair)
    return plain and proves_itself(pair["held"], pair["shown"], station.directory)
