"""What every initializer is."""

from __future__ import annotations

import inspect

import numpy as np

from .. import checks, profile
from ..errors import ModelValueError
from ..math.random import RandomState, default_rng


class Initializer:
    """Makes an array of a given shape.

    A rule of your own is a subclass with a method ``make(shape)``, or with a ``__call__`` of its own.

    Examples
    --------
    >>> import brainpy_lab as bp
    >>> start = bp.init.Uniform(-70, -60., seed=1)
    >>> start
    Uniform(min_val=-70, max_val=-60.0)
    >>> start(3).shape, start((2, 3)).shape, start(2, 3).shape
    ((3,), (2, 3), (2, 3))
    """

    def __call__(self, *shape):
        """The array.

        Parameters
        ----------
        *shape : int, or one tuple of int
            ``init(10)``, ``init((10, 20))`` and ``init(10, 20)`` all work.

        Returns
        -------
        ndarray of the profile's float type

        Raises
        ------
        ModelValueError
            When it is no shape, or this initializer cannot fill it.
        """
        return np.asarray(self.make(as_shape(shape)), profile.get_float_type())

    def make(self, shape: tuple[int, ...]) -> np.ndarray:
        """The array for a shape that has been checked."""
        raise NotImplementedError(f"{type(self).__name__} has no method make(shape): write it.")

    def __repr__(self) -> str:
        names = [name for name in inspect.signature(type(self)).parameters if name != "seed" and hasattr(self, name)]
        return f"{type(self).__name__}({', '.join(f'{name}={getattr(self, name)!r}' for name in names)})"


class RandomInitializer(Initializer):
    """An initializer that draws: from a generator of its own with a seed, else from the default one.

    A generator of its own goes on from call to call, so only the first array is that of the seed.
    """

    def __init__(self, seed: int | None = None):
        self.rng: RandomState = default_rng(seed)


def as_shape(shape) -> tuple[int, ...]:
    """A shape, from ``10``, ``(10, 20)``, ``((10, 20),)``."""
    entries = shape if isinstance(shape, (tuple, list)) else (shape,)
    if len(entries) == 1 and isinstance(entries[0], (tuple, list)):
        entries = entries[0]
    if not all(isinstance(n, (int, np.integer)) and not isinstance(n, bool) and n >= 0 for n in entries):
        what = "a whole number or a tuple of those"
        raise checks.wrong("shape", shape, what, "Write 10 or (10, 20), say.", ModelValueError)
    return tuple(int(n) for n in entries)


def checked_number(name: str, value, *, low: float | None = None, strict: bool = False):
    """`value` as it came when it is a finite number, at least (with `strict`: above) `low`."""
    if strict:
        checks.number(name, value, above=low)
    else:
        checks.number(name, value, low=low)
    return value
