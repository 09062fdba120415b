"""Which method ``odeint`` and ``sdeint`` of the 2.x API mean by a name."""

from __future__ import annotations

from ...errors import IntegratorError, UnknownMethodError
from .registry import METHODS
from .stage import Method

_EXPONENTIAL = dict.fromkeys(("exp_auto", "exponential_euler", "exp_euler", "exp_euler_auto"), METHODS["exp_auto"])

ODE_METHODS_2X: dict[str, Method] = {
    "euler": METHODS["euler"],
    "midpoint": METHODS["midpoint"],
    "heun2": METHODS["heun"],
    "ralston2": METHODS["rk2"],
    "rk2": METHODS["rk2"],
    "rk3": METHODS["rk3"],
    "heun3": METHODS["heun3"],
    "ralston3": METHODS["ralston3"],
    "ssprk3": METHODS["ssprk3"],
    "rk4": METHODS["rk4"],
    "ralston4": METHODS["ralston4"],
    "rk4_38rule": METHODS["rk4_alternative"],
    "rkf12": METHODS["rkf12"],
    "rkf45": METHODS["rkf45"],
    "rkdp": METHODS["rkdp"],
    "ck": METHODS["ck"],
    "bs": METHODS["bs"],
    "BoSh3": METHODS["bs"],
    "heun_euler": METHODS["heun_euler"],
} | _EXPONENTIAL
"""The methods of ``odeint``, by every name."""

SDE_ITO_2X: dict[str, Method] = {
    "euler": METHODS["euler"],
    "milstein": METHODS["milstein_derivative_ito"],
    "milstein2": METHODS["milstein_ito"],
    "milstein_grad_free": METHODS["milstein_ito"],
    "srk1w1": METHODS["srk1w1"],
    "srk2w1": METHODS["srk2w1"],
    "klpl": METHODS["milstein_ito"],  # Kloeden and Platen's scheme without derivatives
} | _EXPONENTIAL
"""The methods of ``sdeint`` for equations in Ito's sense."""

SDE_STRATONOVICH_2X: dict[str, Method] = {
    "euler": METHODS["heun"],  # Euler-Heun: the plain Euler step has Ito's limit
    "heun": METHODS["heun"],
    "milstein": METHODS["milstein_derivative_stra"],
    "milstein2": METHODS["milstein_stra"],
    "milstein_grad_free": METHODS["milstein_stra"],
}
"""The methods of ``sdeint`` for equations in Stratonovich's sense."""

SDE_METHODS_2X: dict[str, Method] = SDE_STRATONOVICH_2X | SDE_ITO_2X
"""Every name of ``sdeint``: in Ito's sense, and ``heun``, which only has Stratonovich's."""


def ode_method(name: str, adaptive: bool = False) -> Method:
    """The method of ``odeint(..., method=name)``.

    Raises
    ------
    UnknownMethodError
        There is no such name.
    IntegratorError
        The step is to adapt to the error, which this method does not estimate.
    """
    method = _find(name, ODE_METHODS_2X, "ordinary")
    if adaptive and (method.tableau is None or method.tableau.lower is None):
        able = [one for one, m in ODE_METHODS_2X.items() if m.tableau is not None and m.tableau.lower is not None]
        raise IntegratorError(
            f"method {name!r} does not estimate its error, so its step cannot be adaptive; "
            f"choose one of {', '.join(able)}, or leave adaptive=True out"
        )
    return method


def known_method(name: str) -> str:
    """The name of a method for ordinary or for stochastic equations.

    Raises
    ------
    UnknownMethodError
        There is no such name.
    """
    if not isinstance(name, str) or name not in SDE_METHODS_2X:
        _find(name, ODE_METHODS_2X, "ordinary")
    return name


def sde_method(name: str, intg_type: str = "Ito") -> Method:
    """The method of ``sdeint(..., method=name, intg_type=intg_type)``.

    Raises
    ------
    UnknownMethodError
        There is no such name.
    IntegratorError
        `intg_type` is not 'Ito' or 'Stratonovich', or the method does not read equations in that sense.
    """
    senses = {"Ito": SDE_ITO_2X, "Stratonovich": SDE_STRATONOVICH_2X}
    if intg_type not in senses:
        raise IntegratorError(f"intg_type is {intg_type!r}, expected 'Ito' or 'Stratonovich'")
    _find(name, SDE_METHODS_2X, "stochastic")
    methods = senses[intg_type]
    if name not in methods:
        other = "Ito" if intg_type == "Stratonovich" else "Stratonovich"
        raise IntegratorError(
            f"method {name!r} reads stochastic equations in {_of(other)} sense, not in {_of(intg_type)}; "
            f"give intg_type={other!r}, or choose one of {', '.join(methods)}"
        )
    return methods[name]


def _of(sense: str) -> str:
    return f"{sense}'s"


def _find(name: str, methods: dict[str, Method], kind: str) -> Method:
    if not isinstance(name, str) or name not in methods:
        raise UnknownMethodError(
            f"there is no method {name!r} for {kind} differential equations; choose one of {', '.join(methods)}"
        )
    return methods[name]
