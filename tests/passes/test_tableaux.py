"""The coefficients of Runge-Kutta methods satisfy the conditions of their order, and no more."""

import itertools
import math
from collections import Counter
from functools import cache

import numpy as np
import pytest

from brainpy_lab.passes.integrate import METHODS
from brainpy_lab.passes.integrate.strong_rk import SRI1W1, SRI2W1
from brainpy_lab.passes.integrate.tableaux import HEUN, TABLEAUX, second_order

ALL = {tableau.name: tableau for tableau in (HEUN, *TABLEAUX, second_order(0.75))}
PAIRS = [name for name, tableau in ALL.items() if tableau.lower is not None]


@cache
def trees(order):
    """The rooted trees of `order` vertices, each the sorted tuple of its branches."""
    if order == 1:
        return ((),)
    found = set()
    for parts in partitions(order - 1, order - 1):
        for choice in itertools.product(*(trees(part) for part in parts)):
            found.add(tuple(sorted(choice)))
    return tuple(sorted(found))


def partitions(total, largest):
    if not total:
        yield ()
    for first in range(min(total, largest), 0, -1):
        for rest in partitions(total - first, first):
            yield (first, *rest)


def size(tree):
    return 1 + sum(map(size, tree))


def density(tree):
    return size(tree) * math.prod(map(density, tree))


def stage_weights(tree, matrix):
    weights = np.ones(len(matrix))
    for branch in tree:
        weights = weights * (matrix @ stage_weights(branch, matrix))
    return weights


def defects(weights, matrix, order):
    """How much each condition of exactly this order is missed (Hairer, Norsett & Wanner 1993, theorem II.2.13)."""
    return [abs(weights @ stage_weights(tree, matrix) - 1 / density(tree)) for tree in trees(order)]


def arrays(tableau):
    stages = len(tableau.nodes)
    matrix = np.zeros((stages, stages))
    for number, row in enumerate(tableau.matrix):
        matrix[number, : len(row.values)] = row.values
    return matrix, *(np.resize([*row.values, *[0.0] * stages], stages) for row in rows(tableau))


def rows(tableau):
    return [row for row in (tableau.weights, tableau.lower) if row is not None]


def test_the_trees_are_as_many_as_known():
    assert [len(trees(order)) for order in range(1, 7)] == [1, 1, 2, 4, 9, 20]  # table II.2.2
    assert Counter(density(tree) for tree in trees(4)) == Counter([24, 12, 8, 4])


@pytest.mark.parametrize("name", ALL)
def test_the_weights_have_their_order_and_not_the_next(name):
    tableau = ALL[name]
    matrix, weights, *_ = arrays(tableau)
    # 1e-13: sums of some twenty products, each rounded, of numbers up to 30.
    for order in range(1, tableau.order + 1):
        assert max(defects(weights, matrix, order)) < 1e-13, order
    assert max(defects(weights, matrix, tableau.order + 1)) > 1e-5
    assert METHODS.get(name) is None or METHODS[name].order == tableau.order


@pytest.mark.parametrize("name", PAIRS)
def test_the_embedded_weights_have_the_lower_order(name):
    tableau = ALL[name]
    matrix, _, lower = arrays(tableau)
    for order in range(1, tableau.lower_order + 1):
        assert max(defects(lower, matrix, order)) < 1e-13, order
    assert max(defects(lower, matrix, tableau.lower_order + 1)) > 1e-5
    assert tableau.lower_order == tableau.order - 1


@pytest.mark.parametrize("name", ALL)
def test_a_node_is_the_sum_of_its_row(name):
    tableau = ALL[name]
    matrix, *_ = arrays(tableau)
    # Ralston's method of fourth order is printed with its nodes apart; the sums have the rounding of sqrt(5).
    np.testing.assert_allclose(matrix.sum(axis=1), [float(node) for node in tableau.nodes], atol=2e-15)


def test_the_pairs_are_those_of_the_names():
    assert sorted(PAIRS) == ["bs", "ck", "heun_euler", "rkdp", "rkf12", "rkf45"]


@pytest.mark.parametrize("tableau", [SRI1W1, SRI2W1], ids=lambda tableau: tableau.name)
def test_a_stochastic_tableau_has_strong_order_three_halves(tableau):
    """The conditions of Roessler 2010 for the scheme with one noise."""

    def matrix(rows):
        return np.array([[*row.values, *[0.0] * 4][:4] for row in rows])

    A0, B0, A1, B1, beta = map(matrix, (tableau.A0, tableau.B0, tableau.A1, tableau.B1, tableau.beta))
    (alpha,), e = matrix([tableau.alpha]), np.ones(4)
    np.testing.assert_allclose(A0 @ e, [float(c) for c in tableau.c0], atol=1e-15)
    np.testing.assert_allclose(A1 @ e, [float(c) for c in tableau.c1], atol=1e-15)
    b0, b1 = B0 @ e, B1 @ e
    drift = [alpha @ e, alpha @ A0 @ e, alpha @ b0, alpha @ b0**2]
    np.testing.assert_allclose(drift, [1, 1 / 2, 1, 3 / 2], atol=1e-14)
    # Rows: the weights of I_1, I_11, I_10 and I_111 against each of these.
    found = beta.T @ np.array([e, b1, A1 @ e, b1**2, B1 @ b1]).T
    wanted = [[1, 0, 1, 1, 0], [0, 1, 0, 0, 0], [0, 0, -1, -1, 0], [0, 0, 0, 2, 1]]
    np.testing.assert_allclose(found, wanted, atol=1e-14)
    mixed = beta.T @ A1 @ b0
    assert mixed[0] / 2 + mixed[2] / 3 == pytest.approx(0, abs=1e-14)
