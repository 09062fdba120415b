"""Synapses in one object: what arrives, when, how it is weighted, and where it goes."""

import numpy as np
import pytest

import brainpy_lab as bp
import brainpy_lab.math as bm
from brainpy_lab.errors import ModelUseError, ModelValueError
from tests.dyn import cells

synapses, synouts, synplast, connect = bp.synapses, bp.synouts, bp.synplast, bp.connect
DT, FIRST = 0.1, 3


def network(make, n_pre=2, n_post=3, V=0.0, **source):
    pre, post = cells.Source(n_pre, FIRST, **source), cells.Sink(n_post, V)
    return bp.Network(pre=pre, syn=make(pre, post), post=post)


def run(net, n_steps, read, jit=False):
    """What `read` returns after each step; inputs are cleared in each step, as runners do."""

    def step(i):
        bp.share.save(i=i, t=i * DT)
        net()
        found = [variable.value for variable in read(net)]
        net.post.clear_input()
        return found

    return [np.asarray(part) for part in bm.for_loop(step, bm.arange(n_steps), jit=jit)]


KINDS = {
    "alpha": lambda pre, post, **more: synapses.Alpha(pre, post, connect.All2All(), synouts.CUBA(), **more),
    "two exponentials": lambda pre, post, **more: synapses.DualExponential(
        pre, post, connect.All2All(), output=synouts.COBA(E=2.0), **more
    ),
    "nmda": lambda pre, post, **more: synapses.NMDA(pre, post, connect.All2All(), **more),
    "ampa": lambda pre, post, **more: synapses.AMPA(pre, post, connect.All2All(), **more),
    "gaba": lambda pre, post, **more: synapses.GABAa(pre, post, connect.All2All(), **more),
    "bio nmda": lambda pre, post, **more: synapses.BioNMDA(pre, post, connect.All2All(), **more),
    "exponential": lambda pre, post, **more: synapses.Exponential(pre, post, connect.All2All(), synouts.CUBA(), **more),
    "delta": lambda pre, post, **more: synapses.Delta(pre, post, connect.All2All(), **more),
}


def both(make, n_steps, read, **more):
    """Compiled and step by step, which must have the same bits."""
    compiled, alone = (run(network(make, **more), n_steps, read, jit) for jit in (True, False))
    assert cells.same_bits(compiled, alone)
    return compiled


def test_all_kinds_compiled_have_the_same_bits():
    def everything(pre, post):
        class All(bp.Projection):
            def __init__(self):
                super().__init__()
                self.parts = [
                    make(pre, post, stp=(None, synplast.STD(), synplast.STP())[number % 3], delay_step=number % 3)
                    for number, make in enumerate(KINDS.values())
                ]

        return All()

    found = both(everything, 15, lambda net: [*net.vars().unique().values()], V=-1.0, period=4)
    assert all(np.isfinite(values).all() for values in found)


def test_an_alpha_synapse_follows_the_page():
    (g, h, current) = both(
        lambda pre, post: synapses.Alpha(pre, post, connect.All2All(), synouts.CUBA(), g_max=2.0),
        60,
        lambda net: [net.syn.g, net.syn.h, net.post.input],
    )
    assert g.shape == (60, 2) and h.shape == (60, 2) and current.shape == (60, 3)
    # The spike of step 3 is seen one step later, since the network updates projections first.
    assert h[FIRST, 0] == 0 and h[FIRST + 1, 0] == 1.0 and h[FIRST + 2, 1] == 1.0
    t = np.maximum(np.arange(60) - FIRST - 1, 0) * DT
    assert np.abs(g[:, 0] - t / 10 * np.exp(-t / 10)).max() < 0.01  # first order in dt = tau/100
    assert np.array_equal(current, np.repeat((g.sum(axis=1) * 2.0)[:, None], 3, axis=1))
    exact = run(
        network(lambda pre, post: synapses.Alpha(pre, post, connect.All2All(), method="rk4", tau_decay=5.0)),
        60,
        lambda net: [net.syn.g],
    )[0][:, 0]
    assert np.abs(exact - t / 5 * np.exp(-t / 5)).max() < 1e-8


@pytest.mark.parametrize("delay_step, lag", [(None, 1), (0, 1), (1, 1), (4, 4)])
def test_delays_are_counted_in_steps(delay_step, lag):
    (h,) = run(
        network(lambda pre, post: synapses.Alpha(pre, post, connect.All2All(), delay_step=delay_step)),
        12,
        lambda net: [net.syn.h],
    )
    assert np.argmax(h[:, 0] > 0) == FIRST + lag and np.argmax(h[:, 1] > 0) == FIRST + 1 + lag


@pytest.mark.parametrize("delay", [np.array([2, 5]), lambda shape: np.array([2, 5]), bp.init.Constant(3.0)])
def test_each_source_may_have_a_delay_of_its_own(delay):
    (h,) = both(
        lambda pre, post: synapses.Alpha(pre, post, connect.All2All(), delay_step=delay), 12, lambda net: [net.syn.h]
    )
    lags = [3, 3] if isinstance(delay, bp.init.Constant) else [2, 5]
    assert [np.argmax(h[:, k] > 0) for k in range(2)] == [FIRST + lags[0], FIRST + 1 + lags[1]]


def test_without_output_the_current_is_returned_and_goes_nowhere():
    net = network(lambda pre, post: synapses.Exponential(pre, post, connect.All2All(), g_max=0.5))
    assert not run(net, 8, lambda net: [net.post.input])[0].any()
    bp.share.save(i=8, t=0.8)
    returned = net.syn.update(bm.asarray([True, True]))
    assert np.array_equal(returned, net.syn.g.numpy()) and returned[0] > 1.0


def test_outputs_deliver_where_they_are_told():
    g = run(network(KINDS["exponential"]), 8, lambda net: [net.syn.g])[0]
    for output, expected in (
        (synouts.CUBA(), g),
        (synouts.COBA(E=3.0), g * (3.0 + 60.0)),
        (synouts.MgBlock(E=0.0), g * 60.0 / (1 + 1.2 / 3.57 * np.exp(0.062 * 60.0))),
    ):
        net = network(lambda pre, post, out=output: synapses.Exponential(pre, post, connect.All2All(), out), V=-60.0)
        assert np.allclose(run(net, 8, lambda net: [net.post.input])[0], expected, rtol=1e-13)
    net = network(lambda pre, post: synapses.Exponential(pre, post, connect.All2All(), synouts.CUBA(target_var="jump")))
    net.post.update = lambda: None
    assert np.allclose(run(net, 8, lambda net: [net.post.jump])[0], np.cumsum(g, axis=0), rtol=1e-13)
    only = network(lambda pre, post: synapses.Exponential(pre, post, connect.All2All(), synouts.COBA(1.0, None)))
    assert not run(only, 8, lambda net: [net.post.input])[0].any()


def test_spikes_at_the_target_count_in_full_and_decay_from_then_on():
    (g,) = run(
        network(lambda pre, post: synapses.Exponential(pre, post, connect.One2One(), tau=5.0), 2, 2),
        8,
        lambda net: [net.syn.g],
    )
    assert g[FIRST + 1, 0] == 1.0 and g[FIRST + 2, 0] == pytest.approx(np.exp(-DT / 5), rel=1e-15)
    assert g.shape == (8, 2)


def test_a_delta_synapse_moves_the_potential_of_who_is_not_refractory():
    (V,) = run(
        network(lambda pre, post: synapses.Delta(pre, post, connect.All2All(), g_max=1.5)), 7, lambda net: [net.post.V]
    )
    assert V[:, 0].tolist() == [0, 0, 0, 0, 1.5, 3, 3]

    def make(pre, post):
        post.refractory = bm.Variable(np.array([False, True, False]))
        return synapses.Delta(pre, post, connect.All2All(), post_ref_key="refractory")

    (V,) = both(make, 7, lambda net: [net.post.V])
    assert V[-1].tolist() == [2, 0, 2]


# -- connections and weights -------------------------------------------------------------------------------------------

MATRIX = np.array([[1, 0, 1], [0, 1, 1]])
WEIGHTS = np.array([[0.5, 9.0, 0.25], [9.0, 2.0, 4.0]])


def post_of(conn, g_max=1.0, comp_method="dense", n_post=3):
    """What each of two spikes alone gives to the targets: shape (2, n_post)."""
    net = network(
        lambda pre, post: synapses.Delta(pre, post, conn, None, g_max=g_max, comp_method=comp_method), n_post=n_post
    )
    return np.stack([np.asarray(net.syn.update(bm.asarray(np.arange(2) == k))) for k in range(2)])


@pytest.mark.parametrize("comp_method", ["dense", "sparse"])
@pytest.mark.parametrize(
    "conn", [MATRIX, MATRIX > 0, {"i": [0, 1, 1, 0], "j": [0, 2, 1, 2]}, connect.MatConn(MATRIX), bm.asarray(MATRIX)]
)
def test_a_connection_is_a_rule_a_matrix_or_a_list_of_pairs(conn, comp_method):
    assert np.array_equal(post_of(conn, 1.0, comp_method), MATRIX)
    assert np.array_equal(post_of(conn, WEIGHTS, comp_method), MATRIX * WEIGHTS)
    # one weight for each synapse, sorted by source
    assert np.array_equal(post_of(MATRIX, np.array([0.5, 0.25, 2.0, 4.0]), comp_method), MATRIX * WEIGHTS)


def test_all_to_all_and_one_to_one():
    assert np.array_equal(post_of(connect.All2All(), 0.5), np.full((2, 3), 0.5))
    assert np.array_equal(post_of(connect.All2All(), WEIGHTS), WEIGHTS)
    assert np.array_equal(post_of(connect.All2All(include_self=False), 0.5), 0.5 * (1 - np.eye(2, 3)))
    assert np.array_equal(post_of(connect.All2All(include_self=False), WEIGHTS), WEIGHTS * (1 - np.eye(2, 3)))
    assert np.array_equal(post_of(connect.All2All(), WEIGHTS.reshape(-1)), WEIGHTS)
    assert np.array_equal(post_of(connect.One2One(), np.array([2.0, 3.0]), n_post=2), np.diag([2.0, 3.0]))
    assert np.array_equal(post_of(connect.One2One(), 2.0, n_post=2), np.diag([2.0, 2.0]))


def test_a_rule_makes_a_matrix_or_a_number_for_each_synapse():
    asked = []

    def rule(shape):
        asked.append(shape)
        return np.arange(1.0, 1 + np.prod(shape)).reshape(shape)

    assert np.array_equal(post_of(MATRIX, rule, "dense"), MATRIX * np.arange(1, 7).reshape(2, 3))
    assert np.array_equal(post_of(MATRIX, rule, "sparse"), [[1, 0, 2], [0, 3, 4]])
    assert asked == [(2, 3), (4,)]
    assert np.array_equal(post_of(MATRIX, bp.init.OneInit(3.0)), MATRIX * 3.0)


def test_dense_and_sparse_have_the_same_bits():
    rng = np.random.default_rng(3)
    matrix, weights = rng.random((40, 30)) < 0.3, rng.normal(size=(40, 30))
    found = []
    for comp_method in ("dense", "sparse"):
        pre, post = cells.Source(40, 0, period=9), cells.Sink(30)
        syn = synapses.Alpha(pre, post, matrix, synouts.CUBA(), g_max=weights, comp_method=comp_method)
        found.append(run(bp.Network(pre=pre, syn=syn, post=post), 12, lambda net: [net.post.input]))
    assert cells.same_bits(*found)
    # and these are those of a left fold over all pairs
    g = syn.g.numpy()
    expected = np.zeros(30)
    for j in range(40):
        expected = expected + g[j] * np.where(matrix[j], weights[j], 0.0)
    assert np.array_equal(np.asarray(syn.comm(syn.g.value)), expected)


def test_one_connector_serves_several_synapses():
    rule = connect.FixedProb(0.5, seed=1)
    pre, post, other = cells.Source(20), cells.Sink(30), cells.Sink(10)
    first = synapses.Exponential(pre, post, rule)
    edges = first.conn.require("pre_ids").copy()
    second = synapses.Exponential(pre, other, rule)
    assert np.array_equal(first.conn.require("pre_ids"), edges)
    assert (first.comm.num_out, second.comm.num_out) == (30, 10)


# -- plasticity, gap junctions, parts of groups ------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [synplast.STD, synplast.STP])
def test_plasticity_scales_the_spikes_that_arrive(kind):
    spikes = range(FIRST, 40, 5)
    reference = getattr(bp.dyn, kind.__name__)(2)
    net = network(
        lambda pre, post: synapses.Exponential(pre, post, connect.One2One(), stp=kind(), tau=1e9), 2, 2, period=5
    )
    (g, x) = run(net, 40, lambda net: [net.syn.g, net.syn.stp.x])
    total, expected, xs = np.zeros(2), [], []
    for k in range(40):
        bp.share.save(i=k, t=k * DT)
        arrives = np.array([k - 1 in spikes, k - 2 in spikes])
        total = total * np.exp(-DT / 1e9) + arrives * np.asarray(reference(bm.asarray(arrives)))
        expected.append(total)
        xs.append(reference.x.numpy())
    assert np.allclose(g, expected, rtol=1e-12) and np.array_equal(x, xs)


def test_a_gap_junction_pulls_potentials_together():
    def make(pre, post):
        pre.V = bm.Variable(np.array([1.0, -3.0]))
        post.V.value = np.array([0.5, 2.0, 0.0])
        return synapses.GapJunction(pre, post, MATRIX, g_max=WEIGHTS)

    (current,) = both(make, 2, lambda net: [net.post.input])
    V, U = np.array([1.0, -3.0]), np.array([0.5, 2.0, 0.0])
    expected = (MATRIX * WEIGHTS * (V[:, None] - U)).sum(axis=0)
    assert np.allclose(current, expected, rtol=1e-14)

    def alike(pre, post):
        pre.V = bm.Variable(np.full(2, 0.1))
        post.V.value = 0.1
        return synapses.GapJunction(pre, post, connect.All2All(), g_max=1e6)

    assert not run(network(alike), 1, lambda net: [net.post.input])[0].any()  # exactly nothing flows between equals


def test_parts_of_groups_are_joined():
    def make(pre, post):
        return synapses.Alpha(
            pre[1:], post[[2, 0]], connect.One2One(), synouts.COBA(E=1.0), delay_step=np.array([2, 4])
        )

    (g, current) = both(make, 14, lambda net: [net.syn.g, net.post.input], n_pre=3)
    # element 1 fires in step 4 and goes to element 2, element 2 fires in step 5 and goes to element 0
    assert np.argmax(g > 0, axis=0).tolist() == [4 + 2 + 1, 5 + 4 + 1]
    assert np.array_equal(current[:, 2], g[:, 0]) and np.array_equal(current[:, 0], g[:, 1]) and not current[:, 1].any()


# -- the object --------------------------------------------------------------------------------------------------------

METHODS = """
add_aft_update add_bef_update add_inp_fun check_post_attrs check_pre_attrs clear_input cpu cuda get_aft_update
get_bef_update get_delay_data get_delay_var get_inp_fun get_local_delay has_aft_update has_bef_update jit_step_run
load_state load_state_dict nodes register_delay register_implicit_nodes register_implicit_vars register_local_delay
reset reset_local_delays reset_state save_state setattr state_dict step_run sum_inputs to tpu tracing_variable
train_vars tree_flatten tree_unflatten unique_name update update_local_delays vars
""".split()


def test_every_method_of_the_page_is_there():
    pre, post = cells.Source(2), cells.Sink(2)
    syn = synapses.Alpha(pre, post, connect.One2One(), g_max=2.0)
    for name in METHODS:
        method = getattr(syn, name)
        assert callable(method) and method.__doc__, name
    assert syn.mode is None and syn.supported_modes is None and syn.cur_inputs == {} and syn.name.startswith("Alpha")
    for kind in (bp.dyn.FullProjAlignPostMg, bp.dyn.InputVar, bp.dyn.NeuDyn):
        assert all(hasattr(kind, name) for name in METHODS if not name.startswith("check_"))
    assert all(hasattr(bp.dyn.NeuDyn, name) for name in ("get_batch_shape", "load_states", "save_states"))
    with pytest.warns(DeprecationWarning, match="g_max is now called comm.weight"):
        assert syn.g_max == 2.0
    with pytest.warns(DeprecationWarning, match="g_max is now called comm.weight"):
        syn.g_max = 3.0
    assert syn.comm.weight == 3.0


def test_a_synapse_is_saved_and_reset_with_its_parts():
    net = network(lambda pre, post: synapses.Alpha(pre, post, connect.All2All(), synouts.CUBA(), synplast.STP()))
    run(net, 8, lambda net: [net.syn.g])
    kept = bp.save_state(net)
    assert kept[net.syn.name]["g"].any()
    bp.reset_state(net)
    assert not net.syn.g.numpy().any() and net.syn.stp.x.numpy().tolist() == [1, 1]
    assert bp.load_state(net, kept) == ([], [])
    assert np.array_equal(net.syn.g.numpy(), kept[net.syn.name]["g"])
    assert net.pre.name not in net.syn.nodes()  # the groups are no parts of the synapse


def test_mistakes_are_named():
    pre, post = cells.Source(2), cells.Sink(3)

    class Bare(bp.dyn.NeuDyn):
        def __init__(self):
            super().__init__(3)

    bare, rule = Bare(), connect.All2All()
    with pytest.raises(
        AttributeError, match=f"needs 'input' of its post group, which '{bare.name}' of class Bare has not"
    ):
        synapses.Alpha(pre, bare, rule, synouts.CUBA())
    with pytest.raises(AttributeError, match="needs 'spike' of its pre group"):
        synapses.Alpha(bare, post, rule)
    with pytest.raises(AttributeError, match="needs 'V' of its post group"):
        synapses.Delta(pre, bare, rule)
    with pytest.raises(ModelValueError, match='"conn" of Alpha .* must be a connector, but got None'):
        synapses.Alpha(pre, post, None)
    with pytest.raises(ModelValueError, match=r"a matrix of shape \(2, 3\)"):
        synapses.Alpha(pre, post, np.ones((3, 2)))
    with pytest.raises(ModelValueError, match="Give the sources as 'i'"):
        synapses.Alpha(pre, post, {"pre": [0], "post": [1]})
    with pytest.raises(ModelValueError, match='"comp_method" must be one of "dense", "sparse"'):
        synapses.Alpha(pre, post, rule, comp_method="csr")
    with pytest.raises(ModelValueError, match=r'"g_max" of Alpha .* a matrix of shape \(2, 3\)'):
        synapses.Alpha(pre, post, rule, g_max=np.ones(4))
    with pytest.raises(ModelValueError, match='"output" of Alpha must be such as bp.synouts.COBA'):
        synapses.Alpha(pre, post, rule, bp.dyn.COBA(0.0))
    with pytest.raises(ModelValueError, match='"out" of FullProjAlignPost must be an output, .* bp.dyn.COBA'):
        bp.dyn.FullProjAlignPost(pre, None, bp.dnn.Identity(), bp.dyn.Expon(2), synouts.COBA(0.0), cells.Sink(2))
    with pytest.raises(ModelValueError, match='"stp" of Alpha must be such as'):
        synapses.Alpha(pre, post, rule, stp=bp.dyn.STD(2))
    with pytest.raises(ModelValueError, match='"delay_step" must be a number of steps'):
        synapses.Alpha(pre, post, rule, delay_step=0.5)
    output = synouts.CUBA()
    synapses.Alpha(pre, post, rule, output)
    with pytest.raises(ModelUseError, match="an output of its own"):
        synapses.Alpha(pre, post, rule, output)
    with pytest.raises(ModelUseError, match="serves no synapse"):
        synouts.CUBA()(1.0)


def test_a_synapse_of_ones_own():
    class Twice(bp.TwoEndConn):
        def __init__(self, pre, post):
            super().__init__(pre, post)
            self.check_pre_attrs("spike")
            self.check_post_attrs("input")

        def update(self):
            self.post.input += 2.0 * self.pre.spike

    net = network(Twice, 2, 2)
    assert net.syn.conn is None
    assert both(Twice, 6, lambda net: [net.post.input], n_post=2)[0].sum(axis=0).tolist() == [2, 2]
