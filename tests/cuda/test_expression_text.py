"""How every kind of expression is printed for a GPU: with its type written out, so that C++ converts nothing itself."""

import numpy as np
import pytest

from brainpy_lab.backends.cuda.expression_text import CudaText, local
from brainpy_lab.ir.expr import (
    Binary,
    Call,
    Cast,
    Compare,
    Const,
    Field,
    Local,
    Logic,
    Negative,
    Not,
    Param,
    Power,
    Select,
    StepIndex,
    StepSize,
    Time,
)
from brainpy_lab.ir.program import Population, Program, Slot, State, Step
from brainpy_lab.ir.statements import Assign
from brainpy_lab.runtime.bindings import Bindings
from brainpy_lab.runtime.build import build

X, D, K, B = (Local(name, dtype=kind) for name, kind in (("x", "real"), ("d", "f64"), ("k", "int"), ("b", "bool")))
TEXTS = [
    # node, in double precision, in single precision
    (Const(0.1, dtype="real"), "0x1.999999999999ap-4", "0x1.99999a0000000p-4f"),
    (Const(-0.1, dtype="real"), "(-0x1.999999999999ap-4)", "(-0x1.99999a0000000p-4f)"),
    (Const(0.1, dtype="f64"), "0x1.999999999999ap-4", "0x1.999999999999ap-4"),
    (Const(np.inf, dtype="real"), "__longlong_as_double(0x7ff0000000000000LL)", "__int_as_float(0x7f800000)"),
    (Const(-np.inf, dtype="real"), "__longlong_as_double(0xfff0000000000000LL)", "__int_as_float(0xff800000)"),
    (Const(np.nan, dtype="f64"), *["__longlong_as_double(0x7ff8000000000000LL)"] * 2),
    (Const(True, dtype="bool"), "true", "true"),
    (Const(False, dtype="bool"), "false", "false"),
    (Const(3, dtype="int"), "3LL", "3LL"),
    (Time(dtype="f64"), "now.t", "now.t"),
    (StepIndex(dtype="int"), "now.i_run", "now.i_run"),
    (StepSize(dtype="f64"), "now.dt", "now.dt"),
    (StepSize(dtype="real"), "now.dt", "(float)now.dt"),
    (Negative(X, dtype="real"), "(-v_x)", "(-v_x)"),
    (Not(B, dtype="bool"), "(!v_b)", "(!v_b)"),
    *((Binary(op, X, X, dtype="real"), *[f"(v_x {op} v_x)"] * 2) for op in "+-*/"),
    *(
        (Binary(op, K, K, dtype="int"), *[f"wrap_{name}(v_k, v_k)"] * 2)
        for op, name in zip("+-*", ("add", "sub", "mul"))
    ),
    *((Compare(op, X, X, dtype="bool"), *[f"(v_x {op} v_x)"] * 2) for op in ("<", "<=", ">", ">=", "==", "!=")),
    (Logic("and", B, B, dtype="bool"), "(v_b && v_b)", "(v_b && v_b)"),
    (Logic("or", B, B, dtype="bool"), "(v_b || v_b)", "(v_b || v_b)"),
    (Select(B, X, X, dtype="real"), "(v_b ? v_x : v_x)", "(v_b ? v_x : v_x)"),
    (Call("max", (X, X), dtype="real"), "max_f64(v_x, v_x)", "max_f32(v_x, v_x)"),
    (Call("exp", (D,), dtype="f64"), "exp_f64(v_d)", "exp_f64(v_d)"),
    (Power(X, 0, dtype="real"), "0x1.0000000000000p+0", "0x1.0000000000000p+0f"),
    (Power(K, 0, dtype="int"), "1LL", "1LL"),
    (Power(X, 1, dtype="real"), "ipow<1>(v_x)", "ipow<1>(v_x)"),
    (Power(X, 3, dtype="real"), "ipow<3>(v_x)", "ipow<3>(v_x)"),
    (Cast(X, "int", dtype="int"), "to_int64(v_x)", "to_int64(v_x)"),
    (Cast(D, "int", dtype="int"), "to_int64(v_d)", "to_int64(v_d)"),
    (Cast(B, "int", dtype="int"), "(long long)v_b", "(long long)v_b"),
    (Cast(X, "real", dtype="real"), "v_x", "v_x"),
    (Cast(D, "real", dtype="real"), "v_d", "(float)v_d"),
    (Cast(X, "f64", dtype="f64"), "v_x", "(double)v_x"),
    (Cast(K, "f64", dtype="f64"), "(double)v_k", "(double)v_k"),
    (Cast(K, "real", dtype="real"), "(double)v_k", "(float)v_k"),
    (Cast(B, "real", dtype="real"), "(double)v_b", "(float)v_b"),
    (Field("self", "V", dtype="real"), "self.V", "self.V"),
]


@pytest.mark.parametrize("float_type, place", [("float64", 1), ("float32", 2)])
def test_every_kind_of_expression_is_printed_with_its_type(float_type, place):
    text = CudaText(float_type, lambda node: f"{node.owner}.{node.name}")
    for case in TEXTS:
        assert text.of(case[0]) == case[place], case[0]


def test_names_of_a_step_become_names_of_c():
    assert local("tau_2") == "v_tau_2" and local("µ") == "v_ub5_"


def printed_squares(first, last):
    """The text of a step with 200 locals, each the square of the one before; written out it would have 2**200 parts."""
    lines = [Assign(Local("x0"), first)]
    lines += [Assign(Local(f"x{k + 1}"), Binary("*", Local(f"x{k}"), Local(f"x{k}"))) for k in range(200)]
    step = Step("update", (*lines, Assign(Local("y"), last), Assign(Field("self", "x"), Local("y"))))
    population = Population("N", "squares", (State("x"),), ("tau",), (step,))
    program = Program((population,), (Slot("N", "step", "update"),))
    bindings = Bindings(0.1, {"N": 1}, {("N", "x"): np.ones(1)}, {("N", "tau"): 0.5})
    return build(program, bindings, "reference").source("cuda")


@pytest.mark.parametrize("first", [Field("self", "x"), Param("tau")])
def test_locals_of_locals_are_looked_at_once_each(first):
    assert "v_x200 = (v_x199 * v_x199)" in printed_squares(first, Local("x200"))


@pytest.mark.parametrize("first", [Negative(Param("tau")), Call("exp", (Param("tau"),))])
def test_locals_that_all_elements_share_are_computed_before_the_loop_once_each(first):
    text = printed_squares(first, Call("exp", (Local("x200"),)))
    assert "u200 = (u199 * u199)" in text and "v_y = u201;" in text
    assert [text.index(f" u{k} = ") for k in range(202)] == sorted(text.index(f" u{k} = ") for k in range(202))
    assert text.index("u201 = exp_f64(u200)") < text.index("v_x0 = ")
