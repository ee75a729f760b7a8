"""Packets: what travels between stations is written and read here, as bundles (spec/bundle.md)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from io import BytesIO

from antin.errors import AntinError, Conflict, Malformed, Unavailable, Unverified
from antin.kernel import check
from antin.kernel.check import Trusted
from antin.kernel.crypto import suite as suites
from antin.kernel.crypto import tree
from antin.kernel.formats import bundle, note
from antin.kernel.formats import credential as cred
from antin.kernel.formats.bundle import Readable
from antin.kernel.formats.consistency import Consistency
from antin.kernel.formats.frame import frame_head
from antin.kernel.formats.purposes import PURPOSES
from antin.kernel.formats.shape import encode, parse
from antin.relay.link import PART_RECORDS
from antin.station import rows
from antin.station.mirror import Part
from antin.station.station import Station

ENVELOPE, TRAFFIC, DIRECTORY, APPROVAL, REQUEST, EVIDENCE, CONFLICT, CASE, BACKUP, KEYS = (
    "envelope", "traffic", "directory", "approval", "request", "evidence", "conflict", "case", "backup", "keys",
)  # fmt: skip
Frame = tuple[str, str, bytes]


def write(purpose: str, frames: Iterable[Frame]) -> bytes:
    """A whole bundle in memory: (kind, name, bytes) each."""
    return b"".join(stream(purpose, ((kind, name, len(data), [data]) for kind, name, data in frames)))


def stream(purpose: str, frames: Iterable[tuple[str, str, int, Iterable[bytes]]]) -> Iterator[bytes]:
    """A bundle in pieces: (kind, name, size, pieces) each; closes itself with the digest of all before."""
    hash_ = sha256()

    def counted(data: bytes) -> bytes:
        hash_.update(data)
        return data

    yield counted(frame_head("begin", 0, purpose))
    for kind, name, size, pieces in frames:
        yield counted(frame_head(kind, size, name))
        for piece in pieces:
            yield counted(piece)
    before = hash_.digest()
    yield frame_head("end", 32) + before


# -- directories -------------------------------------------------------------------------------------------------------


def directory_frames(station: Station) -> Iterator[Frame]:
    """All mirrored authority journals, the root's first: for each its parts, one after another."""
    heads = rows.list_mirror_heads.all(station.db)
    for head in sorted(heads, key=lambda each: (not _is_root(station, each.origin), each.origin)):
        for start in range(0, head.size, PART_RECORDS):
            yield from part_frames(station, head.origin, start)


def part_names(station: Station, origin: str) -> dict[str, int]:
    """The parts of a mirrored journal by the names under which they lie at a link: where each starts.

    What is full bears its number; the last one, which grows, does not, and comes last.
    """
    size, (_, code, epoch) = station.directory.mirror.size(origin), origin.split("/")
    full = {f"{code}-{epoch}-{n:06d}": n * PART_RECORDS for n in range(size // PART_RECORDS)}
    return {**full, f"{code}-{epoch}": size // PART_RECORDS * PART_RECORDS}


def part_origin(name: str) -> str:
    """The journal of a part's name; "" for any other name."""
    code, _, rest = name.partition("-")
    origin = f"antin/{code}/{rest.partition('-')[0]}"
    return origin if note.ORIGIN.fullmatch(origin) else ""


def is_full(name: str) -> bool:
    """Whether a part grows no more."""
    return name.count("-") == 2


def part_end(name: str, size: int) -> int:
    """Up to which record a part goes, when the journal under its checkpoint has ``size``."""
    number = name.rpartition("-")[2]
    return (int(number) + 1) * PART_RECORDS if is_full(name) and number.isascii() and number.isdecimal() else size


def part_order(name: str) -> tuple[str, bool, str]:
    """The parts of one journal one after another, the one that grows last."""
    return part_origin(name), not is_full(name), name


def part_frames(station: Station, origin: str, start: int) -> Iterator[Frame]:
    """The credentials that are open to all, entered in these records, with their level keys; records; checkpoint."""
    authority, mirror = station.directory.authority(origin), station.directory.mirror
    head = mirror.head(origin)
    size, checkpoint = (head.size, head.checkpoint) if head is not None else (0, b"")
    end = min(start + PART_RECORDS, size)
    old = station.directory.named(authority.subject.code)
    for digest in dict.fromkeys(each.digest for one in old for each in _with_issuers(station, one)):
        yield "credential", "", station.directory.raw(digest)
    for entered in rows.list_entered.all(station.db, origin, start, end):
        known = _known(station, entered.digest)
        if known is None or (entered.kind == cred.OFFICER and known.subject.code != authority.subject.code):
            continue  # officers stay at home, but for those who act for the authority itself
        yield "credential", "", station.directory.raw(entered.digest)
        if entered.kind == cred.AGENCY:
            # The newest of each level: else one station with ever new keys makes the part too large for all readers.
            for each in rows.list_newest_level_keys.all(station.db, entered.code, known.keys.kid):
                yield "level-key", "", each.raw
    for record in mirror.records(origin, start, end):
        yield "record", origin, record.raw
    if end < size:
        path = tree.consistency(mirror.hash_at(origin), end, size)
        yield "consistency", origin, encode(Consistency(origin, end, size, path))
    yield "checkpoint", origin, checkpoint


def _known(station: Station, digest: bytes) -> Trusted | None:
    try:
        return station.directory.get(digest)
    except AntinError:  # its code has moved to another authority
        return None


def _with_issuers(station: Station, trusted: Trusted) -> list[Trusted]:
    return [*_with_issuers(station, station.directory[trusted.issuer]), trusted] if trusted.issuer else [trusted]


def card(station: Station, officer: str) -> bytes:
    """An officer's credential as a directory bundle: his agency hands it to those who may write to him by name.

    The directory itself shows no officers, so that other branches never learn them (ADR 0006).
    """
    return write(DIRECTORY, [("credential", "", station.directory.raw(station.officer(officer).digest))])


@dataclass
class Taken:
    """What came of directory frames: new records, journal and size of the last checkpoint, and what was wrong with
    which journal.

    One's fault is its own."""

    new: int = 0
    origin: str = ""
    size: int = 0
    faults: list[tuple[str, AntinError]] = field(default_factory=list)


class Taking:
    """Directory frames one after another; a part takes effect when its checkpoint comes, in one transaction.

    ``ends`` proves what is left: credentials that came for themselves.
    """

    def __init__(self, station: Station, on_conflict: Callable[[Conflict], None] = lambda _: None) -> None:
        self._station, self._on_conflict, self.done = station, on_conflict, Taken()
        self._credentials: dict[bytes, bytes] = {}
        self._level_keys: list[bytes] = []
        self._records: dict[str, list[bytes]] = {}
        self._paths: dict[str, Consistency] = {}

    def take(self, kind: str, name: str, data: bytes) -> None:
        """One frame."""
        if kind == "credential":
            self._credentials[suites.object_digest(data)] = data
        elif kind == "level-key":
            self._level_keys.append(data)
        elif kind == "record":
            self._records.setdefault(name, []).append(data)
        elif kind == "consistency":
            self._paths[name] = parse(Consistency, data)
        elif kind == "checkpoint":
            records, path = self._records.pop(name, []), self._paths.pop(name, None)
            try:
                start = (path.old if path else note.claim(data).size) - len(records)
                with self._station.db.transaction():
                    self._part(name, Part(start, records, data, path.path if path else ()))
            except Unavailable:
                raise
            except AntinError as error:
                self._fault(name, error)
            self._level_keys.clear()

    def ends(self) -> Taken:
        """After the last frame."""
        self._keep_credentials()
        return self.done

    def _part(self, origin: str, part: Part) -> None:
        station, directory = self._station, self._station.directory
        self._keep_credentials()
        authority = directory.authority(origin)
        point = check.checkpoint(part.checkpoint, authority)
        if point.origin != origin:
            raise Unverified("checkpoint-invalid", origin=origin)
        station.check_plausible(point)
        trust = directory.beside(self._credentials.values())
        new = directory.mirror.follow(authority, trust, part, station.here())
        self.done.new, self.done.origin, self.done.size = self.done.new + new, origin, point.size
        if new:
            directory.forget()
        self._keep_credentials()
        for raw in self._level_keys:
            try:
                keep_level_key(station, raw)
            except AntinError as error:
                self._fault(origin, error)
        station.checkpoints.settle_mirrored(origin)
        if origin == station.origin and directory.mirror.grown(origin) > station.journal.head()[0]:
            station.recovering.shown(note.claim(part.checkpoint))  # others hold more of our journal than we do
        for conflict in directory.misbound(origin):
            self._on_conflict(conflict)
        station.witnessed(authority, point.time)

    def _keep_credentials(self) -> None:
        """Those that can be proven by now; the others wait for the end of the frames, and are then forgotten."""
        for digest, raw in list(self._credentials.items()):
            try:
                self._station.directory.keep(raw, self._credentials)
                del self._credentials[digest]
            except AntinError:
                continue

    def _fault(self, name: str, error: AntinError) -> None:
        self.done.faults.append((name, error))
        if isinstance(error, Conflict):
            self._on_conflict(error)


def take_directory(station: Station, frames: Iterable[Frame],
                   on_conflict: Callable[[Conflict], None] = lambda _: None) -> Taken:  # fmt: skip
    """Follow the journals in these frames."""
    taking = Taking(station, on_conflict)
    for kind, name, data in frames:
        taking.take(kind, name, data)
    return taking.ends()


def keep_level_key(station: Station, raw: bytes) -> str:
    """An agency's key for a level, also ours as it came back; of others the three newest of a level are kept, for a
    station may sign as many as it likes. Returns whose it is."""
    value = station.directory.keep_level_key(raw)
    if value.station != station.code:
        station.db.run(rows.SQL["forget_level_keys"], value.station, value.level)
    return value.station


def _is_root(station: Station, origin: str) -> bool:
    try:
        return not station.directory.authority(origin).issuer
    except AntinError:  # not known before the root's journal was followed
        return False


def frames_of(source: Readable, purpose: str) -> Iterator[Frame]:
    """The frames one by one; whoever acts on them before the end acts on what proves itself."""
    for item in bundle.Reader(source, PURPOSES[purpose]):
        yield item.kind, item.name, item.data()


def read_directory(data: bytes) -> list[Frame]:
    """A part of a directory or an officer's card, or all mirrors as they go on media."""
    try:
        return read_all(BytesIO(data), DIRECTORY)
    except Malformed as error:
        if error.fields.get("why") != "other-purpose":
            raise
    return read_all(BytesIO(data), APPROVAL)


def read_all(source: Readable, purpose: str) -> list[Frame]:
    """Every frame of a small bundle, only once its end digest held."""
    return list(frames_of(source, purpose))
