"""Connectors that draw each pair, or a number of partners for each neuron."""

from __future__ import annotations

import numpy as np

from .. import checks
from ..errors import ModelUseError
from .base import Connector
from .draws import Draws, checked_seed, is_seed, subsets, successes


class FixedProb(Connector):
    """Each pair is connected with the same probability, independently.

    Parameters
    ----------
    prob : float
        Probability, 0 to 1.
    pre_ratio : float
        Share of the neurons before that make connections at all, drawn at random; rounded down. A bool in this place
        is `include_self`, with the seed after it: the order of older programs.
    include_self : bool
        Whether a neuron may connect to the one of its own index.
    allow_multi_conn : bool
        Whether a pair may have several synapses: each neuron makes as many as otherwise, but to neurons drawn with
        repetition.
    seed : int, optional
        Gives the same edges every time, on every machine. Without it the draws come from NumPy's global generator, so
        that ``np.random.seed`` fixes them.

    Notes
    -----
    The edges are in row-major order. The cost is one number per edge, not one per pair.
    """

    def __init__(
        self,
        prob: float,
        pre_ratio: float = 1.0,
        include_self: bool = True,
        allow_multi_conn: bool = False,
        seed: int | None = None,
    ):
        if isinstance(pre_ratio, (bool, np.bool_)):
            pre_ratio, include_self, seed = 1.0, pre_ratio, seed if include_self is True else include_self
        self.pre_ratio = checks.number("pre_ratio", pre_ratio, low=0, high=1)
        self.allow_multi_conn = checks.flag("allow_multi_conn", allow_multi_conn)
        self.prob = checks.number("prob", prob, low=0, high=1)
        self.include_self = checks.flag("include_self", include_self)
        self.seed = checked_seed(seed)

    def connect(self, pre, post):
        draws = Draws(self.seed)
        if self.pre_ratio < 1.0:
            # 1e-9 forgives the rounding of a product such as 0.29 * 100.
            n_pre = int(self.pre_ratio * pre.size + 1e-9)
            pre = pre[subsets(np.array([pre.size]), n_pre, draws)[0]]
        pairs = successes(pre.size * post.size, self.prob, draws)
        rows, columns = np.divmod(pairs, max(post.size, 1))
        if self.allow_multi_conn:
            columns = draws.integers(np.full(columns.size, post.size))
            columns = columns[np.lexsort((columns, rows))]
        pre_ids, post_ids = pre[rows], post[columns]
        if not self.include_self:
            keep = pre_ids != post_ids
            pre_ids, post_ids = pre_ids[keep], post_ids[keep]
        return pre_ids, post_ids


class _FixedNum(Connector):
    """What both connectors with a fixed number of partners are given."""

    def __init__(self, num, include_self: bool = True, allow_multi_conn: bool = False, seed: int | None = None):
        if is_seed(allow_multi_conn):  # its place in 0.3
            allow_multi_conn, seed = False, allow_multi_conn
        self.allow_multi_conn = checks.flag("allow_multi_conn", allow_multi_conn)
        self.num = _checked_number(num)
        self.include_self = checks.flag("include_self", include_self)
        self.seed = checked_seed(seed)


class FixedPreNum(_FixedNum):
    """Each neuron after gets the same number of different neurons before it, drawn at random.

    Parameters
    ----------
    num : int or float
        How many, or which share (0 to 1) of the neurons before.
    include_self : bool
        Whether a neuron may connect to the one of its own index.
    allow_multi_conn : bool
        Whether a partner may be drawn several times. An int in this place is the seed: the order of older programs.
    seed : int, optional
        Gives the same edges every time, on every machine; NumPy's global generator decides without it.

    Notes
    -----
    The edges are sorted by the neuron before, then by the one after. A share is rounded down.
    """

    def connect(self, pre, post):
        chosen = _partners(self, post, pre, "before")
        rows = np.repeat(np.arange(post.size), chosen.shape[1])
        order = np.argsort(chosen.reshape(-1), kind="stable")
        return pre[chosen.reshape(-1)[order]], post[rows[order]]


class FixedPostNum(_FixedNum):
    """Each neuron before is connected to the same number of different neurons after it, drawn at random.

    Parameters
    ----------
    num : int or float
        How many, or which share (0 to 1) of the neurons after.
    include_self : bool
        Whether a neuron may connect to the one of its own index.
    allow_multi_conn : bool
        Whether a partner may be drawn several times. An int in this place is the seed: the order of older programs.
    seed : int, optional
        Gives the same edges every time, on every machine; NumPy's global generator decides without it.

    Notes
    -----
    The edges are sorted by the neuron before, then by the one after. A share is rounded down.
    """

    def connect(self, pre, post):
        chosen = _partners(self, pre, post, "after")
        return np.repeat(pre, chosen.shape[1]), post[chosen.reshape(-1)]


class FixedTotalNum(Connector):
    """A given number of synapses between pairs drawn at random.

    Parameters
    ----------
    num : int or float
        How many synapses, or which share (0 to 1) of all pairs.
    allow_multi_conn : bool
        Whether a pair may have several synapses.
    include_self : bool
        Whether a neuron may connect to the one of its own index.
    seed : int, optional
        Gives the same edges every time, on every machine; NumPy's global generator decides without it.

    Notes
    -----
    The edges are in row-major order. A share is rounded down.
    """

    def __init__(self, num, allow_multi_conn: bool = False, include_self: bool = True, seed: int | None = None):
        self.num = _checked_number(num)
        self.allow_multi_conn = checks.flag("allow_multi_conn", allow_multi_conn)
        self.include_self = checks.flag("include_self", include_self)
        self.seed = checked_seed(seed)

    def connect(self, pre, post):
        own = np.empty(0, np.int64)  # pairs that are left out, as positions in row-major order
        if not self.include_self:
            own = np.flatnonzero((pre[:, None] == post).reshape(-1))
        limit = pre.size * post.size - own.size
        num = self.num if isinstance(self.num, int) else int(self.num * limit + 1e-9)
        if num > limit and (limit == 0 or not self.allow_multi_conn):
            raise ModelUseError(
                f'FixedTotalNum cannot make "num" = {num} synapses: there are {limit} pairs. Choose a smaller number'
                + ("." if limit == 0 else ", or allow_multi_conn=True.")
            )
        draws = Draws(self.seed)
        if self.allow_multi_conn:
            chosen = np.sort(draws.integers(np.full(num, limit)))
        elif 2 * num > limit:  # to draw the ones that are left out is cheaper
            chosen = np.delete(np.arange(limit), subsets(np.array([limit]), limit - num, draws)[0])
        else:
            chosen = subsets(np.array([limit]), num, draws)[0]
        # The k-th pair that is not left out: step over those before it.
        chosen = chosen + np.searchsorted(own - np.arange(own.size), chosen, side="right")
        rows, columns = np.divmod(chosen, max(post.size, 1))
        return pre[rows], post[columns]


def _checked_number(num) -> int | float:
    if not isinstance(num, bool) and isinstance(num, (int, np.integer)) and num >= 0:
        return int(num)
    if isinstance(num, (float, np.floating)) and 0.0 <= num <= 1.0:
        return float(num)
    raise checks.wrong(
        "num", num, "a number of neurons (an int) or a share of them (a float in 0..1)", "Give one of them."
    )


def _partners(conn, one: np.ndarray, many: np.ndarray, where: str) -> np.ndarray:
    """For each neuron of `one`, ascending positions in `many` of its partners, shape (one.size, num)."""
    # 1e-9 forgives the rounding of a product such as 0.29 * 100.
    num = conn.num if isinstance(conn.num, int) else int(conn.num * many.size + 1e-9)
    own = np.full(one.size, many.size)  # position in `many` of a neuron's own index; past the end when it has none
    if not conn.include_self and many.size:
        order = np.argsort(many, kind="stable")
        place = np.minimum(np.searchsorted(many[order], one), many.size - 1)
        own = np.where(many[order][place] == one, order[place], many.size)
    limits = np.where(own < many.size, many.size - 1, many.size)
    if conn.allow_multi_conn and one.size and (num == 0 or limits.min() > 0):
        draws = Draws(conn.seed)
        chosen = np.sort(draws.integers(np.broadcast_to(limits[:, None], (one.size, num))), axis=1)
        return chosen + (chosen >= own[:, None])
    if one.size and num > limits.min():
        raise ModelUseError(
            f'{type(conn).__name__} cannot give each neuron "num" = {num} different neurons {where} it: there are '
            f"{limits.min()} to choose from. Choose a smaller number."
        )
    chosen = subsets(limits, num, Draws(conn.seed))
    return chosen + (chosen >= own[:, None])  # step over the neuron's own position


def generator(seed: int | None) -> np.random.Generator:
    """A generator of its own for a seed, or one that NumPy's global generator decides."""
    if seed is None:
        seed = int(np.random.randint(0, 2**31 - 1))
    return np.random.default_rng(seed)
