"""Reading what people type: levels, precedences, dates, addresses, fingerprints."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from typing import Any, cast

from antin.acts.committee import MemberForm
from antin.acts.programme import TaskReport
from antin.acts.send import Address
from antin.errors import Malformed
from antin.kernel.formats.fields import CODE, OFFICER
from antin.registers.committees.records import ROLES
from antin.zone import VIETNAM

# Crockford's alphabet: no letter looks like a digit.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
FINGERPRINT_BYTES = 25


_CLOCK = r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(:(?P<second>[0-9]{2}))?"
_DAYS = (r"(?P<day>[0-9]{1,2})/(?P<month>[0-9]{1,2})/(?P<year>[0-9]{4})",
         r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})")  # fmt: skip
_DATES = [re.compile(f"{pattern}(?P<zone>Z|[+-][0-9]{{2}}:[0-9]{{2}})?")
          for day in _DAYS for pattern in (f"{day}([T ]{_CLOCK})?", f"{_CLOCK} {day}")]  # fmt: skip


def moment(text: str) -> int:
    """``01/12/2026`` or ``2026-12-01`` (the end of that day), with ``08:00`` before or after it an instant; Vietnam
    time unless a zone follows. POSIX seconds.

    As on every screen and paper of ours; other spellings are refused, for each has been read in two ways.
    """
    found = next((match for pattern in _DATES if (match := pattern.fullmatch(text.strip()))), None)
    if found is None:
        raise Malformed("date-malformed", text=text)
    day = [int(found[part]) for part in ("year", "month", "day")]
    clock = [int(found[part] or 0) for part in ("hour", "minute", "second")] if found["hour"] else [23, 59, 59]
    try:
        zone = VIETNAM if found["zone"] is None else timezone(_offset(found["zone"]))
        seconds = int(datetime(day[0], day[1], day[2], clock[0], clock[1], clock[2], tzinfo=zone).timestamp())
    except (ValueError, OverflowError):
        raise Malformed("date-malformed", text=text) from None
    if not 0 <= seconds <= 253_402_300_799:
        raise Malformed("date-malformed", text=text)
    return seconds


def to_come(text: str, now: int, option: str) -> int:
    """A moment that must lie ahead. Raises ``Malformed``."""
    found = moment(text)
    if found <= now:
        raise Malformed("date-past", option=option, text=text)
    return found


def _offset(zone: str) -> timedelta:
    if zone == "Z":
        return timedelta()
    minutes = int(zone[1:3]) * 60 + int(zone[4:])
    return timedelta(minutes=-minutes if zone[0] == "-" else minutes)


def address(text: str) -> Address:
    """``CODE`` or ``CODE/OFFICER``."""
    code, slash, officer = text.partition("/")
    if not re.fullmatch(CODE, code) or len(code) > 35 or (slash and not re.fullmatch(OFFICER, officer)):
        raise Malformed("address-malformed", text=text)
    return Address(code, officer)


def seat(text: str) -> tuple[str, str]:
    """``A03.15`` or ``A03.15/cb01``."""
    found = address(text)
    return found.code, found.officer


def member(text: str) -> MemberForm:
    """``A03.15/cb01=secretary=Name``: a seat, a role, a name for whoever has no number."""
    where, _, rest = text.partition("=")
    role, _, name = rest.partition("=")
    if role not in ROLES:
        raise Malformed("committee-member-said", text=text, roles=", ".join(ROLES))
    agency, who = seat(where)
    return MemberForm(agency=agency, officer=who, role=cast(Any, role), name=name)


def task(text: str) -> TaskReport:
    """``t1=40%``: a task and how far it is. Raises ``Malformed``."""
    key, equals, share = text.partition("=")
    if not equals:
        raise Malformed("task-said", text=text)
    return TaskReport(key=key, done=share.removesuffix("%"))


def award(text: str) -> tuple[str, str]:
    """``A03=Cờ thi đua``: a unit and what it gets. Raises ``Malformed``."""
    unit, equals, what = text.partition("=")
    if not equals or not what.strip():
        raise Malformed("pair-malformed", text=text)
    return agency_code(unit), what.strip()


def mark(text: str) -> tuple[str, int]:
    """``A03`` or ``A03=2``: a unit and its mark. Raises ``Malformed``."""
    unit, equals, number = text.partition("=")
    if equals and not (number.isascii() and number.isdigit() and len(number) <= 7):
        raise Malformed("pair-malformed", text=text)
    return unit, int(number) if equals else 1


def agency_code(text: str) -> str:
    """An agency's code. Raises ``Malformed``."""
    if not re.fullmatch(CODE, text) or len(text) > 35:
        raise Malformed("address-malformed", text=text)
    return text


def write_fingerprint(digest: bytes) -> str:
    """Ten groups of four characters: 200 bits of the root's digest, easy to read aloud."""
    number = int.from_bytes(digest[:FINGERPRINT_BYTES], "big")
    text = "".join(_ALPHABET[number >> shift & 31] for shift in range(195, -1, -5))
    return "-".join(text[n : n + 4] for n in range(0, 40, 4))


def fingerprint(text: str) -> bytes:
    """What was typed: case, spaces and hyphens do not matter; O reads as 0, I and L as 1."""
    cleaned = re.sub(r"[\s-]", "", text.upper()).replace("O", "0").replace("I", "1").replace("L", "1")
    if len(cleaned) != 40 or any(c not in _ALPHABET for c in cleaned):
        raise Malformed("fingerprint-malformed")
    number = 0
    for c in cleaned:
        number = number << 5 | _ALPHABET.index(c)
    return number.to_bytes(FINGERPRINT_BYTES, "big")
