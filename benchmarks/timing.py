"""Times of several pieces of work that take turns.

A machine drifts by a fifth within minutes: two things are compared only when each round runs both, and a ratio is the
median of the ratios of the rounds.
"""
from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from functools import partial


def take_turns(work: dict[str, Callable[[], object]], rounds: int) -> dict[str, list]:
    """What each piece returns, in `rounds` rounds of all pieces after one that is not counted.

    Parameters
    ----------
    work : dict of str to callable
    rounds : int

    Returns
    -------
    dict of str to list
    """
    names = list(work)
    found: dict[str, list] = {name: [] for name in names}
    for number in range(rounds + 1):
        # Every other round runs backwards: nobody always follows the same neighbour.
        for name in names if number % 2 else reversed(names):
            result = work[name]()
            if number:
                found[name].append(result)
    return found


def interleave(work: dict[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    """Seconds that each piece takes, in `rounds` rounds of all pieces after one that is not counted.

    Parameters
    ----------
    work : dict of str to callable
    rounds : int

    Returns
    -------
    dict of str to list of float, s
    """

    def seconds(piece: Callable[[], object]) -> float:
        began = time.perf_counter()
        piece()
        return time.perf_counter() - began

    return take_turns({name: partial(seconds, piece) for name, piece in work.items()}, rounds)


def median(seconds: list[float]) -> float:
    """The median."""
    return statistics.median(seconds)


def ratio(above: list[float], below: list[float]) -> float:
    """The median over the rounds of above/below."""
    return statistics.median(a / b for a, b in zip(above, below, strict=True))


def spread(seconds: list[float], unit: float = 1.0) -> str:
    """Lowest and highest as text."""
    return f"{min(seconds) * unit:.4g} to {max(seconds) * unit:.4g}"
