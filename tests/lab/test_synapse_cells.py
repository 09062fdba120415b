"""The lab of a synapse cell: its trains, its membrane and clamp, and what it keeps of a run."""

from __future__ import annotations

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab.errors import ModelUseError
from brainpy_lab.frontends.types_api.monitors import read_monitors
from brainpy_lab.lab import rig
from brainpy_lab.lab.lab import Lab, labs
from brainpy_lab.lab.recipe import Recipe, settings_now
from brainpy_lab.lab.synapse_subject import remaking, synapse_network, synapse_subject

AMPA = """
ds/dt = -s/tau
tau = 5 ms in [1, 20]
g = 0.02 uS in [0, 1]; E = 0 mV
on spike: s += 1
post.input += g*s*(E - post.V)
delay 1.5
"""
STDP = """
dP/dt = -P/tau; dM/dt = -M/tau
init w = 0.5
tau = 20 ms; A = 0.05 in [0, 0.2]
on spike: P += A, w = max(w + M, 0)
on post spike: M -= A, w = min(w + P, 1)
post.input += w*pre.spike
"""


@pytest.fixture(autouse=True)
def _settings():
    bp.profile.set(dt=0.1, seed=5, jit=False)
    yield
    for lab in list(labs.values()):
        lab.close()


def record(network, ms, **monitors):
    """Run the network of a rig; ``post=["V"]`` records states of that member."""
    for role, member in zip(("pre", "post", "edges"), network.members):
        member.monitors = read_monitors(monitors.get(role, []))
    network.run(ms)
    return network.members


def recorded(text, ms, n=1, monitors=(), **values):
    """Groups of the rig after a run with these parameters of the rig."""
    network = synapse_network(bp.synapse(text, "Cell"), n)
    pre, post, _ = network.members
    for name, value in values.items():
        for group in (pre, post):
            if name in group.pars:
                group.pars[name] = value
    return record(network, ms, pre=["spike"], post=["spike", *monitors])


def times(group) -> list[float]:
    return [round(float(t), 6) for t in group.spikes()[0]]


def lab_of(text=AMPA, name="Syn", n=1):
    remake = remaking(Recipe("synapse", name, text, n, settings=settings_now()))
    lab = Lab(remake({}), backend="reference", speed=float("inf"), remake=remake)
    labs.add(lab)
    lab.start(run=False)
    return lab


def run(lab, ms):
    lab.run(ms)
    assert lab.wait(60)


@pytest.mark.parametrize(
    "train, expected",
    [
        (rig.REGULAR, [10, 60, 110, 160]),
        (rig.PAIRS, [10, 14, 60, 64, 110, 114, 160, 164]),
        (rig.BURSTS, [10, 14, 18, 60, 64, 68, 110, 114, 118, 160, 164, 168]),
        (rig.PAIRING, [10, 60, 110, 160]),
    ],
)
def test_a_train_spikes_when_it_says(train, expected):
    pre, _, _ = recorded(AMPA, 200.0, train=train, interval=4.0, spikes=3.0)
    # A spike belongs to the step that ends at its time.
    assert np.allclose(times(pre), np.array(expected) - 0.1, atol=1e-6)


def test_a_poisson_train_has_its_rate_and_no_memory():
    pre, _, _ = recorded(AMPA, 1000.0, n=20, train=rig.POISSON, rate=50.0)
    t, ids = pre.spikes()
    expected = 20 * 1.0 * 50
    assert abs(len(t) - expected) < 4 * np.sqrt(expected)
    gaps = np.concatenate([np.diff(t[ids == k]) for k in range(20)])
    # Of an exponential distribution the standard deviation is the mean; each within 4 standard errors.
    assert gaps.std() == pytest.approx(gaps.mean(), rel=4 / np.sqrt(len(gaps)) * 1.5)


@pytest.mark.parametrize("lag, float_type", [(12.0, "float64"), (0.0, "float64"), (-7.5, "float64"), (5.0, "float32")])
def test_a_pairing_has_its_lag(lag, float_type):
    bp.profile.set(float_type=float_type)
    pre, post, _ = recorded(STDP, 400.0, rate=10.0, lag=lag)
    before, after = np.array(times(pre)), np.array(times(post))
    assert len(before) == 4 and len(after) >= 3
    for t in before[1:-1]:
        assert np.abs(after - (t + lag)).min() < 1e-6


def test_pairs_change_the_weight_by_the_window_of_the_synapse():
    _, _, edges = recorded(STDP, 60.0, rate=10.0, lag=12.0)
    assert edges.ST["w"][0] - 0.5 == pytest.approx(0.05 * np.exp(-12 / 20), rel=1e-9)


def test_a_clamped_neuron_shows_the_current_at_its_potential():
    network = synapse_network(bp.synapse(AMPA, "Cell"))
    pre, post, edges = network.members
    post.pars["mode"], post.pars["V_clamp"] = 1.0, 40.0
    record(network, 30.0, post=["V", "current"], edges=["s"])
    s, current = edges.mon["s"][:, 0], post.mon["current"][:, 0]
    assert (post.mon["V"][1:] == 40.0).all() and s.max() > 0.9
    assert np.array_equal(current[1:], (0.02 * s * (0.0 - 40.0))[:-1])


def test_the_membrane_charges_with_its_time_constant():
    _, post, _ = recorded("post.input += 0*pre.spike", 10.0, I_0=0.5)
    assert post.ST["V"][0] == pytest.approx(-65 + 5 * (1 - np.exp(-1)), rel=1e-9)
    _, post, _ = recorded("post.input += 0*pre.spike", 200.0, I_0=2.0)
    period = 2.0 + 10 * np.log(20 / (20 - 15))  # refractory time and the way to the threshold
    assert len(times(post)) == int(200 / period)


def test_fields_of_other_neurons_are_conductances_currents_and_numbers():
    text = "post.g_x += 0.1*pre.Ca; post.I_y += 0.25\nw = 2 nS"
    with pytest.raises(bp.errors.CellError):  # two statements with 'post.' are not one
        bp.synapse(text.replace("; ", ", "), "Both")
    network = synapse_network(bp.synapse(text, "Both"))
    pre, post, _ = network.members
    pre.pars["Ca"], post.pars["E_g_x"] = 3.0, -50.0
    post.pars["mode"] = 1.0
    network.run(1.0)
    # Of the last step: 0.3 nS * (-50 + 65) mV + 0.25 pA.
    assert post.ST["g_x_now"][0] == pytest.approx(0.3) and rig.units_of(bp.synapse(text, "B").ir).current == "pA"
    told = synapse_subject("Both", bp.synapse(text, "Both")).notices
    assert any("pre.Ca" in line for line in told) and any("E_g_x" in line for line in told)


def test_a_field_that_no_membrane_has_is_named_with_a_way_out():
    with pytest.raises(ModelUseError, match="post.Ca.*--no-show") as caught:
        synapse_subject("Calcium", bp.synapse("post.Ca += pre.spike", "Calcium"))
    assert str(caught.value).startswith("synapse 'Calcium':1:1")


def test_the_lab_shows_spikes_states_current_and_potential():
    lab = lab_of(STDP, "STDP", n=3)
    kinds = [(view.kind, view.title) for view in lab.subject.views]
    assert kinds == [
        ("raster", "spikes"),
        ("trace", "P, M of synapse 0"),
        ("trace", "w of synapse 0"),
        ("trace", "current into the postsynaptic neuron"),
        ("trace", "postsynaptic potential"),
    ]
    run(lab, 50)
    text = lab.description()
    assert "3 synapses onto one neuron" in text and "train = pairing" in text and "mode = membrane" in text


def test_trains_are_chosen_by_name_and_others_are_refused():
    lab = lab_of()
    lab.set("train", "Poisson")
    lab.set("mode", "voltage clamp")
    run(lab, 1)
    assert lab.values["train"] == rig.POISSON and lab.values["mode"] == 1.0
    with pytest.raises(ModelUseError, match="one of regular, Poisson"):
        lab.set("train", "chirp")


def test_another_delay_begins_anew_and_keeps_what_was_moved():
    lab = lab_of()
    run(lab, 20)
    lab.set("rate", 100.0)
    run(lab, 5)
    lab.set("delay", 8.0)
    lab._thread.join()
    assert lab.t == 0.0 and lab.subject.recipe.values == {"delay": 8.0}
    run(lab, 30)
    assert lab.values["rate"] == 100.0 and lab.values["delay"] == 8.0
    s = lab.subject.views[1].values(lab._simulation, lab.subject.views[1].series[0], lab._window())
    pre = lab._simulation.events_since(0, 0)[0]
    assert np.flatnonzero(s)[0] - pre[0] == 79  # 80 steps less the one in which the current waits for the neuron


def test_another_seed_draws_another_train():
    lab = lab_of()
    assert lab.seed == 5
    lab.set("train", "Poisson")
    run(lab, 20)
    lab.seed = 6
    lab._thread.join()
    assert lab.t == 0.0 and lab.seed == 6 and lab.status == "paused"
    run(lab, 1)
    assert lab.values["train"] == rig.POISSON


def test_going_back_and_on_again_has_the_same_bits():
    lab = lab_of()
    lab.set("train", "Poisson")
    lab.set("rate", 120.0)
    run(lab, 60)
    before = lab.session.state()
    lab.rewind(40.0)
    assert lab.wait(60)
    assert lab.t == pytest.approx(20.0)
    run(lab, 40)
    after = lab.session.state()
    for owner, states in before.items():
        for name, value in states.items():
            assert np.array_equal(value, after[owner][name]), (owner, name)


def test_a_script_and_a_file_come_to_the_same_bits(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("BRAINPY_LAB_BACKEND", "reference")
    lab = lab_of()
    lab.set("delay", 3.0)
    lab._thread.join()
    lab.set("train", "Poisson")
    run(lab, 20)
    lab.set("tau", 12.0)
    run(lab, 20)
    shown = lab.session.state()
    text = lab.to_script()
    assert "bp.synapse(" in text and "lab_replay.synapses(Syn, 1, delay=3.0)" in text
    exec(compile(text.replace("lab_figure.draw()", ""), "script", "exec"), {"__name__": "__main__"})
    assert "every bit is as in the lab" in capsys.readouterr().out
    lab.save(tmp_path / "syn.lab.json")
    lab.close()
    again = bp.open_lab(tmp_path / "syn.lab.json")
    assert again.wait(60) and again.t == pytest.approx(40.0)
    state = again.session.state()
    assert all(np.array_equal(value, state[o][name]) for o, states in shown.items() for name, value in states.items())
    again.set("delay", 5.0)
    again._thread.join()
    assert again.values["delay"] == 5.0
