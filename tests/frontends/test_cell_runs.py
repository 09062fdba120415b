"""What a neuron cell computes, against closed forms and models written out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab.frontends.equations import read_neuron
from tests.frontends.cell_runs import run_cell

FITZHUGH_NAGUMO = """
dv/dt = v - v**3/3 - w + I
dw/dt = (v + a - b*w) / tau
input I = 0.8 in [-0.5, 1.5]    # "in" makes a slider; "input" is where current enters
a = 0.7; b = 0.8
tau = 12.5 in [5, 30]
init v = -1, w = 1
spike when v > 1
"""


def test_fitzhugh_nagumo_has_the_bits_of_the_same_steps_written_by_hand():
    dt, v, w = 0.05, -1.0, 1.0

    def slopes(v, w):
        return v - v * v * v / 3.0 - w + (0.8 + 0.0), (v + 0.7 - 0.8 * w) / 12.5

    run = run_cell(FITZHUGH_NAGUMO, 2000, dt=dt)
    spikes = 0
    for step in range(2000):
        was = v > 1
        half, sixth = dt / 2, dt / 6
        a = slopes(v, w)
        b = slopes(v + half * a[0], w + half * a[1])
        c = slopes(v + half * b[0], w + half * b[1])
        d = slopes(v + dt * c[0], w + dt * c[1])
        v, w = (x + sixth * (k + 2.0 * m + 2.0 * n + o) for x, k, m, n, o in zip((v, w), a, b, c, d))
        assert (run["v"][step, 0], run["w"][step, 0]) == (v, w)
        assert run["spike"][step, 0] == float(v > 1 and not was)
        spikes += v > 1 and not was
    assert spikes >= 2  # it oscillates: the period is about 40 ms


def test_the_default_method_is_of_fourth_order():
    errors = [abs(run_cell("dv/dt = -v\ninit v = 1", n, dt=1 / n)["v"][-1, 0] - math.exp(-1)) for n in (10, 20)]
    assert errors[0] / errors[1] == pytest.approx(16, rel=0.1)  # the next term of the error is 1/10 as large


def test_intermediates_are_evaluated_again_in_every_stage():
    direct = run_cell("dv/dt = -v*v + a\na = 2", 50)
    named = run_cell("dv/dt = k + a\nk = -m*v\nm = v\na = 2", 50)
    assert np.array_equal(direct["v"], named["v"])


@pytest.mark.parametrize(("period", "steps"), [("2", 20), ("2 ms", 20), ("t_r/2", 20), ("0.26", 3), ("0", 0)])
def test_a_neuron_is_held_for_exactly_the_rounded_number_of_steps(period, steps):
    cell = f"dv/dt = 1\nspike when v >= 0.95\nreset v = 0\nrefractory {period}\nt_r = 4\nmethod euler"
    run = run_cell(cell, 200)
    spikes = np.flatnonzero(run["spike"][:, 0])
    # 10 steps of 0.1 lead from 0 past 0.95, after the steps in which nothing moves.
    assert np.all(np.diff(spikes) == 10 + steps)
    for spike in spikes[:-1]:
        assert np.all(run["v"][spike : spike + steps + 1, 0] == 0)
        assert run["v"][spike + steps + 1, 0] > 0


@pytest.mark.parametrize("backend", ["reference", "numba"])
def test_refractory_steps_are_exact_late_in_a_float32_run(backend):
    cell = "dv/dt = 1\nspike when v > 0.95\nreset v = 0\nrefractory 2\nmethod euler"
    run = run_cell(cell, 5000, float_type="float32", backend=backend)
    spikes = np.flatnonzero(run["spike"][:, 0])
    assert set(np.diff(spikes)) == {30}
    assert run["t_last_spike"].dtype == np.float64


def test_states_that_are_not_held_go_on_and_no_spike_is_emitted():
    cell = """
    dv/dt = 1
    dw/dt = -w/5
    init w = 1
    spike when v > 0.95 or w < 0.5
    reset v = 0
    refractory 30 hold v
    method euler
    """
    run = run_cell(cell, 200)
    assert np.flatnonzero(run["spike"][:, 0]).tolist() == [9]  # w passes 0.5 in step 34, while v is held
    expected = (1 - 0.1 / 5) ** np.arange(1, 201)
    assert run["w"][:, 0] == pytest.approx(expected, rel=1e-13)  # 200 roundings


def test_without_hold_the_states_that_reset_sets_are_held():
    cell = "dv/dt = 1\nu' = 1\nspike when v > 0.95\nreset v = 0, u += 5\nrefractory 1\nmethod euler"
    run = run_cell(cell, 15)
    assert np.all(run["v"][9:15, 0] == 0)
    assert run["u"][14, 0] == pytest.approx(1.5 + 5)


def test_a_condition_that_stays_true_spikes_once():
    run = run_cell("dv/dt = 1\nspike when v > 0.95", 100)
    assert np.flatnonzero(run["spike"][:, 0]).tolist() == [9]


def test_a_condition_on_time_is_true_at_the_end_of_its_step():
    run = run_cell("dv/dt = 0\nspike when t > 0.95", 20)
    assert np.flatnonzero(run["spike"][:, 0]).tolist() == [9]  # the step from 0.9 to 1.0


def test_reset_runs_left_to_right():
    cell = "dv/dt = 1\nspike when v > 0.95\nreset u = 10, u -= 3, v = u, u *= 2\ninit u = 1\nmethod euler"
    run = run_cell(cell, 10)
    assert (run["u"][-1, 0], run["v"][-1, 0]) == (14, 7)


def test_event_only_states_keep_their_value_between_events():
    cell = "dv/dt = 1 - 0*count\nspike when v > 0.95\nreset v = 0, count += 1\ninit count = 3\nmethod euler"
    run = run_cell(cell, 25)
    assert run["count"][[0, 8, 9, 18, 19, 24], 0].tolist() == [3, 3, 4, 4, 5, 5]


def test_all_equations_advance_from_the_values_at_the_start_of_the_step():
    run = run_cell("dv/dt = w\ndw/dt = -v\ninit v = 1\nmethod euler", 1)
    assert (run["v"][0, 0], run["w"][0, 0]) == (1.0, -0.1)


def test_what_comes_from_outside_is_added_for_one_step():
    outside = np.zeros(5)
    outside[2] = 7.0
    run = run_cell("dv/dt = I\ninput I = 1\nmethod euler", 5, outside=outside)
    assert np.diff(run["v"][:, 0], prepend=0.0) == pytest.approx([0.1, 0.1, 0.8, 0.1, 0.1])
    assert not run["input"].any()


def test_izhikevich_fires_regularly_and_adapts():
    cell = """
    dv/dt = 0.04*v^2 + 5*v + 140 - u + I
    du/dt = a*(b*v - u)
    input I = 10
    a = 0.02; b = 0.2; c = -65; d = 8
    init v = -65, u = -13
    spike when v >= 30
    reset v = c, u += d
    method euler
    """
    run = run_cell(cell, 4000, dt=0.25)
    v, u = -65.0, -13.0
    for step in range(4000):
        was = v >= 30
        v, u = v + 0.25 * (0.04 * (v * v) + 5.0 * v + 140.0 - u + 10.0), u + 0.25 * (0.02 * (0.2 * v - u))
        spike = v >= 30 and not was
        if spike:
            v, u = -65.0, u + 8
        assert (run["v"][step, 0], run["u"][step, 0], run["spike"][step, 0]) == (v, u, float(spike))
    times = np.flatnonzero(run["spike"][:, 0])
    assert len(times) > 10
    assert times[-1] - times[-2] > times[1] - times[0]


def test_adaptive_exponential_neuron_equals_its_equations():
    cell = """
    dV/dt = (-g_L*(V - E_L) + g_L*Delta*exp((V - V_T)/Delta) - w + I)/C
    dw/dt = (a*(V - E_L) - w)/tau_w
    input I = 800 pA
    C = 281 pF; g_L = 30 nS; E_L = -70.6 mV; V_T = -50.4 mV; Delta = 2 mV
    a = 4 nS; tau_w = 144 ms
    init V = E_L
    spike when V > 0
    reset V = E_L, w += 80.5
    method euler
    """
    run = run_cell(cell, 1000, dt=0.1, start={"V": -70.6})
    v, w = -70.6, 0.0
    for step in range(300):
        dv = (-30 * (v + 70.6) + 30 * 2 * math.exp((v + 50.4) / 2) - w + 800) / 281
        v, w = v + 0.1 * dv, w + 0.1 * (4 * (v + 70.6) - w) / 144
        if v > 0:
            v, w = -70.6, w + 80.5
        # 1e-9: our exp and libm's may differ in the last bit, and the upstroke amplifies it.
        assert run["V"][step, 0] == pytest.approx(v, rel=1e-9)
    assert run["spike"].sum() >= 2


HODGKIN_HUXLEY = """
dV/dt = (I - g_Na*m**3*h*(V - E_Na) - g_K*n**4*(V - E_K) - g_L*(V - E_L))/C
dm/dt = alpha_m(V)*(1 - m) - beta_m(V)*m
dh/dt = alpha_h(V)*(1 - h) - beta_h(V)*h
dn/dt = alpha_n(V)*(1 - n) - beta_n(V)*n
alpha_m(v) = 0.1*(v + 40)/(1 - exp(-(v + 40)/10));  beta_m(v) = 4*exp(-(v + 65)/18)
alpha_h(v) = 0.07*exp(-(v + 65)/20);                beta_h(v) = 1/(1 + exp(-(v + 35)/10))
alpha_n(v) = 0.01*(v + 55)/(1 - exp(-(v + 55)/10)); beta_n(v) = 0.125*exp(-(v + 65)/80)
input I = 10 uA/cm2 in [0, 20]
g_Na = 120 mS/cm2; g_K = 36 mS/cm2; g_L = 0.3 mS/cm2
E_Na = 50 mV; E_K = -77 mV; E_L = -54.387 mV; C = 1 uF/cm2
init V = -65 mV, m = 0.05, h = 0.6, n = 0.32
spike when V > 0
"""


def test_hodgkin_huxley_fires_at_its_published_rate():
    run = run_cell(HODGKIN_HUXLEY, 10000, dt=0.01)
    times = np.flatnonzero(run["spike"][:, 0]) * 0.01
    # Hodgkin & Huxley 1952 at 6.3 degC: 10 uA/cm2 gives repetitive firing near 68 Hz (Rinzel & Miller 1980, fig. 2).
    assert np.diff(times)[-3:] == pytest.approx(1000 / 68, rel=0.03)
    for gate in "mhn":
        assert run[gate].min() > 0 and run[gate].max() < 1


def test_noise_has_the_variance_of_an_ornstein_uhlenbeck_process():
    n, sigma, tau = 4000, 0.5, 5.0
    run = run_cell(f"dv/dt = -v/tau + sigma*xi\nsigma = {sigma}; tau = {tau}", 1000, dt=0.05, n=n)
    last = run["v"][-1]
    variance = sigma**2 * tau / 2
    # Standard errors: sd/sqrt(n) and variance*sqrt(2/n); Euler's bias dt/(2*tau) is 0.5 %.
    assert abs(last.mean()) < 4 * math.sqrt(variance / n)
    assert last.var() == pytest.approx(variance, rel=4 * math.sqrt(2 / n) + 0.005)


def test_one_name_is_one_draw_and_two_names_are_independent():
    cell = "dv/dt = xi\ndw/dt = 2*xi\ndx/dt = xi_1\ndy/dt = xi_2"
    run = run_cell(cell, 1, n=4000)
    assert np.array_equal(run["w"][0], 2 * run["v"][0])
    table = np.corrcoef([run["v"][0], run["x"][0], run["y"][0]])
    assert np.abs(table[np.triu_indices(3, 1)]).max() < 4 / math.sqrt(4000)
    assert run["v"][0].std() == pytest.approx(math.sqrt(0.1), rel=4 / math.sqrt(2 * 4000))


@pytest.mark.parametrize(
    ("text", "drift", "factor"),
    [
        ("-v + s*xi", lambda v: -v, lambda v: 2.0),
        ("s*xi - v", lambda v: -v, lambda v: 2.0),
        ("-(v - s*xi)", lambda v: -v, lambda v: 2.0),
        ("-v*(1 - xi)", lambda v: -v, lambda v: v),
        ("(s*xi - v)/s", lambda v: -v / 2, lambda v: 1.0),
        ("xi*v - v - xi", lambda v: -v, lambda v: v - 1),
        ("-v - xi*v", lambda v: -v, lambda v: -v),
        ("where(v > 2, xi, 0) - v", lambda v: -v, lambda v: 1.0),
        ("s*xi if v < 2 else -v", lambda v: -v, lambda v: 0.0),
        ("xi", lambda v: 0.0, lambda v: 1.0),
        ("-xi/s", lambda v: 0.0, lambda v: -0.5),
    ],
)
def test_noise_is_split_from_the_drift(text, drift, factor):
    start = {"v": 3.0, "w": 0.0}
    run = run_cell(f"dv/dt = {text}\ndw/dt = xi\ns = 2", 1, n=3, start=start)
    draw = run["w"][0]
    assert run["v"][0] == pytest.approx(3 + 0.1 * drift(3.0) + factor(3.0) * draw, rel=1e-14)


def test_noise_alone_has_no_drift_on_a_method_that_is_given():
    assert read_neuron("dv/dt = xi", "Walk").steps[0].body[0].system.method == "euler"
    assert read_neuron("dv/dt = xi", "Walk", method="euler").steps[0].body[0].system.method == "euler"


def test_numba_gives_the_bits_of_the_reference():
    noisy = "dv/dt = 2 - v + xi\nspike when v > 1\nreset v = 0\nrefractory 1"
    for cell in (FITZHUGH_NAGUMO, HODGKIN_HUXLEY, noisy):
        one, other = (run_cell(cell, 400, dt=0.02, n=3, backend=name) for name in ("reference", "numba"))
        for name in one:
            assert np.array_equal(one[name], other[name]), name


def test_greek_letters_run_on_every_backend():
    cell = "dα/dt = -α/τ + μ\nτ = 10 ms; µ = 0.5"
    one, other = (run_cell(cell, 20, backend=backend)["α"] for backend in ("reference", "numba"))
    assert np.array_equal(one, other)
    assert one[-1, 0] == pytest.approx(5 * (1 - math.exp(-0.2)), rel=1e-8)  # rk4: (dt/tau)**4


def test_the_exponential_method_is_exact_for_a_linear_equation_with_intermediates():
    run = run_cell("dv/dt = k/tau\nk = a - v\ntau = 2; a = 3\nmethod exponential", 10, dt=1.0)
    # 1e-14: ten steps, a few roundings each.
    assert run["v"][:, 0] == pytest.approx(3 * (1 - np.exp(-np.arange(1, 11) / 2)), rel=1e-14)


NAMES = "half_dt sixth_dt k1_v k2_v v_mid v_now spikes held was since value update input_ xi1 v0 shared exp_of dt_ self"


@pytest.mark.parametrize("method", ["rk4", "euler", "exponential"])
@pytest.mark.parametrize("backend", ["reference", "numba"])
def test_the_names_of_a_user_never_meet_those_of_generated_code(method, backend):
    names = NAMES.split()
    cell = "dv/dt = -v/5 + {0}\nd{1}/dt = v - {1} + {2}\n{0} = exp(-{1}) + {3}\n{2} = {0}*{4}\n{3} = 0.5; {4} = 2\n"
    cell += "spike when v > {0}\nreset v = {3}\nrefractory 1\nmethod " + method
    expected = None
    for first in range(0, len(names) - 4, 5):
        run = run_cell(cell.format(*names[first : first + 5]), 60, backend=backend)
        states = [run["v"], run[names[first + 1]], run["spike"]]
        expected = states if expected is None else expected
        assert all(np.array_equal(a, b) for a, b in zip(states, expected)), names[first : first + 5]
    assert 1 <= expected[2].sum() and np.isfinite(expected[1]).all()


@pytest.mark.parametrize("lift, spikes", [(0.5, True), (0.01, False)])
def test_a_potential_that_a_synapse_lifted_over_the_threshold_spikes(lift, spikes):
    text = "dV/dt = -V/tau; tau = 10 ms; init V = 0.9; spike when V > 1; reset V = 0"
    source, target = (bp.NeuGroup(bp.neuron(text, "LIF"), 1, monitors=["spike", "V"]) for _ in range(2))
    source.ST["V"] = 1.5
    jump = bp.SynConn(bp.synapse("J = 0.5\non spike: post.V += J", "jump"), source, target, conn=bp.connect.All2All())
    jump.pars["J"] = lift
    bp.Network(source, target, jump).run(5.0)
    assert source.mon.spike[0] == 1 and source.mon.spike.sum() == 1  # above it from the beginning
    assert target.mon.spike.sum() == spikes
    assert not spikes or target.mon.V[np.flatnonzero(target.mon.spike)[0], 0] == 0.0


def test_without_a_reset_a_potential_above_the_threshold_spikes_once():
    cells = bp.NeuGroup(bp.neuron("dV/dt = 0.1; init V = 0.95; spike when V > 1", "ramp"), 1, monitors=["spike"])
    cells.run(5.0)
    assert cells.mon.spike.sum() == 1
