"""Tells the story: each step is timed, printed and kept for the page and for JSON."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from antin.errors import AntinError
from antin.words import Words

Print = Callable[[str], None]


@dataclass
class Teller:
    """``words`` of the story's language; ``beneath`` a second language under it, or None."""

    words: Words
    beneath: Words | None
    out: Print
    steps: list[dict[str, Any]] = field(default_factory=list)
    attacks: list[dict[str, Any]] = field(default_factory=list)
    started: float = field(default_factory=time.monotonic)

    @contextmanager
    def step(self, name: str) -> Iterator[dict[str, object]]:
        """One step; the block fills the facts that its sentences need. A failure is told and ends the story."""
        facts: dict[str, object] = {}
        begun = time.monotonic()
        try:
            yield facts
        except AntinError as error:
            self._keep_step(name, facts, time.monotonic() - begun, ok=False)
            self.out(f"  ✗ {self.words.error(error)[0]} [{error.code}]")
            raise
        self._keep_step(name, facts, time.monotonic() - begun, ok=True)

    def _keep_step(self, name: str, facts: dict[str, object], seconds: float, *, ok: bool) -> None:
        title, says, proves = (self.words(f"demo-{name}.{part}", **facts) for part in ("title", "says", "proves"))
        self.steps.append(
            {"name": name, "title": title, "says": says, "proves": proves, "ok": ok, "seconds": round(seconds, 2)}
        )
        self._print(f"\n{len(self.steps)}. ", f"demo-{name}.title", facts)
        self._print("   ", f"demo-{name}.says", facts)
        self._print("   → ", f"demo-{name}.proves", facts)

    def _print(self, lead: str, code: str, facts: dict[str, object]) -> None:
        self.out(lead + self.words(code, **facts))
        if self.beneath is not None:
            self.out(" " * len(lead.strip("\n")) + self.beneath(code, **facts))

    def attack(self, name: str, attempt: Callable[[], AntinError | None]) -> None:
        """Something wrong on purpose: ``attempt`` gives the refusal, or None when it got through."""
        try:
            error = attempt()
        except AntinError as raised:
            error = raised
        code, sentence = (error.code, self.words.error(error)[0]) if error else ("", "")
        self.attacks.append(
            {"name": name, "title": self.words(f"demo-attack-{name}.title"),
             "says": self.words(f"demo-attack-{name}.says"), "refused": error is not None,
             "code": code, "sentence": sentence}
        )  # fmt: skip
        if len(self.attacks) == 1:
            self._print("\n", "demo-attacks", {})
        self._print(" • ", f"demo-attack-{name}.title", {})
        verdict = f"{self.words('demo-refused')}: {sentence} [{code}]" if error else self.words("demo-got-through")
        self.out(f"     {'✓' if error else '✗'} {verdict}")

    @property
    def ok(self) -> bool:
        """Whether every step held and every attack was refused."""
        return all(each["ok"] for each in self.steps) and all(each["refused"] for each in self.attacks)

    @property
    def seconds(self) -> float:
        """How long the story took."""
        return time.monotonic() - self.started
