"""The reference and Numba agree bit for bit on random steps, and the reference does what the statements say."""

import numpy as np
import pytest
from brainpy_lab.kernels.reference import random as draws

from brainpy_lab.ir.expr import Binary, Const, Field, Local, Power, StepIndex
from brainpy_lab.ir.program import Population, Program, Slot, Step
from brainpy_lab.ir.statements import Assign
from brainpy_lab.passes.common import share
from brainpy_lab.passes.lower import lower
from brainpy_lab.passes.typing import infer
from brainpy_lab.runtime.bindings import Bindings
from brainpy_lab.runtime.build import build
from tests.agreement.oracle import Typed, World, run
from tests.agreement.random_steps import PARAMS, STATES, RandomStep

SEEDS = range(12)
N, STEPS, DT, SEED = 5, 200, 0.1, 11


def simulate(body, backend, float_type, steps):
    """The states after `steps` steps, in two calls of different length."""
    item = Population("N", "random", STATES, tuple(PARAMS), (Step("update", body),))
    program = Program((item,), (Slot("N", "step", "update"),), float_type=float_type)
    simulation = build(
        program, Bindings(DT, {"N": N}, start(float_type), {("N", k): v for k, v in PARAMS.items()}, seed=SEED), backend
    )
    simulation.begin(2.0, steps)
    simulation.advance(steps // 3)
    simulation.advance(steps - steps // 3)
    return {state.name: simulation.field("N", state.name).copy() for state in STATES}


def start(float_type):
    numbers = np.random.default_rng(5)
    return {
        ("N", state.name): numbers.normal(size=N).astype("float64" if state.dtype == "f64" else float_type)
        for state in STATES
    }


@pytest.mark.parametrize("float_type", ["float64", "float32"])
@pytest.mark.parametrize("seed", SEEDS)
def test_reference_and_numba_agree_on_random_steps(seed, float_type):
    body = RandomStep(seed, length=5).body
    reference, compiled = (simulate(body, backend, float_type, STEPS) for backend in ("reference", "numba"))
    for name, expected in reference.items():
        assert expected.dtype == compiled[name].dtype
        kind = np.int64 if expected.dtype == np.float64 else np.int32
        assert np.array_equal(expected.view(kind), compiled[name].view(kind)), (name, expected, compiled[name])


@pytest.mark.parametrize("seed", SEEDS)
def test_the_reference_does_what_the_statements_say(seed):
    steps = 4
    body = RandomStep(seed, length=5).body
    found = simulate(body, "reference", "float64", steps)
    for i in range(N):
        fields = {("self", name): array[i] for (_, name), array in start("float64").items()}
        for step in range(steps):

            def draw(distribution, site, step=step, i=i):
                return getattr(draws, f"{distribution}_f64")(SEED, site, i, step, 0)

            world = World(fields, PARAMS, t=2.0 + step * DT, dt=DT, step_index=step, element={"self": i}, draw=draw)
            with np.errstate(all="ignore"):
                run(body, world)
            fields = world.fields
        for state in STATES:
            expected = np.float64(fields["self", state.name])
            assert found[state.name][i].view(np.int64) == expected.view(np.int64), (state.name, i)


def test_the_states_keep_moving():
    moved = 0
    for seed in SEEDS:
        body = RandomStep(seed, length=5).body
        one, two = (simulate(body, "reference", "float64", steps) for steps in (STEPS - 1, STEPS))
        assert all(np.isfinite(array).all() for array in two.values())
        moved += any((one[name] != two[name]).any() for name in ("V", "u"))
    assert moved >= len(SEEDS) // 2


@pytest.mark.parametrize("seed", SEEDS)
def test_the_reference_does_in_single_precision_what_the_typed_kernel_says(seed):
    steps = 4
    step = Step("update", RandomStep(seed, length=5).body)
    kernel = share(infer(lower(step, "neurons"), {("self", state.name): state.dtype for state in STATES}))
    found = simulate(step.body, "reference", "float32", steps)
    for i in range(N):
        fields = {("self", name): array[i] for (_, name), array in start("float32").items()}
        for number in range(steps):

            def draw(distribution, site, number=number, i=i):
                return getattr(draws, f"{distribution}_f32")(SEED, site, i, number, 0)

            world = World(fields, PARAMS, 2.0 + number * DT, DT, number, {"self": i}, draw)
            with np.errstate(all="ignore"):
                stored = {("self", effect.field): value for effect, value, _ in Typed(world, np.float32).run(kernel)}
            fields = fields | stored
        for state in STATES:
            expected = np.asarray(fields["self", state.name], found[state.name].dtype)
            assert found[state.name][i].tobytes() == expected.tobytes(), (state.name, i)


def _over(a, b):
    return Binary("/", Const(a), b)


SIGNS = {"V": _over(1.0, Const(0.0)), "u": Binary("+", _over(-2, Const(0)), Local("zero")),
         "flag": _over(0.0, Local("zero")), "t_last": _over(1.0, Const(-0.0))}  # fmt: skip
OVER_ZERO = (Assign(Local("zero"), Const(0.0)), *(Assign(Field("self", name), node) for name, node in SIGNS.items()))


@pytest.mark.parametrize("float_type", ["float64", "float32"])
def test_a_literal_divided_by_zero_is_infinite_on_both_back_ends(float_type):
    for backend in ("reference", "numba"):
        found = simulate(OVER_ZERO, backend, float_type, 1)
        assert [found[name][0] for name in ("V", "u", "t_last")] == [np.inf, -np.inf, -np.inf]
        assert np.isnan(found["flag"]).all()


WHOLE_POWERS = tuple(
    Assign(Field("self", name), Binary("+", Power(base, exponent), Const(0)))
    for name, base, exponent in (("V", StepIndex(), 0), ("u", StepIndex(), 3), ("flag", Field("self", "V"), 0))
)


@pytest.mark.parametrize("float_type", ["float64", "float32"])
def test_powers_of_whole_numbers_are_whole_on_both_back_ends(float_type):
    for backend in ("reference", "numba"):
        found = simulate(WHOLE_POWERS, backend, float_type, 5)
        assert set(found["V"]) == set(found["flag"]) == {1.0} and set(found["u"]) == {64.0}
