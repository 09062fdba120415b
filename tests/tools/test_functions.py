"""Sources, scopes, copies and compiled versions of functions."""

import math

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab import tools
from brainpy_lab.errors import ModelValueError

scale = 2.0


def inner(x):
    return scale * x


def outer(x, y=1.0):
    """A docstring."""
    # a comment
    z = inner(x)

    return math.sqrt(z) + y  # as written


def one_line(x): return x + 1  # fmt: skip  # noqa: E704


def decorated():
    @bp.integrate
    def f(x, t):
        return -x

    return f


pair = (lambda x: x + 1, lambda x: x + 2)


def test_the_body_of_a_function():
    assert tools.get_main_code(outer) == "z = inner(x)\n\nreturn math.sqrt(z) + y  # as written"
    assert tools.get_main_code(one_line) == "return x + 1"
    assert [tools.get_main_code(f) for f in pair] == ["return x + 1", "return x + 2"]
    assert tools.get_main_code(decorated()) == "return -x"
    assert (tools.get_main_code(None), tools.get_main_code(3)) == ("", "return 3")
    with pytest.raises(ModelValueError, match='"func" must be a function'):
        tools.get_main_code("x")


def test_the_source_of_a_function_starts_with_def():
    assert tools.get_func_source(decorated()) == "def f(x, t):\n    return -x"
    assert tools.get_func_source(pair[1]) == "lambda x: x + 2"
    with pytest.raises(ModelValueError, match="Python function"):
        tools.get_func_source(math.sqrt)


def test_lambdas_and_names():
    assert tools.is_lambda_function(pair[0]) and not tools.is_lambda_function(inner)
    assert not tools.is_lambda_function(3)
    assert tools.get_func_name(pair[0]) == "lambda" and tools.get_func_name(inner) == "inner"

    def _brainpy_delayed_output():
        pass

    assert tools.get_func_name(_brainpy_delayed_output, replace=True) == "output"
    with pytest.raises(ModelValueError, match='"func"'):
        tools.get_func_name(3)


def test_calls_are_written_in_lines():
    assert tools.func_call(["a", "b"]) == "a, b" and tools.func_call({"b", "a"}) == "a, b"
    assert tools.func_call(list("abcdef")) == "a, b, c, d, e,\nf"
    with pytest.raises(ModelValueError, match='"args"'):
        tools.func_call(3)


def test_a_scope_reaches_into_called_functions():
    scope = tools.get_func_scope(outer)
    assert scope["inner"] is inner and scope["scale"] == 2.0 and scope["math"] is math
    with pytest.raises(ModelValueError, match="Python function"):
        tools.get_func_scope(3)


def test_a_copy_has_globals_of_its_own():
    copied = tools.func_copy(inner)
    copied.__globals__["scale"] = 5.0
    assert copied(1.0) == 5.0 and inner(1.0) == 2.0 and copied.__doc__ == inner.__doc__


def test_compiled_functions_compute_the_same():
    compiled = tools.jit(inner)
    assert compiled(3.0) == 6.0 and tools.jit(compiled) is compiled and tools.jit()(inner)(1.0) == 2.0
    assert compiled.targetoptions["nopython"] and not compiled.targetoptions["fastmath"]
    with pytest.raises(ModelValueError, match="callable"):
        tools.jit(3)


def test_everything_that_is_called_is_compiled_with_other_values():
    made = tools.numba_func(outer, {"scale": 8.0})
    assert made(2.0) == 5.0 and outer(2.0) == 3.0 and hasattr(made, "py_func")
    compiled = tools.jit(inner)
    assert tools.numba_func(compiled) is compiled and tools.numba_func(np.sin) is np.sin
    assert tools.numba_func(compiled, {"scale": 3.0})(1.0) == 3.0
    offset = 1.0

    def closure(x):
        return x + offset

    assert tools.numba_func(closure, {"offset": 4.0})(1.0) == 5.0
    with pytest.raises(ModelValueError, match='"params"'):
        tools.numba_func(inner, 3)


def factorial(n):
    if n <= 1:
        return first
    return n * factorial(n - 1)


first = 1


def test_a_function_that_calls_itself_is_compiled():
    assert tools.numba_func(factorial)(5) == 120
    assert tools.numba_func(factorial, {"first": 2})(5) == 240


def test_scopes_and_code_are_printed(capsys):
    tools.show_code_scope({"a": 1, "long": 2, "hidden": 3, "__builtins__": {}}, ignores=["hidden"])
    assert capsys.readouterr().out == "a    : 1\nlong : 2\n\n"
    tools.show_code_str("\nx = 1\n")
    assert capsys.readouterr().out == "x = 1\n\n"
    with pytest.raises(ModelValueError, match='"code_scope"'):
        tools.show_code_scope(3)
    with pytest.raises(ModelValueError, match='"func_code"'):
        tools.show_code_str(3)
