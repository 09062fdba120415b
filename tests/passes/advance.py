"""One step of a system by a method, as a NumPy function whose noise the caller gives."""

from __future__ import annotations

import numpy as np

from brainpy_lab.frontends.equations import read_neuron
from brainpy_lab.frontends.pysource_integrators import read_equation
from brainpy_lab.ir.expr import Local
from brainpy_lab.ir.statements import Integrate, System
from brainpy_lab.runtime.evaluate import Function

LATE = 2.0  # no test's time begins at 0, so that a method that forgets the start shows


class Advance:
    """``advance(values, t, dt, xis) -> values``; `xis` are the standard normal numbers, one for each draw site.

    Parameters
    ----------
    method : str
    right : str or function
        The equations of a cell, or one right-hand side in Python; the numbers it uses are taken from where it stands.
    """

    def __init__(self, method, right):
        if isinstance(right, str):
            model = read_neuron(right, "Cell")
            system = next(s for s in model.steps[0].body if isinstance(s, Integrate)).system
            self.equations = system.equations
            self.params = {param.name: param.value for param in model.params}
        else:
            reading = read_equation(right)
            self.equations = (reading.equation,)
            self.params = {name: seen.value for name, seen in reading.record.params.items()}
        self.names = [eq.variable for eq in self.equations]
        results = tuple(f"new_{name}" for name in self.names)
        extras = tuple(f"extra_{k}" for eq in self.equations for k in range(len(eq.extras)))
        starts = tuple(Local(name) for name in self.names)
        step = Integrate(System(self.equations, method), starts, Local("now"), results, extras)
        self.function = Function([step], [*self.names, "now"], [*results, *extras])

    def __call__(self, values, t, dt, xis=()):
        given = dict(zip(self.names, values)) | {"now": t}
        return self.function(given, self.params, t, dt, lambda distribution, site: xis[site])

    def end(self, values, duration, n_steps, start=LATE):
        """The values after `duration` in equal steps, without noise."""
        dt = duration / n_steps
        for k in range(n_steps):
            values = self(values, start + k * dt, dt)
        return np.array(values[: len(self.names)])
