"""What projections share, from and to parts of groups, their earlier names, and what they refuse."""

import numpy as np
import pytest

import brainpy_lab as bp
import brainpy_lab.math as bm
from brainpy_lab.errors import ModelUseError, ModelValueError
from tests.dyn import cells

dyn = bp.dyn


def post_mg(pre, post, tau=5.0, E=0.0, label=None, n=2):
    return dyn.FullProjAlignPostMg(
        pre, None, bp.dnn.OneToOne(n, 1.0), dyn.Expon.desc(n, tau=tau), dyn.COBA.desc(E=E), post, out_label=label
    )


def test_equal_descriptions_share_one_synapse_at_a_target():
    pre, other, post = cells.Source(2), cells.Source(2), cells.Sink(2)
    first, second = post_mg(pre, post), post_mg(other, post)
    assert first.syn is second.syn and first.out is second.out
    assert len(post.cur_inputs) == 1 and len(post.before_updates) == 1
    # A comm or a source of one's own makes no difference; numbers do, however they are spelled.
    assert post_mg(pre, post, tau=5).syn is first.syn


@pytest.mark.parametrize("change", [{"tau": 6.0}, {"E": -80.0}, {"label": "inhibition"}])
def test_another_time_constant_potential_or_label_has_its_own(change):
    pre, post = cells.Source(2), cells.Sink(2)
    first, second = post_mg(pre, post), post_mg(pre, post, **change)
    assert first.syn is not second.syn and first.out is not second.out
    assert len(post.cur_inputs) == 2
    assert post_mg(pre, cells.Sink(2)).syn is not first.syn


def test_a_shared_synapse_takes_the_sum_and_decays_once():
    pre, post = cells.Source(2), cells.Sink(2, V=-1.0)
    twice = cells.Steps(post_mg(pre, post), post_mg(pre, post), pre, post)
    found = cells.run(twice, lambda: post.current, 8, False)
    assert found[4, 0] == pytest.approx(2 * np.exp(-0.1 / 5), rel=1e-14)
    assert found[5, 0] == pytest.approx(2 * np.exp(-0.2 / 5), rel=1e-14)


def test_inputs_are_summed_by_label():
    pre, post = cells.Source(2, 0), cells.Sink(2)
    parts = [post_mg(pre, post, label="a"), post_mg(pre, post, E=3.0, label="b")]
    cells.run(cells.Steps(pre, *parts, post), lambda: post.current, 1, False)
    g = float(parts[0].syn.g[0])
    assert float(post.sum_current_inputs(bm.ones(2), label="a")[0]) == -g
    assert float(post.sum_current_inputs(bm.ones(2), label="b")[0]) == 2 * g
    assert float(post.sum_current_inputs(bm.ones(2))[0]) == g


def test_synapses_at_the_source_are_shared_by_description_and_delay():
    pre, post = cells.Source(2), cells.Sink(2)
    desc = dyn.Expon.desc(2, tau=5.0)

    def sd(delay):
        return dyn.FullProjAlignPreSDMg(pre, desc, delay, bp.dnn.OneToOne(2, 1.0), dyn.CUBA(), post)

    def ds(delay, tau=5.0):
        syn = dyn.Expon.desc(2, tau=tau)
        return dyn.FullProjAlignPreDSMg(pre, delay, syn, bp.dnn.OneToOne(2, 1.0), dyn.CUBA(), post)

    assert sd(None).syn is sd(0.5).syn  # the delay is behind it
    assert ds(0.5).syn is ds(0.5).syn and ds(0.5).syn is not ds(0.2).syn
    assert ds(0.5).syn is not ds(0.5, tau=6.0).syn and ds(None).syn is ds(0).syn
    assert len(post.cur_inputs) == 10  # outputs are not shared


def test_one_delay_serves_all_that_a_group_sends():
    pre, post = cells.Source(2), cells.Sink(2)
    first, second = post_mg(pre, post), dyn.FullProjDelta(pre, 0.5, bp.dnn.OneToOne(2, 1.0), post)
    assert first.delay is second.delay
    assert pre.after_updates["_*_delay_*_"] is first.delay


# -- parts of groups ---------------------------------------------------------------------------------------------------


def parts_network():
    """From the last two of three to the first two of four, in every manner."""
    pre, post = cells.Source(3, 1), cells.Sink(4, V=1.0)
    n, some, target = 2, pre[1:], post[:2]
    comm, desc = bp.dnn.OneToOne(n, 2.0), dyn.Expon.desc(n, tau=5.0)
    projections = [
        dyn.FullProjAlignPostMg(some, 0.1, comm, desc, dyn.COBA.desc(E=3.0), target),
        dyn.FullProjAlignPost(some, 0.1, comm, dyn.Expon(n, tau=5.0), dyn.CUBA(), target),
        dyn.FullProjAlignPreSDMg(some, desc, 0.1, comm, dyn.CUBA(), target),
        dyn.FullProjAlignPreDSMg(some, 0.1, desc, comm, dyn.CUBA(), target),
        dyn.FullProjDelta(some, 0.1, comm, post[np.array([3, 0])]),
    ]
    return cells.Steps(*projections, pre, post), post


def test_parts_of_groups_are_joined_and_the_bits_agree():
    found = []
    for jit in (True, False):
        model, post = parts_network()
        found.append(cells.run(model, lambda post=post: [post.current, post.jump], 7, jit))
    assert cells.same_bits(*found)
    current, jump = found[0]
    # The two chosen of the source fire in steps 2 and 3; jumps go to elements 3 and 0.
    expected = np.zeros((7, 4))
    expected[3, 3] = expected[4, 0] = 2.0
    assert np.array_equal(jump, expected)
    assert not current[:, 2:].any() and not current[:3].any()
    decay = np.exp(-0.1 / 5)
    assert current[3, 0] == pytest.approx(2 * 2 * decay + 2 + 2, rel=1e-14)
    assert current[4, 0] == pytest.approx(4 * decay**2 + 3 * 2 * decay + 2 - 2 * decay, rel=1e-14)
    assert current[4, 1] == current[3, 0]


def test_views_of_the_same_elements_share_and_others_do_not():
    pre, post = cells.Source(2), cells.Sink(4)
    first, second = post_mg(pre, post[:2]), post_mg(pre, post[0:2])
    assert first.syn is second.syn
    assert post_mg(pre, post[2:]).syn is not first.syn
    assert post_mg(pre, post[np.array([0, 3])]).syn is post_mg(pre, post[[0, 3]]).syn
    assert post_mg(pre, post[np.array([0, 3])]).syn is not post_mg(pre, post[[0, 2]]).syn


def test_a_part_of_a_part():
    post = cells.Sink(6)
    assert post[1:][2:].ids.tolist() == [3, 4, 5] and post[1:][2:].target is post


def test_variables_of_a_part_are_views():
    for jit in (True, False):
        post = cells.Sink(5)

        def step(k, part=post[[4, 1]], post=post):
            part.V += 1.0
            part.V[1] = part.V[0] * 10.0
            return bm.exp(part.V) * 2, part.V.sum(), post.V.value

        found = bm.for_loop(step, bm.arange(3), jit=jit)
        assert found[2].tolist() == [[0, 10, 0, 0, 1], [0, 20, 0, 0, 2], [0, 30, 0, 0, 3]]
        assert found[1].tolist() == [11, 22, 33]
        assert np.allclose(found[0][0], [2 * np.e, 2 * np.exp(10)], rtol=1e-15)
    assert post[:2].V.shape == (2,) and post[[4, 1]].V.numpy().tolist() == [3, 30]


def test_what_a_view_cannot_do():
    post = cells.Sink(5)
    with pytest.raises(ModelUseError, match="update the whole group"):
        post[:2]()
    with pytest.raises(ModelUseError, match=r'"index" must be an index .* but got 7'):
        post[7]
    with pytest.raises(ModelUseError, match="It chooses none"):
        post[5:]


def test_groups_that_keep_their_axes_are_joined_flat():
    class Sheet(cells.Sink):
        def __init__(self):
            dyn.NeuDyn.__init__(self, (2, 3), keep_size=True)
            self.V, self.current = bm.Variable(np.zeros((2, 3))), bm.Variable(np.zeros((2, 3)))

        def update(self):
            self.current.value = self.sum_current_inputs(self.V.value, init=0.0)

    pre, post = cells.Source(6, 0), Sheet()
    syn = dyn.Expon.desc((2, 3), keep_size=True, tau=5.0)
    model = cells.Steps(
        pre, dyn.FullProjAlignPostMg(pre, None, bp.dnn.OneToOne(6, 1.0), syn, dyn.CUBA.desc(), post), post
    )
    assert np.argwhere(cells.run(model, lambda: post.current, 1, False)[0]).tolist() == [[0, 0]]


# -- names and mistakes ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "old, new, order",
    [
        ("ProjAlignPostMg1", "HalfProjAlignPostMg", "comm syn out post"),
        ("ProjAlignPostMg2", "FullProjAlignPostMg", "pre delay comm syn out post"),
        ("ProjAlignPost1", "HalfProjAlignPost", "comm syn out post"),
        ("ProjAlignPost2", "FullProjAlignPost", "pre delay comm syn out post"),
        ("ProjAlignPreMg1", "FullProjAlignPreSDMg", "pre syn delay comm out post"),
        ("ProjAlignPreMg2", "FullProjAlignPreDSMg", "pre delay syn comm out post"),
        ("ProjAlignPre1", "FullProjAlignPreSD", "pre syn delay comm out post"),
        ("ProjAlignPre2", "FullProjAlignPreDS", "pre delay syn comm out post"),
    ],
)
def test_earlier_names_work_and_name_the_new_one(old, new, order):
    pre, post = cells.Source(2), cells.Sink(2)
    syn, out = dyn.Expon.desc(2, tau=5.0), dyn.CUBA.desc()
    if "Mg" not in new:
        syn = syn()
    if "PostMg" not in new:
        out = out()
    given = dict(pre=pre, delay=0.1, syn=syn, comm=bp.dnn.OneToOne(2, 1.0), out=out, post=post)
    with pytest.warns(DeprecationWarning, match=f"{old} is now called {new}"):
        made = getattr(dyn, old)(*(given[key] for key in order.split()))
    assert isinstance(made, getattr(dyn, new)) and made.post is post


def test_wrong_parts_are_named():
    pre, post, comm = cells.Source(2), cells.Sink(2), bp.dnn.OneToOne(2, 1.0)
    desc, out = dyn.Expon.desc(2), dyn.CUBA.desc()
    with pytest.raises(ModelValueError, match='"syn" must be a description, but got'):
        dyn.FullProjAlignPostMg(pre, None, comm, dyn.Expon(2), out, post)
    with pytest.raises(ModelValueError, match='"syn" of FullProjAlignPost must be a synapse, .* This is a description'):
        dyn.FullProjAlignPost(pre, None, comm, desc, dyn.CUBA(), post)
    with pytest.raises(ModelValueError, match='"out" of FullProjAlignPreSDMg must be an output'):
        dyn.FullProjAlignPreSDMg(pre, desc, None, comm, out, post)
    with pytest.raises(ModelValueError, match='"post" of FullProjDelta must be a group'):
        dyn.FullProjDelta(pre, None, comm, 3)
    with pytest.raises(ModelValueError, match='"pre" of FullProjDelta must be a group'):
        dyn.FullProjDelta("E", None, comm, post)
    with pytest.raises(ModelValueError, match='"comm" of FullProjDelta must be what carries values'):
        dyn.FullProjDelta(pre, None, 0.5, post)
    with pytest.raises(ModelValueError, match='"delay" must be a time in ms'):
        dyn.FullProjDelta(pre, -0.1, comm, post)
