"""Reading what people type: levels, precedences, dates, addresses, fingerprints."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime

from antin.acts.send import Address
from antin.errors import Malformed
from antin.kernel.formats.fields import CODE, OFFICER
from antin.station.days import VIETNAM

# Crockford's alphabet: no letter looks like a digit.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
FINGERPRINT_BYTES = 25


def composed(text: str) -> str:
    """NFC: many Vietnamese keyboards type base letter and mark apart, and the formats have one spelling only."""
    return unicodedata.normalize("NFC", text)


def moment(text: str) -> int:
    """``2026-12-01T08:00`` or ``2026-12-01`` (end of that day), Vietnam time, as POSIX seconds."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise Malformed("date-malformed", text=text) from None
    if len(text) == 10:
        found = found.replace(hour=23, minute=59, second=59)
    found = found if found.tzinfo else found.replace(tzinfo=VIETNAM)
    seconds = int(found.timestamp())
    if not 0 <= seconds <= 253_402_300_799:
        raise Malformed("date-malformed", text=text)
    return seconds


def address(text: str) -> Address:
    """``CODE`` or ``CODE/OFFICER``."""
    code, slash, officer = text.partition("/")
    if not re.fullmatch(CODE, code) or len(code) > 35 or (slash and not re.fullmatch(OFFICER, officer)):
        raise Malformed("address-malformed", text=text)
    return Address(code, officer)


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
