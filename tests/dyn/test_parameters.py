"""Numbers that a model holds are numbers of the run."""

import numpy as np
import pytest

import brainpy_lab as bp
import brainpy_lab.math as bm


class Model(bp.DynamicalSystem):
    def __init__(self):
        super().__init__()
        self.a, self.b = 0.1, 0.3
        self.x = bm.Variable(bm.ones(3))

    def update(self):
        if self.a > self.b:  # parameters are known
            return self.x.value
        self.x.value = self.x * (self.a * self.b) + self.a / self.b - bm.exp(self.a - self.b)
        return self.x.value


@pytest.mark.parametrize("float_type", ["float64", "float32"])
def test_numbers_meet_numbers_in_the_float_type_of_the_run(float_type):
    bp.profile.set_float_type(float_type)
    models = [Model(), Model()]
    compiled, alone = (
        np.asarray(bm.for_loop(m.step_run, bm.arange(4), jit=jit)) for m, jit in zip(models, (True, False))
    )
    assert compiled.dtype == alone.dtype == np.dtype(float_type)
    assert compiled.tobytes() == alone.tobytes()
    assert type(models[0].a) is float  # outside of steps they are what they were


def test_the_time_of_a_step_is_a_double_in_single_precision_too():
    bp.profile.set_float_type("float32")

    class Clock(bp.DynamicalSystem):
        def __init__(self):
            super().__init__()
            self.t = bm.Variable(np.zeros(()), dtype=np.float64)

        def update(self):
            self.t.value = bp.share["t"]
            return self.t.value

    for jit in (True, False):
        found = np.asarray(bm.for_loop(Clock().step_run, bm.arange(1_000_001, 1_000_003), jit=jit))
        assert found.tolist() == [1_000_001 * 0.1, 1_000_002 * 0.1]
