"""Who speaks: every request is identified by its credential, never by the line (spec/link.md, Verification, 2–6)."""

from __future__ import annotations

import base64
import os
import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256

from antin.errors import Malformed, Missing, Refused, Unavailable
from antin.kernel import check, link
from antin.kernel.check import Trusted
from antin.kernel.crypto.link_key import check_request
from antin.kernel.formats.link import NO_SESSION, Hello, Request
from antin.kernel.formats.shape import parse
from antin.kernel.link import Speaker

_NUMBER = r"0|[1-9][0-9]{0,14}"
_SPELLING = {"antin-session": r"[0-9a-f]{32}", "antin-sequence": _NUMBER, "antin-time": _NUMBER,
             "antin-signature": r"[A-Za-z0-9+/]{86}=="}  # fmt: skip
TOLERANCE, IDLE = 600, 3600
_EACH = 16  # sessions of one station: the oldest makes room, so that nobody fills the table for others


@dataclass(slots=True)
class Session:
    """Held in memory alone: after a restart stations say hello again."""

    speaker: Speaker
    sequence: int
    used: float


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it came: its line, its signature headers, the digest of its body."""

    method: str
    target: str
    session: bytes
    sequence: int
    time: int
    signature: bytes
    body: bytes = b""

    def signed(self, relay: bytes) -> Request:
        """The bytes that must be signed."""
        digest = sha256(self.body).digest()
        return Request(relay, self.session, self.sequence, self.time, self.method, self.target, digest)


RevokedSince = Callable[[Trusted, Trusted | None], int | None]


class Sessions:
    """``relay``: SHA-256 of our certificate; ``root``: the typed fingerprint."""

    def __init__(self, relay: bytes, root: bytes, revoked: RevokedSince, most: int,
                 clock: Callable[[], float] = time.time) -> None:  # fmt: skip
        self._relay, self._root, self._revoked, self._most, self._clock = relay, root, revoked, most, clock
        self._open: dict[bytes, Session] = {}
        self._hellos: dict[bytes, float] = {}
        self._owners: dict[str, tuple[bytes, int]] = {}
        self._lock = threading.Lock()

    def claimed(self, asked: Asked) -> bytes:
        """Whose session a request names, before its body is read: a stranger's bytes are not even taken in."""
        return self._session(asked).speaker.station.digest

    def hello(self, asked: Asked) -> bytes:
        """Open a session for a station whose chain, link key and signature hold. Refuses the same hello twice."""
        if asked.session != NO_SESSION:
            raise Malformed("request-malformed", why="session")
        speaker = link.speaker(parse(Hello, asked.body), self._root)
        self._check_owner(speaker)
        check_request(speaker.key.key, asked.signed(self._relay), asked.signature)
        now = self._check_now(asked, speaker)
        with self._lock:
            self._hellos = {each: at for each, at in self._hellos.items() if at > now - 2 * TOLERANCE}
            if asked.signature in self._hellos:
                raise Refused("request-replayed")
            self._make_room(speaker.station.digest, now)
            self._hellos[asked.signature] = now
            session = os.urandom(16)
            self._open[session] = Session(speaker, 0, now)
        return session

    def _check_owner(self, speaker: Speaker) -> None:
        """A code's box is that of the authority which the root names for it; a later word of the root moves it."""
        code, issuer = speaker.station.subject.code, speaker.station.issuer
        with self._lock:
            known, as_of = self._owners.get(code, (issuer, 0))
            if known != issuer and speaker.as_of <= as_of:
                raise Refused("code-not-allotted", issuer=speaker.chain[-2].subject.code, subject=code)
            self._owners[code] = (issuer, max(as_of, speaker.as_of))

    def speaker(self, asked: Asked) -> Trusted:
        """Whose request this is. Raises unless it is signed, new, in time, and its credential counts now."""
        session = self._session(asked)
        check_request(session.speaker.key.key, asked.signed(self._relay), asked.signature)
        now = self._check_now(asked, session.speaker)
        with self._lock:
            if asked.sequence <= session.sequence:
                raise Refused("request-replayed")
            session.sequence, session.used = asked.sequence, now
        return session.speaker.station

    def _session(self, asked: Asked) -> Session:
        found = self._open.get(asked.session)
        if found is None:
            raise Missing("session-unknown")
        return found

    def _check_now(self, asked: Asked, speaker: Speaker) -> float:
        now = self._clock()
        if abs(now - asked.time) > TOLERANCE:
            raise Refused("link-clock-differs", seconds=int(now - asked.time))
        if not speaker.key.not_before - TOLERANCE <= now <= speaker.key.not_after:
            raise Refused("credential-expired", who=speaker.station.name)
        issuer: Trusted | None = None
        for each in speaker.chain:
            # A station whose clock is a little ahead of ours may have been bound a moment after our now.
            at = max(int(now), min(each.credential.not_before, int(now) + TOLERANCE))
            check.valid_at(each, at, self._revoked(each, issuer))
            issuer = each
        return now

    def _make_room(self, station: bytes, now: float) -> None:
        for key in [key for key, each in self._open.items() if each.used < now - IDLE]:
            del self._open[key]
        own = [key for key, each in self._open.items() if each.speaker.station.digest == station]
        if len(own) >= _EACH:
            del self._open[min(own, key=lambda key: self._open[key].used)]
        elif len(self._open) >= self._most:
            raise Unavailable("relay-busy")


def asked(method: str, target: str, headers: Mapping[str, str]) -> Asked:
    """The signature headers of a request. Raises ``Malformed`` for anything but their one spelling."""
    said = [headers.get(name, "") for name in _SPELLING]
    if not all(map(re.fullmatch, _SPELLING.values(), said)):
        raise Malformed("request-malformed", why="headers")
    signature = base64.b64decode(said[3])
    if base64.b64encode(signature).decode() != said[3]:  # the last character has bits that say nothing
        raise Malformed("request-malformed", why="headers")
    if not 1 <= len(target.encode()) <= 512:
        raise Malformed("request-malformed", why="target")
    return Asked(method, target, bytes.fromhex(said[0]), int(said[1]), int(said[2]), signature)
