"""Groups whose spikes are given, and groups that note what flows in."""

import numpy as np

import brainpy_lab as bp
import brainpy_lab.math as bm


class Source(bp.dyn.NeuDyn):
    """Element e fires in step ``first + e``, and again every ``period`` steps."""

    def __init__(self, n, first=3, period=1000):
        super().__init__(n)
        self.spike = bm.Variable(np.zeros(n, bool))
        self.turns = first + np.arange(n)
        self.period = period

    def update(self, x=None):
        self.spike.value = (bp.share["i"] - self.turns) % self.period == 0
        return self.spike.value

    def return_info(self):
        return self.spike


class Sink(bp.dyn.NeuDyn):
    """Notes the currents and the jumps of the step. V is given, and stays."""

    def __init__(self, n, V=0.0):
        super().__init__(n)
        self.V = bm.Variable(bm.ones(n) * V)
        self.input = bm.Variable(bm.zeros(n))
        self.spike = bm.Variable(np.zeros(n, bool))
        self.current, self.jump = bm.Variable(bm.zeros(n)), bm.Variable(bm.zeros(n))

    def update(self, x=None):
        self.current.value = self.sum_current_inputs(self.V.value, init=0.0)
        self.jump.value = self.sum_delta_inputs(init=0.0)
        return self.spike.value

    def clear_input(self, *args, **kwargs):
        self.input.value = 0.0

    def return_info(self):
        return self.spike


class Steps(bp.DynamicalSystem):
    """Calls its parts in the order in which they are given."""

    def __init__(self, *parts):
        super().__init__()
        self.parts = list(parts)

    def update(self):
        for part in self.parts:
            part()


def run(model, read, n_steps, jit, start=0):
    """What `read` returns at the end of each step, as arrays over the steps, and nothing else changed."""

    whole = Steps(model)

    def step(i):
        whole.step_run(i)
        return read()

    found = bm.for_loop(step, bm.arange(start, start + n_steps), jit=jit)
    return [np.asarray(part) for part in found] if isinstance(found, (list, tuple)) else np.asarray(found)


def same_bits(a, b):
    return all(x.dtype == y.dtype and x.shape == y.shape and x.tobytes() == y.tobytes() for x, y in zip(a, b))
