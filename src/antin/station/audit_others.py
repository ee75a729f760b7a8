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
from antin.kernel.formats import note
from antin.station import packets
from antin.station.directory import note_code
from antin.station.mirror import SQL, Mirror
from antin.station.station import Station
from antin.storage.database import Database, Row

Found = Iterator[tuple[str, AntinError]]

# What the mirrored records say, and what of each row they say: not when we saw it, nor what we did about it.
_DERIVED: dict[str, Callable[[Row], Row]] = {
    "mirror": lambda row: row,
    "mirror_hashes": lambda row: row,
    "directory": lambda row: row[:-2],
    "allotments": lambda row: row,
    "epochs_accepted": lambda row: row[:-1],
}


def table(db: Database, name: str) -> list[Row]:
    """Every row, whole: the order of its columns is that of the ``.sql`` file."""
    return db.rows(f"SELECT * FROM {name}")


def differs() -> Unverified:
    """What stands here is not what it was made of."""
    return Unverified("register-differs")


def judged(rows: Iterable[Row], judge: Callable[..., bool]) -> Found:
    """One finding for each row that is not as it must be; a false one hides no other."""
    for row in rows:
        try:
            error: AntinError | None = None if judge(*row) else differs()
        except AntinError as raised:
            error = raised
        if error is not None:
            yield shown(row[0]), error


def shown(key: object) -> str:
    """A row's key, as people read it."""
    return key.hex()[:16] if isinstance(key, bytes) else str(key)


def bound(station: Station, name: str) -> list[Row]:
    """The rows of a table of origins or codes, without those whose code has moved away since from every credential that
    we know of: nobody can judge what they signed, and nobody uses it."""

    def moved(code: str) -> bool:
        listed = station.db.rows(SQL["find_credentials"], code, "")
        return bool(listed) and all(_unallotted(station, digest) for (digest,) in listed)

    rows = table(station.db, name)
    codes = {row[0]: note_code(row[0]) or row[0] for row in rows}
    gone = {code for code in set(codes.values()) if moved(code)}
    return [row for row in rows if codes[row[0]] not in gone]


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
    fresh = Database(":memory:")
    fresh.script(SQL["tables"])
    copy, times = Mirror(fresh), dict[tuple[str, int], int]()
    for (origin,) in station.db.rows(SQL["list_mirrored"]):
        try:
            authority = station.directory.authority(_named(origin))
            for index, raw in station.directory.mirror.records(origin):
                if index != copy.grown(origin):
                    raise Missing("mirror-gap", origin=origin, index=index)
                verified = copy.append(authority, station.directory, origin, index, raw, 0)
                times[origin, index] = verified.record.time
        except AntinError as error:
            yield origin, error
    for name, said in _DERIVED.items():
        ours, again = ({said(row) for row in table(db, name)} for db in (station.db, fresh))
        yield from ((f"{name} {key}", differs()) for key in sorted({str(row[0]) for row in ours ^ again}))
    yield from _heads(station, copy)
    yield from _seen(station, times)
    fresh.close()


def _heads(station: Station, copy: Mirror) -> Found:
    def head(origin: str, size: int, root: bytes, raw: bytes, time: int) -> bool:
        point = check.checkpoint(raw, station.directory.authority(_named(origin)))
        known = size <= copy.grown(origin) and copy.root_at(origin, size) == root
        return known and (point.origin, point.size, point.root, point.time) == (origin, size, root, time)

    heads = table(station.db, "mirror_heads")
    yield from judged(heads, head)
    # A large directory comes in parts, and has no head until the last of them.
    without = {row[0] for row in station.db.rows(SQL["list_mirrored"])} - {row[0] for row in heads}
    yield from ((origin, differs()) for origin in sorted(without) if copy.grown(origin) % packets.PART_RECORDS)


def _seen(station: Station, times: dict[tuple[str, int], int]) -> Found:
    """When an entry was bound decides whose code it was: that, and when we saw it, is neither before its signing nor
    in a time to come."""
    latest = max([station.moment(), *(row[1] for row in table(station.db, "keys_clock"))]) + station.tolerance()

    def entry(origin: str, _id: bytes, index: int, *rest: Any) -> bool:
        time = times.get((origin, index), 0)
        return time - station.tolerance() <= rest[-2] <= latest and time <= rest[-1] <= latest

    yield from judged(table(station.db, "directory"), entry)


def parts(station: Station) -> Found:
    """A part at a link counts as read only as far as the journal is here."""

    def part(name: str, _digest: bytes, size: int) -> bool:
        return 0 <= size <= (station.directory.mirror.head(packets.part_origin(name)) or (0,))[0]

    yield from judged(table(station.db, "seen"), part)


# -- credentials -------------------------------------------------------------------------------------------------------


def credentials(station: Station) -> Found:
    """Each listed one proven again; each that can be proven is listed, or a name would stand for an older one."""

    def listed(digest: bytes, *columns: object) -> bool:
        if _unallotted(station, digest):  # its code has moved to another authority since: it counts no more
            return True
        subject = station.directory[digest].subject
        return columns == (subject.code, subject.officer, subject.kind, subject.name)

    yield from judged(table(station.db, "credentials"), listed)
    for digest, raw in station.db.rows(SQL["list_issued"]):
        try:
            station.directory.prove(raw, {}, 0)
        except AntinError:
            continue
        yield shown(digest), differs()


def level_keys(station: Station) -> Found:
    """Each under the signing key by which it is looked for; our own are all here."""

    def level_key(
        code: str, kid: bytes, level: int, generation: int, since: int, until: int, raw: bytes, _: int
    ) -> bool:
        of = [each for each in station.directory.named(code) if each.keys.kid == kid]
        if not of:
            raise Missing("credential-unknown", digest=kid.hex()[:16])
        value = succession.level_key(raw, of[-1])
        said = (value.station, value.level, value.generation, value.not_before, value.until)
        return said == (code, level, generation, since, until)

    yield from judged(bound(station, "level_keys"), level_key)
    here = {suites.object_digest(row[6]) for row in table(station.db, "level_keys")}
    yield from judged(((row[2],) for row in table(station.db, "keys_levels")), here.__contains__)


def epochs_asked(station: Station) -> Found:
    """What a person at an authority is asked to accept is what two officers signed."""

    def asked(code: str, epoch: int, digest: bytes, raw: bytes, _time: int) -> bool:
        record = check.record(raw, station.directory).record
        said = (record.station, record.epoch, record.kind, suites.object_digest(raw))
        return said == (code, epoch, "epoch-begun", digest)

    yield from judged(table(station.db, "epochs_asked"), asked)


# -- checkpoints of others ---------------------------------------------------------------------------------------------


def heads(station: Station) -> Found:
    """Held, kept, vouched for and heard of: each signed by the journal that it is of."""

    def point(origin: str, size: int, raw: bytes) -> note.Checkpoint:
        found = check.checkpoint(raw, station.directory.journal_of(_named(origin)))
        if (found.origin, found.size) != (origin, size):
            raise differs()
        return found

    def vouched(origin: str, size: int, raw: bytes, time: int) -> bool:
        by = witnesses(station, origin.split("/")[1])
        return point(origin, size, raw).size == size and cosigned(raw, by) == time

    def heard(origin: str, size: int, root: bytes, raw: bytes, *_: object) -> bool:
        return point(origin, size, raw).root == root

    kept = bound(station, "kept")
    held = {origin: size for origin, size, *_ in bound(station, "held")}
    yield from judged(bound(station, "held"), lambda origin, size, raw, _: point(origin, size, raw).size == size)
    yield from judged(kept, lambda origin, size, raw, time: point(origin, size, raw).time == time)
    yield from judged(bound(station, "vouched"), vouched)
    yield from judged(bound(station, "heard"), heard)
    # What is held was kept in the same step, and nothing kept is longer: else a journal could begin anew for us.
    longest: dict[str, int] = {}
    for origin, size, *_ in kept:
        longest[origin] = max(size, longest.get(origin, 0))
    yield from ((str(origin), differs()) for origin, _ in sorted(set(held.items()) ^ set(longest.items())))


def _named(origin: str) -> str:
    if not note.ORIGIN.fullmatch(origin):
        raise Unverified("checkpoint-invalid", origin=origin)
    return origin


LOOKS: dict[str, Callable[[Station], Found]] = {
    "mirror": mirrors, "directory part": parts, "credential": credentials, "level key": level_keys,
    "epoch asked": epochs_asked, "head": heads,
}  # fmt: skip
