"""The two models of a decision against the figures of Wang 2002 and of Wong and Wang 2006."""

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab import models
from brainpy_lab.errors import ModelDefError

LEVELS = [0.0, 3.2, 6.4, 12.8, 25.6, 51.2]  # % coherence


def psychometric(coherence, alpha, beta):
    """The Weibull function that both papers fit to the share of correct choices."""
    return 1.0 - 0.5 * np.exp(-((coherence / alpha) ** beta))


# ---- two equations


def test_two_equations_decide_more_surely_and_sooner_with_more_coherence():
    bp.profile.set(jit=True, dt=0.5, seed=1)
    trials = 400
    coherence = np.repeat(LEVELS, trials)
    group = bp.NeuGroup(models.get_WongWang(), coherence.size, pars_update={"coherence": coherence})
    group.run(100.0)
    times = reached(0.4, group, 2000.0)
    share = (times[:, 0] < times[:, 1]).mean(axis=1)
    assert np.isfinite(times.min(axis=1)).all()
    assert abs(share[0] - 0.5) < 3 * 0.5 / np.sqrt(trials)
    # Wong and Wang 2006, fig. 3: the curve through 82 % lies between 6 and 8 % coherence, with a slope near 1.5.
    error = np.sqrt(share * (1.0 - share) / trials)
    low, high = psychometric(np.array(LEVELS), 8.5, 1.3), psychometric(np.array(LEVELS), 5.5, 1.5)
    assert (share > low - 3 * error - 0.005).all() and (share < high + 3 * error + 0.005).all()
    mean = times.min(axis=1).mean(axis=1)
    assert (np.diff(mean[1:]) < 0).all() and mean[0] > 1.5 * mean[-1]


def reached(bound, group, duration):
    """When S_1 and S_2 of each trial reach `bound`; shape (n_levels, 2, n_trials), ms."""
    net = bp.Network(group)
    times = np.full((2, group.num), np.inf)
    for k in range(int(duration / 10.0)):
        net.run((100.0 + 10.0 * k, 110.0 + 10.0 * k), inputs=(group, "ST.input", 30.0))
        for row, field in zip(times, ("S_1", "S_2")):
            row[(group.ST[field] >= bound) & np.isinf(row)] = 10.0 * (k + 1)
    return times.reshape(2, len(LEVELS), -1).swapaxes(0, 1)


def fixed_points(stimulus, coherence=0.0):
    model = models.get_WongWang(coherence=coherence)
    box = {"S_1": [0.0, 1.0], "S_2": [0.0, 1.0]}
    analyzer = bp.PhasePortraitAnalyzer(model, box, fixed_vars={"eta_1": 0.0, "eta_2": 0.0, "I": stimulus})
    return np.array(analyzer.plot_fixed_point()).T


def test_the_phase_plane_has_the_states_of_the_paper(capsys):
    # Wong and Wang 2006, figs. 4 and 5: without a stimulus a symmetric rest and two memories, two saddles between them;
    # with one a saddle on the diagonal and two decisions, whose basins coherence makes unequal.
    rest = fixed_points(0.0)
    kinds = [line.rsplit(" ", 1)[1] for line in capsys.readouterr().out.splitlines()]
    assert kinds == ["stable-node.", "saddle-node.", "stable-node.", "saddle-node.", "stable-node."]
    np.testing.assert_allclose(rest, rest[::-1, ::-1], atol=1e-9)
    shown = fixed_points(30.0)
    kinds = [line.rsplit(" ", 1)[1] for line in capsys.readouterr().out.splitlines()]
    assert kinds == ["stable-node.", "saddle-node.", "stable-node."]
    assert shown[1, 0] == pytest.approx(shown[1, 1], abs=1e-9)
    coherent = fixed_points(30.0, 51.2)
    # The saddle moves towards the decision for the weaker alternative: more starts end at the other.
    assert len(coherent) == 3 and coherent[1, 0] < coherent[1, 1] - 0.1


def test_the_rate_is_its_function_of_the_current_and_has_no_gap_where_that_is_zero_by_zero():
    bp.profile.set(jit=False, dt=0.1)
    # a x = b where x = J_same S_1 - J_other S_2 + I_0 + J_ext I: choose I for it, and once elsewhere.
    at = (108.0 / 270.0 - (0.2609 - 0.0497) * 0.1 - 0.3255) / 0.00052
    group = bp.NeuGroup(models.get_WongWang(sigma=0.0), 2)
    group.run(0.1, inputs=("ST.input", np.array([at, 2 * at])))
    y = 270.0 * 0.00052 * at
    np.testing.assert_allclose(group.ST["r_1"], [1.0 / 0.154, y / (1.0 - np.exp(-0.154 * y))], rtol=1e-9)


# ---- spiking neurons


def trial(coherence, seed, duration=1700.0, start=500.0, stop=1500.0, **pars):
    """Rates of A, B, the rest and the interneurons in Hz; shape (duration/100, 4)."""
    bp.profile.set(jit=True, dt=0.1, seed=seed)
    net = models.decision_network(seed=seed, **pars)
    rates = models.decision_stimulus(coherence, duration, start, stop, seed=seed)
    net.run(duration, inputs=(net.stimulus, "ST.input", rates))
    times, ids = net.neurons.spikes()
    edges = np.arange(0.0, duration + 1.0, 100.0)
    found = []
    for part in (net.neurons.A, net.neurons.B, net.neurons.rest, net.neurons.inhibitory):
        own = (ids >= part.start) & (ids < part.stop)
        found.append(np.histogram(times[own], edges)[0] / (part.stop - part.start) / 0.1)
    return np.array(found).T


def test_one_group_wins_the_other_is_silenced_and_the_choice_is_remembered():
    # Wang 2002, figs. 2 and 3: rest at about 3 and 9 Hz; with the stimulus one group ramps up to some tens of Hz; the
    # winner stays on for a while when the stimulus has gone. A program for Brian2 2.9.0 with the same equations
    # (dt = 0.1 ms, Euler, three seeds) gives, for A and the interneurons: before 1.9 +- 0.1 and 7.0 +- 0.1, in the last
    # 200 ms of the stimulus 35.2 +- 0.9 and 13.8 +- 0.1, 0.5 s to 1 s after it 16.3 +- 2.8 and 11.5 +- 0.4.
    rates = trial(51.2, seed=1, duration=2500.0)
    before, during, after = rates[3:5].mean(axis=0), rates[13:15].mean(axis=0), rates[20:25].mean(axis=0)
    assert (before[:3] > 1.0).all() and (before[:3] < 5.0).all() and 6.0 < before[3] < 9.0
    assert 28.0 < during[0] < 42.0 and during[1] < 4.0 and during[2] < 8.0 and 12.5 < during[3] < 15.5
    assert 7.0 < after[0] < 28.0 and after[1] < 4.0 and 9.5 < after[3] < 13.5


def test_the_sign_of_the_evidence_decides_which_group_wins():
    rates = trial(-51.2, seed=1)
    assert rates[12:15, 1].mean() > 20.0 and rates[12:15, 0].mean() < 5.0


def test_without_evidence_a_group_wins_too_and_without_strong_connections_none_does():
    even = trial(0.0, seed=2, duration=2100.0, stop=2100.0)[-3:, :2].mean(axis=0)
    assert even.max() > 3.0 * even.min() and even.max() > 15.0
    flat = trial(51.2, seed=1, w_plus=1.0)
    # Then A is driven only by its 60 Hz in 2,400 Hz more than it was, B by 20 Hz.
    assert flat[12:15, 0].mean() < 12.0 and flat[15:17, :2].mean() < 5.0


@pytest.mark.soak
def test_many_trials_make_a_psychometric_curve():
    # Wang 2002, fig. 4: 82 % correct at 9.2 % coherence, slope 1.5; 30 trials know a share to 0.09.
    for coherence in (3.2, 12.8, 25.6, 51.2):
        late = np.array([trial(coherence, seed)[13:15, :2].mean(axis=0) for seed in range(30)])
        share = (late[:, 0] > late[:, 1]).mean()
        assert abs(share - psychometric(coherence, 9.2, 1.5)) < 0.2, (coherence, share)


def test_a_stimulus_has_its_means_its_intervals_and_its_times():
    bp.profile.set(dt=0.5)
    rates = models.decision_stimulus(50.0, 4000.0, 100.0, 3900.0, mu_0=40.0, sigma=2.0, interval=20.0, seed=1)
    assert rates.shape == (8000, 2)
    assert not rates[:200].any() and not rates[7800:].any()
    blocks = rates[200:7800].reshape(190, 40, 2)
    assert (blocks == blocks[:, :1]).all()
    # 190 numbers with a deviation of 2: the mean is known to 0.15, the deviation to 0.1.
    assert np.abs(blocks[:, 0].mean(axis=0) - [60.0, 20.0]).max() < 0.6
    assert np.abs(blocks[:, 0].std(axis=0) - 2.0).max() < 0.4
    np.testing.assert_array_equal(rates, models.decision_stimulus(50.0, 4000.0, 100.0, 3900.0, 40.0, 2.0, 20.0, seed=1))


@pytest.mark.parametrize("n, share", [(4, 0.15), (2000, 0.5), (2000, 0.0)])
def test_groups_without_neurons_are_refused(n, share):
    with pytest.raises(ModelDefError, match=f'"n" = {n} neurons with a "share" of {share}'):
        models.decision_network(n=n, share=share)
