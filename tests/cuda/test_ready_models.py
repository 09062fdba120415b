"""Every ready neuron, synapse and network has the bits of the reference on the emulated device, and on a card."""

import numpy as np
import pytest

import brainpy_lab as bp
from tests.agreement.test_models_agree import MADE, MODELS, NETWORKS, SYNAPSES, busy, count_spikes
from tests.cuda.places import DEVICES, SUMS, agree

pytestmark = pytest.mark.parametrize("device", DEVICES)


@pytest.mark.parametrize("float_type", ["float64", "float32"])
@pytest.mark.parametrize("name", MODELS)
def test_a_ready_neuron_has_the_same_bits(name, float_type, device):
    bp.profile.set(float_type=float_type)
    model, dt, low, high = MODELS[name]
    n = 37
    reference = agree(
        lambda: bp.Network(group=bp.NeuGroup(model(), n)),
        device,
        lambda net: (net.group, "ST.input", np.linspace(low, high, n)),
        lambda net: [(net.group, f"ST.{field}") for field in net.group.ST],
        steps=400,
        dt=dt,
    )
    if any(spec.field == "spike" for spec in reference.program.monitors):
        assert count_spikes(reference) > 0
    else:
        assert any(np.ptp(reference.monitor(index)) > 0.0 for index in range(len(reference.program.monitors)))


@pytest.mark.parametrize("sums", SUMS)
@pytest.mark.parametrize("name", SYNAPSES)
def test_a_ready_synapse_has_the_same_bits(name, sums, device):
    pars = MADE[name]().ir.params

    def make():
        source, target = busy(np.linspace(-60.0, -40.0, 9)), busy(np.linspace(-45.0, -65.0, 12))
        edges = bp.SynConn(MADE[name](), source, target, conn=bp.connect.All2All(), delay=0.3)
        if "g_max" in pars:
            edges.pars["g_max"] = np.linspace(0.01, 0.1, edges.num)
        return bp.Network(source, target, edges)

    agree(make, device, steps=300, sums=sums)


OPTIONS = {
    "cann_network": {"n": 16, "start": 0.5},
    "decision_network": {"n": 100, "seed": 1},
    "working_memory_network": {"n": 60, "J_plus": 2.0, "seed": 1},
    "gamma_network": {"n": 20, "seed": 1},
    "ei_network": {"n_exc": 80, "n_inh": 20, "prob": 0.2, "seed": 1},
}
DRIVEN = {"gamma_network": 1.2, "ei_network": 20.0}


@pytest.mark.parametrize("sums", SUMS)
@pytest.mark.parametrize("name", NETWORKS)
def test_a_ready_network_has_the_same_bits(name, sums, device):
    def inputs(net):
        return (net.neurons, "ST.input", DRIVEN[name]) if name in DRIVEN else ()

    reference = agree(lambda: NETWORKS[name](**OPTIONS[name]), device, inputs, sums=sums)
    assert any(np.any(reference.bindings.arrays[key]) for key in reference.bindings.arrays if key[1] in ("s", "r"))


@pytest.mark.parametrize("n", [1, 2, 33, 257, 513])
def test_a_population_of_any_size_has_the_same_bits(n, device):
    """One element, a warp and one more, a block and one more, of both kinds of block."""
    agree(
        lambda: bp.Network(group=bp.NeuGroup(bp.models.get_Izhikevich(), n, monitors=["V", "spike"])),
        device,
        lambda net: (net.group, "ST.input", np.linspace(12.0, 30.0, n)),
    )
