"""`profile.set(merge_synapses=True)` as a user meets it: what is said, what can be read, and switching it."""

import copy
import pickle
import warnings

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab.errors import ModelUseError
from brainpy_lab.runtime import merging
from tests.agreement.merged import network, random_edges, synapse


@pytest.fixture(autouse=True)
def _first_advice(monkeypatch):
    monkeypatch.setattr(merging, "_advised", False)


@pytest.fixture
def merged():
    """A network after a merged run."""
    bp.profile.set(merge_synapses=True, seed=3)
    net = network(synapse(), delay=1.0)
    net.run(20.0)
    return net


def notices(net):
    return net._built.simulation.notices


def saturating():
    def update(ST, pre):
        ST["s"] = 0.9 * ST["s"] + 0.5 * pre["spike"] * (1.0 - ST["s"])

    def output(ST, post):
        post["input"] += ST["s"]

    return bp.SynType("saturating", ST=bp.SynState("s"), steps=(update, output), mode="scalar")


# ---- what is said


def test_results_say_that_synapses_are_merged(merged):
    assert notices(merged) == [
        "synapses of syn are merged into one state per postsynaptic neuron, so sums are rounded in another order "
        "(merge_synapses=True)"
    ]
    assert list(merged.merged) == ["syn"] and list(merged.merged["syn"]) == ["s", "x"]
    assert merged.merged["syn"]["s"].shape == (7,) and merged.merged["syn"]["s"][2] == 0.0
    assert np.count_nonzero(merged.merged["syn"]["s"]) == 6


def test_what_was_asked_for_is_no_warning():
    bp.profile.set(merge_synapses=True)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        network(synapse()).run(1.0)


def test_nothing_is_merged_unless_asked_for():
    net = network(synapse())
    assert net.merged == {}
    net.run(1.0)
    assert net.merged == {} and notices(net) == []


def test_a_connection_that_cannot_be_merged_runs_as_it_is_with_a_warning():
    bp.profile.set(merge_synapses=True, seed=3)
    net = network(synapse())
    other = bp.SynConn(saturating(), net.source, net.ear, conn=random_edges(), name="other")
    net.add(other)
    with pytest.warns(UserWarning, match="synapses of other are not merged: step 'update': 's': 0.5") as told:
        net.run(20.0)
    assert len(told) == 1 and told[0].filename == __file__
    assert list(net.merged) == ["syn"]
    assert other.ST["s"].max() > 0.0
    assert any(line.startswith("synapses of other are not merged") for line in notices(net))


def test_a_monitor_on_the_edges_keeps_them_apart():
    bp.profile.set(merge_synapses=True)
    net = network(synapse(), monitors=["s"])
    with pytest.warns(UserWarning, match="synapses of syn are not merged: 's' is monitored on its edges"):
        net.run(1.0)
    assert net.syn.mon.s.shape == (10, 120)


def test_an_input_on_the_edges_keeps_them_apart():
    bp.profile.set(merge_synapses=True)
    net = network(synapse())
    with pytest.warns(UserWarning, match="synapses of syn are not merged: 's' takes an input on its edges"):
        net.run(1.0, inputs=(net.syn, "ST.s", 0.5))


@pytest.mark.parametrize("value", [1, "yes"])
def test_the_setting_is_true_or_false(value):
    with pytest.raises(ValueError, match='"merge_synapses" must be True or False'):
        bp.profile.set(merge_synapses=value)


# ---- what can be read


def test_a_merged_state_has_no_values_on_edges(merged):
    for read in (
        lambda: merged.syn.ST["s"],
        lambda: merged.syn.ST.get("s"),
        lambda: list(merged.syn.ST.items()),
        lambda: merged.syn.ST.values(),
        lambda: copy.deepcopy(merged.syn.ST),
        lambda: pickle.dumps(merged.syn.ST),
    ):
        with pytest.raises(ModelUseError) as caught:
            read()
        message = str(caught.value)
        assert '"s" of "syn" has no values on single edges now' in message
        assert "Network.merged shows" in message and 'ST["s"] = 0.' in message and "merge_synapses=False" in message


def test_an_array_of_edges_that_somebody_kept_is_nan():
    bp.profile.set(merge_synapses=True)
    net = network(synapse())
    kept = net.syn.ST["s"]
    net.run(1.0)
    assert np.isnan(kept).all()


def test_building_alone_leaves_the_edges_readable():
    bp.profile.set(merge_synapses=True)
    net = network(synapse())
    simulation = net.simulation()
    assert simulation.merged.sums and net.syn.ST["s"].shape == (120,)


def test_a_state_that_is_assigned_as_a_whole_is_where_the_next_run_starts(merged):
    merged.syn.ST["s"] = 0.5
    assert np.all(merged.syn.ST["s"] == 0.5)
    with pytest.raises(ModelUseError, match='"x" of "syn" has no values'):
        merged.syn.ST["x"]
    x = merged.merged["syn"]["x"]
    merged.source.pars["freqs"] = 0.0
    merged.run(0.1)
    fan_in = np.bincount(merged.syn.post_ids, minlength=7)
    # One step of exponential Euler with A = -1/5: s + dt*exprel(dt*A)*(x - s/5), for each sum.
    expected = 0.5 * fan_in + (1.0 - np.exp(-0.02)) * 5.0 * (x - 0.1 * fan_in)
    assert np.allclose(merged.merged["syn"]["s"], expected, rtol=1e-13)  # a few dozen roundings
    with pytest.raises(ModelUseError, match='"s" of "syn" has no values'):
        merged.syn.ST["s"]


def test_an_old_array_of_edges_can_be_written_as_a_whole_but_not_in_part():
    bp.profile.set(merge_synapses=True, seed=3)
    net = network(synapse())
    kept = net.syn.ST["s"]
    net.run(5.0)
    kept[:] = 0.0
    net.source.pars["freqs"] = 0.0
    net.syn.ST["x"] = 0.0
    net.run(0.1)
    assert not net.merged["syn"]["s"].any()
    kept[3] = 1.0
    with pytest.raises(
        ModelUseError, match='Some edges of "syn" were given a value of "s" while its edges were merged'
    ):
        net.run(0.1)


# ---- switching


def test_switching_it_off_gives_equal_shares_and_the_neurons_notice_nothing_but_rounding():
    seen = {}
    for switch in (False, True):
        bp.profile.set(merge_synapses=True, seed=3)
        net = network(synapse(), delay=1.0)
        net.run(20.0)
        x = net.merged["syn"]["x"]
        bp.profile.set(merge_synapses=not switch)
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # also spikes on their way are carried over
            net.run((20.0, 40.0))
        assert bool(net.merged) == (not switch)
        seen[switch] = net.ear.mon.seen
        if switch:
            assert np.isfinite(net.syn.ST["s"]).all()
    assert x.any()
    # 120 edges at most in a sum, about 800 roundings in a state, sums of terms that cancel to a twentieth.
    size = np.abs(seen[False]).max()
    assert size > 0.0 and np.abs(seen[True] - seen[False]).max() < 20 * 2 * (120 + 800) * 2.0**-53 * size


def test_shares_are_equal(merged):
    sums = merged.merged["syn"]["s"]
    merged.source.pars["freqs"] = 0.0
    bp.profile.set(merge_synapses=False)
    merged.run(0.1)
    s, targets = merged.syn.ST["s"], merged.syn.post_ids
    for neuron in np.unique(targets):
        assert np.ptp(s[targets == neuron]) == 0.0
    assert sums.any() and s.any()


def test_switching_it_on_later_adds_the_edges_up():
    bp.profile.set(seed=3)
    net = network(synapse(), delay=1.0)
    net.run(20.0)
    s, x = net.syn.ST["s"].copy(), net.syn.ST["x"].copy()
    net.source.pars["freqs"] = 0.0
    bp.profile.set(merge_synapses=True)
    net.run((20.0, 20.1))
    expected = np.zeros(7)
    np.add.at(expected, net.syn.post_ids, s + (1.0 - np.exp(-0.02)) * 5.0 * (x - s / 5.0))
    assert np.allclose(net.merged["syn"]["s"], expected, rtol=1e-12)  # a sum of 30 terms, some of them of other sign


def test_a_state_that_is_shared_by_the_edges_of_a_source_is_added_up_too():
    """Unmerged and not delayed by edges, s lives once per source neuron, and so does its ring."""
    bp.profile.set(seed=3)
    net = network(bp.models.get_exponential(), delay=1.0)
    net.run(20.0)
    assert net._built.simulation.shared["S1"] == {"s"}
    bp.profile.set(merge_synapses=True)
    net.run((20.0, 21.0))
    first = net.ear.mon.seen.copy()
    bp.profile.set(merge_synapses=False)
    again = network(bp.models.get_exponential(), delay=1.0)
    again.run(20.0)
    again.run((20.0, 21.0))
    assert np.allclose(first, again.ear.mon.seen, rtol=1e-13) and first.any()


def test_a_second_run_uses_the_same_simulation(merged):
    built = merged._built.simulation
    merged.syn.pars["w"] = 2.0
    merged.run((20.0, 21.0))
    assert merged._built.simulation is built


def test_a_group_of_other_size_of_steps_drops_what_is_on_its_way(merged):
    bp.profile.set(dt=0.05)
    with pytest.warns(UserWarning, match="The delay of syn has another number of steps now"):
        merged.run((20.0, 21.0))


def test_a_monitor_that_a_lab_adds_sees_shares_and_no_events():
    """A state of 0 or 1 is recorded as events, but a share of a sum is neither."""
    bp.profile.set(merge_synapses=True, seed=3)
    net = network(bp.models.get_voltage_jump(), rate=2000.0)
    net.run(2.0)
    with pytest.warns(UserWarning, match="'s' is monitored"):
        program, _ = net.build_program(extra_monitors=[(net.syn, "s")])
        net.simulation(extra_monitors=[(net.syn, "s")])
    assert program.monitors[-1].kind == "dense"


# ---- what would pay


def many():
    rng = np.random.default_rng(0)
    edges = {"i": np.sort(rng.integers(0, 1000, 50_000)), "j": rng.integers(0, 500, 50_000)}
    return network(bp.models.get_exponential(), edges=edges, n_pre=1000, n_post=500)


def test_once_in_a_process_a_run_says_that_merging_would_pay():
    with pytest.warns(
        UserWarning, match=r"synapses of syn could be merged .* profile.set\(merge_synapses=True\)"
    ) as told:
        many().run(0.1)
    assert len(told) == 1 and told[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        net = many()
        net.run(0.1)
    assert any("could be merged" in line for line in notices(net))


def test_a_lab_has_it_among_its_notices_and_not_as_a_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        simulation = many().simulation(backend="reference")
    assert [line for line in simulation.notices if "could be merged" in line]


def test_nothing_is_said_of_few_edges_or_of_what_cannot_be_merged():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        network(synapse()).run(0.1)
        net = many()
        net.members[1] = bp.SynConn(
            saturating(), net.source, net.ear, conn={"i": net.syn.pre_ids, "j": net.syn.post_ids}
        )
        net.run(0.1)
        assert notices(net) == []


def test_a_sum_that_is_no_longer_finite_is_told_by_the_name_of_the_connection():
    def update(ST, pre):
        ST["s"] = 1e200 * ST["s"] + pre["spike"]

    def output(ST, post):
        post["input"] += ST["s"]

    bp.profile.set(merge_synapses=True, seed=3)
    growing = bp.SynType("growing", ST=bp.SynState("s"), steps=(update, output), mode="scalar")
    net = network(growing)
    with pytest.warns(UserWarning, match=r'state "s" of "syn" became infinite in \d of \d elements'):
        net.run(20.0)
    assert "s" in net.merged["syn"]
