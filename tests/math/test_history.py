"""`LengthDelay` and `TimeDelay`: the past of a value in steps, and at any time."""

import numpy as np
import pytest

import brainpy_lab.math as bm
from brainpy_lab.errors import ModelValueError
from brainpy_lab.math import TraceError


def both(make, n_steps=6, starts=(0,)):
    """What a step returns, compiled and step by step."""
    found = []
    for jit in (True, False):
        step = make()
        parts = [bm.for_loop(step, bm.arange(start, start + n_steps), jit=jit) for start in starts]
        found.append([np.concatenate([np.asarray(part[k]) for part in parts]) for k in range(len(parts[0]))])
    for a, b in zip(*found):
        assert a.dtype == b.dtype and a.tobytes() == b.tobytes()
    return found[0]


def test_a_length_delay_counts_updates():
    def make():
        x = bm.Variable(np.zeros(3))
        delay = bm.LengthDelay(x, 4, 7.0)

        def step(k):
            before = delay(0), delay(bm.array([0, 1, 4]))
            x.value = x + 1.0
            delay.update()
            return *before, delay(0), delay(1), delay(np.array([3, 0]), np.array([2, 1]))

        return step

    before, each, now, last, some = both(make, 4, (0, 4))
    k = np.arange(8)
    assert np.array_equal(before[:, 0], k) and np.array_equal(now[:, 0], k + 1) and np.array_equal(last[:, 0], k)
    assert np.array_equal(each[:, 0], k)
    assert np.array_equal(each[:, 1], [7, *range(7)])
    assert np.array_equal(each[:, 2], [7, 7, 7, 7, 0, 1, 2, 3])
    assert np.array_equal(some, np.stack([[7, 7, 0, 1, 2, 3, 4, 5], k + 1], axis=1))


def test_the_past_before_the_first_update_can_be_given():
    delay = bm.LengthDelay(bm.ones(2), 3, np.array([[3.0, 4], [5, 6], [7, 8]]))
    assert [delay(k).tolist() for k in range(4)] == [[1, 1], [3, 4], [5, 6], [7, 8]]
    delay.update(bm.zeros(2))
    assert [delay(k).tolist() for k in range(4)] == [[0, 0], [1, 1], [3, 4], [5, 6]]
    delay.reset()
    assert delay(3).tolist() == [7, 8]
    made = bm.LengthDelay(bm.zeros(1), 2, lambda shape: np.arange(np.prod(shape)).reshape(shape))
    assert made(1).tolist() == [0] and made(2).tolist() == [1] and made.num_delay_step == 3


def test_a_time_delay_is_exact_for_straight_lines():
    """x(t) = 3t + 1, also before t0: linear interpolation has no error but rounding."""

    def make():
        x = bm.Variable(np.array([1.0]))
        delay = bm.TimeDelay(x, 0.5, before_t0=lambda t: 3 * t + 1)

        def step(k):
            t = k * 0.1
            found = [delay(t - lag) for lag in (0.0, 0.07, 0.1, 0.43, 0.5)]
            delay.update(3 * (t + 0.1) + 1 + bm.zeros(1))
            return *found, delay(t + 0.1 - 0.25)

        return step

    found = both(make, 6, (0, 6))
    t = np.arange(12) * 0.1
    for values, lag in zip(found, (0.0, 0.07, 0.1, 0.43, 0.5)):
        assert np.allclose(values[:, 0], 3 * (t - lag) + 1, atol=1e-12)  # rounding of a dozen sums of dt
    assert np.allclose(found[-1][:, 0], 3 * (t + 0.1 - 0.25) + 1, atol=1e-12)


def test_a_delay_may_depend_on_the_state():
    """x' = 1, read at t - x/2 in each element: half of the time, whatever the step."""

    def make():
        x = bm.Variable(np.zeros(2))
        lag = bm.Variable(np.zeros(2))
        delay = bm.TimeDelay(x, 2.0)

        def step(k):
            lag.value = x.value * bm.array([0.5, 0.25])
            seen = delay(k * 0.1 - lag)
            x.value = x + 0.1
            delay.update()
            return (seen,)

        return step

    (seen,) = both(make, 20)
    t = np.arange(20) * 0.1
    assert np.allclose(seen, t[:, None] * [0.5, 0.75], atol=1e-12)


def test_the_nearest_value_can_be_taken():
    delay = bm.TimeDelay(bm.zeros(1), 1.0, interp_method="round", before_t0=lambda t: t)
    assert delay(-0.26).tolist() == [pytest.approx(-0.3)] and delay(-0.24).tolist() == [pytest.approx(-0.2)]


def test_interpolation_has_second_order():
    errors = []
    for dt in (0.1, 0.05):
        delay = bm.TimeDelay(bm.zeros(1), 3.0, dt=dt, before_t0=np.sin)
        times = -np.linspace(0, 3, 301)
        errors.append(max(abs(float(delay(t)[0]) - np.sin(t)) for t in times))
    assert 3.5 < errors[0] / errors[1] < 4.5 and errors[0] < 0.1**2 / 8 * 1.01  # h**2/8 * max|x''|


def test_a_delayed_equation_oscillates_at_its_hopf_point():
    """x' = -(pi/2) x(t - 1) has the solution cos(pi t/2)."""

    def make():
        x = bm.Variable(np.array([1.0]))
        delay = bm.TimeDelay(x, 1.0, before_t0=lambda t: np.cos(np.pi * t / 2))

        def step(k):
            t = k * 0.1
            # Heun's method: the slope at both ends of the step.
            x.value = x - 0.05 * (np.pi / 2) * (delay(t - 1.0) + delay(t - 0.9))
            delay.update()
            return (x.value,)

        return step

    (x,) = both(make, 200)
    t = np.arange(1, 201) * 0.1
    # The trapezoid's error, dt**2/12 per unit of the third derivative, grows with time at a centre.
    assert np.abs(x[:, 0] - np.cos(np.pi * t / 2)).max() < 20 * 0.1**2 / 12 * (np.pi / 2) ** 3


def test_what_lies_outside_is_refused_or_not_a_number():
    delay = bm.TimeDelay(bm.zeros(2), 1.0)
    with pytest.raises(ModelValueError, match=r"asked for the time -1.2 ms.*it knows -1 to 0 ms"):
        delay(-1.2)
    with pytest.raises(ModelValueError, match="it knows -1 to 0 ms"):
        delay(0.1)

    def step(k):
        seen = delay(k * 0.1 - 0.45 * k)
        delay.update(bm.ones(2))
        return seen

    found = bm.for_loop(step, bm.arange(4))
    assert np.isnan(found[:, 0]).tolist() == [False, False, False, True]


def test_mistakes_are_named():
    delay = bm.LengthDelay(bm.zeros(2), 3, name="past")
    with pytest.raises(ModelValueError, match="LengthDelay 'past' is asked for 4 steps.*it knows 0 to 3"):
        delay(4)
    with pytest.raises(TraceError, match="an element is asked for twice"):
        delay(np.array([1, 2]), np.array([0, 0]))
    with pytest.raises(ModelValueError, match='"delay_len" must be a whole number of steps'):
        bm.LengthDelay(bm.zeros(2), 0.5)
    with pytest.raises(ModelValueError, match=r'"before_t0" must be numbers of shape \(2,\).*not \(3,\)'):
        bm.TimeDelay(bm.zeros(2), 1.0, before_t0=np.zeros(3))
    with pytest.raises(ModelValueError, match='"interp_method" must be'):
        bm.TimeDelay(bm.zeros(2), 1.0, interp_method="cubic")
    with pytest.raises(ModelValueError, match='"delay_len" must be a number of ms above 0'):
        bm.TimeDelay(bm.zeros(2), 0.0)

    def step(k):
        return delay(bm.array([1, 2]))

    with pytest.raises(TraceError, match="is read in a step that gives it no value"):
        bm.for_loop(step, bm.arange(2))
