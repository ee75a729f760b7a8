"""The house rules that a machine can hold: sizes, names, imports, what the verifier may touch."""

from __future__ import annotations

import ast
import subprocess
import sys
import tokenize
from functools import cache
from pathlib import Path

import pytest

HOUSE = Path(__file__).resolve().parent.parent
SOURCE = HOUSE / "src"
NO_TOKEN = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING,
            tokenize.ENDMARKER}  # fmt: skip
FILE_LIMIT, FUNCTION_LIMIT, VERIFIER_LIMIT = 400, 60, 17_000
VAGUE = {"utils", "util", "helpers", "helper", "common", "manager", "misc"}

# "file::imported module": an import inside a function, each with its reason.
DEFERRED_ALLOWED: set[str] = set()
# The verifier runs on an inspector's machine: no network, no database, nothing started.
VERIFIER_MAY_NOT = {
    "asyncio", "ftplib", "http", "multiprocessing", "smtplib", "socket", "socketserver", "sqlite3", "ssl",
    "subprocess", "urllib",
}  # fmt: skip
# Who may turn codes into words.
DOORS = {"api", "cli", "demo", "views", "web", "words"}
CLOCKS = {"now", "utcnow", "today", "fromtimestamp"}

FILES = sorted(p for top in ("src/antin", "tests", "bench", "scripts") for p in (HOUSE / top).rglob("*.py"))
OURS = [p for p in FILES if p.is_relative_to(SOURCE)]


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), str(path))


def name(path: Path) -> str:
    return path.relative_to(HOUSE).as_posix()


def module(path: Path) -> str:
    parts = path.relative_to(SOURCE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [n for n in ast.walk(tree(path)) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]


def imported(path: Path, top: ast.AST) -> set[str]:
    """Absolute names of what ``top`` imports; ``from a import b`` gives both ``a`` and ``a.b``."""
    found: set[str] = set()
    for node in ast.walk(top):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                here = module(path).split(".")
                package = here if path.name == "__init__.py" else here[:-1]
                base = ".".join([*package[: len(package) - node.level + 1], *filter(None, [node.module])])
            found.add(base)
            found.update(f"{base}.{alias.name}" for alias in node.names)
    return found


def test_files_are_short() -> None:
    long = {name(p): n for p in FILES if (n := len(p.read_text("utf-8").splitlines())) > FILE_LIMIT}
    assert not long, f"over {FILE_LIMIT} lines; what do they hide? {long}"


def test_functions_are_short() -> None:
    sizes = ((f"{name(p)}:{f.name}", (f.end_lineno or 0) - f.lineno + 1) for p in FILES for f in functions(p))
    long = {where: n for where, n in sizes if n > FUNCTION_LIMIT}
    assert not long, f"over {FUNCTION_LIMIT} lines: {long}"


def test_names_say_something() -> None:
    vague = [name(p) for p in FILES if VAGUE & set(p.relative_to(HOUSE).with_suffix("").parts)]
    assert not vague, f"a name that could hold anything: {vague}"


def test_modules_say_what_they_are() -> None:
    silent = [name(p) for p in OURS if p.stat().st_size and not ast.get_docstring(tree(p))]
    assert not silent, f"without a docstring: {silent}"


def test_own_imports_stand_at_the_top() -> None:
    deferred = {
        f"{name(p)}::{target}"
        for p in OURS
        for f in functions(p)
        for target in imported(p, f)
        if target.split(".")[0] == "antin"
    }
    # `from a import b` names both; one entry in the list is enough for the pair.
    unexpected = {d for d in deferred if not any(d == a or d.startswith(a + ".") for a in DEFERRED_ALLOWED)}
    assert not unexpected, f"imported inside a function: {sorted(unexpected)}"


def test_the_kernel_reads_no_clock() -> None:
    calls = [
        f"{name(p)}:{n.lineno}"
        for p in OURS
        if module(p).startswith("antin.kernel")
        for n in ast.walk(tree(p))
        if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute) and n.func.attr in CLOCKS
    ]
    assert not calls, f"the clock is an argument: {calls}"


def test_words_are_looked_up_at_the_doors_only() -> None:
    inside = [
        name(p) for p in OURS if not DOORS & set(module(p).split(".")[1:2]) and "antin.words" in imported(p, tree(p))
    ]
    assert not inside, f"a code travels inwards, words stay at the door: {inside}"


def test_imports_keep_the_contracts() -> None:
    lint = Path(sys.executable).parent / "lint-imports"
    if not lint.exists():
        pytest.fail("import-linter is missing; run `make setup`")
    done = subprocess.run([lint, "--no-logo"], cwd=HOUSE, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def verifier_files() -> list[Path]:
    """antin.verify and everything of ours that it reaches, packages on the way included."""
    by_name = {module(p): p for p in OURS}
    waiting = [m for m in by_name if m == "antin.verify" or m.startswith("antin.verify.")]
    seen: set[str] = set()
    while waiting:
        current = waiting.pop()
        if current in seen or current not in by_name:
            continue
        seen.add(current)
        parents = [current.rsplit(".", n)[0] for n in range(1, current.count(".") + 1)]
        waiting += [*imported(by_name[current], tree(by_name[current])), *parents]
    return [by_name[m] for m in sorted(seen)]


def test_the_verifier_can_be_read_in_an_afternoon() -> None:
    files = verifier_files()
    if not files:
        pytest.skip("antin.verify is not written yet")
    # Tokens, whatever the formatter's wrapping: what a reader has to take in.
    tokens = {name(p): sum(kind not in NO_TOKEN for kind, *_ in read_tokens(p)) for p in files}
    assert sum(tokens.values()) <= VERIFIER_LIMIT, f"{sum(tokens.values())} tokens: {tokens}"


def read_tokens(path: Path) -> list[tokenize.TokenInfo]:
    with path.open("rb") as handle:
        return list(tokenize.tokenize(handle.readline))


def test_the_verifier_touches_no_network_and_no_database() -> None:
    touched = {
        name(p): bad
        for p in verifier_files()
        if (bad := {i.split(".")[0] for i in imported(p, tree(p))} & VERIFIER_MAY_NOT)
    }
    assert not touched, f"the verifier may not import these: {touched}"


def test_sql_stands_in_sql_files() -> None:
    """Named by verb, in the subset that SQLite and PostgreSQL share; the demo tells a story and may look for itself."""
    allowed = ("storage", "demo")
    inside = [
        f"{name(p)}:{n.lineno}"
        for p in OURS
        if not set(allowed) & set(module(p).split(".")[1:2])
        for n in ast.walk(tree(p))
        if isinstance(n, ast.Constant) and isinstance(n.value, str) and n.value.startswith(("INSERT ", "UPDATE "))
        or isinstance(n, ast.Constant) and isinstance(n.value, str) and n.value.startswith("SELECT ")
        and "sqlite_master" not in n.value and n.value != "SELECT * FROM "
    ]  # fmt: skip
    assert not inside, inside


def test_a_module_of_the_tests_has_one_name() -> None:
    """Imported as ``town`` and as ``tests.town`` it would stand in memory twice, with two of each class."""
    for path in FILES:
        assert not {each for each in imported(path, tree(path)) if each.split(".")[0] == "tests"}, name(path)
