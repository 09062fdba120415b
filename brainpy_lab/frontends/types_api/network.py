"""`Network`: groups and connections that run together."""

from __future__ import annotations

from time import perf_counter

import numpy as np

from ... import checks, profile
from ...errors import ModelKeyError, ModelUseError, ModelValueError
from ...runtime.notices import tell
from .built import Built
from .carry import carry
from .collect import collect
from .group_base import Ensemble
from .groups import NeuGroup
from .initial import fresh_seed
from .inputs import read_network_inputs
from .monitors import MonitorSpec, read_monitors
from .program import Layout, build_program, steps_in, with_neighbours
from .repeat import Repeat
from .show_code import show_built
from .stepping import StepFunction
from .synconn import SynConn


class Network:
    """Groups and connections, advanced one after the other in each time step in the order in which they were added.

    Parameters
    ----------
    *objects : NeuGroup or SynConn
    mode : {'once', 'repeat'}
        'once': each run may have another length and other inputs. A run of the same structure as the last one uses
        its compiled code. 'repeat': the first run fixes the length, the inputs and the parameters; see Notes.
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

    Notes
    -----
    In 'repeat' mode later runs have the same ``end - start`` and the same inputs (objects, keys, shapes, operations)
    as the first; their values, and the states, are what changes. What differs is an error. An object whose inputs are
    all left out keeps those of the last run, with a warning. Parameters stay as they were when the network was built;
    a warning says which have been changed without effect. As in 'once' mode states and spikes on their way go on,
    ``_t`` follows the given start, and monitors are new arrays in each run.

    Examples
    --------
    >>> import brainpy_lab as bp
    >>> group = bp.NeuGroup(bp.models.get_LIF(), 10, monitors=['spike'])
    >>> net = bp.Network(group)
    >>> net.run(50., inputs=(group, 'ST.input', 20.))
    """

    def __init__(self, *objects, mode="once", **named):
        if not isinstance(mode, str) or mode not in ("once", "repeat"):
            raise checks.wrong("mode", mode, '"once" or "repeat"', "Write one of them.")
        self.mode = mode
        self.members: list[Ensemble] = []
        self.objects: dict[str, Ensemble] = {}
        self.t_start = self.t_end = 0.0
        self.ts = np.zeros(0)
        self.layout: Layout | None = None
        self._told: set[str] = set()
        self._built: Built | None = None
        self._repeat = Repeat() if mode == "repeat" else None
        self._work: object = None  # a new object for each run and each building
        self._parameters_were: list[int] = []
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

    @property
    def merged(self) -> dict[str, dict[str, np.ndarray]]:
        """What the synapses sum up to, of the connections that the last run merged.

        ``merged[connection][field]`` is a copy of the sums over synapses, one for each neuron of the postsynaptic
        group, shape (n_post,). Empty unless ``profile.set(merge_synapses=True)``; why a connection is not there says
        a warning.
        """
        if self._built is None:
            return {}
        simulation, layout = self._built.simulation, self._built.layout
        return {
            item.name: {field: simulation.values(layout.name_of(item), field) for field in item.ST._vars}
            for item in layout.objects
            if layout.name_of(item) in simulation.merged.sums
        }

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

    def _program(self, specs, extra: list[tuple[Ensemble, MonitorSpec]], n_steps, fixed=None):
        if not self.members:
            raise ModelUseError("This network has no objects: add a group first.")
        program, bindings, self.layout = build_program(
            self.members, specs, extra, n_steps=n_steps, seed=self._noise_seed, fixed=fixed
        )
        self._tell_of_absent()
        return program, bindings, self.layout

    def _tell_of_absent(self) -> None:
        """Warn once of groups that a connection joins but that do not run: most often they were forgotten."""
        absent = [group for group in with_neighbours(self.members)[len(self.members):] if group.name not in self._told]
        for group in absent:
            self._told.add(group.name)
            tell(
                f'"{group.name}" is joined by a connection but is not in the network, so it does not run: add it, as '
                f"in bp.Network(..., {group.name})."
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
        return build(program, bindings, backend or profile.runtime_backend(), profile.get_num_threads())

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
        began = perf_counter()
        simulation = self._prepared(start, end, specs, n_steps)
        layout = self.layout
        self._set_times(start, end, n_steps)
        try:
            plain_run.run(
                simulation, start, end, report=report, report_percent=report_percent, preparing=perf_counter() - began
            )
        finally:
            # After an interruption too: what was recorded until then is there to look at.
            collect(simulation, layout, self.ts)

    def build(self, run_length, inputs=()) -> StepFunction:
        """Make the step function of the network, for a time loop of one's own.

        Parameters
        ----------
        run_length : int
            Number of steps of a run: the length of its monitors, and of inputs that are time series.
        inputs : tuple or list
            As for `run`.

        Returns
        -------
        StepFunction
            A function ``step(_t=None, _i=None)`` that makes one step.

        Raises
        ------
        ModelUseError
            When an argument does not fit the network; in 'repeat' mode also when it does not fit the first run.

        Examples
        --------
        >>> import brainpy_lab as bp
        >>> group = bp.NeuGroup(bp.models.get_LIF(), 10, monitors=['V'])
        >>> net = bp.Network(group)
        >>> step = net.build(100, inputs=(group, 'ST.input', 20.))
        >>> for i in range(100):
        ...     step(_t=net.ts[i], _i=i)
        >>> group.mon.V.shape
        (100, 10)
        """
        n_steps, specs = checks.count("run_length", run_length, "steps"), read_network_inputs(self, inputs)
        end = n_steps * profile.get_dt()
        self._prepared(0.0, end, specs, n_steps)
        self._set_times(0.0, end, n_steps)
        return StepFunction(self, specs, n_steps)

    def _set_times(self, start: float, end: float, n_steps: int) -> None:
        self.t_start, self.t_end = start, end
        self.ts = start + np.arange(n_steps) * self.dt

    def _prepared(self, start: float, end: float, specs, n_steps: int):
        """The simulation of a run, built or taken over from the last one."""
        if self._repeat is not None:
            specs = self._repeat.checked(start, end, specs, self.members)
        simulation = self._simulation(specs, n_steps)
        if self._repeat is not None:
            self._repeat.fix(start, end, specs, self.members)
        self._work = object()
        self._parameters_were = self._parameter_changes()
        return simulation

    def _simulation(self, specs, n_steps: int):
        """The simulation of the last run with new values when the structure is the same, or a new one."""
        from ...runtime.build import build

        program, bindings, layout = self._program(specs, [], n_steps, self._repeat and self._repeat.params)
        built = Built(program, bindings, layout, profile.runtime_backend(), profile.get_num_threads())
        if self._built is not None and self._built.fits(built):
            self._built.rebind(built)
        else:
            built.simulation = build(program, bindings, built.backend, built.threads, advise=True)
            if self._built is not None:
                carry(self._built, built)
            self._built = built
            show_built(built, self.members)
        return self._built.simulation

    def _parameter_changes(self) -> list[int]:
        return [item.pars.n_changes for item in self.members]

    def _take_parameters(self) -> None:
        """Between two steps of a step function: use what was assigned to `pars` since."""
        changes = self._parameter_changes()
        if changes == self._parameters_were:
            return
        self._parameters_were = changes
        if self._repeat is not None:
            self._repeat.tell_of_changes(self.members)
            return
        for item in self._built.layout.objects:
            name = self._built.layout.name_of(item)
            spread = self._built.program.find(name).spread
            for key, value in item.pars.bound().items() if item in self.members else ():
                if isinstance(value, np.ndarray) != (key in spread):
                    raise ModelUseError(
                        f'The parameter "{key}" of "{item.name}" was one number and is now one for each element, or '
                        "the other way round: begin a new run of the step function, with _i=0, to use it."
                    )
                self._built.simulation.set_param(name, key, value)

    def __repr__(self) -> str:
        return f"Network({', '.join(item.name for item in self.members)})"


def _extra(monitors) -> list:
    for item in checks.listed("extra_monitors", monitors, "a list of (object, key)"):
        if not isinstance(item, (tuple, list)) or len(item) not in (2, 3) or not isinstance(item[0], Ensemble):
            raise checks.wrong("extra_monitors", item, "a list of (object, key)", "Write [(group, 'V')], say.")
    return list(monitors)


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
