"""More graphs that grow by preferential attachment."""

from __future__ import annotations

from .. import checks
from .draws import checked_seed
from .graphs import ScaleFree, preferred


class ScaleFreeBA(ScaleFree):
    __doc__ = ScaleFree.__doc__


class ScaleFreeBADual(ScaleFree):
    """A graph that grows: each new neuron links to `m1` or to `m2` others, preferring those with many links.

    It starts as a star of ``max(m1, m2) + 1`` neurons.

    Parameters
    ----------
    m1, m2 : int
        Links that a new neuron makes, at least 1.
    p : float
        Probability of `m1`; `m2` has the rest.
    directed : bool
        Whether a link leads only from the new neuron to the old one. Otherwise it is two edges, there and back.
    seed : int, optional
        Gives the same edges every time, on every machine; NumPy's global generator decides without it.

    References
    ----------
    Moshiri 2018, The dual-Barabasi-Albert model, arXiv:1810.10538.
    """

    def __init__(self, m1: int, m2: int, p: float, directed: bool = False, seed: int | None = None):
        self.m1, self.m2 = checks.count("m1", m1, "links"), checks.count("m2", m2, "links")
        self.p = checks.number("p", p, low=0, high=1)
        super().__init__(max(self.m1, self.m2), directed, seed)

    def _partners(self, draws, ends, neighbours):
        return preferred(draws, ends, self.m1 if draws.one() < self.p else self.m2)


class PowerLaw(ScaleFree):
    """A graph that grows like `ScaleFree` and closes triangles while it does (Holme-Kim).

    The first link of a new neuron prefers neurons with many links. Each further one goes, with probability `p`, to a
    neighbour of the neuron that was preferred last; otherwise, and where all these are linked already, it prefers
    neurons with many links again.

    Parameters
    ----------
    m : int
        Links that each new neuron makes, at least 1.
    p : float
        Probability that a link closes a triangle.
    directed : bool
        Whether a link leads only from the new neuron to the old one. Otherwise it is two edges, there and back.
    seed : int, optional
        Gives the same edges every time, on every machine; NumPy's global generator decides without it.

    References
    ----------
    Holme and Kim 2002, Growing scale-free networks with tunable clustering, Physical Review E 65, 026107.
    """

    def __init__(self, m: int, p: float, directed: bool = False, seed: int | None = None):
        self.m = checks.count("m", m, "links")
        self.p = checks.number("p", p, low=0, high=1)
        self.directed = checks.flag("directed", directed)
        self.seed = checked_seed(seed)

    def _partners(self, draws, ends, neighbours):
        (last,) = preferred(draws, ends, 1)
        chosen = {last: None}
        while len(chosen) < self.m:
            if draws.one() < self.p:
                near = [neuron for neuron in neighbours[last] if neuron not in chosen]
                if near:
                    chosen[near[draws.below(len(near))]] = None
                    continue
            while last in chosen:
                (last,) = preferred(draws, ends, 1)
            chosen[last] = None
        return list(chosen)
