"""CondNeuGroup: neurons made of channels, and the ions that channels share."""

import inspect
import math

import numpy as np
import pytest

import brainpy_lab as bp
import brainpy_lab.math as bm
from brainpy_lab.errors import ModelUseError, ModelValueError
from tests.dyn import roads
from tests.dyn.roads import recorded, same_bits


@pytest.fixture(autouse=True)
def _dt():
    dt = bm.get_dt()
    bm.set_dt(0.1)
    yield
    bm.set_dt(dt)


class Probe(bp.Channel):
    """A conductance `g` to 0 mV that grows by 1 in each step; notes the potential it is given."""

    def __init__(self, size, g=0.0):
        super().__init__(size)
        self.g = bm.Variable(bm.ones(size) * g)
        self.seen = bm.Variable(bm.zeros(size))

    def reset_state(self, V):
        self.g.value = 2.0

    def update(self, V):
        self.seen.value = V
        self.g.value = self.g + 1.0

    def current(self, V):
        return self.g.value * (0.0 - V)


class Influx(bp.dyn.CalciumChannel):
    """A current of `amount` uA/cm2, whatever the potential."""

    def __init__(self, size, amount):
        super().__init__(size)
        self.amount = float(amount)

    def current(self, V, C, E):
        return self.amount + 0.0 * V


def step(cells, x=None, i=0):
    bp.share.save(i=i, t=i * bm.get_dt())
    return cells(x)


def axon(size, **options):
    return bp.CondNeuGroup(
        size,
        V_th=20.0,
        INa=bp.channels.INa_HH1952(size, E=50.0, g_max=120.0),
        IK=bp.channels.IK_HH1952(size, E=-77.0, g_max=36.0),
        IL=bp.channels.IL(size, E=-54.387, g_max=0.3),
        **{"V_initializer": bp.init.Constant(-65.0), **options},
    )


# -- one step ----------------------------------------------------------------------------------------------------------


def test_the_potential_moves_first_and_channels_see_the_old_one():
    cells = bp.CondNeuGroup(2, C=4.0, V_initializer=bp.init.Constant(-60.0), probe=Probe(2))
    assert cells.probe.g.numpy().tolist() == [2.0, 2.0]  # its reset_state was called
    step(cells, 3.0)
    # C V' = -g V + I with g = 2 of before the step
    assert np.allclose(cells.V.numpy(), 1.5 + (-60 - 1.5) * math.exp(-2 / 4 * 0.1), rtol=1e-14)
    assert cells.probe.seen.numpy().tolist() == [-60.0, -60.0]
    assert cells.probe.g.numpy().tolist() == [3.0, 3.0]


def test_a_spike_is_a_crossing_of_the_threshold_upwards():
    cells = bp.CondNeuGroup(4, V_th=10.0, IL=bp.channels.IL(4, g_max=0.0))
    cells.V.value = np.array([9.0, 9.0, 10.0, 11.0])
    assert step(cells, np.array([10.0, 9.0, 10.0, -20.0])).tolist() == [True, False, False, False]
    assert np.allclose(cells.V.numpy(), [10.0, 9.9, 11.0, 9.0])
    assert cells.spike.numpy().tolist() == [True, False, False, False]


def test_input_in_nA_is_divided_by_the_area():
    big, usual = (bp.CondNeuGroup(1, A=A, V_initializer=bp.init.Constant(0.0)) for A in (4e-3, 1e-3))
    for cells in (big, usual):
        cells.add_inp_fun("synapse", lambda V: 2.0 + V)
        step(cells, 6.0)
    assert math.isclose(usual.V.numpy()[0], 0.8, rel_tol=1e-14)  # (6 + 2) uA/cm2 for 0.1 ms
    assert math.isclose(big.V.numpy()[0], 0.2, rel_tol=1e-14)  # synapses as well


def test_in_the_ltc_form_synapses_are_part_of_the_equation_and_not_scaled():
    cells = bp.dyn.CondNeuGroupLTC(1, A=4e-3, V_initializer=bp.init.Constant(-10.0))
    cells.add_inp_fun("synapse", lambda V: 2.0 - V)
    step(cells, 6.0)
    rest = 2.0 + 6.0 / 4
    assert math.isclose(cells.V.numpy()[0], rest + (-10 - rest) * math.exp(-0.1), rel_tol=1e-13)


def test_input_collects_until_it_is_cleared():
    cells = bp.CondNeuGroup(1, V_initializer=bp.init.Constant(0.0))
    step(cells, 1.0)
    step(cells, 1.0, 1)
    assert cells.input.numpy().tolist() == [2.0] and math.isclose(cells.V.numpy()[0], 0.3, rel_tol=1e-14)
    cells.clear_input()
    step(cells, 1.0, 2)
    assert math.isclose(cells.V.numpy()[0], 0.4, rel_tol=1e-14)
    plain = bp.CondNeuGroup(1, V_initializer=bp.init.Constant(0.0), input_var=False)
    step(plain, 1.0)
    step(plain, 1.0, 1)
    assert math.isclose(plain.V.numpy()[0], 0.2, rel_tol=1e-14) and not hasattr(plain, "input")


def test_delta_inputs_are_added_behind_the_integration():
    cells = bp.CondNeuGroup(1, V_initializer=bp.init.Constant(-1.0), V_th=0.0)
    cells.add_inp_fun("jump", lambda: 2.5, category="delta")
    assert step(cells).tolist() == [True] and cells.V.numpy().tolist() == [1.5]


def test_the_slope_can_be_asked_for_with_and_without_an_input():
    cells = axon(2, C=2.0)
    V = np.array([-60.0, -50.0])
    currents = cells.INa.current(V) + cells.IK.current(V) + cells.IL.current(V)
    assert np.allclose(cells.derivative(V, 0.0, 7.0), (currents + 7) / 2, rtol=1e-14)
    cells.input.value = 7.0
    assert np.allclose(cells.derivative(V, 0.0), (currents + 7) / 2, rtol=1e-14)


def test_noise_moves_the_potential():
    bm.random.seed(4)
    cells = bp.CondNeuGroup(3000, noise=0.5, V_initializer=bp.init.Constant(0.0), IL=bp.channels.IL(3000, E=0.0))
    V = np.asarray(recorded(lambda i: (step(cells, i=i), cells.V.value)[1], 400))[-1]
    variance = 0.5**2 / (2 * 0.1)  # of an Ornstein-Uhlenbeck process with the rate 0.1/ms
    expected = variance * (1 - math.exp(-2 * 0.1 * 40))
    assert abs(V.var() - expected) < 4 * expected * math.sqrt(2 / 3000) + 0.01 * expected


# -- holding channels --------------------------------------------------------------------------------------------------


def test_channels_by_keyword_and_channels_assigned_later_are_the_same():
    class Later(bp.CondNeuGroup):
        def __init__(self, size):
            super().__init__(size, V_th=20.0, V_initializer=bp.init.Constant(-65.0))
            self.INa = bp.channels.INa_HH1952(size)
            self.IK = bp.channels.IK_HH1952(size, E=-77.0, g_max=36.0)
            self.IL = bp.channels.IL(size, E=-54.387, g_max=0.3)

    def run(cells):
        return recorded(lambda i: (step(cells, 10.0, i), cells.clear_input(), cells.V.value)[2], 200)

    assert same_bits(run(Later(2)), run(axon(2)))
    assert math.isclose(Later(1).INa.q.numpy()[0], 0.596, abs_tol=5e-4)  # h at -65 mV, not 0


def test_a_reset_takes_gates_to_the_steady_state_of_the_first_potential():
    cells = axon(3, V_initializer=np.array([-80.0, -65.0, -50.0]))
    before = {key: variable.numpy() for key, variable in cells.vars("relative").items()}
    recorded(lambda i: step(cells, 20.0, i), 50)
    assert not np.array_equal(cells.INa.p.numpy(), before["INa.p"])
    for reset in (cells.reset_state, cells.reset, lambda: bp.reset_state(bp.Network(cells=cells))):
        cells.V.value, cells.IK.p.value = 0.0, 0.5
        reset()
        assert all(np.array_equal(v.numpy(), before[key]) for key, v in cells.vars("relative").items())


def test_the_older_forms_of_update_work_in_cells_and_in_channels():
    class Older(bp.channels.IL):
        def update(self, tdi, V):
            self.times.value = tdi.t

    channel = Older(1, g_max=0.0)
    channel.times = bm.Variable(bm.zeros(1))

    class Cells(bp.CondNeuGroup):
        def update(self, tdi, x=None):
            return super().update(tdi, x)

    cells = Cells(1, V_initializer=bp.init.Constant(0.0), old=channel)
    bp.share.save(i=3, t=0.3)
    cells(5.0)
    cells.update(dict(t=0.4, i=4, dt=0.1), 5.0)
    assert math.isclose(cells.V.numpy()[0], 1.5) and channel.times.numpy().tolist() == [0.3]


def test_everything_the_documentation_lists_is_there():
    names = """clear_input cpu cuda derivative get_batch_shape load_state_dict load_states nodes register_implicit_nodes
        register_implicit_vars reset reset_state save_states state_dict to tpu train_vars tree_flatten tree_unflatten
        unique_name update mode name varshape""".split()
    cells = axon(2)
    assert all(hasattr(cells, name) for name in names)
    defaults = {key: p.default for key, p in inspect.signature(bp.CondNeuGroup).parameters.items()}
    assert (defaults["C"], defaults["A"], defaults["V_th"], defaults["method"]) == (1.0, 1e-3, 0.0, "exp_auto")
    assert -70 <= bp.CondNeuGroup(50).V.numpy().min() < bp.CondNeuGroup(50).V.numpy().max() <= -60
    assert [*cells.nodes("relative", level=1)] == ["", "INa", "IK", "IL"]
    kept = cells.state_dict()
    cells.V.value = 3.0
    cells.load_state_dict(kept)
    assert (cells.V.numpy() == -65).all()


def test_gates_are_called_by_their_channels():
    cells = bp.CondNeuGroup(
        1, INa=bp.channels.INa_HH1952(1), ca=bp.dyn.CalciumDetailed(1, ICaT=bp.channels.ICaT_HM1992(1))
    )
    assert cells.INa.p.name == "INa.p" and cells.ca.ICaT.q.name == "ca.ICaT.q" and cells.ca.E.name == "ca.E"


def test_cells_with_axes():
    cells = bp.CondNeuGroup((2, 3), keep_size=True, IL=bp.channels.IL((2, 3), keep_size=True))
    assert step(cells).shape == cells.V.shape == (2, 3)


def test_spikes_have_the_type_that_one_asks_for():
    cells = bp.CondNeuGroup(1, V_initializer=bp.init.Constant(-0.1), spk_type=float)
    assert step(cells, 10.0).tolist() == [1.0] and cells.spike.dtype == float


@pytest.mark.parametrize(
    "make, error, words",
    [
        (lambda: bp.CondNeuGroup(2, IL=0.1), ModelValueError, "made of channels and ions, but 'IL' is 0.1"),
        (lambda: bp.CondNeuGroup(2, V_tresh=3.0), ModelValueError, "'V_tresh' is 3.0: did you mean 'V_th'"),
        (lambda: bp.CondNeuGroup(2, IL=bp.dyn.Lif(2)), ModelValueError, "made of channels and ions, but 'IL' is Lif"),
        (
            lambda: bp.CondNeuGroup(2, ICa=bp.channels.ICaT_HM1992(2)),
            ModelValueError,
            r"cannot hold ICa = ICaT_HM1992: that belongs to Calcium.*bp.dyn.CalciumFixed\(size, ICa=ICaT_HM1992",
        ),
        (
            lambda: bp.dyn.SodiumFixed(2, IK=bp.channels.IK_HH1952v2(2)),
            ModelValueError,
            "cannot hold IK = IK_HH1952v2: that belongs to Potassium.*PotassiumFixed",
        ),
        (
            lambda: bp.dyn.CalciumFixed(2, IL=bp.channels.IL(2)),
            ModelValueError,
            "cannot hold IL = IL: that belongs to HHTypedNeuron. Put it into the neurons",
        ),
        (
            lambda: bp.CondNeuGroup(2, ahp=bp.channels.IAHP_De1994v2(2)),
            ModelValueError,
            "belongs to Potassium and Calcium.*mix_ions",
        ),
        (
            lambda: bp.CondNeuGroup(2, IL=bp.channels.IL(3)),
            ModelValueError,
            r"has the shape \(2,\), but IL = IL has \(3,\)",
        ),
        (lambda: bp.dyn.CalciumFixed(2, E=np.ones(3)), ModelValueError, r'"E" must be.*\(3,\)'),
        (lambda: bp.dyn.CalciumFixed(2, Em=3.0), ModelValueError, "made of channels and ions, but 'Em' is 3.0"),
        (lambda: bp.dyn.mix_ions(bp.dyn.CalciumFixed(2)), ModelValueError, "two or more ions"),
        (
            lambda: bp.dyn.mix_ions(bp.dyn.CalciumFixed(2), bp.dyn.SodiumFixed(3)),
            ModelValueError,
            r"of one shape, but got \[\(2,\), \(3,\)\]",
        ),
        (
            lambda: bp.dyn.mix_ions(bp.dyn.CalciumFixed(2), bp.dyn.SodiumFixed(2), a=bp.channels.IAHP_De1994v2(2)),
            ModelValueError,
            "cannot hold a = IAHP_De1994v2",
        ),
    ],
)
def test_what_does_not_fit_is_named(make, error, words):
    with pytest.raises(error, match=words):
        make()


# -- ions --------------------------------------------------------------------------------------------------------------


def nernst(C, C0=2.0, T=36.0):
    return 8.314462618 * (T + 273.15) / (2 * 96485.33212) * 1e3 * math.log(C0 / C)


def test_calcium_in_a_shell_follows_the_inward_current():
    """1 uA/cm2 for 1 ms is 1e-9 C/cm2, which is 5.18e-15 mol/cm2 of calcium, in 1e-4 cm: 5.18e-5 mM."""
    dt, tau, I = 0.1, 5.0, 3.0
    ca = bp.dyn.CalciumDetailed(1, d=0.5, tau=tau, flow=Influx(1, I))
    assert math.isclose(ca.E.numpy()[0], nernst(2.4e-4), rel_tol=1e-12)
    for i in range(3):
        bp.share.save(i=i, t=i * dt)
        ca.update(-60.0)
    inflow = I * 1e-9 / (2 * 96485.33212) / (0.5e-4) * 1e6  # mol/cm3 are 1e6 mM
    expected = 2.4e-4 + inflow * tau * (1 - math.exp(-3 * dt / tau))
    assert math.isclose(ca.C.numpy()[0], expected, rel_tol=1e-10)
    assert math.isclose(ca.E.numpy()[0], nernst(expected), rel_tol=1e-10)
    out = bp.dyn.CalciumDetailed(1, flow=Influx(1, -I), C_initializer=bp.init.Constant(1e-3))
    out.update(-60.0)  # an outward current takes nothing away
    assert math.isclose(out.C.numpy()[0], 2.4e-4 + (1e-3 - 2.4e-4) * math.exp(-dt / tau), rel_tol=1e-12)


def test_calcium_of_first_order():
    ca = bp.dyn.CalciumFirstOrder(1, alpha=2e-5, beta=0.075, flow=Influx(1, 4.0))
    bp.share.save(i=0, t=0.0)
    ca.update(-60.0)
    rest = 2e-5 * 4 / 0.075
    assert math.isclose(ca.C.numpy()[0], rest + (2.4e-4 - rest) * math.exp(-0.0075), rel_tol=1e-12)


def test_only_what_carries_calcium_fills_the_shell():
    ca = bp.dyn.CalciumDetailed(1, ICaT=bp.channels.ICaT_HM1992(1), can=bp.channels.ICaN_IS2008(1))
    ca.ICaT.p.value, ca.ICaT.q.value, ca.can.p.value = 0.5, 0.5, 1.0
    calcium, cations = (channel.current(-60.0, *ca.pack_info()) for channel in (ca.ICaT, ca.can))
    assert calcium > 0 and cations > 0
    assert np.allclose(ca.flux(-60.0), calcium) and np.allclose(ca.current(-60.0), calcium + cations)
    ca.add_external_current("synapse", lambda V, C, E: 0.5)
    assert np.allclose(ca.flux(-60.0), calcium + 0.5) and np.allclose(ca.current(-60.0), calcium + cations)
    assert np.allclose(ca.current(-60.0, external=True), calcium + cations + 0.5)
    with pytest.raises(KeyError, match="external current 'synapse' already"):
        ca.add_external_current("synapse", lambda V, C, E: 0.0)


def test_channels_are_updated_at_the_old_concentration():
    class Sees(Influx):
        def update(self, V, C, E):
            self.seen = (np.array(C), np.array(E))

    channel = Sees(1, 5.0)
    ca = bp.dyn.CalciumDetailed(1, flow=channel)
    bp.share.save(i=0, t=0.0)
    ca.update(-60.0)
    assert channel.seen[0] == 2.4e-4 and math.isclose(channel.seen[1][0], nernst(2.4e-4), rel_tol=1e-12)
    assert ca.C.numpy()[0] > 2.4e-4


def test_fixed_ions_tell_their_channels_what_they_are():
    k = bp.dyn.PotassiumFixed(1, E=-80.0, leak=bp.channels.IK_Leak(1, g_max=0.2))
    cells = bp.CondNeuGroup(1, V_initializer=bp.init.Constant(-60.0), k=k)
    step(cells)
    assert math.isclose(cells.V.numpy()[0], -80 + 20 * math.exp(-0.02), rel_tol=1e-13)


def mixed(size, with_ions=True):
    cells = bp.CondNeuGroup(size, V_initializer=bp.init.Constant(-60.0))
    k, ca = bp.dyn.PotassiumFixed(size, E=-85.0), bp.dyn.CalciumFixed(size, C=0.01)
    if with_ions:
        cells.k, cells.ca = k, ca
    cells.kca = bp.dyn.mix_ions(k, ca)
    cells.kca.add_elem(ahp=bp.channels.IAHP_De1994v2(size))
    return cells


def test_mixed_ions_open_with_calcium_and_carry_potassium():
    cells = mixed(1)
    p = 48e-4 / (48e-4 + 0.09)
    assert math.isclose(cells.kca.ahp.p.numpy()[0], p, rel_tol=1e-12)  # at rest where it was put in
    step(cells)
    assert math.isclose(cells.V.numpy()[0], -85 + 25 * math.exp(-10 * p**2 * 0.1), rel_tol=1e-12)
    assert [*cells.nodes("relative")] == ["", "k", "ca", "kca", "kca.ahp"]


def test_ions_that_are_mixed_must_be_in_the_neurons():
    with pytest.raises(ModelUseError, match="holds a MixIons of PotassiumFixed .* but not that ion"):
        step(mixed(1, with_ions=False))


# -- behaviour ---------------------------------------------------------------------------------------------------------


def test_an_axon_made_of_channels_fires_near_68_hz_at_10_uA():
    cells = axon(1)
    runner = bp.DSRunner(cells, inputs=("input", 10.0), monitors=["V", "spike"], dt=0.02, progress_bar=False)
    runner.run(150.0)
    times = runner.mon.ts[runner.mon.spike[:, 0]]
    assert 66 < 1e3 / np.diff(times[2:]).mean() < 70
    assert 25 < runner.mon.V.max() < 45 and -80 < runner.mon.V[2000:].min() < -70


class Relay(bp.CondNeuGroup):
    """A thalamic relay cell: spikes, a low-threshold calcium current with its calcium, a cation current."""

    def __init__(self, size, g_T=2.0):
        super().__init__(size, V_initializer=bp.init.Constant(-62.0))
        self.INa = bp.channels.INa_TM1991(size, V_sh=-50.0, g_max=90.0)
        self.IK = bp.channels.IK_TM1991(size, V_sh=-50.0)
        self.IL = bp.channels.IL(size, g_max=0.01)
        self.IKL = bp.channels.IKL(size)
        self.Ih = bp.channels.Ih_HM1992(size, g_max=0.01, E=-43.0)
        self.ca = bp.dyn.CalciumDetailed(size, ICaT=bp.channels.ICaT_HM1992(size, g_max=g_T))


def test_a_relay_cell_fires_a_burst_when_it_is_let_go():
    """Hyperpolarisation takes the inactivation of the T-current away; let go, it fires a burst, and calcium rises."""
    current = np.repeat([0.0, -1.0, 0.0], [2000, 6000, 4000])

    def run(duration):
        cells = Relay(2, g_T=np.array([2.0, 0.0]))
        monitors = ["V", "spike", "ca.C", "ca.ICaT.q"]
        inputs = ("input", current, "iter")
        runner = bp.DSRunner(cells, inputs=inputs, monitors=monitors, dt=0.05, progress_bar=False)
        runner.run(duration)
        return runner

    runner = run(600.0)
    bp.profile.set(jit=False)  # step by step
    alone = run(2.0)
    assert all(same_bits(alone.mon[key], runner.mon[key][:40]) for key in ("V", "spike", "ca.C", "ca.ICaT.q"))
    with_T, without = (runner.mon.ts[runner.mon.spike[:, k]] for k in (0, 1))
    assert 3 <= len(with_T) <= 15 and with_T.min() > 400 and np.ptp(with_T) < 100
    assert 1e3 / np.diff(with_T).min() > 250  # Hz within the burst
    assert len(without) == 0
    q, C, V = (runner.mon[key] for key in ("ca.ICaT.q", "ca.C", "V"))
    assert q[1900, 0] < 0.05 and q[7900, 0] > 0.9 and q[-1, 0] < 0.1
    assert C[:8000, 0].max() < 5e-4 and C[:, 0].max() > 5e-3 and (C[:, 1] == 2.4e-4).all()
    assert V[8000, 0] > V[2000:8000, 0].min() + 5  # the sag of the cation current


def test_calcium_that_opens_potassium_channels_makes_spikes_rarer():
    size, g = 2, np.array([0.0, 20.0])
    ca = bp.dyn.CalciumDetailed(size, d=0.1, tau=80.0)
    ca.add_elem(ICaL=bp.channels.ICaL_IS2008(size, g_max=0.5), ahp=bp.channels.IAHP_De1994(size, g_max=g))
    cells = bp.CondNeuGroup(
        size,
        V_initializer=bp.init.Constant(-65.0),
        INa=bp.channels.INa_TM1991(size, V_sh=-55.0),
        IK=bp.channels.IK_TM1991(size, V_sh=-55.0),
        IL=bp.channels.IL(size),
        ca=ca,
    )
    spike = np.asarray(recorded(lambda i: (step(cells, 6.0, i), cells.clear_input())[0], 1500))
    free, held_back = np.flatnonzero(spike[:, 0]), np.flatnonzero(spike[:, 1])
    assert len(free) > len(held_back) >= 3
    assert np.diff(held_back)[0] < np.diff(held_back)[-1]


def test_recorded_steps_and_steps_by_themselves_have_the_same_bits():
    def run(road):
        cells = Relay(3, g_T=np.array([0.0, 1.0, 2.5]))
        cells.k = bp.dyn.PotassiumFixed(3, IA=bp.channels.IKA1_HM1992v2(3, g_max=0.5))
        cells.kca = bp.dyn.mix_ions(cells.k, cells.ca, ahp=bp.channels.IAHP_De1994v2(3, g_max=0.2))
        cells.ca.add_elem(Ih=bp.channels.Ih_De1996(3), can=bp.channels.ICaN_IS2008(3))
        cells.add_inp_fun("synapse", lambda V: 0.01 * (0.0 - V))

        def one(i):
            step(cells, bm.where(i < 10, 0.0, 20.0), i)
            cells.clear_input()
            return {key: variable.value for key, variable in cells.vars("relative").items()}

        return road(one, 30)

    found = run(recorded)
    assert len(found) == 18 and all(np.isfinite(np.asarray(values)).all() for values in found.values())
    assert np.asarray(found["spike"]).any()
    assert same_bits(found, run(roads.alone))
