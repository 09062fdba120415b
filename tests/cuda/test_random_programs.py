"""Random steps and random networks have the same bits on the emulated device, and on a card, as on the reference."""

import numpy as np
import pytest

from brainpy_lab.errors import CodeError
from brainpy_lab.ir.program import Population, Program, Slot, Step
from brainpy_lab.ir.python_step import python_steps
from brainpy_lab.runtime.bindings import Bindings
from brainpy_lab.runtime.build import build
from tests.agreement.networks import assert_same_bits
from tests.agreement.random_networks import RandomNetwork
from tests.agreement.random_steps import PARAMS, STATES, RandomStep
from tests.cuda.places import BLOCK, CARD, CARD_KERNELS, DEVICES, KERNELS, SUMS, at

pytestmark = pytest.mark.parametrize("device", DEVICES)

LONG = [(1, "float32"), (13, "float32"), (6, "float64")]
"""Networks whose text takes a C++ compiler half a minute."""

TRANSLATED = [(seed, "float32") for seed in range(14)] + [(seed, "float64") for seed in (1, 6, 21, 43, 52, 54)]
"""Networks of which no step stays Python."""


def two(device):
    return [BLOCK, KERNELS] if device == "emulator" else [CARD, CARD_KERNELS]


def stepped(backend, seed, n=65, steps=200):
    """A random step on `n` elements; NaN and infinities come up, and count."""
    float_type = ("float64", "float32")[seed % 2]
    numbers = np.random.default_rng(seed)
    start = {
        ("N", state.name): numbers.normal(size=n).astype("float64" if state.dtype == "f64" else float_type)
        for state in STATES
    }
    item = Population("N", "random", STATES, tuple(PARAMS), (Step("update", RandomStep(seed, length=5).body),))
    program = Program((item,), (Slot("N", "step", "update"),), float_type=float_type)
    bindings = Bindings(0.1, {"N": n}, start, {("N", k): v for k, v in PARAMS.items()}, seed=11)
    with np.errstate(all="ignore"):
        sim = build(program, bindings, backend)
        sim.begin(2.0, steps)
        sim.advance(steps // 3)
        sim.advance(steps - steps // 3)
    return {state.name: sim.field("N", state.name).copy() for state in STATES}


def check_step(seed, device):
    expected = stepped("reference", seed)
    for place in two(device):
        with at(place):
            found = stepped(place.backend, seed)
        for name, array in expected.items():
            nan = np.isnan(array)  # whose sign and payload nobody promises
            assert np.array_equal(nan, np.isnan(found[name])), (seed, place, name)
            assert array[~nan].tobytes() == found[name][~nan].tobytes(), (seed, place, name)


@pytest.mark.parametrize("seed", range(20))
def test_a_random_step_has_the_same_bits(seed, device):
    check_step(seed, device)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(20, 200))
def test_more_random_steps(seed, device):
    check_step(seed, device)


def check_network(seed, float_type, folder, device, monkeypatch):
    network = RandomNetwork(seed, float_type)
    module = network.load(folder)
    monkeypatch.setattr("brainpy_lab.profile._sums", SUMS[seed % 2])
    try:
        reference = network.simulate(module, "reference")
        for place in two(device):
            with at(place):
                assert_same_bits(reference, network.simulate(module, place.backend))
    except BaseException:
        print(network.source)
        raise


@pytest.mark.parametrize("seed, float_type", [one for one in TRANSLATED if one not in LONG])
def test_a_random_network_has_the_same_bits(seed, float_type, device, tmp_path, monkeypatch):
    check_network(seed, float_type, tmp_path, device, monkeypatch)


@pytest.mark.soak
@pytest.mark.parametrize(
    "seed, float_type", [(seed, "float64") for seed in range(150)] + [(seed, "float32") for seed in range(70)]
)
def test_more_random_networks_agree_or_are_refused_with_a_line(seed, float_type, device, tmp_path, monkeypatch):
    network = RandomNetwork(seed, float_type)
    net, inputs = network.load(tmp_path).network()
    program, bindings = net.build_program(inputs, n_steps=200)
    if not any(python_steps(item.steps) for item in program.objects):
        check_network(seed, float_type, tmp_path, device, monkeypatch)
        return
    with pytest.raises(CodeError, match=rf"network_{seed}_{float_type}.py:\d+:\d+: step .* stays Python"):
        build(program, bindings, device)
