"""Printed programs become machine code for cards of three generations without a spilled register."""

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab.backends.cuda import compile as compiling
from brainpy_lab.backends.cuda import delivery, nvrtc
from brainpy_lab.backends.cuda.advance import CudaAdvance
from brainpy_lab.backends.cuda.readable import Paper
from brainpy_lab.errors import ModelUseError
from brainpy_lab.ir.python_step import python_steps
from tests.agreement.random_networks import RandomNetwork
from tests.agreement.test_models_agree import MADE, MODELS, NETWORKS, SYNAPSES, busy
from tests.cuda import test_ready_models as ready
from tests.cuda.test_random_programs import TRANSLATED
from tests.cuda.test_rows import LAYOUTS, deliver
from tests.dyn.networks import EINet, ei_runner
from tests.math.random_models import Model

CARDS = ("sm_80", "sm_90", "sm_120")
MOST = {"WongWang": 104, "HH": 80, "WangBuzsaki": 82}
"""Registers of a thread that a neuron may take, where it is not 64: two populations with noise in one model; four
variables by the exponential method, each with the exponentials of its rates and one of its own; three variables in four
stages of Runge and Kutta in double precision. By Euler's method the last two take 64."""

MORE = {"sm_120": 16}
"""For this generation the compiler holds more constants in registers."""


def nvrtc_is_here():
    try:
        nvrtc.load()
    except ModelUseError:
        return False
    return True


pytestmark = pytest.mark.skipif(not nvrtc_is_here(), reason="NVRTC is not installed (pip install nvidia-cuda-nvrtc)")


@pytest.fixture(autouse=True)
def on_paper(monkeypatch):
    """What is built for 'cuda' is printed, and no card is asked for."""
    monkeypatch.setattr("brainpy_lab.runtime.build.check_device", lambda *_: None)
    monkeypatch.setattr(
        "brainpy_lab.runtime.simulation.compile_plan", lambda plan, buffers, *_: CudaAdvance(plan, buffers, Paper())
    )


def check(simulation, cards=CARDS, most=255):
    for card in cards:
        found = compiling.compile_unspilled(simulation.code.text.source, card).resources
        assert {"run_block", "tick_alone"} < found.keys() and any(name.startswith("sweep") for name in found)
        for name, used in found.items():
            assert used.spill_stores == used.spill_loads == 0, (card, name, used)
            assert used.registers <= most + MORE.get(card, 0), (card, name, used)


def neuron(name, **options):
    group = bp.NeuGroup(MODELS[name][0](**options), 37)
    inputs, recorded = (group, "ST.input", np.linspace(0.0, 1.0, 37)), [(group, f"ST.{field}") for field in group.ST]
    return bp.Network(group).simulation("cuda", inputs, recorded)


def network(name):
    return NETWORKS[name](**ready.OPTIONS[name]).simulation("cuda")


def synapse(name):
    source, target = busy(np.linspace(-60.0, -40.0, 9)), busy(np.linspace(-45.0, -65.0, 12))
    edges = bp.SynConn(MADE[name](), source, target, conn=bp.connect.All2All(), delay=0.3)
    return bp.Network(source, target, edges).simulation("cuda")


@pytest.mark.parametrize(
    "name, float_type, options",
    [
        ("LIF", "float64", {}),
        ("HH", "float64", {"method": "euler"}),
        ("WangBuzsaki", "float64", {"method": "euler"}),
        ("WangBuzsaki", "float32", {}),
    ],
)
def test_single_neurons_take_at_most_64_registers(name, float_type, options):
    bp.profile.set(float_type=float_type)
    check(neuron(name, **options), most=64)


def test_the_neuron_of_hodgkin_and_huxley_with_its_own_method_takes_a_few_more():
    check(neuron("HH"), most=MOST["HH"])


@pytest.mark.parametrize("name", ["ei_network", "gamma_network"])
def test_networks_spill_nothing(name):
    check(network(name), ["sm_90"])


def test_a_network_of_classes_spills_nothing():
    bp.math.set_float("float32")
    check(ei_runner(EINet(100, delay=0.3, prob=0.3)).simulation("cuda"), ["sm_90"])


@pytest.mark.parametrize("chosen", [delivery.THIN, delivery.MIDDLE, delivery.THICK], ids=lambda one: one.name)
def test_rows_of_any_length_take_at_most_64_registers(chosen, monkeypatch):
    monkeypatch.setattr(delivery, "strategy", lambda mean: chosen)
    for layout in LAYOUTS:
        check(deliver("cuda", layout, [3, 0, 5]), ["sm_90"], most=64)


def test_only_a_kernel_that_spilled_is_compiled_again_with_all_registers(monkeypatch):
    none, some = compiling.Resources(40, 0, 0, 0, 0), compiling.Resources(40, 8, 8, 16, 0)
    asked = []

    def compiled(source, architecture, driver=None):
        asked.append(source)
        return compiling.Cubin(b"", architecture, "", {"sweep_1": some, "sweep_10": none} if len(asked) < 2 else {})

    monkeypatch.setattr(compiling, "compile_cubin", compiled)
    text = "void __launch_bounds__(256) sweep_1(A) {} void __launch_bounds__(256) sweep_10(A) {}"
    assert not compiling.compile_unspilled(text, "sm_90").resources
    assert asked == [text, text.replace("(256) sweep_1(", "(256, 1) sweep_1(")]


# ---- all of them


@pytest.mark.soak
@pytest.mark.parametrize("float_type", ["float64", "float32"])
@pytest.mark.parametrize("name", MODELS)
def test_every_neuron_takes_at_most_64_registers(name, float_type):
    bp.profile.set(float_type=float_type)
    check(neuron(name), most=MOST.get(name, 64))


@pytest.mark.soak
@pytest.mark.parametrize("sums", ["quanta", "fold"])
@pytest.mark.parametrize("name", [*SYNAPSES, *NETWORKS])
def test_every_synapse_and_network_spills_nothing(name, sums):
    bp.profile.set(sums=sums)
    check(synapse(name) if name in SYNAPSES else network(name))


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(40))
def test_random_models_of_classes_spill_nothing(seed):
    runner = bp.DSRunner(Model(seed), progress_bar=False)
    runner.target.update = lambda update=runner.target.update: update(0.5)
    check(runner.simulation("cuda"), [CARDS[seed % 3]])


@pytest.mark.soak
@pytest.mark.parametrize("seed, float_type", TRANSLATED + [(seed, "float32") for seed in range(14, 90)])
def test_random_networks_spill_nothing(seed, float_type, tmp_path):
    bp.profile.set(float_type=float_type)
    net, inputs = RandomNetwork(seed, float_type).load(tmp_path).network()
    simulation = net.simulation("cuda", inputs)
    assert not any(python_steps(item.steps) for item in simulation.program.objects)
    check(simulation)
