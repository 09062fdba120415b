"""Expressions over arrays and numbers that together call every function a step in Python may call.

They read: ``x`` (NaN, infinities, zeros of both signs, ties), ``y`` (finite numbers), ``k`` (whole numbers), ``m``
(truths), ``A`` (a matrix), and ``_i``, which is 0.
"""

from __future__ import annotations

import numpy as np

X = np.array([0.5, -1.5, np.nan, np.inf, -np.inf, -0.0, 0.0, 0.5, -1.5, 2.7])
Y = np.array([0.3, -1.0, 2.0, 2.0, 0.0, -0.0, -1.0, 7.25, 0.1, 0.30000000000000004])
K = np.array([3, -7, 0, 2, 1, -1, 3, 0, 9, 2])
M = np.array([True, False, True, True, False, False, True, False, True, True])
A = np.cos(np.arange(12.0)).reshape(3, 4) * np.pi
GIVEN = {"x": X, "y": Y, "k": K, "m": M, "A": A}

EXPRESSIONS = """
# functions of one number, on arrays, on whole numbers and on single numbers
np.exp(x); np.exp(k); np.exp(y[0]); math.exp(y[1])
np.expm1(y); math.expm1(y[1]); bp.exprel(y); bp.exprel(y[0])
np.log(x); math.log(y[2]); np.log10(y); math.log10(y[2]); np.log1p(y); math.log1p(y[0])
np.sin(x); math.sin(y[3]); np.cos(k); math.cos(y[3]); np.tan(y); math.tan(y[0])
np.sinh(y); math.sinh(y[0]); np.cosh(y); math.cosh(y[0]); np.tanh(x); math.tanh(y[0])
np.sqrt(x); np.sqrt(k); math.sqrt(y[0])
np.abs(x); np.abs(k); np.fabs(y); abs(y[1]); abs(-3); math.fabs(y[1]); np.abs(m)
np.sign(x); np.sign(k); np.sign(m); np.sign(-2)
np.floor(x); np.ceil(x); np.trunc(x); np.rint(y * 1.25); np.floor(-0.5); math.floor(y[1]); math.ceil(y[1])
math.trunc(y[7]); np.negative(x); np.negative(k); np.square(x); np.square(k); np.reciprocal(y)
# functions of two
np.minimum(x, y); np.minimum(k, 2); np.minimum(m, m[::-1]); min(y[0], y[1], 0.2); min(k[1], 2); np.fmin(x, y)
np.maximum(x, y); np.maximum(k, 2); np.maximum(m, m[::-1]); max(y[0], y[1], 0.2); max(k[1], 2); np.fmax(x, y)
np.clip(x, -1.0, 1.5); np.clip(k, -2, 3); np.clip(y, None, 0.2); y.clip(0.0, 1.0); np.clip(y[0], 0.35, 1.0)
np.heaviside(x, 0.5); np.power(y, 2.5); np.float_power(y, 3.0); math.pow(y[2], 0.5); pow(y[2], 1.5); 2 ** k[0]
y ** 0.5; y ** -1; k ** 2; k ** 3; x ** 0; 2.0 ** k; m ** 2; y[0] ** 7; np.power(k, 2)
np.floor_divide(x, y); np.floor_divide(k, 2); x // 0.3; k // -2; k // k; 7 // 2; -7 // 2; y[1] // 0.3
np.mod(x, y); np.remainder(y, 0.7); k % 3; k % -2; k % k; -7 % 3; 7.5 % -2; y[1] % 0.3
np.add(x, y); np.subtract(k, y); np.multiply(m, y); np.divide(k, 2); np.true_divide(y, k)
1 / _i; -1 / _i; _i / _i; 5 // _i; 5 % _i; 7.0 / _i; len(y[:0]) / len(y[:0]); 1 / (len(y) - 10); _i * 0.1 - _i ** 3
# truths
(x > 0) + (y > 0); (x > 0) * (y > 0); (y[0] > 0) + (y[2] > 0); (y[0] > 0) * (y[2] > 0) + (y[3] > 0); True + True
(y[0] > 0) - (y[1] > 0); (y[0] > 0) + 1.5; np.any(y > 0) + np.any(y < 0); (y > 0).any() + (y > 0).all(); ~(x > 0)
(y[0] > 0) ^ (y[1] > 0); (y[0] > 0) & (y[2] > 0); (m | (y > 0)) & ~m; (not y[0]) + (not y[4]); (y[0] > 0) / (y[2] > 0)
np.logical_and(x, y); np.logical_or(x, k); np.logical_not(y); np.logical_xor(m, y); np.logical_not(y[4])
np.less(x, y); np.less_equal(x, y); np.greater(x, y); np.greater_equal(x, y); np.equal(x, y); np.not_equal(x, x)
np.isnan(x); np.isinf(x); np.isfinite(x); math.isnan(x[2]); math.isinf(x[3]); np.isclose(y, 0.3)
np.allclose(y, y); np.array_equal(x, y); np.bitwise_and(k, 3); np.bitwise_or(k, 3); np.bitwise_xor(k, 3); np.invert(k)
np.any(m); np.all(m); bool(y[4]); isinstance(y[0], float)
# choices and places
np.where(x > 0, x, y); np.where(m, 1, 0); np.where(m, k, 0.5); np.where(y[0] > 1, 2, 3.5); np.where(y[0] > 0, 1, 2)
np.where(m, y, 0)[::-1]; y[np.where(m)[0]]; y[m]; y[(x > 0) * m]; y[k % 10]; y[-1]; y[::-2]; y[2:5] * x[:3]
np.nonzero(k)[0]; np.flatnonzero(y > 0.2); np.argwhere(m); np.count_nonzero(k); np.searchsorted(y[1:4], y)
np.take(y, k % 5); np.extract(m, y); np.isin(k, k[:3])
# arrays from nothing and from arrays
np.zeros(3); np.ones(3, int) + 1; np.empty(0); np.full(3, 2.5); np.full(2, 7) / 3; np.eye(2); np.identity(2)
np.zeros_like(k); np.ones_like(y) * 3; np.empty_like(y) * 0 == 1; np.full_like(y, 0.5); np.float64(3); np.int64(y[2])
np.array([y[0], 1, 2]); np.asarray(y); np.ascontiguousarray(y[::2]); np.copy(x); np.diag(y[:3]); np.bool_(y[0])
np.arange(5); np.arange(0.3, 2.0, 0.1); np.arange(1, 7, 2); np.arange(0.0, 1.0, 0.1); np.arange(2.5); np.arange(k[0])
np.reshape(y, (2, 5)); np.ravel(A); np.transpose(A); np.swapaxes(A, 0, 1); np.expand_dims(y, 0); np.shape(A)[1]
np.size(A); np.atleast_1d(y); np.atleast_2d(y); np.broadcast_to(y, (2, 10)); y.reshape((5, 2)).T
np.concatenate((x, y)); np.stack((x, y)); np.hstack((x, y)); np.vstack((x, y)); np.column_stack((x, y))
np.append(y, 1.0); np.repeat(y, 2); np.roll(y, 3); np.flip(y); np.delete(y, 0); np.outer(y, k); np.split(y, 2)[1]
np.triu(A); np.tril(A); np.nan_to_num(x); np.diff(y); np.bincount(np.abs(k), minlength=12); np.union1d(k, k + 1)
np.intersect1d(k, k + 1); np.setdiff1d(k, k[:3]); np.float32(y); y.astype(np.float32) * 0.1; np.float32(y[0]) * 2.0
y.astype("float32"); (y * 2.7).astype(int); y.astype(np.int32) * 3; m.astype(float); np.int32(5) * 1000000000
np.uint64(5); np.intp(5); np.int64(y); np.float64(k); k.astype(bool); round(y[7] * 2); int(y[7]); float(k[0])
len(y) / 3; y.copy(); y.size // 3
# sums, products, extremes, orders
np.sum(y); np.sum(k); np.sum(m); y.sum(); np.sum(A, axis=0); np.sum(A, 1); A.sum(axis=-1); np.sum(y[:0]); sum(y)
sum([y[0], y[1], 2]); np.mean(y); np.mean(k); A.mean(axis=1); np.mean(A, axis=-1); np.mean(y[0]); np.sum(-y[5])
np.prod(y + 1); np.prod(k + 8); np.prod(A, axis=0); math.prod(y); y[:4].prod(); np.prod(y[0])
np.sum(np.outer(y, x), axis=0)
np.max(y); np.max(x); np.amax(k); y.max(); np.max(A, axis=0); A.max(axis=1); np.max(-np.abs(y[4:6])); np.max(m)
np.min(y); np.min(x); np.amin(k); y.min(); np.min(A, axis=1); np.min(A, axis=-1); np.min(y[4:6]); np.min(m)
np.nanmax(x); np.nanmin(x); np.argmax(y); np.argmin(y); np.argmax(x); np.argmax(m)
np.cumsum(y); np.cumsum(k); np.cumsum(m); y.cumsum(); np.cumsum(-y[4:6] * 0); np.cumprod(y + 1)
np.sort(y); np.sort(x); np.sort(k); np.argsort(y); np.argsort(x); k.argsort(); np.argsort(np.round(y)); np.unique(x)
np.unique(k)
np.dot(x, y); np.dot(A, y[:4]); np.dot(y[:3], A); A.dot(A.T); A @ A.T; y @ y; np.matmul(A, y[:4]); np.dot(k, k)
np.inner(A, A); np.inner(y, y); np.vdot(A, A); np.dot(2.0, y); np.dot(k, y); A[:, 1] @ A[:, 2]
# Python's own
reversed([1, 2])[0] if False else 3; sorted([y[0], y[1]])[0]; len(range(k[0])); sum([a * b for a, b in zip(y, k)])
sum([j * a for j, a in enumerate(y)]); len([a for a in y if a > 0]); tuple((1, 2))[1]; list(range(3))[2]
-y[0] + +y[1]
# draws
np.random.normal(); np.random.normal(1.0, 0.5, 3); np.random.normal(size=(2, 2)); np.random.standard_normal(2)
np.random.uniform(); np.random.uniform(-1.0, 1.0, 3); np.random.random(4); np.random.random()
np.random.random_sample(2)
np.random.rand(); np.random.rand(2, 3); np.random.randn(2); np.random.randn(*y.shape); np.random.uniform(0.0, y[2])
"""

SAMPLE = """
np.exp(x); np.abs(m); np.minimum(k, 2); np.maximum(x, y); np.clip(y, None, 0.2); np.sign(k); y ** 0.5; k ** 3
k // -2; x % y
1 / _i; (y[0] > 0) + (y[2] > 0); np.where(y[0] > 1, 2, 3.5); np.sum(A, axis=0); np.mean(A, axis=-1); np.prod(y + 1)
np.dot(A, y[:4]); A @ A.T; np.inner(A, A); np.vdot(A, A); np.cumsum(y); np.max(-np.abs(y[4:6])); A.min(axis=1)
np.arange(0.3, 2.0, 0.1); np.argsort(y); np.sort(y); np.unique(x); np.random.normal(1.0, 0.5, 3); np.random.rand(2, 2)
"""
"""One expression for each function that is ours."""

REFUSED = """
any(m); all(m); np.choose(k % 2, (y, x)); np.compress(m, y); np.ndim(A); np.put(y, 0, 1.0); np.insert(y, 0, 1.0)
np.union1d(list(k), k); np.meshgrid(y, y)[0]; np.tile(y, 2); np.fix(y); str(k[0]); id(y)
np.squeeze(A)
"""
"""What runs uncompiled only, because Numba does not know it."""


def groups() -> list[tuple[str, list[str]]]:
    """The expressions under their headings, in lists that one step can take."""
    found: list[tuple[str, list[str]]] = []
    for line in EXPRESSIONS.strip().splitlines():
        if line.startswith("#"):
            found.append((line[2:], []))
        else:
            found[-1][1].extend(split(line))
    return found


def split(text: str) -> list[str]:
    """The expressions of a text."""
    return [part for line in text.strip().splitlines() for part in line.split("; ")]
