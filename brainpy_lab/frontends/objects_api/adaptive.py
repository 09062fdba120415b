"""Integrators that choose their own step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ...errors import IntegratorError, ModelUseError
from ...math.environment import get_dt
from ...math.equations import Slope
from ...math.graph import TraceError, active, at_user
from ...passes.integrate import Method


class AdaptiveIntegrator:
    """Equations that are advanced by steps whose length follows the error.

    Call it as ``(x, [y, ...] t, ..., dt=None)``: one accepted step from `t`, of the length dt or less. Its result has
    ``values`` (a tuple of arrays), ``t`` (where the step ended), ``dt`` (the length to try next), ``error`` and
    ``rejected``. `run` makes as many steps as a time needs.

    Programs have one dt for everything in them, so this works with numbers, and not in steps that are recorded.
    """

    def __init__(self, slopes: Sequence[Slope], method: Method, several: bool, dt: float | None, tol: float):
        self.slopes, self.method, self.several, self.dt, self.tol = slopes, method, several, dt, tol
        if len(slopes) == 1:
            self.variables = list(slopes[0].variables)
        else:
            self.variables = [slope.variables[0] for slope in slopes]
        self.others = list(
            dict.fromkeys(
                name for slope in slopes for name in (*slope.variables, *slope.others) if name not in self.variables
            )
        )

    def __repr__(self) -> str:
        names = ", ".join(slope.called for slope in self.slopes)
        return f"AdaptiveIntegrator({names}, method={self.method.name!r}, tol={self.tol!r})"

    def __call__(self, *args: Any, dt: float | None = None, **keywords: Any) -> Any:
        from ...runtime.adaptive import adaptive_step

        if active() is not None:
            raise TraceError(
                f"an adaptive integrator in a step{at_user()}: steps have one dt; leave adaptive=True out."
            )
        given = self._bound(args, keywords)
        values = [np.asarray(given[name], float) for name in self.variables]
        length = get_dt() if self.dt is None and dt is None else dt or self.dt
        return adaptive_step(self._slopes(given), self.method.tableau, values, float(given["t"]), length, self.tol)

    def run(self, start: Any, t_start: float, t_end: float, *args: Any, dt: float | None = None) -> tuple[Any, Any]:
        """Steps from `t_start` to `t_end`.

        Parameters
        ----------
        start : float, array or tuple of those
            The variables at `t_start`.
        t_start, t_end : float, ms
        *args
            What else the equations take.
        dt : float, optional
            Length of the first step, ms.

        Returns
        -------
        ts : ndarray, shape (n + 1,)
        values : ndarray, shape (n + 1, ...), or a tuple of those
        """
        values = tuple(start) if isinstance(start, tuple) else (start,)
        t, length = float(t_start), get_dt() if dt is None else dt
        ts, rows = [t], [tuple(np.asarray(value, float) for value in values)]
        while t < t_end:
            step = self(*rows[-1], t, *args, dt=min(length, t_end - t))
            t, length = step.t, max(step.dt, 1e-300)
            if t_end - t < 1e-12 * max(1.0, abs(t_end)):
                t = float(t_end)
            ts.append(t)
            rows.append(step.values)
        columns = tuple(np.stack(column) for column in zip(*rows))
        return np.array(ts), columns if self.several else columns[0]

    def _bound(self, args: tuple, keywords: dict) -> dict[str, Any]:
        names = [*self.variables, "t", *self.others]
        if len(args) > len(names):
            raise ModelUseError(f"{self!r} takes {', '.join(names)}, but got {len(args)} arguments.")
        given = {**{k: v for slope in self.slopes for k, v in slope.defaults.items()}, **dict(zip(names, args))}
        for key, value in keywords.items():
            if key not in names:
                raise ModelUseError(f"{self!r} has no argument {key!r}; it takes {', '.join(names)}.")
            given[key] = value
        missing = [name for name in names if name not in given]
        if missing:
            raise ModelUseError(f"{self!r} needs {', '.join(missing)}; it takes {', '.join(names)}.")
        return given

    def _slopes(self, given: dict[str, Any]) -> Callable:
        def slopes(values: tuple, t: float) -> list:
            scope = {**given, **dict(zip(self.variables, values)), "t": t}
            found: list[Any] = []
            for slope in self.slopes:
                result = slope.function(*(scope[name] for name in (*slope.variables, "t", *slope.others)))
                found += list(result) if len(slope.variables) > 1 and len(self.slopes) == 1 else [result]
            if len(found) != len(self.variables):
                raise IntegratorError(f"{self!r} has {len(self.variables)} variables, but {len(found)} slopes.")
            return [np.asarray(slope, float) for slope in found]

        return slopes
