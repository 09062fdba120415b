"""Groups that stand for input: spikes at given times, Poisson spikes, and the sum of many of them."""

import math

import numpy as np
import pytest

import brainpy_lab as bp
import brainpy_lab.math as bm
from brainpy_lab.errors import ModelValueError
from brainpy_lab.frontends.objects_api.binomial import Binomial
from tests.dyn.roads import alone, compiled, recorded, same_bits

ROADS = [alone, recorded, compiled]


@pytest.fixture(autouse=True)
def _dt():
    dt = bm.get_dt()
    bm.set_dt(0.1)
    yield
    bm.set_dt(dt)
    bm.set_float("float64")


# -- given times -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("road", ROADS)
@pytest.mark.parametrize("float_type", ["float64", "float32"])
def test_a_neuron_fires_in_the_first_step_that_is_not_before_its_time(road, float_type):
    bm.set_float(float_type)
    group = bp.dyn.SpikeTimeGroup(3, [2, 0, 1, 1, 0, 2], [0.05, 0.3, 0.31, 0.35, 1.7, 0.0])
    spikes = np.asarray(road(group.step_run, 20))
    expected = np.zeros((20, 3), bool)
    expected[[0, 1, 3, 4, 17], [2, 2, 0, 1, 0]] = True  # two of neuron 1 fall into one step
    assert np.array_equal(spikes, expected)


def test_times_on_the_grid_of_any_step_fire_in_their_step():
    for dt in (0.01, 0.03, 0.1, 0.7):
        bm.set_dt(dt)
        steps = np.arange(0, 60, 7)
        group = bp.dyn.SpikeTimeGroup(1, np.zeros(len(steps), int), [round(k * dt, 10) for k in steps])
        assert np.flatnonzero(recorded(group.step_run, 60)).tolist() == steps.tolist(), dt


def test_spikes_come_once_until_a_reset():
    group = bp.dyn.SpikeTimeGroup((2, 2), [0, 3], [0.1, 0.4], keep_size=True)
    first = np.asarray(recorded(group.step_run, 6))
    assert first.shape == (6, 2, 2) and first.sum() == 2
    assert not np.asarray(recorded(group.step_run, 6)).any()
    bp.reset_state(group)
    assert np.array_equal(recorded(group.step_run, 6), first)


def test_spikes_drive_a_projection():
    class Net(bp.DynSysGroup):
        def __init__(self):
            super().__init__()
            self.pre = bp.dyn.SpikeTimeGroup(4, [1, 3], [0.2, 0.2])
            self.post = bp.dyn.Lif(2, V_th=1e9)
            self.syn = bp.dyn.FullProjAlignPostMg(
                pre=self.pre,
                delay=None,
                comm=bp.dnn.CSRLinear(bp.conn.All2All(pre=4, post=2), 1.5),
                syn=bp.dyn.Expon.desc(2, tau=5.0),
                out=bp.dyn.CUBA.desc(),
                post=self.post,
            )

    net = Net()
    recorded(lambda i: (bp.share.save(i=i, t=i * 0.1), net(), net.post.V.value)[-1], 3)
    assert (net.post.V.numpy() == 0).all()
    V = recorded(lambda i: (bp.share.save(i=i + 3, t=(i + 3) * 0.1), net(), net.post.V.value)[-1], 1)
    current = 2 * 1.5 * math.exp(-0.1 / 5)
    assert np.allclose(V, current * (1 - math.exp(-0.01)), rtol=1e-13)


# -- Poisson -----------------------------------------------------------------------------------------------------------


def test_poisson_neurons_fire_at_their_rates():
    bm.random.seed(3)
    freqs = np.repeat([0.0, 50.0, 400.0, 10000.0], 500)
    group = bp.dyn.PoissonGroup(2000, freqs)
    counts = np.asarray(recorded(group.step_run, 200)).sum(axis=0).reshape(4, 500)
    assert (counts[0] == 0).all() and (counts[3] == 200).all()
    for count, freq in ((counts[1], 50), (counts[2], 400)):
        p = freq * 1e-4
        assert abs(count.mean() - 200 * p) < 4 * math.sqrt(200 * p * (1 - p) / 500)


@pytest.mark.parametrize("road", [alone, compiled])
def test_poisson_groups_have_the_same_bits_on_every_road(road):
    def run(road):
        bm.random.seed(8)
        cells = bp.dyn.Lif(40, V_th=1e9)
        parts = bp.dyn.PoissonGroup(40, 900.0), bp.dyn.PoissonInput(cells.V, 30, 100.0, 0.5)

        def step(i):
            bp.share.save(i=i, t=i * 0.1)
            spikes = parts[0]()
            parts[1]()
            return {"spikes": spikes, "V": cells.V.value}

        return road(step, 15)

    assert same_bits(run(road), run(recorded))


@pytest.mark.parametrize("n, p", [(1, 0.3), (12, 0.5), (400, 0.01), (2000, 0.015), (7, 0.999), (5, 0.0), (5, 1.0)])
def test_binomial_numbers_have_the_binomial_distribution(n, p):
    bm.random.seed(11)
    draws = 40000
    binomial = Binomial(n, p)
    assert binomial.steps is not None
    count = np.asarray(recorded(lambda i: binomial.draw((draws,)), 1))[0]
    assert np.array_equal(count, np.round(count)) and count.min() >= 0 and count.max() <= n
    for k in range(int(count.min()), int(count.max()) + 1):
        exact = math.comb(n, k) * p**k * (1 - p) ** (n - k)
        seen = (count == k).mean()
        assert abs(seen - exact) < 4.5 * math.sqrt(exact * (1 - exact) / draws) + 1e-12, k


def test_many_inputs_are_normal_with_the_binomial_mean_and_variance():
    bm.random.seed(12)
    n, p, draws = 20000, 0.02, 40000
    binomial = Binomial(n, p)
    assert binomial.steps is None
    count = np.asarray(recorded(lambda i: binomial.draw((draws,)), 1))[0]
    variance = n * p * (1 - p)
    assert np.array_equal(count, np.round(count))
    assert abs(count.mean() - n * p) < 4 * math.sqrt(variance / draws)
    assert abs(count.var() - variance) < 4 * variance * math.sqrt(2 / draws) + 1 / 12


def test_poisson_input_adds_the_weight_of_every_spike():
    bm.random.seed(13)
    target = bm.Variable(bm.zeros(5000))
    inputs = bp.dyn.PoissonInput(target, 100, 50.0, 0.25)
    recorded(inputs.step_run, 40)
    spikes = target.numpy() / 0.25
    assert np.allclose(spikes, np.round(spikes))
    mean, variance = 40 * 100 * 0.005, 40 * 100 * 0.005 * 0.995
    assert abs(spikes.mean() - mean) < 4 * math.sqrt(variance / 5000)
    assert list(inputs.vars()) == []  # the variable belongs to its own group


def test_a_changed_rate_counts_in_the_next_run():
    bm.random.seed(14)
    target = bm.Variable(bm.zeros(10))
    inputs = bp.dyn.PoissonInput(target, 10, 0.0, 1.0)
    recorded(inputs.step_run, 5)
    assert (target.numpy() == 0).all()
    inputs.freq = 10000.0
    recorded(inputs.step_run, 5)
    assert (target.numpy() == 50).all()


# -- others, and mistakes ----------------------------------------------------------------------------------------------


def test_input_and_output_groups_return_what_they_get():
    assert bp.dyn.InputGroup(3)(7.5) == 7.5
    assert bp.dyn.OutputGroup(3).update(None) is None
    assert bp.neurons.SpikeTimeGroup is bp.dyn.SpikeTimeGroup


def test_spikes_have_the_type_that_one_asks_for():
    group = bp.dyn.SpikeTimeGroup(2, [1], [0.0], spk_type=float)
    assert group.step_run(0).tolist() == [0.0, 1.0] and group.spike.dtype == float


@pytest.mark.parametrize(
    "make, words",
    [
        (lambda: bp.dyn.SpikeTimeGroup(2, [0, 1], [1.0]), r"as the other list, .* \(2 indices, 1 times\)"),
        (lambda: bp.dyn.SpikeTimeGroup(2, [0.5], [1.0]), "ints from 0 to 1"),
        (lambda: bp.dyn.SpikeTimeGroup(2, [2], [1.0]), "ints from 0 to 1, but has 2 at 0"),
        (lambda: bp.dyn.SpikeTimeGroup(2, [1], [float("nan")]), '"times" must be times, ms, but has nan at 0'),
        (lambda: bp.dyn.PoissonGroup(2, -1.0), '"freqs" must be a rate in Hz, from 0 to 10000'),
        (lambda: bp.dyn.PoissonGroup(2, 20000.0), "one spike per step of 0.1 ms"),
        (lambda: bp.dyn.PoissonInput(bm.zeros(3), 10, 5.0, 1.0), '"target_var" of PoissonInput must be a bm.Variable'),
        (lambda: bp.dyn.PoissonInput(bm.Variable(3), 1.5, 5.0, 1.0), '"num_input" must be a whole number'),
        (lambda: bp.dyn.PoissonInput(bm.Variable(3), 2, -5.0, 1.0), '"freq" must be a rate'),
    ],
)
def test_wrong_arguments_are_named(make, words):
    with pytest.raises(ModelValueError, match=words):
        make()
