"""One time step of an integrator that a Python step calls, as a straight line."""
from __future__ import annotations

from dataclasses import replace

from ..ir.expr import Field, Local
from ..ir.kernel import Kernel
from ..ir.program import Step
from ..ir.python_step import EquationCall
from ..ir.statements import Assign, Integrate, System
from . import common, lower, typing


class _Reals(dict[tuple[str, str], str]):
    """Every state is a real number."""

    def __missing__(self, key: tuple[str, str]) -> str:
        return "real"


def straight(call: EquationCall) -> Kernel:
    """Lower a call: what it is given are the states ``given_NAME``, what it returns ``result`` and ``extra_K``.

    The slope of x is called ``_dfx_dt``, which is how people know it from printed code.
    """
    (equation,) = call.system.equations
    x, t = call.arguments[:2]
    slope = f"_df{x}_dt"
    named = replace(equation, lines=(*equation.lines, (slope, equation.drift)), drift=Local(slope))
    extras = tuple(f"extra_{number}" for number in range(len(equation.extras)))
    given = [Assign(Local(name), Field("self", f"given_{name}")) for name in call.arguments]
    step = Integrate(System((named,), call.system.method), (Local(x),), Local(t), ("result",), extras)
    kept = [Assign(Field("self", name), Local(name)) for name in ("result", *extras)]
    kernel = lower.lower(Step("equation", (*given, step, *kept)), "neurons")
    return common.share(typing.infer(kernel, _Reals()))
