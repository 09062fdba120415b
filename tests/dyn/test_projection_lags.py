"""When a spike arrives: every projection, every delay, every order, step by step."""

import numpy as np
import pytest

import brainpy_lab as bp
from tests.dyn import cells

TAU, DT, FIRST = 5.0, 0.1, 3
DECAY = np.exp(-DT / TAU)
DELAYS = {None: 0, 0.0: 0, 0.1: 1, 0.5: 5}


def projections(pre, delay):
    """One projection of each kind from `pre`, each to a sink of its own."""
    dyn, n = bp.dyn, pre.num

    def one(make):
        sink = cells.Sink(n)
        return make(bp.dnn.OneToOne(n, 2.0), sink), sink

    def syn():
        return dyn.Expon(n, tau=TAU)

    syn_desc, out_desc = dyn.Expon.desc(n, tau=TAU), dyn.CUBA.desc()
    made = {
        "PostMg": one(lambda comm, post: dyn.FullProjAlignPostMg(pre, delay, comm, syn_desc, out_desc, post)),
        "Post": one(lambda comm, post: dyn.FullProjAlignPost(pre, delay, comm, syn(), dyn.CUBA(), post)),
        "PreSDMg": one(lambda comm, post: dyn.FullProjAlignPreSDMg(pre, syn_desc, delay, comm, dyn.CUBA(), post)),
        "PreDSMg": one(lambda comm, post: dyn.FullProjAlignPreDSMg(pre, delay, syn_desc, comm, dyn.CUBA(), post)),
        "PreSD": one(lambda comm, post: dyn.FullProjAlignPreSD(pre, syn(), delay, comm, dyn.CUBA(), post)),
        "PreDS": one(lambda comm, post: dyn.FullProjAlignPreDS(pre, delay, syn(), comm, dyn.CUBA(), post)),
        "Delta": one(lambda comm, post: dyn.FullProjDelta(pre, delay, comm, post)),
    }
    return {key: pair[0] for key, pair in made.items()}, {key: pair[1] for key, pair in made.items()}


def arrived(delay, order, jit, n_steps=14):
    """Per kind, what flows into the sinks: shape (n_steps, n)."""
    pre = cells.Source(2, FIRST)
    projs, sinks = projections(pre, delay)
    parts = {"pre": [pre], "projections": list(projs.values()), "post": list(sinks.values())}
    model = cells.Steps(*(part for key in order for part in parts[key]))
    found = cells.run(
        model,
        lambda: [(sink.jump if key == "Delta" else sink.current).value for key, sink in sinks.items()],
        n_steps,
        jit,
    )
    return dict(zip(sinks, found))


def expected_lag(kind, steps, order):
    if order == ("pre", "projections", "post"):
        return steps
    lag = max(1, steps) + (kind == "PreDSMg" and steps > 0)
    return lag + (order == ("post", "projections", "pre"))


@pytest.mark.parametrize(
    "order", [("projections", "pre", "post"), ("pre", "projections", "post"), ("post", "projections", "pre")]
)
@pytest.mark.parametrize("delay", DELAYS)
def test_a_spike_arrives_when_the_rules_say(delay, order):
    found = arrived(delay, order, jit=False)
    for kind, values in found.items():
        for element in range(2):
            lag = expected_lag(kind, DELAYS[delay], order)
            here = values[:, element]
            start = FIRST + element + lag
            expected = np.zeros(len(here))
            if kind == "Delta":
                expected[start : start + 1] = 2.0
            else:
                # Merged projections decay once before use.
                first = 2.0 * DECAY if kind == "PostMg" else 2.0
                expected[start:] = first * DECAY ** np.arange(max(0, len(here) - start))
            assert np.allclose(here, expected, rtol=1e-13, atol=0), (kind, lag)  # 14 steps of rounding


def test_compiled_projections_have_the_same_bits():
    for order in (("projections", "pre", "post"), ("post", "projections", "pre")):
        compiled, alone = (arrived(0.2, order, jit) for jit in (True, False))
        assert cells.same_bits(compiled.values(), alone.values())
        assert all(values.any() for values in compiled.values())


def test_halves_take_what_arrives_as_an_argument():
    n, dyn = 2, bp.dyn
    pre, sinks = cells.Source(n, 1), [cells.Sink(n) for _ in range(4)]
    comm = bp.dnn.OneToOne(n, 2.0)
    halves = [
        dyn.HalfProjAlignPostMg(comm, dyn.Expon.desc(n, tau=TAU), dyn.CUBA.desc(), sinks[0]),
        dyn.HalfProjAlignPost(comm, dyn.Expon(n, tau=TAU), dyn.CUBA(), sinks[1]),
        dyn.VanillaProj(comm, dyn.COBA(3.0), sinks[2]),
        dyn.HalfProjDelta(comm, sinks[3]),
    ]

    class Model(bp.DynamicalSystem):
        def __init__(self):
            super().__init__()
            self.parts = [pre, *halves, *sinks]

        def update(self):
            spikes = pre()
            for half in halves:
                half(spikes)
            for sink in sinks:
                sink()

    found = cells.run(Model(), lambda: [sinks[0].current, sinks[1].current, sinks[2].current, sinks[3].jump], 4, False)
    assert np.allclose(found[0][:, 0], [0, 2 * DECAY, 2 * DECAY**2, 2 * DECAY**3], rtol=1e-14)
    assert np.allclose(found[1][:, 0], [0, 2, 2 * DECAY, 2 * DECAY**2], rtol=1e-14)
    assert found[2].tolist() == [[0, 0], [6, 0], [0, 6], [0, 0]]
    assert found[3].tolist() == [[0, 0], [2, 0], [0, 2], [0, 0]]
