"""Writes docs/errors.md from the catalogues and the code: run it after a change of either; a test compares."""

from __future__ import annotations

import ast
from collections import defaultdict
from io import BytesIO
from pathlib import Path

from babel.messages.pofile import read_po

from antin import errors
from antin.cli.door import AnswerLost

ROOT = Path(__file__).resolve().parent.parent
SOURCE, PAGE = ROOT / "src/antin", ROOT / "docs/errors.md"
PARENTS = {each.__name__: each.exit_code for each in (*errors.AntinError.__subclasses__(), AnswerLost)}
BUILT = {"f'{what}-unknown'": ("level-unknown", "precedence-unknown")}
HEAD = """# Error codes

Made by `scripts/error_docs.py` from the catalogues; do not edit. A code is stable: its sentence may become clearer, its
meaning does not change. Classes and exit codes are in [the integrator's page](integrator/index.en.md#exit-codes).
`{…}` is filled in; with `--json` the same values stand in `fields`. *Finding* means that `audit` reports it and goes
on; `verify` reports codes of any class the same way.
"""


def catalogue(lang: str, only: str = "*") -> dict[str, str]:
    """Code → sentence, in one catalogue or in all."""
    files = (SOURCE / "locale" / lang / "LC_MESSAGES").glob(f"{only}.po")
    return {
        str(m.id): str(m.string) for file in files for m in read_po(BytesIO(file.read_bytes()), locale=lang) if m.id
    }


def codes_of(node: ast.AST) -> tuple[str, ...]:
    """The codes that a first argument may be."""
    if isinstance(node, ast.IfExp):
        return codes_of(node.body) + codes_of(node.orelse)
    if isinstance(node, ast.JoinedStr):
        return BUILT.get(ast.unparse(node), ())
    return (node.value,) if isinstance(node, ast.Constant) and isinstance(node.value, str) else ()


def raised() -> dict[str, set[str]]:
    """Code → the classes it is raised as, as far as the code can be read off."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            name = getattr(node.func, "id", "") if isinstance(node, ast.Call) else ""
            if isinstance(node, ast.Call) and name in PARENTS and node.args:
                for code in codes_of(node.args[0]):
                    found[code].add(name)
    return found


def page() -> str:
    """The whole page."""
    en, vi, classes = catalogue("en"), catalogue("vi"), raised()
    parts = [HEAD]
    for code in sorted({code for code in catalogue("en", "errors") if not code.endswith(".hint")} | classes.keys()):
        names = [f"{name} ({PARENTS[name]})" for name in sorted(classes.get(code, ()))]
        parts.append(f"## {code}\n\n*{', '.join(names) or 'Finding'}*\n")
        for words in (en, vi):
            hint = words.get(f"{code}.hint", "")
            parts.append(f"- {words.get(code, 'no sentence')}" + (f" → {hint}" if hint else ""))
        parts.append("")
    return "\n".join(parts)


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
