"""`odeint`, `sdeint`, `JointEq`: integrators of functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ...errors import IntegratorError
from ...math.equations import Integrator, Slope


class JointEq:
    """Several equations that are integrated together, all from the old values.

    Parameters
    ----------
    *eqs : callable
        Each ``f(x, t, ...)``: the names of the arguments say which variables an equation takes from the others.
    """

    def __init__(self, *eqs: Any):
        flat = [item for eq in eqs for item in (eq if isinstance(eq, (list, tuple)) else [eq])]
        self.functions: list[Callable] = [
            function for item in flat for function in (item.functions if isinstance(item, JointEq) else [item])
        ]
        if len(self.functions) < 1 or not all(callable(function) for function in self.functions):
            raise IntegratorError(f"JointEq is made of functions f(x, t, ...), but got {eqs!r}.")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        raise IntegratorError("a JointEq is integrated: bp.odeint(bp.JointEq(...), method=...).")


def _slopes(f: Any) -> list[Slope]:
    return [Slope(function) for function in (f.functions if isinstance(f, JointEq) else [f])]


def odeint(
    f: Callable | JointEq | None = None,
    method: str = "euler",
    dt: float | None = None,
    adaptive: bool = False,
    tol: float | None = None,
    show_code: bool = False,
    **others: Any,
) -> Any:
    """An integrator of ordinary differential equations.

    Parameters
    ----------
    f : callable or JointEq
        ``f(x, t, ...)`` gives dx/dt; ``f(x, y, t, ...)`` gives both slopes.
    method : str
    dt : float, optional
        ms; by default that of the run.

    Returns
    -------
    Integrator
        Called as ``(x, [y,] t, ...)`` it gives the values one step later. Without `f`, a decorator.
    """
    if f is None:
        return lambda function: odeint(function, method, dt, adaptive, tol, show_code, **others)
    slopes = _slopes(f)
    several = isinstance(f, JointEq) or len(slopes[0].variables) > 1
    return Integrator(slopes, [None] * len(slopes), ode_method(method), several, dt)


def sdeint(
    f: Callable | JointEq,
    g: Callable | Sequence[Callable] | JointEq | None = None,
    method: str = "euler",
    dt: float | None = None,
    intg_type: str | None = None,
    wiener_type: str | None = None,
    **others: Any,
) -> Any:
    """An integrator of stochastic differential equations ``dx = f dt + g dW``.

    Parameters
    ----------
    f, g : callable, JointEq or sequence of callable
        Drift and noise, with the same arguments; each equation has a Wiener process of its own.
    method : str
    dt : float, optional
        ms.
    """
    if f is None or g is None:
        raise IntegratorError('sdeint needs the drift "f" and the noise "g", two functions with the same arguments.')
    slopes = _slopes(f)
    noises = list(g.functions) if isinstance(g, JointEq) else list(g) if isinstance(g, (list, tuple)) else [g]
    if len(noises) != len(slopes):
        raise IntegratorError(f"sdeint got {len(slopes)} drifts, but {len(noises)} noises: give one for each equation.")
    several = isinstance(f, JointEq) or len(slopes[0].variables) > 1
    return Integrator(slopes, noises, sde_method(method), several, dt)


def ode_method(name: str) -> str:
    """The method that a name of this API stands for."""
    from ...passes.integrate import METHODS

    try:
        from ...passes.integrate import ODE_METHODS_2X as table
    except ImportError:
        table = {**{key: key for key in METHODS}, "exp_auto": "exponential"}
    return _method(name, table)


def sde_method(name: str) -> str:
    """The method for stochastic equations that a name of this API stands for."""
    from ...passes.integrate import METHODS

    try:
        from ...passes.integrate import SDE_METHODS_2X as table
    except ImportError:
        table = {key: key for key, method in METHODS.items() if method.noise}
    return _method(name, table)


def _method(name: str, table: dict[str, str]) -> str:
    if name not in table:
        raise IntegratorError(f"Unknown method: {name!r}. Choose one of {', '.join(table)}.")
    return table[name]
