"""Connectors of graph theory, within one group."""

from __future__ import annotations

import numpy as np

from .. import checks
from ..errors import ModelUseError
from .base import Connector
from .draws import Draws, checked_seed, is_seed


class _Graph(Connector):
    """Links among the neurons of one group, an undirected one as two edges; sorted by source, then target."""

    directed: bool

    def connect(self, pre, post):
        if pre.size != post.size:
            raise ModelUseError(
                f"{type(self).__name__} connects the neurons of one group, so both groups need the same size, but got "
                f"{pre.size} != {post.size} as pre_indices and post_indices. Give one group."
            )
        source, target = self._links(pre.size)
        if not self.directed:
            source, target = np.concatenate([source, target]), np.concatenate([target, source])
        order = np.lexsort((target, source))
        return pre[source[order]], post[target[order]]

    def _links(self, n: int) -> tuple[np.ndarray, np.ndarray]:
        """Positions of the two ends of every link among `n` neurons."""
        raise NotImplementedError


class SmallWorld(_Graph):
    """A ring of neighbours of which some links lead to a neuron somewhere else (Watts-Strogatz).

    Each neuron is linked to its `num_neighbor` nearest on a ring. Then each link keeps its first end and, with
    probability `prob`, gets another second end, drawn from the neurons to which it is not linked yet.

    Parameters
    ----------
    num_neighbor : int
        Neighbours of a neuron in the ring, half of them on each side: an even number.
    prob : float
        Probability that a link is rewired, 0 (a ring) to 1.
    directed : bool
        Whether links have a direction: each neuron then keeps `num_neighbor` outgoing edges. Otherwise a link is two
        edges, there and back.
    include_self : bool
        False: no neuron is linked to itself. An int in this place is the seed: the order of older programs.
    seed : int, optional
        Gives the same edges every time, on every machine; NumPy's global generator decides without it.

    References
    ----------
    Watts and Strogatz 1998, Collective dynamics of 'small-world' networks, Nature 393.
    """

    def __init__(
        self,
        num_neighbor: int = 4,
        prob: float = 0.1,
        directed: bool = False,
        include_self: bool = False,
        seed: int | None = None,
    ):
        if is_seed(include_self):  # its place in 0.3
            include_self, seed = False, include_self
        if checks.flag("include_self", include_self):
            raise ModelUseError(
                '"include_self" is True, but a graph of Watts and Strogatz links no neuron to itself. Leave it '
                "out, and add One2One() where neurons should."
            )
        self.num_neighbor = checks.count("num_neighbor", num_neighbor, "neighbours", low=2)
        if self.num_neighbor % 2:
            raise checks.wrong("num_neighbor", num_neighbor, "even", "Give an even number, half of it on each side.")
        self.prob = checks.number("prob", prob, low=0, high=1)
        self.directed = checks.flag("directed", directed)
        self.seed = checked_seed(seed)

    def _links(self, n):
        if n <= self.num_neighbor:
            raise ModelUseError(
                f'SmallWorld with "num_neighbor" = {self.num_neighbor} needs more than that many neurons, but got {n}. '
                "Give more neurons, or a smaller number."
            )
        half = self.num_neighbor // 2
        # All nearest neighbours first, then the next ones: the order in which the paper rewires.
        steps = [step * side for step in range(1, half + 1) for side in ((1, -1) if self.directed else (1,))]
        source = np.tile(np.arange(n), len(steps))
        target = (source + np.repeat(steps, n)) % n
        draws = Draws(self.seed)
        rewired = np.flatnonzero(draws.uniform(source.size) < self.prob)
        linked = set((source * n + target).tolist())
        if not self.directed:
            linked |= set((target * n + source).tolist())
        degree = np.bincount(source, minlength=n) + (0 if self.directed else np.bincount(target, minlength=n))
        for k in rewired.tolist():
            i, old = int(source[k]), int(target[k])
            if degree[i] == n - 1:
                continue  # linked to everyone: there is nobody else
            new = draws.below(n)
            while new == i or i * n + new in linked:
                new = draws.below(n)
            linked.discard(i * n + old)
            linked.add(i * n + new)
            if not self.directed:
                linked.discard(old * n + i)
                linked.add(new * n + i)
                degree[old] -= 1
                degree[new] += 1
            target[k] = new
        return source, target


class ScaleFree(_Graph):
    """A graph that grows: each new neuron links to `m` others, preferring those with many links (Barabasi-Albert).

    It starts as a star of ``m + 1`` neurons; the probability of a new link is proportional to the number of links.

    Parameters
    ----------
    m : int
        Links that each new neuron makes, at least 1.
    directed : bool
        Whether a link leads only from the new neuron to the old one. Otherwise it is two edges, there and back.
    seed : int, optional
        Gives the same edges every time, on every machine; NumPy's global generator decides without it.

    References
    ----------
    Barabasi and Albert 1999, Emergence of scaling in random networks, Science 286.
    """

    def __init__(self, m: int = 2, directed: bool = False, seed: int | None = None):
        self.m = checks.count("m", m, "links")
        self.directed = checks.flag("directed", directed)
        self.seed = checked_seed(seed)

    def _links(self, n):
        m = self.m
        if n <= m:
            raise ModelUseError(
                f'{type(self).__name__} with "m" = {m} needs more than that many neurons, but got {n}. Give more '
                "neurons, or a smaller m."
            )
        draws = Draws(self.seed)
        # Every neuron stands here once for each of its links, so an even draw from it prefers those with many.
        ends = [m] * m + list(range(m))
        source, target = [m] * m, list(range(m))
        neighbours = [[m] for _ in range(m)] + [list(range(m))]
        for new in range(m + 1, n):
            chosen = self._partners(draws, ends, neighbours)
            source += [new] * len(chosen)
            target += chosen
            ends += [new] * len(chosen)
            ends += chosen
            neighbours.append(chosen)
            for old in chosen:
                neighbours[old].append(new)
        return np.array(source, dtype=np.int64), np.array(target, dtype=np.int64)

    def _partners(self, draws: Draws, ends: list[int], neighbours: list[list[int]]) -> list[int]:
        """The neurons to which a new one links, from the ends of all links and the neighbours of each neuron."""
        return preferred(draws, ends, self.m)


def preferred(draws: Draws, ends: list[int], m: int) -> list[int]:
    """`m` different neurons, those with many links more likely."""
    chosen: dict[int, None] = {}
    while len(chosen) < m:
        chosen[ends[draws.below(len(ends))]] = None
    return list(chosen)
