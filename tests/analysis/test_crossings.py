"""Changes of sign along segments."""

import numpy as np
import pytest

from brainpy_lab.analysis.crossings import locate

FUNCTIONS = {
    "a line": (lambda x: x - 0.3, 0.3),
    "a steep exponential": (lambda x: np.exp(60 * (x - 0.9)) - 1, 0.9),
    "a triple root": (lambda x: (x - 0.25) ** 3, 0.25),
    "a root at the left end": (lambda x: x, 0.0),
    "a root at the right end": (lambda x: x - 1, 1.0),
    "a jump": (lambda x: np.where(x < 0.7, -1.0, 5.0), 0.7),
    "a pole": (lambda x: 1 / (x - 0.6), 0.6),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_place_of_the_change_is_found(name):
    function, expected = FUNCTIONS[name]
    ends = function(np.zeros(1)), function(np.ones(1))
    found = locate(np.zeros(1), np.ones(1), lambda x, _: function(x), ends)
    # 2e-6: the triple root vanishes to rounding in (1e-17)**(1/3) around it; all others are exact to rounding.
    np.testing.assert_allclose(found, expected, atol=2e-6 if name == "a triple root" else 1e-15)


def test_many_segments_are_searched_at_once():
    roots = np.linspace(0.01, 0.99, 57)
    found = locate(
        np.zeros(57),
        np.ones(57),
        lambda x, k: np.tanh(9 * (x - roots[k])),
        (np.tanh(-9 * roots), np.tanh(9 * (1 - roots))),
    )
    np.testing.assert_allclose(found, roots, atol=1e-15)
