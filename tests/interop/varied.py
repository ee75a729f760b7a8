"""Values in the place of others: a field of a format, however deep, with something seen, near it, or at a border."""

from __future__ import annotations

import dataclasses
import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, is_dataclass, replace
from typing import Any

from keyholder import BODIES, PUBLIC, Frame, Keys, shown

from antin.kernel.formats.credential import Credential, Subject
from antin.kernel.formats.record import Record
from antin.kernel.formats.shape import encode, parse
from antin.kernel.formats.signed import Signed
from antin.kernel.formats.statement import AttachedList

SPANS = (1, 299, 300, 301, 3600, 86_400, 400 * 86_400)
NUMBERS = (0, 1, 2, 3, 2**53 - 1)
WORDS = ("", "good", "revoked", "suspended", "sign", "stamp", "leader", "officer", "registrar", "cipher")
WITH_PROOF = ("record", "receipt", "status")
Frames = list[Frame]


@dataclass
class Stock:
    """What a variant is made of: the keys, the evidence of other sendings, chance; and each value ever seen."""

    keys: Keys
    others: Frames
    chance: random.Random
    seen: Mapping[tuple[str, type], list[Any]]


def learnt(frames: Frames) -> Mapping[tuple[str, type], list[Any]]:
    """All values that stand in these frames, by their name and type."""
    seen: dict[tuple[str, type], list[Any]] = defaultdict(list)
    for kind, _, raw in frames:
        for value in _values(kind, raw):
            for name, leaf in _leaves(value):
                seen[name, type(leaf)].append(leaf)
                seen["", type(leaf)].append(leaf)
    return seen


def signed_in(kind: str, raw: bytes) -> list[Signed]:
    if kind == "attached":
        return [parse(Signed, each) for each in parse(AttachedList, raw).signatures]
    if kind in WITH_PROOF:
        return [parse(Signed, shown((kind, "", raw)).record)]
    return [parse(Signed, raw)]


def _values(kind: str, raw: bytes) -> Iterator[object]:
    for signed in signed_in(kind, raw):
        body = parse(BODIES[signed.type], signed.body)
        yield body
        if isinstance(body, Credential):
            yield parse(Subject, body.subject)
        if isinstance(body, Record) and body.kind in PUBLIC:
            yield parse(PUBLIC[body.kind], body.public)
    if kind == "status":
        yield shown((kind, "", raw)).leaf


def _leaves(value: object, name: str = "") -> Iterator[tuple[str, Any]]:
    if is_dataclass(value):
        for each in dataclasses.fields(value):
            yield from _leaves(getattr(value, each.name), each.name)
    elif isinstance(value, tuple):
        for each in value:
            yield from _leaves(each, name)
    else:
        yield name, value


def another(stock: Stock, name: str, value: Any) -> Any:
    """Something else in the place of a value: one seen there or elsewhere, one near it, one at a border."""
    chance = stock.chance
    if isinstance(value, tuple):
        if is_dataclass(value[0] if value else None) or chance.random() < 0.5:
            return _shuffled(chance, value)
        return value and (another(stock, name, value[0]), *value[1:])
    known = stock.seen.get((name if chance.random() < 0.7 else "", type(value)), [])
    ways: list[Callable[[], Any]] = [lambda: chance.choice(known or [value])]
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        near = [value + sign * span for sign in (1, -1) for span in SPANS if value + sign * span >= 0]
        ways += [lambda: chance.choice(NUMBERS), *3 * [lambda: chance.choice(near)]]
    if isinstance(value, str):
        ways.append(lambda: chance.choice(WORDS))
    if isinstance(value, bytes):
        ways += [lambda: b"", lambda: bytes(32), lambda: _turned(chance, value)]
    return chance.choice(ways)()


def _shuffled(chance: random.Random, value: tuple[Any, ...]) -> tuple[Any, ...]:
    whole = list(value)
    return tuple(chance.choice([whole[1:], whole[:-1], whole[::-1], whole + whole[:1], []]))


def _turned(chance: random.Random, value: bytes) -> bytes:
    at = chance.randrange(len(value)) if value else 0
    return value[:at] + bytes([value[at] ^ 1]) + value[at + 1 :] if value else bytes(32)


def varied(stock: Stock, value: Any) -> Any:
    """A dataclass with one field changed, however deep."""
    at = stock.chance.choice(dataclasses.fields(value))
    held = getattr(value, at.name)
    deep = is_dataclass(held)
    if isinstance(value, Credential) and at.name == "subject":
        return replace(value, subject=encode(varied(stock, parse(Subject, held))))
    if isinstance(value, Record) and at.name == "public" and value.kind in PUBLIC:
        return replace(value, public=encode(varied(stock, parse(PUBLIC[value.kind], held))))
    if isinstance(held, tuple) and held and is_dataclass(held[0]) and stock.chance.random() < 0.7:
        n = stock.chance.randrange(len(held))
        return replace(value, **{at.name: (*held[:n], varied(stock, held[n]), *held[n + 1 :])})
    return replace(value, **{at.name: varied(stock, held) if deep else another(stock, at.name, held)})
