"""Models written as classes have the bits of the reference on the emulated device, and on a card."""

import numpy as np
import pytest

import brainpy_lab as bp
import brainpy_lab.math as bm
from tests.cuda.places import BLOCK, CARD, DEVICES, KERNELS, STEPS, SUMS, agree_run
from tests.dyn import cells, test_comm, test_delays, test_membranes, test_neurons, test_old_synapses, test_projections
from tests.dyn import test_projection_lags as lags
from tests.dyn import test_synapse_states as states
from tests.dyn.networks import EINet, ei_runner
from tests.dyn.roads import compiled
from tests.math.random_models import runs

pytestmark = pytest.mark.parametrize("device", DEVICES)


def everything(model):
    return {name: variable.numpy() for name, variable in model.vars("relative").unique().items()}


@pytest.mark.parametrize("float_type, sums", [("float64", "quanta"), ("float32", "quanta"), ("float64", "fold")])
def test_a_balanced_network_with_input_events_and_delays(float_type, sums, device):
    bm.set_float(float_type)

    def run():
        net = EINet(100, delay=0.3, spread=5.0, prob=0.3)
        runner = ei_runner(net, monitors=("E.spike", "I.spike", "E.V"))
        runner.run(13.0)
        first = dict(runner.mon)
        runner.run(7.0)  # goes on, with its delays
        return [first, dict(runner.mon), everything(net)]

    first, second, _ = agree_run(run, device, sums=sums)
    assert first["E.spike"].sum() + second["E.spike"].sum() > 20 and len(first["ts"]) + len(second["ts"]) == STEPS


@pytest.mark.parametrize("names", [test_neurons.RESETTING, test_neurons.CROSSING], ids=["resetting", "crossing"])
def test_every_form_of_every_neuron(names, device):
    forms = [name for name in test_neurons.FORMS if test_neurons.family(name) in names]
    found = agree_run(lambda: test_neurons.ran(forms, STEPS, compiled), device)
    assert all(found[f"{name}.spike"].any() for name in forms)


def test_neurons_made_of_channels_and_ions(device):
    def run():
        neurons = test_membranes.Relay(3, g_T=np.array([0.0, 1.0, 2.5]))
        neurons.k = bp.dyn.PotassiumFixed(3, IA=bp.channels.IKA1_HM1992v2(3, g_max=0.5))
        neurons.kca = bp.dyn.mix_ions(neurons.k, neurons.ca, ahp=bp.channels.IAHP_De1994v2(3, g_max=0.2))
        neurons.ca.add_elem(Ih=bp.channels.Ih_De1996(3), can=bp.channels.ICaN_IS2008(3))
        neurons.add_inp_fun("synapse", lambda V: 0.01 * (0.0 - V))

        def one(i):
            test_membranes.step(neurons, bm.where(i < 10, 0.0, 20.0), i)
            neurons.clear_input()
            return {key: variable.value for key, variable in neurons.vars("relative").items()}

        return compiled(one, STEPS)

    assert np.asarray(agree_run(run, device)["spike"]).any()


@pytest.mark.parametrize("float_type", ["float64", "float32"])
def test_every_synapse(float_type, device):
    bm.set_float(float_type)

    def run():
        pre, kinds = cells.Source(2, 1, period=7), states.all_kinds()

        class Model(bp.DynamicalSystem):
            def __init__(self):
                super().__init__()
                self.pre, self.kinds = pre, kinds

            def update(self):
                spikes = self.pre()
                for kind in self.kinds:
                    kind(spikes)

        model = Model()
        return cells.run(model, lambda: list(model.vars().unique().values()), STEPS, True)

    agree_run(run, device)


def test_synapses_in_one_object_with_plasticity_and_delays(device):
    def all_of(pre, post):
        class All(bp.Projection):
            def __init__(self):
                super().__init__()
                plasticity = (lambda: None, bp.synplast.STD, bp.synplast.STP)
                self.parts = [
                    make(pre, post, stp=plasticity[number % 3](), delay_step=number % 3)
                    for number, make in enumerate(test_old_synapses.KINDS.values())
                ]

        return All()

    def run():
        net = test_old_synapses.network(all_of, V=-1.0, period=4)
        return test_old_synapses.run(net, STEPS, lambda net: [*net.vars().unique().values()], True)

    agree_run(run, device)


@pytest.mark.parametrize("delay", [None, 0.0, 0.5])
def test_projections_of_every_kind_aligned_before_and_after(delay, device):
    def run():
        return lags.arrived(delay, ("pre", "projections", "post"), True, STEPS)

    assert all(found.any() for found in agree_run(run, device).values())


def test_parts_of_groups(device):
    def run():
        model, post = test_projections.parts_network()
        return cells.run(model, lambda: [post.current, post.jump], STEPS, True)

    agree_run(run, device)


@pytest.mark.parametrize("first", [True, False])
def test_registered_delays(first, device):
    def run():
        model = test_delays.Reader(test_delays.Counter(3), first)
        found = cells.run(model, lambda: model.seen, STEPS - 50, True)
        return found + cells.run(model, lambda: model.seen, 50, True, start=STEPS - 50)

    agree_run(run, device)


@pytest.mark.parametrize("float_type", ["float64", "float32"])
def test_edges_that_are_never_stored(float_type, device):
    bm.set_float(float_type)

    def run():
        pre, family = cells.Source(9, 0, period=7), test_comm.jit_family(9, 30)

        class Model(bp.DynamicalSystem):
            def __init__(self):
                super().__init__()
                self.pre = pre
                self.sums = [bm.Variable(bm.zeros(30)) for _ in family]

            def update(self):
                spikes = self.pre()
                for comm, total in zip(family, self.sums):
                    given = spikes if comm.event else bm.where(spikes, 1.5, 0.0)
                    total.value = 0.9 * total + comm(given)

        model = Model()
        return cells.run(model, lambda: model.sums, STEPS, True)

    assert all(np.asarray(total).any() for total in agree_run(run, device))


def test_draws_of_poisson_groups_and_inputs(device):
    def run():
        bm.random.seed(8)
        neurons = bp.dyn.Lif(40, V_th=1e9)
        parts = bp.dyn.PoissonGroup(40, 900.0), bp.dyn.PoissonInput(neurons.V, 30, 100.0, 0.5)

        def step(i):
            bp.share.save(i=i, t=i * 0.1)
            spikes = parts[0]()
            parts[1]()
            return {"spikes": spikes, "V": neurons.V.value}

        return compiled(step, STEPS)

    assert np.asarray(agree_run(run, device)["spikes"]).sum() > 100


def test_spikes_at_given_times(device):
    def run():
        group = bp.dyn.SpikeTimeGroup(4, [1, 3, 0, 2, 1], [0.2, 0.2, 1.0, 5.0, 7.3])

        def step(i):
            bp.share.save(i=i, t=i * 0.1)
            return group()

        return compiled(step, STEPS)

    assert np.asarray(agree_run(run, device)).sum() == 5


def two_places(device):
    return [BLOCK, KERNELS] if device == "emulator" else [CARD]


@pytest.mark.parametrize("seed", range(8))
def test_random_models(seed, device):
    agree_run(lambda: runs(seed, True, 30), device, two_places, sums=SUMS[seed % 2])


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(8, 100))
def test_more_random_models(seed, device):
    agree_run(lambda: runs(seed, True, 60), device, sums=SUMS[seed % 2])
