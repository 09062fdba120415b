"""Groups that spike: the same bits on both back ends, and the statistics and times they promise."""

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab.errors import ModelUseError
from brainpy_lab.inputs import FreqInput, PoissonInput, SpikeTimeInput


@pytest.fixture(autouse=True)
def _reference():
    bp.profile.set(jit=False, dt=0.1)


def spike_steps(group, *runs):
    """Steps (by time) and neurons of the spikes of several runs."""
    found = []
    for run in runs:
        group.run(run)
        times, ids = group.spikes()
        found += zip(np.rint(times / bp.profile.get_dt()).astype(int).tolist(), ids.tolist())
    return found


# ---- both back ends


@pytest.mark.parametrize("float_type", ["float64", "float32"])
def test_both_back_ends_give_the_same_bits(float_type):
    def record(jit):
        bp.profile.set(jit=jit, float_type=float_type, seed=7)
        rng = np.random.default_rng(1)
        times = np.sort(rng.uniform(0, 30, 400))
        groups = [
            PoissonInput(30, np.linspace(0, 4000, 30), monitors=["spike"]),
            FreqInput(30, np.linspace(0, 900, 30), rng.uniform(-3, 20, 30), monitors=["spike", "t_next_spike"]),
            SpikeTimeInput(30, times, rng.integers(0, 30, 400), monitors=["spike"]),
        ]
        net = bp.Network(*groups)
        net.run(20.0)
        net.run((20.0, 33.0))
        assert all(group.mon.spike.any() for group in groups)
        return [array for group in groups for array in (*group.mon.values(), *group.ST.values())]

    assert all(np.array_equal(a, b) and a.dtype == b.dtype for a, b in zip(record(False), record(True), strict=True))


# ---- Poisson


def test_poisson_spikes_come_with_the_probability_of_the_rate():
    rates = np.array([0.0, 50.0, 400.0, 10_000.0])
    bp.profile.set(seed=3)
    group = PoissonInput(4, rates, monitors=["spike"])
    group.run(2000.0)
    n, p = 20_000, rates * 1e-4
    # Five standard errors of a binomial: rates 0 and 1/dt leave nothing to chance.
    assert (np.abs(group.mon.spike.sum(axis=0) - n * p) <= 5 * np.sqrt(n * p * (1 - p))).all()


def test_a_poisson_rate_is_a_parameter():
    group = PoissonInput((3, 4), 10.0, monitors=["spike"])
    group.pars["freqs"] = 10_000.0
    group.run(1.0)
    assert group.mon.spike.shape == (10, 12) and group.mon.spike.all()


@pytest.mark.parametrize("kind", [PoissonInput, FreqInput])
def test_a_rate_above_one_spike_per_step_is_warned_of(kind):
    with pytest.warns(UserWarning, match="up to 20000 Hz, but with a step of 0.1 ms .* 10000 Hz"):
        kind(2, [5.0, 20_000.0])


@pytest.mark.parametrize("kind", [PoissonInput, FreqInput])
@pytest.mark.parametrize(
    "freqs, message",
    [
        (-1.0, '"freqs" must be rates in Hz, 0 or more, but got -1'),
        ("a", '"freqs" must be rates in Hz'),
        (np.nan, '"freqs" must be rates in Hz, 0 or more, but got nan'),
        ([1.0, 2.0, 3.0], 'size of parameter "freqs" is wrong'),
        ([], "freqs"),
    ],
)
def test_a_wrong_rate_is_named(kind, freqs, message):
    with pytest.raises(ModelUseError, match=message):
        kind(2, freqs)


# ---- frequency


def test_regular_spikes_come_at_their_times():
    group = FreqInput(4, [20.0, 30.0, 0.0, 7.0], start_time=[0.0, 1.25, 0.0, 10.0], monitors=["spike"])
    got = spike_steps(group, 1000.0)
    for k, (f, start) in enumerate([(20.0, 0.0), (30.0, 1.25), (None, 0), (7.0, 10.0)]):
        due = [] if f is None else np.arange(start, 1000.0, 1000.0 / f)
        # The first step at or after the time.
        assert [step for step, i in got if i == k] == [int(np.ceil(t / 0.1 - 1e-6)) for t in due]


def test_periods_of_whole_steps_never_drift():
    group = FreqInput(1, 1000.0 / 0.7, monitors=["spike"])
    steps = [step for step, _ in spike_steps(group, 500.0)]
    assert steps == list(range(0, 5000, 7))
    assert group.ST["t_last_spike"][0] == pytest.approx(499.8) and group.ST["t_next_spike"][0] == pytest.approx(500.5)


def test_runs_go_on_start_anywhere_and_start_again():
    whole = spike_steps(FreqInput(1, 30.0, monitors=["spike"]), 300.0)
    group = FreqInput(1, 30.0, monitors=["spike"])
    assert spike_steps(group, (0.0, 123.4), (123.4, 300.0)) == whole
    assert spike_steps(group, 300.0) == whole  # the clock was set back
    late = FreqInput(1, 30.0, monitors=["spike"])
    assert spike_steps(late, (150.0, 300.0)) == [item for item in whole if item[0] >= 1500]


def test_a_changed_frequency_holds_from_the_next_spike_on():
    group = FreqInput(1, 100.0, monitors=["spike"])
    group.run(25.0)
    group.pars["freqs"] = 200.0
    assert [step for step, _ in spike_steps(group, (25.0, 50.0))] == [300, 350, 400, 450]


# ---- given times


def test_every_form_of_indices():
    def spikes(**kwargs):
        return spike_steps(SpikeTimeInput(2, [1, 2, 3], monitors=["spike"], **kwargs), 4.0)

    assert spikes() == [(10, 0), (10, 1), (20, 0), (20, 1), (30, 0), (30, 1)]
    assert spikes(indices=1) == [(10, 1), (20, 1), (30, 1)]
    assert spikes(indices=[0, 1, 0]) == spikes(indices=np.array([0, 1, 0])) == [(10, 0), (20, 1), (30, 0)]
    assert spikes(indices=[0, [0, 1], []]) == [(10, 0), (20, 0), (20, 1)]


def test_times_between_steps_wait_for_the_next_step_and_order_does_not_matter():
    group = SpikeTimeInput(1, [0.35, 0.0, 0.3, 0.15], monitors=["spike"])
    assert [step for step, _ in spike_steps(group, 1.0)] == [0, 2, 3, 4]
    assert group.times.tolist() == [0.0, 0.15, 0.3, 0.35]


def test_runs_may_be_repeated_and_start_at_any_time():
    rng = np.random.default_rng(2)
    times, ids = rng.uniform(0, 100, 300), rng.integers(0, 5, 300)
    whole = spike_steps(SpikeTimeInput(5, times, ids, monitors=["spike"]), 100.0)
    group = SpikeTimeInput(5, times, ids, monitors=["spike"])
    assert spike_steps(group, (0.0, 33.3), (33.3, 70.1), (70.1, 100.0)) == whole
    assert spike_steps(group, 100.0) == whole
    # Also between two steps of a run that starts elsewhere.
    assert spike_steps(group, (50.0, 60.0)) == [item for item in whole if 500 <= item[0] < 600]


def test_no_times_is_silence():
    for jit in (False, True):
        bp.profile.set(jit=jit)
        assert spike_steps(SpikeTimeInput(2, [], monitors=["spike"]), 1.0) == []


@pytest.mark.parametrize("float_type", ["float64", "float32"])
def test_a_hundred_thousand_spikes_come_once_each(float_type):
    bp.profile.set(jit=True, float_type=float_type)
    rng = np.random.default_rng(4)
    cells = np.sort(rng.choice(200 * 100_000, 100_000, replace=False))  # (step, neuron) pairs, each once
    steps, ids = np.divmod(cells, 200)
    group = SpikeTimeInput(200, steps * 0.1, ids, monitors=["spike"])
    group.run(10_000.0)
    times, found = group.spikes()
    assert np.array_equal(np.rint(times / 0.1).astype(int), steps) and np.array_equal(found, ids)


def test_spikes_reach_neurons_through_synapses():
    source = SpikeTimeInput(2, [1.0, 2.0], [0, 1])
    target = bp.NeuGroup(bp.models.get_LIF(), 2, monitors=["V"])
    syn = bp.SynConn(bp.models.get_exponential(g_max=1.0), source, target, conn=bp.connect.one2one, monitors=["s"])
    bp.Network(source, syn, target).run(3.0)
    assert [np.flatnonzero(syn.mon.s[:, k])[0] for k in (0, 1)] == [10, 20]


def test_a_live_simulation_spikes_too():
    group = SpikeTimeInput(2, [0.5], monitors=["spike"])
    simulation = bp.Network(group).simulation(backend="reference")
    simulation.begin(0.0, 10)
    saved = simulation.save()
    for _ in range(2):  # a rewind replays them
        simulation.advance(10)
        assert simulation.monitor(0)[0].tolist() == [5, 5]
        simulation.load(saved)


@pytest.mark.parametrize(
    "times, indices, message",
    [
        (3.0, None, '"times" must be a list'),
        ([np.nan], None, '"times" must be a list of times in ms, but has nan at 0'),
        ([[1.0]], None, r'"times" must be a list of times in ms.*Its shape is \(1, 1\)'),
        ([1.0, 2.0], [0], '"indices" has 1 entries, but there are 2 times'),
        ([1.0], [2], '"indices" must be indices of neurons, ints from 0 to 1, but has 2 at 0'),
        ([1.0], -1, '"indices" must be indices of neurons, ints from 0 to 1, but has -1'),
        ([1.0], [0.5], r'"indices\[0\]" must be indices of neurons'),
        ([1.0], "0", '"indices" must be an int'),
    ],
)
def test_wrong_times_are_named(times, indices, message):
    with pytest.raises(ModelUseError, match=message):
        SpikeTimeInput(2, times, indices)
