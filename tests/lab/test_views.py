"""Images, histograms, connections, the chosen neuron: frames equal arrays that are computed by hand."""

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab.errors import ModelKeyError, ModelUseError
from brainpy_lab.lab import shades
from brainpy_lab.lab.lab import Lab, labs
from brainpy_lab.lab.network_cell import NetworkCellRun
from brainpy_lab.lab.subject import neuron_subject
from tests.lab.conftest import FakePage

LIF = """
dV/dt = (-V + I) / tau
I = 0 mV; tau = 10 ms in [5, 20]
init V = uniform(0, 1)
spike when V > 1
reset V = 0
"""
NETWORK = """
import numpy as np
rng = np.random.default_rng(3)
E = bp.NeuGroup(LIF, (6, 10))
I = bp.NeuGroup(LIF, 8)
E.pars['I'] = np.linspace(0.9, 2.0, 60)
I.pars['I'] = 1.5
pairs = {'i': rng.integers(0, 60, 90), 'j': rng.integers(0, 8, 90)}
S = bp.SynConn(LEARNS, E, I, conn=pairs)
S.ST['w'] = np.linspace(1., 2., 90)
net = bp.Network(E, I, S)
"""


def learn(ST, pre, post):
    post["V"] += 0.01 * ST["w"] * pre["spike"]
    ST["w"] += 0.1 * pre["spike"]


@pytest.fixture
def open_lab():
    """``open_lab(subject) -> FakePage`` of a paused lab on the reference back end; closed after the test."""
    made = []

    def open_lab(subject, speed=100.0, backend="reference"):
        lab = Lab(subject, backend=backend, speed=speed)
        made.append(lab)
        labs.add(lab)
        page = FakePage(lab)
        lab.start(run=False)
        page.say(do="hello", width=700)
        return page

    yield open_lab
    for lab in made:
        lab.close()


def network():
    bp.profile.set(dt=0.1)
    np.random.seed(1)
    learns = bp.SynType("S", bp.SynState(w=1.0), learn, mode="scalar")
    namespace = {"bp": bp, "LIF": bp.neuron(LIF, "LIF"), "LEARNS": learns}
    run = NetworkCellRun(NETWORK, "net", namespace, lambda tree: compile(tree, "cell", "exec"), "Cell In[1]")
    return run.run(), namespace


def neurons(n=7, name="LIF"):
    bp.profile.set(dt=0.1)
    group = bp.NeuGroup(bp.neuron(LIF, "LIF"), n)
    group.ST["V"] = np.linspace(0, 0.9, group.num)
    group.pars["I"] = np.linspace(0.5, 2.0, group.num)
    return neuron_subject(name, group)


def run_to(page, steps):
    """Run so many steps, and return the frame of the pause."""
    lab = page.lab
    lab.step(steps)
    lab.wait()
    return page.wait_for(lambda header: header["step"] == lab.session.step_count and header["status"] == "paused")


def part(page, name):
    """The part of the last frame that belongs to a view."""
    names = list(page.lab.views)
    return page.last["views"][names.index(name)]


def buffer(page, number, kind):
    return np.frombuffer(page.frames[-1][1][number], kind)


def pixels(page, name):
    found = part(page, name)
    return buffer(page, found["image"], np.uint8).reshape(found["shape"]), found


def settled(page, condition=lambda header: True):
    """The frame after everything that was asked for."""
    page.lab.session.nudge()
    return page.wait_for(condition)


def shown(page, name):
    return lambda header: header["views"][list(page.lab.views).index(name)] is not None


def expected(values, found):
    """The shades that a reader of the colour bar expects."""
    low, high = found["range"]
    assert low <= np.nanmin(values) and np.nanmax(values) <= high
    return np.nan_to_num(np.rint((values - low) / (high - low) * shades.LEVELS)).astype(np.uint8)


def test_a_heat_map_shows_every_neuron_at_every_column(open_lab):
    page = open_lab(neurons(7))
    page.lab.show_view("heat map")
    run_to(page, 1200)
    image, found = pixels(page, "heat map")
    every = -(-5000 // 360)  # a window of 500 ms
    after = list(_all_potentials(1200, 7))
    columns = [np.linspace(0, 0.9, 7), *after[every - 1 :: every]]
    assert found["shape"] == [7, len(columns)]
    assert np.array_equal(image, expected(np.float32(columns).T, found))
    assert found["span"] == [0.0, pytest.approx(len(columns) * every * 0.1)]


def test_what_is_switched_on_later_shows_the_past_too(open_lab):
    early, late = open_lab(neurons(7)), open_lab(neurons(7, "late"))
    early.lab.show_view("heat map")
    for page in (early, late):
        run_to(page, 700)
    late.lab.show_view("heat map")
    settled(late, shown(late, "heat map"))
    assert np.array_equal(pixels(early, "heat map")[0], pixels(late, "heat map")[0])
    assert (pixels(late, "heat map")[0] != shades.MISSING).all()
    assert late.lab.session.step_count == 700
    late.lab.hide_view("heat map")
    late.wait_for(lambda header: not shown(late, "heat map")(header))
    settled(late)
    assert late.lab.session.samplers == []


def test_many_neurons_are_averaged_to_pixels():
    values = np.arange(1000.0) ** 2
    rows = shades.pooled(values, 300)
    starts = np.arange(300) * 1000 // 300
    by_hand = [values[a:b].mean() for a, b in zip(starts, [*starts[1:], 1000])]
    assert np.allclose(rows, by_hand, rtol=1e-14)
    assert shades.pooled(values, 2000) is values


def test_a_sheet_shows_the_state_now_and_the_rates_of_the_window(open_lab):
    subject, namespace = network()
    page = open_lab(subject)
    assert page.lab.views["activity"] and not page.lab.views["sheet"]
    page.lab.show_view("sheet")
    run_to(page, 900)
    image, found = pixels(page, "sheet")
    assert found["shape"] == [6, 10] and found["title"] == "E.V on the sheet"
    assert np.array_equal(image, expected(namespace["E"].ST["V"].reshape(6, 10), found))
    image, found = pixels(page, "activity")
    steps, ids = page.lab._simulation.events_since(0, 0)
    rates = np.array([(ids == k).sum() / 0.09 for k in range(60)])
    assert rates.max() > 0 and found["range"][0] == 0
    assert np.array_equal(image, expected(rates.reshape(6, 10), found))


def test_histograms_count_states_rates_intervals_and_degrees(open_lab):
    subject, namespace = network()
    page = open_lab(subject)
    page.lab.show_view("histogram", of="I.V")
    run_to(page, 900)
    edges = None
    for of in ("I.V", "rate of E", "interval between spikes of I", "in-degree of S"):
        page.lab.show_view("histogram", of=of)
        settled(page, lambda _, of=of: part(page, "histogram").get("title") == f"histogram of {of}")
        found = part(page, "histogram")
        counts = buffer(page, found["counts"], np.float32)
        edges = np.linspace(*found["x"], len(counts) + 1)
        steps, ids = page.lab._simulation.events_since(1, 0)
        values = {
            "I.V": namespace["I"].ST["V"],
            "rate of E": np.bincount(page.lab._simulation.events_since(0, 0)[1], minlength=60) / 0.09,
            "interval between spikes of I": np.concatenate([np.diff(steps[ids == k]) * 0.1 for k in range(8)]),
            "in-degree of S": np.bincount(namespace["S"].post_ids, minlength=8),
        }[of]
        assert len(values) and np.array_equal(counts, np.histogram(values, edges)[0]), of


def test_connections_and_live_weights_as_a_matrix(open_lab):
    subject, namespace = network()
    page, S = open_lab(subject), namespace["S"]
    page.lab.show_view("weights")
    settled(page, shown(page, "weights"))
    image, found = pixels(page, "weights")
    matrix = np.zeros((8, 60))
    np.add.at(matrix, (S.post_ids, S.pre_ids), 1)
    assert found["title"] == "edges of S" and found["told"] == "90 edges"
    assert np.array_equal(image, expected(matrix, found))
    page.lab.show_view("weights", of="w of S")
    run_to(page, 600)
    image, found = pixels(page, "weights")
    sums, weights = np.zeros((8, 60)), page.lab.session.state()["S"]["w"]
    np.add.at(sums, (S.post_ids, S.pre_ids), weights)
    assert weights.max() > 2.05  # it has moved
    with np.errstate(invalid="ignore"):
        mean = sums / matrix
    assert np.array_equal(image == shades.MISSING, matrix == 0)
    there = matrix > 0
    assert np.array_equal(image[there], expected(mean, {"range": found["range"]})[there])


def test_a_chosen_neuron_has_its_own_past_and_the_bits_are_the_same(open_lab):
    page, twin = open_lab(neurons(7)), open_lab(neurons(7, "twin"))
    run_to(page, 800)
    page.lab.choose(5)
    page.wait_for(lambda header: header["views"][0]["title"] == "V of neuron 5")
    series = page.series(0).reshape(-1, 2)
    every = np.stack([row for row in _all_potentials(800, 7)])
    per = -(-5000 // 700)
    low = [every[a : a + per, 5].min() for a in range(0, 800, per)]
    assert np.array_equal(series[:, 0], np.float32(low))
    assert page.last["chosen"] == "neuron 5"
    run_to(page, 100), run_to(twin, 900)
    assert np.array_equal(page.lab.session.state()["LIF"]["V"], twin.lab.session.state()["twin"]["V"])


def _all_potentials(steps, n):
    """V after every step."""
    from brainpy_lab.runtime.build import build

    subject = neurons(n)
    simulation = build(subject.program, subject.bindings, "reference")
    simulation.begin(0.0, steps)
    for _ in range(steps):
        simulation.advance(1)
        yield simulation.field(*subject.who[0].quantities[0].place).copy()


def test_choosing_in_a_network_opens_the_trace_and_marks_all_views(open_lab):
    subject, namespace = network()
    page = open_lab(subject)
    assert not page.lab.views["trace"]
    run_to(page, 300)
    page.lab.choose(3, "I")
    page.wait_for(lambda header: header["chosen"] == "neuron 3 of I")
    settled(page, shown(page, "trace"))
    assert part(page, "trace")["title"] == "V of neuron 3 of I" and part(page, "raster")["mark"] == 63
    page.say(do="view pick", view=list(page.lab.views).index("activity"), x=4.2, y=1.9)
    page.wait_for(lambda header: header["chosen"] == "neuron 24 of E")
    assert part(page, "raster")["mark"] == 24 and part(page, "activity")["mark"] == [3.5, 1.5, 4.5, 2.5]
    page.say(do="view neuron", by=10)
    page.wait_for(lambda header: header["chosen"] == "neuron 34 of E")
    page.say(do="view pick", view=0, x=5.0, y=61.3)
    page.wait_for(lambda header: header["chosen"] == "neuron 1 of I")


def test_after_going_back_the_trace_is_still_that_of_the_chosen_neuron(open_lab):
    page = open_lab(neurons(7), speed=10.0)  # a window of 50 ms, 500 steps
    run_to(page, 1500)
    page.lab.choose(6)
    page.wait_for(lambda header: header["views"][0]["title"] == "V of neuron 6")
    page.lab.rewind(60.0)
    page.wait_for(lambda header: header["step"] == 900)
    settled(page, lambda header: header["step"] == 900)
    every = np.stack(list(_all_potentials(900, 7)))
    assert np.array_equal(page.series(0).reshape(-1, 2)[:, 0], np.float32(every[400:, 6]))


def test_views_are_listed_and_wrong_names_are_told(open_lab):
    page = open_lab(neurons(7))
    lab = page.lab
    assert lab.views == {"trace": True, "raster": True, "heat map": False, "histogram": False}
    with pytest.raises(ModelKeyError, match="'heatmap'.*Did you mean \"heat map\""):
        lab.show_view("heatmap")
    with pytest.raises(ModelKeyError, match="shows V, rate, interval between spikes, but not 'v'"):
        lab.show_view("histogram", of="v")
    with pytest.raises(ModelUseError, match="shows one thing only"):
        lab.show_view("raster", of="V")
    with pytest.raises(ModelUseError, match="0 to 6"):
        lab.choose(7)
    with pytest.raises(ModelKeyError, match="no group 'E'; its groups are LIF"):
        lab.choose(1, "E")
    lab.close()
    with pytest.raises(ModelUseError, match="is closed"):
        lab.show_view("heat map")


def test_the_saved_picture_shows_what_the_page_shows(open_lab):
    subject, _ = network()
    page = open_lab(subject)
    for name in ("sheet", "histogram", "weights", "heat map"):
        page.lab.show_view(name)
    run_to(page, 500)
    lab = page.lab
    panels = [view.panel(lab._simulation, lab._window(), 700) for view in subject.shown]
    image, found = pixels(page, "heat map")
    drawn = next(panel for panel in panels if panel.kind == "heat").items[0]
    assert np.array_equal(drawn.pixels, image) and [drawn.low, drawn.high] == found["range"]
    assert "histogram of E.V: mean" in lab.description() and "activity of E: between 0 and" in lab.description()
    assert lab.to_png().startswith(b"\x89PNG")
    assert lab.to_svg().count("<image ") == 2 * 4  # each with its colours


def test_colours_grow_lighter_and_differ_without_red_and_green():
    table = shades.table() / 255
    linear = np.where(table <= 0.04045, table / 12.92, ((table + 0.055) / 1.055) ** 2.4)
    light = 116 * np.cbrt(linear @ [0.2126, 0.7152, 0.0722]) - 16
    assert (np.diff(light) > 0).all() and light[0] < 20 and light[-1] > 88
    # Deuteranopia (Vienot, Brettel and Mollon 1999): long and middle wavelengths become one.
    cones = linear @ np.array([[0.1784, 0.4352, 0.0415], [0.0335, 0.2711, 0.0895], [0.0023, 0.0152, 0.1171]]).T
    assert (np.diff(cones[:, 0]) > 0).all()


OBJECTS = """
from tests.dyn.networks import EINet
EI = EINet(100, spread=5.0, prob=0.3)
I = 20. in [0, 40]
inputs = [('Ein.input', I), ('Iin.input', I)]
"""


def test_models_as_classes_have_the_same_views(open_lab):
    bp.profile.set(dt=0.1)
    namespace = {"bp": bp}
    run = NetworkCellRun(OBJECTS, "EI", namespace, lambda tree: compile(tree, "cell", "exec"), "Cell In[1]")
    subject = run.run()
    page, net = open_lab(subject), namespace["EI"]
    assert page.lab.views == {
        "raster": True, "rate": True, "trace": False, "heat map": False, "histogram": False, "weights": False
    }  # fmt: skip
    page.lab.show_view("heat map", of="I.V")
    page.lab.show_view("weights", of="edges of E2I")
    run_to(page, 400)
    page.lab.choose(7, "I")
    page.wait_for(lambda header: header["chosen"] == "neuron 7 of I")
    settled(page, shown(page, "trace"))
    comm = net.E2I.proj.comm
    matrix = np.zeros((20, 80))
    np.add.at(matrix, (comm.post_ids, comm.pre_ids), 1)
    image, found = pixels(page, "weights")
    assert found["axes"][0][0] == "from neuron of E" and np.array_equal(image, expected(matrix, found))
    last = page.series(list(page.lab.views).index("trace")).reshape(-1, 2)[-1]
    assert last[0] <= np.float32(net.I.V.numpy()[7]) <= last[1]
    image, found = pixels(page, "heat map")
    assert found["shape"][0] == 20 and (image != shades.MISSING).all()
