"""Synapses that tire and facilitate: short-term plasticity."""

from __future__ import annotations

from typing import Any

from ... import checks
from ...math.share import share
from ...math.variable import Variable
from .given import fitting
from .groups import SynDyn
from .integrators import JointEq, odeint
from .synapse_states import as_parameter, as_variable


def _needed(name: str, value: Any) -> Any:
    if value is None:
        raise checks.wrong(name, None, "the spikes of the step", "Give an array, 0. where there are none.")
    return value


class STD(SynDyn):
    r"""Short-term depression: :math:`x' = (1 - x)/\tau`, and :math:`x \to x - U x` at a spike.

    Parameters
    ----------
    size : int or tuple of int
    tau : float or array_like
        Time constant of recovery, ms.
    U : float or array_like
        Part of the resources that a spike uses.
    method : str

    Notes
    -----
    The resources that a spike uses are a part of those before the step. They start at 1.

    References
    ----------
    Abbott, Varela, Sen and Nelson 1997, Science 275, 220.
    """

    def __init__(
        self,
        size: Any,
        keep_size: bool = False,
        sharding: Any = None,
        method: str = "exp_auto",
        name: str | None = None,
        mode: Any = None,
        tau: Any = 200.0,
        U: Any = 0.07,
    ):
        super().__init__(size, keep_size, sharding, name, mode, method)
        self.tau, self.U = as_parameter(tau, self.varshape, "tau"), as_parameter(U, self.varshape, "U")
        self.integral = odeint(self.dx, method=method)
        self.reset_state()

    def dx(self, x: Any, t: Any) -> Any:
        """dx/dt."""
        return (1.0 - x) / self.tau

    def reset_state(self, *args: Any, **kwargs: Any) -> None:
        """Rested."""
        as_variable(self, "x", 1.0)

    def update(self, pre_spike: Any) -> Any:
        """One step, then the spikes; returns the resources."""
        pre_spike = _needed("pre_spike", fitting("pre_spike", pre_spike, self.varshape, self))
        old = self.x.value
        self.x.value = self.integral(old, share["t"]) - pre_spike * self.U * old
        return self.x.value

    def return_info(self) -> Variable:
        """The resources."""
        return self.x


class STP(SynDyn):
    r"""Short-term facilitation and depression: :math:`u' = -u/\tau_f`, :math:`x' = (1 - x)/\tau_d`; a spike lets
    :math:`u \to u + U (1 - u)` and then :math:`x \to x - u x`.

    Parameters
    ----------
    size : int or tuple of int
    U : float or array_like
        Part of the resources that a spike at rest uses.
    tau_f : float or array_like
        Time constant of facilitation, ms.
    tau_d : float or array_like
        Time constant of depression, ms.
    method : str

    Attributes
    ----------
    u, x : Variable
        Release probability, which starts at 0 and is U with the first spike, and resources, which start at 1.
    ux : Variable
        Their product after the last step.

    Notes
    -----
    The equations are those of Tsodyks and Markram: between spikes `u` goes to 0. In BrainPy 2.4 it goes to
    :math:`U \tau_f`, above 1 with the default parameters. Jumps are parts of `u` and `x` as they were before the step.

    References
    ----------
    Tsodyks, Pawelzik and Markram 1998, Neural Comput. 10, 821; Mongillo, Barak and Tsodyks 2008,
    Science 319, 1543.
    """

    def __init__(
        self,
        size: Any,
        keep_size: bool = False,
        sharding: Any = None,
        method: str = "exp_auto",
        name: str | None = None,
        mode: Any = None,
        U: Any = 0.15,
        tau_f: Any = 1500.0,
        tau_d: Any = 200.0,
    ):
        super().__init__(size, keep_size, sharding, name, mode, method)
        for key, value in dict(U=U, tau_f=tau_f, tau_d=tau_d).items():
            setattr(self, key, as_parameter(value, self.varshape, key))
        self.integral = odeint(JointEq(self.du, self.dx), method=method)
        self.reset_state()

    def du(self, u: Any, t: Any) -> Any:
        """du/dt."""
        return -u / self.tau_f

    def dx(self, x: Any, t: Any) -> Any:
        """dx/dt."""
        return (1.0 - x) / self.tau_d

    def reset_state(self, *args: Any, **kwargs: Any) -> None:
        """Rested."""
        as_variable(self, "u", 0.0)
        as_variable(self, "x", 1.0)
        as_variable(self, "ux", 0.0)

    def update(self, pre_spike: Any) -> Any:
        """One step, then the spikes; returns ``u*x``."""
        pre_spike = _needed("pre_spike", fitting("pre_spike", pre_spike, self.varshape, self))
        old_u, old_x = self.u.value, self.x.value
        u, x = self.integral(old_u, old_x, share["t"])
        u = u + pre_spike * self.U * (1.0 - old_u)
        x = x - pre_spike * u * old_x
        self.u.value, self.x.value, self.ux.value = u, x, u * x
        return self.ux.value

    def return_info(self) -> Variable:
        """``u*x``."""
        return self.ux
