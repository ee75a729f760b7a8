"""A block whose members vote in secret, with all their keys in one hand, for tests (spec/ballot.md)."""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass
from functools import cache

from antin.kernel import ballot
from antin.kernel.crypto import wrap
from antin.kernel.crypto.suite import Suite, by_number, object_digest
from antin.kernel.crypto.wrap import WrappingKey
from antin.kernel.formats.ballot import BallotList, Cast, Confirmed, Member, Mixed, Opened, Round


def noise(name: str, size: int) -> bytes:
    return hashlib.shake_256(name.encode()).digest(size)


@cache
def key(suite: Suite, name: str) -> WrappingKey:
    return WrappingKey(suite, noise(name, suite.wrapping_seed))


@dataclass
class Block:
    """Members with their keys, one round, and the papers of each step."""

    value: Round
    suite: Suite

    @property
    def codes(self) -> list[str]:
        return [member.code for member in self.value.members]

    @property
    def levels(self) -> dict[str, bytes]:
        return {code: key(self.suite, f"level {code}").public for code in self.codes}

    @property
    def openings(self) -> dict[str, bytes]:
        return {code: key(self.suite, f"opening {code}").public for code in self.codes}

    def plain(self, code: str, *marks: int) -> bytes:
        return ballot.fill(self.value, noise(f"tracker {code}", 16), marks)

    def onions(self, marks: dict[str, tuple[int, ...]]) -> dict[str, ballot.Onion]:
        value, levels = self.value, self.levels
        return {code: ballot.wrap_layers(value, levels, self.plain(code, *marks[code])) for code in self.codes}

    def casts(self, onions: dict[str, ballot.Onion]) -> list[tuple[str, Cast]]:
        return [(code, Cast(ballot.round_digest(self.value), onion.outer)) for code, onion in onions.items()]

    def unwrap(self, code: str) -> ballot.Unwrap:
        own = key(self.suite, f"level {code}")

        def signer(kid: bytes, wrapped: bytes, info: bytes) -> bytes:
            assert kid == wrap.kid(self.suite, own.public)
            return own.unwrap(wrapped, info)

        return signer

    def lists(self, casts: list[tuple[str, Cast]]) -> list[BallotList]:
        found = [ballot.gather(self.value, casts)]
        for position, code in enumerate(self.codes, 1):
            found.append(ballot.peel(self.value, position, found[-1], self.unwrap(code)))
        return found

    def mixed(self, lists: list[BallotList]) -> list[tuple[str, Mixed]]:
        digests, digest = [b"", *map(ballot.list_digest, lists)], ballot.round_digest(self.value)
        by = [self.codes[-1], *self.codes]
        return [(by[n], Mixed(digest, n, digests[n], digests[n + 1])) for n in range(len(lists))]

    def confirmed(self, last: BallotList, onions: dict[str, ballot.Onion]) -> list[tuple[str, Confirmed]]:
        digest = ballot.list_digest(last)
        return [(code, Confirmed(last.round, digest, ballot.stands(self.value, last, object_digest(onion.inner))))
                for code, onion in onions.items()]  # fmt: skip

    def opened(self, last: BallotList) -> list[tuple[str, Opened]]:
        size, digest = self.suite.wrapping_seed, ballot.list_digest(last)
        return [(code, Opened(last.round, digest, noise(f"opening {code}", size))) for code in self.codes]


def block(members: int = 3, candidates: int = 3, *, most: int = 1, total: int = 0, suite: int = 1, order: int = 0,
          number: int = 1) -> Block:  # fmt: skip
    of = by_number(suite)
    codes = [f"A03.{n}" for n in range(members)]
    random.Random(order).shuffle(codes)
    seats = tuple(
        Member(code, wrap.kid(of, key(of, f"level {code}").public), key(of, f"opening {code}").public) for code in codes
    )
    names = tuple(f"A03.{n}" for n in range(candidates))
    return Block(Round(noise("campaign", 32), number, 2, suite, seats, names, most, total), of)
