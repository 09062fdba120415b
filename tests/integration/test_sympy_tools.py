"""Texts to SymPy and back: every name is a name, no digit is lost, and what is read back is the same."""

import ast
import math
import subprocess
import sys

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab.errors import CodeError

sympy = pytest.importorskip("sympy")
from brainpy_lab.integration import SympyPrinter, SympyRender, str2sympy, sympy2str  # noqa: E402


@pytest.mark.parametrize(
    "name", ["I", "E", "S", "N", "Q", "O", "C", "beta", "gamma", "zeta", "lambda", "Lambda", "re", "im", "test", "τ"]
)
def test_what_sympy_would_take_for_its_own_is_a_name(name):
    assert str2sympy(name) == sympy.Symbol(name)
    whole = str2sympy(f"2*{name}**2 - exp(-{name}/k)")
    assert whole.free_symbols == {sympy.Symbol(name), sympy.Symbol("k")}
    assert whole.diff(sympy.Symbol(name)) == 4 * sympy.Symbol(name) + sympy.exp(-sympy.Symbol(name) / sympy.Symbol(
        "k")) / sympy.Symbol("k")  # fmt: skip
    assert str2sympy(sympy2str(whole)) == whole


def test_a_word_inside_a_name_is_left_alone():
    assert str2sympy("lambda_ + mylambda + lambda").free_symbols == set(
        sympy.symbols(["lambda_", "mylambda", "lambda"])
    )
    assert sympy2str(str2sympy("lambda*lambda_")) in ("lambda*lambda_", "lambda_*lambda")


@pytest.mark.parametrize("power", ["x**3", "x**3.0", "np.power(x, 3)", "math.pow(x, 3.0)", "x*x*x"])
def test_integer_powers_are_printed_as_such(power):
    assert sympy2str(str2sympy(power)) == "x**3"
    assert sympy2str(sympy.Symbol("x") ** sympy.Float(3.0)) == "x**3"


@pytest.mark.parametrize("number", [0.1, 1e-300, 1 / 3, 123456789.12345679, 1e22, 5e-324])
def test_a_number_keeps_all_its_digits(number):
    assert float(sympy2str(str2sympy(repr(number)))) == number


VALUES = {"x": 0.7, "y": -1.3, "E": 2.0, "I": 0.25, "lambda_": 3.0}


def heaviside(x, at_zero=1):
    return 1.0 if x > 0 else 0.0 if x < 0 else at_zero


SCOPE = {name: getattr(math, name) for name in ("exp", "log", "sqrt", "sin", "cos", "tan", "tanh", "log10", "log1p",
                                                "expm1", "floor", "sinh", "cosh", "log2")}  # fmt: skip
SCOPE |= {"np": np, "math": math, "pi": math.pi, "ceil": math.ceil, "sign": np.sign, "arctan": math.atan,
          "heaviside": heaviside, "clip": np.clip, "where": np.where}  # fmt: skip

TEXTS = [
    "0.1*(x + 40)/(1 - np.exp(-(x + 40)/10))", "x - (y - E)", "-x**2", "+x - (+y)", "(-x)**2", "x**-2", "(x + 3)**0.5",
    "2**x**y",
    "x/y/E", "x/(y/E)", "sinh(x) + cosh(y)", "1.5 if x > 0 else y", "2*(x if x > y and y > 0 or E >= 2 else I)",
    "where(x < y, x, y) + (1 if not x < 0 else 2)", "max(x, y, min(E, 1))", "clip(x, 0, 0.5)", "np.e*x + pi*y + np.pi",
    "x % 2", "(x + y) % 2", "x // 0.3", "abs(y) - log10(E) + log1p(x) + expm1(y) + log2(E)", "sign(y)*floor(y)*ceil(y)",
    "heaviside(x - 0.7) + np.heaviside(x - x, 0.5)", "1 if 0 < x < 1 else 0", "arctan(x) + sqrt(E)", "I*E + x",
    "(x if x > 0 else y if y > 0 else E) + (1 if x != y and x <= E else 0)", "np.square(x) - np.negative(y)",
]  # fmt: skip


@pytest.mark.parametrize("text", TEXTS)
def test_what_is_printed_has_the_value_of_what_was_read(text):
    expression = str2sympy(text)
    printed = sympy2str(expression)
    again = eval(printed, dict(SCOPE), dict(VALUES))
    # 1e-12: SymPy orders the terms anew, which changes rounding only.
    assert float(again) == pytest.approx(float(eval(text, dict(SCOPE), dict(VALUES))), rel=1e-12, abs=1e-12)
    assert str2sympy(printed) == expression
    assert SympyPrinter().doprint(expression) == printed


def test_an_unknown_function_stays_itself():
    gate = str2sympy("alpha(V - E)*x")
    assert gate.atoms(sympy.Function).pop().func.__name__ == "alpha"
    assert sympy2str(gate) == "x*alpha(-E + V)"


def test_conditions_print_as_python():
    assert sympy2str(str2sympy("a > 0 and not (b > 1 or c)")) == "not (c or b > 1) and a > 0"
    assert sympy2str(str2sympy("a or b and c")) == "a or b and c"
    assert sympy2str(str2sympy("True and a")) == "a" and sympy2str(sympy.true) == "True"
    assert sympy2str(sympy.false) == "False" and sympy2str(str2sympy("not (a and b)")) == "not (a and b)"
    assert sympy2str(str2sympy("(a or b) and c")) == "c and (a or b)"


def test_infinity_and_nan_are_numpys():
    assert [sympy2str(str2sympy(t)) for t in ("np.inf", "-np.inf", "math.nan")] == ["np.inf", "-np.inf", "np.nan"]


@pytest.mark.parametrize(
    "text, message",
    [
        ("x +", "is not an expression of Python"),
        ("x = 1", "is not an expression of Python"),
        ("'a'", "is not a real number"),
        ("2j*x", "is not a real number"),
        ("ST['V']", "has no meaning in an equation"),
        ("x.real", "neither a name nor a constant"),
        ("f(x)(y)", "is not a function that SymPy can know"),
        ("exp(x, y, x)", "wrong number of arguments"),
        ("clip(x, min=0)", "give the arguments one by one"),
        ("x @ y", "an operator that equations do not have"),
        ("~x", "no operator ~"),
        ("x in y", "not a comparison of numbers"),
        ("2*(x > 0)", "computes with a condition; write where"),
        ("(x", "is not an expression of Python"),
    ],
)
def test_what_is_no_equation_says_so(text, message):
    with pytest.raises(CodeError, match=message):
        str2sympy(text)


@pytest.mark.parametrize(
    "expression",
    [sympy.I, sympy.zoo, sympy.Derivative(sympy.Function("f")(sympy.Symbol("x")), sympy.Symbol("x")),
     sympy.Piecewise((1, sympy.Symbol("x") > 0)), sympy.gamma(sympy.Symbol("x"))],
)  # fmt: skip
def test_what_no_equation_can_hold_is_not_printed(expression):
    with pytest.raises(CodeError):
        sympy2str(expression)


def test_code_becomes_equations():
    y, x = sympy.symbols("y x")
    first, second, third = SympyRender().render_code("y = 2*x + 1\ny += x\nx**2")
    assert (first.lhs, first.rhs) == (y, 2 * x + 1)
    assert (second.lhs, second.rhs) == (y, x + y)
    assert third == x**2
    with pytest.raises(CodeError, match="assign one name at a time"):
        SympyRender().render_code("a, b = 1, 2")
    with pytest.raises(CodeError, match="not a list of assignments"):
        SympyRender().render_code("a = ")


def test_operands_get_parentheses_unless_they_are_bare():
    render = SympyRender()
    tree = ast.parse("(a + b)*f(c)", mode="eval").body
    assert render.render_BinOp_parentheses(tree.left, tree.right, tree.op) == "(a + b) * f(c)"
    assert render.render_element_parentheses(ast.parse("3.5", mode="eval").body) == "3.5"
    assert render.expression_ops["Pow"] == "**"


def test_the_printer_has_sympys_own_methods():
    assert SympyPrinter({"order": "old"}).order == "old"
    printer = SympyPrinter()
    assert printer.printmethod == "_sympystr"
    assert printer.stringify(sympy.symbols("a b"), ", ") == "a, b"
    assert printer.parenthesize(sympy.Symbol("a") + 1, 100) == "(a + 1)"


def test_sympy_loads_at_the_first_use_only():
    code = ("import sys, brainpy_lab as bp; bp.integration.DiffEquation, bp.integration.RK4, bp.integrate;"
            "assert 'sympy' not in sys.modules; bp.integration.str2sympy; assert 'sympy' in sys.modules")  # fmt: skip
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)


def test_the_package_lists_the_names_of_the_manual():
    names = {"integrate", "DiffEquation", "Expression", "Integrator", "str2sympy", "sympy2str", "SympyRender",
             "SympyPrinter", "get_integrator", "Euler", "Heun", "MidPoint", "RK2", "RK3", "RK4", "RK4Alternative",
             "ExponentialEuler", "MilsteinIto", "MilsteinStra"}  # fmt: skip
    assert names == set(bp.integration.__all__) <= set(dir(bp.integration))
    with pytest.raises(AttributeError, match="no attribute 'Euller'"):
        getattr(bp.integration, "Euller")  # noqa: B009
