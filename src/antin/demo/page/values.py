"""Values made ready to print: pictures, times, seconds, and the verdict over the whole story."""

import base64
import struct
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from antin.demo.page.proof import Path
from antin.frozen import dataclass

PNG = b"\x89PNG\r\n\x1a\n"
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


@dataclass(frozen=True)
class Picture:
    """A page image: its address and its size, so that the text does not jump while it is decoded."""

    uri: str
    width: int
    height: int


@dataclass(frozen=True)
class Outcome:
    """What the headline may claim. It never claims more than its weakest part."""

    ok: bool
    steps_ok: int
    attacks_refused: int
    failures: tuple[tuple[str, str], ...]  # (anchor on the page, title)


def picture(png: bytes) -> Picture:
    """Only PNG: anything else (SVG above all) could carry something that runs or reaches out."""
    if png[:8] != PNG or len(png) < 24:
        raise ValueError("a page image must be a PNG")
    width, height = struct.unpack(">II", png[16:24])
    return Picture("data:image/png;base64," + base64.b64encode(png).decode("ascii"), width, height)


def moment(iso: str, lang: str) -> str:
    """Say a time as people write it, with its zone: an inspector may sit in another one."""
    when = datetime.fromisoformat(iso)
    zone = f" (UTC{iso[-6:]})" if iso[-6:-5] in {"+", "-"} else " (UTC)" if iso.endswith("Z") else ""
    if lang == "vi":
        return f"{when:%H:%M} ngày {when:%d/%m/%Y}{zone}"
    return f"{when.day} {MONTHS[when.month - 1]} {when.year}, {when:%H:%M}{zone}"


def seconds(number: float, lang: str) -> str:
    """One decimal, with the decimal mark of the language."""
    shown = "< 0.1" if 0 <= number < 0.05 else f"{number:.1f}"
    return f"{shown.replace('.', ',')} giây" if lang == "vi" else f"{shown} s"


def outcome(story: Mapping[str, Any], path: Path | None) -> Outcome:
    """Judge by the parts and by the story's own word; a failure in either is a failure."""
    steps, attacks = story["steps"], story["attacks"]
    failures = [(f"step-{n}", step["title"]) for n, step in enumerate(steps, 1) if not step["ok"]]
    failures += [(f"attack-{n}", it["title"]) for n, it in enumerate(attacks, 1) if not it["refused"]]
    proven = path is None or path.reaches_root
    return Outcome(
        ok=bool(story["ok"]) and not failures and proven,
        steps_ok=sum(bool(step["ok"]) for step in steps),
        attacks_refused=sum(bool(it["refused"]) for it in attacks),
        failures=tuple(failures),
    )
