"""`parameter`: numbers, arrays and rules."""

import numpy as np
import pytest

from brainpy_lab import init
from brainpy_lab.errors import ModelValueError


def test_numbers_stay_numbers_unless_an_array_is_wanted():
    for given in (2.5, 3, np.float32(0.5), np.array(2.5), [2.5], np.array([2.5])):
        found = init.parameter(given, (2, 3))
        assert np.ndim(found) == 0 and not isinstance(found, np.ndarray) and found == np.asarray(given).item()
        filled = init.parameter(given, (2, 3), allow_scalar=False)
        assert filled.shape == (2, 3) and (filled == found).all()
    assert init.parameter(True, 3) is True


def test_an_array_of_the_shape_is_given_back():
    array = np.arange(6.0).reshape(2, 3)
    assert init.parameter(array, (2, 3)) is array
    assert init.parameter([1, 2, 3], 3).tolist() == [1, 2, 3]
    assert init.parameter(np.array([4.0]), 1).tolist() == [4.0] and init.parameter(np.array([4.0]), 1).shape == (1,)


def test_rules_are_called_with_the_shape():
    assert init.parameter(init.Constant(2.0), 3).tolist() == [2.0, 2.0, 2.0]
    assert init.parameter(lambda shape: np.ones(shape), (2, 2)).shape == (2, 2)
    assert init.parameter(lambda shape: 7, (2, 2)) == 7


def test_none_is_let_through_where_it_may():
    assert init.parameter(None, 3) is None
    with pytest.raises(ModelValueError, match='"tau" must be a number, .* but got None'):
        init.parameter(None, 3, allow_none=False, name="tau")


@pytest.mark.parametrize(
    "value, message",
    [
        (np.zeros(4), r'"tau" must be .* an array of shape \(3,\), .* but got one of shape \(4,\)'),
        (lambda shape: np.zeros(4), r"made an array of shape \(4,\)"),
        (init.Identity(), r"Identity\(value=1.0\) made an array of shape \(3, 3\)"),
        ("fast", "but got 'fast'"),
        ([[1.0], [1.0, 2.0]], r"but got \[\[1.0\], \[1.0, 2.0\]\]"),
        (init.ZeroInit, r"got the class ZeroInit: write ZeroInit\(\)"),
    ],
)
def test_mistakes_are_named(value, message):
    with pytest.raises(ModelValueError, match=message):
        init.parameter(value, 3, name="tau")
