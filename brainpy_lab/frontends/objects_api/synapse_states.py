"""States of synapses: what an event does, and how it fades."""

from __future__ import annotations

from typing import Any

from ...initialize import parameter
from ...math.environment import get_float
from ...math.share import share
from ...math.variable import Variable
from .descriptions import Described
from .groups import SynDyn
from .integrators import odeint


class Expon(SynDyn, Described):
    r"""Exponential decay: :math:`g' = -g/\tau`, and :math:`g \to g + x` at an event.

    Parameters
    ----------
    size : int or tuple of int
    tau : float or array_like
        Time constant, ms.
    method : str
    """

    def __init__(
        self,
        size: Any,
        keep_size: bool = False,
        sharding: Any = None,
        method: str = "exp_auto",
        name: str | None = None,
        mode: Any = None,
        tau: Any = 8.0,
    ):
        super().__init__(size, keep_size, sharding, name, mode, method)
        self.tau = as_parameter(tau, self.varshape, "tau")
        self.integral = odeint(self.derivative, method=method)
        self.reset_state()

    def derivative(self, g: Any, t: Any) -> Any:
        """dg/dt."""
        return -g / self.tau

    def reset_state(self, *args: Any, **kwargs: Any) -> None:
        """No conductance."""
        as_variable(self, "g", 0.0)

    def update(self, x: Any = None) -> Any:
        """One step, then the event `x`; returns the conductance."""
        self.g.value = self.integral(self.g.value, share["t"])
        if x is not None:
            self.add_current(x)
        return self.g.value

    def add_current(self, x: Any) -> None:
        """Add an event."""
        self.g += x

    def add_from(self, comm: Any, x: Any) -> None:
        """Add what `comm` carries of `x`, edge by edge onto the conductance."""
        self.g.value = comm.onto(x, self.g.value)

    def return_info(self) -> Variable:
        """The conductance."""
        return self.g


def as_parameter(value: Any, shape: tuple[int, ...], name: str) -> Any:
    """An argument as a float or an array of floats."""
    found = parameter(value, shape, allow_none=False, name=name)
    return float(found) if not hasattr(found, "shape") or found.shape == () else found.astype(get_float())


def as_variable(owner: Any, name: str, start: Any, dtype: Any = None) -> Variable:
    """The variable `name` of a part, at its start: a number, an array, an initializer or a function of the shape."""
    first = parameter(start, owner.varshape, allow_none=False, allow_scalar=False, name=name)
    held = vars(owner).get(name)
    if isinstance(held, Variable):
        held.value = first
    else:
        setattr(owner, name, Variable(first, dtype=dtype))
    return vars(owner)[name]
