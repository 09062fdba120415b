"""Right-hand sides of differential equations, and calls of integrators in a step."""

from __future__ import annotations

import ast
import inspect
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..errors import DiffEquationError
from ..ir.expr import Binary, Call, Const, Expr, Local, Negative, Param, Power, Time, children, substitute, walk
from ..ir.statements import Assign, Equation, Integrate, System
from .pysource_place import Source, standing_at
from .pysource_reader import Setting
from .pysource_scope import Record
from .pysource_statements import Statements
from .pysource_values import Fixed, Kind, Tuple, Value, is_trivial

if TYPE_CHECKING:
    from .integrate import Integrator

_WORDS = {
    ast.If: "if",
    ast.For: "for",
    ast.While: "while",
    ast.Try: "try",
    ast.With: "with",
    ast.Raise: "raise",
    ast.Delete: "del",
    ast.Assert: "assert",
    ast.Match: "match",
    ast.FunctionDef: "def",
    ast.ClassDef: "class",
}


@dataclass(frozen=True)
class Reading:
    """A right-hand side as it was read.

    Parameters
    ----------
    equation : Equation
        With the user's names: the variable, the further arguments and the intermediate values are `Local`.
    arguments : tuple of str
        All argument names; the first is the variable, the second the time.
    record : Record
        The parameters that the equation uses.
    returns_tuple : bool
        Whether a call returns the extras too.
    """

    equation: Equation
    arguments: tuple[str, ...]
    signature: inspect.Signature
    record: Record
    returns_tuple: bool


class StepReader(Statements):
    """Reads the functions of a model; adds the calls of integrators."""

    def integrator_call(self, node: ast.Call, integrator: Integrator) -> Value:
        """Advance the equation before the present statement; the call's value is the result."""
        if self.in_equation:
            self.fail(node, f"{integrator.func_name!r} is an integrator; an equation cannot call one")
        reading = integrator.read()
        self.record.include(reading.record)
        given = self.bound_arguments(node, reading.signature, integrator.func_name)
        values: dict[str, Expr] = {}
        for name, at in given.items():
            value, where = self._argument(name, at)
            values[name] = self.as_expr(value, where)
        variable, time, *others = reading.arguments
        table: dict[Expr, Expr] = {}
        for name in others:
            value = values[name]
            kept = is_trivial(value)  # the others are frozen: only x and t change between the stages of a method
            table[Local(name)] = value if kept else self.fresh(f"{name}_{integrator.func_name}", value)
        for name in reading.record.params.keys() & self.setting.replaced.keys():
            value = self.expr(standing_at(self.setting.replaced[name], node))
            table[Param(name)] = value if is_trivial(value) else self.fresh(f"{name}_{integrator.func_name}", value)
        renamed = _renamed(reading.equation, table, self, integrator.func_name)
        result = self.unique(f"{variable}_new")
        extras = tuple(self.unique(f"extra_{integrator.func_name}") for _ in renamed.extras)
        each = renamed.diffusion is not None or any(self.kind(value).each for value in values.values())
        for name in (result, *extras):
            self.kinds[name] = Kind("real", each)
        site = self.setting.sites.take() if renamed.diffusion is not None else 0
        system = System((renamed,), integrator.method)
        place = self.place(node)
        self.out.append(Integrate(system, (values[variable],), values[time], (result,), extras, site=site, place=place))
        new = Local(result, place=place)
        return Tuple((new, *(Local(name, place=place) for name in extras))) if reading.returns_tuple else new


def _renamed(equation: Equation, table: dict[Expr, Expr], reader: StepReader, suffix: str) -> Equation:
    """The equation with names that nothing else in the step has."""
    variable = reader.unique(f"{equation.variable}_{suffix}")
    table = {**table, Local(equation.variable): Local(variable)}
    lines = []
    for name, value in equation.lines:
        new = reader.unique(f"{name}_{suffix}")
        lines.append((new, substitute(value, table)))
        table[Local(name)] = Local(new)
    return Equation(
        variable,
        substitute(equation.drift, table),
        None if equation.diffusion is None else substitute(equation.diffusion, table),
        tuple(lines),
        tuple(substitute(extra, table) for extra in equation.extras),
        equation.noise,
        equation.place,
    )


def read_equation(func) -> Reading:
    """Read a right-hand side ``f(x, t, ...)``.

    Raises
    ------
    DiffEquationError
        When the function is not one: too few arguments, no return, statements other than assignments, a name
        assigned twice, a return value of unknown form.
    """
    source = Source(func)
    reader = StepReader(Setting(role="equation"), source)
    variable, time = _check_arguments(reader, source)
    for name in source.arguments:
        local = Local(name)
        reader.frame.bindings[name] = Fixed(Time() if name == time else local)
        reader.kinds[name] = Kind()
    returned = _read_body(reader, source)
    drift, diffusion, extras, returns_tuple = _split(reader, source, returned)
    lines = [(s.target.name, s.value) for s in reader.out if isinstance(s, Assign) and isinstance(s.target, Local)]
    record = reader.record
    if diffusion is not None and _is_zero(diffusion, dict(lines), record):
        diffusion = None
    lines = _needed(lines, [e for e in (drift, diffusion, *extras) if e is not None])
    _drop_unused(record, [drift, diffusion, *extras, *(value for _, value in lines)])
    equation = Equation(variable, drift, diffusion, tuple(lines), tuple(extras), place=source.place(source.node))
    return Reading(equation, source.arguments, inspect.signature(func), record, returns_tuple)


def _check_arguments(reader: StepReader, source: Source) -> tuple[str, str]:
    args = source.node.args
    if args.vararg or args.kwarg:
        reader.fail(source.node, "*arguments cannot be frozen by an integrator; name them one by one")
    if len(source.arguments) < 2:
        reader.fail(source.node, "an equation takes its variable first and the time second, as in def f(x, t)")
    return source.arguments[0], source.arguments[1]


def _read_body(reader: StepReader, source: Source) -> Value:
    for node in source.node.body:
        if isinstance(node, ast.Return):
            if node.value is None:
                break
            if node is not source.node.body[-1]:
                reader.fail(source.node.body[source.node.body.index(node) + 1], "nothing can follow the return")
            return reader.value(node.value)
        if type(node) in _WORDS:
            reader.fail(node, f'Do not support "{_WORDS[type(node)]}" statement in differential equation.')
        reader.statement(node)
    reader.fail(source.node, "it returns nothing; return dx/dt")


def _split(reader: StepReader, source: Source, returned: Value) -> tuple[Expr, Expr | None, list[Expr], bool]:
    """Drift, diffusion, extras, and whether a call returns a tuple."""
    node = source.node.body[-1]
    if not isinstance(returned, Tuple):
        return reader.as_expr(returned, node), None, [], False
    items = returned.items
    first, rest = (items[0], items[1:]) if items else (returned, ())
    if isinstance(first, Tuple):
        parts, extras = first.items, [reader.as_expr(item, node) for item in rest]
    else:
        parts, extras = items, []
    if len(parts) not in (1, 2):
        reader.fail(
            node,
            f"it returns {len(parts)} values; return f, or f, g with the noise, or (f,), a, b or (f, g), a, b with "
            f"further values",
        )
    drift = reader.as_expr(parts[0], node)
    diffusion = reader.as_expr(parts[1], node) if len(parts) == 2 else None
    return drift, diffusion, extras, bool(extras)


def _is_zero(expr: Expr, lines: dict[str, Expr], record: Record) -> bool:
    """Whether the noise is 0 by what is known where the equation is defined; then it is an ordinary equation."""
    try:
        with np.errstate(all="ignore"):
            return bool(np.all(_known_value(expr, lines, record) == 0))
    except KeyError:
        return False


def _known_value(expr: Expr, lines: dict[str, Expr], record: Record):
    """The value in the defining scope; KeyError when it depends on anything else."""
    if isinstance(expr, Local):
        return _known_value(lines[expr.name], lines, record)
    if isinstance(expr, Param):
        return record.params[expr.name].value
    if isinstance(expr, Const):
        return expr.value
    parts = [_known_value(part, lines, record) for part in children(expr)]
    match expr:
        case Negative():
            return -parts[0]
        case Power(exponent=exponent):
            return parts[0] ** exponent
        case Binary(op=op):
            return {"+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide}[op](*parts)
        case Call(function=name):
            function = {"min": "minimum", "max": "maximum", "pow": "power"}.get(name, name)
            if hasattr(np, function) and name != "heaviside":
                return getattr(np, function)(*parts)
    raise KeyError(type(expr).__name__)


def _needed(lines: list[tuple[str, Expr]], results: list[Expr]) -> list[tuple[str, Expr]]:
    """The lines that the results depend on, in order."""
    wanted = {node.name for expr in results for node in walk(expr) if isinstance(node, Local)}
    kept = []
    for name, value in reversed(lines):
        if name in wanted:
            kept.append((name, value))
            wanted |= {node.name for node in walk(value) if isinstance(node, Local)}
    return kept[::-1]


def _drop_unused(record: Record, results: list[Expr | None]) -> None:
    """A parameter that only a vanished noise term used is fixed now: changing it later would do nothing."""
    used = {node.name for expr in results if expr is not None for node in walk(expr) if isinstance(node, Param)}
    for name in [name for name in record.params if name not in used]:
        record.folded[name] = record.params.pop(name)


__all__ = ["DiffEquationError", "Reading", "StepReader", "read_equation"]
