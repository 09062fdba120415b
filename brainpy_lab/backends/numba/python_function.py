"""One function of a Python step as Numba takes it: states are arrays, the time and parameters are arguments."""

from __future__ import annotations

import ast
import builtins
import copy
import math
import types
from typing import NamedTuple, NoReturn

import numpy as np

from ...ir.place import Place
from ...ir.python_step import Obstacle, Piece
from .python_arguments import SYSTEM, Arguments
from .python_refusal import NotCompiledError

_FOLDS = ("sum", "mean", "prod", "amax", "amin")
"""Functions that join elements, of a whole array or along an axis."""

_OURS = (
    "exp expm1 exprel log log10 log1p sin cos tan sinh cosh tanh sqrt minimum maximum clip absolute sign heaviside "
    "power floor_divide remainder count apart real whole where dot inner vdot cumsum arange argsort sort sort_in_place "
    "unique draw_normal draw_uniform draw_like row"
).split() + [f"{name}{axis}" for name in _FOLDS for axis in ("", "_0", "_1", "_last")]


class Flat(NamedTuple):
    """A function as it is printed.

    Parameters
    ----------
    tree : ast.FunctionDef
    functions : set of str
        Of `brainpy_lab.kernels.numba.arrays`, that it calls.
    powers : set of int
        Whole powers that it takes.
    """

    tree: ast.FunctionDef
    functions: set[str]
    powers: set[int]


def flat_function(arguments: Arguments, number: int, piece: Piece) -> Flat:
    """One function of a step; number 0 is the step itself.

    Raises
    ------
    NotCompiledError
        For what Numba cannot take, with its line.
    """
    flat = _Flatten(arguments, number, piece)
    tree = copy.deepcopy(piece.tree)
    tree.body = [item for part in tree.body for item in _listed(flat.visit(part))]
    tree.name = f"bpl_f_{piece.name}"
    args = tree.args
    if number == 0:
        names = [part for arg in arguments.step.arguments for part in arguments.flat(arg)]
        names += list(arguments.states.values())
        args.posonlyargs, args.kwonlyargs, args.defaults = [], [], []
        args.args = [ast.arg(name) for name in names]
    elif args.posonlyargs or args.kwonlyargs or args.vararg or args.kwarg:
        arguments.fail(f"the arguments of {piece.name!r}; use plain ones")
    else:
        args.defaults = [flat.constant(value, tree) for value in piece.defaults]
    if args.defaults:  # arguments without default cannot follow: give these one that is never used
        args.kwonlyargs = []
        args.defaults += [ast.copy_location(ast.Constant(None), tree) for _ in arguments.hidden]
    args.args += [ast.arg(name) for name in arguments.hidden]
    return Flat(ast.fix_missing_locations(tree), flat.functions, flat.powers)


class _Flatten(ast.NodeTransformer):
    """Rewrites the body of one function, and notes which functions and powers of ours it calls."""

    def __init__(self, arguments: Arguments, number: int, piece: Piece):
        self.arguments, self.number, self.piece = arguments, number, piece
        self.is_step = number == 0
        self.step = arguments.step
        pairs = {name: parts for name, parts in arguments.attributes.items() if len(parts) == 2}
        self.rows = pairs if self.is_step else {}
        self.functions: set[str] = set()
        self.powers: set[int] = set()

    def refuse(self, node: ast.AST, what: str) -> NoReturn:
        raise NotCompiledError(self.step.name, Obstacle(what, Place(self.piece.file, getattr(node, "lineno", 1))))

    # ---- states ----

    def _state(self, node: ast.AST) -> tuple[str, str] | None:
        if self.is_step and isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
            owner = {"ST": "self", "pre": "pre", "post": "post"}.get(node.value.id)
            if owner and node.value.id in self.step.arguments and isinstance(node.slice, ast.Constant):
                key = (owner, node.slice.value)
                return key if key in self.arguments.states else None
        return None

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        state = self._state(node)
        if state is not None:
            array = ast.copy_location(ast.Name(self.arguments.states[state], ast.Load()), node)
            if self.arguments.element:
                index = {"self": "bpl_obj_i", "pre": "bpl_pre_i", "post": "bpl_post_i"}[state[0]]
                place: ast.expr = ast.Name(index, ast.Load())
                if state in self.arguments.narrow and isinstance(node.ctx, ast.Load):
                    number = ast.copy_location(ast.Subscript(array, place, node.ctx), node)
                    kind = self._attribute("np", "float64", node)
                    return ast.copy_location(ast.Call(kind, [number], []), node)
            elif isinstance(node.ctx, ast.Store):
                place = ast.Slice(None, None, None)
            else:
                return array
            return ast.copy_location(ast.Subscript(array, place, node.ctx), node)
        if isinstance(node.value, ast.Name) and node.value.id in self.rows:
            index = self.visit(node.slice)
            if isinstance(node.slice, (ast.Slice, ast.Tuple)) or not isinstance(node.ctx, ast.Load):
                self.refuse(node, f"{ast.unparse(node)}: of a list of arrays only one row can be taken")
            return self._row(node, node.value.id, index)
        return self.generic_visit(node)

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        value = node.value
        if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "bpl_divide_into":
            return ast.copy_location(ast.AugAssign(node.targets[0], ast.Div(), self.visit(value.args[1])), node)  # type: ignore[arg-type]
        return self.generic_visit(node)

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST:
        state = self._state(node.target)
        if state is not None and not self.arguments.element:
            target: ast.expr = ast.copy_location(ast.Name(self.arguments.states[state], ast.Store()), node)
        else:
            target = self.visit(node.target)
        return ast.copy_location(ast.AugAssign(target, node.op, self._apart(self.visit(node.value))), node)  # type: ignore[arg-type]

    def _apart(self, value: ast.expr) -> ast.expr:
        """`value`, copied where it may be a view of the array that it changes: NumPy reads all of it first."""
        if self.arguments.element or isinstance(value, (ast.BinOp, ast.UnaryOp, ast.Constant, ast.Compare)):
            return value
        name = value.func.id if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) else ""
        if name.startswith("bpl_") or isinstance(value, ast.Name) and value.id.startswith("bpl_P_"):
            return value
        return self._call("apart", [value], value)

    def visit_Return(self, node: ast.Return) -> ast.AST:
        if not self.is_step or node.value is None:
            return self.generic_visit(node)
        return ast.copy_location(ast.Return(None), node)  # the value of a step is ignored

    # ---- lists of arrays ----

    def _row(self, node: ast.AST, name: str, index: ast.expr) -> ast.Call:
        starts, members = (ast.Name(part, ast.Load()) for part in self.rows[name])
        return self._call("row", [starts, members, index], node)

    def _count(self, node: ast.AST, name: str) -> ast.expr:
        size = ast.parse(f"{self.rows[name][0]}.shape[0] - 1", mode="eval").body
        for part in ast.walk(size):
            ast.copy_location(part, node)
        return size

    def visit_For(self, node: ast.For) -> ast.AST:
        source, index = node.iter, None
        if isinstance(source, ast.Call) and isinstance(source.func, ast.Name) and source.func.id == "enumerate":
            if len(source.args) == 1 and isinstance(node.target, ast.Tuple) and len(node.target.elts) == 2:
                source, index = source.args[0], node.target.elts[0]
        if not (isinstance(source, ast.Name) and source.id in self.rows):
            return self.generic_visit(node)
        target = node.target.elts[1] if index is not None else node.target  # type: ignore[attr-defined]
        counter = f"bpl_k_{node.lineno}_{node.col_offset}"
        place = ast.Name(counter, ast.Load())
        first: list[ast.stmt] = [ast.Assign([target], self._row(node, source.id, place))]
        if index is not None:
            first.insert(0, ast.Assign([index], place))
        body = first + [item for part in node.body for item in _listed(self.visit(part))]
        called = ast.Call(ast.Name("range", ast.Load()), [self._count(node, source.id)], [])
        orelse = [item for part in node.orelse for item in _listed(self.visit(part))]
        loop = ast.For(ast.Name(counter, ast.Store()), called, body, orelse)
        for part in first:
            ast.copy_location(part, node)
        return ast.fix_missing_locations(ast.copy_location(loop, node))

    # ---- names ----

    def visit_Name(self, node: ast.Name) -> ast.AST:
        name = node.id
        if not isinstance(node.ctx, ast.Load) or name.startswith("bpl_"):
            return node
        if name in self.rows:
            self.refuse(node, f"the list {name} as a whole; take its rows, as in {name}[i]")
        if name in self.piece.params:
            return self._named(f"bpl_P_{name}", node)
        if name in SYSTEM and name not in {arg.arg for arg in self.piece.tree.args.args}:
            return self._named(SYSTEM[name], node)
        if name in self.piece.helpers:
            return self._named(f"bpl_f_{self.piece.helpers[name]}", node)
        if (self.number, name) in self.arguments.captured:
            return self._named(self.arguments.captured[self.number, name], node)
        if name in self.piece.scope:
            return self._object(node, self.piece.scope[name])
        return node

    def _named(self, name: str, node: ast.AST) -> ast.Name:
        return ast.copy_location(ast.Name(name, ast.Load()), node)

    def _object(self, node: ast.Name, value: object) -> ast.AST:
        if isinstance(value, types.ModuleType):
            if value.__name__ in ("numpy", "math"):
                return self._named({"numpy": "np", "math": "math"}[value.__name__], node)
            self.refuse(node, f"{node.id}, a module that compiled code does not know")
        if isinstance(value, (bool, np.bool_, int, float, str, tuple)) or value is None:
            return self.constant(value, node)
        if value in (float, int, bool):
            kind = {float: "float64", int: "int64", bool: "bool_"}[value]  # type: ignore[index]
            return self._attribute("np", kind, node)
        own = getattr(value, "__name__", "")
        for module, alias in ((np, "np"), (builtins, ""), (math, "math")):
            if own and getattr(module, own, None) is value:
                return self._attribute(alias, own, node) if alias else self._named(own, node)
        self.refuse(node, f"{node.id}, which compiled code does not know")

    def _attribute(self, base: str, name: str, node: ast.AST) -> ast.Attribute:
        return ast.copy_location(ast.Attribute(ast.Name(base, ast.Load()), name, ast.Load()), node)

    def constant(self, value: object, node: ast.AST) -> ast.expr:
        """A literal; a tuple of numbers becomes one of literals."""
        if isinstance(value, tuple):
            return ast.copy_location(ast.Tuple([self.constant(item, node) for item in value], ast.Load()), node)
        if isinstance(value, (np.bool_, np.integer, np.floating)):
            value = value.item()
        if not (isinstance(value, (bool, int, float, str)) or value is None):
            self.refuse(node, f"{value!r}, which compiled code cannot take")
        if isinstance(value, float) and not np.isfinite(value):
            return self._attribute("np", "nan" if np.isnan(value) else "inf", node)
        return ast.copy_location(ast.Constant(value), node)  # type: ignore[arg-type]

    # ---- calls ----

    def _call(self, name: str, args: list[ast.expr], node: ast.AST) -> ast.Call:
        self.functions.add(name)
        return ast.copy_location(ast.Call(ast.Name(f"bpl_{name}", ast.Load()), args, []), node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        func = node.func
        name = func.id if isinstance(func, ast.Name) else ""
        if name == "len" and len(node.args) == 1 and getattr(node.args[0], "id", None) in self.rows:
            return self._count(node, node.args[0].id)  # type: ignore[attr-defined]
        if name == "bpl_ipow":
            return self._power(node)
        if name[4:] in _FOLDS and len(node.args) == 2:
            axis = {"0": "0", "1": "1", "-1": "last"}.get(ast.unparse(node.args[1]))
            if axis is None:
                self.refuse(node, f"{ast.unparse(node)[4:]}: the axis must be the number 0, 1 or -1")
            return self._call(f"{name[4:]}_{axis}", [self.visit(node.args[0])], node)
        if name == "bpl_divide":
            left, right = (self.visit(arg) for arg in node.args)
            return ast.copy_location(ast.BinOp(left, ast.Div(), right), node)
        if name.startswith("bpl_") and name[4:] in _OURS:
            return self._call(name[4:], [self.visit(arg) for arg in node.args], node)
        if name in self.piece.scope and self.piece.scope[name] in (float, int, bool, min, max):
            node.args = [self.visit(arg) for arg in node.args]
            return node
        is_helper = name in self.piece.helpers
        found = self.generic_visit(node)
        if is_helper:
            found.keywords += [ast.keyword(hidden, self._named(hidden, node)) for hidden in self.arguments.hidden]  # type: ignore[attr-defined]
        return found

    def _power(self, node: ast.Call) -> ast.AST:
        base, exponent = self.visit(node.args[0]), node.args[1].value  # type: ignore[attr-defined]
        if exponent == 0:
            return self._call("power", [base, ast.Constant(0.0)], node)
        if exponent == 1:
            return ast.copy_location(ast.BinOp(base, ast.Mult(), ast.Constant(1)), node)
        self.powers.add(exponent)
        return ast.copy_location(ast.Call(ast.Name(f"ipow_{exponent}", ast.Load()), [base], []), node)


def _listed(part: object) -> list:
    return part if isinstance(part, list) else [part]
