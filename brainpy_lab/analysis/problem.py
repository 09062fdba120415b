"""The vector field that is analysed: right-hand sides and exact slopes, as NumPy functions of the analysed variables.

Derivatives come from the model's expressions through `passes.derivative`, never from differences.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property

import numpy as np

from ..errors import ModelUseError
from ..ir.expr import Expr, Field, Local, Param, Time, map_children, walk
from ..ir.statements import Assign, Equation
from ..passes.derivative import derivative
from ..runtime.evaluate import Function
from .pointwise import pointwise

TIME = "t"


def leaf_names(equation: Equation) -> Iterator[str]:
    """What an equation reads besides its own intermediate values: variables, arguments, parameters, 't' for time."""
    own = set()
    for name, value in (*equation.lines, ("", equation.drift)):
        for node in walk(value):
            if isinstance(node, Local) and node.name not in own:
                yield node.name
            elif isinstance(node, (Param, Field)):
                yield node.name
            elif isinstance(node, Time):
                yield TIME
        own.add(name)


class Problem:
    """Autonomous equations of one or two variables.

    Parameters
    ----------
    equations : sequence of Equation
        One per analysed variable, in the order of the axes; only drifts matter.
    constants : mapping of str to float
        Values of everything else that the equations read.
    free : sequence of str
        Names whose values are given with each evaluation (swept parameters).

    Raises
    ------
    ModelUseError
        When an equation reads a name that has no value.
    """

    def __init__(self, equations: Sequence[Equation], constants: Mapping[str, float], free: Sequence[str] = ()):
        self.variables = tuple(equation.variable for equation in equations)
        self.free = tuple(free)
        read = dict.fromkeys(name for equation in equations for name in leaf_names(equation))
        self.constants = {
            n: float(constants[n]) for n in read if n in constants and n not in self.free and n not in self.variables
        }
        missing = [n for n in read if n not in {*self.variables, *self.free, *self.constants}]
        if missing:
            raise ModelUseError(
                f"Missing variables: the equations of {_list(self.variables)} also read {_list(missing)}, which "
                f"{'has' if len(missing) == 1 else 'have'} no value; give "
                f"fixed_vars={{{', '.join(f'{name!r}: ...' for name in missing)}}}."
            )
        self._inputs = tuple(_called(name) for name in {*self.variables, *self.free, *self.constants})
        self._lines: list[Assign] = []
        self._line_table: dict[str, Expr] = {}
        self.drifts = tuple(self._take(equation) for equation in equations)

    @property
    def dimension(self) -> int:
        """Number of analysed variables."""
        return len(self.variables)

    def _take(self, equation: Equation) -> Expr:
        """The drift over names that no two equations share."""
        table: dict[str, str] = {}

        def change(node: Expr) -> Expr:
            if isinstance(node, Local):
                return Local(table.get(node.name, _called(node.name)))
            if isinstance(node, (Param, Field)):
                return Local(_called(node.name))
            return Local(_called(TIME)) if isinstance(node, Time) else map_children(node, change)

        for name, value in equation.lines:
            new = f"line_{len(self._lines)}_{name}"
            value = change(value)
            self._lines.append(Assign(Local(new), value))
            self._line_table[new] = value
            table[name] = new
        return change(equation.drift)

    @cached_property
    def _fields(self) -> Function:
        return self._function(self.drifts)

    @cached_property
    def _slopes(self) -> Function:
        return self._function(
            [
                derivative(drift, Local(_called(name)), self._line_table)
                for drift in self.drifts
                for name in self.variables
            ]
        )

    def _function(self, values: Sequence[Expr]) -> Function:
        names = [f"out_{i}" for i in range(len(values))]
        outputs = [Assign(Local(name), value) for name, value in zip(names, values)]
        return Function([*self._lines, *outputs], self._inputs, names)

    def _call(self, function: Function, point: Sequence, free: Mapping) -> tuple[np.ndarray, ...]:
        given = {**self.constants, **dict(zip(self.variables, point)), **{name: free[name] for name in self.free}}
        shape = np.broadcast_shapes(*(np.shape(value) for value in (*point, *free.values())))
        results = function({_called(name): value for name, value in given.items()}, {})
        return tuple(np.broadcast_to(np.asarray(result, np.float64), shape) for result in results)

    def fields(self, point: Sequence, free: Mapping | None = None) -> tuple[np.ndarray, ...]:
        """The right-hand sides.

        Parameters
        ----------
        point : sequence of float or ndarray
            One per variable; they broadcast, so an open mesh is the quick way to a grid.
        free : mapping of str to float or ndarray

        Returns
        -------
        tuple of ndarray
            One per variable, of the broadcast shape.
        """
        return self._call(self._fields, point, free or {})

    def field_at(self, free: Mapping[str, float] | None = None) -> Callable[..., tuple[float, ...]]:
        """The right-hand sides as a quick function of one point: one float per variable in, one per variable out."""
        values = {_called(name): value for name, value in {**self.constants, **(free or {})}.items()}
        return pointwise(self._fields, [_called(name) for name in self.variables], values)

    def expanded_at(self, name: str, free: Mapping[str, float]) -> Callable[..., tuple[float, ...]]:
        """Right-hand sides, Jacobian and slopes over one free name, as a quick function of one point and that name.

        Parameters
        ----------
        name : str
        free : mapping of str to float
            All other free names.

        Returns
        -------
        callable
            Of d + 1 floats. It returns d right-hand sides, d * d entries of the Jacobian, row by row, and d slopes.
        """
        values = {_called(one): value for one, value in {**self.constants, **free}.items()}
        return pointwise(self._expansion(name), [_called(one) for one in (*self.variables, name)], values)

    def expanded_over(self, name: str, free: Mapping[str, float]) -> Callable[..., np.ndarray]:
        """The same for many points at once: of d + 1 arrays, which broadcast; a row for each number that it returns."""
        function, values = self._expansion(name), {one: value for one, value in free.items() if one != name}

        def expanded(*given) -> np.ndarray:
            return np.stack(self._call(function, given[:-1], {**values, name: given[-1]}))

        return expanded

    def _expansion(self, name: str) -> Function:
        """Right-hand sides, Jacobian row by row, slopes over a free name."""
        by = [*self.variables, name]
        slopes = [[derivative(drift, Local(_called(one)), self._line_table) for one in by] for drift in self.drifts]
        return self._function(
            [*self.drifts, *(slope for row in slopes for slope in row[:-1]), *(row[-1] for row in slopes)]
        )

    def slopes(self, point: Sequence, free: Mapping | None = None) -> np.ndarray:
        """The Jacobian, shape (..., d, d): entry [i, j] is d(field i)/d(variable j)."""
        d = self.dimension
        flat = self._call(self._slopes, point, free or {})
        return np.stack(flat, axis=-1).reshape(*flat[0].shape, d, d)


def _called(name: str) -> str:
    return f"of_{name}"


def _list(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
