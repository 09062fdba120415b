"""`DSRunner`: run a model, record what is asked for, feed it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ... import checks, profile
from ...errors import ModelError, ModelUseError
from ...math.arrays import Traced, held
from ...math.draws import EagerStep, clock
from ...math.eager import EagerAlgebra
from ...math.environment import get_dt
from ...math.graph import Graph
from ...math.layout import Laid
from ...math.loops import progress
from ...math.program import Loop, flatten, lend_rings, unflatten
from ...math.share import share
from ...math.variable import Variable
from .base import DynamicalSystem
from .states import clear_input, reset_state

OPERATIONS = ("+", "-", "*", "/", "=")


class RunningError(ModelUseError, ValueError):
    """A run is asked for something it cannot do."""


class Recorded(dict):
    """What a run recorded: by key, ``mon['E.spike']``, and by attribute, ``mon.ts``."""

    def __getattr__(self, key: str) -> Any:
        try:
            return self[key]
        except KeyError:
            raise AttributeError(f"nothing was recorded as {key!r}; there are {', '.join(self) or 'none'}") from None


class DSRunner:
    """Runs a model.

    Parameters
    ----------
    target : DynamicalSystem
    inputs : tuple, list or callable
        ``(target, value[, type[, operation]])`` or a list of those. The target is a `Variable` or the path of one, such
        as ``'Ein.input'``. The type is 'fix' (a number or an array, the same in each step), 'iter' (an array or an
        iterator with one value per step), or 'func' (a function without arguments). The operation is one of + - * / =.
        A function without arguments may write variables itself.
    monitors : list or dict
        Paths such as ``'E.spike'``, pairs of a path and indices; or name -> path, variable, pair, or function without
        arguments.
    jit : bool
        False computes step by step with NumPy: slow, with the same bits.
    dt : float, optional
        ms; by default that of `brainpy_lab.math.get_dt`.
    t0 : float
        Time of the first step, ms.
    progress_bar : bool
    numpy_mon_after_run : bool
        Kept for programs that set it; recordings are NumPy arrays.

    Attributes
    ----------
    mon : Recorded
        Of the last run: ``(n_steps, *shape)`` for each monitor, and ``ts``, the times.
    i0 : int
        Steps run so far; the next run continues from there.

    Notes
    -----
    In each step the time is shared, inputs are applied, the model is called, monitors are recorded, and inputs are
    cleared.
    """

    def __init__(
        self,
        target: DynamicalSystem,
        inputs: Any = (),
        monitors: Any = None,
        numpy_mon_after_run: bool = True,
        jit: bool | dict = True,
        dt: float | None = None,
        t0: float | int = 0.0,
        progress_bar: bool = True,
        data_first_axis: str | None = None,
        memory_efficient: bool = False,
        dyn_vars: Any = None,
    ):
        if not isinstance(target, DynamicalSystem):
            raise checks.wrong("target", target, "a DynamicalSystem", "Give a model.", RunningError)
        self.target = target
        self._dt = None if dt is None else checks.number("dt", dt, unit="ms", above=0, error=RunningError)
        self.t0, self.i0 = checks.number("t0", t0, unit="ms", error=RunningError), 0
        self.jit = checks.flag("jit", jit.get("predict", True) if isinstance(jit, dict) else jit, RunningError)
        self.progress_bar = checks.flag("progress_bar", progress_bar, RunningError)
        self.inputs = _read_inputs(target, inputs)
        self.monitors = _read_monitors(target, monitors)
        self.mon = Recorded()
        self._loop: Loop | None = None
        self._paths: dict[int, str] | None = None
        self._x: list[np.ndarray] = []
        self._series: list[np.ndarray] = []

    @property
    def dt(self) -> float:
        """The time step, ms."""
        return get_dt() if self._dt is None else self._dt

    def reset_state(self) -> None:
        """Go back to the first step, without resetting the model."""
        self.i0 = 0

    # -- running -----------------------------------------------------------------------------------------------------

    def run(
        self,
        duration: float | None = None,
        inputs: Any = None,
        reset_state: bool = False,
        eval_time: bool = False,
        shared_args: Any = None,
    ) -> Any:
        """Run for a time, or for as many steps as `inputs` has rows.

        Parameters
        ----------
        duration : float, optional
            ms.
        inputs : array_like or tuple of array_like, optional
            Rows are passed to the model, one in each step.
        reset_state : bool
            Take the model back to the start first.
        eval_time : bool
            Return also the seconds that it took.

        Returns
        -------
        object
            What the model returned, each value with a first axis over the steps.
        """
        import time

        checks.flag("eval_time", eval_time, RunningError)
        if checks.flag("reset_state", reset_state, RunningError):
            self.reset_state()
            _reset(self.target)
        began = time.perf_counter()
        before = profile.get_dt()
        if self._dt is not None:
            profile.set_dt(self._dt)
        try:
            result = self._run(duration, inputs)
        finally:
            profile.set_dt(before)
        return (time.perf_counter() - began, result) if eval_time else result

    predict = run

    def __call__(self, duration: float | None = None, **keywords: Any) -> Any:
        return self.run(duration, **keywords)

    def _run(self, duration: Any, inputs: Any) -> Any:
        if not self.jit:
            profile._refuse_uncompiled("DSRunner")
        dt = get_dt()
        self._x = [] if inputs is None else [_rows_of(x) for x in (inputs if isinstance(inputs, tuple) else (inputs,))]
        n_steps = self._steps(duration, dt)
        self._series = [spec.rows(n_steps) for spec in self.inputs if spec.kind == "iter"]
        saved = dict(share._values)
        first = clock.take(n_steps)
        t0 = self.t0 + self.i0 * dt
        ts = t0 + np.arange(n_steps) * dt
        try:
            with progress(n_steps, self.progress_bar) as tell:
                if self.jit and profile._jit is not False:
                    returned, recorded = self._compiled(n_steps, t0, first, tell)
                else:
                    returned, recorded = self._eager(n_steps, t0, first, tell)
        finally:
            share._values = saved
        share.save(t=float(t0 + n_steps * dt), i=self.i0 + n_steps, dt=dt)
        self.i0 += n_steps
        self.mon = Recorded({**{name: np.asarray(array) for name, array in recorded.items()}, "ts": ts})
        return returned

    def _steps(self, duration: Any, dt: float) -> int:
        if self._x:
            lengths = {len(x) for x in self._x}
            if len(lengths) != 1:
                what = f'"inputs" must have one number of rows, but got {sorted(lengths)}'
                raise RunningError(f"{what}. Give one row for each step.")
            return lengths.pop()
        if duration is None:
            what = "how long to run, ms"
            raise checks.wrong("duration", None, what, "Give a time, or inputs with one row per step.", RunningError)
        duration = checks.number("duration", duration, unit="ms", above=0, error=RunningError)
        n_steps = int(duration / dt + 1e-9)
        if n_steps < 1:
            raise RunningError(f'"duration" is {duration} ms, which is less than one step of {dt} ms. Give more.')
        return n_steps

    def _step(self, t: Any, i: Any, dt: Any, x: list[Any], series: list[Any]) -> tuple[Any, dict[str, Any]]:
        """One step, with numbers or while it is recorded."""
        share.save(t=t, i=i, dt=dt)
        rows = iter(series)
        for spec in self.inputs:
            spec.apply(next(rows) if spec.kind == "iter" else None)
        returned = self.target(*x)
        recorded = {name: read() for name, read in self.monitors.items()}
        clear_input(self.target)
        return returned, recorded

    def _recorded(self, graph: Graph) -> Any:
        """The step that is recorded."""
        self._paths = None  # parts may have come and gone
        count, start = graph.add("i", (), (), "int"), graph.add("i0", (), (), "int", (self, "first_step"), self.i0)
        i = Traced(graph.add("binary", (start, count), (), "int", "+"))
        t, dt = Traced(graph.add("t", (), (), "f64")), Traced(graph.add("dt", (), (), None, None, get_dt()))
        values = []
        for array in (*self._x, *self._series):
            kind = {"b": "bool", "i": "int", "u": "int"}.get(array.dtype.kind, "real")
            graph.series.append(graph.add("series", (), array.shape[1:], kind))
            values.append(Traced(graph.series[-1]))
        return self._step(t, i, dt, values[: len(self._x)], values[len(self._x) :])

    def lay_out(self) -> Laid:
        """The program of a step, for a live session: its monitors are those of the runner, in order."""
        if any(spec.kind == "iter" for spec in self.inputs):
            raise RunningError(
                "inputs of type 'iter' have one row for each step of a run, and a live session has no end: use 'fix' "
                "or 'func'."
            )
        self._x, self._series = [], []
        saved = dict(share._values)
        try:
            return Loop(lambda graph: list(self._recorded(graph)[1].values()), self._called).lay_out(
                clock.program_seed()
            )
        finally:
            share._values = saved

    def simulation(self, backend: str | None = None) -> Any:
        """A simulation of its own, for a live `Session`; it works on the variables of the model in place.

        Parameters
        ----------
        backend : str, optional
            'auto', 'reference' or 'numba'; the profile decides when left out.

        Examples
        --------
        >>> import brainpy_lab as bp
        >>> runner = bp.DSRunner(bp.dyn.LifRef(10), progress_bar=False)
        >>> with bp.Session(runner.simulation(), speed=float('inf')) as session:
        ...     session.run(10.)
        """
        from ...runtime.build import build

        laid = self.lay_out()
        simulation = build(laid.program, laid.bindings, backend or profile.runtime_backend(), profile.get_num_threads())
        lend_rings(laid, simulation)
        simulation.notices += laid.notices
        return simulation

    def _compiled(self, n_steps: int, t0: float, first: int, tell: Callable) -> Any:
        if self._loop is None:
            self._loop = Loop(self._recorded, self._called)
        return self._loop.run(n_steps, t0, first, lambda graph: [*self._x, *self._series], clock.program_seed(), tell)

    def _called(self, owner: object) -> str:
        """The path of a part in the model, or its name."""
        if self._paths is None:
            self._paths = {id(node): path or self.target.name for path, node in self.target.nodes("relative").items()}
        return self._paths.get(id(owner)) or str(getattr(owner, "name", owner))

    def _eager(self, n_steps: int, t0: float, first: int, tell: Callable) -> Any:
        algebra = EagerAlgebra(profile.get_float_type())
        rows, nest, dt = [], None, get_dt()
        for k in range(n_steps):
            with EagerStep(first + k):
                values = [
                    held(array[k].copy()) if array.ndim > 1 else array[k].item() for array in (*self._x, *self._series)
                ]
                leaves: list[Any] = []
                t = held(np.asarray(t0 + k * dt))
                found = self._step(t, self.i0 + k, dt, values[: len(self._x)], values[len(self._x) :])
                nest = flatten(found, leaves, algebra)
            rows.append([np.array(leaf) for leaf in leaves])
            tell(1)
        return unflatten(nest, [np.stack(column) for column in zip(*rows)])


def _reset(target: DynamicalSystem) -> None:
    reset_state(target)


# -- inputs and monitors -----------------------------------------------------------------------------------------------


class _Input:
    """One input: a variable, what changes it, and how."""

    def __init__(self, variable: Variable, value: Any, kind: str, op: str, called: str, apply: Callable | None = None):
        self.variable, self.value, self.kind, self.op, self.called = variable, value, kind, op, called
        self._apply = apply

    def rows(self, n_steps: int) -> np.ndarray:
        """One value for each step of an 'iter' input."""
        value = self.value
        if hasattr(value, "__next__"):
            value = np.array([next(value) for _ in range(n_steps)])
        array = np.asarray(getattr(value, "_array", value))
        if array.ndim == 0 or len(array) < n_steps:
            raise RunningError(
                f"the input of {self.called!r} has {array.shape[0] if array.ndim else 'no'} rows, but the run has "
                f"{n_steps} steps: give one row for each step."
            )
        return array[:n_steps]

    def apply(self, row: Any) -> None:
        """Change the variable in this step."""
        if self._apply is not None:
            self._apply()
            return
        value = row if self.kind == "iter" else self.value() if self.kind == "func" else self.value
        if self.kind == "fix":
            value = self._as_parameter(value)
        now = self.variable.value
        self.variable.value = {
            "+": lambda: now + value,
            "-": lambda: now - value,
            "*": lambda: now * value,
            "/": lambda: now / value,
            "=": lambda: value,
        }[self.op]()

    def _as_parameter(self, value: Any) -> Any:
        """A number lives in memory while it is compiled, so that it can be moved."""
        from ...math.graph import active

        graph = active()
        if graph is None or not isinstance(value, (int, float, np.number)) or isinstance(value, bool):
            return value
        return Traced(graph.param(self, "value", float(value)))

    @property
    def name(self) -> str:
        return self.called


def _read_inputs(target: DynamicalSystem, inputs: Any) -> list[_Input]:
    if callable(inputs):
        return [_Input(None, None, "func", "=", "inputs", inputs)]  # type: ignore[arg-type]
    if inputs is None:
        return []
    if not isinstance(inputs, (list, tuple)):
        what = "(target, value[, type[, operation]]), a list of those or a function"
        raise checks.wrong("inputs", inputs, what, "Give ('input', 10.), say.", RunningError)
    if not inputs:
        return []
    flat = isinstance(inputs[0], (str, Variable))
    return [_read_input(target, item) for item in ([inputs] if flat else inputs)]


def _read_input(target: DynamicalSystem, item: Any) -> _Input:
    if not isinstance(item, (list, tuple)) or not 2 <= len(item) <= 4:
        what = "a list of (target, value[, type[, operation]])"
        raise checks.wrong("inputs", item, what, "Give ('input', 10.), say.", RunningError)
    where, value, kind, op = (*item, "fix", "+")[:2] + ((*item[2:], *("fix", "+")[len(item) - 2 :]))
    if kind not in ("fix", "iter", "func"):
        raise RunningError(
            f'the type of the input of {where!r} must be "fix", "iter" or "func", but got {kind!r}. Choose one.'
        )
    if op not in OPERATIONS:
        raise RunningError(
            f"the operation of the input of {where!r} must be one of {' '.join(OPERATIONS)}, but got {op!r}. Choose "
            "one."
        )
    variable = where if isinstance(where, Variable) else resolve(target, where, "inputs")
    if not isinstance(variable, Variable):
        raise RunningError(
            f"the input {where!r} must name a bm.Variable, but it is a {type(variable).__name__}. Name another."
        )
    if kind == "func" and not callable(value):
        raise RunningError(
            f"the input of {where!r} is of type 'func', so it must be a function, but got {value!r}. Give a function."
        )
    called = where if isinstance(where, str) else (where.name or "variable")
    if kind == "fix":
        _fits(called, value, variable.shape)
    elif kind == "iter" and not hasattr(value, "__next__"):
        array = _rows_of(value)
        _fits(called, array[0] if len(array) else 0.0, variable.shape)
    return _Input(variable, value, kind, op, called)


def _rows_of(value: Any) -> np.ndarray:
    """Inputs with one row for each step, as an array of numbers without NaN."""
    array = np.asarray(getattr(value, "_array", value)) if not isinstance(value, (str, dict)) else np.asarray(None)
    what = "an array of numbers with one row for each step"
    if array.ndim == 0 or array.dtype.kind not in "biuf":
        raise checks.wrong("inputs", value, what, "Give such an array.", RunningError)
    if array.dtype.kind == "f" and np.isnan(array).any():
        place = np.argwhere(np.isnan(array))[0].tolist()
        raise RunningError(f'"inputs" must be {what}, but has nan at {place}. Give numbers.')
    return array


def _fits(called: str, value: Any, shape: tuple[int, ...]) -> None:
    """A value that is the same in each step fits a variable of this shape."""
    known = getattr(value, "_array", value)
    if callable(known):
        return
    name = f"the input of {called}"
    array = checks.array(name, known, f"a number, or an array of shape {shape}", error=RunningError, copy=False)
    try:
        wide = np.broadcast_shapes(array.shape, shape)
    except ValueError:
        wide = None
    if wide != shape and array.size != 1:
        what = f"a number, or an array of shape {shape}"
        raise checks.wrong(name, value, what, f"Its shape is {array.shape}: give that of the variable.", RunningError)


def resolve(target: DynamicalSystem, path: Any, called: str = "path") -> Any:
    """What a path such as ``'E.spike'`` leads to."""
    if not isinstance(path, str):
        raise checks.wrong(called, path, "a path such as 'E.spike'", "Give a text in quotes.", RunningError)
    found: Any = target
    for part in path.split("."):
        try:
            found = found[part] if isinstance(found, dict) else getattr(found, part)
        except (AttributeError, KeyError) as error:
            raise _NoSuchPath(f'"{called}": {path!r} leads nowhere: {error}') from None
    return found


class _NoSuchPath(RunningError, AttributeError):
    """A path names what is not there."""


def _read_monitors(target: DynamicalSystem, monitors: Any) -> dict[str, Callable[[], Any]]:
    if monitors is None:
        return {}
    if isinstance(monitors, str):
        monitors = [monitors]
    if isinstance(monitors, (list, tuple)):
        pairs = []
        for item in monitors:
            if isinstance(item, str):
                pairs.append((item, item))
            elif isinstance(item, (list, tuple)) and len(item) == 2 and isinstance(item[0], str):
                pairs.append((item[0], item))
            else:
                what = "a list of paths or (path, indices)"
                raise checks.wrong("monitors", item, what, "Give 'E.spike', say.", RunningError)
        monitors = dict(pairs)
    if not isinstance(monitors, dict):
        raise checks.wrong("monitors", monitors, "a list or a dict", "Give ['spike'], say.", RunningError)
    for name in monitors:
        checks.text("the name of a monitor", name, error=RunningError)
    return {name: _reader(target, name, what) for name, what in monitors.items()}


def _reader(target: DynamicalSystem, name: str, what: Any) -> Callable[[], Any]:
    if isinstance(what, (list, tuple)) and len(what) == 2 and not isinstance(what[0], (int, float)):
        variable = what[0] if isinstance(what[0], Variable) else resolve(target, what[0], "monitors")
        index = what[1]
        if not isinstance(variable, Variable):
            kind = type(variable).__name__
            raise RunningError(f"the monitor {name!r} must name a bm.Variable, but it is a {kind}. Name another.")
        if index is None:
            return lambda: variable.value
        try:
            np.zeros(variable.shape)[index]
        except (IndexError, TypeError) as error:
            raise RunningError(
                f"the monitor {name!r} asks for elements {index!r} of a variable of shape {variable.shape}: {error}. "
                "Choose others."
            ) from None
        return lambda: variable.value[index]
    if isinstance(what, str):
        found = resolve(target, what, "monitors")
        if isinstance(found, Variable):
            return lambda: found.value
        kind = type(found).__name__
        raise RunningError(f"the monitor {name!r} must name a bm.Variable, but it is a {kind}. Name another.")
    if isinstance(what, Variable):
        return lambda: what.value
    if callable(what):
        return what
    expected = "a path, a variable, a pair or a function"
    raise checks.wrong(f"the monitor {name!r}", what, expected, "Give one of them.", RunningError)


__all__ = ["DSRunner", "ModelError", "Recorded", "RunningError", "resolve"]
