"""The three roads on which steps run; all have the same bits."""

import numpy as np

import brainpy_lab as bp
import brainpy_lab.math as bm


def recorded(function, n_steps):
    """Record a step and run it on the reference back end, which needs no compiler."""
    before = bp.profile._jit
    bp.profile.set(jit=False)
    try:
        return bm.for_loop(function, bm.arange(n_steps), jit=True)
    finally:
        bp.profile._jit = before


def compiled(function, n_steps):
    """Record a step and compile it."""
    return bm.for_loop(function, bm.arange(n_steps), jit=True)


def alone(function, n_steps):
    """Compute every step by itself."""
    return bm.for_loop(function, bm.arange(n_steps), jit=False)


def same_bits(a, b):
    """Whether two results, which may be dicts, have the same bits."""
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(same_bits(a[key], b[key]) for key in a)
    return np.asarray(a).tobytes() == np.asarray(b).tobytes()
