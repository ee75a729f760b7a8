"""Exchange over a link: pull directories, receive what waits, put what is due. May be interrupted at any point.

    fetch (not locked) → enter, and write what is to leave (locked) → put (not locked) → note what went (locked) → …

Nothing is waited for under the station's lock, neither the network nor a folder on another machine. A round has a
bounded number of envelopes and bytes in hand, and rounds follow until nothing is left. Blobs of more than one piece
over HTTPS are *owed*: ``transfer.py`` moves them between two exchanges.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from hashlib import sha256
from typing import Any

from antin.acts import publishing, tail, witness
from antin.acts.envelopes import Frame, asks, filled, frames_of, has_arrived, is_answered
from antin.acts.exchange import (
    AT_ONCE,
    BYTES_AT_ONCE,
    Envelope,
    Frames,
    Owed,
    Report,
    Round,
    Wanted,
    of_our_disk,
    of_the_line,
)
from antin.acts.fetch import bring, fetch, slips_in
from antin.acts.receive import Outcome, receive
from antin.errors import AntinError, Malformed, Missing, Refused, Unavailable, Unverified
from antin.registers.dispatch import rows as dispatch
from antin.relay.link import Link
from antin.retry import PATIENT
from antin.station import calls, packets, rows, sequences
from antin.station.blobs import SMALL
from antin.station.station import Station

__all__ = ["Owed", "Report", "Wanted", "exchange", "sync"]

Open = Callable[[bool], AbstractContextManager[Station]]


def sync(station: Station, link: Link, *, again: bool = False, wanted: Wanted | None = None) -> Report:
    """One exchange for a station that is open already: the same steps, and the lock is its holder's."""
    return exchange(lambda write: nullcontext(station), link, wanted or Wanted(again))


def exchange(open_: Open, link: Link, wanted: Wanted) -> Report:
    """One exchange. An authority publishes its directory; everybody pulls, receives and puts.

    ``open_(True)`` takes the station's lock, ``open_(False)`` only reads. Envelopes that cannot be believed are set
    aside and reported; those that only lack a newer directory, or a blob that is owed, stay and wait. What is wrong
    with one envelope, one row or one directory is said of it, and everything else goes on. Outside the call windows
    only the precedence that may call at any time is exchanged.
    """
    report, done, handled, brought = Report(), set[str](), set[int](), list[tuple[str, Frames]]()
    more = True
    while more:
        with open_(False) as station:
            report.least = max(wanted.least, calls.least(station.settings, station.now()))
            if report.least >= calls.NEVER:
                return report
            round_ = fetch(station, link, wanted, report, done)
        round_.fetched[:0] = brought
        with open_(True) as station, station.turn():
            _enter(station, round_, report, wanted)
            _write(station, round_, report, wanted, handled)
            code = station.code
        try:
            _put(link, code, round_, report)
        finally:
            with open_(True) as station, station.turn():
                _note(station, round_, report)
        with open_(False) as station:
            brought = _bring_lacking(station, link, round_, report)
        more = round_.more or bool(brought)
    report.owed.sort(key=lambda each: -each.precedence)
    return report


# -- entering (locked) -------------------------------------------------------------------------------------------------


def _enter(station: Station, round_: Round, report: Report, wanted: Wanted) -> None:
    for name in sorted(round_.directories, key=packets.part_order):
        publishing.follow(station, name, round_.directories[name], report)
    if round_.listed:
        publishing.publish(station, round_, wanted)
    with station.many():
        for name, frames in round_.fetched:
            _take(station, name, frames, round_, report)


def _take(station: Station, name: str, frames: Frames, round_: Round, report: Report) -> None:
    outcomes, faults = list[Outcome](), list[AntinError]()
    try:
        for _, slip in slips_in(frames):
            station.blobs.adopt(slip.sealed, slip.sealed_size)
        outcomes = receive(station, frames, lambda _: None, faults.append)
    except Unavailable:
        raise
    except AntinError as error:
        faults.append(error)
    impatient = [each for each in faults if not (isinstance(each, Missing | Refused) and each.code in PATIENT)]
    if faults:
        report.outcomes += outcomes
        report.aside += [(name, each) for each in impatient]
        if len(impatient) < len(faults):  # what was entered from it says so when it is taken again
            report.waiting += 1
            report.seen.append(name)
        else:
            round_.answers[name] = True
        return
    waits = any(each.state == "waiting" for each in outcomes)
    if waits or not _all_here(station, frames):
        round_.lacking.append((name, frames))
        round_.entered |= set() if waits else {name}
    else:
        round_.answers[name] = False
    report.outcomes = [each for each in report.outcomes if each.state != "waiting" or each not in _waiting(outcomes)]
    report.outcomes += outcomes


def _all_here(station: Station, frames: Frames) -> bool:
    inside = {name for kind, name, _ in frames if kind == "blob"}
    return all(slip.sealed.hex() in inside or station.blobs.has(slip.sealed) for _, slip in slips_in(frames))


def _waiting(outcomes: list[Any]) -> list[Any]:
    return [type(each)(each.kind, "waiting", each.name) for each in outcomes]


def _bring_lacking(station: Station, link: Link, round_: Round, report: Report) -> list[tuple[str, Frames]]:
    """Of slips that held and whose blob is not here: what lies at the link is brought, what is large there is owed."""
    brought = []
    for name, frames in round_.lacking:
        came, owed = True, len(report.owed)
        for _, slip in slips_in(frames):
            try:
                came = came and (station.blobs.here(slip.sealed) or bring(station, link, slip))
                if not came and link.owes(slip.sealed) is not None:
                    station.blobs.check_room(slip.sealed_size)  # the slip says its size, not the relay
                    report.owes(Owed(False, slip.sealed, slip.sealed_size, slip.leaf.precedence, name=name))
            except AntinError as error:
                if of_the_line(error) or of_our_disk(error, station.home):
                    raise
                came = False
                report.aside.append((name, error))
                if isinstance(error, Unverified | Malformed):
                    _tried(report, name, partial(link.set_aside, station.code, name))
        if came:
            brought.append((name, frames))
        elif name in round_.entered and len(report.owed) == owed:  # a lost blob that is not to be had here
            _tried(report, name, partial(link.remove, station.code, name))
        elif any(slip.sealed_size <= SMALL for _, slip in slips_in(frames)):
            # It should have come inside: whoever holds the link took it out, and the sender sends it once more.
            report.aside.append((name, Missing("blob-missing", digest=slips_in(frames)[0][1].sealed.hex()[:16])))
            _tried(report, name, partial(link.set_aside, station.code, name))
        else:
            report.waiting += 1
            report.seen.append(name)
    return brought


# -- leaving -----------------------------------------------------------------------------------------------------------


def _write(station: Station, round_: Round, report: Report, wanted: Wanted, handled: set[int]) -> None:
    """What is to leave, written while the station is locked: what a peer is told is noted, durably, before."""
    if not station.recovering:
        tail.send_again(station)
        sequences.tell(station)
        with station.db.batch():
            _write_rows(station, round_, report, wanted, handled)
        if not report.least:
            round_.answered = _answered(station)
    if not report.least:
        round_.letters = witness.letters(station, lambda peer, error: report.aside.append((f"to/{peer}", error)))


def _write_rows(station: Station, round_: Round, report: Report, wanted: Wanted, handled: set[int]) -> None:
    for sealed in round_.ready:
        station.db.run(rows.SQL["set_on_link"], 1, sealed)
    for filling in filled(_due(station, round_, report, wanted, handled)):
        try:
            with station.db.transaction():
                data = filling.data(station)
        except Unavailable:
            raise
        except AntinError as error:
            for row in filling.due:
                report.is_stuck(row.n, error)
            continue
        handled |= {row.n for row in filling.due}
        round_.envelopes.append(Envelope(tuple(row.n for row in filling.due), filling.peer, filling.name, data))


def _due(station: Station, round_: Round, report: Report, wanted: Wanted,
         handled: set[int]) -> Iterator[tuple[rows.Due, list[Frame]]]:  # fmt: skip
    """What is to leave in this round, as far as it is here."""
    count, size, now = 0, 0, station.moment()
    for row in rows.list_outbox.all(station.db):
        if row.precedence < report.least or row.n in handled:
            continue
        if count >= AT_ONCE or size > BYTES_AT_ONCE:
            round_.more = True
            break
        if row.n in report.left or row.n in round_.unwanted:
            handled.add(row.n)
            continue
        try:
            if not asks(station, row, wanted, now):
                continue
            waits = row.kind == "slip" and not has_arrived(station, row)
            if waits and row.apart and row.sealed not in round_.ready:
                round_.more |= row.n not in round_.looked_at  # it came after the outbox was looked at
                continue
            frames = frames_of(station, row, blob=waits or wanted.again)
        except Unavailable:
            raise
        except AntinError as error:
            report.is_stuck(row.n, error)
            continue
        count, size = count + 1, size + sum(len(raw) for _, _, raw in frames)
        yield row, frames


def _answered(station: Station) -> list[tuple[bytes, list[tuple[str, str]]]]:
    """Blobs at the link that every addressee has answered for, each with its envelopes: addressee and name."""
    found = []
    for sealed in rows.list_on_link.all(station.db):
        slips = dispatch.list_slips_of.all(station.db, sealed, station.code)
        if all(is_answered(station, slip) for slip in slips):
            due = [row for slip in slips for row in rows.list_outbox_of.all(station.db, slip)]
            found.append((sealed, [(row.peer, row.envelope) for row in due]))
    return found


def _put(link: Link, code: str, round_: Round, report: Report) -> None:
    """Everything that was written; what could not go is said of the one thing."""
    for part in round_.parts:
        if _tried(report, f"directory/{part.name}", partial(link.put_directory, part.name, part.data)):
            round_.published_parts.append(part)
    for name, aside in round_.answers.items():
        _tried(report, name, partial(link.set_aside if aside else link.remove, code, name))
    for each in round_.envelopes:
        try:
            link.put(each.peer, each.name, each.data)
        except AntinError as error:
            if of_the_line(error):
                raise
            for n in each.rows:
                report.is_stuck(n, error)
        else:
            round_.went.append(each)
    for peer, name, data in round_.letters:
        try:
            link.put(peer, name, data)
        except AntinError as error:
            if of_the_line(error):
                raise
            report.stuck[0] = error
        else:
            round_.told.append(peer)
    for sealed, envelopes in round_.answered:
        name = sealed.hex()[:16]
        # An addressee who lost a blob gets it once more: it stays until he took the envelope that names it.
        _tried(report, name, partial(_remove_unless_awaited, link, sealed, envelopes, round_.removed))


def _remove_unless_awaited(link: Link, sealed: bytes, envelopes: list[tuple[str, str]], removed: list[bytes]) -> None:
    if not any(link.has(peer, name) for peer, name in envelopes):
        link.remove_blob(sealed)
        removed.append(sealed)


def _tried(report: Report, name: str, do: Callable[[], None]) -> bool:
    try:
        do()
    except AntinError as error:
        if of_the_line(error):
            raise
        if all(each != name for each, _ in report.aside):  # one line for one thing
            report.aside.append((name, error))
        return False
    return True


def _note(station: Station, round_: Round, report: Report) -> None:
    now = station.now()
    with station.db.transaction():
        if round_.went:
            station.db.many(rows.SQL["set_put"], [(now, each.name, n) for each in round_.went for n in each.rows])
        for peer in round_.told:
            witness.settled(station, peer)
        for sealed in round_.removed:
            station.db.run(rows.SQL["set_on_link"], 0, sealed)
        for part in round_.published_parts:
            station.db.run(rows.SQL["write_seen"], part.name, sha256(part.data).digest(), part.size)
    report.put += sum(len(each.rows) for each in round_.went)
