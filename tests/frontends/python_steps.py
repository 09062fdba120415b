"""Runs a step twice: as the Python that the user wrote, and as the statements that were read from it."""

import numpy as np

from brainpy_lab import profile
from brainpy_lab.frontends.pysource import read_steps
from brainpy_lab.ir.expr import Field, Local
from brainpy_lab.ir.statements import Assign
from brainpy_lab.runtime.evaluate import Function


def run_read(read, states, t=0.0, draw=None, step=0):
    """The states after one step of what was read."""
    names = list(states)
    kept = [Assign(Local(f"after_{name}"), Field("self", name)) for name in names]
    body = [*read.steps[step].body, *kept]
    function = Function(body, (), [f"after_{name}" for name in names])
    given = {("self", name): np.asarray(value, dtype=float) for name, value in states.items()}
    results = function({}, read.params, t, profile.get_dt(), draw, given)
    shape = np.shape(next(iter(states.values())))
    return {name: np.array(np.broadcast_to(result, shape), dtype=float) for name, result in zip(names, results)}


class _State(dict):
    """Like ``ST``: rows stay the same arrays, an assignment copies into them."""

    def __setitem__(self, key, value):
        if key in self and isinstance(self[key], np.ndarray):
            self[key][...] = value
        else:
            super().__setitem__(key, value)


def run_python(function, states, mode, t=0.0):
    """The states after the user's own function ran on arrays, or element by element."""
    after = {name: np.array(value, dtype=float) for name, value in states.items()}
    takes_time = "_t" in function.__code__.co_varnames[: function.__code__.co_argcount]
    args = (t,) if takes_time else ()
    if mode == "vector":
        state = _State(after)
        function(state, *args)
        return dict(state)
    for i in range(len(next(iter(after.values())))):
        state = {name: values[i] for name, values in after.items()}
        function(state, *args)
        for name, value in state.items():
            after[name][i] = value
    return after


def assert_same(function, states, mode="scalar", t=0.0):
    """The read step does what the Python function does.

    1e-12: our elementary functions are within a few units in the last place of NumPy's, over a few operations.
    """
    read = read_steps([function], "neuron", mode, tuple(states))
    found = run_read(read, states, t)
    expected = run_python(function, states, mode, t)
    for name in states:
        np.testing.assert_allclose(found[name], expected[name], rtol=1e-12, atol=1e-12, err_msg=name)
    return read
