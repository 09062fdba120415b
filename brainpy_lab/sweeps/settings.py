"""The settings under which every point is computed, whatever process or thread does it."""

from __future__ import annotations

from contextlib import contextmanager

import numpy as np

from .. import profile

PLAIN = (bool, int, float, str, dict, type(None))


def of_profile(dt: float | None) -> dict:
    """The present profile as plain values, with another step where one is given."""
    found = {
        name: value
        for name, value in vars(profile).items()
        if name.startswith("_") and not name.startswith("__") and isinstance(value, PLAIN)
    }
    if dt is not None:
        found["_dt"] = dt
    return found


@contextmanager
def applied(settings: dict, seed: int | None = None):
    """The settings, and every source of random numbers begun from `seed`; afterwards all is as it was."""
    from ..math.draws import clock
    from ..math.random import DEFAULT

    kept = {name: getattr(profile, name) for name in settings}
    numpy_state = np.random.get_state()
    others = [(thing, dict(vars(thing))) for thing in (DEFAULT, clock)]
    vars(profile).update(settings)
    try:
        if seed is not None:
            profile.set_seed(seed)
            DEFAULT.seed(seed)
            clock.restart(seed)
            np.random.seed(seed % 2**32)
        yield
    finally:
        vars(profile).update(kept)
        np.random.set_state(numpy_state)
        for thing, values in others:
            vars(thing).clear()
            vars(thing).update(values)
