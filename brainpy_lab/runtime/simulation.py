"""A program that runs: its buffers, its compiled code, its clock."""

from __future__ import annotations

import time
import warnings
from concurrent.futures import Future
from functools import partial
from typing import Any

import numpy as np

from ..errors import InternalError, ModelUseError
from ..ir.plan import Key
from ..ir.program import Program
from ..passes import plan as planning
from ..passes.merge import merge
from ..passes.quanta import with_quanta
from .bindings import Bindings
from .buffers import allocate, attribute_arrays
from .carried import carry_over, put_back
from .code import DEVICES, Code, compile_plan
from .names import Names
from .quanta import Units
from .recordings import Events, Recordings
from .rows import Rows, Shared, nothing_shared, shared_now, with_shared
from .snapshot import Snapshot, copies
from .step_time import StepTime
from .sums import bind
from .upgrade import Upgrade
from .waveforms import Waveform
from .waves import Waves


class Simulation:
    """A program bound to numbers and compiled for a back end. Only one thread may use it at a time.

    Parameters
    ----------
    program : Program
    bindings : Bindings
    backend : str
        'reference', 'numba', 'cuda' or 'emulator'.
    threads : int, optional
        At most so many threads, with Numba, where they make a step shorter; the bits are the same. None, the default,
        means one, without a notice.

    Attributes
    ----------
    step : int
        Steps since the simulation was made; counts random numbers and delays, never restarts.
    run_step : int
        Steps since `begin`.
    t : float
        Time at the start of the next step, ms.
    notices : list of str
        What a person should know about how it runs, one line each.
    upgrade_error : Exception or None
        Why the last `upgrade` failed.
    names : Names
        What to call the objects in messages.
    sums : str
        How a target adds up what spikes deliver: 'fold', 'quanta' or 'any' (`Program.sums`).
    merged : Merged
        Which projections keep one state per target neuron instead of one per edge (`passes.merge`), and the program
        that runs. `program` is always the one that the simulation was made from.
    """

    def __init__(self, program: Program, bindings: Bindings, backend: str, threads: int | None = None):
        bindings.check(program)
        self.program = program
        self.merged = merge(program)
        self.sums = program.sums if program.sums != "auto" else "quanta" if backend in DEVICES else "fold"
        self.bindings = bind(bindings, program, self.merged)
        self.backend = backend
        self.notices: list[str] = []
        self._most_threads = threads
        self.dt = float(bindings.dt)
        self.seed = int(bindings.seed)
        self.step = 0
        self.run_step = 0
        self.t0 = 0.0
        self._step_time = StepTime()
        self._has_moved = False
        self._upgrade: Upgrade | None = None
        self.upgrade_error: BaseException | None = None
        self.waves = Waves(program, self.dt)
        self.names = Names((item.name for item in program.objects), bindings.names, bindings.parameter_names)
        self._compile(shared_now(program, self.merged, self.bindings))
        self.begin(0.0, 0)

    # -- building ----------------------------------------------------------------------------------------------------

    def _compile(self, shared: Shared) -> None:
        """Make plan, memory and code; what another plan of the same program left goes on in it."""
        self.shared = shared
        self.plan = planning.plan(with_shared(self.merged.program, shared))
        if self.sums == "quanta":
            self.plan = with_quanta(self.plan)
        before: Recordings | None = None
        old: dict[Key, np.ndarray] = {}
        if hasattr(self, "code"):
            self.code.fetch()
            before, old = self.recordings, self.buffers
        self.buffers: dict[Key, np.ndarray] = allocate(self.plan, self.bindings)
        carry_over(old, self.buffers, self.bindings)
        for name, holder in self.merged.sums.items():
            self.buffers[holder, "param", ""] = self.buffers[name, "param", ""]  # one memory: a change reaches both
        self._rows = Rows(self.merged.program, shared, self.bindings, self.buffers)
        self._units = Units(self.plan, self.bindings, self.buffers)
        self._units.choose()
        self.recordings: Recordings = Recordings(self.program, self.bindings, self.buffers, before)
        self._take(compile_plan(self.plan, self.buffers, self.backend, self.bindings.attributes, self._most_threads))

    def _take(self, code: Code) -> None:
        self.code = code
        self._hear()

    def _hear(self) -> None:
        self.notices += [notice for notice in self.code.notices if notice not in self.notices]

    @property
    def threads(self) -> int:
        """How many threads run the program."""
        return self.code.threads

    def upgrade(self, backend: str, quiet: bool = False, threads: int | None = None) -> Future[Code]:
        """Compile for another back end in a thread of its own and change to it between two steps, when it is ready.

        Same bits, so nobody can tell where the change happened: a lab shows its first steps from the reference while
        Numba compiles. When the compilation fails the simulation stays where it is: `upgrade_error` says why.

        Parameters
        ----------
        backend : str
        quiet : bool
            Do not warn of a failure: the caller looks at `upgrade_error`.
        threads : int, optional
            At most so many, as for `Simulation`.

        Returns
        -------
        Future
            Done when there is something for `change_over` to take.
        """
        self._most_threads = threads
        self.upgrade_error = None
        make = partial(compile_plan, self.plan, dict(self.buffers), backend, self.bindings.attributes, threads)
        self._upgrade = Upgrade(backend, self.plan, quiet, make)
        return self._upgrade.ready

    @property
    def is_upgrading(self) -> bool:
        """Whether code for another back end is being made, or is ready and not yet in use."""
        return self._upgrade is not None

    def change_over(self) -> None:
        """Take what `upgrade` made, if it is ready and the program is still the same. `advance` does this first."""
        if self._upgrade is None or not self._upgrade.ready.done():
            return
        upgrade, self._upgrade = self._upgrade, None
        error = upgrade.ready.exception()
        if error is not None:
            self.upgrade_error = error
            if not upgrade.quiet:
                warnings.warn(
                    f"compiling for {upgrade.backend!r} failed, the {self.backend!r} back end goes on: {error}",
                    RuntimeWarning,
                    stacklevel=3,
                )
        elif upgrade.plan is not self.plan:
            self.upgrade(upgrade.backend, upgrade.quiet, self._most_threads)
        else:
            self.backend = upgrade.backend
            self._step_time.forget()
            self._take(upgrade.ready.result())
            self.code.buffers = self.buffers
            self.code.rebind()

    # -- running -----------------------------------------------------------------------------------------------------

    @property
    def t(self) -> float:
        return self.t0 + self.run_step * self.dt

    def begin(self, t0: float, n_steps: int | None, ring_rows: int = 0) -> None:
        """Start a run at time `t0` (ms).

        Every monitor gets new memory: one row for each of `n_steps` steps, or, with None, a ring of `ring_rows` rows
        in which step s of the run has row ``s % ring_rows``.
        """
        if self._rows.are_ahead:
            self.sync()
        if n_steps != 0:  # until the first run whoever looks at the states finds them where they were
            self._move_states()
        self.t0, self.run_step = float(t0), 0
        self._step_time.doubt()
        self.recordings.begin(ring_rows if n_steps is None else n_steps, n_steps is None)
        self._fill_rows()
        self._units.choose()
        self._units.clear()
        self.code.touched()
        self.code.rebind()

    def _move_states(self) -> None:
        """Let states stand where this simulation keeps them: summed per target neuron, or on edges."""
        self._has_moved = True
        for name, sums in self.bindings.sums.items():
            if name in self.merged.sums:
                sums.gather()
            else:
                sums.scatter()

    def _fill_rows(self) -> None:
        """Take shared states from the edges, where a user may have changed them."""
        if self._rows.fit():
            self._rows.take()
        else:
            self._compile(nothing_shared(self.merged.program))

    def take_fields(self) -> None:
        """Go on from the states as they are in the arrays, which somebody else has written since `sync`."""
        self._move_states()
        self._fill_rows()
        self.code.touched()

    def sync(self) -> None:
        """Show states where users look at them, shared ones on their edges: ``ST`` is what the simulation holds."""
        self.code.fetch()
        self._rows.show()

    def advance(self, n: int) -> None:
        """Run `n` steps. Call it with about `chunk_steps()`; nothing can interrupt it half-way."""
        self.change_over()
        self._rows.are_ahead = True
        began = time.perf_counter()
        left = n
        while left > 0:
            most, is_new = self.waves.fill(self.buffers, self.step, left)
            if is_new:
                self.code.touched()
            done = self.code.advance(self.step, self.run_step, most, self.t0, self.dt, self.seed)
            self.step += done
            self.run_step += done
            left -= done
            if done < most:
                self.recordings.make_room(self.run_step)
                self.code.rebind()
        if self._units.is_watched:
            self.code.fetch()
            self._units.check(self.names)
        self._hear()
        if n:
            self._step_time.measured(time.perf_counter() - began, n)

    def chunk_steps(self) -> int:
        """How many steps take about 4 ms, by the last calls."""
        return self._step_time.chunk_steps()

    # -- monitors ----------------------------------------------------------------------------------------------------

    def monitor(self, index: int) -> np.ndarray | Events:
        """What monitor number `index` holds of this run.

        Returns
        -------
        ndarray, shape (steps, m)
            The rows written so far, for a dense monitor (not copied).
        (steps, ids)
            Steps of the run and elements, in order, for events (copied).
        """
        if self.program.monitors[index].kind == "events":
            return self.events_since(index, 0)
        return self.recordings.rows(index)[: self.run_step]

    def ring(self, index: int) -> np.ndarray:
        """The ring of a dense monitor: step s of the run is in row ``s % ring_rows``. Shape (ring_rows, m)."""
        return self.recordings.rows(index)

    def events_since(self, index: int, run_step: int) -> Events:
        """Copies of (steps, ids) of the events from `run_step` on."""
        return self.recordings.events_since(index, run_step, self.code.orders_events)

    def point(self, index: int, elements: np.ndarray) -> bool:
        """From the next step on monitor number `index`, of chosen elements, records as many others; whether these are
        others."""
        moved = self.recordings.point(index, elements)
        if moved:
            self.code.rebind()
        return moved

    # -- reading and writing between two calls of `advance` ----------------------------------------------------------

    def param(self, target: str, name: str) -> float | np.ndarray:
        """The value of a parameter: a number, or a copy of one per element."""
        item = self.program.find(target)
        if name in item.spread:
            return self.buffers[target, "spread", name].copy()
        return float(self.buffers[target, "param", ""][item.params.index(name)])

    def set_param(self, target: str, name: str, value: float | np.ndarray) -> None:
        """Write a parameter into memory; nothing is recompiled.

        Raises
        ------
        InternalError
            When a spread parameter gets the wrong number of values, or a number parameter gets an array.
        """
        twins = self.names.twins(target, name)
        for other in twins:
            self._write_param(*other, value)
        self._units.choose(twins)

    def _write_param(self, target: str, name: str, value: float | np.ndarray) -> None:
        item = self.program.find(target)
        self.code.touched()
        if name in item.spread:
            self.buffers[target, "spread", name][...] = value
        elif np.ndim(value) == 0:
            self.buffers[target, "param", ""][item.params.index(name)] = value
        else:
            raise InternalError(f"parameter {name!r} of {target!r} is one number in this program; rebuild it")

    def field(self, target: str, name: str) -> np.ndarray:
        """The live array of a state. For states shared along a row call `sync` before reading.

        Raises
        ------
        ModelUseError
            When edges are merged, so that no edge has a state of its own.
        """
        if target in self.merged.sums:
            raise ModelUseError(
                f"{name!r} of {self.names.shown(target)!r} has no values on single edges: they are merged into one sum "
                "per postsynaptic neuron (profile.set(merge_synapses=True)). Switch that off to read or set edges."
            )
        self.code.fetch()
        return self.bindings.arrays[target, name]

    def values(self, target: str, name: str) -> np.ndarray:
        """A copy of a state; of merged edges their sums, one for every neuron of the target population."""
        if target in self.merged.sums:
            self.code.fetch()
            return self.bindings.sums[target].per_neuron(name)
        return self.field(target, name).copy()

    def set_field(self, target: str, name: str, index: Any, value: float | np.ndarray) -> None:
        """Write elements of a state, on edges also of one that is kept once per source neuron."""
        self.sync()
        self.field(target, name)[index] = value
        self._fill_rows()
        self.code.touched()

    def set_input(self, index: int, value: float | np.ndarray) -> None:
        """Give an input new values of the same shape."""
        self.buffers[self.program.inputs[index].target, "input", str(index)][...] = value
        self.code.touched()

    def set_wave(self, index: int, waveform: Waveform | None) -> None:
        """From the next step on, let an input of source 'wave' follow a waveform, which begins now, or nothing."""
        self.waves.set(index, self.step, waveform)

    def set_attributes(self, attributes: dict[tuple[str, str], object]) -> None:
        """Take what steps in Python read from their groups anew; the kinds of everything must be as they were."""
        self.bindings.attributes.update(attributes)
        self.buffers.update(attribute_arrays(self.program, self.bindings))
        self.code.touched()

    def get_input(self, index: int) -> np.ndarray:
        """A copy of the values of an input."""
        return self.buffers[self.program.inputs[index].target, "input", str(index)].copy()

    def save(self) -> Snapshot:
        """Copy everything that decides how the simulation goes on."""
        if not self._has_moved:
            self._move_states()
        self.code.fetch()
        return Snapshot(self.step, self.run_step, self.t0, copies(self.buffers, self.waves), self.waves.save())

    def load(self, snapshot: Snapshot) -> None:
        """Restore a snapshot in place, bit for bit. Recorded steps after it are forgotten."""
        self.code.fetch()
        self.code.touched()
        put_back(snapshot.arrays, self.buffers, self.bindings)
        self.waves.load(snapshot.waves)
        self.step, self.run_step, self.t0 = snapshot.step, snapshot.run_step, snapshot.t0
        self.recordings.forget_from(self.run_step)
        self.sync()

    def source(self, backend: str | None = None, mathematics: bool = False) -> str:
        """The printed text of every kernel and of the driver.

        Parameters
        ----------
        backend : str, optional
            'reference', 'numba', or 'cuda', which needs no card for this; the one in use when left out.
        mathematics : bool
            Of CUDA also show the functions and random numbers that every program begins with.
        """
        from .source import source

        return source(self, backend, mathematics)
