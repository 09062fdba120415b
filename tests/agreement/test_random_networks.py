"""Random networks, written as a user writes them, have the same bits on the reference and on Numba."""

from __future__ import annotations

import numpy as np
import pytest

from brainpy_lab.ir.python_step import python_steps
from tests.agreement.network_features import features
from tests.agreement.networks import assert_same_bits, same
from tests.agreement.random_networks import PYTHON_IN_FLOAT32, STEPS, RandomNetwork

FIXED = [(seed, "float64") for seed in (9, 11, 2, 64, 77, 88, 94, 106, 107, 134, 145)] + [
    (seed, "float32") for seed in (3, 14, 28, 30, 31, 35, 36, 38, 42)
]
"""Twenty that compile fast and together have everything."""

ALL = [(seed, "float64") for seed in range(150)] + [(seed, "float32") for seed in range(50)]
NEEDED = {"two states", "branch", "transcendental", "sum"}
SPECIAL = {"noise", "delay", "dynamic indices"}


class Tried:
    """A network on both back ends; what goes wrong is told with its text."""

    def __init__(self, seed, float_type, folder):
        self.network = RandomNetwork(seed, float_type)
        self.module = self.network.load(folder)

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if error is not None:
            print(self.network.source)

    def check(self):
        network, module = self.network, self.module
        reference, compiled = (network.simulate(module, backend) for backend in ("reference", "numba"))
        self.check_what_it_is(reference.program)
        assert_same_bits(reference, compiled)
        self.check_arrays(reference, compiled)
        self.check_that_it_moves(reference)
        uncompiled, compiled = (network.run(module, jit) for jit in (False, True))
        assert uncompiled.keys() == compiled.keys()
        for name, array in uncompiled.items():
            assert same(array, compiled[name]), f"{name} differs between jit=False and jit=True"
        self.check_recordings(reference, uncompiled)

    def check_what_it_is(self, program):
        found = features(self.network.source, program)
        assert NEEDED <= found, NEEDED - found
        if self.network.float_type == "float32" and not PYTHON_IN_FLOAT32:
            assert not any(python_steps(item.steps) for item in program.objects)

    def check_arrays(self, reference, compiled):
        """The arrays of groups: tables and counters that steps change."""
        for key, value in reference.bindings.attributes.items():
            if isinstance(value, np.ndarray):
                assert same(value, compiled.bindings.attributes[key]), key

    def check_that_it_moves(self, simulation):
        """Every group has a state that takes new values to the end."""
        values = {}
        for index, spec in enumerate(simulation.program.monitors):
            if spec.field in ("x", "y") and not spec.some:
                last = simulation.monitor(index)[-20:]
                values[spec.target] = max(values.get(spec.target, 0), len(np.unique(last[:, 0])))
        assert values and min(values.values()) >= 15, f"a network that stands still proves little: {values}"

    def check_recordings(self, simulation, found):
        """What `Network.run` shows of its first run is what the simulation recorded."""
        names = dict(zip((item.name for item in simulation.program.objects), self.names(simulation)))
        for index, spec in enumerate(simulation.program.monitors):
            if spec.kind == "dense":
                shown = found[f"first {names[spec.target]}.mon.{spec.field}"]
                assert same(simulation.monitor(index), shown.reshape(STEPS, -1)), spec

    def names(self, simulation):
        """The names in the text of the objects of a program, which call them by their places."""
        net, _ = self.module.network()
        named = {id(item): name for name, item in self.network.named(net)}
        return [named[id(item)] for item in net.members]


@pytest.mark.parametrize("seed, float_type", FIXED)
def test_a_network_has_the_same_bits(seed, float_type, tmp_path):
    with Tried(seed, float_type, tmp_path) as tried:
        tried.check()


@pytest.mark.soak
@pytest.mark.parametrize("seed, float_type", ALL)
def test_each_of_many_networks_has_the_same_bits(seed, float_type, tmp_path):
    with Tried(seed, float_type, tmp_path) as tried:
        tried.check()


def all_features(cases, folder):
    found = []
    for seed, float_type in cases:
        network = RandomNetwork(seed, float_type)
        net, inputs = network.load(folder).network()
        found.append(features(network.source, net.build_program(inputs, n_steps=STEPS)[0]))
    return found


EVERYTHING = {
    *NEEDED, *SPECIAL, "loop", "late states", "a value for each", "matrix", "layout list", "layout rows", "layout runs",
    "python array", "python element", "monitor dense", "monitor events", "monitor dense of some",
    *(f"method {name}" for name in ("euler", "exponential", "midpoint", "heun", "rk2", "rk3", "rk4", "rk4_alternative",
                                    "milstein_ito", "milstein_stra")),
    *(f"input {op} {source}" for op in "+-*/=" for source in ("number", "array", "series", "table")),
}  # fmt: skip


@pytest.mark.soak
def test_the_networks_have_everything_and_a_third_has_noise_delay_or_dynamic_indices(tmp_path):
    found = all_features(ALL, tmp_path)
    assert EVERYTHING - set().union(*found) == set()
    for feature in SPECIAL:
        assert sum(feature in each for each in found) > len(ALL) / 12, feature
    assert sum(bool(each & SPECIAL) for each in found) > len(ALL) / 3


def test_the_fixed_networks_have_nearly_everything(tmp_path):
    missing = EVERYTHING - set().union(*all_features(FIXED, tmp_path))
    assert {name for name in missing if not name.startswith("input ")} == set()
    assert len(missing) < 8


def test_the_same_seed_writes_the_same_network():
    for seed in range(10):
        assert RandomNetwork(seed).source == RandomNetwork(seed).source != RandomNetwork(seed + 1).source
