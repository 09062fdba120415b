"""Small changes planted in the text of one file: every place where a last bit, a sign or a place could be wrong.

Each `Plant` is a whole new text of a file. What is changed depends on what the file does:

``values``, ``compiled values``
    what a function returns moves by one unit in the last place (a whole number by one, a truth turns); the second in
    functions that Numba compiles only;
``printed``
    the text of an expression becomes that of a value one unit in the last place away;
``operators``
    ``+`` becomes ``-``, ``<`` becomes ``<=``, ``and`` becomes ``or``; whole numbers grow by one, other numbers move by
    one unit in the last place; conditions are turned;
``texts``
    the same in texts that become code, and whatever such a text assigns moves by one unit in the last place;
``drops``
    a call for its effect is left out.

Messages, docstrings and annotations are no code and stay.
"""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

Change = Callable[[], None]


@dataclass(frozen=True)
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
    text : str
        The changed file.
    """

    file: str
    function: str
    line: int
    what: str
    text: str

    @property
    def name(self) -> str:
        return f"{self.file}:{self.line} {self.function or 'module'}: {self.what}"


def plants(file: str, kinds: tuple[str, ...], nudge: str = "") -> list[Plant]:
    """All changes of a file.

    Parameters
    ----------
    file : str
    kinds : tuple of str
        Of those above.
    nudge : str
        The text of a function ``_nudged`` that moves a value, or the text of one; it is put behind the imports.
    """
    source = (ROOT / file).read_text(encoding="utf-8")
    found: list[Plant] = []
    while True:  # one change at a time, each in a tree of its own
        tree = ast.parse(source)
        changes = [(place, change) for place in _places(tree) for change in _changes(place, kinds)]
        if len(found) == len(changes):
            return found
        place, (what, change) = changes[len(found)]
        change()
        if nudge:
            behind = _behind_imports(tree)
            tree.body[behind:behind] = ast.parse(nudge).body
        text = ast.unparse(ast.fix_missing_locations(tree))
        found.append(Plant(file, place.function, place.node.lineno, what, text))  # type: ignore[attr-defined]


def _behind_imports(tree: ast.Module) -> int:
    last = max((k for k, node in enumerate(tree.body) if isinstance(node, (ast.Import, ast.ImportFrom))), default=-1)
    return last + 1


# -- where -------------------------------------------------------------------------------------------------------------

_TELLING = ("fail", "refuse", "hinder", "stranger", "warn", "Obstacle", "NotCompiledError", "add_note", "TypingError")


@dataclass(frozen=True)
class Place:
    """A node, the name of its function, and the functions around it, outermost first."""

    node: ast.AST
    function: str
    around: tuple[ast.FunctionDef, ...]


def _places(tree: ast.AST) -> Iterator[Place]:
    """Everything that is code, in order."""

    def walk(node: ast.AST, names: tuple[str, ...], around: tuple[ast.FunctionDef, ...]) -> Iterator[Place]:
        if isinstance(node, (ast.Raise, ast.Import, ast.ImportFrom, ast.Assert)):
            return
        if isinstance(node, ast.Call) and _called(node) in _TELLING:
            return
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            if node.name in ("__repr__", "refuse", "fail", "_refusal"):
                return
            names = (*names, overloaded(node) or node.name)
            if isinstance(node, ast.FunctionDef):
                around = (*around, node)
            body = node.body[1:] if ast.get_docstring(node) is not None else node.body
            defaults = node.args.defaults if isinstance(node, ast.FunctionDef) else []
            for child in [*defaults, *body]:
                yield from walk(child, names, around)
            return
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            return  # a docstring
        if isinstance(node, ast.AnnAssign):
            if node.value is not None:
                yield from walk(node.value, names, around)
            return
        if hasattr(node, "lineno") and not isinstance(node, ast.expr_context):
            yield Place(node, ".".join(names), around)
        for child in ast.iter_child_nodes(node):
            yield from walk(child, names, around)

    yield from walk(tree, (), ())


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


def _changes(place: Place, kinds: tuple[str, ...]) -> Iterator[tuple[str, Change]]:
    node = place.node
    if "values" in kinds or "compiled values" in kinds and _is_compiled(place):
        yield from _value_changes(node)
    if "printed" in kinds and place.around and place.around[-1].name in ("of", "leaf", "_leaf"):
        yield from _printed_changes(node, place.around[-1].name)
    if "operators" in kinds:
        yield from _operator_changes(node)
    if "texts" in kinds:
        yield from _text_changes(node)
    if "drops" in kinds:
        yield from _drop_changes(node)


_COMPILING = ("_inlined", "njit", "_compiled", "vectorize", "inner")


def _is_compiled(place: Place) -> bool:
    """Whether Numba compiles the function around a place, or the function that begins there."""
    if isinstance(place.node, ast.Lambda):
        return any(overloaded(function) for function in place.around)
    for function in place.around[-1:]:
        for decorator in function.decorator_list:
            if ast.unparse(decorator).partition("(")[0] in _COMPILING:
                return True
        if any(overloaded(other) or other.name in ("_drawing", "_elementwise") for other in place.around[:-1]):
            return function.name != "choose"
    return False


def _value_changes(node: ast.AST) -> Iterator[tuple[str, Change]]:
    if isinstance(node, ast.Return) and node.value is not None:
        yield f"{_shown(node)} moves", lambda: setattr(node, "value", _call("_nudged", node.value))
    if isinstance(node, ast.Lambda):
        yield f"{_shown(node)} moves", lambda: setattr(node, "body", _call("_nudged", node.body))


def _printed_changes(node: ast.AST, function: str) -> Iterator[tuple[str, Change]]:
    """The shared printer `of` is changed for one back end too: what is wrong on both, only the oracle can see."""
    if not (isinstance(node, ast.Return) and node.value is not None):
        return
    for side in ("both", "reference", "numba") if function == "of" else ("both",):
        printer = ast.parse("self.leaf.__module__", mode="eval").body if function == "of" else ast.Constant("")
        wrapped = _call("_nudged", node.value, ast.Name("node", ast.Load()), printer, ast.Constant(side))
        yield f"{_shown(node)} moves on {side}", lambda wrapped=wrapped: setattr(node, "value", wrapped)


def _call(name: str, *args: ast.expr | None) -> ast.Call:
    return ast.Call(ast.Name(name, ast.Load()), [arg for arg in args if arg is not None], [])


def _operator_changes(node: ast.AST) -> Iterator[tuple[str, Change]]:
    match node:
        case ast.BinOp(op=op) | ast.AugAssign(op=op) | ast.BoolOp(op=op) if type(op) in _SWAPS:
            if not (isinstance(node, ast.BinOp) and any(_is_text(side) for side in (node.left, node.right))):
                yield f"{_shown(node)}: {_sign(op)} is {_sign(_SWAPS[type(op)]())}", lambda: _set(node, "op", op)
        case ast.Compare(ops=ops):
            for k, op in enumerate(ops):
                if type(op) in _SWAPS:
                    swap = _SWAPS[type(op)]()
                    what = f"{_shown(node)}: {_sign(op)} is {_sign(swap)}"
                    yield what, lambda k=k, swap=swap: _put(node.ops, k, swap)
        case ast.Constant(value=bool(value)):
            yield f"{value} is {not value}", lambda: setattr(node, "value", not value)
        case ast.Constant(value=int(value)):
            yield f"{value} is {value + 1}", lambda: setattr(node, "value", value + 1)
        case ast.Constant(value=float(value)):
            moved = math.nextafter(value, math.inf)
            yield f"{value} is {moved}", lambda: setattr(node, "value", moved)
        case ast.If(test=test) | ast.IfExp(test=test) | ast.While(test=test) if not isinstance(test, ast.Compare):
            yield f"if {_shown(test)} is turned", lambda: setattr(node, "test", ast.UnaryOp(ast.Not(), test))
        case ast.comprehension(ifs=ifs):
            for k, test in enumerate(ifs):
                yield f"if {_shown(test)} is turned", lambda k=k, test=test: _put(ifs, k, ast.UnaryOp(ast.Not(), test))


def _text_changes(node: ast.AST) -> Iterator[tuple[str, Change]]:
    if isinstance(node, ast.JoinedStr):
        if _prints_comment(node):
            return
        yield from _assigned(node)
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and not node.value.lstrip().startswith("#"):
        text = node.value
        for sign, other in _SIGNS.items():
            for found in re.finditer(re.escape(sign), text):
                new = text[: found.start()] + other + text[found.end() :]
                yield f"{text!r}: {sign.strip()} is {other.strip()}", lambda new=new: setattr(node, "value", new)
        for found in re.finditer(r"(?<![A-Za-z_0-9.])\d+(?![A-Za-z_0-9.])", text):
            new = f"{text[: found.start()]}{int(found.group()) + 1}{text[found.end() :]}"
            yield f"{text!r} is {new!r}", lambda new=new: setattr(node, "value", new)


def _assigned(node: ast.JoinedStr) -> Iterator[tuple[str, Change]]:
    """What a printed line ``name = value`` assigns moves by one unit in the last place."""
    for k, part in enumerate(node.values):
        if isinstance(part, ast.Constant) and re.search(r"(?<![=<>!]) = (?!=)", part.value):
            head, tail = re.split(r"(?<![=<>!]) = (?!=)", part.value, maxsplit=1)

            def moved(k: int = k, head: str = head, tail: str = tail) -> None:
                node.values[k] = ast.Constant(f"{head} = np.nextafter({tail}")
                node.values.append(ast.Constant(", np.inf)"))

            yield f"{_shown(node)}: the value moves", moved


def _drop_changes(node: ast.AST) -> Iterator[tuple[str, Change]]:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        yield f"{_shown(node)} is left out", lambda: setattr(node, "value", ast.Constant(None))


def _prints_comment(node: ast.JoinedStr) -> bool:
    first = node.values[0] if node.values else None
    return isinstance(first, ast.Constant) and str(first.value).lstrip().startswith("#")


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.JoinedStr) or isinstance(node, ast.Constant) and isinstance(node.value, str)


def _set(node: ast.AST, name: str, op: ast.AST) -> None:
    setattr(node, name, _SWAPS[type(op)]())


def _put(items: list, k: int, value: object) -> None:
    items[k] = value


def _shown(node: ast.AST) -> str:
    text = ast.unparse(node)
    return text if len(text) <= 60 else text[:57] + "..."


def _sign(op: ast.AST) -> str:
    return {"Add": "+", "Sub": "-", "Mult": "*", "Div": "/", "Lt": "<", "LtE": "<=", "Gt": ">", "GtE": ">=", "Eq": "==",
            "NotEq": "!="}.get(type(op).__name__, type(op).__name__.lower())  # fmt: skip
