"""Small wrong changes of a module's functions, one at a time: what a test of a check must notice.

A mutant lives in memory: its code object takes the place of the function's own, so that whoever imported the function
meets it, and no file is touched. What stands outside of functions (tables, constants) is not changed.
"""

from __future__ import annotations

import ast
import copy
import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

SAME = {ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot,
        ast.IsNot: ast.Is}  # fmt: skip
EDGE = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt}
OPERATORS = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd}
CALLS = {"any": "all", "all": "any", "min": "max", "max": "min"}
# Fields in which nothing is decided: what runs at import, what is only said, what is only for the reader.
BESIDE = {"annotation", "returns", "decorator_list", "args", "exc", "cause", "type_params"}


@dataclass(frozen=True)
class Mutant:
    """``where``: the function; ``lines``: of what is changed; ``old`` → ``new``: its text; ``code``: the function's."""

    where: str
    lines: range
    old: str
    new: str
    code: Callable[[], CodeType]

    @property
    def change(self) -> str:
        """What the data file names it by: it survives a moved line."""
        return f"{self.where}: {self.old} → {self.new}"


def mutants(path: Path) -> list[Mutant]:
    """All mutants of a file, from top to bottom; two with the same words in one function are numbered."""
    tree = ast.parse(path.read_text("utf-8"), str(path))
    found: list[Mutant] = []
    for where, function, alone in _functions(tree):
        seen: dict[str, int] = {}
        for node, holder, key in _slots(function):
            for new in _changes(node, holder if holder is not function.body else []):
                old, words = _words(node), _words(new)
                times = seen[old + words] = seen.get(old + words, 0) + 1
                words += f" #{times}" if times > 1 else ""
                code = _compiler(alone, path, where, (holder, key, new))
                found.append(Mutant(where, _lines(node), old, words, code))
    return sorted(found, key=lambda each: each.lines.start)


def apply(module: ModuleType, mutant: Mutant) -> None:
    """Puts the mutant in the place of the function, in this process."""
    found: Any = module
    for name in mutant.where.split("."):
        found = vars(found)[name]
    found = found.fget if isinstance(found, property) else getattr(found, "__func__", found)
    inspect.unwrap(found).__code__ = mutant.code()


def _functions(tree: ast.Module) -> Iterator[tuple[str, ast.FunctionDef, ast.Module]]:
    """Each with its name and a module that has it alone, in its classes, below the imports: that is soon compiled."""
    imports = [each for each in tree.body if isinstance(each, ast.Import | ast.ImportFrom)]

    def below(top: ast.AST, prefix: str, alone: Callable[[ast.stmt], ast.Module]) -> Iterator[Any]:
        for node in ast.iter_child_nodes(top):
            if isinstance(node, ast.ClassDef):
                yield from below(node, f"{prefix}{node.name}.", _within(node, alone))
            elif isinstance(node, ast.FunctionDef):
                yield prefix + node.name, node, alone(node)

    return below(tree, "", lambda node: _with(tree, body=[*imports, node]))


def _within(node: ast.ClassDef, alone: Callable[[ast.stmt], ast.Module]) -> Callable[[ast.stmt], ast.Module]:
    return lambda each: alone(_with(node, body=[each]))


def _slots(node: ast.AST) -> Iterator[tuple[Any, Any, Any]]:
    """Every node below, with the holder and key (a field's name, or a place in a list) where another can be put."""
    for name, value in ast.iter_fields(node):
        if name in BESIDE and not (name == "args" and isinstance(node, ast.Call)):
            continue
        places = [(value, n) for n in range(len(value))] if isinstance(value, list) else [(node, name)]
        for holder, key in places:
            child = holder[key] if isinstance(holder, list) else value
            if isinstance(child, ast.AST):
                yield child, holder if isinstance(holder, list) else node, key
                yield from _slots(child)


def _changes(node: Any, holder: Any) -> Iterator[ast.AST]:
    kind = type(node)
    if kind in (ast.If, ast.While, ast.IfExp):
        if not _plain(node.test):
            yield _with(node, test=ast.UnaryOp(ast.Not(), node.test))
    elif kind is ast.comprehension:
        for n, test in enumerate(node.ifs):
            yield _with(node, ifs=[each for m, each in enumerate(node.ifs) if m != n])
            if not _plain(test):
                yield _with(node, ifs=[*node.ifs[:n], ast.UnaryOp(ast.Not(), test), *node.ifs[n + 1 :]])
    elif kind is ast.BoolOp:
        for n in range(len(node.values)):
            left = [each for m, each in enumerate(node.values) if m != n]
            yield left[0] if len(left) == 1 else _with(node, values=left)
    elif kind is ast.UnaryOp and isinstance(node.op, ast.Not):
        yield node.operand
    elif kind is ast.Compare:
        yield from _comparisons(node)
    elif kind is ast.BinOp and type(node.op) in OPERATORS:
        yield _with(node, op=OPERATORS[type(node.op)]())
    elif kind is ast.Call and isinstance(node.func, ast.Name) and node.func.id in CALLS:
        yield _with(node, func=ast.Name(CALLS[node.func.id], ast.Load()))
    elif kind is ast.List and len(node.elts) > 1:
        for n in range(len(node.elts)):
            yield _with(node, elts=[each for m, each in enumerate(node.elts) if m != n])
    elif kind is ast.Subscript and isinstance(node.slice, ast.Slice):
        for side in ("lower", "upper"):
            if isinstance(end := getattr(node.slice, side), ast.Constant):
                yield _with(node, slice=_with(node.slice, **{side: ast.Constant(end.value + 1)}))
    elif isinstance(holder, list) and _acts(node, holder):
        yield ast.Pass()


def _comparisons(node: ast.Compare) -> Iterator[ast.AST]:
    for n, op in enumerate(node.ops):
        other = (SAME | EDGE)[type(op)]
        yield _with(node, ops=[*node.ops[:n], other(), *node.ops[n + 1 :]])
    sides = [node.left, *node.comparators]
    for n, side in enumerate(sides):
        if isinstance(side, ast.Constant) and type(side.value) is int:
            more = [*sides[:n], ast.Constant(side.value + 1), *sides[n + 1 :]]
            yield _with(node, left=more[0], comparators=more[1:])
    one, other_side = node.left, node.comparators[0]
    if isinstance(one, ast.Tuple) and isinstance(other_side, ast.Tuple) and len(one.elts) == len(other_side.elts):
        for n in range(len(one.elts)):
            left, right = (_with(each, elts=[*each.elts[:n], *each.elts[n + 1 :]]) for each in (one, other_side))
            yield _with(node, left=left, comparators=[right])


def _acts(node: ast.AST, holder: list[Any]) -> bool:
    """A statement that does or stops something, and can be left out: a return only where another way goes on."""
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Call | ast.Yield | ast.YieldFrom)
    if isinstance(node, ast.Assign):
        return not isinstance(node.targets[0], ast.Name | ast.Tuple)
    if isinstance(node, ast.Return):
        return len(holder) == 1
    return isinstance(node, ast.Raise | ast.AugAssign | ast.Continue | ast.Break)


def _plain(test: ast.AST) -> bool:
    """A condition whose negation is made where it stands: ``not x``, ``a == b``."""
    if isinstance(test, ast.Compare):
        return len(test.ops) == 1 and type(test.ops[0]) in SAME
    return isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not)


def _with(node: Any, **fields: Any) -> Any:
    new = copy.copy(node)
    for name, value in fields.items():
        setattr(new, name, value)
    return new


def _lines(node: Any) -> range:
    """Where it stands; of a compound statement its head."""
    head = node.test if isinstance(node, ast.If | ast.While) else node
    first, last = (head.target, head.iter) if isinstance(head, ast.comprehension) else (head, head)
    return range(first.lineno, last.end_lineno + 1)


def _words(node: ast.AST) -> str:
    """The changed part on one line; of a compound statement its head."""
    text = f"if {ast.unparse(node.test)}" if isinstance(node, ast.If) else ast.unparse(node)
    return " ".join(text.split())


def _compiler(alone: ast.Module, path: Path, where: str, change: tuple[Any, Any, ast.AST]) -> Callable[[], CodeType]:
    def compiled() -> CodeType:
        holder, key, new = change
        if isinstance(holder, list):
            old, holder[key] = holder[key], new
        else:
            old = getattr(holder, key)
            setattr(holder, key, new)
        try:
            return _find(compile(ast.fix_missing_locations(copy.deepcopy(alone)), str(path), "exec"), where)
        finally:
            if isinstance(holder, list):
                holder[key] = old
            else:
                setattr(holder, key, old)

    return compiled


def _find(code: CodeType, where: str) -> CodeType:
    for each in code.co_consts:
        if isinstance(each, CodeType):
            if each.co_qualname == where:
                return each
            if where.startswith(each.co_qualname + "."):
                return _find(each, where)
    raise LookupError(where)
