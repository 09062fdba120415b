"""Steps whose length adapts: the error keeps its bound, and the lengths follow the published control."""

import math

import numpy as np
import pytest

from brainpy_lab.errors import IntegratorError
from brainpy_lab.passes.integrate import ODE_METHODS_2X
from brainpy_lab.passes.integrate.tableaux import TABLEAUX
from brainpy_lab.runtime.adaptive import adaptive_step

PAIRS = ["rkf12", "rkf45", "rkdp", "ck", "bs", "heun_euler"]
BY_NAME = {tableau.name: tableau for tableau in TABLEAUX}


def solve(slopes, method, values, end, tol, dt=0.5):
    """All accepted steps up to `end`, which the last one meets."""
    steps, t = [], 0.0
    while t < end:
        steps.append(adaptive_step(slopes, ODE_METHODS_2X[method].tableau, values, t, min(dt, end - t), tol))
        values, t, dt = steps[-1].values, steps[-1].t, steps[-1].dt
    return steps


def driven(values, t):
    """x = x(0)*exp(sin t) for any number of elements; y' = -y."""
    x, y = values
    return x * math.cos(t), -y


@pytest.mark.parametrize("method", PAIRS)
def test_the_error_at_the_end_follows_the_tolerance(method):
    start = (np.array([1.0, 2.0]), np.float64(3.0))
    exact = (start[0] * math.exp(math.sin(5.0)), 3.0 * math.exp(-5.0))
    errors, counts = [], []
    for tol in (1e-3, 1e-5):
        steps = solve(driven, method, start, 5.0, tol)
        assert steps[-1].t == pytest.approx(5.0, rel=1e-15)
        errors.append(max(np.abs(a - b).max() for a, b in zip(steps[-1].values, exact)))
        counts.append(len(steps))
        assert all(0 <= step.error <= 1 for step in steps)
    # Each step adds at most tol*(1 + |x|), |x| below 5.5, and the flow stretches errors by at most exp(2).
    assert errors[0] < counts[0] * 1e-3 * 6.5 * math.exp(2) and errors[1] < counts[1] * 1e-5 * 6.5 * math.exp(2)
    assert errors[1] < errors[0] / 5 and counts[1] > counts[0]


def test_the_lengths_follow_the_published_control():
    """One step of Heun and Euler on x' = x, whose results differ by x*dt**2/2."""
    tableau, tol = BY_NAME["heun_euler"], 1e-3
    step = adaptive_step(lambda values, t: values, tableau, [1.0], 0.0, 0.02, tol)
    new = 1 + 0.02 + 0.02**2 / 2
    error = 0.02**2 / 2 / (tol * (1 + new))
    assert step.values[0] == pytest.approx(new, rel=1e-15)
    assert step.error == pytest.approx(error, rel=1e-12)
    assert (step.t, step.rejected) == (0.02, 0)
    assert step.dt == pytest.approx(0.02 * 0.9 / math.sqrt(error), rel=1e-12)


def test_too_long_a_step_is_tried_again_and_not_lengthened_afterwards():
    tableau, tol = BY_NAME["heun_euler"], 1e-3
    step = adaptive_step(lambda values, t: values, tableau, [1.0], 0.0, 0.2, tol)
    first = 0.2**2 / 2 / (tol * (2 + 0.2 + 0.2**2 / 2))
    assert first > 1 and step.rejected == 1
    tried = 0.2 * 0.9 / math.sqrt(first)
    assert step.t == pytest.approx(tried, rel=1e-12)
    assert step.dt <= step.t


def test_lengths_change_by_no_more_than_a_factor_of_five():
    still = adaptive_step(lambda values, t: [np.zeros(3)], BY_NAME["rkdp"], [np.ones(3)], 0.0, 0.1, 1e-6)
    assert (still.error, still.dt, still.t) == (0.0, 0.5, 0.1)
    steep = adaptive_step(lambda values, t: [-1e4 * values[0]], BY_NAME["rkdp"], [np.ones(3)], 0.0, 1.0, 1e-6)
    assert steep.t >= 0.2**steep.rejected * (1 - 1e-12) and steep.rejected >= 4


def test_a_spike_is_met_with_short_steps():
    """x' = -x + a bump at t = 2, 0.1 ms wide: the steps there are shorter than those before."""
    steps = solve(lambda values, t: [-values[0] + 9 * math.exp(-(((t - 2) / 0.1) ** 2))], "rkdp", [np.float64(1.0)],
                  4.0, 1e-6, dt=0.05)  # fmt: skip
    ends = np.array([step.t for step in steps])
    lengths = np.diff(ends, prepend=0.0)
    assert lengths[np.abs(ends - 2.0) < 0.1].max() < 0.2 * lengths[ends < 1.5].max()


def test_the_start_values_are_not_changed_and_keep_their_type():
    x = np.ones(2, np.float32)
    step = adaptive_step(lambda values, t: [-values[0]], BY_NAME["bs"], [x], 0.0, 0.1, 1e-3)
    assert (x == 1).all() and step.values[0].dtype == np.float32
    whole = adaptive_step(lambda values, t: [-values[0]], BY_NAME["bs"], [np.array([1, 2])], 0.0, 0.1, 1e-3)
    assert whole.values[0].dtype == np.float64


def test_a_trial_that_overflows_is_rejected():
    step = adaptive_step(lambda values, t: [np.exp(values[0])], BY_NAME["rkdp"], [np.float64(5.0)], 0.0, 1.0, 1e-6)
    assert step.rejected > 0 and np.isfinite(step.values[0])


def test_equations_that_explode_are_an_error_that_says_when():
    with pytest.raises(IntegratorError, match="at t = 1 no step of method 'rkdp' is short enough for tol = 1e-06"):
        solve(lambda values, t: [values[0] ** 2], "rkdp", [np.float64(1.0)], 3.0, 1e-6, dt=0.1)


def test_a_method_without_a_partner_is_an_error():
    with pytest.raises(IntegratorError, match="method 'rk4' does not estimate its error"):
        adaptive_step(lambda values, t: values, BY_NAME["rk4"], [1.0], 0.0, 0.1, 1e-3)


WRONG = [("dt", 0.0, 1e-3), ("dt", -0.1, 1e-3), ("dt", math.inf, 1e-3), ("tol", 0.1, 0.0), ("tol", 0.1, math.nan),
         ("tol", 0.1, "small")]  # fmt: skip


@pytest.mark.parametrize("name, dt, tol", WRONG)
def test_a_length_or_tolerance_that_is_none_is_an_error(name, dt, tol):
    with pytest.raises(IntegratorError, match=f"{name} of an adaptive step is .*, expected a number above 0"):
        adaptive_step(lambda values, t: values, BY_NAME["bs"], [1.0], 0.0, dt, tol)


@pytest.mark.parametrize("slopes", [[np.zeros(2)], [np.zeros(2), np.zeros(3)], [1.0, 2.0, 3.0]])
def test_slopes_that_do_not_fit_the_variables_are_an_error(slopes):
    with pytest.raises(IntegratorError, match="return one slope for each variable"):
        adaptive_step(lambda values, t: slopes, BY_NAME["bs"], [np.zeros(2), np.zeros(2)], 0.0, 0.1, 1e-3)
