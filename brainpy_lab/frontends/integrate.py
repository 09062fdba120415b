"""``@integrate``: a right-hand side written in Python becomes a function that advances it by one time step."""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType
from typing import TYPE_CHECKING, overload

import numpy as np

from ..errors import DiffEquationError, IntegratorError
from ..ir.statements import Equation, Integrate, System

if TYPE_CHECKING:
    from .pysource_integrators import Reading

METHOD_NAMES = (
    "euler",
    "midpoint",
    "heun",
    "rk2",
    "rk3",
    "rk4",
    "rk4_alternative",
    "exponential",
    "milstein",
    "milstein_ito",
    "milstein_stra",
)
_SAME = {"milstein": "milstein_ito"}


class UnknownMethodError(IntegratorError, ValueError):
    """The name of an integration method that nobody knows."""


@overload
def integrate(func: None = None, method: str | None = None) -> Callable[[Callable], Integrator]: ...


@overload
def integrate(func: Callable, method: str | None = None) -> Integrator: ...


def integrate(func=None, method=None):
    """Make an integrator of a right-hand side ``f(x, t, ...)``.

    Parameters
    ----------
    func : function
        Its first argument is the variable, the second the time (ms); further ones are frozen during a step. It
        returns dx/dt as ``f``, with noise ``f, g``, with further values ``(f,), a, b`` or ``(f, g), a, b``.
    method : str, optional
        Name of the numerical method, in any case; by default the one that the profile names now.

    Returns
    -------
    Integrator
        Or, without `func`, a decorator.

    Raises
    ------
    ValueError
        For an unknown method; IntegratorError for one that is known but not there yet.

    Examples
    --------
    >>> @integrate(method='rk4')
    ... def int_x(x, t, tau):
    ...     return -x / tau
    """
    if func is None:
        checked = checked_method(method)
        return lambda given: Integrator(given, checked)
    return Integrator(func, checked_method(method))


def checked_method(method: str | None) -> str:
    """The canonical name of a method, None being the profile's; an error when it does not exist."""
    if method is None:
        method = _profile_method()
    name = str(method).lower()
    if name not in METHOD_NAMES:
        raise UnknownMethodError(f"Unknown method: {method}.")
    name = _SAME.get(name, name)
    if name not in _implemented():
        raise IntegratorError(f"method {name!r} is not there yet. There are: {', '.join(sorted(_implemented()))}")
    return name


def _implemented() -> dict:
    from ..passes.integrate import METHODS

    return METHODS


def _profile_method() -> str:
    from .. import profile

    return profile.get_numerical_method()


class Integrator:
    """One differential equation with its method; see `integrate`.

    In a step it is read in place. Called directly, ``x, t, ...`` may be numbers or float arrays of one shape; the
    result has that shape, and dt is the profile's.

    Attributes
    ----------
    func : function
        The right-hand side.
    method : str
    """

    def __init__(self, func: Callable, method: str):
        from .pysource_place import plain_function

        plain = plain_function(func)
        if plain is None:
            raise DiffEquationError(f"integrate() takes a function f(x, t, ...), not {func!r}")
        self.func: FunctionType = plain
        self.method = method
        self.__name__ = plain.__name__
        self.__doc__ = plain.__doc__
        self._reading: Reading | None = None
        self._noise_calls = 0

    def __repr__(self) -> str:
        return f"Integrator({self.func_name}, method={self.method!r})"

    def read(self) -> Reading:
        """The equation as its text and its scope stand now."""
        from .pysource_integrators import read_equation

        if self._reading is None or not self._reading.record.is_current():
            self._reading = read_equation(self.func)
            self._check_noise(self._reading.equation)
        return self._reading

    def _check_noise(self, equation: Equation) -> None:
        if equation.diffusion is None or _implemented()[self.method].noise:
            return
        able = sorted(name for name, method in _implemented().items() if method.noise)
        raise IntegratorError(
            f"{self.func_name!r} has noise, which method {self.method!r} cannot treat. These can: {', '.join(able)}",
            equation.place,
        )

    # ---- what is known of the equation ----

    @property
    def equation(self) -> Equation:
        """The equation, with the user's names."""
        return self.read().equation

    @property
    def diff_eq(self) -> Integrator:
        """The equation's description: ``func_name``, ``func_args``, ``var_name``, ``t_name``, ``is_stochastic``, ..."""
        return self

    @property
    def func_name(self) -> str:
        return self.func.__name__

    @property
    def func_args(self) -> list[str]:
        return list(self.read().arguments)

    @property
    def var_name(self) -> str:
        return self.read().arguments[0]

    @property
    def t_name(self) -> str:
        return self.read().arguments[1]

    @property
    def is_stochastic(self) -> bool:
        return self.equation.diffusion is not None

    @property
    def is_multi_return(self) -> bool:
        return self.read().returns_tuple

    # ---- a direct call ----

    def __call__(self, *args, **kwargs):
        """Advance once: ``(x, t, ...)`` to the x of one dt later, or ``(x, a, b)`` when the equation returns more."""
        from .. import profile
        from ..runtime import evaluate

        reading = self.read()
        given = reading.signature.bind(*args, **kwargs)
        given.apply_defaults()
        values = {name: np.asarray(value, dtype=np.float64) for name, value in given.arguments.items()}
        raise NotImplementedError((evaluate, profile, values, Integrate, System))
