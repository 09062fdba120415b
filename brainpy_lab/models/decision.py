"""Two populations of spiking neurons that compete: a decision between two alternatives."""

from __future__ import annotations

import numpy as np

from .. import checks, profile
from ..connect.random import generator
from ..errors import ModelDefError
from ..frontends.types_api import Network, NeuGroup, SynConn
from .cortex import cells_in_noise, exc_inh, pooled
from .pools import get_NMDA_gate
from .rates import get_linear_rate, get_rate_coupling
from .synapses import get_exponential


def decision_network(n=2000, w_plus=1.7, seed=None, rate=2400.0, share=0.15, method="euler") -> Network:
    """Wang's cortical circuit of a decision: two groups of neurons compete by way of shared inhibition.

    Four fifths of the neurons are excitatory. Of these a share is selective for alternative A, as many are for B, and
    the rest for neither. All neurons are connected, by NMDA, AMPA and GABA receptors; within a selective group
    excitation is stronger by `w_plus`, and what comes to it from other excitatory neurons is weaker, so that the sum
    stays. Every neuron hears 2,400 spikes a second from the rest of the brain; a stimulus adds to those of A and B.

    Run it with ``net.run(duration, inputs=(net.stimulus, 'ST.input', rates))``, where `decision_stimulus` makes the
    rates, and a step of 0.1 ms.

    Parameters
    ----------
    n : int
        Number of neurons, at least 40. Recurrent conductances are those of the paper times 2000/n, so that the mean
        currents stay; fewer neurons are noisier.
    w_plus : float
        Strength of the connections within a selective group. With 1 there are no groups, and no decision.
    seed : int, optional
        Of the initial potentials. NumPy's global generator decides when left out.
    rate : float, Hz
        Spikes from outside.
    share : float
        Part of the excitatory neurons that is selective for A, and for B.
    method : str
        Integration method. Euler's decay in steps adds up to just the time constant for each spike; the exact one adds
        half a step to it, which at 0.1 ms makes the fastest currents 2.5 % too strong.

    Returns
    -------
    Network
        With the group ``neurons`` (``spike`` is recorded): A, B, other excitatory ones, and inhibitory ones. Their
        places are the slices ``neurons.A``, ``neurons.B``, ``neurons.rest`` and ``neurons.inhibitory``. The group
        ``stimulus`` has two units, for A and B, with the input in Hz.

    Raises
    ------
    ModelDefError
        When a group has no neuron.

    References
    ----------
    Wang 2002, Neuron 36, experimental procedures.
    """
    n = checks.count("n", n, "neurons", error=ModelDefError)
    if seed is not None:
        checks.seed("seed", seed)
    for name, value in {"w_plus": w_plus, "rate": rate}.items():
        checks.number(name, value, low=0, error=ModelDefError)
    checks.number("share", share, low=0, high=1, error=ModelDefError)
    n_exc = round(0.8 * n)
    n_sel = round(share * n_exc)
    n_inh = n - n_exc
    if min(n_sel, n_inh, n_exc - 2 * n_sel) < 1:
        raise ModelDefError(
            f'"n" = {n} neurons with a "share" of {share!r} make groups of {n_sel}, {n_sel}, {n_exc - 2 * n_sel} and '
            f"{n_inh} neurons, but each needs one. Take more neurons, or a share between 0 and 0.5."
        )
    groups = [slice(0, n_sel), slice(n_sel, 2 * n_sel), slice(2 * n_sel, n_exc), slice(n_exc, n)]
    member = np.repeat([0, 1, 2, 3], [part.stop - part.start for part in groups])
    ids = np.arange(n)
    places = dict(zip(["A", "B", "rest", "inhibitory"], groups))
    cells = cells_in_noise(n_exc, n_inh, -55.0, rate, 0.0021, 0.00162, seed, method, **places)
    neurons, background = cells["neurons"], cells["background"]
    stimulus = NeuGroup(get_linear_rate(tau=0.0), 2)
    seen = SynConn(get_rate_coupling(), stimulus, background, conn={"i": member[: 2 * n_sel], "j": ids[: 2 * n_sel]})

    # What the neurons of each group (columns) receive from those of each excitatory group (rows).
    w_minus = 1.0 - share * (w_plus - 1.0) / (1.0 - share)
    weights = np.array([[w_plus, w_minus, 1, 1], [w_minus, w_plus, 1, 1], [w_minus, w_minus, 1, 1]])
    from_exc = {"sources": ids[:n_exc], "strength": weights[member[:n_exc]], "listens": member, "E": 0.0}
    from_inh = {"sources": ids[n_exc:], "strength": np.ones((n_inh, 1)), "listens": 0 * member, "E": -70.0}
    NMDA = get_NMDA_gate(method=method)
    AMPA, GABA = (get_exponential(1.0, tau=tau, method=method) for tau in (2.0, 5.0))

    def each(exc, inh):
        return 2000.0 / n * exc_inh(n_exc, n_inh, exc, inh)

    return Network(
        stimulus=stimulus,
        seen=seen,
        **cells,
        **pooled("NMDA", neurons, NMDA, g_max=each(0.000165, 0.00013), Mg=1.0, **from_exc),
        **pooled("AMPA", neurons, AMPA, g_max=each(0.00005, 0.00004), **from_exc),
        **pooled("GABA", neurons, GABA, g_max=each(0.0013, 0.001), **from_inh),
    )


def decision_stimulus(
    coherence, duration=2000.0, start=500.0, stop=1500.0, mu_0=40.0, sigma=10.0, interval=50.0, seed=None
) -> np.ndarray:
    r"""The rates of a random-dot stimulus for `decision_network`.

    Between `start` and `stop` the rates are normal numbers, new ones in every interval, with the means
    :math:`\mu_0 (1 + c/100)` for A and :math:`\mu_0 (1 - c/100)` for B.

    Parameters
    ----------
    coherence : float, %
        How many dots move one way, -100 to 100; above 0 it is evidence for A.
    duration, start, stop, interval : float, ms
    mu_0, sigma : float, Hz
        Mean without coherence, and standard deviation.
    seed : int, optional
        NumPy's global generator decides when left out.

    Returns
    -------
    ndarray, shape (n_steps, 2), Hz
        For the profile's dt.

    References
    ----------
    Wang 2002, Neuron 36, experimental procedures.
    """
    checks.number("coherence", coherence, unit="%", low=-100, high=100)
    for name, value in {"duration": duration, "start": start, "stop": stop}.items():
        checks.number(name, value, unit="ms", low=0)
    checks.number("interval", interval, unit="ms", above=0)
    for name, value in {"mu_0": mu_0, "sigma": sigma}.items():
        checks.number(name, value, unit="Hz", low=0)
    if seed is not None:
        checks.seed("seed", seed)
    dt = profile.get_dt()
    t = np.arange(int(np.ceil(duration / dt - 1e-9))) * dt
    n_intervals = max(1, int(np.ceil((stop - start) / interval)))
    means = mu_0 * np.array([1.0 + coherence / 100.0, 1.0 - coherence / 100.0])
    rates = np.maximum(means + sigma * generator(seed).normal(size=(n_intervals, 2)), 0.0)
    shown = (t >= start - 1e-9 * dt) & (t < stop - 1e-9 * dt)
    which = np.clip(((t - start) / interval + 1e-9).astype(int), 0, n_intervals - 1)
    return np.where(shown[:, None], rates[which], 0.0)
