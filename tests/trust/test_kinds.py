"""Every kind of record against every kind of signer: the program's one table says what the pages of spec/ say."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import pytest

from antin.errors import AntinError, Malformed
from antin.journal.own import OWN
from antin.kernel import kinds
from antin.kernel.formats.credential import AGENCY, OFFICER, ROLES, Clearance, Subject
from antin.kernel.formats.record import Record
from antin.station.books import DEEDS

SPEC = Path(__file__).resolve().parents[2] / "spec"
WHO = "station|officer|station, officer|officer, station"
ROW = re.compile(rf"\| `([a-z-]+)` \| ({WHO}) \| ([a-z, –]+) \| (quick|hybrid) \|")
TWO_HANDS = {"epoch-begun", "authority-resumed", "clock-set-back"}


@dataclass(frozen=True)
class Line:
    by: frozenset[str]
    roles: frozenset[str]
    hybrid: bool


def lines() -> dict[str, Line]:
    text = "".join((SPEC / name).read_text() for name in ("record.md", "steering.md"))
    found = {}
    for kind, who, roles, signature in ROW.findall(text):
        assert kind not in found, kind
        some = frozenset() if roles in ("–", "any") else frozenset(roles.split(", "))
        found[kind] = Line(frozenset(who.split(", ")), some, signature == "hybrid")
    return found


LINES = lines()


def person(number: str, *roles: str) -> Subject:
    return Subject(OFFICER, "G10.1", number, "", "", "", "", roles, Clearance(1, ()), b"", b"", b"")


STATION = Subject(AGENCY, "G10.1", "", "Sở", "", "", "", (), Clearance(1, ()), b"", b"", b"")


def test_every_kind_of_the_books_stands_in_the_table_and_on_a_page() -> None:
    assert set(kinds.RULES) == set(LINES) == {*DEEDS, *OWN}
    with pytest.raises(Malformed, match="record-kind-unknown"):
        kinds.rule_of("document-burnt")


@pytest.mark.parametrize("kind", sorted(LINES))
def test_whoever_may_not_make_a_record_of_this_kind_is_refused(kind: str) -> None:
    """One signer of each sort, both signatures; where two hands are needed, each beside one who may."""
    line = LINES[kind]
    record = Record(bytes(16), "G10.1", 1, kind, 1, (), b"", b"")
    good = person("he-9", *(sorted(line.roles)[:1]))
    signers = {"station": STATION, **{role: person("he-1", role) for role in ROLES}, "none": person("he-1")}
    for (name, signer), hybrid in product(signers.items(), (False, True)):
        may = ("station" in line.by if name == "station" else
               "officer" in line.by and (not line.roles or name in line.roles)) and hybrid >= line.hybrid  # fmt: skip
        both = [good, signer] if kind in TWO_HANDS else [signer]
        assert _accepts(kind, record, hybrid, both) == may, (kind, name, hybrid)
    if kind in TWO_HANDS:
        assert not _accepts(kind, record, True, [good])
        assert not _accepts(kind, record, True, [good, good])


def _accepts(kind: str, record: Record, hybrid: bool, signers: list[Subject]) -> bool:
    try:
        kinds.check(kinds.rule_of(kind), record, hybrid, signers)
    except AntinError:
        return False
    return True
