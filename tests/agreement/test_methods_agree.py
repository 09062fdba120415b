"""Methods of the 2.x API have the same bits on the reference and on Numba, on equations joined in one system."""

import numpy as np
import pytest

from brainpy_lab.ir.expr import Binary, Call, Const, Field, Local, Param, Power, Time
from brainpy_lab.ir.program import Population, Program, Slot, State, Step
from brainpy_lab.ir.statements import Assign, Equation, Integrate, System
from brainpy_lab.passes.integrate import METHODS, METHODS_0_3, draw_sites
from brainpy_lab.runtime.bindings import Bindings
from brainpy_lab.runtime.build import build
from tests.agreement.networks import same

N, STEPS, DT, SEED = 9, 60, 0.05, 3
NEW = sorted(set(METHODS) - set(METHODS_0_3))  # the others run on ready models, in test_models_agree.py
NAMES = ("x", "y", "z")
x, y, z = map(Local, NAMES)


def plus(*terms):
    total = terms[0]
    for term in terms[1:]:
        total = Binary("+", total, term)
    return total


def times(a, b):
    return Binary("*", a, b)


def system(method):
    """A driven, bounded system; with noise one that two equations share and one of the third."""
    noisy = METHODS[method].noise
    cubic = (("cubic", plus(x, times(Const(-1.0 / 3.0), Power(x, 3)))),)
    drive = Binary("/", plus(Local("cubic"), y, Call("sin", (Time(),))), Param("tau"))
    drifts = (drive, plus(times(Const(-0.3), y), times(Const(-0.5), x)), plus(x, times(Const(-2.0), Power(z, 3))))
    factors = (times(Const(0.2), x), plus(Const(0.1), times(Const(0.1), y)), times(Const(0.3), Power(z, 2)))
    return System(
        tuple(
            Equation(name, drift, factor if noisy else None, cubic if name == "x" else (), noise=noise)
            for name, drift, factor, noise in zip(NAMES, drifts, factors, ("shared", "shared", None))
        ),
        method,
    )


def body(method):
    new = tuple(f"{name}_new" for name in NAMES)
    step = Integrate(system(method), tuple(Field("self", name) for name in NAMES), Time(), new)
    return (step, *(Assign(Field("self", name), Local(result)) for name, result in zip(NAMES, new)))


def run(backend, float_type):
    """The states after some steps of a program with one population for each method, which saves compiling drivers."""
    states = tuple(map(State, NAMES))
    items = tuple(Population(method, "joint", states, ("tau",), (Step("update", body(method)),)) for method in NEW)
    program = Program(items, tuple(Slot(item.name, "step", "update") for item in items), float_type=float_type)
    numbers = np.random.default_rng(2)
    start = {(method, name): numbers.normal(size=N).astype(float_type) for method in NEW for name in NAMES}
    params = {(method, "tau"): 0.7 for method in NEW}
    simulation = build(program, Bindings(DT, dict.fromkeys(NEW, N), start, params, seed=SEED), backend)
    simulation.begin(1.0, STEPS)
    simulation.advance(STEPS)
    return {key: simulation.field(*key).copy() for key in start}


@pytest.mark.parametrize("float_type", ["float64", "float32"])
def test_every_method_has_the_same_bits_on_both_back_ends(float_type):
    reference, numba = (run(backend, float_type) for backend in ("reference", "numba"))
    for key, array in reference.items():
        assert np.isfinite(array).all() and np.ptp(array) > 0, key
        assert array.dtype == float_type and same(array, numba[key]), key


def test_the_numbers_of_the_noise_are_of_sites_that_nothing_else_has():
    assert {name: draw_sites(system(name)) for name in ("rk4", "euler", "exp_auto", "srk1w1", "srk2w1")} == {
        "rk4": 0, "euler": 2, "exp_auto": 2, "srk1w1": 4, "srk2w1": 4,
    }  # fmt: skip
