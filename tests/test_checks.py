"""The one form of the messages about arguments, and the cure for each kind of mistake."""

import numpy as np
import pytest

from brainpy_lab import checks
from brainpy_lab.errors import ModelDefError, ModelValueError


def said(check, *args, **options) -> str:
    with pytest.raises(ModelValueError) as caught:
        check("x", *args, **options)
    return str(caught.value)


@pytest.mark.parametrize(
    "value, message",
    [
        ("0.1", "\"x\" must be a number of ms above 0, but got '0.1'. Write 0.1 without quotes."),
        ("a", "\"x\" must be a number of ms above 0, but got 'a'. Give a number instead of a text."),
        (True, '"x" must be a number of ms above 0, but got True. Give a number instead of a truth value.'),
        ([1.0], '"x" must be a number of ms above 0, but got [1.0]. Give a single number.'),
        (None, '"x" must be a number of ms above 0, but got None. Give a number.'),
        (np.nan, '"x" must be a number of ms above 0, but got nan. Give a finite number.'),
        (0, '"x" must be a number of ms above 0, but got 0. Give a number above 0.'),
    ],
)
def test_each_mistake_with_a_number_has_its_cure(value, message):
    assert said(checks.number, value, unit="ms", above=0) == message


def test_numbers_of_every_kind_are_numbers():
    for value in (2, 2.0, np.float32(2), np.int8(2), np.array(2.0)):
        assert checks.number("x", value) == 2.0
        assert type(checks.number("x", value)) is float
    assert checks.number("x", np.inf, finite=False) == np.inf


def test_bounds_are_said_in_words():
    assert "from 0 to 1," in said(checks.number, 2, low=0, high=1)
    assert "above 0, at most 1," in said(checks.number, 2, above=0, high=1)
    assert ", 0 or more," in said(checks.number, -1, low=0)
    assert ", 1 at most," in said(checks.number, 2, high=1)


def test_a_whole_float_is_no_count():
    assert said(checks.count, 3.0, "steps") == (
        '"x" must be a whole number of steps, 1 or more, but got 3.0. Write 3, or int(...) around a number that was '
        "computed."
    )
    assert type(checks.count("x", np.int64(3))) is int


def test_the_first_wrong_entry_of_an_array_is_shown_with_its_place():
    table = np.zeros((3, 4))
    table[1, 2] = np.nan
    assert said(checks.array, table) == (
        '"x" must be a number or an array of numbers, but has nan at [1, 2]. Give finite numbers.'
    )
    assert "has -1 at 1" in said(checks.array, [0.0, -1.0], low=0)
    assert "Give rows of one length" in said(checks.array, [[1.0], [1.0, 2.0]])
    assert checks.array("x", []).size == 0


def test_a_near_name_is_offered():
    assert said(checks.choice, "rk5", ["euler", "rk4"]).endswith('Did you mean "rk4"? Write that name.')
    assert said(checks.choice, "x", ["euler", "rk4"]).endswith("Name one of them.")


def test_long_values_are_cut_and_large_arrays_described():
    assert checks.shown(np.zeros((30, 40))) == "an array of float64 of shape (30, 40)"
    assert checks.shown("a" * 500) == "'" + "a" * 96 + "..."

    class Broken:
        def __repr__(self):
            raise RuntimeError

    assert checks.shown(Broken()) == "a value of type Broken"


def test_the_class_of_the_error_can_be_chosen():
    with pytest.raises(ModelDefError):
        checks.text("x", 3, error=ModelDefError)
