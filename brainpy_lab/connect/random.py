"""Connectors that draw each pair, or a number of partners for each neuron."""

from __future__ import annotations

import numpy as np

from .. import checks
from ..errors import ModelUseError
from .base import Connector
from .draws import Draws, checked_seed, subsets, successes


class FixedProb(Connector):
    """Each pair is connected with the same probability, independently.

    Parameters
    ----------
    prob : float
        Probability, 0 to 1.
    include_self : bool
        Whether a neuron may connect to the one of its own index.
    seed : int, optional
        Gives the same edges every time, on every machine. Without it the draws come from NumPy's global generator, so
        that ``np.random.seed`` fixes them.

    Notes
    -----
    The edges are in row-major order. The cost is one number per edge, not one per pair.
    """

    def __init__(self, prob: float, include_self: bool = True, seed: int | None = None):
        self.prob = checks.number("prob", prob, low=0, high=1)
        self.include_self = checks.flag("include_self", include_self)
        self.seed = checked_seed(seed)

    def connect(self, pre, post):
        pairs = successes(pre.size * post.size, self.prob, Draws(self.seed))
        rows, columns = np.divmod(pairs, max(post.size, 1))
        pre_ids, post_ids = pre[rows], post[columns]
        if not self.include_self:
            keep = pre_ids != post_ids
            pre_ids, post_ids = pre_ids[keep], post_ids[keep]
        return pre_ids, post_ids


class FixedPreNum(Connector):
    """Each neuron after gets the same number of different neurons before it, drawn at random.

    Parameters
    ----------
    num : int or float
        How many, or which share (0 to 1) of the neurons before.
    include_self : bool
        Whether a neuron may connect to the one of its own index.
    seed : int, optional
        Gives the same edges every time, on every machine; NumPy's global generator decides without it.

    Notes
    -----
    The edges are sorted by the neuron before, then by the one after. A share is rounded down.
    """

    def __init__(self, num, include_self: bool = True, seed: int | None = None):
        self.num = _checked_number(num)
        self.include_self = checks.flag("include_self", include_self)
        self.seed = checked_seed(seed)

    def connect(self, pre, post):
        chosen = _partners(self, post, pre, "before")
        rows = np.repeat(np.arange(post.size), chosen.shape[1])
        order = np.argsort(chosen.reshape(-1), kind="stable")
        return pre[chosen.reshape(-1)[order]], post[rows[order]]


class FixedPostNum(Connector):
    """Each neuron before is connected to the same number of different neurons after it, drawn at random.

    Parameters
    ----------
    num : int or float
        How many, or which share (0 to 1) of the neurons after.
    include_self : bool
        Whether a neuron may connect to the one of its own index.
    seed : int, optional
        Gives the same edges every time, on every machine; NumPy's global generator decides without it.

    Notes
    -----
    The edges are sorted by the neuron before, then by the one after. A share is rounded down.
    """

    def __init__(self, num, include_self: bool = True, seed: int | None = None):
        self.num = _checked_number(num)
        self.include_self = checks.flag("include_self", include_self)
        self.seed = checked_seed(seed)

    def connect(self, pre, post):
        chosen = _partners(self, pre, post, "after")
        return np.repeat(pre, chosen.shape[1]), post[chosen.reshape(-1)]


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
