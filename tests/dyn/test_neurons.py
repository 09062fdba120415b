"""Integrate-and-fire and Hodgkin-Huxley neurons: equations, spikes, refractoriness, where inputs are evaluated."""

import inspect
import math

import numpy as np
import pytest

import brainpy_lab as bp
import brainpy_lab.math as bm
from brainpy_lab.errors import ModelUseError, ModelValueError
from tests.dyn import roads
from tests.dyn.roads import recorded

RESETTING = ["Lif", "ExpIF", "AdExIF", "QuaIF", "AdQuaIF", "Gif", "Izhikevich"]
CROSSING = ["HH", "MorrisLecar", "WangBuzsakiHH"]
FORMS = [name + form for name in RESETTING for form in ("", "Ref", "LTC", "RefLTC")] + [
    name + form for name in CROSSING for form in ("", "LTC")
]
DRIVE = dict(Lif=30.0, ExpIF=15.0, AdExIF=70.0, QuaIF=60.0, AdQuaIF=80.0, Gif=3.0, Izhikevich=20.0, HH=12.0)
DRIVE |= dict(MorrisLecar=150.0, WangBuzsakiHH=5.0)


def family(name):
    return name.replace("Ref", "").replace("LTC", "")


def variables(neurons):
    return {key: vars(neurons)[key] for key in (*neurons.dynamic, "spike")}


def step(neurons, x=None, i=0):
    """One step by itself."""
    bp.share.save(i=i, t=i * bm.get_dt())
    return neurons(x) if x is not None else neurons()


# -- every class at once -----------------------------------------------------------------------------------------------


class Zoo(bp.DynSysGroup):
    """A group of each of some classes."""

    def __init__(self, names):
        super().__init__()
        self.names = names
        self.groups = []
        for name in names:
            start = bp.init.Constant(10.0 if family(name) == "Lif" else -59.0)
            options = dict(tau_ref=np.array([0.0, 1.0, 2.5]), ref_var=True) if "Ref" in name else {}
            group = getattr(bp.dyn, name)(3, V_initializer=start, **options)
            group.add_inp_fun("leak", lambda V: -0.02 * V)
            self.groups.append(group)

    def update(self):
        found = {}
        for name, group in zip(self.names, self.groups):
            group(DRIVE[family(name)] * np.array([1.0, 1.2, 1.5]))
            found |= {f"{name}.{key}": variable.value for key, variable in variables(group).items()}
        return found


def ran(names, n_steps, run):
    dt = bm.get_dt()
    bm.set_dt(0.25)
    try:
        found = run(Zoo(names).step_run, n_steps)
    finally:
        bm.set_dt(dt)
    return {key: np.asarray(values) for key, values in found.items()}


@pytest.fixture(scope="module")
def zoo():
    """What all classes did in 160 steps, recorded and run by the reference."""
    return ran(FORMS, 160, recorded)


@pytest.fixture(scope="module")
def alone():
    """The first of these steps, each computed by itself."""
    return ran(FORMS, 20, roads.alone)


@pytest.fixture(scope="module")
def compiled():
    """A class with all options, compiled."""
    return ran(["AdQuaIFRefLTC"], 160, roads.compiled)


@pytest.mark.parametrize("name", FORMS)
def test_recorded_steps_and_steps_by_themselves_have_the_same_bits(zoo, alone, name):
    keys = [key for key in zoo if key.startswith(f"{name}.")]
    assert len(keys) >= 2
    for key in keys:
        assert zoo[key][:20].tobytes() == alone[key].tobytes(), key
        assert np.isfinite(zoo[key]).all(), key
    assert zoo[f"{name}.spike"].any(), "the drive should make it fire"


def test_compiled_steps_have_the_same_bits(zoo, compiled):
    assert len(compiled) == 3
    for key, values in compiled.items():
        assert values.tobytes() == zoo[key].tobytes(), key


@pytest.mark.parametrize("name", [name for name in FORMS if family(name) in RESETTING])
def test_the_potential_is_reset_where_it_fires(zoo, name):
    spike, V = zoo[f"{name}.spike"], zoo[f"{name}.V"]
    neurons = getattr(bp.dyn, name)(3)
    assert (V[spike] == (neurons.c if family(name) == "Izhikevich" else neurons.V_reset)).all()


@pytest.mark.parametrize("name", [name for name in FORMS if "Ref" in name])
def test_refractory_neurons_keep_their_potential_for_tau_ref(zoo, name):
    spike, V = zoo[f"{name}.spike"], zoo[f"{name}.V"]
    for neuron, waits in enumerate((0, 4, 10)):  # steps of 0.25 ms, which has no rounding
        times = np.flatnonzero(spike[:, neuron])
        times = times[times < len(V) - waits - 1]
        assert len(times)
        for t in times:
            kept = V[t : t + waits + 1, neuron]
            assert (kept == kept[0]).all()
            assert V[t + waits + 1, neuron] != kept[0]


@pytest.mark.parametrize("name", CROSSING)
def test_conductance_neurons_fire_where_they_cross_the_threshold_upwards(zoo, name):
    spike, V = zoo[f"{name}.spike"], zoo[f"{name}.V"]
    V_th = getattr(bp.dyn, name)(3).V_th
    assert np.array_equal(spike[1:], (V[:-1] < V_th) & (V[1:] >= V_th))


# -- equations, against the papers -------------------------------------------------------------------------------------


def slopes(name, **state):
    """What the equations of a class give for one state, element by element."""
    neurons = getattr(bp.dyn, name)(1)
    found = {}
    for key in neurons.dynamic:
        function = getattr(neurons, f"d{key}")
        arguments = [0.0 if p == "t" else state[p] for p in inspect.signature(function).parameters]
        found[key] = float(np.asarray(function(*arguments)).reshape(-1)[0])
    return found


def close(found, expected):
    assert found.keys() == expected.keys()
    for key, value in expected.items():
        assert math.isclose(found[key], value, rel_tol=1e-12, abs_tol=1e-13), key


def test_equations_of_integrate_and_fire_neurons():
    V, w, I = -57.3, 2.1, 4.2
    upstroke = 3.48 * math.exp((V + 59.9) / 3.48)
    close(slopes("Lif", V=V, I=I), dict(V=(-V + I) / 10))
    close(slopes("ExpIF", V=V, I=I), dict(V=(-(V + 65) + upstroke + I) / 10))
    close(
        slopes("AdExIF", V=V, w=w, I=I),
        dict(V=(-(V + 65) + upstroke - w + I) / 10, w=((V + 65) - w) / 30),
    )
    close(slopes("QuaIF", V=V, I=I), dict(V=(0.07 * (V + 65) * (V + 50) + I) / 10))
    close(
        slopes("AdQuaIF", V=V, w=w, I=I),
        dict(V=(0.07 * (V + 65) * (V + 50) - w + I) / 10, w=((V + 65) - w) / 10),
    )
    close(
        slopes("Gif", V=V, I1=0.3, I2=-0.2, V_th=-48.0, I=I),
        dict(V=(-(V + 70) + 20 * (0.1 + I)) / 20, I1=-0.06, I2=0.004, V_th=-0.01 * 2.0),
    )
    close(
        slopes("Izhikevich", V=V, u=w, I=I),
        dict(V=0.04 * V**2 + 5 * V + 140 - w + I, u=0.02 * (0.2 * V - w)),
    )


@pytest.mark.parametrize("v", [-30.0, -17.2, 0.0, 3.9, 25.0, 60.0])  # 25 and 10 are 0/0 in the paper's form
def test_hodgkin_huxley_in_the_variables_of_1952(v):
    """v is the depolarisation, with the sign turned as everybody does since; rest at -65 mV."""
    m, h, n, I = 0.2, 0.5, 0.4, 7.0
    alpha_m = 1.0 if v == 25 else 0.1 * (25 - v) / (math.exp((25 - v) / 10) - 1)
    alpha_n = 0.1 if v == 10 else 0.01 * (10 - v) / (math.exp((10 - v) / 10) - 1)
    beta_m, alpha_h, beta_n = 4 * math.exp(-v / 18), 0.07 * math.exp(-v / 20), 0.125 * math.exp(-v / 80)
    beta_h = 1 / (math.exp((30 - v) / 10) + 1)
    V = v - 65
    current = 120 * m**3 * h * (V - 50) + 36 * n**4 * (V + 77) + 0.03 * (V + 54.387)
    close(
        slopes("HH", V=V, m=m, h=h, n=n, I=I),
        dict(
            V=I - current,
            m=alpha_m * (1 - m) - beta_m * m,
            h=alpha_h * (1 - h) - beta_h * h,
            n=alpha_n * (1 - n) - beta_n * n,
        ),
    )


@pytest.mark.parametrize("V", [-80.0, -60.0, -35.0, -34.0, 0.0])
def test_wang_and_buzsakis_equations(V):
    h, n, I = 0.5, 0.3, 1.5
    alpha_m = 1.0 if V == -35 else -0.1 * (V + 35) / (math.exp(-0.1 * (V + 35)) - 1)
    alpha_n = 0.1 if V == -34 else -0.01 * (V + 34) / (math.exp(-0.1 * (V + 34)) - 1)
    m = alpha_m / (alpha_m + 4 * math.exp(-(V + 60) / 18))
    alpha_h, beta_h = 0.07 * math.exp(-(V + 58) / 20), 1 / (math.exp(-0.1 * (V + 28)) + 1)
    current = 35 * m**3 * h * (V - 55) + 9 * n**4 * (V + 90) + 0.1 * (V + 65)
    close(
        slopes("WangBuzsakiHH", V=V, h=h, n=n, I=I),
        dict(
            V=I - current,
            h=5 * (alpha_h * (1 - h) - beta_h * h),
            n=5 * (alpha_n * (1 - n) - 0.125 * math.exp(-(V + 44) / 80) * n),
        ),
    )


def test_morris_and_lecars_equations():
    V, W, I = -20.0, 0.1, 90.0
    M = 1 / (1 + math.exp(-2 * (V + 1.2) / 18))
    W_inf, rate = 1 / (1 + math.exp(-2 * (V - 2) / 30)), 0.04 * math.cosh((V - 2) / 60)
    current = 4.4 * M * (V - 130) + 8 * W * (V + 84) + 2 * (V + 60)
    close(slopes("MorrisLecar", V=V, W=W, I=I), dict(V=(I - current) / 20, W=rate * (W_inf - W)))


# -- behaviour ---------------------------------------------------------------------------------------------------------


def fire(neurons, current, n_steps, dt=0.1, run=recorded):
    """Steps in which each neuron fires under a constant input."""
    bm.set_dt(dt)

    def one(i):
        bp.share.save(i=i, t=i * dt)
        return neurons(current)

    spikes = np.asarray(run(one, n_steps))
    return [np.flatnonzero(spikes[:, k]) for k in range(neurons.num)]


def test_the_leaky_neuron_fires_when_its_exponential_reaches_the_threshold():
    times = fire(bp.dyn.LifRef(2, tau_ref=np.array([0.0, 5.0])), np.array([25.0, 25.0]), 2000)
    between = math.ceil(10 * math.log((25 + 5) / (25 - 20)) / 0.1)  # exact between steps: the equation is linear
    assert set(np.diff(times[0])) == {between}
    assert set(np.diff(times[1])) == {between + 50}


def test_the_quadratic_neuron_takes_the_time_of_its_arctangent():
    """tau V' = c (V - V_m)^2 + d with V_m between V_rest and V_c, so V = V_m + sqrt(d/c) tan(sqrt(c d) t/tau)."""
    c, middle, d = 0.07, -57.5, 40.0 - 0.07 * 7.5**2
    reach = [math.atan((V - middle) / math.sqrt(d / c)) for V in (-68.0, -30.0)]
    period = 10 / math.sqrt(c * d) * (reach[1] - reach[0])
    (times,) = fire(bp.dyn.QuaIF(1, method="rk4"), 40.0, 12000, dt=0.01)
    assert np.all(np.abs(np.diff(times) * 0.01 - period) <= 0.011)  # one step late at most, and rounding


def test_adaptation_grows_by_b_at_a_spike_and_slows_the_neuron():
    neurons = bp.dyn.AdExIF(1, V_initializer=bp.init.Constant(-56.0), b=3.0)
    neurons.w.value = 0.5
    bm.set_dt(0.1)
    before = bp.dyn.AdExIF(1, V_initializer=bp.init.Constant(-56.0), b=3.0, V_th=1e9)
    before.w.value = 0.5
    assert step(neurons, 400.0).all() and not step(before, 400.0).any()
    assert np.allclose(neurons.w.numpy() - before.w.numpy(), 3.0, rtol=0, atol=1e-14)
    slow = bp.dyn.AdExIF(1, V_initializer=bp.init.Constant(-65.0), a=0.0, b=5.0, tau_w=100.0)
    between = np.diff(fire(slow, 25.0, 4000)[0])
    assert between[0] < between[-1] and (np.diff(between) >= -1).all()


def test_internal_currents_and_threshold_of_the_generalized_neuron_change_by_their_rules():
    rules = dict(R1=0.5, R2=0.25, A1=3.0, A2=-1.0)
    neurons = bp.dyn.Gif(2, V_initializer=bp.init.Constant(-40.0), **rules)
    neurons.I1.value, neurons.I2.value, neurons.V_th.value = 0.4, 0.8, np.array([-65.0, -49.0])
    bm.set_dt(0.1)
    assert step(neurons, 0.0).all()
    I1, I2 = 0.4 * math.exp(-0.2 * 0.1), 0.8 * math.exp(-0.02 * 0.1)
    moved = [-50 + (V_th + 50) * math.exp(-0.01 * 0.1) for V_th in (-65.0, -49.0)]
    assert np.allclose(neurons.I1.numpy(), 0.5 * I1 + 3, rtol=1e-14)
    assert np.allclose(neurons.I2.numpy(), 0.25 * I2 - 1, rtol=1e-14)
    assert np.allclose(neurons.V_th.numpy(), [-60.0, moved[1]], rtol=1e-14)
    assert (neurons.V.numpy() == -70).all()


def test_hodgkin_and_huxleys_axon_fires_near_68_hz_at_10_uA():
    neurons = bp.dyn.HH(2, gL=0.3, V_initializer=bp.init.Constant(-65.0))
    fast, silent = fire(neurons, np.array([10.0, 2.0]), 20000, dt=0.02, run=roads.compiled)
    assert 66 < 1e3 / (np.diff(fast[2:]).mean() * 0.02) < 70
    assert len(silent) == 0  # below the rheobase near 6.3


def test_morris_lecar_is_silent_at_60_and_repeats_at_100():
    """The Hopf bifurcation of these parameters is near 94 uA/cm2 (Rinzel and Ermentrout 1989)."""
    start = dict(V_initializer=bp.init.Constant(-60.0))
    quiet, loud = fire(bp.dyn.MorrisLecar(2, **start), np.array([60.0, 100.0]), 3000)
    assert len(quiet) <= 1 and len(loud) >= 3


def test_izhikevichs_recovery_starts_at_rest():
    neurons = bp.dyn.Izhikevich(2, b=np.array([0.2, 0.25]))
    assert neurons.u.numpy().tolist() == [-14.0, -17.5]
    given = bp.dyn.Izhikevich(2, u_initializer=bp.init.Constant(3.0))
    assert given.u.numpy().tolist() == [3.0, 3.0]


def test_noise_gives_the_variance_of_an_ornstein_uhlenbeck_process():
    bm.set_dt(0.1)
    bm.random.seed(5)
    neurons = bp.dyn.Lif(4000, noise=2.0, V_th=1e9)
    V = recorded(lambda i: (bp.share.save(i=i, t=i * 0.1), neurons(0.0), neurons.V.value)[-1], 500)
    last = np.asarray(V)[-1]
    expected = 2.0**2 * 10 / 2  # sigma^2 tau/2; 5 time constants have passed
    error = expected * math.sqrt(2 / 4000)
    assert abs(last.var() - expected) < 4 * error + 0.01 * expected  # the step makes it 0.5 % wider
    assert abs(last.mean()) < 4 * math.sqrt(expected / 4000)


# -- inputs ------------------------------------------------------------------------------------------------------------


def test_currents_are_frozen_at_the_old_potential_or_move_with_it():
    bm.set_dt(0.1)
    frozen, moving = (getattr(bp.dyn, name)(1, V_initializer=bp.init.Constant(8.0)) for name in ("Lif", "LifLTC"))
    for neurons in (frozen, moving):
        neurons.add_inp_fun("leak", lambda V: -V)
        step(neurons, 3.0)
    held = 3.0 - 8.0  # the input while V moves from 8
    assert np.allclose(frozen.V.numpy(), held + (8 - held) * math.exp(-0.1 / 10), rtol=1e-14)
    assert np.allclose(moving.V.numpy(), 1.5 + (8 - 1.5) * math.exp(-2 * 0.1 / 10), rtol=1e-14)


def test_delta_inputs_are_added_behind_the_integration():
    bm.set_dt(0.1)
    neurons = bp.dyn.Lif(1, V_initializer=bp.init.Constant(8.0))
    neurons.add_inp_fun("jump", lambda: 2.5, category="delta")
    step(neurons)
    assert np.allclose(neurons.V.numpy(), 8 * math.exp(-0.01) + 2.5, rtol=1e-15)


def test_a_neuron_waits_while_no_more_than_tau_ref_has_passed():
    bm.set_dt(1.0)
    neurons = bp.dyn.LifRef(1, V_initializer=bp.init.Constant(19.9), tau_ref=2.0, ref_var=True)
    seen = []
    for i in range(5):
        spike = bool(step(neurons, 40.0, i)[0])
        seen.append((spike, bool(neurons.refractory.numpy()[0]), float(neurons.V.numpy()[0]) == -5.0))
    # fires in step 0; 1 and 2 are not more than 2 ms behind it
    assert seen == [(True, True, True), (False, True, True), (False, True, True)] + [(False, False, False)] * 2


def test_a_variable_collects_input_until_it_is_cleared():
    bm.set_dt(0.1)
    neurons = bp.dyn.Lif(2, input_var=True)
    neurons.input.value = np.array([1.0, 2.0])
    step(neurons, 3.0)
    first = (1 - math.exp(-0.01)) * np.array([4.0, 5.0])
    assert np.allclose(neurons.V.numpy(), first, rtol=1e-13)
    step(neurons, 3.0, 1)
    assert np.array_equal(neurons.input.numpy(), [7.0, 8.0])
    bp.clear_input(neurons)
    assert np.array_equal(neurons.input.numpy(), [0.0, 0.0])
    assert not hasattr(bp.dyn.Lif(2), "input")


def test_the_older_form_of_update_takes_the_time_from_its_argument():
    bm.set_dt(0.1)
    neurons = bp.dyn.LifRef(1, V_initializer=bp.init.Constant(19.99), tau_ref=5.0)
    assert neurons.update(dict(t=7.3, i=73, dt=0.1), 40.0).all()
    assert neurons.t_last_spike.numpy().tolist() == [7.3]
    with pytest.raises(ModelUseError, match="one input, but got 2"):
        neurons.update(1.0, 2.0)


# -- arguments ---------------------------------------------------------------------------------------------------------


def test_arguments_are_shown_to_people_who_ask():
    names = list(inspect.signature(bp.dyn.AdExIFRef).parameters)
    assert names[:4] == ["size", "sharding", "keep_size", "mode"]
    assert {"V_rest", "delta_T", "tau_w", "V_initializer", "w_initializer", "tau_ref", "input_var", "noise"} <= {*names}
    assert inspect.signature(bp.dyn.GifRef).parameters["Vth_initializer"].default.value == -50
    assert "tau_ref" not in inspect.signature(bp.dyn.HH).parameters

    class Own(bp.dyn.Lif):
        def __init__(self, n):
            super().__init__(n, tau=5.0)

    assert list(inspect.signature(Own).parameters) == ["n"] and Own(2).tau == 5.0


@pytest.mark.parametrize(
    "make, error, words",
    [
        (lambda: bp.dyn.Lif(3, V_tresh=3.0), ModelUseError, r"Lif has no argument 'V_tresh'.*did you mean 'V_th'"),
        (lambda: bp.dyn.AdExIF(3, tau_ref=3.0), ModelUseError, "no refractoriness.*ends in Ref"),
        (lambda: bp.dyn.Lif(3, tau=np.ones(4)), ModelValueError, r'"tau".*shape \(3,\).*\(4,\)'),
        (lambda: bp.dyn.Lif(3, V_rest="low"), ModelValueError, '"V_rest" must be a number.*low'),
        (lambda: bp.dyn.LifRef(3, tau_ref="long"), ModelValueError, '"tau_ref" must be a number'),
        (lambda: bp.dyn.HH(3, V_initializer=np.ones(2)), ModelValueError, r'"V_initializer" must be.*\(2,\)'),
        (lambda: bp.dyn.Lif(0), ModelValueError, '"size" of a Lif must be a positive int'),
    ],
)
def test_wrong_arguments_are_named(make, error, words):
    with pytest.raises(error, match=words):
        make()


def test_sizes_keep_their_axes_where_one_asks_for_it():
    assert bp.dyn.Lif((2, 3)).V.shape == (6,)
    kept = bp.dyn.LifRef((2, 3), keep_size=True, tau=bp.init.Uniform(5.0, 9.0))
    assert kept.V.shape == kept.tau.shape == (2, 3)


def test_spikes_have_the_type_that_one_asks_for():
    bm.set_dt(0.1)
    neurons = bp.dyn.Lif(2, V_initializer=bp.init.Constant(30.0), spk_dtype=float)
    assert step(neurons).tolist() == [1.0, 1.0] and neurons.spike.dtype == float
    assert bp.dyn.Lif(2).spike.dtype == bool


def test_a_reset_takes_every_variable_to_its_start():
    bm.set_dt(0.1)
    neurons = bp.dyn.GifRef(2, tau_ref=2.0, ref_var=True, V_initializer=bp.init.Constant(-40.0), A1=1.0)
    before = {key: variable.numpy() for key, variable in neurons.vars().items()}
    for i in range(5):
        step(neurons, 2.0, i)
    assert any(not np.array_equal(variable.numpy(), before[key]) for key, variable in neurons.vars().items())
    bp.reset_state(neurons)
    assert all(np.array_equal(variable.numpy(), before[key]) for key, variable in neurons.vars().items())


# -- the older names ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["LIF", "ExpIF", "AdExIF", "QuaIF", "AdQuaIF", "GIF", "Izhikevich", "HH", "MorrisLecar", "WangBuzsakiHH"]
)
def test_older_names_collect_input(name):
    neurons = getattr(bp.neurons, name)(2)
    assert neurons.input.numpy().tolist() == [0.0, 0.0]
    assert type(neurons).__name__ == name and not neurons.inputs_inside


def test_runners_write_into_the_input_of_older_neurons_and_clear_it():
    bm.set_dt(0.1)
    bp.profile.set(jit=False)
    neurons = bp.neurons.LIF(2, tau_ref=5.0)
    runner = bp.DSRunner(neurons, inputs=("input", 25.0), monitors=["V", "spike", "input"], progress_bar=False)
    runner.run(50.0)
    again = fire(bp.dyn.LifRef(2, tau_ref=5.0), 25.0, 500)
    assert np.array_equal(np.flatnonzero(runner.mon.spike[:, 0]), again[0])
    assert (runner.mon.input == 25).all() and (neurons.input.numpy() == 0).all()
