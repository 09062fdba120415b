"""Integrators of functions: recorded when a step is recorded, and computed with the same statements otherwise."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .. import checks, profile
from ..errors import IntegratorError, ModelUseError
from .alone import draw_sites, evaluate
from .arrays import Traced, held
from .graph import Equation, Graph, Integration, Node, TraceError, active, at_user, recording
from .tracing import TraceAlgebra


class Slope:
    """A function ``f(x, t, ...)`` that gives the slope of one variable.

    Attributes
    ----------
    function : callable
    variables : tuple of str
        Of the function: the names before ``t``.
    others : tuple of str
        Those behind it.
    """

    def __init__(self, function: Callable):
        self.function = function
        self.called = getattr(function, "__name__", repr(function))
        try:
            parameters = [
                p
                for p in inspect.signature(function).parameters.values()
                if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)
            ]
        except (TypeError, ValueError):
            what = '"f", the equation,'
            raise IntegratorError(f"{what} must be a function f(x, t, ...), but got {function!r}. Give one.") from None
        names = [p.name for p in parameters]
        if "t" not in names[1:]:
            raise IntegratorError(
                f"{self.called}({', '.join(names)}) has no argument 't' behind its variable: write "
                f"{self.called}(x, t, ...)."
            )
        place = names.index("t")
        self.variables, self.others = tuple(names[:place]), tuple(names[place + 1 :])
        self.defaults = {p.name: p.default for p in parameters if p.default is not p.empty}


class Integrator:
    """One or several differential equations with their method: a call advances them by one step.

    Call it as ``(x, [y, ...] t, ..., dt=None)``: the variables, the time, and what else the functions take; these are
    frozen during the step.
    """

    def __init__(
        self,
        slopes: Sequence[Slope],
        diffusions: Sequence[Callable | None],
        method: str,
        several: bool,
        dt: float | None = None,
    ):
        self.slopes, self.diffusions, self.method, self.several, self._dt = slopes, diffusions, method, several, dt
        self.variables = [slope.variables[0] for slope in slopes]
        if len(slopes) == 1 and len(slopes[0].variables) > 1:
            self.variables = list(slopes[0].variables)
        self.others = list(
            dict.fromkeys(
                name for slope in slopes for name in (*slope.variables, *slope.others) if name not in self.variables
            )
        )
        self.__name__ = slopes[0].called
        self._functions: dict[Any, Any] = {}

    def __repr__(self) -> str:
        return f"Integrator({', '.join(slope.called for slope in self.slopes)}, method={self.method!r})"

    def __call__(self, *args: Any, **keywords: Any) -> Any:
        given = self._bound(args, keywords)
        if active() is not None:
            return self._recorded(active(), given)
        return self._computed(given)

    def _bound(self, args: tuple, keywords: dict) -> dict[str, Any]:
        names = [*self.variables, "t", *self.others, "dt"]
        if len(args) > len(names):
            raise ModelUseError(f"{self.__name__} takes {', '.join(names)}, but got {len(args)} arguments{at_user()}.")
        given = dict(zip(names, args))
        for key, value in keywords.items():
            if key not in names:
                raise ModelUseError(f"{self.__name__} has no argument {key!r}{at_user()}; it takes {', '.join(names)}.")
            if key in given:
                raise ModelUseError(f"{self.__name__} got {key!r} twice{at_user()}.")
            given[key] = value
        defaults = {key: value for slope in self.slopes for key, value in slope.defaults.items()}
        missing = [name for name in names[:-1] if name not in given and name not in defaults]
        if missing:
            raise ModelUseError(f"{self.__name__} needs {', '.join(missing)}{at_user()}; it takes {', '.join(names)}.")
        return {**defaults, **given}

    # -- recording ---------------------------------------------------------------------------------------------------

    def _recorded(self, graph: Graph, given: dict[str, Any]) -> Any:
        algebra = TraceAlgebra(graph)
        if graph.inside:
            raise TraceError(
                f"{self.__name__} is called inside another equation{at_user()}: integrate one after the other."
            )
        self._same_dt(given.get("dt"), graph)
        values = [algebra.lift(given[name]) for name in self.variables]
        time = algebra.lift(given["t"])
        shape = np.broadcast_shapes(*(value.shape for value in values))
        inner: set[int] = set()
        graph.inside.append(inner)
        try:
            stage_time = graph.add("stage_time", (), (), time.dtype or "real")
            inner.add(stage_time.number)
            equations = self._slopes(graph, algebra, given, shape, stage_time, inner)
        finally:
            graph.inside.pop()
        wide = np.broadcast_shapes(
            shape, *(part.shape for eq in equations for part in (eq.drift, eq.diffusion) if part is not None)
        )
        if wide != shape:
            if int(np.prod(shape)) > 1:
                raise TraceError(
                    f"{self.__name__}: its variables have the shape {shape}, but the slope has {wide}{at_user()}: "
                    "give arrays of one shape."
                )
            shape = wide
            for equation in equations:
                equation.variable.shape = shape
        start = tuple(algebra.broadcast(value, shape) for value in values)
        integration = Integration(equations, self.method, 0, inner)
        whole = graph.add("integrate", (*start, time), shape, "real", integration)
        integration.site = graph.new_site(draw_sites(whole))
        results = [Traced(graph.add("result", (whole,), shape, "real", k)) for k in range(len(values))]
        return tuple(results) if self.several else results[0]

    def _slopes(
        self,
        graph: Graph,
        algebra: TraceAlgebra,
        given: dict[str, Any],
        shape: tuple[int, ...],
        time: Node,
        inner: set[int],
    ) -> list[Equation]:
        variables = {}
        for name in self.variables:
            variables[name] = graph.add("variable", (), shape, "real", name)
            inner.add(variables[name].number)
        scope = {
            **{key: value for key, value in given.items() if key != "dt"},
            **{name: Traced(node) for name, node in variables.items()},
            "t": Traced(time),
        }
        drifts: list[Any] = []
        noises: list[Any] = []
        for slope, diffusion in zip(self.slopes, self.diffusions):
            names = (*slope.variables, "t", *slope.others)
            values = [scope[name] for name in names]
            drift = slope.function(*values)
            drifts += list(drift) if len(slope.variables) > 1 and len(self.slopes) == 1 else [drift]
            noise = None if diffusion is None else diffusion(*values)
            several = len(slope.variables) > 1 and len(self.slopes) == 1
            noises += (
                list(noise) if several and noise is not None else [noise] * (len(slope.variables) if several else 1)
            )
        if len(drifts) != len(self.variables):
            raise IntegratorError(
                f"{self.__name__} has {len(self.variables)} variables, but returns {len(drifts)} slopes."
            )
        equations = []
        for number, (name, drift, noise) in enumerate(zip(self.variables, drifts, noises)):
            found = algebra.lift(drift)
            diffusion = None if noise is None else algebra.lift(noise)
            if diffusion is not None and diffusion.known == 0:
                diffusion = None
            equations.append(
                Equation(name, variables[name], found, diffusion, None if diffusion is None else f"noise_{number}")
            )
        return equations

    def _same_dt(self, dt: Any, graph: Graph) -> None:
        known = getattr(getattr(dt, "node", None), "op", None)
        if dt is None or known == "dt":
            return
        number = dt if isinstance(dt, (int, float)) else getattr(getattr(dt, "node", None), "known", None)
        if number != profile.get_dt():
            raise TraceError(
                f"{self.__name__} gets dt = {dt!r}, but the step of the run is {profile.get_dt()} ms{at_user()}: "
                "leave dt out, or set it by bm.set_dt."
            )

    # -- computing ---------------------------------------------------------------------------------------------------

    def _computed(self, given: dict[str, Any]) -> Any:
        """One step with numbers: the call is recorded by itself, and its statements are computed with NumPy."""
        from .eager import EagerAlgebra

        graph = Graph(profile.get_float_type())
        eager = EagerAlgebra(profile.get_float_type())
        dt = profile.get_dt() if given.get("dt") is None else checks.number("dt", given["dt"], unit="ms", above=0)
        with recording(graph):
            lifted = {}
            for name, value in given.items():
                if name == "dt":
                    continue
                if value is None or isinstance(value, (str, dict)):
                    what = f"a number or an array, an argument of {self.__name__}"
                    raise checks.wrong(name, value, what, f"Give numbers{at_user()}.")
                number = eager.lift(value)
                if name == "t":
                    lifted[name] = Traced(graph.add("t", (), (), "f64"))
                elif isinstance(number, np.ndarray):
                    lifted[name] = Traced(graph.add("read", (), number.shape, eager.kind(number), _Given(name, number)))
                else:
                    lifted[name] = Traced(graph.add("param", (), (), "real", (self, name), float(number)))
            inner = dict(lifted)
            self._recorded(graph, inner)
        whole = next(node for node in graph.nodes if node.op == "integrate")
        noise = any(equation.diffusion is not None for equation in whole.data.equations)
        time = eager.lift(given["t"])
        results = evaluate(whole, time, dt, self._functions, graph.float_type, self if noise else None)
        arrays = [held(np.array(np.broadcast_to(result, whole.shape))) for result in results]
        arrays = [array if whole.shape else float(array) for array in arrays]
        return tuple(arrays) if self.several else arrays[0]


class _Given:
    """An array that a call was given, in the place of a variable."""

    def __init__(self, name: str, array: np.ndarray):
        self.name, self._array, self.shape, self.dtype, self.size = name, array, array.shape, array.dtype, array.size
