"""The methods by the names of their classes; each is an `Integrator` with its method fixed."""

from __future__ import annotations

from collections.abc import Callable

from .. import checks
from ..errors import IntegratorError
from ..frontends.diff_equation import DiffEquation
from ..frontends.integrate import Integrator, checked_method


class _Fixed(Integrator):
    """``Class(diff_eq)``: advances a `DiffEquation`, or a right-hand side, by the class's method."""

    name = ""

    def __init__(self, diff_eq: DiffEquation | Callable):
        super().__init__(diff_eq, self.name)


class Euler(_Fixed):
    """x + dt*f; with noise Euler-Maruyama, x + dt*f + g*dW (Ito). First order; strong order 1/2."""

    name = "euler"


class ExponentialEuler(_Fixed):
    """x + (exp(A*dt) - 1)/A * f, A the linear part of f; with noise + exp(A*dt)*g*dW (Ito). First order."""

    name = "exponential"


class MidPoint(_Fixed):
    """The explicit midpoint method. Second order, no noise."""

    name = "midpoint"


class Heun(_Fixed):
    """The explicit trapezoid rule, second order; with noise x + dt*f + (g + g(x + g*dW))*dW/2 (Stratonovich)."""

    name = "heun"


class RK2(_Fixed):
    """A Runge-Kutta method of second order, no noise.

    Parameters
    ----------
    diff_eq : DiffEquation or function
    beta : float
        Where in the step the second stage stands: 1/2 midpoint, 2/3 Ralston's method, 1 Heun's; any number above 0.
    """

    name = "rk2"

    def __init__(self, diff_eq: DiffEquation | Callable, beta: float = 2 / 3):
        Integrator.__init__(self, diff_eq, _rk2(beta))


class RK3(_Fixed):
    """Kutta's method of third order, no noise."""

    name = "rk3"


class RK4(_Fixed):
    """The classical Runge-Kutta method of fourth order, no noise."""

    name = "rk4"


class RK4Alternative(_Fixed):
    """The 3/8 rule of Kutta. Fourth order, no noise."""

    name = "rk4_alternative"


class MilsteinIto(_Fixed):
    """x + dt*f + g*dW + (g(xb) - g)*(dW**2 - dt)/(2*sqrt(dt)) (Ito). Strong order 1; without noise Euler's method."""

    name = "milstein_ito"


class MilsteinStra(_Fixed):
    """x + dt*f + g*dW + (g(xb) - g)*dW**2/(2*sqrt(dt)) (Stratonovich). Strong order 1; without noise Euler's method."""

    name = "milstein_stra"


_CLASSES: dict[str, type[_Fixed]] = {
    one.name: one
    for one in (Euler, ExponentialEuler, MidPoint, Heun, RK2, RK3, RK4, RK4Alternative, MilsteinIto, MilsteinStra)
}


def get_integrator(method: str | None = None) -> type[Integrator]:
    """The class of a method, by its name in any case; by default that of the profile's method.

    Raises
    ------
    ValueError
        For an unknown method.
    """
    return _CLASSES[checked_method(method)]


def _rk2(beta: float) -> str:
    """The name of the method of second order with this parameter; a new one becomes known under its name."""
    from ..passes.integrate import rk2

    beta = checks.number("beta", beta, above=0, error=IntegratorError)
    if beta == 2 / 3:
        return "rk2"
    return rk2(beta).name
