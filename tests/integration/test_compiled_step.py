"""One step of an integrator for compiled functions of a user's own."""

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab import integration

tau = 10.0


def rate(V, t, I):
    a = np.exp(-V / 10)
    return (-V + I + a**2) / tau


def walk(x, t):
    return -x / tau, 1.0


def with_more(x, t):
    inner = 2.0 * x
    return (-inner,), inner


@pytest.mark.parametrize("name", ["ExponentialEuler", "RK3"])
def test_a_compiled_step_has_the_bits_of_a_direct_call(name):
    kind = getattr(integration, name)
    step, direct = kind.get_nb_step(rate), kind(rate)
    V = np.linspace(-30.0, 30.0, 101)
    assert np.array_equal(step(V, 0.0, 2.0), direct(V, 0.0, 2.0))
    assert step(1.3, 0.0, 2.0) == direct(1.3, 0.0, 2.0)


def test_it_can_be_called_from_compiled_code():
    from numba import njit

    step, direct = integration.RK2.get_nb_step(rate, 0.5), integration.RK2(rate, 0.5)

    @njit
    def run(V, n):
        for _ in range(n):
            V = step(V, 0.0, 1.0)
        return V

    V = -3.0
    for _ in range(50):
        V = direct(V, 0.0, 1.0)
    assert run(-3.0, 50) == V


def test_further_values_come_in_a_tuple():
    assert integration.Euler.get_nb_step(with_more)(1.0, 0.0) == integration.Euler(with_more)(1.0, 0.0)


def test_the_step_is_that_of_the_profile_when_it_is_compiled():
    bp.profile.set(dt=0.5)
    step = integration.Euler.get_nb_step(rate)
    bp.profile.set(dt=0.1)
    assert step(0.0, 0.0, 0.0) == 0.5 * 1.0 / tau


def test_each_call_draws_new_noise_with_the_variance_of_a_step():
    bp.profile.set(dt=0.1, seed=3)
    step = integration.MilsteinIto.get_nb_step(walk)
    x = np.array([step(0.0, 0.0) for _ in range(4000)])
    # Of independent N(0, dt): the mean within 4 standard errors, the variance too (its own is 2 dt**2 / n).
    assert abs(x.mean()) < 4 * np.sqrt(0.1 / x.size)
    assert abs(x.var() - 0.1) < 4 * 0.1 * np.sqrt(2 / x.size)
    assert np.unique(x).size == x.size
    several = step(np.zeros(5), 0.0)
    assert np.unique(several).size == 5
