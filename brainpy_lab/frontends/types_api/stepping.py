"""`Network.build`: the step of a network as a function, for a time loop of one's own."""

from __future__ import annotations

import numpy as np

from ... import profile
from ...errors import ModelUseError
from .collect import begin_showing, show


class StepFunction:
    """Advances a network by one time step; made by `Network.build`.

    ``step()`` makes the next step, and so do ``step(t)``, ``step(t, i)`` and ``step(_t=t, _i=i, _dt=dt)`` of programs
    that count for themselves. The steps of a run are those of `Network.run`, bit for bit. Between two steps states may
    be read and set; parameters may be set too (not in 'repeat' mode). Monitors have the length of the whole run, and
    hold 0 where it has not come yet.

    Parameters
    ----------
    _t : float, optional
        Time of the step, ms. At ``_i=0`` it is where the run starts, 0 by default; then it is start + i*dt, and
        another one is an error, because a step has no other length than dt.
    _i : int, optional
        Number of the step in its run. 0 begins a run: with new monitors, and states as they are. Left out, it is the
        next one.
    _dt : float, optional
        The step size, ms, for programs that pass it.

    Raises
    ------
    ModelUseError
        When the number, the time or the step size is not that of the next step, when the run is over, and when the
        network has worked on something else since the last step.
    """

    def __init__(self, network, specs, n_steps: int):
        self._network, self._specs, self._n_steps = network, specs, n_steps
        self._next = 0
        self._start = 0.0
        self._work: object = None  # what the network was last asked for, while that is this run

    def __repr__(self) -> str:
        return f"<step function of {self._network!r}, at step {self._next} of {self._n_steps}>"

    def __call__(self, _t=None, _i=None, _dt=None) -> None:
        from ...runtime import sharing
        from ...runtime.plain_run import between_chunks

        number = self._number(_i)
        time = self._time(_t, number)
        simulation = self._begin(time) if number == 0 else self._go_on()
        if _dt is not None and _dt != simulation.dt:
            raise ModelUseError(f"The network was built for steps of {simulation.dt} ms, but got _dt={_dt!r}.")
        with sharing.borrowed(simulation), between_chunks():
            if number == 0:
                simulation.begin(time, self._n_steps)
                begin_showing(simulation, self._network.layout, self._network.ts)
            else:
                simulation.take_fields()  # as they are now: somebody may have set them since the last step
            simulation.advance(1)
            simulation.sync()
            self._next = number + 1
            show(simulation, self._network.layout)

    def _number(self, given) -> int:
        if given is None:
            if self._next == self._n_steps:
                raise ModelUseError(
                    f"The run of {self._n_steps} steps is over. Begin another with _i=0, or build for more steps."
                )
            return self._next
        if isinstance(given, bool) or not isinstance(given, (int, np.integer)):
            raise ModelUseError(f'"_i" must be the number of the step, an int, but got {given!r}.')
        if given != 0 and (given != self._next or given >= self._n_steps):
            ahead = "there is none left" if self._next == self._n_steps else f"the next one is _i={self._next}"
            raise ModelUseError(
                f"Steps are made one after the other, but got _i={given}: {ahead} of this run of {self._n_steps} "
                "steps. Begin another run with _i=0."
            )
        return int(given)

    def _time(self, given, number: int) -> float:
        dt = self._network.dt
        expected = 0.0 if number == 0 else self._start + number * dt
        if given is None:
            return expected
        if isinstance(given, bool) or not isinstance(given, (int, float, np.number)) or not np.isfinite(given):
            raise ModelUseError(f'"_t" must be the time of the step in ms, but got {given!r}.')
        if number and abs(given - expected) > 1e-3 * dt:
            raise ModelUseError(
                f"Step {number} of this run is at {expected} ms, but got _t={given!r}: the run began at "
                f"{self._start} ms, and its steps are {dt} ms long. Begin another run with _i=0."
            )
        return float(given) if number == 0 else expected

    def _begin(self, start: float):
        network = self._network
        end = start + self._n_steps * profile.get_dt()
        simulation = network._prepared(start, end, self._specs, self._n_steps)
        self._work, self._start = network._work, start
        network._set_times(start, end, self._n_steps)
        return simulation

    def _go_on(self):
        network = self._network
        if network._work is not self._work:
            raise ModelUseError(
                f"{network!r} has run or was built since the last step of this function, so its monitors hold "
                "something else. Begin a run of this function with _i=0."
            )
        network._take_parameters()
        return network._built.simulation
