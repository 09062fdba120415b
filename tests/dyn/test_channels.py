"""Ion channels: steady states and time constants of the papers, currents, and what calcium does."""

import inspect
import math

import numpy as np
import pytest

import brainpy_lab as bp
import brainpy_lab.math as bm
from brainpy_lab.errors import ModelUseError, ModelValueError
from tests.dyn.channel_formulas import GATES, OPEN, bell, step

# With the points where a rate is 0/0 in the papers' form: -55, -50, -48, -40, -37, -35, -27, -23, -10...
VOLTAGES = np.array(
    [-120.0, -95.5, -80.0, -70.0, -65.0, -63.0, -55.0, -50.0, -48.0, -45.0, -40.0, -37.0, -35.0, -27.0, -23.0, -10.0]
    + [0.0, 15.3, 40.0]
)
ION = (3e-4, 118.0)


def at(channel, V):
    """Arguments of a channel: with those of its ion, if it has one."""
    return (V,) if channel.master_type is bp.dyn.HHTypedNeuron else (V, *ION)


def made(name, size=VOLTAGES.size, **options):
    return getattr(bp.channels, name)(size, **options)


@pytest.fixture(autouse=True)
def _dt():
    dt = bm.get_dt()
    yield
    bm.set_dt(dt)


@pytest.mark.parametrize("name", GATES)
def test_gates_rest_where_the_paper_says(name):
    channel = made(name)
    channel.reset_state(*at(channel, VOLTAGES))
    assert set(channel.powers) == set(GATES[name])
    for gate, (steady, _) in GATES[name].items():
        # 1e-13: a dozen roundings of numbers near 1; the smallest steady state is 1e-12.
        assert np.allclose(vars(channel)[gate].numpy(), [steady(V) for V in VOLTAGES], rtol=1e-11, atol=1e-15), gate


@pytest.mark.parametrize("name", GATES)
def test_gates_approach_it_with_the_time_constant_of_the_paper(name):
    """A step of exp_auto is exact for a gate at a fixed potential."""
    dt = 0.05
    bm.set_dt(dt)
    channel = made(name)
    for gate in channel.powers:
        vars(channel)[gate].value = 0.4
    bp.share.save(t=0.0, i=0)
    channel.update(*at(channel, VOLTAGES))
    for gate, (steady, tau) in GATES[name].items():
        expected = [steady(V) + (0.4 - steady(V)) * math.exp(-dt / tau(V)) for V in VOLTAGES]
        assert np.allclose(vars(channel)[gate].numpy(), expected, rtol=1e-12, atol=1e-14), gate


@pytest.mark.parametrize("name", OPEN)
def test_the_current_is_conductance_times_gates_times_driving_force(name):
    g_max, E, powers = OPEN[name]
    channel = made(name, 2)
    x = {"p": np.array([0.3, 0.9]), "q": np.array([0.7, 0.2])}
    for gate in powers:
        vars(channel)[gate].value = x[gate]
    V = np.array([-70.0, 10.0])
    open_part = np.prod([x[gate] ** power for gate, power in powers.items()], axis=0) if powers else 1.0
    reversal = ION[1] if E is None else E
    assert np.allclose(channel.current(*at(channel, V)), g_max * open_part * (reversal - V), rtol=1e-14)


@pytest.mark.parametrize("name", [name for name in GATES if name not in ("IKNI_Ya1989", "Ih_HM1992", "ICaN_IS2008")])
def test_rates_are_smooth_at_their_singular_points(name):
    """Rates that are 0/0 take their limits: neighbours 1e-6 mV away differ by no more than their slope allows."""
    channel = made(name)
    keys = [key for key in dir(channel) if key.startswith("f_")]
    for key in keys:
        here, near = (np.asarray(getattr(channel, key)(VOLTAGES + shift)) for shift in (0.0, 1e-6))
        assert np.isfinite(here).all()
        if key != "f_q_tau":  # which has two branches in the papers
            assert np.allclose(here, near, rtol=1e-5, atol=1e-12), key
    assert keys


@pytest.mark.parametrize("name", [name for name in GATES if hasattr(bp.channels, f"{name}v2")])
def test_forms_under_an_ion_take_its_reversal_potential_and_have_the_same_gates(name):
    old, new = made(name), made(f"{name}v2")
    bp.share.save(t=0.0, i=0)
    old.reset_state(VOLTAGES)
    new.reset_state(VOLTAGES, *ION)
    old.update(VOLTAGES + 5)
    new.update(VOLTAGES + 5, *ION)
    for gate in old.powers:
        assert vars(old)[gate].numpy().tobytes() == vars(new)[gate].numpy().tobytes()
    assert np.allclose(
        new.current(VOLTAGES, *ION) * (old.E - VOLTAGES), old.current(VOLTAGES) * (ION[1] - VOLTAGES), rtol=1e-12
    )
    assert new.master_type is (bp.dyn.Sodium if name.startswith("INa") else bp.dyn.Potassium)
    assert "E" not in inspect.signature(type(new)).parameters


def test_the_potassium_leak_has_a_form_under_its_ion():
    assert np.allclose(made("IK_Leak", 1).current(-60.0, 0.04, -95.0), 0.005 * -35)


def test_temperature_is_a_factor_of_the_rates():
    warm, cold = made("ICaT_HM1992", 1, T=34.0), made("ICaT_HM1992", 1, T=24.0)
    assert math.isclose(warm.phi_p, 3.55) and math.isclose(warm.phi_q, 3.0) and cold.phi_p == cold.phi_q == 1
    assert made("ICaT_HM1992", 1, phi_p=2.0).phi_p == 2
    assert math.isclose(made("INa_Ba2002", 1, T=26.0).phi, 1 / 3)
    assert math.isclose(made("IKDR_Ba2002", 1, T=26.0, T_base=2.0).phi, 0.5)
    assert math.isclose(made("ICaHT_Re1993", 1, T=33.0).phi_q, 2.3)


def test_parameters_may_differ_from_neuron_to_neuron():
    channel = made("INa_HH1952", 3, g_max=np.array([1.0, 2.0, 3.0]), V_sh=bp.init.Constant(-40.0))
    channel.p.value, channel.q.value = 1.0, 1.0
    assert np.allclose(channel.current(np.zeros(3)), [50, 100, 150])
    assert np.allclose(channel.f_p_alpha(np.full(3, -35.0)), 1.0)  # the singular point, 5 mV further up


# -- channels that calcium acts upon -----------------------------------------------------------------------------------


def test_calcium_opens_the_cation_channel():
    channel = made("ICaN_IS2008", 2)
    channel.p.value = 0.5
    C = np.array([0.2, 0.6])
    assert np.allclose(channel.current(np.array([-60.0, -60.0]), C, 120.0), np.array([0.5, 0.75]) * 0.5 * 70)


@pytest.mark.parametrize("C", [2.4e-4, 5e-3, 0.05])
def test_the_afterhyperpolarisation_obeys_its_two_rates(C):
    dt = 0.05
    bm.set_dt(dt)
    bp.share.save(t=0.0, i=0)
    rates = 48 * C**2 + 0.09
    for name, ion, reversal in (
        ("IAHP_De1994", (C, 120.0), -95.0),
        ("IAHP_De1994v2", (bp.dyn.IonInfo(0.04, -88.0), bp.dyn.IonInfo(C, 120.0)), -88.0),
    ):
        channel = made(name, 1)
        channel.reset_state(-60.0, *ion)
        assert np.allclose(channel.p.numpy(), 48 * C**2 / rates, rtol=1e-13)
        channel.p.value = 0.9
        channel.update(-60.0, *ion)
        expected = 48 * C**2 / rates + (0.9 - 48 * C**2 / rates) * math.exp(-rates * dt)
        assert np.allclose(channel.p.numpy(), expected, rtol=1e-13)
        assert np.allclose(channel.current(-60.0, *ion), 10 * expected**2 * (reversal + 60), rtol=1e-12)


def test_the_number_of_calcium_ions_may_be_any():
    assert made("IAHP_De1994", 1).n == 2 and type(made("IAHP_De1994", 1).n) is int
    other = bp.channels.IAHP_De1994(1, n=2.5)
    assert np.allclose(other.f_p_alpha(np.array([0.01])), 48 * 0.01**2.5)


@pytest.mark.parametrize("C", [1e-4, 2e-3, 1e-2])
def test_the_locked_cation_channel_stands_still_where_it_rests(C):
    """De1996: closed, open and locked channels and the regulating factor, each in balance."""
    channel = made("Ih_De1996")
    channel.reset_state(VOLTAGES, C, 120.0)
    O, OL, P1 = (getattr(channel, key).numpy() for key in ("O", "OL", "P1"))  # noqa: E741
    phi = 3.0**1.2
    for k, V in enumerate(VOLTAGES):
        h, tau = step(V, -75, -5.5), (20 + 1000 * bell((V + 71.5) / 14.2, -(V + 89) / 11.6)) / phi
        k1 = 4e-4 * (C / 2e-3) ** 4
        assert math.isclose(P1[k], k1 / (k1 + 4e-4), rel_tol=1e-12)
        assert math.isclose(OL[k], O[k] * P1[k] / 0.01, rel_tol=1e-12)
        assert math.isclose(O[k] * (1 - h) / tau, (1 - O[k] - OL[k]) * h / tau, rel_tol=1e-9, abs_tol=1e-16)
    bp.share.save(t=0.0, i=0)
    channel.update(VOLTAGES, C, 120.0)
    assert np.allclose(channel.O.numpy(), O, rtol=1e-9) and np.allclose(channel.OL.numpy(), OL, rtol=1e-9)
    assert np.allclose(channel.current(VOLTAGES), 0.02 * (O + 2 * OL) * (-40 - VOLTAGES), rtol=1e-9)


def test_calcium_locks_open_channels_and_none_are_lost():
    channel = made("Ih_De1996", 1)
    O, OL, P1, V, C = 0.3, 0.1, 0.05, -80.0, 5e-3  # noqa: E741
    closing = float(channel.dO(O, 0.0, OL, P1, V) + channel.dOL(OL, 0.0, O, P1))
    h, tau = step(V, -75, -5.5), (20 + 1000 * bell((V + 71.5) / 14.2, -(V + 89) / 11.6)) / 3.0**1.2
    assert math.isclose(closing, (h * (1 - O - OL) - (1 - h) * O) / tau, rel_tol=1e-11)
    assert math.isclose(float(channel.dOL(OL, 0.0, O, P1)), 1e-3 / 0.01 * P1 * O - 1e-3 * OL, rel_tol=1e-13)
    k1 = 4e-4 * 2.5**4
    assert math.isclose(float(channel.dP1(P1, 0.0, C)), k1 * (1 - P1) - 4e-4 * P1, rel_tol=1e-13)


# -- mistakes ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "make, error, words",
    [
        (lambda: bp.channels.IL(3, gmax=1.0), ModelUseError, "IL has no argument 'gmax'.*did you mean 'g_max'"),
        (lambda: bp.channels.INa_HH1952v2(3, E=50.0), ModelUseError, "INa_HH1952v2 has no argument 'E'"),
        (lambda: bp.channels.IL(3, E=np.ones(2)), ModelValueError, r'"E".*shape \(3,\).*\(2,\)'),
    ],
)
def test_wrong_arguments_are_named(make, error, words):
    with pytest.raises(error, match=words):
        make()


def test_a_channel_of_ones_own_has_to_say_its_current():
    class Mute(bp.Channel):
        pass

    with pytest.raises(bp.errors.ModelDefError, match="Mute does not say which current flows"):
        Mute(2).current(-60.0)
