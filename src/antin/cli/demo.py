"""``antin demo``: tells the story in a fresh folder and leaves everything there."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import click

from antin.cli.door import echo, guarded, json_option, language, say
from antin.cli.read import write_fingerprint
from antin.demo import outcome
from antin.demo.attacks import attack
from antin.demo.cast import PASSPHRASE, Stage
from antin.demo.story import Plot, audited, tell
from antin.demo.teller import Teller
from antin.errors import AntinError, Conflict
from antin.storage import durable
from antin.words import Words

_MARK = ".antin-demo"


def ascii_locale() -> bool:
    """Whether the environment promises ASCII only: then English stands beneath the Vietnamese."""
    value = os.environ.get("LC_ALL") or os.environ.get("LC_CTYPE") or os.environ.get("LANG") or "C"
    return value in ("C", "POSIX")


@click.command(help=say("help-demo"))
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path("demo-out"), show_default=True, help=say("opt-out-demo")
)
@json_option
@guarded
def demo(out: Path, as_json: bool) -> None:
    """The story."""
    _fresh(out)
    words = Words(language())
    beneath = Words("en") if words.lang == "vi" and ascii_locale() and not as_json else None
    teller = Teller(words, beneath, (lambda _: None) if as_json else click.echo)
    teller.out(words("demo-headline"))
    plot = Plot(Stage(out.resolve()))
    try:
        with plot.stage:
            tell(teller, plot)
            gathered = outcome.gather(teller, plot)
            attack(teller, plot)
            with teller.step("audit-again") as facts:
                facts.update(audited(plot.stage))
    except AntinError:
        _result(teller, out, as_json, "")
        raise SystemExit(1) from None
    fingerprint = write_fingerprint(plot.root)
    durable.write(out / "passphrase.txt", PASSPHRASE + b"\n")
    durable.write(out / "index.html", outcome.page(teller, gathered, fingerprint).encode(), mode=0o644)
    for name, sheet in outcome.sheets(teller, gathered).items():
        durable.write(out / name, sheet.encode(), mode=0o644)
    _result(teller, out, as_json, fingerprint)
    if not teller.ok:
        raise SystemExit(1)


def _fresh(out: Path) -> None:
    """A folder that an earlier demo made is made anew; anything else is never touched."""
    if out.exists() and any(out.iterdir()):
        if not (out / _MARK).exists():
            raise Conflict("demo-folder-taken", path=out)
        shutil.rmtree(out)
    with durable.translated(out):
        out.mkdir(parents=True, exist_ok=True)
        (out / _MARK).touch()


def _result(teller: Teller, out: Path, as_json: bool, fingerprint: str) -> None:
    if as_json:
        steps = [{k: each[k] for k in ("name", "ok", "title", "proves", "seconds")} for each in teller.steps]
        attacks = [{k: each[k] for k in ("name", "refused", "code")} for each in teller.attacks]
        echo(json.dumps({"steps": steps, "attacks": attacks, "ok": teller.ok}, ensure_ascii=False))
        return
    code = "demo-ok" if teller.ok and fingerprint else "demo-failed"
    teller.out("\n" + teller.words(code, seconds=f"{teller.seconds:.1f}", out=out))
    if fingerprint:
        teller.out(teller.words("demo-look", page=out / "index.html"))
        teller.out(teller.words("demo-verify", folder=out) + f"\n  cd {out} && {outcome.verify_line(fingerprint)}")
    teller.out("\n" + say("provider-notice"))
