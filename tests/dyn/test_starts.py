"""Numbers of models written as classes that only show in a closed form, to the last bit."""

import numpy as np
import pytest

import brainpy_lab as bp
import brainpy_lab.math as bm
from brainpy_lab.errors import ModelValueError
from brainpy_lab.frontends.objects_api import binomial
from brainpy_lab.frontends.objects_api.binomial import Binomial
from tests.dyn import cells

dyn = bp.dyn


def test_a_synapse_may_use_nothing_and_all_that_it_has_and_no_more():
    assert (dyn.STP(3, U=0.0).U, dyn.STP(3, U=1.0).U) == (0.0, 1.0)
    for beyond in (np.nextafter(0.0, -1.0), np.nextafter(1.0, 2.0)):
        with pytest.raises(ModelValueError, match="from 0 to 1"):
            dyn.STP(3, U=beyond)


@pytest.mark.parametrize("rise, decay", [(1.0, 10.0), (0.7, 9.1), (2.3, 3.1), (0.37, 41.0), (3.3, 77.0)])
def test_two_exponentials_are_scaled_to_a_peak_of_one(rise, decay):
    ratio = np.asarray(rise) / np.asarray(decay)
    height = ratio ** (ratio / (1.0 - ratio)) * (1.0 - ratio)
    synapse = dyn.DualExpon(2, tau_rise=rise, tau_decay=decay, normalize=True)
    assert synapse.a == (decay - rise) / (rise * decay) / height


def test_neurons_without_any_input_get_exactly_none():
    neurons = bp.CondNeuGroup(2, V_initializer=bp.init.Constant(-60.0), input_var=False)
    assert np.all(neurons.derivative(np.full(2, -60.0), 0.0) == 0.0)


def test_an_output_that_knows_no_conductance_puts_out_exactly_nothing():
    out = dyn.COBA(E=-70.0)
    assert out(np.array([-60.0])) == 0.0
    out.bind_cond(np.array([0.5]))
    assert out(np.array([-60.0])).tolist() == [-5.0]
    out.unbind_cond()
    assert out(np.array([-60.0])) == 0.0


def test_an_output_that_keeps_its_conductance_forgets_it_entirely():
    out = dyn.COBA(E=-70.0)
    out.keep_cond((1,))
    out.bind_cond(np.array([0.5]))
    out.unbind_cond()
    assert out.conductance.numpy().tolist() == [0.0]


def test_a_variable_of_input_is_cleared_to_exactly_nothing():
    inputs = dyn.InputVar(2)
    inputs.input.value = 3.0
    inputs.clear_input()
    assert inputs.input.numpy().tolist() == [0.0, 0.0]
    inputs.input.value = 3.0
    inputs.reset_state()
    assert inputs.input.numpy().tolist() == [0.0, 0.0]


def test_a_spike_to_a_target_that_waits_is_lost_entirely():
    pre, post = cells.Source(2), cells.Sink(3)
    post.refractory = bm.Variable(np.array([True, False, True]))
    delta = bp.synapses.Delta(pre, post, bp.connect.All2All(), bp.synouts.CUBA(), post_ref_key="refractory")
    assert np.asarray(delta(np.array([1.0, 0.0]))).tolist() == [0.0, 1.0, 0.0]


# -- binomial numbers --------------------------------------------------------------------------------------------------


def drawn(n, p, size=4000):
    bm.random.seed(3)
    return np.asarray(Binomial(n, p).draw((size,)))


@pytest.mark.parametrize("n, p", [(1, 0.5), (3, 0.2), (20, 0.05), (10_000, 0.05), (400, 0.5), (7, 0.0), (7, 1.0)])
def test_counts_are_whole_numbers_from_none_to_all(n, p):
    counts = drawn(n, p)
    assert np.array_equal(counts, np.floor(counts)) and counts.min() >= 0 and counts.max() <= n
    assert not np.signbit(counts).any()
    if p in (0.0, 1.0):
        assert (counts == n * p).all()


def test_the_distribution_is_written_out_up_to_its_number_of_steps(monkeypatch):
    written = {n: Binomial(n, 0.5).steps is not None for n in range(1, 200)}
    monkeypatch.setattr(binomial, "MOST_STEPS", 1000)
    counts = {n: len(Binomial(n, 0.5).steps) for n in written}
    assert {96, 97} <= set(counts.values())
    assert written == {n: count <= 96 for n, count in counts.items()}


@pytest.mark.parametrize("n, p", [(1, 0.5), (5, 0.3), (20, 0.05), (60, 0.5)])
def test_the_steps_are_the_cumulative_distribution(n, p):
    from fractions import Fraction
    from math import comb

    exact = [comb(n, k) * Fraction(p) ** k * (1 - Fraction(p)) ** (n - k) for k in range(n + 1)]
    found = Binomial(n, p)
    for place, step in enumerate(found.steps):
        below = sum(exact[: found.first + place + 1])
        # 1e-13: n products, each within some roundings, of weights of which the logarithm of n! is the largest term.
        assert abs(step - float(below)) < 1e-13, place
    assert found.steps == sorted(found.steps) and max(found.steps) <= 1.0
    assert sum(exact[: found.first]) < 1e-15 and 1 - float(sum(exact[: found.first + len(found.steps)])) < 1e-15
