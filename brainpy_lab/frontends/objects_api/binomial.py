"""Binomial numbers in a step, made of one uniform or normal number each."""

from __future__ import annotations

import math
from typing import Any

from ...math import functions as bm
from ...math import random

MOST_STEPS = 96
"""Up to so many numbers of any weight, the inverse of the distribution is written out."""


class Binomial:
    """Number of successes in `n` trials of probability `p`.

    Parameters
    ----------
    n : int
    p : float

    Notes
    -----
    Where at most `MOST_STEPS` numbers have together all but 1e-15 of the probability (a standard deviation below about
    5.5), the distribution is exact: its inverse is taken at a uniform number. Beyond, it is a normal number of the same
    mean and variance, rounded and kept in 0 .. n; what is neglected then is the skewness
    ``(1 - 2*p)/sqrt(n*p*(1 - p))``, below 0.2.
    """

    def __init__(self, n: int, p: float):
        self.n, self.p = n, p
        self.first, self.steps = _steps(n, p)

    def draw(self, shape: tuple[int, ...]) -> Any:
        """One number for each element of a shape, as floats."""
        if self.steps is None:
            mean, deviation = self.n * self.p, math.sqrt(self.n * self.p * (1.0 - self.p))
            return bm.clip(bm.floor(random.normal(mean, deviation, shape) + 0.5), 0.0, float(self.n))
        u = random.random(shape)
        count = bm.where(u >= 0.0, float(self.first), 0.0)
        for step in self.steps:
            count = count + bm.where(u >= step, 1.0, 0.0)
        return count


def _steps(n: int, p: float) -> tuple[int, list[float] | None]:
    """The lowest number of any weight, and the values of the cumulative distribution from it on; None if too many."""
    if p <= 0.0 or p >= 1.0:
        return (0 if p <= 0.0 else n), []
    reach = 8.5 * math.sqrt(n * p * (1.0 - p)) + 36.0  # generous: beyond it there is less than 1e-15
    low, high = max(0, int(n * p - reach)), min(n, int(n * p + reach) + 1)
    log_p, log_q, whole = math.log(p), math.log1p(-p), math.lgamma(n + 1)
    weights = [
        math.exp(whole - math.lgamma(k + 1) - math.lgamma(n - k + 1) + k * log_p + (n - k) * log_q)
        for k in range(low, high + 1)
    ]
    total = math.fsum(weights)  # the logarithms of factorials are good to about 1e-10
    weights = [weight / total for weight in weights]
    first, steps, below = low, [], 0.0
    for k, weight in enumerate(weights, low):
        below += weight
        if below < 1e-16:
            first += 1
        elif k < n * p or weight > 1e-16:
            steps.append(min(below, 1.0))
        else:
            break
    return first, (steps if len(steps) <= MOST_STEPS else None)
