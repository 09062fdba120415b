"""Initial values that a model states: expressions over parameters, or draws."""

from __future__ import annotations

import numpy as np

from ... import profile

# Streams of a program are small ordinals; initial values count from here, so that they never meet.
INITIAL_STREAMS = 2**31


def apply_initial(group) -> None:
    """Write the initial values of the group's model into its states.

    Draws come from the seed of the profile and a stream that counts the groups since the seed was set; without a
    seed, one is taken from NumPy's global generator.
    """
    initial = group.model.ir.initial
    if not initial:
        return
    from ...runtime import evaluate

    draws = any(item.kind != "value" for item in initial)
    seed, stream = profile.get_seed(), 0
    if draws and seed is None:
        seed = fresh_seed()
    elif draws:
        stream = profile.next_initial_stream()
    params = group.pars.bound()
    for site, item in enumerate(initial):
        args = [evaluate.value(arg, params=params) for arg in item.args]
        group.ST[item.state] = (
            args[0] if item.kind == "value" else _drawn(item.kind, args, group.num, seed, stream, site)
        )


def fresh_seed() -> int:
    """A seed from NumPy's global generator, so that ``np.random.seed`` fixes what follows."""
    return int(np.random.randint(0, 2**31 - 1))


def _drawn(kind: str, args, num: int, seed: int, stream: int, site: int) -> np.ndarray:
    """One number per element: uniform between two bounds, or normal with a mean and a standard deviation."""
    from ...kernels.reference import random

    first, second = args
    where = (seed, INITIAL_STREAMS + stream, np.arange(num), site, 0)
    if kind == "uniform":
        return first + (second - first) * random.uniform_f64(*where)
    return first + second * random.normal_f64(*where)
