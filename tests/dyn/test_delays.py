"""Delays that systems keep by name, of one length or of one for each element."""

import warnings

import numpy as np
import pytest

import brainpy_lab as bp
import brainpy_lab.math as bm
from brainpy_lab.errors import ModelKeyError, ModelUseError, ModelValueError
from tests.dyn import cells


class Counter(bp.dyn.NeuDyn):
    """V counts the steps, from 1, in every element."""

    def __init__(self, n):
        super().__init__(n)
        self.V = bm.Variable(bm.zeros(n))

    def update(self):
        self.V += 1.0
        return self.V.value

    def return_info(self):
        return self.V


class Reader(bp.DynamicalSystem):
    """Reads the counter by its registered delays, before or after the counter has been called."""

    def __init__(self, counter, first):
        super().__init__()
        self.counter, self.first = counter, first
        self.steps = self.register_delay("V of the counter", 3, counter.V)
        self.each = self.register_delay("V by element", np.array([0, 1, 4]), counter.V)
        counter.register_local_delay("V", "late", delay_time=0.2)
        counter.register_local_delay("V", "later", delay_step=5)
        self.seen = [bm.Variable(bm.zeros(3)) for _ in range(6)]

    def update(self):
        if self.first:
            self.counter()
        values = [
            self.get_delay_data("V of the counter", self.steps),
            self.get_delay_data("V of the counter", None),
            self.get_delay_data("V by element", self.each),
            self.get_delay_data("V by element", np.array([2, 1]), np.array([2, 0])).sum() + bm.zeros(3),
            self.counter.get_local_delay("V", "late"),
            self.counter.get_local_delay("V", "later"),
        ]
        for variable, value in zip(self.seen, values):
            variable.value = value
        if not self.first:
            self.counter()


@pytest.mark.parametrize("first", [True, False])
def test_registered_delays_see_the_past(first):
    found = []
    for jit in (True, False):
        model = Reader(Counter(3), first)
        found.append(cells.run(model, lambda model=model: model.seen, 8, jit))
        found[-1] += cells.run(model, lambda model=model: model.seen, 3, jit, start=8)  # a second run goes on
    assert cells.same_bits(*found)
    steps = np.arange(11)

    def past(lag):
        """V of `lag` steps ago; the present V when it is 0."""
        late = steps + 1 - lag if lag else steps + first
        return np.maximum(late, 0)

    for number, values in enumerate(zip(found[0][:6], found[0][6:])):
        values = np.concatenate(values)
        lags = [[3] * 3, [0] * 3, [0, 1, 4], None, [2] * 3, [5] * 3][number]
        if lags is None:
            assert np.array_equal(values, np.repeat((past(2) + past(1))[:, None], 3, axis=1))
        else:
            assert np.array_equal(values, np.stack([past(lag) for lag in lags], axis=1)), number


def test_one_delay_serves_all_names_of_a_variable():
    counter = Counter(3)
    model = Reader(counter, True)
    assert model.get_delay_var("V of the counter") is model.get_delay_var("V by element")
    assert counter.after_updates["_*_delay_*_"] is model.get_delay_var("V by element")
    assert model.register_delay("nothing", None, counter.V) is None
    other = bp.DynamicalSystem()
    assert other.get_delay_var("V by element") is model.get_delay_var("V by element")


def test_a_system_that_is_not_called_takes_its_delays_along_by_hand():
    class Alone(bp.DynamicalSystem):
        def __init__(self, by_hand):
            super().__init__()
            self.by_hand = by_hand
            self.x = bm.Variable(bm.zeros(2))
            self.register_local_delay("x", "late", 0.2)

        def update(self):
            late = self.get_local_delay("x", "late")
            self.x += 1.0
            if self.by_hand:
                self.update_local_delays()
            return late

    for jit in (True, False):
        model = Alone(True)  # step_run calls update alone
        found = bm.for_loop(model.step_run, bm.arange(5), jit=jit)
        assert found[:, 0].tolist() == [0, 0, 1, 2, 3]
        model.reset_local_delays()
        assert bm.for_loop(model.step_run, bm.arange(5), jit=jit)[:, 0].tolist() == [0, 0, 6, 7, 8]
    # called as a whole it needs no help, and help does no harm
    model = Alone(True)
    assert cells.run(model, lambda: model.get_local_delay("x", "late"), 4, False)[:, 0].tolist() == [0, 0, 1, 2]
    # in compiled steps a delay that takes nothing is noticed
    model = Alone(False)
    with pytest.warns(UserWarning, match=f"the delay of {model.name}.x is read, but takes no value in this step"):
        assert not bm.for_loop(model.step_run, bm.arange(5)).any()


def test_a_delay_that_takes_nothing_stays_what_it_is():
    counter = Counter(2)
    counter.register_local_delay("V", "late", 0.3)
    found = []
    for jit in (True, False):
        counter.reset_local_delays()
        counter.V.value = 0.0
        cells.run(counter, lambda: counter.V, 6, jit)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            found.append(bm.for_loop(lambda k: counter.get_local_delay("V", "late"), bm.arange(6, 9), jit=jit))
    assert found[0].tolist() == found[1].tolist() == [[4, 4]] * 3


def test_a_repeated_step_number_is_still_a_new_step():
    counter = Counter(2)
    counter.register_local_delay("V", "late", delay_step=1)
    model = cells.Steps()
    model.update = lambda: (model.__dict__.__setitem__("late", counter.get_local_delay("V", "late")), counter())
    seen = [cells.run(model, lambda: model.late, 1, False)[0, 0] for _ in range(3)]
    assert seen == [0, 1, 2]


def test_mistakes_are_named():
    counter = Counter(3)
    counter.register_delay("the past of V", 2)
    with pytest.raises(ModelKeyError, match="there is no delay 'the pas of V'.*did you mean 'the past of V'"):
        counter.get_delay_data("the pas of V", 1)
    with pytest.raises(ModelValueError, match='"delay_step" must be .* 3 elements, .* It has 2 entries'):
        counter.register_delay("x", np.array([1, 2]))
    with pytest.raises(ModelValueError, match='"delay_step" must be a number of steps'):
        counter.register_delay("x", 1.5)
    with pytest.raises(ModelValueError, match='"delay_target" must be a bm.Variable'):
        counter.register_delay("x", 1, 3.0)
    with pytest.raises(ModelValueError, match="but got 'size'. Give one of V"):
        counter.register_local_delay("size", "late", 0.1)
    with pytest.raises(AttributeError, match="no attribute 'W'"):
        counter.register_local_delay("W", "late", 0.1)
    with pytest.raises(ModelUseError, match='give "delay_time" or "delay_step", not both'):
        counter.register_local_delay("V", "late", 0.1, 1)
    counter.register_local_delay("V", "late", 0.1)
    with pytest.raises(ModelKeyError, match="has an entry 'late' already"):
        counter.register_local_delay("V", "late", 0.2)
    with pytest.raises(ModelKeyError, match="\"entry\" must be an entry of .* but got 'latest'"):
        counter.get_local_delay("V", "latest")
