"""Sums of what spikes deliver in whole quanta: exact in any order, close to a left fold, never past their bounds."""

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab.errors import ModelUseError, ModelValueError
from brainpy_lab.passes.quanta import SUM
from brainpy_lab.runtime.build import build

N = 60
STEPS = 150


class Cells(bp.DynSysGroup):
    """Cells that fire often, joined by edges of different weights; `order` is that of the edges of each row."""

    def __init__(self, order, scale=1.0):
        super().__init__()
        numbers = np.random.default_rng(3)
        i, j = numbers.integers(0, N, (2, 900))
        weights = scale * numbers.lognormal(size=900)
        self.cells = bp.dyn.LifRef(N, V_rest=0.0, V_th=10.0, V_reset=0.0, tau=10.0, tau_ref=1.0)
        self.cells.V[:] = np.linspace(0.0, 10.0, N)
        order = order[np.argsort(i[order], kind="stable")]  # weights follow the rows
        self.proj = bp.dyn.FullProjAlignPostMg(
            pre=self.cells,
            delay=None,
            comm=bp.dnn.EventCSRLinear(bp.conn.IJConn(i[order], j[order])(N, N), weights[order]),
            syn=bp.dyn.Expon.desc(N, tau=5.0),
            out=bp.dyn.CUBA.desc(),
            post=self.cells,
        )
        self.drive = bp.dyn.InputVar(self.cells.varshape)
        self.cells.add_inp_fun("", self.drive)


def simulation(backend, sums, order=None, scale=0.05, steps=STEPS):
    bp.profile.set(sums=sums, seed=1)
    net = Cells(np.arange(900) if order is None else order, scale)
    runner = bp.DSRunner(net, monitors=["cells.V"], inputs=[("drive.input", 12.0)], progress_bar=False)
    sim = runner.simulation(backend)
    sim.begin(0.0, steps)
    return sim


def run(*args, **options):
    sim = simulation(*args, **options)
    sim.advance(STEPS)
    return sim.monitor(0).copy()


def test_no_order_of_the_edges_changes_a_bit():
    orders = [None, np.arange(900)[::-1], np.random.default_rng(1).permutation(900)]
    one, *others = [run("numba", "quanta", order) for order in orders]
    assert np.ptp(one) > 5.0
    for other in others:
        assert np.array_equal(one, other)
    assert not np.array_equal(one, run("numba", "fold"))


@pytest.mark.parametrize("backend", ["reference", "emulator"])
def test_all_back_ends_have_the_same_bits(backend):
    assert np.array_equal(run("numba", "quanta"), run(backend, "quanta"))


def test_sums_are_as_good_as_those_of_a_fold():
    exact, fold = run("numba", "quanta"), run("numba", "fold")
    assert 0.0 < np.abs(exact - fold).max() < 1e-12  # of 10 mV, a few roundings


def test_a_program_says_how_it_sums():
    assert any("quanta" in notice for notice in simulation("numba", "quanta").notices)
    assert not any("quanta" in notice for notice in simulation("numba", "fold").notices)
    assert simulation("numba", "auto").sums == "fold"
    assert simulation("emulator", "auto").sums == "quanta"


def weight_of(sim):
    return next((item.name, name) for item in sim.program.objects for name in item.spread if hasattr(item, "pre"))


@pytest.mark.parametrize("factor", [1e-12, 1e6])
def test_weights_that_change_by_far_keep_their_digits(factor):
    """The quantum is chosen anew when the weights leave the range that it was chosen for."""
    sims = [simulation(backend, "quanta") for backend in ("numba", "emulator")]
    for sim in sims:
        target, name = weight_of(sim)
        sim.advance(50)
        sim.set_param(target, name, factor * sim.param(target, name))
        sim.advance(STEPS - 50)
        sim.sync()
    one, other = (sim.monitor(0) for sim in sims)
    assert np.isfinite(one).all() and np.array_equal(one, other)
    fold = simulation("numba", "fold")
    fold.advance(50)
    fold.set_param(*weight_of(fold), factor * fold.param(*weight_of(fold)))
    fold.advance(1)
    difference = np.abs(fold.monitor(0)[50] - one[50]).max()
    assert difference <= 1e-13 * np.abs(one[50]).max()


def test_a_snapshot_holds_the_quantum():
    sim = simulation("numba", "quanta")
    target, name = weight_of(sim)
    sim.advance(20)
    kept = sim.save()
    sim.advance(STEPS - 20)
    first = sim.monitor(0).copy()
    sim.load(kept)
    sim.set_param(target, name, 1e9 * sim.param(target, name))
    sim.load(kept)
    sim.advance(STEPS - 20)
    assert np.array_equal(first, sim.monitor(0))


def test_the_integers_are_cleared_in_every_step():
    sim = simulation("numba", "quanta")
    sim.advance(STEPS)
    sums = [array for key, array in sim.buffers.items() if key[1] == "state" and key[2].startswith(SUM)]
    assert sums and not any(array.any() for array in sums)


def growing(rate):
    """Synapses whose weight grows with each spike."""

    def update(ST, pre, post):
        if pre["spike"] > 0:
            ST["w"] = ST["w"] * (rate + 1e-9 * post["V"])
            post["input"] += ST["w"]

    return bp.SynType("growing", ST=bp.types.SynState({"w": 0.1}), steps=update, mode="scalar")


def grown(rate, backend, sums="quanta"):
    bp.profile.set(sums=sums, dt=0.1)
    cells = bp.NeuGroup(bp.models.get_LIF(), 10, monitors=["V"])
    cells.ST["V"] = np.linspace(0.0, 9.0, 10)
    synapses = bp.SynConn(growing(rate), pre_group=cells, post_group=cells, conn=bp.connect.All2All())
    program, bindings = bp.Network(cells, synapses).build_program((cells, "ST.input", 30.0))
    sim = build(program, bindings, backend)
    sim.begin(0.0, 3000)
    sim.advance(3000)
    sim.sync()
    return sim


@pytest.mark.parametrize("backend", ["reference", "numba", "emulator"])
def test_a_weight_that_grows_too_large_ends_the_run(backend):
    with pytest.raises(ModelUseError, match="deliver to 'input' of .* 256 times the largest weight.*sums=\"fold\""):
        grown(1.5, backend)
    grown(1.5, "numba", "fold")


def test_a_run_that_was_ended_leaves_a_simulation_that_can_run():
    sim = grown(1.0001, "numba")
    weights = next(array for key, array in sim.bindings.arrays.items() if key[1] == "w")
    weights[:] = 1e30
    sim.begin(0.0, 3000)
    sim.advance(3000)  # the quantum was chosen anew
    most = next(array for key, array in sim.buffers.items() if key[1] == "quantum" and key[2].startswith("most"))
    most[:] = 1e-9
    with pytest.raises(ModelUseError, match="256 times"):
        sim.advance(3000)
    most[:] = 1e33
    sim.begin(0.0, 10)
    sim.advance(10)


def test_no_growth_within_the_bounds_can_leave_the_integers():
    """Weights that grow by up to the bound from run to run never get more room than the quantum has for them."""
    sim = grown(1.0001, "numba")
    weights = next(array for key, array in sim.bindings.arrays.items() if key[1] == "w")
    edges = max(np.bincount(sim.bindings.stored(sim.program.objects[1].name).post_ids))
    for factor in (100.0, 100.0, 100.0, 1e-3, 1e-9, 1e9):
        weights *= factor
        sim.begin(0.0, 10)
        found = {key[2].partition("_")[0]: array[0] for key, array in sim.buffers.items() if key[1] == "quantum"}
        assert edges * found["most"] / found["unit"] <= 2.0**62
        assert weights.max() <= found["most"]


def test_plastic_weights_within_bounds_have_the_same_bits_everywhere():
    one, *others = [grown(1.0001, backend) for backend in ("numba", "reference", "emulator")]
    assert len(one.plan.quanta) == 1
    for other in others:
        for key, array in one.bindings.arrays.items():
            assert np.array_equal(array, other.bindings.arrays[key]), key


@pytest.mark.parametrize("wrong", ["exact", 1, None.__class__, np.nan])
def test_other_rules_do_not_exist(wrong):
    with pytest.raises((ModelValueError, ModelUseError), match='"sums"'):
        bp.profile.set(sums=wrong)
