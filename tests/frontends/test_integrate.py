"""Right-hand sides, the methods' names, and direct calls."""

import math

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab.errors import CodeError, DiffEquationError, IntegratorError, ModelUseError, ModelValueError
from brainpy_lab.frontends.integrate import ArgumentError, Integrator, checked_method, integrate
from brainpy_lab.frontends.pysource import read_steps
from brainpy_lab.ir.expr import Const, Local, Param, Time
from brainpy_lab.passes.integrate import METHODS, METHODS_0_3

tau, noise, off = 2.0, 0.5, 0.0


@pytest.fixture(autouse=True)
def fixed_dt():
    before = bp.profile.get_dt(), bp.profile.get_numerical_method()
    bp.profile.set(dt=0.01)
    yield
    bp.profile.set(dt=before[0], numerical_method=before[1])


def test_the_decorator_has_three_forms():
    def f(x, t):
        return -x

    plain, called, given = integrate(f), integrate(f, method="RK4"), integrate(method="Exponential")(f)
    assert [i.method for i in (plain, called, given)] == [bp.profile.get_numerical_method(), "rk4", "exponential"]
    assert all(isinstance(i, Integrator) and i.func is f and i.__name__ == "f" for i in (plain, called, given))


def test_the_profiles_method_is_taken_at_the_decoration():
    bp.profile.set(numerical_method="exponential")

    @integrate
    def f(x, t):
        return -x

    bp.profile.set(numerical_method="euler")
    assert f.method == "exponential"


def test_an_unknown_method_is_an_error_at_the_decoration():
    with pytest.raises(ValueError, match="Unknown method: Runge."):
        integrate(method="Runge")
    with pytest.raises(IntegratorError, match="Unknown method: 4."):
        integrate(lambda x, t: x, method=4)


def test_the_methods_of_the_profile_are_those_that_exist():
    assert {checked_method(name) for name in bp.profile.METHODS} == set(METHODS_0_3)
    assert checked_method("Milstein") == "milstein_ito"


@pytest.mark.parametrize("method", sorted(set(METHODS) - set(METHODS_0_3)))
def test_a_method_of_another_front_end_is_unknown_here(method):
    with pytest.raises(ValueError, match=f"Unknown method: {method}. Choose one of euler, exponential, midpoint"):
        integrate(method=method)


@pytest.mark.parametrize("method", [name for name, method in METHODS_0_3.items() if not method.noise])
def test_a_method_without_noise_refuses_noise_where_it_is_defined(method):
    def f(x, t):
        return -x, noise

    able = "euler (Ito), exponential (Ito), heun (Stratonovich), milstein_ito (Ito), milstein_stra (Stratonovich)"
    with pytest.raises(IntegratorError) as caught:
        integrate(f, method=method)
    assert f"'f' has noise, which method '{method}' cannot treat. These can: {able}" in str(caught.value)
    assert (caught.value.place.file, caught.value.place.line) == (__file__, f.__code__.co_firstlineno)


def test_noise_whose_scope_comes_later_is_refused_at_the_first_use():
    @integrate(method="rk4")
    def f(x, t):
        return -x, later

    later = 0.0
    assert f(1.0, 0.0) == pytest.approx(math.exp(-0.01), rel=1e-11)  # rk4 errs by dt**5/120 = 8e-13
    later = 1.0
    with pytest.raises(IntegratorError, match="'f' has noise"):
        f(1.0, 0.0)


def test_a_method_says_in_which_sense_it_reads_noise():
    def f(x, t):
        return -x, noise * x

    def g(x, t):
        return -x

    takes = {name: integrate(f, method=name).stochastic_type for name, m in METHODS_0_3.items() if m.noise}
    assert takes == {"euler": "ito", "exponential": "ito", "milstein_ito": "ito",
                     "heun": "stratonovich", "milstein_stra": "stratonovich"}  # fmt: skip
    assert integrate(g, method="heun").stochastic_type is None


def test_noise_that_is_zero_in_the_scope_is_no_noise():
    @integrate(method="rk4")
    def f(x, t):
        g = off * math.pi / tau
        return -x / tau, g

    assert not f.is_stochastic
    assert f.equation.lines == ()

    def step(ST, _t):
        ST["x"] = f(ST["x"], _t)

    read = read_steps([step], "neuron", "scalar", ("x",))
    assert read.params == {"tau": 2.0} and read.folded == {"off": 0.0}


def test_noise_that_comes_to_zero_by_any_calculation_is_no_noise():
    def negative(x, t):
        return -x, -(off**2)

    def functions(x, t):
        return -x, np.sqrt(off) * np.exp(noise) + min(off, tau) + np.power(off, tau) + np.clip(off, -noise, noise)

    def unknown(x, t):
        return -x, off * np.where(x > 0, 1.0, 0.0)

    assert [integrate(f, method="euler").is_stochastic for f in (negative, functions, unknown)] == [False, False, True]
    assert repr(integrate(negative, method="rk4")) == "Integrator(negative, method='rk4')"


def test_noise_that_depends_on_the_state_is_noise_even_times_zero():
    @integrate(method="euler")
    def f(x, t):
        return -x, off * x

    assert f.is_stochastic


@pytest.mark.parametrize("form", range(6))
def test_the_forms_of_a_return(form):
    @integrate(method="euler")
    def ode(x, t):
        return -x

    @integrate(method="euler")
    def alone(x, t):
        return ((-x,),)

    @integrate(method="euler")
    def extras(x, t):
        a = 3 * x
        return (-x,), a, t

    @integrate(method="euler")
    def sde(x, t):
        return -x, noise

    @integrate(method="euler")
    def sde_alone(x, t):
        return ((-x, noise),)

    @integrate(method="euler")
    def sde_extras(x, t):
        r = (-x, noise)
        return r, 3 * x, t

    f = (ode, alone, extras, sde, sde_alone, sde_extras)[form]
    assert f.is_stochastic == (form >= 3) and f.is_multi_return == (form in (2, 5))
    assert (f.var_name, f.t_name, f.func_args, f.func_name) == ("x", "t", ["x", "t"], f.__name__)
    result = f(2.0, 5.0)
    if form in (2, 5):
        assert result[1:] == (6.0, 5.0)
        result = result[0]
    if form < 3:
        assert result == 2.0 - 0.01 * 2.0


def test_an_equation_keeps_the_users_names():
    @integrate(method="euler")
    def f(V, t, I=0.0):
        leak, drive = V / tau, I + t
        return drive - leak

    equation = f.equation
    assert equation.variable == "V" and equation.diffusion is None
    assert [name for name, _ in equation.lines] == ["leak", "drive"]
    assert equation.lines[0][1].right == Param("tau") and equation.lines[1][1].right == Time()
    assert equation.lines[0][1].left == Local("V")
    assert f(1.0, 2.0) == pytest.approx(1.0 + 0.01 * (2.0 - 0.5), rel=1e-15)
    assert f(V=1.0, t=2.0, I=3.0) == pytest.approx(1.0 + 0.01 * (5.0 - 0.5), rel=1e-15)


def test_the_scope_is_read_when_it_is_needed():
    rate = 1.0

    @integrate(method="euler")
    def f(x, t):
        return -rate * x

    first = f(1.0, 0.0)
    rate = 2.0
    assert (first, f(1.0, 0.0)) == (1 - 0.01, 1 - 0.02)
    bp.profile.set(dt=0.1)
    assert f(1.0, 0.0) == 1 - 0.2


# Order of a method: the error of 100 steps of 0.01 on dx/dt = -x + sin t, whose solution is known.
@pytest.mark.parametrize("method, bound", [("euler", 5e-3), ("exponential", 5e-3), ("rk4", 1e-9)])
def test_direct_calls_approach_the_solution(method, bound):
    @integrate(method=method)
    def f(x, t):
        return -x + np.sin(t)

    x = 1.0
    for k in range(100):
        x = f(x, k * 0.01)
    assert isinstance(x, float)
    assert abs(x - (1.5 * math.exp(-1.0) + 0.5 * (math.sin(1.0) - math.cos(1.0)))) < bound


def test_an_array_gives_an_array_of_its_own():
    @integrate(method="exponential")
    def f(x, t, k):
        return 3.0 - k * x

    x = np.array([[1.0, 2.0], [3.0, 4.0]])
    new = f(x, 0.0, 2.0)
    np.testing.assert_allclose(new, 1.5 + (x - 1.5) * math.exp(-0.02), rtol=1e-14)
    new[0, 0] = 9.0
    assert x[0, 0] == 1.0


def test_direct_calls_with_noise_have_its_variance():
    bp.profile.set(seed=3)

    @integrate(method="euler")
    def f(x, t):
        return -x, 0.5

    x = np.zeros(4000)
    for k in range(600):
        x = f(x, k * 0.01)
    # Stationary variance g**2/2/(1 - dt/2); its estimate from n values has the standard error var*sqrt(2/n).
    expected = 0.125 / (1 - 0.005)
    assert abs(np.var(x) - expected) < 4 * expected * math.sqrt(2 / 4000)
    assert abs(np.mean(x)) < 4 * math.sqrt(expected / 4000)
    assert np.unique(x).size == 4000
    bp.profile.set(seed="auto")


def ends_early(x, t):
    if x > 0:
        return -x
    return x


def loops(x, t):
    for _ in range(3):
        pass
    return x


def tries(x, t):
    try:
        y = x
    except ValueError:
        y = 1.0
    return y


def raises(x, t):
    raise ValueError


def deletes(x, t):
    del x
    return 1.0


def twice(x, t):
    a = x
    a = a + 1
    return a


def grows(x, t):
    a = x
    a += 1
    return a


def shadows(x, t):
    x = 2 * x
    return x


def returns_nothing(x, t):
    y = x  # noqa: F841


def three(x, t):
    return x, 1.0, 2.0


def draws(x, t):
    return np.random.normal()


def takes_one(x):
    return x


def takes_any(x, *t):
    return x


def returns_bare(x, t):
    y = x  # noqa: F841
    return


def goes_on(x, t):
    return x
    y = x  # noqa: F841


def calls_another(x, t):
    return inner(x, t)


@integrate(method="euler")
def inner(x, t):
    return -x


@pytest.mark.parametrize(
    "func, line, message",
    [
        (ends_early, 1, 'Do not support "if" statement in differential equation.'),
        (loops, 1, 'Do not support "for" statement in differential equation.'),
        (tries, 1, 'Do not support "try" statement in differential equation.'),
        (raises, 1, 'Do not support "raise" statement in differential equation.'),
        (deletes, 1, 'Do not support "del" statement in differential equation.'),
        (twice, 2, "'a' is assigned twice"),
        (grows, 2, "'a' is assigned twice"),
        (shadows, 1, "'x' is assigned twice"),
        (returns_nothing, 0, "it returns nothing; return dx/dt"),
        (three, 1, "it returns 3 values"),
        (draws, 1, "return the noise beside the drift"),
        (takes_one, 0, "takes its variable first and the time second"),
        (takes_any, 0, r"[*]arguments cannot be frozen"),
        (returns_bare, 0, "it returns nothing; return dx/dt"),
        (goes_on, 2, "nothing can follow the return"),
        (calls_another, 1, "'inner' is an integrator; an equation cannot call one"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_what_is_no_equation_names_its_place(func, line, message):
    with pytest.raises(DiffEquationError, match=message) as caught:
        integrate(func, method="euler").read()
    assert caught.value.place.line == func.__code__.co_firstlineno + line
    assert f"equation '{func.__name__}'" in str(caught.value)


def test_a_conditional_expression_may_stand_in_an_equation():
    @integrate(method="euler")
    def f(x, t):
        return 1.0 if x > 0 else -1.0

    np.testing.assert_array_equal(f(np.array([1.0, -1.0]), 0.0), [1.01, -1.01])


def test_something_else_than_a_function_is_refused():
    with pytest.raises(DiffEquationError, match="takes a function"):
        integrate(3.0, method="euler")
    with pytest.raises(DiffEquationError, match=r"not 'rk4'. Write integrate\(method='rk4'\)"):
        integrate("rk4")
    with pytest.raises(CodeError, match="with def"):
        integrate(lambda x, t: -x, method="euler")(1.0, 0.0)


@pytest.mark.parametrize(
    "args, kwargs, message",
    [
        (("a", 0.0), {}, r"f\(\): argument 'x' is 'a'; give a number or an array of numbers"),
        ((None, 0.0), {}, "argument 'x' is None"),
        ((1.0, 2j), {}, "argument 't' is 2j"),
        ((1.0, [[1], [1, 2]]), {}, "argument 't' is"),
        ((np.ones(3), 0.0), {"k": np.ones(2)}, r"shapes x \(3,\), k \(2,\); give arrays of one shape"),
        ((1.0,), {}, r"f\(x, t, k=1.0\): missing a required argument: 't'"),
        ((1.0, 2.0, 3.0, 4.0), {}, "too many positional arguments"),
        ((1.0, 2.0), {"y": 3.0}, "unexpected keyword argument 'y'"),
    ],
)
def test_wrong_arguments_of_a_direct_call_are_named(args, kwargs, message):
    @integrate(method="euler")
    def f(x, t, k=1.0):
        return -k * x

    with pytest.raises((ModelValueError, ArgumentError), match=message) as caught:
        f(*args, **kwargs)
    assert isinstance(caught.value, ModelUseError) and isinstance(caught.value, (ValueError, TypeError))


def test_whole_numbers_and_truth_are_numbers():
    @integrate(method="euler")
    def f(x, t):
        return -x

    assert f(1, 0) == f(True, 0) == f(np.float32(1.0), 0) == 0.99
    np.testing.assert_array_equal(f([1, 2], 0), [0.99, 1.98])


def test_forms_that_are_easy_to_get_wrong_are_read():
    def one_line(x, t): return -x  # noqa: E704  # fmt: skip

    def pairs(x, t):
        a, b = x, 2.0
        return -a * b / 2

    def at_once(x, t):
        a = b = x
        return -(a + b) / 2

    assert [integrate(f, method="euler")(1.0, 0.0) for f in (one_line, pairs, at_once)] == [0.99] * 3


def test_the_exponential_method_needs_no_linear_part():
    def cubic(x, t):
        return -(x**3) + np.sin(x)

    rate = 0.0

    def at_rest(x, t):
        return 2.0 - rate * x

    def free(x, t):
        return 2.0 + t

    assert integrate(cubic, method="exponential")(1.0, 0.0) == integrate(cubic, method="euler")(1.0, 0.0)
    assert integrate(at_rest, method="exponential")(1.0, 0.0) == 1.0 + 0.01 * 2.0
    assert integrate(free, method="exponential")(1.0, 3.0) == 1.0 + 0.01 * 5.0


def test_helpers_of_an_equation_become_lines_of_it():
    def gate(v, half):
        shifted = v - half
        return 1 / (1 + np.exp(-shifted))

    @integrate(method="euler")
    def f(x, t):
        a = gate(x, 1.0)
        return a - gate(a, 2.0)

    x = 0.3
    a = 1 / (1 + math.exp(-(x - 1.0)))
    assert f(x, 0.0) == pytest.approx(x + 0.01 * (a - 1 / (1 + math.exp(-(a - 2.0)))), rel=1e-14)
    names = [name for name, _ in f.equation.lines]
    assert len(names) == len(set(names)) and "a" in names


def test_a_frozen_argument_that_holds_the_time_does_not_move_with_the_stages():
    @integrate(method="rk4")
    def f(x, t, start):
        return t - start + 0 * x

    def step(ST, _t):
        ST["x"] = f(ST["x"], _t, _t * 1.0)

    from tests.frontends.python_steps import run_read

    read = read_steps([step], "neuron", "scalar", ("x",))
    # The integral of t - start over one step is dt**2/2; it would be 0 if start moved along.
    assert run_read(read, {"x": [0.0]}, t=7.0)["x"][0] == pytest.approx(0.01**2 / 2, rel=1e-9)


def test_constants_of_an_equation_are_the_users_literals():
    @integrate(method="euler")
    def f(x, t):
        return 1

    assert f.equation.drift == Const(1)


def test_what_is_no_equation_is_refused_where_it_is_defined():
    with pytest.raises(DiffEquationError, match='Do not support "if" statement in differential equation.'):

        @integrate(method="euler")
        def f(x, t):
            if x > 0.0:
                x = 0.0
            return x
