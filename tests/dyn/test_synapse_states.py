"""Synapses by closed forms, and step by step as the update order says."""

import numpy as np
import pytest

import brainpy_lab as bp
import brainpy_lab.math as bm
from brainpy_lab.errors import ModelValueError
from tests.dyn import cells

dyn, DT = bp.dyn, 0.1


def response(synapse, n_steps, spikes=(0,), jit=None, dt=DT):
    """The conductance after each step, for events of 1 in some steps; events come at the end of a step."""
    train = np.isin(np.arange(n_steps), spikes)
    jit = n_steps > 100 if jit is None else jit
    bm.set_dt(dt)

    def step(i, event):
        bp.share.save(i=i, t=i * dt)
        return synapse(event)

    return np.asarray(bm.for_loop(step, (bm.arange(n_steps), train), jit=jit))[:, 0]


def all_kinds():
    return [
        dyn.Expon(2, tau=5.0),
        dyn.Alpha(2, tau_decay=np.array([5.0, 7.0])),
        dyn.DualExpon(2, tau_decay=5.0, normalize=True),
        dyn.DualExponV2(2),
        dyn.NMDA(2),
        dyn.AMPA(2),
        dyn.GABAa(2),
        dyn.BioNMDA(2),
        dyn.STD(2),
        dyn.STP(2),
    ]


@pytest.mark.parametrize("float_type", ["float64", "float32"])
def test_compiled_synapses_have_the_same_bits(float_type):
    bp.profile.set_float_type(float_type)
    found = []
    for jit in (True, False):
        pre, kinds = cells.Source(2, 1, period=7), all_kinds()

        class Model(bp.DynamicalSystem):
            def __init__(self, pre=pre, kinds=kinds):
                super().__init__()
                self.pre, self.kinds = pre, kinds

            def update(self):
                spikes = self.pre()
                for kind in self.kinds:
                    kind(spikes)

        model = Model()
        found.append(cells.run(model, lambda m=model: list(m.vars().unique().values()), 20, jit))
    assert cells.same_bits(*found)
    assert all(np.isfinite(values).all() for values in found[0])


def test_what_is_sent_is_what_update_returns():
    for kind in all_kinds():
        bp.share.save(i=0, t=0.0)
        for event in (True, False, True):
            returned = kind(bm.asarray([event, True]))
            assert np.array_equal(np.asarray(returned), kind.return_info().numpy()), kind
        first = [variable.numpy() for variable in kind.vars().values()]
        kind.reset_state()
        again = type(kind)(2)
        assert all(np.array_equal(a, b) for a, b in zip(kind.vars().values(), again.vars().values()))
        assert any(not np.array_equal(a, b) for a, b in zip(kind.vars().values(), first))


def test_an_exponential_decays_by_its_factor_and_takes_events_afterwards():
    g = response(dyn.Expon(1, tau=5.0), 8, (0, 3))
    decay = np.exp(-DT / 5.0)
    expected, now = [], 0.0
    for k in range(8):
        now = now * decay + (k in (0, 3))
        expected.append(now)
    assert np.allclose(g, expected, rtol=1e-14)
    synapse = dyn.Expon(1, tau=5.0)
    synapse.g.value = 1.0
    bp.share.save(t=0.0)
    assert float(synapse()[0]) == pytest.approx(decay, rel=1e-15)  # no event at all


def test_an_alpha_synapse_is_the_alpha_function():
    t = np.arange(400) * DT
    for tau in (2.0, 10.0):
        g = response(dyn.Alpha(1, tau_decay=tau, method="rk4"), 400)
        assert np.abs(g - t / tau * np.exp(-t / tau)).max() < 1e-7  # (dt/tau)**4 = 6e-6 at most, over 120
    # exp_auto advances h and g side by side: the error is of first order.
    errors = []
    for dt in (0.1, 0.05):
        n = round(30 / dt)
        t = np.arange(n) * dt
        errors.append(np.abs(response(dyn.Alpha(1), n, dt=dt) - t / 10 * np.exp(-t / 10)).max())
    assert 1.9 < errors[0] / errors[1] < 2.1 and errors[0] < 0.01


def test_an_alpha_synapse_goes_from_the_old_values():
    g = response(dyn.Alpha(1, tau_decay=10.0), 3)
    decay = np.exp(-DT / 10)
    assert g[0] == 0.0  # the event enters h
    assert g[1] == pytest.approx(1 - decay, rel=1e-13)
    assert g[2] == pytest.approx(g[1] * decay + decay * (1 - decay), rel=1e-13)


@pytest.mark.parametrize("decay, rise", [(10.0, 1.0), (5.0, 0.5), (3.0, 2.0)])
def test_two_exponentials(decay, rise):
    t = np.arange(300) * DT
    exact = rise * decay / (decay - rise) * (np.exp(-t / decay) - np.exp(-t / rise))
    g = response(dyn.DualExpon(1, tau_decay=decay, tau_rise=rise, method="rk4"), 300)
    assert np.abs(g - exact).max() < 1e-5  # (dt/rise)**5/120 a step, over the time constants
    side_by_side = response(dyn.DualExponV2(1, tau_decay=decay, tau_rise=rise), 300)
    assert np.allclose(side_by_side, exact, rtol=1e-11, atol=1e-13)  # exact decays: 300 roundings
    plain = response(dyn.DualExponV2(1, tau_decay=decay, tau_rise=rise, normalize=False), 300)
    assert np.allclose(plain, exact * (decay - rise) / rise / decay, rtol=1e-11, atol=1e-13)
    normal = response(
        dyn.DualExpon(
            1,
            tau_decay=decay,
            tau_rise=rise,
            normalize=True,
            method="rk4",
        ),
        2000,
        dt=0.01,
    )
    assert normal.max() == pytest.approx(1.0, abs=(0.01 / rise) ** 2)  # the peak lies between two steps
    peak = rise * decay / (decay - rise) * np.log(decay / rise)
    assert abs(normal.argmax() * 0.01 - peak) <= 0.01


def test_nmda_opens_step_by_step_and_saturates():
    g = response(dyn.NMDA(1), 40, range(0, 40, 2))
    now, x, expected = 0.0, 0.0, []
    for k in range(40):
        slope, rate = -now / 100 + 0.5 * x * (1 - now), -1 / 100 - 0.5 * x
        now, x = now + np.expm1(rate * DT) / rate * slope, x * np.exp(-DT / 2) + (k % 2 == 0)
        expected.append(now)
    assert np.allclose(g, expected, rtol=1e-13)
    assert response(dyn.NMDA(1), 3000, range(3000)).max() < 1.0


@pytest.mark.parametrize(
    "kind, alpha, beta, T, pulse", [(dyn.AMPA, 0.98, 0.18, 0.5, 5), (dyn.GABAa, 0.53, 0.18, 1.0, 10)]
)
@pytest.mark.parametrize("first", [0, 1, 2, 3, 7, 1003, 70001])
def test_a_pulse_of_transmitter_opens_and_lasts_as_long_as_it_says(kind, alpha, beta, T, pulse, first):
    synapse = kind(1)
    steps = np.arange(first, first + 30)

    def step(i):
        bp.share.save(i=i, t=i * DT)
        return synapse(bm.asarray([i == first]))

    g = np.asarray(bm.for_loop(step, steps, jit=False))[:, 0]
    rate = alpha * T + beta
    after = (np.arange(30) + 1) * DT
    on = alpha * T / rate * (1 - np.exp(-rate * np.minimum(after, pulse * DT)))
    expected = on * np.exp(-beta * np.maximum(after - pulse * DT, 0))
    assert np.allclose(g, expected, rtol=1e-12)


def test_bio_nmda_opens_in_two_steps():
    g = response(dyn.BioNMDA(1), 20)
    now, x, expected = 0.0, 0.0, []
    for k in range(20):
        T = 1.0 if k < 5 else 0.0
        slope_g, rate_g = 2.0 * x * (1 - now) - 0.01 * now, -2.0 * x - 0.01
        slope_x, rate_x = T * (1 - x) - 0.5 * x, -T - 0.5
        now += np.expm1(rate_g * DT) / rate_g * slope_g
        x += np.expm1(rate_x * DT) / rate_x * slope_x
        expected.append(now)
    assert np.allclose(g, expected, rtol=1e-12)


def test_depression_uses_a_part_of_what_is_left_and_recovers():
    spikes = range(0, 4000, 100)
    x = response(dyn.STD(1, tau=200.0, U=0.2), 4000, spikes)
    decay, now, expected = np.exp(-DT / 200), 1.0, []
    for k in range(4000):
        now = 1 - (1 - now) * decay - (k in spikes) * 0.2 * now
        expected.append(now)
    assert np.allclose(x, expected, rtol=1e-11)
    # Tsodyks and Markram 1997, eq. 3: before each of many spikes at 100 Hz, up to dt/tau.
    E = np.exp(-10 / 200)
    assert x[3899] == pytest.approx((1 - E) / (1 - 0.8 * E), rel=0.01)


def test_facilitation_is_that_of_tsodyks_and_markram():
    synapse = dyn.STP(1, U=0.2, tau_f=600.0, tau_d=100.0)
    spikes = (10, 210)
    ux = response(synapse, 300, spikes)
    u, x, expected = 0.0, 1.0, []
    for k in range(300):
        old_u, old_x = u, x
        u, x = u * np.exp(-DT / 600), 1 - (1 - x) * np.exp(-DT / 100)
        if k in spikes:
            u += 0.2 * (1 - old_u)
            x -= u * old_x
        expected.append(u * x)
    assert np.allclose(ux, expected, rtol=1e-12)
    assert ux[9] == 0.0 and ux[10] == pytest.approx(0.2 * 0.8, rel=1e-12)  # the first spike uses U
    assert 0 <= float(synapse.u.value[0]) <= 1
    # Steady state of u before a spike: U E/(1 - (1 - U) E), E the decay between spikes.
    synapse = dyn.STP(1, U=0.2, tau_f=600.0, tau_d=100.0)
    response(synapse, 8001, range(0, 8001, 100))
    E = np.exp(-10 / 600)
    after = 0.2 + 0.8 * (0.2 * E / (1 - 0.8 * E))
    assert float(synapse.u.value[0]) == pytest.approx(after, rel=1e-3)


def test_mistakes_are_named():
    with pytest.raises(ModelValueError, match='"tau_decay" of DualExponV2 must be above "tau_rise".*use Alpha'):
        dyn.DualExponV2(1, tau_decay=2.0, tau_rise=2.0)
    with pytest.raises(ModelValueError, match='"tau_decay" of DualExpon must be above'):
        dyn.DualExpon(1, tau_decay=1.0, tau_rise=2.0, normalize=True)
    with pytest.raises(ModelValueError, match="AMPA has no add_current"):
        dyn.FullProjAlignPostMg(
            cells.Source(1), None, bp.dnn.OneToOne(1, 1.0), dyn.AMPA.desc(1), dyn.CUBA.desc(), cells.Sink(1)
        )
    with pytest.raises(ModelValueError, match="Alpha has no add_current"):
        dyn.HalfProjAlignPost(bp.dnn.OneToOne(1, 1.0), dyn.Alpha(1), dyn.CUBA(), cells.Sink(1))


def test_dual_exponentials_serve_as_states_of_the_target():
    pre, post = cells.Source(2), cells.Sink(2)
    proj = dyn.FullProjAlignPostMg(
        pre, None, bp.dnn.OneToOne(2, 1.0), dyn.DualExponV2.desc(2, tau_decay=5.0), dyn.CUBA.desc(), post
    )
    found = cells.run(cells.Steps(proj, pre, post), lambda: post.current, 12, False)[:, 0]
    t = np.maximum(np.arange(12) - 3, 0) * DT
    assert np.allclose(found, 5 / 4 * (np.exp(-t / 5) - np.exp(-t)), rtol=1e-12, atol=1e-15)
