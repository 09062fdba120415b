"""Typeset equations."""

import subprocess
import sys

import pytest

import brainpy_lab as bp
from brainpy_lab.ir import expr as ex
from brainpy_lab.lab import latex

pytest.importorskip("sympy")

FHN = """
dv/dt = v - v**3/3 - w + I
dw/dt = (v + a - b*w) / tau
input I = 0.8 in [-0.5, 1.5]
a = 0.7; b = 0.8
tau = 12.5 in [5, 30]
"""


def test_the_equations_of_a_cell_are_typeset_as_written():
    lines = latex.lines(bp.neuron(FHN, "FHN").ir)
    assert lines[0] == r"\frac{\mathrm{d}v}{\mathrm{d}t} &= v - \frac{v^{3}}{3} - w + I"
    assert lines[1] == r"\frac{\mathrm{d}w}{\mathrm{d}t} &= \frac{v + a - b\, w}{\tau}"


@pytest.mark.parametrize(
    "name, expected",
    [
        ("I", "I"), ("E", "E"), ("S", "S"), ("N", "N"), ("Q", "Q"), ("O", "O"),
        ("beta", r"\beta"), ("gamma", r"\gamma"), ("zeta", r"\zeta"), ("lambda_", r"\lambda"),
        ("tau_m", r"\tau_{m}"), ("g_Na", r"g_{\mathrm{Na}}"), ("V_rest", r"V_{\mathrm{rest}}"), ("x2", "x_{2}"),
    ],
)  # fmt: skip
def test_names_are_names_whatever_sympy_calls_so(name, expected):
    assert latex.name(name) == expected


def test_a_model_with_all_the_names_that_sympy_knows_is_typeset():
    text = """
    dN/dt = (E - N)*S + Q*beta - gamma*zeta + lambda_*O + I
    E = 1; S = 2; Q = 3; beta = 4; gamma = 5; zeta = 6; lambda_ = 7; O = 8
    input I = 1
    """
    text = latex.model(bp.neuron(text, "All").ir)
    for part in (r"\left(E - N\right)\, S", r"Q\, \beta", r"\gamma\, \zeta", r"\lambda\, O", "+ I"):
        assert part in text


def e(text: str) -> ex.Expr:
    """An expression of the cells' language with the parameters a, b, c."""
    model = bp.neuron(f"dx/dt = {text}\na = 1; b = 2; c = 3", "M").ir
    return next(latex._equations(model)).drift


@pytest.mark.parametrize(
    "text, expected",
    [
        ("a - (b - c)", r"a - \left(b - c\right)"),
        ("a - b - c", "a - b - c"),
        ("(a + b)*c", r"\left(a + b\right)\, c"),
        ("2*3*a", r"2 \cdot 3\, a"),
        ("-a*b", r"-a\, b"),
        ("a*-b", r"a\, \left(-b\right)"),
        ("(a + b)**2", r"\left(a + b\right)^{2}"),
        ("a/b/c", r"\frac{\frac{a}{b}}{c}"),
        ("exp(-a)", "e^{-a}"),
        ("exp(-(x + a)/b)", r"\exp\!\left(-\frac{x + a}{b}\right)"),
        ("sqrt(a)*abs(b)", r"\sqrt{a}\, \left|b\right|"),
        ("1e-5*a", r"1 \cdot 10^{-5}\, a"),
    ],
)
def test_brackets_stand_where_the_meaning_needs_them(text, expected):
    assert latex.formula(e(text)) == expected


def test_conditions_become_cases():
    assert latex.formula(e("a if x > b else c")) == (
        r"\begin{cases} a & \text{if } x > b \\ c & \text{otherwise} \end{cases}"
    )


def test_noise_is_written_as_a_term():
    model = bp.neuron("dx/dt = -x/tau + sigma*xi\ntau = 10; sigma = 1", "OU").ir
    assert latex.lines(model)[0].endswith(r"\sigma\, \xi")


def test_sympy_is_not_imported_before_something_is_typeset():
    code = "import sys, brainpy_lab.lab.latex; assert 'sympy' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
