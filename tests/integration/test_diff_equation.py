"""A right-hand side as data, and the classes of the methods."""

import math

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab.errors import DiffEquationError, IntegratorError
from brainpy_lab.integration import DiffEquation, Expression, Integrator, get_integrator
from brainpy_lab.passes.integrate import METHODS, METHODS_0_3

gNa, gK, gLeak, ENa, EK, ELeak, C, noise, silent = 120.0, 36.0, 0.3, 50.0, -77.0, -54.4, 1.0, 0.5, 0.0


@pytest.fixture(autouse=True)
def fixed_profile():
    bp.profile.set(dt=0.01, seed=1)


def membrane(V, _t, m, h, n, Iext):
    INa = gNa * m**3 * h * (V - ENa)
    IK = gK * n**4 * (V - EK)
    IL = gLeak * (V - ELeak)
    f = (-INa - IK - IL + Iext) / C
    g = noise / C
    return (f, g), INa, IK, IL


def gate(m, t, V):
    alpha = 0.1 * (V + 40) / (1 - np.exp(-(V + 40) / 10))
    beta = 4.0 * np.exp(-(V + 65) / 18)
    return alpha * (1 - m) - beta * m


def wave(x, t):
    phase = 2 * t
    push = np.sin(phase)
    width = 0.3 * x
    return push - x, width


def test_the_equation_of_the_manual_is_described():
    equation = DiffEquation(membrane)
    assert equation.func is membrane and equation.func_name == "membrane"
    assert equation.func_args == ["V", "_t", "m", "h", "n", "Iext"]
    assert (equation.var_name, equation.t_name) == ("V", "_t")
    assert equation.expr_names == ["INa", "IK", "IL", "f", "g"]
    assert [e.var_name for e in equation.expressions] == equation.expr_names
    assert equation.expressions[0].code == "gNa*m**3*h*(V - ENa)"
    assert (equation.f_expr.var_name, equation.f_expr.code) == ("_dfV_dt", "f")
    assert (equation.g_expr.var_name, equation.g_expr.code) == ("_dgV_dt", "g")
    assert equation.returns == ["INa", "IK", "IL"] and equation.return_type == "(f, g), ..."
    assert equation.is_multi_return and equation.is_stochastic and not equation.is_functional_noise
    assert equation.stochastic_type is None
    scope = equation.func_scope
    assert scope["gNa"] == 120.0 and scope["noise"] == 0.5 and "V" not in scope
    assert repr(equation) == "DiffEquation(membrane)"


def test_the_forms_of_a_return_have_names():
    def ode(x, t):
        return -x

    def extras(x, t):
        return (-x,), t

    def sde(x, t):
        return -x, noise

    def calm(x, t):
        return -x, silent

    assert [DiffEquation(f).return_type for f in (ode, extras, sde, calm)] == ["f", "(f,), ...", "f, g", "f"]
    assert DiffEquation(calm).g_expr is None and DiffEquation(calm).get_g_expressions() == []
    assert DiffEquation(calm).replace_g_expressions("k", "y") == []
    assert DiffEquation(extras).returns == ["t"]


def test_a_factor_that_depends_on_an_argument_is_functional():
    def timed(x, _t):
        return -x, noise * _t

    assert DiffEquation(wave).is_functional_noise and DiffEquation(timed).is_functional_noise
    assert not DiffEquation(gate).is_functional_noise
    assert DiffEquation(timed).g_expr.code == "noise*_t"


def test_the_sense_of_the_noise_comes_from_the_method():
    assert Integrator(wave, "heun").diff_eq.stochastic_type == "stratonovich"
    assert Integrator(wave, "milstein").diff_eq.stochastic_type == "ito"
    assert Integrator(gate, "milstein").diff_eq.stochastic_type is None


def run(expressions, **values):
    """The value of the last of a list of expressions, each computed in turn."""
    scope = {"exp": np.exp, "sin": np.sin, **values}
    for item in expressions:
        scope[item.var_name] = eval(item.get_code(), {}, scope)
    return scope[expressions[-1].var_name]


@pytest.mark.parametrize("how", [None, "all", ["V"], "V", ["m"], ["alpha", "nothing"]])
def test_the_expressions_of_the_drift_compute_it(how):
    found = DiffEquation(gate).get_f_expressions(how)
    assert run(found, m=0.3, V=-50.0) == pytest.approx(gate(0.3, 0.0, -50.0), rel=1e-14)
    names = [item.var_name for item in found]
    assert names == ["_dfm_dt"] if how in ("all", ["V"], "V") else names[-2:] == ["beta", "_dfm_dt"]


def test_only_what_is_needed_is_given():
    assert [e.var_name for e in DiffEquation(wave).get_f_expressions()] == ["phase", "push", "_dfx_dt"]
    assert [e.var_name for e in DiffEquation(wave).get_g_expressions()] == ["width", "_dgx_dt"]
    assert [e.var_name for e in DiffEquation(wave).get_f_expressions(["t"])] == ["_dfx_dt"]
    assert DiffEquation(wave).get_f_expressions(["t"])[0].get_code() == "sin(2*t) - x"
    assert DiffEquation(wave).get_f_expressions(["t"])[0].get_code(subs=False) == "push - x"


def test_the_drift_at_another_state_and_time():
    equation = DiffEquation(wave)
    here = equation.replace_f_expressions("k2", "x_mid")
    assert [(e.var_name, e.code) for e in here] == [("k2", "push - x_mid")]
    later = equation.replace_f_expressions("k2", y_sub="x_mid", t_sub="t_mid")
    assert [(e.var_name, e.code) for e in later] == [
        ("phase_k2", "2*t_mid"), ("push_k2", "sin(phase_k2)"), ("k2", "push_k2 - x_mid"),
    ]  # fmt: skip
    assert run(later, x_mid=0.4, t_mid=1.5) == pytest.approx(math.sin(3.0) - 0.4, rel=1e-15)
    bar = equation.replace_g_expressions("bar", "x_bar")
    assert [(e.var_name, e.code) for e in bar] == [("width_bar", "0.3*x_bar"), ("bar", "width_bar")]
    with pytest.raises(DiffEquationError, match="must be a name, but got 'x [+] 1'"):
        equation.replace_f_expressions("k2", "x + 1")


def test_a_description_follows_its_scope():
    rate = 1.0

    def f(x, t):
        return -rate * x

    equation = DiffEquation(f)
    assert equation.func_scope["rate"] == 1.0
    rate = 2.0
    assert equation.func_scope["rate"] == 2.0


def test_an_expression_knows_the_names_that_it_reads():
    item = Expression("alpha", " 0.1*np.exp(-(V + V0)/k) + f(x) ")
    assert item.identifiers == {"V", "V0", "k", "x"} and item.get_code() == "0.1*np.exp(-(V + V0)/k) + f(x)"
    assert repr(item) == "alpha = 0.1*np.exp(-(V + V0)/k) + f(x)"
    assert item == Expression("alpha", item.code) and len({item, Expression("alpha", item.code)}) == 1
    with pytest.raises(DiffEquationError, match="\"code\" of 'a' is not a Python expression: '2 [*]'"):
        Expression("a", "2 *")


def test_something_else_than_a_function_is_refused():
    with pytest.raises(DiffEquationError, match="takes a function"):
        DiffEquation("x")


# ---- the classes of the methods ----


@pytest.mark.parametrize("method", [name for name in METHODS_0_3 if "(" not in name])
def test_each_class_is_an_integrator_of_its_method(method):
    made = get_integrator(method.upper())(DiffEquation(gate))
    assert isinstance(made, Integrator) and made.method == method
    assert made(0.3, 0.0, -50.0) == bp.integrate(gate, method=method)(0.3, 0.0, -50.0)
    assert get_integrator(method)(gate).func is gate


def test_the_class_of_a_method_can_be_asked_for():
    bp.profile.set(numerical_method="rk4")
    assert get_integrator() is bp.integration.RK4
    assert get_integrator("milstein") is bp.integration.MilsteinIto
    with pytest.raises(ValueError, match="Unknown method: leapfrog"):
        get_integrator("leapfrog")
    with pytest.raises(IntegratorError, match="'wave' has noise, which method 'rk3'"):
        bp.integration.RK3(wave)


@pytest.mark.parametrize("beta, method", [(0.5, "midpoint"), (2 / 3, "rk2"), (1.0, "heun"), (0.75, None)])
def test_rk2_takes_its_parameter(beta, method):
    names = set(METHODS)
    try:
        made = bp.integration.RK2(wave_drift, beta)
        x, t, dt = 0.4, 1.0, 0.01
        k1 = wave_drift(x, t)
        k2 = wave_drift(x + beta * dt * k1, t + beta * dt)
        expected = x + dt * ((1 - 1 / (2 * beta)) * k1 + k2 / (2 * beta))
        assert made(x, t) == pytest.approx(expected, rel=1e-15)
        if method:
            assert made(x, t) == pytest.approx(bp.integrate(wave_drift, method=method)(x, t), rel=1e-15)
    finally:
        for name in set(METHODS) - names:
            del METHODS[name], METHODS_0_3[name]


def wave_drift(x, t):
    return np.sin(2 * t) - x


@pytest.mark.parametrize("beta", [0, -1.0, math.inf, math.nan, "2/3", True, None])
def test_a_parameter_of_rk2_that_is_none_is_refused(beta):
    with pytest.raises(IntegratorError, match="a number above 0"):
        bp.integration.RK2(wave_drift, beta)


def test_an_integrator_shows_what_runs():
    made = bp.integrate(membrane, method="euler")
    assert made.py_func_name == "membrane" and made.code_scope["gNa"] == 120.0
    assert "def " in made.update_code and "exp" not in made.update_code
    assert compile(made.update_code, "shown", "exec")
    drift = bp.integrate(gate, method="euler")
    assert drift.update_func(0.3, 0.0, -50.0) == drift(0.3, 0.0, -50.0)
