"""Where changes are planted, which tests must notice them, and which changes nobody can notice."""

from __future__ import annotations

import functools

import numpy as np

from tests.golden.accounts import ACCOUNTS, account_of, golden
from tests.planted import corpus, device
from tests.planted.campaign import Bed
from tests.planted.checks import Check, Ordered, Relevant, cases
from tests.planted.compiled import nudged_text

OBJECTS = "brainpy_lab/frontends/objects_api"


def _numbers(name: str) -> None:
    assert account_of(name) == golden(name)


def numbers_of_models(*which: str) -> dict[str, Check]:
    """The cases of tests/golden/test_numbers_of_models.py whose names begin so."""
    return {f"numbers of {name}": functools.partial(_numbers, name) for name in ACCOUNTS if name.startswith(which)}


@functools.cache
def of_models() -> Relevant:
    starts = cases("tests.models.test_starts", "tests.dyn.test_starts")
    return Relevant(numbers_of_models("models", "dyn", "channels", "syn") | starts)


def nudged(value):
    """The next number, the next whole number, the other truth; of a tuple the first moves."""
    if isinstance(value, tuple):
        return (nudged(value[0]), *value[1:])
    kind = np.asarray(value).dtype
    match kind.kind:
        case "b":
            return np.logical_not(value)
        case "i" | "u":
            return value + kind.type(1)
        case "f":
            return np.nextafter(value, kind.type(np.inf))
    return value


@functools.cache
def of_constants() -> Ordered:
    return Ordered(cases("tests.kernels.test_constants"))


@functools.cache
def of_kernels() -> Relevant:
    return Relevant(cases("tests.kernels.test_bits_everywhere", "tests.kernels.test_power_chain",
                          "tests.kernels.test_arrays::test_a_row_of_a_list_is_taken_as_python_takes_it",
                          "tests.kernels.test_at_the_bounds")
                    | cases("tests.kernels.test_random::test_philox_gives_the_known_answers"))  # fmt: skip


@functools.cache
def of_integrators() -> Ordered:
    return Ordered(
        cases(
            "tests.passes.test_integrators_keep_bits",
            "tests.passes.test_integrate_ode::test_every_method_has_an_order",
            "tests.passes.test_tableaux",
            "tests.agreement.test_methods_agree::test_the_numbers_of_the_noise_are_of_sites_that_nothing_else_has",
        )
    )


@functools.cache
def of_functions() -> Ordered:
    return Ordered(cases("tests.ir.test_functions", "tests.passes.test_derivative"))


@functools.cache
def of_expressions() -> Ordered:
    """What is wrong on both back ends only the oracle and the digests of integrators can see."""
    alone = cases(
        "tests.agreement.test_random_steps::test_the_reference_does_what_the_statements_say",
        "tests.passes.test_integrators_keep_bits",
    )
    return Ordered(alone | corpus.checks(corpus.interpreted) | corpus.checks(corpus.on_reference))


@functools.cache
def of_reference() -> Ordered:
    zeros = cases("tests.passes.test_rows::test_of_zeros_that_compare_equal_the_first_stays")
    return Ordered(corpus.checks(corpus.on_reference) | corpus.python_checks() | zeros)


@functools.cache
def of_numba() -> Ordered:
    by_hand = corpus.uncompiled(cases(
        "tests.backends.test_kernels_by_hand",
        "tests.backends.test_printed_code::test_rows_whose_guard_holds_are_added_in_order"))  # fmt: skip
    return Ordered(corpus.checks(corpus.interpreted) | by_hand)


TEXTS = ("printed", "texts", "groups")
PRINTS = ("printed", "operators", "texts", "drops", "groups")
BACKENDS = "brainpy_lab/backends"
INTEGRATE = "brainpy_lab/passes/integrate"
BEDS = (
    Bed("constants of kernels", ("kernels/constants_*.py",), ("numbers",), of_constants),
    Bed("constants of random numbers", ("kernels/philox.py", "kernels/power_chain.py"), ("numbers",), of_kernels),
    Bed("reference kernels", ("kernels/reference/*.py", "kernels/power_chain.py"), ("values",),
        of_kernels, {"_nudged": nudged}),
    Bed("operators of the reference kernels", ("kernels/reference/*.py",), ("operators", "groups"), of_kernels),
    Bed("tableaux", (f"{INTEGRATE}/tableau.py",), ("numbers", "groups"), of_integrators,
        then=(f"{INTEGRATE}/tableaux.py", f"{INTEGRATE}/strong_rk.py")),
    Bed("tableaux and integrators", tuple(f"{INTEGRATE}/{name}.py" for name in (
        "[!t]*", "tableaux")), ("numbers", "groups"), of_integrators),
    Bed("functions and their slopes", ("brainpy_lab/ir/functions.py",), ("operators", "groups"), of_functions),
    Bed("ready models", tuple(f"brainpy_lab/models/{name}.py" for name in (
        "bursting", "cortex", "couplings", "decision", "excitable", "generalized", "integrate_and_fire", "networks",
        "plasticity", "pools", "rates", "receptors", "rings", "synapses", "working_memory")), ("numbers",), of_models),
    Bed("models as classes", tuple(f"{OBJECTS}/{name}.py" for name in (
        "neurons_*", "synapse_*", "old_outs", "old_plasticity", "old_synapses", "outs", "binomial", "input_groups")),
        ("numbers",), of_models),
    Bed("channels and ions", (f"{OBJECTS}/membrane/*.py",), ("numbers",), of_models),
    Bed("printer of expressions", (f"{BACKENDS}/python_text.py",), PRINTS, of_expressions,
        {"_nudged_text": nudged_text}),
    Bed("printer of the reference", (f"{BACKENDS}/reference.py", f"{BACKENDS}/reference_program.py"), TEXTS,
        of_reference, {"_nudged_text": nudged_text}),
    Bed("printer of Numba", tuple(f"{BACKENDS}/numba/{name}.py" for name in (
        "kernel_text", "driver_text")), TEXTS, of_numba, {"_nudged_text": nudged_text}),
    Bed("printer of CUDA", (f"{BACKENDS}/cuda/expression_text.py",), ("printed once", "operators", "texts", "groups"),
        device.of_expressions, {"_nudged_text": device.nudged_text}),
    Bed("printer of tables for CUDA", ("kernels/cuda/prelude.py",), ("operators", "texts", "groups"),
        device.of_tables),
)  # fmt: skip
