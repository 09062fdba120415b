"""Random numbers: seeds, sizes, types, and moments within five standard errors."""

import math

import numpy as np
import pytest

from brainpy_lab import math as bm
from brainpy_lab import profile
from brainpy_lab.errors import ModelValueError

N = 40_000


@pytest.fixture(autouse=True)
def own_default():
    kept = vars(bm.random.DEFAULT).copy()
    yield
    vars(bm.random.DEFAULT).update(kept)


def test_a_seed_fixes_the_default_generator():
    draws = []
    for seed in (1, 1, 2):
        bm.random.seed(seed)
        draws.append((bm.random.normal(size=3).tolist(), bm.random.rand(2, 2).tolist(), int(bm.random.randint(1000))))
    assert draws[0] == draws[1] != draws[2]


def test_numpys_seed_decides_while_no_other_was_given():
    found = []
    for seed in (1, 1, 2):
        bm.random.seed(None)
        np.random.seed(seed)
        found.append(bm.random.uniform(size=3).tolist())
    assert found[0] == found[1] != found[2]
    np.random.seed(1)
    assert bm.random.uniform(size=3).tolist() != found[0]  # asked once, not for every number


def test_a_given_seed_leaves_numpys_generator_alone():
    bm.random.seed(3)
    np.random.seed(1)
    expected = np.random.random()
    np.random.seed(1)
    bm.random.normal(size=10)
    assert np.random.random() == expected


def test_generators_are_independent_of_the_default_and_give_the_same_for_a_seed():
    bm.random.seed(5)
    expected = bm.random.normal(size=4)
    bm.random.seed(5)
    assert np.array_equal(bm.random.RandomState(9).gamma(2.0, size=3), bm.random.Generator(9).gamma(2.0, size=3))
    assert np.array_equal(bm.random.default_rng(5).normal(size=4), expected)
    assert np.array_equal(bm.random.normal(size=4), expected)
    assert bm.random.default_rng() is bm.random.DEFAULT and repr(bm.random.RandomState(9)) == "RandomState(seed=9)"


CALLS = {
    "random": (),
    "random_sample": (),
    "standard_normal": (),
    "normal": (1.0, 2.0),
    "uniform": (-1.0, 3.0),
    "randint": (-2, 5),
    "integers": (6,),
    "bernoulli": (0.3,),
    "exponential": (2.0,),
    "gamma": (3.0, 2.0),
    "beta": (2.0, 3.0),
    "poisson": (4.0,),
    "binomial": (10, 0.3),
    "lognormal": (0.0, 0.5),
    "truncated_normal": (-1.0, 2.0),
}


@pytest.mark.parametrize("name", CALLS)
def test_sizes_are_an_int_a_tuple_or_none(name):
    draw = getattr(bm.random, name)
    args = CALLS[name]
    assert np.ndim(draw(*args)) == 0 and not isinstance(draw(*args), np.ndarray)
    assert draw(*args, size=4).shape == (4,) and draw(*args, size=(2, 3)).shape == (2, 3)
    assert draw(*args, size=()).shape == () and draw(*args, size=0).shape == (0,)
    for wrong in (-1, 2.0, "a", (2, -1), True):
        with pytest.raises(ModelValueError, match='"size" must be'):
            draw(*args, size=wrong)


@pytest.mark.parametrize("name", CALLS)
def test_numbers_have_the_types_of_the_profile(name):
    draw, args = getattr(bm.random, name), CALLS[name]
    kind = draw(*args).dtype.kind
    assert draw(*args, size=2).dtype.itemsize == (1 if kind == "b" else 8)
    profile.set(float_type="float32", int_type="int32")
    assert draw(*args, size=2).dtype.itemsize == draw(*args).dtype.itemsize == (1 if kind == "b" else 4)


MOMENTS = {  # mean and variance
    "random": (1 / 2, 1 / 12),
    "standard_normal": (0.0, 1.0),
    "normal": (1.0, 4.0),
    "uniform": (1.0, 16 / 12),
    "randint": (1.0, (7**2 - 1) / 12),
    "integers": (2.5, (6**2 - 1) / 12),
    "bernoulli": (0.3, 0.21),
    "exponential": (2.0, 4.0),
    "gamma": (6.0, 12.0),
    "beta": (2 / 5, 6 / (25 * 6)),
    "poisson": (4.0, 4.0),
    "binomial": (3.0, 2.1),
    "lognormal": (math.exp(0.125), (math.exp(0.25) - 1) * math.exp(0.25)),
}


@pytest.mark.parametrize("name", MOMENTS)
def test_mean_and_variance_are_those_of_the_distribution(name):
    bm.random.seed(11)
    x = getattr(bm.random, name)(*CALLS[name], size=N).astype(float)
    mean, variance = MOMENTS[name]
    assert abs(x.mean() - mean) < 5 * math.sqrt(variance / N)
    squares = (x - mean) ** 2
    assert abs(squares.mean() - variance) < 5 * squares.std() / math.sqrt(N)


@pytest.mark.parametrize("lower, upper", [(-1.0, 2.0), (0.5, math.inf), (-math.inf, -1.0), (4.0, 6.0)])
def test_a_truncated_normal_has_its_mean_and_stays_within_its_limits(lower, upper):
    # Mean of a standard normal between a and b: (pdf(a) - pdf(b)) / (cdf(b) - cdf(a)); its variance is below 1.
    bm.random.seed(12)
    loc, scale = 3.0, 0.5
    x = (bm.random.truncated_normal(loc + lower * scale, loc + upper * scale, N, loc, scale) - loc) / scale
    assert lower - 1e-12 <= x.min() and x.max() <= upper + 1e-12

    def pdf(z):
        return math.exp(-z * z / 2) / math.sqrt(2 * math.pi)

    mass = 0.5 * (math.erfc(lower / math.sqrt(2)) - math.erfc(upper / math.sqrt(2)))
    assert abs(x.mean() - (pdf(lower) - pdf(upper)) / mass) < 5 * x.std() / math.sqrt(N)


def test_a_far_tail_is_drawn_and_an_impossible_one_is_refused():
    # Beyond 20 deviations the tail is exponential with the rate 20 up to terms of 1/20**2.
    x = bm.random.RandomState(1).truncated_normal(20.0, math.inf, N)
    assert x.min() >= 20.0 and abs(x.mean() - 20.0 - 1 / 20) < 5 / 20 / math.sqrt(N) + 2 / 20**3
    with pytest.raises(ModelValueError, match="next to nothing"):
        bm.random.truncated_normal(100.0, 101.0)
    with pytest.raises(ModelValueError, match='"lower" must be below "upper"'):
        bm.random.truncated_normal(2.0, 1.0)


def test_parameters_may_be_arrays():
    x = bm.random.RandomState(2).normal([0.0, 100.0], [0.0, 1.0])
    assert x.shape == (2,) and x[0] == 0.0 and x[1] > 50.0
    assert bm.random.bernoulli([0.0, 1.0]).tolist() == [False, True]
    assert bm.random.truncated_normal([0.0, 5.0], [1.0, 6.0], (3, 2)).round().max() <= 6.0
    assert bm.random.truncated_normal([0.0, 5.0], np.inf).shape == (2,)


def test_float32_numbers_of_random_stay_below_one(monkeypatch):
    profile.set(float_type="float32")
    state = bm.random.RandomState(1)

    class Highest:
        def random(self, size):
            return np.full(size, 1.0 - 2.0**-53)

    monkeypatch.setattr(state, "_generator", Highest())
    assert state.random(3).max() < 1.0
    assert state.random(3).dtype == np.float32


def test_shapes_may_be_numbers_or_one_tuple():
    for draw in (bm.random.rand, bm.random.randn):
        assert draw(2, 3).shape == draw((2, 3)).shape == (2, 3) and np.ndim(draw()) == 0


def test_choices_permutations_and_shuffles_keep_their_entries():
    state = bm.random.RandomState(4)
    assert sorted(state.choice(5, 5, replace=False)) == [0, 1, 2, 3, 4]
    assert set(state.choice(np.array([7, 8, 9]), 50, p=[0.5, 0.0, 0.5])) == {7, 9}
    assert sorted(state.permutation(6)) == list(range(6))
    table = np.arange(12).reshape(3, 4)
    assert sorted(state.permutation(table, axis=1)[0]) == [0, 1, 2, 3]
    items = list(range(20))
    state.shuffle(items)
    assert items != list(range(20)) and sorted(items) == list(range(20))


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda r: r.seed(-1), '"seed" must be a whole number, 0 or more, but got -1'),
        (lambda r: r.seed(1.5), '"seed" must be a whole number'),
        (lambda r: r.normal(0.0, -1.0), '"scale" must be at least 0, but got -1.0'),
        (lambda r: r.normal("a"), "\"loc\" must be a number, or an array of those, but got 'a'"),
        (lambda r: r.normal(float("nan")), '"loc" must be finite'),
        (lambda r: r.uniform(2.0, 1.0), '"low" must not be above "high"'),
        (lambda r: r.randint(3, 3), "no whole number from 3 to one below 3"),
        (lambda r: r.randint(2.5), '"high" must be a whole number'),
        (lambda r: r.bernoulli(1.5), '"p" must be at most 1, but got 1.5'),
        (lambda r: r.beta(0.0, 1.0), '"a" must be above 0'),
        (lambda r: r.poisson(-1.0), '"lam" must be at least 0'),
        (lambda r: r.binomial(-1, 0.5), '"n" must be at least 0'),
        (lambda r: r.exponential(-1.0), '"scale" must be at least 0'),
        (lambda r: r.truncated_normal(0.0, 1.0, scale=0.0), '"scale" must be above 0'),
        (lambda r: r.choice(3, 5, replace=False), 'Cannot choose 5 of "a"'),
    ],
)
def test_mistakes_are_named(call, message):
    with pytest.raises(ModelValueError, match=message):
        call(bm.random.RandomState(1))
