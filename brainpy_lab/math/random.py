"""Random numbers like NumPy's, from one default generator that ``bm.random.seed(n)`` fixes.

While nobody called `seed`, the first number asks NumPy's global generator for a seed, so that ``np.random.seed(1)`` at
the start of a program fixes what follows too. Floats have the type of the profile, float64 unless told otherwise;
float32 numbers are those of float64, rounded (those of `random` are cut, so that they stay below 1).

Examples
--------
>>> import brainpy_lab.math as bm
>>> bm.random.seed(1)
>>> first = bm.random.normal(0., 1., size=3)
>>> bm.random.seed(1)
>>> bool((bm.random.normal(0., 1., size=3) == first).all())
True
"""

from __future__ import annotations

import functools
import math
from statistics import NormalDist

import numpy as np

from .. import checks, profile
from ..errors import ModelValueError
from .draws import clock, is_in_step

__all__ = [
    "DEFAULT",
    "Generator",
    "RandomState",
    "bernoulli",
    "beta",
    "binomial",
    "choice",
    "default_rng",
    "exponential",
    "gamma",
    "integers",
    "lognormal",
    "normal",
    "permutation",
    "poisson",
    "rand",
    "randint",
    "randn",
    "random",
    "random_sample",
    "seed",
    "shuffle",
    "standard_normal",
    "truncated_normal",
    "uniform",
]


class RandomState:
    """A source of random numbers of its own.

    Parameters
    ----------
    seed : int, optional
        0 or more. Without it NumPy's global generator gives one when the first number is drawn.

    Notes
    -----
    In all methods `size` is an int, a tuple, or None. None gives one number, or as many as the parameters have when
    these are arrays. Parameters are numbers or arrays that can be broadcast to `size`; a wrong one is a
    ModelValueError that names it.
    """

    def __init__(self, seed: int | None = None):
        self.seed(seed)

    def seed(self, seed: int | None = None) -> None:
        """Start again from `seed`; None takes a new one from NumPy's global generator at the next number."""
        self._seed = None if seed is None else checks.seed("seed", seed, 2**128 - 1)
        self._generator: np.random.Generator | None = None

    def __repr__(self) -> str:
        return f"{type(self).__name__}(seed={self._seed})"

    @property
    def _rng(self) -> np.random.Generator:
        if self._generator is None:
            seed = np.random.randint(0, 2**31 - 1) if self._seed is None else self._seed
            self._generator = np.random.Generator(np.random.PCG64(int(seed)))
        return self._generator

    # -- even numbers --------------------------------------------------------------------------------------------------

    def random(self, size=None):
        """Floats in [0, 1), all equally likely."""
        u = self._rng.random(_size(size))
        if profile.get_float_type() == "float32":
            u = np.floor(u * 2.0**24) * 2.0**-24
        return _floats(u)

    def random_sample(self, size=None):
        """The same as `random`."""
        return self.random(size)

    def rand(self, *shape):
        """Floats in [0, 1) in an array of this shape, ``rand(2, 3)``."""
        return self.random(_shape(shape))

    def uniform(self, low=0.0, high=1.0, size=None):
        """Floats from `low` to `high`, all equally likely."""
        low, high = _checked("low", low), _checked("high", high)
        if np.any(np.asarray(low) > np.asarray(high)):
            raise ModelValueError(f'"low" must not be above "high", but got low={low!r}, high={high!r}.')
        return _floats(self._rng.uniform(low, high, _size(size)))

    def randint(self, low, high=None, size=None, dtype=None):
        """Whole numbers of ``low .. high - 1``, or of ``0 .. low - 1`` without `high`.

        They have the int type of the profile unless `dtype` names another.
        """
        low, high = (0, low) if high is None else (low, high)
        low, high = _checked("low", low, whole=True), _checked("high", high, whole=True)
        if np.any(np.asarray(low) >= np.asarray(high)):
            raise ModelValueError(f"There is no whole number from {low!r} to one below {high!r}: give a higher limit.")
        found = self._rng.integers(low, high, _size(size))
        return _ints(found) if dtype is None else np.asarray(found, dtype)[()]

    def integers(self, low, high=None, size=None, dtype=None):
        """The same as `randint`, under the name of NumPy's generators."""
        return self.randint(low, high, size, dtype)

    def bernoulli(self, p=0.5, size=None):
        """True with the probability `p`, as an array of bool."""
        p = np.asarray(_checked("p", p, low=0.0, high=1.0))
        return self._rng.random(p.shape if size is None else _size(size)) < p

    # -- distributions -------------------------------------------------------------------------------------------------

    def standard_normal(self, size=None):
        """Normal floats of mean 0 and standard deviation 1."""
        return _floats(self._rng.standard_normal(_size(size)))

    def randn(self, *shape):
        """Normal floats of mean 0 and standard deviation 1 in an array of this shape, ``randn(2, 3)``."""
        return self.standard_normal(_shape(shape))

    def normal(self, loc=0.0, scale=1.0, size=None):
        """Normal floats of mean `loc` and standard deviation `scale`."""
        return _floats(self._rng.normal(_checked("loc", loc), _checked("scale", scale, low=0.0), _size(size)))

    def truncated_normal(self, lower, upper, size=None, loc=0.0, scale=1.0):
        """Normal floats of `loc` and `scale` given that they lie between `lower` and `upper`, which may be infinite.

        Notes
        -----
        One even number goes through the inverse of the cumulative distribution between the two limits. Where both lie
        above `loc`, the mirrored limits are used, so that far tails are exact too.
        """
        loc, scale = _checked("loc", loc), _checked("scale", scale, low=0.0, strict=True)
        a = (np.asarray(_checked("lower", lower, infinite=True)) - loc) / scale
        b = (np.asarray(_checked("upper", upper, infinite=True)) - loc) / scale
        if np.any(a >= b):
            raise ModelValueError(f'"lower" must be below "upper", but got lower={lower!r}, upper={upper!r}.')
        mirrored = a > 0.0
        low, high = _phi(np.where(mirrored, -b, a)), _phi(np.where(mirrored, -a, b))
        if np.any(high <= low):
            raise ModelValueError(
                f'Between "lower" = {lower!r} and "upper" = {upper!r} there is next to nothing of a normal '
                f"distribution of loc={loc!r}, scale={scale!r}: choose limits nearer to loc."
            )
        u = self._rng.random(np.broadcast_shapes(low.shape, high.shape) if size is None else _size(size))
        # The limits keep the quantile finite where rounding reaches 0 or 1.
        z = _quantile(np.clip(low + u * (high - low), np.nextafter(0.0, 1.0), 1.0 - 2.0**-53))
        x = np.clip(loc + scale * np.where(mirrored, -z, z), lower, upper)
        return _floats(x)

    def lognormal(self, mean=0.0, sigma=1.0, size=None):
        """Floats whose logarithm is normal with `mean` and `sigma`."""
        return _floats(self._rng.lognormal(_checked("mean", mean), _checked("sigma", sigma, low=0.0), _size(size)))

    def exponential(self, scale=1.0, size=None):
        """Floats of the density ``exp(-x / scale) / scale``; the mean is `scale`."""
        return _floats(self._rng.exponential(_checked("scale", scale, low=0.0), _size(size)))

    def gamma(self, shape, scale=1.0, size=None):
        """Gamma-distributed floats: mean ``shape * scale``, variance ``shape * scale**2``."""
        shape, scale = _checked("shape", shape, low=0.0), _checked("scale", scale, low=0.0)
        return _floats(self._rng.gamma(shape, scale, _size(size)))

    def beta(self, a, b, size=None):
        """Beta-distributed floats in 0..1: mean ``a / (a + b)``."""
        a, b = _checked("a", a, low=0.0, strict=True), _checked("b", b, low=0.0, strict=True)
        return _floats(self._rng.beta(a, b, _size(size)))

    def poisson(self, lam=1.0, size=None):
        """Counts of the mean `lam`."""
        return _ints(self._rng.poisson(_checked("lam", lam, low=0.0), _size(size)))

    def binomial(self, n, p, size=None):
        """Successes in `n` trials of the probability `p`."""
        n = _checked("n", n, low=0, whole=True)
        return _ints(self._rng.binomial(n, _checked("p", p, low=0.0, high=1.0), _size(size)))

    # -- choosing and ordering -----------------------------------------------------------------------------------------

    def choice(self, a, size=None, replace=True, p=None):
        """Entries of `a` (of ``0 .. a - 1`` when it is an int), again and again, or each at most once.

        Parameters
        ----------
        a : int or array, shape (n, ...)
        size : int or tuple, optional
        replace : bool
            Whether an entry may come more than once.
        p : array of float, shape (n,), optional
            Probability of each entry; all the same when left out.
        """
        try:
            return self._rng.choice(a, _size(size), replace, p)
        except ValueError as error:
            raise ModelValueError(f'Cannot choose {size!r} of "a" with replace={replace!r}: {error}.') from None

    def permutation(self, x, axis=0):
        """The entries of `x` along `axis` (or ``0 .. x - 1`` when it is an int) in another order, as a new array."""
        return self._rng.permutation(x, axis)

    def shuffle(self, x, axis=0) -> None:
        """Put the entries of an array, or of a list, into another order, in place."""
        self._rng.shuffle(x, axis)


def _size(size):
    """A checked size: None, an int, or a tuple of ints."""
    if size is None:
        return None
    entries = size if isinstance(size, (tuple, list)) else (size,)
    if not all(isinstance(n, (int, np.integer)) and not isinstance(n, bool) and n >= 0 for n in entries):
        raise ModelValueError(f'"size" must be an int of 0 or more, a tuple of those, or None, but got {size!r}.')
    return tuple(entries)


def _shape(shape: tuple):
    """The size that ``rand(2, 3)``, ``rand((2, 3))`` and ``rand()`` ask for."""
    if not shape:
        return None
    return shape[0] if len(shape) == 1 and isinstance(shape[0], (tuple, list)) else shape


def _checked(name: str, value, low=None, high=None, strict=False, infinite=False, whole=False):
    """A parameter of a distribution, as it came, when all its numbers are allowed."""
    array = np.asarray(value)
    if array.dtype.kind not in ("iu" if whole else "iuf"):
        kind = "a whole number" if whole else "a number"
        raise ModelValueError(f'"{name}" must be {kind}, or an array of those, but got {value!r}.')
    if np.isnan(array).any() or not infinite and not np.isfinite(array).all():
        raise ModelValueError(f'"{name}" must be {"no NaN" if infinite else "finite"}, but got {value!r}.')
    if low is not None and (np.any(array < low) or strict and np.any(array == low)):
        raise ModelValueError(f'"{name}" must be {"above" if strict else "at least"} {low:g}, but got {value!r}.')
    if high is not None and np.any(array > high):
        raise ModelValueError(f'"{name}" must be at most {high:g}, but got {value!r}.')
    return value


def _floats(values):
    return np.asarray(values, profile.get_float_type())[()]  # a scalar, where there is no size


def _ints(values):
    return np.asarray(values, profile.get_int_type())[()]


def _phi(x: np.ndarray) -> np.ndarray:
    """Cumulative standard normal distribution, with a small relative error also far below 0."""
    return 0.5 * np.vectorize(math.erfc, otypes=[float])(-x / math.sqrt(2.0))


_quantile = np.vectorize(NormalDist().inv_cdf, otypes=[float])

Generator = RandomState


def default_rng(seed: int | None = None) -> RandomState:
    """A source of random numbers of its own; the default one without `seed`."""
    return DEFAULT if seed is None else RandomState(seed)


class _Default(RandomState):
    """The default generator. While a step is recorded or computed its numbers are those of the step (`draws`)."""

    def seed(self, seed: int | None = None) -> None:
        """Start again from `seed`, here and in the noise of steps."""
        super().seed(seed)
        clock.restart(None if seed is None else int(seed))


def _in_steps(name: str):
    usual = getattr(RandomState, name)

    @functools.wraps(usual)
    def draw(self, *args, **keywords):
        if not is_in_step():
            return usual(self, *args, **keywords)
        from . import step_draws

        return getattr(step_draws, name, step_draws.cannot(name))(*args, **keywords)

    return draw


for _name in __all__:
    if _name in vars(RandomState) and _name != "seed":
        setattr(_Default, _name, _in_steps(_name))

DEFAULT = _Default()

seed = DEFAULT.seed
random = DEFAULT.random
random_sample = DEFAULT.random_sample
rand = DEFAULT.rand
randn = DEFAULT.randn
uniform = DEFAULT.uniform
randint = DEFAULT.randint
integers = DEFAULT.integers
bernoulli = DEFAULT.bernoulli
standard_normal = DEFAULT.standard_normal
normal = DEFAULT.normal
truncated_normal = DEFAULT.truncated_normal
lognormal = DEFAULT.lognormal
exponential = DEFAULT.exponential
gamma = DEFAULT.gamma
beta = DEFAULT.beta
poisson = DEFAULT.poisson
binomial = DEFAULT.binomial
choice = DEFAULT.choice
permutation = DEFAULT.permutation
shuffle = DEFAULT.shuffle
