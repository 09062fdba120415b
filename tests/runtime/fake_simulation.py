"""A small honest simulation: coupled logistic maps with noise by counter, a delay, an input and parameters.

x(k+1) = r x (1 - x) of the delayed x, mixed with noise that depends on (seed, absolute step, element) alone. It has
the surface that a session needs of a real one and is exact in the same sense: `load` brings back every bit.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np

from brainpy_lab.ir.program import Input, Population, Program, Slot, State
from brainpy_lab.runtime.names import Names

DELAY = 3


def noise(seed: int, step: int, n: int) -> np.ndarray:
    """Numbers in [0, 1) that depend on (seed, step, element) alone: splitmix64 of the counter."""
    with np.errstate(over="ignore"):
        z = np.uint64(seed * 1_000_003 + step * 4099) + np.arange(n, dtype=np.uint64) + np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return ((z ^ (z >> np.uint64(31))) >> np.uint64(11)).astype(np.float64) * 2.0**-53


@dataclass(frozen=True)
class FakeSnapshot:
    arrays: dict
    params: dict
    inputs: list
    step: int
    run_step: int
    nbytes: int


class FakeSimulation:
    """`seconds_per_step` makes it slow, `fail_at` makes the step of that number raise."""

    def __init__(self, n=4, dt=0.1, seed=7, chunk=10, sigma=0.0, r=3.7, seconds_per_step=0.0, fail_at=None):
        states, params = (State("x"), State("last")), ("r", "sigma", "gain")
        maps = Population("maps", "logistic", states, params, (), frozenset(["gain"]))
        other = Population("other", "counter", (State("count"),), ("sigma", "rate"), ())
        inputs = (Input("maps", "x", "+=", "number"), Input("maps", "x", "+=", "array"))
        self.program = Program((maps, other), (Slot("maps", "step", "update"),), inputs)
        self.names = Names(["maps", "other"], {})
        self.dt, self.seed, self.backend = dt, seed, "fake"
        self.step = self.run_step = 0
        self.fail_at, self.seconds_per_step, self._chunk = fail_at, seconds_per_step, chunk
        self._arrays = {
            ("maps", "x"): np.linspace(0.2, 0.4, n),
            ("maps", "last"): np.zeros(n),
            ("other", "count"): np.zeros(1),
            "ring": np.tile(np.linspace(0.2, 0.4, n), (DELAY, 1)),
        }
        self._params = {
            ("maps", "r"): float(r),
            ("maps", "sigma"): float(sigma),
            ("maps", "gain"): np.ones(n),
            ("other", "sigma"): 0.0,
            ("other", "rate"): 1.0,
        }
        self._inputs = [0.0, np.zeros(n)]
        self.bindings = SimpleNamespace(arrays={key: array for key, array in self._arrays.items() if key != "ring"})
        self._t0 = 0.0
        self.advance_sizes = []
        self.ring = np.full(1, -1)

    @property
    def t(self):
        return self._t0 + self.run_step * self.dt

    def begin(self, t0, n_steps, ring_rows=0):
        self._t0, self.run_step = t0, 0
        self.ring = np.full(ring_rows, -1)  # which absolute step a row holds

    def chunk_steps(self):
        return self._chunk

    def advance(self, n):
        assert n >= 1
        self.advance_sizes.append(n)
        if self.seconds_per_step:
            time.sleep(n * self.seconds_per_step)
        x, ring, p = self._arrays["maps", "x"], self._arrays["ring"], self._params
        for _ in range(n):
            if self.step == self.fail_at:
                raise ArithmeticError(f"the map broke at step {self.step}")
            row = self.step % DELAY
            ring[row] = x  # the oldest is in the next row
            delayed = ring[(row + 1) % DELAY]
            new = p["maps", "r"] * x * (1.0 - x) * p["maps", "gain"] + 1e-3 * delayed
            new += p["maps", "sigma"] * noise(self.seed, self.step, len(x)) + self._inputs[0] + self._inputs[1]
            self._arrays["maps", "last"][:] = x
            x[:] = np.clip(new, 0.0, 1.0)
            self.ring[self.run_step % len(self.ring)] = self.step
            self._arrays["other", "count"] += p["other", "rate"]
            self.step += 1
            self.run_step += 1

    def param(self, obj, name):
        return np.copy(self._params[obj, name]) if np.ndim(self._params[obj, name]) else self._params[obj, name]

    def set_param(self, obj, name, value):
        if np.ndim(self._params[obj, name]):
            self._params[obj, name][:] = value
        else:
            self._params[obj, name] = float(value)

    def set_input(self, k, value):
        self._inputs[k] = value

    def field(self, obj, state):
        return self._arrays[obj, state]

    def values(self, obj, state):
        return self._arrays[obj, state].copy()

    def set_field(self, obj, state, index, value):
        self._arrays[obj, state][index] = value

    def sync(self):
        pass

    def save(self):
        arrays = {key: value.copy() for key, value in self._arrays.items()}
        params = {key: np.copy(value) for key, value in self._params.items()}
        nbytes = sum(a.nbytes for a in arrays.values()) + sum(p.nbytes for p in params.values())
        inputs = [np.copy(value) for value in self._inputs]
        return FakeSnapshot(arrays, params, inputs, self.step, self.run_step, nbytes)

    def load(self, snapshot):
        for key, value in snapshot.arrays.items():
            self._arrays[key][:] = value
        self._params = {key: np.copy(value) if value.ndim else float(value) for key, value in snapshot.params.items()}
        self._inputs = [np.copy(value) for value in snapshot.inputs]
        self.step, self.run_step = snapshot.step, snapshot.run_step

    def bits(self):
        """Everything that the future depends on, as bytes."""
        parts = [a.tobytes() for a in self._arrays.values()]
        parts += [np.asarray(p, dtype=float).tobytes() for p in self._params.values()]
        parts += [np.asarray(i, dtype=float).tobytes() for i in self._inputs]
        return b"".join(parts) + str(self.step).encode()


def replay(log, end_step, **options):
    """A fresh simulation that follows a log step by step, without a session."""
    simulation = FakeSimulation(**options)
    entries = list(log)
    while True:
        while entries and entries[0].step == simulation.step:
            apply(simulation, entries.pop(0))
        if simulation.step == end_step:
            return simulation
        simulation.advance(1)


def apply(simulation, entry):
    """What an entry of the log says, done by hand."""
    value = float.fromhex(entry.value) if isinstance(entry.value, str) else entry.value
    if entry.kind == "parameter":
        simulation.set_param(*entry.target, value)
    elif entry.kind == "input":
        simulation.set_input(*entry.target, value)
    elif entry.kind == "state":
        obj, name, index = entry.target
        simulation.field(obj, name)[slice(None) if index is None else np.array(index)] = value
    elif entry.kind == "restore":
        simulation.load(value)
