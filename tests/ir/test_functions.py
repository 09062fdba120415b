"""The table of functions, entry by entry: `tests/passes/test_derivative.py` shows that the slopes are right."""

from decimal import Decimal, getcontext

import brainpy_lab.kernels.numba.math as compiled
import brainpy_lab.kernels.reference.math as reference
import pytest

from brainpy_lab.ir.expr import Param
from brainpy_lab.ir.functions import FUNCTIONS
from brainpy_lab.ir.show import show

SLOPES = {  # the rules of calculus; the series of exprel is 1/2 + x/3 + x**2/8, with an error of x**3/30
    "exp": ["exp(x)"],
    "log": ["1.0/x"],
    "log10": ["0.4342944819032518/x"],
    "log1p": ["1.0/(1.0 + x)"],
    "sqrt": ["0.5/sqrt(x)"],
    "expm1": ["exp(x)"],
    "exprel": ["0.5 + x*(1.0/3.0 + x/8.0) if x < 0.0001 and x > -0.0001 else (exp(x) - exprel(x))/x"],
    "sin": ["cos(x)"],
    "cos": ["-sin(x)"],
    "tan": ["1.0 + tan(x)**2"],
    "sinh": ["cosh(x)"],
    "cosh": ["sinh(x)"],
    "tanh": ["1.0 - tanh(x)**2"],
    "abs": ["sign(x)"],
    "sign": ["0.0"],
    "floor": ["0.0"],
    "heaviside": ["0.0"],
    "min": ["1.0 if x < y else 0.0", "0.0 if x < y else 1.0"],
    "max": ["1.0 if x > y else 0.0", "0.0 if x > y else 1.0"],
    "clip": ["0.0 if x < y or x > z else 1.0", "1.0 if x < y else 0.0", "1.0 if x > z else 0.0"],
    "pow": ["y*pow(x, y - 1.0)", "pow(x, y)*log(x)"],
}
TYPESET = {
    "exp": r"\exp", "log": r"\ln", "log10": r"\log_{10}", "sqrt": r"\sqrt", "sin": r"\sin", "cos": r"\cos",
    "tan": r"\tan", "sinh": r"\sinh", "cosh": r"\cosh", "tanh": r"\tanh", "sign": r"\operatorname{sgn}",
    "heaviside": r"\Theta", "min": r"\min", "max": r"\max",
}  # fmt: skip


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_slopes_of_a_function_are_written_as_calculus_has_them(name):
    entry = FUNCTIONS[name]
    found = entry.derivative(*(Param(letter) for letter in "xyz"[: entry.arity]))
    assert (entry.name, entry.arity) == (name, len(SLOPES[name])) and [show(slope) for slope in found] == SLOPES[name]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_is_typeset_by_its_sign_or_its_name(name):
    assert FUNCTIONS[name].latex == TYPESET.get(name, rf"\operatorname{{{name}}}")


def test_the_slope_of_the_logarithm_to_base_ten_has_the_nearest_number():
    getcontext().prec = 40
    assert float(SLOPES["log10"][0].split("/")[0]) == float(1 / Decimal(10).ln())


@pytest.mark.parametrize("float_type", ["f64", "f32"])
def test_every_function_is_in_every_back_end_and_nothing_else_is(float_type):
    for module in (reference, compiled):
        names = {name.removesuffix(f"_{float_type}") for name in vars(module) if name.endswith(f"_{float_type}")}
        assert {name for name in names if name} - {"constants"} == {*FUNCTIONS, "ipow"}
