"""`odeint`, `sdeint`, `JointEq`: called by themselves, in loops, and with a step of their own choice."""

import numpy as np
import pytest

import brainpy_lab as bp
import brainpy_lab.math as bm

DT = 0.1


def test_exp_auto_is_exact_for_a_linear_equation():
    integral = bp.odeint(lambda x, t, tau: (3.0 - x) / tau, method="exp_auto")
    x = integral(np.array([1.0, 5.0]), 0.0, 10.0)
    assert np.allclose(x, 3.0 + (np.array([1.0, 5.0]) - 3.0) * np.exp(-DT / 10.0), rtol=1e-15)
    assert isinstance(integral(1.0, 0.0, 10.0), float)
    assert np.allclose(integral(1.0, 0.0, tau=10.0, dt=0.5), 3.0 - 2.0 * np.exp(-0.05), rtol=1e-15)


def test_joint_equations_see_each_others_old_values():
    def dx(x, t, y):
        return y

    def dy(y, t, x, k):
        return -k * x

    x, y = bp.odeint(bp.JointEq(dx, dy), method="euler")(1.0, 2.0, 0.0, 3.0)
    assert (x, y) == (1.0 + DT * 2.0, 2.0 - DT * 3.0)
    both = bp.odeint(lambda x, y, t, k: (y, -k * x), method="rk4")
    a, b = both(1.0, 0.0, 0.0, 4.0)
    assert abs(a - np.cos(2 * DT)) < 1e-6 and abs(b + 2 * np.sin(2 * DT)) < 1e-5


@pytest.mark.parametrize("method", ["euler", "heun2", "rk4", "exp_auto", "rkdp", "ssprk3"])
def test_a_call_in_a_loop_has_the_bits_of_a_call_by_itself(method):
    integral = bp.odeint(lambda V, t, I: (-V + V**3 * 0.01 + I * bm.sin(t)) / 7.0, method=method)
    x = bm.Variable(np.linspace(-1, 1, 5))

    def step(i):
        x.value = integral(x.value, i * DT, 2.0)
        return x.value

    compiled = bm.for_loop(step, bm.arange(20))
    x.value = np.linspace(-1, 1, 5)
    alone = bm.for_loop(step, bm.arange(20), jit=False)
    assert compiled.tobytes() == alone.tobytes()


def test_noise_has_its_statistics_and_the_same_bits_everywhere():
    """Ornstein-Uhlenbeck: variance 0.5 at rest, with the standard error 0.5*sqrt(2/n) of n independent ones."""
    integral = bp.sdeint(lambda x, t: -x, lambda x, t: 1.0, method="exp_auto")
    x = bm.Variable(np.zeros(4000))

    def step(i):
        x.value = integral(x.value, i * DT)

    bm.random.seed(3)
    bm.for_loop(step, bm.arange(60))
    compiled = x.numpy()
    # At dt = 0.1 exponential Euler has the variance dt*a**2/(1 - a**2) with a = exp(-dt): 0.4516 instead of 0.5.
    a = np.exp(-DT)
    rest = DT * a**2 / (1 - a**2)
    assert abs(compiled.var() - rest) < 4 * rest * np.sqrt(2 / 4000)
    bm.random.seed(3)
    x.value = 0.0
    bm.for_loop(step, bm.arange(60), jit=False)
    assert x.numpy().tobytes() == compiled.tobytes()
    bm.for_loop(step, bm.arange(1))
    assert not np.array_equal(x.numpy(), compiled)


def test_an_adaptive_step_follows_its_tolerance():
    slow_fast = bp.odeint(lambda x, t: -50.0 * (x - np.cos(t)), method="rkf45", adaptive=True, tol=1e-6)
    step = slow_fast(0.0, 0.0)
    assert step.t < DT and step.rejected > 0 and step.error <= 1.0
    ts, values = slow_fast.run(0.0, 0.0, 5.0)
    exact = (2500 * np.cos(5.0) + 50 * np.sin(5.0)) / 2501
    assert ts[-1] == 5.0 and abs(values[-1] - exact) < 1e-5 and len(ts) < 400
    with pytest.raises(bp.errors.ModelError, match="does not estimate its error"):
        bp.odeint(lambda x, t: -x, method="rk4", adaptive=True)


def test_what_cannot_be_integrated_says_so():
    for make, message in [
        (lambda: bp.odeint(lambda x: -x), "has no argument 't'"),
        (lambda: bp.odeint(lambda x, t: -x, method="leapfrog"), "leapfrog"),
        (lambda: bp.odeint(3.0), "must be a function"),
        (lambda: bp.sdeint(lambda x, t: -x, None), "needs the drift"),
        (lambda: bp.sdeint(lambda x, t: -x, lambda x, t: 1.0, method="rk4"), "rk4"),
        (lambda: bp.odeint(lambda x, t, k: -x)(1.0, 0.0), "needs k"),
        (lambda: bp.odeint(lambda x, t: -x)(1.0, 0.0, q=1.0), "no argument 'q'"),
    ]:
        with pytest.raises(bp.errors.ModelError, match=message):
            make()


def test_sums_do_not_belong_into_an_equation():
    x = bm.Variable(np.zeros(3))
    integral = bp.odeint(lambda V, t: -V + bm.sum(V), method="euler")
    with pytest.raises(bp.errors.ModelError, match="cannot be part of an equation"):
        bm.for_loop(lambda i: integral(x.value, 0.0), bm.arange(2))
