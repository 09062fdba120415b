"""Initial values that a model states."""

import numpy as np

import brainpy_lab as bp

TEXT = """
dv/dt = -v
a = 2
init v = {}
"""


def start(value, n=3, **options):
    return bp.NeuGroup(bp.neuron(TEXT.format(value), "M"), n, **options).ST["v"]


def test_an_expression_reads_the_parameters_of_the_group():
    assert start("a").tolist() == [2.0] * 3
    assert start("a", pars_update={"a": [1.0, 2.0, 3.0]}).tolist() == [1.0, 2.0, 3.0]


def test_draws_repeat_with_the_seed_and_differ_between_groups():
    bp.profile.set(seed=4)
    first, second = start("uniform(0, 1)"), start("uniform(0, 1)")
    bp.profile.set(seed=4)
    assert np.array_equal(start("uniform(0, 1)"), first) and not np.array_equal(first, second)


def test_without_a_seed_numpy_decides():
    bp.profile.set(seed="auto")
    np.random.seed(1)
    first = start("normal(0, 1)")
    assert not np.array_equal(start("normal(0, 1)"), first)
    np.random.seed(1)
    assert np.array_equal(start("normal(0, 1)"), first)


def test_draws_have_the_distribution_that_is_asked_for():
    bp.profile.set(seed=1)
    n = 20_000
    uniform, normal = start("uniform(-a, a)", n), start("normal(5, a)", n)
    assert uniform.min() >= -2.0 and uniform.max() < 2.0
    # Four standard errors: sd/sqrt(n) of the mean, sd/sqrt(2n) of a normal's deviation.
    assert abs(uniform.mean()) < 4 * (4 / np.sqrt(12)) / np.sqrt(n)
    assert abs(normal.mean() - 5.0) < 4 * 2.0 / np.sqrt(n) and abs(normal.std() - 2.0) < 4 * 2.0 / np.sqrt(2 * n)
