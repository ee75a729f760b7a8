"""The signer: signs what it is given for keys that are unlocked, counts every use, releases content keys.

It refuses to sign a checkpoint that does not extend the newest one it signed, and to release a content key
whose label the holder's clearance does not dominate (protocol rules 4, 14, 23).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import field
from pathlib import Path

from antin.errors import Missing, Refused, Unavailable, Unverified
from antin.frozen import dataclass
from antin.kernel.check import Trusted
from antin.kernel.crypto import wrap
from antin.kernel.crypto.journal_key import JournalKey
from antin.kernel.crypto.locker import RFC_9106_LOW_MEMORY, Cost
from antin.kernel.crypto.signing_key import SigningKey
from antin.kernel.crypto.suite import Suite
from antin.kernel.crypto.wrap import WrappingKey
from antin.kernel.formats.fields import Clearance
from antin.kernel.formats.sealed import Head
from antin.kernel.formats.shape import parse
from antin.kernel.formats.signed import Signatory
from antin.kernel.formats.wrapped import WrappedKey
from antin.kernel.sign import sign_object
from antin.signer import keystore
from antin.signer.keystore import Held, OfficerKeys
from antin.signer.memory import Memory

STATION = ""
UNLOCKED_SECONDS = 15 * 60


@dataclass(frozen=True, slots=True)
class Hand:
    """Who signs (an officer's id, or ``STATION``), under which credential, and what its key is called.

    Before there is a credential the key's own name stands in for it.
    """

    holder: str
    credential: bytes
    kid: bytes

    @classmethod
    def of(cls, holder: str, trusted: Trusted) -> Hand:
        """The holder under his credential."""
        return cls(holder, trusted.digest, trusted.keys.kid)

    @classmethod
    def bare(cls, holder: str, kid: bytes) -> Hand:
        """The holder under the name of a key that waits for its credential."""
        return cls(holder, kid, kid)


@dataclass(frozen=True, slots=True)
class _Unlocked:
    """An officer's keys, until when, and which file they are of: another one must be unlocked anew. ``levels``: keys
    of levels that were opened meanwhile, each with the file that it came from."""

    held: Held
    until: int
    file: tuple[int, int]
    levels: dict[tuple[bytes, tuple[int, int]], WrappingKey] = field(default_factory=dict)


class Signer:
    """Over one folder. ``now`` is always given by the caller."""

    def __init__(self, folder: Path, cost: Cost = RFC_9106_LOW_MEMORY) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.folder, self._cost = folder, cost
        self.memory = Memory(folder / "memory.db")
        self._unlocked: dict[str, _Unlocked] = {}
        self.in_turn: Callable[[], bool] = lambda: True  # numbers of uses are given to one process at a time
        self._station: dict[bytes, SigningKey] = {}
        self._journal: JournalKey | None = None

    def close(self) -> None:
        """Forget all keys."""
        self._unlocked.clear()
        self._station.clear()
        self._journal = None
        self.memory.close()

    def create_officer(self, officer: str, suite: Suite, passphrase: bytes, now: int) -> OfficerKeys:
        """Fresh keys for an officer; he is signed in afterwards."""
        hands = keystore.create_officer(self.folder, officer, suite, passphrase, self._cost)
        self._signed_in(officer, keystore.made(hands), now)
        return hands

    def resume_officer(self, officer: str, suite: Suite, passphrase: bytes, now: int) -> OfficerKeys:
        """The keys of an officer who is being enrolled: made, or those that an interrupted request has made already.

        Raises ``Refused`` ``key-exists`` when these are under another passphrase.
        """
        if not keystore.has_officer(self.folder, officer):
            return self.create_officer(officer, suite, passphrase, now)
        try:
            self.unlock(officer, passphrase, now)
        except Unverified:
            raise Refused("key-exists", path=self.folder / "officers" / f"{officer}.key") from None
        return self._held(officer, now).newest

    def renew_officer(self, officer: str, suite: Suite, passphrase: bytes, current: bytes, now: int) -> OfficerKeys:
        """Fresh keys beside those called ``current``, which count until the new ones are bound; his levels are wrapped
        to the new ones. Asked again, the same ones. A wrong passphrase is counted and slowed down."""
        self.memory.tries(officer, now)
        held = keystore.renew_officer(self.folder, officer, suite, passphrase, current, self._cost)
        self.memory.succeeded(officer)
        self._signed_in(officer, held, now)
        return held.newest

    def renew_station(self, suite: Suite, current: bytes) -> SigningKey:
        """The same for the station's own signing key."""
        self._station.clear()
        return keystore.renew_station(self.folder, suite, current)

    def relock(self, officer: str, old: bytes, new: bytes, now: int) -> None:
        """An officer's keys under another passphrase. A wrong ``old`` is counted and slowed down."""
        self.memory.tries(officer, now)
        keystore.relock_officer(self.folder, officer, old, new, self._cost)
        self.memory.succeeded(officer)

    def take_levels(self, officer: str, keep: Collection[bytes]) -> None:
        """Remove the level keys wrapped to an officer, but for those to keep."""
        keystore.take_levels(self.folder, officer, keep)

    def unlock(self, officer: str, passphrase: bytes, now: int) -> None:
        """Sign an officer in for a bounded time. Wrong passphrases are counted and slowed down."""
        if not keystore.has_officer(self.folder, officer):
            raise Missing("officer-unknown", officer=officer)
        self.memory.tries(officer, now)  # before the slow part: guesses made at once, or cut short, count too
        held = keystore.open_officer(self.folder, officer, passphrase)
        self.memory.succeeded(officer)
        self._signed_in(officer, held, now)

    def is_unlocked(self, officer: str, now: int) -> bool:
        """Whether an officer is signed in, and his time is not over."""
        return officer in self._unlocked and now <= self._unlocked[officer].until

    def check_unlocked(self, hand: Hand, now: int) -> None:
        """Raises ``Unavailable`` unless this hand could sign now, ``Missing`` where its key is not; counts no use."""
        self._signing_key(hand, now)

    def sign(self, type_: str, body: bytes, hands: list[Hand], now: int) -> bytes:
        """A signed object by one or two hands; each use is counted durably before the signature exists."""
        assert self.in_turn(), type_
        keys = [self._signing_key(hand, now) for hand in hands]
        marks = [Signatory(hand.credential, self.memory.next_uses(hand.credential)) for hand in hands]
        return sign_object(type_, keys[0].suite, body, list(zip(keys, marks, strict=True)))

    def sign_many(self, type_: str, bodies: list[bytes], hand: Hand, now: int) -> list[tuple[bytes, Signatory]]:
        """Like ``sign`` for many quick ones by one hand: the uses are reserved in one durable step. Each with whose it
        is."""
        assert self.in_turn(), type_
        key = self._signing_key(hand, now)
        first = self.memory.next_uses(hand.credential, len(bodies))
        marks = [Signatory(hand.credential, first + n) for n in range(len(bodies))]
        return [
            (sign_object(type_, key.suite, body, [(key, mark)], alike=n > 0), mark)
            for n, (body, mark) in enumerate(zip(bodies, marks, strict=True))
        ]

    def checkpoint(self, origin: str, size: int, root: bytes, time: int, consistency: tuple[bytes, ...]) -> bytes:
        """A checkpoint of the journal, if it extends the newest one signed."""
        assert self.in_turn(), origin
        self.memory.advance(origin, size, root, consistency)
        return self._journal_key().checkpoint(origin, size, root, time)

    def possession(self, subject: bytes) -> tuple[bytes, bytes]:
        """Proof that the journal's two keys are held, for a request."""
        return self._journal_key().possession(subject)

    def cosign(self, name: str, origin: str, size: int, root: bytes, time: int) -> bytes:
        """A witness's line on another journal's checkpoint, for an authority; unattended, like its own checkpoints."""
        return self._journal_key().cosignature(name, origin, size, root, time)

    def release(
        self, officer: str, kid: bytes, wrapped: bytes, info: bytes, clearance: Clearance, now: int
    ) -> WrappedKey:
        """Unwrap a content key for an officer. Raises ``Refused`` when the label is above his clearance."""
        value = parse(WrappedKey, self._wrapping_key(officer, kid, now).unwrap(wrapped, info))
        if not clearance.dominates(parse(Head, value.head).label):
            raise Refused("clearance-too-low", who=officer, has=clearance.level)
        return value

    def unwrap_secret(self, officer: str, kid: bytes, wrapped: bytes, info: bytes, now: int) -> bytes:
        """Unwrap a record's secret part for an officer who holds that level's key."""
        return self._wrapping_key(officer, kid, now).unwrap(wrapped, info)

    def give_level(self, giver: str, kid: bytes, receiver: str, receiver_public: bytes, now: int) -> None:
        """Let one officer who holds a level's key wrap it to another."""
        seed, key = keystore.open_level(self.folder, kid, giver, self._held(giver, now))
        keystore.give_level(self.folder, seed, key, receiver, receiver_public)

    def holds_level(self, officer: str, kid: bytes) -> bool:
        """Whether the level's key is wrapped to this officer; opens nothing."""
        return (self.folder / "levels" / f"{kid.hex()}.{officer}").exists()

    def _signed_in(self, officer: str, held: Held, now: int) -> None:
        self._unlocked[officer] = _Unlocked(held, now + UNLOCKED_SECONDS, keystore.mark(self.folder, officer))

    def _held(self, officer: str, now: int) -> Held:
        return self._session(officer, now).held

    def _session(self, officer: str, now: int) -> _Unlocked:
        unlocked = self._unlocked.get(officer)
        if unlocked is None or now > unlocked.until or unlocked.file != keystore.mark(self.folder, officer):
            self._unlocked.pop(officer, None)
            raise Unavailable("key-locked", officer=officer)
        return unlocked

    def _signing_key(self, hand: Hand, now: int) -> SigningKey:
        held: Mapping[bytes, SigningKey]
        if hand.holder != STATION:
            held = self._held(hand.holder, now).signing
        else:
            if hand.kid not in self._station:  # another process may have renewed them
                self._station = {each.public.kid: each for each in keystore.station_keys(self.folder)}
            held = self._station
        if hand.kid not in held:  # the file is from a copy made before its keys were renewed
            raise Missing("key-not-here", path=keystore.path_of(self.folder, hand.holder), kid=hand.kid.hex()[:16])
        return held[hand.kid]

    def _journal_key(self) -> JournalKey:
        self._journal = self._journal or keystore.journal_key(self.folder)
        return self._journal

    def _wrapping_key(self, officer: str, kid: bytes, now: int) -> WrappingKey:
        session = self._session(officer, now)
        for own in session.held.wrapping:
            if wrap.kid(own.suite, own.public) == kid:
                return own
        place = kid, keystore.level_mark(self.folder, kid, officer)
        if place not in session.levels:
            session.levels[place] = keystore.open_level(self.folder, kid, officer, session.held)[1]
        return session.levels[place]
