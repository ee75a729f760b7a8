"""Audit of what a station knows of others: made again from the mirrored records, or verified by its signatures.

Each look yields (where, what is wrong); one that raises is a finding itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from antin.errors import AntinError, Missing, Unverified
from antin.kernel import check, succession
from antin.kernel.check import Trusted
from antin.kernel.crypto import suite as suites
from antin.kernel.formats import note, signed
from antin.kernel.formats.record import HYBRID, QUICK, Record
from antin.kernel.formats.shape import parse
from antin.kernel.formats.succession import LevelKey
from antin.relay.link import PART_RECORDS
from antin.station import packets, rows
from antin.station.directory import note_code
from antin.station.mirror import Mirror
from antin.station.station import Station
from antin.storage.engines import scratch
from antin.storage.query import every, unlike

Found = Iterator[tuple[str, AntinError]]

# What the mirrored records say: each table with the column that names a row's journal, and those of which they say
# nothing: when we saw it, and what we did about it.
_DERIVED: dict[str, tuple[str, tuple[str, ...]]] = {
    "mirror": ("origin", ()),
    "mirror_hashes": ("origin", ()),
    "directory": ("origin", ("seen", "bound")),
    "allotments": ("scope", ()),
    "epochs_accepted": ("origin", ("sent_again",)),
}


def differs() -> Unverified:
    """What stands here is not what it was made of."""
    return Unverified("register-differs")


def judged(found: Iterable[Any], judge: Callable[[Any], bool], key: str) -> Found:
    """One finding for each row that is not as it must be, by its ``key``; a false one hides no other."""
    for row in found:
        try:
            error: AntinError | None = None if judge(row) else differs()
        except AntinError as raised:
            error = raised
        if error is not None:
            yield shown(getattr(row, key)), error


def shown(key: object) -> str:
    """A row's key, as people read it."""
    return key.hex()[:16] if isinstance(key, bytes) else str(key)


def bound(station: Station, name: str) -> list[Any]:
    """The rows of a table of origins or codes, without those whose code has moved away since from every credential that
    we know of: nobody can judge what they signed, and nobody uses it."""

    def moved(code: str) -> bool:
        listed = rows.find_credentials.all(station.db, code, "")
        return bool(listed) and all(_unallotted(station, digest) for digest in listed)

    def code_of(row: Any) -> str:
        return row.code if hasattr(row, "code") else note_code(row.origin) or row.origin

    found = list(every(station.db, name))
    gone = {code for code in {code_of(row) for row in found} if moved(code)}
    return [row for row in found if code_of(row) not in gone]


def _unallotted(station: Station, digest: bytes) -> bool:
    try:
        return station.directory[digest] is None
    except AntinError as error:
        return error.code == "code-not-allotted"


def witnesses(station: Station, code: str) -> list[Trusted]:
    """Every credential, old and new, of the authorities that have bound a code."""
    issuers = {each.issuer for each in station.directory.named(code) if each.issuer}
    codes = {station.directory[each].subject.code for each in issuers}
    return [each for one in sorted(codes) for each in station.directory.named(one)]


def cosigned(raw: bytes, by: Iterable[Trusted]) -> int | None:
    """When the first of these cosigned a checkpoint, or None."""
    return next((time for each in by if (time := check.cosigned(raw, each)) is not None), None)


# -- mirrors -----------------------------------------------------------------------------------------------------------


def mirrors(station: Station) -> Found:
    """Every followed journal, followed once more into an empty database by the code that followed it first."""
    fresh = scratch()  # a private file: what is followed need not fit into memory
    fresh.script(rows.SQL["tables"])
    copy = Mirror(fresh)
    for origin in rows.list_mirrored.all(station.db):
        try:
            authority = station.directory.authority(_named(origin))
            for each in station.directory.mirror.records(origin):
                if each.idx != copy.grown(origin):
                    raise Missing("mirror-gap", origin=origin, index=each.idx)
                copy.append(authority, station.directory, origin, each.idx, each.raw, 0)
        except AntinError as error:
            yield origin, error
    for name, (key, unsaid) in _DERIVED.items():
        of = {str(getattr(row, key)) for row in unlike(station.db, fresh, name, unsaid)}
        yield from ((f"{name} {each}", differs()) for each in sorted(of))
    yield from _heads(station, copy)
    yield from _seen(station)
    fresh.close()


def _heads(station: Station, copy: Mirror) -> Found:
    def head(row: Any) -> bool:
        point = check.checkpoint(row.checkpoint, station.directory.authority(_named(row.origin)))
        said = (point.origin, point.size, point.root, point.time)
        known = row.size <= copy.grown(row.origin) and copy.root_at(row.origin, row.size) == row.root
        return known and said == (row.origin, row.size, row.root, row.time)

    heads = list(every(station.db, "mirror_heads"))
    yield from judged(heads, head, "origin")
    # A large directory comes in parts, and has no head until the last of them.
    without = set(rows.list_mirrored.all(station.db)) - {row.origin for row in heads}
    yield from ((origin, differs()) for origin in sorted(without) if copy.grown(origin) % PART_RECORDS)


def _seen(station: Station) -> Found:
    """When an entry was bound decides whose code it was: that, and when we saw it, is neither before its signing nor
    in a time to come."""
    latest = max([station.moment(), *(row.before for row in every(station.db, "keys_clock"))]) + station.tolerance()

    def entry(row: Any) -> bool:
        mirrored = next(every(station.db, "mirror", origin=row.origin, idx=row.idx), None)
        raw = b"" if mirrored is None else signed.claim(mirrored.raw, HYBRID, QUICK).unverified_body
        time = parse(Record, raw).time if raw else 0
        return bool(time - station.tolerance() <= row.seen <= latest and time <= row.bound <= latest)

    yield from judged(every(station.db, "directory"), entry, "origin")


def parts(station: Station) -> Found:
    """A part at a link counts as read only as far as the journal is here."""

    def part(row: Any) -> bool:
        return bool(0 <= row.size <= station.directory.mirror.size(packets.part_origin(row.code)))

    yield from judged(every(station.db, "seen"), part, "code")


# -- credentials -------------------------------------------------------------------------------------------------------


def credentials(station: Station) -> Found:
    """Each listed one proven again; each that can be proven is listed, or a name would stand for an older one."""

    def listed(row: Any) -> bool:
        if _unallotted(station, row.digest):  # its code has moved to another authority since: it counts no more
            return True
        subject = station.directory[row.digest].subject
        said = (subject.code, subject.officer, subject.kind, subject.name)
        return (row.code, row.officer, row.kind, row.name) == said

    yield from judged(every(station.db, "credentials"), listed, "digest")
    for each in rows.list_issued.all(station.db):
        try:
            station.directory.prove(each.raw, {}, 0)
        except AntinError:
            continue
        yield shown(each.digest), differs()


def level_keys(station: Station) -> Found:
    """Each under the signing key by which it is looked for; our own are all here. Those under keys of ours that wait
    to be bound are what the journal says."""
    recorded = {row.object for row in every(station.db, "keys_levels")}

    def level_key(row: Any) -> bool:
        of = [each for each in station.directory.named(row.code) if each.keys.kid == row.kid]
        if of:
            value = succession.level_key(row.raw, of[-1])
        else:
            claimed = signed.claim(row.raw, "antin/level-key/1")
            if suites.object_digest(row.raw) not in recorded or claimed.signers[0].credential != row.kid:
                raise Missing("credential-unknown", digest=row.kid.hex()[:16])
            value = parse(LevelKey, claimed.unverified_body)
        said = (value.station, value.level, value.generation, value.not_before, value.until)
        return said == (row.code, row.level, row.generation, row.not_before, row.until)

    yield from judged(bound(station, "level_keys"), level_key, "code")
    here = {suites.object_digest(row.raw) for row in every(station.db, "level_keys", code=station.code)}
    yield from judged(every(station.db, "keys_levels"), lambda row: row.object in here, "object")


def epochs_asked(station: Station) -> Found:
    """What a person at an authority is asked to accept is what two officers signed."""

    def asked(row: Any) -> bool:
        record = check.record(row.raw, station.directory).record
        said = (record.station, record.epoch, record.kind, suites.object_digest(row.raw))
        return said == (row.code, row.epoch, "epoch-begun", row.digest)

    yield from judged(every(station.db, "epochs_asked"), asked, "code")


# -- checkpoints of others ---------------------------------------------------------------------------------------------


def heads(station: Station) -> Found:
    """Held, kept, vouched for and heard of: each signed by the journal that it is of."""

    def point(row: Any) -> note.Checkpoint:
        found = check.checkpoint(row.raw, station.directory.journal_of(_named(row.origin)))
        if (found.origin, found.size) != (row.origin, row.size):
            raise differs()
        return found

    def vouched(row: Any) -> bool:
        by = witnesses(station, row.origin.split("/")[1])
        return bool(point(row).size == row.size and cosigned(row.raw, by) == row.time)

    kept, held = bound(station, "kept"), bound(station, "held")
    yield from judged(held, lambda row: point(row).size == row.size, "origin")
    yield from judged(kept, lambda row: point(row).time == row.time, "origin")
    yield from judged(bound(station, "vouched"), vouched, "origin")
    yield from judged(bound(station, "heard"), lambda row: point(row).root == row.root, "origin")
    # What is held was kept in the same step, and nothing kept is longer: else a journal could begin anew for us.
    longest: dict[str, int] = {}
    for row in kept:
        longest[row.origin] = max(row.size, longest.get(row.origin, 0))
    newest = {row.origin: row.size for row in held}
    yield from ((str(origin), differs()) for origin, _ in sorted(set(newest.items()) ^ set(longest.items())))


def _named(origin: str) -> str:
    if not note.ORIGIN.fullmatch(origin):
        raise Unverified("checkpoint-invalid", origin=origin)
    return origin


LOOKS: dict[str, Callable[[Station], Found]] = {
    "mirror": mirrors, "directory part": parts, "credential": credentials, "level key": level_keys,
    "epoch asked": epochs_asked, "head": heads,
}  # fmt: skip
