"""`Network`: groups and connections that run together."""

from __future__ import annotations

import warnings

import numpy as np

from ... import checks, profile
from ...errors import ModelKeyError, ModelUseError, ModelValueError
from .carry import carry
from .group_base import Ensemble
from .groups import NeuGroup
from .initial import fresh_seed
from .inputs import read_network_inputs
from .monitors import MonitorSpec, read_monitors, resolve
from .program import Layout, build_program, steps_in, with_neighbours
from .recordings import store_events
from .synconn import SynConn


class Network:
    """Groups and connections, advanced one after the other in each time step in the order in which they were added.

    Parameters
    ----------
    *objects : NeuGroup or SynConn
    mode : {'once'}
        How runs are built. A second run of the same structure uses the compiled code of the first.
    **named : NeuGroup or SynConn
        Objects that are found under the keyword, ``net.E``, as well as under their own name.

    Attributes
    ----------
    ts : ndarray, ms
        Times of the last run; also ``t_start``, ``t_end``, ``t_duration`` and ``dt``.

    Raises
    ------
    ModelValueError
        When something else is added.
    ModelKeyError
        When a name is there already.

    Examples
    --------
    >>> import brainpy_lab as bp
    >>> group = bp.NeuGroup(bp.models.get_LIF(), 10, monitors=['spike'])
    >>> net = bp.Network(group)
    >>> net.run(50., inputs=(group, 'ST.input', 20.))
    """

    def __init__(self, *objects, mode="once", **named):
        if mode == "repeat":
            raise ModelUseError(
                'mode="repeat" is not available yet. mode="once" keeps its compiled code between runs too.'
            )
        if mode != "once":
            raise checks.wrong("mode", mode, '"once" or "repeat"', "Write one of them.")
        self.mode = mode
        self.members: list[Ensemble] = []
        self.objects: dict[str, Ensemble] = {}
        self.t_start = self.t_end = 0.0
        self.ts = np.zeros(0)
        self.layout: Layout | None = None
        self._told: set[str] = set()
        self._built = None
        self._seed: int | None = None
        self._seed_is_stated = False
        self.add(*objects, **named)

    def add(self, *objects, **named) -> None:
        """Add objects; they act after those that are there."""
        for key, item in [*((None, item) for item in objects), *named.items()]:
            if not isinstance(item, (NeuGroup, SynConn)):
                raise ModelValueError(
                    f"Unsupported object type in a Network: {type(item).__name__}. Add NeuGroup and SynConn as "
                    f'"objects", not {checks.shown(item)}.'
                )
            for name in dict.fromkeys([item.name, key or item.name]):
                if name in self.objects:
                    raise ModelKeyError(f'"{name}" has been defined in this network, please change its name.')
                if hasattr(Network, name):
                    raise ModelKeyError(f'"{name}" is a method of Network, please change the name of this object.')
            self.objects[item.name] = item
            self.objects[key or item.name] = item
            self.members.append(item)

    def __getattr__(self, name: str):
        objects = self.__dict__.get("objects", {})
        if name in objects:
            return objects[name]
        raise AttributeError(
            f"this Network has no object or attribute {name!r}; its objects are {', '.join(objects) or 'none'}"
        )

    def __dir__(self):
        return sorted({*super().__dir__(), *self.objects})

    @property
    def dt(self) -> float:
        """Step, ms: that of the last run, or the profile's."""
        return profile.get_dt() if self._built is None else self._built.bindings.dt

    @property
    def t_duration(self) -> float:
        """Length of the last run, ms."""
        return self.t_end - self.t_start

    # -- building ---------------------------------------------------------------------------------------------------

    def build_program(self, inputs=(), extra_monitors=(), n_steps=None):
        """Make the program and what it is bound to, without compiling it.

        Parameters
        ----------
        inputs : tuple or list
            As for `run`.
        extra_monitors : list of (object, key) or (object, key, index)
            Recorded besides what the objects ask for. ``self.layout.monitors`` says which monitor is which.
        n_steps : int, optional
            Length of the run, which tells a time series from a constant array.

        Returns
        -------
        ir.Program, runtime.Bindings
        """
        if n_steps is not None:
            checks.count("n_steps", n_steps, "steps")
        extra = [
            (item, spec)
            for item, key, *index in _extra(extra_monitors)
            for spec in read_monitors({key: index[0] if index else None})
        ]
        return self._program(read_network_inputs(self, inputs), extra, n_steps)[:2]

    def _program(self, specs, extra: list[tuple[Ensemble, MonitorSpec]], n_steps):
        if not self.members:
            raise ModelUseError("This network has no objects: add a group first.")
        program, bindings, self.layout = build_program(
            self.members, specs, extra, n_steps=n_steps, seed=self._noise_seed
        )
        self._tell_of_absent()
        return program, bindings, self.layout

    def _tell_of_absent(self) -> None:
        """Warn once of groups that a connection joins but that do not run: most often they were forgotten."""
        absent = [group for group in with_neighbours(self.members)[len(self.members):] if group.name not in self._told]
        for group in absent:
            self._told.add(group.name)
            warnings.warn(
                f'"{group.name}" is joined by a connection but is not in the network, so it does not run: add it, as '
                f"in bp.Network(..., {group.name}).", UserWarning, stacklevel=4,
            )

    def _noise_seed(self) -> int:
        if not self._seed_is_stated and profile.get_seed() is not None:
            return profile.get_seed()
        if self._seed is None:  # drawn once, so that np.random.seed in the first cell fixes all runs
            self._seed = fresh_seed()
        return self._seed

    def simulation(self, backend=None, inputs=(), extra_monitors=()):
        """A simulation of its own, for a live session.

        It works on the states of the groups in place. ``self.layout`` says what its inputs and monitors are.

        Parameters
        ----------
        backend : str, optional
            'auto', 'reference' or 'numba'; the profile decides when left out.
        inputs, extra_monitors
            As for `build_program`.
        """
        from ...runtime.build import build

        program, bindings = self.build_program(inputs, extra_monitors)
        return build(program, bindings, backend or profile.runtime_backend())

    # -- running ------------------------------------------------------------------------------------------------------

    def run(self, duration, inputs=(), report=False, report_percent=0.1, seed=None) -> None:
        """Advance the network; states go on from where they are.

        Parameters
        ----------
        duration : float or (float, float)
            Length of the run, whose time then starts at 0 again while states go on; or its start and end, ms, which
            is how to continue the clock: ``run((100., 200.))``. Monitors hold the last run.
        inputs : tuple or list
            ``(target, key, value[, operation])`` or a list of those; the target is an object or its name, the key
            a field such as ``'ST.input'``, the value a number, one value per element, or one row per time step
            (an array whose first dimension is the number of steps), the operation one of + - * / =.
        report : bool
            Print the progress.
        report_percent : float
            Share of the run between two lines of the progress.
        seed : int, optional
            Of the random numbers of this and later runs of the network.

        Raises
        ------
        ModelUseError
            When an argument does not fit the network.

        Notes
        -----
        A constant vector for as many elements as there are steps would be taken for a time series: give it the
        shape (1, n).
        """
        self._run(duration, read_network_inputs(self, inputs), report, report_percent, seed)

    def _run(self, duration, specs, report: bool, report_percent: float, seed: int | None) -> None:
        from ...runtime import plain_run

        checks.flag("report", report)
        checks.number("report_percent", report_percent, above=0, high=1)
        if seed is not None:
            self._seed, self._seed_is_stated = read_seed(seed), True
        start, end = read_duration(duration)
        n_steps = steps_in(start, end, profile.get_dt())
        if n_steps < 1:
            raise ModelUseError(
                f"A run needs at least one step of {profile.get_dt()} ms, but goes from {start} to {end} ms: give "
                'a longer "duration", or a smaller step, profile.set(dt=...).'
            )
        simulation = self._simulation(specs, n_steps)
        layout, dt = self.layout, profile.get_dt()
        self.t_start, self.t_end = start, end
        self.ts = start + np.arange(n_steps) * dt
        try:
            plain_run.run(simulation, start, end, report=report, report_percent=report_percent)
        finally:
            # After an interruption too: what was recorded until then is there to look at.
            self._collect(simulation, layout, self.ts)

    def _simulation(self, specs, n_steps: int):
        """The simulation of the last run with new values when the structure is the same, or a new one."""
        from ...runtime.build import build

        program, bindings, layout = self._program(specs, [], n_steps)
        built = _Built(program, bindings, layout, profile.runtime_backend())
        if self._built is not None and self._built.fits(built):
            self._built.rebind(built)
        else:
            built.simulation = build(program, bindings, built.backend)
            if self._built is not None:
                carry(self._built, built)
            self._built = built
            if profile.show_format_code():
                print(self._shown_integrators())
                print(built.simulation.source())
        return self._built.simulation

    def _shown_integrators(self) -> str:
        from ...runtime.show_code import integrator_functions

        integrators = {id(found): found for item in self.members for found in item.model.integrators}
        return integrator_functions(found.described() for found in integrators.values())

    @staticmethod
    def _collect(simulation, layout: Layout, ts: np.ndarray) -> None:
        done = int(simulation.run_step)
        for item in layout.objects:
            if any(item is owner for owner, _ in layout.monitors):
                item.mon.clear()  # the object stays the same, the arrays are new
                item._events.clear()
                item.mon["ts"] = ts[:done]
        for k, (item, spec) in enumerate(layout.monitors):
            record = simulation.monitor(k)
            if isinstance(record, tuple):
                columns = np.arange(resolve(item, spec.key)[0].num) if spec.index is None else spec.index
                store_events(item.mon, item._events, spec.key, record, done, columns)
            else:
                item.mon[spec.key] = _shaped(resolve(item, spec.key), record, spec)

    def __repr__(self) -> str:
        return f"Network({', '.join(item.name for item in self.members)})"


def _extra(monitors) -> list:
    for item in checks.listed("extra_monitors", monitors, "a list of (object, key)"):
        if not isinstance(item, (tuple, list)) or len(item) not in (2, 3) or not isinstance(item[0], Ensemble):
            raise checks.wrong("extra_monitors", item, "a list of (object, key)", "Write [(group, 'V')], say.")
    return list(monitors)


def _shaped(found, record: np.ndarray, spec: MonitorSpec) -> np.ndarray:
    """A recording in the shape of what was recorded, for things of two dimensions."""
    holder, field, what = found
    array = getattr(holder, field) if what == "attribute" else holder.ST[field] if what == "state" else None
    if what == "attribute":
        record = record.astype(np.float64, copy=False)
    if array is None or array.ndim < 2 or spec.index is not None:
        return record
    return record.reshape(len(record), *array.shape)


class _Built:
    """A built simulation and all that decides whether another run can use it."""

    def __init__(self, program, bindings, layout: Layout, backend: str):
        self.program, self.bindings, self.layout, self.backend = program, bindings, layout, backend
        self.simulation = None

    def fits(self, other: _Built) -> bool:
        mine, theirs = self.bindings, other.bindings
        return (
            self.backend == other.backend
            and (mine.dt, mine.sizes) == (theirs.dt, theirs.sizes)
            and all(mine.arrays.get(key) is array for key, array in theirs.arrays.items())
            and all(a is b for a, b in zip(self.layout.objects, other.layout.objects))
            and _kinds(mine.attributes) == _kinds(theirs.attributes)
            and [np.shape(value) for value in mine.inputs] == [np.shape(value) for value in theirs.inputs]
            and all(np.array_equal(a, b) if a is not None else b is None for a, b in zip(mine.indices, theirs.indices))
            and self.program == other.program
        )

    def rebind(self, other: _Built) -> None:
        """Write the values of another run: parameters and inputs are memory."""
        for (name, parameter), value in other.bindings.params.items():
            self.simulation.set_param(name, parameter, value)
        for k, value in enumerate(other.bindings.inputs):
            self.simulation.set_input(k, value)
        self.simulation.set_attributes(other.bindings.attributes)
        self.simulation.seed = other.bindings.seed
        self.bindings, self.layout = other.bindings, other.layout


def _kinds(attributes) -> dict:
    from ...runtime.buffers import attribute_kind

    return {key: attribute_kind(value) for key, value in attributes.items()}


def read_seed(seed) -> int:
    """A seed as an int."""
    return checks.seed("seed", seed)


def read_duration(duration) -> tuple[float, float]:
    """Start and end of a run, ms."""
    pair = duration if isinstance(duration, (tuple, list)) else (0.0, duration)
    if len(pair) != 2 or not all(checks.is_number(t) for t in pair):
        raise ModelValueError(
            f'Unknown duration type: {checks.shown(duration)}. Give "duration" as a length, or (start, end), in ms.'
        )
    start, end = (checks.number("duration", t, unit="ms") for t in pair)
    return start, end
