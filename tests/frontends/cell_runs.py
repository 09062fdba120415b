"""Run a neuron cell by itself on a back end, every state recorded."""

from __future__ import annotations

import numpy as np

from brainpy_lab.frontends.equations import read_neuron
from brainpy_lab.ir.model import Model
from brainpy_lab.ir.program import Input, Monitor, Population, Program, Slot
from brainpy_lab.runtime.bindings import Bindings
from brainpy_lab.runtime.build import build


def run_cell(
    cell: str | Model,
    steps: int,
    *,
    dt: float = 0.1,
    n: int = 1,
    seed: int = 1,
    outside: np.ndarray | None = None,
    start: dict[str, float] | None = None,
    backend: str = "reference",
    float_type: str = "float64",
) -> dict[str, np.ndarray]:
    """Values of every state after each step, shape (steps, n).

    Parameters
    ----------
    outside : ndarray, shape (steps,)
        Added to the field 'input' before each step.
    start : dict
        Values of states at the start, in place of their defaults.
    """
    model = read_neuron(cell, "Cell") if isinstance(cell, str) else cell
    names = [state.name for state in model.states]
    population = Population("group", model.name, model.states, tuple(p.name for p in model.params), model.steps)
    inputs = () if outside is None else (Input("group", "input", "+", "series"),)
    monitors = tuple(Monitor("group", name) for name in names)
    schedule = [Slot("group", "input", "0")] * len(inputs) + [Slot("group", "step", "update")]
    schedule += [Slot("group", "monitor", str(index)) for index in range(len(names))]
    program = Program((population,), tuple(schedule), inputs, monitors, float_type)
    arrays = {}
    for state in model.states:
        value = (start or {}).get(state.name, state.default)
        arrays["group", state.name] = np.full(n, value, "float64" if state.dtype == "f64" else float_type)
    bindings = Bindings(
        dt=dt,
        sizes={"group": n},
        arrays=arrays,
        params={("group", p.name): p.value for p in model.params},
        inputs=[] if outside is None else [np.asarray(outside, float)],
        indices=[None] * len(monitors),
        seed=seed,
    )
    simulation = build(program, bindings, backend)
    simulation.begin(0.0, steps)
    simulation.advance(steps)
    return {name: np.array(simulation.monitor(index)) for index, name in enumerate(names)}
