"""Which names and expressions of a step are truth values: Python counts them in sums, NumPy does not."""

from __future__ import annotations

import ast
from collections.abc import Callable

from .pysource_place import Source
from .pystep_names import UNKNOWN
from .pystep_table import TRUTHS


class Truths:
    """The truth values of one function of a step.

    Parameters
    ----------
    source : Source
    arguments_may_hold : bool
        Whether the arguments may be truth values: those of a step are states and numbers.
    resolve : callable
        ``resolve(node)``: the object that an expression stands for, or `UNKNOWN`.
    """

    def __init__(self, source: Source, arguments_may_hold: bool, resolve: Callable[[ast.expr], object]) -> None:
        self._resolve = resolve
        given = _given(source)
        self._always = {name for name, values in given.items() if None not in values}
        while True:
            kept = {name for name in self._always if all(v is not None and self.is_truth(v) for v in given[name])}
            if kept == self._always:
                break
            self._always = kept
        self._sometimes = {
            name for name, values in given.items() if any(v is not None and self.is_truth(v) for v in values)
        }
        if arguments_may_hold:
            self._sometimes |= {*source.arguments}

    def is_truth(self, node: ast.expr) -> bool:
        """Whether an expression is a truth value, or an array of them, whatever runs."""
        if isinstance(node, ast.Compare) or isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return True
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Invert):
            return self.is_truth(node.operand)
        if isinstance(node, ast.Constant):
            return isinstance(node.value, bool)
        if isinstance(node, ast.Name):
            return node.id in self._always
        if isinstance(node, ast.BoolOp):
            return all(self.is_truth(part) for part in node.values)
        if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.BitAnd, ast.BitOr, ast.BitXor)):
            return self.is_truth(node.left) and self.is_truth(node.right)
        if not isinstance(node, ast.Call):
            return False
        called = self._resolve(node.func)
        if called is UNKNOWN:
            return isinstance(node.func, ast.Attribute) and node.func.attr in ("any", "all")
        return any(called is function for function in TRUTHS)

    def may_be_truth(self, node: ast.expr) -> bool:
        """Whether an expression is a truth value, or one is assigned to its name somewhere."""
        return self.is_truth(node) or isinstance(node, ast.Name) and node.id in self._sometimes


def _given(source: Source) -> dict[str, list[ast.expr | None]]:
    """Name -> the values that are assigned to it; None for one that is not known, as of an argument or a loop."""
    given: dict[str, list[ast.expr | None]] = {name: [None] for name in source.arguments}
    for node in ast.walk(source.node):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            given.setdefault(node.id, []).append(None)
    for node in ast.walk(source.node):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    given[target.id].remove(None)
                    given[target.id].append(node.value)
    return given
