"""Expressions and statements on NumPy values, outside any program: eager integrator calls, initial values, readouts.

They go through the same lowering and the same NumPy text as the reference back end, so an eager call has the bits of
a step.
"""
from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from ..backends.python_text import Text, power_source
from ..backends.reference import load
from ..ir.expr import Element, Expr, Field, Local, Param
from ..ir.kernel import DrawLet, Kernel, Let
from ..ir.program import Step
from ..ir.statements import Assign, Statement
from ..passes import common, lower, typing

Draw = Callable[[str, int], Any]
"""draw(distribution, site) -> standard numbers, broadcastable to the elements."""


class Function:
    """Statements compiled to one NumPy function.

    Parameters
    ----------
    statements : sequence of Statement
        May read the locals `inputs`, parameters, t and dt, and states by `Field`.
    inputs : sequence of str
        Locals that the caller provides.
    outputs : sequence of str
        Locals whose values are returned.
    float_type : str
        What real numbers are.

    Notes
    -----
    Call it with ``f(locals, params, t, dt, draw)``; values may be numbers or arrays that broadcast.
    """

    def __init__(self, statements: Sequence[Statement], inputs: Sequence[str], outputs: Sequence[str],
                 float_type: str = "float64"):
        self.float_type = float_type
        self._real = np.dtype(float_type)
        given = [Assign(Local(name), Field("self", _given(name))) for name in inputs]
        kept = [Assign(Field("self", _kept(name)), Local(name)) for name in outputs]
        self.outputs = tuple(outputs)
        self.fields: dict[tuple[str, str], str] = {}
        kernel = lower.lower(Step("eager", (*given, *statements, *kept)), "neurons")
        self.kernel = common.share(typing.infer(kernel, _Reals()))
        self.source = self._print(self.kernel)
        self.run = load(self.source, f"eager {id(self)}")["eager"]

    def __call__(self, values: Mapping[str, Any], params: Mapping[str, Any], t: Any = 0.0, dt: float = 0.0,
                 draw: Draw | None = None, states: Mapping[tuple[str, str], Any] | None = None) -> tuple[Any, ...]:
        found = {("self", _given(name)): _float(value, self._real) for name, value in values.items()}
        found.update({key: _float(value, self._real) for key, value in (states or {}).items()})
        numbers = {name: _float(value, self._real) for name, value in params.items()}
        with np.errstate(all="ignore"):
            return self.run(found, numbers, _float(t, np.dtype(np.float64)), np.float64(dt), draw)

    def _print(self, kernel: Kernel) -> str:
        def leaf(node: Expr) -> str:
            match node:
                case Field(owner, name):
                    return f"states[{owner!r}, {name!r}]"
                case Param(name):
                    return f"params[{name!r}]"
                case Element():
                    return "states['self', 'element']"
            raise TypeError(type(node).__name__)

        text = Text(self.float_type, leaf)
        lines = []
        for let in kernel.lets:
            if isinstance(let, Let):
                lines.append(f"{let.name} = {text.of(let.value)}")
            elif isinstance(let, DrawLet):
                lines.append(f"{let.name} = draw({let.distribution!r}, {let.site})")
        values = {effect.field: text.of(effect.value) for effect in kernel.effects if hasattr(effect, "owner")}
        lines.append(f"return ({' '.join(values[_kept(name)] + ',' for name in self.outputs)})")
        powers = sorted(int(name[5:]) for name in text.functions if name.startswith("ipow_"))
        head = "def eager(states, params, t, dt, draw, i_run=0):\n"
        body = "\n".join(f"    {line}" for line in lines)
        return "\n\n".join([*(power_source(n) for n in powers), f"{head}{body}\n"])


def value(node: Expr, *, params: Mapping[str, Any] | None = None, states: Mapping[tuple[str, str], Any] | None = None,
          t: Any = 0.0, dt: float = 0.0) -> Any:
    """The value of an expression.

    Parameters
    ----------
    node : Expr
    params : mapping of str to number or ndarray
    states : mapping of (owner, state) to ndarray
    t, dt : float
        ms.

    Returns
    -------
    float64 or ndarray
        Of the broadcast shape of what it reads.
    """
    (result,) = Function([Assign(Local("value"), node)], (), ("value",))({}, params or {}, t, dt, states=states)
    return result


def _float(number: Any, real: np.dtype) -> Any:
    array = np.asarray(number)
    return real.type(number) if array.ndim == 0 else array.astype(real, copy=False)


def _given(name: str) -> str:
    return f"given {name}"


def _kept(name: str) -> str:
    return f"kept {name}"


class _Reals(dict[tuple[str, str], str]):
    """Every state is a real number."""

    def __missing__(self, key: tuple[str, str]) -> str:
        return "real"
