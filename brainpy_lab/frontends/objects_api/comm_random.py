"""Random connections of fixed probability that are never stored: made anew from a seed whenever they carry something.

Whatever the sizes, they need no memory; a source costs as much as it has targets, and only where it is active.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ... import checks
from ...errors import ModelValueError
from ...math import random
from ...math.propagate import propagate_random
from ...runtime.bindings import RandomEdges
from .comm import Comm, counted


class _FixedProb(Comm):
    """Each pair is connected with probability `prob`, and the seed says which are."""

    event = False
    numbers = ""
    """The distribution of a number that each edge has for its weight."""

    def __init__(
        self, num_in: int, num_out: int, prob: float, seed: int | None, mode: Any, name: str | None, transpose: bool
    ):
        super().__init__(name=name, mode=mode)
        self.num_in, self.num_out = counted("num_in", num_in), counted("num_out", num_out)
        prob = checks.number("prob", prob, low=0, high=1)
        if transpose is not False:
            cure = "Leave it out, and exchange num_in and num_out for the other direction."
            raise checks.wrong("transpose", transpose, "False", cure, of=type(self).__name__)
        if seed is None:
            seed = int(random.randint(2**31))
        self.rule = RandomEdges(self.num_in, self.num_out, prob, checks.seed("seed", seed))

    @property
    def prob(self) -> float:
        return self.rule.prob

    @property
    def seed(self) -> int:
        return self.rule.seed

    def update(self, x: Any) -> Any:
        """The sums at the targets."""
        return propagate_random(self.sized(x), self.rule, *self.law(), self.numbers, self.event)

    def law(self) -> tuple[Any, Any]:
        """The weight of an edge is the first plus the second times its number."""
        raise NotImplementedError


def _number(name: str, value: Any) -> float:
    array = np.asarray(getattr(value, "_array", value))
    if array.size != 1 or array.dtype.kind not in "iuf" or not np.isfinite(array).all():
        raise checks.wrong(name, value, "one finite number, for every edge", "Give a number.")
    return float(array.reshape(-1)[0])


class JitFPHomoLinear(_FixedProb):
    """Random edges of one weight: each adds ``x[pre]*weight`` to its target.

    Parameters
    ----------
    num_in, num_out : int
    prob : float
        That a pair is connected.
    weight : float
    seed : int, optional
        Which pairs are connected follows from it, on every back end alike; drawn by `bm.random` when left out.
    sharding, mode, name, transpose, atomic : optional
        Without effect, but for `name`.

    References
    ----------
    Salmon, Moraes, Dror and Shaw 2011 (Philox); Devroye 1986, chapter X.2 (geometric skips).
    """

    def __init__(
        self,
        num_in: int,
        num_out: int,
        prob: float,
        weight: float,
        seed: int | None = None,
        sharding: Any = None,
        mode: Any = None,
        name: str | None = None,
        transpose: bool = False,
        atomic: bool = True,
    ):
        super().__init__(num_in, num_out, prob, seed, mode, name, transpose)
        self.weight = _number("weight", weight)

    def law(self) -> tuple[Any, Any]:
        return self.weight, None


class JitFPNormalLinear(_FixedProb):
    """As `JitFPHomoLinear`, with normal weights.

    Parameters
    ----------
    num_in, num_out, prob, seed
        As there.
    w_mu, w_sigma : float
        Mean and standard deviation of the weights, which follow from the seed too.
    """

    numbers = "normal"

    def __init__(
        self,
        num_in: int,
        num_out: int,
        prob: float,
        w_mu: float,
        w_sigma: float,
        seed: int | None = None,
        sharding: Any = None,
        mode: Any = None,
        name: str | None = None,
        transpose: bool = False,
        atomic: bool = True,
    ):
        super().__init__(num_in, num_out, prob, seed, mode, name, transpose)
        self.w_mu, self.w_sigma = _number("w_mu", w_mu), _number("w_sigma", w_sigma)
        checks.number("w_sigma", self.w_sigma, low=0)

    def law(self) -> tuple[Any, Any]:
        return self.w_mu, self.w_sigma


class JitFPUniformLinear(_FixedProb):
    """As `JitFPHomoLinear`, with weights that are uniform between two bounds.

    Parameters
    ----------
    num_in, num_out, prob, seed
        As there.
    w_low, w_high : float
    """

    numbers = "uniform"

    def __init__(
        self,
        num_in: int,
        num_out: int,
        prob: float,
        w_low: float,
        w_high: float,
        seed: int | None = None,
        sharding: Any = None,
        mode: Any = None,
        name: str | None = None,
        transpose: bool = False,
        atomic: bool = True,
    ):
        super().__init__(num_in, num_out, prob, seed, mode, name, transpose)
        self.w_low, self.w_high = _number("w_low", w_low), _number("w_high", w_high)
        if self.w_low > self.w_high:
            raise ModelValueError(
                f'"w_low" must not be above "w_high", but got {w_low!r} and {w_high!r}. Give another.'
            )

    def law(self) -> tuple[Any, Any]:
        return self.w_low, self.w_high - self.w_low


class EventJitFPHomoLinear(JitFPHomoLinear):
    """As `JitFPHomoLinear`, delivered by events: where `x` is true (or above 0) its edges add their weight."""

    event = True


class EventJitFPNormalLinear(JitFPNormalLinear):
    """As `JitFPNormalLinear`, delivered by events: where `x` is true (or above 0) its edges add their weight."""

    event = True


class EventJitFPUniformLinear(JitFPUniformLinear):
    """As `JitFPUniformLinear`, delivered by events: where `x` is true (or above 0) its edges add their weight."""

    event = True
