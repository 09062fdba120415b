"""What NumPy, math and built-in functions become in a step, and the methods that a value may have.

The table goes by the function itself, never by its spelling: ``np.exp``, ``math.exp`` and ``from numpy import exp`` are
found alike, and a user's own ``exp`` is not mistaken for it.
"""

from __future__ import annotations

import ast
import builtins
import math
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from ..ir.expr import Binary, Call, Cast, Compare, Const, Expr, Local, Logic, Negative, Not, Power, Select
from ..ir.statements import Draw
from .functions import exprel
from .pysource_values import Count, IndexSet, Kind, Known, ShapeOf, Slot, Value, View

if TYPE_CHECKING:
    from .pysource_expressions import Expressions

Entry = Callable[["Expressions", ast.Call], Value]

FUNCTIONS: dict[object, Entry] = {}
METHODS: dict[str, Callable[[Expressions, ast.Call, Expr], Value]] = {}
_names: list[str] = []


def function_choices() -> list[str]:
    """Names of the functions that a step may call, as people write them."""
    return _names


def _add(entry: Entry, *functions: object) -> None:
    for function in functions:
        FUNCTIONS[function] = entry
        module = "math" if getattr(function, "__module__", "") == "math" else "np"
        if getattr(builtins, getattr(function, "__name__", ""), None) is function:
            module = ""
        name = function.__name__  # type: ignore[attr-defined]
        shown = f"{module}.{name}" if module else name
        if module != "math" and shown not in _names:
            _names.append(shown)


def _arguments(reader: Expressions, node: ast.Call, names: tuple[str, ...], needed: int) -> list[ast.expr | None]:
    """The argument nodes in the order of `names`; None for what was left out."""
    found: list[ast.expr | None] = [None] * len(names)
    what = reader.frame.source.text_of(node.func)
    if len(node.args) > len(names):
        reader.fail(node, f"{what} takes at most {len(names)} arguments in a compiled step, got {len(node.args)}")
    for i, arg in enumerate(node.args):
        found[i] = arg
    for keyword in node.keywords:
        if keyword.arg not in names:
            reader.fail(node, f"{what}: argument {keyword.arg!r} cannot be used in a compiled step")
        found[names.index(keyword.arg)] = keyword.value
    for i in range(needed):
        if found[i] is None:
            reader.fail(node, f"{what} needs {needed} argument{'s' if needed > 1 else ''}")
    return found


def _operands(reader: Expressions, node: ast.Call, n: int) -> list[Expr]:
    names = ("x",) if n == 1 else ("x1", "x2")
    return [reader.expr(arg) for arg in _arguments(reader, node, names, n) if arg is not None]


def _call(function: str, n: int = 1) -> Entry:
    def entry(reader: Expressions, node: ast.Call) -> Value:
        return Call(function, tuple(_operands(reader, node, n)), place=reader.place(node))

    return entry


def _operator(op: type[ast.operator]) -> Entry:
    def entry(reader: Expressions, node: ast.Call) -> Value:
        left, right = _operands(reader, node, 2)
        return reader.binary(node, op, left, right)

    return entry


def _comparison(op: str) -> Entry:
    def entry(reader: Expressions, node: ast.Call) -> Value:
        left, right = _operands(reader, node, 2)
        return Compare(op, left, right, place=reader.place(node))

    return entry


def _logic(op: str) -> Entry:
    def entry(reader: Expressions, node: ast.Call) -> Value:
        left, right = (reader.truth(side) for side in _operands(reader, node, 2))
        if op == "xor":
            return Compare("!=", left, right, place=reader.place(node))
        return Logic(op, left, right, place=reader.place(node))

    return entry


def _one(build: Callable[[Expressions, Expr], Expr]) -> Entry:
    """A function of one number, built from other nodes."""

    def entry(reader: Expressions, node: ast.Call) -> Value:
        (operand,) = _operands(reader, node, 1)
        return build(reader, operand)

    return entry


def _zero(x: Expr) -> Const:
    return Const(0.0, place=x.place)


def _ceil(reader: Expressions, x: Expr) -> Expr:
    return Negative(Call("floor", (Negative(x, place=x.place),), place=x.place), place=x.place)


def _truncate(reader: Expressions, x: Expr) -> Expr:
    kind = reader.kind(x).type
    if kind == "int":
        return x
    if kind == "bool":
        return Select(x, Const(1, place=x.place), Const(0, place=x.place), place=x.place)
    return Select(Compare("<", x, _zero(x)), _ceil(reader, x), Call("floor", (x,), place=x.place), place=x.place)


def _single(build: Callable[[Expressions, Expr], Expr], what: str) -> Entry:
    """``float``, ``int``, ``bool`` of Python: one number only, so never an array."""

    def entry(reader: Expressions, node: ast.Call) -> Value:
        (operand,) = _operands(reader, node, 1)
        reader.refuse_each(node, operand, f"{what}() of an array", f"write .astype({what})")
        return build(reader, operand)

    return entry


def _where(reader: Expressions, node: ast.Call) -> Value:
    test, yes, no = _arguments(reader, node, ("condition", "x", "y"), 1)
    assert test is not None
    condition = reader.truth(reader.expr(test))
    if yes is None and no is None:
        if not (reader.vector and reader.kind(condition).each):
            reader.fail(
                node, "np.where(mask) without values gives indices of an array, which exist in vector mode only"
            )
        # The mask as it is now: assigning through the indices may change what it was computed from.
        name = f"{condition.name}_chosen" if isinstance(condition, Local) else "chosen"
        condition = reader.fresh(name, condition)
        reader.snapshots.add(condition.name)
        return IndexSet(condition, whole=True)
    if yes is None or no is None:
        reader.fail(node, "np.where takes a condition and two values")
    return Select(condition, reader.expr(yes), reader.expr(no), place=reader.place(node))


def _clip(reader: Expressions, node: ast.Call) -> Value:
    x, low, high = _arguments(reader, node, ("a", "a_min", "a_max"), 1)
    assert x is not None
    return _clipped(reader, node, reader.expr(x), low, high)


def _clipped(reader: Expressions, node: ast.Call, x: Expr, low: ast.expr | None, high: ast.expr | None) -> Expr:
    bounds = []
    for bound in (low, high):
        value = reader.value(bound) if bound is not None else Known(None)
        is_none = isinstance(value, Known) and value.value is None
        bounds.append(None if is_none or bound is None else reader.as_expr(value, bound))
    place = reader.place(node)
    match bounds:
        case [None, None]:
            reader.fail(node, "np.clip needs at least one bound")
        case [lower, None]:
            return Call("max", (x, lower), place=place)
        case [None, upper]:
            return Call("min", (x, upper), place=place)
    return Call("clip", (x, *bounds), place=place)


def _heaviside(reader: Expressions, node: ast.Call) -> Value:
    x, at_zero = _operands(reader, node, 2)
    step = Call("heaviside", (x,), place=reader.place(node))
    return Select(Compare("==", x, _zero(x)), at_zero, step, place=reader.place(node))


def _power(reader: Expressions, node: ast.Call) -> Value:
    base, exponent = _arguments(reader, node, ("x1", "x2"), 2)
    assert base is not None and exponent is not None
    return reader.power(node, reader.expr(base), exponent)


def _extreme(function: str) -> Entry:
    def entry(reader: Expressions, node: ast.Call) -> Value:
        if len(node.args) < 2 or node.keywords:
            reader.fail(node, f"{function}() of one array joins elements; a compiled step treats one element at a time")
        found: Expr | None = None
        for arg in node.args:
            operand = reader.expr(arg)
            reader.refuse_each(arg, operand, f"{function}() of arrays", f"write np.{function}imum(...)")
            found = operand if found is None else Call(function, (found, operand), place=reader.place(node))
        assert found is not None
        return found

    return entry


def _length(reader: Expressions, node: ast.Call) -> Value:
    (arg,) = _arguments(reader, node, ("x",), 1)
    assert arg is not None
    value = reader.value(arg)
    if isinstance(value, IndexSet):
        return Count(value.mask)
    return _shape_of(reader, node, value, arg)


def _shape(reader: Expressions, node: ast.Call) -> Value:
    (arg,) = _arguments(reader, node, ("x",), 1)
    assert arg is not None
    return _shape_of(reader, node, reader.value(arg), arg)


def _shape_of(reader: Expressions, node: ast.Call, value: Value, arg: ast.expr) -> Value:
    if reader.vector and isinstance(value, (Expr, Slot, View)) and reader.kind(reader.as_expr(value, arg)).each:
        return ShapeOf()
    reader.fail(node, "the size of an array exists in vector mode only, for arrays with one value per element")


def _any(reader: Expressions, node: ast.Call) -> Value:
    (arg,) = _arguments(reader, node, ("a",), 1)
    assert arg is not None
    mask = reader.truth(reader.expr(arg))
    if not (reader.vector and reader.kind(mask).each):
        reader.fail(node, "np.any asks a whole array, which exists in vector mode only")
    return Count(mask)


def _joins(reader: Expressions, node: ast.Call) -> Value:
    name = reader.frame.source.text_of(node.func)
    reader.fail(node, f"{name} joins the values of several elements, and a compiled step treats one element at a time")


def _copy(reader: Expressions, node: ast.Call) -> Value:
    (arg,) = _arguments(reader, node, ("a",), 1)
    assert arg is not None
    return reader.expr(arg)


def _same_array(reader: Expressions, node: ast.Call) -> Value:
    (arg,) = _arguments(reader, node, ("a",), 1)
    assert arg is not None
    return reader.value(arg)


# ---- random numbers ----


def _draw(reader: Expressions, node: ast.Call, distribution: str, size: ast.expr | None) -> Local:
    name = reader.frame.source.text_of(node.func)
    if reader.in_equation:
        reader.fail(node, f"{name} cannot stand in an equation; return the noise beside the drift, as in `return f, g`")
    if size is not None and not (isinstance(value := reader.value(size), Known) and value.value is None):
        if not (reader.vector and isinstance(value, ShapeOf)):
            reader.fail(
                node, f"the size of {name} must be the shape of a state, as in size=ST['V'].shape (vector mode)"
            )
    elif reader.vector:
        reader.fail(
            node, f"{name} without a size is one number for all elements; write size=ST['V'].shape for one per element"
        )
    local = Local(reader.unique(distribution), place=reader.place(node))
    reader.kinds[local.name] = Kind("real", True)
    reader.out.append(Draw(local, distribution, reader.setting.sites.take(), place=reader.place(node)))
    return local


def _normal(reader: Expressions, node: ast.Call) -> Value:
    loc, scale, size = _arguments(reader, node, ("loc", "scale", "size"), 0)
    spread = reader.expr(scale) if scale is not None else None
    centre = reader.expr(loc) if loc is not None else None
    found: Expr = _draw(reader, node, "normal", size)
    if spread is not None:
        found = Binary("*", spread, found, place=found.place)
    return found if centre is None else Binary("+", centre, found, place=found.place)


def _uniform(reader: Expressions, node: ast.Call) -> Value:
    low, high, size = _arguments(reader, node, ("low", "high", "size"), 0)
    bottom = reader.expr(low) if low is not None else None
    top = reader.expr(high) if high is not None else Const(1.0, place=reader.place(node))
    found: Expr = _draw(reader, node, "uniform", size)
    if bottom is None and high is None:
        return found
    bottom = Const(0.0, place=found.place) if bottom is None else bottom
    width = Binary("-", top, bottom, place=found.place)
    return Binary("+", bottom, Binary("*", width, found, place=found.place), place=found.place)


def _standard(distribution: str) -> Entry:
    def entry(reader: Expressions, node: ast.Call) -> Value:
        (size,) = _arguments(reader, node, ("size",), 0)
        if isinstance(size, ast.Starred):  # randn(*V.shape)
            size = size.value
        return _draw(reader, node, distribution, size)

    return entry


# ---- methods ----


def _astype(reader: Expressions, node: ast.Call, operand: Expr) -> Value:
    (wanted,) = _arguments(reader, node, ("dtype",), 1)
    assert wanted is not None
    value = reader.value(wanted)
    name = value.value if isinstance(value, Known) else None
    try:
        kind = np.dtype(name).kind  # type: ignore[arg-type]
    except TypeError:
        reader.fail(node, f"{reader.frame.source.text_of(wanted)} is not a type of numbers")
    if kind == "b":
        return reader.truth(operand)
    if kind == "f":
        return Cast(operand, "real", place=reader.place(node))
    if kind in "iu":
        return _truncate(reader, operand)
    reader.fail(node, f"a step cannot convert to {reader.frame.source.text_of(wanted)}")


def _method_copy(reader: Expressions, node: ast.Call, operand: Expr) -> Value:
    _arguments(reader, node, (), 0)
    return operand


def _method_clip(reader: Expressions, node: ast.Call, operand: Expr) -> Value:
    low, high = _arguments(reader, node, ("min", "max"), 0)
    return _clipped(reader, node, operand, low, high)


METHODS |= {"astype": _astype, "copy": _method_copy, "clip": _method_clip}

for _name in ("exp", "log", "log10", "log1p", "sqrt", "expm1", "sin", "cos", "tan", "sinh", "cosh", "tanh", "floor"):
    _add(_call(_name), getattr(np, _name), getattr(math, _name))
FUNCTIONS[exprel] = _call("exprel")
_names.append("bp.exprel")
_add(_call("abs"), np.abs, np.fabs, math.fabs, abs)
_add(_call("sign"), np.sign)
_add(_call("min", 2), np.minimum)
_add(_call("max", 2), np.maximum)
_add(_extreme("min"), min)
_add(_extreme("max"), max)
_add(_clip, np.clip)
_add(_where, np.where)
_add(_heaviside, np.heaviside)
_add(_power, np.power, np.float_power, math.pow, pow)
_add(_one(lambda reader, x: Power(x, 2, place=x.place)), np.square)
_add(_one(_ceil), np.ceil, math.ceil)
_add(_one(_truncate), np.trunc, math.trunc)
_add(_one(lambda reader, x: Negative(x, place=x.place)), np.negative)
_add(_one(lambda reader, x: Compare("!=", x, x, place=x.place)), np.isnan, math.isnan)
_add(_one(lambda reader, x: Not(reader.truth(x), place=x.place)), np.logical_not)
for _function, _op in ((np.add, ast.Add), (np.subtract, ast.Sub), (np.multiply, ast.Mult), (np.divide, ast.Div),
                       (np.floor_divide, ast.FloorDiv), (np.mod, ast.Mod)):  # fmt: skip
    _add(_operator(_op), _function)
for _function, _sign in ((np.less, "<"), (np.less_equal, "<="), (np.greater, ">"), (np.greater_equal, ">="),
                         (np.equal, "=="), (np.not_equal, "!=")):  # fmt: skip
    _add(_comparison(_sign), _function)
_add(_logic("and"), np.logical_and)
_add(_logic("or"), np.logical_or)
_add(_logic("xor"), np.logical_xor)
_add(_single(lambda reader, x: Cast(x, "real", place=x.place), "float"), float)
_add(_single(_truncate, "int"), int)
_add(_single(lambda reader, x: reader.truth(x), "bool"), bool)
_add(_one(lambda reader, x: Cast(x, "real", place=x.place)), np.float64, np.float32)
_add(_copy, np.copy, np.array)
_add(_same_array, np.asarray)
_add(_length, len)
_add(_shape, np.shape, np.size)
_add(_any, np.any)
_random: list[tuple[Entry, tuple[object, ...]]] = [
    (_normal, (np.random.normal,)),
    (_uniform, (np.random.uniform,)),
    (_standard("normal"), (np.random.standard_normal, np.random.randn)),
    (_standard("uniform"), (np.random.random, np.random.rand, np.random.random_sample)),
]
for _entry, _functions in _random:
    for _function in _functions:
        FUNCTIONS[_function] = _entry
        _names.append(f"np.random.{_function.__name__}")  # type: ignore[attr-defined]
for _function in (np.sum, np.mean, np.dot, np.max, np.min, np.all, np.cumsum, np.prod, np.std, np.var, np.argmax, sum):
    FUNCTIONS[_function] = _joins
