"""What carries values from elements to elements: by definition, compiled and not, and without memory."""

import tracemalloc

import numpy as np
import pytest

import brainpy_lab as bp
import brainpy_lab.math as bm
from brainpy_lab.errors import ModelUseError, ModelValueError

dnn = bp.dnn
RNG = np.random.default_rng(2)
N_IN, N_OUT = 7, 5
W = RNG.normal(size=(N_IN, N_OUT))
MASK = RNG.random((N_IN, N_OUT)) < 0.5
FLOATS, SPIKES = RNG.normal(size=(4, N_IN)), RNG.random((4, N_IN)) < 0.4
FLOATS[1, 2:5] = 0.0


def carried(comm, rows):
    """What a connection makes of rows, compiled and one after the other; the bits must be the same."""
    compiled, alone = (np.asarray(bm.for_loop(comm, rows, jit=jit)) for jit in (True, False))
    assert compiled.dtype == alone.dtype and compiled.tobytes() == alone.tobytes()
    return compiled


def product(rows, matrix):
    """A left fold over the sources, which is what is promised."""
    out = np.zeros((len(rows), matrix.shape[1]))
    for j in range(matrix.shape[0]):
        out += rows[:, j : j + 1] * matrix[j]
    return out


@pytest.mark.parametrize("rows", [FLOATS, SPIKES], ids=["floats", "spikes"])
def test_matrices_are_left_folds_bit_for_bit(rows):
    conn = bp.conn.MatConn(MASK)(N_IN, N_OUT)
    in_order = W[np.nonzero(MASK)]
    masked = np.where(MASK, W, 0.0)
    for comm, matrix in (
        (dnn.Dense(N_IN, N_OUT, W, None), W),
        (dnn.AllToAll(N_IN, N_OUT, W), W),
        (dnn.MaskedLinear(conn, W), masked),
        (dnn.MaskedLinear(MASK, W), masked),
        (dnn.CSRLinear(conn, in_order), masked),
    ):
        assert np.array_equal(carried(comm, rows), product(rows, matrix)), comm
    apart = np.where(np.eye(N_IN, N_OUT, dtype=bool), 0.0, W)
    assert np.array_equal(carried(dnn.AllToAll(N_IN, N_OUT, W, include_self=False), rows), product(rows, apart))


def test_one_weight_for_all_pairs_sums_once():
    total = np.array([sum(row) for row in FLOATS.tolist()])[:, None]
    assert np.array_equal(carried(dnn.AllToAll(N_IN, N_OUT, 0.5), FLOATS), np.repeat(total * 0.5, N_OUT, axis=1))
    others = dnn.AllToAll(N_IN, N_IN, 0.5, include_self=False)
    assert np.array_equal(carried(others, FLOATS), (total - FLOATS) * 0.5)
    assert np.array_equal(carried(others, SPIKES), (SPIKES.sum(axis=1, keepdims=True) - SPIKES) * 0.5)
    fewer = carried(dnn.AllToAll(N_IN, N_OUT, 0.5, include_self=False), SPIKES)
    assert np.array_equal(fewer, (SPIKES.sum(axis=1, keepdims=True) - SPIKES[:, :N_OUT]) * 0.5)
    more = carried(dnn.AllToAll(N_IN, 9, 0.5, include_self=False), SPIKES)
    assert np.array_equal(more[:, 7:], np.repeat(SPIKES.sum(axis=1, keepdims=True), 2, axis=1) * 0.5)


def test_a_dense_layer_has_a_bias_and_takes_many_rows_at_once():
    layer = dnn.Dense(N_IN, N_OUT, W, np.arange(5.0))
    assert np.array_equal(carried(layer, FLOATS), product(FLOATS, W) + np.arange(5.0))
    together = np.asarray(layer(FLOATS))
    assert np.array_equal(together, product(FLOATS, W) + np.arange(5.0))
    layer.W[...] = 0.0  # the next run sees it
    assert np.array_equal(carried(layer, FLOATS), np.tile(np.arange(5.0), (4, 1)))
    default = dnn.Linear(300, 200)
    assert default.W.shape == (300, 200) and not default.b.any()
    assert abs(default.W.var() / (2 / 500) - 1) < 0.05  # Glorot and Bengio 2010


def test_identity_and_masks_with_a_function():
    assert np.array_equal(carried(dnn.Identity(), FLOATS), FLOATS)
    comm = dnn.MaskedLinear(MASK, W, np.abs)
    assert np.array_equal(carried(comm, FLOATS), product(FLOATS, np.abs(W) * MASK))


def test_random_rules_make_weights():
    comm = dnn.MaskedLinear(MASK, bp.init.OneInit(2.0))
    assert np.array_equal(carried(comm, SPIKES), product(SPIKES, 2.0 * MASK))
    assert dnn.AllToAll(3, 2, bp.init.Normal(0.0, 1.0)).weight.shape == (3, 2)


# -- connections that are not stored -----------------------------------------------------------------------------------


def matrix_of(comm):
    """Row by row what a connection makes of single elements."""
    return np.stack([np.asarray(comm(bm.asarray(np.arange(comm.num_in) == j))) for j in range(comm.num_in)])


def jit_family(n_in, n_out, prob=0.2, seed=3):
    return [
        dnn.EventJitFPHomoLinear(n_in, n_out, prob, 0.6, seed),
        dnn.EventJitFPNormalLinear(n_in, n_out, prob, 0.6, 0.2, seed),
        dnn.EventJitFPUniformLinear(n_in, n_out, prob, 0.5, 0.9, seed),
        dnn.JitFPHomoLinear(n_in, n_out, prob, 0.6, seed),
        dnn.JitFPNormalLinear(n_in, n_out, prob, 0.6, 0.2, seed),
        dnn.JitFPUniformLinear(n_in, n_out, prob, 0.5, 0.9, seed),
    ]


@pytest.mark.parametrize("float_type", ["float64", pytest.param("float32", marks=pytest.mark.soak)])
def test_unstored_connections_have_one_pattern_and_the_same_bits(float_type):
    bp.profile.set_float_type(float_type)
    n = 40
    rows, spikes = np.random.default_rng(1).normal(size=(3, n)), np.random.default_rng(1).random((3, n)) < 0.3
    family = jit_family(n, 30)
    pattern = matrix_of(family[0]) > 0
    for comm in family:
        matrix = matrix_of(comm)
        assert np.array_equal(matrix != 0, pattern), comm  # the seed says it all
        assert np.array_equal(matrix, matrix_of(comm))  # at each call
        assert np.array_equal(matrix, matrix_of(type(comm)(n, 30, 0.2, *_law(comm), seed=3)))
        given = spikes if comm.event else rows
        found = carried(comm, given)
        expected = (given > 0) @ matrix if comm.event else given @ matrix
        assert np.allclose(found, expected, rtol=1e-5 if float_type == "float32" else 1e-12, atol=1e-6)
    assert not np.array_equal(matrix_of(dnn.EventJitFPHomoLinear(n, 30, 0.2, 0.6, 4)) > 0, pattern)


def _law(comm):
    return {
        "normal": lambda: (comm.w_mu, comm.w_sigma),
        "uniform": lambda: (comm.w_low, comm.w_high),
        "": lambda: (comm.weight,),
    }[comm.numbers]()


def test_events_are_what_is_above_zero():
    comm = dnn.EventJitFPHomoLinear(40, 30, 0.2, 0.6, 3)
    x = np.random.default_rng(1).normal(size=(2, 40))
    assert np.array_equal(carried(comm, x), carried(comm, x > 0))


def test_in_degrees_are_binomial():
    n, prob = 2000, 0.02
    comm = dnn.EventJitFPHomoLinear(n, n, prob, 1.0, seed=5)
    degrees = np.asarray(comm(bm.ones(n)))
    assert abs(degrees.mean() - n * prob) < 4 * np.sqrt(prob * (1 - prob))
    assert abs(degrees.var() / (n * prob * (1 - prob)) - 1) < 5 * np.sqrt(2 / n)


def test_weights_have_their_distributions():
    n = 300
    normal, uniform = matrix_of(jit_family(n, n)[1]), matrix_of(jit_family(n, n)[2])
    weights = normal[normal != 0]
    assert abs(weights.mean() - 0.6) < 5 * 0.2 / np.sqrt(weights.size)
    assert abs(weights.std() / 0.2 - 1) < 5 / np.sqrt(2 * weights.size)
    weights = uniform[uniform != 0]
    assert 0.5 <= weights.min() < 0.501 and 0.899 < weights.max() < 0.9
    assert abs(weights.mean() - 0.7) < 5 * 0.4 / np.sqrt(12 * weights.size)


def test_a_billion_possible_edges_need_no_memory():
    """100,000 x 100,000 at 0.1 %: 10 million edges, 40 MB in the smallest form that could store them."""
    n = 100_000
    comm = dnn.EventJitFPHomoLinear(n, n, 1e-3, 1.0, seed=1)
    spikes = np.zeros((2, n), bool)
    spikes[:, ::100] = True
    bm.for_loop(comm, spikes[:1])  # compiles
    tracemalloc.start()
    found = np.asarray(bm.for_loop(comm, spikes))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 16e6  # arrays of 100,000 elements: 0.8 MB each
    assert np.array_equal(found[0], found[1]) and abs(found[0].sum() - 1000 * 100) < 5 * np.sqrt(1e5)
    alone = np.asarray(bm.for_loop(comm, spikes[:1], jit=False))
    assert np.array_equal(alone[0], found[0])


def test_none_and_all():
    assert not np.asarray(dnn.EventJitFPHomoLinear(20, 10, 0.0, 1.0)(bm.ones(20))).any()
    assert np.asarray(dnn.JitFPHomoLinear(20, 10, 1.0, 0.5)(bm.ones(20))).tolist() == [10.0] * 10
    assert not carried(dnn.EventJitFPHomoLinear(20, 10, 0, 1.0), np.ones((2, 20))).any()
    assert carried(dnn.JitFPNormalLinear(1, 1, 1.0, 0.5, 0.0), np.ones((2, 1))).tolist() == [[0.5]] * 2


def test_a_seed_is_drawn_when_none_is_given():
    bm.random.seed(3)
    first = dnn.EventJitFPHomoLinear(5, 5, 0.5, 1.0)
    bm.random.seed(3)
    assert dnn.EventJitFPHomoLinear(5, 5, 0.5, 1.0).seed == first.seed
    assert dnn.EventJitFPHomoLinear(5, 5, 0.5, 1.0).seed != first.seed


def test_a_second_run_compiles_nothing():
    comm = dnn.EventJitFPHomoLinear(50, 40, 0.2, 0.6, 3)

    class Model(bp.DynamicalSystem):
        def __init__(self):
            super().__init__()
            self.comm, self.y = comm, bm.Variable(bm.zeros(40))

        def update(self):
            self.y.value = self.comm(bm.ones(50))

    runner = bp.DSRunner(Model(), monitors=["y"], progress_bar=False)
    runner.run(0.2)
    first, simulation = runner.mon["y"][0], runner._loop.simulation
    comm.weight = 1.2
    runner.run(0.2)
    assert runner._loop.simulation is simulation
    assert np.array_equal(runner.mon["y"][0], np.where(first > 0, np.round(first / 0.6) * 1.2, 0)) or np.allclose(
        runner.mon["y"][0], 2 * first, rtol=1e-13
    )


def test_mistakes_are_named():
    with pytest.raises(ModelValueError, match='"prob" must be a number from 0 to 1'):
        dnn.EventJitFPHomoLinear(5, 5, 1.5, 1.0)
    with pytest.raises(ModelValueError, match='"num_out" must be a whole number of elements'):
        dnn.JitFPHomoLinear(5, 0, 0.5, 1.0)
    with pytest.raises(ModelValueError, match='"weight" must be one finite number, for every edge'):
        dnn.JitFPHomoLinear(5, 5, 0.5, np.ones(3))
    with pytest.raises(ModelValueError, match='"w_low" must not be above "w_high"'):
        dnn.JitFPUniformLinear(5, 5, 0.5, 1.0, 0.5)
    with pytest.raises(ModelValueError, match='"seed" must be a whole number'):
        dnn.JitFPHomoLinear(5, 5, 0.5, 1.0, seed=-1)
    with pytest.raises(ModelValueError, match="exchange num_in and num_out"):
        dnn.JitFPHomoLinear(5, 5, 0.5, 1.0, transpose=True)
    with pytest.raises(ModelUseError, match=r"carries 5 values, but got an array of shape \(4,\)"):
        dnn.JitFPHomoLinear(5, 5, 0.5, 1.0)(bm.ones(4))
    with pytest.raises(ModelValueError, match='"conn" must be a matrix of shape'):
        dnn.MaskedLinear(3, 1.0)
    with pytest.raises(ModelValueError, match='"W_initializer"'):
        dnn.Dense(3, 2, np.ones((2, 3)))


def test_silent_rows_are_skipped():
    class Model(bp.DynamicalSystem):
        def __init__(self):
            super().__init__()
            self.comm, self.x = jit_family(40, 30)[0], bm.Variable(np.zeros(40, bool))

        def update(self):
            return self.comm(self.x)

    runner = bp.DSRunner(Model(), progress_bar=False)
    runner.run(0.1)
    lines = [line.strip() for line in runner._loop.simulation.source().splitlines()]
    call = next(k for k, line in enumerate(lines) if line.startswith("m = row_targets("))
    assert lines[call - 2 : call] == ["for at in range(n_active):", "j = np.int64(active[at])"]
