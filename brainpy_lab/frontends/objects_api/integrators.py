"""`odeint`, `sdeint`, `JointEq`: integrators of functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ... import checks
from ...errors import IntegratorError
from ...math.equations import Integrator, Slope
from ...passes.integrate import ode_method, sde_method
from .adaptive import AdaptiveIntegrator


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
            raise IntegratorError(f"JointEq is made of functions f(x, t, ...), but got {eqs!r}. Give such functions.")
        _slopes(self)

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
        euler, midpoint, heun2, ralston2, rk2, rk3, heun3, ralston3, ssprk3, rk4, ralston4, rk4_38rule, the embedded
        pairs rkf12, rkf45, rkdp, ck, bs, heun_euler, or exp_auto (also exponential_euler), which takes dF/dx from the
        equation.
    dt : float, optional
        ms; by default that of the run.
    adaptive : bool
        Let a call choose its step by the error that an embedded pair estimates; see `AdaptiveIntegrator`. Such calls
        work with numbers only, not in steps that are recorded.
    tol : float, optional
        Bound of the error of an adaptive step, 0.1 by default.

    Returns
    -------
    Integrator or AdaptiveIntegrator
        Called as ``(x, [y,] t, ...)`` it gives the values one step later. Without `f`, a decorator.

    Raises
    ------
    IntegratorError
        For an unknown method, or a function without the argument ``t``.
    """
    if f is None:
        return lambda function: odeint(function, method, dt, adaptive, tol, show_code, **others)
    checks.flag("show_code", show_code)
    slopes = _slopes(f)
    several = isinstance(f, JointEq) or len(slopes[0].variables) > 1
    found = ode_method(method, checks.flag("adaptive", adaptive))
    dt = None if dt is None else checks.number("dt", dt, unit="ms", above=0)
    tol = None if tol is None else checks.number("tol", tol, above=0)
    if adaptive:
        return AdaptiveIntegrator(slopes, found, several, dt, 0.1 if tol is None else tol)
    return Integrator(slopes, [None] * len(slopes), found.name, several, dt)


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
        euler, milstein, milstein2, milstein_grad_free, srk1w1, srk2w1, klpl, exp_auto; heun in Stratonovich's sense.
    dt : float, optional
        ms.
    intg_type : {'Ito', 'Stratonovich'}
        The sense in which the noise is read, Ito's by default.
    wiener_type : {'scalar'}

    Raises
    ------
    IntegratorError
        For a method that does not exist or does not read noise in that sense.
    """
    if f is None or g is None:
        what = f'the drift "f" and the noise "g", but got {f!r} and {g!r}'
        raise IntegratorError(f"sdeint needs {what}. Give two functions with the same arguments.")
    if wiener_type is not None:
        checks.choice("wiener_type", wiener_type, ("scalar",), IntegratorError)
    if intg_type is not None:
        checks.choice("intg_type", intg_type, ("Ito", "Stratonovich"), IntegratorError)
    dt = None if dt is None else checks.number("dt", dt, unit="ms", above=0)
    slopes = _slopes(f)
    noises = list(g.functions) if isinstance(g, JointEq) else list(g) if isinstance(g, (list, tuple)) else [g]
    for noise in noises:
        checks.function("g", noise, "a function of the noise, or one for each equation", IntegratorError)
    if len(noises) != len(slopes):
        what = f'"g": sdeint got {len(slopes)} drifts, but {len(noises)} noises'
        raise IntegratorError(f"{what}. Give one for each equation.")
    several = isinstance(f, JointEq) or len(slopes[0].variables) > 1
    return Integrator(slopes, noises, sde_method(method, intg_type or "Ito").name, several, dt)
