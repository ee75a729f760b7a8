"""The protocols as models before spin: they hold, and each broken rule is found (docs/model.md)."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DELIVERY = ROOT / "models" / "delivery.pml"
AUTHORITY = ROOT / "models" / "authority.pml"
PAGE = ROOT / "docs" / "model.md"
ASSERTS = ""  # what to check: the asserts, or the name of a formula
EXACTLY_ONCE = "assertion violated (entered[i]==0)"
LEFT_EARLY = "assertion violated (sent<sent)"
NOT_COVERED = "assertion violated (record[i]==2)"
NOT_ENTERED = "assertion violated ((entered[(i/1)]==1)&&(record[i]==2))"
CONFLICT = "assertion violated 0"
FOR_EVER = "acceptance cycle"

HOLDS = [
    ("", ASSERTS),
    ("APART", ASSERTS),
    ("BLOBS K=1", ASSERTS),
    ("LATER_RESULT K=1", ASSERTS),
    ("TIMER_ONLY", ASSERTS),
    ("", "no_loss"),
    ("", "receipt"),
    ("BLOBS K=1", "no_loss"),
    ("BLOBS K=1", "receipt"),
    ("TIMER_ONLY", "receipt"),
    ("LATER_RESULT K=1", "later"),
]
BROKEN = [
    ("NO_DEDUP", ASSERTS, EXACTLY_ONCE),
    ("VOLATILE_RANGES", ASSERTS, EXACTLY_ONCE),
    ("VOLATILE_SEQUENCE", ASSERTS, CONFLICT),
    ("PUT_BEFORE_SPOOL", ASSERTS, LEFT_EARLY),
    ("RECEIPT_BEFORE_ENTRY", ASSERTS, NOT_ENTERED),
    ("NO_CHECKPOINT", ASSERTS, NOT_COVERED),
    ("BELIEVE_ANYTHING", ASSERTS, NOT_ENTERED),
    ("VOLATILE_OUTBOX", "no_loss", FOR_EVER),
    ("PUT_ONCE", "no_loss", FOR_EVER),
    ("NO_REPEAT", "receipt", FOR_EVER),
    ("TIMER_ONLY BLOBS K=1", "no_loss", FOR_EVER),
    ("FIRST_ENDS LATER_RESULT K=1", "later", FOR_EVER),
]

LARGE = ["K=3", "BLOBS"]

REVOCATION_LOST = "assertion violated ((revoked_at==0)||((size>=revoked_at)&&(journal[(revoked_at-1)]==2)))"
TWO_HEADS = "assertion violated ((left[(n+1)]==0)||(left[(n+1)]==journal[n]))"
REVOCATION_UNREAD = "assertion violated ( !(revoked)||(mirrored>=revoked_at))"
STRANGER = "assertion violated right"
AUTHORITY_HOLDS = [("", ASSERTS), ("REVOCATION=9", ASSERTS), ("SPLIT", "detected"), ("NAME", ASSERTS)]
AUTHORITY_BROKEN = [
    ("NO_LOOK", ASSERTS, REVOCATION_LOST),
    ("NO_LOOK REVOCATION=9", ASSERTS, TWO_HEADS),
    ("TAKES_NO_TAIL", ASSERTS, REVOCATION_LOST),
    ("RESUME_UNLOOKED", ASSERTS, REVOCATION_LOST),
    ("NEWEST_SHOWN", ASSERTS, REVOCATION_UNREAD),
    ("SPLIT FORGOTTEN_WHEN_WRITTEN", "detected", FOR_EVER),
    ("SPLIT ANY_ECHO", "detected", FOR_EVER),
    ("NAME SENDS_ON", ASSERTS, STRANGER),
]

Check = Callable[..., str]


@pytest.fixture
def check(judge: Callable[[str], str], tmp_path: Path) -> Check:
    """``check(defines, formula, model)`` returns what the checker says of the model so defined."""
    spin, gcc = judge("spin"), judge("gcc")

    def run(*command: str | Path) -> str:
        done = subprocess.run(
            [str(each) for each in command], cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def said(defines: str, formula: str, model: Path = DELIVERY) -> str:
        optimise = "-O1" if defines in LARGE else "-O0"  # compiling takes longer than most walks
        run(spin, "-a", *(f"-D{each}" for each in defines.split()), model)
        how = ("-DNOCLAIM", "-DSAFETY") if formula == ASSERTS else ()
        run(gcc, optimise, "-w", *how, "-o", "pan", "pan.c")
        out = run(tmp_path / "pan", "-m1000000", *(("-a", "-f", "-N", formula) if formula else ()))
        assert "search depth too small" not in out, out
        return out

    return said


@pytest.mark.parametrize(("defines", "formula"), HOLDS)
def test_the_protocol_holds(check: Check, defines: str, formula: str) -> None:
    out = check(defines, formula)
    assert "errors: 0" in out
    if (defines, formula) == ("", ASSERTS):
        # A statement that is never reached would prove nothing.
        stations = out.split("unreached in proctype Sender")[1].split("unreached in claim")[0]
        assert {line.split('"')[1] for line in stations.splitlines() if '"' in line} == {"-end-"}


@pytest.mark.parametrize(("defines", "formula", "verdict"), BROKEN)
def test_a_broken_rule_is_found(check: Check, defines: str, formula: str, verdict: str) -> None:
    out = check(defines, formula)
    assert verdict in out and "errors: 1" in out


@pytest.mark.parametrize(("defines", "formula"), AUTHORITY_HOLDS)
def test_an_authority_after_a_loss_holds(check: Check, defines: str, formula: str) -> None:
    out = check(defines, formula, AUTHORITY)
    assert "errors: 0" in out
    if formula == ASSERTS:
        stated = out.split("unreached in proctype", 1)[1]
        assert {line.split('"')[1] for line in stated.splitlines() if '"' in line} <= {"-end-"}


@pytest.mark.parametrize(("defines", "formula", "verdict"), AUTHORITY_BROKEN)
def test_a_broken_rule_of_an_authority_is_found(check: Check, defines: str, formula: str, verdict: str) -> None:
    out = check(defines, formula, AUTHORITY)
    assert verdict in out and "errors: 1" in out


def test_the_page_names_every_variant() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert all(f"`{defines}`" in page for defines, *_ in BROKEN + AUTHORITY_BROKEN)


@pytest.mark.soak
@pytest.mark.parametrize("defines", LARGE)
def test_more_dispatches_hold_too(check: Check, defines: str) -> None:
    for formula in (ASSERTS, "no_loss", "receipt"):
        assert "errors: 0" in check(defines, formula)
