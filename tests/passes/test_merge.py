"""Which projections are merged, what they become, and what is said of the others."""

from dataclasses import replace

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab.ir.expr import Binary, Field
from brainpy_lab.ir.plan import RunKernel
from brainpy_lab.ir.show import show
from brainpy_lab.ir.statements import Fold
from brainpy_lab.passes.merge import is_by_events, merge
from brainpy_lab.passes.plan import plan
from tests.agreement.merged import METHODS, network, synapse

tau, w, g = 5.0, 0.7, 0.3


@pytest.fixture(autouse=True)
def _merging():
    bp.profile.set(merge_synapses=True)


@bp.integrate(method="exponential")
def int_s(s, t):
    return -s / tau


@bp.delayed
def output(ST, post):
    post["input"] += g * ST["s"]


def update(ST, _t, pre):
    s = int_s(ST["s"], _t)
    s += pre["spike"]
    ST["s"] = s


def merged(steps, states=("s",), monitors=None, inputs=(), **options):
    model = bp.SynType("syn", ST=bp.SynState(*states), steps=steps, mode="scalar")
    net = network(model, monitors=monitors, **options)
    return merge(net.build_program(inputs(net) if inputs else ())[0])


def reason(*args, **options):
    (found,) = merged(*args, **options).refused.values()
    return found


# ---- what it becomes


def test_off_is_the_default_and_changes_nothing():
    bp.profile.set(merge_synapses=False)
    assert not bp.profile.is_merge_synapses()
    program, _ = network(bp.models.get_exponential()).build_program()
    assert merge(program).program is program


def test_a_projection_becomes_one_that_adds_and_one_that_holds_the_sums():
    found = merged((update, output))
    assert found.sums == {"S1": "S1.sums"} and not found.refused
    adds, holds = found.program.find("S1"), found.program.find("S1.sums")
    assert show(adds.steps) == "step update\n    post.s += pre.spike"
    assert (adds.post, adds.states, holds.pre, holds.post) == ("S1.sums", (), "N2", "N2")
    assert [state.name for state in holds.states] == ["s"]
    assert [step.name for step in holds.steps] == ["update", "output"]
    assert show(holds.steps[1]).splitlines()[-1].strip().startswith("post.input += ")
    called = [(slot.target, slot.name) for slot in found.program.schedule if slot.what == "step"]
    assert called == [
        ("N0", "update"),
        ("S1.sums", "update"),
        ("S1", "update"),
        ("S1.sums", "output"),
        ("N2", "update"),
    ]


def test_the_objects_keep_their_numbers_so_that_random_numbers_stay():
    found = merged((update, output))
    assert [item.name for item in found.program.objects] == ["N0", "S1", "N2", "S1.sums"]


def test_edges_are_looked_at_where_their_source_spikes_only():
    found = merged((update, output))
    assert is_by_events(found, "S1")
    (edges,) = (
        action.kernel
        for action in plan(found.program).actions
        if isinstance(action, RunKernel) and action.target == "S1" and action.kernel.space == "edges"
    )
    assert edges.guard is not None and edges.layout in ("rows", "list")

    def graded(ST, _t, pre):
        ST["s"] = int_s(ST["s"], _t) + pre["spike"] + 0.1

    assert not is_by_events(merged((graded, output)), "S1")


@pytest.mark.parametrize("method", METHODS)
def test_every_method_takes_a_linear_step_of_a_linear_system(method):
    net = network(synapse(method))
    found = merge(net.build_program()[0])
    assert found.sums == {"S1": "S1.sums"}, found.refused


@pytest.mark.parametrize("model", ["exponential", "AMPA", "conductance", "alpha", "dual_exponential", "voltage_jump"])
def test_linear_models_of_the_package_are_merged(model):
    kind = getattr(bp.models, f"get_{model}")()
    assert merge(network(kind).build_program()[0]).sums == {"S1": "S1.sums"}


def test_a_projection_without_states_has_nothing_to_merge():

    def jump(pre, post):
        if pre["spike"] > 0:
            post["input"] += w

    found = merged(jump, states=())
    assert not found.sums and not found.refused


def test_what_is_delivered_may_depend_on_the_target():

    def out(ST, post):
        if post["V"] < 0.0:
            post["input"] += ST["s"] / (1.0 + np.exp(-post["V"]))

    assert merged((update, out)).sums


def test_a_weight_for_each_edge_may_multiply_what_a_spike_adds():

    def weighted(ST, _t, pre):
        ST["s"] = int_s(ST["s"], _t) + w * pre["spike"]

    found = merged((weighted, output), pars_update={"w": np.linspace(0.1, 1.0, 120)})
    assert found.sums
    assert found.program.find("S1").spread == {"w"} and found.program.find("S1.sums").spread == frozenset()


def test_a_step_that_does_everything_delivers_the_new_sum():

    def all_in_one(ST, _t, pre, post):
        ST["s"] = int_s(ST["s"], _t) + pre["spike"]
        post["input"] += g * ST["s"]

    found = merged(all_in_one)
    called = [(slot.target, slot.name) for slot in found.program.schedule if slot.what == "step"]
    assert called[1:4] == [("S1.sums", "all_in_one"), ("S1", "all_in_one"), ("S1.sums", "all_in_one_after")]


def test_a_state_that_is_delivered_before_it_is_advanced_is_delivered_by_the_same_step():

    def old_first(ST, _t, pre, post):
        post["input"] += g * ST["s"]
        ST["s"] = int_s(ST["s"], _t) + pre["spike"]

    found = merged(old_first)
    called = [(slot.target, slot.name) for slot in found.program.schedule if slot.what == "step"]
    assert called[1:3] == [("S1.sums", "old_first"), ("S1", "old_first")] and len(called) == 4


def test_a_delayed_state_is_pushed_after_the_edges_have_added():
    found = merged((update, output), delay=1.0)
    holds = found.program.find("S1.sums")
    assert holds.delay_steps == 10 and found.program.find("S1").delay_steps == 1
    assert [step.name for step in holds.steps] == ["update", "update_after", "output"]
    assert show(holds.steps[1]) == "step update_after\n    push self.s into its delay"


# ---- what is said of the others


def test_a_saturating_synapse_is_refused():

    def graded(ST, _t, pre):
        ST["s"] = ST["s"] + 0.5 * pre["spike"] * (1.0 - ST["s"])

    found = reason((graded, output))
    assert "step 'graded': 's': 0.5*pre.spike*(1.0 - self.s) has a factor that differs between the edges" in found
    assert "pre.spike" in found and "test_merge.py:" in found


def test_a_product_of_states_is_refused():

    def depressing(ST, _t, pre):
        ST["s"] = int_s(ST["s"], _t) + ST["x"] * ST["s"]

    assert "'s': it multiplies states: " in reason((depressing, output), states=("s", "x"))


def test_a_function_of_a_state_is_refused():

    def bent(ST, _t, pre):
        ST["s"] = np.tanh(ST["s"]) + pre["spike"]

    assert "tanh(self.s) is not linear in the states" in reason((bent, output))


def test_a_square_of_a_state_at_delivery_is_refused():

    def out(ST, post):
        post["input"] += ST["s"] ** 2

    assert "step 'out': self.s**2 is not linear in the states" in reason((update, out))


def test_a_condition_on_a_state_is_refused():

    def capped(ST, _t, pre):
        s = int_s(ST["s"], _t) + pre["spike"]
        ST["s"] = s if s < 1.0 else 1.0

    assert "a condition depends on the states" in reason((capped, output))


def test_a_state_that_a_spike_scales_is_refused():

    def halved(ST, _t, pre):
        s = int_s(ST["s"], _t)
        if pre["spike"] > 0.5:
            s = 0.5 * s
        ST["s"] = s

    assert "'s': it changes by another factor on edges where pre.spike > 0.5" in reason((halved, output))


def test_a_time_constant_for_each_edge_is_refused():
    found = reason((update, output), pars_update={"tau": np.linspace(1.0, 9.0, 120)})
    assert "the parameter 'tau' with one value per edge" in found


def test_a_weight_for_each_edge_at_delivery_is_refused():
    found = reason((update, output), pars_update={"g": np.linspace(0.1, 1.0, 120)})
    assert "step 'output'" in found and "the parameter 'g' with one value per edge" in found


def test_an_increment_that_depends_on_the_target_is_refused():

    def plastic(ST, _t, pre, post):
        ST["s"] = int_s(ST["s"], _t) + pre["spike"] * post["V"]

    assert "what is added on an edge depends on its target, post.V" in reason((plastic, output))


def test_a_delivery_of_something_else_is_refused():

    def out(ST, post):
        post["input"] += ST["s"] + 0.25

    assert "it adds self.s + 0.25 to post.input, which is no multiple of its states" in reason((update, out))


def test_a_delivery_on_some_edges_is_refused():

    def out(ST, pre, post):
        if pre["spike"] > 0.0:
            post["input"] += ST["s"]

    assert "it adds to post.input on some edges of a neuron only" in reason((update, out))


def test_a_delivery_under_a_condition_on_the_states_is_refused():

    def out(ST, post):
        if ST["s"] > 0.0:
            post["input"] += ST["s"]

    assert "it adds to post.input under a condition on its states" in reason((update, out))


def test_a_step_that_reads_what_it_adds_to_is_refused():

    program, _ = network(bp.models.get_exponential()).build_program()
    syn = program.find("S1")
    out = replace(syn.steps[1], body=(Fold("V", "+", Binary("*", Field("self", "s"), Field("post", "V"))),))
    changed = replace(syn, steps=(syn.steps[0], out))
    program = replace(program, objects=(program.objects[0], changed, program.objects[2]))
    assert merge(program).refused["S1"].startswith("step 'output': it reads post.V, which it also adds to")


def test_the_state_between_decay_and_spike_cannot_be_delivered_with_the_one_after():

    def mixed(ST, _t, pre, post):
        old = ST["s"]
        ST["s"] = int_s(old, _t) + pre["spike"]
        post["input"] += ST["s"] - old

    assert "step 'mixed'" in reason(mixed)


def test_array_code_is_refused():

    def steps(ST, pre, pre2syn):
        for i in np.where(pre["spike"] > 0.0)[0]:
            ST["s"][pre2syn[i]] += 1.0

    model = bp.SynType("syn", ST=bp.SynState("s"), steps=steps, mode="vector")
    (found,) = merge(network(model).build_program()[0]).refused.values()
    assert "step 'steps' is array code, which may look at single edges" in found


def test_a_monitored_state_is_refused():
    assert reason((update, output), monitors=["s"]) == "'s' is monitored on its edges"


def test_a_state_that_takes_an_input_is_refused():
    found = reason((update, output), inputs=lambda net: (net.syn, "ST.s", 0.1))
    assert found == "'s' takes an input on its edges"


def test_a_state_that_holds_times_is_refused():

    def stamp(ST, _t, pre):
        ST["t_last"] = _t

    assert reason((stamp, update, output), states=("s", "t_last")) == "'t_last' holds times"


def test_the_text_of_a_program_says_that_it_merges():
    program, _ = network(bp.models.get_exponential()).build_program()
    assert show(program).startswith("program in float64, synapses merged where possible\n")
