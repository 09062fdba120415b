"""The expressions of a step in Python: names, operators and calls, made ours where they round or draw."""

from __future__ import annotations

import ast
from types import ModuleType

import numpy as np

from ..errors import ModelDefError
from .pysource_place import plain_function, standing_at
from .pystep_draft import Draft, Telling, text
from .pystep_names import UNKNOWN, FreeNames
from .pystep_states import States
from .pystep_table import (
    DRAWS,
    EXACT,
    INEXACT_METHODS,
    METHODS,
    OLD_NUMPY,
    OURS,
    STOPPERS,
    is_random,
    widened,
)
from .pystep_truths import Truths

COUNTING = (ast.Add, ast.Sub, ast.Mult)
_HIGHEST_POWER = 64
_FOLDS = ("sum", "mean", "prod", "amax", "amin")


def _name(name: str, at: ast.AST) -> ast.Name:
    return ast.copy_location(ast.Name(name, ast.Load()), at)


def _call(name: str, args: list[ast.expr], at: ast.AST) -> ast.Call:
    return ast.copy_location(ast.Call(_name(f"bpl_{name}", at), args, []), at)


def _constant(value: object, at: ast.AST) -> ast.Constant:
    return ast.copy_location(ast.Constant(value), at)  # type: ignore[arg-type]


class Expressions(ast.NodeTransformer):
    """Rewrites the expressions of one function of a step.

    Parameters
    ----------
    draft : Draft
    names : FreeNames
    states : States
    truths : Truths
    tell : Telling
    """

    def __init__(self, draft: Draft, names: FreeNames, states: States, truths: Truths, tell: Telling) -> None:
        self.draft, self.names, self.states, self.truths, self.tell = draft, names, states, truths, tell

    # ---- names ----

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        state = self.states.find(node)
        if state is not None:
            self.states.read(node, state)
            node.slice = ast.copy_location(ast.Constant(state[1]), node.slice)
            return node
        if isinstance(node.value, ast.Name) and self.states.owner(node.value.id) is not None:
            self.tell.hinder(node, f"{text(node)}, whose name is known only when it runs; write it out, as in ST['V']")
            node.slice = self.visit(node.slice)
            return node
        is_own = isinstance(node.slice, ast.Name) and node.slice.id == "_obj_i"
        if is_own and isinstance(node.value, ast.Name) and self.names.is_spread(node.value.id):
            return self.visit(node.value)
        return self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if not isinstance(node.ctx, ast.Load):
            return node
        if self.states.owner(node.id) is not None:
            self.tell.hinder(node, f"{node.id} as a whole; take its states one by one, as in {node.id}['V']")
            self.states.used_whole(node.id)
        elif not self.names.is_bound(node.id):
            self.names.meet(node)
        return node

    # ---- operators ----

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        if not isinstance(node.op, (ast.Mod, ast.Add)):
            self._must_be_number(node.left)
            self._must_be_number(node.right)
        if isinstance(node.op, ast.Pow):
            return self._power(node, node.left, node.right)
        if isinstance(node.op, (ast.FloorDiv, ast.MatMult)) or (
            isinstance(node.op, ast.Mod) and not isinstance(node.left, (ast.Constant, ast.JoinedStr))
        ):
            name = {ast.FloorDiv: "floor_divide", ast.Mod: "remainder", ast.MatMult: "dot"}[type(node.op)]
            return _call(name, [self.visit(node.left), self.visit(node.right)], node)
        if isinstance(node.op, ast.Div) and self._may_be_whole(node):
            return _call("divide", [self.visit(node.left), self.visit(node.right)], node)
        if isinstance(node.op, COUNTING) and all(self.truths.may_be_truth(side) for side in (node.left, node.right)):
            left, right = (self.counted(side) for side in (node.left, node.right))
            return ast.copy_location(ast.BinOp(left, node.op, right), node)
        return self.generic_visit(node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        if isinstance(node.op, ast.USub) and self.truths.is_truth(node.operand):
            self.tell.fail(
                node,
                f"{text(node)} is minus a truth value; write np.logical_not, or make it a number with * 1.0",
            )
        return self.generic_visit(node)

    def _may_be_whole(self, node: ast.BinOp) -> bool:
        """Whether both sides may be numbers of Python, which divides by 0 with an error where NumPy gives inf."""
        if isinstance(node.right, ast.Constant) and node.right.value:
            return False
        return not any(self.states.find(side) or self._is_parameter(side) for side in (node.left, node.right))

    def divided_into(self, target: ast.expr, value: ast.expr) -> ast.expr:
        """``target /= value`` as a value to be assigned to the name `target`."""
        return _call("divide_into", [target, self.visit(value)], value)

    def _is_parameter(self, node: ast.expr) -> bool:
        if isinstance(node, ast.Name):
            self.visit(node)
        return isinstance(node, ast.Name) and node.id in self.names.params

    def counted(self, node: ast.expr) -> ast.expr:
        """A truth in a sum or a product, where Python counts and NumPy's own truths do not."""
        return _call("count", [self.visit(node)], node)

    def _power(self, node: ast.expr, base: ast.expr, exponent: ast.expr) -> ast.AST:
        whole = self._whole_exponent(exponent)
        inner = self.visit(base)
        if whole is not None and 0 <= whole <= _HIGHEST_POWER:
            return _call("ipow", [inner, _constant(whole, exponent)], node)
        if whole is not None:
            return _call("power", [inner, _constant(float(whole), exponent)], node)
        return _call("power", [inner, self.visit(exponent)], node)

    def _whole_exponent(self, node: ast.expr) -> int | None:
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            inner = self._whole_exponent(node.operand)
            return None if inner is None else -inner
        if isinstance(node, ast.Constant):
            is_whole = isinstance(node.value, int) and not isinstance(node.value, bool)
            return node.value if is_whole else None  # type: ignore[return-value]
        if isinstance(node, ast.Name) and not self.names.is_bound(node.id):
            self.visit(node)
            value = self.names.scope.get(node.id)
            return value if isinstance(value, int) and not isinstance(value, bool) else None
        return None

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        if isinstance(node.value, complex):
            self.tell.fail(node, f"{text(node)} is not a real number")
        return node

    def _must_be_number(self, node: ast.expr) -> None:
        value = node.value if isinstance(node, ast.Constant) else self.names.resolve(node)
        if value is None or isinstance(value, (str, dict)):
            self.tell.fail(node, f"{text(node)} is a {type(value).__name__}, and a number is expected here")

    # ---- attributes ----

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        name = node.value.id if isinstance(node.value, ast.Name) else ""
        if self.states.owner(name) and node.attr not in dir(dict):
            self.tell.fail(node, f"{name}.{node.attr} is no state; write {name}['{node.attr}']")
        if isinstance(node.ctx, ast.Store):
            self.tell.hinder(node, f"an assignment to {text(node)}; keep what lasts in a state, ST['x']")
            return self.generic_visit(node)
        base = self.names.resolve(node.value)
        if isinstance(base, ModuleType):
            if base.__name__ == "brainpy_lab.profile" and node.attr in ("dt", "_dt"):
                return _name("bpl_dt", node)
            found = self.names.resolve(node)
            if base is np and node.attr in OLD_NUMPY and not hasattr(np, node.attr):
                node.attr = getattr(found, "__name__", node.attr)
            wide = widened(found)
            if wide is not found:
                node.attr = wide.__name__
            if base.__name__.partition(".")[0] not in ("numpy", "math"):
                self.tell.hinder(node, f"{text(node)}; give it a name of its own above the step")
        return self.generic_visit(node)

    # ---- calls ----

    def visit_Call(self, node: ast.Call) -> ast.AST:
        from .integrate import Integrator

        called = self.names.resolve(node.func)
        if isinstance(called, Integrator):
            return self._integrator(node, called)
        try:
            entry, draw = OURS.get(called), DRAWS.get(called)
            exact = called in EXACT
        except TypeError:  # not hashable
            entry, draw, exact = None, None, False
        if draw is not None:
            return self._draw(node, draw)
        self._widen_names(node)
        name = text(node.func)
        if entry is not None:
            return self._ours(node, entry, called)
        if name.rpartition(".")[2] in STOPPERS:
            self.tell.hinder(node, f"{name}()")
        elif called is min or called is max:
            return self._extreme(node, "minimum" if called is min else "maximum")
        elif is_random(name, called) and called is not UNKNOWN:
            self.tell.fail(
                node,
                f"{name} cannot be drawn in a step, where each number must be known by its place; there are "
                f"np.random.normal, standard_normal, randn, uniform, random and rand",
            )
        elif called is UNKNOWN:
            return self._method(node)
        elif getattr(called, "__module__", "") == "brainpy_lab.profile" and name.endswith("get_dt"):
            return _name("bpl_dt", node)
        elif called is np.square:
            return self._power(node, node.args[0], _constant(2, node))
        elif called is round and len(node.args) > 1:
            self.tell.stranger(node, f"{name}() to a number of places")
        elif not exact and self._is_foreign(called):
            self.tell.stranger(node, f"{name}()")
            if not _numba_may_know(called):
                self.tell.hinder(node, f"{name}(), which is no function of NumPy or of the model")
        return self.generic_visit(node)

    def _widen_names(self, node: ast.Call) -> None:
        """Types that are named by a text, as in ``x.astype('float32')``."""
        given = [keyword.value for keyword in node.keywords if keyword.arg == "dtype"]
        if isinstance(node.func, ast.Attribute) and node.func.attr == "astype":
            given += node.args[:1]
        for part in given:
            if isinstance(part, ast.Constant) and isinstance(part.value, str):
                try:
                    part.value = np.dtype(widened(np.dtype(part.value).type)).name
                except TypeError:
                    self.tell.fail(part, f"{part.value!r} is no type of numbers")

    def _is_foreign(self, called: object) -> bool:
        if isinstance(called, type) and issubclass(called, BaseException):
            return False
        helper = plain_function(called)
        if helper is None:
            return True
        return (helper.__module__ or "").partition(".")[0] in ("numpy", "scipy", "random", "pdb")

    def _method(self, node: ast.Call) -> ast.AST:
        func = node.func
        if isinstance(func, ast.Attribute):
            if func.attr in METHODS:
                moved = ast.copy_location(ast.Call(func, [func.value, *node.args], node.keywords), node)
                return self._ours(moved, METHODS[func.attr], None)
            if func.attr in INEXACT_METHODS:
                self.tell.stranger(node, f".{func.attr}()")
        return self.generic_visit(node)

    def _ours(self, node: ast.Call, entry: str, called: object) -> ast.AST:
        if called is sum and len(node.args) == 2 or called is np.where and len(node.args) == 1:
            return self.generic_visit(node)
        keywords = {keyword.arg: keyword.value for keyword in node.keywords}
        if any(isinstance(arg, ast.Starred) for arg in node.args) or None in keywords:
            self.tell.fail(node, "arguments with * cannot be part of a step; write them out")
        if entry == "power":
            return self._power(node, node.args[0], node.args[1])
        args = list(node.args)
        if entry in _FOLDS:
            return self._sum(node, entry, args, keywords)
        if entry == "clip":
            bounds = [
                args[k] if len(args) > k else keywords.pop(long, keywords.pop(short, None))
                for k, long, short in ((1, "a_min", "min"), (2, "a_max", "max"))
            ]
            return self._clip(node, args[0], bounds, keywords)
        if "out" in keywords or keywords:
            self.tell.stranger(node, f"{text(node.func)} with {', '.join(map(str, keywords))}=")
            return self.generic_visit(node)
        return _call(entry, [self.visit(arg) for arg in args], node)

    def _clip(self, node: ast.Call, x: ast.expr, bounds: list[ast.expr | None], more: dict) -> ast.AST:
        given = [None if bound is None or _is_none(bound) else self.visit(bound) for bound in bounds]
        if more or given == [None, None]:
            self.tell.fail(node, "np.clip takes a value and one or two bounds")
        inner = self.visit(x)
        if given[0] is None:
            return _call("minimum", [inner, given[1]], node)  # type: ignore[list-item]
        if given[1] is None:
            return _call("maximum", [inner, given[0]], node)
        return _call("clip", [inner, *given], node)  # type: ignore[list-item]

    def _sum(self, node: ast.Call, entry: str, args: list[ast.expr], keywords: dict) -> ast.AST:
        axis = args[1] if len(args) > 1 else keywords.pop("axis", None)
        if keywords or len(args) > 2:
            self.tell.stranger(node, f"{text(node.func)} with {', '.join(map(str, keywords)) or 'more arguments'}")
            return self.generic_visit(node)
        inner = self.visit(args[0])
        if axis is None or _is_none(axis):
            return _call(entry, [inner], node)
        return _call(entry, [inner, self.visit(axis)], node)

    def _extreme(self, node: ast.Call, entry: str) -> ast.AST:
        if len(node.args) < 2 or node.keywords:
            return self.generic_visit(node)
        parts = [self.visit(arg) for arg in node.args]
        found = parts[0]
        for part in parts[1:]:
            found = _call(entry, [found, part], node)
        return found

    def _integrator(self, node: ast.Call, integrator) -> ast.AST:
        call = self.names.equation(integrator)
        signature = integrator.read().signature
        try:
            bound = signature.bind(*node.args, **{str(k.arg): k.value for k in node.keywords})
        except TypeError as problem:
            self.tell.fail(node, f"{integrator.func_name}{signature}: {problem}", ModelDefError)
        bound.apply_defaults()
        args = [
            self.visit(value) if isinstance(value, ast.expr) else _constant(value, node)
            for value in bound.arguments.values()
        ]
        replaced = self.draft.setting.replaced
        args += [
            self.visit(standing_at(replaced[name], node)) if name in replaced else _name(f"bpl_P_{name}", node)
            for name in call.params
        ]
        args += [_name("bpl_dt", node), _name("bpl_at", node)]
        return ast.copy_location(ast.Call(_name(call.name, node), args, []), node)

    # ---- draws ----

    def _draw(self, node: ast.Call, kind: str) -> ast.AST:
        site = _constant(self.draft.setting.sites.take(), node)
        form, _, distribution = kind.rpartition(" ")
        distribution = distribution or kind
        args = [self.visit(arg.value if isinstance(arg, ast.Starred) else arg) for arg in node.args]
        given = {str(keyword.arg): self.visit(keyword.value) for keyword in node.keywords}
        if form == "shape":
            starred = len(node.args) == 1 and isinstance(node.args[0], ast.Starred)
            size = args[0] if starred else ast.copy_location(ast.Tuple(args, ast.Load()), node) if args else None
            names: tuple[str, ...] = ()
            args = []
        else:
            names = {"normal": ("loc", "scale"), "uniform": ("low", "high")}[distribution] if not form else ()
            size = args[len(names)] if len(args) > len(names) else given.pop("size", None)
        values = [args[k] if len(args) > k else given.pop(name, None) for k, name in enumerate(names)]
        if given:
            self.tell.fail(node, f"{text(node.func)}: argument {sorted(given)[0]!r} cannot be used in a step")
        drawn = _call(f"draw_{distribution}", [size or _constant(None, node), _name("bpl_at", node), site], node)
        if not names or values == [None, None]:
            return drawn
        if distribution == "normal":
            return self._scaled(node, values[0], values[1], drawn)
        low, high = values[0] or _constant(0.0, node), values[1] or _constant(1.0, node)
        return self._scaled(node, low, ast.copy_location(ast.BinOp(high, ast.Sub(), low), node), drawn)

    def _scaled(self, node: ast.AST, start: ast.expr | None, width: ast.expr | None, drawn: ast.expr) -> ast.AST:
        found = drawn if width is None else ast.copy_location(ast.BinOp(width, ast.Mult(), drawn), node)
        return found if start is None else ast.copy_location(ast.BinOp(start, ast.Add(), found), node)


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _numba_may_know(called: object) -> bool:
    module = getattr(called, "__module__", None) or ""
    return isinstance(called, np.ufunc) or module.partition(".")[0] in ("numpy", "math", "builtins")
