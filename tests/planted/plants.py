"""Small changes planted in the tree of one file: every place where a last bit, a sign or a place could be wrong.

What is changed depends on what the file does:

``numbers``
    whole numbers grow by one, other numbers move by one unit in the last place: what a table of constants holds;
``values``
    what a function returns moves by one unit in the last place (a whole number by one, a truth turns);
``printed``
    the text of an expression becomes that of a value one unit in the last place away;
``printed once``
    the same, for a printer that only one back end has;
``operators``
    ``numbers``, and ``+`` becomes ``-``, ``<`` becomes ``<=``, ``and`` becomes ``or``; conditions are turned;
``groups``
    ``(a + b) + c`` becomes ``a + (b + c)``, and the same of products;
``texts``
    the same as ``operators`` in texts that become code, and whatever such a text assigns moves by one unit in the last
    place;
``drops``
    a call for its effect is left out.

Messages, checks of arguments, docstrings and annotations are no code and stay.
"""

from __future__ import annotations

import ast
import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import CodeType

import numpy as np

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Edit:
    """A part of a tree that becomes another: ``node.<name>``, or one item of that list."""

    node: ast.AST
    name: str
    new: object
    item: int | None = None

    def swap(self) -> None:
        """Make the change, or take it back."""
        if self.item is None:
            old = getattr(self.node, self.name)
            setattr(self.node, self.name, self.new)
        else:
            items = getattr(self.node, self.name)
            old, items[self.item] = items[self.item], self.new
        self.new = old


@dataclass(frozen=True, eq=False)
class Plant:
    """One planted change.

    Parameters
    ----------
    file : str
        Relative to the repository.
    function : str
        Where it stands, as ``Class.method``.
    line : int
    what : str
    tree : ast.Module
        Of the file; all plants of a file share it.
    edits : tuple of Edit
    which : int
        Of several changes that are alike in one function, from 1.
    """

    file: str
    function: str
    line: int
    what: str
    tree: ast.Module
    edits: tuple[Edit, ...]
    which: int = 1

    @property
    def name(self) -> str:
        return f"{self.file}:{self.line} {self.function or 'module'}: {self.what}"

    @property
    def key(self) -> str:
        """The name without the line, which other changes move; of several alike in a function the second ends in #2."""
        return f"{self.file} {self.function or 'module'}: {self.what}" + (f" #{self.which}" if self.which > 1 else "")

    def code(self) -> CodeType:
        """The changed module, compiled; lines are where they were."""
        self._swap()
        try:
            return compile(ast.fix_missing_locations(self.tree), str(ROOT / self.file), "exec", dont_inherit=True)
        finally:
            self._swap()

    def text(self) -> str:
        """The text of the file with a number changed in its place, for those who read it."""
        source = (ROOT / self.file).read_text(encoding="utf-8")
        edit, node = self.edits[0], self.edits[0].node
        if not (isinstance(node, ast.Constant) and isinstance(edit.new, int | float)):
            return source
        lines = source.splitlines(keepends=True)
        raw = lines[node.lineno - 1].encode()
        lines[node.lineno - 1] = b"".join(
            (raw[: node.col_offset], repr(edit.new).encode(), raw[node.end_col_offset :])
        ).decode()
        return "".join(lines)

    def _swap(self) -> None:
        for edit in self.edits:
            edit.swap()


def plants(file: str, kinds: tuple[str, ...]) -> list[Plant]:
    """All changes of a file.

    Parameters
    ----------
    file : str
    kinds : tuple of str
        Of those above.
    """
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    found: list[Plant] = []
    alike: Counter[tuple[str, str]] = Counter()
    for place in _places(tree):
        for what, edits in _changes(place, kinds):
            alike[place.function, what] += 1
            line = place.node.lineno  # type: ignore[attr-defined]
            found.append(Plant(file, place.function, line, what, tree, edits, alike[place.function, what]))
    return found


# -- where -------------------------------------------------------------------------------------------------------------

_TELLING = ("fail", "refuse", "hinder", "stranger", "warn", "Obstacle", "NotCompiledError", "add_note", "TypingError")


@dataclass(frozen=True)
class Place:
    """A node, the name of its function, the functions around it, outermost first, and two things about a number.

    ``counts``: it is an index of an array, or what a number of axes or items is compared with, and in no table.
    ``single``: it becomes a number in single precision.
    """

    node: ast.AST
    function: str
    around: tuple[ast.FunctionDef, ...]
    counts: bool = False
    single: bool = False


def _places(tree: ast.Module) -> Iterator[Place]:
    """Everything that is code, in order."""
    singles = {"float32"} | {ast.unparse(node.targets[0]) for node in tree.body
                             if isinstance(node, ast.Assign) and ast.unparse(node.value) == "np.float32"}  # fmt: skip

    def walk(node: ast.AST, names: tuple[str, ...], around: tuple[ast.FunctionDef, ...], counts=False,
             single=False) -> Iterator[Place]:  # fmt: skip
        if isinstance(node, (ast.Raise, ast.Import, ast.ImportFrom, ast.Assert)):
            return
        if isinstance(node, ast.Call) and _called(node) in _TELLING:
            return
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("checks."):
            return
        if isinstance(node, ast.If) and not node.orelse and isinstance(node.body[-1], ast.Raise):
            return  # a check
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            if node.name in ("__repr__", "refuse", "fail", "_refusal"):
                return
            names = (*names, overloaded(node) or node.name)
            if isinstance(node, ast.FunctionDef):
                around = (*around, node)
            body = node.body[1:] if ast.get_docstring(node) is not None else node.body
            defaults = [*node.args.defaults, *node.args.kw_defaults] if isinstance(node, ast.FunctionDef) else []
            for child in [*filter(None, defaults), *body]:
                yield from walk(child, names, around)
            return
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            return  # a docstring
        if isinstance(node, ast.AnnAssign):
            if node.value is not None:
                yield from walk(node.value, names, around)
            return
        if hasattr(node, "lineno") and not isinstance(node, ast.expr_context):
            yield Place(node, ".".join(names), around, counts, single)
        single = single or isinstance(node, ast.Call) and _called(node) in singles
        counts = counts or isinstance(node, ast.Compare) and _counts(node)
        for name, child in _children(node):
            yield from walk(child, names, around, counts or isinstance(node, ast.Subscript) and name == "slice", single)

    yield from walk(tree, (), ())


def _children(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    for name, value in ast.iter_fields(node):
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, ast.AST):
                yield name, item


def _counts(node: ast.Compare) -> bool:
    """Whether a number of axes or items is compared."""
    sides = [node.left, *node.comparators]
    return any(isinstance(side, ast.Call) and _called(side) in ("len", "ndim") for side in sides) or any(
        isinstance(side, ast.Attribute) and side.attr in ("ndim", "size") for side in sides
    )


def overloaded(node: ast.AST) -> str:
    """The function of which ``@overload`` makes a definition the compiled one; else an empty text."""
    for decorator in getattr(node, "decorator_list", ()):
        if isinstance(decorator, ast.Call) and _called(decorator) == "overload":
            return ast.unparse(decorator.args[0])
    return ""


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


# -- what --------------------------------------------------------------------------------------------------------------

_SWAPS: dict[type, type] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Div,
    ast.Mod: ast.FloorDiv,
    ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.BitXor: ast.BitOr, ast.LShift: ast.RShift, ast.RShift: ast.LShift,
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.And: ast.Or, ast.Or: ast.And,
}  # fmt: skip
_SIGNS = {" + ": " - ", " - ": " + ", " * ": " / ", " / ": " * ", " % ": " // ", " == ": " != ", " & ": " | ",
          " > ": " >= "}  # fmt: skip


def _changes(place: Place, kinds: tuple[str, ...]) -> Iterator[tuple[str, tuple[Edit, ...]]]:
    node = place.node
    if "values" in kinds:
        yield from _value_changes(node)
    if place.around and place.around[-1].name in ("of", "leaf", "_leaf"):
        if "printed" in kinds:
            yield from _printed_changes(node, place.around[-1].name)
        if "printed once" in kinds:
            yield from _printed_changes(node, "")
    if "operators" in kinds or "numbers" in kinds and not place.counts:
        yield from _number_changes(node, place.single)
    if "operators" in kinds:
        yield from _operator_changes(node)
    if "groups" in kinds:
        yield from _group_changes(node)
    if "texts" in kinds:
        yield from _text_changes(node)
    if "drops" in kinds:
        yield from _drop_changes(node)


def _value_changes(node: ast.AST) -> Iterator[tuple[str, tuple[Edit, ...]]]:
    if isinstance(node, ast.Return) and node.value is not None:
        yield f"{_shown(node)} moves", (Edit(node, "value", _call("_nudged", node.value)),)
    if isinstance(node, ast.Lambda):
        yield f"{_shown(node)} moves", (Edit(node, "body", _call("_nudged", node.body)),)


def _printed_changes(node: ast.AST, function: str) -> Iterator[tuple[str, tuple[Edit, ...]]]:
    """The shared printer `of` is changed for one back end too: what is wrong on both, only the oracle can see."""
    if not (isinstance(node, ast.Return) and node.value is not None):
        return
    for side in ("both", "reference", "numba") if function == "of" else ("both",):
        printer = ast.parse("self.leaf.__module__", mode="eval").body if function == "of" else ast.Constant("")
        wrapped = _call("_nudged_text", node.value, ast.Name("node", ast.Load()), printer, ast.Constant(side))
        yield f"{_shown(node)} moves on {side}", (Edit(node, "value", wrapped),)


def _call(name: str, *args: ast.expr) -> ast.Call:
    return ast.Call(ast.Name(name, ast.Load()), list(args), [])


def _number_changes(node: ast.AST, single: bool) -> Iterator[tuple[str, tuple[Edit, ...]]]:
    match node:
        case ast.Constant(value=bool()):
            return
        case ast.Constant(value=int(value)):
            yield f"{value} is {value + 1}", (Edit(node, "value", value + 1),)
        case ast.Constant(value=float(value)):
            moved = math.nextafter(value, math.inf)
            if single:
                moved = float(str(np.nextafter(np.float32(value), np.float32(np.inf))))
            yield f"{value} is {moved}", (Edit(node, "value", moved),)


def _operator_changes(node: ast.AST) -> Iterator[tuple[str, tuple[Edit, ...]]]:
    match node:
        case ast.BinOp(op=op) | ast.AugAssign(op=op) | ast.BoolOp(op=op) if type(op) in _SWAPS:
            if not (isinstance(node, ast.BinOp) and any(_is_text(side) for side in (node.left, node.right))):
                swap = _SWAPS[type(op)]()
                yield f"{_shown(node)}: {_sign(op)} is {_sign(swap)}", (Edit(node, "op", swap),)
        case ast.Compare(ops=ops):
            for k, op in enumerate(ops):
                if type(op) in _SWAPS:
                    swap = _SWAPS[type(op)]()
                    yield f"{_shown(node)}: {_sign(op)} is {_sign(swap)}", (Edit(node, "ops", swap, k),)
        case ast.Constant(value=bool(value)):
            yield f"{value} is {not value}", (Edit(node, "value", not value),)
        case ast.If(test=test) | ast.IfExp(test=test) | ast.While(test=test) if not isinstance(test, ast.Compare):
            yield f"if {_shown(test)} is turned", (Edit(node, "test", ast.UnaryOp(ast.Not(), test)),)
        case ast.comprehension(ifs=ifs):
            for k, test in enumerate(ifs):
                yield f"if {_shown(test)} is turned", (Edit(node, "ifs", ast.UnaryOp(ast.Not(), test), k),)


def _group_changes(node: ast.AST) -> Iterator[tuple[str, tuple[Edit, ...]]]:
    match node:
        case ast.BinOp(ast.BinOp(a, ast.Add() | ast.Mult() as inner, b), ast.Add() | ast.Mult() as op, c):
            if type(inner) is type(op):
                grouped = ast.BinOp(b, op, c)
                yield f"{_shown(node)} is grouped from the right", (Edit(node, "left", a), Edit(node, "right", grouped))


def _text_changes(node: ast.AST) -> Iterator[tuple[str, tuple[Edit, ...]]]:
    if isinstance(node, ast.JoinedStr):
        if _prints_comment(node):
            return
        yield from _assigned(node)
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and not node.value.lstrip().startswith("#"):
        text = node.value
        for sign, other in _SIGNS.items():
            for found in re.finditer(re.escape(sign), text):
                new = text[: found.start()] + other + text[found.end() :]
                yield f"{text!r}: {sign.strip()} is {other.strip()}", (Edit(node, "value", new),)
        for found in re.finditer(r"(?<![A-Za-z_0-9.])\d+(?![A-Za-z_0-9.])", text):
            new = f"{text[: found.start()]}{int(found.group()) + 1}{text[found.end() :]}"
            yield f"{text!r} is {new!r}", (Edit(node, "value", new),)


def _assigned(node: ast.JoinedStr) -> Iterator[tuple[str, tuple[Edit, ...]]]:
    """What a printed line ``name = value`` assigns moves by one unit in the last place."""
    for k, part in enumerate(node.values):
        if isinstance(part, ast.Constant) and re.search(r"(?<![=<>!]) = (?!=)", part.value):
            head, tail = re.split(r"(?<![=<>!]) = (?!=)", part.value, maxsplit=1)
            moved = ast.Constant(f"{head} = np.nextafter({tail}")
            values = [*node.values[:k], moved, *node.values[k + 1 :], ast.Constant(", np.inf)")]
            yield f"{_shown(node)}: the value moves", (Edit(node, "values", values),)


def _drop_changes(node: ast.AST) -> Iterator[tuple[str, tuple[Edit, ...]]]:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        yield f"{_shown(node)} is left out", (Edit(node, "value", ast.Constant(None)),)


def _prints_comment(node: ast.JoinedStr) -> bool:
    first = node.values[0] if node.values else None
    return isinstance(first, ast.Constant) and str(first.value).lstrip().startswith("#")


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.JoinedStr) or isinstance(node, ast.Constant) and isinstance(node.value, str)


def _shown(node: ast.AST) -> str:
    text = ast.unparse(node)
    return text if len(text) <= 60 else text[:57] + "..."


def _sign(op: ast.AST) -> str:
    return {"Add": "+", "Sub": "-", "Mult": "*", "Div": "/", "Lt": "<", "LtE": "<=", "Gt": ">", "GtE": ">=", "Eq": "==",
            "NotEq": "!="}.get(type(op).__name__, type(op).__name__.lower())  # fmt: skip
