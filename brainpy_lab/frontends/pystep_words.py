"""What the text of a function says of its names, whatever they stand for."""

from __future__ import annotations

import ast

from .pystep_table import WHOLE_ARGUMENTS

_COUNTS = ("repeat", "roll", "tile", "rand", "randn", "random", "random_sample", "standard_normal")
"""Functions all of whose arguments may be counts."""


def bound_inside(tree: ast.AST) -> set[str]:
    """Names that comprehensions and inner functions bind for themselves."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.comprehension):
            found |= {part.id for part in ast.walk(node.target) if isinstance(part, ast.Name)}
        elif isinstance(node, (ast.Lambda, ast.FunctionDef)) and node is not tree:
            args = node.args
            found |= {arg.arg for arg in (*args.posonlyargs, *args.args, *args.kwonlyargs)}
            found |= {
                part.id for part in ast.walk(node) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)
            }
    return found


def whole_names(tree: ast.AST) -> set[str]:
    """Names used as counts, places or exponents, so that they have to stay whole numbers."""
    found: set[str] = set()

    def take(node: ast.AST | None) -> None:
        if node is not None:
            found.update(part.id for part in ast.walk(node) if isinstance(part, ast.Name))

    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript):
            take(node.slice)
        elif isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in WHOLE_ARGUMENTS:
                for arg in node.args[:1] if name in ("full", "repeat", "roll", "tile") else node.args:
                    take(arg)
            first = {"normal": 2, "uniform": 2}.get(name, 0)  # before it come numbers that are no counts
            if first or name in _COUNTS:
                for arg in node.args[first:]:
                    take(arg)
            for keyword in node.keywords:
                if keyword.arg in ("size", "shape", "axis"):
                    take(keyword.value)
        elif isinstance(node, (ast.BinOp, ast.AugAssign)):
            right = node.right if isinstance(node, ast.BinOp) else node.value
            if isinstance(node.op, ast.Pow) and isinstance(right, ast.Name):
                found.add(right.id)
            if isinstance(node.op, (ast.FloorDiv, ast.Mod, ast.LShift, ast.RShift, ast.BitAnd, ast.BitOr)):
                take(node)
    return found


def indexed(tree: ast.AST) -> set[str]:
    """Names of which elements other than the own one are taken."""
    return {
        node.value.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Subscript)
        and isinstance(node.value, ast.Name)
        and not (isinstance(node.slice, ast.Name) and node.slice.id == "_obj_i")
    }
