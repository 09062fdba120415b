"""A step of every method has these bits: coefficients, their order and their grouping are part of a method."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest

from brainpy_lab.passes.integrate import METHODS, METHODS_0_3
from brainpy_lab.passes.integrate.runge_kutta import explicit
from brainpy_lab.passes.integrate.tableaux import TABLEAUX, second_order
from brainpy_lab.runtime.adaptive import adaptive_step
from tests.passes.advance import LATE, Advance

# Digests of what the methods give. They are copied from our own output on purpose: whether a method is right is tested
# by its order and its printed scheme, within roundings; here it is that no rounding of it changes unseen.
DIGESTS = {
    "bs": "0598018c77cb5850",
    "ck": "fd4a1524a23acb91",
    "euler": "fbbfacf82a6ea730",
    "exp_auto": "5cf659bee82b99eb",
    "exponential": "cfce05b4f890e5a5",
    "heun": "0d465fd66f82779f",
    "heun3": "7ce628908f501c6b",
    "heun_euler": "310c02e2e5c32322",
    "midpoint": "050ed26e7d556532",
    "milstein_derivative_ito": "fb79abd1010ee205",
    "milstein_derivative_stra": "038d076d8e8a2eb5",
    "milstein_ito": "04b10bc8d71fab4f",
    "milstein_stra": "5117b0799c677ca8",
    "ralston3": "0598018c77cb5850",
    "ralston4": "5b159ae373c90999",
    "rk2": "53124c0cd7359da9",
    "rk3": "b78a093dbb0a0662",
    "rk4": "6b5461491b66a962",
    "rk4_alternative": "097f47d6b551d7e6",
    "rkdp": "6e8bac2da62a2f75",
    "rkf12": "17d01eb8313f243b",
    "rkf45": "6598b9418ffcc26d",
    "srk1w1": "b1e92a91122906ba",
    "srk2w1": "03619f4e8357c256",
    "ssprk3": "4cc929ecdf1ffd4d",
    "rk2(0.3)": "db3e6cab98f86c22",
}
ADAPTIVE = {
    "heun_euler": "3cee419fc12a7024",
    "rkf12": "38d56012f98a1b80",
    "bs": "c9d7222a4e603980",
    "rkf45": "d9ea54cde5e3fb75",
    "ck": "575f38c70e5eaf88",
    "rkdp": "1b89c3a93147c9dd",
}

N = 1500
LATEST_AND_STEP = ((3.0, 0.37), (3.0, 0.11), (0.1, 0.073), (0.1, 0.29))
"""Times lie evenly from 0 on; early ones show the last bits of where in a step a stage stands."""
PLAIN = ("dx/dt = x*y - t; dy/dt = t*sin(x) - y**2", "dx/dt = t*x*(1 - x)/3; dy/dt = -7*y*x")
NOISY = (
    "dx/dt = x - x**3 + 0.3*sqrt(1 + x*x)*xi_1; dy/dt = -y + (0.1 + 0.2*x*y)*xi_2",
    "dx/dt = -x + 0.2*x*y*xi_1; dy/dt = x - t*y + 0.3*y*xi_1",
    "dx/dt = -x*t + 0.4*t*x*xi_1; dy/dt = t*t - y + 0.3*t*t*y*xi_2",
)


def start(seed):
    return list(np.random.default_rng(seed).uniform(-1.5, 1.5, (2, N)))


def digest(*arrays):
    little_endian = [np.asarray(array).astype("<f8").tobytes() for array in arrays]
    return hashlib.sha256(b"".join(little_endian)).hexdigest()[:16]


def step_of(method):
    """The digest of steps of each of the equations above, from each of the times."""
    xis = list(np.random.default_rng(9).normal(size=(4, N)))
    found = []
    for number, text in enumerate([*PLAIN, *(NOISY if METHODS[method].noise else ())]):
        advance = Advance(method, text)
        for latest, dt in LATEST_AND_STEP:
            found += advance(start(number), np.arange(N) * (latest / N), dt, xis)
    return digest(*found)


def adaptive(tableau):
    """The digest of three steps whose length adapts, of as many systems of two variables."""
    found = []
    for x, y in zip(*(part[:60] for part in start(5))):
        values, t, dt = (x, y), LATE, 0.3
        for _ in range(3):
            made = adaptive_step(lambda v, t: (v[0] * v[1] - t, t * v[0] - v[1] * v[1]), tableau, values, t, dt, 1e-4)
            values, t, dt = made.values, made.t, made.dt
            found += [*values, t, dt, made.error, made.rejected]
    return digest(*found)


@pytest.mark.parametrize("method", sorted(name for name in METHODS if "(" not in name))
def test_a_step_has_these_bits(method):
    assert step_of(method) == DIGESTS[method]


@pytest.mark.parametrize("beta", [0.3])
def test_a_step_of_the_family_of_rk2_has_these_bits(monkeypatch, beta):
    for known in (METHODS, METHODS_0_3):
        monkeypatch.setitem(known, f"rk2({beta!r})", explicit(second_order(beta)))
    assert METHODS[f"rk2({beta!r})"].order == 2
    assert step_of(f"rk2({beta!r})") == DIGESTS[f"rk2({beta!r})"]


PAIRS = {tableau.name: tableau for tableau in TABLEAUX if tableau.lower is not None}


@pytest.mark.parametrize("name", PAIRS)
def test_steps_that_adapt_have_these_bits(name):
    assert adaptive(PAIRS[name]) == ADAPTIVE[name]
