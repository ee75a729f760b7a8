"""News: what an envelope says of journals before its slip or receipt (spec/witness.md, News; protocol rule 16)."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

from antin.errors import AntinError, Conflict, Malformed
from antin.kernel import check
from antin.kernel.crypto import suite as suites
from antin.kernel.formats import consistency, note
from antin.kernel.formats.shape import encode
from antin.station import packets, sequences
from antin.station.checkpoints import Proofs, bare, proofs_in, proves_itself
from antin.station.directory import note_code
from antin.station.mirror import SQL
from antin.station.station import Station

Frame = tuple[str, str, bytes]
_TOLD_AT_MOST, _SHOWN_AT_MOST, _GOSSIP, _CONFLICTS = 16, 40, 10, 4
MOST = {"checkpoint": 64, "consistency": 128, "conflict": 16}  # more than anybody writes: a flood is not worked through
URGENT, CONFLICT_SECONDS = 2, 7 * 86400


def news(station: Station, peer: str, precedence: int = 0) -> Iterator[Frame]:
    """Newest checkpoint with proofs, last sequences, the echo; gossip and conflicts where nothing is urgent."""
    yield from _own(station, peer)
    yield from sequences.frames(station, peer)
    yield from _echo(station, peer)
    if precedence < URGENT:
        yield from _gossip(station, peer)
        yield from _conflicts(station, peer)


def owe(station: Station, peer: str) -> None:
    """``peer`` is to get news even when no slip or receipt is due to it."""
    station.db.run(SQL["insert_owed"], peer)


def confirmed(station: Station, peer: str, size: int) -> None:
    """The peer holds our checkpoint of ``size`` or a newer one: older ones need no proof any more."""
    station.db.run(SQL["forget_told"], peer, size)


def _own(station: Station, peer: str) -> Iterator[Frame]:
    checkpoint = station.journal.newest_checkpoint()
    claimed = note.claim(checkpoint)
    yield "checkpoint", claimed.origin, checkpoint
    for told in _to_be_linked(station, peer):
        if 0 < told < claimed.size:
            path = station.journal.consistency(told, claimed.size)
            value = consistency.Consistency(claimed.origin, told, claimed.size, path)
            yield "consistency", claimed.origin, encode(value)
    station.db.run(SQL["insert_told"], peer, claimed.size)


def _to_be_linked(station: Station, peer: str) -> list[int]:
    """The peer holds one of the sizes that it was told: the oldest when it was away all the time, a new one when it
    took what we sent. It asks for those that it showed."""
    rows = station.db.rows(SQL["list_told"], peer)
    shown = [size for size, asked in rows if asked]
    told = [size for size, asked in rows if not asked]
    if len(told) > 2 * _TOLD_AT_MOST:
        told = told[:_TOLD_AT_MOST] + told[-_TOLD_AT_MOST:]
    return sorted({*shown[-_SHOWN_AT_MOST:], *told})


def _echo(station: Station, peer: str) -> Iterator[Frame]:
    """The peer's newest checkpoint that we hold; an authority cosigns that of its own stations."""
    held = station.checkpoints.newest_of(peer)
    if held is None:
        return
    raw = held.raw
    if station.is_authority and station.directory.find(peer).issuer == station.own.digest:
        raw += station.signer.cosign(station.origin, held.origin, held.size, held.root, station.now())
    yield "checkpoint", held.origin, raw
    for each in station.checkpoints.heard(peer):
        yield "checkpoint", held.origin, each


def _gossip(station: Station, peer: str) -> Iterator[Frame]:
    rows = station.db.rows(SQL["list_authority_gossip"], peer) + station.db.rows(SQL["list_gossip"], peer)
    news = [row for row in rows if note_code(row[0]) not in (peer, station.code)]
    for origin, size, raw in news[:_GOSSIP]:
        yield "checkpoint", origin, raw
        station.db.run(SQL["write_passed"], peer, origin, size)


def _conflicts(station: Station, peer: str) -> Iterator[Frame]:
    """For a week to everybody but who told us: whoever takes one envelope away hides nothing, and no flood of forks
    stands before the others for ever."""
    since = station.now() - CONFLICT_SECONDS
    for _digest, raw in station.db.rows(SQL["list_conflicts_for"], peer, since, _CONFLICTS):
        yield "conflict", "journal-forked", raw


# -- taking ------------------------------------------------------------------------------------------------------------


def take(station: Station, frames: list[Frame]) -> str:
    """Judge all checkpoints and conflicts of an envelope; its sender, if that one's journal is linked to what is held
    of it, else "".

    Raises what the sender's own checkpoint deserves. What others are said to have signed is passed over when it does
    not hold, for it is not the sender's fault, and a conflict in it is kept.
    """
    for kind, most in MOST.items():
        if sum(each == kind for each, _, _ in frames) > most:
            raise Malformed("bytes-malformed", what="news", why="too-many")
    points = [raw for kind, _, raw in frames if kind == "checkpoint"]
    proofs = proofs_in([raw for kind, _, raw in frames if kind == "consistency"])
    if not points:
        return ""
    sender = note_code(note.claim(points[0]).origin)
    linked = sender == station.code or _from_sender(station, points[0], proofs, sender)
    others = points[1:] if sender != station.code else points
    ours = [raw for raw in others if note_code(note.claim(raw).origin) == station.code]
    _of_ours(station, ours, sender)
    for raw in others:
        if raw not in ours:
            _passed_on(station, raw, proofs, sender)
    for kind, _, raw in frames:
        if kind == "conflict":
            _conflict(station, raw, sender)
    if linked:
        sequences.take_all(station, frames)
    return sender if linked else ""


def _from_sender(station: Station, raw: bytes, proofs: Proofs, sender: str) -> bool:
    linked = station.checkpoints.take(raw, proofs, sender, station.now())
    point, held = note.claim(raw), station.checkpoints.newest_of(sender)
    behind = held is not None and (held.origin != point.origin or point.size < held.size)
    if behind:
        # A late envelope, or a station set back to an old copy: what we hold, and its own receipts, help it.
        station.db.run(SQL["write_tail"], point.origin, sender, point.size)
    ours_to_cosign = station.is_authority and station.directory.find(sender).issuer == station.own.digest
    if behind or ours_to_cosign or not linked:
        owe(station, sender)
    return linked


def _of_ours(station: Station, echoes: list[bytes], sender: str) -> None:
    """The echo, and what the sender heard of us. A false one is passed over: whoever holds the link can make one up."""
    sizes = []
    for raw in echoes:
        try:
            point = check.checkpoint(raw, station.own)
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
    told = {row[0] for row in station.db.rows(SQL["list_told"], sender)}
    with station.db.transaction():
        if len(sizes) > 1 or not told & set(sizes):
            owe(station, sender)  # it heard of us without a proof, or holds what it was not told by us
        station.db.run(SQL["forget_shown"], sender)
        for size in sizes:
            station.db.run(SQL["insert_shown"], sender, size)
        confirmed(station, sender, min(sizes))


def _cosigned(station: Station, raw: bytes, point: note.Checkpoint) -> None:
    """A witness's line came back: the receipts under it go out once more, now proven."""
    authority = station.directory[station.own.issuer] if station.own.issuer else None
    time = check.cosigned(raw, authority) if authority else None
    if authority is None or time is None:
        return
    # Without lines of others: what a liar adds would travel with each of our receipts.
    own, lines = bare(raw), raw.partition(b"\n\n")[2].splitlines(keepends=True)[2:]
    raw = next(own + line for line in lines if check.cosigned(own + line, authority) is not None)
    with station.db.transaction():
        station.journal.keep_cosigned(raw)
        station.db.run(SQL["requeue_proven"], point.size)
        station.db.run(SQL["write_witnessed"], point.size, time)
        station.db.run(SQL["write_clock"], time)


def _passed_on(station: Station, raw: bytes, proofs: Proofs, sender: str) -> None:
    try:
        station.checkpoints.take(raw, proofs, sender, station.now())
    except Conflict as error:
        keep_conflict(station, error)
    except AntinError:
        return


def _conflict(station: Station, raw: bytes, sender: str) -> None:
    """Somebody passes on two checkpoints that exclude one another; kept if they convict their journal by themselves."""
    digest = suites.object_digest(raw)
    if station.db.value(SQL["has_conflict"], digest) is not None:
        return
    try:
        frames = packets.read_all(BytesIO(raw), packets.EVIDENCE)
        pair = {name: data for kind, name, data in frames if kind == "conflict"}
        held, shown = bare(pair["held"]), bare(pair["shown"])
        if not proves_itself(held, shown, station.directory):
            return
    except (AntinError, KeyError):
        return
    station.db.run(SQL["insert_conflict_passed"], sender, digest)
    evidence = {"held": held, "shown": shown}
    keep_conflict(station, Conflict("journal-forked", origin=note.claim(held).origin, evidence=evidence))


def keep_conflict(station: Station, error: Conflict) -> None:
    """Keep a conflict's evidence, record where it lies, and owe it to all correspondents if it proves itself."""
    if not error.evidence:
        return
    evidence = packets.write(packets.EVIDENCE, (("conflict", name, data) for name, data in error.evidence.items()))
    about = str(error.fields.get("origin") or error.fields.get("name") or "?")[:80]
    pair = error.evidence
    plain = error.code == "journal-forked" and {"held", "shown"} <= set(pair)
    proving = plain and proves_itself(pair["held"], pair["shown"], station.directory)
    if not station.keep_conflict(about, error.code, evidence, proving) or not proving:
        return
    for origin, _size, _raw in station.db.rows(SQL["list_held"]):
        owe(station, note_code(origin))
