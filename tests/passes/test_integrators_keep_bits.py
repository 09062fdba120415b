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
    "bs": "5d5410b88669edde",
    "ck": "fc8ab47dbe41dd7d",
    "euler": "9aacb6e0148cc454",
    "exp_auto": "9e5690f813bf4657",
    "exponential": "62e92613e8714cb5",
    "heun": "37022d5eb0f32656",
    "heun3": "d67a549cb6daf50a",
    "heun_euler": "522f87a931490220",
    "midpoint": "af5b7ff441b597ab",
    "milstein_derivative_ito": "1c3fc50e072c0790",
    "milstein_derivative_stra": "ed18d5805f4eb09b",
    "milstein_ito": "89026628d95f0d3f",
    "milstein_stra": "6717f34d9c5688ae",
    "ralston3": "5d5410b88669edde",
    "ralston4": "2f6a6d3608933bb0",
    "rk2": "f1fced5fdafcfdaa",
    "rk3": "b0ad13eacafd1c90",
    "rk4": "d9514238c86224e8",
    "rk4_alternative": "d4596631f129e8d1",
    "rkdp": "0bfd3b3332f5a698",
    "rkf12": "3f9ce8b12ec7fec7",
    "rkf45": "5643cfff4a469276",
    "srk1w1": "5d9b317de309b355",
    "srk2w1": "589b2ecb22afc9e9",
    "ssprk3": "344a21061f2d49fa",
    "rk2(0.3)": "289b6ed7e5cd481f",
}
ADAPTIVE = {
    "heun_euler": "b31392a92e529740",
    "rkf12": "f006d3449853d996",
    "bs": "752c07bd2e8db5f7",
    "rkf45": "31a7171661d9237d",
    "ck": "631916735ec709ed",
    "rkdp": "5ed90b46503ec990",
}

N = 100
STARTS = [(LATE + 0.37 * k, 0.41 / k) for k in (1, 3, 5)] + [(0.011 * k, 0.073 * k) for k in range(1, 6)]
"""Times and steps; early ones show the last bits of where in a step a stage stands."""
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
        for t, dt in STARTS:
            found += advance(start(number), t, dt, xis)
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
