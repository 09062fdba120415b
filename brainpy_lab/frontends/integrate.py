"""``@integrate``: a right-hand side written in Python becomes a function that advances it by one time step."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from types import FunctionType
from typing import TYPE_CHECKING, Any, overload

import numpy as np

from ..errors import (
    DiffEquationError,
    IntegratorError,
    ModelError,
    ModelUseError,
    ModelValueError,
    UnknownMethodError,
)
from ..ir.statements import Equation, Integrate, System
from .diff_equation import DiffEquation

if TYPE_CHECKING:
    from ..ir.python_step import EquationCall
    from .pysource_integrators import Reading


class ArgumentError(ModelUseError, TypeError):
    """A direct call whose arguments are not those of the equation."""


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
        For an unknown method.
    DiffEquationError
        When the function is no equation: it has statements other than assignments, returns nothing, ...
    IntegratorError
        When the equation has noise and the method takes none.

    Notes
    -----
    Methods for equations without noise: euler, exponential, midpoint, heun, rk2, rk3, rk4, rk4_alternative. Noise is
    read in Ito's sense by euler, exponential and milstein (milstein_ito), in Stratonovich's by heun and milstein_stra;
    where the factor of the noise does not depend on the variable the two senses are one.

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
    from ..passes.integrate import ALIASES, METHODS_0_3

    if method is None:
        method = _profile_method()
    name = str(method).lower()
    name = ALIASES.get(name, name)
    if name not in METHODS_0_3:
        raise UnknownMethodError(f"Unknown method: {method}. Choose one of {', '.join([*METHODS_0_3, *ALIASES])}.")
    return name


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
    diff_eq : DiffEquation
        The equation's description: ``func_name``, ``func_args``, ``expressions``, ``f_expr``, ``is_stochastic``, ...
    """

    def __init__(self, func: Callable | DiffEquation, method: str | None = None):
        from ..passes.integrate import METHODS

        self.method = checked_method(method)
        self._takes = METHODS[self.method].noise
        self.diff_eq = DiffEquation(func.func if isinstance(func, DiffEquation) else func, self._takes)
        self.func: FunctionType = self.diff_eq.func
        self.__name__ = self.func.__name__
        self.__doc__ = self.func.__doc__
        self._function: tuple[Reading, Any] | None = None
        self._stream: int | None = None
        self._noise_calls = 0
        self._check_now()

    def __repr__(self) -> str:
        return f"Integrator({self.func_name}, method={self.method!r})"

    def read(self) -> Reading:
        """The equation as its text and its scope stand now."""
        reading = self.diff_eq.read()
        if self._takes is None and reading.equation.diffusion is not None:
            raise self._noise_error(reading.equation)
        return reading

    def _check_now(self) -> None:
        """What is no equation is refused where it is defined, noise for a method that takes none too.

        Names that it needs may still come.
        """
        try:
            equation = self.diff_eq.read().equation
        except DiffEquationError:
            raise
        except ModelError:
            return
        if self._takes is None and equation.diffusion is not None:
            raise self._noise_error(equation)

    def _noise_error(self, equation: Equation) -> IntegratorError:
        from ..passes.integrate import methods_for_noise

        return IntegratorError(
            f"{self.func_name!r} has noise, which method {self.method!r} cannot treat. "
            f"These can: {', '.join(methods_for_noise())}",
            equation.place,
        )

    # ---- what is known of the equation ----

    @property
    def equation(self) -> Equation:
        """The equation, with the user's names."""
        return self.read().equation

    @property
    def func_name(self) -> str:
        return self.func.__name__

    @property
    def func_args(self) -> list[str]:
        return self.diff_eq.func_args

    @property
    def var_name(self) -> str:
        return self.diff_eq.var_name

    @property
    def t_name(self) -> str:
        return self.diff_eq.t_name

    @property
    def is_stochastic(self) -> bool:
        return self.diff_eq.is_stochastic

    @property
    def stochastic_type(self) -> str | None:
        """The sense in which the noise is read: 'ito' or 'stratonovich'; None without noise."""
        return self.diff_eq.stochastic_type

    @property
    def is_multi_return(self) -> bool:
        return self.diff_eq.is_multi_return

    # ---- what runs ----

    @property
    def py_func_name(self) -> str:
        """The name of the step function."""
        return self.func_name

    @property
    def update_code(self) -> str:
        """The text of a direct call: one step, with NumPy, in the order in which a compiled step computes."""
        return self._compiled(self.read()).source

    @property
    def update_func(self) -> Callable:
        """The step as a function ``(x, t, ...)``: the integrator itself."""
        return self.__call__

    def described(self, name: str | None = None, site: int = 0) -> EquationCall:
        """The integrator as a function of a step in Python, called `name`, with its draw site."""
        from ..ir.python_step import EquationCall

        reading = self.read()
        return EquationCall(
            name or self.func_name,
            System((reading.equation,), self.method),
            reading.arguments,
            tuple(reading.record.params),
            site if reading.equation.diffusion is not None else -1,
            reading.returns_tuple,
            self.func_name,
        )

    @classmethod
    def get_nb_step(cls, diff_eq: DiffEquation | Callable, *args) -> Callable:
        """One step as a function that Numba has compiled, for compiled functions of a user's own.

        The parameters and the profile's dt become constants. Steps of models need it not: programs compile those.

        Parameters
        ----------
        diff_eq : DiffEquation or function
        *args
            What the class takes besides: the method of `Integrator`, the beta of `RK2`.

        Returns
        -------
        callable
            ``step(x, t, ...)`` of numbers or float arrays, with the bits of a direct call; each call of an equation
            with noise draws new numbers, in an order of its own.
        """
        from .. import profile
        from ..runtime.compiled_step import compiled_step

        made = cls(diff_eq, *args)
        stream = _FIRST_STREAM + next(_streams)
        return compiled_step(made.described(), made.code_scope, profile.get_dt(), _seed(), stream)

    @property
    def code_scope(self) -> dict[str, Any]:
        """The parameters that the step reads, by name."""
        return {name: seen.value for name, seen in self.read().record.params.items()}

    # ---- a direct call ----

    def __call__(self, *args, **kwargs):
        """Advance once: ``(x, t, ...)`` to the x of one dt later, or ``(x, a, b)`` when the equation returns more.

        Raises
        ------
        ArgumentError
            A `ModelUseError` and a TypeError: an argument is missing or unknown.
        ModelValueError
            An argument is no number or array of numbers, or two arrays have shapes that do not go together.
        """
        from .. import profile

        reading = self.read()
        try:
            bound = reading.signature.bind(*args, **kwargs)
        except TypeError as error:
            raise ArgumentError(
                f"{self.func_name}{reading.signature}: {error}. Give the arguments named here."
            ) from None
        bound.apply_defaults()
        values = {name: self._numbers(name, value) for name, value in bound.arguments.items()}
        try:
            shape = np.broadcast_shapes(*(value.shape for value in values.values()))
        except ValueError:
            shapes = ", ".join(f"{name} {value.shape}" for name, value in values.items() if value.shape)
            raise ModelValueError(
                f"{self.func_name}(): the arguments have the shapes {shapes}; give arrays of one shape, or numbers"
            ) from None
        params = self.code_scope
        noise = _Noise(self, shape) if reading.equation.diffusion is not None else None
        results = self._compiled(reading)(values, params, 0.0, profile.get_dt(), noise)
        results = tuple(np.array(np.broadcast_to(result, shape)) if shape else float(result) for result in results)
        return results if reading.returns_tuple else results[0]

    def _numbers(self, name: str, value: object) -> np.ndarray:
        try:
            found = np.asarray(value)
        except ValueError:  # rows of different lengths
            found = np.asarray(None)
        if found.dtype.kind not in "biuf":
            raise ModelValueError(
                f"{self.func_name}(): argument {name!r} is {value!r}; give a number or an array of numbers"
            )
        return found.astype(np.float64, copy=False)

    def _compiled(self, reading: Reading):
        """The step of the equation as a NumPy function, kept while the reading stands."""
        from ..ir.expr import Local
        from ..runtime.evaluate import Function

        if self._function is None or self._function[0] is not reading:
            x, t = reading.arguments[:2]
            extras = tuple(f"{self.func_name}_extra_{i}" for i in range(len(reading.equation.extras)))
            results = (f"{self.func_name}_result", *extras)
            step = Integrate(System((reading.equation,), self.method), (Local(x),), Local(t), results[:1], extras)
            self._function = (reading, Function([step], reading.arguments, results))
        return self._function[1]


class _Noise:
    """Draws for one direct call: one number per entry of an array of `shape`."""

    def __init__(self, integrator: Integrator, shape: tuple[int, ...]):
        self.integrator = integrator
        self.shape = shape

    def __call__(self, distribution: str, site: int):
        from ..kernels.reference import random

        caller = self.integrator
        if caller._stream is None:
            caller._stream = _FIRST_STREAM + next(_streams)
        element = np.arange(math.prod(self.shape), dtype=np.int64).reshape(self.shape)
        draw = random.normal_f64 if distribution == "normal" else random.uniform_f64
        numbers = draw(_seed(), caller._stream, element, caller._noise_calls, site)
        caller._noise_calls += 1
        return numbers


# Direct calls have streams that no program uses: those count its objects from 0.
_FIRST_STREAM = 2**31
_streams = itertools.count()
_drawn_seed: list[int] = []


def _seed() -> int:
    """The profile's seed; without one, a draw from NumPy's generator at the first need, kept."""
    from .. import profile

    seed = profile.get_seed()
    if seed is not None:
        return seed
    if not _drawn_seed:
        _drawn_seed.append(int(np.random.randint(2**31)))
    return _drawn_seed[0]
