"""A part of a graph that is computed by itself, with NumPy: one integration."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from ..ir import expr as ir
from ..ir.statements import Assign
from ..passes.integrate import METHODS
from ..runtime.evaluate import Function
from .draws import EagerStep, numbers
from .graph import Node
from .statements import Integrand, Printer


class _Alone(Printer):
    """Everything around the integration is given: arrays as states, numbers as parameters."""

    def __init__(self) -> None:
        self.body: list[Any] = []
        self.locals: dict[int, ir.Expr] = {}
        self.states: dict[str, np.ndarray] = {}
        self.params: dict[str, Any] = {}
        self._names: dict[int, str] = {}

    def parameter(self, node: Node, hint: str) -> ir.Expr:
        name = self._names.setdefault(node.number, f"p{len(self._names)}")
        self.params[name] = node.known
        return ir.Param(name)

    def look_up(self, node: Node) -> ir.Expr | None:
        if node.number in self.locals:
            return self.locals[node.number]
        if node.op in ("read", "array"):
            name = self._names.setdefault(node.number, f"s{len(self._names)}")
            array = node.data._array if node.op == "read" else node.data[0]
            self.states[name] = array
            return ir.Field("self", name)
        return None

    def compute(self, node: Node) -> None:
        name = f"x{len(self.locals)}"
        self.body.append(Assign(ir.Local(name), self.operation(node)))
        self.locals[node.number] = ir.Local(name)


def draw_sites(whole: Node) -> int:
    """How many draw sites an integration takes."""
    noises = {equation.noise for equation in whole.data.equations if equation.diffusion is not None}
    return len(noises) * METHODS[whole.data.method].draws


def evaluate(whole: Node, t: Any, dt: float, known: dict[Any, Any], float_type: str, caller: Any) -> list[Any]:
    """The results of an integration.

    Parameters
    ----------
    whole : Node
        An 'integrate'.
    t : float
    dt : float
        ms.
    known : dict
        Functions that were made before; it is filled.
    float_type : str
    caller : object or None
        Whose draws these are; None without noise.
    """
    printer = _Alone()
    results = tuple(f"result_{k}" for k in range(len(whole.data.equations)))
    printer.body.append(Integrand(printer, whole).statement(results))
    key = (tuple(printer.body), results, float_type)
    if key not in known:
        known[key] = Function(printer.body, (), results, float_type)
    states = {("self", name): array for name, array in printer.states.items()}
    return list(known[key]({}, printer.params, t, dt, None if caller is None else _Noise(caller, whole), states))


_streams = itertools.count(2**31 + 2**20)
"""Streams of calls outside any step, which no program uses."""


class _Noise:
    """Draws of one call: those of its step, or, outside any step, numbers of its own."""

    def __init__(self, caller: Any, whole: Node):
        self.caller, self.shape = caller, whole.shape
        step = EagerStep.now
        if step is not None:
            self.step, self.first = step.step, step.new_site(draw_sites(whole)) - whole.data.site
            return
        if not hasattr(caller, "_stream"):
            caller._stream, caller._calls = next(_streams), 0
        self.step, self.first = caller._calls, caller._stream - whole.data.site
        caller._calls += 1

    def __call__(self, distribution: str, site: int) -> Any:
        element = np.arange(int(np.prod(self.shape, dtype=np.int64))).reshape(self.shape)
        return numbers(distribution, self.first + site, element, self.step)
