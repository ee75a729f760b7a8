"""Mutations that know our formats, so that the fuzzer gets behind lengths, nested arrays and closing digests.

Arrays are read down through byte strings that are arrays themselves; a leaf is changed, swapped with another of its
kind, left out or doubled; all is written again, and a bundle is closed with its right digest.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from copy import deepcopy
from io import BytesIO
from typing import Any

from antin.errors import AntinError
from antin.kernel.formats import bundle, cbor
from antin.kernel.formats.frame import frame_head
from antin.station import packets

PURPOSES = (packets.EVIDENCE, packets.ENVELOPE, packets.TRAFFIC, packets.DIRECTORY, packets.APPROVAL, packets.REQUEST,
            packets.BACKUP, packets.KEYS)  # fmt: skip
EDGES = (0, 1, 23, 24, 255, 256, 2**32 - 1, 2**53 - 1, 2**53, 2**63, 2**64 - 1)
LIMIT = 1 << 20
Bytewise = Callable[[bytes], bytes]


class Inner(list[Any]):
    """An array that stood inside a byte string."""


def loads(raw: bytes) -> Any:
    """A tree of lists; raises ``AntinError`` where ``raw`` is no array."""

    def opened(value: Any) -> Any:
        if isinstance(value, tuple):
            return [opened(each) for each in value]
        if isinstance(value, bytes) and len(value) > 2 and value[0] >> 5 == 4:
            try:
                return Inner(loads(value))
            except AntinError:
                return value
        return value

    found = opened(cbor.decode(raw, limit=LIMIT))
    if not isinstance(found, list):
        raise AntinError("not-an-array")
    return found


def dumps(value: Any) -> bytes:
    def closed(value: Any) -> Any:
        if isinstance(value, list):
            inside = tuple(closed(each) for each in value)
            return cbor.encode(inside) if isinstance(value, Inner) else inside
        return value

    return cbor.encode(tuple(closed(each) for each in value))


def _places(tree: list[Any]) -> list[tuple[list[Any], int]]:
    found = []
    for at, each in enumerate(tree):
        found.append((tree, at))
        if isinstance(each, list):
            found += _places(each)
    return found


def _leaf(value: Any, chance: random.Random, bytewise: Bytewise) -> Any:
    if isinstance(value, bool) or value is None:
        return chance.choice([True, False, None, 0, 1])
    if isinstance(value, int):
        return chance.choice([*EDGES, value + 1, max(0, value - 1), chance.getrandbits(64)])
    if isinstance(value, bytes):
        return bytewise(value) if value else b"\0"
    if isinstance(value, str):
        other = bytewise(value.encode()).decode("utf-8", "ignore")
        return chance.choice(["", value + "x", value[:-1], "x" * 600, other])
    return value


def tree(root: list[Any], chance: random.Random, bytewise: Bytewise) -> None:
    """One to three changes."""
    for _ in range(chance.randint(1, 3)):
        places = _places(root)
        if not places:
            return
        inside, at = chance.choice(places)
        same = [other[n] for other, n in places if type(other[n]) is type(inside[at])]
        how = chance.randrange(8)
        if how == 0:
            del inside[at]
        elif how == 1:
            inside.insert(at, deepcopy(inside[at]))
        elif how < 5:
            inside[at] = deepcopy(chance.choice(same))  # never a list inside itself
        else:
            inside[at] = _leaf(inside[at], chance, bytewise)


def array(raw: bytes, chance: random.Random, bytewise: Bytewise) -> bytes:
    """An array changed inside; anything else byte by byte."""
    try:
        root = loads(raw)
        tree(root, chance, bytewise)
        return dumps(root)
    except (AntinError, RecursionError):
        return bytewise(raw)


def frames(raw: bytes) -> tuple[str, list[tuple[str, str, bytes]]] | None:
    """Purpose and frames of a whole bundle, or None."""
    for purpose in PURPOSES:
        try:
            return purpose, packets.read_all(BytesIO(raw), purpose)
        except AntinError:
            continue
    return None


def closed(raw: bytes) -> bytes:
    """The same bytes with a right end."""
    end = frame_head("end", 32)
    body = raw[: -32 - len(end)]
    return body + end + bundle.hashlib.sha256(body).digest()


def bundled(raw: bytes, chance: random.Random, bytewise: Bytewise) -> bytes:
    """A bundle with a frame changed, moved, renamed, left out or doubled; or changed anywhere and closed again."""
    found = frames(raw)
    if found is None or not found[1] or chance.random() < 0.1:
        return closed(bytewise(raw))
    purpose, items = found
    at, other = chance.randrange(len(items)), chance.randrange(len(items))
    kind, name, data = items[at]
    how = chance.randrange(10)
    if how == 0:
        del items[at]
    elif how == 1:
        items.insert(other, items[at])
    elif how == 2:
        items[at] = (items[other][0], name, data)
    elif how == 3:
        items[at] = (kind, chance.choice([items[other][1], "", "x" * 80]), data)
    elif how == 4:
        items[at], items[other] = items[other], items[at]
    else:
        items[at] = (kind, name, _across(data, items[other][2], chance, bytewise))
    return packets.write(purpose, items)


def _across(raw: bytes, other: bytes, chance: random.Random, bytewise: Bytewise) -> bytes:
    """Change one array, with leaves of another, and of its digest, within reach."""
    try:
        return _lent(loads(raw), loads(other), other, chance, bytewise)
    except (AntinError, RecursionError):  # what cannot be written: text that is not clean, a number too large
        return bytewise(raw)


def _lent(root: list[Any], lender: list[Any], other: bytes, chance: random.Random, bytewise: Bytewise) -> bytes:
    if chance.random() < 0.4:
        inside, at = chance.choice(_places(root))
        loans = [held[n] for held, n in _places(lender) if type(held[n]) is type(inside[at])]
        loans += [bundle.hashlib.sha256(other).digest()] if isinstance(inside[at], bytes) else []
        inside[at] = chance.choice(loans or [inside[at]])
    else:
        tree(root, chance, bytewise)
    return dumps(root)
