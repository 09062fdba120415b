"""States of synapses that are linear in their events: how these fade."""

from __future__ import annotations

from typing import Any

import numpy as np

from ... import checks
from ...errors import ModelValueError
from ...initialize import parameter
from ...math.environment import get_float
from ...math.share import share
from ...math.variable import Variable
from .given import fitting
from .groups import SynDyn
from .integrators import JointEq, odeint


class Conductance(SynDyn):
    """Synapses whose state `g` is what they send."""

    def return_info(self) -> Variable:
        """The conductance."""
        return self.g

    def _keep(self, **values: Any) -> None:
        """Take parameters as attributes: each a float or an array of floats."""
        for key, value in values.items():
            setattr(self, key, as_parameter(value, self.varshape, key))


class Expon(Conductance):
    r"""Exponential decay: :math:`g' = -g/\tau`, and :math:`g \to g + x` at an event.

    Parameters
    ----------
    size : int or tuple of int
    tau : float or array_like
        Time constant, ms.
    method : str

    Notes
    -----
    A step integrates first and takes the event then, here and in all synapses.
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
        x = fitting("x", x, self.varshape, self)
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


class _Rising(Conductance):
    """A conductance `g` that rises with a second variable `h`, which takes the events."""

    a: Any = 1.0
    """What an event is multiplied by."""

    def __init__(self, size: Any, keep_size: bool, sharding: Any, method: str, name: str | None, mode: Any):
        super().__init__(size, keep_size, sharding, name, mode, method)
        self.integral = odeint(JointEq(self.dg, self.dh), method=method)
        self.reset_state()

    def reset_state(self, *args: Any, **kwargs: Any) -> None:
        """No conductance."""
        as_variable(self, "g", 0.0)
        as_variable(self, "h", 0.0)

    def update(self, x: Any = None) -> Any:
        """One step, then the event `x`; returns the conductance."""
        x = fitting("x", x, self.varshape, self)
        self.g.value, self.h.value = self.integral(self.g.value, self.h.value, share["t"])
        if x is not None:
            self.h += self.a * x
        return self.g.value


class Alpha(_Rising):
    r"""The alpha function: :math:`g' = (h - g)/\tau`, :math:`h' = -h/\tau`, and :math:`h \to h + x` at an event.

    Parameters
    ----------
    size : int or tuple of int
    tau_decay : float or array_like
        Time constant, ms.
    method : str

    Notes
    -----
    The response to an event at 0 is :math:`(t/\tau) e^{-t/\tau}`, with its peak of 1/e at :math:`\tau`.

    References
    ----------
    Rall 1967, J. Neurophysiol. 30, 1138.
    """

    def __init__(
        self,
        size: Any,
        keep_size: bool = False,
        sharding: Any = None,
        method: str = "exp_auto",
        name: str | None = None,
        mode: Any = None,
        tau_decay: Any = 10.0,
    ):
        super().__init__(size, keep_size, sharding, method, name, mode)
        self.tau_decay = as_parameter(tau_decay, self.varshape, "tau_decay")

    def dg(self, g: Any, t: Any, h: Any) -> Any:
        """dg/dt."""
        return (h - g) / self.tau_decay

    def dh(self, h: Any, t: Any) -> Any:
        """dh/dt."""
        return -h / self.tau_decay


class DualExpon(_Rising):
    r"""Two exponentials: :math:`g' = -g/\tau_{decay} + h`, :math:`h' = -h/\tau_{rise}`, and :math:`h \to h + a x` at an
    event.

    Parameters
    ----------
    size : int or tuple of int
    tau_decay, tau_rise : float or array_like
        Time constants, ms.
    normalize : bool
        Let the response to a single event of 1 have its peak at 1; otherwise :math:`a = 1`.
    method : str

    Attributes
    ----------
    a : float or ndarray
        Of the time constants as they were given.

    Notes
    -----
    The response to an event at 0 is :math:`a c (e^{-t/\tau_d} - e^{-t/\tau_r})` with
    :math:`c = \tau_r \tau_d/(\tau_d - \tau_r)`, and its peak is at :math:`c \ln(\tau_d/\tau_r)`.
    """

    def __init__(
        self,
        size: Any,
        keep_size: bool = False,
        sharding: Any = None,
        method: str = "exp_auto",
        name: str | None = None,
        mode: Any = None,
        tau_decay: Any = 10.0,
        tau_rise: Any = 1.0,
        normalize: bool = False,
    ):
        super().__init__(size, keep_size, sharding, method, name, mode)
        self.tau_decay = decay = as_parameter(tau_decay, self.varshape, "tau_decay")
        self.tau_rise = rise = as_parameter(tau_rise, self.varshape, "tau_rise")
        self.normalize = checks.flag("normalize", normalize)
        self.a = _like((decay - rise) / (rise * decay) / _peak(decay, rise, type(self).__name__)) if normalize else 1.0

    def dg(self, g: Any, t: Any, h: Any) -> Any:
        """dg/dt."""
        return -g / self.tau_decay + h

    def dh(self, h: Any, t: Any) -> Any:
        """dh/dt."""
        return -h / self.tau_rise


class DualExponV2(Conductance):
    r"""Two exponentials side by side: :math:`g_r' = -g_r/\tau_{rise}`, :math:`g_d' = -g_d/\tau_{decay}`; an event is
    added to both, and :math:`g = a (g_d - g_r)`.

    Parameters
    ----------
    size : int or tuple of int
    tau_decay, tau_rise : float or array_like
        Time constants, ms.
    normalize : bool
        :math:`a = \tau_{rise} \tau_{decay}/(\tau_{decay} - \tau_{rise})`, which makes it the response of `DualExpon`;
        otherwise :math:`a = 1`.
    method : str

    Attributes
    ----------
    g : Variable
        The conductance after the last step.
    """

    def __init__(
        self,
        size: Any,
        keep_size: bool = False,
        sharding: Any = None,
        method: str = "exp_auto",
        name: str | None = None,
        mode: Any = None,
        tau_decay: Any = 10.0,
        tau_rise: Any = 1.0,
        normalize: bool = True,
    ):
        super().__init__(size, keep_size, sharding, name, mode, method)
        self.tau_decay = as_parameter(tau_decay, self.varshape, "tau_decay")
        self.tau_rise = as_parameter(tau_rise, self.varshape, "tau_rise")
        self.normalize = checks.flag("normalize", normalize)
        decay, rise = self.tau_decay, self.tau_rise
        _peak(decay, rise, type(self).__name__)
        self.a = _like(rise * decay / (decay - rise)) if normalize else 1.0
        self.rise = odeint(self.drise, method=method)
        self.decay = odeint(self.ddecay, method=method)
        self.reset_state()

    def drise(self, g_rise: Any, t: Any) -> Any:
        """dg_rise/dt."""
        return -g_rise / self.tau_rise

    def ddecay(self, g_decay: Any, t: Any) -> Any:
        """dg_decay/dt."""
        return -g_decay / self.tau_decay

    def reset_state(self, *args: Any, **kwargs: Any) -> None:
        """No conductance."""
        for key in ("g_rise", "g_decay", "g"):
            as_variable(self, key, 0.0)

    def update(self, x: Any = None) -> Any:
        """One step, then the event `x`; returns the conductance."""
        x = fitting("x", x, self.varshape, self)
        t = share["t"]
        self.g_rise.value = self.rise(self.g_rise.value, t)
        self.g_decay.value = self.decay(self.g_decay.value, t)
        if x is not None:
            self.add_current(x)
        self.g.value = self.a * (self.g_decay.value - self.g_rise.value)
        return self.g.value

    def add_current(self, x: Any) -> None:
        """Add an event."""
        self.g_rise += x
        self.g_decay += x


def _peak(decay: Any, rise: Any, called: str) -> Any:
    """The height of exp(-t/decay) - exp(-t/rise) at its peak."""
    if np.any(np.asarray(decay) <= np.asarray(rise)):
        raise ModelValueError(
            f'"tau_decay" of {called} must be above "tau_rise", but got {decay!r} and {rise!r}. For equal ones use '
            "Alpha."
        )
    ratio = np.asarray(rise) / np.asarray(decay)
    return ratio ** (ratio / (1.0 - ratio)) * (1.0 - ratio)


def _like(value: Any) -> Any:
    """A float, or an array of the type of reals."""
    return float(value) if np.ndim(value) == 0 else np.asarray(value, get_float())


def as_parameter(value: Any, shape: tuple[int, ...], name: str, **bounds: Any) -> Any:
    """An argument as a float or an array of floats, within the bounds of `checks.array`; see `bounds_of`."""
    if isinstance(value, bool):
        raise checks.wrong(name, value, "a number, or an array of numbers", "Give a number instead of a truth value.")
    found = parameter(value, shape, allow_none=False, name=name)
    bounds = bounds or bounds_of(name)
    if bounds:
        checks.array(name, found, "a number, or an array of numbers", finite=False, copy=False, **bounds)
    return float(found) if not hasattr(found, "shape") or found.shape == () else found.astype(get_float())


def bounds_of(name: str) -> dict[str, float]:
    """The bounds that a parameter has by its name: time constants are above 0, and durations not below."""
    if name in ("tau_ref", "T_dur", "T_duration"):
        return {"low": 0.0}
    if name == "U":
        return {"low": 0.0, "high": 1.0}
    return {"above": 0.0} if name == "tau" or name.startswith("tau_") or name == "delta_T" else {}


def initializer(variable: str) -> str:
    """The argument that says where a variable starts: ``V_initializer``, and ``Vth_initializer`` for ``V_th``."""
    return f"{variable.replace('_', '')}_initializer"


def as_variable(owner: Any, name: str, start: Any, dtype: Any = None) -> Variable:
    """The variable `name` of a part, at its start: a number, an array, an initializer or a function of the shape."""
    first = parameter(start, owner.varshape, allow_none=False, allow_scalar=False, name=initializer(name))
    held = vars(owner).get(name)
    if isinstance(held, Variable):
        held.value = first
    else:
        setattr(owner, name, Variable(first, dtype=dtype))
    return vars(owner)[name]
